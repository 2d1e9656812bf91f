import type { OwnerErrorType } from "../errors/errorTypes.ts";
import type { Address, Hash } from "viem";
import { MIN_DURATION } from "../constants.ts";
import { SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Policy } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { timeOf } from "../chain/time.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import { registerSession } from "../actions/registerSession.ts";

/** Shortest session of a game, in milliseconds, inclusive: a minute. */
export const MIN_SESSION_DURATION_MS = 60_000;
/** Longest session of a game, in milliseconds, inclusive: a week. */
export const MAX_SESSION_DURATION_MS = 604_800_000;

export interface ActivateSessionParameters extends DeploymentParameters, OwnerParameters {
  /** The session's key: its address, or for a P-256 key also its public key. */
  sessionWallet: Address | Pick<SessionKey, "address" | "publicKey">;
  /** 60,000 to 604,800,000, inclusive; a part of a second is dropped. */
  durationMs: number;
  /** What the session may do. Its app is the dApp. */
  policy: Policy;
  /** The policy's most unless told otherwise. */
  maxCalls?: number | undefined;
  /** One live session per user, app and lane; 0 unless told otherwise. */
  lane?: bigint | undefined;
}

export interface ActivateSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
  /** Unix seconds, inclusive. */
  validUntil: number;
  /** The session that this one replaced, which is dead now. */
  replaced: Address | undefined;
}

export type ActivateSessionErrorType = OwnerErrorType;

/**
 * Registers a session for a game in place of the one that the user has there. It starts when it is mined and ends
 * `durationMs` after the latest block; within a minute of the policy's shortest duration a minute later, so that the
 * session is still long enough when it is mined.
 *
 * @example
 * const { validUntil } = await client.activateSession({ account, sessionWallet: key, durationMs: 3_600_000, policy });
 */
export async function activateSession(
  client: SessionClient,
  parameters: ActivateSessionParameters,
): Promise<ActivateSessionReturnType> {
  const { sessionWallet, durationMs, policy, maxCalls = policy.maxCalls, lane = 0n } = parameters;
  if (!(MIN_SESSION_DURATION_MS <= durationMs && durationMs <= MAX_SESSION_DURATION_MS)) {
    throw new SessionCreationError("A game's session lasts a minute to a week.", {
      metaMessages: [
        `Duration: ${durationMs} ms`,
        `Bounds: ${MIN_SESSION_DURATION_MS} to ${MAX_SESSION_DURATION_MS} ms, inclusive`,
      ],
    });
  }
  const principal = principalOf(client, parameters);
  const named =
    typeof sessionWallet === "string" ? { address: sessionWallet, publicKey: "0x" as const } : sessionWallet;
  const key = { address: named.address, publicKey: named.publicKey };
  const validUntil = endOf(await timeOf(client), Math.floor(durationMs / 1_000), policy);
  const grant = { key: key.address, publicKey: key.publicKey, policyId: hashPolicy(policy), validAfter: 0 };
  const full = { ...grant, validUntil, maxCalls, lane };
  const replaces = await laneOccupant(client, { ...parameters, principal, policy, grant: full });
  const { hash } = await registerSession(client, { ...parameters, key, validUntil, maxCalls, lane, replaces });
  return { hash, validUntil, replaced: BigInt(replaces) === 0n ? undefined : replaces };
}

/** Most seconds that a block may take without making the shortest session too short. */
const SLACK = 60;

function endOf(time: number, duration: number, { minDuration, maxDuration }: Policy): number {
  const shortest = Math.min(Math.max(minDuration, MIN_DURATION) + SLACK, maxDuration);
  return time + (duration >= minDuration ? Math.max(duration, shortest) : duration) - 1;
}
