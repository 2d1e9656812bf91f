import { type Address, BlockNotFoundError, type Hash, padHex, toEventSelector } from "viem";
import { getBlock, getBlockNumber } from "viem/actions";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { fewAtOnce } from "../chain/fewAtOnce.ts";
import { type DecodedEvent, decodeEvents, logId, type LogRangeParameters, logRanges, max } from "../chain/logs.ts";
import type { ReadSessionReturnType } from "../sessions/readSession.ts";
import { readSessions } from "../sessions/readSessions.ts";

/** A session that something happened to, as it stands now. */
export interface WatchedSession extends ReadSessionReturnType {
  key: Address;
}

/** Where an event stands. */
export interface SessionEvent {
  blockNumber: bigint;
  transactionHash: Hash;
}

export interface WatchSessionsParameters extends DeploymentParameters, LogRangeParameters {
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
   * Blocks were taken back, which other blocks at their height show: a node that is behind shows nothing. The sessions
   * that their events were about, as they stand now: what had been revoked may live again, and what had been registered
   * may be gone.
   */
  onReorganized?: ((sessions: WatchedSession[]) => void) | undefined;
  /** A poll failed, or a callback threw. The next poll goes on where this one was. */
  onError?: ((error: unknown) => void) | undefined;
  /** The first block to look at; the next one unless told otherwise. */
  fromBlock?: bigint | undefined;
  /**
   * How many of the latest blocks may still be taken back, and how far behind a node may be: they are read again each time.
   *
   * @default 64
   */
  reorgDepth?: number | undefined;
  /** Milliseconds; the client's unless told otherwise. */
  pollingInterval?: number | undefined;
}

export type WatchSessionsReturnType = () => void;

/**
 * Tells what happens to a principal's sessions, until the function that it returns is called. Logs are read range by range
 * with nothing left out between two polls and nothing told twice, and the state of a session is read anew for each event,
 * so that no session is told to live because of an event that is not true any more. That a session has expired is no event.
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
      for await (const news of poll(client, parameters, watch)) {
        for (const callback of news) tell(callback);
        if (isOver) return;
      }
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
  /** Events that may still be taken back, by `logId`. */
  seen: Map<string, SessionLog>;
  /** Every key that an event named. */
  keys: Set<Address>;
}

type SessionLog = DecodedEvent<typeof EVENTS, (typeof EVENTS)[number]["name"]>;

/** What there is to be told, a range of blocks at a time. `watch` moves on with each range, once all of it has been read. */
async function* poll(
  client: SessionClient,
  parameters: WatchSessionsParameters,
  watch: Watch,
): AsyncGenerator<(() => void)[], void> {
  const { principal, reorgDepth = 64, maxBlockRange } = parameters;
  const latest = await getBlockNumber(client, { cacheTime: 0 });
  if (watch.start === undefined || watch.next === undefined) {
    watch.start = watch.next = latest + 1n;
    return;
  }
  const statesOf = async (logs: readonly SessionLog[]) => {
    const keys = logs.some(({ args }) => !("key" in args)) ? [...watch.keys] : [...new Set(logs.flatMap(keysIn))];
    const states = await readSessions(client, { ...parameters, principal, keys, blockNumber: latest });
    return new Map(keys.map((key, i) => [key, { key, ...states[i]! }]));
  };

  const gone = await takenBack(client, watch, latest);
  if (gone.length > 0) {
    const sessions = await statesOf(gone);
    for (const log of gone) watch.seen.delete(logId(log));
    yield [() => parameters.onReorganized?.([...sessions.values()])];
  }

  // What is below has been read and can no longer change.
  const from = max(watch.start, watch.next - BigInt(reorgDepth));
  for (const [id, { blockNumber }] of watch.seen) if (blockNumber < from) watch.seen.delete(id);
  const filter = {
    address: deploymentOf(parameters).latchkey,
    // Each of the events names the principal first.
    topics: [TOPICS, [padHex(principal, { size: 32 })]],
    ...{ fromBlock: from, toBlock: latest, maxBlockRange },
  };
  for await (const { logs, to } of logRanges(client, filter)) {
    const events = decodeEvents(logs, { abi: EVENTS, eventName: EVENTS.map(({ name }) => name) });
    const fresh = events.filter((log) => !watch.seen.has(logId(log)));
    for (const key of fresh.flatMap(keysIn)) watch.keys.add(key);
    const sessions = await statesOf(fresh);
    for (const log of fresh) watch.seen.set(logId(log), log);
    watch.next = max(watch.next, to + 1n);
    yield fresh.map((log) => () => tellOf(parameters, log, sessions));
  }
}

/**
 * The events whose blocks are not on the chain any more: another stands in their place, or in that of one below them. A
 * block that the node does not have says nothing.
 */
async function takenBack(client: SessionClient, { seen }: Watch, latest: bigint): Promise<SessionLog[]> {
  const logs = [...seen.values()];
  const numbers = [...new Set(logs.map(({ blockNumber }) => blockNumber))].filter((each) => each <= latest);
  const hashes = new Map(await fewAtOnce(numbers, async (each) => [each, await hashOf(client, each)] as const));
  const isReplaced = ({ blockNumber, blockHash }: SessionLog) => {
    const hash = hashes.get(blockNumber);
    return hash !== undefined && hash !== blockHash;
  };
  const replaced = logs.filter(isReplaced);
  const isAbove = (log: SessionLog) =>
    hashes.get(log.blockNumber) === undefined && replaced.some(({ blockNumber }) => blockNumber < log.blockNumber);
  return logs.filter((log) => isReplaced(log) || isAbove(log));
}

async function hashOf(client: SessionClient, blockNumber: bigint): Promise<Hash | undefined> {
  try {
    return (await getBlock(client, { blockNumber })).hash;
  } catch (thrown) {
    if (thrown instanceof BlockNotFoundError) return undefined;
    throw thrown;
  }
}

function keysIn({ args }: SessionLog): Address[] {
  return "key" in args ? [args.key] : [];
}

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

const EVENTS = [
  sessionRegistry.SessionRegistered,
  sessionRegistry.SessionRevoked,
  sessionRegistry.SessionSwept,
  sessionRegistry.AllSessionsRevoked,
] as const;
const TOPICS = EVENTS.map((event) => toEventSelector(event));
