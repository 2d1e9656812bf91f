import {
  type Abi,
  type Address,
  type BlockNumber,
  type BlockTag,
  type ContractEventName,
  formatLog,
  type Hex,
  HttpRequestError,
  LimitExceededRpcError,
  numberToHex,
  parseEventLogs,
  type ParseEventLogsReturnType,
  type RpcLog,
  TimeoutError,
} from "viem";
import { getBlock, getBlockNumber } from "viem/actions";
import type { SessionClient } from "./client.ts";
import { pause } from "./confirm.ts";
import { AT_ONCE } from "./fewAtOnce.ts";
import { isUnreachable } from "./reachable.ts";

/** What every action takes that searches the log. */
export interface LogRangeParameters {
  /**
   * Most blocks to ask the node for at a time. What a node refuses is asked for in halves.
   *
   * @default all of them
   */
  maxBlockRange?: number | undefined;
}

/** Which logs, as `eth_getLogs` takes them. */
export interface LogFilter extends LogRangeParameters {
  address: Address | Address[];
  topics: (Hex | Hex[] | null)[];
  fromBlock: bigint;
  toBlock: bigint;
}

/** The logs of some blocks, both inclusive. */
export interface LogRange {
  from: bigint;
  to: bigint;
  logs: RpcLog[];
}

/** How often a node that does not answer is asked for the same blocks. */
const TRIES = 3;
/** What is waited before the next try, milliseconds, twice as long each time. */
const PAUSE = 100;

/**
 * The logs range by range, in the order of the chain, each log once. What the node refuses is halved, down to one block;
 * a node that does not answer is asked again. What was handed over stays true if a later range fails: who asks again from
 * the block behind it loses nothing.
 */
export async function* logRanges(client: SessionClient, filter: LogFilter): AsyncGenerator<LogRange, void> {
  const { fromBlock, toBlock, maxBlockRange } = filter;
  const whole = toBlock - fromBlock + 1n;
  const most = maxBlockRange === undefined || whole < maxBlockRange ? whole : BigInt(Math.max(1, maxBlockRange));
  // How often `most` is halved, and how often each such length was refused: a node may refuse the right one by accident.
  let halvings = 0n;
  const refused = new Map<bigint, number>();
  let failures = 0;
  let isAccepted = false;
  for (let next = fromBlock; next <= toBlock;) {
    const length = max(1n, most >> halvings);
    const ranges: { from: bigint; to: bigint }[] = [];
    for (let from = next; from <= toBlock && ranges.length < (isAccepted ? AT_ONCE : 1); from += length) {
      ranges.push({ from, to: min(from + length - 1n, toBlock) });
    }
    const answers = await Promise.allSettled(ranges.map((range) => logsOf(client, filter, range)));
    for (const [i, answer] of answers.entries()) {
      if (answer.status === "rejected") {
        isAccepted = false;
        const { reason } = answer;
        if (mayBeTooLong(reason) && length > 1n) {
          refused.set(halvings, (refused.get(halvings) ?? 0) + 1);
          ++halvings;
        } else if (++failures >= TRIES) {
          throw reason;
        } else {
          await pause(PAUSE * 2 ** failures);
        }
        break;
      }
      [failures, isAccepted] = [0, true];
      yield { ...ranges[i]!, logs: answer.value };
      next = ranges[i]!.to + 1n;
    }
    if (isAccepted && halvings > 0n && (refused.get(halvings - 1n) ?? 0) < 2) {
      --halvings;
      isAccepted = false;
    }
  }
}

async function logsOf(
  client: SessionClient,
  { address, topics }: LogFilter,
  { from, to }: { from: bigint; to: bigint },
): Promise<RpcLog[]> {
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
  const logs = await client.request({ method: "eth_getLogs", params: [{ address, topics, ...range }] });
  const kept = new Map(logs.filter(({ removed }) => !removed).map((log) => [logId(log), log]));
  return [...kept.values()];
}

/** What a log is known by: the same one in another block is another. */
export function logId(log: { blockHash: Hex | null; logIndex: Hex | number | null }): string {
  return `${log.blockHash} ${Number(log.logIndex)}`;
}

/** Nodes refuse a range that is too long, or has too many logs, in as many ways as there are nodes. */
function mayBeTooLong(thrown: unknown): boolean {
  if (!isUnreachable(thrown)) return true;
  if (!(thrown instanceof Error) || !("walk" in thrown)) return false;
  const { walk } = thrown as Error & { walk(each: (cause: unknown) => boolean): unknown };
  const isOne = (each: unknown) =>
    each instanceof TimeoutError ||
    each instanceof LimitExceededRpcError ||
    (each instanceof HttpRequestError && (each.status === 400 || each.status === 413));
  return walk.call(thrown, isOne) !== null;
}

/** What `readLogs` takes: the latest block is the last one unless told otherwise. */
export interface ReadLogsParameters extends Omit<LogFilter, "fromBlock" | "toBlock"> {
  /** @default the first block */
  fromBlock?: BlockNumber | BlockTag | undefined;
  /** @default the latest block */
  toBlock?: BlockNumber | BlockTag | undefined;
}

/** All logs of a filter. */
export async function readLogs(client: SessionClient, parameters: ReadLogsParameters): Promise<RpcLog[]> {
  const { fromBlock = 0n, toBlock = "latest" } = parameters;
  const [from, to] = await Promise.all([numberOf(client, fromBlock), numberOf(client, toBlock)]);
  const found: RpcLog[] = [];
  for await (const { logs } of logRanges(client, { ...parameters, fromBlock: from, toBlock: to })) found.push(...logs);
  return found;
}

/** All events of a filter, decoded. */
export async function readEvents<const abi extends Abi, eventName extends ContractEventName<abi>>(
  client: SessionClient,
  parameters: ReadLogsParameters & { abi: abi; eventName: eventName },
): Promise<DecodedEvent<abi, eventName>[]> {
  return decodeEvents(await readLogs(client, parameters), parameters);
}

/** An event that is mined. */
export type DecodedEvent<abi extends Abi, eventName extends ContractEventName<abi>> = ParseEventLogsReturnType<
  abi,
  eventName,
  true
>[number] & { blockNumber: bigint; blockHash: Hex; transactionHash: Hex; logIndex: number };

/** Those logs that are events of these names. */
export function decodeEvents<const abi extends Abi, eventName extends ContractEventName<abi>>(
  logs: readonly RpcLog[],
  { abi, eventName }: { abi: abi; eventName: eventName | eventName[] },
): DecodedEvent<abi, eventName>[] {
  const formatted = logs.map((log) => formatLog(log)) as never[];
  return parseEventLogs({ abi, logs: formatted, eventName } as never) as never;
}

async function numberOf(client: SessionClient, block: BlockNumber | BlockTag): Promise<bigint> {
  if (typeof block === "bigint") return block;
  if (block === "earliest") return 0n;
  // What is pending has no logs yet.
  if (block === "latest" || block === "pending") return getBlockNumber(client, { cacheTime: 0 });
  return (await getBlock(client, { blockTag: block })).number;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
