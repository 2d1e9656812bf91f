import { concat, dataLength, getBytes, Wallet, ZeroAddress, type ContractTransactionReceipt } from "ethers";
import { signNested } from "../support/reference/nestedSignature.ts";
import { permission, policy } from "../support/reference/policy.ts";
import {
  encodeCalls,
  grant,
  grantEnvelope,
  p256Key,
  redemptionContext,
  secp256k1Key,
  signExecution,
  signRegistration,
  type Grant,
  type SessionKey,
} from "../support/reference/session.ts";
import {
  domainOnChains,
  REGISTER_SESSION_ON_CHAINS_TYPES,
  REGISTER_SESSION_TYPES,
} from "../support/reference/typedData.ts";
import { keyFor, mined, openStage, operationsOn, PAYMASTER, SESSION_LENGTH, START, type Stage } from "./stage.ts";
import { slotsOf, type Slots } from "./slots.ts";

/** The gas of each row; beside it the storage that its transaction touches, and the bytes of its calldata. */
export type GasReport = Record<Row, number> & {
  slots: Record<Row, Slots>;
  bytes: Record<Row, number>;
  /** Of the bytes, those that are not zero: four times as dear. */
  nonZeroBytes: Record<Row, number>;
};
export type Row = keyof typeof ROWS;

/**
 * What each row is, and the most that it is meant to cost, in gas of the whole transaction; three rows are what one
 * transaction costs over another.
 */
export const ROWS = {
  ownerTransfer: { text: "the owner's own ERC-20 transfer through the EntryPoint" },
  W1: {
    text: "a session's ERC-20 transfer, route userOperation",
    target: ({ ownerTransfer }) => Math.min(103_000, ownerTransfer + 17_500),
  },
  W1_248: {
    text: "the same under a policy of 248 permissions, the most that calldata holds",
    target: ({ W1 }) => W1 + 3_500,
  },
  W3: { text: "a batch of five transfers", target: () => 133_000 },
  firstUse: {
    text: "the first operation of a session, in a lane of nonces that another one has used",
    target: ({ W1 }) => W1 + 500,
  },
  firstInLane: { text: "the first operation in a lane of nonces: the nonce is a new slot" },
  p256: { text: "W1 with a P-256 key", target: ({ W1 }) => W1 + 9_200 },
  swap: {
    text: "what a session adds to the owner's swap: exactInputSingle at a rate, amount spent, the rest bound",
    target: () => 22_000,
  },
  sponsored: { text: "W1 paid by a paymaster that checks nothing" },
  budgeted: { text: "W1 paid by SessionPaymaster out of a budget" },
  direct: { text: "W1, route direct", target: () => 58_500 },
  relayed: { text: "W1, route relayed", target: () => 71_500 },
  register: { text: "registerSession by a plain wallet, the first of its lane", target: () => 90_000 },
  registerReplace: { text: "registerSession that replaces the lane's key", target: () => 80_000 },
  registerRenew: { text: "registerSession that renews its key", target: () => 60_000 },
  registerP256: { text: "registerSession of a P-256 key", target: () => 90_000 },
  registerSigned: { text: "registerSessionBySig, the first of its lane, not the first signature" },
  firstUseGranted: { text: "an operation that brings its grant, not the first signature of its principal" },
  relayedGranted: { text: "the same on route relayed" },
  redeemed: { text: "W1 through the door of ERC-7710, by a redeemer with the key's signature" },
  multiChainRegister: { text: "registerSessionOnChains, signed for two chains, on one of them" },
  revoke: { text: "revokeSession", target: () => 29_000 },
  revokeAll: { text: "revokeAllSessions, not the first", target: () => 29_000 },
  consume: { text: "what consumeSession adds to a dApp's call", target: () => 18_000 },
  forward: { text: "what forwarding adds to a wallet's own call", target: () => 24_000 },
  isValidFor: { text: "a transaction that asks isValidFor and nothing else" },
} as const satisfies Record<string, { text: string; target?: Target }>;

type Target = (report: { ownerTransfer: number; W1: number }) => number;

/** The most that a row is meant to cost, or undefined if there is no such number. */
export function targetOf(row: Row, report: GasReport): number | undefined {
  const entry: { text: string; target?: Target } = ROWS[row];
  return entry.target?.(report);
}

/**
 * Routes `userOperation`, `direct` and `relayed`, after what is empty once is filled: the recipient's balance, the
 * beneficiary's, the nonces.
 */
async function measureOperations(stage: Stage) {
  const { chain, latchkey, address, store, domain, owner, principal, policies, transfer, swap } = stage;
  const { byOwner, bySession, register, validUntil } = operationsOn(stage);
  const key = await register(secp256k1Key(keyFor("session")), policies.small, 0n);
  const keyOfLarge = await register(secp256k1Key(keyFor("large policy")), policies.large, 1n);
  const keyOnCurve = await register(p256Key(keyFor("curve")), policies.small, 2n);
  const keyOfBudgeted = await register(secp256k1Key(keyFor("budgeted")), policies.budgeted, 4n);
  const keyOfSponsored = await register(secp256k1Key(keyFor("sponsored")), policies.sponsored, 3n);
  const keyOfSwap = await register(secp256k1Key(keyFor("swap")), policies.swap, 5n);
  const paymaster = { address: PAYMASTER, verificationGasLimit: 50_000, postOpGasLimit: 0 };
  const budget = { address: policies.budgeted.paymaster, verificationGasLimit: 50_000, postOpGasLimit: 10_000 };

  await byOwner(transfer);
  const firstInLane = await bySession(key, [transfer]);
  await bySession(keyOfLarge, [transfer], 1);
  await bySession(keyOnCurve, [transfer], 2);
  await bySession(keyOfSponsored, [transfer], 3, paymaster);
  await bySession(keyOfBudgeted, [transfer], 4, budget);
  await bySession(keyOfSwap, [swap], 5);
  // A key that takes the lane of one that has used its nonces.
  const earlier = await register(secp256k1Key(keyFor("earlier")), policies.small, 6n);
  await bySession(earlier, [transfer], 6);
  const later = await register(secp256k1Key(keyFor("later")), policies.small, 6n, earlier.address);
  const firstUse = await bySession(later, [transfer], 6);

  const single = encodeCalls([transfer]);
  await mined(chain.stranger.sendTransaction({ to: key.address, value: 10n ** 18n }));
  const sender = new Wallet(key.privateKey, chain.ethers.provider);
  const direct = () =>
    mined(latchkey.connect(sender).getFunction("execute").send(principal, single.mode, single.executionCalldata));
  const relayed = (nonce: bigint, by: { key: SessionKey; envelope: string } = { key, envelope: "0x" }) => {
    const fields = { principal, ...single, nonce, minGas: 0n, validUntil, registration: START };
    const signature = concat([signExecution(by.key, domain, fields), by.envelope]);
    const execute = latchkey.connect(chain.relayer).getFunction("executeBySig");
    return mined(execute.send(principal, single.mode, single.executionCalldata, nonce, 0n, signature));
  };
  // The first of 256 nonces opens their word.
  await relayed(0n);

  const granted = async (use: string, lane: bigint) => {
    const own = secp256k1Key(keyFor(use));
    const given = grant(own, policies.small, { validAfter: START, validUntil, lane });
    const nonce = (await latchkey.getFunction("nonces").staticCall(principal)) as bigint;
    const { policyId, ...rest } = given;
    const message = { principal, policy: policies.small, ...rest, nonce, deadline: validUntil };
    const account = { name: "LatchkeyAccount", version: "1", chainId: chain.chainId, verifyingContract: principal };
    const signature = await signNested(new Wallet(owner), account, domain, REGISTER_SESSION_TYPES, message);
    const number = (await store.getFunction("numberOf").staticCall(policyId)) as bigint;
    return { key: own, envelope: grantEnvelope(given, { number, deadline: validUntil, signature }) };
  };
  // Neither the account's first signature nor the first nonce of the lane.
  await byOwner({ target: address, data: latchkey.interface.encodeFunctionData("cancelSignatures") });
  const brought = await granted("brought", 10n);
  const firstUseGranted = await bySession(brought.key, [transfer], 6, undefined, brought.envelope);
  const carried = await granted("carried", 11n);
  const redeemed = (nonce: bigint) => {
    const fields = { principal, redeemer: ZeroAddress, ...single, nonce, minGas: 0n, validUntil, registration: START };
    const redeem = latchkey.connect(chain.relayer).getFunction("redeemDelegations");
    return mined(redeem.send([redemptionContext(key, domain, fields)], [single.mode], [single.executionCalldata]));
  };

  const receipts = {
    ownerTransfer: await byOwner(transfer),
    W1: await bySession(key, [transfer]),
    W1_248: await bySession(keyOfLarge, [transfer], 1),
    W3: await bySession(
      key,
      Array.from({ length: 5 }, () => transfer),
    ),
    firstUse,
    firstInLane,
    p256: await bySession(keyOnCurve, [transfer], 2),
    swap: await bySession(keyOfSwap, [swap], 5),
    sponsored: await bySession(keyOfSponsored, [transfer], 3, paymaster),
    budgeted: await bySession(keyOfBudgeted, [transfer], 4, budget),
    direct: await direct(),
    relayed: await relayed(1n),
    firstUseGranted,
    relayedGranted: await relayed(0n, carried),
    redeemed: await redeemed(2n),
  };
  return { receipts, references: { swap: await byOwner(swap) } };
}

/** What a plain wallet does with its sessions. */
async function measureLifecycle({ chain, latchkey, policies, domain }: Stage) {
  const by =
    (sender: typeof chain.owner) =>
    (method: string, ...values: unknown[]) =>
      mined(
        latchkey
          .connect(sender)
          .getFunction(method)
          .send(...values),
      );
  const [byWallet, byRelayer] = [by(chain.owner), by(chain.relayer)];
  const granted = (key: SessionKey, fields: Partial<Grant> = {}) =>
    grant(key, policies.small, { validUntil: START + SESSION_LENGTH, ...fields });
  const first = secp256k1Key(keyFor("first"));
  const second = secp256k1Key(keyFor("second"));
  const third = p256Key(keyFor("third"));
  const [fourth, fifth] = [secp256k1Key(keyFor("fourth")), secp256k1Key(keyFor("fifth"))];
  const deadline = START + SESSION_LENGTH;
  const principal = chain.owner.address;
  const signed = async () => {
    await byWallet("cancelSignatures");
    const granting = granted(fourth, { lane: 8n });
    const message = { grant: granting, policy: policies.small, nonce: 1n, deadline };
    const signature = await signRegistration(chain.owner, domain, message);
    return byRelayer("registerSessionBySig", principal, granting, deadline, signature);
  };
  const onChains = async () => {
    const { policyId, ...common } = granted(fifth, { lane: 9n });
    const entries = [10n, chain.chainId].map((chainId) => ({ chainId, nonce: 2n }));
    const signature = await chain.owner.signTypedData(domainOnChains(domain), REGISTER_SESSION_ON_CHAINS_TYPES, {
      ...{ principal, ...common, deadline },
      chains: entries.map((each) => ({ ...each, policy: policies.small })),
    });
    const chains = entries.map((each) => ({ ...each, policyId }));
    return byRelayer("registerSessionOnChains", principal, { ...common, policyId }, deadline, chains, signature);
  };
  return {
    register: await byWallet("registerSession", granted(first)),
    registerReplace: await byWallet("registerSession", granted(second, { replaces: first.address })),
    registerRenew: await byWallet("registerSession", granted(second)),
    registerP256: await byWallet("registerSession", granted(third, { lane: 7n })),
    registerSigned: await signed(),
    multiChainRegister: await onChains(),
    revoke: await byWallet("revokeSession", second.address),
    revokeAll: await byWallet("revokeAllSessions").then(() => byWallet("revokeAllSessions")),
  };
}

/** Route 4 beside the wallet's own calls of the same methods. */
async function measureDapps({ chain, latchkey, address }: Stage) {
  const { ethers, helpers } = chain;
  const wallet = new Wallet(keyFor("wallet"), ethers.provider);
  const key = secp256k1Key(keyFor("dApp"));
  const sender = new Wallet(key.privateKey, ethers.provider);
  const forwarder = await ethers.getContractAt("ISessionForwarder", await latchkey.getFunction("FORWARDER")());
  const feed = await ethers.deployContract("SocialFeed", [await forwarder.getAddress(), chain.owner.address, 280]);
  const game = await ethers.deployContract("GameWorld", [address, chain.owner.address, 0, 1_000]);
  const [feedAddress, gameAddress] = [await feed.getAddress(), await game.getAddress()];
  for (const account of [wallet.address, sender.address, gameAddress]) {
    await helpers.setBalance(account, 10n ** 18n);
  }
  const value = policy({
    app: "gas.example",
    permissions: [
      permission({ target: feedAddress, method: "post(string)" }),
      permission({ target: gameAddress, method: "joinScene(address,uint64)", consumable: true }),
    ],
  });
  const store = await ethers.getContractAt("IPolicyStore", await latchkey.getFunction("POLICY_STORE")());
  await mined(store.getFunction("publishPolicy").send(value));
  const granted = grant(key, value, { validUntil: START + SESSION_LENGTH });
  await mined(latchkey.connect(wallet).getFunction("registerSession").send(granted));

  await mined(game.connect(wallet).getFunction("createStorage").send());
  const join = (who: Wallet, scene: number) =>
    mined(game.connect(who).getFunction("joinScene").send(wallet.address, scene));
  const post = feed.interface.encodeFunctionData("post", ["gm"]);
  const forward = () => mined(forwarder.connect(sender).getFunction("forward").send(wallet.address, feedAddress, post));
  // The first of each kind fills what is empty.
  await join(wallet, 1);
  await join(sender, 2);
  await forward();
  await helpers.impersonateAccount(gameAddress);
  const asGame = await ethers.getSigner(gameAddress);
  const question = latchkey.interface.encodeFunctionData("isValidFor", [key.address, wallet.address]);
  return {
    receipts: {
      consume: await join(sender, 3),
      forward: await forward(),
      isValidFor: await mined(asGame.sendTransaction({ to: address, data: question })),
    },
    references: {
      consume: await join(wallet, 4),
      forward: await mined(wallet.sendTransaction({ to: feedAddress, data: post })),
    },
  };
}

/** A measured transaction, on a chain that is still open. */
export interface Measured {
  receipts: Record<Row, ContractTransactionReceipt>;
  /** What a row is measured over, where it is not a transaction of its own. */
  references: Partial<Record<Row, ContractTransactionReceipt>>;
  stage: Stage;
}

/** Runs every row on a fresh in-process chain with EntryPoint v0.9: everything cold, steady state. */
export async function measureAll(): Promise<Measured> {
  const stage = await openStage();
  const ofDapps = await measureDapps(stage);
  const operations = await measureOperations(stage);
  const receipts = { ...operations.receipts, ...(await measureLifecycle(stage)), ...ofDapps.receipts };
  const references = { ...operations.references, ...ofDapps.references };
  return { receipts, references, stage };
}

/** The numbers of each row, the same in every run. */
export async function measure(): Promise<GasReport> {
  const measured = await measureAll();
  const report = await reportOf(measured);
  await measured.stage.chain.connection.close();
  return report;
}

export async function reportOf({ receipts, references, stage }: Measured): Promise<GasReport> {
  const rows = Object.keys(ROWS) as Row[];
  const gas: Partial<Record<Row, number>> = {};
  const slots: Partial<Record<Row, Slots>> = {};
  const bytes: Partial<Record<Row, number>> = {};
  const nonZeroBytes: Partial<Record<Row, number>> = {};
  for (const row of rows) {
    const reference = references[row];
    const own = await costOf(stage, receipts[row]);
    const base = reference === undefined ? NOTHING : await costOf(stage, reference);
    gas[row] = own.gas - base.gas;
    slots[row] = {
      read: own.slots.read - base.slots.read,
      changed: own.slots.changed - base.slots.changed,
      new: own.slots.new - base.slots.new,
    };
    bytes[row] = own.bytes - base.bytes;
    nonZeroBytes[row] = own.nonZeroBytes - base.nonZeroBytes;
  }
  return { ...gas, slots, bytes, nonZeroBytes } as GasReport;
}

const NOTHING = { gas: 0, slots: { read: 0, changed: 0, new: 0 }, bytes: 0, nonZeroBytes: 0 };

async function costOf({ chain }: Stage, { hash, gasUsed }: ContractTransactionReceipt) {
  const { data } = (await chain.ethers.provider.getTransaction(hash))!;
  const nonZeroBytes = getBytes(data).filter((byte) => byte !== 0).length;
  return { gas: Number(gasUsed), slots: await slotsOf(chain.provider, hash), bytes: dataLength(data), nonZeroBytes };
}
