import {
  type Address,
  getAddress,
  type Hex,
  isAddress,
  isHex,
  keccak256,
  size,
  slice,
  stringToHex,
  zeroAddress,
} from "viem";
import {
  MAX_CALLS,
  MAX_DURATION,
  MAX_GAS_BUDGET,
  MAX_LIMITS,
  MAX_RULES,
  MAX_VALUES,
  MIN_DURATION,
  MIN_PERIOD,
} from "../constants.ts";
import { PolicyError } from "../errors/clientErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";
import { canonicalText, functionOf } from "./headWords.ts";

export interface DefinePolicyParameters {
  /** Plain text: 1 to 31 characters of printable ASCII. */
  app: string;
  /** Seconds, inclusive; 60 unless told otherwise. */
  minDuration?: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  maxCalls: number;
  /**
   * Wei, a whole number of gwei: the most that the operations of one session may cost, whoever pays; 0 unless told
   * otherwise.
   */
  gasBudget?: bigint;
  /** Whether an operation may take its gas from the principal; no unless told otherwise. */
  selfPaid?: boolean;
  paymaster?: Address;
  /** What `contract`, `onAnyContract`, `method`, `anyMethodOf` and `nativeTransfer` return, in any order. */
  permissions: readonly (readonly Permission[])[];
  /** How much of each token; a period of 0, or none, is the session's lifetime. */
  limits?: readonly (Omit<Limit, "period"> & { period?: number })[];
}

/**
 * A policy as the chain takes it: encoded, sorted, and without what publication would surely refuse.
 * @throws PolicyError naming the value and the limit
 */
export function definePolicy(parameters: DefinePolicyParameters): Policy {
  const { minDuration = MIN_DURATION, maxDuration, maxCalls, gasBudget = 0n, selfPaid = false } = parameters;
  within("The shortest duration", minDuration, MIN_DURATION, MAX_DURATION);
  within("The longest duration", maxDuration, minDuration, MAX_DURATION);
  within("The number of calls", maxCalls, 1, MAX_CALLS);
  within("The gas budget", gasBudget, 0n, MAX_GAS_BUDGET);
  if (!isWholeGwei(gasBudget)) throw new PolicyError(`The gas budget is a whole number of gwei, not ${gasBudget} wei.`);
  const permissions = sortPermissions(parameters.permissions.flat().map(checkPermission));
  if (permissions.length === 0) {
    throw new PolicyError(
      "A policy without permissions allows nothing: name the contracts and functions to be called.",
    );
  }
  permissions.forEach((permission, i) => {
    const next = permissions[i + 1];
    if (next !== undefined && orderOf(permission) === orderOf(next)) {
      throw new PolicyError(`${permission.method || "A native transfer"} on ${permission.target} stands twice.`);
    }
  });
  return {
    app: encodeApp(parameters.app),
    minDuration,
    maxDuration,
    maxCalls,
    gasBudget,
    selfPaid,
    paymaster: checkAddress("The paymaster", parameters.paymaster ?? zeroAddress),
    permissions,
    limits: limitsOf(parameters.limits ?? []),
  };
}

const MAX_UINT32 = 0xffff_ffff;
const MAX_UINT128 = 2n ** 128n - 1n;
/** The chain reads 64 words of the head at most. */
const MAX_WORD = 63;

/** The chain keeps a gas budget in gwei. */
export function isWholeGwei(wei: bigint): boolean {
  return wei % 10n ** 9n === 0n;
}

/** Refuses what is no whole number from `low` to `high`, inclusive. */
function within<value extends number | bigint>(what: string, value: value, low: value, high: value): void {
  const isWhole = typeof value === typeof low && (typeof value === "bigint" || Number.isSafeInteger(value));
  if (!isWhole || value < low || value > high) {
    throw new PolicyError(`${what} is a whole number from ${low} to ${high}, not ${String(value)}.`);
  }
}

function checkAddress(what: string, address: Address): Address {
  if (!isAddress(address)) throw new PolicyError(`${what} is no address: ${String(address)}.`);
  return getAddress(address);
}

function checkPermission(permission: Permission): Permission {
  const { method, maxValue, amountArgument, spendAmount, rules } = permission;
  const target = checkAddress("A target", permission.target);
  const name = `${method || "A native transfer"} on ${target}`;
  if (method !== "" && method !== "*") {
    const item = functionOf(method);
    if (item === undefined || canonicalText(item) !== method) {
      const canonical = item === undefined ? "" : ` ${JSON.stringify(canonicalText(item))} is meant, perhaps.`;
      throw new PolicyError(
        `${JSON.stringify(method)} is no method's text, like "transfer(address,uint256)".${canonical}`,
      );
    }
  }
  within(`${name}: the value of a call`, maxValue, 0n, MAX_UINT128);
  within(`${name}: the amount that is spent`, spendAmount, 0n, MAX_UINT128);
  within(`${name}: the argument that is counted`, amountArgument, 0, MAX_WORD);
  within(`${name}: the number of rules`, rules.length, 0, MAX_RULES);
  for (const { word, values } of rules) {
    within(`${name}: the word of a rule`, word, 0, MAX_WORD);
    within(`${name}: the number of values to choose from`, values.length, 0, MAX_VALUES);
  }
  return { ...permission, target, spendToken: checkAddress("A token that is spent", permission.spendToken) };
}

function limitsOf(limits: NonNullable<DefinePolicyParameters["limits"]>): Limit[] {
  within("The number of limits", limits.length, 0, MAX_LIMITS);
  const all = limits.map(({ token, cap, period = 0 }): Limit => {
    within(`The cap of ${token}`, cap, 0n, MAX_UINT128);
    if (period !== 0) within(`The period of ${token}, unless it is 0,`, period, MIN_PERIOD, MAX_UINT32);
    return { token: checkAddress("A limited token", token), cap, period };
  });
  all.forEach(({ token }, i) => {
    if (all.findIndex((other) => other.token === token) !== i) throw new PolicyError(`${token} has two limits.`);
  });
  return all;
}

/** `app` as 32 bytes. */
export function encodeApp(text: string): Hex {
  if (isHex(text) && size(text) === 32) return text;
  if (!/^[\x20-\x7e]{1,31}$/.test(text))
    throw new PolicyError(`An app is named by 1 to 31 characters of printable ASCII, not ${JSON.stringify(text)}.`);
  return stringToHex(text, { size: 32 });
}

/** The order that publication demands: by target, kind, selector. */
export function sortPermissions(permissions: readonly Permission[]): Permission[] {
  return [...permissions].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : orderOf(a) > orderOf(b) ? 1 : 0));
}

function orderOf({ target, method }: Permission): bigint {
  const kind = method === "*" ? 2n : method === "" ? 1n : 0n;
  const selector = kind === 0n ? BigInt(selectorOf(method)) : 0n;
  return (BigInt(target) << 40n) | (kind << 32n) | selector;
}

/** The selector of a method's text. */
export function selectorOf(method: string): Hex {
  return slice(keccak256(stringToHex(method)), 0, 4);
}
