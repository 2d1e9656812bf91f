import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { findChromium } from "./lib/chromium.ts";
import { installLocked } from "./lib/lockedFolder.ts";
import { runMocha } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/**
 * npm run test:panel                     the panel's types, its build, and its tests in the Chromium that is installed here
 * npm run test:panel -- --grep 'SKL-19'  tests whose title matches
 * npm run test:panel -- --write-pictures takes the pictures of the README anew
 */
await script(async () => {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" }, "write-pictures": { type: "boolean" } } });
  if (values["write-pictures"] === true) process.env.LATCHKEY_WRITE_PICTURES = "1";
  const whole = values.grep === undefined;
  if (whole) forgetResults("panel");
  console.log(`Browser: ${findChromium()}`);
  for (const [folder, size] of [
    ["panel", "240 MB"],
    ["relay", "30 MB"],
    ["indexer", "200 MB"],
  ] as const)
    installLocked(folder, size);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  run("The panel was not built.", ["scripts/panel.ts", "--build"]);
  if (whole) {
    for (const project of ["panel/tsconfig.json", "panel/tsconfig.node.json"]) {
      run("The panel's types do not fit.", ["node_modules/typescript/bin/tsc", "--noEmit", "--project", project]);
    }
  }
  const results = await runMocha(globSync("panel/test/**/*.test.ts").sort(), { grep: values.grep });
  if (whole) writeResults("panel", results);
  const failed = results.filter(({ state }) => state !== "passed").length;
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${results.length - failed} passed, ${failed} failed in the browser, ${seconds} s`);
  if (results.length === 0 || failed > 0) throw new Failure("Tests of the panel failed.");
});
// A browser that did not end would keep the process.
process.exit();

function run(fault: string, args: string[]): void {
  if (spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0) throw new Failure(fault);
}
