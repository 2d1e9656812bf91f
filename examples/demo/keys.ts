import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, getAddress, hexToBytes, keccak256, numberToHex, sha256, slice, stringToHex, type Hex } from "viem";
import { toSecp256k1SessionKey, type SessionKey } from "../../sdk/src/keys/index.ts";

/** Keys of the demo follow from their names, so that two runs show the same: not for anything of value. */
export const secretOf = (name: string): Hex => keccak256(stringToHex(`latchkey demo: ${name}`));

/** A session key of the client's, and its secret: the demo has thieves. */
export type DemoKey = SessionKey & { privateKey: Hex };

export function demoKey(name: string, kind: SessionKey["kind"] = "secp256k1"): DemoKey {
  const privateKey = secretOf(name);
  return { ...(kind === "p256" ? p256Key(privateKey) : toSecp256k1SessionKey(privateKey)), privateKey };
}

/** A key as WebCrypto has it, whose signatures are the same in each run. */
function p256Key(privateKey: Hex): SessionKey {
  const secret = hexToBytes(privateKey);
  const publicKey = bytesToHex(p256.getPublicKey(secret, false).slice(1));
  return {
    kind: "p256",
    address: getAddress(slice(keccak256(publicKey), 12)),
    publicKey,
    async sign(digest) {
      const { r, s } = p256.sign(hexToBytes(sha256(digest)), secret, { lowS: true, prehash: false });
      return { r: numberToHex(r, { size: 32 }), s: numberToHex(s, { size: 32 }) };
    },
  };
}
