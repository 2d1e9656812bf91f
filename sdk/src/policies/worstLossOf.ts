import { type Address, getAddress, maxUint256 } from "viem";
import type { Limit, Policy } from "../types.ts";
import { checkPolicy, compareUnits } from "./checkPolicy.ts";

/** The most that the account's own calls can take, and whom that number trusts. */
export interface WorstLoss {
  /** Base units for each unit that has a limit, ascending by unit. Counters say how much may happen, not what is lost. */
  losses: { unit: Address; amount: bigint }[];
  /** Wei. */
  gas: bigint;
  /** Targets of every permission that is not counted, each once, ascending; `ANY_TARGET` for any contract. */
  trusted: Address[];
  /** Positions, in the policy's `permissions`, of those with arguments that may say anything. */
  open: number[];
}

/**
 * The most that a session under this policy could take in a window, before it is registered: of each unit the least over
 * its limits, a limit's cap for each period that the window touches; and the gas budget. Only with `trusted` and `open`
 * empty is the number the whole truth.
 * @param window unix seconds, inclusive; a `validAfter` of 0 is now
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function worstLossOf(policy: Policy, window: { validAfter: number; validUntil: number }): WorstLoss {
  const { validAfter, validUntil } = window;
  const start = validAfter === 0 ? Math.floor(Date.now() / 1000) : validAfter;
  return lossOf(
    policy,
    validUntil < start
      ? undefined
      : ({ period, fromStart }) => {
          if (period === 0) return 1;
          const origin = fromStart ? start : 0;
          return Math.floor((validUntil - origin) / period) - Math.floor((start - origin) / period) + 1;
        },
  );
}

/**
 * The most that a session of this length could take, whenever it starts.
 * @param duration seconds
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function mostLossOf(policy: Policy, duration: number): WorstLoss {
  return lossOf(
    policy,
    duration <= 0
      ? undefined
      : ({ period, fromStart }) => {
          if (period === 0) return 1;
          return fromStart ? Math.ceil(duration / period) : Math.floor((duration + period - 2) / period) + 1;
        },
  );
}

/** `periods` says how many of a limit a session touches; without it there is no session. */
function lossOf(policy: Policy, periods: ((limit: Limit) => number) | undefined): WorstLoss {
  const checked = checkPolicy(policy);
  const losses = new Map<Address, bigint>();
  for (const limit of policy.limits) {
    const unit = getAddress(limit.unit);
    const amount = limit.cap * BigInt(periods?.(limit) ?? 0);
    const least = [amount, losses.get(unit) ?? maxUint256, maxUint256].reduce((a, b) => (a < b ? a : b));
    losses.set(unit, least);
  }
  const trusted = checked.filter(({ trust }) => trust !== "counted").map(({ permission }) => permission.target);
  return {
    losses: [...losses].map(([unit, amount]) => ({ unit, amount })),
    gas: periods === undefined ? 0n : policy.gasBudget,
    trusted: [...new Set(trusted.map((each) => getAddress(each)))].sort(compareUnits),
    open: checked.flatMap(({ trust }, i) => (trust === "open" ? [i] : [])),
  };
}
