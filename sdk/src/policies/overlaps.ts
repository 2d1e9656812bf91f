import { type Address, isAddressEqual } from "viem";
import type { Permission, Rule, RuleTest } from "../types.ts";
import type { CheckedPermission } from "./checkPolicy.ts";
import { isRate } from "./ruleChecks.ts";

/** Of an alternative that decides only if an earlier one fails. */
export interface Overlap {
  /** Position of the earlier one, from 0. */
  earlier: number;
  /** What the later one counts less of. */
  unit: Address;
}

/**
 * The earlier alternatives that admit what this one admits too, or fail by the call's value alone, and count more: whoever
 * holds the key chooses which of them decides. Two are told apart where one argument can never satisfy both.
 */
export function overlapsOf(alternatives: readonly CheckedPermission[], position: number): Overlap[] {
  const later = alternatives[position]!;
  return alternatives.slice(0, position).flatMap((each, earlier) => {
    if (areApart(each.permission.rules, later.permission.rules)) return [];
    const unit = each.permission.spends.find((spend) => countsLess(spend, later.permission))?.unit;
    return unit === undefined ? [] : [{ earlier, unit }];
  });
}

/** Whether a permission may draw less of a unit than a spend of another does for the same call. */
function countsLess({ unit, argument, amount, scale }: Permission["spends"][number], { spends }: Permission): boolean {
  return !spends.some(
    (each) =>
      isAddressEqual(each.unit, unit) &&
      each.argument === argument &&
      (argument === "" ? each.amount >= amount : each.scale >= scale),
  );
}

/** Whether the rules on some argument exclude one another. The value is the key's to choose: it tells nothing apart. */
function areApart(first: readonly Rule[], second: readonly Rule[]): boolean {
  const paths = new Set(first.map(({ argument }) => argument));
  return [...paths].some((path) => {
    if (path === "value") return false;
    const own = first.filter(({ argument }) => argument === path);
    const other = second.filter(({ argument }) => argument === path);
    return other.length > 0 && exclude(own, other);
  });
}

const LISTS: readonly RuleTest[] = ["is", "is one of", "has the content", "has one of the contents"];

function exclude(own: readonly Rule[], other: readonly Rule[]): boolean {
  const lists = [own, other].map((rules) => rules.filter(({ test }) => LISTS.includes(test)).map(valuesOf));
  const [low, high] = boundsOf([...own, ...other]);
  if (low !== undefined && high !== undefined && low > high) return true;
  const not = new Set([...own, ...other].filter(({ test }) => test === "is not").flatMap(valuesOf));
  const all = lists.flat();
  const [first] = all;
  if (first === undefined) return false;
  return !first.some(
    (value) =>
      all.every((list) => list.includes(value)) &&
      !not.has(value) &&
      (low === undefined || value >= low) &&
      (high === undefined || value <= high),
  );
}

function boundsOf(rules: readonly Rule[]): [low: bigint | undefined, high: bigint | undefined] {
  const of = (test: RuleTest) => rules.filter((rule) => rule.test === test && !isRate(test)).flatMap(valuesOf);
  const lows = of("is at least");
  const highs = of("is at most");
  return [
    lows.length === 0 ? undefined : lows.reduce((a, b) => (a > b ? a : b)),
    highs.length === 0 ? undefined : highs.reduce((a, b) => (a < b ? a : b)),
  ];
}

const valuesOf = ({ addresses, numbers, words }: Rule) => [...addresses, ...numbers, ...words].map(BigInt);
