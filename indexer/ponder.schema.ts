import { index, onchainTable, primaryKey, relations } from "ponder";

/**
 * What stands in the tables. Seconds are unix seconds of the chain, blocks are numbers, wei and base units are whole numbers;
 * over GraphQL each bigint is a decimal string. Addresses and hashes are lower-case.
 */

/** Every session that was ever registered, as its latest registration has it. */
export const session = onchainTable(
  "sessions",
  (t) => ({
    principal: t.hex().notNull(),
    key: t.hex().notNull(),
    /** "0x" for secp256k1, else x and y. */
    publicKey: t.hex().notNull(),
    /** The policy's label. */
    app: t.text().notNull(),
    policyId: t.hex().notNull(),
    lane: t.bigint().notNull(),
    /** Seconds, inclusive. */
    validAfter: t.bigint().notNull(),
    /** Seconds, inclusive. That a session has expired is no event: compare this with the chain's clock. */
    validUntil: t.bigint().notNull(),
    /** As it was registered, which is at most the policy's. */
    maxCalls: t.integer().notNull(),
    /** The effective start of the latest registration, seconds: what its signatures name. */
    registration: t.bigint().notNull(),
    /** How often this key was registered for this principal, the renewals counted. */
    registrations: t.integer().notNull(),
    registeredBlock: t.bigint().notNull(),
    registeredAt: t.bigint().notNull(),
    registeredTransaction: t.hex().notNull(),
    /** Null while it is not revoked. Replaced and deactivated by its own key count as revoked. */
    revokedBlock: t.bigint(),
    revokedAt: t.bigint(),
    revokedTransaction: t.hex(),
    /** Whether it ended with all sessions of its principal. */
    revokedWithAll: t.boolean().notNull(),
    /** When it was cleared from its lane after it had expired; null if it was not. */
    sweptAt: t.bigint(),
    /** How many rows of `uses` this key has for this principal, of all its registrations. */
    useCount: t.integer().notNull(),
    lastUsedBlock: t.bigint(),
    lastUsedAt: t.bigint(),
    lastUsedTransaction: t.hex(),
    /** The block whose state the next three are; null where no node had that state. */
    sampledBlock: t.bigint(),
    sampledAt: t.bigint(),
    callsLeft: t.integer(),
    /** Wei. */
    gasLeft: t.bigint(),
    /** What was left before that block. */
    callsLeftBefore: t.integer().notNull(),
    /** `SampledLimit[]`, in the policy's order. */
    limits: t.json().$type<SampledLimit[]>(),
  }),
  (t) => ({
    pk: primaryKey({ columns: [t.principal, t.key] }),
    byKey: index().on(t.key),
    byApp: index().on(t.app),
    byPolicy: index().on(t.policyId),
  }),
);

/** Everybody who ever registered a session. */
export const principal = onchainTable("principals", (t) => ({
  principal: t.hex().primaryKey(),
  /** Of every session that was ever registered, the first one first. */
  keys: t.hex().array().notNull(),
  /** What `AllSessionsRevoked` said last: sessions of an earlier generation are dead. Null if it never did. */
  generation: t.bigint(),
}));

/** What was left of one limit; whole numbers that may be large are decimal strings. */
export interface SampledLimit {
  /** Address 0 is the coin of the chain, 1 to 65,535 a counter, else a token. */
  unit: `0x${string}`;
  cap: string;
  /** Seconds; 0 for the session's lifetime. */
  period: number;
  fromStart: boolean;
  left: string;
  /** When the next period starts, seconds; 0 if none does within the window. */
  refillsAt: number;
}

/** Every policy that was published. */
export const policy = onchainTable(
  "policies",
  (t) => ({
    policyId: t.hex().primaryKey(),
    app: t.text().notNull(),
    /** Of its code: differs between chains. */
    number: t.bigint().notNull(),
    pointer: t.hex().notNull(),
    /** The whole policy, as the client's `Policy`, each bigint as a decimal string. Its hash is the id. */
    policy: t.json().notNull(),
    /** `PolicyText` of the client: the sentences of the policy alone, in base units and without names. */
    words: t.json().notNull(),
    maxCalls: t.integer().notNull(),
    publishedBlock: t.bigint().notNull(),
    publishedAt: t.bigint().notNull(),
    publishedTransaction: t.hex().notNull(),
  }),
  (t) => ({ byApp: index().on(t.app) }),
);

/** Every time that a session acted. */
export const use = onchainTable(
  "uses",
  (t) => ({
    block: t.bigint().notNull(),
    /** Of the event that says so: `SessionUsed`, or `UserOperationEvent` of an EntryPoint. */
    logIndex: t.integer().notNull(),
    at: t.bigint().notNull(),
    blockHash: t.hex().notNull(),
    transactionHash: t.hex().notNull(),
    transactionFrom: t.hex().notNull(),
    /** Null where the transaction creates a contract. */
    transactionTo: t.hex(),
    principal: t.hex().notNull(),
    /** Null for an operation that came inside another contract's call, in a block where several keys acted. */
    key: t.hex(),
    /** Of which registration of the key. Null for an operation without a grant, where the same transaction renewed it. */
    registration: t.bigint(),
    /** `userOperation`, `direct`, `relayed`, `forwarded`, `asked` or `redeemed`; null where the transaction does not say. */
    route: t.text(),
    /** Of route `userOperation` alone, as are those below. */
    userOpHash: t.hex(),
    entryPoint: t.hex(),
    nonce: t.bigint(),
    /** False where the calls reverted: the session has paid for them all the same. */
    success: t.boolean(),
    /** Wei. */
    gasCost: t.bigint(),
    gasUsed: t.bigint(),
    /** Null for none. */
    paymaster: t.hex(),
  }),
  (t) => ({
    pk: primaryKey({ columns: [t.block, t.logIndex] }),
    bySession: index().on(t.principal, t.key),
    byTransaction: index().on(t.transactionHash),
  }),
);

/** What was left of a session at the end of a block in which it was registered or acted: read there, never summed. */
export const sample = onchainTable(
  "samples",
  (t) => ({
    principal: t.hex().notNull(),
    key: t.hex().notNull(),
    block: t.bigint().notNull(),
    at: t.bigint().notNull(),
    registration: t.bigint().notNull(),
    callsLeft: t.integer().notNull(),
    /** Wei. */
    gasLeft: t.bigint().notNull(),
    limits: t.json().$type<SampledLimit[]>().notNull(),
  }),
  (t) => ({ pk: primaryKey({ columns: [t.principal, t.key, t.block] }) }),
);

/** The newest block that is in the tables: while they are filled the newest with an event, after that every one. */
export const head = onchainTable("head", (t) => ({
  chainId: t.integer().primaryKey(),
  number: t.bigint().notNull(),
  hash: t.hex().notNull(),
  timestamp: t.bigint().notNull(),
}));

/** Why nothing in these tables may be believed any more. Empty, or nothing is answered. */
export const fault = onchainTable("faults", (t) => ({
  code: t.text().primaryKey(),
  block: t.bigint().notNull(),
  message: t.text().notNull(),
}));

export const sessionRelations = relations(session, ({ one, many }) => ({
  policy: one(policy, { fields: [session.policyId], references: [policy.policyId] }),
  uses: many(use),
  samples: many(sample),
}));

export const policyRelations = relations(policy, ({ many }) => ({ sessions: many(session) }));

export const useRelations = relations(use, ({ one }) => ({
  session: one(session, { fields: [use.principal, use.key], references: [session.principal, session.key] }),
}));

export const sampleRelations = relations(sample, ({ one }) => ({
  session: one(session, { fields: [sample.principal, sample.key], references: [session.principal, session.key] }),
}));
