import { type ReadonlyDrizzle, sql } from "ponder";
import schema from "ponder:schema";
import { createPublicClient, http, numberToHex } from "viem";
import { readSettings } from "../../settings.ts";

export type Code =
  "SYNCING" | "NODE_UNAVAILABLE" | "OTHER_CHAIN" | "NODE_BEHIND" | "REORGANISING" | "UNRECOVERABLE" | "POLICY_MISMATCH";

interface Place {
  number: number;
  hash: string;
  /** Unix seconds. */
  timestamp: number;
}

/** What `GET /index/health` answers. */
export interface Health {
  status: "ok" | "refused";
  code?: Code;
  message?: string;
  chainId: number;
  /** The newest block in the tables. */
  head?: Place;
  /** The newest block of the node. */
  node?: Omit<Place, "hash">;
  lag?: { blocks: number; seconds: number };
}

/** How long one look is good for, milliseconds. */
const FRESH = 200;
/** What node and tables may take to answer, milliseconds. */
const PATIENCE = 3_000;

const { chainId, nodeUrl, patienceMs } = readSettings(process.env);

/**
 * Looks, before anything is answered, whether the newest block in the tables is the chain's: its hash stands for everything
 * below it.
 */
export class Guard {
  readonly #db: ReadonlyDrizzle<typeof schema>;
  readonly #node = createPublicClient({ transport: http(nodeUrl, { retryCount: 0, timeout: PATIENCE }) });
  #look: { at: number; health: Promise<Health> } | undefined;
  /** The head that is not the chain's, and since when. */
  #lost: { hash: string; since: number } | undefined;
  /** What the tables have to reach after a start before they answer. */
  #target: number | undefined;

  constructor(db: ReadonlyDrizzle<typeof schema>) {
    this.#db = db;
  }

  health(): Promise<Health> {
    if (this.#look === undefined || Date.now() - this.#look.at > FRESH) {
      this.#look = { at: Date.now(), health: this.#health() };
    }
    return this.#look.health;
  }

  async #health(): Promise<Health> {
    const [node, tables] = await Promise.all([
      this.#nodeStands().catch((thrown: Error) => thrown.message.split("\n")[0]!),
      within(this.#tablesStand()).catch(() => undefined),
    ]);
    const head = tables?.head;
    const known = { chainId, ...(head && { head }) };
    const refused = (code: Code, message: string): Health => ({ status: "refused", code, message, ...known });
    if (typeof node === "string") return refused("NODE_UNAVAILABLE", `The node does not answer: ${node}`);
    if (node.chainId !== chainId) {
      return refused("OTHER_CHAIN", `The node is on chain ${node.chainId}; this index is of chain ${chainId}.`);
    }
    const latest = { number: node.number, timestamp: node.timestamp };
    Object.assign(known, { node: latest });
    if (tables?.fault !== undefined) return refused(tables.fault.code as Code, tables.fault.message);
    if (tables === undefined || head === undefined) return refused("SYNCING", "The tables are being filled.");

    const lag = {
      blocks: Math.max(0, latest.number - head.number),
      seconds: Math.max(0, latest.timestamp - head.timestamp),
    };
    Object.assign(known, { lag });
    if (latest.number < head.number) {
      const message = `The node is at block ${latest.number}, the tables are at ${head.number}: it is behind, or another chain.`;
      return refused("NODE_BEHIND", message);
    }
    const hash = await this.#hashAt(head.number).catch(() => undefined);
    if (hash === undefined) return refused("NODE_UNAVAILABLE", `The node does not show block ${head.number}.`);
    if (hash !== head.hash) return this.#lostHead(head, hash, refused);
    this.#lost = undefined;
    if (tables.isReady) this.#target ??= latest.number;
    if (this.#target === undefined || head.number < this.#target) {
      return refused("SYNCING", `The tables are at block ${head.number} of ${latest.number}.`);
    }
    return { status: "ok", ...known };
  }

  #lostHead(head: Place, hash: string, refused: (code: Code, message: string) => Health): Health {
    if (this.#lost?.hash !== head.hash) this.#lost = { hash: head.hash, since: Date.now() };
    const what = `Block ${head.number} in the tables is ${head.hash}; the chain's is ${hash}.`;
    return Date.now() - this.#lost.since < patienceMs
      ? refused("REORGANISING", `${what} It is about to be taken back.`)
      : refused("UNRECOVERABLE", `${what} Nothing takes it back: delete the tables and start again.`);
  }

  async #nodeStands() {
    const [id, block] = await Promise.all([
      this.#node.request({ method: "eth_chainId" }),
      this.#node.request({ method: "eth_getBlockByNumber", params: ["latest", false] }),
    ]);
    if (block === null) throw new Error("it has no block");
    return { chainId: Number(id), number: Number(block.number), timestamp: Number(block.timestamp) };
  }

  async #hashAt(number: number): Promise<string | undefined> {
    const params = [numberToHex(number), false] as const;
    return (await this.#node.request({ method: "eth_getBlockByNumber", params: [...params] }))?.hash ?? undefined;
  }

  async #tablesStand() {
    const [heads, faults, ready] = await Promise.all([
      this.#db.select().from(schema.head),
      this.#db.select().from(schema.fault),
      this.#db.execute<{ is_ready: unknown }>(sql`select value->'is_ready' as is_ready from _ponder_meta`),
    ]);
    const [head] = heads;
    return {
      head: head && { number: Number(head.number), hash: head.hash, timestamp: Number(head.timestamp) },
      fault: faults[0],
      isReady: Number(ready.rows[0]?.is_ready) === 1,
    };
  }
}

/** Tables that are being written can keep a question waiting. */
function within<result>(answer: Promise<result>): Promise<result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Nothing in ${PATIENCE} ms.`)), PATIENCE);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
