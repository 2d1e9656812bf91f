import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  concatHex,
  getAddress,
  type Hex,
  hexToBigInt,
  isAddress,
  isHex,
  keccak256,
  numberToHex,
  padHex,
  size,
  slice,
  stringToHex,
} from "viem";
import { MAX_RULES, MAX_VALUES } from "../constants.ts";
import { PolicyFileError } from "../errors/policyErrors.ts";
import { type Rule, RuleKind } from "../types.ts";
import { type AddressBook, addressOf, nameIn, tokenOf, WORDS } from "./addressBook.ts";
import { type HeadWord, headWords } from "./headWords.ts";
import type { JsonNode } from "./jsonNode.ts";
import { baseUnits, splitAmount } from "./units.ts";

/** The words of a policy file for rules on an argument. */
const CONDITIONS = [
  "is",
  "isNot",
  "isOneOf",
  "atLeast",
  "atMost",
  "contentIs",
  "contentIsOneOf",
  "contentHashIs",
  "contentHashIsOneOf",
] as const;
type ConditionName = (typeof CONDITIONS)[number];

/** A value of an argument as a policy file has it. */
export type FileValue = string | number | boolean;

/** What a policy file says of one argument. */
export interface FileCondition {
  /** A value, or "principal" for whoever delegates. */
  is?: FileValue;
  isNot?: FileValue;
  isOneOf?: FileValue[];
  atLeast?: FileValue;
  atMost?: FileValue;
  contentIs?: FileValue | FileValue[];
  contentIsOneOf?: (FileValue | FileValue[])[];
  contentHashIs?: Hex;
  contentHashIsOneOf?: Hex[];
}

/**
 * The rules on a method's arguments, by the number of the head word, which is the argument's own unless a tuple or a
 * fixed array stands before it.
 */
export function parseConditions(node: JsonNode, item: AbiFunction | undefined, book: AddressBook): Rule[] {
  if (node.isMissing) return [];
  if (item === undefined) node.fail("only a method of its own has arguments.");
  const head = headWords(item);
  const rules: Rule[] = [];
  for (const [key, at] of node.members()) {
    const position = /^(0|[1-9]\d?)$/.test(key) ? Number(key) : -1;
    const expected =
      head.length === 0 ? "the method takes no arguments." : `expected an argument's number, 0 to ${head.length - 1}.`;
    const target = head[position] ?? at.fail(expected);
    const found = at.members(CONDITIONS);
    if (found.length === 0) at.fail(`says nothing; known are ${CONDITIONS.join(", ")}.`);
    for (const [name, value] of found) rules.push(parseCondition(name as ConditionName, position, target, value, book));
  }
  if (rules.length > MAX_RULES) node.fail(`a permission has at most ${MAX_RULES} rules, found ${rules.length}.`);
  return rules.sort((a, b) => a.word - b.word);
}

function parseCondition(name: ConditionName, word: number, target: HeadWord, node: JsonNode, book: AddressBook): Rule {
  const isContent = name.startsWith("content");
  if (isContent && target.content === undefined) {
    node.fail(`${target.type} has no content to compare; "contentIs" is for bytes, string and arrays of simple types.`);
  }
  if (!isContent && target.isDynamic) node.fail(`${target.type} is compared by "contentIs".`);
  const encoded = (each: JsonNode) => parseWord(target.type, each, book);
  const content = (each: JsonNode) => contentHash(target.content!, each, book);
  switch (name) {
    case "is":
      if (node.value !== WORDS.principal) return { kind: RuleKind.EQUAL, word, values: [encoded(node)] };
      if (target.type !== "address") node.fail(`${target.type} cannot be the principal.`);
      return { kind: RuleKind.EQUAL_PRINCIPAL, word, values: [] };
    case "isNot":
      return { kind: RuleKind.NOT_EQUAL, word, values: [encoded(node)] };
    case "isOneOf":
      return { kind: RuleKind.ONE_OF, word, values: ascending(node, encoded) };
    case "atLeast":
    case "atMost": {
      if (!target.type.startsWith("uint")) node.fail(`${target.type} has no order; only uint does.`);
      const kind = name === "atLeast" ? RuleKind.GREATER_OR_EQUAL : RuleKind.LESS_OR_EQUAL;
      return { kind, word, values: [encoded(node)] };
    }
    case "contentIs":
      return { kind: RuleKind.EQUAL_HASH, word, values: [content(node)] };
    case "contentIsOneOf":
      return { kind: RuleKind.ONE_OF_HASH, word, values: ascending(node, content) };
    case "contentHashIs":
      return { kind: RuleKind.EQUAL_HASH, word, values: [parseHash(node)] };
    case "contentHashIsOneOf":
      return { kind: RuleKind.ONE_OF_HASH, word, values: ascending(node, parseHash) };
  }
}

function ascending(node: JsonNode, read: (item: JsonNode) => Hex): Hex[] {
  const items = node.items();
  if (items.length === 0 || items.length > MAX_VALUES) {
    node.fail(`expected 1 to ${MAX_VALUES} values, found ${items.length}.`);
  }
  const values = items.map(read);
  values.forEach((value, i) => {
    if (values.indexOf(value) !== i) items[i]!.fail("stands twice.");
  });
  return values.sort();
}

function parseHash(node: JsonNode): Hex {
  const text = node.text();
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) node.fail(`expected 32 bytes in hex, found ${node.shown}.`);
  return text.toLowerCase() as Hex;
}

function contentHash(content: AbiParameter, node: JsonNode, book: AddressBook): Hex {
  if (content.type === "string") return keccak256(stringToHex(node.text()));
  if (content.type === "bytes") {
    const text = node.text();
    if (!isHex(text) || text.length % 2 !== 0) node.fail(`expected bytes in hex, found ${node.shown}.`);
    return keccak256(text as Hex);
  }
  const element = content.type.slice(0, -2);
  return keccak256(concatHex(node.items().map((item) => parseWord(element, item, book))));
}

/** One word of calldata: names, amounts with units, numbers, true and false, bytes in hex. */
function parseWord(type: string, node: JsonNode, book: AddressBook): Hex {
  if (type === "address") {
    const text = node.text();
    const known = addressOf(book, text) ?? (isAddress(text) ? text : undefined);
    if (known === undefined) node.fail(`expected an address or a known name, found ${node.shown}.`);
    return padHex(known.toLowerCase() as Hex, { size: 32 });
  }
  if (type === "bool") {
    if (typeof node.value !== "boolean") node.fail(`expected true or false, found ${node.shown}.`);
    return numberToHex(node.value ? 1 : 0, { size: 32 });
  }
  const [, kind, length] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  if (kind === undefined) node.fail(`a ${type} cannot be compared.`);
  if (kind === "bytes") {
    const text = node.text();
    if (!isHex(text) || text.length !== 2 + 2 * Number(length)) {
      node.fail(`expected ${length} bytes in hex, found ${node.shown}.`);
    }
    return padHex(text.toLowerCase() as Hex, { size: 32, dir: "right" });
  }
  const number = integer(node, book);
  const [low, high] = rangeOf(kind!, Number(length));
  if (number < low || number > high) node.fail(`${node.shown} is no ${type}.`);
  return numberToHex(BigInt.asUintN(256, number), { size: 32 });
}

function rangeOf(kind: string, bits: number): [low: bigint, high: bigint] {
  return kind === "uint" ? [0n, 2n ** BigInt(bits) - 1n] : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
}

function integer(node: JsonNode, book: AddressBook): bigint {
  if (typeof node.value === "number") {
    if (!Number.isSafeInteger(node.value)) node.fail(`${node.shown} is not exact; write a whole number as a text.`);
    return BigInt(node.value);
  }
  const text = node.text();
  if (/^-?\d{1,80}$/.test(text)) return BigInt(text);
  const split = splitAmount(text);
  const unit = split === undefined ? undefined : tokenOf(book, split.unit);
  if (unit === undefined) node.fail(`expected a whole number or an amount like "1 POKE", found ${node.shown}.`);
  const units = baseUnits(split!.number, unit.decimals);
  if (units === undefined) node.fail(`${unit.symbol} has ${unit.decimals} decimals, found ${node.shown}.`);
  return units;
}

const NAMES: Record<RuleKind, ConditionName> = {
  [RuleKind.EQUAL]: "is",
  [RuleKind.NOT_EQUAL]: "isNot",
  [RuleKind.ONE_OF]: "isOneOf",
  [RuleKind.EQUAL_PRINCIPAL]: "is",
  [RuleKind.LESS_OR_EQUAL]: "atMost",
  [RuleKind.GREATER_OR_EQUAL]: "atLeast",
  [RuleKind.EQUAL_HASH]: "contentHashIs",
  [RuleKind.ONE_OF_HASH]: "contentHashIsOneOf",
};

/** What `parseConditions` reads; contents by their hashes, which is all that a policy has of them. */
export function formatConditions(
  rules: readonly Rule[],
  item: AbiFunction,
  book: AddressBook,
  at: { file: string; place: string },
): Record<string, FileCondition> {
  const head = headWords(item);
  const all: Record<string, Record<string, unknown>> = {};
  rules.forEach(({ kind, word, values }, i) => {
    const place = `${at.place}.rules[${i}]`;
    const fail = (what: string): never => {
      throw new PolicyFileError(at.file, place, what);
    };
    const target = head[word] ?? fail(`the method has ${head.length} head words, and this is word ${word}.`);
    const name = NAMES[kind] ?? fail(`there is no rule of kind ${String(kind)}.`);
    const written = (value: Hex) =>
      name.startsWith("content") ? value : formatWord(target.type, value, book, (what) => fail(what));
    const condition = (all[word] ??= {});
    if (name in condition) fail(`a file can say "${name}" once of an argument.`);
    condition[name] =
      kind === RuleKind.EQUAL_PRINCIPAL
        ? WORDS.principal
        : kind === RuleKind.ONE_OF || kind === RuleKind.ONE_OF_HASH
          ? values.map(written)
          : written(values[0] ?? fail("there is no value to compare with."));
  });
  return all as Record<string, FileCondition>;
}

function formatWord(type: string, value: Hex, book: AddressBook, fail: (what: string) => never): FileValue {
  const dirty = () => fail(`${value} is no clean ${type}.`);
  if (size(value) !== 32) return fail(`${value} is not 32 bytes.`);
  const number = hexToBigInt(value);
  if (type === "address")
    return number >> 160n === 0n ? nameIn(book, getAddress(slice(value, 12) as Address)) : dirty();
  if (type === "bool") return number < 2n ? number === 1n : dirty();
  const [, kind, length] = /^(uint|int|bytes)(\d+)$/.exec(type) ?? [];
  if (kind === undefined) return fail(`a ${type} cannot be compared as a word.`);
  if (kind === "bytes") {
    return BigInt.asUintN(256 - 8 * Number(length), number) === 0n ? slice(value, 0, Number(length)) : dirty();
  }
  const signed = kind === "int" ? BigInt.asIntN(256, number) : number;
  const [low, high] = rangeOf(kind, Number(length));
  if (signed < low || signed > high) return dirty();
  const short = Number(signed);
  return Number.isSafeInteger(short) ? short : String(signed);
}
