import { type Address, formatUnits, getAddress, zeroAddress } from "viem";
import { ANY_TARGET, type TokenUnit } from "../../sdk/src/index.ts";

type Tokens = Record<string, { address: Address; decimals: number }>;

const ETHER: TokenUnit = { symbol: "ETH", decimals: 18 };

/** What addresses are called and how amounts are written: of policy files, of descriptions, of the report. */
export class Names {
  /** For policy files. */
  readonly book: { contracts: Record<string, Address>; tokens: Tokens } = { contracts: {}, tokens: {} };
  /** By address, for descriptions. */
  readonly names: Record<Address, string> = { [zeroAddress]: ETHER.symbol, [ANY_TARGET]: "any contract" };
  readonly tokens: Record<Address, TokenUnit> = { [zeroAddress]: ETHER };

  /** Names an address; a token with its decimals. */
  add(name: string, address: Address, decimals?: number): void {
    this.book.contracts[name] = address;
    this.names[address] ??= name;
    if (decimals === undefined) return;
    this.book.tokens[name] = { address, decimals };
    this.tokens[address] = { symbol: name, decimals };
  }

  /** Names a counter of a policy: a unit that is no contract. */
  count(name: string, unit: Address): void {
    this.names[unit] = name;
    this.tokens[unit] = { symbol: name, decimals: 0 };
  }

  at(name: string): Address {
    return this.book.contracts[name]!;
  }

  /** The name of an address; the address, shortened, if it has none. */
  of(address: Address): string {
    return this.names[getAddress(address)] ?? shortHash(getAddress(address));
  }

  has(address: Address): boolean {
    return getAddress(address) in this.names;
  }

  /** `1500000000000000000n` of POKE is "1.5 POKE". */
  amount(amount: bigint, token: Address): string {
    const { symbol, decimals } = this.tokens[getAddress(token)] ?? {
      symbol: `units of ${this.of(token)}`,
      decimals: 0,
    };
    return `${formatUnits(amount, decimals)} ${symbol}`;
  }
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`;
}
