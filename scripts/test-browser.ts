import hre from "hardhat";
import { buildClient } from "./lib/clientPackage.ts";
import { findChromium } from "./lib/chromium.ts";
import { runMocha, testsIn } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/** Runs the tests of test/browser/: the built client in a page of the Chromium that is installed here. */
await script(async () => {
  forgetResults("browser");
  console.log(`Browser: ${findChromium()}`);
  await hre.tasks.getTask("build").run({ quiet: true });
  console.log("Building the client.");
  buildClient();
  const inBrowser = testsIn("browser");
  const results = await runMocha(inBrowser);
  writeResults("browser", results);
  const failed = results.filter(({ state }) => state !== "passed").length;
  console.log(`${results.length - failed} passed, ${failed} failed in the browser`);
  if (results.length === 0 || failed > 0) throw new Failure("Tests failed in the browser.");
});
