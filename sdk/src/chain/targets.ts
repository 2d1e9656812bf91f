import { type Address, type Hex, isAddressEqual, maxUint256, parseAbi, size, slice, zeroAddress, zeroHash } from "viem";
import { getCode, getStorageAt } from "viem/actions";
import { ask } from "./ask.ts";
import type { SessionClient } from "./client.ts";

/** Where proxies keep the address of their code: ERC-1967, its beacon, ERC-1822, and OpenZeppelin's of before. */
const SLOTS = {
  implementation: "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  beacon: "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
  proxiable: "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
  zos: "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
} as const;

/** ERC-1167, and the shorter form with PUSH0; immutable arguments may follow. */
const MINIMAL_PROXIES = [
  /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/,
  /^0x365f5f375f5f365f73([0-9a-f]{40})5af43d5f5f3e5f3d91602a57fd5bf3/,
];

/** What stands at an address, and who decides what it does. */
export interface Target {
  address: Address;
  /** "0x" if there is none. */
  code: Hex;
  kind: "none" | "contract" | "delegated" | "minimal-proxy" | "proxy" | "beacon-proxy";
  /** The contract whose code runs; undefined if it is the address's own. */
  implementation: Address | undefined;
  /** The code that runs. */
  running: Hex;
}

const beaconAbi = parseAbi(["function implementation() view returns (address)"]);

export async function readTarget(client: SessionClient, address: Address): Promise<Target> {
  const code = (await getCode(client, { address })) ?? "0x";
  const found = code === "0x" ? undefined : await implementationOf(client, address, code);
  if (found === undefined) {
    return { address, code, kind: code === "0x" ? "none" : "contract", implementation: undefined, running: code };
  }
  const running = (await getCode(client, { address: found.implementation })) ?? "0x";
  return { address, code, ...found, running };
}

async function implementationOf(client: SessionClient, address: Address, code: Hex) {
  if (code.startsWith("0xef0100") && size(code) === 23) {
    return { kind: "delegated" as const, implementation: slice(code, 3) as Address };
  }
  for (const form of MINIMAL_PROXIES) {
    const [, digits] = form.exec(code) ?? [];
    if (digits !== undefined) return { kind: "minimal-proxy" as const, implementation: `0x${digits}` as Address };
  }
  for (const slot of [SLOTS.implementation, SLOTS.proxiable, SLOTS.zos]) {
    const implementation = await addressAt(client, address, slot);
    if (implementation !== undefined) return { kind: "proxy" as const, implementation };
  }
  const beacon = await addressAt(client, address, SLOTS.beacon);
  if (beacon === undefined) return undefined;
  const answer = await ask(client, { abi: beaconAbi, address: beacon, functionName: "implementation" });
  return { kind: "beacon-proxy" as const, implementation: answer ?? beacon };
}

async function addressAt(client: SessionClient, address: Address, slot: Hex): Promise<Address | undefined> {
  const word = (await getStorageAt(client, { address, slot })) ?? zeroHash;
  if (size(word) !== 32 || !/^0x0{24}/.test(word)) return undefined;
  const found = slice(word, 12) as Address;
  return isAddressEqual(found, zeroAddress) ? undefined : found;
}

/** Whether code compares anything with a selector: it stands in it, without its leading zeros, wherever it dispatches. */
export function hasSelector(code: Hex, selector: Hex): boolean {
  const digits = selector.slice(2).replace(/^(00)+/, "");
  for (let at = code.indexOf(digits, 2); at !== -1; at = code.indexOf(digits, at + 1)) {
    if (at % 2 === 0) return true;
  }
  return false;
}

const moduleAbi = parseAbi([
  "function isModuleType(uint256 moduleTypeId) view returns (bool)",
  "function isModuleInstalled(uint256 moduleTypeId, address module, bytes additionalContext) view returns (bool)",
  "function isModuleEnabled(address module) view returns (bool)",
  "function entryPoint() view returns (address)",
]);

/** Validator, executor, fallback handler, hook. */
const MODULE_TYPES = [1n, 2n, 3n, 4n];

/** Whether a contract says of itself that it is a module of ERC-7579. */
export async function isModule(client: SessionClient, address: Address): Promise<boolean> {
  const says = (type: bigint) => ask(client, { abi: moduleAbi, address, functionName: "isModuleType", args: [type] });
  // A contract that says yes to everything says nothing.
  const [nonsense, ...answers] = await Promise.all([maxUint256, ...MODULE_TYPES].map(says));
  return nonsense !== true && answers.includes(true);
}

/**
 * Whether an account has a contract installed: as a module of ERC-7579, a fallback handler for any of the selectors, a
 * module of a Safe, or as its EntryPoint. An account that does not answer has none.
 */
export async function isInstalled(
  client: SessionClient,
  account: Address,
  module: Address,
  selectors: readonly Hex[],
): Promise<boolean> {
  const asked = MODULE_TYPES.flatMap((type) =>
    (type === 3n ? selectors : ["0x" as Hex]).map((context) => [type, module, context] as const),
  );
  const at = { abi: moduleAbi, address: account } as const;
  const [entryPoint, ...answers] = await Promise.all([
    ask(client, { ...at, functionName: "entryPoint" }),
    ask(client, { ...at, functionName: "isModuleEnabled", args: [module] }),
    ...asked.map((args) => ask(client, { ...at, functionName: "isModuleInstalled", args })),
  ]);
  return answers.includes(true) || (entryPoint !== undefined && isAddressEqual(entryPoint, module));
}
