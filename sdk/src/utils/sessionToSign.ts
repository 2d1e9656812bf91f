import type { Address } from "viem";
import { DEFAULT_DEADLINE } from "../constants.ts";
import { InvalidWalletTypeError, OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { SessionError } from "../errors/SessionError.ts";
import { type DeploymentParameters, type SessionClient, timeOf } from "./client.ts";
import { readSession, type ReadSessionReturnType } from "./readSession.ts";

export interface SessionToSign {
  registration: number;
  /** The deadline that goes into the signature: unix seconds, inclusive. */
  validUntil: number;
  session: ReadSessionReturnType;
}

/**
 * What a key signs beside its call. The deadline is the least of five minutes from now, the end of the current period
 * of each limit and the session's end, unless it is given. A session that cannot act is refused here, before anything
 * is signed.
 */
export async function sessionToSign(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key: Address; validUntil?: number | undefined },
): Promise<SessionToSign> {
  const [session, time] = await Promise.all([readSession(client, parameters), timeOf(client)]);
  requireLive(session, time);
  const ends = session.limits.filter(({ period }) => period !== 0).map(({ refillsAt }) => Number(refillsAt) - 1);
  const validUntil = parameters.validUntil ?? Math.min(time + DEFAULT_DEADLINE, session.validUntil, ...ends);
  return { registration: session.registration, validUntil, session };
}

function requireLive({ status, validAfter, validUntil }: ReadSessionReturnType, time: number): void {
  switch (status) {
    case "None":
      throw new SessionError("SESSION_NOT_REGISTERED", "The principal never registered this key.");
    case "Revoked":
      throw new SessionError("SESSION_REVOKED", "The session was revoked.");
    case "Expired":
      throw new OperationWindowError("SESSION_EXPIRED", { validAfter, validUntil, time });
    // A chain that makes no blocks while nobody sends anything has an old clock: the next block may be in time.
    case "Pending":
    case "Exhausted":
    case "Active":
      return;
  }
}

/** The wallet cannot do this, as the chain would say if it were asked. */
export function withoutCode(principal: Address): InvalidWalletTypeError {
  return new InvalidWalletTypeError(principal, "A plain wallet acts on the routes forwarded and asked alone.");
}

/** A P-256 key signs but cannot send. */
export function cannotSend(route: string): SessionRequestError {
  return new SessionRequestError(`This key cannot send transactions, which route ${route} needs: give a relayer.`);
}
