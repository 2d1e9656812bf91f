import {
  concat,
  isAddress,
  isHexString,
  keccak256,
  toBeHex,
  toUtf8Bytes,
  type FunctionFragment,
  type ParamType,
} from "ethers";
import type { AddressBook } from "./addressBook.ts";
import type { Node } from "./jsonReader.ts";
import { rule, word, type Rule } from "./policy.ts";
import { baseUnits, splitAmount } from "./units.ts";

/** The words of a policy file, each with the rule that it stands for. */
const CONDITIONS = ["is", "isNot", "isOneOf", "atLeast", "atMost", "contentIs", "contentIsOneOf"] as const;

/** The principal, whoever it is: `EQUAL_PRINCIPAL`. */
const PRINCIPAL = "principal";

/** One 32-byte word of a method's head: a static argument or a part of one, or the pointer to a dynamic one. */
interface HeadWord {
  type: string;
  /** The argument itself, if it is a dynamic one that can be hashed. */
  content?: ParamType;
  isDynamic: boolean;
}

/** The rules on a method's arguments, by the number of the head word, which is the argument's own unless a tuple or a
 * fixed array stands before it. */
export function conditions(node: Node, fragment: FunctionFragment | undefined, book: AddressBook): Rule[] {
  if (node.isMissing) return [];
  if (fragment === undefined) node.fail("only a method of its own has arguments.");
  const head = fragment.inputs.flatMap(headWords);
  const rules: Rule[] = [];
  for (const [key, at] of node.members()) {
    const position = /^(0|[1-9]\d?)$/.test(key) ? Number(key) : -1;
    const expected =
      head.length === 0 ? "the method takes no arguments." : `expected an argument's number, 0 to ${head.length - 1}.`;
    const target = head[position] ?? at.fail(expected);
    const found = at.members(CONDITIONS);
    if (found.length === 0) at.fail(`says nothing; known are ${CONDITIONS.join(", ")}.`);
    for (const [name, value] of found) rules.push(condition(name as Name, position, target, value, book));
  }
  if (rules.length > 8) node.fail(`a permission has at most 8 rules, found ${rules.length}.`);
  return rules.sort((a, b) => a.word - b.word);
}

type Name = (typeof CONDITIONS)[number];

function condition(name: Name, position: number, target: HeadWord, node: Node, book: AddressBook): Rule {
  const isContent = name === "contentIs" || name === "contentIsOneOf";
  if (isContent && target.content === undefined) {
    node.fail(`${target.type} has no content to compare; "contentIs" is for bytes, string and arrays of simple types.`);
  }
  if (!isContent && target.isDynamic) node.fail(`${target.type} is compared by "contentIs".`);
  switch (name) {
    case "is":
      if (node.value !== PRINCIPAL) return rule.equal(position, encoded(target.type, node, book));
      if (target.type !== "address") node.fail(`${target.type} cannot be the principal.`);
      return rule.equalPrincipal(position);
    case "isNot":
      return rule.notEqual(position, encoded(target.type, node, book));
    case "isOneOf":
      return rule.oneOf(
        position,
        distinct(node, (item) => encoded(target.type, item, book)),
      );
    case "atLeast":
    case "atMost":
      if (!target.type.startsWith("uint")) node.fail(`${target.type} has no order; only uint does.`);
      return rule[name](position, encoded(target.type, node, book));
    case "contentIs":
      return rule.equalHash(position, contentHash(target.content!, node, book));
    case "contentIsOneOf":
      return rule.oneOfHash(
        position,
        distinct(node, (item) => contentHash(target.content!, item, book)),
      );
  }
}

function distinct(node: Node, read: (item: Node) => string): string[] {
  const items = node.items();
  if (items.length === 0 || items.length > 32) node.fail(`expected 1 to 32 values, found ${items.length}.`);
  const values = items.map(read);
  values.forEach((value, i) => {
    if (values.indexOf(value) !== i) items[i]!.fail("stands twice.");
  });
  return values;
}

function headWords(input: ParamType): HeadWord[] {
  if (isDynamic(input)) {
    const isHashable = input.type === "bytes" || input.type === "string" || isSimpleArray(input);
    return [{ type: input.type, isDynamic: true, ...(isHashable ? { content: input } : {}) }];
  }
  if (input.baseType === "array") {
    return Array.from({ length: input.arrayLength! }, () => headWords(input.arrayChildren!)).flat();
  }
  if (input.baseType === "tuple") return input.components!.flatMap(headWords);
  return [{ type: input.type, isDynamic: false }];
}

function isDynamic(input: ParamType): boolean {
  if (input.baseType === "array") return input.arrayLength === -1 || isDynamic(input.arrayChildren!);
  if (input.baseType === "tuple") return input.components!.some(isDynamic);
  return input.type === "bytes" || input.type === "string";
}

function isSimpleArray(input: ParamType): boolean {
  if (input.baseType !== "array" || input.arrayLength !== -1) return false;
  const { baseType, type } = input.arrayChildren!;
  return baseType !== "array" && baseType !== "tuple" && type !== "bytes" && type !== "string";
}

function contentHash(content: ParamType, node: Node, book: AddressBook): string {
  if (content.type === "string") return keccak256(toUtf8Bytes(node.text()));
  if (content.type === "bytes") {
    const text = node.text();
    if (!isHexString(text) || text.length % 2 !== 0) node.fail(`expected bytes in hex, found ${node.shown}.`);
    return keccak256(text);
  }
  const words = node.items().map((item) => encoded(content.arrayChildren!.type, item, book));
  return keccak256(words.length === 0 ? "0x" : concat(words));
}

/** One word of calldata: names, amounts with units, numbers, true and false, bytes in hex. */
function encoded(type: string, node: Node, book: AddressBook): string {
  if (type === "address") {
    const text = node.text();
    const known = book.addressOf(text) ?? (isAddress(text) ? text : undefined);
    if (known === undefined) node.fail(`expected an address or a known name, found ${node.shown}.`);
    return word(known);
  }
  if (type === "bool") {
    if (typeof node.value !== "boolean") node.fail(`expected true or false, found ${node.shown}.`);
    return word(node.value);
  }
  const [, kind, size] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  if (kind === undefined) node.fail(`a ${type} cannot be compared.`);
  if (kind === "bytes") {
    const text = node.text();
    if (!isHexString(text, Number(size))) node.fail(`expected ${size} bytes in hex, found ${node.shown}.`);
    return toBeHex(BigInt(text) << BigInt(256 - 8 * Number(size)), 32);
  }
  const number = integer(node, book);
  const bits = BigInt(size!);
  const [low, high] = kind === "uint" ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  if (number < low || number > high) node.fail(`${node.shown} is no ${type}.`);
  return word(number);
}

function integer(node: Node, book: AddressBook): bigint {
  if (typeof node.value === "number") {
    if (!Number.isSafeInteger(node.value)) node.fail(`${node.shown} is not exact; write a whole number as a text.`);
    return BigInt(node.value);
  }
  const text = node.text();
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const split = splitAmount(text);
  const unit = split === undefined ? undefined : book.unit(split.unit);
  if (unit === undefined) node.fail(`expected a whole number or an amount like "1 POKE", found ${node.shown}.`);
  const units = baseUnits(split!.number, unit.decimals);
  if (units === undefined) node.fail(`${unit.symbol} has ${unit.decimals} decimals, found ${node.shown}.`);
  return units;
}
