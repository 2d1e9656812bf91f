import type { Address } from "viem";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import type { ReadErrorType } from "../errors/errorTypes.ts";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import type { WorstLoss } from "../policies/worstLossOf.ts";

export interface GetWorstLossParameters extends DeploymentParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
}

/** What is left to lose. Of a session that is dead, over or used up it is nothing, and nobody is trusted. */
export interface GetWorstLossReturnType extends WorstLoss {
  /** Whether the numbers are the whole truth: nobody is trusted and nothing is open. */
  isWhole: boolean;
}

export type GetWorstLossErrorType = ReadErrorType;

/**
 * The most that a session's calls can still take from now on, of each unit and of gas, as the chain says it at the latest
 * block, and whom those numbers trust. What the session has approved before is not in it: see `getSessionApprovals`.
 * `worstLossOf` says the same of a policy before it is registered.
 *
 * @example
 * const { losses, trusted, isWhole } = await client.getWorstLoss({ principal, key: key.address });
 */
export async function getWorstLoss(
  client: SessionClient,
  parameters: GetWorstLossParameters,
): Promise<GetWorstLossReturnType> {
  const { principal, key } = parameters;
  const { losses, gas, trusted, open } = await readDeployed(client, {
    abi: [latchkeyLens.worstLoss],
    address: deploymentOf(parameters).lens,
    functionName: "worstLoss",
    args: [principal, key],
  });
  return {
    losses: [...losses],
    gas,
    trusted: [...trusted],
    open: open.map(Number),
    isWhole: trusted.length === 0 && open.length === 0,
  };
}
