import { type Address, getAddress, type Hex, isHex, keccak256, size, slice, stringToHex, zeroAddress } from "viem";
import { MAX_DURATION, MAX_LIMITS, MIN_DURATION, MIN_PERIOD } from "../constants.ts";
import { PolicyError } from "../errors/clientErrors.ts";
import type { Limit, Permission, Policy } from "../types.ts";

export interface DefinePolicyParameters {
  /** Plain text: 1 to 31 characters of printable ASCII. */
  app: string;
  /** Seconds, inclusive; 60 unless told otherwise. */
  minDuration?: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  maxCalls: number;
  /** Wei: the most that the operations of one session may cost, whoever pays; 0 unless told otherwise. */
  gasBudget?: bigint;
  /** Whether an operation may take its gas from the principal; no unless told otherwise. */
  selfPaid?: boolean;
  paymaster?: Address;
  /** What `contract`, `onAnyContract`, `method`, `anyMethodOf` and `nativeTransfer` return, in any order. */
  permissions: readonly (readonly Permission[])[];
  /** How much of each token; a period of 0, or none, is the session's lifetime. */
  limits?: readonly (Omit<Limit, "period"> & { period?: number })[];
}

/** A policy as the chain takes it: encoded, sorted, and without what publication would surely refuse. */
export function definePolicy(parameters: DefinePolicyParameters): Policy {
  const { minDuration = MIN_DURATION, maxDuration, maxCalls, gasBudget = 0n, selfPaid = false } = parameters;
  if (!(MIN_DURATION <= minDuration && minDuration <= maxDuration && maxDuration <= MAX_DURATION)) {
    throw new PolicyError(`Durations are ${MIN_DURATION} <= minimum <= maximum <= ${MAX_DURATION} seconds.`);
  }
  if (!Number.isSafeInteger(maxCalls) || maxCalls < 1 || maxCalls > 0xffff_ffff) {
    throw new PolicyError("A session makes at least one call.");
  }
  const permissions = sortPermissions(parameters.permissions.flat());
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
    paymaster: getAddress(parameters.paymaster ?? zeroAddress),
    permissions,
    limits: limitsOf(parameters.limits ?? []),
  };
}

function limitsOf(limits: NonNullable<DefinePolicyParameters["limits"]>): Limit[] {
  const all = limits.map(({ token, cap, period = 0 }) => ({ token: getAddress(token), cap, period }));
  if (all.length > MAX_LIMITS)
    throw new PolicyError(`There are ${all.length} limits; at most ${MAX_LIMITS} are possible.`);
  if (new Set(all.map(({ token }) => token)).size < all.length) throw new PolicyError("A token has two limits.");
  const short = all.find(({ period }) => period !== 0 && period < MIN_PERIOD);
  if (short !== undefined)
    throw new PolicyError(`A period is 0 or at least ${MIN_PERIOD} seconds, not ${short.period}.`);
  return all;
}

/** `app` as 32 bytes. */
export function encodeApp(text: string): Hex {
  if (isHex(text) && size(text) === 32) return text;
  if (!/^[\x20-\x7e]{1,31}$/.test(text))
    throw new PolicyError("An app is named by 1 to 31 characters of printable ASCII.");
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
