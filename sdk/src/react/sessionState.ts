import type { SessionStatus } from "../types.ts";

/** Where a session stands for a screen: what the chain says, and what only this device knows. */
export type SessionState =
  "none" | "created" | "registering" | "pending" | "active" | "expired" | "exhausted" | "revoked";

export interface SessionStateOfParameters {
  /** Whether this device keeps the key. */
  hasKey: boolean;
  /** Whether its registration is under way. */
  isRegistering: boolean;
  /** What the chain says; undefined where there is no key that it could be asked about. */
  session: { status: SessionStatus; validAfter: number; validUntil: number } | undefined;
  /** The chain's clock, unix seconds; undefined while it is unknown. */
  now: number | undefined;
}

/**
 * The state machine of `useSession`. Both ends of a session are held against the chain's clock: a chain that makes no block
 * while nobody sends anything answers with the state of an old one. Everything else is as the chain says it.
 */
export function sessionStateOf({ hasKey, isRegistering, session, now }: SessionStateOfParameters): SessionState {
  if (isRegistering) return "registering";
  if (session === undefined || session.status === "None") return hasKey ? "created" : "none";
  if (session.status === "Revoked") return "revoked";
  // The last second counts.
  if (session.status === "Expired" || (now !== undefined && now > session.validUntil)) return "expired";
  if (session.status === "Exhausted") return "exhausted";
  const isAhead = session.status === "Pending" && (now === undefined || now < session.validAfter);
  return isAhead ? "pending" : "active";
}
