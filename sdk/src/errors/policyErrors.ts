import type { policyErrorsAbi } from "../generated/abi/policyErrorsAbi.ts";
import { safeText } from "./safeText.ts";
import { PolicyError } from "./clientErrors.ts";

/** In characters: a method's text can stand in it twice. */
const LONGEST_MESSAGE = 4_096;

/** What publication refuses a policy with: an error of `IPolicyErrors`. */
export type PolicyErrorName = (typeof policyErrorsAbi)[number]["name"];

/** Where a policy is not one that publication takes, and why. */
export interface UnsafePolicyOptions {
  /** `permissions[2].rules[0]`, for example. */
  place: string;
  /** What stands there, in words: `transfer(address,uint256) on 0x…`. */
  subject?: string | undefined;
  /** The value that is refused, or the path of the argument. */
  value?: unknown;
  /** What is expected instead. */
  bound?: string | undefined;
}

/** A policy that the chain would not publish, before it is asked. */
export class UnsafePolicyError extends PolicyError {
  /** The error that the chain would revert with: docs/errors.md of the project says why, and what to do. */
  readonly errorName: PolicyErrorName;
  readonly place: string;
  readonly value: unknown;
  readonly bound: string | undefined;
  override name = "UnsafePolicyError";
  constructor(errorName: PolicyErrorName, { place, subject, value, bound }: UnsafePolicyOptions) {
    // `RulesNeverHold` is "rules never hold".
    const what = errorName.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
    const of = subject === undefined ? "" : ` (${subject})`;
    const found = value === undefined ? "" : `: ${String(value)}`;
    const message = `${place}${of}: ${what}${found}${bound === undefined ? "" : `; expected ${bound}`}.`;
    // Its texts are whoever's who wrote the policy.
    super(safeText(message, LONGEST_MESSAGE), { metaMessages: [`Error: ${errorName}`] });
    this.errorName = errorName;
    this.place = place;
    this.value = value;
    this.bound = bound;
  }
}

/** A policy file, or an address book, that does not say what it should, or cannot say what a policy does. */
export class PolicyFileError extends PolicyError {
  /** What the file is called. */
  readonly file: string;
  /** `contracts.Feed."post(string)".spends`, for example; empty for the whole file. */
  readonly place: string;
  /** Where it stands in the file's text, from 1; undefined if a value was read and not a text. */
  readonly line: number | undefined;
  override name = "PolicyFileError";
  constructor(file: string, place: string, what: string, options: { cause?: unknown; line?: number | undefined } = {}) {
    const { line, ...rest } = options;
    const at = line === undefined ? file : `${file}:${line}`;
    // Its texts are whoever's who wrote the file.
    super(safeText(place === "" ? `${at}: ${what}` : `${at}: ${place}: ${what}`, LONGEST_MESSAGE), rest);
    this.file = file;
    this.place = place;
    this.line = line;
  }
}

/** One thing that an ERC-7715 request, or a policy, says and the other side has no word for. */
export interface Inexpressible {
  /** `requests[0].rules[1]` or `permissions[2].rules[0]`, for example. */
  place: string;
  what: string;
}

/** A policy that ERC-7715 cannot request, or a request that no policy can grant: with everything that stands against it. */
export class PermissionRequestError extends PolicyError {
  readonly found: readonly Inexpressible[];
  override name = "PermissionRequestError";
  constructor(found: readonly [Inexpressible, ...Inexpressible[]], options: { cause?: unknown } = {}) {
    const all = found.map(({ place, what }) => `${place}: ${what}`);
    super(all[0]!, { ...options, metaMessages: all.slice(1) });
    this.found = found;
  }
}
