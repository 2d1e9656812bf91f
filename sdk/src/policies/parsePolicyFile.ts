import { type AbiFunction, type Address, formatEther, getAddress, isAddress, isAddressEqual, zeroAddress } from "viem";
import {
  ANY_TARGET,
  MAX_CALLS,
  MAX_DURATION,
  MAX_GAS_BUDGET,
  MAX_LIMITS,
  MIN_DURATION,
  MIN_PERIOD,
} from "../constants.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { type AddressBook, addressOf, namesOf, tokenOf, WORDS } from "./addressBook.ts";
import { encodeApp, isWholeGwei, sortPermissions } from "./definePolicy.ts";
import { type FileCondition, parseConditions } from "./fileConditions.ts";
import { canonicalText, functionOf } from "./headWords.ts";
import { JsonNode } from "./jsonNode.ts";
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
  /** By symbol: "50 POKE" in all, or "50 POKE per 1d". */
  limits?: Record<string, string>;
  /** By name or address, then by method. */
  contracts: Record<string, Record<string, PermissionJson>>;
}

/** What a policy file says of one method. */
export interface PermissionJson {
  value?: string;
  spends?: string | { token: string; argument: number };
  /** By the number of the head word. */
  arguments?: Record<string, FileCondition>;
  consumable?: boolean;
}

/** What a policy file says. */
export interface PolicyFile {
  policy: Policy;
  /** For whom and for what, in a sentence; empty if the file does not say. Not part of the policy. */
  about: string;
  /** Seconds that a session usually lasts; the longest unless the file says otherwise. Not part of the policy. */
  usual: number;
}

export interface ParsePolicyFileParameters {
  /** What the names in the file stand for; addresses and ETH need none. */
  book?: AddressBook | undefined;
  /** What errors call the file. */
  file?: string | undefined;
}

const FILE = ["$schema", "app", "about", "session", "gas", "limits", "contracts"] as const;
const SESSION = ["shortest", "longest", "usual", "calls"] as const;
const GAS = ["budget", "paidByPrincipal", "paymaster"] as const;
const PERMISSION = ["value", "spends", "arguments", "consumable"] as const;
const SPENDS = ["token", "argument"] as const;

const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT128 = 2n ** 128n - 1n;

/**
 * Sorts and encodes what a policy file says; a text is parsed as JSON first.
 * @throws PolicyFileError naming the place in the file, the value and the limit
 */
export function parsePolicyFile(json: unknown, parameters: ParsePolicyFileParameters = {}): PolicyFile {
  const { book = {}, file = "policy" } = parameters;
  const root = typeof json === "string" ? JsonNode.parse(file, json) : new JsonNode(file, "", json);
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
  const limits = limitsOf(root.member("limits"), book);
  const policy: Policy = {
    app: app(root.member("app")),
    minDuration: shortest,
    maxDuration: longest,
    maxCalls: session.member("calls").whole(1, MAX_CALLS),
    ...gas(root.member("gas"), book),
    permissions: permissions(root.member("contracts"), book, limits),
    limits,
  };
  const about = root.member("about");
  return { policy, about: about.isMissing ? "" : about.text(), usual };
}

function app(node: JsonNode): Policy["app"] {
  const text = node.text();
  if (!/^[\x20-\x7e]{1,31}$/.test(text)) node.fail(`expected 1 to 31 printable ASCII characters, found ${node.shown}.`);
  return encodeApp(text);
}

function duration(node: JsonNode): number {
  const seconds = parseDuration(node.text());
  if (seconds === undefined) node.fail(`expected a duration like "2h" or "1h 30m", found ${node.shown}.`);
  if (seconds < MIN_DURATION || seconds > MAX_DURATION) node.fail(`${node.shown} is not between 1m and 365d.`);
  return seconds;
}

function gas(node: JsonNode, book: AddressBook): Pick<Policy, "gasBudget" | "selfPaid" | "paymaster"> {
  node.members(GAS);
  const budgetAt = node.member("budget");
  const budget = amount(budgetAt, NATIVE.symbol, book);
  if (budget > MAX_GAS_BUDGET) budgetAt.fail(`${budgetAt.shown} is more than ${formatEther(MAX_GAS_BUDGET)} ETH.`);
  if (!isWholeGwei(budget)) budgetAt.fail(`${budgetAt.shown} is no whole number of gwei.`);
  const paymaster = node.member("paymaster");
  return {
    gasBudget: budget,
    selfPaid: node.member("paidByPrincipal").flag(false),
    paymaster: paymaster.isMissing ? zeroAddress : address(paymaster, book),
  };
}

function limitsOf(node: JsonNode, book: AddressBook): Limit[] {
  if (node.isMissing) return [];
  const all = node.members().map(([symbol, at]): Limit => {
    const token = knownToken(at, symbol, book, "of this name");
    const [cap, period, ...rest] = at.text().split(" per ");
    if (rest.length > 0) at.fail(`expected one "per", found ${at.shown}.`);
    const units = amount(at.alias(cap), symbol, book);
    if (units > MAX_UINT128) at.fail(`${at.shown} does not fit 128 bits.`);
    if (period === undefined) return { token, cap: units, period: 0 };
    const seconds =
      parseDuration(period) ?? at.fail(`expected a period like "per 1h", found ${JSON.stringify(period)}.`);
    if (seconds < MIN_PERIOD || seconds > MAX_UINT32) {
      at.fail(
        `a period is at least 5m, found ${JSON.stringify(period)}${seconds > MAX_UINT32 ? ", above 32 bits" : ""}.`,
      );
    }
    return { token, cap: units, period: seconds };
  });
  if (all.length > MAX_LIMITS) node.fail(`a policy has at most ${MAX_LIMITS} limits, found ${all.length}.`);
  all.forEach(({ token }, i) => {
    if (all.findIndex((other) => other.token === token) !== i) {
      const [[first], [second]] = [node.members().find((_, j) => all[j]!.token === token)!, node.members()[i]!];
      node.member(second).fail(`stands for the same token as ${first}.`);
    }
  });
  return all;
}

function permissions(node: JsonNode, book: AddressBook, limits: Limit[]): Permission[] {
  const seen = new Map<string, string>();
  const all: Permission[] = [];
  for (const [contract, methods] of node.members()) {
    const target = contract === WORDS.anyContract ? ANY_TARGET : address(methods.alias(contract), book);
    const entries = methods.members();
    if (entries.length === 0) methods.fail("names no method; leave the contract out, or say what may be called.");
    for (const [text, at] of entries) {
      const one = permission(target, text, at, book, limits);
      const key = `${target} ${one.method}`;
      const first = seen.get(key);
      if (first !== undefined) at.fail(`stands for the same contract and method as ${first}.`);
      seen.set(key, at.place);
      all.push(one);
    }
  }
  if (all.length === 0) node.fail("names no contract; a policy without permissions allows nothing.");
  return sortPermissions(all);
}

function permission(target: Address, text: string, node: JsonNode, book: AddressBook, limits: Limit[]): Permission {
  node.members(PERMISSION);
  const item = methodOf(text, node);
  const value = node.member("value");
  const maxValue = value.isMissing ? 0n : amount(value, NATIVE.symbol, book);
  if (maxValue > MAX_UINT128) value.fail(`${value.shown} does not fit 128 bits of wei.`);
  if (maxValue !== 0n && !limits.some(({ token }) => token === zeroAddress)) {
    value.fail(`a call with value needs a limit on ETH, found ${value.shown} and none.`);
  }
  return {
    target,
    method: item === undefined ? (text === WORDS.anyMethod ? "*" : "") : text,
    maxValue,
    ...spends(node.member("spends"), item, book, limits),
    rules: parseConditions(node.member("arguments"), item, book),
    consumable: node.member("consumable").flag(false),
  };
}

/** The method of a text; undefined for the sentinels. */
function methodOf(text: string, node: JsonNode): AbiFunction | undefined {
  if (text === WORDS.anyMethod || text === WORDS.nativeTransfer) return undefined;
  const item = functionOf(text);
  if (item === undefined) {
    node.fail(`is no method; write its name and types like "transfer(address,uint256)", or "${WORDS.anyMethod}".`);
  }
  const canonical = canonicalText(item);
  if (canonical !== text) node.fail(`write it as ${JSON.stringify(canonical)}: canonical types, no spaces, no names.`);
  return item;
}

type Spend = Pick<Permission, "spendToken" | "amountArgument" | "spendAmount">;

function spends(node: JsonNode, item: AbiFunction | undefined, book: AddressBook, limits: Limit[]): Spend {
  if (node.isMissing) return { spendToken: zeroAddress, amountArgument: 0, spendAmount: 0n };
  if (item === undefined) node.fail("only a method of its own can spend.");
  const isConstant = typeof node.value === "string";
  if (!isConstant) node.members(SPENDS);
  const at = isConstant ? node : node.member("token");
  const symbol = isConstant ? splitAmount(node.text())?.unit : at.text();
  if (symbol === undefined) node.fail(`expected an amount like "1 POKE", found ${node.shown}.`);
  const token = knownToken(at, symbol, book, symbol);
  if (token === zeroAddress) at.fail(`ETH is spent by "value", not declared, found ${at.shown}.`);
  if (!limits.some((limit) => isAddressEqual(limit.token, token))) {
    at.fail(`${symbol} has no limit; add one under "limits".`);
  }
  if (isConstant) {
    const spendAmount = amount(node, symbol, book);
    if (spendAmount === 0n || spendAmount > MAX_UINT128) {
      node.fail(`${node.shown} is not between 1 and 2^128 - 1 base units.`);
    }
    return { spendToken: token, amountArgument: 0, spendAmount };
  }
  return { spendToken: token, amountArgument: node.member("argument").whole(0, 63), spendAmount: 0n };
}

function knownToken(node: JsonNode, symbol: string, book: AddressBook, called: string): Address {
  const known = [NATIVE.symbol, ...Object.keys(book.tokens ?? {})];
  const token = tokenOf(book, symbol);
  return token?.address ?? node.fail(`there is no token ${called}; known are ${known.join(", ")}.`);
}

/** Base units of "0.5 POKE". */
function amount(node: JsonNode, symbol: string, book: AddressBook): bigint {
  const split = splitAmount(node.text());
  const { decimals } = tokenOf(book, symbol)!;
  if (split === undefined) node.fail(`expected an amount like "1.5 ${symbol}", found ${node.shown}.`);
  if (split.unit !== symbol) node.fail(`expected an amount of ${symbol}, found ${node.shown}.`);
  const units = baseUnits(split.number, decimals);
  if (units === undefined) node.fail(`${symbol} has ${decimals} decimals, found ${node.shown}.`);
  return units;
}

function address(node: JsonNode, book: AddressBook): Address {
  const text = node.text();
  const known = addressOf(book, text) ?? (isAddress(text) ? getAddress(text) : undefined);
  if (known === undefined) {
    const names = namesOf(book);
    const others = names.length === 0 ? "no name is known" : `known are ${names.join(", ")}`;
    node.fail(`there is no contract named ${JSON.stringify(text)}; ${others}.`);
  }
  return known;
}
