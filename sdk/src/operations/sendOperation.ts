import {
  type Account,
  type Authorization,
  type Block,
  encodeFunctionData,
  type Hash,
  type Hex,
  maxUint256,
  size,
} from "viem";
import type { Address } from "viem";
import type { BundlerClient, SmartAccount, UserOperation } from "viem/account-abstraction";
import { estimateFeesPerGas, estimateGas, getBlockNumber } from "viem/actions";
import { type SessionClient, signingChainOf } from "../chain/client.ts";
import type { SentTransaction } from "../chain/confirm.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { isCutOff, isUnreachable } from "../chain/reachable.ts";
import type { SubmitParameters } from "../chain/sent.ts";
import { feesFrom, simulate, submit } from "../chain/transact.ts";
import { EntryPointError, SessionUnconfirmedError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { decodedError } from "../errors/onDemand.ts";
import type { OperationFields, Route, SessionCall } from "../types.ts";
import { requireBundler } from "./bundler.ts";
import { isBundler } from "./isBundler.ts";
import { findOperation, mismatch } from "./minedOperation.ts";
import { operationGasOf, requireSaneGas } from "./operationGas.ts";
import {
  encodeAccountCalls,
  operationOf,
  operationHash,
  packOperation,
  preparedDelegation,
  prepareOperation,
  signDelegation,
  signOperation,
  submitToBundler,
} from "../chain/viem.ts";

/** Gas of an operation that nobody estimated. */
export type OperationGas = Required<
  Pick<OperationFields, "callGasLimit" | "verificationGasLimit" | "preVerificationGas">
>;

export interface SubmitOperationParameters extends SubmitParameters {
  /** Whose operation it is and who signs it: its owner, or a session key. */
  account: SmartAccount;
  calls: readonly SessionCall[];
  /** An ERC-4337 bundler, or an account that self-bundles. */
  bundler: BundlerClient | Account;
  operation?: OperationFields | undefined;
  /**
   * The whole nonce.
   *
   * @default the account's next one
   */
  nonce?: bigint | undefined;
  /**
   * What a self-bundled operation takes.
   *
   * @default what the node estimates, or ample for an account that is not there yet
   */
  gas?: OperationGas | undefined;
  /** What errors say of it. */
  route?: Route | undefined;
  /** The latest block, where it is known already. */
  latest?: Block | undefined;
}

/** An operation that was submitted. */
export interface SentOperation {
  userOpHash: Hash;
  nonce: bigint;
  entryPoint: Address;
  /** A block before it was submitted. */
  fromBlock: bigint;
  /** Tells where to look for it; undefined for one that is self-bundled. */
  bundler?: BundlerClient | undefined;
  /** The transaction of one that is self-bundled. */
  transaction?: SentTransaction | undefined;
  route?: Route | undefined;
}

/**
 * Submits calls as one operation of a smart account. What a bundler or a node throws before it may have been taken is
 * thrown as it is; afterwards a `SessionUnconfirmedError` names it.
 */
export async function submitOperation(
  client: SessionClient,
  parameters: SubmitOperationParameters,
): Promise<SentOperation> {
  const { bundler } = parameters;
  const chainId = await signingChainOf(client);
  if (isBundler(bundler)) return throughBundler(client, { ...parameters, bundler }, chainId);
  return selfBundle(client, { ...parameters, bundler }, chainId);
}

async function throughBundler(
  client: SessionClient,
  parameters: SubmitOperationParameters & { bundler: BundlerClient },
  chainId: number,
): Promise<SentOperation> {
  const { account, calls, bundler, operation = {}, nonce, route, onSubmitted } = parameters;
  const { address: entryPoint } = account.entryPoint;
  const preparing = prepareOperation(bundler, { account, calls, nonce, ...operation });
  // A bundler that is the wrong one is reported first, whatever else is wrong.
  preparing.catch(() => undefined);
  const [fromBlock] = await Promise.all([
    parameters.latest?.number ?? getBlockNumber(client, { cacheTime: 0 }),
    requireBundler(client, bundler, entryPoint),
  ]);
  const op = await signed(client, account, await preparing, chainId);
  await requireSponsored(client, entryPoint, op);
  const userOpHash = operationHash(account, op, chainId);
  const sent = { bundler, userOpHash, nonce: op.nonce, entryPoint, fromBlock, route };
  let claimed: Hash;
  try {
    claimed = await submitToBundler(bundler, op, entryPoint);
  } catch (thrown) {
    if (isUnreachable(thrown) || isCutOff(thrown)) {
      throw new SessionUnconfirmedError("unreachable", sent, { cause: thrown });
    }
    const taken = await nonceTaken(op.nonce, thrown);
    if (taken === undefined) throw thrown;
    const isThere = await isKnown(client, sent);
    if (isThere !== true) throw isThere === false ? taken : thrown;
    // A request that was repeated by the transport.
    claimed = userOpHash;
  }
  if (claimed !== userOpHash) {
    throw await mismatch(client, sent, { what: "it took another operation", claimed: `operation ${claimed}` });
  }
  onSubmitted?.({ userOpHash, nonce: op.nonce, route });
  return sent;
}

/** Another operation has the nonce, and this one was not taken: it can be signed anew with another one. */
export class NonceTakenError extends EntryPointError {
  readonly nonce: bigint;
  constructor(nonce: bigint, { reason }: EntryPointError, cause: unknown) {
    super(reason, { cause });
    this.nonce = nonce;
  }
}

async function nonceTaken(nonce: bigint, thrown: unknown): Promise<NonceTakenError | undefined> {
  const error = await decodedError(thrown);
  return error instanceof EntryPointError && error.aaCode === "AA25"
    ? new NonceTakenError(nonce, error, thrown)
    : undefined;
}

/** Whether an operation that a bundler refused is there all the same; undefined if nobody says. */
async function isKnown(
  client: SessionClient,
  sent: SentOperation & { bundler: BundlerClient },
): Promise<boolean | undefined> {
  try {
    // Of one that is not mined yet viem's own action makes an error.
    const known = await sent.bundler.request({ method: "eth_getUserOperationByHash", params: [sent.userOpHash] });
    return known !== null || (await findOperation(client, sent)) !== undefined;
  } catch {
    return undefined;
  }
}

/** Signs the delegation, where the operation brings one, and then the operation. */
async function signed(
  client: SessionClient,
  account: SmartAccount,
  unsigned: UserOperation,
  chainId: number,
): Promise<UserOperation> {
  await requireSaneGas(unsigned, maxUint256);
  const delegation = unsigned.authorization as Authorization | undefined;
  const authorization = delegation && (await signDelegation(client, account, delegation));
  const operation = { ...unsigned, ...(authorization && { authorization }) } as UserOperation;
  return { ...operation, signature: await signOperation(account, operation, chainId) };
}

/** One operation in a transaction of its own, which is simulated first: nobody pays for one that is refused. */
async function selfBundle(
  client: SessionClient,
  parameters: SubmitOperationParameters & { bundler: Account },
  chainId: number,
): Promise<SentOperation> {
  const { account, calls, bundler, operation = {}, route, onSubmitted, latest } = parameters;
  const { address: entryPoint } = account.entryPoint;
  const [nonce, callData, factory, isThere, fromBlock] = await Promise.all([
    parameters.nonce ?? account.getNonce(),
    encodeAccountCalls(account, calls),
    account.getFactoryArgs(),
    // A session acts for an account that is there.
    parameters.gas !== undefined || account.isDeployed(),
    latest?.number ?? getBlockNumber(client, { cacheTime: 0 }),
  ]);
  // What the operation pays is what its transaction pays.
  const known =
    operation.maxFeePerGas === undefined
      ? ((await feesFrom(client, latest)) ?? (await estimateFeesPerGas(client)))
      : undefined;
  const fees = known ?? operation;
  const gas = parameters.gas ?? (isThere ? LATER_GAS : FIRST_GAS);
  // What a new account's first calls take cannot be estimated before it is there.
  const isEstimated = parameters.gas === undefined && isThere && operation.callGasLimit === undefined;
  const authorization =
    account.authorization !== undefined && !isThere ? await preparedDelegation(client, account) : undefined;
  const unsigned = operationOf({
    ...gas,
    maxFeePerGas: fees.maxFeePerGas,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    ...(isEstimated && {
      callGasLimit: await estimateGas(client, { account: entryPoint, to: account.address, data: callData }),
    }),
    ...operation,
    ...factory,
    sender: account.address,
    nonce,
    callData,
    signature: "0x" as Hex,
    ...(authorization && { authorization }),
  });
  const op = await signed(client, account, unsigned, chainId);
  const authorizationList = op.authorization && [op.authorization];
  const limit = OVERHEAD + (operationGasOf(op) * 5n) / 4n;
  const userOpHash = operationHash(account, op, chainId);
  const names = { userOpHash, nonce, route };
  const bundleOf = { account: bundler, ...bundleOfOne(op, entryPoint, bundler.address), gas: limit, authorizationList };
  let transaction: SentTransaction;
  try {
    transaction = await submit(client, bundleOf, { names, onSubmitted, latest, fees: known });
  } catch (thrown) {
    // Whatever is refused was refused before anybody saw it.
    throw (await nonceTaken(nonce, thrown)) ?? thrown;
  }
  return { ...names, entryPoint, fromBlock, transaction };
}

function bundleOfOne(op: UserOperation, to: Address, beneficiary: Address): { to: Address; data: Hex } {
  const { abi } = entryPoints["0.9"];
  const data = encodeFunctionData({ abi, functionName: "handleOps", args: [[packOperation(op)], beneficiary] });
  return { to, data };
}

/** Most bytes of a signature that a `SessionPaymaster` pays for, inclusive. */
const MOST_SPONSORED = 1_240;

/**
 * Refuses a grant that is too long to be brought at the cost of a `SessionPaymaster`. Of what the chain is asked before the
 * bundler that alone counts: another paymaster may know its bundlers.
 */
async function requireSponsored(client: SessionClient, entryPoint: Address, op: UserOperation): Promise<void> {
  if (op.paymaster == null || size(op.signature) <= MOST_SPONSORED) return;
  const refusal = await simulate(client, bundleOfOne(op, entryPoint, op.sender)).catch(decodedError);
  if (isContractError(refusal, "SignatureLengthInvalid")) throw refusal;
}

/** Ample for an account that is there, and for one that is created or delegated first. */
const LATER_GAS = { verificationGasLimit: 300_000n, preVerificationGas: 100_000n };
const FIRST_GAS = { verificationGasLimit: 1_000_000n, preVerificationGas: 150_000n, callGasLimit: 5_000_000n };
/** What a bundle of one takes beside its operation. */
const OVERHEAD = 200_000n;
