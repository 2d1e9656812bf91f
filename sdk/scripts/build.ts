import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

/**
 * The package as it is published: the client in both module systems, each with its own declarations and one file per
 * source file, so that bundlers drop what is not imported; the Solidity sources; the artifacts. What is written here is
 * in no repository: it has one source each.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

for (const folder of ["dist", "contracts", "artifacts"]) rmSync(`${root}${folder}`, { recursive: true, force: true });
buildClient();
copyContracts();
copyArtifacts();

function buildClient(): void {
  const compile = (...options: string[]) =>
    execFileSync(process.execPath, [tsc, "-p", root, "--noEmit", "false", ...options], { stdio: "inherit" });
  compile("--outDir", `${root}dist/esm`);
  compile(
    ...["--outDir", `${root}dist/cjs`, "--module", "commonjs", "--moduleResolution", "node10"],
    ...["--verbatimModuleSyntax", "false", "--ignoreDeprecations", "5.0"],
  );
  writeFileSync(`${root}dist/esm/package.json`, `${JSON.stringify({ type: "module", sideEffects: false })}\n`);
  writeFileSync(`${root}dist/cjs/package.json`, `${JSON.stringify({ type: "commonjs", sideEffects: false })}\n`);
}

/** Everything but the examples, which are to be copied and not inherited from. */
function copyContracts(): void {
  cpSync(`${repository}contracts`, `${root}contracts`, {
    recursive: true,
    filter: (path) => path !== `${repository}contracts/examples`,
  });
}

interface Artifact {
  contractName: string;
  sourceName: string;
  abi: { type: string }[];
  bytecode: string;
  deployedBytecode: string;
}

/** What can be deployed, and the interfaces, under their own names: `latchkey/artifacts/Latchkey.json`. */
function copyArtifacts(): void {
  if (!existsSync(`${repository}artifacts/contracts`)) {
    throw new Error("The contracts are not built: run npm run build in the repository first.");
  }
  mkdirSync(`${root}artifacts`);
  for (const path of globSync("artifacts/contracts/**/*.json", { cwd: repository }).sort()) {
    if (path.startsWith("artifacts/contracts/examples/")) continue;
    const artifact = JSON.parse(readFileSync(`${repository}${path}`, "utf8")) as Artifact;
    const { contractName, sourceName, abi, bytecode, deployedBytecode } = artifact;
    const isInterface = sourceName.startsWith("contracts/interfaces/");
    // A library that is compiled into its users has code, and nothing to be called; a part of Latchkey has no code.
    const isCallable = bytecode !== "0x" && abi.some(({ type }) => type !== "error");
    if (!isInterface && !isCallable) continue;
    const text = JSON.stringify({ contractName, sourceName, abi, bytecode, deployedBytecode }, undefined, 2);
    writeFileSync(`${root}artifacts/${basename(path)}`, `${text}\n`);
  }
}
