import {
  concat,
  encodeAbiParameters,
  numberToHex,
  size,
  slice,
  toFunctionSelector,
  type Address,
  type Hex,
} from "viem";
import type { Draws } from "../draws.ts";
import type { Call, Route } from "./admission.ts";
import type { Place } from "./argumentPaths.ts";
import type { Type, Word } from "./methodTypes.ts";
import { parameterOf } from "./policyFiles.ts";
import { childrenOf, elementOf, isRate, type Published, type PublishedPermission } from "./publication.ts";
import type { Policy } from "./policy.ts";

/**
 * Calls that come near to what a policy says: arguments are drawn from the values of its rules and from what lies beside
 * them, and a part of what is encoded is changed afterwards.
 */
export class RandomCalls {
  private readonly policy: Policy;
  private readonly published: Published;
  private readonly principal: Address;
  private readonly draws: Draws;
  /** What contents may be the hashes of. */
  private readonly contents: Hex[];

  constructor(policy: Policy, published: Published, principal: Address, draws: Draws, contents: Hex[]) {
    this.policy = policy;
    this.published = published;
    this.principal = principal;
    this.draws = draws;
    this.contents = contents;
  }

  execution(): { calls: Call[]; route: Route } {
    const calls = Array.from({ length: 1 + (this.draws.once(4) ? this.draws.below(4) : 0) }, () => this.call());
    const isConsumable = this.policy.permissions.some(({ consumable }) => consumable);
    return { calls, route: this.draws.once(isConsumable ? 3 : 40) ? "asked" : "direct" };
  }

  call(): Call {
    const published = this.draws.of(this.published.permissions);
    const { permission } = published;
    const isAnywhere = BigInt(permission.target) === 2n ** 160n - 1n || this.draws.once(30);
    const target = isAnywhere ? this.anyTarget() : permission.target;
    const data = this.dataOf(published);
    return { target, value: this.valueOf(published), data: this.draws.once(3) ? mutated(data, this.draws) : data };
  }

  private anyTarget(): Address {
    const tokens = this.policy.limits.map(({ unit }) => unit).filter((unit) => BigInt(unit) >= 1n << 16n);
    const others = this.policy.permissions.map(({ target }) => target);
    return this.draws.of([...tokens, ...others, "0x5707000000000000000000000000000000000001" as Address]);
  }

  private valueOf({ permission: { maxValue, rules } }: PublishedPermission): bigint {
    const near = rules.filter(({ argument }) => argument === "value").flatMap(({ numbers }) => numbers);
    const values = [0n, 0n, 1n, maxValue, maxValue + 1n, ...near, ...near.map((number) => number + 1n)];
    return this.draws.once(2) && maxValue === 0n ? 0n : this.draws.of(values);
  }

  private dataOf(published: PublishedPermission): Hex {
    const { kind, permission, root } = published;
    if (kind === "native") return "0x";
    if (kind === "wildcard") {
      const listed = "0xa9059cbb";
      const selector = this.draws.once(3) ? listed : numberToHex(this.draws.bits(32), { size: 4 });
      return concat([selector, numberToHex(this.draws.bits(256), { size: 32 })]);
    }
    const encoded = this.encoded([root], root.type, published);
    const isSuffixed = this.draws.once(published.trust === "asked" || permission.open[0] === "*" ? 2 : 20);
    return concat([toFunctionSelector(permission.method), encoded, isSuffixed ? "0x01020304" : "0x"]);
  }

  private encoded(places: Place[], type: Type, of: PublishedPermission): Hex {
    const parts = type.kind === "tuple" ? type.parts : [];
    const values = parts.map((part, i) => this.value(childrenOf(places, i), part, of));
    return encodeAbiParameters(parts.map(parameterOf), values);
  }

  private value(places: Place[], type: Type, of: PublishedPermission): unknown {
    switch (type.kind) {
      case "word":
        return this.word(places, type, of);
      case "tuple":
        return type.parts.map((part, i) => this.value(childrenOf(places, i), part, of));
      case "array":
        return this.array(places, type, of);
      default: {
        const content = this.content(places, of);
        return type.kind === "string" ? Buffer.from(content.slice(2), "hex").toString("latin1") : content;
      }
    }
  }

  private content(places: Place[], of: PublishedPermission): Hex {
    const inner = places.find((place) => place.inner !== undefined)?.inner;
    if (inner === undefined || this.draws.once(16)) {
      return this.draws.once(3) ? numberToHex(this.draws.bits(8 * 37), { size: 37 }) : this.draws.of(this.contents);
    }
    const encoded = this.encoded([inner.place], inner.place.type, of);
    const isMethod = inner.selectorOf !== undefined;
    const method: Hex = isMethod ? toFunctionSelector(inner.selectorOf!) : "0x";
    const other = numberToHex(this.draws.bits(32), { size: 4 });
    const content = concat([isMethod && this.draws.once(6) ? other : method, encoded]);
    if (this.draws.once(16)) return concat([content, "0x00"]);
    return this.draws.once(16) ? slice(content, 0, this.draws.below(size(content)) + 1) : content;
  }

  private array(places: Place[], type: Extract<Type, { kind: "array" }>, of: PublishedPermission): unknown[] {
    const named = Math.max(0, ...places.flatMap((place) => [...place.children.keys()].map((index) => index + 1)));
    const lengths = this.numbersAt(
      places.flatMap((place) => place.length ?? []),
      of,
    ).filter((n) => n < 70n);
    const usual = [named, named + 1, named + 2, ...lengths.map(Number), this.draws.below(Math.max(named, 4))];
    const isShort = named !== 0 && this.draws.once(3);
    const drawn = isShort ? this.draws.below(named) : this.draws.of(usual);
    const length = type.size ?? (this.draws.once(24) ? 60 + this.draws.below(8) : drawn);
    return Array.from({ length }, (_, i) => this.value(elementOf(places, i), type.element, of));
  }

  /** The values of the rules at these places. */
  private numbersAt(places: Place[], { permission }: PublishedPermission): bigint[] {
    const rules = places.flatMap((place) => place.rules).map((rule) => permission.rules[rule]!);
    const values = rules
      .filter(({ test }) => !isRate(test))
      .flatMap(({ addresses, numbers, words }) => [...addresses, ...numbers, ...words].map((each) => BigInt(each)));
    return rules.some(({ test }) => test.includes("principal")) ? [...values, BigInt(this.principal)] : values;
  }

  private word(places: Place[], type: Word, of: PublishedPermission): unknown {
    const ruled = this.numbersAt(places, of);
    const rated = of.permission.rules.filter(({ test }) => isRate(test)).flatMap(({ numbers }) => numbers);
    const beside = ruled.flatMap((value) => [value - 1n, value + 1n]);
    const usual = [0n, 1n, 2n, 100n, 2n ** 96n - 1n, 2n ** 95n, ...rated, this.draws.bits(16), this.draws.bits(88)];
    const wide = [
      2n ** 96n,
      2n ** 255n,
      2n ** 256n - 1n,
      -1n,
      -(2n ** 95n),
      BigInt(this.principal),
      this.draws.bits(256),
    ];
    // What is open may say anything.
    const isWide = this.draws.once(of.permission.open.length === 0 ? 8 : 3);
    const from = ruled.length !== 0 && !this.draws.once(8) ? ruled : isWide ? wide : [...usual, ...beside];
    return wordOf(this.draws.of(from), type);
  }
}

function wordOf(value: bigint, { of, bits }: Word): unknown {
  switch (of) {
    case "uint":
      return BigInt.asUintN(bits, value);
    case "int":
      return BigInt.asIntN(bits, value);
    case "bool":
      return (value & 1n) === 1n;
    case "address":
      return numberToHex(BigInt.asUintN(160, value), { size: 20 });
    default:
      // Left-aligned, as the values of rules are.
      return slice(numberToHex(BigInt.asUintN(256, value), { size: 32 }), 0, bits / 8);
  }
}

/** Calldata with a byte or a word changed, cut off, or with more behind. */
export function mutated(data: Hex, draws: Draws): Hex {
  const bytes = Buffer.from(data.slice(2), "hex");
  const hex = (part: Uint8Array): Hex => `0x${Buffer.from(part).toString("hex")}`;
  const at = bytes.length <= 4 || draws.once(20) ? draws.below(bytes.length + 1) : 4 + draws.below(bytes.length - 4);
  const word = 4 + 32 * Math.floor(Math.max(0, at - 4) / 32);
  switch (draws.below(8)) {
    case 0:
      return hex(bytes.subarray(0, at));
    case 1:
      return concat([data, numberToHex(draws.bits(8 * (1 + draws.below(40))), { size: 40 })]);
    case 2:
    case 3:
      if (at < bytes.length) bytes[at]! ^= 1 << draws.below(8);
      return hex(bytes);
    case 4:
      if (at < bytes.length) bytes[at] = draws.below(256);
      return hex(bytes);
    default: {
      if (word + 32 > bytes.length) return data;
      const old = BigInt(hex(bytes.subarray(word, word + 32)));
      const words = [0n, 1n, 64n, 65n, 2n ** 96n, 2n ** 160n, 2n ** 256n - 1n, 2n ** 255n, old + 32n, old - 32n];
      const next = draws.of([...words, old + 1n, old - 1n, old << 1n, BigInt(bytes.length), draws.bits(256)]);
      return concat([
        hex(bytes.subarray(0, word)),
        numberToHex(BigInt.asUintN(256, next), { size: 32 }),
        hex(bytes.subarray(word + 32)),
      ]);
    }
  }
}
