import type { SessionStatus } from "../types.ts";

/** Whether a session can act or will: what the chain says of it changes without an event. */
export function isAlive(status: SessionStatus | undefined): boolean {
  return status === "Active" || status === "Pending";
}
