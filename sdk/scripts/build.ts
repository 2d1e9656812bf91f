import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { shippedArtifacts } from "./shippedArtifacts.ts";

/**
 * The package as it is published: the client in both module systems, each with its own declarations and one file per
 * source file, so that bundlers drop what is not imported; the Solidity sources; the artifacts. What is written here is
 * in no repository: it has one source each.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

for (const folder of ["dist", "docs", "contracts", "artifacts"])
  rmSync(`${root}${folder}`, { recursive: true, force: true });
await buildClient();
copyContracts();
copyArtifacts();
// What each error points at.
cpSync(`${repository}docs/errors.md`, `${root}docs/errors.md`);

async function buildClient(): Promise<void> {
  const esm = async () => {
    // The command line is for Node alone, and ESM alone; what it imports is written again by the next step.
    await compile("tsconfig.cli.json", "--outDir", `${root}dist/esm`);
    await compile("tsconfig.json", "--outDir", `${root}dist/esm`);
  };
  // wagmi is ESM alone, and so are the hooks on it.
  const cjs = compile(
    "tsconfig.cjs.json",
    ...["--outDir", `${root}dist/cjs`, "--module", "commonjs", "--moduleResolution", "node10"],
    ...["--verbatimModuleSyntax", "false", "--ignoreDeprecations", "5.0"],
  );
  await Promise.all([esm(), cjs]);
  writeFileSync(`${root}dist/esm/package.json`, `${JSON.stringify({ type: "module", sideEffects: false })}\n`);
  writeFileSync(`${root}dist/cjs/package.json`, `${JSON.stringify({ type: "commonjs", sideEffects: false })}\n`);
}

async function compile(project: string, ...options: string[]): Promise<void> {
  const args = [tsc, "-p", `${root}${project}`, "--noEmit", "false", ...options];
  const [code] = (await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit")) as [number | null];
  if (code !== 0) throw new Error(`${project} does not compile.`);
}

/** Everything but the examples, which are to be copied and not inherited from. */
function copyContracts(): void {
  cpSync(`${repository}contracts`, `${root}contracts`, {
    recursive: true,
    filter: (path) => path !== `${repository}contracts/examples`,
  });
}

/** Under their own names: `latchkey/artifacts/Latchkey.json`. */
function copyArtifacts(): void {
  mkdirSync(`${root}artifacts`);
  for (const artifact of shippedArtifacts()) {
    writeFileSync(`${root}artifacts/${artifact.contractName}.json`, `${JSON.stringify(artifact, undefined, 2)}\n`);
  }
}
