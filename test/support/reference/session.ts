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
  solidityPacked,
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
  SESSION_REDEMPTION_TYPES,
} from "./typedData.ts";

/** `Route` of contracts/types/Route.sol. */
export const Route = { userOperation: 0, direct: 1, relayed: 2, forwarded: 3, asked: 4 } as const;
/** `Status` of contracts/types/Status.sol. */
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
  /** `r` and low `s`; of secp256k1 with the parity of v in the top bit of `s`. */
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
    sign(digest) {
      const { r, yParityAndS } = signing.sign(digest);
      return { r, s: yParityAndS };
    },
  };
}

/**
 * A key that signs but cannot send. As WebCrypto can sign nothing but a SHA-256 hash, what is signed is the SHA-256
 * hash of the EIP-712 digest. `s` is in the lower half.
 */
export function p256Key(privateKey: string = hexlify(p256.utils.randomPrivateKey())): SessionKey {
  const point = p256.getPublicKey(getBytes(privateKey), false);
  const publicKey = hexlify(point.slice(1));
  return {
    kind: "p256",
    address: getAddress("0x" + keccak256(publicKey).slice(26)),
    publicKey,
    privateKey,
    sign(digest) {
      const hash = createHash("sha256").update(getBytes(digest)).digest();
      const { r, s } = p256.sign(hash, getBytes(privateKey), { lowS: true, prehash: false });
      return { r: toBeHex(r, 32), s: toBeHex(s, 32) };
    },
  };
}

/**
 * `[sessionPubKey, r, s, validUntil]`. A P-256 key is named by x, and the top bit of `s` says whether y is odd; a secp256k1
 * key by its address.
 */
export function sessionSignature(key: SessionKey, digest: string, validUntil: number | bigint): string {
  const { r, s } = key.sign(digest);
  const end = toBeHex(validUntil, 32);
  if (key.kind === "secp256k1") return concat([zeroPadValue(key.address, 32), r, s, end]);
  const isOdd = BigInt(key.publicKey) % 2n;
  return concat([dataSlice(key.publicKey, 0, 32), r, toBeHex(BigInt(s) + isOdd * 2n ** 255n, 32), end]);
}

/** The field and b of P-256: y^2 = x^3 - 3x + b. */
export const P256_P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The address that Latchkey takes x and the parity of y for, whether x is on the curve or not. */
export function keyOfX(x: bigint, isOdd: boolean): string {
  const square = ((((x * x - 3n) * x + P256_B) % P256_P) + P256_P) % P256_P;
  let [y, base] = [1n, square];
  for (let exponent = (P256_P + 1n) / 4n; exponent > 0n; exponent >>= 1n) {
    if (exponent % 2n === 1n) y = (y * base) % P256_P;
    base = (base * base) % P256_P;
  }
  if ((y % 2n === 1n) !== isOdd) y = P256_P - y;
  return getAddress(dataSlice(keccak256(concat([toBeHex(x, 32), toBeHex(y, 32)])), 12));
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

export interface SessionRedemption extends SessionExecution {
  redeemer: string;
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

/** The door of ERC-7710: a context that a redeemer brings. */
export function redemptionContext(key: SessionKey, domain: TypedDataDomain, message: SessionRedemption): string {
  const digest = TypedDataEncoder.hash(domain, SESSION_REDEMPTION_TYPES, message);
  return contextOf(message, sessionSignature(key, digest, message.validUntil));
}

/** The same with a signature that is given. */
export function contextOf(
  { principal, redeemer, nonce, minGas }: Pick<SessionRedemption, "principal" | "redeemer" | "nonce" | "minGas">,
  signature: string,
): string {
  return AbiCoder.defaultAbiCoder().encode(
    ["address", "address", "uint256", "uint256", "bytes"],
    [principal, redeemer, nonce, minGas, signature],
  );
}

/** What stands behind a key's signature where the grant comes with its first use; `signature` is the principal's. */
export function grantEnvelope(
  { policyId, publicKey, validAfter, validUntil, maxCalls, lane, replaces }: Grant,
  { number, deadline, signature }: { number: bigint | number; deadline: bigint | number; signature: string },
): string {
  return solidityPacked(
    ["uint8", "bytes32", "uint40", "uint48", "uint48", "uint32", "uint64", "address", "uint48", "bytes"],
    [
      publicKey === "0x" ? 0 : 1,
      ...[policyId, number, validAfter, validUntil, maxCalls, lane, replaces, deadline, signature],
    ],
  );
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
