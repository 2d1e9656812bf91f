import { latchkeyDeployment, STATUSES } from "latchkey";
import { latchkeyAbi, latchkeyLensAbi } from "latchkey/abi";
import {
  type Address,
  BaseError,
  createPublicClient,
  getAbiItem,
  type Hash,
  http,
  HttpRequestError,
  numberToHex,
  RpcRequestError,
  TimeoutError,
} from "viem";
import type { SampledLimit } from "../ponder.schema.ts";
import { readSettings } from "../settings.ts";

const settings = readSettings(process.env);

/** Waits in seconds between two tries, until they stay at the last. */
const PAUSES = [0.1, 0.3, 1, 3, 5];
/** How often a node is asked for a state that it says it does not have: one behind a balancer may be late. */
const TRIES = 4;

/**
 * The node, past Ponder's own client: that one keeps what it has read by the number of a block, also of a block that a
 * reorganisation has taken away while the index was down. Here everything is read by the block's hash.
 */
const node = createPublicClient({ transport: http(settings.nodeUrl, { retryCount: 0, timeout: 10_000 }) });

/** What the lens says of a session at the end of a block. */
export interface SampledState {
  /** No calls are left of a session that is over, whatever it has done. */
  isOver: boolean;
  registration: bigint;
  callsLeft: number;
  gasLeft: bigint;
  limits: SampledLimit[];
}

const KEYS = 25;

const USED = getAbiItem({ abi: latchkeyAbi, name: "SessionUsed" });

/** The states of some keys of a principal, in their order; undefined where no node has the state of that block. */
export async function statesAt(
  blockHash: Hash,
  principal: Address,
  keys: readonly Address[],
): Promise<SampledState[] | undefined> {
  const found: SampledState[] = [];
  for (let i = 0; i < keys.length; i += KEYS) {
    const states = await answered(() =>
      node.readContract({
        abi: latchkeyLensAbi,
        address: latchkeyDeployment.lens,
        functionName: "getSessions",
        args: [principal, keys.slice(i, i + KEYS)],
        blockHash,
      }),
    );
    if (states === undefined) return undefined;
    for (const { status, registration, callsLeft, gasLeft, limits } of states) {
      found.push({
        isOver: STATUSES[status] === "Expired" || STATUSES[status] === "Revoked",
        registration: BigInt(registration),
        ...{ callsLeft, gasLeft },
        limits: limits.map(({ limit: { unit, cap, period, fromStart }, left, refillsAt }) => ({
          unit: unit.toLowerCase() as Address,
          cap: String(cap),
          ...{ period, fromStart },
          left: String(left),
          refillsAt,
        })),
      });
    }
  }
  return found;
}

/** How often a session acted in a transaction without an EntryPoint; undefined where no node shows that block. */
export async function usesIn(
  blockHash: Hash,
  transactionHash: Hash,
  { principal, key }: { principal: Address; key: Address },
): Promise<number | undefined> {
  const { latchkey: address } = latchkeyDeployment;
  const logs = await answered(() => node.getLogs({ address, event: USED, args: { principal, key }, blockHash }));
  return logs?.filter((log) => log.transactionHash === transactionHash).length;
}

/** The chain's block at this height, however long the node does not show one. */
export async function blockAt(number: bigint): Promise<{ number: bigint; hash: Hash; timestamp: bigint }> {
  for (;;) {
    const block = await answered(() =>
      node.request({ method: "eth_getBlockByNumber", params: [numberToHex(number), false] }),
    );
    if (block?.hash) return { number, hash: block.hash, timestamp: BigInt(block.timestamp) };
    await pause(1);
  }
}

/** What the node answers, however long it does not; undefined where it answers that it does not have it. */
async function answered<result>(ask: () => Promise<result>): Promise<result | undefined> {
  for (let i = 0, refusals = 0; ; ++i) {
    try {
      return await ask();
    } catch (thrown) {
      if (!isNodes(thrown) && (isForgotten(thrown) || ++refusals === TRIES)) return undefined;
    }
    await pause(PAUSES[i] ?? PAUSES.at(-1)!);
  }
}

const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, 1_000 * seconds));

/** What nodes say that keep the newest states alone. */
const FORGOTTEN =
  /missing trie node|state .*(not available|unavailable|pruned)|historical state|archive|distance to target/i;

function isForgotten(thrown: unknown): boolean {
  return thrown instanceof BaseError && FORGOTTEN.test(`${thrown.message} ${thrown.details}`);
}

/** Codes of JSON-RPC that say the same question may be answered later. */
const LATER = [-32_005, 429];

/** Whether it is the connection that failed, or the node's patience: not what it knows. */
function isNodes(thrown: unknown): boolean {
  if (!(thrown instanceof BaseError)) return true;
  const isOne = (each: unknown) =>
    each instanceof HttpRequestError ||
    each instanceof TimeoutError ||
    (each instanceof RpcRequestError && LATER.includes(each.code));
  return thrown.walk(isOne) !== null;
}
