import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

/**
 * The package in both module systems, each with its own declarations: one file per source file, so that bundlers drop
 * what is not imported.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(`${root}dist`, { recursive: true, force: true });
const compile = (project: string, ...options: string[]) =>
  execFileSync(process.execPath, [tsc, "-p", `${root}${project}`, "--noEmit", "false", ...options], {
    stdio: "inherit",
  });
// The command line is for Node alone, and ESM alone; what it imports is written again by the next step.
compile("tsconfig.cli.json", "--outDir", `${root}dist/esm`);
compile("tsconfig.json", "--outDir", `${root}dist/esm`);
compile(
  "tsconfig.json",
  ...["--outDir", `${root}dist/cjs`, "--module", "commonjs", "--moduleResolution", "node10"],
  ...["--verbatimModuleSyntax", "false", "--ignoreDeprecations", "5.0"],
);
writeFileSync(`${root}dist/esm/package.json`, `${JSON.stringify({ type: "module", sideEffects: false })}\n`);
writeFileSync(`${root}dist/cjs/package.json`, `${JSON.stringify({ type: "commonjs", sideEffects: false })}\n`);
