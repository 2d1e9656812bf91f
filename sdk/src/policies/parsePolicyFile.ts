import { type Address, formatEther, type Hex, isAddressEqual, isHex, zeroAddress } from "viem";
import {
  ANY_TARGET,
  COUNTER_BOUND,
  MAX_CALLS,
  MAX_DURATION,
  MAX_GAS_BUDGET,
  MAX_LIMITS,
  MIN_DURATION,
  MIN_PERIOD,
} from "../constants.ts";
import { UnsafePolicyError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy, Spend } from "../types.ts";
import {
  type AddressBook,
  counterUnit,
  namesOf,
  readAddress,
  RESERVED,
  tokenOf,
  type UnitBook,
  WORDS,
} from "./addressBook.ts";
import type { ContentValue, PolicyContents } from "./contents.ts";
import { definePolicy, sortPermissions } from "./definePolicy.ts";
import { argumentsOf, type FileCondition, parseConditions, parseInner } from "./fileConditions.ts";
import { JsonNode } from "./jsonNode.ts";
import { MethodTextError, parseMethod, type TupleType } from "./methodTypes.ts";
import { parsePlainPolicy, type PlainPolicyJson } from "./plainPolicy.ts";
import type { TokenUnit } from "./symbols.ts";
import { baseUnits, NATIVE, parseDuration, splitAmount } from "./units.ts";

/** A policy file as JSON holds it: `examples/policies/policy.schema.json` of the project says the same. */
export interface PolicyFileJson {
  $schema?: string;
  /** 1 to 31 characters of printable ASCII. */
  app: string;
  /** For whom and for what, in a sentence. */
  about?: string;
  session: {
    /** Durations are written "1h 30m". */
    shortest: string;
    longest: string;
    usual?: string;
    calls: number;
  };
  /** Amounts are written "0.02 ETH"; `paymaster` is a name or an address. */
  gas: { budget: string; paidByPrincipal?: boolean; paymaster?: string };
  /** Names for the counters of the policy, 1 to 65,535: "3 posts" counts 3. */
  counters?: Record<string, number>;
  /** By symbol: "50 POKE" in all, "50 POKE per 1d", "50 POKE per 1d from the start"; a list for several. */
  limits?: Record<string, string | string[]>;
  /** By name or address, then by method; a list holds alternatives, of which the first one that holds decides. */
  contracts: Record<string, Record<string, PermissionJson | PermissionJson[]>>;
}

/** What a policy file says of one method. */
export interface PermissionJson {
  value?: string;
  /** A fixed price, "1 POKE", or the path of the argument that says how much; a list for several units. */
  spends?: SpendJson | SpendJson[];
  /** By path; "value" for the wei of the call. */
  arguments?: Record<string, FileCondition>;
  /** How `bytes` are read, by their paths: as an encoding of `"(address,uint256)"`, or as a call of `"sweep(address)"`. */
  inner?: Record<string, string>;
  /** Paths of arguments that may say anything; `["*"]` for everything that is not bound. */
  open?: string[];
  consumable?: boolean;
}

/** What one call counts: `token` is a symbol or a counter; an argument on a counter is multiplied by 10^scale. */
export type SpendJson = string | { token: string; argument: number | string; scale?: number };

/** A policy file in the policy's own fields, amounts in base units: what a wallet is shown. */
export interface PlainPolicyFileJson {
  $schema?: string;
  about?: string;
  policy: PlainPolicyJson;
  /** What is bound by its content, by its hash; numbers above 2^53 are texts. */
  contents?: Record<Hex, string | (string | number | boolean)[]>;
}

/** What a policy file says. */
export interface PolicyFile {
  policy: Policy;
  /** For whom and for what, in a sentence; empty if the file does not say. Not part of the policy. */
  about: string;
  /** Seconds that a session usually lasts; the longest unless the file says otherwise. Not part of the policy. */
  usual: number;
  /** What is bound by its content, by its hash, as far as the file says it: `describePolicy` takes it. */
  contents: PolicyContents;
  /** What the file calls its counters, by their addresses: `tokens` of `describePolicy`. */
  counters: Readonly<Record<Address, TokenUnit>>;
}

export interface ParsePolicyFileParameters {
  /** What the names in the file stand for; addresses and ETH need none. */
  book?: AddressBook | undefined;
  /** What errors call the file. */
  file?: string | undefined;
}

const FILE = ["$schema", "app", "about", "session", "gas", "counters", "limits", "contracts"] as const;
/** Beside the policy stands what is said of it: not part of it. */
const PLAIN = ["$schema", "about", "policy", "contents", "open", "sources", "facts", "passes", "refused"] as const;
const SESSION = ["shortest", "longest", "usual", "calls"] as const;
const GAS = ["budget", "paidByPrincipal", "paymaster"] as const;
const PERMISSION = ["value", "spends", "arguments", "inner", "open", "consumable"] as const;
const SPENDS = ["token", "argument", "scale"] as const;

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT128 = 2n ** 128n - 1n;
const FROM_START = " from the start";

/**
 * Sorts, encodes and checks what a policy file says; a text is parsed as JSON first. Beside the form for people a file may
 * hold the policy in its own fields, as `policy`.
 * @throws PolicyFileError naming the place in the file, its line, the value and the bound; its cause is the
 * `UnsafePolicyError` if it is the chain that would refuse
 */
export function parsePolicyFile(json: unknown, parameters: ParsePolicyFileParameters = {}): PolicyFile {
  const { book = {}, file = "policy" } = parameters;
  const root = typeof json === "string" ? JsonNode.parse(file, json) : new JsonNode(file, "", json);
  const about = root.isObject ? root.member("about") : root;
  if (root.isObject && !root.member("policy").isMissing) {
    root.members(PLAIN);
    const policy = parsePlainPolicy(root.member("policy"), book);
    const contents = contentsIn(root.member("contents"));
    return { policy, about: about.isMissing ? "" : about.text(), usual: policy.maxDuration, contents, counters: {} };
  }
  root.members(FILE);
  const session = root.member("session");
  session.members(SESSION);
  const [shortestAt, longestAt, usualAt] = [
    session.member("shortest"),
    session.member("longest"),
    session.member("usual"),
  ];
  const shortest = duration(shortestAt);
  const longest = duration(longestAt);
  if (longest < shortest) longestAt.fail(`${longestAt.shown} is shorter than the shortest, ${shortestAt.shown}.`);
  const usual = usualAt.isMissing ? longest : duration(usualAt);
  if (usual < shortest || usual > longest) {
    usualAt.fail(`${usualAt.shown} is not between the shortest and the longest, ${longestAt.shown}.`);
  }
  const units = { ...book, counters: countersOf(root.member("counters"), book) };
  const limits = limitsOf(root.member("limits"), units);
  const contents: Record<Hex, ContentValue> = {};
  const places = permissions(root.member("contracts"), { book: units, limits, contents });
  const parts = {
    app: app(root.member("app")),
    minDuration: shortest,
    maxDuration: longest,
    maxCalls: session.member("calls").whole(1, MAX_CALLS),
    ...gas(root.member("gas"), units),
  };
  const policy = defined(() => definePolicy({ ...parts, permissions: [[...places.keys()]], limits }), places, root);
  const counters = Object.fromEntries(
    Object.entries(units.counters).map(([symbol, counter]) => [counterUnit(counter), { symbol, decimals: 0 }]),
  );
  return { policy, about: about.isMissing ? "" : about.text(), usual, contents, counters };
}

/** Contents beside a policy in its own fields: lists and texts, by what they hash to. */
function contentsIn(node: JsonNode): PolicyContents {
  if (node.isMissing) return {};
  return Object.fromEntries(
    node.members().map(([hash, at]): [Hex, ContentValue] => {
      if (!/^0x[0-9a-fA-F]{64}$/.test(hash)) at.fail("expected the hash of a content, 32 bytes in hex.");
      const value = Array.isArray(at.value) ? at.items().map(simple) : at.text();
      return [hash.toLowerCase() as Hex, value];
    }),
  );
}

function simple(node: JsonNode): Address | Hex | bigint | boolean {
  const { value } = node;
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  const text = node.text();
  if (/^-?\d{1,80}$/.test(text)) return BigInt(text);
  return isHex(text) ? text : node.fail(`expected a number, true, false or hex, found ${node.shown}.`);
}

/** What the chain would refuse is said of the place in the file that it comes from. */
function defined(define: () => Policy, places: ReadonlyMap<Permission, JsonNode>, root: JsonNode): Policy {
  try {
    return define();
  } catch (cause) {
    if (!(cause instanceof UnsafePolicyError)) throw cause;
    const index = /^permissions\[(\d+)\]/.exec(cause.place)?.[1];
    const permission = index === undefined ? undefined : sortPermissions([...places.keys()])[Number(index)];
    return (places.get(permission!) ?? root).fail(cause.shortMessage.replace(/^.*?: /, ""), { cause });
  }
}

function countersOf(node: JsonNode, book: AddressBook): Record<string, number> {
  if (node.isMissing) return {};
  const all = node.members().map(([name, at]): [string, number] => {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) at.fail("a counter's name is letters and digits, a letter first.");
    if (RESERVED.includes(name) || tokenOf(book, name) !== undefined) at.fail("this name is a token's.");
    return [name, at.whole(1, COUNTER_BOUND - 1)];
  });
  all.forEach(([name, counter], i) => {
    const first = all.find(([, other]) => other === counter)!;
    if (first !== all[i]) node.member(name).fail(`${counter} is also ${first[0]}.`);
  });
  return Object.fromEntries(all);
}

function app(node: JsonNode): Policy["app"] {
  const text = node.text();
  if (!/^[\x20-\x7e]{1,31}$/.test(text)) node.fail(`expected 1 to 31 printable ASCII characters, found ${node.shown}.`);
  return text;
}

function duration(node: JsonNode): number {
  const seconds = parseDuration(node.text());
  if (seconds === undefined) node.fail(`expected a duration like "2h" or "1h 30m", found ${node.shown}.`);
  if (seconds < MIN_DURATION || seconds > MAX_DURATION) node.fail(`${node.shown} is not between 1m and 365d.`);
  return seconds;
}

function gas(node: JsonNode, book: UnitBook): Pick<Policy, "gasBudget" | "selfPaid" | "paymaster"> {
  node.members(GAS);
  const budgetAt = node.member("budget");
  const budget = amount(budgetAt, NATIVE.symbol, book);
  if (budget > MAX_GAS_BUDGET) budgetAt.fail(`${budgetAt.shown} is more than ${formatEther(MAX_GAS_BUDGET)} ETH.`);
  if (budget % 10n ** 9n !== 0n) budgetAt.fail(`${budgetAt.shown} is no whole number of gwei.`);
  const paymaster = node.member("paymaster");
  return {
    gasBudget: budget,
    selfPaid: node.member("paidByPrincipal").flag(false),
    paymaster: paymaster.isMissing ? zeroAddress : address(paymaster, book),
  };
}

function limitsOf(node: JsonNode, book: UnitBook): Limit[] {
  if (node.isMissing) return [];
  const all = node.members().flatMap(([symbol, at]) => {
    const texts = Array.isArray(at.value) ? at.items() : [at];
    if (texts.length === 0) at.fail("names no limit.");
    return texts.map((each): [Limit, JsonNode] => [limit(each, symbol, book), each]);
  });
  if (all.length > MAX_LIMITS) node.fail(`a policy has at most ${MAX_LIMITS} limits, found ${all.length}.`);
  all.forEach(([{ unit, period, fromStart }, at], i) => {
    const isSame = (other: Limit) => other.unit === unit && other.period === period && other.fromStart === fromStart;
    const first = all.find(([other]) => isSame(other))!;
    if (first !== all[i]) at.fail(`stands for the same unit and period as ${first[1].place}.`);
  });
  return all.map(([each]) => each);
}

function limit(at: JsonNode, symbol: string, book: UnitBook): Limit {
  const unit = knownToken(at, symbol, book, "of this name");
  const text = at.text();
  const fromStart = text.endsWith(FROM_START);
  const [cap, period, ...rest] = (fromStart ? text.slice(0, -FROM_START.length) : text).split(" per ");
  if (rest.length > 0) at.fail(`expected one "per", found ${at.shown}.`);
  const units = amount(at.alias(cap), symbol, book);
  if (units > MAX_UINT128) at.fail(`${at.shown} does not fit 128 bits.`);
  if (period === undefined) {
    if (fromStart) at.fail(`a lifetime has no periods that could start, found ${at.shown}.`);
    return { unit, cap: units, period: 0, fromStart };
  }
  const seconds = parseDuration(period) ?? at.fail(`expected a period like "per 1h", found ${JSON.stringify(period)}.`);
  if (seconds < MIN_PERIOD || seconds > MAX_UINT32) {
    const above = seconds > MAX_UINT32 ? ", above 32 bits" : "";
    at.fail(`a period is at least 1m, found ${JSON.stringify(period)}${above}.`);
  }
  return { unit, cap: units, period: seconds, fromStart };
}

/** What permissions are read with. */
interface Reading {
  book: UnitBook;
  limits: readonly Limit[];
  contents: Record<Hex, ContentValue>;
}

/** Every permission, in the file's order, and where it stands. */
function permissions(node: JsonNode, reading: Reading): Map<Permission, JsonNode> {
  const { book } = reading;
  const seen = new Map<string, string>();
  const all = new Map<Permission, JsonNode>();
  for (const [contract, methods] of node.members()) {
    const target = contract === WORDS.anyContract ? ANY_TARGET : address(methods.alias(contract), book);
    const entries = methods.members();
    if (entries.length === 0) methods.fail("names no method; leave the contract out, or say what may be called.");
    for (const [text, at] of entries) {
      const key = `${target} ${text}`;
      const first = seen.get(key);
      if (first !== undefined) at.fail(`stands for the same contract and method as ${first}.`);
      seen.set(key, at.place);
      const alternatives = Array.isArray(at.value) ? at.items() : [at];
      if (alternatives.length === 0) at.fail("names no alternative.");
      for (const each of alternatives) all.set(permission(target, text, each, reading), each);
    }
  }
  if (all.size === 0) node.fail("names no contract; a policy without permissions allows nothing.");
  return all;
}

function permission(target: Address, text: string, node: JsonNode, reading: Reading): Permission {
  const { book, limits, contents } = reading;
  const types = methodOf(text, node);
  node.members(PERMISSION);
  const value = node.member("value");
  const maxValue = value.isMissing ? 0n : amount(value, NATIVE.symbol, book);
  if (maxValue > MAX_UINT128) value.fail(`${value.shown} does not fit 128 bits of wei.`);
  if (maxValue !== 0n && !limits.some(({ unit }) => unit === zeroAddress)) {
    value.fail(`a call with value needs a limit on ETH, found ${value.shown} and none.`);
  }
  const inner = parseInner(node.member("inner"));
  const root = types && argumentsOf(types, inner, node.member("inner"));
  const open = node.member("open");
  const isAny = text === WORDS.anyMethod;
  if (isAny && !open.isMissing) open.fail("any method is open anyway.");
  const list = open.isMissing ? [] : open.items().map((each) => each.text());
  return {
    target,
    method: types === undefined ? (isAny ? "*" : "") : text,
    maxValue,
    spends: spends(node.member("spends"), book, limits),
    rules: parseConditions(node.member("arguments"), root, book, contents),
    inner,
    consumable: node.member("consumable").flag(false),
    open: isAny ? ["*"] : list,
  };
}

/** The arguments of a method's text; undefined for the sentinels. */
function methodOf(text: string, node: JsonNode): TupleType | undefined {
  if (text === WORDS.anyMethod || text === WORDS.nativeTransfer) return undefined;
  try {
    const { name, types } = parseMethod(text);
    if (name !== "") return types;
  } catch (thrown) {
    if (!(thrown instanceof MethodTextError)) throw thrown;
    const types = "canonical types, no spaces, no names";
    node.fail(`is no method from byte ${thrown.position} on; write it like "transfer(address,uint256)": ${types}.`);
  }
  return node.fail(`is no method; write its name and types like "transfer(address,uint256)", or "${WORDS.anyMethod}".`);
}

function spends(node: JsonNode, book: UnitBook, limits: readonly Limit[]): Spend[] {
  if (node.isMissing) return [];
  return (Array.isArray(node.value) ? node.items() : [node]).map((each) => spend(each, book, limits));
}

function spend(node: JsonNode, book: UnitBook, limits: readonly Limit[]): Spend {
  const isConstant = typeof node.value === "string";
  if (!isConstant) node.members(SPENDS);
  const at = isConstant ? node : node.member("token");
  const symbol = isConstant ? splitAmount(node.text())?.unit : at.text();
  if (symbol === undefined) node.fail(`expected an amount like "1 POKE", found ${node.shown}.`);
  const unit = knownToken(at, symbol, book, symbol);
  if (unit === zeroAddress) at.fail(`ETH is spent by "value", not declared, found ${at.shown}.`);
  if (!limits.some((limit) => isAddressEqual(limit.unit, unit))) {
    at.fail(`${symbol} has no limit; add one under "limits".`);
  }
  if (isConstant) {
    const constant = amount(node, symbol, book);
    if (constant === 0n || constant > MAX_UINT128) {
      node.fail(`${node.shown} is not between 1 and 2^128 - 1 base units.`);
    }
    return { unit, argument: "", amount: constant, scale: 0 };
  }
  const argument = node.member("argument");
  const path = typeof argument.value === "number" ? String(argument.whole(0, 63)) : argument.text();
  const scale = node.member("scale");
  return { unit, argument: path, amount: 0n, scale: scale.isMissing ? 0 : scale.whole(0, 30) };
}

function knownToken(node: JsonNode, symbol: string, book: UnitBook, called: string): Address {
  const known = [NATIVE.symbol, ...Object.keys(book.tokens ?? {}), ...Object.keys(book.counters ?? {})];
  const token = tokenOf(book, symbol);
  return token?.address ?? node.fail(`there is no token ${called}; known are ${known.join(", ")}.`);
}

/** Base units of "0.5 POKE". */
function amount(node: JsonNode, symbol: string, book: UnitBook): bigint {
  const split = splitAmount(node.text());
  const { decimals } = tokenOf(book, symbol)!;
  if (split === undefined) node.fail(`expected an amount like "1.5 ${symbol}", found ${node.shown}.`);
  if (split.unit !== symbol) node.fail(`expected an amount of ${symbol}, found ${node.shown}.`);
  const units = baseUnits(split.number, decimals);
  if (units === undefined) node.fail(`${symbol} has ${decimals} decimals, found ${node.shown}.`);
  return units;
}

/** An address by its name in the book, or as it is. */
export function address(node: JsonNode, book: AddressBook): Address {
  const known = readAddress(node, book);
  if (known === undefined) {
    const names = namesOf(book);
    const others = names.length === 0 ? "no name is known" : `known are ${names.join(", ")}`;
    node.fail(`there is no contract named ${node.shown}; ${others}.`);
  }
  return known;
}
