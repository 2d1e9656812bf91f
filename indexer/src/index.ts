import { formatPolicyDescription, describePolicy, hashPolicy, type Policy, policyToJson } from "latchkey";
import { type Context, ponder } from "ponder:registry";
import { fault, head, policy, principal, sample, session, use } from "ponder:schema";
import { type Address, type Hash, type Hex, hexToString, isAddressEqual, zeroAddress } from "viem";
import { readSettings } from "../settings.ts";
import { type Carrier, isSignedBy, itemsIn, operationSignature, registrationBrought, routeOf } from "./attribution.ts";
import { blockAt, type SampledState, statesAt, usesIn } from "./chain.ts";

type Session = typeof session.$inferSelect;

interface Block {
  number: bigint;
  hash: Hash;
  timestamp: bigint;
}

const { chainId, startBlock } = readSettings(process.env);

// --- where the tables stand ------------------------------------------------------------------------------------------

/** So that tables without a session, too, are known to be of this chain and no other. */
ponder.on("Latchkey:setup", async ({ context }) => {
  await standAt(context, await blockAt(BigInt(startBlock)));
});

ponder.on("Block:block", ({ event, context }) => arrive(context, event.block));

/** Whether this process has seen that what it found in the tables is the chain's. */
let isContinued = false;

/** To be called before anything of a block is written. */
async function arrive(context: Context, block: Block): Promise<void> {
  const last = await context.db.find(head, { chainId });
  if (last !== null && !isContinued && last.number < block.number) {
    const { hash } = await blockAt(last.number);
    // Ponder takes back what it does not yet hold for final, and nothing that was held for final when it was stopped.
    if (hash !== last.hash) {
      const message = `Block ${last.number} in the tables is ${last.hash}; the chain's is ${hash}.`;
      await context.db
        .insert(fault)
        .values({ code: "UNRECOVERABLE", block: last.number, message })
        .onConflictDoNothing();
    }
  }
  isContinued = true;
  await standAt(context, block);
}

async function standAt(context: Context, { number, hash, timestamp }: Block): Promise<void> {
  const row = { number, hash, timestamp };
  await context.db
    .insert(head)
    .values({ chainId, ...row })
    .onConflictDoUpdate(row);
}

// --- policies --------------------------------------------------------------------------------------------------------

ponder.on("PolicyStore:PolicyPublished", async ({ event, context }) => {
  const { block, transaction, args } = event;
  await arrive(context, block);
  const published = args.policy as Policy;
  const policyId = hashPolicy(published);
  if (policyId !== args.policyId) {
    const message = `The policy that the node shows for ${args.policyId} has the hash ${policyId}.`;
    await context.db
      .insert(fault)
      .values({ code: "POLICY_MISMATCH", block: block.number, message })
      .onConflictDoNothing();
    return;
  }
  await context.db.insert(policy).values({
    ...{ policyId, app: published.app, number: args.number, pointer: args.pointer, maxCalls: published.maxCalls },
    ...{ policy: policyToJson(published), words: formatPolicyDescription(describePolicy(published)) },
    ...{ publishedBlock: block.number, publishedAt: block.timestamp, publishedTransaction: transaction.hash },
  });
});

// --- sessions --------------------------------------------------------------------------------------------------------

ponder.on("Latchkey:SessionRegistered", async ({ event, context }) => {
  const { block, transaction, args } = event;
  await arrive(context, block);
  const id = { principal: args.principal, key: args.key };
  const known = await context.db.find(session, id);
  if (known === null) {
    const keys = [args.key];
    await context.db
      .insert(principal)
      .values({ principal: args.principal, keys })
      .onConflictDoUpdate((row) => ({ keys: [...row.keys, ...keys] }));
  }
  const row = {
    ...{
      publicKey: args.publicKey,
      app: hexToString(args.app, { size: 32 }),
      policyId: args.policyId,
      lane: args.lane,
    },
    ...{ validAfter: BigInt(args.validAfter), validUntil: BigInt(args.validUntil), maxCalls: args.maxCalls },
    ...{ registration: BigInt(args.registration), registrations: (known?.registrations ?? 0) + 1 },
    ...{ registeredBlock: block.number, registeredAt: block.timestamp, registeredTransaction: transaction.hash },
    ...{ revokedBlock: null, revokedAt: null, revokedTransaction: null, revokedWithAll: false, sweptAt: null },
    ...{ useCount: known?.useCount ?? 0, lastUsedBlock: known?.lastUsedBlock ?? null },
    ...{ lastUsedAt: known?.lastUsedAt ?? null, lastUsedTransaction: known?.lastUsedTransaction ?? null },
    ...{ callsLeftBefore: args.maxCalls },
    ...{ sampledBlock: null, sampledAt: null, callsLeft: null, gasLeft: null, limits: null },
  };
  const written = await context.db
    .insert(session)
    .values({ ...id, ...row })
    .onConflictDoUpdate(row);
  const [state] = (await statesAt(block.hash, args.principal, [args.key])) ?? [];
  if (state !== undefined) await keepSample(context, written, block, state, args.maxCalls);
});

ponder.on("Latchkey:SessionRevoked", async ({ event, context }) => {
  await arrive(context, event.block);
  // A key can be revoked before it is ever registered.
  const found = await context.db.find(session, { principal: event.args.principal, key: event.args.key });
  if (found !== null) await revoke(context, found, event, false);
});

ponder.on("Latchkey:AllSessionsRevoked", async ({ event, context }) => {
  await arrive(context, event.block);
  const generation = BigInt(event.args.generation);
  const { keys } = await context.db
    .insert(principal)
    .values({ principal: event.args.principal, keys: [], generation })
    .onConflictDoUpdate({ generation });
  for (const found of await sessionsOf(context, event.args.principal, keys)) await revoke(context, found, event, true);
});

ponder.on("Latchkey:SessionSwept", async ({ event, context }) => {
  await arrive(context, event.block);
  await context.db
    .update(session, { principal: event.args.principal, key: event.args.key })
    .set({ sweptAt: event.block.timestamp });
});

/** The first end counts. */
async function revoke(
  context: Context,
  { principal: of, key, revokedBlock }: Session,
  { block, transaction }: { block: Block; transaction: { hash: Hash } },
  revokedWithAll: boolean,
): Promise<void> {
  if (revokedBlock !== null) return;
  await context.db.update(session, { principal: of, key }).set({
    ...{ revokedBlock: block.number, revokedAt: block.timestamp, revokedTransaction: transaction.hash, revokedWithAll },
  });
}

async function sessionsOf(context: Context, of: Address, keys: readonly Address[]): Promise<Session[]> {
  const found = await Promise.all(keys.map((key) => context.db.find(session, { principal: of, key })));
  return found.filter((each) => each !== null);
}

// --- what was left ---------------------------------------------------------------------------------------------------

/** Kept as it was read: the log knows neither amounts nor gas, nor what an operation took. */
async function keepSample(
  context: Context,
  of: Session,
  block: Block,
  { registration, callsLeft, gasLeft, limits }: SampledState,
  callsLeftBefore: number,
): Promise<void> {
  const id = { principal: of.principal, key: of.key };
  const left = { callsLeft, gasLeft, limits };
  const row = { at: block.timestamp, registration, ...left };
  await context.db
    .insert(sample)
    .values({ ...id, block: block.number, ...row })
    .onConflictDoUpdate(row);
  await context.db
    .update(session, id)
    .set({ ...left, callsLeftBefore, sampledBlock: block.number, sampledAt: block.timestamp });
}

/** What was left at the end of the block before this one. */
function leftBefore({ sampledBlock, callsLeft, callsLeftBefore }: Session, block: Block): number {
  return sampledBlock === block.number || callsLeft === null ? callsLeftBefore : callsLeft;
}

// --- uses ------------------------------------------------------------------------------------------------------------

ponder.on("Latchkey:SessionUsed", async ({ event, context }) => {
  const { block, transaction, args } = event;
  await arrive(context, block);
  const found = await context.db.find(session, { principal: args.principal, key: args.key });
  if (found === null) return;
  const [state] = (await statesAt(block.hash, found.principal, [found.key])) ?? [];
  if (state !== undefined) await keepSample(context, found, block, state, leftBefore(found, block));
  const isFirst = found.lastUsedTransaction !== transaction.hash;
  const route = isFirst ? routeOf(transaction, found.principal, found, await consumersOf(context, found)) : null;
  await keepUse(context, event, found.principal, found, {
    route: route ?? ((await isItem(event, found)) ? "redeemed" : null),
  });
});

/** Each item of a redemption is one use: where a session has no more uses than items, none came in passing. */
async function isItem({ block, transaction }: { block: Block; transaction: Carrier & { hash: Hash } }, of: Session) {
  const items = itemsIn(transaction, of.principal, of).filter(Boolean).length;
  return items > 0 && (await usesIn(block.hash, transaction.hash, of)) === items;
}

/** An operation is validated before it runs and leaves no event of Latchkey's: the EntryPoint's says that it was one. */
ponder.on("EntryPoint:UserOperationEvent", async ({ event, context }) => {
  const { block, transaction, args } = event;
  const known = await context.db.find(principal, { principal: args.sender });
  if (known === null) return;
  await arrive(context, block);
  const sessions = (await sessionsOf(context, args.sender, known.keys)).filter(
    ({ revokedBlock, validUntil }) =>
      (revokedBlock === null || revokedBlock === block.number) && validUntil >= block.timestamp,
  );
  const operation = {
    route: "userOperation" as const,
    ...{ userOpHash: args.userOpHash, entryPoint: event.log.address, nonce: args.nonce, success: args.success },
    ...{ gasCost: args.actualGasCost, gasUsed: args.actualGasUsed },
    paymaster: isAddressEqual(args.paymaster, zeroAddress) ? null : args.paymaster,
  };
  const signature = operationSignature(transaction, args.sender, args.nonce);
  const signer = signature && sessions.find((each) => isSignedBy(each, signature));
  // Signed by somebody else, the owner mostly.
  if (signature !== undefined && signer === undefined) return;
  const candidates = signer === undefined ? sessions.filter((each) => each.lastUsedBlock !== block.number) : [signer];
  const keys = candidates.map(({ key }) => key);
  const states = keys.length === 0 ? [] : await statesAt(block.hash, args.sender, keys);
  const acted = candidates.filter((each, i) => {
    const state = states?.[i];
    // Where nothing can be read the signature says it, and where the session ended or began in this very block.
    const isOther = state === undefined || state.isOver || state.registration !== each.registration;
    if (isOther || (each === signer && isRenewedIn(each, transaction))) return each === signer;
    return state.callsLeft < leftBefore(each, block);
  });
  if (acted.length === 0) return;
  for (const each of acted) {
    const state = states?.[candidates.indexOf(each)];
    if (state !== undefined) await keepSample(context, each, block, state, leftBefore(each, block));
  }
  const by = acted.length === 1 ? acted[0] : undefined;
  const registration = by && isRenewedIn(by, transaction) ? registrationBrought(signature) : by?.registration;
  await keepUse(context, event, args.sender, by, { ...operation, registration });
});

/** Every operation is validated before one runs: which registration those of this transaction were of is not told. */
function isRenewedIn({ registrations, registeredTransaction }: Session, { hash }: { hash: Hash }): boolean {
  return registrations > 1 && registeredTransaction === hash;
}

async function keepUse(
  context: Context,
  event: {
    block: Block;
    log: { logIndex: number };
    transaction: { hash: Hash; from: Address; to: Address | null };
  },
  of: Address,
  by: Session | undefined,
  rest: Pick<typeof use.$inferInsert, "route"> & Partial<typeof use.$inferInsert>,
): Promise<void> {
  const { block, log, transaction } = event;
  await context.db.insert(use).values({
    ...{ block: block.number, logIndex: log.logIndex, at: block.timestamp, blockHash: block.hash },
    ...{ transactionHash: transaction.hash, transactionFrom: transaction.from, transactionTo: transaction.to },
    ...{ principal: of, key: by?.key, registration: by?.registration },
    ...rest,
  });
  if (by === undefined) return;
  await context.db.update(session, { principal: by.principal, key: by.key }).set((row) => ({
    ...{ useCount: row.useCount + 1, lastUsedBlock: block.number, lastUsedAt: block.timestamp },
    lastUsedTransaction: transaction.hash,
  }));
}

/** The contracts that may ask for calls of a session themselves. */
async function consumersOf(context: Context, { policyId }: Session): Promise<Address[]> {
  const found = await context.db.find(policy, { policyId: policyId as Hex });
  const { permissions } = (found?.policy ?? { permissions: [] }) as ReturnType<typeof policyToJson>;
  return permissions.filter(({ consumable }) => consumable).map(({ target }) => target);
}
