import {
  type Address,
  type Hash,
  type Hex,
  isAddressEqual,
  type TransactionReceipt,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
  type Transaction,
} from "viem";
import { getBlock, getBlockNumber, getTransaction, getTransactionCount, getTransactionReceipt } from "viem/actions";
import {
  type SentNames,
  SessionUnconfirmedError,
  TransactionReplacedError,
  type UnconfirmedReason,
} from "../errors/clientErrors.ts";
import type { SessionClient } from "./client.ts";
import type { WaitParameters } from "./sent.ts";

/** A transaction that was sent. */
export interface SentTransaction {
  hash: Hash;
  /** Who sent it; asked of the node where it is not known. */
  from?: Address | undefined;
  nonce?: number | undefined;
  /** What it asked for, by which a dearer copy of it is known. */
  call?: { to: Address; data: Hex; value?: bigint | undefined } | undefined;
}

/** How long something that was sent is waited for, milliseconds. */
export const DEFAULT_TIMEOUT = 180_000;
/** How many blocks back a transaction is searched for that took another one's place. */
const REPLACEMENT_DEPTH = 128n;

/**
 * Waits until a transaction is mined, and as deep as asked for. One that its sender gave a higher price is followed; one
 * that was cancelled or replaced is a `TransactionReplacedError`; one whose end is not seen is a `SessionUnconfirmedError`.
 */
export async function confirm(
  client: SessionClient,
  sent: SentTransaction,
  options: { names?: Omit<SentNames, "hash"> | undefined } & WaitParameters = {},
): Promise<TransactionReceipt> {
  const { timeout = DEFAULT_TIMEOUT, confirmations = 1, signal, names } = options;
  const watched = { ...sent };
  let mined: TransactionReceipt | undefined;
  let reason: UnconfirmedReason = "timeout";
  let cause: unknown;
  const unconfirmed = (why: UnconfirmedReason) =>
    new SessionUnconfirmedError(why, sentNames({ ...sent, hash: watched.hash }, names), { cause });
  for (const end = Date.now() + timeout; ;) {
    if (signal?.aborted === true) throw unconfirmed("aborted");
    try {
      const receipt = await receiptOf(client, watched.hash);
      // What was seen and is gone has been taken back.
      if (mined !== undefined && receipt?.blockHash !== mined.blockHash) reason = "reorganized";
      mined = receipt;
      if (receipt !== undefined) {
        if (confirmations <= 1) return receipt;
        const latest = await getBlockNumber(client, { cacheTime: 0 });
        if (latest - receipt.blockNumber + 1n >= BigInt(confirmations)) return receipt;
      } else {
        watched.hash = await followed(client, watched);
      }
      cause = undefined;
    } catch (thrown) {
      // Whatever else a node says, it says nothing of what was sent.
      if (thrown instanceof TransactionReplacedError) throw thrown;
      cause = thrown;
    }
    if (Date.now() >= end) throw unconfirmed(cause === undefined ? reason : "unreachable");
    await pause(client.pollingInterval, signal);
  }
}

/** What names a transaction: its own nonce, unless what it carries has one. */
export function sentNames({ hash, nonce }: SentTransaction, names: Omit<SentNames, "hash"> = {}): SentNames {
  return { ...names, ...(names.nonce === undefined && nonce !== undefined && { nonce: BigInt(nonce) }), hash };
}

/** Waits, or until the signal says otherwise. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, signal?.aborted === true ? 0 : milliseconds);
    signal?.addEventListener("abort", done);
  });
}

export async function receiptOf(client: SessionClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(client, { hash });
  } catch (thrown) {
    if (thrown instanceof TransactionReceiptNotFoundError) return undefined;
    throw thrown;
  }
}

/** The hash to go on with: another one where the sender gave the same transaction a higher price. */
async function followed(client: SessionClient, watched: SentTransaction): Promise<Hash> {
  const { hash } = watched;
  if (watched.from === undefined || watched.nonce === undefined || watched.call === undefined) {
    // What the node knows of it is asked for while it still does.
    const known = await transactionOf(client, hash);
    if (known === undefined) return hash;
    watched.from ??= known.from;
    watched.nonce ??= Number(known.nonce);
    watched.call ??= { to: known.to!, data: known.input, value: known.value };
  }
  const { from, call } = watched;
  const rival = await minedWith(client, from, watched.nonce);
  if (rival === undefined || rival.hash === hash) return hash;
  const isAt = (to: Address) => rival.to !== null && isAddressEqual(rival.to, to);
  if (isAt(call.to) && rival.input === call.data.toLowerCase() && rival.value === (call.value ?? 0n)) return rival.hash;
  const isCancel = isAt(from) && rival.value === 0n && rival.input === "0x";
  throw new TransactionReplacedError(isCancel ? "cancelled" : "replaced", { hash, replacement: rival.hash });
}

async function transactionOf(client: SessionClient, hash: Hash): Promise<Transaction | undefined> {
  try {
    return (await getTransaction(client, { hash })) as Transaction;
  } catch (thrown) {
    if (thrown instanceof TransactionNotFoundError) return undefined;
    throw thrown;
  }
}

/** The mined transaction of this sender and nonce; undefined if there is none yet, or it is too far back. */
async function minedWith(client: SessionClient, address: Address, nonce: number): Promise<Transaction | undefined> {
  const countAt = (blockNumber: bigint) => getTransactionCount(client, { address, blockNumber });
  let high = await getBlockNumber(client, { cacheTime: 0 });
  if ((await countAt(high)) <= nonce) return undefined;
  let low = high > REPLACEMENT_DEPTH ? high - REPLACEMENT_DEPTH : 0n;
  if ((await countAt(low)) > nonce) return undefined;
  // The count passes the nonce between `low` and `high`.
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await countAt(middle)) > nonce) high = middle;
    else low = middle;
  }
  const { transactions } = await getBlock(client, { blockNumber: high, includeTransactions: true });
  return (transactions as Transaction[]).find(
    (each) => isAddressEqual(each.from, address) && Number(each.nonce) === nonce,
  );
}
