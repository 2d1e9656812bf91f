import { type Address, concatHex, type Hex, type LocalAccount, numberToHex, padHex } from "viem";

/** A `CryptoKey`, as the `crypto.subtle` of the platform has it. */
export type WebCryptoKey = Parameters<typeof globalThis.crypto.subtle.sign>[1];

/** Whatever keeps a session's key: it signs, and gives the key away to nobody. */
export interface SessionKey {
  kind: "secp256k1" | "p256";
  address: Address;
  /** "0x" for secp256k1, which is its own address; `x ++ y`, 64 bytes, for P-256. */
  publicKey: Hex;
  /** Elements 1 and 2 of a session signature over an EIP-712 digest. */
  sign(digest: Hex): Promise<{ r: Hex; s: Hex }>;
  /** What sends transactions for the key: a P-256 key signs but cannot send. */
  account?: LocalAccount | undefined;
}

/** The four elements of a session signature: `[sessionPubKey, r, s, validUntil]`, 128 bytes. */
export async function signSessionDigest(key: SessionKey, digest: Hex, validUntil: number): Promise<Hex> {
  const { r, s } = await key.sign(digest);
  return encodeSessionSignature({ key: key.address, r, s, validUntil });
}

/** The four elements as 128 bytes; the deadline in unix seconds, inclusive. */
export function encodeSessionSignature(parts: { key: Address; r: Hex; s: Hex; validUntil: number }): Hex {
  const { key, r, s, validUntil } = parts;
  return concatHex([padHex(key.toLowerCase() as Hex, { size: 32 }), r, s, numberToHex(validUntil, { size: 32 })]);
}
