import { type Address, type Hex, keccak256, slice, stringToHex } from "viem";
import {
  ACCOUNT_METHODS,
  NESTED_METHODS,
  RIGHTS_METHODS,
  TOKEN_ROWS,
  type TokenRow,
} from "../generated/tableMethods.ts";

/** The one address at which Permit2's `approve` draws the limit of its token. */
export const PERMIT2: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

/** The selector of a method's text. */
export function selectorOf(method: string): Hex {
  return slice(keccak256(stringToHex(method)), 0, 4);
}

const refused = (elsewhere: TokenRow["elsewhere"]) => ({ onLimited: "refused", elsewhere }) as const;

let bySelector: Map<Hex, { text: string; row: TokenRow }> | undefined;

/** The row of the token table that has this selector. */
export function rowWith(selector: Hex): { text: string; row: TokenRow } | undefined {
  bySelector ??= new Map(
    [
      ...RIGHTS_METHODS.map((text) => ({ text, row: TOKEN_ROWS[text] ?? refused("rights") })),
      ...ACCOUNT_METHODS.map((text) => ({ text, row: refused("account") })),
      ...NESTED_METHODS.map((text) => ({ text, row: refused("nested") })),
      ...Object.entries(TOKEN_ROWS).map(([text, row]) => ({ text, row })),
    ].map((each) => [selectorOf(each.text), each]),
  );
  return bySelector.get(selector);
}
