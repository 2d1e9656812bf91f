import { sendCalls, waitForCallsStatus } from "viem/actions";
import type { SessionCall } from "latchkey";
import type { OwnerClient } from "@/session/progress.ts";

/**
 * Calls of the wallet's own: in one batch if it takes batches (ERC-5792), else in a transaction each. Resolves when the
 * chain has them all.
 */
export async function makeOwnCalls(
  client: OwnerClient,
  calls: readonly SessionCall[],
  onSubmitted: () => void,
): Promise<void> {
  const { id } = await sendCalls(client, {
    account: client.account,
    chain: client.chain!,
    calls: calls.map(({ to, data, value }) => ({ to, data, value })),
    experimental_fallback: true,
    experimental_fallbackDelay: 0,
  });
  onSubmitted();
  const { status } = await waitForCallsStatus(client, { id, throwOnFailure: true });
  if (status !== "success") throw new Error("The chain has refused a part of it. Look at what stands.");
}
