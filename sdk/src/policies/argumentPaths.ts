import type { PolicyErrorName } from "../errors/policyErrors.ts";
import { isDynamic, MAX_POINTERS, type MethodType, type TupleType } from "./methodTypes.ts";

/** What a policy says of one place of a call, whichever path names it. */
export interface Place {
  type: MethodType;
  /** Positions in `rules`. */
  rules: number[];
  isSpent: boolean;
  isOpen: boolean;
  /** Whether it is the other side of a rate. */
  isRated: boolean;
  children: Map<number, Place>;
  each?: Place;
  length?: Place;
  /** The arguments of what its `bytes` hold. */
  inner?: Place;
}

/** A step of a path: a part of a tuple, an element, every element, a length, or into `bytes`. */
export type Step = `.${number}` | `[${number}]` | "[*]" | ".length" | ":";

/** Longest path, in bytes, inclusive. */
export const MAX_PATH = 255;
/** Elements of a `T[]` that a path can name, from 0, exclusive. */
const MAX_ELEMENTS = 64;

const NUMBER = "(?:0|[1-9][0-9]*)";
const FIRST = new RegExp(`^${NUMBER}`);
const NEXT = new RegExp(`^(?:\\.length|\\.${NUMBER}|\\[(?:${NUMBER}|\\*)\\]|:)`);

/** The steps of a path from the arguments, up to the first that is not written as one, and whether there is none. */
function readSteps(path: string): { steps: Step[]; isGood: boolean } {
  const steps: Step[] = [];
  let rest = path;
  const isShort = path.length <= MAX_PATH;
  while (isShort && steps.at(-1) !== ".length") {
    // A place starts with a part of a tuple: the arguments, or what is inside `bytes`.
    const isPart = steps.length === 0 || steps.at(-1) === ":";
    if (rest === "" && !isPart) break;
    const found = (isPart ? FIRST : NEXT).exec(rest)?.[0];
    if (found === undefined) return { steps, isGood: false };
    steps.push((isPart ? `.${found}` : found) as Step);
    rest = rest.slice(found.length);
  }
  return { steps, isGood: isShort && rest === "" };
}

/** The steps of a path that is written as one. */
export const stepsOf = (path: string): Step[] => readSteps(path).steps;

export function newPlace(type: MethodType): Place {
  return { type, rules: [], isSpent: false, isOpen: false, isRated: false, children: new Map() };
}

/** Which error of publication a path meets. */
export class ArgumentPathError extends Error {
  readonly errorName: PolicyErrorName;
  /** What would have passed. */
  readonly bound: string;
  constructor(errorName: PolicyErrorName, bound: string) {
    super(bound);
    this.errorName = errorName;
    this.bound = bound;
  }
}

/**
 * The place that a path leads to from the arguments; what is on the way is made. The first step that leads nowhere or is
 * not written as one decides.
 * @throws ArgumentPathError
 */
export const placeAt = (root: Place, path: string): Place => walk(root, path).place;

/** The place, and the pointers on the way to it. */
export function walk(root: Place, path: string): { place: Place; pointers: number } {
  const { steps, isGood } = readSteps(path);
  let place = root;
  let pointers = 0;
  for (const step of steps) {
    place = next(place, step);
    if (step !== ".length" && step !== ":" && isDynamic(place.type)) ++pointers;
    checkDepth(pointers);
  }
  if (!isGood) throw new ArgumentPathError("ArgumentTextInvalid", "a path like 0.4, 1[*] or 1[0]:2");
  return { place, pointers };
}

export function checkDepth(pointers: number): void {
  if (pointers <= MAX_POINTERS) return;
  throw new ArgumentPathError("ArgumentTooDeep", `at most ${MAX_POINTERS} pointers on the way`);
}

const LENGTH: MethodType = { kind: "word", name: "length", of: "uint", bits: 256 };

function next(place: Place, step: Step): Place {
  const { type } = place;
  const isArray = type.kind === "array";
  const number = Number(step.replace(/\D/g, ""));
  if (step === ":" && place.inner !== undefined) return place.inner;
  if (step === ".length" && (type.kind === "bytes" || (isArray && type.size === undefined))) {
    return (place.length ??= newPlace(LENGTH));
  }
  if (step === "[*]" && isArray) return (place.each ??= newPlace(type.element));
  if (step.startsWith("[") && step !== "[*]" && isArray) {
    return child(place, number, number < (type.size ?? MAX_ELEMENTS) ? type.element : undefined);
  }
  if (/^\.\d/.test(step) && type.kind === "tuple") return child(place, number, type.parts[number]);
  throw new ArgumentPathError("ArgumentImpassable", `a step through ${type.name} other than ${step}`);
}

function child({ type, children }: Place, index: number, of: MethodType | undefined): Place {
  if (of === undefined) throw new ArgumentPathError("ArgumentMissing", `a part of ${type.name} other than ${index}`);
  const found = children.get(index) ?? newPlace(of);
  children.set(index, found);
  return found;
}

export const childrenOf = (places: readonly Place[], index: number): Place[] =>
  places.flatMap(({ children }) => children.get(index) ?? []);
export const eachOf = (places: readonly Place[]): Place[] => places.flatMap(({ each }) => each ?? []);
/** What is said of one element: what names it, and what speaks of every element. */
export const elementOf = (places: readonly Place[], index: number): Place[] =>
  places.flatMap(({ children, each }) => [children.get(index) ?? [], each ?? []].flat());

/** All places that speak of what a path leads to, `[*]` as well as an element's number. What `placeAt` found has some. */
export function placesAt(root: Place, path: string): Place[] {
  const step = (places: Place[], each: Step): Place[] => {
    if (each === "[*]") return eachOf(places);
    if (each === ":") return places.flatMap(({ inner }) => inner ?? []);
    const index = Number(each.replace(/\D/g, ""));
    return each.startsWith("[") ? elementOf(places, index) : childrenOf(places, index);
  };
  return stepsOf(path).reduce(step, [root]);
}

/** The arguments of a method, of which nothing is said yet. */
export const NO_ARGUMENTS: TupleType = { kind: "tuple", name: "()", parts: [] };
