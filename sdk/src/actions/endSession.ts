import { GasBufferTooLowError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { readSession } from "../sessions/readSession.ts";
import { getSessionApprovals, type SessionApproval } from "./getSessionApprovals.ts";
import {
  revokeSession,
  type RevokeSessionParameters,
  type RevokeSessionReturnType,
  revokeSessionSync,
  type RevokeSessionSyncReturnType,
} from "./revokeSession.ts";
import {
  refundSession,
  type RefundSessionParameters,
  type RefundSessionReturnType,
  refundSessionSync,
  type RefundSessionSyncReturnType,
} from "./refundSession.ts";

export interface EndSessionParameters extends DeploymentParameters, OwnerParameters, LogRangeParameters {
  /** With its `account`, what the key has left is sent back to the principal before it is forgotten. */
  key: Pick<SessionKey, "address" | "account">;
  /** Forgets the stored key, wherever the caller keeps it. */
  clear: () => void | Promise<void>;
  /**
   * Wei to leave behind; see `refundSession`.
   *
   * @default 0n
   */
  reserve?: bigint | undefined;
  /**
   * The block from which the registration is searched for.
   *
   * @default the first
   */
  fromBlock?: bigint | undefined;
}

/** How each step went. */
export interface EndSessionReturnType {
  /** What was sent; undefined if the session was revoked already. */
  revocation: PromiseSettledResult<RevokeSessionReturnType | undefined>;
  /** What was sent back; undefined if the key was not given with its account, or had too little to send. */
  refund: PromiseSettledResult<RefundSessionReturnType | undefined>;
  clearing: PromiseSettledResult<void>;
  /** What the session may have approved and revoking does not take back: each with the call that does. */
  approvals: PromiseSettledResult<SessionApproval[]>;
}
export interface EndSessionSyncParameters extends EndSessionParameters, WaitParameters {}
export interface EndSessionSyncReturnType extends EndSessionReturnType {
  /** What was mined; undefined if the session was revoked already. */
  revocation: PromiseSettledResult<RevokeSessionSyncReturnType | undefined>;
  /** What has arrived; undefined if the key was not given with its account, or had too little to send. */
  refund: PromiseSettledResult<RefundSessionSyncReturnType | undefined>;
}

/**
 * The end of a session when its user signs out: its revocation is sent, what the key has left is sent back, and then the
 * stored key is forgotten. Returns as soon as that is sent: until the revocation is mined the key lives, and what it
 * approves until then is not in `approvals`. No step keeps the next from being taken, and nothing is thrown: each tells
 * how it went. A session whose revocation failed still lives on chain until it ends or its owner revokes it.
 *
 * @example
 * const { revocation } = await client.endSession({ account, key, clear: () => localStorage.clear() });
 */
export async function endSession(
  client: SessionClient,
  parameters: EndSessionParameters,
): Promise<EndSessionReturnType> {
  return end(client, parameters, { revoke: revokeSession, refund: refundSession });
}

/**
 * Ends a session as `endSession` does, and waits for each step before the next: the key is forgotten once the session is
 * dead and what the key had left has arrived.
 *
 * @example
 * const { revocation } = await client.endSessionSync({ account, key, clear: () => localStorage.clear() });
 */
export async function endSessionSync(
  client: SessionClient,
  parameters: EndSessionSyncParameters,
): Promise<EndSessionSyncReturnType> {
  const { timeout, confirmations, signal } = parameters;
  const wait = { timeout, confirmations, signal };
  return end(client, parameters, {
    revoke: (asked, revocation) => revokeSessionSync(asked, { ...revocation, ...wait }),
    refund: (asked, refund) => refundSessionSync(asked, { ...refund, ...wait }),
  });
}

/** How the two steps that send are taken. */
interface Steps<revoked, refunded> {
  revoke(client: SessionClient, parameters: RevokeSessionParameters): Promise<revoked>;
  refund(client: SessionClient, parameters: RefundSessionParameters): Promise<refunded>;
}

async function end<revoked, refunded>(
  client: SessionClient,
  parameters: EndSessionParameters,
  { revoke, refund }: Steps<revoked, refunded>,
) {
  const { key, clear, reserve, onSubmitted, deployment, fromBlock, maxBlockRange } = parameters;
  const { address } = key;
  const revocation = await settle(async () => {
    const principal = principalOf(client, parameters);
    const { status } = await readSession(client, { deployment, principal, key: address });
    return status === "Revoked" ? undefined : revoke(client, { ...parameters, key: address });
  });
  const refunded = await settle(async () => {
    if (key.account === undefined) return undefined;
    try {
      return await refund(client, { principal: principalOf(client, parameters), key, reserve, onSubmitted });
    } catch (thrown) {
      if (thrown instanceof GasBufferTooLowError) return undefined;
      throw thrown;
    }
  });
  const clearing = await settle(async () => clear());
  const approvals = await settle(async () => {
    const principal = principalOf(client, parameters);
    return getSessionApprovals(client, { deployment, principal, key: address, fromBlock, maxBlockRange });
  });
  return { revocation, refund: refunded, clearing, approvals };
}

async function settle<value>(step: () => Promise<value>): Promise<PromiseSettledResult<value>> {
  try {
    return { status: "fulfilled", value: await step() };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
