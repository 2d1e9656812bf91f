import { formatUnits, parseUnits } from "ethers";

/** A token or the native coin, as people name it. */
export interface Unit {
  symbol: string;
  decimals: number;
}

export const ETHER: Unit = { symbol: "ETH", decimals: 18 };

const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
type Letter = keyof typeof SECONDS;

/** Seconds in "2h", "1h 30m" or "25d"; undefined if it is no such text. Each unit once, the longest first. */
export function parseDuration(text: string): number | undefined {
  if (!/^[1-9]\d*[dhms]( [1-9]\d*[dhms])*$/.test(text)) return undefined;
  let total = 0;
  let last = Infinity;
  for (const part of text.split(" ")) {
    const size = SECONDS[part.at(-1) as Letter];
    if (size >= last) return undefined;
    last = size;
    total += Number(part.slice(0, -1)) * size;
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** `7230` is "2 h 30 s". */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [letter, size] of Object.entries(SECONDS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count !== 0) parts.push(`${count} ${letter === "m" ? "min" : letter}`);
  }
  return parts.join(" ") || "0 s";
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

/** `1500000000000000000n` of POKE is "1.5 POKE". */
export function formatAmount(amount: bigint, { symbol, decimals }: Unit): string {
  if (amount === 2n ** 256n - 1n) return `any amount of ${symbol}`;
  return `${formatUnits(amount, decimals).replace(/\.0$/, "")} ${symbol}`;
}
