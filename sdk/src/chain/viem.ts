import type {
  Account,
  Address,
  Authorization,
  Client,
  Hash,
  Hex,
  LocalAccount,
  SignedAuthorization,
  TypedDataDefinition,
} from "viem";
import {
  type BundlerClient,
  getUserOperationHash,
  type SmartAccount,
  type SmartAccountImplementation,
  toPackedUserOperation,
  toSmartAccount,
  type UserOperation,
} from "viem/account-abstraction";
import { prepareAuthorization, prepareTransactionRequest, signAuthorization, signTypedData } from "viem/actions";
import type { SessionClient } from "./client.ts";
import type { OperationFields, SessionCall } from "../types.ts";

// viem types an operation by the version of its EntryPoint, a request by its method, typed data by its types and a
// transaction by its form, which are known only when it runs: the casts are here alone.

/** A smart account of viem's by its own parts. */
export async function smartAccountOf(
  client: SessionClient,
  parts: { entryPoint: { address: Address; version: string } } & Record<string, unknown>,
): Promise<SmartAccount<SmartAccountImplementation>> {
  return (await toSmartAccount({ client, ...parts } as never)) as unknown as SmartAccount<SmartAccountImplementation>;
}

/** `signTypedData` of viem. */
export function signTypedDataAs(
  client: SessionClient,
  account: Account,
  definition: TypedDataDefinition,
): Promise<Hex> {
  return signTypedData(client, { account, ...definition } as never);
}

/** What somebody else has asked for, passed on as it is. */
export function passOn(
  to: { request(asked: never, options?: never): Promise<unknown> },
  asked: { method: string; params?: unknown },
  options?: { retryCount: number },
): Promise<unknown> {
  return to.request(asked as never, options as never);
}

/** A transaction of a local account, filled in and signed. */
export async function signedTransaction(
  client: SessionClient,
  account: LocalAccount,
  request: object,
): Promise<{ serializedTransaction: Hex; nonce: number }> {
  const { nonceManager } = account;
  const fields = { account, chain: client.chain, nonceManager, ...request };
  const prepared = await prepareTransactionRequest(client, fields as never);
  const serializer = client.chain?.serializers?.transaction;
  const serializedTransaction = await account.signTransaction(prepared as never, { serializer });
  return { serializedTransaction, nonce: (prepared as { nonce: number }).nonce };
}

/** An operation that is filled in. */
export function operationOf(fields: object): UserOperation {
  return fields as UserOperation;
}

/** The fields of an operation, filled in by a bundler and a paymaster. */
export function prepareOperation(
  bundler: BundlerClient,
  request: { account: SmartAccount; calls: readonly SessionCall[]; nonce?: bigint | undefined } & OperationFields,
): Promise<UserOperation> {
  const { nonce, ...rest } = request;
  // What an app appends to calldata would be refused on chain.
  const fields = { ...rest, ...(nonce !== undefined && { nonce }), dataSuffix: "0x" };
  return bundler.prepareUserOperation(fields as never) as unknown as Promise<UserOperation>;
}

/** Submits an operation as it is; the hash that the bundler says it has. */
export function submitToBundler(bundler: BundlerClient, operation: UserOperation, entryPoint: Hex): Promise<Hash> {
  // What is signed is complete: without an account, the bundler's own neither, no paymaster is asked again.
  return bundler.sendUserOperation({ ...operation, account: null, entryPointAddress: entryPoint } as never);
}

export function signOperation(account: SmartAccount, operation: UserOperation, chainId: number): Promise<Hex> {
  return account.signUserOperation({ ...operation, chainId } as never);
}

export function encodeAccountCalls(account: SmartAccount, calls: readonly SessionCall[]): Promise<Hex> {
  return account.encodeCalls(calls as never);
}

export function packOperation(operation: object) {
  return toPackedUserOperation(operation as UserOperation);
}

export function operationHash({ entryPoint }: SmartAccount, operation: UserOperation, chainId: number): Hash {
  const { address: entryPointAddress, version: entryPointVersion } = entryPoint;
  return getUserOperationHash({
    ...{ chainId, entryPointAddress, entryPointVersion },
    userOperation: operation as never,
  });
}

/** The delegation that an EIP-7702 wallet is to sign with its first operation. */
export function preparedDelegation(client: Client, account: SmartAccount): Promise<Authorization> {
  return prepareAuthorization(client, account.authorization as never) as unknown as Promise<Authorization>;
}

export function signDelegation(
  client: Client,
  account: SmartAccount,
  { address, chainId, nonce }: Authorization,
): Promise<SignedAuthorization> {
  return signAuthorization(client, { account: account.authorization!.account, address, chainId, nonce } as never);
}
