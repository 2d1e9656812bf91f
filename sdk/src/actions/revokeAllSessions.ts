import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, encodeFunctionData, type Hash } from "viem";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import type { SessionCall } from "../types.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { deadlineOf, type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { transact } from "../chain/transact.ts";
import { callAsOwner, signAsOwner } from "../accounts/owner.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";

export interface RevokeAllSessionsParameters extends DeploymentParameters, OwnerParameters {}

export interface RevokeAllSessionsReturnType {
  /** The mined transaction. */
  hash: Hash;
}

export type RevokeAllSessionsErrorType = OwnerErrorType;

/**
 * Kills every session of the principal, known or not, and every grant that it has signed.
 *
 * @example
 * await client.revokeAllSessions({ account });
 */
export async function revokeAllSessions(
  client: SessionClient,
  parameters: RevokeAllSessionsParameters = {},
): Promise<RevokeAllSessionsReturnType> {
  const { relayer } = parameters;
  const { latchkey } = deploymentOf(parameters);
  if (relayer === undefined) {
    return { hash: await callAsOwner(client, parameters, [revokeAllSessionsCall(latchkey)]) };
  }
  const principal = principalOf(client, parameters);
  const deadline = await deadlineOf(client, parameters);
  const generation = await readDeployed(client, {
    abi: sessionRegistryAbi,
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
    abi: sessionRegistryAbi,
    functionName: "revokeAllSessionsBySig",
    args: [principal, generation, deadline, signature],
  });
  return { hash: (await transact(client, { account: relayer, to: latchkey, data })).transactionHash };
}

/** The principal's own call that does it, for a batch or a transaction that does more. */
export function revokeAllSessionsCall(latchkey: Address): SessionCall {
  return { to: latchkey, data: encodeFunctionData({ abi: sessionRegistryAbi, functionName: "revokeAllSessions" }) };
}
