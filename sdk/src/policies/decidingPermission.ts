import {
  type AbiParameter,
  type Address,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  maxUint256,
  padHex,
  size,
  slice,
} from "viem";
import { ANY_TARGET } from "../constants.ts";
import type { Policy, Route, Rule, SessionCall } from "../types.ts";
import { childrenOf, elementOf, type Place, placeAt } from "./argumentPaths.ts";
import { type CheckedPermission, checkPolicy } from "./checkPolicy.ts";
import { isDynamic, type MethodType, type WordType } from "./methodTypes.ts";
import { isRate } from "./ruleChecks.ts";
import { CONTENT, FREE_BITS, isBound } from "./soundness.ts";
import { selectorOf } from "./tokenRows.ts";
import { contentHash, hasContent } from "./values.ts";

/** A call, and who makes it by which route. */
export interface CallInPolicy extends SessionCall {
  principal: Address;
  route: Route;
}

/**
 * The positions, in the policy's `permissions`, of the alternatives that a call is held against, in the order in which they
 * decide; empty if the policy has none.
 */
export function alternativesFor(checked: readonly CheckedPermission[], { to, data = "0x" }: SessionCall): number[] {
  const selector = size(data) < 4 ? undefined : slice(data, 0, 4);
  const all = (target: Address, isOne: (each: CheckedPermission) => boolean) =>
    checked.flatMap((each, i) => (isAddressEqual(each.permission.target, target) && isOne(each) ? [i] : []));
  const isNamed = (each: CheckedPermission) =>
    selector === undefined ? each.kind === "native" : each.kind === "method" && each.selector === selector;
  const own = all(to, isNamed);
  if (own.length > 0) return own;
  const wild = selector === undefined ? [] : all(to, ({ kind }) => kind === "wildcard");
  return wild.length > 0 ? wild : all(ANY_TARGET, isNamed);
}

/**
 * The position of the permission that decides a call which the chain allows; undefined if that cannot be told from here,
 * where the calldata of a row of the token table is not an encoding that everybody reads alike.
 */
export function decidingPermission(policy: Policy, call: CallInPolicy): number | undefined {
  const checked = checkPolicy(policy);
  const alternatives = alternativesFor(checked, call);
  // The chain has said that one of them holds.
  if (alternatives.length === 1) return alternatives[0];
  for (const position of alternatives) {
    try {
      if (new Holding(checked[position]!, call).run()) return position;
    } catch (thrown) {
      if (thrown instanceof Unknown) return undefined;
      throw thrown;
    }
  }
  return undefined;
}

/** It cannot be told whether an alternative holds. */
class Unknown extends Error {}

const MAX_ELEMENTS = 64;

/** Whether one alternative admits a call: the engine's reading, over decoded values. */
class Holding {
  private readonly checked: CheckedPermission;
  private readonly call: CallInPolicy;
  private readonly registers = new Map<Place, bigint>();
  /** What each spend has drawn so far. */
  private readonly spent: bigint[];
  private elements = 0;

  constructor(checked: CheckedPermission, call: CallInPolicy) {
    this.checked = checked;
    this.call = call;
    this.spent = checked.permission.spends.map(() => 0n);
  }

  private get rules(): readonly Rule[] {
    return this.checked.permission.rules;
  }

  run(): boolean {
    const { permission, kind, trust, root, row } = this.checked;
    const { value = 0n, data = "0x", route } = this.call;
    if (route === "asked" ? !permission.consumable : trust === "asked") return false;
    if (value > permission.maxValue || (kind === "native" && value === 0n)) return false;
    if (!this.rules.every((rule) => rule.argument !== "value" || isRate(rule.test) || this.holds(rule, value))) {
      return false;
    }
    if (kind === "method") {
      const encoded: Hex = size(data) === 4 ? "0x" : slice(data, 4);
      const hasSuffix = trust === "asked" || permission.open[0] === "*";
      const values = decoded(root.type, encoded, hasSuffix);
      // Of a row of the table the chain reads the words that count, and no others.
      if (values === undefined && trust === "counted" && row !== undefined) throw new Unknown();
      if (values === undefined || !this.value([root], root.type, values, root.isOpen)) return false;
    }
    return this.rules.every((rule) => !isRate(rule.test) || this.rate(rule));
  }

  private value(places: readonly Place[], type: MethodType, value: unknown, isOpened: boolean): boolean {
    const isOpen = isOpened || places.some((place) => place.isOpen);
    switch (type.kind) {
      case "word":
        return this.word(places, type, value, isOpen);
      case "tuple":
        return type.parts.every((part, i) =>
          this.value(childrenOf(places, i), part, (value as readonly unknown[])[i], isOpen),
        );
      case "array":
        return this.array(places, type, value as readonly unknown[], isOpen);
      case "string":
        // As bytes: what is no UTF-8 has a hash too.
        return this.content(places, BYTES, value);
      case "bytes":
        return this.number(lengthsOf(places), BigInt(size(value as Hex))) && this.bytes(places, value as Hex, isOpen);
    }
  }

  private word(places: readonly Place[], type: WordType, value: unknown, isOpen: boolean): boolean {
    const number = numberOf(type, value);
    const { trust } = this.checked;
    const isFree = isOpen || trust === "counted" || trust === "asked" || isBound(places, this.rules);
    const half = 2n ** BigInt(FREE_BITS - 1);
    if (!isFree && type.of === "uint" && number >= 2n * half) return false;
    if (!isFree && type.of === "int" && (number >= half || number < -half)) return false;
    return this.number(places, number);
  }

  private array(
    places: readonly Place[],
    type: Extract<MethodType, { kind: "array" }>,
    values: readonly unknown[],
    isOpen: boolean,
  ): boolean {
    if (type.size === undefined && !this.number(lengthsOf(places), BigInt(values.length))) return false;
    if (places.some(({ children }) => [...children.keys()].some((index) => index >= values.length))) return false;
    const isHashed = places.some(({ rules }) => rules.some((rule) => CONTENT.includes(this.rules[rule]!.test)));
    // What stands as its words is no list of elements.
    if (!isOpen && !isHashed && isDynamic(type)) this.elements += values.length;
    const isEach = places.some(({ each }) => each !== undefined);
    if (this.elements > MAX_ELEMENTS || (isEach && values.length > MAX_ELEMENTS)) return false;
    return (
      this.content(places, type, values) &&
      values.every((each, i) => this.value(elementOf(places, i), type.element, each, isOpen))
    );
  }

  private bytes(places: readonly Place[], value: Hex, isOpen: boolean): boolean {
    if (!this.content(places, BYTES, value)) return false;
    const inner = places.find((place) => place.inner !== undefined)?.inner;
    if (inner === undefined) return true;
    const method = this.innerMethod(inner);
    if (method !== undefined && (size(value) < 4 || slice(value, 0, 4) !== selectorOf(method))) return false;
    const encoded: Hex = method === undefined ? value : size(value) === 4 ? "0x" : slice(value, 4);
    const values = decoded(inner.type, encoded, false);
    return values !== undefined && this.value([inner], inner.type, values, isOpen);
  }

  /** The text by which `bytes` are read as a call; undefined where they are an encoding. */
  private innerMethod(inner: Place): string | undefined {
    const { root, permission } = this.checked;
    const found = permission.inner.find(({ argument }) => placeAt(root, argument).inner === inner)!;
    return found.types.startsWith("(") ? undefined : found.types;
  }

  private content(places: readonly Place[], type: MethodType, value: unknown): boolean {
    const rules = places.flatMap((place) => place.rules).map((rule) => this.rules[rule]!);
    const own = rules.filter(({ test }) => CONTENT.includes(test));
    if (own.length === 0 || !hasContent(type)) return true;
    const hash = contentHash(type, value, () => {
      throw new Unknown();
    });
    return own.every(({ words }) => words.includes(hash));
  }

  private number(places: readonly Place[], number: bigint): boolean {
    return places.every((place) => {
      this.registers.set(place, number);
      if (place.isSpent && !this.draw(place, number)) return false;
      return place.rules.every((rule) => isRate(this.rules[rule]!.test) || this.holds(this.rules[rule]!, number));
    });
  }

  /** What overflows a word is refused. */
  private draw(place: Place, number: bigint): boolean {
    const { root, permission } = this.checked;
    return permission.spends.every(({ argument, scale }, i) => {
      if (argument === "" || placeAt(root, argument) !== place) return true;
      this.spent[i]! += number * 10n ** BigInt(scale);
      return this.spent[i]! <= maxUint256;
    });
  }

  private holds({ test, addresses, numbers, words }: Rule, actual: bigint): boolean {
    const values = [...addresses, ...numbers, ...words].map(BigInt);
    switch (test) {
      case "is not":
        return !values.includes(actual);
      case "is at least":
        return actual >= values[0]!;
      case "is at most":
        return actual <= values[0]!;
      default:
        return values.includes(actual) || (test.endsWith("the principal") && actual === BigInt(this.call.principal));
    }
  }

  private rate({ argument, per, test, numbers }: Rule): boolean {
    const side = (path: string) =>
      path === "value" ? (this.call.value ?? 0n) : this.registers.get(placeAt(this.checked.root, path))!;
    const [left, right] = [side(argument) * numbers[1]!, side(per) * numbers[0]!];
    return test === "is at least at rate" ? left >= right : left <= right;
  }
}

const BYTES: MethodType = { kind: "bytes", name: "bytes" };

const lengthsOf = (places: readonly Place[]) => places.flatMap(({ length }) => length ?? []);

/** A word as rules have it: a number, an address as one, bytes left-aligned. */
function numberOf({ of }: WordType, value: unknown): bigint {
  if (of === "bytesN" || of === "function") return BigInt(padHex(value as Hex, { size: 32, dir: "right" }));
  return BigInt(value as bigint | number | boolean | Hex);
}

/** The values of an encoding if it is the only one of them, with bytes behind it or none; undefined otherwise. */
function decoded(type: MethodType, encoded: Hex, hasSuffix: boolean): readonly unknown[] | undefined {
  const parameters = type.kind === "tuple" ? type.parts.map(parameterOf) : [];
  if (parameters.length === 0) return hasSuffix || encoded === "0x" ? [] : undefined;
  try {
    const values = decodeAbiParameters(parameters, encoded);
    const again = encodeAbiParameters(parameters, values);
    return (hasSuffix ? encoded.toLowerCase().startsWith(again) : encoded.toLowerCase() === again) ? values : undefined;
  } catch {
    return undefined;
  }
}

/** A type as viem has it, without names. */
function parameterOf(type: MethodType): AbiParameter {
  if (type.kind === "tuple") return { type: "tuple", components: type.parts.map(parameterOf) };
  if (type.kind !== "array") {
    if (type.name === "function") return { type: "bytes24" };
    return { type: type.kind === "string" ? "bytes" : type.name };
  }
  const element = parameterOf(type.element);
  return { ...element, type: `${element.type}[${type.size ?? ""}]` };
}
