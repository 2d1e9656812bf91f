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
  symbol: ts.Symbol;
}

/** The client's sources as the compiler sees them. */
export interface ClientProgram {
  checker: ts.TypeChecker;
  /** Of `latchkey`, in the order of their names. */
  main: ClientExport[];
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
  const entries = ["index.ts", "generated/abi/index.ts"].map((file) => join(ROOT, "sdk/src", file));
  const program = ts.createProgram(entries, options);
  const checker = program.getTypeChecker();
  const [main, abi] = entries.map((entry) => exportsOf(checker, program.getSourceFile(entry)!));
  return { checker, main: main!, abi: abi! };
}

/** What a release promises by name: `names` and `abis` are there at run time, `types` for the compiler alone. */
export interface Surface {
  names: string[];
  abis: string[];
  types: string[];
}

export function surfaceOf({ main, abi }: ClientProgram): Surface {
  const names = (exports: ClientExport[], isValue: boolean) =>
    exports
      .filter((each) => each.isValue === isValue)
      .map(({ name }) => name)
      .sort();
  return { names: names(main, true), abis: names(abi, true), types: names(main, false) };
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
        symbol,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
