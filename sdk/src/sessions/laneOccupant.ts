import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract, simulateContract } from "viem/actions";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { isContractError } from "../errors/ContractError.ts";
import { decodeSessionError } from "../errors/decodeSessionError.ts";
import { encodeApp } from "../policies/definePolicy.ts";
import type { Grant, Policy } from "../types.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";

/**
 * The key that a registration in this lane would have to replace; address 0 if there is none. The chain is asked by
 * trying, because a key that has no calls left, or has not started, holds its lane and is no active session. Of a policy
 * that nobody has published only the active session is known.
 */
export async function laneOccupant(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; policy: Policy; grant: Omit<Grant, "replaces"> },
): Promise<Address> {
  const { principal, policy, grant } = parameters;
  const registry = { abi: sessionRegistryAbi, address: deploymentOf(parameters).latchkey } as const;
  try {
    const args = [{ ...grant, replaces: zeroAddress }] as const;
    await simulateContract(client, { ...registry, functionName: "registerSession", args, account: principal });
    return zeroAddress;
  } catch (thrown) {
    const error = decodeSessionError(thrown);
    // An error of another kind is the registration's own to report.
    if (isContractError(error, "LaneOccupied")) return error.args.occupant;
  }
  const args = [principal, encodeApp(policy.app), grant.lane] as const;
  const active = await readContract(client, { ...registry, functionName: "activeSession", args });
  return isAddressEqual(active, grant.key) ? zeroAddress : active;
}
