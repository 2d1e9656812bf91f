// What a click needs, and no page that is only looked at: loaded together when the first of them is asked for.
export { principalOf } from "../accounts/owner.ts";
export { endSessionSync } from "../actions/endSession.ts";
export { fundSessionSync } from "../actions/fundSession.ts";
export { registerSessionSync } from "../actions/registerSession.ts";
export { renewSessionSync } from "../actions/renewSession.ts";
export { revokeAllSessionsSync } from "../actions/revokeAllSessions.ts";
export { revokeSessionSync } from "../actions/revokeSession.ts";
