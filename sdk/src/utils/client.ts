import type {
  Account,
  Address,
  AuthorizationList,
  Chain,
  Client,
  Hash,
  Hex,
  TransactionReceipt,
  Transport,
} from "viem";
import { BaseError, ContractFunctionZeroDataError, NonceTooLowError } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import { parseAccount } from "viem/accounts";
import {
  call,
  getBlock,
  getChainId,
  getCode,
  readContract,
  sendTransaction,
  waitForTransactionReceipt,
} from "viem/actions";
import { type Deployment, latchkeyDeployment } from "../constants.ts";
import { CallRevertedError, SessionRequestError } from "../errors/clientErrors.ts";
import { toSessionError } from "../errors/decodeSessionError.ts";
import type { OperationFields, SessionCall } from "../types.ts";

/** Any client of viem; one with an account can be the wallet. */
export type SessionClient = Client<Transport, Chain | undefined, Account | undefined>;

/** What every action takes. */
export interface DeploymentParameters {
  /** The contracts; those of this release unless told otherwise. */
  deployment?: Deployment | undefined;
}

/** The addresses to be used. */
export function deploymentOf({ deployment = latchkeyDeployment }: DeploymentParameters): Deployment {
  return deployment;
}

/** The node's chain, which is what is signed for. A client that was made for another is refused. */
export async function chainIdOf(client: SessionClient): Promise<number> {
  const id = await getChainId(client);
  if (client.chain === undefined || client.chain.id === id) return id;
  throw new SessionRequestError("The node is on another chain than the client.", {
    metaMessages: [`Client: chain ${client.chain.id}`, `Node: chain ${id}`],
  });
}

/** `readContract` of a contract of Latchkey. That there is none is an error of its own. */
export const readDeployed: typeof readContract = async (client, parameters) => {
  try {
    return await readContract(client, parameters);
  } catch (thrown) {
    if (!(thrown instanceof BaseError) || thrown.walk((each) => each instanceof ContractFunctionZeroDataError) === null)
      throw thrown;
    await requireContract(client as SessionClient, parameters.address!);
    throw thrown;
  }
};

/** Whether there is code at an address. */
export async function isDeployed(client: SessionClient, address: Address): Promise<boolean> {
  return (await getCode(client, { address })) !== undefined;
}

/** Refuses an address without code: a call there would succeed and do nothing. */
export async function requireContract(client: SessionClient, address: Address): Promise<void> {
  if (await isDeployed(client, address)) return;
  throw new SessionRequestError("There is no contract at this address.", {
    metaMessages: [`Address: ${address}`, `Chain: ${await chainIdOf(client)}`],
  });
}

/** Unix seconds of the latest block. */
export async function timeOf(client: SessionClient): Promise<number> {
  return Number((await getBlock(client)).timestamp);
}

/** Sends a transaction and waits until it is mined. A refusal is thrown as its typed error. */
export async function transact(
  client: SessionClient,
  {
    account,
    ...request
  }: {
    account: Account | Address;
    to: Address;
    data: Hex;
    value?: bigint;
    gas?: bigint | undefined;
    gasPrice?: bigint;
    maxFeePerGas?: bigint;
    maxPriorityFeePerGas?: bigint;
    authorizationList?: AuthorizationList | undefined;
  },
): Promise<TransactionReceipt> {
  await chainIdOf(client);
  // A wallet that delegates by this very transaction has no code yet.
  if (request.data !== "0x" && request.authorizationList === undefined) await requireContract(client, request.to);
  let receipt: TransactionReceipt;
  try {
    const hash = await sendTransaction(client, { account, chain: client.chain ?? null, ...request } as never);
    receipt = await waitForTransactionReceipt(client, { hash });
  } catch (thrown) {
    throw overtaken(thrown) ?? toSessionError(thrown);
  }
  if (receipt.status === "success") return receipt;
  // What it reverted with is asked of the state in which it was mined.
  try {
    await call(client, { account, ...request, blockNumber: receipt.blockNumber } as never);
  } catch (thrown) {
    throw toSessionError(thrown);
  }
  throw new CallRevertedError("0x", { reason: `transaction ${receipt.transactionHash}` });
}

/** Two tabs that send with one key take the same nonce: the node takes one of the transactions. */
function overtaken(thrown: unknown): SessionRequestError | undefined {
  if (!(thrown instanceof BaseError) || thrown.walk((each) => each instanceof NonceTooLowError) === null) {
    return undefined;
  }
  return new SessionRequestError("Another transaction of the same account came first: send again.", { cause: thrown });
}

/** Who acts for the principal. */
export interface OwnerParameters {
  /** The wallet or account whose session it is; the account's own address unless told otherwise. */
  principal?: Address | undefined;
  /**
   * Signs and sends for the principal; the client's account unless told otherwise. A smart account of viem makes the
   * calls in one operation, which takes a `bundler`; with a `relayer` it signs typed data instead.
   */
  account?: Account | Address | undefined;
  /** Brings in the operation of a smart account: an ERC-4337 bundler, or an account that bundles by itself. */
  bundler?: BundlerClient | Account | undefined;
  /** What is known of that operation's gas and payer. */
  operation?: OperationFields | undefined;
  /**
   * Makes calls as a smart account that is none of viem's, in one operation of its owner, and returns the hash of the
   * mined transaction.
   */
  sendCalls?: ((calls: readonly SessionCall[]) => Promise<Hash>) | undefined;
  /** Brings in what the principal only signs: its own wallet sends nothing and pays nothing. */
  relayer?: Account | Address | undefined;
  /** Until when the principal's signature may be brought in; an hour from now unless told otherwise. Unix seconds, inclusive. */
  deadline?: number | undefined;
}

export function accountOf(client: SessionClient, { account = client.account }: OwnerParameters): Account {
  if (account === undefined) throw new SessionRequestError("There is no account: give the action or the client one.");
  return parseAccount(account);
}

export function principalOf(client: SessionClient, owner: OwnerParameters): Address {
  return owner.principal ?? accountOf(client, owner).address;
}

export async function deadlineOf(client: SessionClient, { deadline }: OwnerParameters): Promise<bigint> {
  return BigInt(deadline ?? (await timeOf(client)) + 3_600);
}
