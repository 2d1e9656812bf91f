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

/** Unix seconds, inclusive; a `validAfter` of 0 is now. */
export interface SessionWindow {
  validAfter: number;
  validUntil: number;
}

/**
 * The most that a session under this policy could take in a window, before it is registered: of each unit the least over
 * its limits, a limit's cap for each period that the window touches; and the gas budget. Only with `trusted` and `open`
 * empty is the number the whole truth.
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function worstLossOf(policy: Policy, window: SessionWindow): WorstLoss {
  return lossOf(policy, periodsIn(window));
}

/**
 * The most that a session of this length could take, whenever it starts.
 * @param duration seconds
 * @throws UnsafePolicyError if the policy is none that the chain publishes
 */
export function mostLossOf(policy: Policy, duration: number): WorstLoss {
  return lossOf(policy, periodsOf(duration));
}

/** How many periods of a limit a session touches at most. */
type Periods = (limit: Limit) => number;

function periodsIn({ validAfter, validUntil }: SessionWindow): Periods | undefined {
  const start = validAfter === 0 ? Math.floor(Date.now() / 1000) : validAfter;
  if (validUntil < start) return undefined;
  return ({ period, fromStart }) => {
    if (period === 0) return 1;
    const origin = fromStart ? start : 0;
    return Math.floor((validUntil - origin) / period) - Math.floor((start - origin) / period) + 1;
  };
}

/** Whenever it starts: at worst in the last second of a period that counts from the epoch. */
function periodsOf(duration: number): Periods | undefined {
  if (duration <= 0) return undefined;
  return ({ period, fromStart }) => {
    if (period === 0) return 1;
    return fromStart ? Math.ceil(duration / period) : Math.floor((duration + period - 2) / period) + 1;
  };
}

/** Without `periods` there is no session. */
function lossOf(policy: Policy, periods: Periods | undefined): WorstLoss {
  const checked = checkPolicy(policy);
  const trusted = checked.filter(({ trust }) => trust !== "counted").map(({ permission }) => permission.target);
  return {
    losses: leastLosses(policy, periods).map(({ limit, amount }) => ({ unit: getAddress(limit.unit), amount })),
    gas: periods === undefined ? 0n : policy.gasBudget,
    trusted: [...new Set(trusted.map((each) => getAddress(each)))].sort(compareUnits),
    open: checked.flatMap(({ trust }, i) => (trust === "open" ? [i] : [])),
  };
}

/** The most of one unit, and the limit that says so. */
export interface LeastLoss {
  limit: Limit;
  /** How many of the limit's periods a session touches. */
  periods: number;
  amount: bigint;
}

function leastLosses({ limits }: Policy, periods: Periods | undefined): LeastLoss[] {
  const losses = new Map<Address, LeastLoss>();
  for (const limit of limits) {
    const unit = getAddress(limit.unit);
    const touched = periods?.(limit) ?? 0;
    const product = limit.cap * BigInt(touched);
    const amount = product < maxUint256 ? product : maxUint256;
    const found = losses.get(unit);
    if (found === undefined || amount < found.amount) losses.set(unit, { limit, periods: touched, amount });
  }
  return [...losses.values()];
}

/** For each unit the limit that decides, in a window or in the longest one that the policy allows, whenever it starts. */
export function decidingLimits(policy: Policy, window?: SessionWindow): LeastLoss[] {
  return leastLosses(policy, window === undefined ? periodsOf(policy.maxDuration) : periodsIn(window));
}
