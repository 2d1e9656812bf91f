import { type Address, formatEther, hexToBigInt, isHex, size, slice, type Hex } from "viem";
import { isContractError, decodeSessionError, durationInWords } from "../../sdk/src/index.ts";
import type { ChainLoss } from "./loss.ts";
import { type Names, shortHash } from "./names.ts";
import type { Refusal } from "./refusal.ts";

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
export function refusalInWords({ name, args }: Refusal, names: Names, selectors: Selectors): string {
  if (name === "AlternativesRefused") return `${name}: ${nearestInWords(args[3] as Hex, names, selectors)}`;
  const kinds = KINDS[name] ?? [];
  const shown = args.map((value, i) => {
    switch (kinds[i]) {
      case "token":
        return names.amount(value as bigint, args[0] as Address);
      case "wei":
        return weiInWords(value as bigint);
      case "time":
        return clock(Number(value));
      case "duration":
        return durationInWords(Number(value));
      default:
        return plain(value, names, selectors);
    }
  });
  return `${name}(${shown.join(", ")})`;
}

/** What kept the alternative from holding that came nearest. */
function nearestInWords(reason: Hex, names: Names, selectors: Selectors): string {
  const error = decodeSessionError(reason);
  if (!isContractError(error)) return shortHash(reason);
  return refusalInWords({ name: error.errorName, args: Object.values(error.args) }, names, selectors);
}

function weiInWords(value: bigint): string {
  return value > 0n && value < 10n ** 9n ? `${value} wei` : `${formatEther(value)} ETH`;
}

function plain(value: unknown, names: Names, selectors: Selectors): string {
  if (!isHex(value)) return String(value);
  if (size(value) === 20) return names.of(value);
  if (size(value) === 4) return selectors.get(value) ?? value;
  return size(value) === 32 ? wordInWords(value, names) : value;
}

/** A known address by its name, a short number as such, anything else shortened. */
function wordInWords(value: Hex, names: Names): string {
  const number = hexToBigInt(value);
  if (number >> 160n === 0n && number >> 64n !== 0n) {
    const address = slice(value, 12);
    if (names.has(address)) return names.of(address);
  }
  return number < 2n ** 80n ? String(number) : shortHash(value);
}

/** The most that can be taken, in one line, as descriptions of policies say it. */
export function lossInWords({ losses, gas }: Pick<ChainLoss, "losses" | "gas">, names: Names): string {
  const amounts = losses.map(({ unit, amount }) => names.amount(amount, unit));
  return [...amounts, `${formatEther(gas)} ETH of gas`].join(" + ");
}

/** Hours, minutes and seconds of a moment, UTC. */
export function clock(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(11, 19);
}
