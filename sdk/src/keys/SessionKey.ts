import { type Address, concatHex, type Hex, hexToBigInt, type LocalAccount, numberToHex, padHex, slice } from "viem";

/** A `CryptoKey`, as the `crypto.subtle` of the platform has it. */
export type WebCryptoKey = Parameters<typeof globalThis.crypto.subtle.sign>[1];

/** Whatever keeps a session's key: it signs, and gives the key away to nobody. */
export interface SessionKey {
  kind: "secp256k1" | "p256";
  address: Address;
  /** "0x" for secp256k1, which is its own address; `x ++ y`, 64 bytes, for P-256. */
  publicKey: Hex;
  /**
   * `r` and `s` over an EIP-712 digest, 32 bytes each: `s` in the lower half, for secp256k1 with the parity of v in its top
   * bit.
   */
  sign(digest: Hex): Promise<{ r: Hex; s: Hex }>;
  /** What sends transactions for the key: a P-256 key signs but cannot send. */
  account?: LocalAccount | undefined;
}

/** The four elements of a session signature: `[sessionPubKey, r, s, validUntil]`, 128 bytes. */
export async function signSessionDigest(key: SessionKey, digest: Hex, validUntil: number): Promise<Hex> {
  const { r, s } = await key.sign(digest);
  return encodeSessionSignature({ key, r, s, validUntil });
}

/**
 * The four elements as 128 bytes; the deadline in unix seconds, inclusive. Element 0 is the key's address, or x of a P-256
 * key, whose y follows from x and from its parity in the top bit of `s`.
 */
export function encodeSessionSignature(parts: {
  key: Pick<SessionKey, "address" | "publicKey">;
  r: Hex;
  s: Hex;
  validUntil: number;
}): Hex {
  const { key, r, s, validUntil } = parts;
  const deadline = numberToHex(validUntil, { size: 32 });
  if (key.publicKey === "0x")
    return concatHex([padHex(key.address.toLowerCase() as Hex, { size: 32 }), r, s, deadline]);
  const parity = hexToBigInt(key.publicKey) % 2n;
  const marked = numberToHex(hexToBigInt(s) | (parity << 255n), { size: 32 });
  return concatHex([slice(key.publicKey, 0, 32), r, marked, deadline]);
}
