import { type Deployment, latchkeyDeployment } from "../constants.ts";
import type { SessionClient } from "../utils/client.ts";
import { activateSession } from "./activateSession.ts";
import { addSessionKeyToContract } from "./addSessionKeyToContract.ts";
import { createSessionKey } from "./createSessionKey.ts";
import { deactivateSession } from "./deactivateSession.ts";
import { delegateWallet } from "./delegateWallet.ts";
import { describePolicyOnChain } from "./describePolicyOnChain.ts";
import { endSession } from "./endSession.ts";
import { executeTransactionWithSession } from "./executeTransactionWithSession.ts";
import { explainCalls } from "./explainCalls.ts";
import { fundSession } from "./fundSession.ts";
import { getGasBuffer } from "./getGasBuffer.ts";
import { getPolicy } from "./getPolicy.ts";
import { getSession } from "./getSession.ts";
import { getSessionApprovals } from "./getSessionApprovals.ts";
import { getSessionData } from "./getSessionData.ts";
import { getSessionHealth } from "./getSessionHealth.ts";
import { getSessions } from "./getSessions.ts";
import { isValidFor } from "./isValidFor.ts";
import { lintPolicyOnChain } from "./lintPolicyOnChain.ts";
import { publishPolicy } from "./publishPolicy.ts";
import { readTokenUnits } from "./readTokenUnits.ts";
import { registerSession } from "./registerSession.ts";
import { renewSession } from "./renewSession.ts";
import { revokeAllSessions } from "./revokeAllSessions.ts";
import { revokeSession } from "./revokeSession.ts";
import { revokeSessionKey } from "./revokeSessionKey.ts";
import { sendSessionCalls } from "./sendSessionCalls.ts";
import { sweepSession } from "./sweepSession.ts";
import { watchSessions } from "./watchSessions.ts";

/** Every action, bound to a client. A type and no interface: viem extends clients with nothing else. */
export type SessionActions = {
  activateSession: Bound<typeof activateSession>;
  addSessionKeyToContract: Bound<typeof addSessionKeyToContract>;
  createSessionKey: Bound<typeof createSessionKey>;
  deactivateSession: Bound<typeof deactivateSession>;
  delegateWallet: Bound<typeof delegateWallet>;
  describePolicyOnChain: Bound<typeof describePolicyOnChain>;
  endSession: Bound<typeof endSession>;
  executeTransactionWithSession: Bound<typeof executeTransactionWithSession>;
  explainCalls: Bound<typeof explainCalls>;
  fundSession: Bound<typeof fundSession>;
  getGasBuffer: Bound<typeof getGasBuffer>;
  getPolicy: Bound<typeof getPolicy>;
  getSession: Bound<typeof getSession>;
  getSessionApprovals: Bound<typeof getSessionApprovals>;
  getSessionData: Bound<typeof getSessionData>;
  getSessionHealth: Bound<typeof getSessionHealth>;
  getSessions: Bound<typeof getSessions>;
  isValidFor: Bound<typeof isValidFor>;
  lintPolicyOnChain: Bound<typeof lintPolicyOnChain>;
  publishPolicy: Bound<typeof publishPolicy>;
  readTokenUnits: Bound<typeof readTokenUnits>;
  registerSession: Bound<typeof registerSession>;
  renewSession: Bound<typeof renewSession>;
  revokeAllSessions: Bound<typeof revokeAllSessions>;
  revokeSession: Bound<typeof revokeSession>;
  revokeSessionKey: Bound<typeof revokeSessionKey>;
  sendSessionCalls: Bound<typeof sendSessionCalls>;
  sweepSession: Bound<typeof sweepSession>;
  watchSessions: Bound<typeof watchSessions>;
};

type Bound<action> = action extends (client: SessionClient, parameters: infer parameters) => infer result
  ? (parameters: parameters) => result
  : never;

/** `client.extend(sessionActions())`. */
export function sessionActions({ deployment = latchkeyDeployment }: { deployment?: Deployment } = {}) {
  return (client: SessionClient): SessionActions => ({
    activateSession: (parameters) => activateSession(client, { deployment, ...parameters }),
    addSessionKeyToContract: (parameters) => addSessionKeyToContract(client, { deployment, ...parameters }),
    createSessionKey: (parameters) => createSessionKey(client, parameters),
    deactivateSession: (parameters) => deactivateSession(client, { deployment, ...parameters }),
    delegateWallet: (parameters) => delegateWallet(client, { deployment, ...parameters }),
    describePolicyOnChain: (parameters) => describePolicyOnChain(client, parameters),
    endSession: (parameters) => endSession(client, { deployment, ...parameters }),
    executeTransactionWithSession: (parameters) => executeTransactionWithSession(client, { deployment, ...parameters }),
    explainCalls: (parameters) => explainCalls(client, { deployment, ...parameters }),
    fundSession: (parameters) => fundSession(client, { deployment, ...parameters }),
    getGasBuffer: (parameters) => getGasBuffer(client, parameters),
    getPolicy: (parameters) => getPolicy(client, { deployment, ...parameters }),
    getSession: (parameters) => getSession(client, { deployment, ...parameters }),
    getSessionApprovals: (parameters) => getSessionApprovals(client, { deployment, ...parameters }),
    getSessionData: (parameters) => getSessionData(client, { deployment, ...parameters }),
    getSessionHealth: (parameters) => getSessionHealth(client, { deployment, ...parameters }),
    getSessions: (parameters) => getSessions(client, { deployment, ...parameters }),
    isValidFor: (parameters) => isValidFor(client, { deployment, ...parameters }),
    lintPolicyOnChain: (parameters) => lintPolicyOnChain(client, { deployment, ...parameters }),
    publishPolicy: (parameters) => publishPolicy(client, { deployment, ...parameters }),
    readTokenUnits: (parameters) => readTokenUnits(client, parameters),
    registerSession: (parameters) => registerSession(client, { deployment, ...parameters }),
    renewSession: (parameters) => renewSession(client, { deployment, ...parameters }),
    revokeAllSessions: (parameters) => revokeAllSessions(client, { deployment, ...parameters }),
    revokeSession: (parameters) => revokeSession(client, { deployment, ...parameters }),
    revokeSessionKey: (parameters) => revokeSessionKey(client, { deployment, ...parameters }),
    sendSessionCalls: (parameters) => sendSessionCalls(client, { deployment, ...parameters }),
    sweepSession: (parameters) => sweepSession(client, parameters),
    watchSessions: (parameters) => watchSessions(client, { deployment, ...parameters }),
  });
}
