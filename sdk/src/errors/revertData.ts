import { type Hex, isHex } from "viem";

/** Revert data where nodes and libraries put it: never what was sent. */
export function revertDataIn(thrown: unknown): Hex | undefined {
  for (const { data } of objectsIn(thrown)) if (isHex(data)) return data;
  return undefined;
}

/** What was thrown and everything inside it, the nearest first. */
export function* objectsIn(thrown: unknown): Generator<Record<string, unknown>> {
  const seen = new Set<unknown>();
  const queue: unknown[] = [thrown];
  for (const value of queue) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const { data, error, info, cause } = value as Record<string, unknown>;
    yield value as Record<string, unknown>;
    queue.push(data, error, info, cause);
  }
}
