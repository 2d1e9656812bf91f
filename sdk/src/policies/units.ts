import { formatUnits, parseUnits } from "viem";

/** How the native coin is named in policy files and descriptions. */
export const NATIVE = { symbol: "ETH", decimals: 18 } as const;

const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
type Letter = keyof typeof SECONDS;

/** Seconds in "2h", "1h 30m" or "25d"; undefined if it is no such text. Each unit once, the longest first. */
export function parseDuration(text: string): number | undefined {
  if (!/^[1-9]\d*[dhms]( [1-9]\d*[dhms])*$/.test(text)) return undefined;
  let total = 0;
  let last = Infinity;
  for (const part of text.split(" ")) {
    const length = SECONDS[part.at(-1) as Letter];
    if (length >= last) return undefined;
    last = length;
    total += Number(part.slice(0, -1)) * length;
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** What `parseDuration` reads: `5400` is "1h 30m". */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [letter, length] of Object.entries(SECONDS)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count !== 0) parts.push(`${count}${letter}`);
  }
  return parts.join(" ");
}

/** The number and the unit of "0.5 POKE"; undefined if it is no such text. */
export function splitAmount(text: string): { number: string; unit: string } | undefined {
  const match = /^(\d+(?:\.\d+)?) ([A-Za-z][A-Za-z0-9]*)$/.exec(text);
  return match === null ? undefined : { number: match[1]!, unit: match[2]! };
}

/** Base units of a decimal number; undefined if it has more digits behind the point than the unit has. */
export function baseUnits(number: string, decimals: number): bigint | undefined {
  const [, fraction = ""] = number.split(".");
  return fraction.length > decimals ? undefined : parseUnits(number, decimals);
}

/** What `splitAmount` and `baseUnits` read. */
export function formatAmount(amount: bigint, { symbol, decimals }: { symbol: string; decimals: number }): string {
  return `${formatUnits(amount, decimals)} ${symbol}`;
}
