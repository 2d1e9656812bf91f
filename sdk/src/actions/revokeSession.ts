import { type Address, encodeFunctionData, type Hash, type TransactionReceipt } from "viem";
import {
  deadlineOf,
  type OwnerParameters,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  signAsOwner,
  submitAsOwner,
  submitTransaction,
} from "../accounts/owner.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { hasEvent, requireEvent } from "../chain/requireEvent.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { typedData } from "../chain/typedData.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { readSession } from "../sessions/readSession.ts";

export interface RevokeSessionParameters extends DeploymentParameters, OwnerParameters {
  /** The key's address. */
  key: Address;
}

export type RevokeSessionReturnType = SentByOwner;
export interface RevokeSessionSyncParameters extends RevokeSessionParameters, WaitParameters {}
export interface RevokeSessionSyncReturnType extends SentByOwner {
  /** The mined transaction. */
  hash: Hash;
}
export type RevokeSessionErrorType = OwnerErrorType;
export type RevokeSessionSyncErrorType = OwnerErrorType;

/**
 * Kills a session for ever, and returns as soon as that is sent: the key lives until it is mined. Idempotent; a key that
 * was never registered can never be any more.
 *
 * @example
 * await client.revokeSession({ account, key: key.address });
 */
export async function revokeSession(
  client: SessionClient,
  parameters: RevokeSessionParameters,
): Promise<RevokeSessionReturnType> {
  return sentBy(await submitRevocation(client, parameters));
}

/**
 * Kills a session as `revokeSession` does, and waits until the chain says that it is dead.
 *
 * @example
 * const { hash } = await client.revokeSessionSync({ account, key: key.address });
 */
export async function revokeSessionSync(
  client: SessionClient,
  parameters: RevokeSessionSyncParameters,
): Promise<RevokeSessionSyncReturnType> {
  const pending = await submitRevocation(client, parameters);
  const receipt = await pending.mined(parameters);
  await requireRevoked(client, { ...parameters, principal: principalOf(client, parameters) }, receipt);
  return { ...sentBy(pending), hash: receipt.transactionHash };
}

/** The receipt, or the chain, says that the key is dead. */
export async function requireRevoked(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key: Address },
  receipt: TransactionReceipt,
): Promise<void> {
  const { principal, key } = parameters;
  const { latchkey: address } = deploymentOf(parameters);
  const event = {
    abi: [sessionRegistry.SessionRevoked],
    address,
    eventName: "SessionRevoked",
    args: { principal, key },
  };
  // One that was dead before says nothing.
  if (!hasEvent(receipt, event) && (await readSession(client, parameters)).status !== "Revoked") {
    requireEvent(receipt, event);
  }
}

/** Revokes without waiting for it. */
export async function submitRevocation(client: SessionClient, parameters: RevokeSessionParameters): Promise<Pending> {
  const { key, relayer, onSubmitted } = parameters;
  const { latchkey } = deploymentOf(parameters);
  if (relayer === undefined) {
    const data = encodeFunctionData({
      abi: [sessionRegistry.revokeSession],
      functionName: "revokeSession",
      args: [key],
    });
    return submitAsOwner(client, parameters, [{ to: latchkey, data }]);
  }
  const principal = principalOf(client, parameters);
  const deadline = await deadlineOf(client, parameters);
  const signature = await signAsOwner(client, parameters, {
    domain: latchkeyDomain(await chainIdOf(client), latchkey),
    types: typedData.revokeSession,
    primaryType: "RevokeSession",
    message: { principal, key, deadline },
  });
  const data = encodeFunctionData({
    abi: [sessionRegistry.revokeSessionBySig],
    functionName: "revokeSessionBySig",
    args: [principal, key, deadline, signature],
  });
  return submitTransaction(client, { account: relayer, to: latchkey, data, isSecret: true }, { onSubmitted });
}
