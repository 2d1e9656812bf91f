import type { OwnerErrorType } from "../errors/errorTypes.ts";
import type { Hash, Hex } from "viem";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { keyOfPublicKey } from "./sessionPublicKey.ts";
import { ownerOf, type SessionWallet } from "./sessionWallet.ts";
import { revokeSessionSync } from "../actions/revokeSession.ts";

export interface RevokeSessionKeyParameters extends DeploymentParameters {
  /** Opens nothing here: the wallet signs by itself. */
  encryptKey?: string | undefined;
  wallet: SessionWallet;
  /** The key's address for secp256k1; `x ++ y`, 64 bytes, for P-256. */
  sessionPublicKey: Hex;
  /** Nothing to the chain: handed to the wallet's `sendCalls`. */
  bearerToken?: string | undefined;
}

/** The mined transaction's. */
export type RevokeSessionKeyReturnType = Hash;

export type RevokeSessionKeyErrorType = OwnerErrorType;

/**
 * Kills a session for ever, as the wallet's owner. Idempotent.
 *
 * @example
 * await client.revokeSessionKey({ wallet, sessionPublicKey: session.publicKey });
 */
export async function revokeSessionKey(
  client: SessionClient,
  parameters: RevokeSessionKeyParameters,
): Promise<RevokeSessionKeyReturnType> {
  const { wallet, sessionPublicKey, bearerToken, deployment } = parameters;
  const key = keyOfPublicKey(sessionPublicKey).address;
  return (await revokeSessionSync(client, { deployment, ...ownerOf(wallet, bearerToken), key })).hash;
}
