import { type Deployment, latchkeyDeployment } from "../constants.ts";
import type { SessionClient } from "../utils/client.ts";
import { describePolicyOnChain } from "./describePolicyOnChain.ts";
import { explainCalls } from "./explainCalls.ts";
import { getSession } from "./getSession.ts";
import { getSessions } from "./getSessions.ts";
import { isValidFor } from "./isValidFor.ts";
import { lintPolicyOnChain } from "./lintPolicyOnChain.ts";
import { publishPolicy } from "./publishPolicy.ts";
import { readTokenUnits } from "./readTokenUnits.ts";
import { registerSession } from "./registerSession.ts";
import { revokeAllSessions } from "./revokeAllSessions.ts";
import { revokeSession } from "./revokeSession.ts";
import { sendSessionCalls } from "./sendSessionCalls.ts";

/** Every action, bound to a client. A type and no interface: viem extends clients with nothing else. */
export type SessionActions = {
  describePolicyOnChain: Bound<typeof describePolicyOnChain>;
  explainCalls: Bound<typeof explainCalls>;
  getSession: Bound<typeof getSession>;
  getSessions: Bound<typeof getSessions>;
  isValidFor: Bound<typeof isValidFor>;
  lintPolicyOnChain: Bound<typeof lintPolicyOnChain>;
  publishPolicy: Bound<typeof publishPolicy>;
  readTokenUnits: Bound<typeof readTokenUnits>;
  registerSession: Bound<typeof registerSession>;
  revokeAllSessions: Bound<typeof revokeAllSessions>;
  revokeSession: Bound<typeof revokeSession>;
  sendSessionCalls: Bound<typeof sendSessionCalls>;
};

type Bound<action> = action extends (client: SessionClient, parameters: infer parameters) => infer result
  ? (parameters: parameters) => result
  : never;

/** `client.extend(sessionActions())`. */
export function sessionActions({ deployment = latchkeyDeployment }: { deployment?: Deployment } = {}) {
  return (client: SessionClient): SessionActions => ({
    describePolicyOnChain: (parameters) => describePolicyOnChain(client, parameters),
    explainCalls: (parameters) => explainCalls(client, { deployment, ...parameters }),
    getSession: (parameters) => getSession(client, { deployment, ...parameters }),
    getSessions: (parameters) => getSessions(client, { deployment, ...parameters }),
    isValidFor: (parameters) => isValidFor(client, { deployment, ...parameters }),
    lintPolicyOnChain: (parameters) => lintPolicyOnChain(client, { deployment, ...parameters }),
    publishPolicy: (parameters) => publishPolicy(client, { deployment, ...parameters }),
    readTokenUnits: (parameters) => readTokenUnits(client, parameters),
    registerSession: (parameters) => registerSession(client, { deployment, ...parameters }),
    revokeAllSessions: (parameters) => revokeAllSessions(client, { deployment, ...parameters }),
    revokeSession: (parameters) => revokeSession(client, { deployment, ...parameters }),
    sendSessionCalls: (parameters) => sendSessionCalls(client, { deployment, ...parameters }),
  });
}
