import { encodedCalls } from "../chain/requireCalls.ts";
import type { SessionErrorType } from "../errors/errorTypes.ts";
import { type Hash, isAddressEqual } from "viem";
import { InvalidWalletTypeError, SessionDecryptionError, SessionRequestError } from "../errors/clientErrors.ts";
import { isContractError } from "../errors/isContractError.ts";
import { decryptSessionKey } from "../keys/encrypted.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import { chainIdOf, type SessionClient } from "../chain/client.ts";
import { keyOfPublicKey } from "./sessionPublicKey.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";
import { bundlerOf, type SessionWallet, type StoredSession } from "./sessionWallet.ts";
import { sendSessionCallsSync } from "../actions/sendSessionCalls.ts";
import type { SendSessionCallsSyncParameters } from "../actions/sessionCalls.ts";

export interface ExecuteTransactionWithSessionParameters extends Omit<
  SendSessionCallsSyncParameters,
  "principal" | "key" | "relayer" | "bundler"
> {
  /** The PIN of the stored key; not needed beside `key`. */
  encryptKey?: string | undefined;
  wallet: SessionWallet;
  /** What `createSessionKey` returned. A P-256 session has no blob. */
  session: Omit<StoredSession, "encryptedPrivateKey"> & Partial<Pick<StoredSession, "encryptedPrivateKey">>;
  /** An open key: a P-256 one, or one that was opened before, because opening takes half a second each time. */
  key?: SessionKey | undefined;
  /** Nothing to the chain: handed to the wallet's `bundler`, if that is a function. */
  bearerToken?: string | undefined;
}

/** The mined transaction's, on every route. */
export type ExecuteTransactionWithSessionReturnType = Hash;

export type ExecuteTransactionWithSessionErrorType = SessionErrorType;

/**
 * Makes calls with a stored session key, on the route that `sendSessionCalls` chooses. A session that cannot act is
 * refused before its key is opened.
 *
 * @example
 * const hash = await client.executeTransactionWithSession({ encryptKey: "PIN", wallet, session, calls });
 */
export async function executeTransactionWithSession(
  client: SessionClient,
  parameters: ExecuteTransactionWithSessionParameters,
): Promise<ExecuteTransactionWithSessionReturnType> {
  const { encryptKey: _pin, wallet, session, bearerToken, key: _open, ...rest } = parameters;
  const principal = wallet.publicKey;
  const { address } = keyOfPublicKey(session.publicKey);
  await sessionToSign(client, { ...rest, principal, key: address, calls: encodedCalls(rest.calls) });
  const key = await openKey(client, parameters);
  const bundler = bundlerOf(wallet, bearerToken);
  try {
    const { hash } = await sendSessionCallsSync(client, { ...rest, principal, key, relayer: wallet.relayer, bundler });
    return hash;
  } catch (thrown) {
    if (rest.route !== undefined || !isContractError(thrown, "ForwarderNotTrusted")) throw thrown;
    // Nobody asked for the forwarder: it was chosen because of the wallet's kind.
    const why = "The wallet is no account with Latchkey, and the called contract does not trust Latchkey's forwarder.";
    throw new InvalidWalletTypeError(principal, why, { cause: thrown });
  }
}

async function openKey(
  client: SessionClient,
  { key, session, wallet, encryptKey }: ExecuteTransactionWithSessionParameters,
): Promise<SessionKey> {
  const { address } = keyOfPublicKey(session.publicKey);
  if (key !== undefined) {
    if (isAddressEqual(key.address, address)) return key;
    throw new SessionRequestError("The key is another session's.", {
      metaMessages: [`Key: ${key.address}`, `Session: ${address}`],
    });
  }
  const { encryptedPrivateKey } = session;
  if (encryptedPrivateKey === undefined || encryptKey === undefined) {
    throw new SessionRequestError("A session acts with its stored key and the PIN, or with an open key.");
  }
  const binding = { account: wallet.publicKey, chainId: await chainIdOf(client) };
  const opened = await decryptSessionKey({ ...binding, encryptedPrivateKey, encryptKey });
  if (!isAddressEqual(opened.address, address)) throw new SessionDecryptionError();
  return opened;
}
