import {
  AbiCoder,
  dataLength,
  encodeBytes32String,
  getAddress,
  id,
  isHexString,
  keccak256,
  toBeHex,
  toTwos,
  TypedDataEncoder,
  zeroPadValue,
  ZeroAddress,
} from "ethers";
import { POLICY_TYPES } from "./typedData.ts";

export const ANY_TARGET = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";

/** In `replaces`: whoever lives in the lane may be ended. */
export const ANY_KEY = ANY_TARGET;

/** `RuleKind` of contracts/types/Policy.sol. */
export const RuleKind = {
  EQUAL: 0,
  NOT_EQUAL: 1,
  ONE_OF: 2,
  EQUAL_PRINCIPAL: 3,
  LESS_OR_EQUAL: 4,
  GREATER_OR_EQUAL: 5,
  EQUAL_HASH: 6,
  ONE_OF_HASH: 7,
} as const;
export type RuleKind = (typeof RuleKind)[keyof typeof RuleKind];

/** `MethodKind` of contracts/types/Policy.sol. */
export const MethodKind = { METHOD: 0, NATIVE: 1, WILDCARD: 2 } as const;

export interface Rule {
  kind: RuleKind;
  word: number;
  values: string[];
}

export interface Permission {
  target: string;
  method: string;
  maxValue: bigint;
  spendToken: string;
  amountArgument: number;
  spendAmount: bigint;
  rules: Rule[];
  consumable: boolean;
}

export interface Limit {
  token: string;
  cap: bigint;
  period: number;
}

export interface Policy {
  app: string;
  minDuration: number;
  maxDuration: number;
  maxCalls: number;
  gasBudget: bigint;
  selfPaid: boolean;
  paymaster: string;
  permissions: Permission[];
  limits: Limit[];
}

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

const ascending = (values: Word[]) => values.map(word).sort();

export const rule = {
  equal: (position: number, value: Word): Rule => ({ kind: RuleKind.EQUAL, word: position, values: [word(value)] }),
  notEqual: (position: number, value: Word): Rule => ({
    kind: RuleKind.NOT_EQUAL,
    word: position,
    values: [word(value)],
  }),
  oneOf: (position: number, values: Word[]): Rule => ({
    kind: RuleKind.ONE_OF,
    word: position,
    values: ascending(values),
  }),
  equalPrincipal: (position: number): Rule => ({ kind: RuleKind.EQUAL_PRINCIPAL, word: position, values: [] }),
  atMost: (position: number, value: Word): Rule => ({
    kind: RuleKind.LESS_OR_EQUAL,
    word: position,
    values: [word(value)],
  }),
  atLeast: (position: number, value: Word): Rule => ({
    kind: RuleKind.GREATER_OR_EQUAL,
    word: position,
    values: [word(value)],
  }),
  equalHash: (position: number, hash: string): Rule => ({ kind: RuleKind.EQUAL_HASH, word: position, values: [hash] }),
  oneOfHash: (position: number, hashes: string[]): Rule => ({
    kind: RuleKind.ONE_OF_HASH,
    word: position,
    values: ascending(hashes),
  }),
};

/** What `EQUAL_HASH` compares for an array of one-word elements: its content without the length. */
export function hashOfWords(values: Word[]): string {
  return keccak256("0x" + values.map((value) => word(value).slice(2)).join(""));
}

/** A permission with nothing allowed but the call itself. */
export function permission(fields: Pick<Permission, "target" | "method"> & Partial<Permission>): Permission {
  return {
    maxValue: 0n,
    spendToken: ZeroAddress,
    amountArgument: 0,
    spendAmount: 0n,
    rules: [],
    consumable: false,
    ...fields,
    target: getAddress(fields.target),
  };
}

export function limit(token: string, cap: bigint, period = 0): Limit {
  return { token: getAddress(token), cap, period };
}

/** A policy with its permissions sorted; `app` is plain text here and `bytes32` in the result. */
export function policy(
  fields: { permissions: (Pick<Permission, "target" | "method"> & Partial<Permission>)[] } & Partial<
    Omit<Policy, "permissions">
  >,
): Policy {
  const { app = "test.example", permissions, ...rest } = fields;
  return {
    minDuration: 60,
    maxDuration: 365 * 86_400,
    maxCalls: 1_000,
    gasBudget: 10n ** 18n,
    selfPaid: true,
    paymaster: ZeroAddress,
    limits: [],
    ...rest,
    app: isHexString(app, 32) ? app : encodeBytes32String(app),
    permissions: sorted(permissions.map(permission)),
  };
}

/** The order that publication demands: by target, kind, selector. */
export function sorted(permissions: Permission[]): Permission[] {
  return [...permissions].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

function keyOf({ target, method }: Permission): bigint {
  const [kind, selector] = methodOf(method);
  return (BigInt(target) << 40n) | (BigInt(kind) << 32n) | BigInt(selector);
}

/** The kind and selector that a method text stands for. */
export function methodOf(method: string): [kind: number, selector: string] {
  if (method === "*") return [MethodKind.WILDCARD, "0x00000000"];
  if (method === "") return [MethodKind.NATIVE, "0x00000000"];
  return [MethodKind.METHOD, id(method).slice(0, 10)];
}

/** The policyId: EIP-712 `hashStruct(Policy)`. */
export function hashPolicy(value: Policy): string {
  return TypedDataEncoder.hashStruct("Policy", POLICY_TYPES, value);
}

/** `abi.encode` of the arguments of `transfer(address,uint256)` and the like. */
export function encodeArguments(types: string[], values: unknown[]): string {
  return AbiCoder.defaultAbiCoder().encode(types, values);
}
