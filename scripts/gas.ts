import { Interface, SigningKey, toBeHex, Wallet, type ContractTransactionResponse } from "ethers";
import { deployLatchkey, openChain } from "./lib/chain.ts";
import { limit, permission, policy, type Policy } from "./lib/policy.ts";
import { script } from "./lib/run.ts";
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
} from "./lib/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  signedBySession,
  userOp,
  userOpHash,
  type UserOperationFields,
} from "./lib/userOp.ts";

/** What each row may cost, and why it stands there. Whole transactions, in gas. */
const ROWS = {
  ownerTransfer: ["the owner's own ERC-20 transfer through the EntryPoint", undefined],
  W1: ["a session's ERC-20 transfer, route userOperation", 106_000],
  W1_256: ["the same under a policy of 256 permissions", undefined],
  W3: ["a batch of five transfers", 142_000],
  firstUse: ["the first operation of a nonce key", undefined],
  p256: ["W1 with a P-256 key", undefined],
  direct: ["W1, route direct", 64_000],
  relayed: ["W1, route relayed", 82_000],
  register: ["registerSession by a plain wallet, the first of its lane", 105_000],
  registerReplace: ["registerSession that replaces the lane's key", 95_000],
  registerP256: ["registerSession of a P-256 key", 152_000],
  revoke: ["revokeSession", 32_000],
  revokeAll: ["revokeAllSessions, not the first", 32_000],
} as const satisfies Record<string, readonly [string, number | undefined]>;

export type GasReport = Record<keyof typeof ROWS, number>;

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const AMOUNT = 10n ** 18n;
const SESSION_LENGTH = 30 * 86_400;
/** What a bundler's estimate would leave in an operation. */
const GAS_FIELDS = { verificationGasLimit: 150_000, callGasLimit: 150_000, preVerificationGas: 50_000 };

/** Measures each row on a fresh in-process chain with EntryPoint v0.9: everything cold, steady state. */
export async function measure(): Promise<GasReport> {
  const chain = await openChain();
  const { ethers } = chain;
  const entryPoint = chain.entryPoint("0.9");
  const { latchkey, address, store, domain } = await deployLatchkey(chain);
  const owner = Wallet.createRandom();
  const account = await ethers.deployContract("SessionAccount", [entryPoint.target, owner.address, address]);
  const principal = await account.getAddress();
  const wallet = chain.owner;
  const token = await ethers.deployContract("Poke", [principal, 10n ** 27n]);
  const tokenAddress = await token.getAddress();
  const recipient = Wallet.createRandom().address;
  const transfer: Call = { target: tokenAddress, data: ERC20.encodeFunctionData("transfer", [recipient, AMOUNT]) };
  const validUntil = (await chain.now()) + SESSION_LENGTH;

  await gasOf(entryPoint.getFunction("depositTo").send(principal, { value: 10n ** 18n }));

  const publish = async (others: number): Promise<Policy> => {
    const published = policy({
      app: "gas.example",
      permissions: [
        permission({ target: tokenAddress, method: "transfer(address,uint256)" }),
        ...Array.from({ length: others }, (_, i) =>
          permission({ target: toBeHex(BigInt(i + 1) << 140n, 20), method: "like(uint256)" }),
        ),
      ],
      limits: [limit(tokenAddress, 10n ** 24n)],
    });
    await gasOf(store.getFunction("publishPolicy").send(published));
    return published;
  };
  const small = await publish(0);
  const large = await publish(255);

  const fieldsOf = async (calls: Call[], key: bigint): Promise<UserOperationFields> => ({
    ...GAS_FIELDS,
    sender: principal,
    callData: encodeExecute(encodeCalls(calls)),
    nonce: await nextNonce(entryPoint, principal, key),
  });
  const bundle = async (op: Parameters<typeof handleOps>[1][number]) => {
    const { receipt, outcomes } = await handleOps(entryPoint, [op], { beneficiary: chain.bundler.address });
    if (outcomes[0]?.success !== true) throw new Error("A measured operation did not succeed.");
    return Number(receipt.gasUsed);
  };
  const ownerOperation = async (call: Call) => {
    const op = userOp(await fieldsOf([call], 0n));
    return bundle({
      ...op,
      signature: new SigningKey(owner.privateKey).sign(await userOpHash(entryPoint, op)).serialized,
    });
  };
  const sessionOperation = async (key: SessionKey, calls: Call[], lane = 0) => {
    const op = userOp(await fieldsOf(calls, nonceKey(address, lane)));
    return bundle(await signedBySession(op, entryPoint, key, domain, { validUntil, registration: 1 }));
  };
  /** Registers a key of the account through its owner. */
  const registered = async (key: SessionKey, value: Policy, lane: bigint, fields: Partial<Grant> = {}) => {
    const granted = grant(key, value, { validUntil, lane, ...fields });
    await ownerOperation({
      target: address,
      data: latchkey.interface.encodeFunctionData("registerSession", [granted]),
    });
    return key;
  };
  const funded = async (key: SessionKey) => {
    await gasOf(chain.stranger.sendTransaction({ to: key.address, value: 10n ** 18n }));
    return new Wallet(key.privateKey, ethers.provider);
  };

  const key = await registered(secp256k1Key(), small, 0n);
  const keyOfLarge = await registered(secp256k1Key(), large, 1n);
  const keyOnCurve = await registered(p256Key(), small, 2n);
  const send = await funded(key);
  const five = Array.from({ length: 5 }, () => transfer);

  // Fill what is empty once: the recipient's balance, the beneficiary's, the nonces.
  await ownerOperation(transfer);
  const firstUse = await sessionOperation(key, [transfer]);
  await sessionOperation(keyOfLarge, [transfer], 1);
  await sessionOperation(keyOnCurve, [transfer], 2);

  const single = encodeCalls([transfer]);
  const direct = () =>
    gasOf(latchkey.connect(send).getFunction("execute").send(principal, single.mode, single.executionCalldata));
  const relayed = (nonce: bigint) => {
    const fields = { principal, ...single, nonce, minGas: 0n, validUntil, registration: 1 };
    return gasOf(
      latchkey
        .connect(chain.relayer)
        .getFunction("executeBySig")
        .send(principal, single.mode, single.executionCalldata, nonce, 0n, signExecution(key, domain, fields)),
    );
  };
  await relayed(0n);

  const byWallet = (method: string, ...args: unknown[]) =>
    gasOf(
      latchkey
        .connect(wallet)
        .getFunction(method)
        .send(...args),
    );
  const first = secp256k1Key();
  const second = secp256k1Key();
  const grantOf = (key_: SessionKey, fields: Partial<Grant> = {}) => grant(key_, small, { validUntil, ...fields });

  const report = {
    ownerTransfer: await ownerOperation(transfer),
    W1: await sessionOperation(key, [transfer]),
    W1_256: await sessionOperation(keyOfLarge, [transfer], 1),
    W3: await sessionOperation(key, five),
    firstUse,
    p256: await sessionOperation(keyOnCurve, [transfer], 2),
    direct: await direct(),
    relayed: await relayed(1n),
    register: await byWallet("registerSession", grantOf(first)),
    registerReplace: await byWallet("registerSession", grantOf(second, { replaces: first.address })),
    registerP256: await byWallet("registerSession", grantOf(p256Key(), { lane: 7n })),
    revoke: await byWallet("revokeSession", second.address),
    revokeAll: await byWallet("revokeAllSessions").then(() => byWallet("revokeAllSessions")),
  };
  await chain.connection.close();
  return report;
}

async function gasOf(
  sent: Promise<ContractTransactionResponse> | Promise<{ wait(): Promise<unknown> }>,
): Promise<number> {
  const receipt = (await (await sent).wait()) as { gasUsed: bigint; status: number } | null;
  if (receipt?.status !== 1) throw new Error("A measured transaction did not succeed.");
  return Number(receipt.gasUsed);
}

if (import.meta.main) {
  await script(async () => {
    const report = await measure();
    if (process.argv.includes("--json")) {
      console.log(JSON.stringify(report));
      return;
    }
    for (const [row, [text, target]] of Object.entries(ROWS)) {
      const gas = report[row as keyof GasReport];
      const bound = target === undefined ? "" : `target ${target.toLocaleString("en")}`;
      console.log(`${row.padEnd(16)} ${gas.toLocaleString("en").padStart(9)}  ${text.padEnd(56)} ${bound}`);
    }
  });
}
