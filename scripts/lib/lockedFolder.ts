import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { Failure } from "./run.ts";

/** Where the packages of test/protocols/ lie: below test/ their Solidity would be taken for tests. */
export const PROTOCOL_PACKAGES = "cache/protocols/packages";

/** What says which packages a folder has, and how npm lays them out. */
const FILES = ["package.json", "package-lock.json", ".npmrc"];

/** Brings in what the lock of a folder with a package of its own names, unless it is there; `size` says how much. */
export function installLocked(folder: string, size: string, into = folder): void {
  const files = FILES.filter((file) => existsSync(`${folder}/${file}`));
  const { dependencies } = readJson(`${folder}/package.json`) as { dependencies: Record<string, string> };
  // What lies beside it has the version that it has.
  const isThere = ([name, wanted]: [string, string]) =>
    wanted.startsWith("file:")
      ? versionOf(into, name) !== undefined
      : versionOf(into, name) === wanted.split("@").at(-1);
  const isCopied = (file: string) => into === folder || textOf(`${into}/${file}`) === textOf(`${folder}/${file}`);
  if (Object.entries(dependencies).every(isThere) && files.every(isCopied)) return;
  console.log(`Installing what the lock of ${folder} names, about ${size} ...`);
  mkdirSync(into, { recursive: true });
  if (into !== folder) for (const file of files) copyFileSync(`${folder}/${file}`, `${into}/${file}`);
  const { status } = spawnSync("npm", ["ci", "--prefix", into, "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Failure(`What the lock of ${folder} names could not be installed.`);
}

function versionOf(folder: string, name: string): string | undefined {
  const text = textOf(`${folder}/node_modules/${name}/package.json`);
  return text === undefined ? undefined : (JSON.parse(text) as { version: string }).version;
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
