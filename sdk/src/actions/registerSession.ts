import { type Address, encodeFunctionData, type Hash, type Hex, zeroAddress } from "viem";
import {
  accountOf,
  deadlineOf,
  type OwnerParameters,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  signAsOwner,
  submitAsOwner,
  submitTransaction,
} from "../accounts/owner.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { requireEvent } from "../chain/requireEvent.ts";
import { isService, type Relayer, type WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { latchkeyDomain } from "../chain/domain.ts";
import { typedData } from "../chain/typedData.ts";
import { withBalance } from "../chain/withBalance.ts";
import { SessionCreationError, SessionRequestError } from "../errors/clientErrors.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import type { Grant, Policy, SessionCall } from "../types.ts";
import { isPolicyPublished, publishPolicyCall, publishPolicySync } from "./publishPolicy.ts";
import {
  grantFor,
  type GrantParameters,
  type GrantTurn,
  inGrantTurn,
  requireTaken,
  type SignedGrant,
} from "./registration.ts";

export interface RegisterSessionParameters extends DeploymentParameters, OwnerParameters, GrantParameters {
  policy: Policy;
  /**
   * The key that is expected there and to be ended; `"occupant"` for the one that is there when this is asked; `ANY_KEY`
   * for whoever is there when it is mined.
   *
   * @default nobody: a lane that is occupied is a `LaneOccupied` that names the key
   */
  replaces?: Address | "occupant" | undefined;
  /** Wei that the principal passes on to the key as gas money; not with a `relayer`, and to no P-256 key. */
  fund?: bigint | undefined;
  /** Calls that the principal makes in front of it, in one operation if it is a smart account: see `installCalls`. */
  before?: readonly SessionCall[] | undefined;
}

export interface RegisterSessionReturnType extends SentByOwner {
  policyId: Hex;
  grant: Grant;
}
export interface RegisterSessionSyncParameters extends RegisterSessionParameters, WaitParameters {}
export interface RegisterSessionSyncReturnType extends RegisterSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
}
export type RegisterSessionErrorType = OwnerErrorType;
export type RegisterSessionSyncErrorType = OwnerErrorType;

/**
 * Registers a session key, publishes the policy if nobody has, and returns as soon as the registration is sent. With a
 * `relayer` the principal only signs, and what its wallet shows is the whole policy; without one its own transaction
 * registers, which shows 32 bytes of it. The chain is asked before the wallet: what it would refuse costs no popup.
 *
 * @example
 * const { grant } = await client.registerSession({ account, key, policy });
 */
export async function registerSession(
  client: SessionClient,
  parameters: RegisterSessionParameters,
): Promise<RegisterSessionReturnType> {
  const { pending, policyId, grant } = await submitRegistration(client, parameters);
  return { ...sentBy(pending), policyId, grant };
}

/**
 * Registers a session key as `registerSession` does, and waits until the receipt says that it is registered.
 *
 * @example
 * const { hash, grant } = await client.registerSessionSync({ account, key, policy });
 */
export async function registerSessionSync(
  client: SessionClient,
  parameters: RegisterSessionSyncParameters,
): Promise<RegisterSessionSyncReturnType> {
  return withBalance(client, payerOf(client, parameters), async () => {
    const { pending, policyId, grant } = await submitRegistration(client, parameters);
    const receipt = await pending.mined(parameters);
    requireEvent(receipt, {
      abi: [sessionRegistry.SessionRegistered],
      address: deploymentOf(parameters).latchkey,
      eventName: "SessionRegistered",
      args: { principal: principalOf(client, parameters), key: grant.key },
    });
    return { ...sentBy(pending), hash: receipt.transactionHash, policyId, grant };
  });
}

function payerOf(client: SessionClient, parameters: RegisterSessionParameters): Relayer | undefined {
  const { relayer, sendCalls, account = client.account } = parameters;
  return relayer ?? (sendCalls === undefined ? account : parameters.principal);
}

interface Registration {
  pending: Pending;
  policyId: Hex;
  grant: Grant;
}

/** Registers without waiting for it. */
export async function submitRegistration(
  client: SessionClient,
  parameters: RegisterSessionParameters,
): Promise<Registration> {
  return withBalance(client, payerOf(client, parameters), () => register(client, parameters));
}

async function register(client: SessionClient, parameters: RegisterSessionParameters): Promise<Registration> {
  const { policy, relayer, fund = 0n, before = [], onSubmitted } = parameters;
  if (fund !== 0n && relayer !== undefined) {
    throw new SessionCreationError("A signature carries no funds: register by transaction, or use fundSession.");
  }
  if (relayer !== undefined && before.length > 0) {
    throw new SessionRequestError("What the principal only signs brings no calls with it: leave the relayer out.");
  }
  // Another chain has other policies and lanes: its error takes precedence.
  await chainIdOf(client);
  const grant = await grantOf(client, parameters);
  const { policyId } = grant;
  const isPublished = await isPolicyPublished(client, { ...parameters, policyId });
  // What is done before may make room for it.
  if (before.length === 0) await requireTaken(client, parameters, grant, isPublished);
  if (relayer !== undefined) {
    const pending = await submitSigned(client, { ...parameters, relayer }, grant, async () => {
      if (isPublished) return;
      // A service takes the calls of sessions: whoever else is there publishes.
      const account = isService(relayer) ? parameters.account : relayer;
      await publishPolicySync(client, { ...parameters, account, relayer, onSubmitted });
    });
    return { pending, policyId, grant };
  }
  const functionName = fund === 0n ? "registerSession" : "registerSessionAndFund";
  const data = encodeFunctionData({
    abi: [sessionRegistry.registerSession, sessionRegistry.registerSessionAndFund],
    functionName,
    args: [grant],
  });
  const call = { to: deploymentOf(parameters).latchkey, data, value: fund };
  const calls = [...before, ...(isPublished ? [] : [publishPolicyCall({ ...parameters, policy })]), call];
  return { pending: await submitAsOwner(client, parameters, calls), policyId, grant };
}

/** What is granted, with whom it replaces. */
export async function grantOf(client: SessionClient, parameters: RegisterSessionParameters): Promise<Grant> {
  const { policy, replaces = zeroAddress } = parameters;
  const grant = { ...grantFor(parameters, [policy], await timeOf(client)), policyId: hashPolicy(policy) };
  if (replaces !== "occupant") return { ...grant, replaces };
  const { key, lane } = grant;
  const lived = { ...parameters, principal: principalOf(client, parameters), app: policy.app, lane, key };
  return { ...grant, replaces: await laneOccupant(client, lived) };
}

/** Signs, prepares what the signature needs on chain, and hands it to the relayer. */
async function submitSigned(
  client: SessionClient,
  parameters: RegisterSessionParameters & { relayer: Relayer },
  grant: Grant,
  prepare: () => Promise<void>,
): Promise<Pending> {
  const principal = principalOf(client, parameters);
  const { latchkey } = deploymentOf(parameters);
  return inGrantTurn(client, { latchkey, principal }, async ({ handIn, ...turn }) => {
    const data = registrationBySig(principal, await signGrant(client, parameters, grant, turn));
    await prepare();
    const { relayer: account, onSubmitted } = parameters;
    return handIn(() => submitTransaction(client, { account, to: latchkey, data, isSecret: true }, { onSubmitted }));
  });
}

/** What whoever brings a signed grant to Latchkey calls it with. */
export function registrationBySig(principal: Address, { grant, deadline, signature }: SignedGrant): Hex {
  return encodeFunctionData({
    abi: [sessionRegistry.registerSessionBySig],
    functionName: "registerSessionBySig",
    args: [principal, grant, deadline, signature],
  });
}

/** A grant with the principal's signature over it, with the nonce whose turn it is. */
export async function signGrant(
  client: SessionClient,
  parameters: RegisterSessionParameters,
  grant: Grant,
  { chainId, nonce }: Omit<GrantTurn, "handIn">,
): Promise<SignedGrant> {
  const { policyId: _named, ...rest } = grant;
  const principal = principalOf(client, parameters);
  const deadline = await deadlineOf(client, parameters);
  const signature = await signAsOwner(
    client,
    { ...parameters, account: accountOf(client, parameters) },
    {
      domain: latchkeyDomain(chainId, deploymentOf(parameters).latchkey),
      types: typedData.registerSession,
      primaryType: "RegisterSession",
      message: { principal, policy: parameters.policy, ...rest, nonce, deadline } as Record<string, unknown>,
    },
  );
  return { grant, deadline, signature };
}
