import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { Wallet } from "ethers";
import { ENTRY_POINTS, type EntryPointVersion } from "../../deploy/lib/entryPoints.ts";
import type { Provider } from "../../deploy/lib/provider.ts";
import { Failure } from "./run.ts";

/** A package of its own, with its own lock: nothing of the bundler is a dependency of Latchkey or of `npm test`. */
export const BUNDLER_FOLDER = "test/e2e/bundler";
const PACKAGE = `${BUNDLER_FOLDER}/node_modules/@pimlico/alto`;
/** What all bundlers of a run say. */
export const BUNDLER_LOG = "cache/bundler.log";
const START_TIMEOUT = 120_000;
const VERSIONS: EntryPointVersion[] = ["0.7", "0.8", "0.9"];
const EXECUTORS = 2;
const FUNDS = "0x3635c9adc5dea00000";

/** The bundler as a process of its own, on loopback, against a node that has the EntryPoints. */
export async function startBundler(nodeUrl: string, provider: Provider, versions: EntryPointVersion[] = VERSIONS) {
  const keys = Array.from({ length: EXECUTORS + 1 }, () => Wallet.createRandom());
  for (const { address } of keys) await provider.request({ method: "hardhat_setBalance", params: [address, FUNDS] });
  const [utility, ...executors] = keys.map(({ privateKey }) => privateKey);
  const port = await freePort();
  const options = {
    entrypoints: versions.map((version) => ENTRY_POINTS[version].address).join(","),
    "executor-private-keys": executors.join(","),
    "utility-private-key": utility!,
    "rpc-url": nodeUrl,
    port: String(port),
    // Its tracing of validation does not work with EntryPoints from v0.7 on; test/erc7562 traces here.
    "safe-mode": "false",
    // A transaction holds at most 2^24 gas.
    "max-gas-per-bundle": "16000000",
    "refilling-wallets": "false",
    "utility-wallet-monitor": "false",
    "log-level": "warn",
  };
  mkdirSync("cache", { recursive: true });
  const log = createWriteStream(BUNDLER_LOG, { flags: "a" });
  const child = spawn(
    process.execPath,
    [
      ...["--require", `./${BUNDLER_FOLDER}/loopback.cjs`, `${PACKAGE}/esm/cli/alto.js`],
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let exited = false;
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      exited = true;
      resolve();
    }),
  );
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  // The bundler must not outlive this process, however that ends.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);

  const stop = async () => {
    child.kill();
    const late = setTimeout(kill, 5_000);
    await ended;
    clearTimeout(late);
    process.removeListener("exit", kill);
    log.end();
  };
  const url = `http://127.0.0.1:${port}`;
  for (const start = Date.now(); !(await isHealthy(url));) {
    if (exited || Date.now() - start > START_TIMEOUT) {
      await stop();
      throw new Failure(`The bundler did not start; ${BUNDLER_LOG} holds what it said.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, pid: child.pid!, stop };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

/** A port that is free now. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}
