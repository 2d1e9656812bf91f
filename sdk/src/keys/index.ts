export { addressIn, decryptSessionKey, encryptSessionKey, type KeyBinding } from "./encrypted.ts";
export { indexedDbKeyStorage, type IndexedDbKeyStorageParameters } from "./indexedDb.ts";
export {
  generateP256SessionKey,
  memoryKeyStorage,
  p256SessionKeyIn,
  toP256SessionKey,
  type P256KeyPair,
  type P256KeyStorage,
} from "./p256.ts";
export { generateSecp256k1SessionKey, toSecp256k1SessionKey } from "./secp256k1.ts";
export { encodeSessionSignature, signSessionDigest, type SessionKey, type WebCryptoKey } from "./SessionKey.ts";
