import type { Hex } from "viem";
import { readContract } from "viem/actions";
import * as storedPolicy from "../generated/items/storedPolicy.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";

/** What a stored permission matches beside its target: `MethodKind` of contracts/types/MethodKind.sol. */
export const METHOD_KIND = { native: 0, method: 1, wildcard: 2 } as const;

/**
 * A policy as the chain keeps it: selectors and programs stand for the texts of methods and rules, which `getPolicy` reads
 * from the log. Fails if nobody has published it.
 */
export function readPolicy(client: SessionClient, parameters: DeploymentParameters & { policyId: Hex }) {
  return readContract(client, {
    abi: [storedPolicy.policyOf],
    address: deploymentOf(parameters).policyStore,
    functionName: "policyOf",
    args: [parameters.policyId],
  });
}
