import type { Address } from "viem";
import type { GetSessionReturnType } from "latchkey";
import { useSessions } from "latchkey/react";
import { type IndexedSession, useIndexedSessions } from "@/session/index.ts";
import { useLogRange, useSetting } from "@/session/setting.tsx";

/** A session of a list: which there is may be an index's word, how it stands is the chain's. */
export interface ShownSession extends GetSessionReturnType {
  key: Address;
  /** Undefined where only the index has named it: its policy says it. */
  app: string | undefined;
  /** Undefined where only the index has named it. */
  grantedCalls: number | undefined;
}

export interface SessionList {
  /** Undefined until anybody has answered. */
  sessions: ShownSession[] | undefined;
  /** Whether the chain's own log is behind it, which leaves nothing out. */
  isOfLog: boolean;
  /** Why the log was not read. */
  error: Error | null;
  /** Sessions that the index left out and the log has. */
  leftOut: number;
  /** Keys that the index named and the chain has never heard of. */
  madeUp: number;
}

/** The sessions of a principal: from the index while the log is being read, or where it cannot be; then from the log. */
export function useSessionList(principal: Address): SessionList {
  const { chain } = useSetting();
  const log = useSessions({ chainId: chain.id, ...useLogRange(), principal, query: { refetchInterval: 4_000 } });
  const { data: indexed } = useIndexedSessions(principal);
  const named = new Set(indexed?.sessions.map(({ key }) => key));
  const ofIndex = indexed?.sessions.map((each: IndexedSession): ShownSession => ({
    ...each,
    app: undefined,
    grantedCalls: undefined,
  }));
  return {
    sessions: log.data ?? ofIndex,
    isOfLog: log.data !== undefined,
    error: log.error,
    // What is above its head it cannot know yet.
    leftOut:
      log.data === undefined || indexed === undefined
        ? 0
        : log.data.filter(({ key, registeredAt }) => registeredAt < indexed.head && !named.has(key)).length,
    madeUp: indexed?.unknown ?? 0,
  };
}
