import { encodeEventTopics, type Hex } from "viem";
import * as policyStore from "../generated/items/policyStore.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Policy } from "../types.ts";
import { deploymentOf, type DeploymentParameters, requireContract, type SessionClient } from "../chain/client.ts";
import { type LogRangeParameters, readEvents } from "../chain/logs.ts";

export interface GetPolicyParameters extends DeploymentParameters, LogRangeParameters {
  policyId: Hex;
  /** The block from which the publication is searched for; the first unless told otherwise. */
  fromBlock?: bigint | undefined;
}

/** Undefined if nobody has published it. */
export type GetPolicyReturnType = Policy | undefined;

/**
 * The whole policy behind an id, with the texts that the chain keeps in its log alone. What a node answers is held against
 * the id.
 */
export async function getPolicy(client: SessionClient, parameters: GetPolicyParameters): Promise<GetPolicyReturnType> {
  const { policyId, fromBlock, maxBlockRange } = parameters;
  const { policyStore: address } = deploymentOf(parameters);
  const event = { abi: [policyStore.PolicyPublished], eventName: "PolicyPublished" } as const;
  const topics = encodeEventTopics({ ...event, args: { policyId } }) as Hex[];
  const logs = await readEvents(client, { ...event, address, topics, fromBlock, maxBlockRange });
  // Where there is no contract there are no events either.
  if (logs.length === 0) await requireContract(client, address);
  return logs.map(({ args }) => args.policy as Policy).find((policy) => hashPolicy(policy) === policyId);
}
