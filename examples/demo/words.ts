import { formatEther, isHex, size } from "viem";
import { formatDuration } from "../../sdk/src/policies/units.ts";
import { innermost, type DecodedError } from "./errors.ts";
import type { Names } from "./names.ts";

/** What the arguments of an error are, where their types do not say it. */
const KINDS: Record<string, ("wei" | "token" | "time" | "duration" | undefined)[]> = {
  SpendCapExceeded: [undefined, "token", "token"],
  ValueNotAllowed: [undefined, "wei", "wei"],
  GasBudgetExceeded: ["wei", "wei"],
  SessionNotYetValid: ["time", "time"],
  SessionExpired: ["time", "time"],
  DeadlinePassed: ["time", "time"],
  DeadlineNotAllowed: ["time", "time"],
  DurationOutOfBounds: ["duration", "duration", "duration"],
};

/** Names of selectors, as far as the demo has met them. */
export type Selectors = Map<string, string>;

/** The error that refused, with names instead of addresses and units instead of base units. */
export function errorInWords(error: DecodedError, names: Names, selectors: Selectors): string {
  const { name, args } = innermost(error);
  const kinds = KINDS[name] ?? [];
  const shown = args.map((value, i) => {
    switch (kinds[i]) {
      case "token":
        return names.amount(args[0] as string, value as bigint);
      case "wei":
        return (value as bigint) > 0n && (value as bigint) < 10n ** 9n
          ? `${value} wei`
          : `${formatEther(value as bigint)} ETH`;
      case "time":
        return clock(Number(value));
      case "duration":
        return formatDuration(Number(value));
      default:
        return plain(value, names, selectors);
    }
  });
  return `${name}(${shown.join(", ")})`;
}

function plain(value: unknown, names: Names, selectors: Selectors): string {
  if (!isHex(value)) return String(value);
  switch (size(value)) {
    case 20:
      return names.nameOf(value);
    case 4:
      return selectors.get(value) ?? value;
    case 32:
      return names.word(value);
    default:
      return value;
  }
}

/** Hours, minutes and seconds of a moment, UTC. */
export function clock(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(11, 19);
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`;
}

/** "50 POKE + 0.02 ETH of gas": the numbers that the lens gives. */
export function lossInWords({ losses, gas }: Loss, names: Names): string {
  const amounts = losses.filter(({ amount }) => amount !== 0n).map(({ token, amount }) => names.amount(token, amount));
  if (gas !== 0n) amounts.push(`${formatEther(gas)} ETH of gas`);
  return amounts.length === 0 ? "nothing" : amounts.join(" + ");
}

/** What `worstLoss` and `worstLossOf` of the lens return. */
export interface Loss {
  losses: { token: string; amount: bigint }[];
  gas: bigint;
}
