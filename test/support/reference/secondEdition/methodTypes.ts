/** The types of a method's text as a tree. */
export type Type =
  | { kind: "word"; name: string; of: "address" | "function" | "uint" | "int" | "bool" | "bytesN"; bits: number }
  | { kind: "bytes" | "string"; name: string }
  | { kind: "tuple"; name: string; parts: Type[] }
  | { kind: "array"; name: string; element: Type; size?: number };
export type Word = Extract<Type, { kind: "word" }>;

export const MAX_TEXT = 1_023;
export const MAX_HEAD_WORDS = 64;
export const MAX_POINTERS = 6;

/** Reads `name(type,…)` or, without a name, `(type,…)`. Throws the byte at which it departs from the grammar. */
export function parseMethod(text: string): { name: string; types: Extract<Type, { kind: "tuple" }> } {
  const name = /^[A-Za-z_$][A-Za-z0-9_$]*/.exec(text)?.[0] ?? "";
  const { types, end } = parseTypes(text, name.length);
  if (end !== text.length || text.length > MAX_TEXT) throw new TypeTextError(Math.min(end, MAX_TEXT));
  if (headWords(types) > MAX_HEAD_WORDS) throw new TypeTextError(name.length);
  return { name, types };
}

/** A text departs from the grammar at this byte. */
export class TypeTextError extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`not a type at byte ${position}`);
    this.position = position;
  }
}

function parseTypes(text: string, start: number): { types: Extract<Type, { kind: "tuple" }>; end: number } {
  if (text[start] !== "(") throw new TypeTextError(start);
  const parts: Type[] = [];
  let at = start + 1;
  // Only a method may have no arguments, and it says so at its end.
  if (text[at] === ")") return { types: { kind: "tuple", name: "()", parts }, end: at + 1 };
  while (true) {
    const { type, end } = parseType(text, at);
    parts.push(type);
    at = end;
    if (text[at] === ")") return { types: { kind: "tuple", name: text.slice(start, at + 1), parts }, end: at + 1 };
    if (text[at] !== ",") throw new TypeTextError(at);
    ++at;
  }
}

function parseType(text: string, start: number): { type: Type; end: number } {
  let type: Type;
  let end: number;
  if (text[start] === "(") {
    const tuple = parseTypes(text, start);
    if (tuple.types.parts.length === 0) throw new TypeTextError(start + 1);
    type = tuple.types;
    end = tuple.end;
  } else {
    const name = /^(address|function|bool|string|bytes([1-9][0-9]*)?|u?int([1-9][0-9]*))(?![A-Za-z0-9])/.exec(
      text.slice(start),
    )?.[0];
    if (name === undefined) throw new TypeTextError(start);
    type = elementary(name, start);
    end = start + name.length;
  }
  while (text[end] === "[") {
    const size = /^\[(?:([1-9][0-9]*))?\]/.exec(text.slice(end));
    if (size === null) throw new TypeTextError(end + 1);
    const name = text.slice(start, end + size[0].length);
    type = { kind: "array", name, element: type, ...(size[1] !== undefined && { size: Number(size[1]) }) };
    end += size[0].length;
  }
  return { type, end };
}

function elementary(name: string, position: number): Type {
  if (name === "bytes" || name === "string") return { kind: name, name };
  if (name === "address") return { kind: "word", name, of: "address", bits: 160 };
  if (name === "function") return { kind: "word", name, of: "function", bits: 192 };
  if (name === "bool") return { kind: "word", name, of: "bool", bits: 1 };
  const number = Number(/[0-9]+$/.exec(name)![0]);
  if (name.startsWith("bytes")) {
    if (number > 32) throw new TypeTextError(position + 5);
    return { kind: "word", name, of: "bytesN", bits: number * 8 };
  }
  if (number > 256 || number % 8 !== 0) throw new TypeTextError(position + (name[0] === "u" ? 4 : 3));
  return { kind: "word", name, of: name[0] === "u" ? "uint" : "int", bits: number };
}

export function isDynamic(type: Type): boolean {
  switch (type.kind) {
    case "word":
      return false;
    case "tuple":
      return type.parts.some(isDynamic);
    case "array":
      return type.size === undefined || isDynamic(type.element);
    default:
      return true;
  }
}

/** Words that a value takes where it stands: one, its pointer, if it is dynamic. */
export function wordsOf(type: Type): number {
  return isDynamic(type) ? 1 : headWords(type);
}

/** Words of the head of a tuple or of an array's elements. */
export function headWords(type: Type): number {
  if (type.kind === "tuple") return type.parts.reduce((sum, part) => sum + wordsOf(part), 0);
  if (type.kind === "array" && type.size !== undefined) return type.size * wordsOf(type.element);
  return 1;
}

/** Pointers on the longest way from the arguments to a leaf. */
export function depthOf(type: Type, isRoot = false): number {
  const own = !isRoot && isDynamic(type) ? 1 : 0;
  if (type.kind === "tuple") return own + Math.max(0, ...type.parts.map((part) => depthOf(part)));
  if (type.kind === "array") return own + depthOf(type.element);
  return own;
}
