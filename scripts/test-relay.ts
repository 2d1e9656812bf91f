import { globSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { installLocked } from "./lib/lockedFolder.ts";
import { runMocha } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/**
 * npm run test:relay                    the relay's types and tests
 * npm run test:relay -- --grep 'kill'   tests whose title matches
 */
await script(async () => {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" } } });
  const whole = values.grep === undefined;
  if (whole) forgetResults("relay");
  installLocked("relay", "30 MB");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  if (whole) {
    const types = ["node_modules/typescript/bin/tsc", "--noEmit", "--project", "relay"];
    const { status } = spawnSync(process.execPath, types, { stdio: "inherit" });
    if (status !== 0) throw new Failure("The relay's types do not fit.");
  }
  const tests = globSync("relay/test/**/*.test.ts").sort();
  const results = await runMocha(tests, { grep: values.grep, parallel: true });
  if (whole) writeResults("relay", results);
  const failed = results.filter(({ state }) => state === "failed").length;
  const skipped = results.filter(({ state }) => state === "skipped").length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${results.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`);
  if (results.length === skipped || failed > 0) throw new Failure("Tests of the relay failed.");
});
// A pool of connections would keep the process.
process.exit();
