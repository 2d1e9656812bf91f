import {
  type Address,
  type Hash,
  type Hex,
  isAddressEqual,
  type Log,
  parseEventLogs,
  TransactionReceiptNotFoundError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import { type BundlerClient, entryPoint09Abi } from "viem/account-abstraction";
import { getContractEvents, getTransactionReceipt, waitForTransactionReceipt } from "viem/actions";
import { BundlerMismatchError, BundlerUnavailableError } from "../errors/clientErrors.ts";
import { revertError } from "../errors/decodeSessionError.ts";
import type { SessionClient } from "../chain/client.ts";

/** How long the node may know less than the bundler, milliseconds. */
const NODE_PATIENCE = 15_000;
/** How long the chain is watched for an operation that the bundler no longer answers for, milliseconds. */
const CHAIN_PATIENCE = 4_000;

export interface MinedOperationParameters {
  bundler: BundlerClient;
  userOpHash: Hash;
  entryPoint: Address;
  /** A block before the operation was handed in. */
  fromBlock: bigint;
}

/** What the EntryPoint itself says of an operation. */
export interface Outcome {
  transactionHash: Hash;
  success: boolean;
  /** What the calls reverted with; "0x" for nothing. */
  reason: Hex;
}

/**
 * Waits until the operation is mined, and returns the transaction's hash. The bundler says where to look; what happened
 * is read from the EntryPoint's events as the node has them.
 */
export async function minedOperation(client: SessionClient, parameters: MinedOperationParameters): Promise<Hash> {
  const { bundler, userOpHash } = parameters;
  const claim = await bundler.waitForUserOperationReceipt({ hash: userOpHash }).catch(async (thrown: unknown) => {
    const found = await findOutcome(client, parameters);
    if (found === undefined) throw new BundlerUnavailableError({ cause: thrown, userOpHash });
    return { userOpHash, success: found.success, receipt: { transactionHash: found.transactionHash } };
  });
  const { transactionHash } = claim.receipt;
  const outcome = outcomeOf(await logsOf(client, transactionHash), parameters);
  if (claim.userOpHash !== userOpHash || outcome === undefined) {
    throw await mismatch(client, parameters, {
      what: "the receipt is another operation's",
      claimed: `operation ${claim.userOpHash} in transaction ${transactionHash}`,
    });
  }
  if (claim.success !== outcome.success) {
    throw mismatchError(userOpHash, outcome, {
      what: "the outcome is another",
      claimed: `the operation ${claim.success ? "succeeded" : "failed"}`,
    });
  }
  if (!outcome.success) throw revertError(outcome.reason);
  return transactionHash;
}

/** The bundler's claim beside what the chain says of the operation. */
export async function mismatch(
  client: SessionClient,
  parameters: MinedOperationParameters,
  claim: { what: string; claimed: string },
): Promise<BundlerMismatchError> {
  return mismatchError(parameters.userOpHash, await findOutcome(client, parameters), claim);
}

function mismatchError(
  userOpHash: Hash,
  outcome: Outcome | undefined,
  { what, claimed }: { what: string; claimed: string },
): BundlerMismatchError {
  const operation = `operation ${userOpHash}`;
  if (outcome === undefined) return new BundlerMismatchError(what, { claimed, actual: `${operation} is not mined` });
  const { transactionHash, success, reason } = outcome;
  return new BundlerMismatchError(what, {
    claimed,
    actual: `${operation} ${success ? "succeeded" : "failed"} in transaction ${transactionHash}`,
    transactionHash,
    cause: success ? undefined : revertError(reason),
  });
}

/** The operation as the node finds it by itself, watched for a few seconds. */
async function findOutcome(client: SessionClient, parameters: MinedOperationParameters): Promise<Outcome | undefined> {
  const { userOpHash, entryPoint, fromBlock } = parameters;
  for (const start = Date.now(); ;) {
    const [event] = await getContractEvents(client, {
      abi: entryPoint09Abi,
      address: entryPoint,
      eventName: "UserOperationEvent",
      args: { userOpHash },
      fromBlock,
    });
    if (event !== undefined) return outcomeOf(await logsOf(client, event.transactionHash), parameters);
    if (Date.now() - start > CHAIN_PATIENCE) return undefined;
    await new Promise((resolve) => setTimeout(resolve, client.pollingInterval));
  }
}

async function logsOf(client: SessionClient, hash: Hash): Promise<Log[]> {
  try {
    return (await getTransactionReceipt(client, { hash })).logs;
  } catch (thrown) {
    if (!(thrown instanceof TransactionReceiptNotFoundError)) throw thrown;
  }
  try {
    return (await waitForTransactionReceipt(client, { hash, timeout: NODE_PATIENCE })).logs;
  } catch (thrown) {
    // There is no such transaction.
    if (thrown instanceof WaitForTransactionReceiptTimeoutError) return [];
    throw thrown;
  }
}

/** What the logs of a transaction say of an operation; undefined if it is not in there. */
export function outcomeOf(
  logs: readonly Log[],
  { userOpHash, entryPoint }: { userOpHash: Hash; entryPoint: Address },
): Outcome | undefined {
  const events = parseEventLogs({
    abi: entryPoint09Abi,
    logs: logs.filter(({ address }) => isAddressEqual(address, entryPoint)),
    eventName: ["UserOperationEvent", "UserOperationRevertReason", "PostOpRevertReason"],
    args: { userOpHash },
  });
  const mined = events.find((log) => log.eventName === "UserOperationEvent");
  if (mined === undefined) return undefined;
  const reverted = events.find((log) => log.eventName !== "UserOperationEvent");
  const { transactionHash, args } = mined;
  return { transactionHash, success: args.success, reason: reverted?.args.revertReason ?? "0x" };
}
