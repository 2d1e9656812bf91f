import { formatUnits, type Address } from "viem";
import type { UnitDescription } from "latchkey";

/** `"5h 23m"`: the two largest parts, seconds below an hour. */
export function timeInShort(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/** `"2 hours"`, with no more than a half in it, and never less than it is. */
export function hoursInWords(seconds: number): string {
  if (seconds < 5_400 && seconds !== 3_600) return plural(Math.ceil(seconds / 60), "minute");
  if (seconds < 172_800) return plural(Math.ceil(seconds / 1_800) / 2, "hour");
  return plural(Math.ceil(seconds / 43_200) / 2, "day");
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The client has made the symbol safe, or there is none. */
export function amountOf(amount: bigint, { symbol, decimals, kind, address }: UnitDescription): string {
  const name =
    symbol ?? (kind === "counter" ? `units of counter ${BigInt(address)}` : `base units of ${short(address)}`);
  return `${formatUnits(amount, decimals)} ${name}`;
}

export const short = (hex: string): string => `${hex.slice(0, 6)}…${hex.slice(-4)}`;

export const sameAddress = (a: Address | undefined, b: Address | undefined): boolean =>
  a !== undefined && a.toLowerCase() === b?.toLowerCase();

/** By the chain's seconds; the reader's own time zone. */
export function momentOf(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
