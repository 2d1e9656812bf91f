import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import hre from "hardhat";
import { deployEntryPoints, deployPermit2 } from "../deploy/lib/entryPoints.ts";
import { BUNDLER_FOLDER, BUNDLER_LOG, startBundler } from "./lib/bundler.ts";
import { buildClient } from "./lib/clientPackage.ts";
import { installLocked } from "./lib/lockedFolder.ts";
import { runMocha, testsIn } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

/** Milliseconds between two blocks that nobody asks for. */
const BLOCK_TIME = 500;

/**
 * npm run test:e2e                    the client, as its users have it, against a real bundler and in wagmi's hands
 * npm run test:e2e -- --grep 'AA22'   tests whose title matches
 */
await script(async () => {
  const started = Date.now();
  const { values } = parseArgs({ options: { grep: { type: "string" } } });
  rmSync(BUNDLER_LOG, { force: true });
  installLocked(BUNDLER_FOLDER, "400 MB");
  installLocked("test/e2e/wagmi", "60 MB");
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  console.log("Building the package latchkey ...");
  buildClient();
  const endToEnd = testsIn("e2e");
  if (endToEnd.length === 0) throw new Failure("There is no test in test/e2e/.");

  // What is left over must end with this process, also when that is interrupted.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const server = await hre.network.createServer(
    // A chain like the real ones: its blocks come by themselves, and its clock does not run ahead of the bundler's.
    { network: "node", override: { allowBlocksWithSameTimestamp: true, mining: { auto: true, interval: BLOCK_TIME } } },
    "127.0.0.1",
    0,
  );
  const { port } = await server.listen();
  const node = `http://127.0.0.1:${port}`;
  const { localhost } = hre.config.networks;
  if (localhost?.type !== "http") throw new Failure("The network localhost is not one over JSON-RPC.");
  Object.assign(localhost, { url: { ...localhost.url, get: async () => node, getUrl: async () => node } });
  try {
    console.log("Starting node and bundler ...");
    const connection = await hre.network.create("localhost");
    await deployEntryPoints(connection.provider);
    await deployPermit2(connection.provider);
    const bundler = await startBundler(node, connection.provider);
    await connection.close();
    console.log(`Node at ${node}; bundler ${bundler.pid} at ${bundler.url}, its log in ${BUNDLER_LOG}.`);
    try {
      Object.assign(process.env, { LATCHKEY_RPC_URL: node, LATCHKEY_BUNDLER_URL: bundler.url });
      const whole = values.grep === undefined;
      if (whole) forgetResults("e2e");
      const results = await runMocha(endToEnd, { grep: values.grep });
      if (whole) writeResults("e2e", results);
      const failed = results.filter(({ state }) => state !== "passed").length;
      const seconds = Math.round((Date.now() - started) / 1_000);
      console.log(`${results.length - failed} passed, ${failed} failed with a real bundler, ${seconds} s`);
      if (results.length === 0 || failed > 0) throw new Failure("Tests failed with a real bundler.");
    } finally {
      await bundler.stop();
    }
  } finally {
    await server.close();
  }
});
// Timers of wagmi's queries would keep the process for minutes.
process.exit();
