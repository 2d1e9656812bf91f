import {
  AbiCoder,
  dataLength,
  encodeBytes32String,
  getAddress,
  getCreateAddress,
  id,
  isHexString,
  keccak256,
  toBeHex,
  toTwos,
  TypedDataEncoder,
  zeroPadValue,
  ZeroAddress,
} from "ethers";
import type { Address, Hex } from "viem";
import { POLICY_TYPES } from "./typedData.ts";

export const ANY_TARGET = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";

/** In `replaces`: whoever lives in the lane may be ended. */
export const ANY_KEY = ANY_TARGET;

/** `MethodKind` of contracts/types/MethodKind.sol. */
export const MethodKind = { NATIVE: 0, METHOD: 1, WILDCARD: 2 } as const;

/** The texts of `RuleTest`, in the order of their codes. */
export const TESTS = [
  "is",
  "is not",
  "is one of",
  "is the principal",
  "is one of or the principal",
  "is at least",
  "is at most",
  "has the content",
  "has one of the contents",
  "is at least at rate",
  "is at most at rate",
] as const;

export interface Inner {
  argument: string;
  types: string;
}

export interface Rule {
  argument: string;
  test: string;
  per: string;
  addresses: Address[];
  numbers: bigint[];
  words: Hex[];
}

export interface Spend {
  unit: Address;
  argument: string;
  amount: bigint;
  scale: number;
}

export interface Permission {
  target: Address;
  method: string;
  maxValue: bigint;
  spends: Spend[];
  rules: Rule[];
  inner: Inner[];
  consumable: boolean;
  open: string[];
}

export interface Limit {
  unit: Address;
  cap: bigint;
  period: number;
  fromStart: boolean;
}

export interface Policy {
  app: string;
  minDuration: number;
  maxDuration: number;
  maxCalls: number;
  gasBudget: bigint;
  selfPaid: boolean;
  paymaster: Address;
  permissions: Permission[];
  limits: Limit[];
}

/** The same with every address and word as any text. */
type Loose<T> = T extends `0x${string}`
  ? string
  : T extends (infer E)[]
    ? Loose<E>[]
    : T extends object
      ? { [K in keyof T]: Loose<T[K]> }
      : T;

// --- words of calldata -----------------------------------------------------------------------------------------------

/** A word of calldata: an address, number, bool, or hex of at most 32 bytes (left-aligned if shorter and no address). */
export type Word = string | bigint | number | boolean;

export function word(value: Word): string {
  if (typeof value === "boolean") return toBeHex(value ? 1 : 0, 32);
  if (typeof value !== "string") return toBeHex(toTwos(value, 256), 32);
  if (isHexString(value, 20)) return zeroPadValue(value, 32);
  if (isHexString(value, 32)) return value.toLowerCase();
  if (isHexString(value) && dataLength(value) < 32) return value.toLowerCase().padEnd(66, "0");
  throw new Error(`${value} is not a word of calldata.`);
}

/** What `has the content` compares for an array of one-word elements: its content without the length. */
export function hashOfWords(values: Word[]): string {
  return keccak256("0x" + values.map((value) => word(value).slice(2)).join(""));
}

/** `abi.encode` of the arguments of `transfer(address,uint256)` and the like. */
export function encodeArguments(types: string[], values: unknown[]): string {
  return AbiCoder.defaultAbiCoder().encode(types, values);
}

// --- the parts of a policy -------------------------------------------------------------------------------------------

/** A path, or the number of an argument. */
export type Argument = string | number;

/** Each value in the list of its kind, ascending: 20 bytes are an address, a number or bool a number, the rest words. */
export function ruleOf(
  argument: Argument,
  test: (typeof TESTS)[number],
  values: Word[] = [],
  per: Argument = "",
): Rule {
  const isAddress = (value: Word) => typeof value === "string" && isHexString(value, 20);
  const numbers = values.filter((value) => typeof value !== "string").map(BigInt);
  const addresses = values.filter(isAddress).map((value) => getAddress(value as string) as Address);
  const words = values
    .filter((value) => typeof value === "string" && !isAddress(value))
    .map((value) => word(value) as Hex);
  const isRate = per !== "";
  return {
    argument: String(argument),
    test,
    per: String(per),
    addresses: sortedBy(addresses, BigInt),
    numbers: isRate ? numbers : sortedBy(numbers, (value) => value),
    words: sortedBy(words, BigInt),
  };
}

export const rule = {
  is: (argument: Argument, value: Word) => ruleOf(argument, "is", [value]),
  isNot: (argument: Argument, ...values: Word[]) => ruleOf(argument, "is not", values),
  isOneOf: (argument: Argument, values: Word[]) => ruleOf(argument, "is one of", values),
  isThePrincipal: (argument: Argument) => ruleOf(argument, "is the principal"),
  isOneOfOrThePrincipal: (argument: Argument, values: Word[]) => ruleOf(argument, "is one of or the principal", values),
  isAtLeast: (argument: Argument, value: bigint | number) => ruleOf(argument, "is at least", [value]),
  isAtMost: (argument: Argument, value: bigint | number) => ruleOf(argument, "is at most", [value]),
  hasTheContent: (argument: Argument, hash: string) => ruleOf(argument, "has the content", [hash]),
  hasOneOfTheContents: (argument: Argument, hashes: string[]) => ruleOf(argument, "has one of the contents", hashes),
  /** `argument * denominator >= per * numerator`. */
  isAtLeastAtRate: (argument: Argument, per: Argument, numerator: bigint | number, denominator: bigint | number) =>
    ruleOf(argument, "is at least at rate", [numerator, denominator], per),
  /** `argument * denominator <= per * numerator`. */
  isAtMostAtRate: (argument: Argument, per: Argument, numerator: bigint | number, denominator: bigint | number) =>
    ruleOf(argument, "is at most at rate", [numerator, denominator], per),
};

/** What a call takes from a unit: an argument, times `10**scale`, or a constant. */
export const spend = {
  argument: (unit: string, argument: Argument, scale = 0): Spend => ({
    unit: getAddress(unit) as Address,
    argument: String(argument),
    amount: 0n,
    scale,
  }),
  constant: (unit: string, amount: bigint): Spend => ({
    unit: getAddress(unit) as Address,
    argument: "",
    amount,
    scale: 0,
  }),
};

/** A counter, as a unit: 1 to 65,535. */
export const counter = (number: number): Address => getAddress(toBeHex(number, 20)) as Address;

/** Periods are counted from the epoch unless they are said to be from the session's start. */
export function limit(unit: string, cap: bigint, period = 0, fromStart = false): Limit {
  return { unit: getAddress(unit) as Address, cap, period, fromStart };
}

/** What a permission is made of. */
export type PermissionFields = Pick<Loose<Permission>, "target" | "method"> & Partial<Loose<Permission>>;

/** A permission with nothing allowed but the call itself, its lists in their order. */
export function permission(fields: PermissionFields): Permission {
  const { target, rules = [], spends = [], inner = [], open = [], ...rest } = fields;
  return {
    maxValue: 0n,
    consumable: false,
    ...rest,
    target: getAddress(target) as Address,
    rules: sortedBy(rules as Rule[], ({ argument, test, per }) => [argument, test, per]),
    spends: sortedBy(spends as Spend[], ({ unit, argument }) => [BigInt(unit), argument]),
    inner: sortedBy(inner, ({ argument }) => argument),
    open: sortedBy(open, (path) => path),
  };
}

/** What a policy is made of. */
export type PolicyFields = { permissions: PermissionFields[] } & Partial<Omit<Loose<Policy>, "permissions">>;

/** A policy with every list in its order. */
export function policy(fields: PolicyFields): Policy {
  const { app = "test.example", permissions, limits = [], paymaster = ZeroAddress, ...rest } = fields;
  return {
    app,
    minDuration: 60,
    maxDuration: 365 * 86_400,
    maxCalls: 1_000,
    gasBudget: 10n ** 18n,
    selfPaid: true,
    ...rest,
    paymaster: getAddress(paymaster) as Address,
    permissions: sorted(permissions.map(permission)),
    limits: sortedLimits(limits as Limit[]),
  };
}

/** The order that publication demands: by target, kind, selector. Alternatives keep theirs. */
export function sorted(permissions: Permission[]): Permission[] {
  return sortedBy(permissions, ({ target, method }) => {
    const [kind, selector] = methodOf(method);
    return (BigInt(target) << 40n) | (BigInt(kind) << 32n) | BigInt(selector);
  });
}

/** The order that publication demands: by unit, period, epoch before start. */
export function sortedLimits(limits: Limit[]): Limit[] {
  return sortedBy(limits, ({ unit, period, fromStart }) => [BigInt(unit), BigInt(period), fromStart ? 1n : 0n]);
}

type Key = bigint | string | (bigint | string)[];

/** Stable, ascending. Texts of ASCII compare as their bytes do, a prefix first. */
function sortedBy<T>(values: T[], keyOf: (value: T) => Key): T[] {
  const compare = (a: Key, b: Key): number => {
    if (!Array.isArray(a) || !Array.isArray(b)) return a < b ? -1 : a > b ? 1 : 0;
    return a.map((each, i) => compare(each, b[i]!)).find((order) => order !== 0) ?? 0;
  };
  return [...values].sort((a, b) => compare(keyOf(a), keyOf(b)));
}

// --- what follows from a policy --------------------------------------------------------------------------------------

/** The kind and selector that a method text stands for. */
export function methodOf(method: string): [kind: number, selector: string] {
  if (method === "*") return [MethodKind.WILDCARD, "0x00000000"];
  if (method === "") return [MethodKind.NATIVE, "0x00000000"];
  return [MethodKind.METHOD, id(method).slice(0, 10)];
}

/** The label as the chain holds it: left-aligned, zero-padded. */
export function appWord({ app }: Pick<Policy, "app">): string {
  return encodeBytes32String(app);
}

/** The policyId: EIP-712 `hashStruct(Policy)`. */
export function hashPolicy(value: Policy): Hex {
  return TypedDataEncoder.hashStruct("Policy", POLICY_TYPES, value) as Hex;
}

/** The address of the policy whose code is PolicyStore's creation `number`. */
export function policyPointer(store: string, number: bigint): string {
  return getCreateAddress({ from: store, nonce: number });
}

/** Most periods of a limit that a session of `duration` seconds can touch, whenever it starts. */
export function mostPeriods(duration: number, period: number, fromStart: boolean): number {
  if (period === 0) return 1;
  return fromStart ? Math.ceil(duration / period) : Math.floor((duration + period - 2) / period) + 1;
}
