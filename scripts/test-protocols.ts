import { parseArgs } from "node:util";
import hre from "hardhat";
import { installLocked, PROTOCOL_PACKAGES } from "./lib/lockedFolder.ts";
import { runMocha, testsIn } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/**
 * npm run test:protocols                       the policy files against the real protocols
 * npm run test:protocols -- --grep 'Uniswap'   tests whose title matches
 */
await script(async () => {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" } } });
  const whole = values.grep === undefined;
  if (whole) forgetResults("protocols");
  installLocked("test/protocols", "200 MB", PROTOCOL_PACKAGES);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const results = await runMocha(testsIn("protocols"), { grep: values.grep, parallel: true });
  if (whole) writeResults("protocols", results);
  const failed = results.filter(({ state }) => state !== "passed").length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${results.length - failed} passed, ${failed} failed with real protocols, ${seconds} s`);
  if (results.length === 0 || failed > 0) throw new Failure("Tests failed with real protocols.");
});
