import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, encodeFunctionData, type Hash, type Hex, zeroAddress } from "viem";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { DEFAULT_DURATION } from "../constants.ts";
import { SessionCreationError, SessionRequestError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Grant, Policy, SessionCall } from "../types.ts";
import { accountOf, deadlineOf, type OwnerParameters, principalOf } from "../accounts/owner.ts";
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { transact } from "../chain/transact.ts";
import { callAsOwner, signAsOwner } from "../accounts/owner.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";
import { withBalance } from "../chain/withBalance.ts";
import { isPolicyPublished, publishPolicy, publishPolicyCall } from "./publishPolicy.ts";

export interface RegisterSessionParameters extends DeploymentParameters, OwnerParameters {
  key: Pick<SessionKey, "address" | "publicKey">;
  policy: Policy;
  /** Unix seconds, inclusive, also in the past; 0, the moment of registration, unless told otherwise. */
  validAfter?: number | undefined;
  /** Unix seconds, inclusive; six hours from the start, or the policy's most, unless told otherwise. */
  validUntil?: number | undefined;
  /** The policy's most unless told otherwise. */
  maxCalls?: number | undefined;
  /** One live session per app and lane; 0 unless told otherwise. */
  lane?: bigint | undefined;
  /** The key that is expected there and to be replaced; `ANY_KEY` for whoever is found. */
  replaces?: Address | undefined;
  /** Wei that the principal passes on to the key as gas money; not with a `relayer`, and to no P-256 key. */
  fund?: bigint | undefined;
  /** Calls that the principal makes in front of it, in one operation if it is a smart account: see `installCalls`. */
  before?: readonly SessionCall[] | undefined;
}

export interface RegisterSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
  policyId: Hex;
  grant: Grant;
}

export type RegisterSessionErrorType = OwnerErrorType;

/**
 * Registers a session key, and publishes the policy if nobody has. With a `relayer` the principal only signs, and what
 * its wallet shows is the whole policy; without one its own transaction registers, which shows 32 bytes of it.
 *
 * @example
 * const { grant } = await client.registerSession({ account, key, policy });
 */
export async function registerSession(
  client: SessionClient,
  parameters: RegisterSessionParameters,
): Promise<RegisterSessionReturnType> {
  const { relayer, sendCalls, account = client.account } = parameters;
  const payer = relayer ?? (sendCalls === undefined ? account : parameters.principal);
  return withBalance(client, payer, () => register(client, parameters));
}

async function register(
  client: SessionClient,
  parameters: RegisterSessionParameters,
): Promise<RegisterSessionReturnType> {
  const { policy, relayer, fund = 0n, before = [] } = parameters;
  if (fund !== 0n && relayer !== undefined) {
    throw new SessionCreationError("A signature carries no funds: register by transaction, or use fundSession.");
  }
  if (relayer !== undefined && before.length > 0) {
    throw new SessionRequestError("What the principal only signs brings no calls with it: leave the relayer out.");
  }
  const grant = await grantOf(client, parameters);
  const { policyId } = grant;
  const isPublished = await isPolicyPublished(client, { ...parameters, policyId });
  if (relayer !== undefined) {
    const call = await signedCall(client, parameters, grant);
    if (!isPublished) await publishPolicy(client, { ...parameters, account: relayer });
    const { transactionHash } = await transact(client, { account: relayer, ...call });
    return { hash: transactionHash, policyId, grant };
  }
  const functionName = fund === 0n ? "registerSession" : "registerSessionAndFund";
  const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName, args: [grant] });
  const call = { to: deploymentOf(parameters).latchkey, data, value: fund };
  const calls = [...before, ...(isPublished ? [] : [publishPolicyCall({ ...parameters, policy })]), call];
  return { hash: await callAsOwner(client, parameters, calls), policyId, grant };
}

async function grantOf(client: SessionClient, parameters: RegisterSessionParameters): Promise<Grant> {
  const { key, policy, validAfter = 0, maxCalls = policy.maxCalls, lane = 0n, replaces = zeroAddress } = parameters;
  // One minute of slack, so that the longest duration still fits when the clock has moved on before it is mined.
  const longest = Math.max(policy.minDuration, policy.maxDuration - 60);
  const start = validAfter === 0 ? await timeOf(client) : validAfter;
  const validUntil = parameters.validUntil ?? start + Math.min(DEFAULT_DURATION, longest) - 1;
  if (!Number.isSafeInteger(validUntil) || validUntil < start) {
    throw new SessionCreationError("A session ends after it starts.", {
      metaMessages: [`Start: ${start}`, `End: ${validUntil}`, "Unix seconds, inclusive"],
    });
  }
  const policyId = hashPolicy(policy);
  return { key: key.address, publicKey: key.publicKey, policyId, validAfter, validUntil, maxCalls, lane, replaces };
}

async function signedCall(client: SessionClient, parameters: RegisterSessionParameters, grant: Grant) {
  const principal = principalOf(client, parameters);
  const { latchkey } = deploymentOf(parameters);
  const { policyId: _named, ...rest } = grant;
  const deadline = await deadlineOf(client, parameters);
  const nonce = await readDeployed(client, {
    abi: sessionRegistryAbi,
    address: latchkey,
    functionName: "nonces",
    args: [principal],
  });
  const signature = await signAsOwner(
    client,
    { ...parameters, account: accountOf(client, parameters) },
    {
      domain: latchkeyDomain(await chainIdOf(client), latchkey),
      types: typedData.registerSession,
      primaryType: "RegisterSession",
      message: { principal, policy: parameters.policy, ...rest, nonce, deadline } as never,
    },
  );
  const data = encodeFunctionData({
    abi: sessionRegistryAbi,
    functionName: "registerSessionBySig",
    args: [principal, grant, deadline, signature],
  });
  return { to: latchkey, data };
}
