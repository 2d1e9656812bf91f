import {
  type Address,
  type Hex,
  hexToBigInt,
  isAddress,
  isAddressEqual,
  isHex,
  maxUint256,
  numberToHex,
  size,
} from "viem";
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
/** Bytes: geth and its kin take no larger transaction. */
const LARGEST_TRANSACTION = 131_072;
/** Bytes of a call in a batch beside its data: where it stands, target, value, and where its data stands and ends. */
const CALL_OVERHEAD = 160;

/** What a transaction can ask for that the calls of a session cannot do, and why. */
const IMPOSSIBLE = {
  nonce: "The transaction is not the account's: its nonce cannot be chosen.",
  authorizationList: "A session cannot delegate the account.",
  blobs: "A session cannot send blobs.",
  blobVersionedHashes: "A session cannot send blobs.",
} as const;
/** Quantities of a transaction that are the sender's, who is not the account. */
const IGNORED_QUANTITIES = [
  "gas",
  "gasLimit",
  "gasPrice",
  "maxFeePerGas",
  "maxPriorityFeePerGas",
  "maxFeePerBlobGas",
  "type",
];
const TRANSACTION = [
  ...["from", "to", "value", "data", "input", "chainId", "accessList", ...IGNORED_QUANTITIES],
  ...Object.keys(IMPOSSIBLE),
];
const CALLS = ["version", "from", "chainId", "atomicRequired", "calls", "id", "capabilities"];
const CALL = ["to", "value", "data", "input", "capabilities"];

export function invalid(why: string, given?: unknown): SessionProviderError {
  const metaMessages = given === undefined ? undefined : [`Given: ${shown(given)}`];
  return new SessionProviderError(RPC_CODES.invalidParams, why, { metaMessages });
}

function shown(given: unknown): string {
  if (typeof given === "string") return safeText(given);
  // An object may be anything, and may throw when it is asked for its text.
  return typeof given === "object" || typeof given === "function" ? typeof given : safeText(String(given));
}

/** A request as EIP-1193 has it. */
export function requestIn(request: unknown): { method: string; params: unknown } {
  const { method, params } = (request ?? {}) as Fields;
  if (typeof method !== "string") throw invalid("The method of a request is not a text.", method);
  return { method, params };
}

/** The call of an `eth_sendTransaction`. Gas and fees are the sender's, who is not the account: they are ignored. */
export function transactionIn(params: unknown, known: { principal: Address; chainId: number }): SessionCall {
  const request = objectIn(params, "eth_sendTransaction");
  requireKnown(request, TRANSACTION, "The transaction");
  requireFrom(request.from, known.principal);
  if (isGiven(request.chainId) && quantityOf(request.chainId, "The chain") !== BigInt(known.chainId)) {
    const why = `The session is on chain ${known.chainId} alone.`;
    throw new SessionProviderError(RPC_CODES.chainDisconnected, why);
  }
  for (const [field, why] of Object.entries(IMPOSSIBLE))
    if (isGiven(request[field])) throw invalid(why, request[field]);
  for (const field of IGNORED_QUANTITIES) {
    if (isGiven(request[field])) quantityOf(request[field], `The transaction's ${field}`);
  }
  const call = callIn(request, "The transaction");
  const bytes = size(call.data!);
  if (bytes > LARGEST_TRANSACTION) {
    throw invalid(`The transaction has ${bytes} bytes of data: nodes take ${LARGEST_TRANSACTION} at most.`);
  }
  return call;
}

/** The calls of a `wallet_sendCalls`, as EIP-5792 2.0.0 has them. */
export function callsIn(params: unknown, known: { principal: Address; chainId: number }): CallsRequest {
  const request = objectIn(params, "wallet_sendCalls");
  requireKnown(request, CALLS, "The request");
  const { version, from, chainId, atomicRequired, calls, id, capabilities } = request;
  if (version !== "2.0.0") throw invalid("Another version of wallet_sendCalls than 2.0.0.", version);
  requireFrom(from, known.principal);
  if (quantityOf(chainId, "The chain") !== BigInt(known.chainId)) {
    const why = `The session is on chain ${known.chainId} alone.`;
    throw new SessionProviderError(RPC_CODES.unsupportedChain, why);
  }
  if (typeof atomicRequired !== "boolean") throw invalid("atomicRequired is not true or false.", atomicRequired);
  if (id !== undefined && (typeof id !== "string" || id.length === 0 || id.length > LONGEST_ID)) {
    throw invalid(`The id is not a text of 1 to ${LONGEST_ID} characters.`);
  }
  if (!Array.isArray(calls) || calls.length === 0) throw invalid("There is no call.");
  requireOptional(capabilities);
  const most = Math.floor(LARGEST_TRANSACTION / CALL_OVERHEAD);
  if (calls.length > most)
    throw tooLarge(`There are ${calls.length} calls: a transaction has room for ${most} at most.`);
  const each = calls.map((call: unknown, i) => {
    const fields = objectIn([call], `Call ${i}`);
    requireKnown(fields, CALL, `Call ${i}`);
    requireOptional(fields.capabilities);
    return callIn(fields, `Call ${i}`);
  });
  const bytes = each.reduce((sum, { data }) => sum + CALL_OVERHEAD + size(data!), 0);
  if (bytes > LARGEST_TRANSACTION) {
    throw tooLarge(`The calls take ${bytes} bytes: nodes take ${LARGEST_TRANSACTION} at most.`);
  }
  return { calls: each, id, atomicRequired };
}

/** Whose capabilities are asked for, and of which chains; undefined for all. */
export function capabilitiesIn(params: unknown, { principal }: { principal: Address }): number[] | undefined {
  const [address, chains] = Array.isArray(params) ? (params as unknown[]) : [];
  requireFrom(address, principal);
  if (!isGiven(chains)) return undefined;
  if (!Array.isArray(chains)) throw invalid("The chains are not a list.", chains);
  return chains.map((chain) => Number(quantityOf(chain, "The chain")));
}

/** The chain of a `wallet_switchEthereumChain`. */
export function chainIn(params: unknown): number {
  return Number(quantityOf(objectIn(params, "wallet_switchEthereumChain").chainId, "The chain"));
}

/** The id of a `wallet_getCallsStatus`. */
export function idIn(params: unknown): string {
  const id: unknown = Array.isArray(params) ? params[0] : undefined;
  if (typeof id === "string" && id.length <= LONGEST_ID) return id;
  throw invalid(`The id of calls is not a text of at most ${LONGEST_ID} characters.`, id);
}

/** Refuses what is to be signed by another account than the session's. */
export function requireSigner(method: string, params: unknown, principal: Address): void {
  const signer: unknown = Array.isArray(params) ? params[method === "personal_sign" ? 1 : 0] : undefined;
  if (!isGiven(signer)) throw invalid(`${method} names no account.`);
  requireFrom(signer, principal);
}

/** What the wallet is asked for: of the session's account and on its chain, also where the app leaves them out. */
export function requestOf(method: string, params: unknown, from: Address, chainId: number): unknown[] {
  const [first, ...rest] = params as [Fields, ...unknown[]];
  if (method === "eth_sendTransaction") {
    return [{ ...first, from: first.from ?? from, chainId: first.chainId ?? numberToHex(chainId) }, ...rest];
  }
  return method === "wallet_sendCalls" ? [{ ...first, from: first.from ?? from }, ...rest] : [first, ...rest];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** What nobody reads could be what was meant: a misspelt value, or a wish of a later standard. */
function requireKnown(fields: Fields, known: readonly string[], name: string): void {
  const unknown = Object.keys(fields).find((field) => fields[field] !== undefined && !known.includes(field));
  if (unknown !== undefined) throw invalid(`${name} has an unknown member, ${safeText(unknown)}.`);
}

function requireFrom(from: unknown, principal: Address): void {
  // What names no sender is the account's.
  if (!isGiven(from)) return;
  if (typeof from !== "string" || !isAddress(from, { strict: false }))
    throw invalid("The sender is not an address.", from);
  if (isAddressEqual(from, principal)) return;
  throw new SessionProviderError(RPC_CODES.unauthorized, "The session acts for another account.", {
    metaMessages: [`Asked for: ${from}`, `The session's: ${principal}`],
  });
}

function requireOptional(capabilities: unknown): void {
  if (!isGiven(capabilities)) return;
  if (typeof capabilities !== "object" || Array.isArray(capabilities)) {
    throw invalid("The capabilities are not an object.", capabilities);
  }
  for (const [name, capability] of Object.entries(capabilities as Fields)) {
    if (capability === undefined || (capability as Fields | null)?.optional === true) continue;
    const why = `A session does not have the capability ${safeText(name)}.`;
    throw new SessionProviderError(RPC_CODES.unsupportedCapability, why);
  }
}

function callIn({ to, value, data, input }: Fields, name: string): SessionCall {
  if (!isGiven(to)) throw invalid(`${name} has no target: a session creates no contracts.`);
  if (typeof to !== "string" || !isAddress(to)) throw invalid(`${name}: the target is not an address.`, to);
  if (isGiven(data) && isGiven(input) && data !== input) throw invalid(`${name} has data and another input.`);
  const sent = data ?? input ?? "0x";
  if (!isHex(sent) || sent.length % 2 !== 0) throw invalid(`${name}: the data is not a whole number of bytes.`, sent);
  const wei = isGiven(value) ? quantityOf(value, `${name}: the value`) : 0n;
  return { to, data: sent, ...(wei > 0n && { value: wei }) };
}

/** The most characters of a quantity: 2^256 - 1 and leading zeros. */
const LONGEST_QUANTITY = 130;

function quantityOf(value: unknown, name: string): bigint {
  if (typeof value === "string" && value.length <= LONGEST_QUANTITY && isHex(value) && value.length > 2) {
    const number = hexToBigInt(value as Hex);
    if (number <= maxUint256) return number;
  }
  throw invalid(`${name} is not a hexadecimal number below 2^256.`, value);
}

function objectIn(params: unknown, name: string): Fields {
  const first: unknown = Array.isArray(params) ? params[0] : undefined;
  if (typeof first === "object" && first !== null && !Array.isArray(first)) return first as Fields;
  throw invalid(`${name} wants an object.`);
}

function tooLarge(why: string): SessionProviderError {
  return new SessionProviderError(RPC_CODES.tooLarge, why);
}
