import { type Deployment, latchkeyDeployment } from "../constants.ts";
import type { SessionClient } from "../utils/client.ts";
import { delegateWallet } from "./delegateWallet.ts";
import { explainCalls } from "./explainCalls.ts";
import { getSession } from "./getSession.ts";
import { getSessions } from "./getSessions.ts";
import { isValidFor } from "./isValidFor.ts";
import { publishPolicy } from "./publishPolicy.ts";
import { registerSession } from "./registerSession.ts";
import { revokeAllSessions } from "./revokeAllSessions.ts";
import { revokeSession } from "./revokeSession.ts";
import { sendSessionCalls } from "./sendSessionCalls.ts";

/** Every action, bound to a client. A type and no interface: viem extends clients with nothing else. */
export type SessionActions = {
  delegateWallet: Bound<typeof delegateWallet>;
  explainCalls: Bound<typeof explainCalls>;
  getSession: Bound<typeof getSession>;
  getSessions: Bound<typeof getSessions>;
  isValidFor: Bound<typeof isValidFor>;
  publishPolicy: Bound<typeof publishPolicy>;
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
    delegateWallet: (parameters) => delegateWallet(client, { deployment, ...parameters }),
    explainCalls: (parameters) => explainCalls(client, { deployment, ...parameters }),
    getSession: (parameters) => getSession(client, { deployment, ...parameters }),
    getSessions: (parameters) => getSessions(client, { deployment, ...parameters }),
    isValidFor: (parameters) => isValidFor(client, { deployment, ...parameters }),
    publishPolicy: (parameters) => publishPolicy(client, { deployment, ...parameters }),
    registerSession: (parameters) => registerSession(client, { deployment, ...parameters }),
    revokeAllSessions: (parameters) => revokeAllSessions(client, { deployment, ...parameters }),
    revokeSession: (parameters) => revokeSession(client, { deployment, ...parameters }),
    sendSessionCalls: (parameters) => sendSessionCalls(client, { deployment, ...parameters }),
  });
}
