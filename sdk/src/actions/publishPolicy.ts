import type { SendErrorType } from "../errors/errorTypes.ts";
import { encodeFunctionData, type Account, type Address, type Hash, type Hex } from "viem";
import { policyStoreAbi } from "../generated/abi/policyStoreAbi.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Policy, SessionCall } from "../types.ts";
import { accountOf } from "../accounts/owner.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { transact } from "../chain/transact.ts";

export interface PublishPolicyParameters extends DeploymentParameters {
  policy: Policy;
  /** Anyone: the client's account unless told otherwise. */
  account?: Account | Address | undefined;
}

export interface PublishPolicyReturnType {
  policyId: Hex;
  /** The mined transaction; undefined if the policy was there already. */
  hash: Hash | undefined;
}

export type PublishPolicyErrorType = SendErrorType;

/**
 * Stores a policy once for everybody. An unsafe one is refused with its typed error.
 *
 * @example
 * const { policyId } = await client.publishPolicy({ account, policy });
 */
export async function publishPolicy(
  client: SessionClient,
  parameters: PublishPolicyParameters,
): Promise<PublishPolicyReturnType> {
  const { policy } = parameters;
  const policyId = hashPolicy(policy);
  if (await isPolicyPublished(client, { ...parameters, policyId })) return { policyId, hash: undefined };
  const { to, data } = publishPolicyCall(parameters);
  const { transactionHash } = await transact(client, { account: accountOf(client, parameters), to, data: data! });
  return { policyId, hash: transactionHash };
}

/** Whether the policy has been stored. */
export async function isPolicyPublished(
  client: SessionClient,
  parameters: DeploymentParameters & { policyId: Hex },
): Promise<boolean> {
  const number = await readDeployed(client, {
    abi: policyStoreAbi,
    address: deploymentOf(parameters).policyStore,
    functionName: "numberOf",
    args: [parameters.policyId],
  });
  return number !== 0n;
}

/** The call that stores a policy, for a batch of one's own. */
export function publishPolicyCall(parameters: DeploymentParameters & { policy: Policy }): SessionCall {
  const data = encodeFunctionData({
    abi: policyStoreAbi,
    functionName: "publishPolicy",
    args: [parameters.policy as never],
  });
  return { to: deploymentOf(parameters).policyStore, data };
}
