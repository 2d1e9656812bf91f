import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { installLocked } from "./lockedFolder.ts";
import { runMocha } from "./mocha.ts";
import { Failure } from "./run.ts";
import { forgetResults, writeResults } from "./testResults.ts";

/** The types and tests of a package with a lock of its own; by `--grep`, tests whose title matches. */
export async function testPackage(folder: "relay" | "indexer", size: string): Promise<void> {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" } } });
  const whole = values.grep === undefined;
  if (whole) forgetResults(folder);
  installLocked(folder, size);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  // The tests wait for nodes and clocks most of the time.
  const typesFit = whole ? checkTypes(folder) : true;
  const tests = globSync(`${folder}/test/**/*.test.ts`).sort();
  const results = await runMocha(tests, { grep: values.grep, parallel: true });
  if (!(await typesFit)) throw new Failure(`The types of ${folder}/ do not fit.`);
  if (whole) writeResults(folder, results);
  const failed = results.filter(({ state }) => state === "failed").length;
  const skipped = results.filter(({ state }) => state === "skipped").length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  if (results.length === skipped || failed > 0) throw new Failure(`Tests of ${folder}/ failed.`);
}

async function checkTypes(folder: string): Promise<boolean> {
  const types = ["node_modules/typescript/bin/tsc", "--noEmit", "--project", folder];
  const [status] = (await once(spawn(process.execPath, types, { stdio: "inherit" }), "exit")) as [number | null];
  return status === 0;
}
