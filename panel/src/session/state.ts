import type { SessionStatus } from "latchkey";
import type { Tone } from "@/ui/badge.tsx";

export type SessionState =
  | "none"
  | "created"
  | "registering"
  | "pending"
  | "active"
  | "expired"
  | "exhausted"
  | "revoked";

/** Where a session stands. The end is held against the chain's clock, not against what the chain said before. */
export function sessionStateOf({
  status,
  validUntil,
  now,
}: {
  status: SessionStatus;
  validUntil: number;
  now: number | undefined;
}): SessionState {
  switch (status) {
    case "None":
      return "none";
    case "Revoked":
      return "revoked";
    case "Expired":
      return "expired";
    default:
      if (now !== undefined && now > validUntil) return "expired";
      return status === "Exhausted" ? "exhausted" : status === "Pending" ? "pending" : "active";
  }
}

/** Whether the session can still take something, now or later. */
export const isLive = (state: SessionState): boolean => state === "active" || state === "pending";

export const BADGES: Record<SessionState, { tone: Tone; word: string }> = {
  none: { tone: "muted", word: "Not registered" },
  created: { tone: "primary", word: "Key made" },
  registering: { tone: "primary", word: "Registering" },
  pending: { tone: "primary", word: "Starts later" },
  active: { tone: "success", word: "Active" },
  expired: { tone: "amber", word: "Expired" },
  exhausted: { tone: "amber", word: "Used up" },
  revoked: { tone: "muted", word: "Revoked" },
};
