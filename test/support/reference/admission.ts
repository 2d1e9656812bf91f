import { isAddressEqual, keccak256, size, slice, toFunctionSelector, type Address, type Hex } from "viem";
import { placeAt, type Place } from "./argumentPaths.ts";
import { headWords, isDynamic, wordsOf, type Type, type Word } from "./methodTypes.ts";
import {
  bitsOf,
  childrenOf,
  eachOf,
  elementOf,
  isRate,
  type Published,
  type PublishedPermission,
} from "./publication.ts";
import { rowOf } from "./tokenTable.ts";
import { ANY_TARGET, type Policy, type Rule } from "./policy.ts";

/**
 * A model of admission: what an execution of several calls is refused with, or what it
 * draws. It knows no window and no session: calls and what was spent before are given.
 */

export interface Call {
  target: Address;
  value: bigint;
  data: Hex;
}
export type Route = "direct" | "asked";

/** What an error says behind the position of the call: words, selectors left-aligned, and the reason of an alternative. */
type Says = (bigint | Refusal)[];

/** The call is refused with this error. */
export class Refusal extends Error {
  readonly says: Says;
  /** Rules that held before this one did not. */
  readonly held: number;
  /** The call's position. */
  index = 0;
  constructor(name: string, says: Says = [], held = 0) {
    super(`${name}(${says.map(String).join(", ")})`);
    this.name = name;
    this.says = says;
    this.held = held;
  }
}

const MAX_ELEMENTS = 64;
const MAX_CREDITS = 16;
const FREE_BITS = 96;
const BASE = 2n ** 256n;

export interface Admission {
  /** Base units or counts drawn, by unit in lower case. */
  drawn: Record<string, bigint>;
}

export function admit(
  policy: Policy,
  published: Published,
  principal: Address,
  calls: Call[],
  route: Route,
): Admission {
  if (calls.length === 0) throw new Refusal("EmptyBatch");
  const drawn: Record<string, bigint> = {};
  const draw = (unit: string, amount: bigint) => {
    if (amount !== 0n) drawn[unit.toLowerCase()] = (drawn[unit.toLowerCase()] ?? 0n) + amount;
  };
  /** At most 16 pairs of spender and token, each with what an approval has counted and no spend has used. */
  const credits = new Map<string, bigint>();
  for (const [index, call] of calls.entries()) {
    const { permission, amounts } = decideAt(index, policy, published, principal, call, route);
    if (call.value !== 0n) draw("0x0000000000000000000000000000000000000000", call.value);
    for (const { unit, amount, isOwn } of amounts) {
      // A row that draws on the target's own token moves it itself; one of Permit2 and a declared spend pull it.
      const pair = `${call.target} ${unit}`.toLowerCase();
      const isPaid = !(isOwn && permission.row?.token === undefined) && published.credits.has(pair);
      const paid = isPaid ? min(credits.get(pair) ?? 0n, amount) : 0n;
      if (paid !== 0n) credits.set(pair, credits.get(pair)! - paid);
      draw(unit, amount - paid);
    }
    const own = amounts.find(({ isOwn }) => isOwn);
    if (permission.row?.sets && own !== undefined) {
      const spender = permission.row.token === undefined ? wordAt(call.data, 0) : wordAt(call.data, 1);
      const pair = `0x${spender.toString(16).padStart(40, "0")} ${own.unit}`.toLowerCase();
      if (credits.has(pair) || credits.size < MAX_CREDITS) credits.set(pair, own.amount);
    }
  }
  for (const { unit, cap } of policy.limits) {
    if ((drawn[unit.toLowerCase()] ?? 0n) > cap) throw new Refusal("SpendCapExceeded", [BigInt(unit)]);
  }
  return { drawn };
}

/** The first four bytes, zeros behind the end, as the left of a word. */
const selectorWord = (data: Hex) => BigInt(`${data.slice(0, 10).padEnd(66, "0")}`);
const behindSelector = (data: Hex): Hex => (size(data) <= 4 ? "0x" : slice(data, 4));
const min = (a: bigint, b: bigint) => (a < b ? a : b);
const wordAt = (data: Hex, word: number) => BigInt(slice(data, 4 + 32 * word, 36 + 32 * word));

export interface Drawn {
  unit: string;
  amount: bigint;
  /** Of a row of the table, not declared. */
  isOwn: boolean;
}

function decideAt(index: number, ...of: Parameters<typeof decide>): ReturnType<typeof decide> {
  try {
    return decide(...of);
  } catch (error) {
    if (error instanceof Refusal) error.index = index;
    throw error;
  }
}

/** The permission that decides, and what its call draws. */
function decide(policy: Policy, published: Published, principal: Address, call: Call, route: Route) {
  const machinery = isAddressEqual(call.target, principal) || BigInt(call.target) < 1n << 16n;
  if (machinery) throw new Refusal("TargetForbidden", [BigInt(call.target)]);
  const length = size(call.data);
  if (length > 0 && length < 4) throw new Refusal("CalldataLengthNotAllowed", [BigInt(length), 4n]);
  const selector = length === 0 ? "" : slice(call.data, 0, 4);
  const alternatives = find(policy, published, call.target, selector);
  if (alternatives.length === 0) throw new Refusal("CallNotAllowed", [BigInt(call.target), selectorWord(call.data)]);
  const refusals: Refusal[] = [];
  for (const permission of alternatives) {
    try {
      return { permission, amounts: new Walk(permission, principal, call, route).run() };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    }
  }
  const best = refusals.reduce((a, b) => (b.held > a.held ? b : a));
  if (refusals.length === 1) throw best;
  throw new Refusal("AlternativesRefused", [BigInt(refusals.length), BigInt(refusals.indexOf(best)), best]);
}

function find(
  { limits }: Policy,
  { permissions }: Published,
  target: Address,
  selector: string,
): PublishedPermission[] {
  const here = permissions.filter(({ permission }) => isAddressEqual(permission.target, target));
  const of = (list: PublishedPermission[]) =>
    list.filter((each) =>
      selector === "" ? each.kind === "native" : each.kind === "method" && each.selector === selector,
    );
  if (of(here).length !== 0) return of(here);
  const wild = here.filter(({ kind }) => kind === "wildcard");
  if (wild.length !== 0 && selector !== "" && rowOf(selector) === undefined) return wild;
  if (limits.some(({ unit }) => isAddressEqual(unit, target))) return [];
  return of(permissions.filter(({ permission }) => isAddressEqual(permission.target, ANY_TARGET)));
}

/** One pass over the arguments, as the engine makes it: the canonical tail's cursor is kept, no pointer is followed. */
export class Walk {
  readonly published: PublishedPermission;
  readonly principal: bigint;
  readonly call: Call;
  readonly route: Route;
  private readonly held = new Set<number>();
  private readonly spent: bigint[];
  private readonly registers = new Map<Place, bigint>();
  private own = 0n;
  private elements = 0;
  /** What is read: the arguments, or what is inside `bytes`, and the byte of the calldata at which that begins. */
  private data: Hex;
  private start = 4;

  constructor(published: PublishedPermission, principal: Address, call: Call, route: Route) {
    this.published = published;
    this.principal = BigInt(principal);
    this.call = call;
    this.route = route;
    this.spent = published.permission.spends.map(() => 0n);
    this.data = behindSelector(call.data);
  }

  private fail(name: string, ...says: bigint[]): never {
    throw new Refusal(name, says, this.held.size);
  }

  private failAt(name: string, at: number, actual: bigint): never {
    return this.fail(name, BigInt(this.start + at), actual);
  }

  private get rules(): Rule[] {
    return this.published.permission.rules;
  }

  run(): Drawn[] {
    const { permission, kind, root, trust, row } = this.published;
    const called = [BigInt(this.call.target), selectorWord(this.call.data)];
    if (this.route === "asked" && !permission.consumable) this.fail("CallNotConsumable", ...called);
    if (this.route !== "asked" && trust === "asked") this.fail("CallOnlyAsked", ...called);
    if (this.call.value > permission.maxValue || (kind === "native" && this.call.value === 0n))
      this.fail("ValueNotAllowed", this.call.value, permission.maxValue);
    this.rules.forEach((rule, i) => {
      if (rule.argument === "value" && !isRate(rule.test)) this.check(i, this.call.value);
    });
    if (kind === "method") {
      const isRow = trust === "counted" && row !== undefined && !isDynamic(root.type);
      const allowsSuffix = trust === "asked" || permission.open[0] === "*";
      const head = 32 * headWords(root.type) * (root.type.name === "()" ? 0 : 1);
      const isExact = !isDynamic(root.type) && !allowsSuffix;
      const length = BigInt(size(this.call.data));
      if (isExact ? size(this.data) !== head : size(this.data) < head)
        this.fail("CalldataLengthNotAllowed", length, BigInt(4 + head));
      const end = this.tuple([root], root.type, 0, root.isOpen, false, isRow);
      if (!allowsSuffix && end !== size(this.data)) this.failAt("ArgumentNotCanonical", end, length);
    }
    this.rules.forEach((rule, i) => {
      if (isRate(rule.test)) this.rate(rule, i);
    });
    const amounts = permission.spends.map(({ unit, argument, amount }, i) => {
      return { unit, amount: argument === "" ? amount : this.spent[i]!, isOwn: false };
    });
    if (this.published.drawn === undefined) return amounts;
    return [{ unit: this.published.drawn, amount: this.own, isOwn: true }, ...amounts];
  }

  /** One that is inside: whoever leads to a region sees to that. */
  private word(at: number): bigint {
    return BigInt(slice(this.data, at, at + 32, { strict: true }));
  }

  /** The head of a region that the word at `from` of the calldata leads to is inside. */
  private requireHead(type: Type, base: number, from: number, actual: bigint): void {
    const head = type.kind === "tuple" && type.parts.length === 0 ? 0 : 32 * headWords(type);
    if (base + head > size(this.data)) this.fail("ArgumentNotCanonical", BigInt(from), actual);
  }

  /** @returns where the tail ends */
  private tuple(places: Place[], type: Type, base: number, isOpen: boolean, isInner: boolean, isRow = false): number {
    const parts = type.kind === "tuple" ? type.parts : [];
    return this.sequence(
      parts.map((part, i) => [childrenOf(places, i), part]),
      base,
      isOpen,
      isInner,
      isRow,
    );
  }

  private sequence(items: [Place[], Type][], base: number, isOpen: boolean, isInner: boolean, isRow = false): number {
    let head = base;
    let tail = base + 32 * items.reduce((sum, [, type]) => sum + wordsOf(type), 0);
    for (const [places, type] of items) {
      tail = this.value(places, type, head, base, tail, isOpen, isInner, isRow);
      head += 32 * wordsOf(type);
    }
    return tail;
  }

  private value(
    places: Place[],
    type: Type,
    head: number,
    base: number,
    tail: number,
    isOpen: boolean,
    isInner: boolean,
    isRow: boolean,
  ): number {
    isOpen ||= places.some((place) => place.isOpen);
    if (type.kind === "word") {
      this.leaf(places, type, head, isOpen, isRow);
      return tail;
    }
    if (!isDynamic(type)) {
      // Its words stand in the head itself, and its elements have no tail.
      if (type.kind === "tuple")
        this.sequence(
          type.parts.map((p, i) => [childrenOf(places, i), p]),
          head,
          isOpen,
          isInner,
          isRow,
        );
      else if (type.kind === "array")
        this.sequence(
          Array.from({ length: type.size! }, (_, i) => [elementOf(places, i), type.element]),
          head,
          isOpen,
          isInner,
        );
      return tail;
    }
    const pointer = this.word(head);
    if (pointer !== BigInt(tail - base) || tail + 32 > size(this.data))
      this.failAt("ArgumentNotCanonical", head, pointer);
    if (type.kind === "tuple") {
      this.requireHead(type, tail, this.start + head, pointer);
      return this.tuple(places, type, tail, isOpen, isInner);
    }
    if (type.kind === "array") return this.array(places, type, tail, isOpen, isInner);
    return this.content(places, tail, isOpen);
  }

  private leaf(places: Place[], type: Word, at: number, isOpen: boolean, isRow: boolean): void {
    const word = this.word(at);
    const { trust } = this.published;
    const isNamed = places.some((place) => place.rules.length + place.spends.length !== 0);
    const row = this.published.row;
    const isAmount =
      row?.amount !== undefined &&
      this.published.drawn !== undefined &&
      places.includes(placeAt(this.published.root, row.amount).place);
    if (isRow && !isNamed && !isAmount) return;
    const isFree = isOpen || trust === "counted" || trust === "asked";
    const bits = bitsOf(type, places, this.rules, isFree);
    const number = type.of === "int" && word >> 255n ? word - BASE : word;
    // A number of 96 bits by its type says the same as one of more that may use 96.
    const isNumber = (type.of === "uint" || type.of === "int") && bits === FREE_BITS;
    if (!isClean(word, { ...type, bits }))
      this.failAt(isNumber ? "ArgumentNotBounded" : "ArgumentNotCanonical", at, word);
    this.apply(places, number);
    if (isAmount) this.own = number;
  }

  private apply(places: Place[], number: bigint): void {
    for (const place of places) {
      this.registers.set(place, number);
      for (const rule of place.rules) if (!isRate(this.rules[rule]!.test)) this.check(rule, number);
      for (const spend of place.spends) {
        this.spent[spend]! += number * 10n ** BigInt(this.published.permission.spends[spend]!.scale);
        if (this.spent[spend]! >= BASE) this.fail("SpendOverflow", BigInt(spend));
      }
    }
  }

  private content(places: Place[], at: number, isOpen: boolean): number {
    const length = Number(this.word(at));
    const start = at + 32;
    const end = start + Math.ceil(length / 32) * 32;
    if (end > size(this.data)) this.failAt("ArgumentNotCanonical", at, this.word(at));
    const content = length === 0 ? "0x" : slice(this.data, start, start + length);
    if (end > start + length && BigInt(slice(this.data, start + length, end)) !== 0n)
      this.failAt("ArgumentNotCanonical", end - 32, this.word(end - 32));
    this.length(places, this.word(at));
    this.hash(places, content);
    const inner = places.find((place) => place.inner !== undefined)?.inner;
    if (inner !== undefined) this.inside(inner.place, content, start, isOpen, inner.selectorOf);
    return end;
  }

  private inside(place: Place, content: Hex, at: number, isOpen: boolean, method?: string): void {
    const outer = { data: this.data, start: this.start };
    const length = BigInt(size(content));
    if (method !== undefined && (size(content) < 4 || slice(content, 0, 4) !== toFunctionSelector(method)))
      this.failAt("InnerMethodNotAllowed", at, selectorWord(content));
    this.data = method === undefined ? content : behindSelector(content);
    this.start += at + (method === undefined ? 0 : 4);
    this.requireHead(place.type, 0, outer.start + at - 32, length);
    const end = this.tuple([place], place.type, 0, isOpen || place.isOpen, true);
    if (end !== size(this.data)) this.failAt("ArgumentNotCanonical", end, length);
    ({ data: this.data, start: this.start } = outer);
  }

  private array(
    places: Place[],
    type: Extract<Type, { kind: "array" }>,
    at: number,
    isOpen: boolean,
    isInner: boolean,
  ): number {
    const length = type.size ?? Number(this.word(at));
    const actual = type.size === undefined ? this.word(at) : BigInt(type.size);
    const base = type.size === undefined ? at + 32 : at;
    const isHashed = places.some((place) => place.rules.some((rule) => this.rules[rule]!.test.startsWith("has ")));
    if (type.size === undefined) this.length(places, actual);
    for (const index of places.flatMap((place) => [...place.children.keys()]))
      if (index >= length) this.failAt("ArgumentAbsent", at, actual);
    if (!isOpen && !isHashed) {
      this.elements += length;
      if (this.elements > MAX_ELEMENTS) this.failAt("TooManyElements", at, BigInt(MAX_ELEMENTS));
    }
    const isEach = eachOf(places).length !== 0;
    if (isEach && length > MAX_ELEMENTS) this.failAt("TooManyElements", at, BigInt(MAX_ELEMENTS));
    if (base + length * 32 * wordsOf(type.element) > size(this.data)) this.failAt("ArgumentNotCanonical", at, actual);
    if (type.element.kind === "word")
      this.hash(places, length === 0 ? "0x" : slice(this.data, base, base + 32 * length));
    const elements = Array.from({ length }, (_, i): [Place[], Type] => [elementOf(places, i), type.element]);
    return this.sequence(elements, base, isOpen, isInner);
  }

  private length(places: Place[], length: bigint): void {
    this.apply(
      places.flatMap((place) => place.length ?? []),
      length,
    );
  }

  private hash(places: Place[], content: Hex): void {
    for (const rule of places.flatMap((place) => place.rules)) {
      if (this.rules[rule]!.test.startsWith("has ")) this.check(rule, BigInt(keccak256(content)));
    }
  }

  private check(index: number, actual: bigint): void {
    const { test, addresses, numbers, words } = this.rules[index]!;
    const values = [...addresses, ...words, ...numbers].map((each) => BigInt(each));
    const isPrincipal = actual === this.principal;
    const holds =
      test === "is not"
        ? !values.includes(actual)
        : test === "is at least"
          ? actual >= values[0]!
          : test === "is at most"
            ? actual <= values[0]!
            : test === "is the principal"
              ? isPrincipal
              : values.includes(actual) || (test === "is one of or the principal" && isPrincipal);
    if (!holds) this.fail("ArgumentNotAllowed", BigInt(index), BigInt.asUintN(256, actual));
    this.held.add(index);
  }

  private rate({ argument, per, test, numbers }: Rule, index: number): void {
    const side = (text: string) =>
      text === "value" ? this.call.value : this.registers.get(placeAt(this.published.root, text).place)!;
    const [numerator, denominator] = numbers as [bigint, bigint];
    const left = side(argument) * denominator;
    const right = side(per) * numerator;
    if (test === "is at least at rate" ? left < right : left > right)
      this.fail("RateNotMet", BigInt(index), side(argument), side(per));
    this.held.add(index);
  }
}

function isClean(word: bigint, type: Word): boolean {
  const bits = BigInt(type.bits);
  if (type.of === "int") return word >> (bits - 1n) === 0n || word >> (bits - 1n) === (1n << (257n - bits)) - 1n;
  if (type.of === "bytesN" || type.of === "function") return (word << bits) % BASE === 0n;
  return word >> bits === 0n;
}
