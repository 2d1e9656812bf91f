import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { Address, Hex } from "viem";
import { generatePrivateKey } from "viem/accounts";
import { DEFAULT_DURATION, MAX_DURATION, MIN_DURATION } from "../constants.ts";
import { SessionCreationError } from "../errors/clientErrors.ts";
import { encryptSessionKey } from "../keys/encrypted.ts";
import { toSecp256k1SessionKey } from "../keys/secp256k1.ts";
import { accountOf } from "../accounts/owner.ts";
import { chainIdOf, type SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import type { StoredSession } from "./sessionWallet.ts";

export interface CreateSessionKeyParameters {
  /** The PIN that the key is encrypted under. */
  encryptKey: string;
  /** How long the session is to live, in seconds, 60 to 31,536,000 inclusive; 21,600, six hours, unless told otherwise. */
  durationSeconds?: number | undefined;
  /** The wallet that the key will act for, which the blob is bound to; the client's account unless told otherwise. */
  walletAddress?: Address | undefined;
}

export type CreateSessionKeyReturnType = StoredSession;

export type CreateSessionKeyErrorType = ReadErrorType;

/**
 * Makes a secp256k1 key on this machine and encrypts it. Nothing is sent and nothing is stored. The end is counted from
 * the chain's clock, not from the machine's. Whatever goes wrong is a `SESSION_CREATION_FAILED`.
 *
 * @example
 * const session = await client.createSessionKey({ encryptKey: "PIN", walletAddress });
 */
export async function createSessionKey(
  client: SessionClient,
  parameters: CreateSessionKeyParameters,
): Promise<CreateSessionKeyReturnType> {
  const { encryptKey, durationSeconds = DEFAULT_DURATION } = parameters;
  if (!Number.isSafeInteger(durationSeconds) || durationSeconds < MIN_DURATION || durationSeconds > MAX_DURATION) {
    throw new SessionCreationError("A session lasts a whole number of seconds that a policy can allow.", {
      metaMessages: [`Duration: ${durationSeconds}`, `Bounds: ${MIN_DURATION} to ${MAX_DURATION}, inclusive`],
    });
  }
  if (typeof encryptKey !== "string" || encryptKey.length === 0) {
    throw new SessionCreationError("A session key is encrypted with a PIN, not with nothing.");
  }
  const account = parameters.walletAddress ?? accountOf(client, {}).address;
  const [chainId, time] = await Promise.all([chainIdOf(client), timeOf(client)]);
  const privateKey = randomKey();
  const encryptedPrivateKey = await encryptSessionKey({ privateKey, encryptKey, account, chainId });
  const publicKey = toSecp256k1SessionKey(privateKey).address;
  return { publicKey, encryptedPrivateKey, validUntil: time + durationSeconds - 1 };
}

function randomKey(): Hex {
  try {
    return generatePrivateKey();
  } catch {
    // The cause is left out: nothing that was near a private key is kept.
    throw new SessionCreationError("No session key could be generated: the platform gave no random numbers.");
  }
}
