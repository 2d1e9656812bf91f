import { globSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { installLocked } from "./lib/lockedFolder.ts";
import { runMocha } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/**
 * npm run test:indexer                    the types and tests of the index
 * npm run test:indexer -- --grep 'kill'   tests whose title matches
 */
await script(async () => {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" } } });
  const whole = values.grep === undefined;
  if (whole) forgetResults("indexer");
  installLocked("indexer", "200 MB");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  if (whole) {
    const types = ["node_modules/typescript/bin/tsc", "--noEmit", "--project", "indexer"];
    const { status } = spawnSync(process.execPath, types, { stdio: "inherit" });
    if (status !== 0) throw new Failure("The types of the index do not fit.");
  }
  const tests = globSync("indexer/test/**/*.test.ts").sort();
  const results = await runMocha(tests, { grep: values.grep, parallel: true });
  if (whole) writeResults("indexer", results);
  const failed = results.filter(({ state }) => state === "failed").length;
  const skipped = results.filter(({ state }) => state === "skipped").length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  if (results.length === skipped || failed > 0) throw new Failure("Tests of the index failed.");
});
// A pool of connections would keep the process.
process.exit();
