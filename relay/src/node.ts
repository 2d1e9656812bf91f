import { type Address, type Client, createClient, type Hash, http, type HttpTransport } from "viem";
import { getBalance, getBlock, getChainId, getTransactionCount } from "viem/actions";

/** A client of the node. Questions that are asked at once go as one request. */
export type NodeClient = Client<HttpTransport>;

export function clientOf(url: string, timeout: number): NodeClient {
  const transport = http(url, { timeout, retryCount: 0, batch: { batchSize: 100, wait: 0 } });
  return createClient({ transport, cacheTime: 0, pollingInterval: 1_000 });
}

/** Why nothing is accepted, while nothing is. */
export type Trouble =
  { kind: "unreachable"; message: string } | { kind: "chain"; message: string } | { kind: "behind"; message: string };

/** What one look at the chain said. */
export interface Head {
  number: bigint;
  hash: Hash;
  /** Unix seconds. */
  timestamp: number;
  /** Transactions of the sender in blocks up to this one. */
  nonce: number;
  /** Wei of the sender. */
  balance: bigint;
  /** Wei per gas: what is offered now. */
  maxFee: bigint;
  tip: bigint;
}

/** Asks for everything that a look at the chain needs. */
export async function lookAt(client: NodeClient, sender: Address): Promise<Head & { chainId: number }> {
  const [chainId, block, nonce, balance, tip] = await Promise.all([
    getChainId(client),
    getBlock(client, { blockTag: "latest" }),
    getTransactionCount(client, { address: sender, blockTag: "latest" }),
    getBalance(client, { address: sender, blockTag: "latest" }),
    tipOf(client),
  ]);
  const { number, hash, timestamp, baseFeePerGas } = block;
  if (baseFeePerGas === null) throw new Error("The chain has no base fee (EIP-1559): this relay cannot price its gas.");
  return {
    ...{ chainId, number, hash, timestamp: Number(timestamp), nonce: Number(nonce), balance, tip },
    // Room for six full blocks.
    maxFee: baseFeePerGas * 2n + tip,
  };
}

const LEAST_TIP = 1_000_000n;

async function tipOf(client: NodeClient): Promise<bigint> {
  try {
    const tip = BigInt((await client.request({ method: "eth_maxPriorityFeePerGas" })) as string);
    return tip > LEAST_TIP ? tip : LEAST_TIP;
  } catch (thrown) {
    if (/method|support|exist|found/i.test(String((thrown as { details?: string }).details))) return 10n ** 9n;
    throw thrown;
  }
}

/** What a node said when it did not do what was asked, without what was asked: that holds signatures. */
export function wordsOf(thrown: unknown): string {
  const { details, shortMessage, message } = thrown as Record<string, unknown>;
  const text = [details, shortMessage, message].find((each) => typeof each === "string") ?? String(thrown);
  return (text as string)
    .replaceAll(/0x[0-9a-f]{130,}/gi, "0x…")
    .replaceAll(/https?:\/\/\S+/g, "the node")
    .slice(0, 200);
}
