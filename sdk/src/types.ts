import type { Abi, Address, Hex } from "viem";

/** The tests of a rule, as they are signed; their order is that of `RuleTest` of contracts/types/RuleTest.sol. */
export const RULE_TESTS = [
  "is",
  "is not",
  "is one of",
  "is the principal",
  "is one of or the principal",
  "is at least",
  "is at most",
  "has the content",
  "has one of the contents",
  "is at least at rate",
  "is at most at rate",
] as const;
/** What one rule asks of one argument. */
export type RuleTest = (typeof RULE_TESTS)[number];

/** A condition on one argument. All rules of a permission must hold. */
export interface Rule {
  /** A path, `"0.4"`, `"1[*]"`, `"1[0]:2"` or `"1.length"`; `"value"` is the call's wei. */
  argument: string;
  test: RuleTest;
  /** The other side of a rate, a path or `"value"`; otherwise empty. */
  per: string;
  /** Values of an `address`, ascending; otherwise empty. */
  addresses: readonly Address[];
  /** Values of a number, a `bool` (0 or 1) or a length, ascending; numerator and denominator of a rate. */
  numbers: readonly bigint[];
  /** Values of a `bytesN` or `function`, left-aligned, or keccak256 of contents, ascending. */
  words: readonly Hex[];
}

/** What one call takes from a unit. */
export interface Spend {
  /** A token or a counter; the native coin is drawn by the call's value. */
  unit: Address;
  /** Path of the number that is counted, with `[*]` the sum; empty for a constant. */
  argument: string;
  /** The constant, in base units; 0 where an argument says it. */
  amount: bigint;
  /** The argument is multiplied by 10^scale, 0 to 30; of counters alone. */
  scale: number;
}

/** How `bytes` among the arguments are read; paths go on inside behind a `:`. */
export interface Inner {
  /** Path of a `bytes`. */
  argument: string;
  /** `"(address,uint256)"` for an encoding of those types, `"sweep(address,uint256)"` for a call of that method. */
  types: string;
}

/** One thing that a session key may do. Several of one target and method are alternatives: the first that holds decides. */
export interface Permission {
  target: Address;
  /** `"transfer(address,uint256)"`; `"*"` for every method of a concrete target; `""` for a plain native transfer. */
  method: string;
  /** Wei in one call, inclusive. */
  maxValue: bigint;
  spends: readonly Spend[];
  rules: readonly Rule[];
  inner: readonly Inner[];
  /** The target itself may ask for this call (route `asked`). */
  consumable: boolean;
  /** Paths of arguments that may say anything; `"*"` alone for all that is not bound, and for bytes behind them. */
  open: readonly string[];
}

/** How much of one unit a session may spend, over all permissions and routes. */
export interface Limit {
  /** Address 0 is the native coin, 1 to 65,535 a counter that this policy alone gives a meaning, else a token. */
  unit: Address;
  /** Base units in each period, inclusive. */
  cap: bigint;
  /** Seconds; 0 for the session's lifetime. */
  period: number;
  /** Whether periods count from the session's start; otherwise from the unix epoch. */
  fromStart: boolean;
}

/** What a session key may do: immutable, and named by its EIP-712 hash, the policy's id. */
export interface Policy {
  /** A label that grants nothing: 1 to 31 characters of printable ASCII. */
  app: string;
  /** Seconds, inclusive. */
  minDuration: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  maxCalls: number;
  /** Wei, a whole number of gwei: the most that the operations of one session may cost. */
  gasBudget: bigint;
  /** Whether an operation may take its gas from the principal. */
  selfPaid: boolean;
  /** Address 0 for none. */
  paymaster: Address;
  permissions: readonly Permission[];
  limits: readonly Limit[];
}

/** One call to be made for the principal, as viem writes calls. */
export interface SessionCall {
  to: Address;
  /** Wei. */
  value?: bigint | undefined;
  data?: Hex | undefined;
}

/** One call by its ABI, as `writeContract` of viem takes it, with `to` for the contract's address. */
export interface ContractCall {
  to: Address;
  abi: Abi | readonly unknown[];
  functionName: string;
  args?: readonly unknown[] | undefined;
  /** Wei. */
  value?: bigint | undefined;
}

/** What is known of an operation's gas and of who pays it. Gas in units, fees in wei per unit. */
export interface OperationFields {
  callGasLimit?: bigint;
  verificationGasLimit?: bigint;
  preVerificationGas?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  paymaster?: Address;
  paymasterData?: Hex;
  paymasterVerificationGasLimit?: bigint;
  paymasterPostOpGasLimit?: bigint;
}

/** The ways to act: `Route` of contracts/types/Grant.sol. */
export const Route = { userOperation: 0, direct: 1, relayed: 2, forwarded: 3, asked: 4 } as const;
export type Route = keyof typeof Route;

/** Where a session stands: `Status` of contracts/types/Grant.sol, by its number. */
export const STATUSES = ["None", "Pending", "Active", "Expired", "Exhausted", "Revoked"] as const;
/** Where a session stands, by its name. */
export type SessionStatus = (typeof STATUSES)[number];

/** What a principal signs or sends to register a session. */
export interface Grant {
  key: Address;
  /** "0x" for secp256k1; `x ++ y`, 64 bytes, for P-256. */
  publicKey: Hex;
  policyId: Hex;
  /** Unix seconds, inclusive; 0 for the moment of registration, any other also in the past. */
  validAfter: number;
  /** Unix seconds, inclusive. */
  validUntil: number;
  maxCalls: number;
  lane: bigint;
  /** The key that may be ended in that lane; `ANY_KEY` for whoever lives there, address 0 for nobody. */
  replaces: Address;
}
