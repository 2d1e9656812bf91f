import type { Bound, SessionActionsParameters } from "../actions/sessionActions.ts";
import type { SessionClient } from "../chain/client.ts";
import { withPublicClient } from "../chain/withPublicClient.ts";
import { latchkeyDeployment } from "../constants.ts";
import { activateSession } from "./activateSession.ts";
import { addSessionKeyToContract } from "./addSessionKeyToContract.ts";
import { createSessionKey } from "./createSessionKey.ts";
import { deactivateSession } from "./deactivateSession.ts";
import { executeTransactionWithSession } from "./executeTransactionWithSession.ts";
import { getSessionData } from "./getSessionData.ts";
import { revokeSessionKey } from "./revokeSessionKey.ts";

/** The verbs of other products, bound to a client. */
export type CompatActions = {
  activateSession: Bound<typeof activateSession>;
  addSessionKeyToContract: Bound<typeof addSessionKeyToContract>;
  createSessionKey: Bound<typeof createSessionKey>;
  deactivateSession: Bound<typeof deactivateSession>;
  executeTransactionWithSession: Bound<typeof executeTransactionWithSession>;
  getSessionData: Bound<typeof getSessionData>;
  revokeSessionKey: Bound<typeof revokeSessionKey>;
};

/**
 * `client.extend(compatActions())`: beside `sessionActions`, for code that was written for another session SDK.
 *
 * @example
 * import { compatActions } from "latchkey/compat";
 *
 * const wallets = client.extend(compatActions());
 */
export function compatActions({ deployment = latchkeyDeployment, publicClient }: SessionActionsParameters = {}) {
  return (wallet: SessionClient): CompatActions => {
    const client = publicClient === undefined ? wallet : withPublicClient(wallet, publicClient);
    return {
      activateSession: (parameters) => activateSession(client, { deployment, ...parameters }),
      addSessionKeyToContract: (parameters) => addSessionKeyToContract(client, { deployment, ...parameters }),
      createSessionKey: (parameters) => createSessionKey(client, parameters),
      deactivateSession: (parameters) => deactivateSession(client, { deployment, ...parameters }),
      executeTransactionWithSession: (parameters) =>
        executeTransactionWithSession(client, { deployment, ...parameters }),
      getSessionData: (parameters) => getSessionData(client, { deployment, ...parameters }),
      revokeSessionKey: (parameters) => revokeSessionKey(client, { deployment, ...parameters }),
    };
  };
}
