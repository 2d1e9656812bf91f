import { getAddress, type Hex, isHex, keccak256, size, slice } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { SessionKey } from "../keys/SessionKey.ts";

/**
 * The key that a `sessionPublicKey` names: a secp256k1 key is its own address, 20 bytes; a P-256 key is `x ++ y`, 64
 * bytes, whose hash ends with its address.
 */
export function keyOfPublicKey(sessionPublicKey: Hex): Pick<SessionKey, "address" | "publicKey"> {
  const length = isHex(sessionPublicKey) ? size(sessionPublicKey) : 0;
  if (length === 20) return { address: getAddress(sessionPublicKey), publicKey: "0x" };
  if (length === 64)
    return { address: getAddress(slice(keccak256(sessionPublicKey), 12)), publicKey: sessionPublicKey };
  throw new SessionRequestError("A session's public key is an address, or 64 bytes of a P-256 key.", {
    metaMessages: [`Given: ${String(sessionPublicKey)}, ${length} bytes`],
  });
}
