import { scryptAsync } from "@noble/hashes/scrypt";
import {
  type Address,
  bytesToHex,
  concatHex,
  encodePacked,
  type Hex,
  hexToBytes,
  hexToNumber,
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
 *   1        log2 of scrypt's N
 *   2        scrypt's r
 *   3        scrypt's p
 *   4 .. 19  salt
 *  20 .. 31  nonce of AES-256-GCM
 *  32 .. 51  address of the key
 *  52 .. 99  the private key, encrypted, and the tag
 *
 * Bytes 0 to 51, the account and the chain are authenticated with it. So a blob opens for its account, on its chain,
 * with its own parameters, or not at all.
 */
const VERSION = 1;
const SIZE = 100;
const HEADER = 52;

/** What a fresh blob costs to open, and the least that any must cost: 128 MiB and half a second. */
const LOG_N = 17;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
/** The most that a blob may ask for, so that a planted one cannot exhaust the machine: 1 GiB. */
const MAX_LOG_N = 20;

/** Whose session it is: bound into what is stored. */
export interface KeyBinding {
  /** The principal. */
  account: Address;
  chainId: number;
}

/** A secp256k1 key under a PIN. Guessing a short PIN offline takes hours, not years: keep windows short. */
export async function encryptSessionKey(
  parameters: KeyBinding & { privateKey: Hex; encryptKey: string },
): Promise<Hex> {
  const { privateKey, encryptKey } = parameters;
  if (encryptKey.length === 0)
    throw new SessionCreationError("A session key is encrypted with a PIN, not with nothing.");
  const { address } = toSecp256k1SessionKey(privateKey);
  const random = (length: number) => bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(length)));
  const cost = [VERSION, LOG_N, BLOCK_SIZE, PARALLELISM].map((value) => numberToHex(value, { size: 1 }));
  const header = concatHex([...cost, random(16), random(12), address]);
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
    requireCost(header);
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

function requireCost(header: Hex): void {
  const [version, logN, blockSize, parallelism] = [0, 1, 2, 3].map((i) => hexToNumber(slice(header, i, i + 1)));
  const accepted =
    version === VERSION &&
    logN! >= LOG_N &&
    logN! <= MAX_LOG_N &&
    blockSize === BLOCK_SIZE &&
    parallelism === PARALLELISM;
  if (!accepted) throw new SessionDecryptionError();
}

async function deriveKey(header: Hex, encryptKey: string, use: "encrypt" | "decrypt"): Promise<WebCryptoKey> {
  const bytes = hexToBytes(header);
  const options = { N: 2 ** bytes[1]!, r: bytes[2]!, p: bytes[3]!, dkLen: 32 };
  // One spelling of each text, whatever keyboard it was typed on.
  const derived = await scryptAsync(encryptKey.normalize("NFKC"), bytes.slice(4, 20), options);
  return globalThis.crypto.subtle.importKey("raw", Uint8Array.from(derived), "AES-GCM", false, [use]);
}

function gcm(header: Hex, { account, chainId }: KeyBinding) {
  const binding = encodePacked(["bytes", "address", "uint256"], [header, account, BigInt(chainId)]);
  return { name: "AES-GCM", iv: bytesOf(slice(header, 20, 32)), additionalData: bytesOf(binding) };
}

function bytesOf(hex: Hex): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hexToBytes(hex));
}
