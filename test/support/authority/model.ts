import { keccak256, numberToHex, size, concat, slice, type Hex } from "viem";
import type { Permission, Rule } from "../reference/policy.ts";
import {
  contentOf,
  decode,
  isDynamic,
  partOf,
  type Inside,
  type Tuple,
  type TupleValue,
  type Type,
  type Value,
  type Word,
} from "./values.ts";

/**
 * Sections 3.2, 4.2, 4.3 and 5 of the specification, said of values: of each leaf of a call, by its own path, which rules
 * speak of it and whether it may carry authority. Shares nothing with the models of ../reference, which speak of types.
 */

/** A permission and what its texts mean. */
export interface Case {
  permission: Permission;
  types: Tuple;
  insides: Inside[];
}

const BINDING = ["is", "is one of", "is the principal", "is one of or the principal"];
const CONTENT = ["has the content", "has one of the contents"];
const LENGTH = ".length";
/** No path names an element of this position. */
const UNNAMED = 64;

const patterns = new Map<string, RegExp>();

/** Whether what a path says is this place. */
export function names(path: string, at: string): boolean {
  if (!path.includes("*")) return path === at;
  let pattern = patterns.get(path);
  if (pattern === undefined) {
    const source = path.replaceAll(/[.[\]]/g, "\\$&").replaceAll("*", "\\d+");
    patterns.set(path, (pattern = new RegExp(`^${source}$`)));
  }
  return pattern.test(at);
}

/** The place itself, and every one that it is a part of. */
const enclosing = (at: string): string[] => [
  at,
  ...[...at.matchAll(/[.[:]/g)].map(({ index }) => at.slice(0, index)).filter((each) => each !== ""),
];

export const rulesAt = ({ permission }: Case, at: string): Rule[] =>
  permission.rules.filter(({ argument }) => names(argument, at));
const isBound = (of: Case, at: string) => rulesAt(of, at).some(({ test }) => BINDING.includes(test));
const hasContentRule = (of: Case, at: string) => rulesAt(of, at).some(({ test }) => CONTENT.includes(test));

/** By its own path or one above it. */
export const isOpen = ({ permission: { open } }: Case, at: string): boolean =>
  open.some((path) => path === "*" || enclosing(at).some((each) => names(path, each)));

const isZeroLength = (of: Case, at: string) => exactLength(of, at) === 0;

function exactLength(of: Case, at: string): number | undefined {
  const rule = rulesAt(of, at + LENGTH).find(({ test }) => test === "is");
  return rule === undefined ? undefined : Number(rule.numbers[0]);
}

export const insideOf = ({ insides }: Case, at: string): Inside | undefined =>
  insides.find(({ argument }) => names(argument, at));

const isAuthority = ({ of, bits }: Word) => of === "address" || of === "function" || (of === "bytesN" && bits >= 160);
const isWide = ({ of, bits }: Word) => (of === "uint" || of === "int") && bits > 96;

// --- publication --------------------------------------------------------------------------------------------------

export type Trust = "trusted" | "asked" | "open";

/** A permission that was published, as it is trusted. */
export type Alternative = Case & { trust: Trust };

/** What publication says of a permission: how far it is trusted, or the names of the errors that are true of it. */
export function judge(of: Case): { trust: Trust } | { errors: string[]; leaf?: number } {
  const { permission } = of;
  const { unsound: leaf } = walkLeaves(of);
  if (permission.open.length === 0) {
    if (leaf === undefined) return { trust: "trusted" };
    if (!permission.consumable) return { errors: ["UnboundArgument"], leaf };
    return permission.maxValue === 0n ? { trust: "asked" } : { errors: ["UnsafeConsumable"] };
  }
  if (leaf !== undefined) return { errors: ["UnboundArgument"], leaf };
  const errors = permission.open.flatMap((path) => complaintOf(of, path));
  return errors.length === 0 ? { trust: "open" } : { errors };
}

function complaintOf(of: Case, path: string): string[] {
  const errors: string[] = [];
  const anyOf = path.replaceAll("[*]", `[${UNNAMED}]`);
  if (isBound(of, anyOf) || hasContentRule(of, anyOf)) errors.push("OpenArgumentBound");
  const isBelow = ({ at }: Place) => path === "*" || enclosing(at).some((each) => names(path, each));
  const isSuffix = path === "*" && of.types.parts.length === 0;
  if (!isSuffix && !walkLeaves(of, true).leaves.some((each) => each.carries && isBelow(each)))
    errors.push("OpenArgumentHarmless");
  return errors;
}

interface Place {
  at: string;
  /** Unbound, and able to carry authority. */
  carries: boolean;
}

/**
 * The leaves of a call, and the first that is neither sound nor open. Of an array of any length they are those of the
 * elements that a path names and of one that stands for all others; of one whose length is known those of each element,
 * unless it is asked what is said of every one.
 */
function walkLeaves(of: Case, isOfEvery = false): { leaves: Place[]; unsound: number | undefined } {
  const { permission } = of;
  const isFree = permission.maxValue === 0n && permission.spends.every(({ unit }) => BigInt(unit) < 1n << 16n);
  const sides = permission.rules.map(({ per }) => per).filter((per) => per !== "");
  const named = pathsOf(of).flatMap((path) => [...path.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number)));
  const usual = [...new Set([UNNAMED, ...named])];
  const leaves: Place[] = [];
  let [leaf, unsound]: [number, number | undefined] = [0, undefined];

  const end = (at: string, isSound: boolean, carries: boolean, isCovered: boolean) => {
    leaves.push({ at, carries: carries && !isCovered });
    if (!isSound && !isCovered && !isOpen(of, at)) unsound ??= leaf;
    leaf++;
  };
  const walk = (type: Type, at: string, isInside: boolean, isCovered: boolean): void => {
    if (type.kind !== "word" && type.kind !== "tuple") isCovered ||= hasContentRule(of, at) || isZeroLength(of, at);
    switch (type.kind) {
      case "word": {
        const isSaid =
          rulesAt(of, at).some(({ test }) => test !== "is not") ||
          permission.spends.some(({ argument }) => names(argument, at)) ||
          sides.some((side) => names(side, at));
        const isFreeWord = !isAuthority(type) || (!isInside && type.of === "bytesN" && isFree);
        const isSound = isBound(of, at) || (isFreeWord && (!isInside || isSaid));
        return end(at, isSound, !isBound(of, at) && (isAuthority(type) || isWide(type)), isCovered);
      }
      case "string":
        return end(at, isFree && !isInside, true, isCovered);
      case "bytes": {
        const inside = insideOf(of, at);
        if (inside === undefined) return end(at, false, true, isCovered);
        return walk(inside.types, `${at}:`, true, isCovered);
      }
      case "tuple":
        return type.parts.forEach((part, i) => walk(part, partOf(at, i), isInside, isCovered));
      case "array": {
        const known = type.size ?? exactLength(of, at);
        const isKnown = !isOfEvery && known !== undefined && known <= 64;
        const elements = isKnown ? Array.from({ length: Math.max(known, 1) }, (_, i) => i) : usual;
        // Leaves of an element are numbered once, by what is said of every one.
        const first = leaf;
        for (const i of elements) {
          leaf = first;
          walk(type.element, `${at}[${i}]`, isInside, isCovered);
        }
        leaf = first + leavesOf(of, type.element, `${at}[${UNNAMED}]`);
      }
    }
  };
  walk(of.types, "", false, false);
  return { leaves, unsound };
}

function leavesOf(of: Case, type: Type, at: string): number {
  switch (type.kind) {
    case "tuple":
      return type.parts.reduce((sum, part, i) => sum + leavesOf(of, part, partOf(at, i)), 0);
    case "array":
      return leavesOf(of, type.element, `${at}[${UNNAMED}]`);
    case "bytes": {
      const inside = insideOf(of, at);
      return inside === undefined ? 1 : leavesOf(of, inside.types, `${at}:`);
    }
    default:
      return 1;
  }
}

// --- a call -----------------------------------------------------------------------------------------------------------

/** Bytes that are no encoding have no values: which of these comes first is not known. */
export const UNREADABLE = [
  "ArgumentNotCanonical",
  "ArgumentNotBounded",
  "ArgumentNotAllowed",
  "ArgumentAbsent",
  "TooManyElements",
  "CalldataLengthNotAllowed",
  "InnerMethodNotAllowed",
].join(" or ");
export interface Failure {
  /** A name, or several with " or " between them. */
  error: string;
  /** What the error says of a place or a rule, where that is known. */
  says?: bigint[];
}

/** Bits that the type has no use for are not set. */
export function isClean({ of, bits }: Word, word: bigint): boolean {
  if (of === "int") return BigInt.asUintN(256, BigInt.asIntN(bits, word)) === word;
  if (of === "bytesN" || of === "function") return word % (1n << BigInt(256 - bits)) === 0n;
  return word < 1n << BigInt(of === "bool" ? 1 : bits);
}

export function isAdmitted(of: Case, trust: Trust, at: string, type: Word, word: bigint): boolean {
  if (!isWide(type) || trust === "asked" || isBound(of, at) || isOpen(of, at)) return true;
  if (type.of === "uint") return word < 1n << 96n;
  const number = BigInt.asIntN(256, word);
  return number >= -(1n << 95n) && number < 1n << 95n;
}

/** Whether a rule that has no other side holds. */
export function holds(rule: Rule, word: bigint, isSigned: boolean, principal: bigint): boolean {
  const listed = [...rule.addresses, ...rule.numbers, ...rule.words].map((each) => BigInt.asUintN(256, BigInt(each)));
  const signed = (each: bigint) => (isSigned ? BigInt.asIntN(256, each) : each);
  switch (rule.test) {
    case "is":
    case "is one of":
    case "has the content":
    case "has one of the contents":
      return listed.includes(word);
    case "is not":
      return !listed.includes(word);
    case "is the principal":
      return word === principal;
    case "is one of or the principal":
      return word === principal || listed.includes(word);
    case "is at least":
      return signed(word) >= signed(listed[0]!);
    case "is at most":
      return signed(word) <= signed(listed[0]!);
    default:
      throw new Error(`what is "${rule.test}"?`);
  }
}

const isRate = ({ test }: Rule) => test.endsWith("rate");

/** What is wrong with these arguments; and what each spend takes. */
export function failuresOf(
  of: Case,
  trust: Trust,
  value: TupleValue,
  wei: bigint,
  principal: bigint,
): { failures: Failure[]; takes: bigint[] } {
  const { permission } = of;
  const { rules, spends } = permission;
  const failures: Failure[] = [];
  const words = new Map<string, bigint>([["value", wei]]);
  const takes = spends.map(({ argument, amount }) => (argument === "" ? amount : 0n));
  let elements = 0;

  const held = (at: string, word: bigint, isSigned = false) => {
    rules.forEach((rule, i) => {
      if (!isRate(rule) && names(rule.argument, at) && !holds(rule, word, isSigned, principal))
        failures.push({ error: "ArgumentNotAllowed", says: [BigInt(i), word] });
    });
  };
  /** A number that rules and spends may read. */
  const number = (at: string, word: bigint, isSigned = false) => {
    words.set(at, word);
    held(at, word, isSigned);
  };
  const hash = (at: string, content: Hex) => {
    if (hasContentRule(of, at)) held(at, BigInt(keccak256(content)));
  };
  const walk = (node: Value): void => {
    const { at } = node;
    switch (node.kind) {
      case "word": {
        const { type, word } = node;
        if (!isAdmitted(of, trust, at, type, word)) return void failures.push({ error: "ArgumentNotBounded" });
        if (!isClean(type, word)) {
          // What is said of 96 bits is as true of the type as of what is admitted.
          const isNumber = type.of === "uint" || type.of === "int";
          return void failures.push({
            error: isNumber && type.bits === 96 ? "ArgumentNotBounded" : "ArgumentNotCanonical",
          });
        }
        number(at, word, type.of === "int");
        spends.forEach(({ argument }, i) => {
          if (names(argument, at)) takes[i]! += word;
        });
        return;
      }
      case "tuple":
        return node.parts.forEach(walk);
      case "content": {
        const content = contentOf(node);
        number(at + LENGTH, BigInt(size(content)));
        hash(at, content);
        const inside = insideOf(of, at);
        if (inside === undefined) return;
        const selector = inside.selector === undefined ? "0x" : slice(concat([content, "0x00000000"]), 0, 4);
        if (inside.selector !== undefined && (size(content) < 4 || selector !== inside.selector))
          return void failures.push({
            error: size(content) < 4 ? "ArgumentNotCanonical or InnerMethodNotAllowed" : "InnerMethodNotAllowed",
          });
        const rest: Hex = `0x${content.slice(selector.length)}`;
        const tree = node.inner?.arguments ?? decode(inside.types, rest, false, `${at}:`);
        if (tree === undefined) return void failures.push({ error: UNREADABLE });
        return walk(tree);
      }
      case "array": {
        const { type } = node;
        const isWhole = hasContentRule(of, at);
        const count = node.elements.length;
        if (type.size === undefined) number(at + LENGTH, BigInt(count));
        if (namedBy(of, at) > count) failures.push({ error: "ArgumentAbsent", says: [BigInt(count)] });
        const isCounted = type.size === undefined || isDynamic(type.element);
        if (isCounted && !isWhole && !isOpen(of, at)) elements += count;
        if (type.size === undefined && saysEach(of, at) && count > 64) failures.push({ error: "TooManyElements" });
        if (isWhole)
          hash(at, concat(node.elements.map((each) => numberToHex((each as { word: bigint }).word, { size: 32 }))));
        return node.elements.forEach(walk);
      }
    }
  };
  walk(value);
  if (elements > 64) failures.push({ error: "TooManyElements" });

  if (wei > permission.maxValue) failures.push({ error: "ValueNotAllowed" });
  held("value", wei);
  rules.forEach((rule, i) => {
    if (!isRate(rule)) return;
    const [argument, per] = [words.get(rule.argument), words.get(rule.per)];
    if (argument === undefined || per === undefined) return;
    const [left, right] = [argument * rule.numbers[1]!, per * rule.numbers[0]!];
    if (rule.test === "is at least at rate" ? left < right : left > right)
      failures.push({ error: "RateNotMet", says: [BigInt(i), argument, per] });
  });
  takes.forEach((amount, i) => {
    takes[i] = amount * 10n ** BigInt(spends[i]!.scale);
    if (takes[i] >= 1n << 256n) failures.push({ error: "SpendOverflow", says: [BigInt(i)] });
  });
  return { failures, takes };
}

const pathsOf = ({ permission: { rules, spends, inner, open } }: Case): string[] => [
  ...rules.flatMap(({ argument, per }) => [argument, per]),
  ...spends.map(({ argument }) => argument),
  ...inner.map(({ argument }) => argument),
  ...open,
];

/** How many elements the paths want the array at a place to have. */
export function namedBy(of: Case, at: string): number {
  const indices = pathsOf(of).flatMap((path) =>
    [...path.matchAll(/\[(\d+)\]/g)]
      .filter(({ index }) => names(path.slice(0, index), at))
      .map(([, number]) => Number(number) + 1),
  );
  return Math.max(0, ...indices);
}

/** Whether a path says `[*]` of the array at a place. */
const saysEach = (of: Case, at: string): boolean =>
  pathsOf(of).some((path) => [...path.matchAll(/\[\*\]/g)].some(({ index }) => names(path.slice(0, index), at)));
