import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { type Address, type Hash, type Hex } from "viem";
import { SessionError } from "../errors/SessionError.ts";
import { ContractError } from "../errors/ContractError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { Grant } from "../types.ts";
import { principalOf } from "../accounts/owner.ts";
import type { SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { readSession } from "../sessions/readSession.ts";
import { registerSession, type RegisterSessionParameters } from "./registerSession.ts";

export interface RenewSessionParameters extends Omit<RegisterSessionParameters, "replaces"> {
  /** A fresh key to take the place of `key`, which dies with it; `key` itself goes on without one. */
  freshKey?: Pick<SessionKey, "address" | "publicKey"> | undefined;
}

export interface RenewSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
  /** The key that the session has now. */
  key: Address;
  policyId: Hex;
  grant: Grant;
}

export type RenewSessionErrorType = OwnerErrorType;

/**
 * Registers a session anew, in the lane that it has: fresh counters, nothing inherited, one approval of the owner. The
 * same key goes on whether it lives, has expired or is used up; one that was revoked or never registered is refused
 * before anything is signed, and takes a `freshKey`. It starts later than it did before: one that is still to come starts
 * a second later than it would have, unless told otherwise.
 *
 * @example
 * const { grant } = await client.renewSession({ account, key, policy, freshKey });
 */
export async function renewSession(
  client: SessionClient,
  parameters: RenewSessionParameters,
): Promise<RenewSessionReturnType> {
  const { freshKey, ...rest } = parameters;
  const { address } = parameters.key;
  if (freshKey !== undefined) {
    const registered = await registerSession(client, { ...rest, key: freshKey, replaces: address });
    return { ...registered, key: freshKey.address };
  }
  const principal = principalOf(client, parameters);
  const { status, registration } = await readSession(client, { ...parameters, principal, key: address });
  if (status === "Revoked") {
    throw new SessionError("SESSION_REVOKED", "A revoked key is never registered again: give a fresh one.");
  }
  if (status === "None") {
    throw new SessionError("SESSION_NOT_REGISTERED", "There is no session to renew: the key was never registered.");
  }
  const validAfter = rest.validAfter ?? (status === "Pending" ? registration + 1 : 0);
  if (validAfter === 0 ? status === "Pending" : validAfter <= registration) {
    const args = { validAfter: validAfter === 0 ? await timeOf(client) : validAfter, previous: registration };
    throw new ContractError("RenewalNotLater", { args });
  }
  return { ...(await registerSession(client, { ...rest, validAfter })), key: address };
}
