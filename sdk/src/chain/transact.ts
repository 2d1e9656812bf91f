import {
  type Account,
  type Address,
  type AuthorizationList,
  BaseError,
  type Hash,
  type Hex,
  InsufficientFundsError,
  isHash,
  keccak256,
  type LocalAccount,
  NonceTooLowError,
  type TransactionReceipt,
} from "viem";
import { parseAccount } from "viem/accounts";
import {
  call,
  getBalance,
  prepareTransactionRequest,
  sendRawTransaction,
  sendTransaction,
  type PrepareTransactionRequestParameters,
} from "viem/actions";
import {
  BalanceTooLowError,
  CallRevertedError,
  type SentNames,
  SessionRequestError,
  SessionUnconfirmedError,
} from "../errors/clientErrors.ts";
import { decodedError, typedError } from "../errors/onDemand.ts";
import { safeText } from "../errors/safeText.ts";
import { isSessionError } from "../errors/SessionError.ts";
import { withoutCause } from "../errors/withoutCause.ts";
import { chainIdOf, requireContract, type SessionClient } from "./client.ts";
import { confirm, type SentTransaction } from "./confirm.ts";
import { inTurn } from "./inTurn.ts";
import { isUnreachable } from "./reachable.ts";
import type { Relayer, SubmitParameters, WaitParameters } from "./sent.ts";

/** A transaction to be sent. */
export interface TransactionRequest {
  account: Relayer;
  to: Address;
  data: Hex;
  value?: bigint | undefined;
  gas?: bigint | undefined;
  gasPrice?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  authorizationList?: AuthorizationList | undefined;
  nonce?: number | undefined;
  /** It carries a principal's signature: no error quotes it, since whoever reads it could send it. */
  isSecret?: boolean;
}

/** What an error says of a transaction beside its hash, and who hears of it. */
export interface TransactOptions extends SubmitParameters, WaitParameters {
  names?: Omit<SentNames, "hash"> | undefined;
}

/** How often a nonce is asked for again that another process was faster with. */
const MOST_ATTEMPTS = 4;

/**
 * Sends a transaction: simulated first, so that nothing is asked of a wallet and nothing is paid for what is refused. Those
 * of one local account go out one after the other, also from two clients. A refusal is thrown as its typed error.
 */
export async function submit(
  client: SessionClient,
  request: TransactionRequest,
  { names = {}, onSubmitted }: TransactOptions = {},
): Promise<SentTransaction> {
  const { account, isSecret = false, ...transaction } = request;
  const chainId = await chainIdOf(client);
  // A wallet that delegates by this very transaction has no code yet.
  if (request.data !== "0x" && request.authorizationList === undefined) await requireContract(client, request.to);
  let sent: SentTransaction;
  try {
    sent =
      typeof account === "function"
        ? await hand(client, { ...request, account }, names, chainId)
        : await sendAs(client, parseAccount(account), { ...transaction, chainId }, names);
  } catch (thrown) {
    const error = await refusalOf(client, account, thrown);
    throw isSecret ? withoutCause(error) : error;
  }
  onSubmitted?.({ ...names, hash: sent.hash });
  return sent;
}

/** Sends a transaction and waits until it is mined. A refusal is thrown as its typed error. */
export async function transact(
  client: SessionClient,
  request: TransactionRequest,
  options: TransactOptions = {},
): Promise<TransactionReceipt> {
  const sent = await submit(client, request, options);
  return succeeded(client, request, await confirm(client, sent, options));
}

/** The receipt, unless the transaction reverted: what with is asked of the state in which it was mined. */
export async function succeeded(
  client: SessionClient,
  request: Omit<TransactionRequest, "account"> & { account?: Relayer | undefined },
  receipt: TransactionReceipt,
): Promise<TransactionReceipt> {
  if (receipt.status === "success") return receipt;
  const { to, data, value, gas, isSecret = false } = request;
  try {
    await call(client, { account: receipt.from, to, data, value, gas, blockNumber: receipt.blockNumber });
  } catch (thrown) {
    const error = await typedError(thrown);
    throw isSecret ? withoutCause(error) : error;
  }
  throw new CallRevertedError("0x", { reason: `transaction ${receipt.transactionHash}` });
}

/** Asks whether a call would pass now, of the pending block where the node has one. A refusal is thrown as it is. */
export async function simulate(
  client: SessionClient,
  request: Omit<TransactionRequest, "account" | "isSecret"> & { account?: Account | Address | undefined },
): Promise<void> {
  const { nonce: _later, ...rest } = request;
  try {
    await call(client, { ...rest, blockTag: "pending" } as Parameters<typeof call>[1]);
  } catch (thrown) {
    if (isSessionError(await typedError(thrown)) || isUnreachable(thrown) || isUnpaid(thrown)) throw thrown;
    await call(client, rest as Parameters<typeof call>[1]);
  }
}

type Prepared = Omit<TransactionRequest, "account" | "isSecret"> & { chainId: number };

async function sendAs(
  client: SessionClient,
  account: Account,
  request: Prepared,
  names: SentNames,
): Promise<SentTransaction> {
  const { chainId, ...rest } = request;
  if (account.type === "local") {
    const { address } = account as LocalAccount;
    return inTurn(`${chainId} ${address}`, () => sendSigned(client, account as LocalAccount, request, names));
  }
  await simulate(client, { ...rest, account });
  const parameters = { account, chain: client.chain ?? null, ...rest } as Parameters<typeof sendTransaction>[1];
  const hash = await sendTransaction(client, parameters);
  return { hash, from: account.address, nonce: request.nonce, call: rest };
}

/** The hash is known before the node is asked: a node that stops answering leaves nobody in the dark. */
async function sendSigned(
  client: SessionClient,
  account: LocalAccount,
  request: Prepared,
  names: SentNames,
): Promise<SentTransaction> {
  // Where gas is given, nothing else asks whether it would pass.
  if (request.gas !== undefined) await simulate(client, { ...request, account });
  for (let attempts = 1; ; ++attempts) {
    const prepared = await prepareTransactionRequest(client, {
      ...{ account, chain: client.chain, nonceManager: account.nonceManager },
      ...request,
    } as unknown as PrepareTransactionRequestParameters);
    const serializer = client.chain?.serializers?.transaction;
    const serializedTransaction = await account.signTransaction(prepared as never, { serializer });
    const hash = keccak256(serializedTransaction);
    const { nonce } = prepared as { nonce: number };
    try {
      await sendRawTransaction(client, { serializedTransaction });
    } catch (thrown) {
      if (isUnreachable(thrown))
        throw new SessionUnconfirmedError("unreachable", { ...names, hash }, { cause: thrown });
      if (isOvertaken(thrown) && request.nonce === undefined && attempts < MOST_ATTEMPTS) continue;
      // A request that was repeated by the transport.
      if (!/already known/i.test(detailsOf(thrown))) throw thrown;
    }
    return { hash, from: account.address, nonce, call: request };
  }
}

/** Hands a call to a service. */
async function hand(
  client: SessionClient,
  request: TransactionRequest & { account: Extract<Relayer, (...args: never[]) => unknown> },
  names: SentNames,
  chainId: number,
): Promise<SentTransaction> {
  const { account: relay, to, data, gas } = request;
  await simulate(client, { to, data });
  let hash: Hash;
  try {
    hash = await relay({ chainId, to, data, gas });
  } catch (thrown) {
    if (isSessionError(thrown)) throw thrown;
    // `fetch` says with a TypeError that it cannot know.
    const isUnknown = thrown instanceof BaseError ? isUnreachable(thrown) : isNetworkError(thrown);
    if (isUnknown) throw new SessionUnconfirmedError("unreachable", names, { cause: thrown });
    throw new SessionRequestError("The relayer did not take the call.", {
      cause: thrown,
      metaMessages: [`Reason: ${safeText(thrown instanceof Error ? thrown.message : String(thrown), 256)}`],
    });
  }
  if (!isHash(hash)) {
    throw new SessionUnconfirmedError("unreachable", names, {
      cause: new Error(`The relayer returned no hash: ${safeText(String(hash))}`),
    });
  }
  return { hash, call: { to, data } };
}

function isNetworkError(thrown: unknown): boolean {
  return thrown instanceof Error && ["TypeError", "AbortError", "TimeoutError"].includes(thrown.name);
}

/** What was thrown, as its typed error. */
async function refusalOf(client: SessionClient, account: Relayer, thrown: unknown): Promise<unknown> {
  if (isSessionError(thrown)) return thrown;
  if (isUnpaid(thrown) && typeof account !== "function" && (await decodedError(thrown)) === undefined) {
    const { address } = parseAccount(account);
    return new BalanceTooLowError(address, await getBalance(client, { address }), { cause: thrown });
  }
  if (!isOvertaken(thrown)) return typedError(thrown);
  return new SessionRequestError("Another transaction of the same account came first: send again.", { cause: thrown });
}

/** Two processes that send with one key take the same nonce: the node takes one of the transactions. */
function isOvertaken(thrown: unknown): boolean {
  if (!(thrown instanceof BaseError)) return false;
  if (thrown.walk((each) => each instanceof NonceTooLowError) !== null) return true;
  return /nonce too low|replacement transaction underpriced/i.test(thrown.details);
}

export function isUnpaid(thrown: unknown): boolean {
  if (!(thrown instanceof BaseError)) return false;
  if (thrown.walk((each) => each instanceof InsufficientFundsError) !== null) return true;
  // Not every node says it in the words that viem knows.
  return /enough funds|insufficient funds/i.test(thrown.details);
}

function detailsOf(thrown: unknown): string {
  return thrown instanceof BaseError ? thrown.details : "";
}
