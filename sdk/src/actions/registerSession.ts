import {
  type Address,
  encodeFunctionData,
  encodePacked,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  zeroAddress,
} from "viem";
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
import {
  chainIdOf,
  deploymentOf,
  type DeploymentParameters,
  readDeployed,
  type SessionClient,
} from "../chain/client.ts";
import { requireEvent } from "../chain/requireEvent.ts";
import type { Relayer, WaitParameters } from "../chain/sent.ts";
import { inTurn } from "../chain/inTurn.ts";
import { timeOf } from "../chain/time.ts";
import { simulate } from "../chain/transact.ts";
import { latchkeyDomain, typedData } from "../chain/typedData.ts";
import { withBalance } from "../chain/withBalance.ts";
import { ANY_KEY, DEFAULT_DURATION } from "../constants.ts";
import { SessionCreationError, SessionRequestError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { contractError, typedError } from "../errors/onDemand.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { encodeApp } from "../policies/encodeApp.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import type { Grant, Policy, SessionCall } from "../types.ts";
import { isPolicyPublished, publishPolicyCall, publishPolicySync } from "./publishPolicy.ts";

export interface RegisterSessionParameters extends DeploymentParameters, OwnerParameters {
  key: Pick<SessionKey, "address" | "publicKey">;
  policy: Policy;
  /**
   * Unix seconds, inclusive, also in the past; 0 for the moment at which it is mined.
   *
   * @default now, so that the window is as long as it is signed, however late it is mined
   */
  validAfter?: number | undefined;
  /**
   * Unix seconds, inclusive.
   *
   * @default six hours from the start, or as near to that as the policy's bounds let it be
   */
  validUntil?: number | undefined;
  /** @default the policy's most */
  maxCalls?: number | undefined;
  /**
   * One live session per app and lane.
   *
   * @default 0n
   */
  lane?: bigint | undefined;
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

async function submitRegistration(client: SessionClient, parameters: RegisterSessionParameters): Promise<Registration> {
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
      const account = typeof relayer === "function" ? parameters.account : relayer;
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

/** One minute, so that the longest duration still fits where the chain's clock counts from another second. */
const SLACK = 60;

async function grantOf(client: SessionClient, parameters: RegisterSessionParameters): Promise<Grant> {
  const { key, policy, maxCalls = policy.maxCalls, lane = 0n, replaces = zeroAddress } = parameters;
  const now = await timeOf(client);
  const validAfter = parameters.validAfter ?? (parameters.validUntil === undefined ? now : 0);
  const start = validAfter === 0 ? now : validAfter;
  // Counted from a start that is named, a window is exactly as long as it says.
  const longest = validAfter === 0 ? Math.max(policy.minDuration, policy.maxDuration - SLACK) : policy.maxDuration;
  const shortest = validAfter === 0 ? Math.min(policy.minDuration + SLACK, longest) : policy.minDuration;
  const duration = Math.min(Math.max(DEFAULT_DURATION, shortest), longest);
  const validUntil = parameters.validUntil ?? start + duration - 1;
  if (!Number.isSafeInteger(validUntil) || validUntil < start) {
    throw new SessionCreationError("A session ends after it starts.", {
      metaMessages: [`Start: ${start}`, `End: ${validUntil}`, "Unix seconds, inclusive"],
    });
  }
  if (!Number.isSafeInteger(maxCalls) || !Number.isSafeInteger(validAfter)) {
    throw new SessionCreationError("Calls and seconds are whole numbers.", {
      metaMessages: [`Calls: ${maxCalls}`, `Start: ${validAfter}`],
    });
  }
  const policyId = hashPolicy(policy);
  const grant = { key: key.address, publicKey: key.publicKey, policyId, validAfter, validUntil, maxCalls, lane };
  if (replaces !== "occupant") return { ...grant, replaces };
  const principal = principalOf(client, parameters);
  const lived = { ...parameters, principal, app: policy.app, lane, key: key.address };
  return { ...grant, replaces: await laneOccupant(client, lived) };
}

/** Asks the chain whether it would take the grant, and the policy: a wallet is not asked for what is refused anyway. */
async function requireTaken(
  client: SessionClient,
  parameters: RegisterSessionParameters,
  grant: Grant,
  isPublished: boolean,
): Promise<void> {
  const principal = principalOf(client, parameters);
  const { policy } = parameters;
  if (isPublished) {
    const data = encodeFunctionData({
      abi: [sessionRegistry.registerSession],
      functionName: "registerSession",
      args: [grant],
    });
    return refuse(() => simulate(client, { account: principal, to: deploymentOf(parameters).latchkey, data }));
  }
  const { to, data } = publishPolicyCall({ ...parameters, policy });
  await refuse(() => simulate(client, { to, data: data! }));
  const { minDuration, maxDuration, maxCalls } = policy;
  const { validUntil, validAfter } = grant;
  const start = validAfter === 0 ? await timeOf(client) : validAfter;
  const duration = validUntil - start + 1;
  if (duration < minDuration || duration > maxDuration) {
    const [least, most] = [BigInt(minDuration), BigInt(maxDuration)];
    throw await contractError("DurationOutOfBounds", {
      args: { duration: BigInt(duration), minDuration: least, maxDuration: most },
    });
  }
  if (grant.maxCalls < 1 || grant.maxCalls > maxCalls) {
    throw await contractError("MaxCallsOutOfBounds", { args: { maxCalls: grant.maxCalls, most: maxCalls } });
  }
  const { lane, replaces, key } = grant;
  const occupant = await laneOccupant(client, { ...parameters, principal, app: policy.app, lane, key });
  const isEnded = [zeroAddress, replaces].some((each) => isAddressEqual(each, occupant));
  if (isEnded || isAddressEqual(replaces, ANY_KEY)) return;
  throw await contractError("LaneOccupied", { args: { app: encodeApp(policy.app), lane, occupant, replaces } });
}

async function refuse(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (thrown) {
    throw await typedError(thrown);
  }
}

/** How the last registration that a principal signed for is seen to its end: the next one signs the nonce behind it. */
const unfinished = new Map<Hex, () => Promise<unknown>>();

/** Signs, prepares what the signature needs on chain, and hands it to the relayer; one after the other for a principal. */
async function submitSigned(
  client: SessionClient,
  parameters: RegisterSessionParameters & { relayer: Relayer },
  grant: Grant,
  prepare: () => Promise<void>,
): Promise<Pending> {
  const principal = principalOf(client, parameters);
  const { latchkey: to } = deploymentOf(parameters);
  const chainId = await chainIdOf(client);
  const name = keccak256(encodePacked(["uint256", "address", "address"], [BigInt(chainId), to, principal]));
  return inTurn(name, async () => {
    await unfinished
      .get(name)?.()
      .catch(() => undefined);
    unfinished.delete(name);
    const nonceOf = () =>
      readDeployed(client, { abi: [sessionRegistry.nonces], address: to, functionName: "nonces", args: [principal] });
    const nonce = await nonceOf();
    const { policyId: _named, ...rest } = grant;
    const deadline = await deadlineOf(client, parameters);
    const signature = await signAsOwner(
      client,
      { ...parameters, account: accountOf(client, parameters) },
      {
        domain: latchkeyDomain(chainId, to),
        types: typedData.registerSession,
        primaryType: "RegisterSession",
        message: { principal, policy: parameters.policy, ...rest, nonce, deadline } as Record<string, unknown>,
      },
    );
    await prepare();
    const args = [principal, grant, deadline, signature] as const;
    const data = encodeFunctionData({
      abi: [sessionRegistry.registerSessionBySig],
      functionName: "registerSessionBySig",
      args,
    });
    const { relayer: account, onSubmitted } = parameters;
    try {
      const pending = await submitTransaction(client, { account, to, data, isSecret: true }, { onSubmitted });
      const end = () => pending.mined({ timeout: 60_000 });
      unfinished.set(name, end);
      const mined = async (wait: WaitParameters) => {
        try {
          return await pending.mined(wait);
        } finally {
          if (unfinished.get(name) === end) unfinished.delete(name);
        }
      };
      return { ...pending, mined };
    } catch (thrown) {
      if (!isContractError(thrown, "InvalidPrincipalSignature") || (await nonceOf()) === nonce) throw thrown;
      throw new SessionRequestError("Another grant of the principal came first: register again.", { cause: thrown });
    }
  });
}
