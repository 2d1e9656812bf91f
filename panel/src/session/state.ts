import { type SessionState, sessionStateOf } from "latchkey/react";
import type { GetSessionReturnType } from "latchkey";
import type { Tone } from "@/ui/badge.tsx";

/** Where a session of the chain stands by the chain's clock. */
export const stateOf = (session: GetSessionReturnType, now: number | undefined): SessionState =>
  sessionStateOf({ hasKey: false, isRegistering: false, session, now });

/** Whether it has not ended: one that is used up can be renewed. */
export const isOver = (state: SessionState): boolean => state === "none" || state === "revoked" || state === "expired";

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
