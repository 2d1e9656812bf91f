/** What few sends need: loaded by one that is an operation, settles a debt or brings a grant. */
export { bringGrant, bringSigned, explainGranted, registerInFront } from "./firstUse.ts";
export { submitSessionOperation } from "./sendSessionOperation.ts";
export { settleBefore } from "./settlement.ts";
