import type { Account, Address, Hash, Hex } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import type { SessionCall } from "../types.ts";
import type { OwnerParameters } from "./client.ts";

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
   * Signs and sends for the wallet as its owner; the client's account unless told otherwise. A smart account of viem
   * makes the calls in one operation, through `bundler`.
   */
  account?: Account | Address | undefined;
  /**
   * Makes calls as a smart account in one operation of its owner, and returns the hash of the mined transaction. A plain
   * or EIP-7702 wallet needs none.
   */
  sendCalls?:
    ((calls: readonly SessionCall[], options: { bearerToken: string | undefined }) => Promise<Hash>) | undefined;
  /** Brings in what the session key only signs; without `sendCalls` also what the owner only signs. */
  relayer?: Account | Address | undefined;
  /** An ERC-4337 bundler, or an account that bundles by itself; as a function, the one for this bearer token. */
  bundler?: BundlerClient | Account | ((bearerToken: string | undefined) => BundlerClient | Account) | undefined;
}

/** The wallet's owner, as the other actions name it. */
export function ownerOf(wallet: SessionWallet, bearerToken: string | undefined): OwnerParameters {
  const { publicKey, account, sendCalls, relayer } = wallet;
  const owner = { principal: publicKey, account };
  if (sendCalls !== undefined) return { ...owner, sendCalls: (calls) => sendCalls(calls, { bearerToken }) };
  if (typeof account !== "object" || (account.type as string) !== "smart") return { ...owner, relayer };
  const bundler = typeof wallet.bundler === "function" ? wallet.bundler(bearerToken) : wallet.bundler;
  return { ...owner, relayer, bundler };
}
