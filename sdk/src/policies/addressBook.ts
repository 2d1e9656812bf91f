import { type Address, getAddress, isAddress, numberToHex, zeroAddress } from "viem";
import { ANY_TARGET } from "../constants.ts";
import { JsonNode } from "./jsonNode.ts";
import type { TokenUnit } from "./symbols.ts";
import { NATIVE } from "./units.ts";

/** What the names in a policy file stand for on one chain. */
export interface AddressBook {
  /** Contracts, by the names that policy files give them. */
  contracts?: Readonly<Record<string, Address>> | undefined;
  /** Tokens, by symbol; each is a contract of that name too. */
  tokens?: Readonly<Record<string, { address: Address; decimals: number }>> | undefined;
}

/** A book with the counters that one policy file names, 1 to 65,535: they count as tokens without decimals do. */
export interface UnitBook extends AddressBook {
  counters?: Readonly<Record<string, number>> | undefined;
}

/** How the sentinels of a policy are written in a file: in words, so that nobody writes one by accident. */
export const WORDS = {
  anyContract: "any contract",
  anyMethod: "any method",
  nativeTransfer: "native transfer",
  principal: "principal",
} as const;

/** Whether a name means something else: in a file, or to JavaScript. */
const isTaken = (name: string) => RESERVED.includes(name) || name === "__proto__";

export const RESERVED: readonly string[] = [NATIVE.symbol, ...Object.values(WORDS)];

/**
 * Reads an address book: `{ "contracts": { "Feed": "0x…" }, "tokens": { "POKE": { "address": "0x…", "decimals": 18 } } }`,
 * as a value or as JSON text. `file` is what errors call it.
 * @throws PolicyFileError naming the place, the value and what is expected
 */
export function parseAddressBook(json: unknown, { file = "address book" }: { file?: string } = {}): AddressBook {
  const root = typeof json === "string" ? JsonNode.parse(file, json) : new JsonNode(file, "", json);
  root.members(["$schema", "contracts", "tokens"]);
  const contracts: Record<string, Address> = {};
  const tokens: Record<string, { address: Address; decimals: number }> = {};
  for (const [name, at] of membersOf(root.member("contracts"))) contracts[name] = addressAt(at);
  for (const [symbol, at] of membersOf(root.member("tokens"))) {
    at.members(["address", "decimals"]);
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(symbol)) at.fail("a symbol is letters and digits, a letter first.");
    const address = addressAt(at.member("address"));
    const known = contracts[symbol];
    if (known !== undefined && known !== address) at.fail(`is also a contract, at ${known}.`);
    tokens[symbol] = { address, decimals: at.member("decimals").whole(0, 77) };
  }
  return { contracts, tokens };
}

function membersOf(node: JsonNode): [name: string, at: JsonNode][] {
  const members = node.isMissing ? [] : node.members();
  for (const [name, at] of members) {
    if (isTaken(name) || isAddress(name, { strict: false })) {
      at.fail("this name is taken: it means something else in a policy file.");
    }
  }
  return members;
}

function addressAt(node: JsonNode): Address {
  const text = node.text();
  if (!isAddress(text)) node.fail(`expected an address with a good checksum, found ${node.shown}.`);
  return getAddress(text as Address);
}

/**
 * An address by its name in the book, or as it is; undefined if it is neither. One with a wrong letter is refused as what it
 * is: it is no name.
 */
export function readAddress(node: JsonNode, book: AddressBook): Address | undefined {
  const text = node.text();
  const known = addressOf(book, text);
  if (known !== undefined) return known;
  if (!isAddress(text, { strict: false })) return undefined;
  if (!isAddress(text)) node.fail(`is an address with a bad checksum, ${node.shown}: a character is wrong.`);
  return getAddress(text);
}

/** Where a name of the book leads; undefined if it has none. */
export function addressOf({ contracts = {}, tokens = {} }: AddressBook, name: string): Address | undefined {
  if (Object.hasOwn(tokens, name)) return getAddress(tokens[name]!.address);
  return Object.hasOwn(contracts, name) ? getAddress(contracts[name]!) : undefined;
}

/** A token by its symbol, a counter by its name, the native coin by `ETH`. */
export function tokenOf(
  { tokens = {}, counters = {} }: UnitBook,
  symbol: string,
): (TokenUnit & { address: Address }) | undefined {
  if (symbol === NATIVE.symbol) return { ...NATIVE, address: zeroAddress };
  if (Object.hasOwn(counters, symbol)) return { symbol, decimals: 0, address: counterUnit(counters[symbol]!) };
  if (!Object.hasOwn(tokens, symbol)) return undefined;
  const { address, decimals } = tokens[symbol]!;
  return { symbol, decimals, address: getAddress(address) };
}

/** A counter as limits and spends name it. */
export function counterUnit(counter: number): Address {
  return getAddress(numberToHex(counter, { size: 20 }));
}

/** The symbol under which the book has a token, or the name of a counter. */
export function symbolOf(book: UnitBook, token: Address): string | undefined {
  if (token === zeroAddress) return NATIVE.symbol;
  const symbols = [...Object.keys(book.tokens ?? {}), ...Object.keys(book.counters ?? {})];
  return symbols.find((symbol) => !isTaken(symbol) && tokenOf(book, symbol)?.address === getAddress(token));
}

/** What a file calls an address: its name, the address itself if it has none. */
export function nameIn(book: AddressBook, address: Address): string {
  const checksummed = getAddress(address);
  const names = namesOf(book).filter((name) => !isTaken(name));
  return names.find((name) => addressOf(book, name) === checksummed) ?? checksummed;
}

export function namesOf({ contracts = {}, tokens = {} }: AddressBook): string[] {
  return [...new Set([...Object.keys(contracts), ...Object.keys(tokens)])];
}

/** Names and units of the book, by address, as `describePolicy` takes them. */
export function wordsOf(book: AddressBook): {
  names: Record<Address, string>;
  tokens: Record<Address, TokenUnit>;
} {
  const names: Record<Address, string> = { [ANY_TARGET]: WORDS.anyContract };
  for (const name of namesOf(book)) names[addressOf(book, name)!] ??= name;
  const tokens: Record<Address, TokenUnit> = {};
  for (const symbol of Object.keys(book.tokens ?? {})) {
    const { address, ...unit } = tokenOf(book, symbol)!;
    tokens[address] ??= unit;
  }
  return { names, tokens };
}
