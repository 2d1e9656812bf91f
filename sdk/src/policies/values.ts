import {
  type Address,
  concatHex,
  getAddress,
  type Hex,
  isAddress,
  isHex,
  keccak256,
  numberToHex,
  padHex,
  size,
  stringToHex,
} from "viem";
import type { Rule, RuleTest } from "../types.ts";
import type { MethodType, WordType } from "./methodTypes.ts";

/** Refuses a value, in words. */
export type FailValue = (what: string) => never;

/** A value of a word as a rule holds it: an address, a number (0 or 1 for a `bool`), or left-aligned bytes. */
export function wordValue(type: WordType, value: unknown, fail: FailValue): Address | bigint | Hex {
  const wrong = () => fail(`expected ${type.name}, found ${shown(value)}.`);
  switch (type.of) {
    case "address":
      return typeof value === "string" && isAddress(value) ? getAddress(value) : wrong();
    case "bool":
      return typeof value === "boolean" ? BigInt(value) : wrong();
    case "uint":
    case "int":
      return typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(value as number) : wrong();
    default:
      if (!isHex(value) || value.length !== 2 + type.bits / 4) return wrong();
      return padHex(value.toLowerCase() as Hex, { size: 32, dir: "right" });
  }
}

/** keccak256 of the content of `bytes`, of a `string` or of an array of words. */
export function contentHash(type: MethodType, value: unknown, fail: FailValue): Hex {
  if (type.kind === "string") {
    return keccak256(stringToHex(typeof value === "string" ? value : fail(`expected a text, found ${shown(value)}.`)));
  }
  if (type.kind === "bytes") {
    const isBytes = isHex(value) && value.length % 2 === 0;
    return keccak256(isBytes ? value : fail(`expected bytes in hex, found ${shown(value)}.`));
  }
  if (!hasContent(type)) return fail(`${type.name} has no content to compare.`);
  if (!Array.isArray(value)) return fail(`expected a list, found ${shown(value)}.`);
  return keccak256(concatHex(value.map((each) => encoded(wordValue(type.element as WordType, each, fail)))));
}

/** Whether the content of a type can be compared: of `bytes`, a `string`, or a `T[]` of words. */
export function hasContent(type: MethodType): type is Extract<MethodType, { kind: "bytes" | "string" | "array" }> & {
  element: WordType;
} {
  if (type.kind === "array") return type.size === undefined && type.element.kind === "word";
  return type.kind === "bytes" || type.kind === "string";
}

function encoded(value: Address | bigint | Hex): Hex {
  if (typeof value === "bigint") return numberToHex(BigInt.asUintN(256, value), { size: 32 });
  return size(value) === 32 ? value : padHex(value.toLowerCase() as Hex, { size: 32 });
}

/** A rule that compares a word with values, which go to the list of its type. */
export function wordRule(
  argument: string,
  test: RuleTest,
  type: WordType,
  values: readonly unknown[],
  fail: FailValue,
) {
  const list = { addresses: [] as Address[], numbers: [] as bigint[], words: [] as Hex[] };
  for (const each of values) {
    const value = wordValue(type, each, fail);
    if (typeof value === "bigint") list.numbers.push(value);
    else if (type.of === "address") list.addresses.push(value);
    else list.words.push(value);
  }
  return rule(argument, test, list);
}

/** A rule without more than is said. */
export function rule(argument: string, test: RuleTest, more: Partial<Rule> = {}): Rule {
  return { argument, test, per: "", addresses: [], numbers: [], words: [], ...more };
}

/** A value in words that fit a sentence. */
export function shown(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each)) ?? "nothing";
}
