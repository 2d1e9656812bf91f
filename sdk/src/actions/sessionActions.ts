import { type Deployment, latchkeyDeployment } from "../constants.ts";
import type { SessionClient } from "../chain/client.ts";
import { partOf } from "../operations/onDemand.ts";
import { withPublicClient } from "../chain/withPublicClient.ts";
import { delegateWallet, delegateWalletSync } from "./delegateWallet.ts";
import type { describePolicyOnChain } from "./describePolicyOnChain.ts";
import { endSession, endSessionSync } from "./endSession.ts";
import type { explainCalls } from "./explainCalls.ts";
import { fundSession, fundSessionSync } from "./fundSession.ts";
import { getGasBuffer } from "./getGasBuffer.ts";
import { getPolicy } from "./getPolicy.ts";
import { getSession } from "./getSession.ts";
import { getSessionApprovals } from "./getSessionApprovals.ts";
import { getSessionHealth } from "./getSessionHealth.ts";
import { getSessions } from "./getSessions.ts";
import { getWorstLoss } from "./getWorstLoss.ts";
import { isValidFor } from "./isValidFor.ts";
import type { lintPolicyOnChain } from "./lintPolicyOnChain.ts";
import { publishPolicy, publishPolicySync } from "./publishPolicy.ts";
import { readTokenUnits } from "./readTokenUnits.ts";
import { registerSession, registerSessionSync } from "./registerSession.ts";
import { registerSessionOnChains, registerSessionOnChainsSync } from "./registerSessionOnChains.ts";
import { renewSession, renewSessionSync } from "./renewSession.ts";
import { revokeAllSessions, revokeAllSessionsSync } from "./revokeAllSessions.ts";
import { revokeSession, revokeSessionSync } from "./revokeSession.ts";
import { revokeSessionOnChains, revokeSessionOnChainsSync } from "./revokeSessionOnChains.ts";
import { sendSessionCalls, sendSessionCallsSync, waitForSessionCalls } from "./sendSessionCalls.ts";
import { refundSession, refundSessionSync } from "./refundSession.ts";
import { watchSessions } from "./watchSessions.ts";

/** Every action, bound to a client. A type and not an interface: viem extends clients with nothing else. */
export type SessionActions = {
  delegateWallet: Bound<typeof delegateWallet>;
  delegateWalletSync: Bound<typeof delegateWalletSync>;
  describePolicyOnChain: Bound<typeof describePolicyOnChain>;
  endSession: Bound<typeof endSession>;
  endSessionSync: Bound<typeof endSessionSync>;
  explainCalls: Bound<typeof explainCalls>;
  fundSession: Bound<typeof fundSession>;
  fundSessionSync: Bound<typeof fundSessionSync>;
  getGasBuffer: Bound<typeof getGasBuffer>;
  getPolicy: Bound<typeof getPolicy>;
  getSession: Bound<typeof getSession>;
  getSessionApprovals: Bound<typeof getSessionApprovals>;
  getSessionHealth: Bound<typeof getSessionHealth>;
  getSessions: Bound<typeof getSessions>;
  getWorstLoss: Bound<typeof getWorstLoss>;
  isValidFor: Bound<typeof isValidFor>;
  lintPolicyOnChain: Bound<typeof lintPolicyOnChain>;
  publishPolicy: Bound<typeof publishPolicy>;
  publishPolicySync: Bound<typeof publishPolicySync>;
  readTokenUnits: Bound<typeof readTokenUnits>;
  registerSession: Bound<typeof registerSession>;
  registerSessionSync: Bound<typeof registerSessionSync>;
  registerSessionOnChains: Bound<typeof registerSessionOnChains>;
  registerSessionOnChainsSync: Bound<typeof registerSessionOnChainsSync>;
  renewSession: Bound<typeof renewSession>;
  renewSessionSync: Bound<typeof renewSessionSync>;
  revokeAllSessions: Bound<typeof revokeAllSessions>;
  revokeAllSessionsSync: Bound<typeof revokeAllSessionsSync>;
  revokeSession: Bound<typeof revokeSession>;
  revokeSessionSync: Bound<typeof revokeSessionSync>;
  revokeSessionOnChains: Bound<typeof revokeSessionOnChains>;
  revokeSessionOnChainsSync: Bound<typeof revokeSessionOnChainsSync>;
  sendSessionCalls: Bound<typeof sendSessionCalls>;
  sendSessionCallsSync: Bound<typeof sendSessionCallsSync>;
  refundSession: Bound<typeof refundSession>;
  refundSessionSync: Bound<typeof refundSessionSync>;
  waitForSessionCalls: Bound<typeof waitForSessionCalls>;
  watchSessions: Bound<typeof watchSessions>;
};

/** An action without the client that it is bound to. */
export type Bound<action> = action extends (client: SessionClient, parameters: infer parameters) => infer result
  ? (parameters: parameters) => result
  : never;

/** What the actions of a client share. */
export interface SessionActionsParameters {
  /** @default the contracts of this release */
  deployment?: Deployment | undefined;
  /**
   * Reads, and sends what is already signed; the wallet is asked for nothing but what only a wallet can do. See
   * `withPublicClient`.
   *
   * @default the client itself
   */
  publicClient?: SessionClient | undefined;
}

/**
 * `client.extend(sessionActions())`.
 *
 * @example
 * import { sessionActions } from "latchkey";
 *
 * const sessions = client.extend(sessionActions());
 */
export function sessionActions(parameters: SessionActionsParameters = {}) {
  return (wallet: SessionClient): SessionActions => {
    const { deployment = latchkeyDeployment, publicClient } = parameters;
    const client = publicClient === undefined ? wallet : withPublicClient(wallet, publicClient);
    return actionsOf(client, deployment);
  };
}

/** What takes a policy apart weighs as much as everything else, and few pages need it. */
function review() {
  return partOf("reads policies", () => import("./review.ts"));
}

function actionsOf(client: SessionClient, deployment: Deployment): SessionActions {
  return {
    delegateWallet: (parameters) => delegateWallet(client, { deployment, ...parameters }),
    delegateWalletSync: (parameters) => delegateWalletSync(client, { deployment, ...parameters }),
    describePolicyOnChain: async (parameters) => (await review()).describePolicyOnChain(client, parameters),
    endSession: (parameters) => endSession(client, { deployment, ...parameters }),
    endSessionSync: (parameters) => endSessionSync(client, { deployment, ...parameters }),
    explainCalls: async (parameters) => (await review()).explainCalls(client, { deployment, ...parameters }),
    fundSession: (parameters) => fundSession(client, { deployment, ...parameters }),
    fundSessionSync: (parameters) => fundSessionSync(client, { deployment, ...parameters }),
    getGasBuffer: (parameters) => getGasBuffer(client, parameters),
    getPolicy: (parameters) => getPolicy(client, { deployment, ...parameters }),
    getSession: (parameters) => getSession(client, { deployment, ...parameters }),
    getSessionApprovals: (parameters) => getSessionApprovals(client, { deployment, ...parameters }),
    getSessionHealth: (parameters) => getSessionHealth(client, { deployment, ...parameters }),
    getSessions: (parameters) => getSessions(client, { deployment, ...parameters }),
    getWorstLoss: (parameters) => getWorstLoss(client, { deployment, ...parameters }),
    isValidFor: (parameters) => isValidFor(client, { deployment, ...parameters }),
    lintPolicyOnChain: async (parameters) => (await review()).lintPolicyOnChain(client, { deployment, ...parameters }),
    publishPolicy: (parameters) => publishPolicy(client, { deployment, ...parameters }),
    publishPolicySync: (parameters) => publishPolicySync(client, { deployment, ...parameters }),
    readTokenUnits: (parameters) => readTokenUnits(client, parameters),
    registerSession: (parameters) => registerSession(client, { deployment, ...parameters }),
    registerSessionSync: (parameters) => registerSessionSync(client, { deployment, ...parameters }),
    registerSessionOnChains: (parameters) => registerSessionOnChains(client, { deployment, ...parameters }),
    registerSessionOnChainsSync: (parameters) => registerSessionOnChainsSync(client, { deployment, ...parameters }),
    renewSession: (parameters) => renewSession(client, { deployment, ...parameters }),
    renewSessionSync: (parameters) => renewSessionSync(client, { deployment, ...parameters }),
    revokeAllSessions: (parameters) => revokeAllSessions(client, { deployment, ...parameters }),
    revokeAllSessionsSync: (parameters) => revokeAllSessionsSync(client, { deployment, ...parameters }),
    revokeSession: (parameters) => revokeSession(client, { deployment, ...parameters }),
    revokeSessionSync: (parameters) => revokeSessionSync(client, { deployment, ...parameters }),
    revokeSessionOnChains: (parameters) => revokeSessionOnChains(client, { deployment, ...parameters }),
    revokeSessionOnChainsSync: (parameters) => revokeSessionOnChainsSync(client, { deployment, ...parameters }),
    sendSessionCalls: (parameters) => sendSessionCalls(client, { deployment, ...parameters }),
    sendSessionCallsSync: (parameters) => sendSessionCallsSync(client, { deployment, ...parameters }),
    refundSession: (parameters) => refundSession(client, parameters),
    refundSessionSync: (parameters) => refundSessionSync(client, parameters),
    waitForSessionCalls: (parameters) => waitForSessionCalls(client, { deployment, ...parameters }),
    watchSessions: (parameters) => watchSessions(client, { deployment, ...parameters }),
  };
}
