import { createDecipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from "node:crypto";
import { bytesToHex, hexToBytes, keccak256, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Given } from "./command.ts";
import { Refusal, UsageError } from "./errors.ts";
import { readText } from "./given.ts";

/** The most memory that a keystore may ask scrypt for, in bytes. */
const MAX_MEMORY = 1 << 30;

/**
 * Who sends: LATCHKEY_PRIVATE_KEY, or `--keystore FILE` (version 3, as wallets and nodes write it) opened with
 * LATCHKEY_KEYSTORE_PASSWORD or the first line of `--password-file`. A key on the command line would stand in the
 * shell's history and in every list of processes.
 */
export function senderOf(given: Given): LocalAccount {
  const { env, values } = given;
  const path = values["keystore"] as string | undefined;
  const secret = env["LATCHKEY_PRIVATE_KEY"];
  if (path !== undefined) return open(readText(path), passwordOf(given));
  if (secret === undefined || secret === "") {
    throw new UsageError("Who sends? Give LATCHKEY_PRIVATE_KEY in the environment, or --keystore FILE.");
  }
  return accountOf(secret.startsWith("0x") ? secret : `0x${secret}`, "LATCHKEY_PRIVATE_KEY is no private key.");
}

function accountOf(secret: string, complaint: string): LocalAccount {
  try {
    return privateKeyToAccount(secret as `0x${string}`);
  } catch {
    // What was thrown may quote the key.
    throw new Refusal("KEY", complaint);
  }
}

function passwordOf({ env, values }: Given): string {
  const path = values["password-file"] as string | undefined;
  if (path !== undefined) return readText(path).split(/\r?\n/, 1)[0]!;
  const password = env["LATCHKEY_KEYSTORE_PASSWORD"];
  if (password === undefined) {
    throw new UsageError("The keystore's password? Give LATCHKEY_KEYSTORE_PASSWORD, or --password-file FILE.");
  }
  return password;
}

interface Keystore {
  crypto: {
    cipher: string;
    ciphertext: string;
    cipherparams: { iv: string };
    kdf: string;
    kdfparams: { dklen: number; salt: string; n: number; r: number; p: number; c: number; prf: string };
    mac: string;
  };
}

function open(json: string, password: string): LocalAccount {
  let secret: Uint8Array;
  try {
    const { crypto } = JSON.parse(json) as Keystore;
    const bytes = (hex: string) => hexToBytes(`0x${hex.replace(/^0x/, "")}`);
    const { kdf, kdfparams, cipher } = crypto;
    if (cipher !== "aes-128-ctr") throw new Error("cipher");
    const { dklen, n, r, p, c, prf } = kdfparams;
    const salt = bytes(kdfparams.salt);
    if (kdf === "pbkdf2" && prf !== "hmac-sha256") throw new Error("prf");
    const derived =
      kdf === "scrypt"
        ? scryptSync(password, salt, dklen, { N: n, r, p, maxmem: MAX_MEMORY })
        : pbkdf2Sync(password, salt, c, dklen, "sha256");
    const ciphertext = bytes(crypto.ciphertext);
    const mac = hexToBytes(keccak256(new Uint8Array([...derived.subarray(16, 32), ...ciphertext])));
    if (!timingSafeEqual(mac, bytes(crypto.mac))) throw new Error("mac");
    const decipher = createDecipheriv("aes-128-ctr", derived.subarray(0, 16), bytes(crypto.cipherparams.iv));
    secret = new Uint8Array([...decipher.update(ciphertext), ...decipher.final()]);
  } catch {
    // Wrong password and damaged file are one: nothing says more about either.
    throw new Refusal("KEY", "The keystore could not be opened.");
  }
  return accountOf(bytesToHex(secret), "The keystore could not be opened.");
}
