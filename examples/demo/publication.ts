import { zeroAddress } from "viem";
import { type Limit, MAX_DURATION, MIN_DURATION, type Permission, type Policy } from "../../sdk/src/index.ts";
import type { Stage } from "./stage.ts";

/** A policy as anybody could send it: `definePolicy` would refuse some of these before the chain does. */
export function unchecked(permissions: Permission[], limits: Limit[] = []): Policy {
  return {
    app: "test.example",
    minDuration: MIN_DURATION,
    maxDuration: MAX_DURATION,
    maxCalls: 1_000,
    gasBudget: 10n ** 18n,
    selfPaid: true,
    paymaster: zeroAddress,
    permissions,
    limits,
  };
}

/** Publishes a policy, once, and returns the gas. */
export async function publication({ client, chain }: Stage, policy: Policy): Promise<bigint> {
  const { hash } = await client.publishPolicySync({ policy, account: chain.owner });
  if (hash === undefined) throw new Error("The policy was there already.");
  return (await chain.receiptOf(hash)).gasUsed;
}
