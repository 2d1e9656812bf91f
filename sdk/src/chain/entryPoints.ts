import { type Address, isAddressEqual } from "viem";
import {
  entryPoint06Address,
  entryPoint07Abi,
  entryPoint07Address,
  entryPoint08Abi,
  entryPoint08Address,
  entryPoint09Abi,
  entryPoint09Address,
} from "viem/account-abstraction";

/** The EntryPoints that Latchkey knows, as ERC-4337 numbers them. */
export type EntryPointVersion = "0.7" | "0.8" | "0.9";

/** The canonical EntryPoints. */
export const entryPoints = {
  "0.7": { abi: entryPoint07Abi, address: entryPoint07Address, version: "0.7" },
  "0.8": { abi: entryPoint08Abi, address: entryPoint08Address, version: "0.8" },
  "0.9": { abi: entryPoint09Abi, address: entryPoint09Address, version: "0.9" },
} as const;

/** Every EntryPoint that no policy can name as a target, v0.6 too. */
export const ENTRY_POINT_ADDRESSES: readonly Address[] = [
  entryPoint06Address,
  entryPoint07Address,
  entryPoint08Address,
  entryPoint09Address,
];

/** The version of an EntryPoint; undefined if it is none of these. */
export function entryPointVersionOf(entryPoint: Address): EntryPointVersion | undefined {
  return Object.values(entryPoints).find(({ address }) => isAddressEqual(address, entryPoint))?.version;
}
