import { size } from "viem";
import { MAX_VALUES } from "../constants.ts";
import type { PolicyErrorName } from "../errors/policyErrors.ts";
import { type Rule, RULE_TESTS, type RuleTest } from "../types.ts";
import { type Place, stepsOf } from "./argumentPaths.ts";
import type { MethodType, WordType } from "./methodTypes.ts";
import { BINDING, CONTENT, FREE_BITS } from "./soundness.ts";

type List = "addresses" | "numbers" | "words";
const LISTS: readonly List[] = ["addresses", "numbers", "words"];

/** Fewest and most values of each test, inclusive. */
const COUNTS: Record<RuleTest, [least: number, most: number]> = {
  is: [1, 1],
  "is not": [1, 32],
  "is one of": [2, MAX_VALUES],
  "is the principal": [0, 0],
  "is one of or the principal": [1, MAX_VALUES - 1],
  "is at least": [1, 1],
  "is at most": [1, 1],
  "has the content": [1, 1],
  "has one of the contents": [2, 32],
  "is at least at rate": [2, 2],
  "is at most at rate": [2, 2],
};

export const isRate = (test: string): boolean => test.endsWith(" at rate");

/** `value` as an argument: a number that is always there. */
const VALUE: WordType = { kind: "word", name: "value", of: "uint", bits: 256 };
const VALUE_BITS = 128;
const LENGTH_BITS = 32;

/** Refuses a permission: with which error, at which place in it, for which value, and what was expected. */
export type Fail = (errorName: PolicyErrorName, at: string, value?: unknown, bound?: string) => never;

interface Given {
  rules: readonly Rule[];
  /** The place that each rule's path leads to; undefined for `value`. */
  placeOf: (rule: Rule) => Place | undefined;
  open: readonly string[];
  /** Whether every number has its whole width. */
  isFree: boolean;
  fail: Fail;
}

/** Refuses rules whose values no call could have, or every call has, and rules that contradict one another. */
export function checkRules(given: Given): void {
  const { rules, placeOf, fail } = given;
  const compared = new Map<string, [rule: Rule, at: string][]>();
  rules.forEach((rule, i) => {
    const at = `rules[${i}]`;
    if (checkRule(rule, placeOf(rule)?.type ?? VALUE, at, given)) {
      compared.set(rule.argument, [...(compared.get(rule.argument) ?? []), [rule, at]]);
    }
  });
  for (const [argument, own] of compared) {
    const all = own.map(([rule]) => rule);
    if (neverHold(all, rangeOf(argument, given))) {
      fail("RulesNeverHold", own[0]![1], `argument ${argument}`);
    }
  }
}

/** @returns whether the rule compares a word with values, so that it may contradict another one */
function checkRule(rule: Rule, type: MethodType, at: string, given: Given): boolean {
  const { argument, test, numbers } = rule;
  const fail = (errorName: PolicyErrorName, value: unknown, bound?: string) =>
    given.fail(errorName, at, `argument ${argument} ${value}`, bound);
  if (!RULE_TESTS.includes(test)) {
    given.fail("RuleTestUnknown", at, JSON.stringify(test), RULE_TESTS.join(", "));
  }
  const list = listOf(type, test);
  if (list === undefined) return fail("RuleTestNotForType", `(${type.name}) ${test}`);
  if (LISTS.some((each) => each !== list && rule[each].length !== 0)) {
    fail("RuleListInvalid", `(${type.name})`, `its values in ${list === "none" ? "no list" : list}`);
  }
  const values: readonly (bigint | string)[] = list === "none" ? [] : rule[list];
  const [least, most] = COUNTS[test];
  if (values.length < least || values.length > most) {
    const bound = least === most ? String(least) : `${least} to ${most}`;
    fail("RuleValuesInvalid", `${test} ${values.length} values`, bound);
  }
  if (isRate(test)) {
    const [numerator, denominator] = numbers as [bigint, bigint];
    if (numerator <= 0n || denominator <= 0n || commonDivisor(numerator, denominator) !== 1n) {
      fail("RateInvalid", `${test} ${numerator}/${denominator}`, "both positive, in lowest terms");
    }
    return false;
  }
  const isContent = CONTENT.includes(test);
  const { of, bits } = type as WordType;
  const [low, high] = list === "numbers" ? rangeOf(argument, given) : [0n, 0n];
  const bound = list === "words" ? type.name : `${low} to ${high}`;
  const cut = list === "words" ? rule.words.find((word) => size(word) !== 32) : undefined;
  if (cut !== undefined) fail("RuleValueOutOfType", `${test} ${cut}`, "32 bytes");
  values.forEach((value, i) => {
    const word = BigInt(value);
    if (i > 0 && word <= BigInt(values[i - 1]!)) fail("RuleValuesNotAscending", `${test} ${value}`, "each once");
    if (list === "numbers" && of === "uint" && word < 0n) {
      fail("RuleValueNegative", `${test} ${value}`, "0 to 2^255 - 1");
    }
    const isOutside = list === "numbers" && (word < low || word > high);
    const isDirty = list === "words" && !isContent && BigInt.asUintN(256 - bits, word) !== 0n;
    if (isOutside || isDirty) fail("RuleValueOutOfType", `${test} ${value}`, bound);
  });
  if (isContent) return false;
  if (list === "numbers" && numbers[0] === { "is at least": low, "is at most": high }[test as string]) {
    fail("RuleAlwaysHolds", `${test} ${numbers[0]!}`, `inside ${bound}`);
  }
  return !test.includes("principal");
}

/** In which list the values of a test on a type stand; undefined if the type has no such test. */
function listOf(type: MethodType, test: RuleTest): List | "none" | undefined {
  if (CONTENT.includes(test)) {
    const isHashable =
      type.kind === "bytes" ||
      type.kind === "string" ||
      (type.kind === "array" && type.size === undefined && type.element.kind === "word");
    return isHashable ? "words" : undefined;
  }
  if (type.kind !== "word") return undefined;
  const { of, name } = type;
  const isPrincipal = of === "address" || name === "uint256" || name === "bytes32";
  if (test.endsWith("the principal") && !isPrincipal) return undefined;
  if (test === "is the principal") return "none";
  const isNumber = of === "uint" || of === "int";
  if (isRate(test)) return of === "uint" ? "numbers" : undefined;
  if (test === "is at least" || test === "is at most") return isNumber ? "numbers" : undefined;
  return of === "address" ? "addresses" : isNumber || of === "bool" ? "numbers" : "words";
}

/** Least and greatest value that is admitted of an argument, as `numbers` can say it. */
function rangeOf(argument: string, { rules, placeOf, open, isFree }: Given): [low: bigint, high: bigint] {
  const unsigned = (width: number): [bigint, bigint] => [0n, 2n ** BigInt(width) - 1n];
  if (argument === "value") return unsigned(VALUE_BITS);
  const own = rules.filter((rule) => rule.argument === argument);
  const { of, bits, name } = placeOf(own[0]!)!.type as WordType;
  if (name === "length") return unsigned(LENGTH_BITS);
  if (of !== "uint" && of !== "int") return unsigned(of === "bool" ? 1 : 256);
  const isWhole = isFree || own.some(({ test }) => BINDING.includes(test)) || isOpened(argument, open);
  const width = isWhole ? bits : Math.min(bits, FREE_BITS);
  if (of === "uint") return unsigned(Math.min(width, 255));
  const half = 2n ** BigInt(width - 1);
  return [-half, half - 1n];
}

/** Whether a path is one of those that are open, or below one. */
function isOpened(path: string, open: readonly string[]): boolean {
  return open.some((each) => each === "*" || isBelow(path, each));
}

/** Whether a path leads to what another leads to, or below. */
export function isBelow(path: string, outer: string): boolean {
  const steps = stepsOf(path);
  return stepsOf(outer).every((step, i) => step === steps[i]);
}

/** Whether no value meets all tests that name values; nothing cleverer is looked for. */
function neverHold(rules: readonly Rule[], [least, greatest]: [bigint, bigint]): boolean {
  const of = (test: RuleTest) => rules.filter((rule) => rule.test === test).flatMap(valuesOf);
  const low = [least, ...of("is at least")].reduce((a, b) => (a > b ? a : b));
  const high = [greatest, ...of("is at most")].reduce((a, b) => (a < b ? a : b));
  const not = new Set(of("is not").filter((value) => value >= low && value <= high));
  const lists = [of("is"), of("is one of")].filter(({ length }) => length !== 0);
  const [first] = lists;
  if (first === undefined) return high - low + 1n <= BigInt(not.size);
  return !first.some(
    (value) => value >= low && value <= high && !not.has(value) && lists.every((list) => list.includes(value)),
  );
}

const valuesOf = ({ addresses, numbers, words }: Rule) => [...addresses, ...numbers, ...words].map(BigInt);

export function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}
