import { keccak256, numberToHex, toFunctionSelector, concat, type Address, type Hex } from "viem";
import type { Draws } from "../draws.ts";
import { PRINCIPAL } from "../reference/policyFiles.ts";
import type { Inner, Permission, Rule, Spend } from "../reference/policy.ts";
import { COUNTER, permission, rule, spend, TARGET, TOKEN } from "../reference/refusals.ts";
import type { Case } from "./model.ts";
import { headWords, isDynamic, partOf, textOf, type Inside, type Tuple, type Type, type Word } from "./values.ts";

/**
 * Methods of any types, and permissions for them that are built to be published: what can carry authority is bound, or
 * opened, by one of all the ways that there are; in some of them something is taken away again.
 */

const POINTERS = 6;
const FRIENDS: Address[] = [1, 2, 3].map((n) => numberToHex((0xf1n << 152n) + BigInt(n), { size: 20 }));
/** What contents may be the hashes of. */
export const CONTENTS: Hex[] = ["0x", "0x01", `0x${"61".repeat(32)}`, `0x${"62".repeat(70)}`];

// --- types --------------------------------------------------------------------------------------------------------

const WIDTHS = [8, 16, 32, 64, 88, 96, 104, 128, 160, 248, 256, 256, 256];

function word(draws: Draws): Word {
  const number = draws.below(10);
  if (number < 3) return { kind: "word", of: "address", bits: 160 };
  if (number < 6) return { kind: "word", of: "uint", bits: draws.of(WIDTHS) };
  if (number < 7) return { kind: "word", of: "int", bits: draws.of(WIDTHS) };
  if (number < 8) return { kind: "word", of: "bool", bits: 8 };
  if (number < 9) return { kind: "word", of: "bytesN", bits: 8 * draws.of([1, 4, 19, 20, 24, 32, 32]) };
  return { kind: "word", of: "function", bits: 192 };
}

const elementary = (draws: Draws): Type => {
  const number = draws.below(9);
  return number < 6 ? word(draws) : { kind: number < 8 ? "bytes" : "string" };
};

/** A type that is `depth` deep: tuples and arrays around a word or a content. */
function deepType(draws: Draws, depth: number): Type {
  if (depth === 0) return elementary(draws);
  const element = () => deepType(draws, depth - 1);
  switch (draws.below(5)) {
    case 0:
    case 1: {
      const parts = Array.from({ length: 1 + draws.below(3) }, () => elementary(draws));
      parts[draws.below(parts.length)] = element();
      return { kind: "tuple", parts };
    }
    case 2:
      return { kind: "array", element: element(), size: 1 + draws.below(3) };
    default:
      return { kind: "array", element: element() };
  }
}

/** Pointers on the way to the deepest leaf. */
function pointersOf(type: Type): number {
  const here = isDynamic(type) ? 1 : 0;
  if (type.kind === "tuple") return here + Math.max(0, ...type.parts.map(pointersOf));
  return here + (type.kind === "array" ? pointersOf(type.element) : 0);
}

const isNarrow = (type: Type): boolean =>
  type.kind === "tuple"
    ? type.parts.reduce((sum, part) => sum + headWords(part), 0) <= 64 && type.parts.every(isNarrow)
    : type.kind !== "array" || ((type.size ?? 1) * headWords(type.element) <= 64 && isNarrow(type.element));

/** The arguments of a method, or of what stands in `bytes`. The way there has `pointers` left, the outermost needs none. */
function argumentsOf(draws: Draws, depth: number, pointers: number, least: number): Tuple {
  for (;;) {
    const parts = Array.from({ length: Math.max(least, 1 + draws.below(3)) }, () =>
      draws.once(2) ? elementary(draws) : deepType(draws, draws.below(depth + 1)),
    );
    if (depth > 0) parts[draws.below(parts.length)] = deepType(draws, depth);
    const types: Tuple = { kind: "tuple", parts };
    if (isNarrow(types) && Math.max(...parts.map(pointersOf)) <= pointers) return types;
  }
}

const NAME = "abcdefghijklmnopqrstuvwxyz_$ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const nameOf = (draws: Draws) => Array.from({ length: 9 }, () => NAME[draws.below(NAME.length)]).join("");

// --- permissions --------------------------------------------------------------------------------------------------

export interface Drawn extends Case {
  /** What this draw is of, for the tally. */
  traits: Set<string>;
}

export interface Method {
  text: string;
  types: Tuple;
}

/** @param depth tuples and arrays around the innermost type, at most 6 */
export function drawMethod(draws: Draws, depth: number): Method {
  const isEmpty = depth === 0 && draws.once(5);
  const types: Tuple = isEmpty ? { kind: "tuple", parts: [] } : argumentsOf(draws, depth, POINTERS, 1);
  return { text: nameOf(draws) + textOf(types), types };
}

/** How all alternatives of a method are meant. */
export interface Intent {
  isConsumable: boolean;
  isAnywhere: boolean;
}

export function drawPermission(draws: Draws, method: Method, intent: Intent): Drawn {
  for (;;) {
    const drawn = new Drawing(draws, method, intent).draw();
    const { rules, inner, open, spends } = drawn.permission;
    if (rules.length <= 16 && inner.length <= 8 && open.length <= 8 && spends.length <= 4) return drawn;
  }
}

type Opening = "none" | "some" | "all";

class Drawing {
  private readonly draws: Draws;
  private readonly method: Method;
  private readonly intent: Intent;
  private readonly opening: Opening;
  private readonly isCharged: boolean;
  private readonly isLoose: boolean;
  private readonly rules: Rule[] = [];
  private readonly spends: Spend[] = [];
  private readonly inner: Inner[] = [];
  private readonly insides: Inside[] = [];
  private readonly open: string[] = [];
  /** Unsigned numbers at one place. */
  private readonly numbers: string[] = [];
  private readonly traits = new Set<string>();

  constructor(draws: Draws, method: Method, intent: Intent) {
    this.draws = draws;
    this.method = method;
    this.intent = intent;
    this.opening = intent.isAnywhere || draws.once(2) ? "none" : draws.once(4) ? "all" : "some";
    this.isCharged = !intent.isAnywhere && !intent.isConsumable && draws.once(3);
    this.isLoose = this.opening === "all" || (intent.isConsumable && draws.once(2));
  }

  draw(): Drawn {
    const { draws, traits } = this;
    this.bind(this.method.types, "", POINTERS, false);
    if (this.opening === "all") this.open.splice(0, Infinity, "*");
    this.rate();
    const maxValue = this.isCharged && draws.once(2) ? 10n ** 18n : 0n;
    if (maxValue > 0n && draws.once(2)) this.say("value", rule("value", "is at most", [10n ** 17n]));
    if (!this.intent.isAnywhere && draws.once(4)) this.spends.push(spend(COUNTER, "", { amount: 3n }));
    const drawn: Drawn = {
      permission: permission(this.method.text, {
        target: this.intent.isAnywhere ? `0x${"f".repeat(40)}` : TARGET,
        maxValue,
        consumable: this.intent.isConsumable,
        rules: this.rules,
        spends: this.spends,
        inner: this.inner,
        open: this.open,
      }),
      types: this.method.types,
      insides: this.insides,
      traits,
    };
    if (draws.once(4)) this.takeAway(drawn.permission);
    sort(drawn.permission);
    return drawn;
  }

  /** Something that stood there for a reason. */
  private takeAway({ rules, open }: Permission): void {
    const { draws } = this;
    this.traits.add("taken away");
    if (open.length !== 0 && draws.once(2)) return void open.splice(draws.below(open.length), 1);
    if (rules.length === 0) return;
    const at = draws.below(rules.length);
    const one = rules[at]!;
    const isMovable = one.argument.includes("[*]") && !one.argument.includes(":") && draws.once(2);
    const number = isMovable ? one.argument.replace("[*]", "[0]") : undefined;
    // The other elements are free then. No rule may be there already.
    if (number !== undefined && !rules.some(({ argument }) => argument === number)) one.argument = number;
    else rules.splice(at, 1);
  }

  private say(trait: string, ...rules: Rule[]): void {
    this.traits.add(trait);
    this.rules.push(...rules);
  }

  private bind(type: Type, at: string, pointers: number, isInside: boolean): void {
    const { draws } = this;
    if (this.isLoose && draws.once(3)) return;
    if (this.opening === "some" && at !== "" && !at.endsWith(":") && canCarry(type) && draws.once(6)) {
      this.traits.add(`open ${type.kind}`);
      this.open.push(at);
      // Of any size, so that what it is multiplied with matters.
      if (type.kind === "word" && type.of === "uint") this.spend(at, 30);
      return;
    }
    switch (type.kind) {
      case "tuple":
        if (at !== "") this.traits.add("tuple");
        return type.parts.forEach((part, i) =>
          this.bind(part, partOf(at, i), pointers - (isDynamic(part) ? 1 : 0), isInside),
        );
      case "array":
        return this.bindArray(type, at, pointers, isInside);
      case "string":
        if (this.isCharged || isInside || draws.once(3)) this.bindContent(at);
        return;
      case "bytes":
        return this.bindBytes(at, pointers);
      case "word":
        return this.bindWord(type, at, isInside);
    }
  }

  private bindContent(at: string): void {
    const { draws } = this;
    const hashes = CONTENTS.map((content) => keccak256(content)).sort();
    const from = draws.below(3);
    this.say(
      "content",
      draws.once(2)
        ? rule(at, "has the content", [draws.of(hashes)])
        : rule(at, "has one of the contents", hashes.slice(from, from + 2)),
    );
  }

  private bindBytes(at: string, pointers: number): void {
    const { draws } = this;
    const how = draws.below(6);
    if (how === 0) return this.bindContent(at);
    if (how === 1) return this.say("length", rule(`${at}.length`, "is", [0n]));
    const isCall = draws.once(2);
    const types = argumentsOf(draws, Math.min(pointers, draws.below(3)), pointers, 1);
    if (pointers > 0 && draws.once(4)) types.parts.push({ kind: "bytes" });
    const text = (isCall ? nameOf(draws) : "") + textOf(types);
    this.inner.push({ argument: at, types: text });
    this.insides.push({ argument: at, types, ...(isCall && { selector: toFunctionSelector(text) }) });
    this.traits.add(at.includes(":") ? "inner of an inner" : isCall ? "inner call" : "inner encoding");
    if (draws.once(4)) this.say("length", rule(`${at}.length`, "is at most", [2_000n]));
    types.parts.forEach((part, i) => this.bind(part, `${at}:${i}`, pointers - (isDynamic(part) ? 1 : 0), true));
  }

  private bindArray(type: Extract<Type, { kind: "array" }>, at: string, pointers: number, isInside: boolean): void {
    const { draws } = this;
    const { element, size } = type;
    const bindElement = (place: string) => this.bind(element, place, pointers - (isDynamic(element) ? 1 : 0), isInside);
    if (size === undefined) {
      const how = draws.below(8);
      if (how === 0 && element.kind === "word") {
        const words = Array.from({ length: draws.below(3) }, () => anyWord(element, draws));
        return this.say(
          "content of an array",
          rule(at, "has the content", [
            keccak256(concat(["0x", ...words.map((each) => numberToHex(each, { size: 32 }))])),
          ]),
        );
      }
      if (how === 1) return this.say("length", rule(`${at}.length`, "is", [0n]));
      if (how <= 3) {
        const known = 1 + draws.below(2);
        this.say("length", rule(`${at}.length`, "is", [BigInt(known)]));
        this.traits.add("elements one by one");
        for (let i = 0; i < known; ++i) bindElement(`${at}[${i}]`);
        return;
      }
      if (how === 4) this.say("length", rule(`${at}.length`, "is at most", [BigInt(1 + draws.below(9))]));
      if (how === 5) this.say("length", rule(`${at}.length`, "is one of", [0n, 2n, 3n]));
      this.traits.add("array of any length");
    } else if (draws.once(2)) {
      this.traits.add("fixed array, one by one");
      for (let i = 0; i < size; ++i) bindElement(`${at}[${i}]`);
      return;
    } else {
      this.traits.add("fixed array");
    }
    this.traits.add("[*]");
    const before = this.rules.length;
    bindElement(`${at}[*]`);
    const own = this.rules.find(({ argument }, i) => i >= before && argument === `${at}[*]`);
    if (own === undefined || element.kind !== "word" || own.test === "is not" || !draws.once(3)) return;
    // One of them by a narrower rule.
    const values = [...own.addresses, ...own.numbers, ...own.words];
    if (values.length !== 0)
      this.say("[i] beside [*]", rule(`${at}[${draws.below(size ?? 2)}]`, "is", [draws.of(values)]));
  }

  private bindWord(type: Word, at: string, isInside: boolean): void {
    const { draws } = this;
    if (type.of === "address") return this.say("address", ...this.principals(at, draws.once(4)));
    if (type.of === "bytesN" || type.of === "function") {
      const isAuthority = type.of === "function" || type.bits >= 160;
      if (!isInside && (!isAuthority || (!this.isCharged && type.of === "bytesN")) && draws.once(2)) return;
      if (type.bits === 256 && draws.once(3)) return this.say("principal", rule(at, "is the principal"));
      const words = [anyWord(type, draws), anyWord(type, draws)].sort((a, b) => (a < b ? -1 : 1));
      const [one, two] = words.map((each) => numberToHex(each, { size: 32 })) as [Hex, Hex];
      return this.say("bytesN", one === two ? rule(at, "is", [one]) : rule(at, "is one of", [one, two]));
    }
    if (type.of === "bool") {
      if (isInside || draws.once(2)) this.say("bool", rule(at, "is", [BigInt(draws.below(2))]));
      return;
    }
    this.bindNumber(type, at, isInside);
  }

  private principals(at: string, isNot: boolean): Rule[] {
    const { draws } = this;
    const from = draws.below(2);
    const two = FRIENDS.slice(from, from + 2);
    switch (draws.below(5)) {
      case 0:
        return [rule(at, "is", [two[0]!])];
      case 1:
        return [rule(at, "is the principal")];
      case 2:
        return [rule(at, "is one of or the principal", two)];
      default:
        return [rule(at, "is one of", two), ...(isNot ? [rule(at, "is not", [two[0]!])] : [])];
    }
  }

  private bindNumber(type: Word, at: string, isInside: boolean): void {
    const { draws } = this;
    const isUnsigned = type.of === "uint";
    if (isUnsigned && !at.includes("*")) this.numbers.push(at);
    const isSpent = isUnsigned && !this.intent.isAnywhere && draws.once(3);
    if (isSpent) {
      this.spend(at, draws.of([0, 0, 2, 30]));
    }
    const how = draws.below(6);
    // Nothing need be said of it.
    if (how === 0 && (!isInside || isSpent)) return;
    if (how === 1) return this.say("number", rule(at, "is", [BigInt.asIntN(256, anyWord(type, draws))]));
    if (how === 2) {
      const values = [...new Set([3n, 7n, clamp(type, BigInt(draws.bits(120)))])].sort((a, b) => (a < b ? -1 : 1));
      return this.say("number", rule(at, "is one of", values));
    }
    if (how === 3 && isUnsigned && type.bits === 256) return this.say("principal", rule(at, "is the principal"));
    const [least, most] = isUnsigned ? [BigInt(1 + draws.below(5)), BigInt(20 + draws.below(100))] : [-3n, 90n];
    this.say("bounds", rule(at, "is at most", [most]));
    if (draws.once(2)) this.say("bounds", rule(at, "is at least", [least]), rule(at, "is not", [least + 2n]));
  }

  private spend(at: string, scale: number): void {
    this.traits.add("spend");
    const isToken = this.isCharged && this.draws.once(2);
    this.spends.push(isToken ? spend(TOKEN, at) : spend(COUNTER, at, { scale }));
  }

  /** The price of one number in another. */
  private rate(): void {
    const { draws, numbers } = this;
    if (numbers.length === 0 || !draws.once(2)) return;
    const argument = draws.of(numbers);
    const per = draws.of(["value", ...numbers]);
    if (per === argument) return;
    const [numerator, denominator] = draws.of<[bigint, bigint]>([
      [1n, 1_000n],
      [1n, 2n],
      [3n, 2n],
      [1_000n, 1n],
    ]);
    const test = numerator < denominator ? "is at least at rate" : "is at most at rate";
    this.say("rate", rule(argument, test, [numerator, denominator], per));
  }
}

const canCarry = (type: Type): boolean => {
  switch (type.kind) {
    case "tuple":
      return type.parts.some(canCarry);
    case "array":
      return canCarry(type.element);
    case "word":
      return type.of === "address" || type.of === "function" || type.bits > (type.of === "bytesN" ? 152 : 96);
    default:
      return true;
  }
};

/** A number of the type, and below 2^255, as rules have it. */
const clamp = ({ of, bits }: Word, number: bigint): bigint =>
  of === "int" ? BigInt.asIntN(bits, number) : BigInt.asUintN(Math.min(bits, 255), number);

/** A word that is clean for its type, and small where it is a number. */
export function anyWord({ of, bits }: Word, draws: Draws): bigint {
  if (of === "address") return BigInt(draws.of([...FRIENDS, PRINCIPAL]));
  if (of === "bool") return BigInt(draws.below(2));
  if (of === "bytesN" || of === "function") return draws.bits(bits) << BigInt(256 - bits);
  const number = draws.bits(draws.of([2, 7, Math.min(bits - 1, 94)]));
  return of === "int" && draws.once(3) ? BigInt.asUintN(256, -number) : number;
}

function sort({ rules, spends, inner, open }: Permission): void {
  const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  rules.sort((a, b) => compare(a.argument, b.argument) || compare(a.test, b.test) || compare(a.per, b.per));
  spends.sort((a, b) => Number(BigInt(a.unit) - BigInt(b.unit)) || compare(a.argument, b.argument));
  inner.sort((a, b) => compare(a.argument, b.argument));
  open.sort(compare);
}
