import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { Failure, script } from "./lib/run.ts";

/** Most lines of code in one contract file, inclusive: neither blank nor comment. */
const MAX_LINES = 450;

/** A part of a folder, and what it may import beside itself: the direction in which knowledge flows. */
interface Part {
  name: string;
  files: RegExp;
  imports: string[];
}

/** The parts of contracts/. `oz` is OpenZeppelin, `oz/interfaces` its interfaces alone. */
const CONTRACTS: Part[] = [
  { name: "types", files: /^types\//, imports: ["interfaces"] },
  { name: "interfaces", files: /^interfaces\//, imports: ["types", "oz/interfaces"] },
  { name: "libraries", files: /^libraries\//, imports: ["types", "interfaces", "oz"] },
  {
    name: "stores",
    files: /^(SessionStore|PolicyStore|PolicyReader|P256Verifier)\.sol$/,
    imports: ["types", "interfaces", "libraries", "oz"],
  },
  {
    name: "modules",
    files: /^Session(Registry|Validator|Executor)\.sol$/,
    imports: ["types", "interfaces", "libraries", "stores", "oz"],
  },
  {
    name: "Latchkey",
    files: /^Latchkey\.sol$/,
    imports: ["types", "interfaces", "libraries", "stores", "modules", "forwarder", "oz"],
  },
  { name: "forwarder", files: /^SessionForwarder\.sol$/, imports: ["types", "interfaces", "libraries"] },
  { name: "lens", files: /^LatchkeyLens\.sol$/, imports: ["types", "interfaces", "libraries"] },
  { name: "mixins", files: /^Session(Aware|Spender)\.sol$/, imports: ["types", "interfaces", "oz"] },
  { name: "account", files: /^account\//, imports: ["types", "interfaces", "oz"] },
  { name: "paymaster", files: /^paymaster\//, imports: ["types", "interfaces", "libraries", "oz"] },
  { name: "examples", files: /^examples\//, imports: ["types", "interfaces", "mixins", "oz"] },
];

const BASE = ["types", "abi", "constants", "libraries"];
const TOOLS = [...BASE, "errors", "keys", "policies", "utils"];

/** The parts of sdk/src/. `libraries` are viem and the hashes, `node` what a browser does not have. */
const CLIENT: Part[] = [
  { name: "types", files: /^types\.ts$/, imports: ["libraries"] },
  { name: "abi", files: /^abi\//, imports: [] },
  { name: "constants", files: /^constants\.ts$/, imports: BASE },
  { name: "errors", files: /^errors\//, imports: BASE },
  { name: "keys", files: /^keys\//, imports: TOOLS },
  { name: "policies", files: /^policies\//, imports: TOOLS },
  { name: "utils", files: /^utils\//, imports: TOOLS },
  { name: "accounts", files: /^accounts\//, imports: TOOLS },
  { name: "actions", files: /^actions\//, imports: [...TOOLS, "accounts"] },
  { name: "index", files: /^index\.ts$/, imports: [...TOOLS, "accounts", "actions"] },
  { name: "cli", files: /^cli\//, imports: [...TOOLS, "accounts", "actions", "index", "node"] },
];

interface Import {
  /** A path in the repository, or a package. */
  path: string;
  /** Types are gone before anything runs: they make no circle. */
  isType: boolean;
}

await script(async () => {
  const complaints: string[] = [];
  const contracts = new Map(globSync("contracts/**/*.sol").sort().map(solidityImports));
  const client = new Map(globSync("sdk/src/**/*.ts").sort().map(typeScriptImports));
  if (contracts.size === 0 || client.size === 0) throw new Failure("There is nothing to check.");
  for (const file of contracts.keys()) {
    const lines = linesOfCode(readFileSync(file, "utf8"));
    if (lines > MAX_LINES) complaints.push(`${file} has ${lines} lines of code; ${MAX_LINES} are allowed.`);
  }
  complaints.push(...againstDirection(contracts, contractPart), ...againstDirection(client, clientPart));
  for (const imports of [contracts, client]) {
    const cycle = cycleIn(imports);
    if (cycle !== undefined) complaints.push(`Imports go in a circle: ${cycle.join(" -> ")}.`);
  }
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  console.log(
    `${contracts.size} contract files, none above ${MAX_LINES} lines of code, and ${client.size} files of the client ` +
      "import one way.",
  );
});

function againstDirection(
  imports: Map<string, Import[]>,
  partOf: (path: string) => Omit<Part, "files"> | undefined,
): string[] {
  const complaints: string[] = [];
  for (const [file, found] of imports) {
    const part = partOf(file);
    if (part === undefined) {
      complaints.push(`${file} belongs to no part: name one in scripts/check-imports.ts.`);
      continue;
    }
    const allowed = [...new Set([part.name, ...part.imports])];
    for (const { path } of found) {
      const { name } = partOf(path) ?? {};
      const passes = name !== undefined && (allowed.includes(name) || allowed.includes(name.split("/")[0]!));
      if (!passes) complaints.push(`${file} imports ${path}; ${part.name} may import ${allowed.join(", ")} only.`);
    }
  }
  return complaints;
}

function contractPart(path: string): Omit<Part, "files"> | undefined {
  if (/^@openzeppelin\/contracts\/(interfaces\/|.*\/I[A-Z]\w*\.sol$)/.test(path))
    return { name: "oz/interfaces", imports: [] };
  if (path.startsWith("@openzeppelin/")) return { name: "oz", imports: [] };
  return partIn(CONTRACTS, "contracts/", path);
}

function clientPart(path: string): Omit<Part, "files"> | undefined {
  if (/^(viem|@noble\/hashes)(\/|$)/.test(path)) return { name: "libraries", imports: [] };
  if (path.startsWith("node:")) return { name: "node", imports: [] };
  return partIn(CLIENT, "sdk/src/", path);
}

function partIn(parts: Part[], folder: string, path: string): Part | undefined {
  return path.startsWith(folder) ? parts.find(({ files }) => files.test(path.slice(folder.length))) : undefined;
}

function solidityImports(file: string): [string, Import[]] {
  const found = readFileSync(file, "utf8").matchAll(/^import\s[^;]*?["']([^"']+)["'];/gm);
  return [file, [...found].map(([, path]) => ({ path: inRepository(file, path!), isType: false }))];
}

function typeScriptImports(file: string): [string, Import[]] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    const { moduleSpecifier } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) continue;
    found.push({ path: inRepository(file, moduleSpecifier.text), isType: namesTypesOnly(statement) });
  }
  return [file, found];
}

function namesTypesOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause: named, isTypeOnly } = statement;
    return isTypeOnly || (named !== undefined && ts.isNamedExports(named) && named.elements.every(isTypeName));
  }
  const { importClause: clause } = statement;
  if (clause === undefined || clause.isTypeOnly) return clause !== undefined;
  const { name, namedBindings: named } = clause;
  return name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every(isTypeName);
}

function isTypeName({ isTypeOnly }: { isTypeOnly: boolean }): boolean {
  return isTypeOnly;
}

function inRepository(file: string, path: string): string {
  return path.startsWith(".") ? join(dirname(file), path) : path;
}

function linesOfCode(source: string): number {
  const bare = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
  return bare.split("\n").filter((line) => line.trim() !== "").length;
}

function cycleIn(imports: Map<string, Import[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { path: next, isType } of imports.get(file) ?? []) {
      if (isType) continue;
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
