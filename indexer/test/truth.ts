import { expect } from "chai";
import type { Block, Log, TransactionResponse } from "ethers";
import { createClient as createSqlClient } from "@ponder/client";
import { createClient, custom, type Hex } from "viem";
import * as sdk from "../../sdk/src/index.ts";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import type { Stage } from "../../test/support/chain/world.ts";
import * as schema from "../ponder.schema.ts";
import type { Index } from "./index.ts";
import { readFileSync } from "node:fs";

const LIST = readFileSync(new URL("../sessions.graphql", import.meta.url), "utf8");

/** Everything that the tables hold, by the typed SQL client. */
export async function tablesOf({ url }: Index) {
  const { db } = createSqlClient(`${url}/sql`, { schema });
  const [sessions, principals, policies, uses, samples, heads, faults] = await Promise.all([
    db.select().from(schema.session),
    db.select().from(schema.principal),
    db.select().from(schema.policy),
    db.select().from(schema.use),
    db.select().from(schema.sample),
    db.select().from(schema.head),
    db.select().from(schema.fault),
  ]);
  return { sessions, principals, policies, uses, samples, heads, faults };
}

export type Tables = Awaited<ReturnType<typeof tablesOf>>;

type ExpectedSession = Omit<
  Tables["sessions"][number],
  "callsLeft" | "gasLeft" | "limits" | "sampledBlock" | "sampledAt" | "callsLeftBefore"
>;
type ExpectedUse = Tables["uses"][number];

const answers = new Map<string, unknown>();

/** What a chain says of what a hash names, asked once for all indexes and all times. */
async function once<answer>(what: string, ask: () => Promise<answer>): Promise<answer> {
  if (!answers.has(what)) answers.set(what, await ask());
  return answers.get(what) as answer;
}

/** What the log of the chain says, folded here by other means than the index's. */
async function foldOf({ chain, latchkey, store, forwarder, address, counterAddress }: Stage) {
  const { provider } = chain.ethers;
  const sessions = new Map<string, ExpectedSession>();
  const generations = new Map<string, bigint>();
  const principals = new Map<string, string[]>();
  const uses: ExpectedUse[] = [];
  const policies = new Map<string, Partial<Tables["policies"][number]>>();
  /** By session: the blocks in which it was registered or acted. */
  const moved = new Map<string, Set<bigint>>();
  const blocks = new Map<bigint, Block>();
  const entryPoint = chain.entryPoint("0.9").interface;
  const entryPoints = Object.values(ENTRY_POINTS).map((each) => each.address.toLowerCase());
  const forwarderAddress = lower(await forwarder.getAddress());
  const storeAddress = lower(await store.getAddress());
  const move = (id: string, block: bigint) => moved.set(id, (moved.get(id) ?? new Set()).add(block));

  const logs = await provider.getLogs({ fromBlock: 0, toBlock: "latest" });
  const seen = new Set<string>();
  for (const log of logs) {
    const where = lower(log.address);
    const isOf = where === lower(address) || where === storeAddress || entryPoints.includes(where);
    if (!isOf) continue;
    const abi = where === storeAddress ? store.interface : where === lower(address) ? latchkey.interface : entryPoint;
    const event = abi.parseLog(log);
    if (event === null) continue;
    const block = (await once(`block ${log.blockHash}`, () => provider.getBlock(log.blockHash)))!;
    const [number, at, hash] = [BigInt(log.blockNumber), BigInt(block.timestamp), log.transactionHash as Hex];
    blocks.set(number, block);
    const principal = lower(String(event.args["principal"] ?? event.args["sender"] ?? "0x"));
    const key = lower(String(event.args["key"] ?? "0x"));
    const id = `${principal} ${key}`;
    const revoke = (each: ExpectedSession, revokedWithAll: boolean) => {
      if (each.revokedBlock !== null) return;
      Object.assign(each, { revokedBlock: number, revokedAt: at, revokedTransaction: hash, revokedWithAll });
    };
    const use = async (by: ExpectedSession | undefined, rest: Partial<ExpectedUse>) => {
      const sent = await sentIn(log);
      uses.push({
        ...{ block: number, logIndex: log.index, at, blockHash: block.hash as Hex, transactionHash: hash },
        ...{ transactionFrom: lower(sent.from), transactionTo: sent.to === null ? null : lower(sent.to), principal },
        ...{ key: by?.key ?? null, registration: by?.registration ?? null, route: null, userOpHash: null },
        ...{ entryPoint: null, nonce: null, success: null, gasCost: null, gasUsed: null, paymaster: null },
        ...rest,
      });
      if (by === undefined) return;
      by.useCount += 1;
      Object.assign(by, { lastUsedBlock: number, lastUsedAt: at, lastUsedTransaction: hash });
      move(`${principal} ${by.key}`, number);
    };
    switch (event.name) {
      case "PolicyPublished":
        policies.set(event.args["policyId"] as string, {
          ...{ publishedBlock: number, publishedAt: at, publishedTransaction: hash },
          ...{ number: event.args["number"] as bigint, pointer: lower(event.args["pointer"] as string) },
        });
        break;
      case "SessionRegistered": {
        const known = sessions.get(id);
        const { app, policyId, lane, validAfter, validUntil, maxCalls, registration, publicKey } = event.args;
        sessions.set(id, {
          ...{ principal, key, publicKey, policyId, lane, validAfter, validUntil, registration },
          app: Buffer.from((app as string).slice(2), "hex")
            .toString("latin1")
            .replace(/\0+$/, ""),
          ...{ maxCalls: Number(maxCalls), registrations: (known?.registrations ?? 0) + 1 },
          ...{ registeredBlock: number, registeredAt: at, registeredTransaction: hash },
          ...{ revokedBlock: null, revokedAt: null, revokedTransaction: null, revokedWithAll: false, sweptAt: null },
          ...{ useCount: known?.useCount ?? 0, lastUsedBlock: known?.lastUsedBlock ?? null },
          ...{ lastUsedAt: known?.lastUsedAt ?? null, lastUsedTransaction: known?.lastUsedTransaction ?? null },
        } as ExpectedSession);
        if (known === undefined) principals.set(principal, [...(principals.get(principal) ?? []), key]);
        move(id, number);
        break;
      }
      case "SessionRevoked": {
        const found = sessions.get(id);
        if (found !== undefined) revoke(found, false);
        break;
      }
      case "AllSessionsRevoked":
        generations.set(principal, event.args["generation"] as bigint);
        if (!principals.has(principal)) principals.set(principal, []);
        for (const each of sessions.values()) if (each.principal === principal) revoke(each, true);
        break;
      case "SessionSwept":
        sessions.get(id)!.sweptAt = at;
        break;
      case "SessionUsed": {
        const sent = await sentIn(log);
        const route = routeOf(sent);
        const isItem = route === "redeemed" && timesRedeemed(sent, id) === timesUsed(log);
        const first = route === "redeemed" ? hash : `${hash} ${id}`;
        await use(sessions.get(id), { route: isItem || !seen.has(first) ? route : null });
        seen.add(first);
        break;
      }
      case "UserOperationEvent": {
        const [by, signature] = await signerOf(log, principal, event.args["nonce"] as bigint);
        if (by === undefined) break;
        // Of a key that was renewed in this transaction, what stands behind the signature names the registration.
        const isRenewed = by.registeredTransaction === hash && by.registrations > 1;
        const named = signature.length > 2 + 2 * 128 ? BigInt(`0x${signature.slice(2 + 2 * 166, 2 + 2 * 172)}`) : null;
        const { userOpHash, nonce, success, actualGasCost, actualGasUsed, paymaster } = event.args;
        await use(by, {
          ...{ route: "userOperation", userOpHash: userOpHash as Hex, entryPoint: where, nonce: nonce as bigint },
          ...{ success: success as boolean, gasCost: actualGasCost as bigint, gasUsed: actualGasUsed as bigint },
          paymaster: BigInt(paymaster as string) === 0n ? null : lower(paymaster as string),
          registration: isRenewed ? named : by.registration,
        });
        break;
      }
    }
  }
  return { sessions: [...sessions.values()], generations, principals, uses, policies, moved, blocks };

  function routeOf({ to, data }: TransactionResponse): string | null {
    const target = lower(to ?? "0x");
    if (target === lower(counterAddress)) return "asked";
    if (target === forwarderAddress) return "forwarded";
    if (target !== lower(address)) return null;
    const routes: Record<string, string> = {
      ...{ execute: "direct", executeBySig: "relayed", redeemDelegations: "redeemed" },
    };
    return routes[latchkey.interface.parseTransaction({ data })?.name ?? ""] ?? null;
  }

  /** How many items of a redemption are of this session. */
  function timesRedeemed({ data, from }: TransactionResponse, id: string): number {
    const [contexts] = latchkey.interface.decodeFunctionData("redeemDelegations", data) as unknown as [string[]];
    const ids = [...contexts].map((context) => {
      const principal = lower(`0x${context.slice(26, 66)}`);
      // The signature stands behind six words.
      const by = context.length === 66 ? from : signedBy(principal, `0x${context.slice(2 + 6 * 64)}`)!.key;
      return `${principal} ${lower(by)}`;
    });
    return ids.filter((each) => each === id).length;
  }

  /** How often the session of this event was used in its transaction. */
  function timesUsed({ topics, transactionHash }: Log): number {
    const same = logs.filter((log) => log.transactionHash === transactionHash && `${log.topics}` === `${topics}`);
    return same.length;
  }

  function signedBy(of: string, signature: string): ExpectedSession | undefined {
    const first = signature.slice(2, 66);
    return [...sessions.values()].find(
      ({ principal, key, publicKey }) =>
        principal === of &&
        (publicKey === "0x" ? `${"0".repeat(24)}${key.slice(2)}` : publicKey.slice(2, 66)) === first,
    );
  }

  /** Whose signature the operation bears, and that signature. */
  async function signerOf(log: Log, sender: string, nonce: bigint): Promise<[ExpectedSession | undefined, string]> {
    const { data } = await sentIn(log);
    const [ops] = (entryPoint.parseTransaction({ data }) ??
      entryPoint.parseTransaction({ data: `0x${data.slice(10)}` }))!.args;
    const op = [...ops].find((each) => lower(each.sender) === sender && each.nonce === nonce);
    const signature = op.signature as string;
    return [signedBy(sender, signature), signature];
  }
}

function sentIn(log: Log): Promise<TransactionResponse> {
  return once(`transaction ${log.transactionHash}`, () => log.getTransaction());
}

const lower = (text: string) => text.toLowerCase() as Hex;
const order = <row>(rows: row[], by: (row: row) => string) => [...rows].sort((a, b) => (by(a) < by(b) ? -1 : 1));
const placeOf = ({ block, logIndex }: { block: bigint; logIndex: number }) =>
  `${String(block).padStart(12, "0")} ${String(logIndex).padStart(6, "0")}`;
const idOf = ({ principal, key }: { principal: string; key: string }) => `${principal} ${key}`;

/** Holds every field of every table against the chain: its log, its states at the blocks that are named, and the client. */
export async function isTheChain(
  index: Index,
  stage: Stage,
): Promise<{ sessions: number; uses: number; samples: number }> {
  // The client's viem is the root's, and these tests' is the index's.
  const client = createClient({ transport: custom(stage.chain.provider as never) }) as never;
  const tables = await tablesOf(index);
  const latest = (await stage.chain.ethers.provider.getBlock("latest"))!;
  const fold = await once(`fold ${latest.hash}`, () => foldOf(stage));
  expect(tables.faults).to.deep.equal([]);

  expect(tables.heads).to.deep.equal([
    { chainId: 31_337, number: BigInt(latest.number), hash: latest.hash, timestamp: BigInt(latest.timestamp) },
  ]);

  // --- uses ---
  expect(order(tables.uses, placeOf)).to.deep.equal(order(fold.uses, placeOf));

  // --- samples: the lens, asked again at each of their blocks ---
  const movedBlocks = [...fold.moved].flatMap(([id, blocks]) => [...blocks].map((block) => `${id} ${block}`));
  const sampleId = (row: Tables["samples"][number]) => `${idOf(row)} ${row.block}`;
  expect(tables.samples.map(sampleId).sort()).to.deep.equal(movedBlocks.sort());
  for (const row of tables.samples) {
    const { hash, timestamp } = fold.blocks.get(row.block)!;
    const state = await once(`state ${hash} ${idOf(row)}`, () =>
      stage.lens.getFunction("getSession").staticCall(row.principal, row.key, { blockTag: Number(row.block) }),
    );
    expect(row).to.deep.equal({
      ...{ principal: row.principal, key: row.key, block: row.block, at: BigInt(timestamp) },
      registration: BigInt(state.registration),
      callsLeft: Number(state.callsLeft),
      gasLeft: state.gasLeft as bigint,
      limits: limitsOf(state),
    });
  }

  // --- sessions: what the log says, and their newest sample ---
  const expected = fold.sessions.map((each) => {
    const own = order(
      tables.samples.filter((row) => idOf(row) === idOf(each)),
      (row) => String(row.block).padStart(12, "0"),
    );
    const [before, newest] = [own.at(-2), own.at(-1)!];
    const { callsLeft, gasLeft, limits, block: sampledBlock, at: sampledAt } = newest;
    const isFresh = each.registeredBlock === sampledBlock;
    const callsLeftBefore = isFresh ? each.maxCalls : before!.callsLeft;
    return { ...each, callsLeft, gasLeft, limits, sampledBlock, sampledAt, callsLeftBefore };
  });
  expect(order(tables.sessions, idOf)).to.deep.equal(order(expected, idOf));

  // --- principals ---
  const owners = [...fold.principals].map(([principal, keys]) => ({
    ...{ principal, keys, generation: fold.generations.get(principal) ?? null },
  }));
  expect(order(tables.principals, ({ principal }) => principal)).to.deep.equal(
    order(owners, ({ principal }) => principal) as typeof tables.principals,
  );

  // --- policies: the client's, by their ids ---
  expect(tables.policies.map(({ policyId }) => policyId as string).sort()).to.deep.equal(
    [...fold.policies.keys()].sort(),
  );
  for (const row of tables.policies) {
    const { policyId } = row;
    const policy = (await once(`policy ${latest.hash} ${policyId}`, () => sdk.getPolicy(client, { policyId })))!;
    const { policy: kept, words, ...rest } = row;
    expect(sdk.policyFromJson(kept)).to.deep.equal(policy);
    expect(sdk.hashPolicy(sdk.policyFromJson(kept))).to.equal(row.policyId);
    expect(words).to.deep.equal(sdk.formatPolicyDescription(sdk.describePolicy(policy)));
    const { app, maxCalls } = policy;
    expect(rest).to.deep.equal({ policyId: row.policyId, app, maxCalls, ...fold.policies.get(row.policyId) });
  }

  // --- what the client lists and reads now ---
  for (const { principal } of tables.principals) {
    const own = tables.sessions.filter((row) => row.principal === principal);
    const listed = await once(`sessions ${latest.hash} ${principal}`, () => sdk.getSessions(client, { principal }));
    expect(listed.map(({ key }) => lower(key)).sort()).to.deep.equal(own.map(({ key }) => key).sort());
    for (const chains of listed) {
      const row = own.find(({ key }) => key === lower(chains.key))!;
      const { limits, ...rest } = atNow(row, tables, latest.timestamp);
      const { limits: chainsLimits, ...chainsRest } = chains;
      expect(rest).to.deep.equal({ ...chainsRest, key: lower(chains.key) });
      expect(limits).to.have.length(chainsLimits.length);
      for (const [i, { unit, left, refillsAt, ...limit }] of chainsLimits.entries()) {
        const { isRefilled, ...kept } = limits[i]!;
        // A period that has ended since the sample refills what was left: how much, the chain alone says.
        const counted = isRefilled ? { left: kept.left, refillsAt: kept.refillsAt } : { left, refillsAt };
        expect(kept).to.deep.equal({ ...limit, unit: lower(unit), ...counted });
      }
    }
    await isListed(index, principal, own);
  }
  return { sessions: tables.sessions.length, uses: tables.uses.length, samples: tables.samples.length };
}

/** The client's `ListedSession`, of a row and the chain's clock alone. */
function atNow(row: Tables["sessions"][number], { policies }: Tables, now: number) {
  const { key, publicKey, app, lane, policyId, registeredBlock, callsLeft, gasLeft, limits } = row;
  const isOver = row.revokedBlock !== null || BigInt(now) > row.validUntil;
  const status: sdk.SessionStatus =
    row.revokedBlock !== null
      ? "Revoked"
      : BigInt(now) > row.validUntil
        ? "Expired"
        : BigInt(now) < row.validAfter
          ? "Pending"
          : callsLeft === 0
            ? "Exhausted"
            : "Active";
  return {
    ...{ key, publicKey, app, grantedCalls: row.maxCalls, lane, policyId, registeredAt: registeredBlock, status },
    ...{
      validAfter: Number(row.validAfter),
      validUntil: Number(row.validUntil),
      registration: Number(row.registration),
    },
    maxCalls: policies.find((each) => each.policyId === policyId)!.maxCalls,
    callsLeft: isOver ? 0 : callsLeft!,
    gasLeft: isOver ? 0n : gasLeft!,
    limits: limits!.map(({ unit, cap, period, fromStart, left, refillsAt }) => ({
      ...{ unit, cap: BigInt(cap), period, fromStart },
      ...(isOver ? { left: 0n, refillsAt: 0 } : { left: BigInt(left), refillsAt }),
      isRefilled: !isOver && refillsAt !== 0 && now >= refillsAt,
    })),
  };
}

function limitsOf(state: { limits: { limit: Record<string, unknown>; left: bigint; refillsAt: bigint }[] }) {
  return [...state.limits].map(({ limit, left, refillsAt }) => ({
    unit: lower(limit["unit"] as string),
    cap: String(limit["cap"]),
    period: Number(limit["period"]),
    fromStart: limit["fromStart"] as boolean,
    left: String(left),
    refillsAt: Number(refillsAt),
  }));
}

/** The query of a list, over GraphQL, gives the same rows in the order that it promises. */
async function isListed(index: Index, principal: string, own: Tables["sessions"]): Promise<void> {
  interface List {
    sessions: { items: (Record<string, unknown> & { registeredBlock: string })[]; totalCount: number };
  }
  const { data } = await index.graphql<List>(LIST, { principal });
  const { items, totalCount } = data!.sessions;
  expect(totalCount).to.equal(own.length);
  for (const [i, { uses, ...item }] of items.entries()) {
    const row = own.find(({ key }) => key === item["key"])! as Record<string, unknown>;
    for (const [name, value] of Object.entries(item)) {
      const kept = row[name];
      expect(value).to.deep.equal(typeof kept === "bigint" ? String(kept) : kept);
    }
    expect((uses as { totalCount: number }).totalCount).to.equal(row["useCount"]);
    if (i > 0) expect(Number(item.registeredBlock)).to.be.at.most(Number(items[i - 1]!.registeredBlock));
  }
}
