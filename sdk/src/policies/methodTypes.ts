/** The types of a method's text as a tree, by the very grammar that publication reads. */
export type MethodType =
  | { kind: "word"; name: string; of: WordKind; bits: number }
  | { kind: "bytes"; name: string }
  | { kind: "string"; name: string }
  | { kind: "tuple"; name: string; parts: MethodType[] }
  | { kind: "array"; name: string; element: MethodType; size?: number };
export type WordKind = "address" | "function" | "uint" | "int" | "bool" | "bytesN";
export type WordType = Extract<MethodType, { kind: "word" }>;
export type TupleType = Extract<MethodType, { kind: "tuple" }>;

/** Longest method or types text, in bytes, inclusive. */
export const MAX_TEXT = 1_023;
/** Widest head, in words, and most pointers on the way to a leaf, inclusive. */
export const MAX_HEAD_WORDS = 64;
export const MAX_POINTERS = 6;

/** A text departs from the grammar at this byte, counted from 0. */
export class MethodTextError extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`no type at byte ${position}`);
    this.position = position;
  }
}

/**
 * Reads `name(type,…)` or, without a name, `(type,…)`: canonical types, no spaces.
 * @throws MethodTextError at the byte where the text departs from that
 */
export function parseMethod(text: string): { name: string; types: TupleType } {
  const name = /^[A-Za-z_$][A-Za-z0-9_$]*/.exec(text)?.[0] ?? "";
  let at = name.length;

  function tuple(): TupleType {
    const start = at;
    const parts: MethodType[] = [];
    if (text[at++] !== "(") throw new MethodTextError(start);
    // Only a method may have no arguments, and it says so at its end.
    if (text[at] === ")" && start === name.length) ++at;
    else {
      do parts.push(type());
      while (text[at] === "," && ++at);
      if (text[at++] !== ")") throw new MethodTextError(at - 1);
    }
    return { kind: "tuple", name: text.slice(start, at), parts };
  }

  function type(): MethodType {
    const start = at;
    let found: MethodType;
    if (text[at] === "(") found = tuple();
    else {
      const [word] =
        /^(address|function|bool|string|bytes([1-9][0-9]*)?|u?int[1-9][0-9]*)(?![A-Za-z0-9])/.exec(text.slice(at)) ??
        [];
      if (word === undefined) throw new MethodTextError(at);
      found = elementary(word, at);
      at += word.length;
    }
    while (text[at] === "[") {
      const [brackets, size] = /^\[([1-9][0-9]*)?\]/.exec(text.slice(at)) ?? [];
      if (brackets === undefined) throw new MethodTextError(at + 1);
      at += brackets.length;
      found = { kind: "array", name: text.slice(start, at), element: found, ...(size && { size: Number(size) }) };
    }
    return found;
  }

  const types = tuple();
  if (at !== text.length || at > MAX_TEXT) throw new MethodTextError(Math.min(at, MAX_TEXT));
  if (headWords(types) > MAX_HEAD_WORDS) throw new MethodTextError(name.length);
  return { name, types };
}

const BITS: Record<string, [of: WordKind, bits: number]> = {
  address: ["address", 160],
  function: ["function", 192],
  bool: ["bool", 1],
};

function elementary(name: string, position: number): MethodType {
  if (name === "bytes" || name === "string") return { kind: name, name };
  const number = Number(/[0-9]*$/.exec(name)![0]);
  const isBytes = name.startsWith("bytes");
  const of = isBytes ? "bytesN" : name.startsWith("u") ? "uint" : "int";
  if (number > (isBytes ? 32 : 256) || (!isBytes && number % 8 !== 0)) {
    throw new MethodTextError(position + name.length - String(number).length);
  }
  const [kind, bits] = BITS[name] ?? [of, isBytes ? number * 8 : number];
  return { kind: "word", name, of: kind, bits };
}

/** Whether a pointer stands for the value where it is. */
export function isDynamic(type: MethodType): boolean {
  if (type.kind === "tuple") return type.parts.some(isDynamic);
  if (type.kind === "array") return type.size === undefined || isDynamic(type.element);
  return type.kind !== "word";
}

/** Words of the head of a tuple, or of the elements of a fixed array. */
export function headWords(type: MethodType): number {
  const own = (each: MethodType) => (isDynamic(each) ? 1 : headWords(each));
  if (type.kind === "tuple") return type.parts.reduce((sum, part) => sum + own(part), 0);
  return type.kind === "array" && type.size !== undefined ? type.size * own(type.element) : 1;
}

/** Pointers on the longest way to a leaf; the arguments themselves are behind none. */
export function depthOf(type: MethodType, isRoot = false): number {
  const own = !isRoot && isDynamic(type) ? 1 : 0;
  if (type.kind === "tuple") return own + Math.max(0, ...type.parts.map((part) => depthOf(part)));
  return type.kind === "array" ? own + depthOf(type.element) : own;
}
