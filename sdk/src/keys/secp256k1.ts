import { type Hex, parseSignature, signatureToCompactSignature } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionKey } from "./SessionKey.ts";

/** A key that is its own address and can send transactions, kept in memory. */
export function toSecp256k1SessionKey(privateKey: Hex): SessionKey {
  const account = toAccount(privateKey);
  return {
    kind: "secp256k1",
    address: account.address,
    publicKey: "0x",
    account,
    async sign(digest) {
      const { r, yParityAndS } = signatureToCompactSignature(parseSignature(await account.sign({ hash: digest })));
      return { r, s: yParityAndS };
    },
  };
}

/** A fresh one. It is gone with the page: `encryptSessionKey` keeps one. */
export function generateSecp256k1SessionKey(): SessionKey {
  return toSecp256k1SessionKey(generatePrivateKey());
}

function toAccount(privateKey: Hex) {
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    // The cause may quote the key.
    throw new SessionCreationError("This is no secp256k1 private key: 32 bytes between 0 and the order are.");
  }
}
