import { getAddress, type Hex, isAddress, isHex, slice } from "viem";
import { MAX_RULES, MAX_VALUES } from "../constants.ts";
import { PolicyFileError } from "../errors/policyErrors.ts";
import type { Inner, Rule, RuleTest } from "../types.ts";
import { type AddressBook, nameIn, readAddress, tokenOf, type UnitBook, WORDS } from "./addressBook.ts";
import { ArgumentPathError, newPlace, type Place, placeAt } from "./argumentPaths.ts";
import { contentBehind, type ContentValue, type PolicyContents } from "./contents.ts";
import type { JsonNode } from "./jsonNode.ts";
import { MethodTextError, type MethodType, parseMethod, type TupleType, type WordType } from "./methodTypes.ts";
import { commonDivisor, isRate } from "./ruleChecks.ts";
import { baseUnits, splitAmount } from "./units.ts";
import { contentHash, hasContent, rule, wordRule } from "./values.ts";

/** The words of a policy file for rules on an argument. */
const CONDITIONS = [
  "is",
  "isNot",
  "isOneOf",
  "atLeast",
  "atMost",
  "atLeastAtRate",
  "atMostAtRate",
  "contentIs",
  "contentIsOneOf",
  "contentHashIs",
  "contentHashIsOneOf",
] as const;
type ConditionName = (typeof CONDITIONS)[number];

/** A value of an argument as a policy file has it. */
export type FileValue = string | number | boolean;

/** A bound in relation to another number: `{ "per": "0", "rate": "0.0003 WETH / 1 USD" }`. */
export interface FileRate {
  /** The other number: a path, or "value". */
  per: string;
  /** So much of the argument per so much of the other: whole numbers, or amounts with their units. */
  rate: string;
}

/** What a policy file says of one argument. */
export interface FileCondition {
  /** A value, or "principal" for whoever delegates. */
  is?: FileValue;
  isNot?: FileValue | FileValue[];
  /** Values; "principal" can be one of them. */
  isOneOf?: FileValue[];
  atLeast?: FileValue;
  atMost?: FileValue;
  atLeastAtRate?: FileRate | FileRate[];
  atMostAtRate?: FileRate | FileRate[];
  contentIs?: FileValue | FileValue[];
  contentIsOneOf?: (FileValue | FileValue[])[];
  contentHashIs?: Hex;
  contentHashIsOneOf?: Hex[];
}

/** The wei of a call, as an argument that is always there. */
const VALUE: WordType = { kind: "word", name: "uint128", of: "uint", bits: 128 };

/** How the file reads `bytes` among the arguments: `{ "1[0]": "(address,uint256)" }`, by their paths. */
export function parseInner(node: JsonNode): Inner[] {
  if (node.isMissing) return [];
  return node.members().map(([argument, at]) => ({ argument, types: at.text() }));
}

/** The arguments of a method with its inners opened: where paths lead. */
export function argumentsOf(types: TupleType, inner: readonly Inner[], node: JsonNode): Place {
  const root = newPlace(types);
  // An outer text stands before what it is a prefix of.
  for (const { argument, types: text } of [...inner].sort((a, b) => (a.argument < b.argument ? -1 : 1))) {
    const at = node.member(argument);
    const place = placeOf(root, argument, at);
    if (place.type.kind !== "bytes") at.fail(`expected the path of bytes; argument ${argument} is ${place.type.name}.`);
    try {
      place.inner = newPlace(parseMethod(text).types);
    } catch (cause) {
      if (!(cause instanceof MethodTextError)) throw cause;
      at.fail(`expected types like "(address,uint256)", found ${at.shown}.`);
    }
  }
  return root;
}

function placeOf(root: Place, path: string, node: JsonNode): Place {
  try {
    return placeAt(root, path);
  } catch (thrown) {
    if (!(thrown instanceof ArgumentPathError)) throw thrown;
    return node.fail(`is no argument of the method; expected ${thrown.bound}.`);
  }
}

/**
 * The rules on a method's arguments, by their paths: the number of an argument, `"0.4"` inside a tuple, `"1[*]"` for every
 * element, `"1.length"`, and `"value"` for the wei of the call. `root` is missing where no method is named. What is bound by
 * its content goes to `contents`.
 */
export function parseConditions(
  node: JsonNode,
  root: Place | undefined,
  book: UnitBook,
  contents: Record<Hex, ContentValue>,
): Rule[] {
  if (node.isMissing) return [];
  const rules: Rule[] = [];
  for (const [path, at] of node.members()) {
    if (root === undefined && path !== "value") at.fail("only a method of its own has arguments.");
    const type = path === "value" ? VALUE : placeOf(root!, path, at).type;
    const found = at.members(CONDITIONS);
    if (found.length === 0) at.fail(`says nothing; known are ${CONDITIONS.join(", ")}.`);
    for (const [name, value] of found)
      rules.push(...parseCondition(name as ConditionName, { path, type, contents }, value, book));
  }
  if (rules.length > MAX_RULES) node.fail(`a permission has at most ${MAX_RULES} rules, found ${rules.length}.`);
  return rules;
}

/** Of what a condition speaks. */
interface Argument {
  path: string;
  type: MethodType;
  contents: Record<Hex, ContentValue>;
}

function parseCondition(name: ConditionName, argument: Argument, node: JsonNode, book: UnitBook): Rule[] {
  if (name.startsWith("content")) return [parseContent(name, argument, node, book)];
  const { path, type } = argument;
  if (type.kind !== "word") node.fail(`${type.name} is compared by "contentIs".`);
  const word = type as WordType;
  const ofWord = (test: RuleTest, items: readonly JsonNode[]) => {
    const fail = (what: string): never => node.fail(what);
    const values = items.map((each) => parseWord(word, each, book));
    values.forEach((value, i) => {
      if (values.indexOf(value) !== i) items[i]!.fail("stands twice.");
    });
    return [wordRule(path, test, word, values, fail)];
  };
  const list = (at: JsonNode) => (Array.isArray(at.value) ? at.items() : [at]);
  switch (name) {
    case "is":
      if (node.value !== WORDS.principal) return ofWord("is", [node]);
      if (!canBePrincipal(word)) node.fail(`${word.name} cannot be the principal.`);
      return [rule(path, "is the principal")];
    case "isNot":
      return ofWord("is not", list(node));
    case "isOneOf": {
      const items = choices(node);
      const others = items.filter(({ value }) => value !== WORDS.principal);
      if (others.length === items.length) return ofWord("is one of", items);
      if (!canBePrincipal(word)) node.fail(`${word.name} cannot be the principal.`);
      return ofWord("is one of or the principal", others);
    }
    case "atLeast":
    case "atMost":
      if (word.of !== "uint" && word.of !== "int") node.fail(`${word.name} has no order; only uint and int have.`);
      return ofWord(name === "atLeast" ? "is at least" : "is at most", [node]);
    default: {
      const test = name === "atLeastAtRate" ? "is at least at rate" : "is at most at rate";
      return list(node).map((each) => parseRate(path, test, each, book));
    }
  }
}

const canBePrincipal = ({ of, name }: WordType) => of === "address" || name === "uint256" || name === "bytes32";

function parseContent(
  name: ConditionName,
  { path, type, contents }: Argument,
  node: JsonNode,
  book: AddressBook,
): Rule {
  if (!hasContent(type)) {
    const kinds = "bytes, string and arrays of simple types";
    return node.fail(`${type.name} has no content to compare; "contentIs" is for ${kinds}.`);
  }
  const content = (each: JsonNode) => {
    const isList = type.kind === "array" && Array.isArray(each.value);
    const value = isList ? each.items().map((item) => parseWord(type.element, item, book)) : each.value;
    const hash = contentHash(type, value, (what) => each.fail(what));
    contents[hash] = value as ContentValue;
    return hash;
  };
  const hash = (each: JsonNode): Hex => {
    if (!/^0x[0-9a-fA-F]{64}$/.test(each.text())) each.fail(`expected 32 bytes in hex, found ${each.shown}.`);
    return each.text().toLowerCase() as Hex;
  };
  const read = name.startsWith("contentHash") ? hash : content;
  if (!name.endsWith("OneOf")) return rule(path, "has the content", { words: [read(node)] });
  return rule(path, "has one of the contents", { words: choices(node, read) });
}

/** The values of a choice, none twice. */
function choices(node: JsonNode): JsonNode[];
function choices<value>(node: JsonNode, read: (item: JsonNode) => value): value[];
function choices<value>(node: JsonNode, read?: (item: JsonNode) => value): (value | JsonNode)[] {
  const items = node.items();
  if (items.length === 0 || items.length > MAX_VALUES) {
    node.fail(`expected 1 to ${MAX_VALUES} values, found ${items.length}.`);
  }
  const values = items.map((item) => read?.(item) ?? item.value);
  values.forEach((value, i) => {
    if (values.indexOf(value) !== i) items[i]!.fail("stands twice.");
  });
  return read === undefined ? items : (values as value[]);
}

function parseRate(argument: string, test: RuleTest, node: JsonNode, book: UnitBook): Rule {
  node.members(["per", "rate"]);
  const at = node.member("rate");
  const sides = at.text().split("/");
  if (sides.length !== 2) at.fail(`expected a rate like "3/1000" or "0.0003 WETH / 1 USD", found ${at.shown}.`);
  const [numerator, denominator] = sides.map((side) => integer(at.alias(side.trim()), book)) as [bigint, bigint];
  if (numerator <= 0n || denominator <= 0n) at.fail(`both sides of a rate are above 0, found ${at.shown}.`);
  const divisor = commonDivisor(numerator, denominator);
  return rule(argument, test, {
    per: node.member("per").text(),
    numbers: [numerator / divisor, denominator / divisor],
  });
}

/** A value of a word: names, amounts with units, numbers, true and false, bytes in hex. */
function parseWord(type: WordType, node: JsonNode, book: AddressBook): unknown {
  switch (type.of) {
    case "address":
      return readAddress(node, book) ?? node.fail(`expected an address or a known name, found ${node.shown}.`);
    case "bool":
      if (typeof node.value !== "boolean") node.fail(`expected true or false, found ${node.shown}.`);
      return node.value;
    case "uint":
    case "int": {
      const number = integer(node, book);
      const width = type.of === "uint" ? BigInt.asUintN(type.bits, number) : BigInt.asIntN(type.bits, number);
      if (width !== number) node.fail(`${node.shown} is no ${type.name}.`);
      return number;
    }
    default: {
      const text = node.text();
      if (!isHex(text) || text.length !== 2 + type.bits / 4) {
        node.fail(`expected ${type.bits / 8} bytes in hex, found ${node.shown}.`);
      }
      return text;
    }
  }
}

function integer(node: JsonNode, book: UnitBook): bigint {
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

const NAMES: Record<RuleTest, ConditionName> = {
  is: "is",
  "is not": "isNot",
  "is one of": "isOneOf",
  "is the principal": "is",
  "is one of or the principal": "isOneOf",
  "is at least": "atLeast",
  "is at most": "atMost",
  "has the content": "contentHashIs",
  "has one of the contents": "contentHashIsOneOf",
  "is at least at rate": "atLeastAtRate",
  "is at most at rate": "atMostAtRate",
};

/** A book with what is known of the contents that a policy binds. */
export interface ContentBook extends AddressBook {
  contents: PolicyContents;
}

/** What `parseConditions` reads; a content that is not known by its hash, which is all that a policy has of it. */
export function formatConditions(
  rules: readonly Rule[],
  root: Place,
  book: ContentBook,
  at: { file: string; place: string },
): Record<string, FileCondition> {
  const all: Record<string, Record<string, unknown>> = {};
  rules.forEach(({ argument, test, per, addresses, numbers, words }, i) => {
    const fail = (what: string): never => {
      throw new PolicyFileError(at.file, `${at.place}.rules[${i}]`, what);
    };
    const hashName = NAMES[test] ?? fail(`there is no test ${JSON.stringify(test)}.`);
    const contents = hashName.startsWith("content")
      ? contentsOfRule(typeAt(root, argument, fail), words, book)
      : undefined;
    const name = contents === undefined ? hashName : (hashName.replace("Hash", "") as ConditionName);
    const condition = (all[argument] ??= {});
    if (isRate(test)) {
      const rate: FileRate = { per, rate: `${numbers[0]}/${numbers[1]}` };
      condition[name] = name in condition ? [condition[name], rate].flat() : rate;
      return;
    }
    if (name in condition) fail(`a file can say "${name}" once of an argument.`);
    const type = argument === "value" ? VALUE : typeAt(root, argument, fail);
    const values: unknown[] = contents ?? [
      ...addresses.map((each) => nameIn(book, getAddress(each))),
      ...numbers.map((each) => formatNumber(type, each)),
      ...words.map((each) => (type.kind === "word" ? slice(each, 0, type.bits / 8) : each)),
    ];
    if (test.endsWith("the principal")) values.push(WORDS.principal);
    const isList = /one of/.test(test) || values.length !== 1;
    condition[name] = isList ? values : values[0];
  });
  return all as Record<string, FileCondition>;
}

/** The contents behind all hashes of a rule, as a file has them; undefined if one is not known. */
function contentsOfRule(type: MethodType, words: readonly Hex[], book: ContentBook): unknown[] | undefined {
  const found = words.map((word) => contentBehind(type, word, book.contents));
  if (found.includes(undefined)) return undefined;
  return found.map((content) => {
    if (typeof content === "string") return content;
    const element = type.kind === "array" ? type.element : type;
    return content!.map((each) => {
      if (typeof each === "bigint" || typeof each === "number") return formatNumber(element, BigInt(each));
      return typeof each === "string" && isAddress(each) ? nameIn(book, getAddress(each)) : each;
    });
  });
}

function typeAt(root: Place, path: string, fail: (what: string) => never): MethodType {
  try {
    return placeAt(root, path).type;
  } catch (thrown) {
    if (!(thrown instanceof ArgumentPathError)) throw thrown;
    return fail(`${path} leads nowhere; expected ${thrown.bound}.`);
  }
}

function formatNumber(type: MethodType, number: bigint): FileValue {
  if (type.kind === "word" && type.of === "bool") return number === 1n;
  return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
}
