import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, encodeFunctionData, type Hash } from "viem";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { deadlineOf, type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { transact } from "../chain/transact.ts";
import { callAsOwner, signAsOwner } from "../accounts/owner.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";

export interface RevokeSessionParameters extends DeploymentParameters, OwnerParameters {
  /** The key's address. */
  key: Address;
}

export interface RevokeSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
}

export type RevokeSessionErrorType = OwnerErrorType;

/**
 * Kills a session for ever. Idempotent; a key that was never registered can never be any more.
 *
 * @example
 * await client.revokeSession({ account, key: key.address });
 */
export async function revokeSession(
  client: SessionClient,
  parameters: RevokeSessionParameters,
): Promise<RevokeSessionReturnType> {
  const { key, relayer } = parameters;
  const { latchkey } = deploymentOf(parameters);
  if (relayer === undefined) {
    const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: "revokeSession", args: [key] });
    return { hash: await callAsOwner(client, parameters, [{ to: latchkey, data }]) };
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
    abi: sessionRegistryAbi,
    functionName: "revokeSessionBySig",
    args: [principal, key, deadline, signature],
  });
  return { hash: (await transact(client, { account: relayer, to: latchkey, data })).transactionHash };
}
