import { script } from "../lib/run.ts";
import { readResults } from "../lib/testResults.ts";

/** One line over all whole runs that are recorded: Solidity, TypeScript, over JSON-RPC, of the relay and of the index. */
await script(async () => {
  const results = readResults();
  const [passed, failed, skipped] = (["passed", "failed", "skipped"] as const).map(
    (state) => results.filter((each) => each.state === state).length,
  );
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed !== 0) process.exitCode = 1;
});
