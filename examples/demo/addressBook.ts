import { getAddress, ZeroAddress } from "ethers";
import type { Address } from "viem";
import type { AddressBook as Book } from "../../sdk/src/policies/index.ts";
import { ANY_TARGET } from "../../test/support/reference/policy.ts";
import { ETHER, type Unit } from "./units.ts";

/** Names of contracts, and of tokens with their decimals: what a policy file's names stand for on one chain. */
export class AddressBook {
  readonly #addresses = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #decimals = new Map<string, number>();

  /** Names an address; a token with its decimals. */
  add(name: string, address: string, decimals?: number): this {
    const checksummed = getAddress(address);
    this.#addresses.set(name, checksummed);
    if (!this.#names.has(checksummed)) this.#names.set(checksummed, name);
    if (decimals !== undefined) this.#decimals.set(name, decimals);
    return this;
  }

  addressOf(name: string): string | undefined {
    return this.#addresses.get(name);
  }

  /** The name of an address; the address, shortened, if it has none. */
  nameOf(address: string): string {
    const checksummed = getAddress(address);
    if (checksummed === ZeroAddress) return ETHER.symbol;
    if (checksummed === ANY_TARGET) return "any contract";
    return this.#names.get(checksummed) ?? `${checksummed.slice(0, 6)}…${checksummed.slice(-4)}`;
  }

  /** Whether an address has a name. */
  has(address: string): boolean {
    return this.#names.has(getAddress(address));
  }

  /** Symbol and decimals of a token by its name, of the native coin by `ETH`. */
  unit(symbol: string): Unit | undefined {
    if (symbol === ETHER.symbol) return ETHER;
    const decimals = this.#decimals.get(symbol);
    return decimals === undefined ? undefined : { symbol, decimals };
  }

  /** Symbol and decimals of a token by its address; base units of an unknown one. */
  unitOf(token: string): Unit {
    const name = this.nameOf(token);
    return this.unit(name) ?? { symbol: `units of ${name}`, decimals: 0 };
  }

  /** As the client's reader of policy files takes it. */
  toBook(): Book {
    const tokens = [...this.#decimals].map(([symbol, decimals]) => [
      symbol,
      { address: this.#addresses.get(symbol)! as Address, decimals },
    ]);
    return { contracts: Object.fromEntries(this.#addresses), tokens: Object.fromEntries(tokens) } as Book;
  }

  names(): string[] {
    return [...this.#addresses.keys()];
  }
}
