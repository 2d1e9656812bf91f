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

/**
 * Reads `name(type,…)` or, without a name, `(type,…)`. Throws the first byte that cannot stand where it stands: of a
 * number out of range its first digit, behind an opening bracket whatever is there, of a head above 64 words the first
 * byte of the type that has it.
 */
export function parseMethod(text: string, isNamed = false): { name: string; types: Extract<Type, { kind: "tuple" }> } {
  try {
    const name = /^[A-Za-z_$][A-Za-z0-9_$]*/.exec(text)?.[0] ?? "";
    if (isNamed && name === "") throw new TypeTextError(0);
    // Only a method may have no arguments.
    const isEmpty = name !== "" && text.startsWith("()", name.length);
    const { types, end } = isEmpty
      ? { types: { kind: "tuple" as const, name: "()", parts: [] }, end: name.length + 2 }
      : parseTypes(text, name.length);
    if (end !== text.length || end > MAX_TEXT) throw new TypeTextError(end);
    return { name, types };
  } catch (error) {
    throw error instanceof TypeTextError ? new TypeTextError(Math.min(error.position, MAX_TEXT)) : error;
  }
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
  let at = start;
  while (true) {
    const { type, end } = parseType(text, at + 1);
    parts.push(type);
    at = end;
    if (text[at] === ")") break;
    if (text[at] !== ",") throw new TypeTextError(at);
  }
  const types = { kind: "tuple" as const, name: text.slice(start, at + 1), parts };
  return { types: narrow(types, start), end: at + 1 };
}

/** No head has more than 64 words, at any depth. */
function narrow<T extends Type>(type: T, start: number): T {
  if (headWords(type) > MAX_HEAD_WORDS) throw new TypeTextError(start);
  return type;
}

function parseType(text: string, start: number): { type: Type; end: number } {
  let type: Type;
  let end: number;
  if (text[start] === "(") {
    const tuple = parseTypes(text, start);
    type = tuple.types;
    end = tuple.end;
  } else {
    ({ type, end } = elementary(text, start));
  }
  while (text[end] === "[") {
    const size = /^\[(?:([1-9][0-9]*))?\]/.exec(text.slice(end));
    if (size === null) throw new TypeTextError(end + 1);
    const name = text.slice(start, end + size[0].length);
    const array: Type = { kind: "array", name, element: type, ...(size[1] !== undefined && { size: Number(size[1]) }) };
    type = narrow(array, start);
    end += size[0].length;
  }
  return { type, end };
}

function elementary(text: string, start: number): { type: Type; end: number } {
  const found = /^(address|function|bool|string|bytes|uint|int)([0-9]*)/.exec(text.slice(start));
  if (found === null) throw new TypeTextError(start);
  const [, kind, digits] = found;
  const end = start + kind!.length;
  switch (kind) {
    case "address":
      return { type: { kind: "word", name: kind, of: "address", bits: 160 }, end };
    case "function":
      return { type: { kind: "word", name: kind, of: "function", bits: 192 }, end };
    case "bool":
      return { type: { kind: "word", name: kind, of: "bool", bits: 1 }, end };
    case "string":
      return { type: { kind: "string", name: kind }, end };
  }
  if (kind === "bytes" && digits === "") return { type: { kind: "bytes", name: kind }, end };
  // A leading zero ends the number, and makes it none.
  const number = digits!.startsWith("0") ? 0 : Number(digits);
  const isIn = kind === "bytes" ? number <= 32 : number <= 256 && number % 8 === 0;
  if (number === 0 || !isIn) throw new TypeTextError(end);
  const name = `${kind}${digits}`;
  if (kind === "bytes")
    return { type: { kind: "word", name, of: "bytesN", bits: number * 8 }, end: start + name.length };
  return { type: { kind: "word", name, of: kind as "uint" | "int", bits: number }, end: start + name.length };
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
