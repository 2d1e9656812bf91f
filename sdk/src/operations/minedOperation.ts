import {
  type Address,
  type Hash,
  type Hex,
  isAddressEqual,
  type Log,
  maxUint256,
  parseEventLogs,
  type TransactionReceipt,
} from "viem";
import { type BundlerClient, entryPoint09Abi, UserOperationReceiptNotFoundError } from "viem/account-abstraction";
import { getBlockNumber, getContractEvents } from "viem/actions";
import type { SessionClient } from "../chain/client.ts";
import { confirm, DEFAULT_TIMEOUT, pause, receiptOf, type SentTransaction } from "../chain/confirm.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { succeeded } from "../chain/transact.ts";
import {
  BundlerMismatchError,
  SessionRequestError,
  SessionUnconfirmedError,
  TransactionReplacedError,
  type UnconfirmedReason,
} from "../errors/clientErrors.ts";
import { isSessionError, type SessionError } from "../errors/SessionError.ts";
import type { Route } from "../types.ts";

/** How long the node may know less than the bundler, milliseconds. */
const NODE_PATIENCE = 15_000;
/** How long the chain is watched for an operation that the bundler no longer answers for, milliseconds. */
const CHAIN_PATIENCE = 4_000;

export interface MinedOperationParameters extends WaitParameters {
  userOpHash: Hash;
  nonce?: bigint | undefined;
  route?: Route | undefined;
  entryPoint: Address;
  /** A block before the operation was submitted. */
  fromBlock: bigint;
  /** Says where to look; the chain is searched without it. */
  bundler?: BundlerClient | undefined;
  /** The transaction of a self-bundled operation. */
  transaction?: SentTransaction | undefined;
  /** What a revert of the operation's calls means. */
  errorOf: (reason: Hex) => Promise<SessionError>;
}

/** What the EntryPoint itself says of an operation. */
export interface Outcome {
  transactionHash: Hash;
  success: boolean;
  /** What the calls reverted with; "0x" for nothing. */
  reason: Hex;
}

/** What a bundler says of an operation. */
interface Claim {
  userOpHash: Hash;
  success: boolean;
  transactionHash: Hash;
}

/**
 * Waits until the operation is mined, and returns the receipt of its transaction. The bundler says where to look; what
 * happened is read from the EntryPoint's events as the node has them.
 */
export async function minedOperation(
  client: SessionClient,
  parameters: MinedOperationParameters,
): Promise<TransactionReceipt> {
  const { transaction, errorOf } = parameters;
  if (transaction !== undefined) {
    const receipt = await confirm(client, transaction, { ...parameters, names: parameters });
    await succeeded(client, transaction.call ?? { to: parameters.entryPoint, data: "0x" }, receipt);
    const outcome = outcomeOf(receipt.logs, parameters);
    if (outcome === undefined) {
      throw new SessionRequestError("The user operation was not included in the submitted transaction.");
    }
    if (!outcome.success) throw await errorOf(outcome.reason);
    return receipt;
  }
  try {
    return await minedBundle(client, parameters);
  } catch (thrown) {
    // Whatever a node says that is not asked for, it says nothing of what was sent.
    throw isSessionError(thrown) ? thrown : new SessionUnconfirmedError("unreachable", parameters, { cause: thrown });
  }
}

/** The receipt of the transaction in which a bundler mined an operation. */
async function minedBundle(client: SessionClient, parameters: MinedOperationParameters): Promise<TransactionReceipt> {
  const { errorOf, userOpHash, confirmations = 1, signal } = parameters;
  const claim = await claimOf(client, parameters);
  const { transactionHash: hash } = claim;
  const seen = await nextReceipt(client, hash, signal);
  if (seen === undefined && signal?.aborted === true) {
    throw new SessionUnconfirmedError("aborted", { ...parameters, hash });
  }
  const outcome = seen && outcomeOf(seen.logs, parameters);
  if (claim.userOpHash !== userOpHash || seen === undefined || outcome === undefined) {
    throw await mismatch(client, parameters, {
      what: "the receipt is another operation's",
      claimed: `operation ${claim.userOpHash} in transaction ${hash}`,
    });
  }
  if (claim.success !== outcome.success) {
    throw await mismatchError(parameters, outcome, {
      what: "the outcome is another",
      claimed: `the operation ${claim.success ? "succeeded" : "failed"}`,
    });
  }
  const receipt = confirmations <= 1 ? seen : await confirmedBundle(client, hash, parameters);
  // Mined again after a reorganisation, the same operation may have ended otherwise.
  const end = outcomeOf(receipt.logs, parameters);
  if (end === undefined) throw new SessionUnconfirmedError("reorganized", { ...parameters, hash });
  if (!end.success) throw await errorOf(end.reason);
  return receipt;
}

/** A bundle that was mined and gave way to another is no word on its operations: the other may hold them too. */
async function confirmedBundle(
  client: SessionClient,
  hash: Hash,
  parameters: MinedOperationParameters,
): Promise<TransactionReceipt> {
  try {
    return await confirm(client, { hash }, { ...parameters, names: parameters });
  } catch (thrown) {
    if (!(thrown instanceof TransactionReplacedError)) throw thrown;
    throw new SessionUnconfirmedError("reorganized", { ...parameters, hash }, { cause: thrown });
  }
}

/** What the bundler says once the operation is mined; or the chain, where there is no bundler or it stopped answering. */
async function claimOf(client: SessionClient, parameters: MinedOperationParameters): Promise<Claim> {
  const { bundler, userOpHash, timeout = DEFAULT_TIMEOUT, signal } = parameters;
  const unconfirmed = (reason: UnconfirmedReason, cause?: unknown) =>
    new SessionUnconfirmedError(reason, parameters, { cause });
  for (const end = Date.now() + timeout; ;) {
    if (signal?.aborted === true) throw unconfirmed("aborted");
    let cause: unknown;
    if (bundler === undefined) {
      try {
        const found = await findOperation(client, parameters);
        if (found !== undefined) return { userOpHash, ...found };
      } catch (thrown) {
        cause = thrown;
      }
    } else {
      try {
        const { userOpHash: named, success, receipt } = await bundler.getUserOperationReceipt({ hash: userOpHash });
        return { userOpHash: named, success, transactionHash: receipt.transactionHash };
      } catch (thrown) {
        if (!(thrown instanceof UserOperationReceiptNotFoundError)) {
          const found = await findOutcome(client, parameters);
          if (found === undefined) throw unconfirmed("unreachable", thrown);
          return { userOpHash, ...found };
        }
      }
    }
    if (Date.now() >= end) throw unconfirmed(cause === undefined ? "timeout" : "unreachable", cause);
    await pause(client.pollingInterval, signal);
  }
}

type Searched = Pick<MinedOperationParameters, "userOpHash" | "entryPoint" | "fromBlock">;

/** The bundler's claim beside what the chain says of the operation; if the chain does not answer, that. */
export async function mismatch(
  client: SessionClient,
  parameters: Searched & Partial<Pick<MinedOperationParameters, "errorOf" | "nonce" | "route">>,
  claim: { what: string; claimed: string },
): Promise<BundlerMismatchError | SessionUnconfirmedError> {
  try {
    return await mismatchError(parameters, await findOutcome(client, parameters), claim);
  } catch (thrown) {
    return new SessionUnconfirmedError("unreachable", parameters, { cause: thrown });
  }
}

async function mismatchError(
  { userOpHash, errorOf }: Searched & Partial<Pick<MinedOperationParameters, "errorOf">>,
  outcome: Outcome | undefined,
  { what, claimed }: { what: string; claimed: string },
): Promise<BundlerMismatchError> {
  const operation = `operation ${userOpHash}`;
  if (outcome === undefined) return new BundlerMismatchError(what, { claimed, actual: `${operation} is not mined` });
  const { transactionHash, success, reason } = outcome;
  return new BundlerMismatchError(what, {
    claimed,
    actual: `${operation} ${success ? "succeeded" : "failed"} in transaction ${transactionHash}`,
    transactionHash,
    cause: success ? undefined : await errorOf?.(reason),
  });
}

/** The operation as the node finds it by itself, watched for a few seconds. */
async function findOutcome(client: SessionClient, parameters: Searched): Promise<Outcome | undefined> {
  for (const end = Date.now() + CHAIN_PATIENCE; ;) {
    const found = await findOperation(client, parameters);
    if (found !== undefined) return found;
    if (Date.now() > end) return undefined;
    await pause(client.pollingInterval);
  }
}

/** Most blocks that a node is asked about at once. */
const RANGE = 1_000n;

/** What the EntryPoint's own event says, wherever it is up to a block. */
export async function findOperation(
  client: SessionClient,
  parameters: Searched & { toBlock?: bigint | undefined },
): Promise<Outcome | undefined> {
  const { userOpHash, entryPoint, fromBlock, toBlock = maxUint256 } = parameters;
  const newest = await getBlockNumber(client, { cacheTime: 0 });
  const latest = newest < toBlock ? newest : toBlock;
  for (let start = fromBlock; start <= latest; start += RANGE) {
    const [event] = await getContractEvents(client, {
      abi: entryPoint09Abi,
      address: entryPoint,
      eventName: "UserOperationEvent",
      args: { userOpHash },
      fromBlock: start,
      toBlock: start + RANGE - 1n < latest ? start + RANGE - 1n : latest,
    });
    const receipt = event && (await nextReceipt(client, event.transactionHash));
    if (event !== undefined) return outcomeOf(receipt?.logs ?? [], parameters);
  }
  return undefined;
}

/** The receipt, once the node knows what another has seen; undefined if there is no such transaction. */
async function nextReceipt(
  client: SessionClient,
  hash: Hash,
  signal?: AbortSignal,
): Promise<TransactionReceipt | undefined> {
  for (const end = Date.now() + NODE_PATIENCE; ;) {
    const isLast = Date.now() > end || signal?.aborted === true;
    const receipt = await receiptOf(client, hash).catch((thrown: unknown) => {
      if (isLast) throw thrown;
    });
    if (receipt || isLast) return receipt ?? undefined;
    await pause(client.pollingInterval, signal);
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
