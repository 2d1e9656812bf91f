import { concat, id, Interface, SigningKey, toBeHex, Wallet, type ContractTransactionReceipt } from "ethers";
import { deployLatchkey, openChain } from "../support/chain/chain.ts";
import { limit, permission, policy, rule, spend, type Policy } from "../support/reference/policy.ts";
import { encodeCalls, encodeExecute, grant, type Call, type SessionKey } from "../support/reference/session.ts";
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

const ERC20 = new Interface(["function transfer(address to, uint256 amount) returns (bool)"]);
const SWAP = new Interface([
  "function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn," +
    " uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256 amountOut)",
]);
const AMOUNT = 10n ** 18n;
export const SESSION_LENGTH = 30 * 86_400;
/** Unix seconds. Deadlines are calldata and are signed, so the clock has to stand where it stood the last time. */
export const START = 2_000_000_000;
/** What a bundler's estimate would leave in an operation. */
const GAS_FIELDS = { verificationGasLimit: 150_000, callGasLimit: 150_000, preVerificationGas: 50_000 };
/** The least that a paymaster can do: its code accepts with an empty context, so nothing follows. */
export const PAYMASTER = "0x" + "9a".repeat(20);
const PAYMASTER_CODE = "0x60405f5260605ff3";
/** Answers every call with a word and does nothing: what a swap itself costs is no matter of the session. */
const ROUTER = "0x" + "9b".repeat(20);
const ROUTER_CODE = "0x60205ff3";
const OTHER_TOKEN = "0x" + "9c".repeat(20);
/** Keys, too, are always the same: a zero byte of calldata is cheaper than any other. */
export const keyFor = (use: string) => id(`Latchkey's gas report: ${use}`);

/** A fresh in-process chain with a smart account, a token that it holds, and two published policies. */
export async function openStage() {
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
  /** Publishes the policy of W1 with more permissions; a stranger's transaction, like all that came after the first rows. */
  const publishLarger = (permissions: number) => publish(permissions - 1, undefined, byStranger);
  const stage = {
    chain,
    entryPoint,
    latchkey,
    address,
    store,
    domain,
    owner,
    principal,
    policies,
    transfer,
    swap,
    names,
  };
  return { ...stage, publishLarger };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** The operations of the stage's account, by its owner and by session keys, each bundled alone. */
export function operationsOn(
  { chain, entryPoint, latchkey, address, domain, owner, principal }: Stage,
  gasFields = GAS_FIELDS,
) {
  const validUntil = START + SESSION_LENGTH;
  const fieldsOf = async (calls: Call[], key: bigint): Promise<UserOperationFields> => ({
    ...gasFields,
    sender: principal,
    callData: encodeExecute(encodeCalls(calls)),
    nonce: await nextNonce(entryPoint, principal, key),
  });
  const bundle = async (op: PackedUserOperation) => {
    const { receipt, outcomes } = await handleOps(entryPoint, [op], { beneficiary: chain.bundler.address });
    if (outcomes[0]?.success !== true) throw new Error("A measured operation did not succeed.");
    return receipt;
  };
  const byOwner = async (...calls: Call[]) => {
    const op = userOp(await fieldsOf(calls, 0n));
    return bundle({ ...op, signature: owner.sign(await userOpHash(entryPoint, op)).serialized });
  };
  /** `envelope` stands behind the key's signature. */
  const bySession = async (
    key: SessionKey,
    calls: Call[],
    lane = 0,
    paymaster?: UserOperationFields["paymaster"],
    envelope = "0x",
  ) => {
    const fields = await fieldsOf(calls, nonceKey(address, lane));
    const op = userOp(paymaster === undefined ? fields : { ...fields, paymaster });
    const signed = await signedBySession(op, entryPoint, key, domain, { validUntil, registration: START });
    return bundle({ ...signed, signature: concat([signed.signature, envelope]) });
  };
  /** Registers a key of the account through its owner, in place of the one that its lane has. */
  const register = async (key: SessionKey, value: Policy, lane: bigint, replaces?: string) => {
    const others = replaces === undefined ? {} : { replaces };
    const granted = grant(key, value, { validAfter: START, validUntil, lane, ...others });
    await byOwner({ target: address, data: latchkey.interface.encodeFunctionData("registerSession", [granted]) });
    return key;
  };
  return { byOwner, bySession, register, validUntil };
}

/** The receipt of a transaction that must have succeeded. */
export async function mined(sent: Promise<{ wait(): Promise<unknown> }>): Promise<ContractTransactionReceipt> {
  const receipt = (await (await sent).wait()) as ContractTransactionReceipt | null;
  if (receipt?.status !== 1) throw new Error("A measured transaction did not succeed.");
  return receipt;
}
