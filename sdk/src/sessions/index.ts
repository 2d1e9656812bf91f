export {
  decodeGrantEnvelope,
  type DecodedGrantEnvelope,
  encodeGrantEnvelope,
  type GrantEnvelope,
} from "./grantEnvelope.ts";
export type { LimitState } from "./readSession.ts";
export type { SessionLane } from "./sessionLane.ts";
