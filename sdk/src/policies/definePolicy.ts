import { type Address, getAddress, type Hex, isAddress, zeroAddress } from "viem";
import { latchkeyDeployment, MIN_DURATION } from "../constants.ts";
import { UnsafePolicyError } from "../errors/policyErrors.ts";
import type { Limit, Permission, Policy, Rule } from "../types.ts";
import { ENTRY_POINT_ADDRESSES } from "../chain/entryPoints.ts";
import { checkPolicy, compareLimits, compareRules, compareTexts, compareUnits, keyOf } from "./checkPolicy.ts";
import { commonDivisor, isRate } from "./ruleChecks.ts";

export interface DefinePolicyParameters {
  /** A label that grants nothing: 1 to 31 characters of printable ASCII. */
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
  /**
   * What `contract`, `onAnyContract`, `method`, `anyMethodOf` and `nativeTransfer` return, in any order. Several of one
   * target and method are alternatives: the first one that holds decides, so their order counts.
   */
  permissions: readonly (readonly Permission[])[];
  /** How much of each unit; a period of 0, or none, is the session's lifetime. Several of one unit all hold. */
  limits?: readonly (Omit<Limit, "period" | "fromStart"> & Partial<Pick<Limit, "period" | "fromStart">>)[];
}

/**
 * A policy in its one spelling, sorted, and without what publication would refuse: types, paths, rules, and whether
 * every argument that can carry authority is bound or listed as open.
 * @throws UnsafePolicyError naming the place, the value and the bound, with the error that the chain would revert with
 */
export function definePolicy(parameters: DefinePolicyParameters): Policy {
  const { app, minDuration = MIN_DURATION, maxDuration, maxCalls, gasBudget = 0n, selfPaid = false } = parameters;
  const policy: Policy = {
    ...{ app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid },
    paymaster: addressIn("paymaster", parameters.paymaster ?? zeroAddress),
    permissions: sortPermissions(parameters.permissions.flat().map(spellPermission)),
    limits: (parameters.limits ?? [])
      .map(({ unit, cap, period = 0, fromStart = false }, i) => {
        return { unit: addressIn(`limits[${i}].unit`, unit), cap, period, fromStart };
      })
      .sort(compareLimits),
  };
  checkPolicy(policy, { machinery: neverTargets() });
  return policy;
}

/** What no policy can name, on any chain. */
export function neverTargets(): Address[] {
  return [...ENTRY_POINT_ADDRESSES, latchkeyDeployment.latchkey, latchkeyDeployment.forwarder];
}

function addressIn(place: string, address: Address): Address {
  if (isAddress(address)) return getAddress(address);
  throw new UnsafePolicyError("PolicyNotCanonical", {
    place,
    value: address,
    bound: "an address",
  });
}

/** A permission in its one spelling: every list sorted, rates in lowest terms, one value is no choice. */
function spellPermission(permission: Permission, i: number): Permission {
  const { target, method, maxValue, spends, rules, inner, consumable, open } = permission;
  const at = `permissions[${i}]`;
  return {
    ...{ target: addressIn(`${at}.target`, target), method, maxValue, consumable },
    spends: spends
      .map((spend) => ({ ...spend, unit: addressIn(`${at}.spends.unit`, spend.unit) }))
      .sort((a, b) => compareUnits(a.unit, b.unit) || compareTexts(a.argument, b.argument)),
    rules: rules.map((rule) => spellRule(rule, `${at}.rules`)).sort(compareRules),
    inner: [...inner].sort((a, b) => compareTexts(a.argument, b.argument)),
    open: [...open].sort(compareTexts),
  };
}

function spellRule(rule: Rule, at: string): Rule {
  const { argument, per, numbers } = rule;
  if (isRate(rule.test) && numbers.length === 2 && numbers[0]! > 0n && numbers[1]! > 0n) {
    const divisor = commonDivisor(numbers[0]!, numbers[1]!);
    return { ...rule, numbers: numbers.map((number) => number / divisor) };
  }
  const addresses = ascending(rule.addresses.map((each) => addressIn(`${at}.addresses`, each)));
  const words = ascending(rule.words.map((word) => word.toLowerCase() as Hex));
  const sorted = isRate(rule.test) ? numbers : ascending(numbers);
  const test = ONE[addresses.length + words.length + sorted.length]?.[rule.test] ?? rule.test;
  return { argument, test, per, addresses, numbers: sorted, words };
}

/** What a choice of none, or of one, is called. */
const ONE: readonly Partial<Record<Rule["test"], Rule["test"]>>[] = [
  { "is one of or the principal": "is the principal" },
  { "is one of": "is", "has one of the contents": "has the content" },
];

function ascending<value extends string | bigint>(values: readonly value[]): value[] {
  const sorted = [...values].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0));
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
}

/** The order that publication demands: by target, kind, selector. Alternatives keep theirs. */
export function sortPermissions(permissions: readonly Permission[]): Permission[] {
  const keys = new Map(permissions.map((permission) => [permission, keyOf(permission)]));
  return [...permissions].sort((a, b) => {
    const [left, right] = [keys.get(a)!, keys.get(b)!];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
