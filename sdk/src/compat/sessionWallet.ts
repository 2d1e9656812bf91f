import type { Account, Address, Hash, Hex } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import type { Relayer } from "../chain/sent.ts";
import type { OperationFields, SessionCall } from "../types.ts";
import type { OwnerParameters } from "../accounts/owner.ts";

/** What `createSessionKey` returns. Plain JSON: it may be stored as it is, on the user's own device. */
export interface StoredSession {
  /** The key's address for a secp256k1 key; `x ++ y`, 64 bytes, for P-256. */
  publicKey: Hex;
  /** 100 bytes; see `encryptSessionKey`. */
  encryptedPrivateKey: Hex;
  /** Unix seconds, inclusive, by the chain's clock. */
  validUntil: number;
}

/** The wallet whose session it is, and who acts for it. */
export interface SessionWallet {
  /** The wallet's address: the principal. */
  publicKey: Address;
  /**
   * Signs and sends for the wallet as its owner; the client's account unless told otherwise. A smart account of viem makes
   * its calls in one operation, which `bundler` brings in.
   */
  account?: Account | Address | undefined;
  /**
   * Makes calls as a smart account that is none of viem's, in one operation of its owner, and returns the hash of the
   * mined transaction.
   */
  sendCalls?:
    ((calls: readonly SessionCall[], options: { bearerToken: string | undefined }) => Promise<Hash>) | undefined;
  /** Brings in what the session key only signs; without `sendCalls` also what the owner only signs. */
  relayer?: Relayer | undefined;
  /** An ERC-4337 bundler, or an account that bundles by itself; as a function, the one for this bearer token. */
  bundler?: BundlerClient | Account | ((bearerToken: string | undefined) => BundlerClient | Account) | undefined;
  /** What is known of the gas and the payer of the owner's operations. */
  operation?: OperationFields | undefined;
}

/** The wallet's owner, as the other actions name it. */
export function ownerOf(wallet: SessionWallet, bearerToken: string | undefined): OwnerParameters {
  const { publicKey: principal, account, sendCalls, relayer, operation } = wallet;
  if (sendCalls !== undefined) {
    return { principal, account, sendCalls: (calls) => sendCalls(calls, { bearerToken }) };
  }
  const isSmart = typeof account === "object" && (account.type as string) === "smart";
  if (!isSmart || wallet.bundler === undefined) return { principal, account, relayer };
  return { principal, account, bundler: bundlerOf(wallet, bearerToken), operation };
}

/** Who brings operations in, of the session or of a smart account's owner. */
export function bundlerOf({ bundler }: SessionWallet, bearerToken: string | undefined) {
  return typeof bundler === "function" ? bundler(bearerToken) : bundler;
}
