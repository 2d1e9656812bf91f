import {
  type Account,
  type Authorization,
  encodeFunctionData,
  type Hash,
  type Hex,
  isAddressEqual,
  parseEventLogs,
  type SignedAuthorization,
  type TransactionReceipt,
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
  prepareAuthorization,
  signAuthorization,
  waitForTransactionReceipt,
} from "viem/actions";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { revertError, toSessionError } from "../errors/decodeSessionError.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import { chainIdOf, type SessionClient, transact } from "./client.ts";
import { entryPoints } from "./entryPoints.ts";

export interface SendOperationParameters {
  /** Any smart account of viem. */
  account: SmartAccount;
  calls: readonly SessionCall[];
  /** An ERC-4337 bundler, or an account that bundles by itself. */
  bundler: BundlerClient | Account;
  operation?: OperationFields | undefined;
}

/**
 * Makes calls in one operation of a smart account and waits until it is mined. The hash is the mined transaction's, in
 * which the chain itself says that this very operation succeeded: no bundler is believed. A refusal is thrown as its
 * typed error.
 */
export async function sendOperation(client: SessionClient, parameters: SendOperationParameters): Promise<Hash> {
  const chainId = await chainIdOf(client);
  try {
    const { account, bundler } = parameters;
    if (!("sendUserOperation" in bundler)) return await bundle(client, { ...parameters, bundler }, chainId);
    const operation = await signed(client, account, await prepared(bundler, parameters), chainId);
    const hash = hashOf(account, operation, chainId);
    const entryPointAddress = account.entryPoint.address;
    const answered = await bundler.sendUserOperation({ ...operation, entryPointAddress } as never);
    if (answered !== hash) {
      throw new SessionRequestError("The bundler answered with another operation's hash.", {
        metaMessages: [`Sent: ${hash}`, `Answered: ${answered}`],
      });
    }
    const { receipt } = await bundler.waitForUserOperationReceipt({ hash });
    const mined = await waitForTransactionReceipt(client, { hash: receipt.transactionHash });
    return outcomeIn(mined, account, hash);
  } catch (thrown) {
    throw toSessionError(thrown);
  }
}

function prepared(bundler: BundlerClient, { account, calls, operation = {} }: SendOperationParameters) {
  return bundler.prepareUserOperation({ account, calls, ...operation } as never) as Promise<UserOperation>;
}

/** Signs the delegation, where the operation brings one, and then the operation. */
async function signed(
  client: SessionClient,
  account: SmartAccount,
  unsigned: UserOperation,
  chainId: number,
): Promise<UserOperation> {
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
  const [nonce, callData, factory, deployed] = await Promise.all([
    account.getNonce(),
    account.encodeCalls(calls as never),
    account.getFactoryArgs(),
    account.isDeployed(),
  ]);
  const fees = operation.maxFeePerGas === undefined ? await estimateFeesPerGas(client) : operation;
  const { address } = account.entryPoint;
  // What a new account's first calls take can be asked of nobody before it is there.
  const callGasLimit =
    operation.callGasLimit ??
    (deployed
      ? await estimateGas(client, { account: address, to: account.address, data: callData })
      : FIRST_GAS.callGasLimit);
  const authorization =
    account.authorization !== undefined && !deployed
      ? await prepareAuthorization(client, account.authorization as never)
      : undefined;
  const unsigned = {
    ...(deployed ? LATER_GAS : FIRST_GAS),
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
  const { callGasLimit: call, verificationGasLimit: verification, preVerificationGas: rest } = op;
  const gas = OVERHEAD + ((call + verification + rest) * 5n) / 4n;
  const authorizationList = op.authorization === undefined ? undefined : [op.authorization];
  const bundleOf = { account: bundler, to: address, data, gas, authorizationList };
  // Nobody pays for an operation that the EntryPoint refuses.
  await simulate(client, bundleOf as never);
  const receipt = await transact(client, bundleOf);
  return outcomeIn(receipt, account, hashOf(account, op, chainId));
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

/** The transaction's hash, if its own log says that the operation was in it and succeeded. */
function outcomeIn(receipt: TransactionReceipt, { address, entryPoint }: SmartAccount, userOpHash: Hex): Hash {
  const events = parseEventLogs({
    abi: entryPoints["0.9"].abi,
    logs: receipt.logs.filter((log) => isAddressEqual(log.address, entryPoint.address)),
    eventName: ["UserOperationEvent", "UserOperationRevertReason"],
    args: { userOpHash, sender: address },
  });
  const outcome = events.find((log) => log.eventName === "UserOperationEvent");
  if (outcome === undefined) {
    throw new SessionRequestError("The operation is not in the transaction that was to bring it in.", {
      metaMessages: [`Operation: ${userOpHash}`, `Transaction: ${receipt.transactionHash}`],
    });
  }
  if (outcome.args.success) return receipt.transactionHash;
  const reverted = events.find((log) => log.eventName === "UserOperationRevertReason");
  throw revertError(reverted?.args.revertReason ?? "0x");
}
