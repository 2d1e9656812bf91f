import {
  type Account,
  type Address,
  type AuthorizationList,
  BaseError,
  type Block,
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
import { call, estimateFeesPerGas, getBalance, sendRawTransaction, sendTransaction } from "viem/actions";
import { getAction } from "viem/utils";
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
import { chainError, requireContract, type SessionClient, signingChainOf } from "./client.ts";
import { confirm, sentNames, type SentTransaction } from "./confirm.ts";
import { inTurn } from "./inTurn.ts";
import { isCutOff, isUnreachable } from "./reachable.ts";
import { relayAt } from "./relayAt.ts";
import { isService, type Relayer, type RelayService, type SubmitParameters, type WaitParameters } from "./sent.ts";
import { signedTransaction } from "./viem.ts";

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
  /** What is known already, and need not be asked for. */
  latest?: Block | undefined;
  fees?: KnownFees | undefined;
}

/** Wei for each unit of gas. */
export interface KnownFees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
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
  { names = {}, onSubmitted, latest, fees }: TransactOptions = {},
): Promise<SentTransaction> {
  const { account, isSecret = false, ...transaction } = request;
  let sent: SentTransaction;
  try {
    const chainId = await signingChainOf(client);
    // A wallet that delegates by this very transaction has no code yet.
    const isCall = request.data !== "0x" && request.authorizationList === undefined;
    if (isCall) await requireContract(client, request.to, latest?.number);
    sent = isService(account)
      ? await hand(client, { ...request, account }, names, chainId)
      : await sendAs(client, parseAccount(account), { ...transaction, chainId }, names, { latest, fees });
  } catch (thrown) {
    const error = await chainError(client, await refusalOf(client, request, thrown));
    throw isSecret ? withoutCause(error) : error;
  }
  onSubmitted?.(sentNames(sent, names));
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
  known: Pick<TransactOptions, "latest" | "fees"> = {},
): Promise<SentTransaction> {
  const { chainId, ...rest } = request;
  if (account.type === "local") {
    const { address } = account as LocalAccount;
    return inTurn(`${chainId} ${address}`, () => sendSigned(client, account as LocalAccount, request, names, known));
  }
  await simulate(client, { ...rest, account });
  const hash = await askWallet(client, { account, ...rest }, names);
  return { hash, from: account.address, nonce: request.nonce, call: rest };
}

/** Has a wallet sign and send: one that stops answering once it was asked may have done so. */
async function askWallet(
  client: SessionClient,
  request: Omit<TransactionRequest, "isSecret"> & { account: Account },
  names: SentNames,
): Promise<Hash> {
  let isAsked = false;
  const ask = ((args, options) => {
    isAsked ||= args.method.endsWith("_sendTransaction");
    return client.request(args as never, options);
  }) as SessionClient["request"];
  const parameters = { chain: client.chain ?? null, ...request } as Parameters<typeof sendTransaction>[1];
  try {
    return await sendTransaction({ ...client, request: ask }, parameters);
  } catch (thrown) {
    if (isAsked && isCutOff(thrown)) throw new SessionUnconfirmedError("unreachable", names, { cause: thrown });
    throw thrown;
  }
}

/** The hash is known before the node is asked: a node that stops answering leaves nobody in the dark. */
async function sendSigned(
  client: SessionClient,
  account: LocalAccount,
  request: Prepared,
  names: SentNames,
  known: Pick<TransactOptions, "latest" | "fees">,
): Promise<SentTransaction> {
  // Where gas is given, nothing else asks whether it would pass.
  if (request.gas !== undefined) await simulate(client, { ...request, account });
  const fees = known.fees ?? (await feesFrom(client, known.latest, request));
  for (let attempts = 1; ; ++attempts) {
    const { serializedTransaction, nonce } = await signedTransaction(client, account, { ...fees, ...request });
    const hash = keccak256(serializedTransaction);
    const sent = { hash, from: account.address, nonce, call: request };
    try {
      await sendRawTransaction(client, { serializedTransaction });
    } catch (thrown) {
      if (isUnreachable(thrown) || isCutOff(thrown))
        throw new SessionUnconfirmedError("unreachable", sentNames(sent, names), { cause: thrown });
      if (isOvertaken(thrown) && request.nonce === undefined && attempts < MOST_ATTEMPTS) continue;
      // A request that was repeated by the transport.
      if (!/already known/i.test(detailsOf(thrown))) throw thrown;
    }
    return sent;
  }
}

/** What viem would take, from a block that was read already; undefined where it is viem that has to find out. */
export async function feesFrom(
  client: SessionClient,
  block: Block | undefined,
  { gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Partial<Prepared> = {},
): Promise<KnownFees | undefined> {
  const isGiven = [gasPrice, maxFeePerGas, maxPriorityFeePerGas].some((fee) => fee !== undefined);
  const isOfChain = client.chain?.prepareTransactionRequest !== undefined;
  if (isGiven || isOfChain || typeof block?.baseFeePerGas !== "bigint") return undefined;
  const parameters = { block, chain: client.chain, type: "eip1559" } as Parameters<typeof estimateFeesPerGas>[1];
  const fees = await getAction(client, estimateFeesPerGas, "estimateFeesPerGas")(parameters as never);
  return fees as KnownFees;
}

/** Hands a call to a service. */
async function hand(
  client: SessionClient,
  request: Omit<TransactionRequest, "account"> & { account: RelayService },
  names: SentNames,
  chainId: number,
): Promise<SentTransaction> {
  const { account: relay, to, data, gas } = request;
  // A relay asks the chain itself, and knows again what it has taken: a retry must come through to it.
  if (typeof relay === "function") await simulate(client, { to, data });
  let hash: Hash;
  try {
    const relayed = { chainId, to, data, gas };
    hash = typeof relay === "function" ? await relay(relayed) : await relayAt(relay, relayed);
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
async function refusalOf(
  client: SessionClient,
  { account, nonce }: Pick<TransactionRequest, "account" | "nonce">,
  thrown: unknown,
): Promise<unknown> {
  if (isSessionError(thrown)) return thrown;
  if (isUnpaid(thrown) && !isService(account) && (await decodedError(thrown)) === undefined) {
    const { address } = parseAccount(account);
    return new BalanceTooLowError(address, await getBalance(client, { address }), { cause: thrown });
  }
  if (!isOvertaken(thrown)) return typedError(thrown);
  // The nonce is the caller's own: what was sent with it before may be this very call.
  if (nonce !== undefined) {
    return new SessionRequestError("A transaction with this nonce is pending or mined: look for it.", {
      cause: thrown,
      metaMessages: [`Nonce: ${nonce}`],
    });
  }
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
