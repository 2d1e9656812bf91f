import { getBlock } from "viem/actions";
import type { SessionClient } from "./client.ts";

/** Unix seconds of the latest block. */
export async function timeOf(client: SessionClient): Promise<number> {
  return Number((await getBlock(client)).timestamp);
}
