import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { Failure, script } from "../lib/run.ts";

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
  { name: "types", files: /^types\//, imports: [] },
  { name: "interfaces", files: /^interfaces\//, imports: ["types", "oz/interfaces"] },
  { name: "libraries", files: /^libraries\//, imports: ["types", "interfaces", "oz"] },
  { name: "policy", files: /^policy\//, imports: ["types", "interfaces", "libraries", "oz"] },
  { name: "core", files: /^core\//, imports: ["types", "interfaces", "libraries", "oz"] },
  { name: "periphery", files: /^periphery\//, imports: ["types", "interfaces", "libraries", "oz"] },
  {
    name: "Latchkey",
    files: /^Latchkey(Extension|Entrance)?\.sol$/,
    imports: ["types", "interfaces", "libraries", "policy", "core", "periphery", "oz"],
  },
  { name: "lens", files: /^LatchkeyLens\.sol$/, imports: ["types", "interfaces", "libraries", "oz"] },
  { name: "dapp", files: /^dapp\//, imports: ["types", "interfaces", "oz"] },
  { name: "account", files: /^account\//, imports: ["types", "interfaces", "oz"] },
  { name: "paymaster", files: /^paymaster\//, imports: ["types", "interfaces", "libraries", "oz"] },
  { name: "examples", files: /^examples\//, imports: ["types", "interfaces", "dapp", "oz"] },
];

const BASE = ["types", "abi", "constants", "libraries"];
const TOOLS = [...BASE, "errors", "keys", "chain", "policies", "sessions", "operations"];

/**
 * The parts of sdk/src/. `libraries` are viem and the hashes, `hooks` what an app with React and wagmi has, `node` what a
 * browser does not have.
 */
const CLIENT: Part[] = [
  { name: "types", files: /^types\.ts$/, imports: ["libraries"] },
  { name: "abi", files: /^generated\/(abi\/|items\/|tableMethods)/, imports: [] },
  { name: "constants", files: /^constants\.ts$/, imports: BASE },
  { name: "errors", files: /^(generated\/)?errors\//, imports: BASE },
  { name: "keys", files: /^keys\//, imports: [...BASE, "errors"] },
  { name: "chain", files: /^chain\//, imports: [...BASE, "errors"] },
  { name: "policies", files: /^policies\//, imports: [...BASE, "errors", "keys", "chain"] },
  { name: "recipes", files: /^recipes\//, imports: [...BASE, "errors", "policies"] },
  { name: "pictures", files: /^pictures\//, imports: [...BASE, "errors", "chain", "policies", "sessions"] },
  { name: "sessions", files: /^sessions\//, imports: [...BASE, "errors", "keys", "chain", "policies"] },
  { name: "operations", files: /^operations\//, imports: TOOLS },
  { name: "accounts", files: /^accounts\//, imports: TOOLS },
  { name: "actions", files: /^actions\//, imports: [...TOOLS, "accounts"] },
  { name: "compat", files: /^compat\//, imports: [...TOOLS, "accounts", "actions"] },
  { name: "provider", files: /^provider\//, imports: [...TOOLS, "accounts", "actions"] },
  { name: "wagmi", files: /^wagmi\//, imports: ["libraries", "provider"] },
  {
    name: "react/compat",
    files: /^react\/compat\//,
    imports: [...TOOLS, "accounts", "actions", "compat", "react", "hooks"],
  },
  { name: "react", files: /^react\//, imports: [...TOOLS, "accounts", "actions", "hooks"] },
  { name: "index", files: /^index\.ts$/, imports: [...TOOLS, "pictures", "accounts", "actions", "provider"] },
  { name: "cli", files: /^cli\//, imports: [...TOOLS, "pictures", "accounts", "actions", "index", "node"] },
];

/** The houses of the repository, and what each may import of the others; packages are not looked at. */
const HOUSES: Part[] = [
  { name: "hardhat", files: /^hardhat\//, imports: [] },
  { name: "configuration", files: /^hardhat\.config\.ts$/, imports: ["hardhat"] },
  { name: "deploy", files: /^deploy\//, imports: [] },
  { name: "sdk", files: /^sdk\//, imports: [] },
  { name: "examples", files: /^examples\//, imports: ["sdk", "deploy"] },
  { name: "relay", files: /^relay\/src\//, imports: ["sdk"] },
  { name: "relay tests", files: /^relay\/test\//, imports: ["relay", "sdk", "deploy", "examples", "scripts", "test"] },
  { name: "indexer", files: /^indexer\/(?!test\/)/, imports: ["sdk"] },
  { name: "indexer tests", files: /^indexer\/test\//, imports: ["indexer", "sdk", "deploy", "scripts", "test"] },
  { name: "scripts", files: /^scripts\//, imports: ["hardhat", "deploy", "sdk"] },
  { name: "test", files: /^test\//, imports: ["hardhat", "deploy", "sdk", "examples", "scripts"] },
];

/** The imports of a file: paths in the repository, and packages. Imports of types count like any other. */
type Imports = Map<string, string[]>;

await script(async () => {
  const complaints: string[] = [];
  const contracts: Imports = new Map(globSync("contracts/**/*.sol").sort().map(solidityImports));
  const client: Imports = new Map(globSync("sdk/src/**/*.ts").sort().map(typeScriptImports));
  const houses: Imports = new Map(
    globSync(["*.ts", "{hardhat,deploy,sdk,examples,indexer,relay,scripts,test}/**/*.ts"], {
      exclude: ["**/node_modules", "**/dist", "**/*.d.ts"],
    })
      .sort()
      .map(typeScriptImports),
  );
  if (contracts.size === 0 || client.size === 0) throw new Failure("There is nothing to check.");
  for (const file of contracts.keys()) {
    const lines = linesOfCode(readFileSync(file, "utf8"));
    if (lines > MAX_LINES) complaints.push(`${file} has ${lines} lines of code; ${MAX_LINES} are allowed.`);
  }
  complaints.push(
    ...againstDirection(contracts, contractPart),
    ...againstDirection(client, clientPart),
    ...againstDirection(ofRepository(houses), (path) => partIn(HOUSES, "", path)),
  );
  for (const imports of [contracts, houses]) {
    const circle = circleIn(imports);
    if (circle !== undefined) complaints.push(`Imports go in a circle: ${circle.join(" -> ")}.`);
  }
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  console.log(
    `${contracts.size} contract files, none above ${MAX_LINES} lines of code, and ${houses.size} TypeScript files ` +
      "import one way.",
  );
});

/** The same files, without what they import of packages. */
function ofRepository(imports: Imports): Imports {
  return new Map([...imports].map(([file, paths]) => [file, paths.filter((path) => imports.has(path))]));
}

function againstDirection(imports: Imports, partOf: (path: string) => Omit<Part, "files"> | undefined): string[] {
  const complaints: string[] = [];
  for (const [file, paths] of imports) {
    const part = partOf(file);
    if (part === undefined) {
      complaints.push(`${file} belongs to no part: name one in scripts/check/imports.ts.`);
      continue;
    }
    const allowed = [...new Set([part.name, ...part.imports])];
    for (const path of paths) {
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
  if (/^(react|wagmi|@tanstack\/react-query)(\/|$)/.test(path)) return { name: "hooks", imports: [] };
  if (path.startsWith("node:")) return { name: "node", imports: [] };
  return partIn(CLIENT, "sdk/src/", path);
}

function partIn(parts: Part[], folder: string, path: string): Part | undefined {
  return path.startsWith(folder) ? parts.find(({ files }) => files.test(path.slice(folder.length))) : undefined;
}

function solidityImports(file: string): [string, string[]] {
  const found = readFileSync(file, "utf8").matchAll(/^import\s[^;]*?["']([^"']+)["'];/gm);
  return [file, [...found].map(([, path]) => inRepository(file, path!))];
}

/** What a file imports or exports on, statically, by `import()` or as a type. */
function typeScriptImports(file: string): [string, string[]] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  return [file, importedFiles.map(({ fileName }) => inRepository(file, fileName))];
}

function inRepository(file: string, path: string): string {
  return path.startsWith(".") ? join(dirname(file), path) : path;
}

function linesOfCode(source: string): number {
  const bare = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
  return bare.split("\n").filter((line) => line.trim() !== "").length;
}

function circleIn(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
