import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { bytesToHex, parseEther, type EIP1193RequestFn } from "viem";
import { mnemonicToAccount } from "viem/accounts";
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
  const page = panelPage(stage, await deploymentBlock(stage.client), { relay: relayUrl, index: indexUrl });
  if (page === undefined) throw new Error("The panel is not built.");
  const { provider, helpers } = stage.chain;
  port.answer(provider, page);
  const relay = hasRelay ? await startRelay(url, relayUrl) : undefined;
  return {
    ...{ stage, files, url, port, page, indexUrl },
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
async function startRelay(nodeUrl: string, url: string) {
  const key = bytesToHex(mnemonicToAccount(MNEMONIC, { addressIndex: SENDER }).getHdKey().privateKey!);
  const env = {
    ...process.env,
    LATCHKEY_RPC_URL: nodeUrl,
    LATCHKEY_PRIVATE_KEY: key,
    RELAY_JOURNAL: ":memory:",
    RELAY_PORT: new URL(url).port,
    RELAY_POLL_MS: "100",
    RELAY_LOG: "error",
  };
  const child = spawn(process.execPath, ["relay/src/main.ts"], { env, stdio: ["ignore", "inherit", "inherit"] });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null || Date.now() - start > 60_000) throw new Error("The relay did not start.");
  }
  return {
    async stop() {
      process.removeListener("exit", kill);
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
