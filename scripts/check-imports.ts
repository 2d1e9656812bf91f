import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, script } from "./lib/run.ts";

/** Most lines of code in one contract file, inclusive: neither blank nor comment. */
const MAX_LINES = 450;

/**
 * Which part of contracts/ a file belongs to, and what that part may import beside itself: the direction in which
 * knowledge flows. `oz` is OpenZeppelin, `oz/interfaces` its interfaces alone.
 */
const PARTS: { name: string; files: RegExp; imports: string[] }[] = [
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

await script(async () => {
  const complaints: string[] = [];
  const imports = new Map<string, string[]>();
  for (const file of globSync("contracts/**/*.sol").sort()) {
    const source = readFileSync(file, "utf8");
    const part = partOf(file);
    if (part === undefined) {
      complaints.push(`${file} belongs to no part: name one in scripts/check-imports.ts.`);
      continue;
    }
    const lines = linesOfCode(source);
    if (lines > MAX_LINES) complaints.push(`${file} has ${lines} lines of code; ${MAX_LINES} are allowed.`);
    const found = importsOf(file, source);
    imports.set(file, found);
    for (const path of found) {
      const imported = partOf(path);
      const allowed = [part.name, ...part.imports];
      const passes =
        imported !== undefined && (allowed.includes(imported.name) || allowed.includes(imported.name.split("/")[0]!));
      if (!passes) complaints.push(`${file} imports ${path}; ${part.name} may import ${allowed.join(", ")} only.`);
    }
  }
  if (imports.size === 0) throw new Failure("There are no contracts to check.");
  const cycle = cycleIn(imports);
  if (cycle !== undefined) complaints.push(`Imports go in a circle: ${cycle.join(" -> ")}.`);
  if (complaints.length > 0) throw new Failure(complaints.join("\n"));
  console.log(`${imports.size} contract files import one way, none above ${MAX_LINES} lines of code.`);
});

function partOf(path: string): { name: string; imports: string[] } | undefined {
  if (/^@openzeppelin\/contracts\/(interfaces\/|.*\/I[A-Z]\w*\.sol$)/.test(path))
    return { name: "oz/interfaces", imports: [] };
  if (path.startsWith("@openzeppelin/")) return { name: "oz", imports: [] };
  const inside = path.replace(/^contracts\//, "");
  return inside === path ? undefined : PARTS.find(({ files }) => files.test(inside));
}

function importsOf(file: string, source: string): string[] {
  return [...source.matchAll(/^import\s[^;]*?["']([^"']+)["'];/gm)].map(([, path]) =>
    path!.startsWith(".") ? join(dirname(file), path!) : path!,
  );
}

function linesOfCode(source: string): number {
  const bare = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
  return bare.split("\n").filter((line) => line.trim() !== "").length;
}

function cycleIn(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
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
