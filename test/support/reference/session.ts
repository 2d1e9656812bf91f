import { createHash } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import {
  AbiCoder,
  concat,
  dataSlice,
  getAddress,
  getBytes,
  hexlify,
  keccak256,
  SigningKey,
  toBeHex,
  TypedDataEncoder,
  Wallet,
  ZeroAddress,
  zeroPadValue,
  type Signer,
  type TypedDataDomain,
} from "ethers";
import { hashPolicy, type Policy } from "./policy.ts";
import {
  REGISTER_SESSION_TYPES,
  REVOKE_ALL_SESSIONS_TYPES,
  REVOKE_SESSION_TYPES,
  SESSION_EXECUTION_TYPES,
  SESSION_FORWARD_TYPES,
  SESSION_OPERATION_TYPES,
} from "./typedData.ts";

/** `Route` of contracts/types/Grant.sol. */
export const Route = { userOperation: 0, direct: 1, relayed: 2, forwarded: 3, asked: 4 } as const;
/** `Status` of contracts/types/Grant.sol. */
export const Status = { None: 0, Pending: 1, Active: 2, Expired: 3, Exhausted: 4, Revoked: 5 } as const;

export interface Grant {
  key: string;
  publicKey: string;
  policyId: string;
  validAfter: number;
  validUntil: number;
  maxCalls: number;
  lane: bigint;
  replaces: string;
}

export interface Call {
  target: string;
  value?: bigint;
  data?: string;
}

// --- keys ------------------------------------------------------------------------------------------------------------

export interface SessionKey {
  kind: "secp256k1" | "p256";
  address: string;
  /** "0x" for secp256k1, `x ++ y` for P-256. */
  publicKey: string;
  privateKey: string;
  /** Element 0 of a session signature: the address, or x of a P-256 key. */
  element: string;
  /** Elements 1 and 2 of a session signature. */
  sign(digest: string): { r: string; s: string };
}

/** A key that is its own address and can send transactions: `new Wallet(key.privateKey, provider)`. */
export function secp256k1Key(privateKey: string = Wallet.createRandom().privateKey): SessionKey {
  const signing = new SigningKey(privateKey);
  return {
    kind: "secp256k1",
    address: new Wallet(privateKey).address,
    publicKey: "0x",
    privateKey,
    element: zeroPadValue(new Wallet(privateKey).address, 32),
    sign(digest) {
      const { r, yParityAndS } = signing.sign(digest);
      return { r, s: yParityAndS };
    },
  };
}

/**
 * A key that signs but cannot send. As WebCrypto can sign nothing but a SHA-256 hash, what is signed is the SHA-256
 * hash of the EIP-712 digest. `s` is in the lower half, and its top bit says whether y is odd.
 */
export function p256Key(privateKey: string = hexlify(p256.utils.randomPrivateKey())): SessionKey {
  const point = p256.getPublicKey(getBytes(privateKey), false);
  const publicKey = hexlify(point.slice(1));
  return {
    kind: "p256",
    address: getAddress("0x" + keccak256(publicKey).slice(26)),
    publicKey,
    privateKey,
    element: dataSlice(publicKey, 0, 32),
    sign(digest) {
      const hash = createHash("sha256").update(getBytes(digest)).digest();
      const { r, s } = p256.sign(hash, getBytes(privateKey), { lowS: true, prehash: false });
      return { r: toBeHex(r, 32), s: toBeHex(point[64]! & 1 ? s + TOP_BIT : s, 32) };
    },
  };
}

const TOP_BIT = 1n << 255n;

/** `[sessionPubKey, r, s, validUntil]`. */
export function sessionSignature(key: SessionKey, digest: string, validUntil: number | bigint): string {
  const { r, s } = key.sign(digest);
  return concat([key.element, r, s, toBeHex(validUntil, 32)]);
}

// --- what a key signs ------------------------------------------------------------------------------------------------

export interface SessionOperation {
  principal: string;
  userOpHash: string;
  validUntil: number;
  registration: number;
}

export interface SessionExecution {
  principal: string;
  mode: string;
  executionCalldata: string;
  nonce: bigint | number;
  minGas: bigint | number;
  validUntil: number;
  registration: number;
}

export interface SessionForward {
  principal: string;
  target: string;
  data: string;
  nonce: bigint | number;
  minGas: bigint | number;
  validUntil: number;
  registration: number;
}

/** Route `userOperation`: what goes into `op.signature`. */
export function signOperation(key: SessionKey, domain: TypedDataDomain, message: SessionOperation): string {
  return sessionSignature(key, TypedDataEncoder.hash(domain, SESSION_OPERATION_TYPES, message), message.validUntil);
}

/** Route `relayed`. */
export function signExecution(key: SessionKey, domain: TypedDataDomain, message: SessionExecution): string {
  return sessionSignature(key, TypedDataEncoder.hash(domain, SESSION_EXECUTION_TYPES, message), message.validUntil);
}

/** Route `forwarded`, through a relayer. */
export function signForward(key: SessionKey, domain: TypedDataDomain, message: SessionForward): string {
  return sessionSignature(key, TypedDataEncoder.hash(domain, SESSION_FORWARD_TYPES, message), message.validUntil);
}

// --- what a principal signs ------------------------------------------------------------------------------------------

/** A grant for `key` under `policy`, from now on unless told otherwise. */
export function grant(
  key: SessionKey,
  policy: Policy | string,
  fields: Pick<Grant, "validUntil"> & Partial<Grant>,
): Grant {
  return {
    key: key.address,
    publicKey: key.publicKey,
    policyId: typeof policy === "string" ? policy : hashPolicy(policy),
    validAfter: 0,
    maxCalls: typeof policy === "string" ? 1_000 : policy.maxCalls,
    lane: 0n,
    replaces: ZeroAddress,
    ...fields,
  };
}

/** `principal` defaults to the signer's own address; a smart account's owner passes the account. */
export async function signRegistration(
  signer: Signer,
  domain: TypedDataDomain,
  message: { grant: Grant; policy: Policy; nonce: bigint | number; deadline: bigint | number; principal?: string },
): Promise<string> {
  const { grant: granted, policy, nonce, deadline, principal = await signer.getAddress() } = message;
  const { policyId: _named, ...rest } = granted;
  return signer.signTypedData(domain, REGISTER_SESSION_TYPES, { principal, policy, ...rest, nonce, deadline });
}

export async function signRevocation(
  signer: Signer,
  domain: TypedDataDomain,
  message: { key: string; deadline: bigint | number; principal?: string },
): Promise<string> {
  const principal = message.principal ?? (await signer.getAddress());
  return signer.signTypedData(domain, REVOKE_SESSION_TYPES, { ...message, principal });
}

export async function signRevokeAll(
  signer: Signer,
  domain: TypedDataDomain,
  message: { generation: number; deadline: bigint | number; principal?: string },
): Promise<string> {
  const principal = message.principal ?? (await signer.getAddress());
  return signer.signTypedData(domain, REVOKE_ALL_SESSIONS_TYPES, { ...message, principal });
}

// --- ERC-7579 executions ---------------------------------------------------------------------------------------------

export const MODE_SINGLE = toBeHex(0, 32);
export const MODE_BATCH = toBeHex(1n << 248n, 32);

export interface Execution {
  mode: string;
  executionCalldata: string;
}

export function encodeSingle({ target, value = 0n, data = "0x" }: Call): Execution {
  return { mode: MODE_SINGLE, executionCalldata: concat([target, toBeHex(value, 32), data]) };
}

export function encodeBatch(calls: Call[]): Execution {
  const tuples = calls.map(({ target, value = 0n, data = "0x" }) => [target, value, data]);
  return {
    mode: MODE_BATCH,
    executionCalldata: AbiCoder.defaultAbiCoder().encode(["tuple(address,uint256,bytes)[]"], [tuples]),
  };
}

/** One call as a single execution, several as a batch. */
export function encodeCalls(calls: Call[]): Execution {
  const [only] = calls;
  return only !== undefined && calls.length === 1 ? encodeSingle(only) : encodeBatch(calls);
}

/** `execute(bytes32,bytes)`: the only thing that a session's operation may call. */
export function encodeExecute({ mode, executionCalldata }: Execution): string {
  return concat(["0xe9ae5c53", AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes"], [mode, executionCalldata])]);
}
