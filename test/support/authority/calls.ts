import { concat, keccak256, numberToHex, size, slice, type Hex } from "viem";
import type { Draws } from "../draws.ts";
import { PRINCIPAL } from "../reference/policyFiles.ts";
import { anyWord, CONTENTS } from "./draw.ts";
import {
  isDynamic,
  mark,
  partOf,
  type ContentValue,
  type Mark,
  type TupleValue,
  type Type,
  type Value,
  type Word,
} from "./values.ts";
import { holds, insideOf, isAdmitted, isClean, namedBy, rulesAt, type Alternative, type Case } from "./model.ts";

/** Calls that a permission lets through, and what becomes of each when one thing in it changes. */

const principal = BigInt(PRINCIPAL);

/** Arguments that the rules were kept in mind for; they may miss some that hang together, as rates do. */
export function drawArguments(draws: Draws, of: Alternative): TupleValue {
  const value = (type: Type, at: string): Value => {
    switch (type.kind) {
      case "word":
        return { kind: "word", at, type, word: drawWord(draws, of, at, type) };
      case "tuple":
        return { kind: "tuple", at, type, parts: type.parts.map((part, i) => value(part, partOf(at, i))) };
      case "array": {
        const length = type.size ?? drawLength(draws, of, at, type.element);
        const elements = Array.from({ length }, (_, i) => value(type.element, `${at}[${i}]`));
        return { kind: "array", at, type, elements };
      }
      default: {
        const inside = insideOf(of, at);
        if (inside === undefined) return { kind: "content", at, type, content: drawContent(draws, of, at) };
        const inner = { selector: inside.selector, arguments: value(inside.types, `${at}:`) as TupleValue };
        return { kind: "content", at, type, content: "0x", inner };
      }
    }
  };
  return value(of.types, "") as TupleValue;
}

function drawWord(draws: Draws, of: Alternative, at: string, type: Word): bigint {
  const rules = rulesAt(of, at).filter(({ test }) => !test.endsWith("rate"));
  const said = rules.flatMap((each) => [...each.addresses, ...each.numbers, ...each.words]).map(BigInt);
  const near = said.flatMap((each) => [each, each + 1n, each - 1n]).map((each) => BigInt.asUintN(256, each));
  const other = Array.from({ length: 3 }, () => anyWord(type, draws));
  const isSigned = type.of === "int";
  const fitting = [...near, principal, 1n, ...other].filter(
    (word) =>
      isClean(type, word) &&
      isAdmitted(of, of.trust, at, type, word) &&
      rules.every((each) => holds(each, word, isSigned, principal)),
  );
  return fitting.length === 0 ? other[0]! : draws.of(fitting);
}

function drawLength(draws: Draws, of: Case, at: string, element: Type): number {
  const least = namedBy(of, at);
  const rules = rulesAt(of, `${at}.length`);
  const said = rules.flatMap(({ numbers }) => numbers).map(Number);
  const usual = [least, least, least + 1, isDynamic(element) ? least : least + 2, ...said, 0];
  const fitting = usual.filter(
    (each) => each >= least && each < 12 && rules.every((rule) => holds(rule, BigInt(each), false, principal)),
  );
  return fitting.length === 0 ? least : draws.of(fitting);
}

function drawContent(draws: Draws, of: Case, at: string): Hex {
  const hashes = rulesAt(of, at).flatMap(({ words }) => words);
  const known = CONTENTS.filter((content) => hashes.includes(keccak256(content)));
  if (known.length !== 0) return draws.of(known);
  const length = rulesAt(of, `${at}.length`).find(({ test }) => test === "is");
  return length === undefined ? draws.of(CONTENTS) : "0x";
}

/** One call, what was done to it, and what the model says of it. */
export interface Probe {
  change: string;
  data: Hex;
  value: bigint;
  /** The arguments, where a value was changed and not bytes. */
  tree?: TupleValue;
  /** Exactly this error, at this byte. */
  error?: string;
  byte?: number;
  /** Something stands behind the encoding. */
  isBehind?: boolean;
}

/** The call itself, which the permission lets through, and its neighbours. */
export function probesOf(draws: Draws, { permission }: Case, call: Probe): Probe[] {
  const { data, value, tree } = call as Probe & { tree: TupleValue };
  const { data: encoded, marks } = mark(tree, 4);
  const selector = slice(data, 0, 4);
  if (data !== concat([selector, encoded])) throw new Error(`viem encodes ${data}, not ${encoded}`);
  const raw = (change: string, bytes: Hex): Probe => ({ change, data: bytes, value });
  const again = (change: string, node: Value, changed: Value, byte?: number): Probe => {
    const other = replace(tree, node, changed) as TupleValue;
    return { change, data: concat([selector, mark(other, 4).data]), value, tree: other, byte };
  };
  const probes = [call];
  for (const each of some(draws, marks, 8)) probes.push(...nearMark(draws, each, data, raw, again));
  for (const node of some(draws, nodesOf(tree), 3)) probes.push(...nearNode(draws, node, again));
  for (const behind of ["0x00", numberToHex(principal, { size: 32 })] as const)
    probes.push({ ...raw("something behind", concat([data, behind])), isBehind: true });
  for (const cut of [1, 32, 1 + draws.below(size(data))]) {
    if (cut <= size(data)) probes.push(raw("cut off", slice(data, 0, size(data) - cut)));
  }
  const gap = withGap(tree, marks, data, draws);
  if (gap !== undefined) probes.push({ ...gap, value, change: "a gap behind the head" });
  probes.push({ change: "more value", data, value: permission.maxValue + 1n, tree });
  const other = numberToHex(BigInt(selector) ^ 1n, { size: 4 });
  probes.push({ change: "another method", data: concat([other, encoded]), value: 0n, error: "CallNotAllowed" });
  return probes;
}

const some = <T>(draws: Draws, list: T[], count: number): T[] => {
  const left = [...list];
  return Array.from({ length: Math.min(count, list.length) }, () => left.splice(draws.below(left.length), 1)[0]!);
};

type Raw = (change: string, bytes: Hex) => Probe;
type Again = (change: string, node: Value, changed: Value, byte?: number) => Probe;

function nearMark(draws: Draws, { is, byte, node }: Mark, data: Hex, raw: Raw, again: Again): Probe[] {
  const word = (value: bigint): Hex =>
    concat([
      slice(data, 0, byte),
      numberToHex(BigInt.asUintN(256, value), { size: 32 }),
      `0x${data.slice(2 + 2 * (byte + 32))}`,
    ]);
  const old = is === "pointer" || is === "length" ? BigInt(slice(data, byte, byte + 32)) : 0n;
  switch (is) {
    case "word": {
      const { type, word: now } = node as Extract<Value, { kind: "word" }>;
      const extreme =
        type.of === "uint" ? draws.of([0n, 1n << BigInt(Math.min(95, type.bits - 1))]) : anyWord(type, draws);
      const clean = [
        extreme,
        now ^ (type.of === "bytesN" || type.of === "function" ? 1n << 255n : 1n),
        beyond(type, draws),
      ];
      const dirty = [
        now ^ (1n << 255n),
        now ^ 1n,
        now ^ (1n << 97n),
        now ^ (1n << 200n),
        now ^ (1n << BigInt(draws.below(256))),
      ];
      return [
        ...clean.map((each) => ["a word of its type", each] as const),
        ...some(draws, dirty, 2).map((each) => ["a bit of a word", each] as const),
      ]
        .filter(([, each]) => each !== now)
        .map(([change, each]) => again(change, node, { ...node, word: each } as Value, byte));
    }
    case "pointer": {
      const others = [
        old + 32n,
        old - 32n,
        old + 1n,
        0n,
        old + (1n << 255n),
        old + (1n << 64n),
        BigInt(32 * draws.below(8)),
      ];
      return some(
        draws,
        others.filter((each) => each !== old),
        3,
      ).map((each) => ({
        ...raw("a pointer", word(each)),
        error: "ArgumentNotCanonical",
        byte,
      }));
    }
    case "length":
      return [old + 1n, old - 1n, 1n << 32n, (1n << 256n) - 1n].map((each) => raw("a length alone", word(each)));
    case "padding": {
      const padded = 32 * Math.ceil(byte / 32 + 1e-9);
      const end = Math.min(size(data), padded);
      const at = byte + draws.below(Math.max(1, end - byte));
      return [
        {
          ...raw("padding", concat([slice(data, 0, at), "0x01", `0x${data.slice(2 + 2 * (at + 1))}`])),
          error: "ArgumentNotCanonical",
        },
      ];
    }
    case "selector": {
      const { inner } = node as ContentValue;
      const selector = numberToHex(BigInt(inner!.selector!) ^ 1n, { size: 4 });
      const changed = again("an inner selector", node, { ...node, inner: { ...inner!, selector } } as Value);
      return [{ ...changed, byte }];
    }
  }
}

/** A number of its type that an address would fit into; of other types any word. */
function beyond(type: Word, draws: Draws): bigint {
  if ((type.of !== "uint" && type.of !== "int") || type.bits <= 96) return anyWord(type, draws);
  const number = draws.of([1n << 96n, 1n << 95n, draws.bits(type.bits - 1)]);
  return type.of === "int" && draws.once(2) ? BigInt.asUintN(256, -number - 1n) : number;
}

function nodesOf(value: Value): Value[] {
  switch (value.kind) {
    case "tuple":
      return value.parts.flatMap(nodesOf);
    case "array":
      return [value, ...value.elements.flatMap(nodesOf)];
    case "content":
      return [value, ...(value.inner === undefined ? [] : nodesOf(value.inner.arguments))];
    default:
      return [];
  }
}

/** Arrays with more and fewer elements, other contents: encoded as they should be. */
function nearNode(draws: Draws, node: Value, again: Again): Probe[] {
  if (node.kind === "content") {
    if (node.inner !== undefined)
      return [again("other bytes", node, { ...node, inner: undefined, content: draws.of(CONTENTS) })];
    return CONTENTS.filter((content) => content !== node.content).map((content) =>
      again("other bytes", node, { ...node, content }),
    );
  }
  if (node.kind !== "array" || node.type.size !== undefined) return [];
  const { elements } = node;
  const last = elements.at(-1);
  const probes: Probe[] = [];
  if (elements.length !== 0) probes.push(again("fewer elements", node, { ...node, elements: elements.slice(0, -1) }));
  if (last === undefined) return probes;
  const longer = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => elements[i] ?? moved(last, `${node.at}[${elements.length - 1}]`, `${node.at}[${i}]`),
    );
  probes.push(again("more elements", node, { ...node, elements: longer(elements.length + 1) }));
  // As many as all arrays may have together, or one more.
  if (!isDynamic(node.type.element) && draws.once(2))
    probes.push(again("64 elements or 65", node, { ...node, elements: longer(draws.of([64, 65])) }));
  return probes;
}

/** The same value at another place. */
function moved(value: Value, from: string, to: string): Value {
  const at = to + value.at.slice(from.length);
  switch (value.kind) {
    case "tuple":
      return { ...value, at, parts: value.parts.map((each) => moved(each, from, to)) };
    case "array":
      return { ...value, at, elements: value.elements.map((each) => moved(each, from, to)) };
    case "content": {
      const { inner } = value;
      if (inner === undefined) return { ...value, at };
      return { ...value, at, inner: { ...inner, arguments: moved(inner.arguments, from, to) as TupleValue } };
    }
    default:
      return { ...value, at };
  }
}

function replace(value: Value, node: Value, changed: Value): Value {
  if (value === node) return changed;
  if (!node.at.startsWith(value.at)) return value;
  switch (value.kind) {
    case "tuple":
      return { ...value, parts: value.parts.map((each) => replace(each, node, changed)) };
    case "array":
      return { ...value, elements: value.elements.map((each) => replace(each, node, changed)) };
    case "content": {
      const { inner } = value;
      if (inner === undefined) return value;
      return { ...value, inner: { ...inner, arguments: replace(inner.arguments, node, changed) as TupleValue } };
    }
    default:
      return value;
  }
}

/** What a decoder that follows pointers reads as the same call: all contents a word further behind. */
function withGap(
  tree: TupleValue,
  marks: Mark[],
  data: Hex,
  draws: Draws,
): Omit<Probe, "value" | "change"> | undefined {
  const parts = new Set<Value>(tree.parts);
  const pointers = marks.filter(({ is, node }) => is === "pointer" && parts.has(node));
  if (pointers.length === 0) return undefined;
  let bytes = data;
  // The first content stands behind the head.
  const head = 4 + Number(BigInt(slice(data, pointers[0]!.byte, pointers[0]!.byte + 32)));
  for (const { byte } of pointers) {
    const old = BigInt(slice(data, byte, byte + 32));
    bytes = concat([
      slice(bytes, 0, byte),
      numberToHex(old + 32n, { size: 32 }),
      `0x${bytes.slice(2 + 2 * (byte + 32))}`,
    ]);
  }
  const gap = numberToHex(draws.bits(256), { size: 32 });
  const moved = concat([slice(bytes, 0, head), gap, `0x${bytes.slice(2 + 2 * head)}`]);
  return { data: moved, error: "ArgumentNotCanonical", byte: pointers[0]!.byte };
}
