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
  /** In words: the least for a round amount, from which price, and how old that may have been. */
  words: string;
}

/** Three digits: the last of them is never more than one per cent. */
const LEAST_DIGITS = 100n;
/** The last second that a date can have. */
const LAST_SECOND = 8_640_000_000_000;

/**
 * The worst price that is accepted, rounded down to one per cent, so that all who start a session within a while share one
 * policy, which is published once.
 * @throws PolicyError if the price is no number, or older than it may be
 */
export function leastRate(sell: Token, buy: Token, bound: PriceBound): LeastRate {
  const { price, slippage = 1, maxAge = 600, now = Math.floor(Date.now() / 1_000) } = bound;
  for (const side of [price.sell, price.buy]) {
    if (typeof side === "bigint" && side > 0n && side < 2n ** 128n) continue;
    throw new PolicyError(`Each side of a price is 1 to 2^128 - 1 base units, found ${side}.`);
  }
  if (!Number.isInteger(slippage) || slippage < 0 || slippage > 50) {
    throw new PolicyError(`slippage is a whole number of per cent from 0 to 50, found ${slippage}.`);
  }
  for (const [name, seconds] of Object.entries({ maxAge, now, "price.at": price.at })) {
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND) continue;
    throw new PolicyError(`${name} is a whole number of seconds, found ${seconds}.`);
  }
  const age = now - price.at;
  if (age > maxAge) throw new PolicyError(`The price is ${age} seconds old; ${maxAge} are allowed.`);
  // Two clocks differ by less than a price may be old; milliseconds do not.
  if (-age > maxAge) throw new PolicyError(`The price is of ${-age} seconds from now; ${maxAge} are allowed.`);
  const { numerator, denominator } = rounded(price.buy * BigInt(100 - slippage), price.sell * 100n);
  const when = new Date(price.at * 1_000).toISOString().replace(".000Z", "Z");
  const words =
    `at least ${inWords(sell, buy, numerator, denominator)}: the price of ${when} ` +
    `(at most ${maxAge} seconds old when this was made) less ${slippage} %, rounded down by less than 1 %`;
  return { numerator, denominator, words };
}

/** For 1, 10, 100 and so on of what is sold: as many as it takes to say the rate exactly. */
function inWords(sell: Token, buy: Token, numerator: bigint, denominator: bigint): string {
  let units = 1n;
  const bought = () => numerator * units * 10n ** BigInt(sell.decimals);
  while (bought() % denominator !== 0n) units *= 10n;
  return `${formatUnits(bought() / denominator, buy.decimals)} ${buy.symbol} for ${units} ${sell.symbol}`;
}

/** A fraction rounded down to three digits. */
function rounded(numerator: bigint, denominator: bigint): { numerator: bigint; denominator: bigint } {
  let up = 1n;
  let down = 1n;
  while ((numerator * up) / denominator < LEAST_DIGITS) up *= 10n;
  while (numerator / (denominator * down) >= 10n * LEAST_DIGITS) down *= 10n;
  return { numerator: ((numerator * up) / (denominator * down)) * down, denominator: up };
}
