import { getBlock } from "viem/actions";
import type { SessionClient } from "./client.ts";

/**
 * The chain's time, unix seconds: the later of the latest and the pending block's. A chain that makes no block while
 * nobody sends anything has a latest block of any age.
 */
export async function timeOf(client: SessionClient): Promise<number> {
  const [latest, pending] = await Promise.all([
    getBlock(client),
    // Not every node has a pending block.
    getBlock(client, { blockTag: "pending" }).catch(() => undefined),
  ]);
  const times = [latest, pending].map((block) => Number(block?.timestamp ?? 0n));
  return Math.max(...times);
}
