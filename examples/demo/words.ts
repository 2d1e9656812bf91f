import { getAddress, isHexString } from "ethers";
import type { AddressBook } from "./addressBook.ts";
import { wordInWords } from "./describePolicy.ts";
import { innermost, type DecodedError } from "../../test/support/reference/errors.ts";
import { ETHER, formatAmount, formatDuration } from "./units.ts";

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
export function errorInWords(error: DecodedError, book: AddressBook, selectors: Selectors): string {
  const { name, args } = innermost(error);
  const kinds = KINDS[name] ?? [];
  const shown = args.map((value, i) => {
    switch (kinds[i]) {
      case "token":
        return formatAmount(value as bigint, book.unitOf(args[0] as string));
      case "wei":
        return (value as bigint) > 0n && (value as bigint) < 10n ** 9n
          ? `${value} wei`
          : formatAmount(value as bigint, ETHER);
      case "time":
        return clock(Number(value));
      case "duration":
        return formatDuration(Number(value));
      default:
        return plain(value, book, selectors);
    }
  });
  return `${name}(${shown.join(", ")})`;
}

function plain(value: unknown, book: AddressBook, selectors: Selectors): string {
  if (isHexString(value, 20)) return book.nameOf(getAddress(value));
  if (isHexString(value, 4)) return selectors.get(value) ?? value;
  if (isHexString(value, 32)) return wordInWords(value, book);
  return String(value);
}

/** Hours, minutes and seconds of a moment, UTC. */
export function clock(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(11, 19);
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`;
}
