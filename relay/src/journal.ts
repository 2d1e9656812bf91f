import type { Address, Hash, Hex } from "viem";
import { createTables, type Database, type Row, type Statements, type Value } from "./database.ts";
import { RelayError } from "./RelayError.ts";
import type { SignedCall, Slots, Verb } from "./verbs.ts";

/**
 * `pending`: signed, in the journal, sent or about to be; `mined`: in a block; `final`: as deep as asked for; `failed`: given
 * up, and no transaction of it can be mined any more.
 */
export type CallStatus = "pending" | "mined" | "final" | "failed";

/** A call that was accepted. */
export interface JournalCall {
  digest: Hash;
  verb: Verb;
  principal: Address;
  key: Address | undefined;
  to: Address;
  data: Hex;
  gas: bigint;
  nonce: number;
  status: CallStatus;
  /** The transaction that was mined, or else the one that was signed last. */
  hash: Hash;
  /** Whether the mined transaction succeeded. */
  success: boolean | undefined;
  blockNumber: bigint | undefined;
  blockHash: Hash | undefined;
  /** Why it reverted, or was given up. */
  reason: string | undefined;
  day: string;
  app: Hex | undefined;
  /** Reserved, and once it is mined, spent. */
  gwei: number;
  /** Milliseconds since 1970. */
  acceptedAt: number;
}

/** A transaction that was signed for a call, or to take its nonce away from it. */
export interface Attempt {
  hash: Hash;
  digest: Hash;
  nonce: number;
  kind: "call" | "cancel";
  /** The signed bytes. */
  raw: Hex;
  /** Wei per gas. */
  maxFee: bigint;
  tip: bigint;
  /** Milliseconds since 1970. */
  signedAt: number;
}

/** What the journal is about: one deployment on one chain, and one sender. */
export interface JournalSubject {
  chainId: number;
  /** Of block 0. */
  genesis: Hash;
  latchkey: Address;
  sender: Address;
}

/** What is to be accepted. */
export interface Acceptance {
  call: SignedCall;
  slots: Slots;
  app: Hex | undefined;
  gas: bigint;
  /** Most gwei that it can cost. */
  gwei: number;
  /** Signs it with a nonce. */
  sign(nonce: number): Promise<Omit<Attempt, "digest" | "nonce" | "signedAt" | "kind">>;
}

/** What bounds an acceptance. */
export interface Bounds {
  maxPending: number;
  /** Gwei a day. */
  budgets: { principal: number; app: number; all: number };
  /** Gwei that the sender has. */
  balance: number;
}

const META = "create table if not exists meta (name text primary key, value text not null)";
const TABLES = [
  "create table if not exists sender (id integer primary key, next_nonce bigint not null)",
  `create table if not exists calls (
    digest text primary key, verb text not null, principal text not null, "key" text, app text, slot text,
    grant_slot text, target text not null, data text not null, gas bigint not null, nonce bigint not null,
    status text not null, hash text not null, success integer, block_number bigint, block_hash text, reason text,
    day text not null, gwei bigint not null, accepted_at bigint not null
  )`,
  "create unique index if not exists calls_live_slot on calls (slot) where status in ('pending', 'mined')",
  "create unique index if not exists calls_live_grant on calls (grant_slot) where status in ('pending', 'mined')",
  "create unique index if not exists calls_nonce on calls (nonce)",
  "create index if not exists calls_live on calls (nonce) where status in ('pending', 'mined')",
  `create table if not exists attempts (
    hash text primary key, digest text not null, nonce bigint not null, kind text not null, raw text not null,
    max_fee text not null, tip text not null, signed_at bigint not null
  )`,
  "create index if not exists attempts_nonce on attempts (nonce)",
  `create table if not exists spent (
    day text not null, scope text not null, calls bigint not null, gwei bigint not null, primary key (day, scope)
  )`,
];

/** Of the form that the tables have; another one is not read. */
const VERSION = "2";
const LIVE = "status in ('pending', 'mined')";

/** Every call that was accepted, with the bytes that were signed for it: written before anything is sent. */
export class Journal {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Opens it, or begins one at the nonce that the chain has for the sender. */
  static async open(database: Database, subject: JournalSubject, chainNonce: number): Promise<Journal> {
    await createTables(database, [META]);
    await database.transaction(async (within) => {
      const { chainId, genesis, latchkey, sender } = subject;
      const told = { version: VERSION, chainId: String(chainId), genesis, latchkey, sender };
      for (const [name, value] of Object.entries(told)) {
        await within.all("insert into meta values ($1, $2) on conflict do nothing", [name, value]);
        const [found] = await within.all("select value from meta where name = $1", [name]);
        if (found!["value"] !== value) {
          throw new Error(
            `The journal is of ${name} ${found!["value"]}, and this relay is of ${value}: use another one.`,
          );
        }
      }
    });
    await createTables(database, TABLES);
    await database.transaction(async (within) => {
      await within.all("insert into sender values (1, $1) on conflict do nothing", [chainNonce]);
      // The key was used elsewhere while nothing of this journal was under way.
      await within.all(
        `update sender set next_nonce = $1
          where next_nonce < $1 and not exists (select 1 from calls where status in ('pending', 'mined'))`,
        [chainNonce],
      );
    });
    return new Journal(database);
  }

  lead(): Promise<boolean> {
    return this.#database.lead();
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async find(digest: Hash): Promise<JournalCall | undefined> {
    const [row] = await this.#database.all("select * from calls where digest = $1", [digest]);
    return row && callOf(row);
  }

  /**
   * Takes a call in, once: one that is there is returned as it is. Everything that bounds it is looked at, its nonce taken and
   * its bytes signed and written in one transaction, so that no two calls, and no two instances, have a nonce in common.
   */
  accept(acceptance: Acceptance, bounds: Bounds, now = Date.now()): Promise<{ call: JournalCall; isNew: boolean }> {
    const { call, slots, app, gas, gwei } = acceptance;
    return this.#database.transaction(async (within) => {
      // Whoever else accepts waits here.
      const [sender] = await within.all("update sender set next_nonce = next_nonce where id = 1 returning next_nonce");
      const [known] = await within.all("select * from calls where digest = $1", [call.digest]);
      if (known !== undefined && !canBeRepeated(callOf(known))) return { call: callOf(known), isNew: false };
      await requireRoom(within, acceptance, bounds);
      const day = new Date(now).toISOString().slice(0, 10);
      await spend(within, { day, gwei, principal: call.principal, app, bounds });
      const nonce = sender!["next_nonce"] as number;
      const attempt = {
        ...(await acceptance.sign(nonce)),
        digest: call.digest,
        nonce,
        kind: "call",
        signedAt: now,
      } as const;
      if (known !== undefined) await within.all("delete from calls where digest = $1", [call.digest]);
      await insert(within, "calls", {
        ...{ digest: call.digest, verb: call.verb, principal: call.principal, key: call.key ?? null, app: app ?? null },
        ...{ slot: slots.own ?? null, grant_slot: slots.grant ?? null, target: call.to, data: call.data },
        ...{ gas: Number(gas), nonce, status: "pending", hash: attempt.hash },
        ...{ day, gwei, accepted_at: now },
      });
      await insertAttempt(within, attempt);
      await within.all("update sender set next_nonce = $1 where id = 1", [nonce + 1]);
      const [row] = await within.all("select * from calls where digest = $1", [call.digest]);
      return { call: callOf(row!), isNew: true };
    });
  }

  /** What is under way, by nonce. */
  async live(limit: number): Promise<JournalCall[]> {
    const rows = await this.#database.all(`select * from calls where ${LIVE} order by nonce limit $1`, [limit]);
    return rows.map(callOf);
  }

  async counts(): Promise<{ pending: number; oldest: number | undefined; nextNonce: number }> {
    const [row] = await this.#database.all(
      `select count(*) as pending, min(accepted_at) as oldest, (select next_nonce from sender) as next_nonce
        from calls where status = 'pending'`,
    );
    const { pending, oldest, next_nonce: nextNonce } = row!;
    return { pending: Number(pending), oldest: (oldest as number | null) ?? undefined, nextNonce: nextNonce as number };
  }

  /** The transactions that were signed for these nonces, the last one of each first. */
  async attempts(from: number, to: number): Promise<Map<number, Attempt[]>> {
    const rows = await this.#database.all(
      "select * from attempts where nonce >= $1 and nonce <= $2 order by signed_at desc",
      [from, to],
    );
    const found = new Map<number, Attempt[]>();
    for (const row of rows) {
      const attempt = attemptOf(row);
      found.set(attempt.nonce, [...(found.get(attempt.nonce) ?? []), attempt]);
    }
    return found;
  }

  /** Another transaction of the same nonce, written before it is sent. */
  addAttempt(attempt: Attempt, gwei: number): Promise<void> {
    return this.#database.transaction(async (within) => {
      const [row] = await within.all("select * from calls where digest = $1 and nonce = $2 and status = 'pending'", [
        ...[attempt.digest, attempt.nonce],
      ]);
      if (row === undefined) throw new Error(`Call ${attempt.digest} is not pending.`);
      await insertAttempt(within, attempt);
      if (attempt.kind === "cancel") return;
      await within.all("update calls set hash = $1 where digest = $2", [attempt.hash, attempt.digest]);
      await charge(within, callOf(row), gwei);
    });
  }

  /** It is in a block; what it cost takes the place of what was reserved. */
  setMined(
    { digest }: JournalCall,
    mined: {
      hash: Hash;
      success: boolean;
      blockNumber: bigint;
      blockHash: Hash;
      reason?: string | undefined;
      gwei: number;
    },
  ): Promise<void> {
    return this.#database.transaction(async (within) => {
      const [row] = await within.all(`select * from calls where digest = $1 and ${LIVE}`, [digest]);
      if (row === undefined) return;
      await within.all(
        `update calls set status = 'mined', hash = $1, success = $2, block_number = $3, block_hash = $4, reason = $5
          where digest = $6`,
        [
          ...[mined.hash, mined.success ? 1 : 0, Number(mined.blockNumber), mined.blockHash],
          ...[mined.reason ?? null, digest],
        ],
      );
      await charge(within, callOf(row), mined.gwei);
    });
  }

  async setFinal({ digest }: JournalCall): Promise<void> {
    await this.#database.all("update calls set status = 'final' where digest = $1 and status = 'mined'", [digest]);
  }

  /** It was in a block, and is no longer. */
  async setPending({ digest, nonce }: JournalCall): Promise<void> {
    await this.#database.all(
      `update calls set status = 'pending', success = null, block_number = null, block_hash = null, reason = null
        where digest = $1 and nonce = $2 and status in ('mined', 'final')`,
      [digest, nonce],
    );
  }

  /** What was final under a nonce, if the call has not been accepted again since. */
  async byNonce(nonce: number): Promise<JournalCall | undefined> {
    const [row] = await this.#database.all("select * from calls where nonce = $1", [nonce]);
    return row && callOf(row);
  }

  /** No transaction of it can be mined any more. */
  setFailed({ digest }: JournalCall, reason: string, gwei: number): Promise<void> {
    return this.#database.transaction(async (within) => {
      const [row] = await within.all(`select * from calls where digest = $1 and ${LIVE}`, [digest]);
      if (row === undefined) return;
      await within.all("update calls set status = 'failed', reason = $1 where digest = $2", [reason, digest]);
      await charge(within, callOf(row), gwei);
    });
  }

  /** The key was used elsewhere: nonces below are gone. */
  async raiseNonce(nonce: number): Promise<void> {
    await this.#database.all("update sender set next_nonce = $1 where next_nonce < $1", [nonce]);
  }
}

/** What ended without an effect may be asked for again: the chain has not used what was signed. */
export function canBeRepeated({ status, success }: JournalCall): boolean {
  return status === "failed" || (status === "final" && success === false);
}

async function requireRoom(within: Statements, { call, slots, gwei }: Acceptance, bounds: Bounds): Promise<void> {
  const [rival] = await within.all(`select digest from calls where (slot = $1 or grant_slot = $2) and ${LIVE}`, [
    ...[slots.own ?? null, slots.grant ?? null],
  ]);
  if (rival !== undefined) {
    throw new RelayError("NONCE_UNDER_WAY", `Another call of the same nonce is under way: ${rival["digest"]}.`);
  }
  const [row] = await within.all(
    "select count(*) as pending, coalesce(sum(gwei), 0) as gwei from calls where status = 'pending'",
  );
  const pending = Number(row!["pending"]);
  if (pending >= bounds.maxPending) {
    throw new RelayError("BUSY", `${pending} calls wait for a block, and at most ${bounds.maxPending} may.`);
  }
  const reserved = Number(row!["gwei"]) + gwei;
  if (reserved > bounds.balance) {
    throw new RelayError(
      "SENDER_SHORT",
      `The relay's sender has ${bounds.balance} gwei, and ${call.verb} with what waits may cost ${reserved}.`,
    );
  }
}

async function spend(
  within: Statements,
  given: { day: string; gwei: number; principal: Address; app: Hex | undefined; bounds: Bounds },
): Promise<void> {
  const { day, gwei, bounds } = given;
  for (const [scope, most, who] of scopesOf(given, bounds.budgets)) {
    const [row] = await within.all(
      `insert into spent values ($1, $2, 1, $3) on conflict (day, scope)
        do update set calls = spent.calls + 1, gwei = spent.gwei + excluded.gwei returning gwei`,
      [day, scope, gwei],
    );
    const total = row!["gwei"] as number;
    if (total > most) {
      throw new RelayError(
        "BUDGET_SPENT",
        `The budget of ${who} for ${day} is ${most} gwei; ${total - gwei} are spent, and this may cost ${gwei}.`,
      );
    }
  }
}

function scopesOf(
  { principal, app }: { principal: Address; app: Hex | undefined },
  budgets: Bounds["budgets"] = { principal: 0, app: 0, all: 0 },
): [scope: string, most: number, who: string][] {
  return [
    [`principal ${principal}`, budgets.principal, `principal ${principal}`],
    ...(app === undefined ? [] : [[`app ${app}`, budgets.app, "this app"] as [string, number, string]]),
    ["all", budgets.all, "this relay"],
  ];
}

/** Sets what a call costs to another amount. */
async function charge(within: Statements, call: JournalCall, gwei: number): Promise<void> {
  if (call.gwei === gwei) return;
  await within.all("update calls set gwei = $1 where digest = $2", [gwei, call.digest]);
  for (const [scope] of scopesOf(call)) {
    const values = [gwei - call.gwei, call.day, scope];
    await within.all("update spent set gwei = gwei + $1 where day = $2 and scope = $3", values);
  }
}

async function insert(within: Statements, table: string, fields: Record<string, Value>): Promise<void> {
  const names = Object.keys(fields).map((name) => `"${name}"`);
  const places = names.map((_, i) => `$${i + 1}`);
  await within.all(`insert into ${table} (${names.join(", ")}) values (${places.join(", ")})`, Object.values(fields));
}

function insertAttempt(within: Statements, attempt: Attempt): Promise<void> {
  const { hash, digest, nonce, kind, raw, maxFee, tip, signedAt } = attempt;
  return insert(within, "attempts", {
    ...{ hash, digest, nonce, kind, raw, max_fee: String(maxFee), tip: String(tip), signed_at: signedAt },
  });
}

function callOf(row: Row): JournalCall {
  const optional = <type>(value: Value | undefined) => (value ?? undefined) as type | undefined;
  const block = row["block_number"];
  const success = row["success"];
  return {
    digest: row["digest"] as Hash,
    verb: row["verb"] as Verb,
    principal: row["principal"] as Address,
    key: optional<Address>(row["key"]),
    to: row["target"] as Address,
    data: row["data"] as Hex,
    gas: BigInt(row["gas"] as number),
    nonce: row["nonce"] as number,
    status: row["status"] as CallStatus,
    hash: row["hash"] as Hash,
    success: success === null || success === undefined ? undefined : success === 1,
    blockNumber: block === null || block === undefined ? undefined : BigInt(block),
    blockHash: optional<Hash>(row["block_hash"]),
    reason: optional<string>(row["reason"]),
    day: row["day"] as string,
    app: optional<Hex>(row["app"]),
    gwei: row["gwei"] as number,
    acceptedAt: row["accepted_at"] as number,
  };
}

function attemptOf(row: Row): Attempt {
  return {
    hash: row["hash"] as Hash,
    digest: row["digest"] as Hash,
    nonce: row["nonce"] as number,
    kind: row["kind"] as Attempt["kind"],
    raw: row["raw"] as Hex,
    maxFee: BigInt(row["max_fee"] as string),
    tip: BigInt(row["tip"] as string),
    signedAt: row["signed_at"] as number,
  };
}
