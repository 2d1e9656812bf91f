import {
  concat,
  decodeAbiParameters,
  encodeAbiParameters,
  numberToHex,
  slice,
  type AbiParameter,
  type Hex,
} from "viem";

/**
 * A call's arguments as a tree, each node with its own path: what the model of model.ts looks at. viem encodes and decodes
 * it; `mark` says which byte of an encoding is what.
 */

export type Type =
  | { kind: "word"; of: "address" | "function" | "uint" | "int" | "bool" | "bytesN"; bits: number }
  | { kind: "bytes" | "string" }
  | { kind: "tuple"; parts: Type[] }
  | { kind: "array"; element: Type; size?: number };
export type Word = Extract<Type, { kind: "word" }>;
export type Tuple = Extract<Type, { kind: "tuple" }>;

/** How the `bytes` at a path are read. */
export interface Inside {
  argument: string;
  /** With a selector it is a call. */
  selector?: Hex;
  types: Tuple;
}

export type Value =
  | { kind: "word"; at: string; type: Word; word: bigint }
  | ContentValue
  | TupleValue
  | { kind: "array"; at: string; type: Extract<Type, { kind: "array" }>; elements: Value[] };
export interface ContentValue {
  kind: "content";
  at: string;
  type: Extract<Type, { kind: "bytes" | "string" }>;
  content: Hex;
  /** In place of `content`. */
  inner?: { selector?: Hex; arguments: TupleValue };
}
export interface TupleValue {
  kind: "tuple";
  at: string;
  type: Tuple;
  parts: Value[];
}

export const textOf = (type: Type): string => {
  switch (type.kind) {
    case "word":
      if (type.of === "bytesN") return `bytes${type.bits / 8}`;
      return type.of === "uint" || type.of === "int" ? `${type.of}${type.bits}` : type.of;
    case "tuple":
      return `(${type.parts.map(textOf).join()})`;
    case "array":
      return `${textOf(type.element)}[${type.size ?? ""}]`;
    default:
      return type.kind;
  }
};

export const partOf = (at: string, part: number): string =>
  at === "" || at.endsWith(":") ? `${at}${part}` : `${at}.${part}`;

export function isDynamic(type: Type): boolean {
  if (type.kind === "array") return type.size === undefined || isDynamic(type.element);
  return type.kind === "tuple" ? type.parts.some(isDynamic) : type.kind !== "word";
}

/** Words that a type takes in a head. */
export function headWords(type: Type): number {
  if (isDynamic(type)) return 1;
  if (type.kind === "tuple") return type.parts.reduce((sum, part) => sum + headWords(part), 0);
  return type.kind === "array" ? type.size! * headWords(type.element) : 1;
}

// --- viem -------------------------------------------------------------------------------------------------------------

/** viem knows no `function`, and reads a `string` as text, which not every content is. */
function parameterOf(type: Type): AbiParameter {
  let [base, brackets] = [type, ""];
  for (; base.kind === "array"; base = base.element) brackets = `[${base.size ?? ""}]${brackets}`;
  if (base.kind === "tuple")
    return { type: `tuple${brackets}`, components: base.parts.map(parameterOf) } as AbiParameter;
  if (base.kind === "word") return { type: (base.of === "function" ? "bytes24" : textOf(base)) + brackets };
  return { type: `bytes${brackets}` };
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case "tuple":
      return value.parts.map(plain);
    case "array":
      return value.elements.map(plain);
    case "content":
      return contentOf(value);
    case "word": {
      const { word, type } = value;
      if (type.of === "address") return numberToHex(word, { size: 20 });
      if (type.of === "bool") return word === 1n;
      if (type.of === "uint") return word;
      if (type.of === "int") return BigInt.asIntN(256, word);
      return slice(numberToHex(word, { size: 32 }), 0, type.bits / 8);
    }
  }
}

export const encode = (value: TupleValue): Hex =>
  encodeAbiParameters(value.type.parts.map(parameterOf), value.parts.map(plain));

/** What stands behind the length of `bytes` or a `string`. */
export const contentOf = (value: ContentValue): Hex => inside(value, 0, []);

/** The tree of what viem decodes, if this is its one encoding; `isSuffixed` lets bytes behind it through. */
export function decode(type: Tuple, data: Hex, isSuffixed = false, at = ""): TupleValue | undefined {
  try {
    const values = type.parts.length === 0 ? [] : decodeAbiParameters(type.parts.map(parameterOf), data);
    const parts = type.parts.map((part, i) => grow(part, values[i], partOf(at, i)));
    const tree: TupleValue = { kind: "tuple", at, type, parts };
    const encoded = encode(tree);
    return (isSuffixed ? data.startsWith(encoded) : data === encoded) ? tree : undefined;
  } catch {
    // viem throws where it cannot read.
    return undefined;
  }
}

function grow(type: Type, value: unknown, at: string): Value {
  switch (type.kind) {
    case "tuple": {
      // viem answers an object for components without names, with their positions.
      const parts = type.parts.map((part, i) => grow(part, (value as unknown[])[i], partOf(at, i)));
      return { kind: "tuple", at, type, parts };
    }
    case "array": {
      const elements = (value as unknown[]).map((each, i) => grow(type.element, each, `${at}[${i}]`));
      return { kind: "array", at, type, elements };
    }
    case "word":
      return { kind: "word", at, type, word: wordOf(type, value) };
    default: {
      const content = value as Hex;
      return { kind: "content", at, type, content };
    }
  }
}

function wordOf(type: Word, value: unknown): bigint {
  if (type.of === "bytesN" || type.of === "function") return BigInt((value as Hex).padEnd(66, "0"));
  return BigInt.asUintN(256, BigInt(value as bigint | boolean | Hex));
}

// --- bytes ------------------------------------------------------------------------------------------------------------

/** A word of an encoding, its first byte, and the node that it belongs to. */
export interface Mark {
  is: "word" | "pointer" | "length" | "selector" | "padding";
  byte: number;
  node: Value;
}

/** Encodes as `encode` does, and says where everything stands. */
export function mark(value: TupleValue, from: number): { data: Hex; marks: Mark[] } {
  const marks: Mark[] = [];
  return { data: concat(["0x", ...head(value.parts, from, marks)]), marks };
}

function head(values: Value[], base: number, marks: Mark[]): Hex[] {
  const words = values.reduce((sum, value) => sum + headWords(value.type), 0);
  const [heads, tails]: [Hex[], Hex[]] = [[], []];
  let [at, end] = [base, base + 32 * words];
  for (const value of values) {
    if (isDynamic(value.type)) {
      marks.push({ is: "pointer", byte: at, node: value });
      heads.push(numberToHex(end - base, { size: 32 }));
      const tail = concat(body(value, end, marks));
      tails.push(tail);
      end += (tail.length - 2) / 2;
    } else {
      heads.push(...body(value, at, marks));
    }
    at += 32 * headWords(value.type);
  }
  return [...heads, ...tails];
}

function body(value: Value, at: number, marks: Mark[]): Hex[] {
  switch (value.kind) {
    case "word":
      marks.push({ is: "word", byte: at, node: value });
      return [numberToHex(value.word, { size: 32 })];
    case "tuple":
      return head(value.parts, at, marks);
    case "array": {
      if (value.type.size !== undefined) return head(value.elements, at, marks);
      marks.push({ is: "length", byte: at, node: value });
      return [numberToHex(value.elements.length, { size: 32 }), ...head(value.elements, at + 32, marks)];
    }
    case "content": {
      const content = inside(value, at + 32, marks);
      const size = (content.length - 2) / 2;
      marks.push({ is: "length", byte: at, node: value });
      const padding = (32 - (size % 32)) % 32;
      if (padding !== 0) marks.push({ is: "padding", byte: at + 32 + size, node: value });
      return [numberToHex(size, { size: 32 }), content, `0x${"00".repeat(padding)}`];
    }
  }
}

function inside(value: ContentValue, at: number, marks: Mark[]): Hex {
  const { content, inner } = value;
  if (inner === undefined) return content;
  if (inner.selector !== undefined) marks.push({ is: "selector", byte: at, node: value });
  const start = at + (inner.selector === undefined ? 0 : 4);
  return concat([inner.selector ?? "0x", ...head(inner.arguments.parts, start, marks)]);
}
