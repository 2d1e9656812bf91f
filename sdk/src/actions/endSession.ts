import type { Hash } from "viem";
import { GasBufferTooLowError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { readSession } from "../sessions/readSession.ts";
import { getSessionApprovals, type SessionApproval } from "./getSessionApprovals.ts";
import { revokeSessionSync } from "./revokeSession.ts";
import { refundSessionSync, type RefundSessionSyncReturnType } from "./refundSession.ts";

export interface EndSessionParameters extends DeploymentParameters, OwnerParameters {
  /** With its `account`, what the key has left is sent back to the principal before it is forgotten. */
  key: Pick<SessionKey, "address" | "account">;
  /** Forgets the stored key, wherever the caller keeps it. */
  clear: () => void | Promise<void>;
  /** Wei to leave behind; see `refundSession`. */
  reserve?: bigint | undefined;
  /** The block from which the registration is searched for; the first unless told otherwise. */
  fromBlock?: bigint | undefined;
}

export interface EndSessionReturnType {
  /** The mined transaction; undefined if the session was revoked already. */
  revocation: PromiseSettledResult<Hash | undefined>;
  /** What was sent back; undefined if the key was not given with its account, or had too little to send. */
  refund: PromiseSettledResult<RefundSessionSyncReturnType | undefined>;
  clearing: PromiseSettledResult<void>;
  /** What the session may have approved and revoking does not take back: each with the call that does. */
  approvals: PromiseSettledResult<SessionApproval[]>;
}

/**
 * The end of a session when its user signs out: it is revoked, what the key has left is sent back, and then the stored
 * key is forgotten. No step keeps the next from being taken, and nothing is thrown: each tells how it went. A session
 * whose revocation failed still lives on chain until it ends or its owner revokes it.
 *
 * @example
 * const { revocation } = await client.endSession({ account, key, clear: () => localStorage.clear() });
 */
export async function endSession(
  client: SessionClient,
  parameters: EndSessionParameters,
): Promise<EndSessionReturnType> {
  const { key, clear } = parameters;
  const revocation = await settle(() => revoke(client, parameters));
  const refund = await settle(() => refundRest(client, parameters));
  const clearing = await settle(async () => clear());
  const approvals = await settle(() => {
    const { deployment, fromBlock } = parameters;
    const principal = principalOf(client, parameters);
    return getSessionApprovals(client, { deployment, fromBlock, principal, key: key.address });
  });
  return { revocation, refund, clearing, approvals };
}

async function settle<value>(step: () => Promise<value>): Promise<PromiseSettledResult<value>> {
  try {
    return { status: "fulfilled", value: await step() };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}

async function revoke(client: SessionClient, parameters: EndSessionParameters): Promise<Hash | undefined> {
  const principal = principalOf(client, parameters);
  const key = parameters.key.address;
  const { status } = await readSession(client, { ...parameters, principal, key });
  return status === "Revoked" ? undefined : (await revokeSessionSync(client, { ...parameters, key })).hash;
}

async function refundRest(
  client: SessionClient,
  parameters: EndSessionParameters,
): Promise<RefundSessionSyncReturnType | undefined> {
  const { key, reserve } = parameters;
  if (key.account === undefined) return undefined;
  try {
    return await refundSessionSync(client, { principal: principalOf(client, parameters), key, reserve });
  } catch (thrown) {
    if (thrown instanceof GasBufferTooLowError) return undefined;
    throw thrown;
  }
}
