import type { Block } from "viem";
import { getBlock } from "viem/actions";
import type { SessionClient } from "./client.ts";

export interface Clock {
  /** Unix seconds. */
  time: number;
  latest: Block;
}

/**
 * The chain's time, unix seconds: the later of the latest and the pending block's. A chain that makes no block while
 * nobody sends anything has a latest block of any age.
 */
export async function timeOf(client: SessionClient): Promise<number> {
  return (await clockOf(client)).time;
}

/** The chain's time, and the latest block. */
export async function clockOf(client: SessionClient): Promise<Clock> {
  const [latest, pending] = await Promise.all([
    getBlock(client),
    // Not every node has a pending block.
    getBlock(client, { blockTag: "pending" }).catch(() => undefined),
  ]);
  const times = [latest, pending].map((block) => Number(block?.timestamp ?? 0n));
  return { time: Math.max(...times), latest: latest as Block };
}
