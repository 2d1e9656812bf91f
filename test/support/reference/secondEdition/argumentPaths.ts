import { MAX_POINTERS, parseMethod, TypeTextError, isDynamic, type Type } from "./methodTypes.ts";
import type { Permission } from "./types.ts";

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

const PLACE = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)|\[(?:0|[1-9][0-9]*|\*)\])*(?:\.length)?$/;

/** The grammar: places joined by `:`; only the last may end with `.length`. */
export function parsePath(text: string): Step[] {
  const places = text.split(":");
  if (
    text.length > 255 ||
    places.some((place, i) => !PLACE.test(place) || (i + 1 < places.length && place.endsWith(".length")))
  )
    throw new PathError("ArgumentTextInvalid", text);
  return places.flatMap((place, i) => {
    const steps: Step[] = i === 0 ? [] : [{ inner: true }];
    const [first, ...rest] = place.match(/[0-9]+|\[\*\]|\[[0-9]+\]|\.[0-9]+|\.length/g)!;
    steps.push({ part: Number(first) });
    for (const token of rest) {
      if (token === "[*]") steps.push({ each: true });
      else if (token === ".length") steps.push({ length: true });
      else if (token.startsWith("[")) steps.push({ element: Number(token.slice(1, -1)) });
      else steps.push({ part: Number(token.slice(1)) });
    }
    return steps;
  });
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

/** The place that `text` leads to from the arguments; makes what is on the way. */
export function placeAt(root: Place, text: string): { place: Place; steps: Step[] } {
  const steps = parsePath(text);
  let place = root;
  let pointers = 0;
  for (const step of steps) {
    place = next(place, step, text);
    if (!("length" in step) && !("inner" in step) && isDynamic(place.type)) ++pointers;
    if (pointers > MAX_POINTERS) throw new PathError("ArgumentTooDeep", text);
  }
  return { place, steps };
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

/** Opens the `bytes` that `inner[]` names, in their order: an outer text stands before what it is a prefix of. */
export function openInner(root: Place, permission: Permission): void {
  for (const { argument, types } of permission.inner) {
    const { place, steps } = placeAt(root, argument);
    if (place.type.kind !== "bytes" || steps.some((step) => "length" in step)) throw new Error("InnerNotBytes");
    if (place.inner !== undefined) throw new Error("InnersNotAscending");
    try {
      const method = parseMethod(types);
      if (method.types.parts.length === 0 && method.name === "") throw new TypeTextError(1);
      place.inner = { place: newPlace(method.types), ...(method.name !== "" && { selectorOf: types }) };
    } catch (error) {
      if (error instanceof TypeTextError) throw new Error("InnerTypesInvalid");
      throw error;
    }
  }
}
