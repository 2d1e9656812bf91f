import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, parseEther, type EIP1193RequestFn } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { parsePolicyFile, type PolicyFile } from "../../../sdk/src/index.ts";
import { panelPage } from "../../../examples/demo/panel.ts";
import { prepare } from "../../../examples/demo/prepare.ts";
import { openPort } from "../../../examples/demo/server.ts";
import { deploymentBlock } from "../../../examples/demo/served.ts";
import { openStage } from "../../../examples/demo/stage.ts";

const MNEMONIC = "test test test test test test test test test test test junk";
/** Hardhat's account of the relay. */
const SENDER = 9;

export const POLICIES = ["social", "game", "swap-bot", "upvote"] as const;
export type Ground = Awaited<ReturnType<typeof openGround>>;

/** The demo's chain before anybody has a session, with its panel on a port, and a relay behind it. */
export async function openGround({ relay: hasRelay = true } = {}) {
  const stage = await openStage();
  await prepare(stage);
  const files = {} as Record<(typeof POLICIES)[number], PolicyFile>;
  for (const name of POLICIES) {
    const file = `${name}.json`;
    const json = readFileSync(new URL(`../../../examples/policies/${file}`, import.meta.url), "utf8");
    files[name] = parsePolicyFile(json, { book: stage.names.book, file });
    await stage.client.publishPolicySync({ account: stage.chain.owner, policy: files[name].policy });
  }
  const port = await openPort(0);
  const url = `http://127.0.0.1:${port.port}`;
  const relayUrl = `http://127.0.0.1:${await freePort()}`;
  const indexUrl = `http://127.0.0.1:${await freePort()}`;
  const fromBlock = await deploymentBlock(stage.client);
  const page = panelPage(stage, fromBlock, { relay: relayUrl, index: indexUrl });
  if (page === undefined) throw new Error("The panel is not built.");
  const { provider, helpers } = stage.chain;
  port.answer(provider, page);
  const relay = hasRelay ? await startRelay(url, relayUrl) : undefined;
  return {
    ...{ stage, files, url, port, page, indexUrl, fromBlock: Number(fromBlock) },
    node: ((asked: never) => provider.request(asked)) as EIP1193RequestFn,
    fund: (address: string) => helpers.setBalance(address, parseEther("10")),
    async close() {
      await relay?.stop();
      await port.close();
      await stage.chain.connection.close();
    },
  };
}

/** The relay itself, as a process of its own. */
function startRelay(nodeUrl: string, url: string): Promise<Served> {
  const key = bytesToHex(mnemonicToAccount(MNEMONIC, { addressIndex: SENDER }).getHdKey().privateKey!);
  return serve("relay/src/main.ts", `${url}/health`, {
    LATCHKEY_RPC_URL: nodeUrl,
    LATCHKEY_PRIVATE_KEY: key,
    RELAY_JOURNAL: ":memory:",
    RELAY_PORT: new URL(url).port,
    RELAY_POLL_MS: "100",
    RELAY_LOG: "error",
  });
}

/** The index itself, with tables in files that are gone with it. Resolves when it answers. */
export async function startIndex(nodeUrl: string, url: string, fromBlock: number): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-panel-"));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { stop } = await serve("indexer/main.ts", `${url}/index/health`, {
      LATCHKEY_RPC_URL: nodeUrl,
      INDEXER_CHAIN_ID: String(hardhat.id),
      INDEXER_START_BLOCK: String(fromBlock),
      INDEXER_FOLDER: folder,
      INDEXER_POLL_MS: "100",
      INDEXER_PORT: new URL(url).port,
    });
    return { stop: () => stop().finally(forget) };
  } catch (thrown) {
    forget();
    throw thrown;
  }
}

export interface Served {
  stop(): Promise<void>;
}

/** A server as a process of its own. Resolves when it is well. */
async function serve(file: string, health: string, settings: Record<string, string>): Promise<Served> {
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.removeListener("exit", kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const isUp = await fetch(health).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { stop };
    if (child.exitCode === null && Date.now() - start < 60_000) continue;
    await stop();
    throw new Error(`${file} did not start:\n${said.slice(-3_000)}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
