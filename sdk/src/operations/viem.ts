import type { Authorization, Client, Hash, Hex, SignedAuthorization } from "viem";
import {
  type BundlerClient,
  getUserOperationHash,
  type SmartAccount,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import { prepareAuthorization, signAuthorization } from "viem/actions";
import type { OperationFields, SessionCall } from "../types.ts";

// viem types an operation by the version of its EntryPoint, which is known only when it runs: the casts are here alone.

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
