import type { Address, Hex } from "viem";

/**
 * The part of ERC-7715 that a policy can say, after the text of 16 January 2026 (`wallet_requestExecutionPermissions`).
 * The ERC leaves the types of permissions and rules to others; these are the ones that wallets ship.
 */

/** One element of `params` of `wallet_requestExecutionPermissions`. */
export interface PermissionRequest {
  chainId: Hex;
  /** Who grants; the user chooses if it is left out. */
  from?: Address;
  /** Who acts: the session key. */
  to: Address;
  permission: RequestedPermission;
  rules?: readonly PermissionRule[];
}

interface PermissionBase<type extends string, data> {
  type: type;
  /** Whether the wallet may grant more or less. */
  isAdjustmentAllowed: boolean;
  data: data & {
    /** Unix seconds, inclusive; the moment of the grant if it is left out. */
    startTime?: number;
    /** What the user is told. */
    justification?: string;
  };
}

/** The permissions of ERC-7715 that a policy can keep. Amounts are hex. */
export type RequestedPermission =
  /** Wei in all. */
  | PermissionBase<"native-token-allowance", { allowanceAmount: Hex }>
  /** Wei in each period of so many seconds. */
  | PermissionBase<"native-token-periodic", { periodAmount: Hex; periodDuration: number }>
  /** Base units in all. */
  | PermissionBase<"erc20-token-allowance", { tokenAddress: Address; allowanceAmount: Hex }>
  /** Base units in each period of so many seconds. */
  | PermissionBase<"erc20-token-periodic", { tokenAddress: Address; periodAmount: Hex; periodDuration: number }>;

/** The rules of ERC-7715 that a policy can keep. */
export type PermissionRule =
  /** Unix seconds, exclusive: the first second at which the permission no longer holds. */
  | { type: "expiry"; data: { timestamp: number } }
  /** The only ones who may be paid. */
  | { type: "payee"; data: { addresses: readonly Address[] } }
  /** The only ones who may act: `to` alone. */
  | { type: "redeemer"; data: { addresses: readonly Address[] } };

/** The types that a policy can keep, and whether the coin or a token is meant, in all or in each period. */
export const PERMISSION_TYPES: Readonly<Record<string, { isNative: boolean; isPeriodic: boolean }>> = {
  "native-token-allowance": { isNative: true, isPeriodic: false },
  "native-token-periodic": { isNative: true, isPeriodic: true },
  "erc20-token-allowance": { isNative: false, isPeriodic: false },
  "erc20-token-periodic": { isNative: false, isPeriodic: true },
};

/** The rules that a policy can keep. */
export const RULE_TYPES = ["expiry", "payee", "redeemer"] as const;

/** What else wallets ship, and why no policy can keep it. */
export const REFUSED_TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["native-token-stream", "erc20-token-stream"].map((type) => [
      type,
      "a limit does not grow by the second; with `approximate` it is granted as a periodic one that never allows more.",
    ]),
  ),
  ...Object.fromEntries(
    ["erc20-token-revocation", "token-approval-revocation"].map((type) => [
      type,
      "a right over every token and spender cannot be bound; a policy names the approval that it takes back.",
    ]),
  ),
};

export const TRANSFER = "transfer(address,uint256)";
export const MAX_UINT128 = 2n ** 128n - 1n;
