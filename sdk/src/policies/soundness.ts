import type { Rule, RuleTest } from "../types.ts";
import { childrenOf, eachOf, elementOf, type Place } from "./argumentPaths.ts";
import type { MethodType, WordType } from "./methodTypes.ts";

/** The tests that bind a word to values or to the principal. */
export const BINDING: readonly RuleTest[] = ["is", "is one of", "is the principal", "is one of or the principal"];
export const CONTENT: readonly RuleTest[] = ["has the content", "has one of the contents"];

/** A number wider than this is admitted below 2^96 unless it is bound or open: no address is that small. */
export const FREE_BITS = 96;
/** Elements that are looked at one by one, inclusive. */
const MAX_ELEMENTS = 64;

const testsOf = (places: readonly Place[], rules: readonly Rule[]) =>
  places.flatMap((place) => place.rules.map((rule) => rules[rule]!.test));

export const isBound = (places: readonly Place[], rules: readonly Rule[]): boolean =>
  testsOf(places, rules).some((test) => BINDING.includes(test));

/** The length that a rule fixes. */
function exactLength(places: readonly Place[], rules: readonly Rule[]): bigint | undefined {
  const own = places.flatMap(({ length }) => length?.rules ?? []).map((rule) => rules[rule]!);
  return own.find(({ test }) => test === "is")?.numbers[0];
}

const hasContent = (places: readonly Place[], rules: readonly Rule[]) =>
  testsOf(places, rules).some((test) => CONTENT.includes(test));

/** Whether a word may be an address, or hide one. */
const isWide = ({ of, bits }: WordType) => of === "address" || of === "function" || (of === "bytesN" && bits >= 160);

export interface Soundness {
  rules: readonly Rule[];
  /** Nothing is paid: no value, no spend of a token. */
  isFreeOfCharge: boolean;
}

/**
 * The first leaf, from left to right, that is neither bound nor open and may not be free, by its path; undefined if there
 * is none. `places` are all that speak of the value, `at` is its path.
 */
export function unboundIn(
  places: readonly Place[],
  type: MethodType,
  at: string,
  isInner: boolean,
  given: Soundness,
): string | undefined {
  const { rules, isFreeOfCharge } = given;
  if (places.some(({ isOpen }) => isOpen)) return undefined;
  const below = (of: readonly Place[], part: MethodType, path: string) => unboundIn(of, part, path, isInner, given);
  if (type.kind === "word") {
    if (isBound(places, rules)) return undefined;
    if (!isInner) return !isWide(type) || (type.of === "bytesN" && isFreeOfCharge) ? undefined : at;
    const isLookedAt =
      places.some(({ isSpent, isRated }) => isSpent || isRated) ||
      testsOf(places, rules).some((test) => test !== "is not");
    return isLookedAt && !isWide(type) ? undefined : at;
  }
  if (type.kind === "tuple") {
    const prefix = at === "" || at.endsWith(":") ? at : `${at}.`;
    for (const [i, part] of type.parts.entries()) {
      const found = below(childrenOf(places, i), part, `${prefix}${i}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (hasContent(places, rules)) return undefined;
  if (type.kind === "string") return isFreeOfCharge && !isInner ? undefined : at;
  const exact = exactLength(places, rules);
  if (exact === 0n) return undefined;
  if (type.kind === "bytes") {
    const inner = places.find((place) => place.inner !== undefined)?.inner;
    return inner === undefined ? at : unboundIn([inner], inner.type, `${at}:`, true, given);
  }
  const each = below(eachOf(places), type.element, `${at}[*]`);
  const length = type.size ?? exact;
  if (each === undefined || length === undefined || length > MAX_ELEMENTS) return each;
  for (let i = 0; i < length; ++i) {
    const found = below(elementOf(places, i), type.element, `${at}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether something that is not bound, at a place or below it, can name an address or say more than it seems to. */
export function carriesAuthority(places: readonly Place[], type: MethodType, rules: readonly Rule[]): boolean {
  const isKeptEmpty = type.kind !== "word" && type.kind !== "tuple" && exactLength(places, rules) === 0n;
  if (hasContent(places, rules) || isKeptEmpty) return false;
  switch (type.kind) {
    case "word":
      return !isBound(places, rules) && (isWide(type) || (/^u?int$/.test(type.of) && type.bits > FREE_BITS));
    case "string":
      return true;
    case "bytes": {
      const inner = places.find((place) => place.inner !== undefined)?.inner;
      return inner === undefined || carriesAuthority([inner], inner.type, rules);
    }
    case "tuple":
      // A method without arguments can still be handed a suffix, which "*" alone lets through.
      if (type.parts.length === 0) return places.some(({ isOpen }) => isOpen);
      return type.parts.some((part, i) => carriesAuthority(childrenOf(places, i), part, rules));
    case "array":
      return carriesAuthority(eachOf(places), type.element, rules);
  }
}
