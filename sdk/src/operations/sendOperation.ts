import {
  type Account,
  type Authorization,
  encodeFunctionData,
  type Hash,
  type Hex,
  maxUint256,
  type SignedAuthorization,
} from "viem";
import {
  type BundlerClient,
  getUserOperationHash,
  type SmartAccount,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import {
  call as simulate,
  estimateFeesPerGas,
  estimateGas,
  getBlockNumber,
  prepareAuthorization,
  signAuthorization,
} from "viem/actions";
import { chainIdOf, type SessionClient } from "../chain/client.ts";
import { entryPoints } from "../chain/entryPoints.ts";
import { transact } from "../chain/transact.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { revertError } from "../errors/decodeSessionError.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import { requireBundler } from "./bundler.ts";
import { minedOperation, mismatch, outcomeOf } from "./minedOperation.ts";
import { operationGasOf, requireSaneGas } from "./operationGas.ts";

/** Gas of an operation that nobody estimated. */
export type OperationGas = Required<
  Pick<OperationFields, "callGasLimit" | "verificationGasLimit" | "preVerificationGas">
>;

export interface SendOperationParameters {
  /** Whose operation it is and who signs it: its owner, or a session key. */
  account: SmartAccount;
  calls: readonly SessionCall[];
  /** An ERC-4337 bundler, or an account that self-bundles. */
  bundler: BundlerClient | Account;
  operation?: OperationFields | undefined;
  /**
   * What a self-bundled operation takes.
   *
   * @default what the node estimates, or ample for an account that is not there yet
   */
  gas?: OperationGas | undefined;
}

/**
 * Makes calls in one operation of a smart account and waits until it is mined. The hash is the mined transaction's, in
 * which the chain itself says that this very operation succeeded: no bundler is believed. What the calls revert with is
 * thrown as its typed error, what a bundler or a node throws as it is.
 */
export async function sendOperation(client: SessionClient, parameters: SendOperationParameters): Promise<Hash> {
  const { bundler } = parameters;
  const chainId = await chainIdOf(client);
  if (isBundler(bundler)) return throughBundler(client, { ...parameters, bundler }, chainId);
  return selfBundle(client, { ...parameters, bundler }, chainId);
}

/** Whether it is a bundler's client; an account bundles by itself. */
export function isBundler(bundler: BundlerClient | Account): bundler is BundlerClient {
  return "sendUserOperation" in bundler;
}

async function throughBundler(
  client: SessionClient,
  parameters: SendOperationParameters & { bundler: BundlerClient },
  chainId: number,
): Promise<Hash> {
  const { account, calls, bundler, operation = {} } = parameters;
  const { address: entryPoint } = account.entryPoint;
  // What an app appends to calldata would be refused on chain.
  const request = { account, calls, dataSuffix: "0x", ...operation };
  const preparing = bundler.prepareUserOperation(request as never) as unknown as Promise<UserOperation>;
  // A bundler that is the wrong one is reported first, whatever else is wrong.
  preparing.catch(() => undefined);
  const [fromBlock] = await Promise.all([
    getBlockNumber(client, { cacheTime: 0 }),
    requireBundler(client, bundler, entryPoint),
  ]);
  const op = await signed(client, account, await preparing, chainId);
  const userOpHash = hashOf(account, op, chainId);
  const sent = { bundler, userOpHash, entryPoint, fromBlock };
  // What is signed is complete: without an account, the bundler's own neither, no paymaster is asked again.
  const complete = { ...op, account: null, entryPointAddress: entryPoint };
  const claimed = await bundler.sendUserOperation(complete as never);
  if (claimed === userOpHash) return minedOperation(client, sent);
  throw await mismatch(client, sent, { what: "it took another operation", claimed: `operation ${claimed}` });
}

/** Signs the delegation, where the operation brings one, and then the operation. */
async function signed(
  client: SessionClient,
  account: SmartAccount,
  unsigned: UserOperation,
  chainId: number,
): Promise<UserOperation> {
  requireSaneGas(unsigned as never, maxUint256);
  const delegation = unsigned.authorization as Authorization | undefined;
  const authorization = delegation && (await authorize(client, account, delegation));
  const operation = { ...unsigned, ...(authorization && { authorization }) } as UserOperation;
  const signature = await account.signUserOperation({ ...operation, chainId } as never);
  return { ...operation, signature };
}

async function authorize(
  client: SessionClient,
  account: SmartAccount,
  { address, chainId, nonce }: Authorization,
): Promise<SignedAuthorization> {
  const owner = account.authorization!.account;
  return signAuthorization(client, { account: owner, address, chainId, nonce } as never);
}

/** One operation in a transaction of its own. */
async function selfBundle(
  client: SessionClient,
  parameters: SendOperationParameters & { bundler: Account },
  chainId: number,
): Promise<Hash> {
  const { account, calls, bundler, operation = {} } = parameters;
  const { address: entryPoint } = account.entryPoint;
  const [nonce, callData, factory, isThere] = await Promise.all([
    account.getNonce(),
    account.encodeCalls(calls as never),
    account.getFactoryArgs(),
    // A session acts for an account that is there.
    parameters.gas !== undefined || account.isDeployed(),
  ]);
  const fees = operation.maxFeePerGas === undefined ? await estimateFeesPerGas(client) : operation;
  const gas = parameters.gas ?? (isThere ? LATER_GAS : FIRST_GAS);
  // What a new account's first calls take cannot be estimated before it is there.
  const isEstimated = parameters.gas === undefined && isThere && operation.callGasLimit === undefined;
  const authorization =
    account.authorization !== undefined && !isThere
      ? await prepareAuthorization(client, account.authorization as never)
      : undefined;
  const unsigned = {
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
  } as unknown as UserOperation;
  const op = await signed(client, account, unsigned, chainId);
  const data = encodeFunctionData({
    abi: entryPoints["0.9"].abi,
    functionName: "handleOps",
    args: [[toPackedUserOperation(op)], bundler.address],
  });
  const authorizationList = op.authorization === undefined ? undefined : [op.authorization];
  const limit = OVERHEAD + (operationGasOf(op) * 5n) / 4n;
  const bundleOf = { account: bundler, to: entryPoint, data, gas: limit, authorizationList };
  // Nobody pays for an operation that the EntryPoint refuses.
  await simulate(client, { ...bundleOf, blockTag: "pending" } as never);
  const { logs, transactionHash } = await transact(client, bundleOf);
  const outcome = outcomeOf(logs, { userOpHash: hashOf(account, op, chainId), entryPoint });
  if (outcome === undefined) {
    throw new SessionRequestError("The user operation was not included in the submitted transaction.");
  }
  if (!outcome.success) throw revertError(outcome.reason);
  return transactionHash;
}

/** Ample for an account that is there, and for one that is created or delegated first. */
const LATER_GAS = { verificationGasLimit: 300_000n, preVerificationGas: 100_000n };
const FIRST_GAS = { verificationGasLimit: 1_000_000n, preVerificationGas: 150_000n, callGasLimit: 5_000_000n };
/** What a bundle of one takes beside its operation. */
const OVERHEAD = 200_000n;

function hashOf({ entryPoint }: SmartAccount, userOperation: UserOperation, chainId: number): Hex {
  const { address: entryPointAddress, version: entryPointVersion } = entryPoint;
  return getUserOperationHash({ chainId, entryPointAddress, entryPointVersion, userOperation: userOperation as never });
}
