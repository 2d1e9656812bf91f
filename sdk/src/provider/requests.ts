import { type Address, type Hex, hexToBigInt, isAddress, isAddressEqual, isHex, maxUint256 } from "viem";
import { safeText } from "../errors/safeText.ts";
import type { SessionCall } from "../types.ts";
import { RPC_CODES, SessionProviderError } from "./SessionProviderError.ts";

/** What `wallet_sendCalls` was asked for. */
export interface CallsRequest {
  calls: SessionCall[];
  /** The app's own name for them. */
  id: string | undefined;
  atomicRequired: boolean;
}

type Fields = Record<string, unknown>;

/** EIP-5792: the most characters of an id, `0x` and 4,096 bytes. */
const LONGEST_ID = 8_194;
/** What a transaction can ask for that the calls of a session cannot do, and why. */
const IMPOSSIBLE = {
  nonce: "The transaction is not the account's: its nonce cannot be chosen.",
  authorizationList: "A session cannot delegate the account.",
  blobs: "A session cannot send blobs.",
  blobVersionedHashes: "A session cannot send blobs.",
} as const;

export function invalid(why: string, given?: unknown): SessionProviderError {
  const metaMessages = given === undefined ? undefined : [`Given: ${safeText(String(given))}`];
  return new SessionProviderError(RPC_CODES.invalidParams, why, { metaMessages });
}

/** The call of an `eth_sendTransaction`. Gas and fees are the sender's, who is not the account: they are ignored. */
export function transactionIn(params: unknown, known: { principal: Address; chainId: number }): SessionCall {
  const request = objectIn(params, "eth_sendTransaction");
  requireFrom(request.from, known.principal);
  if (request.chainId !== undefined && Number(quantityOf(request.chainId, "The chain")) !== known.chainId) {
    const why = `The session is on chain ${known.chainId} alone.`;
    throw new SessionProviderError(RPC_CODES.chainDisconnected, why);
  }
  for (const [field, why] of Object.entries(IMPOSSIBLE)) {
    if (request[field] !== undefined && request[field] !== null) throw invalid(why, request[field]);
  }
  return callIn(request, "The transaction");
}

/** The calls of a `wallet_sendCalls`, as EIP-5792 2.0.0 has them. */
export function callsIn(params: unknown, known: { principal: Address; chainId: number }): CallsRequest {
  const { version, from, chainId, atomicRequired, calls, id, capabilities } = objectIn(params, "wallet_sendCalls");
  if (version !== "2.0.0") throw invalid("Another version of wallet_sendCalls than 2.0.0.", version);
  if (from !== undefined && from !== null) requireFrom(from, known.principal);
  if (Number(quantityOf(chainId, "The chain")) !== known.chainId) {
    const why = `The session is on chain ${known.chainId} alone.`;
    throw new SessionProviderError(RPC_CODES.unsupportedChain, why);
  }
  if (typeof atomicRequired !== "boolean") throw invalid("atomicRequired is not true or false.", atomicRequired);
  if (id !== undefined && (typeof id !== "string" || id.length === 0 || id.length > LONGEST_ID)) {
    throw invalid(`The id is not a text of 1 to ${LONGEST_ID} characters.`);
  }
  if (!Array.isArray(calls) || calls.length === 0) throw invalid("There is no call.");
  requireOptional(capabilities);
  const each = calls.map((call: unknown, i) => {
    const fields = objectIn([call], `Call ${i}`);
    requireOptional(fields.capabilities);
    return callIn(fields, `Call ${i}`);
  });
  return { calls: each, id, atomicRequired };
}

/** Whose capabilities are asked for, and of which chains; undefined for all. */
export function capabilitiesIn(params: unknown, { principal }: { principal: Address }): number[] | undefined {
  const [address, chains] = Array.isArray(params) ? (params as unknown[]) : [];
  requireFrom(address, principal);
  if (chains === undefined || chains === null) return undefined;
  if (!Array.isArray(chains)) throw invalid("The chains are not a list.", chains);
  return chains.map((chain) => Number(quantityOf(chain, "The chain")));
}

function requireFrom(from: unknown, principal: Address): void {
  // A transaction without a sender is the account's.
  if (from === undefined || from === null) return;
  if (typeof from !== "string" || !isAddress(from, { strict: false })) throw invalid("The sender is no address.", from);
  if (isAddressEqual(from, principal)) return;
  throw new SessionProviderError(RPC_CODES.unauthorized, "The session acts for another account.", {
    metaMessages: [`Asked for: ${from}`, `The session's: ${principal}`],
  });
}

function requireOptional(capabilities: unknown): void {
  if (capabilities === undefined || capabilities === null) return;
  if (typeof capabilities !== "object") throw invalid("The capabilities are not an object.", capabilities);
  for (const [name, capability] of Object.entries(capabilities as Fields)) {
    if (capability === undefined || (capability as Fields | null)?.optional === true) continue;
    const why = `A session does not have the capability ${safeText(name)}.`;
    throw new SessionProviderError(RPC_CODES.unsupportedCapability, why);
  }
}

function callIn({ to, value, data, input }: Fields, name: string): SessionCall {
  if (to === undefined || to === null) throw invalid(`${name} has no target: a session creates no contracts.`);
  if (typeof to !== "string" || !isAddress(to, { strict: false })) throw invalid(`${name}: no such target.`, to);
  const [first, second] = [data, input].map((each) => (each === undefined || each === null ? undefined : each));
  if (first !== undefined && second !== undefined && first !== second) {
    throw invalid(`${name} has data and another input.`);
  }
  const sent = first ?? second ?? "0x";
  if (!isHex(sent) || sent.length % 2 !== 0) throw invalid(`${name}: the data is no whole number of bytes.`, sent);
  const wei = value === undefined || value === null ? 0n : quantityOf(value, `${name}: the value`);
  return { to: to as Address, data: sent, ...(wei > 0n && { value: wei }) };
}

function quantityOf(value: unknown, name: string): bigint {
  if (typeof value === "string" && isHex(value) && value.length > 2) {
    const number = hexToBigInt(value as Hex);
    if (number <= maxUint256) return number;
  }
  throw invalid(`${name} is not a hexadecimal number below 2^256.`, value);
}

function objectIn(params: unknown, name: string): Fields {
  const first: unknown = Array.isArray(params) ? params[0] : undefined;
  if (typeof first === "object" && first !== null) return first as Fields;
  throw invalid(`${name} wants an object.`);
}
