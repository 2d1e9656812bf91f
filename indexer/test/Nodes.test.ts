import { expect } from "chai";
import { PGlite } from "@electric-sql/pglite";
import { createClient as createSqlClient, eq } from "@ponder/client";
import { policyStoreAbi } from "../../sdk/src/generated/abi/policyStoreAbi.ts";
import { decodeEventLog, encodeAbiParameters, encodeEventTopics, type Hex } from "viem";
import { entryPoint09Abi } from "viem/account-abstraction";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { accounts, closeGround, openGround, rpc, send, stage } from "../../test/property/ground.ts";
import { openChain } from "../../test/support/chain/chain.ts";
import { saySeedOnFailure, seedOf } from "../../test/support/fuzz.ts";
import * as schema from "../ponder.schema.ts";
import type { Code } from "../src/api/guard.ts";
import { freePort } from "../../test/support/servers/freePort.ts";
import { eventually, type Index, startIndex } from "./index.ts";
import { Life } from "./life.ts";
import { NodeError, ServedNode } from "./node.ts";
import { isTheChain, tablesOf } from "./truth.ts";

/** What a node can do to an index, and what the index says of it, on every way that it is asked. */
describe("The index and its node", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-index-"));
  let node: ServedNode;
  let life: Life;
  let index: Index;
  let folders = 0;
  /** What PGlite begins with, which takes as long to make as the rest of a start. */
  const empty = join(folder, "empty");
  saySeedOnFailure();

  before(async function () {
    this.timeout(300_000);
    await openGround();
    node = await ServedNode.open(stage.chain.provider as never);
    await (await PGlite.create(empty)).close();
    life = await Life.begin(seedOf("index and node"));
    await life.take(60);
    index = await start();
    await answers();
  });
  after(async () => {
    await index.end();
    await node.close();
    await closeGround();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(own: Record<string, string> = {}): Promise<Index> {
    const tables = join(folder, own["INDEXER_FOLDER"] ?? String(++folders));
    if (!existsSync(tables)) cpSync(empty, tables, { recursive: true });
    return startIndex({ LATCHKEY_RPC_URL: node.url, INDEXER_CHAIN_ID: "31337", ...own, INDEXER_FOLDER: tables });
  }

  /** It is at the chain's newest block, and says so. */
  async function answers(): Promise<void> {
    const { hash } = (await rpc("eth_getBlockByNumber", ["latest", false])) as { hash: string };
    await eventually(async () => {
      const health = await index.health();
      return health?.status === "ok" && health.head!.hash === hash;
    }, `the index to answer at ${hash}`).catch(async (thrown: Error) => {
      throw new Error(`${thrown.message}\n${JSON.stringify(await index.health())}\n${index.output().slice(-3_000)}`);
    });
  }

  /** Health, GraphQL and SQL say the same, and no row is shown. */
  async function refuses(code: Code, message: RegExp): Promise<void> {
    const found = await eventually(async () => {
      if (index.child.exitCode !== null) throw new Error("It ended.");
      const health = await index.health();
      return health?.code === code && health;
    }, `a health that says ${code}`).catch(async (thrown: Error) => {
      const tail = index.output().slice(-3_000);
      throw new Error(`${thrown.message}\n${JSON.stringify(await index.health())}\n${tail}`);
    });
    expect(found.status).to.equal("refused");
    expect(found.message).to.match(message);
    const { status, data, errors } = await index.graphql("{ sessions { totalCount } }");
    expect([status, data, errors?.[0]?.extensions?.code]).to.deep.equal([503, undefined, code]);
    expect(errors![0]!.message).to.match(message);
    const sql = await fetch(`${index.url}/sql/db?sql=${encodeURIComponent('{"sql":"select 1","params":[]}')}`);
    expect([
      sql.status,
      ((await sql.json()) as typeof found & { errors: typeof errors }).errors?.[0]?.extensions?.code,
    ]).to.deep.equal([503, code]);
    expect((await fetch(`${index.url}/index/health`)).status).to.equal(503);
  }

  it("answers this machine alone", async function () {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === "IPv4" && !each.internal);
    if (outside === undefined) this.skip();
    const { port } = new URL(index.url);
    expect((await fetch(`http://127.0.0.1:${port}/index/health`)).status).to.equal(200);
    expect(await thrownBy(fetch(`http://${outside.address}:${port}/index/health`))).to.equal("fetch failed");
  });

  it("answers questions alone: no page, no writes, no depth", async () => {
    expect((await fetch(`${index.url}/graphql`)).status).to.equal(405);
    const { db } = createSqlClient(`${index.url}/sql`, { schema });
    expect(await thrownBy(db.execute("delete from sessions"))).to.match(/DeleteStmt|not supported/);
    expect(await thrownBy(db.execute("select pg_sleep(1)"))).to.match(/not supported/i);
    const deep =
      "policy { sessions { items { policy { sessions { items { policy { sessions { items { key } } } } } } } } }";
    const { errors } = await index.graphql(`{ sessions { items { ${deep} } } }`);
    expect(errors?.[0]?.message).to.match(/depth limit/i);
  });

  it("tells a live query of a registration", async () => {
    const client = createSqlClient(`${index.url}/sql`, { schema });
    const told: number[] = [];
    const { unsubscribe } = client.live(
      (db) => db.select().from(schema.session).where(eq(schema.session.app, life.run.policies[0]!.app)),
      (rows) => void told.push(rows.length),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = (await tablesOf(index)).sessions.filter(({ app }) => app === life.run.policies[0]!.app).length;
    await life.takeOnChains();
    await eventually(() => told.includes(before + 1), "the live query to tell", 10_000);
    unsubscribe();
    await answers();
  });

  it("that is down, and comes back", async () => {
    node.isDown = true;
    await refuses("NODE_UNAVAILABLE", /^The node does not answer: /);
    await life.take(10);
    node.isDown = false;
    await answers();
    await isTheChain(index, stage);
  });

  it("that is slow: late, and still right; then slower than anybody waits", async function () {
    this.timeout(300_000);
    node.delay = 300;
    await life.take(3);
    await answers();
    node.delay = 4_000;
    await refuses("NODE_UNAVAILABLE", /^The node does not answer: /);
    node.delay = 0;
    await answers();
    await isTheChain(index, stage);
  });

  it("that is another chain's", async () => {
    node.fault = (method) => (method === "eth_chainId" ? "0x1" : undefined);
    await refuses("OTHER_CHAIN", /^The node is on chain 1; this index is of chain 31337\.$/);
    node.fault = undefined;
    await answers();
  });

  it("that lets go of what it held for final: it refuses, also after a restart, until the tables are new", async function () {
    this.timeout(600_000);
    await life.takeBack(node, 20, async () => {
      await life.idle(70);
      await answers();
    });
    await life.idle(100);
    await life.takeOnChains();
    await refuses(
      "UNRECOVERABLE",
      /^Block \d+ in the tables is 0x[0-9a-f]{64}; the chain's is 0x[0-9a-f]{64}\. Nothing takes it back: delete the tables and start again\.$/,
    );
    await index.end("SIGTERM");

    // Nobody is there yet: it waits, and then finds that its tables are not this chain's.
    node.isDown = true;
    index = await start({ INDEXER_FOLDER: "1" });
    await eventually(() => index.output().includes("Waiting for the node: "), "it to wait");
    node.isDown = false;
    await life.idle(40);
    await life.takeOperations();
    await refuses("UNRECOVERABLE", /^Block \d+ in the tables is 0x[0-9a-f]{64}; the chain's is 0x[0-9a-f]{64}\./);
    await index.end();

    // A node that remembers no old state and gives logs of few blocks, in words that nobody knows.
    const oldest = Number(await rpc("eth_blockNumber", [])) - 60;
    node.fault = async (method, params) => {
      const [first, second] = params as [{ fromBlock?: string; toBlock?: string }, { blockHash?: string }];
      if (
        method === "eth_getLogs" &&
        first.fromBlock !== undefined &&
        Number(first.toBlock) - Number(first.fromBlock) > 10
      )
        throw new NodeError(-32_000, "no");
      if (method !== "eth_call" || second.blockHash === undefined) return undefined;
      const block = (await rpc("eth_getBlockByHash", [second.blockHash, false])) as { number: string };
      if (Number(block.number) < oldest) throw new NodeError(-32_000, "missing trie node");
      return undefined;
    };
    const [account] = accounts;
    index = await start({ INDEXER_MAX_BLOCK_RANGE: "10", INDEXER_SENDERS: account!.address });
    await answers();
    const { sessions, samples, uses, principals } = await tablesOf(index);
    expect(uses.length).to.be.greaterThan(0);
    expect(sessions.some(({ sampledBlock }) => sampledBlock === null)).to.equal(true);
    expect(samples.length).to.be.greaterThan(0);
    expect(samples.filter(({ block }) => block < oldest)).to.deep.equal([]);
    // Others have acted by operations, too.
    const own = account!.address.toLowerCase();
    const topics = encodeEventTopics({ abi: entryPoint09Abi, eventName: "UserOperationEvent" });
    const operations = (await rpc("eth_getLogs", [{ fromBlock: "0x0", topics }])) as { topics: string[] }[];
    const senders = new Set(operations.map((log) => `0x${log.topics[2]!.slice(26)}`));
    expect(principals.some(({ principal }) => principal !== own && senders.has(principal))).to.equal(true);
    const others = uses.filter(({ route, principal }) => route === "userOperation" && principal !== own);
    expect(others).to.deep.equal([]);
    node.fault = undefined;
  });

  it("whose chain is another one from the start, with the same id", async function () {
    this.timeout(300_000);
    const { connection, provider } = await openChain();
    node.provider = provider as never;
    await refuses("NODE_BEHIND", /^The node is at block \d+, the tables are at \d+: it is behind, or another chain\.$/);
    const { number } = (await index.health())!.head!;
    for (let i = 0; i <= number; ++i) await provider.request({ method: "evm_mine", params: [] });
    await refuses("UNRECOVERABLE", /^Block \d+ in the tables is 0x/);
    node.provider = stage.chain.provider as never;
    await connection.close();
    await answers();
  });

  it("that shows a policy which is not the one of its id", async function () {
    this.timeout(300_000);
    type Published = { address: string; data: Hex; topics: [Hex, ...Hex[]] };
    const spoiled = (log: Published) => {
      if (log.address.toLowerCase() !== String(stage.store.target).toLowerCase()) return log;
      const { args } = decodeEventLog({ abi: policyStoreAbi, eventName: "PolicyPublished", ...log });
      const inputs = policyStoreAbi.find((item) => item.name === "PolicyPublished")!.inputs.slice(2);
      const policy = { ...args.policy, maxCalls: args.policy.maxCalls + 1 };
      return { ...log, data: encodeAbiParameters(inputs, [args.number, args.pointer, policy]) };
    };
    node.fault = async (method, params) => {
      if (method !== "eth_getLogs") return undefined;
      return ((await stage.chain.provider.request({ method, params })) as Published[]).map(spoiled);
    };
    const policy = { ...life.run.policies[0]!, app: "spoiled.example" };
    const data = stage.store.interface.encodeFunctionData("publishPolicy", [policy]);
    await send(stage.chain.stranger.address, await stage.store.getAddress(), data, 16_000_000);
    const message = /^The policy that the node shows for 0x[0-9a-f]{64} has the hash 0x[0-9a-f]{64}\.$/;
    await refuses("POLICY_MISMATCH", message);
    // What came of it is in the tables for good.
    node.fault = undefined;
    await rpc("evm_mine", []);
    await refuses("POLICY_MISMATCH", message);
  });
});

describe("The index and its settings", () => {
  async function endOf(env: Record<string, string>): Promise<string> {
    const index = await startIndex(env);
    await eventually(() => index.child.exitCode !== null, "its end", 20_000);
    expect(index.child.exitCode).to.equal(1);
    return index.output().trim();
  }

  const right = { LATCHKEY_RPC_URL: "http://127.0.0.1:1", INDEXER_CHAIN_ID: "31337" };

  it("that make no sense end its start with a sentence", async function () {
    this.timeout(300_000);
    const cases: [Record<string, string>, string][] = [
      [{ ...right, INDEXER_SENDER: "*" }, "INDEXER_SENDER is not a setting of the index: they are INDEXER_CHAIN_ID, "],
      [{ INDEXER_CHAIN_ID: "1" }, 'LATCHKEY_RPC_URL is "", not the URL of a node over HTTP.'],
      [{ ...right, LATCHKEY_RPC_URL: "ws://x" }, 'LATCHKEY_RPC_URL is "ws://x", not the URL of a node over HTTP.'],
      [
        { LATCHKEY_RPC_URL: right.LATCHKEY_RPC_URL },
        'INDEXER_CHAIN_ID is "", not a whole number from 1 to 2147483647.',
      ],
      [{ ...right, INDEXER_POLL_MS: "99" }, 'INDEXER_POLL_MS is "99", not a whole number from 100 to 60000.'],
      [
        { ...right, INDEXER_START_BLOCK: "-1" },
        'INDEXER_START_BLOCK is "-1", not a whole number from 0 to 281474976710656.',
      ],
      [{ ...right, INDEXER_SENDERS: "0x12" }, 'INDEXER_SENDERS has "0x12", which is not an address.'],
      [{ ...right, DATABASE_URL: "mysql://x" }, "DATABASE_URL is not the URL of a Postgres."],
    ];
    const said = await Promise.all(cases.map(([env]) => endOf(env)));
    for (const [i, [, sentence]] of cases.entries()) expect(said[i]!.slice(0, sentence.length)).to.equal(sentence);
  });

  it("whose port is taken, and whose node is on another chain", async function () {
    this.timeout(300_000);
    const node = await ServedNode.open({
      request: ({ method }) => Promise.resolve(method === "eth_chainId" ? "0x5" : null),
    });
    const taken = new URL(node.url).port;
    expect(await endOf({ ...right, INDEXER_PORT: taken })).to.match(
      new RegExp(`^Nobody can listen at 127\\.0\\.0\\.1:${taken}: .*EADDRINUSE`),
    );
    expect(await endOf({ ...right, LATCHKEY_RPC_URL: node.url, INDEXER_PORT: String(await freePort()) })).to.equal(
      "The node is on chain 5; INDEXER_CHAIN_ID is 31337.",
    );
    await node.close();
  });
});

async function thrownBy(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "";
  } catch (thrown) {
    return String((thrown as Error).message);
  }
}
