import { type Hex, keccak256, slice, stringToHex } from "viem";
import { NESTED_METHODS, OTHER_ROWS, TOKEN_ROWS, type TokenRow } from "../generated/tableMethods.ts";

/** The selector of a method's text. */
export function selectorOf(method: string): Hex {
  return slice(keccak256(stringToHex(method)), 0, 4);
}

/** Rights, accounts and nested calls are alike to whoever publishes. */
const OTHER: TokenRow = { onLimited: "refused", elsewhere: "rights" };

let texts: Map<Hex, string> | undefined;

/** The row of the token table that has the selector of a text, and the text that it has there. */
export function rowOf(text: string): { row: TokenRow; text: string } | undefined {
  texts ??= new Map(
    [...Object.keys(TOKEN_ROWS), ...OTHER_ROWS, ...NESTED_METHODS].map((each) => [selectorOf(each), each]),
  );
  const found = texts.get(selectorOf(text));
  return found === undefined ? undefined : { row: TOKEN_ROWS[found] ?? OTHER, text: found };
}
