import { join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "../../..");

/** What one entry point of the client exports under one name. */
export interface ClientExport {
  name: string;
  /** Whether anything is left of it once it runs. */
  isValue: boolean;
  /** The declarations, all of them: a name can be a constant and a type at once. */
  declarations: ts.Declaration[];
  /** The sentence or more of its TSDoc, without tags; empty if it has none. */
  documentation: string;
  /** What it is used like: its `@example`s. */
  examples: string[];
  symbol: ts.Symbol;
}

/** The client's sources as the compiler sees them. */
export interface ClientProgram {
  checker: ts.TypeChecker;
  /** Of `latchkey`, in the order of their names. */
  main: ClientExport[];
  /** Of `latchkey/compat`. */
  compat: ClientExport[];
  /** Of `latchkey/recipes`. */
  recipes: ClientExport[];
  /** Of `latchkey/wagmi`. */
  wagmi: ClientExport[];
  /** Of `latchkey/react`. */
  react: ClientExport[];
  /** Of `latchkey/react/compat`. */
  reactCompat: ClientExport[];
  /** Of `latchkey/abi`. */
  abi: ClientExport[];
}

export function readClient(): ClientProgram {
  const config = join(ROOT, "sdk/tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    join(ROOT, "sdk"),
  );
  const files = {
    main: "index.ts",
    compat: "compat/index.ts",
    recipes: "recipes/index.ts",
    wagmi: "wagmi/index.ts",
    react: "react/index.ts",
    reactCompat: "react/compat/index.ts",
    abi: "generated/abi/index.ts",
  };
  const pathOf = (name: keyof typeof files) => join(ROOT, "sdk/src", files[name]);
  const program = ts.createProgram((Object.keys(files) as (keyof typeof files)[]).map(pathOf), options);
  const checker = program.getTypeChecker();
  const of = (name: keyof typeof files) => exportsOf(checker, program.getSourceFile(pathOf(name))!);
  return {
    checker,
    ...{ main: of("main"), compat: of("compat"), recipes: of("recipes"), wagmi: of("wagmi") },
    ...{ react: of("react"), reactCompat: of("reactCompat"), abi: of("abi") },
  };
}

/** What a release promises by name: those of `…Types` are there for the compiler alone, the rest at run time. */
export interface Surface {
  names: string[];
  compat: string[];
  recipes: string[];
  wagmi: string[];
  react: string[];
  reactCompat: string[];
  abis: string[];
  types: string[];
  compatTypes: string[];
  recipeTypes: string[];
  wagmiTypes: string[];
  reactTypes: string[];
  reactCompatTypes: string[];
}

export function surfaceOf({ main, compat, recipes, wagmi, react, reactCompat, abi }: ClientProgram): Surface {
  const names = (exports: ClientExport[], isValue: boolean) =>
    exports
      .filter((each) => each.isValue === isValue)
      .map(({ name }) => name)
      .sort();
  return {
    names: names(main, true),
    compat: names(compat, true),
    recipes: names(recipes, true),
    wagmi: names(wagmi, true),
    react: names(react, true),
    reactCompat: names(reactCompat, true),
    abis: names(abi, true),
    types: names(main, false),
    compatTypes: names(compat, false),
    recipeTypes: names(recipes, false),
    wagmiTypes: names(wagmi, false),
    reactTypes: names(react, false),
    reactCompatTypes: names(reactCompat, false),
  };
}

function exportsOf(checker: ts.TypeChecker, source: ts.SourceFile): ClientExport[] {
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(source)!)
    .map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      return {
        name: exported.name,
        isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0,
        declarations: symbol.declarations ?? [],
        documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
        examples: symbol
          .getJsDocTags(checker)
          .filter((tag) => tag.name === "example")
          .map((tag) => ts.displayPartsToString(tag.text).trim()),
        symbol,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
