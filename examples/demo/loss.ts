import type { Hex } from "viem";
import { readContract } from "viem/actions";
import { latchkeyLensAbi } from "../../sdk/src/generated/abi/index.ts";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import type { Session } from "./sessions.ts";
import type { Stage } from "./stage.ts";

const LENS = { abi: latchkeyLensAbi, address: latchkeyDeployment.lens } as const;

/** What the lens says that can be lost: amounts, gas, whom that number trusts, and what is open. */
export type ChainLoss = Awaited<ReturnType<typeof worstLoss>>;

/** Of a session, from now on. */
export function worstLoss({ client }: Stage, { principal, key }: Pick<Session, "principal" | "key">) {
  return readContract(client, { ...LENS, functionName: "worstLoss", args: [principal, key.address] });
}

/** Of a policy in a window, unix seconds, inclusive. */
export function worstLossIn({ client }: Stage, policyId: Hex, window: Record<"validAfter" | "validUntil", number>) {
  const args = [policyId, window.validAfter, window.validUntil] as const;
  return readContract(client, { ...LENS, functionName: "worstLossOf", args });
}
