import { type Address, concatHex, encodeAbiParameters, type Hex } from "viem";

/** Accounts that differ in how they choose a validator and how they want it installed; see docs/accounts.md. */
export type AccountFamily = "openZeppelin" | "reference" | "safe7579" | "nexus" | "kernel";

/** ERC-7579 module types. */
export const VALIDATOR = 1n;
export const EXECUTOR = 2n;
export type LatchkeyModuleType = typeof VALIDATOR | typeof EXECUTOR;

export interface Family {
  /** The 192-bit nonce key under which an account of this family asks `validator`. */
  nonceKey(validator: Address, lane: bigint): bigint;
  /** How many lanes there are: operations in different lanes never wait for each other. */
  lanes: bigint;
  /** The data of `installModule`. */
  installData(type: LatchkeyModuleType): Hex;
  /** The data of `uninstallModule`. `previous` is the entry in front of the module in the account's list. */
  uninstallData(previous: Address): Hex;
}

/** `address(1)`: the entry in front of the module that was installed last; to Kernel, "no hook". */
export const SENTINEL: Address = "0x0000000000000000000000000000000000000001";
const EXECUTE_SELECTOR: Hex = "0xe9ae5c53";

const bytes = { type: "bytes" } as const;
const inFront = (validator: Address, lane: bigint) => (BigInt(validator) << 32n) | lane;
const nothing = (): Hex => "0x";
const listed = (previous: Address) => encodeAbiParameters([{ type: "address" }, bytes], [previous, "0x"]);

export const families: Record<AccountFamily, Family> = {
  openZeppelin: { nonceKey: inFront, lanes: 1n << 32n, installData: nothing, uninstallData: nothing },
  reference: { nonceKey: inFront, lanes: 1n << 32n, installData: nothing, uninstallData: listed },
  safe7579: { nonceKey: inFront, lanes: 1n << 32n, installData: nothing, uninstallData: listed },
  nexus: {
    // `lane (3) | mode (1), 0 | validator (20)`
    nonceKey: (validator, lane) => (lane << 168n) | BigInt(validator),
    lanes: 1n << 24n,
    installData: nothing,
    uninstallData: listed,
  },
  kernel: {
    // `mode (1), 0 | type (1), 1 | validator (20) | lane (2)`
    nonceKey: (validator, lane) => (1n << 176n) | (BigInt(validator) << 16n) | lane,
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
  ["biconomy.nexus.", "nexus"],
  ["kernel.", "kernel"],
  ["rhinestone.safe7579.", "safe7579"],
  ["uMSA.", "reference"],
];

/** The family by what `accountId()` answers; OpenZeppelin's, whose layout most share, if it is not known. */
export function familyOf(accountId: string): AccountFamily {
  return IDS.find(([start]) => accountId.startsWith(start))?.[1] ?? "openZeppelin";
}
