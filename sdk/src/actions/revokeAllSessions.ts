import { type Address, encodeFunctionData, type Hash } from "viem";
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
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { requireEvent } from "../chain/requireEvent.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { typedData } from "../chain/typedData.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import type { SessionCall } from "../types.ts";

export interface RevokeAllSessionsParameters extends DeploymentParameters, OwnerParameters {}

export type RevokeAllSessionsReturnType = SentByOwner;
export interface RevokeAllSessionsSyncParameters extends RevokeAllSessionsParameters, WaitParameters {}
export interface RevokeAllSessionsSyncReturnType extends SentByOwner {
  /** The mined transaction. */
  hash: Hash;
}
export type RevokeAllSessionsErrorType = OwnerErrorType;
export type RevokeAllSessionsSyncErrorType = OwnerErrorType;

/**
 * Kills every session of the principal, known or not, and every grant that it has signed; returns as soon as that is sent.
 *
 * @example
 * await client.revokeAllSessions({ account });
 */
export async function revokeAllSessions(
  client: SessionClient,
  parameters: RevokeAllSessionsParameters = {},
): Promise<RevokeAllSessionsReturnType> {
  return sentBy(await submitRevocations(client, parameters));
}

/**
 * Kills every session as `revokeAllSessions` does, and waits until the receipt says so.
 *
 * @example
 * const { hash } = await client.revokeAllSessionsSync({ account });
 */
export async function revokeAllSessionsSync(
  client: SessionClient,
  parameters: RevokeAllSessionsSyncParameters = {},
): Promise<RevokeAllSessionsSyncReturnType> {
  const pending = await submitRevocations(client, parameters);
  const receipt = await pending.mined(parameters);
  const args = { principal: principalOf(client, parameters) };
  const { latchkey: address } = deploymentOf(parameters);
  requireEvent(receipt, { abi: [sessionRegistry.AllSessionsRevoked], address, eventName: "AllSessionsRevoked", args });
  return { ...sentBy(pending), hash: receipt.transactionHash };
}

async function submitRevocations(client: SessionClient, parameters: RevokeAllSessionsParameters): Promise<Pending> {
  const { relayer, onSubmitted } = parameters;
  const { latchkey } = deploymentOf(parameters);
  if (relayer === undefined) return submitAsOwner(client, parameters, [revokeAllSessionsCall(latchkey)]);
  const principal = principalOf(client, parameters);
  const deadline = await deadlineOf(client, parameters);
  const generation = await readDeployed(client, {
    abi: [sessionRegistry.generationOf],
    address: latchkey,
    functionName: "generationOf",
    args: [principal],
  });
  const signature = await signAsOwner(client, parameters, {
    domain: latchkeyDomain(await chainIdOf(client), latchkey),
    types: typedData.revokeAllSessions,
    primaryType: "RevokeAllSessions",
    message: { principal, generation, deadline },
  });
  const data = encodeFunctionData({
    abi: [sessionRegistry.revokeAllSessionsBySig],
    functionName: "revokeAllSessionsBySig",
    args: [principal, generation, deadline, signature],
  });
  return submitTransaction(client, { account: relayer, to: latchkey, data, isSecret: true }, { onSubmitted });
}

/** The principal's own call that does it, for a batch or a transaction that does more. */
export function revokeAllSessionsCall(latchkey: Address): SessionCall {
  return {
    to: latchkey,
    data: encodeFunctionData({ abi: [sessionRegistry.revokeAllSessions], functionName: "revokeAllSessions" }),
  };
}
