import { type Deployment, latchkeyDeployment } from "../constants.ts";
import type { SessionClient } from "../chain/client.ts";
import { delegateWallet } from "./delegateWallet.ts";
import { describePolicyOnChain } from "./describePolicyOnChain.ts";
import { endSession } from "./endSession.ts";
import { explainCalls } from "./explainCalls.ts";
import { fundSession } from "./fundSession.ts";
import { getGasBuffer } from "./getGasBuffer.ts";
import { getPolicy } from "./getPolicy.ts";
import { getSession } from "./getSession.ts";
import { getSessionApprovals } from "./getSessionApprovals.ts";
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
import { sendSessionCalls } from "./sendSessionCalls.ts";
import { refundSession } from "./refundSession.ts";
import { watchSessions } from "./watchSessions.ts";

/** Every action, bound to a client. A type and not an interface: viem extends clients with nothing else. */
export type SessionActions = {
  delegateWallet: Bound<typeof delegateWallet>;
  describePolicyOnChain: Bound<typeof describePolicyOnChain>;
  endSession: Bound<typeof endSession>;
  explainCalls: Bound<typeof explainCalls>;
  fundSession: Bound<typeof fundSession>;
  getGasBuffer: Bound<typeof getGasBuffer>;
  getPolicy: Bound<typeof getPolicy>;
  getSession: Bound<typeof getSession>;
  getSessionApprovals: Bound<typeof getSessionApprovals>;
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
  sendSessionCalls: Bound<typeof sendSessionCalls>;
  refundSession: Bound<typeof refundSession>;
  watchSessions: Bound<typeof watchSessions>;
};

/** An action without the client that it is bound to. */
export type Bound<action> = action extends (client: SessionClient, parameters: infer parameters) => infer result
  ? (parameters: parameters) => result
  : never;

/** `client.extend(sessionActions())`. */
export function sessionActions({ deployment = latchkeyDeployment }: { deployment?: Deployment } = {}) {
  return (client: SessionClient): SessionActions => ({
    delegateWallet: (parameters) => delegateWallet(client, { deployment, ...parameters }),
    describePolicyOnChain: (parameters) => describePolicyOnChain(client, parameters),
    endSession: (parameters) => endSession(client, { deployment, ...parameters }),
    explainCalls: (parameters) => explainCalls(client, { deployment, ...parameters }),
    fundSession: (parameters) => fundSession(client, { deployment, ...parameters }),
    getGasBuffer: (parameters) => getGasBuffer(client, parameters),
    getPolicy: (parameters) => getPolicy(client, { deployment, ...parameters }),
    getSession: (parameters) => getSession(client, { deployment, ...parameters }),
    getSessionApprovals: (parameters) => getSessionApprovals(client, { deployment, ...parameters }),
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
    sendSessionCalls: (parameters) => sendSessionCalls(client, { deployment, ...parameters }),
    refundSession: (parameters) => refundSession(client, parameters),
    watchSessions: (parameters) => watchSessions(client, { deployment, ...parameters }),
  });
}
