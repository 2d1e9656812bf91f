import { isHex } from "viem";
import type { Route } from "../../sdk/src/index.ts";
import { formatRefusal, type Refusal } from "./refusal.ts";

/** The error that a step is to be refused with, exactly. */
export type Expected = [name: string, args: unknown[]];

/** Why an error is not the expected one; undefined if it is. On route `userOperation` an EntryPoint wraps it. */
export function wrong(refusal: Refusal, route: Route | undefined, [name, args]: Expected): string | undefined {
  if (route === "userOperation" && name !== "FailedOp" && refusal.wrapped !== "AA23 reverted") {
    return `Expected the EntryPoint to pass on ${name}, found ${formatRefusal(refusal)}.`;
  }
  const isSame = JSON.stringify(refusal.args.map(comparable)) === JSON.stringify(args.map(comparable));
  if (refusal.name === name && isSame) return undefined;
  return `Expected ${name}(${args.map(comparable).join(", ")}), found ${formatRefusal(refusal)}.`;
}

function comparable(value: unknown): string {
  return isHex(value) ? value.toLowerCase() : String(value);
}
