import { type Address, type Hex, isHex } from "viem";
import { PolicyError } from "../errors/clientErrors.ts";
import { type MethodType, MethodTextError, parseMethod } from "./methodTypes.ts";
import { contentHash } from "./values.ts";

/** The content of a `bytes`, in hex, of a `string`, or of an array of simple values. */
export type ContentValue = string | readonly (Address | Hex | bigint | number | boolean)[];

/** What stands behind the hashes of bound contents, which is all that a policy has of them. */
export type PolicyContents = Readonly<Record<Hex, ContentValue>>;

/**
 * Contents of one type by their hashes, as `describePolicy` takes them: `contentsOf("address[]", [USD, WETH])`.
 * @throws PolicyError if a value is not one of the type
 */
export function contentsOf(type: string, ...values: readonly ContentValue[]): PolicyContents {
  const fail = (what: string): never => {
    throw new PolicyError(`${type}: ${what}`);
  };
  let parsed: MethodType;
  try {
    parsed = parseMethod(`(${type})`).types.parts[0]!;
  } catch (cause) {
    if (!(cause instanceof MethodTextError)) throw cause;
    return fail("this is not a type.");
  }
  return Object.fromEntries(values.map((value) => [contentHash(parsed, value, fail), value]));
}

/** The content behind a hash, if it is known and is what the hash says. */
export function contentBehind(type: MethodType, hash: Hex, contents: PolicyContents): ContentValue | undefined {
  const key = hash.toLowerCase() as Hex;
  const value = Object.hasOwn(contents, key) ? contents[key] : undefined;
  if (value === undefined) return undefined;
  // A text in hex may stand for `bytes` or for a `string`: the type decides.
  if (type.kind === "bytes" && !isHex(value)) return undefined;
  try {
    const found = contentHash(type, value, (what) => {
      throw new PolicyError(what);
    });
    return found === key ? value : undefined;
  } catch {
    // Whoever gave it meant another type.
    return undefined;
  }
}
