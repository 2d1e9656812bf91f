import { PolicyError } from "./clientErrors.ts";

/** A policy file, or an address book, that does not say what it should, or cannot say what a policy does. */
export class PolicyFileError extends PolicyError {
  /** What the file is called. */
  readonly file: string;
  /** `contracts.Feed."post(string)".spends`, for example; empty for the whole file. */
  readonly place: string;
  override name = "PolicyFileError";
  constructor(file: string, place: string, what: string, options: { cause?: unknown } = {}) {
    super(place === "" ? `${file}: ${what}` : `${file}: ${place}: ${what}`, options);
    this.file = file;
    this.place = place;
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
