import { scryptAsync } from "@noble/hashes/scrypt";
import {
  type Address,
  bytesToHex,
  concatHex,
  encodePacked,
  type Hex,
  hexToBytes,
  isAddressEqual,
  isHex,
  numberToHex,
  size,
  slice,
} from "viem";
import { SessionCreationError, SessionDecryptionError } from "../errors/clientErrors.ts";
import type { SessionKey, WebCryptoKey } from "./SessionKey.ts";
import { toSecp256k1SessionKey } from "./secp256k1.ts";

/*
 * What is stored, 100 bytes:
 *
 *   0        version, 1
 *   1        log2 of scrypt's N, 17
 *   2        scrypt's r, 8
 *   3        scrypt's p, 1
 *   4 .. 19  salt
 *  20 .. 31  nonce of AES-256-GCM
 *  32 .. 51  address of the key
 *  52 .. 99  the private key, encrypted, and the tag
 *
 * Bytes 0 to 51, the account and the chain are authenticated with it. So a blob opens for its account, on its chain, or not
 * at all.
 */
const VERSION = 1;
const SIZE = 100;
const HEADER = 52;

/**
 * What a blob costs to open, 128 MiB and half a second: no less, or a PIN would be guessed sooner, and no more, or a
 * planted blob could take the hundreds of megabytes that end a phone's tab.
 */
const LOG_N = 17;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const COST: Hex = concatHex([VERSION, LOG_N, BLOCK_SIZE, PARALLELISM].map((value) => numberToHex(value, { size: 1 })));
/** The least characters of a PIN. */
const MIN_PIN = 4;

/** Whose session it is: bound into what is stored. */
export interface KeyBinding {
  /** The principal. */
  account: Address;
  chainId: number;
}

/**
 * A secp256k1 key under a PIN of 4 characters or more; another is a `SESSION_CREATION_FAILED`. Guessing a short PIN offline
 * takes hours, not years: keep windows short.
 */
export async function encryptSessionKey(
  parameters: KeyBinding & { privateKey: Hex; encryptKey: string },
): Promise<Hex> {
  const { privateKey, encryptKey } = parameters;
  const length = typeof encryptKey === "string" ? [...normal(encryptKey)].length : 0;
  if (length < MIN_PIN) {
    // The PIN itself is not named.
    throw new SessionCreationError("A session key is encrypted with a PIN that is a text and not too short.", {
      metaMessages: [
        typeof encryptKey === "string" ? `Given: ${length} characters` : `Given: ${typeof encryptKey}`,
        `Bound: ${MIN_PIN} characters or more`,
      ],
    });
  }
  const { address } = toSecp256k1SessionKey(privateKey);
  const random = (length: number) => bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(length)));
  const header = concatHex([COST, random(16), random(12), address]);
  const key = await deriveKey(header, encryptKey, "encrypt");
  const options = gcm(header, parameters);
  const sealed = await globalThis.crypto.subtle.encrypt(options, key, bytesOf(privateKey));
  return concatHex([header, bytesToHex(new Uint8Array(sealed))]);
}

/** The key of a blob. Whatever is wrong with it, or with the PIN, is the same `SESSION_DECRYPTION_FAILED`. */
export async function decryptSessionKey(
  parameters: KeyBinding & { encryptedPrivateKey: string; encryptKey: string },
): Promise<SessionKey> {
  const { encryptedPrivateKey: blob, encryptKey } = parameters;
  try {
    if (!isHex(blob) || size(blob) !== SIZE) throw new SessionDecryptionError();
    const header = slice(blob, 0, HEADER);
    if (slice(header, 0, 4) !== COST) throw new SessionDecryptionError();
    return await unsealSessionKey(blob, await deriveKey(header, encryptKey, "decrypt"), parameters);
  } catch {
    // No cause: it could say which of them it was.
    throw new SessionDecryptionError();
  }
}

/** Opens a blob with what its PIN derives; throws whatever is wrong. */
export async function unsealSessionKey(blob: Hex, key: WebCryptoKey, binding: KeyBinding): Promise<SessionKey> {
  const options = gcm(slice(blob, 0, HEADER), binding);
  const opened = await globalThis.crypto.subtle.decrypt(options, key, bytesOf(slice(blob, HEADER)));
  const session = toSecp256k1SessionKey(bytesToHex(new Uint8Array(opened)));
  if (!isAddressEqual(session.address, addressIn(blob))) throw new SessionDecryptionError();
  return session;
}

/** The address of the key in a blob, which is not secret. It is not verified before the blob is opened. */
export function addressIn(encryptedPrivateKey: Hex): Address {
  return slice(encryptedPrivateKey, 32, HEADER);
}

async function deriveKey(header: Hex, encryptKey: string, use: "encrypt" | "decrypt"): Promise<WebCryptoKey> {
  const bytes = hexToBytes(header);
  const options = { N: 2 ** LOG_N, r: BLOCK_SIZE, p: PARALLELISM, dkLen: 32 };
  const derived = await scryptAsync(normal(encryptKey), bytes.slice(4, 20), options);
  return globalThis.crypto.subtle.importKey("raw", Uint8Array.from(derived), "AES-GCM", false, [use]);
}

/** One spelling of each text, whatever keyboard it was typed on. */
function normal(pin: string): string {
  return pin.normalize("NFKC");
}

function gcm(header: Hex, { account, chainId }: KeyBinding) {
  const binding = encodePacked(["bytes", "address", "uint256"], [header, account, BigInt(chainId)]);
  return { name: "AES-GCM", iv: bytesOf(slice(header, 20, 32)), additionalData: bytesOf(binding) };
}

function bytesOf(hex: Hex): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hexToBytes(hex));
}
