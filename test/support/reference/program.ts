import { toFunctionSelector } from "viem";
import { placeAt, type Place } from "./argumentPaths.ts";
import { headWords, isDynamic, wordsOf, type Type, type Word } from "./methodTypes.ts";
import { bitsOf, childrenOf, eachOf, elementOf, isRate, type PublishedPermission } from "./publication.ts";
import type { Policy } from "./policy.ts";

/**
 * The type programs of docs/specification.md, section 7.1: what publication would write, and how large
 * the
 * stored form becomes.
 */

const NODE = { run: 0, signed: 1, left: 2, tuple: 3, content: 4, array: 5 };
const KIND = {
  is: 0,
  bound: 1,
  save: 2,
  add: 3,
  principal: 4,
  set: 5,
  inverse: 16,
  orPrincipal: 32,
  signed: 64,
  inHand: 128,
};
/** A run ends before its rules could be more than one byte counts: a word has at most 22. */
const FULL_RUN = 255 - 22;
const FLAG = { fixed: 1, uncounted: 2, capped: 4 };

interface Leaf {
  places: Place[];
  type: Type;
  isOpen: boolean;
}

export function compile(published: PublishedPermission): number[] {
  return new Compiler(published).program();
}

/** Draws in the order of the stored form: the row's own first. `undefined` is one that an argument says. */
export function drawsOf({
  permission,
  drawn,
}: PublishedPermission): { unit: string; constant?: bigint; scale: number }[] {
  const spends = permission.spends.map(({ unit, argument, amount, scale }) => ({
    unit,
    scale,
    ...(argument === "" && { constant: amount }),
  }));
  return drawn === undefined ? spends : [{ unit: drawn, scale: 0 }, ...spends];
}

class Compiler {
  readonly published: PublishedPermission;
  /** Sides of rates. 0 is the value. */
  private readonly registers = new Map<Place, number>();
  private readonly isRow: boolean;

  constructor(published: PublishedPermission) {
    this.published = published;
    this.isRow = published.trust === "counted" && published.row !== undefined && !isDynamic(published.root.type);
    for (const { argument, test, per } of published.permission.rules) {
      if (!isRate(test)) continue;
      for (const side of [argument, per]) {
        if (side === "value") continue;
        const { place } = placeAt(published.root, side);
        if (!this.registers.has(place)) this.registers.set(place, this.registers.size + 1);
      }
    }
  }

  program(): number[] {
    const { permission, root } = this.published;
    const value = permission.rules.flatMap(({ argument, test }, i) =>
      argument === "value" && !isRate(test) ? [this.rule(i, 0, KIND.inHand, false)] : [],
    );
    const rates = permission.rules.flatMap(({ test }, i) => (isRate(test) ? [this.rate(i)] : []));
    const body = this.body([root], root.type, root.isOpen);
    return [value.length, ...value.flat(), ...body, rates.length, ...rates.flat()];
  }

  private body(places: Place[], type: Type, isOpen: boolean): number[] {
    const parts = type.kind === "tuple" ? type.parts : [];
    const nodes = this.nodes(parts.map((part, i) => ({ places: childrenOf(places, i), type: part, isOpen })));
    return [headWords(type) * (parts.length === 0 ? 0 : 1), nodes.length, ...nodes.flat()];
  }

  private nodes(items: Leaf[]): number[][] {
    const nodes: number[][] = [];
    let run: { widths: number[]; rules: number[][] } | undefined;
    for (const leaf of items.flatMap((item) => flatten(item))) {
      const { places, type, isOpen } = leaf;
      if (type.kind === "word" && this.isInRun(places, type)) {
        if (run === undefined) {
          run = { widths: [], rules: [] };
          nodes.push([]);
        }
        run.rules.push(...this.rulesOf(places, run.widths.length, type));
        run.widths.push(this.width(places, type, isOpen));
        nodes[nodes.length - 1] = [NODE.run, run.widths.length, run.rules.length, ...run.widths, ...run.rules.flat()];
        if (run.rules.length > FULL_RUN) run = undefined;
        continue;
      }
      run = undefined;
      nodes.push(this.node(leaf));
    }
    return nodes;
  }

  private isLookedAt = (places: Place[]) =>
    !this.isRow || places.some((place) => place.rules.length + place.spends.length !== 0 || this.isAmount(place));

  private isInRun(places: Place[], type: Word): boolean {
    return ["address", "uint", "bool"].includes(type.of) || !this.isLookedAt(places);
  }

  private isAmount(place: Place): boolean {
    const { row, drawn, root } = this.published;
    return row?.amount !== undefined && drawn !== undefined && placeAt(root, row.amount).place === place;
  }

  private bits(places: Place[], type: Word, isOpen: boolean): number {
    const isFree = isOpen || this.published.trust === "counted" || this.published.trust === "asked";
    return bitsOf(type, places, this.published.permission.rules, isFree);
  }

  private width(places: Place[], type: Word, isOpen: boolean): number {
    return this.isLookedAt(places) ? this.bits(places, type, isOpen) - 1 : 255;
  }

  private node({ places, type, isOpen }: Leaf): number[] {
    switch (type.kind) {
      case "word": {
        const rules = this.rulesOf(places, 0, type);
        const bits = this.bits(places, type, isOpen);
        const head = type.of === "int" ? [NODE.signed, bits / 8 - 1] : [NODE.left, type.bits - 1];
        return [...head, rules.length, ...rules.flat()];
      }
      case "tuple":
        return [NODE.tuple, ...this.body(places, type, isOpen)];
      case "array":
        return this.array(places, type, isOpen);
      default:
        return this.content(places, isOpen);
    }
  }

  private content(places: Place[], isOpen: boolean): number[] {
    const inner = places.find((place) => place.inner !== undefined)?.inner;
    const mode = inner === undefined ? 0 : inner.selectorOf === undefined ? 1 : 2;
    const length = this.lengthRules(places);
    const hash = this.hashRules(places);
    const selector = inner?.selectorOf === undefined ? [] : bytesOf(toFunctionSelector(inner.selectorOf));
    const body = inner === undefined ? [] : this.body([inner.place], inner.place.type, isOpen || inner.place.isOpen);
    return [NODE.content, mode, length.length, hash.length, ...length.flat(), ...hash.flat(), ...selector, ...body];
  }

  private array(places: Place[], type: Extract<Type, { kind: "array" }>, isOpen: boolean): number[] {
    const length = this.lengthRules(places);
    const hash = this.hashRules(places);
    const each = eachOf(places);
    const named = Math.max(0, ...places.flatMap((place) => [...place.children.keys()].map((index) => index + 1)));
    const isUncounted = isOpen || hash.length !== 0;
    const flags =
      (type.size === undefined ? 0 : FLAG.fixed) |
      (isUncounted ? FLAG.uncounted : 0) |
      (isUncounted && each.length !== 0 ? FLAG.capped : 0);
    const element = (of: Place[]) => {
      const nodes = this.nodes([
        { places: of, type: type.element, isOpen: isOpen || of.some((place) => place.isOpen) },
      ]);
      return [nodes.length, ...nodes.flat()];
    };
    const elements = Array.from({ length: named }, (_, i) => element(elementOf(places, i)));
    const rest = element(each);
    const words = isDynamic(type.element) ? 1 : wordsOf(type.element);
    const head = [NODE.array, flags, words, length.length, hash.length, type.size ?? 0, named];
    return [
      ...head,
      rest.length >> 8,
      rest.length & 0xff,
      ...length.flat(),
      ...hash.flat(),
      ...elements.flat(),
      ...rest,
    ];
  }

  private lengthRules(places: Place[]): number[][] {
    const lengths = places.flatMap((place) => place.length ?? []);
    return lengths.length === 0 ? [] : this.rulesOf(lengths, 0, lengths[0]!.type as Word);
  }

  private hashRules(places: Place[]): number[][] {
    const { rules } = this.published.permission;
    const own = places.flatMap((place) => place.rules).filter((rule) => rules[rule]!.test.startsWith("has "));
    return own.map((rule) => this.rule(rule, 0, KIND.inHand, false));
  }

  /** Rules, saves and draws on a word of a run. */
  private rulesOf(places: Place[], word: number, type: Word): number[][] {
    const { rules, spends } = this.published.permission;
    const { drawn } = this.published;
    return places.flatMap((place) => {
      const own = place.rules.filter((rule) => !isRate(rules[rule]!.test));
      const ruled = own.map((rule) => this.rule(rule, word, 0, type.of === "int"));
      const register = this.registers.get(place);
      const saved = register === undefined ? [] : [[KIND.save, register, word, 0xff]];
      const drawnHere = place.spends.map((i) => [
        KIND.add,
        i + (drawn === undefined ? 0 : 1),
        word,
        0xff,
        spends[i]!.scale,
      ]);
      const amount = this.isAmount(place) ? [[KIND.add, 0, word, 0xff, 0]] : [];
      return [...ruled, ...saved, ...amount, ...drawnHere];
    });
  }

  private rule(index: number, word: number, hand: number, isSigned: boolean): number[] {
    const { test, addresses, numbers, words } = this.published.permission.rules[index]!;
    const values = [...addresses, ...words, ...numbers].map((each) => BigInt.asUintN(256, BigInt(each)));
    const signed = isSigned ? KIND.signed : 0;
    const kinds: Record<string, number> = {
      is: KIND.is,
      "is not": KIND.set | KIND.inverse,
      "is one of": KIND.set,
      "is the principal": KIND.principal,
      "is one of or the principal": KIND.set | KIND.orPrincipal,
      "is at least": KIND.bound | signed,
      "is at most": KIND.bound | KIND.inverse | signed,
      "has the content": KIND.is,
      "has one of the contents": KIND.set,
    };
    return [kinds[test]! | hand, values.length, word, index, ...values.flatMap(wordBytes)];
  }

  private rate(index: number): number[] {
    const { argument, per, test, numbers } = this.published.permission.rules[index]!;
    const register = (side: string) =>
      side === "value" ? 0 : this.registers.get(placeAt(this.published.root, side).place)!;
    const isMost = test === "is at most at rate" ? 1 : 0;
    return [register(argument), register(per), isMost, index, ...numbers.flatMap(wordBytes)];
  }
}

/** Static tuples and fixed arrays stand as their words. */
export function flatten({ places, type, isOpen }: Leaf): Leaf[] {
  const opened = isOpen || places.some((place) => place.isOpen);
  if (isDynamic(type) || type.kind === "word") return [{ places, type, isOpen: opened }];
  if (type.kind === "tuple") {
    return type.parts.flatMap((part, i) => flatten({ places: childrenOf(places, i), type: part, isOpen: opened }));
  }
  const { element, size } = type as Extract<Type, { kind: "array" }>;
  return Array.from({ length: size! }, (_, i) => i).flatMap((i) =>
    flatten({ places: elementOf(places, i), type: element, isOpen: opened }),
  );
}

const bytesOf = (hex: string) => [...Buffer.from(hex.slice(2), "hex")];
const wordBytes = (word: bigint) => bytesOf(`0x${word.toString(16).padStart(64, "0")}`);

/** Whether a permission fits its word of the search index alone. */
export function isPlain(published: PublishedPermission, alternatives: number): boolean {
  const { permission, kind, root, trust } = published;
  const { maxValue, rules, inner, open, spends } = permission;
  if (kind === "wildcard") return true;
  if (kind === "native" || maxValue !== 0n || rules.length + inner.length + open.length !== 0 || alternatives > 1)
    return false;
  if (trust === "asked" || isDynamic(root.type) || published.row?.sets) return false;
  const draws = drawsOf(published);
  if (draws.length > 1 || draws.some(({ constant, scale }) => constant !== undefined || scale !== 0)) return false;
  if (trust === "counted" && published.row !== undefined) return true;
  const leaves = flatten({ places: [root], type: root.type, isOpen: false });
  return spends.length <= 1 && leaves.length <= 1 && leaves.every(({ type }) => isUnsigned(type));
}

/** Not a `bool`: the word of the index counts whole bytes. */
const isUnsigned = (type: Type) => type.kind === "word" && ["address", "uint"].includes(type.of);

/** Bytes of the stored form. */
export function storedSize(policy: Policy, permissions: PublishedPermission[]): number {
  const key = ({ permission, kind, selector }: PublishedPermission) => `${permission.target} ${kind} ${selector}`;
  const methods = new Map<string, PublishedPermission[]>();
  for (const each of permissions) methods.set(key(each), [...(methods.get(key(each)) ?? []), each]);
  const details = [...methods.values()].flatMap((alternatives) =>
    alternatives.filter((each) => !isPlain(each, alternatives.length)).map(detailSize),
  );
  return 129 + 64 * policy.limits.length + 32 * methods.size + details.reduce((sum, each) => sum + each, 0);
}

function detailSize(published: PublishedPermission): number {
  const draws = drawsOf(published).map(({ constant }) => (constant === undefined ? 2 : 18));
  return 20 + draws.reduce((sum, each) => sum + each, 0) + compile(published).length;
}
