import { formatUnits } from "ethers";

export { parseDuration } from "../../sdk/src/policies/units.ts";

/** A token or the native coin, as people name it. */
export interface Unit {
  symbol: string;
  decimals: number;
}

export const ETHER: Unit = { symbol: "ETH", decimals: 18 };

const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

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

/** `1500000000000000000n` of POKE is "1.5 POKE". */
export function formatAmount(amount: bigint, { symbol, decimals }: Unit): string {
  if (amount === 2n ** 256n - 1n) return `any amount of ${symbol}`;
  return `${formatUnits(amount, decimals).replace(/\.0$/, "")} ${symbol}`;
}
