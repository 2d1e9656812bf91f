import { type Address, type Hex, padHex, parseEther, stringToHex, toHex } from "viem";
import type { SessionCall } from "../../sdk/src/index.ts";
import type { Demo } from "./demo.ts";

/** A swap's own deadline: this session's is what counts. */
export const LATER = 2n ** 40n;

/** A deadline in the current period: an operation waits for the period that its deadline lies in. */
export async function soon(demo: Demo): Promise<{ deadline: number }> {
  return { deadline: (await demo.stage.chain.now()) + 300 };
}

/** A swap on the router along a path of tokens. */
export function swap(demo: Demo, amount: string, path: string[], to: Address): SessionCall {
  const tokens = path.map((token) => demo.stage.names.at(token));
  return demo.call("UniswapV2Router", "swapExactTokensForTokens", [
    parseEther(amount),
    parseEther("0.001"),
    tokens,
    to,
    LATER,
  ]);
}

export function fund(demo: Demo, ether: string): SessionCall {
  return demo.call("GameWorld", "fundCredit", [], parseEther(ether));
}

/** A word of calldata for an address or a number. */
export function wordOf(value: Address | number): Hex {
  return typeof value === "number" ? toHex(value, { size: 32 }) : padHex(value, { size: 32 });
}

/** A text of at most 31 characters as a word. */
export function bytes32(text: string): Hex {
  return stringToHex(text, { size: 32 });
}
