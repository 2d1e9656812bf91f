import {
  type Account,
  type Address,
  AtomicityNotSupportedError,
  AtomicReadyWalletRejectedUpgradeError,
  BaseError,
  BundleTooLargeError,
  type Capabilities,
  type Chain,
  type Hash,
  type Hex,
  isAddressEqual,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  type TransactionReceipt,
  type TypedDataDefinition,
  UnsupportedProviderMethodError,
} from "viem";
import type { BundlerClient, SmartAccount } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import { getCallsStatus, getCapabilities, getEip712Domain, sendCalls } from "viem/actions";
import { chainIdOf, isDeployed, requireContract, type SessionClient } from "../chain/client.ts";
import { confirm, DEFAULT_TIMEOUT, pause } from "../chain/confirm.ts";
import { isCutOff } from "../chain/reachable.ts";
import type { Relayer, SubmitParameters, WaitParameters } from "../chain/sent.ts";
import { signTypedDataAs } from "../chain/viem.ts";
import { timeOf } from "../chain/time.ts";
import { submit, succeeded, transact, type TransactionRequest } from "../chain/transact.ts";
import {
  CallRevertedError,
  CallsFailedError,
  InvalidWalletTypeError,
  type SentNames,
  SessionRequestError,
  SessionUnconfirmedError,
} from "../errors/clientErrors.ts";
import { typedError, typedRevert } from "../errors/onDemand.ts";
import { isSessionError } from "../errors/SessionError.ts";
import { isBundler } from "../operations/isBundler.ts";
import { operations } from "../operations/onDemand.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import { type AccountDomain, signNestedTypedData } from "./nestedSignature.ts";

/** Who acts for the principal. */
export interface OwnerParameters extends SubmitParameters {
  /**
   * The wallet or account whose session it is.
   *
   * @default the account's own address
   */
  principal?: Address | undefined;
  /**
   * Signs and sends for the principal. A smart account of viem makes the calls in one operation, which takes a `bundler`;
   * with a `relayer` it signs typed data instead.
   *
   * @default the client's account
   */
  account?: Account | Address | undefined;
  /** Submits the user operation of a smart account: an ERC-4337 bundler, or an account that self-bundles. */
  bundler?: BundlerClient | Account | undefined;
  /** What is known of that operation's gas and payer. */
  operation?: OperationFields | undefined;
  /**
   * Makes calls as a smart account that is none of viem's, in one operation of its owner, and returns the hash of the
   * mined transaction.
   */
  sendCalls?: ((calls: readonly SessionCall[]) => Promise<Hash>) | undefined;
  /** Submits what the principal only signs: its own wallet sends nothing and pays nothing. */
  relayer?: Relayer | undefined;
  /**
   * Until when the principal's signature may be submitted. Unix seconds, inclusive. Whoever reads the signature can submit
   * it until then.
   *
   * @default ten minutes from now
   */
  deadline?: number | undefined;
}

/** How long a signature of a principal may be submitted, seconds. */
const SIGNATURE_LIFETIME = 600;

export function accountOf(client: SessionClient, { account = client.account }: OwnerParameters): Account {
  if (account === undefined) {
    throw new SessionRequestError("Could not find an account. Pass `account` to the action or the client.");
  }
  return parseAccount(account);
}

export function principalOf(client: SessionClient, owner: OwnerParameters): Address {
  return owner.principal ?? accountOf(client, owner).address;
}

export async function deadlineOf(client: SessionClient, { deadline }: OwnerParameters): Promise<bigint> {
  return BigInt(deadline ?? (await timeOf(client)) + SIGNATURE_LIFETIME);
}

/** Something that was sent for a principal, and how its end is seen. */
export interface Pending {
  names: SentNames;
  mined(wait: WaitParameters): Promise<TransactionReceipt>;
}

/** What an action returns that does not wait. */
export type SentByOwner = Pick<SentNames, "hash" | "userOpHash" | "callsId">;

export function sentBy({ names: { hash, userOpHash, callsId } }: Pending): SentByOwner {
  return {
    ...(hash !== undefined && { hash }),
    ...(userOpHash !== undefined && { userOpHash }),
    ...(callsId !== undefined && { callsId }),
  };
}

/** A transaction as something that was sent. */
export async function submitTransaction(
  client: SessionClient,
  request: TransactionRequest,
  options: SubmitParameters = {},
): Promise<Pending> {
  const sent = await submit(client, request, options);
  const names = { hash: sent.hash };
  return { names, mined: async (wait) => succeeded(client, request, await confirm(client, sent, wait)) };
}

/**
 * Makes calls as the principal: in one operation of a smart account, in one batch of a wallet that takes batches
 * (ERC-5792), or in a transaction each, of which the last one is not waited for.
 */
export async function submitAsOwner(
  client: SessionClient,
  owner: OwnerParameters,
  calls: readonly SessionCall[],
): Promise<Pending> {
  const { onSubmitted } = owner;
  if (owner.sendCalls !== undefined) {
    try {
      const hash = await owner.sendCalls(calls);
      onSubmitted?.({ hash });
      return { names: { hash }, mined: (wait) => minedOf(client, hash, wait) };
    } catch (thrown) {
      throw await typedError(thrown);
    }
  }
  const account = accountOf(client, owner);
  const principal = principalOf(client, owner);
  if (!isAddressEqual(account.address, principal)) {
    throw new SessionRequestError(
      "A smart account acts through an operation: give it as account with a bundler, or sendCalls, or a relayer.",
      { metaMessages: [`Principal: ${principal}`, `Account: ${account.address}`] },
    );
  }
  // A call to nobody would succeed and do nothing.
  await Promise.all(calls.map(({ to, data }) => data && requireKnownContract(client, to, account)));
  if (isSmart(account)) return submitOwnerOperation(client, owner, account, calls);
  const batch = calls.length > 1 ? await submitBatch(client, account, calls, owner) : undefined;
  if (batch !== undefined) return batch;
  for (const { to, data = "0x", value = 0n } of calls.slice(0, -1)) {
    await transact(client, { account, to, data, value }, { onSubmitted });
  }
  const { to, data = "0x", value = 0n } = calls.at(-1)!;
  return submitTransaction(client, { account, to, data, value }, { onSubmitted });
}

async function minedOf(
  client: SessionClient,
  hash: Hash,
  wait: Parameters<typeof confirm>[2],
): Promise<TransactionReceipt> {
  const receipt = await confirm(client, { hash }, wait);
  if (receipt.status === "success") return receipt;
  throw new CallRevertedError("0x", { reason: `transaction ${hash}` });
}

async function submitOwnerOperation(
  client: SessionClient,
  owner: OwnerParameters,
  account: SmartAccount,
  calls: readonly SessionCall[],
): Promise<Pending> {
  const { bundler, operation, onSubmitted } = owner;
  if (bundler === undefined) throw new SessionRequestError("The operation of a smart account needs a bundler.");
  const { bundlerFailure, minedOperation, submitOperation } = await operations();
  try {
    const sent = await submitOperation(client, { account, bundler, calls, operation, onSubmitted });
    const { userOpHash, nonce, transaction } = sent;
    const names = { userOpHash, nonce, hash: transaction?.hash };
    return { names, mined: (wait) => minedOperation(client, { ...sent, ...wait, errorOf: typedRevert }) };
  } catch (thrown) {
    if (isSessionError(thrown)) throw thrown;
    throw (isBundler(bundler) ? bundlerFailure(bundler, thrown) : undefined) ?? (await typedError(thrown));
  }
}

/** Whether a wallet makes several calls in one go, and asks its user once. */
async function takesBatches(client: SessionClient, account: Account, chainId: number): Promise<boolean> {
  // A local account signs transactions, and asks nobody.
  if (account.type === "local") return false;
  try {
    const capabilities: Record<number, Capabilities | undefined> = await getCapabilities(client, { account });
    // What a wallet says of chain 0 holds for all.
    const { status } = { ...capabilities[0]?.atomic, ...capabilities[chainId]?.atomic };
    return status === "supported" || status === "ready";
  } catch {
    // A wallet that has not heard of ERC-5792 is asked for each.
    return false;
  }
}

/** What a wallet says that sends no batch: nobody was asked, or its user did not want it to become an account for it. */
const NO_BATCH = [
  ...[AtomicityNotSupportedError, AtomicReadyWalletRejectedUpgradeError, BundleTooLargeError],
  ...[MethodNotFoundRpcError, MethodNotSupportedRpcError, UnsupportedProviderMethodError],
];

/** Hands calls to a wallet that takes batches; undefined if it takes none of them, and they are to be made one by one. */
async function submitBatch(
  client: SessionClient,
  account: Account,
  calls: readonly SessionCall[],
  { onSubmitted }: OwnerParameters,
): Promise<Pending | undefined> {
  const chainId = await chainIdOf(client);
  if (!(await takesBatches(client, account, chainId))) return undefined;
  let id: string;
  try {
    const chain = client.chain ?? ({ id: chainId } as Chain);
    ({ id } = await sendCalls(client, { account, chain, calls, forceAtomic: true }));
  } catch (thrown) {
    const isOne = (each: unknown) => NO_BATCH.some((one) => each instanceof one);
    if (thrown instanceof BaseError && thrown.walk(isOne) !== null) return undefined;
    if (isCutOff(thrown)) throw new SessionUnconfirmedError("unreachable", {}, { cause: thrown });
    throw await typedError(thrown);
  }
  onSubmitted?.({ callsId: id });
  return { names: { callsId: id }, mined: (wait) => minedBatch(client, id, wait) };
}

/** The receipt of a batch that a wallet sent. Whatever the wallet says instead of a status says nothing of the calls. */
async function minedBatch(client: SessionClient, id: string, wait: WaitParameters): Promise<TransactionReceipt> {
  const { timeout = DEFAULT_TIMEOUT, signal } = wait;
  const names = { callsId: id };
  for (const end = Date.now() + timeout; ;) {
    if (signal?.aborted === true) throw new SessionUnconfirmedError("aborted", names);
    let cause: unknown;
    try {
      const { status, statusCode, receipts = [] } = await getCallsStatus(client, { id });
      const hashes = receipts.map(({ transactionHash }) => transactionHash);
      const hash = hashes.at(-1);
      if (status === "failure" && statusCode >= 400) throw new CallsFailedError(id, statusCode, hashes);
      if (status === "success" && hash !== undefined) {
        return await minedOf(client, hash, { ...wait, timeout: Math.max(0, end - Date.now()), names });
      }
    } catch (thrown) {
      if (isSessionError(thrown)) throw thrown;
      cause = thrown;
    }
    if (Date.now() >= end) {
      throw new SessionUnconfirmedError(cause === undefined ? "timeout" : "unreachable", names, { cause });
    }
    await pause(client.pollingInterval, signal);
  }
}

/** The account itself has no code in front of the operation that deploys it. */
async function requireKnownContract(client: SessionClient, to: Address, { address }: Account): Promise<void> {
  if (!isAddressEqual(to, address)) await requireContract(client, to);
}

/**
 * A signature of the principal: of a wallet by its client, of a smart account by itself (ERC-1271), or by its owner's
 * wallet in the nested form of ERC-7739, if that is given as the account and the smart account as the principal.
 */
export async function signAsOwner(
  client: SessionClient,
  owner: OwnerParameters,
  definition: TypedDataDefinition,
): Promise<Hex> {
  const account = accountOf(client, owner);
  const principal = principalOf(client, owner);
  if (isSmart(account)) {
    // The wallet of an EIP-7702 account signs for it whether it has delegated or not.
    if (account.authorization === undefined && !(await account.isDeployed())) throw notThere(account.address);
    return account.signTypedData(definition as Parameters<typeof account.signTypedData>[0]);
  }
  const sign = (each: TypedDataDefinition) => signTypedDataAs(client, account, each);
  if (isAddressEqual(account.address, principal)) return sign(definition);
  return signNestedTypedData({ account: await accountDomain(client, principal), definition, sign });
}

/** What an account says of itself (EIP-5267). */
async function accountDomain(client: SessionClient, principal: Address): Promise<AccountDomain> {
  if (!(await isDeployed(client, principal))) throw notThere(principal);
  try {
    const { domain } = await getEip712Domain(client, { address: principal });
    const { name, version, chainId, verifyingContract, salt } = domain as Required<AccountDomain>;
    return { name, version, chainId, verifyingContract, salt };
  } catch (cause) {
    throw new InvalidWalletTypeError(
      principal,
      "The account does not say how its owner signs for it: give its own smart account of viem as the account.",
      { cause },
    );
  }
}

function notThere(principal: Address): InvalidWalletTypeError {
  return new InvalidWalletTypeError(
    principal,
    "A smart account that is not deployed cannot be asked for its signature: register by an operation, with a bundler.",
  );
}

function isSmart(account: Account | SmartAccount): account is SmartAccount {
  return (account.type as string) === "smart";
}
