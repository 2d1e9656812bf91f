import { type Address, isAddressEqual, zeroAddress } from "viem";
import { ANY_TARGET, COUNTER_BOUND } from "../constants.ts";
import { PolicyFileError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy, Spend } from "../types.ts";
import { nameIn, symbolOf, tokenOf, type AddressBook, type UnitBook, WORDS } from "./addressBook.ts";
import { checkPolicy } from "./checkPolicy.ts";
import type { PolicyContents } from "./contents.ts";
import { type ContentBook, formatConditions } from "./fileConditions.ts";
import { hashPolicy } from "./hashPolicy.ts";
import { parsePolicyFile, type PermissionJson, type PolicyFileJson, type SpendJson } from "./parsePolicyFile.ts";
import type { Place } from "./argumentPaths.ts";
import { formatAmount, formatDuration, NATIVE } from "./units.ts";

export interface FormatPolicyFileParameters {
  /** Names for addresses, and the units of the limited tokens, without which there is no word for an amount. */
  book?: AddressBook | undefined;
  /** Names for the policy's counters; `counter1` and so on unless told otherwise. */
  counters?: Readonly<Record<string, number>> | undefined;
  /** What is bound by its content, by its hash; without it the file says the hash. */
  contents?: PolicyContents | undefined;
  /** For whom and for what, in a sentence. */
  about?: string | undefined;
  /** Seconds that a session usually lasts. */
  usual?: number | undefined;
  /** What errors call the file. */
  file?: string | undefined;
}

/**
 * A policy as a file that people read. `parsePolicyFile` gives back the very policy with the same book; what a file
 * cannot say is refused.
 * @throws PolicyFileError naming the place in the policy, the value and what stands against it
 */
export function formatPolicyFile(policy: Policy, parameters: FormatPolicyFileParameters = {}): PolicyFileJson {
  const { book = {}, contents = {}, about, usual, file = "policy" } = parameters;
  const fail = (place: string, what: string): never => {
    throw new PolicyFileError(file, place, what);
  };
  const counters = countersOf(policy, parameters.counters ?? {});
  const units = { ...book, counters };
  const contracts: PolicyFileJson["contracts"] = {};
  checkPolicy(policy).forEach(({ permission, root }, i) => {
    const { target, method } = permission;
    const contract = isAddressEqual(target, ANY_TARGET) ? WORDS.anyContract : nameIn(book, target);
    const text = method === "*" ? WORDS.anyMethod : method === "" ? WORDS.nativeTransfer : method;
    const methods = (contracts[contract] ??= {});
    const json = permissionJson(permission, root, { ...units, contents }, { file, place: `permissions[${i}]` });
    const before = Object.hasOwn(methods, text) ? [methods[text]!].flat() : [];
    methods[text] = before.length === 0 ? json : [...before, json];
  });
  const limits: Record<string, string | string[]> = {};
  policy.limits.forEach((limit, i) => {
    const [symbol, text] = limitJson(limit, units, { file, place: `limits[${i}]` });
    const before = Object.hasOwn(limits, symbol) ? [limits[symbol]!].flat() : [];
    limits[symbol] = before.length === 0 ? text : [...before, text];
  });
  const json: PolicyFileJson = {
    app: policy.app,
    ...(about === undefined ? {} : { about }),
    session: {
      shortest: formatDuration(policy.minDuration),
      longest: formatDuration(policy.maxDuration),
      ...(usual === undefined ? {} : { usual: formatDuration(usual) }),
      calls: policy.maxCalls,
    },
    gas: {
      budget: formatAmount(policy.gasBudget, NATIVE),
      ...(policy.selfPaid ? { paidByPrincipal: true } : {}),
      ...(isAddressEqual(policy.paymaster, zeroAddress) ? {} : { paymaster: nameIn(book, policy.paymaster) }),
    },
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(policy.limits.length === 0 ? {} : { limits }),
    contracts,
  };
  // Whatever a file has no place for shows in the id.
  const { policy: read } = parsePolicyFile(json, { book, file });
  if (hashPolicy(read) !== hashPolicy(policy)) fail("", "the policy is not one that a file can say.");
  return json;
}

/** The counters that the policy limits, by name. */
function countersOf({ limits }: Policy, names: Readonly<Record<string, number>>): Record<string, number> {
  const limited = new Set(limits.map(({ unit }) => BigInt(unit)).filter((unit) => unit > 0n && unit < COUNTER_BOUND));
  const named = Object.entries(names);
  const nameOf = (counter: number) => named.find(([, each]) => each === counter)?.[0] ?? `counter${counter}`;
  return Object.fromEntries([...limited].map((unit) => [nameOf(Number(unit)), Number(unit)]));
}

interface At {
  file: string;
  place: string;
}

function permissionJson(permission: Permission, root: Place, book: ContentBook, at: At): PermissionJson {
  const { method, maxValue, spends, rules, inner, consumable, open } = permission;
  const json: PermissionJson = {};
  if (maxValue !== 0n) json.value = formatAmount(maxValue, NATIVE);
  const [first, ...more] = spends.map((each) => spendJson(each, book, at));
  if (first !== undefined) json.spends = more.length === 0 ? first : [first, ...more];
  if (rules.length > 0) json.arguments = formatConditions(rules, root, book, at);
  if (inner.length > 0) json.inner = Object.fromEntries(inner.map(({ argument, types }) => [argument, types]));
  if (open.length > 0 && method !== "*") json.open = [...open];
  if (consumable) json.consumable = true;
  return json;
}

function spendJson({ unit, argument, amount, scale }: Spend, book: UnitBook, at: At): SpendJson {
  const symbol = knownSymbol(unit, book, at);
  if (argument === "") return formatAmount(amount, tokenOf(book, symbol)!);
  const path = /^\d+$/.test(argument) ? Number(argument) : argument;
  return { token: symbol, argument: path, ...(scale === 0 ? {} : { scale }) };
}

function limitJson({ unit, cap, period, fromStart }: Limit, book: UnitBook, at: At): [string, string] {
  const symbol = knownSymbol(unit, book, at);
  const amount = formatAmount(cap, tokenOf(book, symbol)!);
  const each = period === 0 ? "" : ` per ${formatDuration(period)}${fromStart ? " from the start" : ""}`;
  return [symbol, `${amount}${each}`];
}

function knownSymbol(unit: Address, book: UnitBook, { file, place }: At): string {
  const symbol = symbolOf(book, unit);
  if (symbol === undefined) throw new PolicyFileError(file, place, `the address book has no token ${unit}.`);
  return symbol;
}
