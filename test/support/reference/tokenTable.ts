import { toFunctionSelector } from "viem";
import { TOKEN_TABLE, type TokenRow } from "../../../scripts/generate/tokenTable.ts";

export type { TokenRow };
export const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

const BY_SELECTOR = new Map<string, TokenRow>(TOKEN_TABLE.map((row) => [toFunctionSelector(row.text), row]));

export function rowOf(selector: string): TokenRow | undefined {
  return BY_SELECTOR.get(selector);
}
