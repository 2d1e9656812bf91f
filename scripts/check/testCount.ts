import { script } from "../lib/run.ts";
import { readResults } from "../lib/testResults.ts";

/** One line over all whole runs that are recorded: Solidity, TypeScript, and over JSON-RPC. */
await script(async () => {
  const results = readResults();
  const passed = results.filter(({ state }) => state === "passed").length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  if (passed < results.length) process.exitCode = 1;
});
