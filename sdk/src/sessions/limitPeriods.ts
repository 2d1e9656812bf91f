import type { Limit } from "../types.ts";

type Periodic = Pick<Limit, "period" | "fromStart">;

/** The period, counted from 0, that a second lies in: from the epoch, or from the session's start. Unix seconds. */
export function periodAt({ period, fromStart }: Periodic, start: number, time: number): number {
  return Math.floor((time - (fromStart ? start : 0)) / period);
}

/** The first second of a period. */
export function startOfPeriod({ period, fromStart }: Periodic, start: number, index: number): number {
  return (fromStart ? start : 0) + index * period;
}
