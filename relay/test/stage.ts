import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Address,
  encodeFunctionData,
  type Hash,
  hashTypedData,
  type Hex,
  type LocalAccount,
  parseEther,
  parseEventLogs,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getBlock, getBlockNumber } from "viem/actions";
import { openPort } from "../../examples/demo/server.ts";
import { latchkeyDomain } from "../../sdk/src/chain/domain.ts";
import { typedData } from "../../sdk/src/chain/typedData.ts";
import { sessionExecutorAbi } from "../../sdk/src/generated/abi/sessionExecutorAbi.ts";
import { sessionForwarderAbi } from "../../sdk/src/generated/abi/sessionForwarderAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import { signSessionDigest } from "../../sdk/src/keys/SessionKey.ts";
import { openClientStage, transfer } from "../../test/support/client/clientStage.ts";
import { feedAbi } from "../../test/support/client/sessionClient.ts";
import { logAt } from "../src/log.ts";
import { openService, type Service } from "../src/service.ts";
import { readSettings } from "../src/settings.ts";

/** A call that is ready to be posted. */
export interface Posted {
  chainId: number;
  to: Address;
  data: Hex;
  gas?: string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown> & { digest: Hash; hash: Hash; status: string; code: string; message: string };
}

/** What the node does to a question before it answers: returns something else, waits, or throws. */
export type Fault = (
  request: { method: string; params: unknown[] },
  next: () => Promise<unknown>,
) => Promise<unknown> | unknown;

/** Settings that make a test short. */
const QUICK = {
  ...{ RELAY_PORT: "0", RELAY_POLL_MS: "40", RELAY_RESEND_MS: "300", RELAY_REQUESTS_PER_MINUTE: "10000000" },
  ...{ RELAY_PRINCIPAL_GWEI_PER_DAY: String(2 ** 50), RELAY_APP_GWEI_PER_DAY: String(2 ** 50) },
  RELAY_GWEI_PER_DAY: String(2 ** 50),
};

/** A chain with Latchkey, served over HTTP, a smart account and a plain wallet with sessions, and relays of it. */
export async function openStage() {
  const stage = await openClientStage();
  const { world, client, deployment } = stage;
  const folder = mkdtempSync(join(tmpdir(), "latchkey-relay-"));
  const rpc = (method: string, ...params: unknown[]) => world.provider.request({ method, params });

  let fault: Fault | undefined;
  const port = await openPort(0);
  port.answer({
    request: async (request: { method: string; params?: unknown[] }) => {
      const { method, params = [] } = request;
      const next = () => world.provider.request({ method, params });
      return fault === undefined ? next() : fault({ method, params }, next);
    },
  } as never);
  const gate = await openGate(`http://127.0.0.1:${port.port}`);
  const nodeUrl = gate.url;

  const owner = await stage.funded();
  const wallet = await stage.funded();
  const account = await stage.account(owner.address);
  const token = await stage.token(account);
  const feed = (await (
    await world.ethers.deployContract("SocialFeed", [deployment.forwarder, world.owner.address, 280])
  ).getAddress()) as Address;
  const payer = await stage.funded();
  const policy = sdk.definePolicy({
    app: "relayed.example",
    maxDuration: 86_400,
    maxCalls: sdk.MAX_CALLS,
    permissions: [sdk.contract({ address: token, abi: transferAbi, methods: { transfer: {} } })],
    limits: [{ unit: token, cap: 10n ** 18n }],
  });
  const feedPolicy = sdk.definePolicy({
    app: "feed.example",
    maxDuration: 86_400,
    maxCalls: sdk.MAX_CALLS,
    permissions: [sdk.contract({ address: feed, abi: feedAbi, methods: { post: {} } })],
  });
  for (const each of [policy, feedPolicy]) await client.publishPolicySync({ account: payer, policy: each });
  const key = await stage.key();
  const feedKey = await stage.key();
  await client.registerSessionSync({ principal: account, account: owner, relayer: payer, key, policy });
  await client.registerSessionSync({ account: wallet, key: feedKey, policy: feedPolicy });
  const chainId = await client.request({ method: "eth_chainId" }).then(Number);
  const domain = latchkeyDomain(chainId, deployment.latchkey);
  const session = await client.getSession({ principal: account, key: key.address });
  const feedSession = await client.getSession({ principal: wallet.address, key: feedKey.address });

  /** A transfer of the smart account that its session's key signed; `amount` is part of what is signed. */
  async function relayed(nonce: bigint, fields: { amount?: bigint; validUntil?: number } = {}): Promise<Posted> {
    const { amount = 1n, validUntil = session.validUntil } = fields;
    const { mode, executionCalldata } = sdk.encodeCalls([transfer(token, amount)]);
    const signed = { nonce, minGas: 0n, validUntil, registration: session.registration };
    const digest = hashTypedData({
      ...{ domain, types: typedData.sessionExecution, primaryType: "SessionExecution" },
      message: { principal: account, mode, executionCalldata, ...signed },
    });
    const signature = await signSessionDigest(key, digest, validUntil);
    const args = [account, mode, executionCalldata, nonce, 0n, signature] as const;
    const data = encodeFunctionData({ abi: sessionExecutorAbi, functionName: "executeBySig", args });
    return { chainId, to: deployment.latchkey, data };
  }

  /** A post of the plain wallet through the forwarder. */
  async function forwarded(nonce: bigint, text = "hi"): Promise<Posted> {
    const { validUntil, registration } = feedSession;
    const inner = encodeFunctionData({ abi: feedAbi, functionName: "post", args: [text] });
    const digest = hashTypedData({
      ...{ domain, types: typedData.sessionForward, primaryType: "SessionForward" },
      message: {
        ...{ principal: wallet.address, target: feed, data: inner, nonce, minGas: 0n, validUntil, registration },
      },
    });
    const signature = await signSessionDigest(feedKey, digest, validUntil);
    const args = [wallet.address, feed, inner, nonce, 0n, signature] as const;
    return {
      chainId,
      to: deployment.forwarder,
      data: encodeFunctionData({ abi: sessionForwarderAbi, functionName: "forwardBySig", args }),
    };
  }

  /** What an action of the client would hand to a relayer, which does not send it. */
  async function captured(
    run: (relayer: (call: sdk.RelayedCall) => Promise<Hash>) => Promise<unknown>,
  ): Promise<Posted> {
    let found: sdk.RelayedCall | undefined;
    await run((call) => {
      found = call;
      return Promise.resolve(`0x${"11".repeat(32)}` as const);
    });
    return { chainId, to: found!.to, data: found!.data };
  }

  /** A sender with money of its own. */
  async function sender(wei = parseEther("100")): Promise<{ secret: Hex; account: LocalAccount }> {
    const secret = generatePrivateKey();
    const each = privateKeyToAccount(secret);
    await world.helpers.setBalance(each.address, wei);
    return { secret, account: each };
  }

  let journals = 0;
  const newJournal = () => join(folder, `journal-${++journals}.sqlite`);
  const environment = (secret: Hex, env: Record<string, string>) => ({
    ...{ LATCHKEY_RPC_URL: nodeUrl, LATCHKEY_PRIVATE_KEY: secret, RELAY_JOURNAL: newJournal() },
    ...QUICK,
    ...env,
  });
  const opened = new Set<{ close(): Promise<void> }>();

  /** A relay in this process. */
  async function relay(env: Record<string, string> = {}, from?: { secret: Hex; account: LocalAccount }) {
    const { secret, account: by } = from ?? (await sender());
    const lines: string[] = [];
    const full = environment(secret, env);
    const service: Service = await openService(
      readSettings(full),
      logAt("info", (line) => void lines.push(line)),
    );
    const one = { close: () => service.close() };
    opened.add(one);
    const close = async () => {
      if (opened.delete(one)) await service.close();
    };
    return { ...requestsTo(service.url), service, lines, secret, sender: by, env: full, close };
  }

  /** A relay as a process of its own. */
  async function spawned(
    env: Record<string, string> = {},
    from?: { secret: Hex; account: LocalAccount },
    killedAfter?: number,
  ) {
    const { secret, account: by } = from ?? (await sender());
    const full = environment(secret, env);
    const child = spawn(process.execPath, [new URL("../src/main.ts", import.meta.url).pathname], {
      env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: join(tmpdir(), "latchkey-relay-compiled"), ...full },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // It must not outlive this process, however that ends.
    const end = () => void child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.removeListener("exit", end));
    const one = { close: () => kill(child) };
    opened.add(one);
    if (killedAfter !== undefined) setTimeout(() => child.kill("SIGKILL"), killedAfter);
    const url = await urlOf(child);
    const close = async () => {
      opened.delete(one);
      await kill(child);
    };
    return { ...requestsTo(url), child, secret, sender: by, env: full, close };
  }

  /** Every transaction of a sender, in order. */
  async function sentBy(
    by: Address,
    fromBlock = 0n,
  ): Promise<{ nonce: number; input: Hex; hash: Hash; success: boolean }[]> {
    const found = [];
    for (let blockNumber = fromBlock, last = await getBlockNumber(client); blockNumber <= last; ++blockNumber) {
      const block = await getBlock(client, { blockNumber, includeTransactions: true });
      for (const { from, nonce, input, hash } of block.transactions) {
        if (from.toLowerCase() !== by.toLowerCase()) continue;
        const receipt = (await rpc("eth_getTransactionReceipt", hash)) as { status: Hex };
        found.push({ nonce: Number(nonce), input, hash, success: receipt.status === "0x1" });
      }
    }
    return found;
  }

  /** How often the session acted, by the log. */
  async function uses(): Promise<number> {
    const logs = (await rpc("eth_getLogs", { address: deployment.latchkey, fromBlock: "0x0" })) as never[];
    return parseEventLogs({ abi: sessionExecutorAbi, logs, eventName: "SessionUsed" }).length;
  }

  return {
    ...{ stage, world, client, chainId, deployment, rpc, nodeUrl, owner, wallet, account, token, feed, payer, policy },
    ...{
      feedPolicy,
      key,
      feedKey,
      relayed,
      forwarded,
      captured,
      sender,
      relay,
      spawned,
      sentBy,
      uses,
      newJournal,
      folder,
    },
    /** The way to the node. */
    gate,
    /** What the node does from now on; nothing unusual without one. */
    setFault: (given?: Fault) => void (fault = given),
    /** Mines blocks every so many milliseconds, and none for a transaction; ends with what is returned. */
    async mineEvery(milliseconds: number): Promise<() => Promise<void>> {
      await rpc("evm_setAutomine", false);
      const timer = setInterval(() => void rpc("evm_mine").catch(() => undefined), milliseconds);
      return async () => {
        clearInterval(timer);
        await rpc("evm_setAutomine", true);
      };
    },
    async endRelays(): Promise<void> {
      fault = undefined;
      gate.mode = "open";
      for (const each of [...opened]) await each.close();
      opened.clear();
    },
    async close(): Promise<void> {
      for (const each of opened) await each.close();
      await gate.close();
      await port.close();
      await world.connection.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

const transferAbi = [
  {
    type: "function",
    name: "transfer",
    stateMutability: "nonpayable",
    inputs: [
      { name: "to", type: "address" },
      { name: "value", type: "uint256" },
    ],
    outputs: [{ name: "", type: "bool" }],
  },
] as const;

/** What stands between a relay and its node: lets everything through, nothing, or everything late. */
async function openGate(target: string) {
  const gate = { url: "", mode: "open" as "open" | "shut" | number, close };
  const server = createServer(async (request, response) => {
    const { mode } = gate;
    if (mode === "shut") return void request.socket.destroy();
    let body = "";
    for await (const chunk of request) body += String(chunk);
    if (typeof mode === "number") await pause(mode);
    const answer = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
    response.setHeader("content-type", "application/json").end(await answer.text());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  gate.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gate;

  async function close() {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

/** What is asked of a relay over HTTP. */
export function requestsTo(url: string) {
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Answer["body"] };
  };
  const send = (body: string, type = "application/json") =>
    ask("/calls", { method: "POST", headers: { "content-type": type }, body });
  const post = (call: unknown) => send(JSON.stringify(call));
  const get = (digest: string) => ask(`/calls/${digest}`);
  return {
    ...{ url, ask, send, post, get },
    /** Waits until a call has one of these states. */
    until: (digest: Hash, ...states: string[]): Promise<Answer["body"]> =>
      eventually(
        async () => {
          const { body } = await get(digest);
          return states.includes(body.status) ? body : undefined;
        },
        `${digest} ${states.join(" or ")}`,
      ),
  };
}

/** Asks until there is an answer. */
export async function eventually<result>(
  ask: () => Promise<result | undefined> | result | undefined,
  what: string,
  timeout = 20_000,
): Promise<result> {
  for (const end = Date.now() + timeout; ;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain for: ${what}.`);
    await pause(20);
  }
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** The end of a process, however it comes. */
export async function kill(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function urlOf(child: ChildProcess): Promise<string> {
  let said = "";
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.stdout!.on("data", (chunk: Buffer) => {
      if (said.length > 100_000) return;
      said += chunk.toString();
      const [, url] = /"url":"(http:[^"]+)"/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`The relay ended with ${code}: ${errors}${said.slice(-500)}`)));
  });
}
