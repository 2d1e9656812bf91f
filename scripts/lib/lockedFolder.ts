import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "./run.ts";

/** Brings in what the lock of a folder with a package of its own names, unless it is there; `size` says how much. */
export function installLocked(folder: string, size: string): void {
  const { dependencies } = readJson(`${folder}/package.json`) as { dependencies: Record<string, string> };
  if (Object.entries(dependencies).every(([name, wanted]) => versionOf(folder, name) === wanted.split("@").at(-1)))
    return;
  console.log(`Installing what the lock of ${folder} names, about ${size} ...`);
  const { status } = spawnSync("npm", ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Failure(`What the lock of ${folder} names could not be installed.`);
}

function versionOf(folder: string, name: string): string | undefined {
  const file = `${folder}/node_modules/${name}/package.json`;
  return existsSync(file) ? (readJson(file) as { version: string }).version : undefined;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
