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
  | { type: "payee"; data: { addresses: readonly Address[] } };

export const TRANSFER = "transfer(address,uint256)";
export const MAX_UINT128 = 2n ** 128n - 1n;
