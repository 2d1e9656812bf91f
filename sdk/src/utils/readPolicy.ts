import type { Hex } from "viem";
import { readContract } from "viem/actions";
import { policyStoreAbi } from "../generated/abi/policyStoreAbi.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "./client.ts";

/** A policy as the chain keeps it: selectors stand for the methods' texts. Fails if nobody has published it. */
export function readPolicy(client: SessionClient, parameters: DeploymentParameters & { policyId: Hex }) {
  return readContract(client, {
    abi: policyStoreAbi,
    address: deploymentOf(parameters).policyStore,
    functionName: "policyOf",
    args: [parameters.policyId],
  });
}
