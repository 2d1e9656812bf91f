import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeGround, openGround, rpc, stage } from "../../test/property/ground.ts";
import { saySeedOnFailure, seedOf } from "../../test/support/fuzz.ts";
import { eventually, type Index, startIndex } from "./index.ts";
import { Life } from "./life.ts";
import { NodeError, ServedNode } from "./node.ts";
import { hasPostgres, openPostgres } from "../../test/support/servers/postgres.ts";
import { isTheChain } from "./truth.ts";

/** Most blocks that this node gives logs of at a time. */
const RANGE = 12;

/**
 * The tables are what the chain is, in every field, whatever happened on the way: random lives on all routes, grants on first
 * use, redemptions, a kill while they are filled, reorganisations, restarts, a node that gives logs of few blocks at a time.
 */
describe("The index and the chain", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-index-"));
  let node: ServedNode;
  let life: Life;
  let postgres: Awaited<ReturnType<typeof openPostgres>> | undefined;
  const indexes = new Map<"PGlite" | "Postgres", Index>();
  saySeedOnFailure();

  before(async function () {
    this.timeout(300_000);
    await openGround();
    node = await ServedNode.open(stage.chain.provider as never);
    node.fault = (method, params) => {
      if (method !== "eth_getLogs") return undefined;
      const [{ fromBlock, toBlock }] = params as [{ fromBlock?: string; toBlock?: string }];
      if (fromBlock === undefined || Number(toBlock) - Number(fromBlock) <= RANGE) return undefined;
      throw new NodeError(-32_602, `query exceeds max block range ${RANGE}`);
    };
    if (hasPostgres()) postgres = await openPostgres();
    else console.log("      On Postgres: NOT RUN, there is none.");
    life = await Life.begin(seedOf("index"));
  });

  after(async () => {
    for (const each of indexes.values()) await each.end();
    await postgres?.close();
    await node.close();
    await closeGround();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(name: "PGlite" | "Postgres"): Promise<void> {
    const own: Record<string, string> =
      name === "PGlite" ? { INDEXER_FOLDER: join(folder, "tables") } : { DATABASE_URL: postgres!.url };
    indexes.set(name, await startIndex({ LATCHKEY_RPC_URL: node.url, INDEXER_CHAIN_ID: "31337", ...own }));
  }

  /** Both have come to the chain's newest block. */
  async function caughtUp(): Promise<void> {
    const { hash } = (await rpc("eth_getBlockByNumber", ["latest", false])) as { hash: string };
    for (const [name, index] of indexes) {
      await eventually(async () => {
        if (index.child.exitCode !== null) throw new Error(`It ended:\n${index.output()}`);
        const health = await index.health();
        return health?.status === "ok" && health.head!.hash === hash;
      }, `${name} to be at ${hash}`).catch(async (thrown: Error) => {
        throw new Error(`${thrown.message}\n${JSON.stringify(await index.health())}\n${index.output().slice(-3_000)}`);
      });
    }
  }

  async function agree(): Promise<void> {
    await caughtUp();
    expect(indexes.has("PGlite")).to.equal(true);
    for (const index of indexes.values()) {
      const { sessions, uses, samples } = await isTheChain(index, stage);
      expect(Math.min(sessions, uses, samples)).to.be.greaterThan(0);
    }
  }

  it("agree after a backfill that was killed", async function () {
    this.timeout(400_000);
    await life.take(300);
    for (let i = 0; i < 4; ++i) await life.takeOnChains();
    await life.takeOperations();
    await life.takeFirstUses();
    await life.idle(35);
    await start("PGlite");
    if (postgres !== undefined) await start("Postgres");
    const killed = indexes.get("PGlite")!;
    await eventually(() => killed.output().includes("Indexed block range"), "a range to be indexed");
    expect(killed.output()).to.not.include("Completed backfill");
    await killed.end("SIGKILL");
    await start("PGlite");
    await agree();
  });

  it("agree after reorganisations, seen and unseen", async function () {
    this.timeout(400_000);
    for (let round = 0; round < 6; ++round) {
      await life.take(8);
      // Half of them are gone before the index has looked.
      await life.takeBack(node, 3 + 3 * round, () => (round % 2 === 0 ? caughtUp() : Promise.resolve()));
      // What follows is shorter than what was taken back, or longer.
      await life.idle(1);
      if (round % 3 === 2) await agree();
      await life.take(2 * round);
      await life.takeOnChains();
    }
    await life.takeOperations();
    await life.takeFirstUses();
    await agree();
  });

  it("agree after a restart, with a reorganisation while nobody looked", async function () {
    this.timeout(400_000);
    await life.takeBack(node, 10, async () => {
      await caughtUp();
      for (const index of indexes.values()) await index.end("SIGTERM");
    });
    await life.take(15);
    for (const name of indexes.keys()) await start(name);
    await agree();
  });
});
