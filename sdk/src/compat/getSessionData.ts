import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { Address, Hex } from "viem";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { METHOD_KIND, readPolicy } from "../sessions/readPolicy.ts";
import { readSession, type ReadSessionReturnType } from "../sessions/readSession.ts";
import { keyOfPublicKey } from "./sessionPublicKey.ts";

export interface GetSessionDataParameters extends DeploymentParameters {
  walletAddress: Address;
  /** The key's address for secp256k1; `x ++ y`, 64 bytes, for P-256. */
  sessionPublicKey: Hex;
}

export interface GetSessionDataReturnType extends Pick<
  ReadSessionReturnType,
  "status" | "validAfter" | "validUntil" | "policyId" | "gasLeft" | "limits"
> {
  /** Whether the session can act now: it is not so before it starts, and not without calls left either. */
  isActive: boolean;
  remainingCalls: number;
  /** Each once, however many alternatives it has; empty for a key that was never registered. */
  allowedEntrypoints: readonly {
    /** `ANY_TARGET` for any contract. */
    target: Address;
    /** Four bytes; `"*"` for any method, `""` for a plain native transfer. */
    selector: Hex | "*" | "";
  }[];
}

export type GetSessionDataErrorType = ReadErrorType;

/**
 * What the chain says of a session, to anyone.
 *
 * @example
 * const { remainingCalls } = await client.getSessionData({ walletAddress, sessionPublicKey: session.publicKey });
 */
export async function getSessionData(
  client: SessionClient,
  parameters: GetSessionDataParameters,
): Promise<GetSessionDataReturnType> {
  const { walletAddress: principal, sessionPublicKey, deployment } = parameters;
  const key = keyOfPublicKey(sessionPublicKey).address;
  const { callsLeft, registration: _counted, ...session } = await readSession(client, { deployment, principal, key });
  const isKnown = BigInt(session.policyId) !== 0n;
  const permissions = isKnown ? (await readPolicy(client, { deployment, policyId: session.policyId })).permissions : [];
  const entrypoints = permissions.map(({ target, kind, selector }) => ({
    target,
    selector: kind === METHOD_KIND.method ? selector : kind === METHOD_KIND.native ? ("" as const) : ("*" as const),
  }));
  return {
    ...session,
    isActive: session.status === "Active",
    remainingCalls: callsLeft,
    // Alternatives stand side by side.
    allowedEntrypoints: entrypoints.filter(
      ({ target, selector }, i) => target !== entrypoints[i - 1]?.target || selector !== entrypoints[i - 1]?.selector,
    ),
  };
}
