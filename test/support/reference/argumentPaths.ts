import { depthOf, isDynamic, MAX_POINTERS, parseMethod, TypeTextError, type Type } from "./methodTypes.ts";
import type { Permission } from "./policy.ts";

/** A text that is not an argument of the method: which error of publication, and where. */
export class PathError extends Error {
  constructor(
    name: "ArgumentTextInvalid" | "ArgumentMissing" | "ArgumentImpassable" | "ArgumentTooDeep",
    text: string,
  ) {
    super(`${name}(${JSON.stringify(text)})`);
    this.name = name;
  }
}

export type Step = { part: number } | { element: number } | { each: true } | { length: true } | { inner: true };

/**
 * The grammar, step by step: places joined by `:`; only the last may end with `.length`. What follows the first bad byte
 * is not read; `isBad` says that there is one.
 */
export function parsePath(text: string): { steps: Step[]; isBad: boolean } {
  const steps: Step[] = [];
  if (text.length > 255) return { steps, isBad: true };
  const number = "(0|[1-9][0-9]*)";
  let rest = text;
  let isFirst: boolean = true;
  while (true) {
    const found: RegExpExecArray | null = new RegExp(
      isFirst ? `^${number}` : `^(?:\\.${number}|\\.(length)|\\[${number}\\]|\\[(\\*)\\]|(:))`,
    ).exec(rest);
    if (found === null) return { steps, isBad: true };
    const [all, part, length, element, star]: RegExpExecArray = found;
    const inner: string | undefined = found[5];
    if (part !== undefined) steps.push({ part: Number(part) });
    else if (length !== undefined) steps.push({ length: true });
    else if (element !== undefined) steps.push({ element: Number(element) });
    else if (star !== undefined) steps.push({ each: true });
    else steps.push({ inner: true });
    isFirst = inner !== undefined;
    rest = rest.slice(all.length);
    if (length !== undefined || (rest === "" && !isFirst)) return { steps, isBad: rest !== "" };
  }
}

/** The steps of a path that is in the grammar. */
export function stepsOf(text: string): Step[] {
  const { steps, isBad } = parsePath(text);
  if (isBad) throw new PathError("ArgumentTextInvalid", text);
  return steps;
}

/** Something that a policy says about one place of a call, whichever path names it. */
export interface Place {
  type: Type;
  rules: number[];
  spends: number[];
  isOpen: boolean;
  children: Map<number, Place>;
  each?: Place;
  length?: Place;
  inner?: { place: Place; selectorOf?: string };
}

const LENGTH: Type = { kind: "word", name: "length", of: "uint", bits: 256 };

export function newPlace(type: Type): Place {
  return { type, rules: [], spends: [], isOpen: false, children: new Map() };
}

/**
 * The place that `text` leads to from the arguments; makes what is on the way. The first step that leads nowhere or is
 * not in the grammar decides.
 */
export function placeAt(root: Place, text: string): { place: Place; steps: Step[]; pointers: number } {
  const { steps, isBad } = parsePath(text);
  if (text.length > 255) throw new PathError("ArgumentTextInvalid", text);
  let place = root;
  let pointers = 0;
  for (const step of steps) {
    place = next(place, step, text);
    if (!("length" in step) && !("inner" in step) && isDynamic(place.type)) ++pointers;
    if (pointers > MAX_POINTERS) throw new PathError("ArgumentTooDeep", text);
  }
  if (isBad) throw new PathError("ArgumentTextInvalid", text);
  return { place, steps, pointers };
}

function next(place: Place, step: Step, text: string): Place {
  const { type } = place;
  if ("inner" in step) {
    if (place.inner === undefined) throw new PathError("ArgumentImpassable", text);
    return place.inner.place;
  }
  if ("length" in step) {
    const hasLength = type.kind === "bytes" || (type.kind === "array" && type.size === undefined);
    if (!hasLength) throw new PathError("ArgumentImpassable", text);
    return (place.length ??= newPlace(LENGTH));
  }
  if ("part" in step) {
    if (type.kind !== "tuple") throw new PathError("ArgumentImpassable", text);
    const part = type.parts[step.part];
    if (part === undefined) throw new PathError("ArgumentMissing", text);
    return child(place, step.part, part);
  }
  if (type.kind !== "array") throw new PathError("ArgumentImpassable", text);
  if ("each" in step) return (place.each ??= newPlace(type.element));
  if (step.element >= (type.size ?? 64)) throw new PathError("ArgumentMissing", text);
  return child(place, step.element, type.element);
}

function child(place: Place, index: number, type: Type): Place {
  let found = place.children.get(index);
  if (found === undefined) place.children.set(index, (found = newPlace(type)));
  return found;
}

/**
 * Opens the `bytes` that `inner[]` names, in their order: an outer text stands before what it is a prefix of.
 *
 * @param checkCall is asked of each inner that is a call
 */
export function openInner(root: Place, permission: Permission, checkCall: (text: string) => void): void {
  const opened: Step[][] = [];
  for (const { argument, types } of permission.inner) {
    const { place, steps, pointers } = placeAt(root, argument);
    if (place.type.kind !== "bytes") throw new InnerError("InnerNotBytes");
    const method = readInner(types);
    if (method.name !== "") checkCall(types);
    if (pointers + depthOf(method.types, true) > MAX_POINTERS) throw new PathError("ArgumentTooDeep", argument);
    if (opened.some((other) => overlap(other, steps))) throw new InnerError("InnersOverlap");
    opened.push(steps);
    place.inner = { place: newPlace(method.types), ...(method.name !== "" && { selectorOf: types }) };
  }
}

export class InnerError extends Error {}

function readInner(types: string) {
  try {
    return parseMethod(types);
  } catch (error) {
    if (error instanceof TypeTextError) throw new InnerError("InnerTypesInvalid");
    throw error;
  }
}

/** Whether two paths lead to one place, one of them by `[*]`. */
function overlap(a: Step[], b: Step[]): boolean {
  const isElement = (step: Step) => "element" in step || "each" in step;
  return (
    a.length === b.length &&
    a.every((step, i) => {
      const other = b[i]!;
      const isStar = isElement(step) && isElement(other) && ("each" in step || "each" in other);
      return isStar || JSON.stringify(step) === JSON.stringify(other);
    })
  );
}
