import fc from "fast-check";
import { parseAbiItem, type AbiFunction, type AbiParameter } from "viem";

/** `HeadWords` of contracts/policy/MethodText.sol. */
export const HeadKind = { UINT: 0, ADDRESS: 1, WORD: 2, CONTENT: 3, ARRAY: 4, OTHER: 5 } as const;

export interface HeadWord {
  kind: number;
  wordType: number;
}

const WIDTHS = Array.from({ length: 32 }, (_, i) => 8 * (i + 1));

const elementary = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("address", "uint256", "bool", "bytes", "string", "bytes32") },
  { weight: 1, arbitrary: fc.constantFrom("function", ...WIDTHS.flatMap((n) => [`uint${n}`, `int${n}`])) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 32 }).map((n) => `bytes${n}`) },
);

const brackets = fc.oneof(
  fc.constant("[]"),
  fc.integer({ min: 1, max: 6 }).map((n) => `[${n}]`),
);

/** Any canonical type. */
export const type: fc.Arbitrary<string> = fc.letrec<{ type: string; tuple: string; array: string }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: elementary },
    { weight: 1, arbitrary: tie("tuple") },
    { weight: 2, arbitrary: tie("array") },
  ),
  tuple: fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map((types) => `(${types.join(",")})`),
  array: fc.tuple(tie("type"), brackets).map(([element, bracket]) => element + bracket),
})).type;

const identifier = fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,20}$/);

/** A method's text; it may be too long or have too wide a head. */
export const methodText: fc.Arbitrary<string> = fc
  .tuple(identifier, fc.array(type, { maxLength: 6 }))
  .map(([name, types]) => `${name}(${types.join(",")})`);

// --- what viem says of a text -------------------------------------------------------------------------------------

/** The parameters of a text, as viem parses them. It wants names that are no keywords, and knows no `function`. */
function parametersOf(text: string): readonly AbiParameter[] {
  const types = text.slice(text.indexOf("(")).replaceAll("function", "bytes24");
  return (parseAbiItem(`function f${types}`) as AbiFunction).inputs;
}

function components(parameter: AbiParameter): readonly AbiParameter[] {
  return "components" in parameter ? parameter.components : [];
}

function element(parameter: AbiParameter): [AbiParameter, number | null] | undefined {
  const match = /^(.*)\[(\d*)\]$/.exec(parameter.type);
  if (!match) return undefined;
  return [{ ...parameter, type: match[1]! }, match[2] === "" ? null : Number(match[2])];
}

function isDynamic(parameter: AbiParameter): boolean {
  const array = element(parameter);
  if (array) return array[1] === null || isDynamic(array[0]);
  if (parameter.type === "tuple") return components(parameter).some(isDynamic);
  return parameter.type === "bytes" || parameter.type === "string";
}

function wordsOf(parameter: AbiParameter): HeadWord[] {
  const array = element(parameter);
  if (isDynamic(parameter)) {
    if (!array) return [{ kind: parameter.type === "tuple" ? HeadKind.OTHER : HeadKind.CONTENT, wordType: 0 }];
    const [inner, count] = array;
    const words = count === null && !isDynamic(inner) ? wordsOf(inner) : [];
    return [
      words.length === 1
        ? { kind: HeadKind.ARRAY, wordType: words[0]!.wordType }
        : { kind: HeadKind.OTHER, wordType: 0 },
    ];
  }
  if (array) return Array.from({ length: array[1]! }, () => wordsOf(array[0])).flat();
  if (parameter.type === "tuple") return components(parameter).flatMap(wordsOf);
  const size = Number(/\d+$/.exec(parameter.type)?.[0] ?? 0);
  if (parameter.type === "address") return [{ kind: HeadKind.ADDRESS, wordType: 20 }];
  if (parameter.type === "bool") return [{ kind: HeadKind.WORD, wordType: 0xc1 }];
  if (parameter.type.startsWith("uint")) return [{ kind: HeadKind.UINT, wordType: size / 8 }];
  if (parameter.type.startsWith("int")) return [{ kind: HeadKind.WORD, wordType: 0x40 | (size / 8) }];
  return [{ kind: HeadKind.WORD, wordType: 0x80 | size }];
}

/** The head words of each parameter. */
export function headOf(text: string): HeadWord[][] {
  return parametersOf(text).map(wordsOf);
}

/** How many words `encodeAbiParameters` needs at least; -1 for a type that it does not know. */
export { parametersOf };

// --- where a text is wrong ----------------------------------------------------------------------------------------

class Bad extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`bad at ${position}`);
    this.position = position;
  }
}

/** The position of the first byte that cannot stand there; -1 if the text is a method's. A recursive reference. */
export function firstBad(text: string): number {
  try {
    check(text);
    return -1;
  } catch (error) {
    if (error instanceof Bad) return error.position;
    throw error;
  }
}

/** Words of a static type; undefined if it is dynamic. */
type Size = number | undefined;

function check(text: string): void {
  if (new TextEncoder().encode(text).length > 255) throw new Bad(255);
  let at = 0;
  const bad = (position = at): never => {
    throw new Bad(position);
  };
  const take = (pattern: RegExp): string => {
    const match = new RegExp(pattern.source, "y");
    match.lastIndex = at;
    const found = match.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const number = (): bigint => {
    const start = at;
    const digits = take(/[0-9]+/);
    if (digits === "" || digits.startsWith("0")) bad(start);
    return BigInt(digits);
  };
  const width = (limit: bigint, step: bigint): void => {
    const start = at;
    const value = number();
    if (value > limit || value % step !== 0n) bad(start);
  };
  const parseType = (): Size => {
    let size: Size = 1;
    if (text[at] === "(") {
      at++;
      size = parseList();
    } else {
      const name = take(/address|uint|int|bool|bytes|string|function/);
      if (name === "") bad();
      if (name === "uint" || name === "int") width(256n, 8n);
      if (name === "string") size = undefined;
      if (name === "bytes") {
        if (/[0-9]/.test(text[at] ?? "")) width(32n, 1n);
        else size = undefined;
      }
    }
    while (text[at] === "[") {
      at++;
      if (text[at] === "]") {
        size = undefined;
      } else {
        const count = number();
        if (text[at] !== "]") bad();
        if (size !== undefined) size = Number(BigInt(size) * count > 10_000n ? 10_000n : BigInt(size) * count);
      }
      at++;
    }
    return size;
  };
  /** The types of a tuple and the bracket behind them. */
  const parseList = (): Size => {
    let total: Size = 0;
    while (true) {
      const size = parseType();
      total = size === undefined || total === undefined ? undefined : total + size;
      const next = text[at];
      if (next !== "," && next !== ")") bad();
      at++;
      if (next === ")") return total;
    }
  };

  if (take(/[A-Za-z_$][A-Za-z0-9_$]*/) === "" || text[at] !== "(") bad();
  at++;
  if (text[at] === ")") {
    at++;
  } else {
    let head = 0;
    while (true) {
      const start = at;
      head += parseType() ?? 1;
      const next = text[at];
      if (next !== "," && next !== ")") bad();
      if (head > 64) bad(start);
      at++;
      if (next === ")") break;
    }
  }
  if (at !== text.length) bad();
}
