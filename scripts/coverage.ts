import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { inProcessTests } from "../hardhat/namedTests.ts";
import { Failure, script } from "./lib/run.ts";

const PINNED = /^test\/(gas|deploy)\//;

/**
 * Line and statement coverage of contracts/ by all tests that run in one process; the report is in coverage/.
 * Instrumented code costs more gas and is longer, so tests that pin gas, size or address are left out; more of them can
 * be named in LATCHKEY_COVERAGE_SKIP, a list with commas.
 */
await script(async () => {
  const skipped = (process.env.LATCHKEY_COVERAGE_SKIP ?? "").split(",");
  const files = [...globSync("test/**/*.t.sol"), ...inProcessTests(process.cwd())].filter(
    (file) => !skipped.includes(file) && !PINNED.test(file),
  );
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/hardhat/dist/src/cli.js", "--coverage", "test", ...files],
    { stdio: "inherit", env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" } },
  );
  if (status !== 0) throw new Failure("Not every test passed on instrumented code; see above.");
});
