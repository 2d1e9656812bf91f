import { expect } from "chai";
import { decodeThrown, formatError, innermost, type DecodedError } from "../reference/errors.ts";

/** The decoded error that a call or transaction fails with; fails itself if it succeeds or gives no known error. */
export async function refusalOf(attempt: Promise<unknown>): Promise<DecodedError> {
  let outcome: unknown;
  try {
    outcome = await attempt;
  } catch (thrown) {
    return decodeThrown(thrown);
  }
  throw new Error(`Accepted, though it was to be refused: ${String(outcome)}`);
}

/**
 * Expects exactly this error with exactly these arguments, however deep an EntryPoint or an account wrapped it.
 * Returns the outermost error.
 */
export async function expectRefusal(attempt: Promise<unknown>, name: string, args: unknown[]): Promise<DecodedError> {
  const outer = await refusalOf(attempt);
  const { name: actual, args: actualArgs } = innermost(outer);
  expect(actual, formatError(outer)).to.equal(name);
  expect(actualArgs.map(comparable), formatError(outer)).to.deep.equal(args.map(comparable));
  return outer;
}

/** Expects an EntryPoint to refuse operation `index` with a reason that starts with `code`, "AA24" for example. */
export async function expectFailedOp(attempt: Promise<unknown>, code: string, index = 0): Promise<DecodedError> {
  const error = await refusalOf(attempt);
  expect(["FailedOp", "FailedOpWithRevert"], formatError(error)).to.include(error.name);
  expect(error.args[0], formatError(error)).to.equal(BigInt(index));
  expect(String(error.args[1]).slice(0, code.length), formatError(error)).to.equal(code);
  return error;
}

/** Numbers and addresses as one spelling each. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "number") return BigInt(value);
  return typeof value === "string" && /^0x[0-9a-fA-F]*$/.test(value) ? value.toLowerCase() : value;
}
