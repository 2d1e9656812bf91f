import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "./run.ts";

/**
 * Installs a folder that is a package of its own, with its own lock, unless it is there as `name` and its version say:
 * nothing of it is a dependency of Latchkey or of `npm test`.
 */
export function installOwnPackage(folder: string, name: string, size: string, options: string[] = []): void {
  const { dependencies } = readJson(`${folder}/package.json`) as { dependencies: Record<string, string> };
  const wanted = dependencies[name];
  const installed = `${folder}/node_modules/${name}/package.json`;
  if (existsSync(installed) && (readJson(installed) as { version: string }).version === wanted) return;
  console.log(`Installing ${name} ${wanted} below ${folder}, about ${size} ...`);
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", ...options];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Failure(`${name} could not be installed below ${folder}.`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
