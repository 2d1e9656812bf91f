import { relative, join } from "node:path";
import ts from "typescript";
import type { ClientExport, ClientProgram } from "./clientExports.ts";

const SOURCES = join(import.meta.dirname, "../../../sdk/src");

/** The chapters, by the folder or file of sdk/src/ that declares what stands in them. */
const CHAPTERS: [title: string, path: RegExp, about: string][] = [
  [
    "Actions",
    /^actions\//,
    "Each takes a client of viem first. With `client.extend(sessionActions())` they are methods of the client.",
  ],
  ["Accounts", /^accounts\//, "What a bundler client of viem takes as its account."],
  [
    "Providers",
    /^(provider|wagmi)\//,
    "The session as a wallet, for code that knows nothing of sessions; `sessionConnector` is of `latchkey/wagmi`.",
  ],
  ["Policies", /^policies\//, "What a key may do: made, hashed, told in words, looked over."],
  ["Pictures", /^pictures\//, "SVG documents, made by pure functions: they load nothing and need no script."],
  ["Keys", /^keys\//, "Whoever keeps a key, what comes out is a `SessionKey`."],
  ["Errors", /^(generated\/)?errors\//, "Every refusal is a `SessionError` with a `code` of a closed list."],
  [
    "Types and constants",
    /^(types|constants|index)\.ts$|^(chain|sessions|operations)\//,
    "What the others take and return.",
  ],
  [
    "Recipes",
    /^recipes\//,
    "Of `latchkey/recipes`: one function for each everyday need, which returns a bounded policy with its words.",
  ],
  [
    "Verbs of other products",
    /^compat\//,
    "Of `latchkey/compat`, for code that was written for another session SDK. With `client.extend(compatActions())` they are methods of the client.",
  ],
  [
    "Hooks",
    /^react\/(?!compat\/)/,
    "Of `latchkey/react`, on wagmi 3 and TanStack Query 5. Each takes wagmi's `config` and `chainId`; hooks that read take `query`, hooks that act take `mutation`.",
  ],
  ["Hooks under the names of other products", /^react\/compat\//, "Of `latchkey/react/compat`."],
];

const HEADER = `<!-- Written by \`npm run abi\` from the client's sources; not by hand. -->

# API reference

Everything that \`latchkey\`, \`latchkey/recipes\`, \`latchkey/compat\`, \`latchkey/wagmi\`, \`latchkey/react\` and \`latchkey/react/compat\` export. Times are unix seconds, bounds inclusive, amounts base units, values wei, unless it says otherwise. How the parts go together: [integrate-with-typescript.md](../guides/integrate-with-typescript.md). The ABIs of \`latchkey/abi\` are in [abi.md](abi.md).
`;

/**
 * Exports that say nothing of themselves. `FooParameters`, `FooReturnType` and `FooErrorType` of a function `foo` need not: they are what
 * it takes, returns and throws, and stand beside it; nor what the mutation of a hook takes and yields, `FooVariables` and `FooData`.
 */
export function undocumented(program: ClientProgram): string[] {
  const all = withoutAbis(program);
  const beside = new Set(all.flatMap(({ name }) => besides(name)));
  return [...all, ...program.abi]
    .filter((each) => each.documentation === "" && !beside.has(each.name))
    .map(({ name }) => name);
}

function withoutAbis({ main, recipes, compat, wagmi, react, reactCompat }: ClientProgram): ClientExport[] {
  return [...main, ...recipes, ...compat, ...wagmi, ...react, ...reactCompat];
}

function besides(name: string): string[] {
  const Name = name[0]!.toUpperCase() + name.slice(1);
  const ends = ["Parameters", "ReturnType", "ErrorType", "Variables", "Data"];
  return Name === name ? [] : ends.map((end) => `${Name}${end}`);
}

export function apiReference(program: ClientProgram): string {
  const main = withoutAbis(program);
  const byName = new Map(main.map((each) => [each.name, each]));
  const beside = new Set(main.flatMap(({ name }) => besides(name)).filter((name) => byName.has(name)));
  const chapters = CHAPTERS.map(([title, path, about]) => {
    const inside = main.filter((each) => path.test(fileOf(each)) && !beside.has(each.name));
    const entries = inside.sort(byKind).map((each) => entryOf(program, each, byName));
    return { title, about, names: inside, entries };
  }).filter(({ names }) => names.length > 0);
  const lost = main.filter((each) => !CHAPTERS.some(([, path]) => path.test(fileOf(each))));
  if (lost.length > 0) throw new Error(`No chapter for ${lost.map(({ name }) => name).join(", ")}.`);
  const anchor = anchors();
  const contents = chapters.map(({ title, names }) => {
    const chapter = anchor(title);
    const links = names.sort(byKind).map(({ name }) => `[\`${name}\`](#${anchor(name)})`);
    return `- **[${title}](#${chapter})**: ${links.join(", ")}`;
  });
  const text = chapters.map(({ title, about, entries }) => [`## ${title}\n\n${about}`, ...entries].join("\n\n"));
  return `${[HEADER.trim(), contents.join("\n"), ...text].join("\n\n")}\n`;
}

/** Where headings lead, the second of the same letters with a number: asked in the order in which they stand. */
function anchors(): (heading: string) => string {
  const seen = new Map<string, number>();
  return (heading) => {
    const plain = heading.toLowerCase().replaceAll(" ", "-");
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    return count === 0 ? plain : `${plain}-${count}`;
  };
}

function fileOf({ declarations }: ClientExport): string {
  return relative(SOURCES, declarations[0]!.getSourceFile().fileName);
}

/** Functions first, then classes, constants and types, each by name. */
function byKind(a: ClientExport, b: ClientExport): number {
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function rank({ declarations }: ClientExport): number {
  const [first] = declarations;
  return (
    [ts.isFunctionDeclaration, ts.isClassDeclaration, ts.isVariableDeclaration].findIndex((is) => is(first!)) >>> 0
  );
}

function entryOf(program: ClientProgram, each: ClientExport, byName: Map<string, ClientExport>): string {
  const { name, declarations, documentation } = each;
  const parts = [`### ${name}`];
  if (documentation !== "") parts.push(inOneLine(documentation));
  parts.push(...each.examples.map((example) => `\`\`\`ts example\n${example}\n\`\`\``));
  parts.push(`\`\`\`ts signature\n${signaturesOf(program, each).join("\n")}\n\`\`\``);
  const fields = [name, ...besides(name)].flatMap((other) => {
    const found = other === name ? each : byName.get(other);
    return found === undefined ? [] : [fieldsOf(program, found, other === name ? "" : other)];
  });
  if (declarations.some(ts.isFunctionDeclaration) || fields.some((table) => table !== "")) {
    parts.push(...fields.filter((table) => table !== ""));
  }
  return parts.join("\n\n");
}

/** The declarations as they are written, without bodies. */
function signaturesOf({ checker }: ClientProgram, { declarations, symbol }: ClientExport): string[] {
  const own = declarations.filter((each) => !ts.isExportSpecifier(each));
  const overloads = own.filter((each) => ts.isFunctionDeclaration(each) && each.body === undefined);
  return (overloads.length > 0 ? overloads : own).map((declaration) => {
    if (ts.isFunctionDeclaration(declaration)) {
      const end = declaration.body === undefined ? declaration.getEnd() : declaration.body.getFullStart();
      return tidy(declaration.getSourceFile().text.slice(declaration.getStart(), end));
    }
    if (ts.isClassDeclaration(declaration)) return classSignature(declaration);
    if (ts.isInterfaceDeclaration(declaration)) {
      const { name, typeParameters, heritageClauses } = declaration;
      const generic =
        typeParameters === undefined ? "" : `<${typeParameters.map((each) => each.getText()).join(", ")}>`;
      return `interface ${name.text}${generic}${(heritageClauses ?? []).map((each) => ` ${each.getText()}`).join("")}`;
    }
    if (ts.isTypeAliasDeclaration(declaration)) return tidy(declaration.getText());
    return constantSignature(checker, symbol, declaration as ts.VariableDeclaration);
  });
}

/** What is short is quoted; of the rest the names alone. */
function constantSignature(checker: ts.TypeChecker, symbol: ts.Symbol, declaration: ts.VariableDeclaration): string {
  const written = declaration.initializer?.getText() ?? "";
  if (written.length <= 300) return `const ${symbol.name} = ${written}`;
  const names = checker
    .getTypeOfSymbolAtLocation(symbol, declaration)
    .getProperties()
    .map(({ name }) => (/^[A-Za-z]\w*$/.test(name) ? name : JSON.stringify(name)));
  const some = names.length > 12 ? [...names.slice(0, 3), `/* ${names.length - 3} more */`] : names;
  return `const ${symbol.name}: { ${some.join(", ")} }`;
}

function classSignature(declaration: ts.ClassDeclaration): string {
  const { name, typeParameters, heritageClauses, members } = declaration;
  const head = `${declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ? "abstract " : ""}class`;
  const made = members.find(ts.isConstructorDeclaration);
  const parameters = made?.parameters.map((each) => tidy(each.getText())).join(", ") ?? "";
  const generic = typeParameters === undefined ? "" : `<${typeParameters.map((each) => each.getText()).join(", ")}>`;
  const line = `${head} ${name!.text}${generic}${(heritageClauses ?? []).map((each) => ` ${each.getText()}`).join("")}`;
  return made === undefined ? line : `${line} {\n  constructor(${parameters})\n}`;
}

function tidy(text: string): string {
  return text
    .replace(/^export /, "")
    .replace(/^(async )?function/, "function")
    .trim();
}

/** The fields of an interface, a class or an object type, inherited ones of this package too. */
function fieldsOf({ checker }: ClientProgram, { declarations, symbol }: ClientExport, heading: string): string {
  const declaration = declarations.find(
    (each) => ts.isInterfaceDeclaration(each) || ts.isClassDeclaration(each) || isObjectAlias(each),
  );
  if (declaration === undefined) return "";
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const isClass = ts.isClassDeclaration(declaration);
  const rows = checker.getPropertiesOfType(type).flatMap((property) => {
    // A class says its name above.
    if (isClass && property.name === "name") return [];
    const [found] = property.declarations ?? [];
    if (found === undefined || !found.getSourceFile().fileName.startsWith(SOURCES)) return [];
    const written = (found as ts.PropertySignature).type?.getText();
    const shown = (written ?? checker.typeToString(checker.getTypeOfSymbol(property), found)).replaceAll(/\s+/g, " ");
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const said = ts.displayPartsToString(property.getDocumentationComment(checker));
    const initial = property.getJsDocTags(checker).find((tag) => tag.name === "default");
    const words = inOneLine(
      `${said} ${initial === undefined ? "" : `Default: ${ts.displayPartsToString(initial.text)}.`}`,
    );
    const plain = shown.replace(/ \| undefined$/, "");
    return `| \`${property.name}${isOptional ? "?" : ""}\` | \`${cell(isOptional ? plain : shown)}\` | ${cell(words)} |\n`;
  });
  if (rows.length === 0) return "";
  const table = `| field | type | |\n| --- | --- | --- |\n${rows.join("")}`.trimEnd();
  return heading === "" ? table : `\`${heading}\`:\n\n${table}`;
}

function isObjectAlias(declaration: ts.Declaration): boolean {
  if (!ts.isTypeAliasDeclaration(declaration)) return false;
  const { type } = declaration;
  return ts.isTypeLiteralNode(type) || ts.isTypeReferenceNode(type);
}

function inOneLine(text: string): string {
  return text
    .replaceAll(/\{@link (\w+)\}/g, "`$1`")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
