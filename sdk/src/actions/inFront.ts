/** What goes in front of calls, where they come with a debt or with a grant: loaded then. */
export { bringGrant, registerInFront } from "./firstUse.ts";
export { settleBefore } from "./settlement.ts";
