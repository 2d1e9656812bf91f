import { dataLength } from "ethers";

/** Byte offsets into a runtime where the constructor writes one immutable. */
export interface Immutable {
  name: string;
  ranges: { start: number; length: number }[];
}

/** A runtime as the compiler leaves it, zeros where the immutables come. */
export interface Code {
  runtime: string;
  immutables: Immutable[];
}

export type Sources = Record<string, { ast?: unknown }>;

interface Variable {
  id: number;
  name: string;
  constant?: boolean;
  value?: { hexValue?: string };
}

/** The names of state variables by their ids in the compiler's syntax trees. */
export function namesOfVariables(sources: Sources, ids: number[]): Map<number, string> {
  const wanted = new Set(ids);
  const names = new Map<number, string>();
  if (wanted.size === 0) return names;
  for (const { id, name } of variablesOf(sources)) if (wanted.has(id)) names.set(id, name);
  return names;
}

/** The bytes of a constant that is written as one literal; there is exactly one of this name. */
export function constantBytes(sources: Sources, name: string): string {
  const values = [...variablesOf(sources)]
    .filter((variable) => variable.constant === true && variable.name === name)
    .map(({ value }) => value?.hexValue);
  const [only, another] = values;
  if (only === undefined || another !== undefined) throw new Error(`There is no single literal constant ${name}.`);
  return "0x" + only;
}

function* variablesOf(sources: Sources): Iterable<Variable> {
  const visit = function* (node: unknown): Iterable<Variable> {
    if (typeof node !== "object" || node === null) return;
    if ((node as { nodeType?: string }).nodeType === "VariableDeclaration") yield node as Variable;
    for (const child of Object.values(node)) yield* visit(child);
  };
  for (const { ast } of Object.values(sources)) yield* visit(ast);
}

/** The word that an immutable holds in `deployed`; the same wherever it stands, or undefined. */
export function immutableValue(deployed: string, { ranges }: Immutable): string | undefined {
  const values = new Set(
    ranges.map(({ start, length }) => "0x" + deployed.slice(2 + 2 * start, 2 + 2 * (start + length))),
  );
  return values.size === 1 ? [...values][0] : undefined;
}

/** A runtime without what its immutables hold. */
export function withoutImmutables(deployed: string, { immutables }: Code): string {
  let code = deployed;
  for (const { start, length } of immutables.flatMap(({ ranges }) => ranges)) {
    code = code.slice(0, 2 + 2 * start) + "0".repeat(2 * length) + code.slice(2 + 2 * (start + length));
  }
  return code;
}

/**
 * Why `deployed` is not what this build leaves on a chain: "its code" or "its immutable NAME"; undefined if it is.
 * `expected` has the values that are known before; an immutable that it does not name is not compared.
 */
export function difference(deployed: string, code: Code, expected: Record<string, string[]>): string | undefined {
  if (dataLength(deployed) !== dataLength(code.runtime)) return "its code";
  if (withoutImmutables(deployed, code) !== withoutImmutables(code.runtime, code)) return "its code";
  for (const immutable of code.immutables) {
    const allowed = expected[immutable.name];
    const actual = immutableValue(deployed, immutable);
    if (actual === undefined || (allowed !== undefined && !allowed.includes(actual))) {
      return `its immutable ${immutable.name}`;
    }
  }
  return undefined;
}
