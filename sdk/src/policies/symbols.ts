import { type Address, getAddress, isAddressEqual, zeroAddress } from "viem";
import { safeText } from "../errors/safeText.ts";
import { isToken } from "./checkPolicy.ts";
import { NATIVE } from "./units.ts";

/** How a token's amounts are written. */
export interface TokenUnit {
  symbol: string;
  decimals: number;
}

/** What amounts are counted in. */
export interface UnitDescription {
  address: Address;
  kind: "native" | "counter" | "token";
  /**
   * As it can be shown behind a number: what could be taken for something else stands in quotes, with its address if it
   * is another's. Undefined if it is not known.
   */
  symbol: string | undefined;
  /** 0 if it is not known: amounts are base units then. */
  decimals: number;
}

/** Longest symbol that is shown, in characters. */
const LONGEST = 24;
/** Letters that nothing else looks like: those of ASCII, or of one of these scripts and no other. */
const PLAIN = /^(?:\p{ASCII}|\p{Sc})+$|^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}0-9]+$/u;
const WELL_FORMED = /^[\p{L}\p{Sc}][\p{L}\p{Sc}0-9._+$-]*$/u;
/** What is never a token's. */
const OF_THE_COIN = ["eth", "ether", "ethers", "gwei", "wei"];

/**
 * The units of one policy, by address: `ETH` is the native coin's alone, and no two read alike. A symbol is what a contract
 * says of itself.
 */
export class Units {
  private readonly known: ReadonlyMap<Address, TokenUnit>;
  private readonly coin: TokenUnit;

  constructor(tokens: Readonly<Record<Address, TokenUnit>>, coin: TokenUnit = NATIVE) {
    this.known = new Map(Object.entries(tokens).map(([address, unit]) => [getAddress(address), unit]));
    this.coin = coin;
  }

  of(address: Address): UnitDescription {
    const unit = getAddress(address);
    if (isAddressEqual(unit, zeroAddress)) {
      return { address: unit, kind: "native", symbol: safeText(this.coin.symbol), decimals: this.coin.decimals };
    }
    const known = this.known.get(unit);
    return {
      address: unit,
      kind: isToken(unit) ? "token" : "counter",
      symbol: known === undefined ? undefined : this.shown(unit, known.symbol),
      decimals: known?.decimals ?? 0,
    };
  }

  private shown(unit: Address, symbol: string): string {
    // A token without a symbol goes by its address.
    if (symbol === unit) return symbol;
    const marked = markedSymbol(symbol);
    const isTaken =
      [...OF_THE_COIN, this.coin.symbol.toLowerCase()].includes(symbol.trim().toLowerCase()) ||
      [...this.known].some(([other, { symbol: its }]) => other !== unit && markedSymbol(its) === marked);
    if (!isTaken) return marked;
    return `${marked.startsWith('"') ? marked : `"${marked}"`} of ${unit}`;
  }
}

/** Letters that could be others are written as \u{421}; what is no word by itself stands in quotes. */
function markedSymbol(symbol: string): string {
  const safe = safeText(symbol, LONGEST);
  const plain = PLAIN.test(safe)
    ? safe
    : [...safe].map((each) => (/[\p{ASCII}\p{Sc}…]/u.test(each) ? each : escaped(each))).join("");
  return WELL_FORMED.test(plain) ? plain : `"${plain.replaceAll('"', "\\u{22}")}"`;
}

const escaped = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`;
