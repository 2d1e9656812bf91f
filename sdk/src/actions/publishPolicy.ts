import { type Account, type Address, encodeFunctionData, type Hash, type Hex } from "viem";
import { accountOf, type Pending, sentBy, type SentByOwner, submitTransaction } from "../accounts/owner.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { hasEvent, requireEvent } from "../chain/requireEvent.ts";
import type { Relayer, SubmitParameters, WaitParameters } from "../chain/sent.ts";
import type { SendErrorType } from "../errors/errorTypes.ts";
import * as policyStore from "../generated/items/policyStore.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Policy, SessionCall } from "../types.ts";

export interface PublishPolicyParameters extends DeploymentParameters, SubmitParameters {
  policy: Policy;
  /**
   * Anyone.
   *
   * @default the client's account
   */
  account?: Account | Address | undefined;
  /** Sends it in place of the account: also a function that hands the call to a service. */
  relayer?: Relayer | undefined;
}

export interface PublishPolicyReturnType extends SentByOwner {
  policyId: Hex;
}
export interface PublishPolicySyncParameters extends PublishPolicyParameters, WaitParameters {}
export interface PublishPolicySyncReturnType {
  policyId: Hex;
  /** The mined transaction; undefined if the policy was there already. */
  hash: Hash | undefined;
}
export type PublishPolicyErrorType = SendErrorType;
export type PublishPolicySyncErrorType = SendErrorType;

/**
 * Stores a policy once for everybody, and returns as soon as that is sent: with no hash where it is stored already. An
 * unsafe one is refused with its typed error.
 *
 * @example
 * const { policyId } = await client.publishPolicy({ account, policy });
 */
export async function publishPolicy(
  client: SessionClient,
  parameters: PublishPolicyParameters,
): Promise<PublishPolicyReturnType> {
  const { policyId, pending } = await submitPublication(client, parameters);
  return { policyId, ...(pending !== undefined && sentBy(pending)) };
}

/**
 * Stores a policy as `publishPolicy` does, and waits until it is there.
 *
 * @example
 * const { policyId, hash } = await client.publishPolicySync({ account, policy });
 */
export async function publishPolicySync(
  client: SessionClient,
  parameters: PublishPolicySyncParameters,
): Promise<PublishPolicySyncReturnType> {
  const { policyId, pending } = await submitPublication(client, parameters);
  if (pending === undefined) return { policyId, hash: undefined };
  const receipt = await pending.mined(parameters);
  const { policyStore: address } = deploymentOf(parameters);
  const event = { abi: [policyStore.PolicyPublished], address, eventName: "PolicyPublished", args: { policyId } };
  // Somebody else may have been faster.
  if (!hasEvent(receipt, event) && !(await isPolicyPublished(client, { ...parameters, policyId }))) {
    requireEvent(receipt, event);
  }
  return { policyId, hash: receipt.transactionHash };
}

async function submitPublication(
  client: SessionClient,
  parameters: PublishPolicyParameters,
): Promise<{ policyId: Hex; pending: Pending | undefined }> {
  const { policy, onSubmitted } = parameters;
  const policyId = hashPolicy(policy);
  if (await isPolicyPublished(client, { ...parameters, policyId })) return { policyId, pending: undefined };
  const { to, data } = publishPolicyCall(parameters);
  const account = parameters.relayer ?? accountOf(client, parameters);
  return { policyId, pending: await submitTransaction(client, { account, to, data: data! }, { onSubmitted }) };
}

/** Whether the policy has been stored. */
export async function isPolicyPublished(
  client: SessionClient,
  parameters: DeploymentParameters & { policyId: Hex },
): Promise<boolean> {
  const number = await readDeployed(client, {
    abi: [policyStore.numberOf],
    address: deploymentOf(parameters).policyStore,
    functionName: "numberOf",
    args: [parameters.policyId],
  });
  return number !== 0n;
}

/** The call that stores a policy, for a batch of one's own. */
export function publishPolicyCall(parameters: DeploymentParameters & { policy: Policy }): SessionCall {
  const data = encodeFunctionData({
    abi: [policyStore.publishPolicy],
    functionName: "publishPolicy",
    args: [parameters.policy],
  });
  return { to: deploymentOf(parameters).policyStore, data };
}
