// The verbs of other products, loaded together when the first of them is asked for.
export { activateSession } from "../../compat/activateSession.ts";
export { addSessionKeyToContract } from "../../compat/addSessionKeyToContract.ts";
export { createSessionKey } from "../../compat/createSessionKey.ts";
export { deactivateSession } from "../../compat/deactivateSession.ts";
export { executeTransactionWithSession } from "../../compat/executeTransactionWithSession.ts";
export { getSessionData } from "../../compat/getSessionData.ts";
export { revokeSessionKey } from "../../compat/revokeSessionKey.ts";
