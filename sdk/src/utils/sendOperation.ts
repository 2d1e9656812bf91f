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
import { SessionRequestError } from "../errors/clientErrors.ts";
import { revertError, toSessionError } from "../errors/decodeSessionError.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import { bundlerFailure, requireBundler } from "./bundler.ts";
import { chainIdOf, type SessionClient, transact } from "./client.ts";
import { entryPoints } from "./entryPoints.ts";
import { minedOperation, mismatch, outcomeOf } from "./minedOperation.ts";
import { operationGasOf, requireSaneGas } from "./operationGas.ts";

export interface SendOperationParameters {
  /** Any smart account of viem. */
  account: SmartAccount;
  calls: readonly SessionCall[];
  /** An ERC-4337 bundler, or an account that bundles by itself. */
  bundler: BundlerClient | Account;
  operation?: OperationFields | undefined;
}

/**
 * Makes calls in one operation of a smart account's owner and waits until it is mined. The hash is the mined
 * transaction's, in which the chain itself says that this very operation succeeded: no bundler is believed. A refusal is
 * thrown as its typed error.
 */
export async function sendOperation(client: SessionClient, parameters: SendOperationParameters): Promise<Hash> {
  const { bundler } = parameters;
  const chainId = await chainIdOf(client);
  try {
    if ("sendUserOperation" in bundler) return await throughBundler(client, { ...parameters, bundler }, chainId);
    return await bundle(client, { ...parameters, bundler }, chainId);
  } catch (thrown) {
    const gone = "sendUserOperation" in bundler ? bundlerFailure(bundler, thrown) : undefined;
    throw gone ?? toSessionError(thrown);
  }
}

async function throughBundler(
  client: SessionClient,
  parameters: SendOperationParameters & { bundler: BundlerClient },
  chainId: number,
): Promise<Hash> {
  const { account, calls, bundler, operation = {} } = parameters;
  const { address: entryPoint } = account.entryPoint;
  const [fromBlock] = await Promise.all([
    getBlockNumber(client, { cacheTime: 0 }),
    requireBundler(client, bundler, entryPoint),
  ]);
  const prepared = await bundler.prepareUserOperation({ account, calls, ...operation } as never);
  const op = await signed(client, account, prepared as unknown as UserOperation, chainId);
  const userOpHash = hashOf(account, op, chainId);
  const handedIn = { bundler, userOpHash, entryPoint, fromBlock };
  const claimed = await bundler.sendUserOperation({ ...op, entryPointAddress: entryPoint } as never);
  if (claimed === userOpHash) return minedOperation(client, handedIn);
  throw await mismatch(client, handedIn, { what: "it took another operation", claimed: `operation ${claimed}` });
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

/** One operation in a transaction of one's own. */
async function bundle(
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
    account.isDeployed(),
  ]);
  const fees = operation.maxFeePerGas === undefined ? await estimateFeesPerGas(client) : operation;
  // What a new account's first calls take can be asked of nobody before it is there.
  const callGasLimit =
    operation.callGasLimit ??
    (isThere
      ? await estimateGas(client, { account: entryPoint, to: account.address, data: callData })
      : FIRST_GAS.callGasLimit);
  const authorization =
    account.authorization !== undefined && !isThere
      ? await prepareAuthorization(client, account.authorization as never)
      : undefined;
  const unsigned = {
    ...(isThere ? LATER_GAS : FIRST_GAS),
    maxFeePerGas: fees.maxFeePerGas,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    ...operation,
    ...factory,
    sender: account.address,
    nonce,
    callData,
    callGasLimit,
    signature: "0x" as Hex,
    ...(authorization && { authorization }),
  } as unknown as UserOperation;
  const op = await signed(client, account, unsigned, chainId);
  const data = encodeFunctionData({
    abi: entryPoints["0.9"].abi,
    functionName: "handleOps",
    args: [[toPackedUserOperation(op)], bundler.address],
  });
  const gas = OVERHEAD + (operationGasOf(op) * 5n) / 4n;
  const authorizationList = op.authorization === undefined ? undefined : [op.authorization];
  const bundleOf = { account: bundler, to: entryPoint, data, gas, authorizationList };
  // Nobody pays for an operation that the EntryPoint refuses.
  await simulate(client, bundleOf as never);
  const { logs, transactionHash } = await transact(client, bundleOf);
  const outcome = outcomeOf(logs, { userOpHash: hashOf(account, op, chainId), entryPoint });
  if (outcome === undefined)
    throw new SessionRequestError("The operation is not in the transaction that was to bring it in.");
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
