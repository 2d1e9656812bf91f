import { dataLength, id, Interface, SigningKey, toBeHex, Wallet, type ContractTransactionReceipt } from "ethers";
import { deployLatchkey, openChain } from "../support/chain/chain.ts";
import { limit, permission, policy, rule, spend, type Policy } from "../support/reference/policy.ts";
import {
  encodeCalls,
  encodeExecute,
  grant,
  p256Key,
  secp256k1Key,
  signExecution,
  type Call,
  type Grant,
  type SessionKey,
} from "../support/reference/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  signedBySession,
  userOp,
  userOpHash,
  type PackedUserOperation,
  type UserOperationFields,
} from "../support/reference/userOp.ts";
import { slotsOf, type Slots } from "./slots.ts";

/** The gas of each row; beside it the storage that its transaction touches, and the bytes of its calldata. */
export type GasReport = Record<Row, number> & { slots: Record<Row, Slots>; bytes: Record<Row, number> };
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
  W1_256: {
    text: "the same under a policy of 248 permissions, the most that calldata holds",
    target: ({ W1 }) => W1 + 3_500,
  },
  W3: { text: "a batch of five transfers", target: () => 133_000 },
  firstUse: {
    text: "the first operation of a session, in a lane that another one has used",
    target: ({ W1 }) => W1 + 500,
  },
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

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const SWAP = new Interface([
  "function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn," +
    " uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256 amountOut)",
]);
const AMOUNT = 10n ** 18n;
const SESSION_LENGTH = 30 * 86_400;
/** Unix seconds. Deadlines are calldata and are signed, so the clock has to stand where it stood the last time. */
const START = 2_000_000_000;
/** What a bundler's estimate would leave in an operation. */
const GAS_FIELDS = { verificationGasLimit: 150_000, callGasLimit: 150_000, preVerificationGas: 50_000 };
/** The least that a paymaster can do: its code accepts with an empty context, so nothing follows. */
const PAYMASTER = "0x" + "9a".repeat(20);
const PAYMASTER_CODE = "0x60405f5260605ff3";
/** Answers every call with a word and does nothing: what a swap itself costs is no matter of the session. */
const ROUTER = "0x" + "9b".repeat(20);
const ROUTER_CODE = "0x60205ff3";
const OTHER_TOKEN = "0x" + "9c".repeat(20);
/** Keys, too, are always the same: a zero byte of calldata is cheaper than any other. */
const keyFor = (use: string) => id(`Latchkey's gas report: ${use}`);

/** A fresh in-process chain with a smart account, a token that it holds, and two published policies. */
async function openStage() {
  const chain = await openChain();
  const { ethers, helpers } = chain;
  await helpers.time.increaseTo(START);
  const entryPoint = chain.entryPoint("0.9");
  const { latchkey, address, store, domain } = await deployLatchkey(chain);
  const owner = new SigningKey(keyFor("owner"));
  const ownerAddress = new Wallet(owner).address;
  const account = await ethers.deployContract("LatchkeyAccount", [entryPoint.target, address, ownerAddress, address]);
  const principal = await account.getAddress();
  const token = await ethers.deployContract("Poke", [principal, 10n ** 27n]);
  const tokenAddress = await token.getAddress();
  await helpers.setCode(PAYMASTER, PAYMASTER_CODE);
  await helpers.setCode(ROUTER, ROUTER_CODE);
  for (const payer of [principal, PAYMASTER]) {
    await mined(entryPoint.getFunction("depositTo").send(payer, { value: 10n ** 18n }));
  }
  // Created and named by somebody else, so that no other address moves.
  const byStranger = chain.stranger;
  const sponsor = await ethers.deployContract("SessionPaymaster", [entryPoint.target, address, byStranger], byStranger);
  const budgetedBy = await sponsor.getAddress();
  await mined(sponsor.getFunction("deposit").send({ value: 10n ** 18n }));
  await mined(sponsor.getFunction("setBudget").send(principal, 10n ** 18n));
  const publish = async (others: number, paymaster?: string, publisher = chain.owner): Promise<Policy> => {
    const published = policy({
      app: "gas.example",
      ...(paymaster === undefined ? {} : { paymaster }),
      permissions: [
        permission({ target: tokenAddress, method: "transfer(address,uint256)" }),
        ...Array.from({ length: others }, (_, i) =>
          permission({ target: toBeHex(BigInt(i + 1) << 140n, 20), method: "like(uint256)" }),
        ),
      ],
      limits: [limit(tokenAddress, 10n ** 24n)],
    });
    await mined(store.connect(publisher).getFunction("publishPolicy").send(published));
    return published;
  };
  /** Swaps of the token for another one, at no less than two for three, to the account itself. */
  const publishSwap = async (): Promise<Policy> => {
    const published = policy({
      app: "gas.example",
      permissions: [
        {
          target: ROUTER,
          method: SWAP.getFunction("exactInputSingle")!.format("sighash"),
          rules: [
            rule.is("0.0", tokenAddress),
            rule.is("0.1", OTHER_TOKEN),
            rule.is("0.2", 500n),
            rule.isThePrincipal("0.3"),
            rule.isAtLeastAtRate("0.5", "0.4", 2n, 3n),
          ],
          spends: [spend.argument(tokenAddress, "0.4")],
        },
      ],
      limits: [limit(tokenAddress, 10n ** 24n)],
    });
    await mined(store.connect(byStranger).getFunction("publishPolicy").send(published));
    return published;
  };
  const policies = {
    small: await publish(0),
    large: await publish(247),
    sponsored: await publish(0, PAYMASTER),
    budgeted: await publish(0, budgetedBy, byStranger),
    swap: await publishSwap(),
  };
  const recipient = new Wallet(keyFor("recipient")).address;
  const transfer: Call = { target: tokenAddress, data: ERC20.encodeFunctionData("transfer", [recipient, AMOUNT]) };
  const amounts = { amountIn: AMOUNT, amountOutMinimum: AMOUNT, sqrtPriceLimitX96: 0n };
  const params = { tokenIn: tokenAddress, tokenOut: OTHER_TOKEN, fee: 500n, recipient: principal, ...amounts };
  const swap: Call = { target: ROUTER, data: SWAP.encodeFunctionData("exactInputSingle", [params]) };
  const names = new Map([
    [String(entryPoint.target), "EntryPoint"],
    [address, "Latchkey"],
    [principal, "LatchkeyAccount"],
    [tokenAddress, "Poke (ERC-20)"],
    [PAYMASTER, "paymaster"],
    [ROUTER, "router"],
    [budgetedBy, "SessionPaymaster"],
    [await store.getAddress(), "PolicyStore"],
  ]);
  return { chain, entryPoint, latchkey, address, domain, owner, principal, policies, transfer, swap, names };
}

type Stage = Awaited<ReturnType<typeof openStage>>;

/** The operations of the stage's account, by its owner and by session keys, each bundled alone. */
function operationsOn({ chain, entryPoint, latchkey, address, domain, owner, principal }: Stage) {
  const validUntil = START + SESSION_LENGTH;
  const fieldsOf = async (calls: Call[], key: bigint): Promise<UserOperationFields> => ({
    ...GAS_FIELDS,
    sender: principal,
    callData: encodeExecute(encodeCalls(calls)),
    nonce: await nextNonce(entryPoint, principal, key),
  });
  const bundle = async (op: PackedUserOperation) => {
    const { receipt, outcomes } = await handleOps(entryPoint, [op], { beneficiary: chain.bundler.address });
    if (outcomes[0]?.success !== true) throw new Error("A measured operation did not succeed.");
    return receipt;
  };
  const byOwner = async (call: Call) => {
    const op = userOp(await fieldsOf([call], 0n));
    return bundle({ ...op, signature: owner.sign(await userOpHash(entryPoint, op)).serialized });
  };
  const bySession = async (key: SessionKey, calls: Call[], lane = 0, paymaster?: UserOperationFields["paymaster"]) => {
    const fields = await fieldsOf(calls, nonceKey(address, lane));
    const op = userOp(paymaster === undefined ? fields : { ...fields, paymaster });
    return bundle(await signedBySession(op, entryPoint, key, domain, { validUntil, registration: START }));
  };
  /** Registers a key of the account through its owner. */
  const register = async (key: SessionKey, value: Policy, lane: bigint, replaces?: SessionKey) => {
    const fields = { validAfter: START, validUntil, lane };
    const granted = grant(key, value, replaces === undefined ? fields : { ...fields, replaces: replaces.address });
    await byOwner({ target: address, data: latchkey.interface.encodeFunctionData("registerSession", [granted]) });
    return key;
  };
  return { byOwner, bySession, register, validUntil };
}

/** Routes 1 to 3, after what is empty once is filled: the recipient's balance, the beneficiary's, the nonces. */
async function measureOperations(stage: Stage) {
  const { chain, latchkey, domain, principal, policies, transfer, swap } = stage;
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
  await bySession(key, [transfer]);
  await bySession(keyOfLarge, [transfer], 1);
  await bySession(keyOnCurve, [transfer], 2);
  await bySession(keyOfSponsored, [transfer], 3, paymaster);
  await bySession(keyOfBudgeted, [transfer], 4, budget);
  await bySession(keyOfSwap, [swap], 5);

  const single = encodeCalls([transfer]);
  await mined(chain.stranger.sendTransaction({ to: key.address, value: 10n ** 18n }));
  const sender = new Wallet(key.privateKey, chain.ethers.provider);
  const direct = () =>
    mined(latchkey.connect(sender).getFunction("execute").send(principal, single.mode, single.executionCalldata));
  const relayed = (nonce: bigint) => {
    const fields = { principal, ...single, nonce, minGas: 0n, validUntil, registration: START };
    const signature = signExecution(key, domain, fields);
    const execute = latchkey.connect(chain.relayer).getFunction("executeBySig");
    return mined(execute.send(principal, single.mode, single.executionCalldata, nonce, 0n, signature));
  };
  // The first of 256 nonces opens their word.
  await relayed(0n);

  const receipts = {
    ownerTransfer: await byOwner(transfer),
    W1: await bySession(key, [transfer]),
    W1_256: await bySession(keyOfLarge, [transfer], 1),
    W3: await bySession(
      key,
      Array.from({ length: 5 }, () => transfer),
    ),
    p256: await bySession(keyOnCurve, [transfer], 2),
    swap: await bySession(keyOfSwap, [swap], 5),
    sponsored: await bySession(keyOfSponsored, [transfer], 3, paymaster),
    budgeted: await bySession(keyOfBudgeted, [transfer], 4, budget),
    direct: await direct(),
    relayed: await relayed(1n),
  };
  const successor = await register(secp256k1Key(keyFor("successor")), policies.small, 0n, key);
  const firstUse = await bySession(successor, [transfer]);
  return { receipts: { ...receipts, firstUse }, references: { swap: await byOwner(swap) } };
}

/** What a plain wallet does with its sessions. */
async function measureLifecycle({ chain, latchkey, policies }: Stage) {
  const byWallet = (method: string, ...values: unknown[]) =>
    mined(
      latchkey
        .connect(chain.owner)
        .getFunction(method)
        .send(...values),
    );
  const granted = (key: SessionKey, fields: Partial<Grant> = {}) =>
    grant(key, policies.small, { validUntil: START + SESSION_LENGTH, ...fields });
  const first = secp256k1Key(keyFor("first"));
  const second = secp256k1Key(keyFor("second"));
  const third = p256Key(keyFor("third"));
  return {
    register: await byWallet("registerSession", granted(first)),
    registerReplace: await byWallet("registerSession", granted(second, { replaces: first.address })),
    registerRenew: await byWallet("registerSession", granted(second)),
    registerP256: await byWallet("registerSession", granted(third, { lane: 7n })),
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
  chain: Stage["chain"];
  /** What stands at an address. */
  names: Map<string, string>;
}

/** Runs every row on a fresh in-process chain with EntryPoint v0.9: everything cold, steady state. */
export async function measureAll(): Promise<Measured> {
  const stage = await openStage();
  const ofDapps = await measureDapps(stage);
  const operations = await measureOperations(stage);
  const receipts = { ...operations.receipts, ...(await measureLifecycle(stage)), ...ofDapps.receipts };
  const references = { ...operations.references, ...ofDapps.references };
  return { receipts, references, chain: stage.chain, names: stage.names };
}

/** The numbers of each row, the same in every run. */
export async function measure(): Promise<GasReport> {
  const measured = await measureAll();
  const report = await reportOf(measured);
  await measured.chain.connection.close();
  return report;
}

export async function reportOf({ receipts, references, chain }: Measured): Promise<GasReport> {
  const rows = Object.keys(ROWS) as Row[];
  const gas: Partial<Record<Row, number>> = {};
  const slots: Partial<Record<Row, Slots>> = {};
  const bytes: Partial<Record<Row, number>> = {};
  for (const row of rows) {
    const reference = references[row];
    const own = await costOf(chain, receipts[row]);
    const base = reference === undefined ? NOTHING : await costOf(chain, reference);
    gas[row] = own.gas - base.gas;
    slots[row] = {
      read: own.slots.read - base.slots.read,
      changed: own.slots.changed - base.slots.changed,
      new: own.slots.new - base.slots.new,
    };
    bytes[row] = own.bytes - base.bytes;
  }
  return { ...gas, slots, bytes } as GasReport;
}

const NOTHING = { gas: 0, slots: { read: 0, changed: 0, new: 0 }, bytes: 0 };

async function costOf({ ethers, provider }: Stage["chain"], { hash, gasUsed }: ContractTransactionReceipt) {
  const transaction = (await ethers.provider.getTransaction(hash))!;
  return { gas: Number(gasUsed), slots: await slotsOf(provider, hash), bytes: dataLength(transaction.data) };
}

async function mined(sent: Promise<{ wait(): Promise<unknown> }>): Promise<ContractTransactionReceipt> {
  const receipt = (await (await sent).wait()) as ContractTransactionReceipt | null;
  if (receipt?.status !== 1) throw new Error("A measured transaction did not succeed.");
  return receipt;
}
