// What sends, loaded when something is sent.
export { submitAsOwner } from "../accounts/owner.ts";
export { sendSessionCallsSync } from "../actions/sendSessionCalls.ts";
export { encodedCalls } from "../chain/requireCalls.ts";
export { simulate } from "../chain/transact.ts";
