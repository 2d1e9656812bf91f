import { type Address, type Hash, type Hex, hexToString, isAddressEqual } from "viem";
import { principalOf, type SentByOwner } from "../accounts/owner.ts";
import type { SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import { contractError } from "../errors/onDemand.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { SessionError } from "../errors/SessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { laneKey } from "../sessions/laneOccupant.ts";
import { readSession } from "../sessions/readSession.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";
import type { Grant } from "../types.ts";
import { registerSession, type RegisterSessionParameters, registerSessionSync } from "./registerSession.ts";

export interface RenewSessionParameters extends Omit<RegisterSessionParameters, "replaces">, LogRangeParameters {
  /** A fresh key to take the place of `key`, which dies with it; `key` itself goes on without one. */
  freshKey?: Pick<SessionKey, "address" | "publicKey"> | undefined;
  /**
   * The lane that the session has.
   *
   * @default lane 0 if it lives there, or the one that its latest registration names
   */
  lane?: bigint | undefined;
  /**
   * The block from which the registration is searched for.
   *
   * @default the first
   */
  fromBlock?: bigint | undefined;
}

export interface RenewSessionReturnType extends SentByOwner {
  /** The key that the session has now. */
  key: Address;
  policyId: Hex;
  grant: Grant;
}
export interface RenewSessionSyncParameters extends RenewSessionParameters, WaitParameters {}
export interface RenewSessionSyncReturnType extends RenewSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
}
export type RenewSessionErrorType = OwnerErrorType;
export type RenewSessionSyncErrorType = OwnerErrorType;

/**
 * Registers a session anew, in the lane that it has: fresh counters, nothing inherited, one approval of the owner. The
 * same key goes on whether it lives, has expired or is used up; one that was revoked or never registered is refused
 * before anything is signed, and takes a `freshKey`. It starts later than it did before: one that is still to come starts
 * a second later than it would have, unless told otherwise. Returns as soon as it is sent: until it is mined, `key` lives.
 *
 * @example
 * const { grant } = await client.renewSession({ account, key, policy, freshKey });
 */
export async function renewSession(
  client: SessionClient,
  parameters: RenewSessionParameters,
): Promise<RenewSessionReturnType> {
  const renewal = await renewalOf(client, parameters);
  return { ...(await registerSession(client, renewal)), key: renewal.key.address };
}

/**
 * Registers a session anew as `renewSession` does, and waits until the chain says so. With a `freshKey` the old key is dead
 * when this returns.
 *
 * @example
 * const { hash, key: now } = await client.renewSessionSync({ account, key, policy, freshKey });
 */
export async function renewSessionSync(
  client: SessionClient,
  parameters: RenewSessionSyncParameters,
): Promise<RenewSessionSyncReturnType> {
  const renewal = await renewalOf(client, parameters);
  const { timeout, confirmations, signal, freshKey, key } = parameters;
  const registered = await registerSessionSync(client, { ...renewal, timeout, confirmations, signal });
  if (freshKey !== undefined) {
    const principal = principalOf(client, parameters);
    const { status } = await readSession(client, { ...parameters, principal, key: key.address });
    if (isLive(status)) {
      throw new SessionRequestError("The fresh key is registered, and the old one still lives: revoke it.", {
        metaMessages: [`Key: ${key.address}`, `Status: ${status}`, `Transaction: ${registered.hash}`],
      });
    }
  }
  return { ...registered, key: renewal.key.address };
}

const isLive = (status: string) => status === "Active" || status === "Pending" || status === "Exhausted";

/** What is registered. */
async function renewalOf(
  client: SessionClient,
  parameters: RenewSessionParameters,
): Promise<RegisterSessionParameters> {
  const { freshKey, fromBlock: _since, maxBlockRange: _most, ...rest } = parameters;
  const { address } = parameters.key;
  const principal = principalOf(client, parameters);
  const { status, registration } = await readSession(client, { ...parameters, principal, key: address });
  if (freshKey !== undefined) {
    // What is dead already needs no end, and its lane is free.
    if (!isLive(status)) return { ...rest, key: freshKey, lane: parameters.lane ?? 0n, replaces: address };
    const lane = await laneOf(client, { ...parameters, principal });
    return { ...rest, key: freshKey, lane, replaces: address };
  }
  if (status === "Revoked") {
    throw new SessionError("SESSION_REVOKED", "A revoked key is never registered again: give a fresh one.");
  }
  if (status === "None") {
    throw new SessionError("SESSION_NOT_REGISTERED", "There is no session to renew: the key was never registered.");
  }
  const now = await timeOf(client);
  const validAfter = rest.validAfter ?? (status === "Pending" ? registration + 1 : Math.max(now, registration + 1));
  if (validAfter === 0 ? status === "Pending" : validAfter <= registration) {
    throw await contractError("RenewalNotLater", {
      args: { validAfter: validAfter === 0 ? now : validAfter, previous: registration },
    });
  }
  return { ...rest, validAfter, lane: await laneOf(client, { ...parameters, principal }) };
}

/** The lane that a key lives in: asked of the chain, which refuses to end a key anywhere else. */
async function laneOf(
  client: SessionClient,
  parameters: RenewSessionParameters & { principal: Address },
): Promise<bigint> {
  const { principal, policy, lane = 0n } = parameters;
  const { address } = parameters.key;
  const lives = async (app: string, each: bigint) =>
    isAddressEqual(await laneKey(client, { ...parameters, principal, app, lane: each }), address);
  if (await lives(policy.app, lane)) return lane;
  const latest = (await registrationsOf(client, { ...parameters, principal, key: address })).at(-1);
  const { app, lane: found } = latest?.args ?? {};
  const isThere = app !== undefined && hexToString(app, { size: 32 }) === policy.app;
  if (parameters.lane === undefined && isThere && found !== undefined && (await lives(policy.app, found))) return found;
  throw new SessionRequestError(
    "The key does not live in that lane of that app: it would not be renewed or replaced.",
    {
      metaMessages: [
        `Key: ${address}`,
        `Asked for: lane ${lane} of ${policy.app}`,
        ...(latest === undefined ? [] : [`It lives in: lane ${found} of ${hexToString(app!, { size: 32 })}`]),
      ],
    },
  );
}
