import type { Address, Hex } from "viem";

/** What one rule asks of one argument: `RuleKind` of contracts/types/Policy.sol. */
export const RuleKind = {
  EQUAL: 0,
  NOT_EQUAL: 1,
  ONE_OF: 2,
  EQUAL_PRINCIPAL: 3,
  LESS_OR_EQUAL: 4,
  GREATER_OR_EQUAL: 5,
  EQUAL_HASH: 6,
  ONE_OF_HASH: 7,
} as const;
export type RuleKind = (typeof RuleKind)[keyof typeof RuleKind];

/** A condition on one argument. All rules of a permission must hold. */
export interface Rule {
  kind: RuleKind;
  /** Head word of the argument, counted from 0 behind the selector. */
  word: number;
  values: readonly Hex[];
}

/** One thing that a session key may do. */
export interface Permission {
  target: Address;
  /** `"transfer(address,uint256)"`; `"*"` for every method of a concrete target; `""` for a plain native transfer. */
  method: string;
  /** Wei in one call, inclusive. */
  maxValue: bigint;
  /** Token whose limit is drawn on; address 0 for none. */
  spendToken: Address;
  /** Head word that holds the amount, if `spendToken` is set and `spendAmount` is 0. */
  amountArgument: number;
  /** Base units; 0 to read `amountArgument`. */
  spendAmount: bigint;
  rules: readonly Rule[];
  consumable: boolean;
}

/** How much of one token a session may spend. */
export interface Limit {
  /** Address 0 is the native coin. */
  token: Address;
  /** Base units, inclusive. */
  cap: bigint;
  /** Seconds; 0 for the session's lifetime. */
  period: number;
}

/** What a session key may do: immutable, and named by its EIP-712 hash, the policy's id. */
export interface Policy {
  /** At most 31 characters of printable ASCII, as 32 bytes. */
  app: Hex;
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
