import { type Address, concatHex, encodeAbiParameters, encodeFunctionData, type Hex, parseAbi } from "viem";
import { InvalidWalletTypeError } from "../errors/clientErrors.ts";
import { latchkeyAccount7702Abi } from "../generated/abi/latchkeyAccount7702Abi.ts";
import type { SessionCall } from "../types.ts";

/** Accounts that differ in how they choose a validator and how they want it installed; see docs/guides/accounts.md. */
export type AccountFamily =
  "openZeppelin" | "latchkeyAccount" | "latchkeyAccount7702" | "reference" | "safe7579" | "nexus" | "kernel";

/** ERC-7579 module types. */
export const VALIDATOR = 1n;
export const EXECUTOR = 2n;
export type LatchkeyModuleType = typeof VALIDATOR | typeof EXECUTOR;

/** `address(1)`: in front of the module that was installed last in an account's list; to Kernel, "no hook". */
export const SENTINEL: Address = "0x0000000000000000000000000000000000000001";

export interface Family {
  /** The 192-bit nonce key under which an account of this family asks `validator`. */
  nonceKey(validator: Address, lane: bigint): bigint;
  /** The types that are installed one by one: where Latchkey is built in, one call installs both. */
  types: readonly LatchkeyModuleType[];
  /** How many lanes there are: operations in different lanes never wait for each other. */
  lanes: bigint;
  /** The data of `installModule`. */
  installData(type: LatchkeyModuleType): Hex;
  /** The data of `uninstallModule`; `previous` is the entry in front of the module in the account's list. */
  uninstallData(previous: Address): Hex;
}

const EXECUTE_SELECTOR: Hex = "0xe9ae5c53";
const bytes = { type: "bytes" } as const;
const inFront = (validator: Address, lane: bigint) => (BigInt(validator) << 32n) | lane;
const nothing = (): Hex => "0x";
const listed = (previous: Address) => encodeAbiParameters([{ type: "address" }, bytes], [previous, "0x"]);
const openZeppelin: Family = {
  // `validator (20) | lane (4)`
  nonceKey: inFront,
  types: [VALIDATOR, EXECUTOR],
  lanes: 1n << 32n,
  installData: nothing,
  uninstallData: nothing,
};

const builtIn: Family = { ...openZeppelin, types: [VALIDATOR] };

export const families: Record<AccountFamily, Family> = {
  openZeppelin,
  latchkeyAccount: builtIn,
  latchkeyAccount7702: builtIn,
  reference: { ...openZeppelin, uninstallData: listed },
  safe7579: { ...openZeppelin, uninstallData: listed },
  nexus: {
    // `lane (3) | mode (1), 0 | validator (20)`
    nonceKey: (validator, lane) => (lane << 168n) | BigInt(validator),
    types: [VALIDATOR, EXECUTOR],
    lanes: 1n << 24n,
    installData: nothing,
    uninstallData: listed,
  },
  kernel: {
    // `mode (1), 0 | type (1), 1 | validator (20) | lane (2)`
    nonceKey: (validator, lane) => (1n << 176n) | (BigInt(validator) << 16n) | lane,
    types: [VALIDATOR, EXECUTOR],
    lanes: 1n << 16n,
    // Without the selector Kernel installs the validator and lets it validate nothing.
    installData: (type) =>
      type === VALIDATOR
        ? concatHex([SENTINEL, encodeAbiParameters([bytes, bytes, bytes], ["0x", "0x", EXECUTE_SELECTOR])])
        : concatHex([SENTINEL, encodeAbiParameters([bytes, bytes], ["0x", "0x"])]),
    uninstallData: nothing,
  },
};

/** What accounts say of themselves, `vendor.account.version`, and their family. */
const IDS: [start: string, family: AccountFamily][] = [
  ["latchkey.LatchkeyAccount.", "latchkeyAccount"],
  ["latchkey.LatchkeyAccount7702.", "latchkeyAccount7702"],
  ["biconomy.nexus.", "nexus"],
  ["kernel.advanced.v0.3.", "kernel"],
  ["rhinestone.safe7579.", "safe7579"],
  ["uMSA.", "reference"],
];

/**
 * The family by what `accountId()` answers; OpenZeppelin's, whose layout most share, if it is not known. Of Kernel another
 * version is another account.
 */
export function familyOf(accountId: string, account: Address): AccountFamily {
  const family = IDS.find(([start]) => accountId.startsWith(start))?.[1];
  if (family !== undefined) return family;
  if (!accountId.startsWith("kernel.")) return "openZeppelin";
  throw new InvalidWalletTypeError(account, "This version of Kernel is not known.");
}

const moduleAbi = parseAbi([
  "function installModule(uint256 moduleTypeId, address module, bytes initData)",
  "function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)",
]);

export function installCall(
  account: Address,
  latchkey: Address,
  family: Family,
  type: LatchkeyModuleType,
): SessionCall {
  const args = [type, latchkey, family.installData(type)] as const;
  return { to: account, data: encodeFunctionData({ abi: moduleAbi, functionName: "installModule", args }) };
}

export function uninstallCall(
  account: Address,
  latchkey: Address,
  type: LatchkeyModuleType,
  deInitData: Hex,
): SessionCall {
  const args = [type, latchkey, deInitData] as const;
  return { to: account, data: encodeFunctionData({ abi: moduleAbi, functionName: "uninstallModule", args }) };
}

/** Ends every session of a wallet that delegates to `LatchkeyAccount7702`, forgets every module, and installs Latchkey. */
export function initialize7702Call(account: Address, latchkey: Address): SessionCall {
  const data = encodeFunctionData({ abi: latchkeyAccount7702Abi, functionName: "initialize", args: [latchkey] });
  return { to: account, data };
}

/** The code of a wallet that delegates with EIP-7702, as nodes give it. */
export function delegationTo(delegate: Address): Hex {
  return concatHex(["0xef0100", delegate.toLowerCase() as Hex]);
}
