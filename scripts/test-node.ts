import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import hre from "hardhat";
import { runMocha, testsIn } from "./lib/mocha.ts";
import { Failure, script } from "./lib/run.ts";
import { forgetResults, writeResults } from "./lib/testResults.ts";

const LOG = "cache/node.log";
const START_TIMEOUT = 60_000;

/** Serves a node of its own on a free loopback port and runs the tests of test/node/ against it over JSON-RPC. */
await script(async () => {
  forgetResults("node");
  await hre.tasks.getTask("build").run({ quiet: true });
  const overRpc = testsIn("node");
  if (overRpc.length === 0) throw new Failure("There is no test in test/node/.");

  const node = await serveNode();
  try {
    console.log(`Node ${node.pid} at ${node.url}, its log in ${LOG}.`);
    const { localhost } = hre.config.networks;
    if (localhost?.type !== "http") throw new Failure("The network localhost is not one over JSON-RPC.");
    Object.assign(localhost, { url: { ...localhost.url, get: async () => node.url, getUrl: async () => node.url } });
    const results = await runMocha(overRpc);
    writeResults("node", results);
    const failed = results.filter(({ state }) => state !== "passed").length;
    console.log(`${results.length - failed} passed, ${failed} failed over JSON-RPC`);
    if (results.length === 0 || failed > 0) throw new Failure("Tests failed over JSON-RPC.");
  } finally {
    await node.stop();
  }
});

async function serveNode() {
  mkdirSync("cache", { recursive: true });
  const log = createWriteStream(LOG);
  const child = spawn(
    process.execPath,
    ["node_modules/hardhat/dist/src/cli.js", "node", "--hostname", "127.0.0.1", "--port", "0"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill();
    await exited;
    log.end();
  };
  // The node must not outlive this script, however it ends.
  process.once("exit", () => child.kill());
  child.stderr.pipe(log, { end: false });

  const url = await new Promise<string | undefined>((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      log.write(chunk);
      if (text.length > 100_000) return;
      text += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => resolve(undefined));
    setTimeout(() => resolve(undefined), START_TIMEOUT).unref();
  });
  if (url === undefined) {
    await stop();
    throw new Failure(`The node did not start; ${LOG} holds what it said.`);
  }
  return { url, pid: child.pid, stop };
}
