import { bytesToHex, getAddress, type Hex, hexToBigInt, hexToBytes, keccak256, numberToHex, slice } from "viem";
import { SessionCreationError } from "../errors/clientErrors.ts";
import type { SessionKey, WebCryptoKey } from "./SessionKey.ts";

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

/** A pair of WebCrypto keys, as a browser's or Node's `crypto.subtle` makes them. */
export interface P256KeyPair {
  publicKey: WebCryptoKey;
  privateKey: WebCryptoKey;
}

/**
 * Keeps pairs of keys under names. IndexedDB stores `CryptoKey` objects as they are, the private one without ever
 * showing it to a script; the disk still holds it in plain form.
 */
export interface P256KeyStorage {
  get(name: string): Promise<P256KeyPair | undefined>;
  /**
   * Keeps the pair unless another is kept under that name, and returns the one that is kept then: in one step, so that
   * two tabs that ask at once end with one key.
   */
  add(name: string, pair: P256KeyPair): Promise<P256KeyPair>;
  /** The names that something is kept under. */
  list(): Promise<string[]>;
  remove(name: string): Promise<void>;
}

/** A storage that lasts as long as the page. */
export function memoryKeyStorage(): P256KeyStorage {
  const pairs = new Map<string, P256KeyPair>();
  return {
    get: async (name) => pairs.get(name),
    add: async (name, pair) => {
      if (!pairs.has(name)) pairs.set(name, pair);
      return pairs.get(name)!;
    },
    list: async () => [...pairs.keys()],
    remove: async (name) => void pairs.delete(name),
  };
}

/** The key of this name; a fresh one that nobody can export if there is none. */
export async function p256SessionKeyIn(storage: P256KeyStorage, name: string): Promise<SessionKey> {
  return toP256SessionKey((await storage.get(name)) ?? (await storage.add(name, await generatePair())));
}

/** A fresh key that nobody can export, kept in memory. */
export async function generateP256SessionKey(): Promise<SessionKey> {
  return toP256SessionKey(await generatePair());
}

/**
 * A key that signs but cannot send. WebCrypto signs nothing but a SHA-256 hash, so what is signed is the SHA-256 hash
 * of the EIP-712 digest; `s` is brought into the lower half.
 */
export async function toP256SessionKey({ publicKey, privateKey }: P256KeyPair): Promise<SessionKey> {
  const { subtle } = globalThis.crypto;
  let raw: Uint8Array;
  try {
    raw = new Uint8Array(await subtle.exportKey("raw", publicKey));
  } catch {
    throw new SessionCreationError("The public key of a session must be readable.");
  }
  const { name, namedCurve } = privateKey.algorithm as { name: string; namedCurve?: string };
  if (raw.length !== 65 || name !== ALGORITHM.name || namedCurve !== ALGORITHM.namedCurve) {
    throw new SessionCreationError(`This is a key of ${namedCurve ?? name}, not of P-256.`);
  }
  const point = bytesToHex(raw.subarray(1));
  return {
    kind: "p256",
    address: getAddress(slice(keccak256(point), 12)),
    publicKey: point,
    async sign(digest: Hex) {
      const bytes = new Uint8Array(await subtle.sign(SIGNING, privateKey, Uint8Array.from(hexToBytes(digest))));
      const s = hexToBigInt(bytesToHex(bytes.subarray(32)));
      const low = s > ORDER / 2n ? ORDER - s : s;
      return { r: bytesToHex(bytes.subarray(0, 32)), s: numberToHex(low, { size: 32 }) };
    },
  };
}

/** Whether one half verifies what the other signs. */
export async function isPair({ publicKey, privateKey }: P256KeyPair): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  const anything = globalThis.crypto.getRandomValues(new Uint8Array(32));
  try {
    return await subtle.verify(SIGNING, publicKey, await subtle.sign(SIGNING, privateKey, anything), anything);
  } catch {
    // Keys of another algorithm or for another use.
    return false;
  }
}

async function generatePair(): Promise<P256KeyPair> {
  try {
    return await globalThis.crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  } catch (cause) {
    throw new SessionCreationError("No session key can be made here: WebCrypto, which makes it, wants https.", {
      cause,
    });
  }
}
