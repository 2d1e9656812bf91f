import { estimateFeesPerGas, getBlock, getGasPrice } from "viem/actions";
import type { SessionClient } from "./client.ts";

export interface Fees {
  /** Wei: the most that one unit of gas costs now. */
  price: bigint;
  /** The same as fields of a transaction that pays exactly `price`, so that its cost is known to the wei. */
  exactly: { gasPrice: bigint } | { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };
}

/** Current fees, of chains with a base fee and without one. */
export async function feesOf(client: SessionClient): Promise<Fees> {
  const block = await getBlock(client);
  if (block.baseFeePerGas === null || block.baseFeePerGas === undefined) {
    const gasPrice = await getGasPrice(client);
    return { price: gasPrice, exactly: { gasPrice } };
  }
  const { maxFeePerGas: price } = await estimateFeesPerGas(client, { chain: client.chain, type: "eip1559" });
  // With a tip as high as the whole price, the price is paid whatever the base fee turns out to be.
  return { price, exactly: { maxFeePerGas: price, maxPriorityFeePerGas: price } };
}
