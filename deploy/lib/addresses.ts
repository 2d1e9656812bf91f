import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ChainAddresses } from "./release.ts";

/** Where each contract stands, by chain id. The only place that says so. */
export type Addresses = Record<string, ChainAddresses>;

export const ADDRESSES_FILE = fileURLToPath(new URL("../addresses.json", import.meta.url));

export function readAddresses(file: string = ADDRESSES_FILE): Addresses {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Addresses) : {};
}

/** Writes one chain's addresses beside those of the others. */
export function writeAddresses(chainId: bigint, addresses: Addresses[string], file: string = ADDRESSES_FILE): void {
  // Keys that are numbers keep their order by themselves.
  const all: Addresses = { ...readAddresses(file), [chainId.toString()]: addresses };
  writeFileSync(file, JSON.stringify(all, null, 2) + "\n");
}
