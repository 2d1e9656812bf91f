import type { Address } from "viem";
import type { Policy } from "../types.ts";

/** The most that a session can take. */
export interface WorstLoss {
  /** Base units per limited token. */
  losses: { token: Address; amount: bigint }[];
  /** Wei. */
  gas: bigint;
}

/**
 * The most that a session under this policy could take in a window, before it is registered: per token the cap for each
 * period that the window touches, and the gas budget.
 * @param window unix seconds, inclusive
 */
export function worstLossOf(policy: Policy, window: { validAfter: number; validUntil: number }): WorstLoss {
  const { validAfter, validUntil } = window;
  if (validUntil < validAfter) return { losses: policy.limits.map(({ token }) => ({ token, amount: 0n })), gas: 0n };
  const periods = (period: number) =>
    period === 0 ? 1 : Math.floor(validUntil / period) - Math.floor(validAfter / period) + 1;
  const losses = policy.limits.map(({ token, cap, period }) => ({ token, amount: cap * BigInt(periods(period)) }));
  return { losses, gas: policy.gasBudget };
}
