import { formatUnits, getAddress, hexToBigInt, isAddressEqual, slice, zeroAddress, type Address, type Hex } from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { wordsOf, type AddressBook } from "../../sdk/src/policies/addressBook.ts";
import type { TokenUnit } from "../../sdk/src/policies/describePolicy.ts";
import { NATIVE } from "../../sdk/src/policies/units.ts";

/** What the demo calls its addresses: the client's address book, read in both directions. */
export class Names {
  readonly #addresses = new Map<string, Address>();
  readonly #decimals = new Map<string, number>();

  /** Names an address; a token with its decimals. */
  add(name: string, address: string, decimals?: number): this {
    this.#addresses.set(name, getAddress(address));
    if (decimals !== undefined) this.#decimals.set(name, decimals);
    return this;
  }

  addressOf(name: string): Address | undefined {
    return this.#addresses.get(name);
  }

  /** The name of an address; the address, shortened, if it has none. */
  nameOf(address: string): string {
    const checksummed = getAddress(address);
    if (isAddressEqual(checksummed, zeroAddress)) return NATIVE.symbol;
    if (isAddressEqual(checksummed, ANY_TARGET)) return "any contract";
    return this.#named(checksummed) ?? `${checksummed.slice(0, 6)}…${checksummed.slice(-4)}`;
  }

  /** "1.5 POKE": an amount of a token, or of the native coin where the token is address 0. */
  amount(token: string, amount: bigint): string {
    const { symbol, decimals } = this.#unitOf(token);
    return `${formatUnits(amount, decimals)} ${symbol}`;
  }

  /** A word of calldata: a known address by its name, a short number as such, anything else shortened. */
  word(value: Hex): string {
    const number = hexToBigInt(value);
    const name = number >> 160n === 0n && number >> 64n !== 0n ? this.#named(getAddress(slice(value, 12))) : undefined;
    return name ?? (number < 2n ** 80n ? String(number) : `${value.slice(0, 6)}…${value.slice(-4)}`);
  }

  /** As the client's reader of policy files takes it. */
  book(): AddressBook {
    const tokens = [...this.#decimals].map(([symbol, decimals]) => [
      symbol,
      { address: this.#addresses.get(symbol)!, decimals },
    ]);
    return { contracts: Object.fromEntries(this.#addresses), tokens: Object.fromEntries(tokens) } as AddressBook;
  }

  /** As the client's descriptions take it. */
  words(): ReturnType<typeof wordsOf> {
    return wordsOf(this.book());
  }

  all(): string[] {
    return [...this.#addresses.keys()];
  }

  #named(address: Address): string | undefined {
    return [...this.#addresses].find(([, each]) => each === address)?.[0];
  }

  #unitOf(token: string): TokenUnit {
    if (isAddressEqual(token as Address, zeroAddress)) return NATIVE;
    const name = this.nameOf(token);
    const decimals = this.#decimals.get(name);
    return decimals === undefined ? { symbol: `units of ${name}`, decimals: 0 } : { symbol: name, decimals };
  }
}
