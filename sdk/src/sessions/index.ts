export type { LimitState } from "./readSession.ts";
export type { SessionLane } from "./sessionLane.ts";
