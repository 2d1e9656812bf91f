import {
  type Address,
  formatLog,
  type Hash,
  numberToHex,
  padHex,
  parseEventLogs,
  type RpcLog,
  toEventSelector,
} from "viem";
import { getBlockNumber } from "viem/actions";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { readSession, type ReadSessionReturnType } from "../sessions/readSession.ts";

/** A session that something happened to, as it stands now. */
export interface WatchedSession extends ReadSessionReturnType {
  key: Address;
}

/** Where an event stands. */
export interface SessionEvent {
  blockNumber: bigint;
  transactionHash: Hash;
}

export interface WatchSessionsParameters extends DeploymentParameters {
  principal: Address;
  /** A session was registered or renewed. It is told as it stands when the event is seen, which may be revoked again. */
  onRegistered?: ((session: WatchedSession, event: SessionEvent) => void) | undefined;
  /** A session was revoked, replaced, or bowed out. */
  onRevoked?: ((session: WatchedSession, event: SessionEvent) => void) | undefined;
  /** An expired session was cleared from its lane. */
  onSwept?: ((session: WatchedSession, event: SessionEvent) => void) | undefined;
  /** Every session before `generation` ended; with those that were seen, as they stand. */
  onAllRevoked?: ((generation: number, sessions: WatchedSession[], event: SessionEvent) => void) | undefined;
  /**
   * Blocks were taken back: the sessions that their events were about, as they stand now. What had been revoked may live
   * again, and what had been registered may be gone.
   */
  onReorganized?: ((sessions: WatchedSession[]) => void) | undefined;
  /** A poll failed, or a callback threw. The next poll starts where the last good one ended. */
  onError?: ((error: unknown) => void) | undefined;
  /** The first block to look at; the next one unless told otherwise. */
  fromBlock?: bigint | undefined;
  /** How many of the latest blocks may still be taken back: they are read again each time; 64 unless told otherwise. */
  reorgDepth?: number | undefined;
  /** Most blocks to ask a node for at a time; 5,000 unless told otherwise. */
  maxBlockRange?: number | undefined;
  /** Milliseconds; the client's unless told otherwise. */
  pollingInterval?: number | undefined;
}

export type WatchSessionsReturnType = () => void;

/**
 * Tells what happens to a principal's sessions, until the function that it returns is called. Logs are read block by
 * block with nothing left out between two polls, and the state of a session is read anew for each event, so that no
 * session is told to live because of an event that is not true any more. That a session has expired is no event.
 *
 * @example
 * const stop = client.watchSessions({ principal, onRevoked: ({ key }) => console.log(key) });
 */
export function watchSessions(client: SessionClient, parameters: WatchSessionsParameters): WatchSessionsReturnType {
  const { onError, pollingInterval = client.pollingInterval } = parameters;
  const watch: Watch = { start: parameters.fromBlock, next: parameters.fromBlock, seen: new Map(), keys: new Set() };
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (callback: () => void) => {
    if (isOver) return;
    try {
      callback();
    } catch (thrown) {
      onError?.(thrown);
    }
  };
  const loop = async () => {
    try {
      const news = await poll(client, parameters, watch);
      for (const callback of news) tell(callback);
    } catch (thrown) {
      tell(() => onError?.(thrown));
    }
    if (!isOver) timer = setTimeout(() => void loop(), pollingInterval);
  };
  void loop();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

interface Watch {
  /** The first block that is looked at; undefined before the first poll. */
  start: bigint | undefined;
  /** The block behind the last one that was read. */
  next: bigint | undefined;
  /** Events that may still be taken back, by where they were. */
  seen: Map<string, { key: Address | undefined; blockNumber: bigint }>;
  /** Every key that an event named. */
  keys: Set<Address>;
}

/** What there is to be told. `watch` moves on only when everything has been read. */
async function poll(client: SessionClient, parameters: WatchSessionsParameters, watch: Watch): Promise<(() => void)[]> {
  const { principal, reorgDepth = 64 } = parameters;
  const latest = await getBlockNumber(client, { cacheTime: 0 });
  if (watch.start === undefined || watch.next === undefined) {
    watch.start = watch.next = latest + 1n;
    return [];
  }
  // Also of a chain that has become shorter: what is below has been read and can no longer change.
  const from = max(watch.start, watch.next - BigInt(reorgDepth));
  const logs = await readLogs(client, parameters, from, latest);

  const found = new Map(logs.map((log) => [`${log.blockHash} ${log.logIndex}`, log]));
  const fresh = [...found].filter(([id]) => !watch.seen.has(id)).map(([, log]) => log);
  const gone = [...watch.seen].filter(([id, { blockNumber }]) => blockNumber >= from && !found.has(id));

  const keys = new Set(watch.keys);
  for (const { args } of fresh) if ("key" in args) keys.add(args.key);
  const everyone = [
    ...gone.map(([, { key }]) => key),
    ...fresh.map(({ args }) => ("key" in args ? args.key : undefined)),
  ];
  // An event without a key is about all of them.
  const touched = everyone.includes(undefined) ? [...keys] : [...new Set(everyone)];
  const sessions = new Map<Address, WatchedSession>();
  await Promise.all(
    touched.map(async (key) => {
      if (key === undefined) return;
      sessions.set(key, { key, ...(await readSession(client, { ...parameters, principal, key })) });
    }),
  );

  for (const [id] of gone) watch.seen.delete(id);
  for (const [id, { blockNumber }] of watch.seen) if (blockNumber < from) watch.seen.delete(id);
  for (const [id, log] of found) {
    watch.seen.set(id, { key: "key" in log.args ? log.args.key : undefined, blockNumber: log.blockNumber });
  }
  watch.keys = keys;
  watch.next = max(watch.next, latest + 1n);

  const news = fresh.map((log) => () => tellOf(parameters, log, sessions));
  if (gone.length === 0) return news;
  const affected = gone.some(([, { key }]) => key === undefined)
    ? [...keys]
    : [...new Set(gone.map(([, { key }]) => key!))];
  return [() => parameters.onReorganized?.(affected.map((key) => sessions.get(key)!)), ...news];
}

type SessionLog = Awaited<ReturnType<typeof readLogs>>[number];

function tellOf(parameters: WatchSessionsParameters, log: SessionLog, sessions: Map<Address, WatchedSession>): void {
  const event = { blockNumber: log.blockNumber, transactionHash: log.transactionHash };
  switch (log.eventName) {
    case "SessionRegistered":
      return parameters.onRegistered?.(sessions.get(log.args.key)!, event);
    case "SessionRevoked":
      return parameters.onRevoked?.(sessions.get(log.args.key)!, event);
    case "SessionSwept":
      return parameters.onSwept?.(sessions.get(log.args.key)!, event);
    case "AllSessionsRevoked":
      return parameters.onAllRevoked?.(log.args.generation, [...sessions.values()], event);
  }
}

const EVENTS = ["SessionRegistered", "SessionRevoked", "SessionSwept", "AllSessionsRevoked"] as const;
const TOPICS = EVENTS.map((eventName) =>
  toEventSelector(sessionRegistryAbi.find((item) => item.type === "event" && item.name === eventName) as never),
);

/** The principal's events of these blocks, both inclusive. Each of the four names the principal first. */
async function readLogs(client: SessionClient, parameters: WatchSessionsParameters, from: bigint, to: bigint) {
  const { principal, maxBlockRange = 5_000 } = parameters;
  const logs: RpcLog[] = [];
  for (let start = from; start <= to; start += BigInt(maxBlockRange)) {
    const end = start + BigInt(maxBlockRange) - 1n;
    const range = { fromBlock: numberToHex(start), toBlock: numberToHex(end < to ? end : to) };
    const topics = [TOPICS, [padHex(principal, { size: 32 })]];
    const filter = { address: deploymentOf(parameters).latchkey, topics, ...range };
    logs.push(...(await client.request({ method: "eth_getLogs", params: [filter] })));
  }
  const formatted = logs.map((log) => formatLog(log));
  return parseEventLogs({ abi: sessionRegistryAbi, logs: formatted as never[], eventName: [...EVENTS] }) as SessionLogs;
}

type SessionLogs = Extract<
  ReturnType<typeof parseEventLogs<typeof sessionRegistryAbi, true, (typeof EVENTS)[number][]>>[number],
  unknown
>[];

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
