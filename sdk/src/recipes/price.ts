import { formatUnits } from "viem";
import { PolicyError } from "../errors/clientErrors.ts";
import type { Token } from "./recipe.ts";

/** What one token was worth in another, when somebody looked. */
export interface Price {
  /** Base units of the token that is sold. */
  sell: bigint;
  /** Base units of the token that is bought for them. */
  buy: bigint;
  /** When that was so, unix seconds. */
  at: number;
}

/** How a recipe bounds the worst price. */
export interface PriceBound {
  price: Price;
  /**
   * How much worse than the price a trade may be, in per cent, whole, 0 to 50.
   * @default 1
   */
  slippage?: number;
  /**
   * How old the price may be when the policy is made, in seconds.
   * @default 600
   */
  maxAge?: number;
  /**
   * Unix seconds.
   * @default the clock of this machine
   */
  now?: number;
}

/** The least that a trade gives for what it takes, as a rule has it. */
export interface LeastRate {
  numerator: bigint;
  denominator: bigint;
  /** In words: "at least 0.000247 WETH for 1 USD, by a price of …". */
  words: string;
}

/** Three digits: the last of them is never more than one per cent. */
const LEAST_DIGITS = 100n;

/**
 * The worst price that is accepted, rounded down to one per cent, so that all who start a session within a while share one
 * policy, which is published once.
 * @throws PolicyError if the price is no number, or older than it may be
 */
export function leastRate(sell: Token, buy: Token, bound: PriceBound): LeastRate {
  const { price, slippage = 1, maxAge = 600, now = Math.floor(Date.now() / 1_000) } = bound;
  if (price.sell <= 0n || price.buy <= 0n) throw new PolicyError("A price has two sides above 0.");
  if (!Number.isInteger(slippage) || slippage < 0 || slippage > 50) {
    throw new PolicyError(`slippage is a whole number of per cent from 0 to 50, found ${slippage}.`);
  }
  if (now - price.at > maxAge) {
    throw new PolicyError(`The price is ${now - price.at} seconds old; ${maxAge} are allowed.`);
  }
  const { numerator, denominator } = rounded(price.buy * BigInt(100 - slippage), price.sell * 100n);
  const each = (numerator * 10n ** BigInt(sell.decimals)) / denominator;
  const when = new Date(price.at * 1_000).toISOString().replace(".000Z", "Z");
  const words =
    `at least ${formatUnits(each, buy.decimals)} ${buy.symbol} for 1 ${sell.symbol}, ` +
    `which is ${slippage} % below the price of ${when}`;
  return { numerator, denominator, words };
}

/** A fraction rounded down to three digits. */
function rounded(numerator: bigint, denominator: bigint): { numerator: bigint; denominator: bigint } {
  let up = 1n;
  let down = 1n;
  while ((numerator * up) / denominator < LEAST_DIGITS) up *= 10n;
  while (numerator / (denominator * down) >= 10n * LEAST_DIGITS) down *= 10n;
  return { numerator: ((numerator * up) / (denominator * down)) * down, denominator: up };
}
