import type { OwnerErrorType } from "../errors/errorTypes.ts";
import type { Address, Hash } from "viem";
import { SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { Policy } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { timeOf } from "../chain/time.ts";
import { laneOccupant } from "../sessions/laneOccupant.ts";
import { registerSessionSync } from "../actions/registerSession.ts";

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
 * Registers a session for a game in place of the one that the user has there. It is `durationMs` long, counted from now by
 * the chain's clock, however late it is mined.
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
  const duration = Math.floor(durationMs / 1_000);
  const validAfter = await timeOf(client);
  const validUntil = validAfter + duration - 1;
  const lived = { ...parameters, principal, app: policy.app, lane, key: key.address };
  const replaces = await laneOccupant(client, lived);
  const grant = { key, validAfter, validUntil, maxCalls, lane, replaces };
  const { hash } = await registerSessionSync(client, { ...parameters, ...grant });
  return { hash, validUntil, replaced: BigInt(replaces) === 0n ? undefined : replaces };
}
