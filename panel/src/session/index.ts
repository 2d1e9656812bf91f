import { useQuery } from "@tanstack/react-query";
import { type Address, getAddress, isAddress, isHash } from "viem";
import { getBlockNumber } from "viem/actions";
import { getSession, type GetSessionReturnType } from "latchkey";
import { LATCHKEY_SCOPE } from "latchkey/react";
import type { IndexedUse, WayIn } from "@/session/happenings.ts";
import { useNode, useSetting } from "@/session/setting.tsx";

/** What an index says of itself; `refused` with the reason where it does not answer for this chain. */
export interface IndexHealth {
  status: "ok" | "refused" | "unreachable";
  chainId?: number;
  code?: string;
  message?: string;
  head?: { number: number };
  lag?: { blocks: number; seconds: number };
}

async function healthOf(index: string): Promise<IndexHealth> {
  try {
    return (await (await fetch(`${index}/index/health`)).json()) as IndexHealth;
  } catch {
    return { status: "unreachable" };
  }
}

/** How the index is; undefined where this page has none. It is not nearer to the head than the node says. */
export function useIndexHealth(): IndexHealth | undefined {
  const node = useNode();
  const { index } = useSetting();
  const { data } = useQuery({
    queryKey: ["index", "health"],
    enabled: index !== undefined,
    queryFn: async (): Promise<IndexHealth> => {
      // What the node has said before, an index that is at the head has.
      const head = await getBlockNumber(node, { cacheTime: 0 }).catch(() => 0n);
      const health = await healthOf(index!);
      const behind = Number(head) - (health.head?.number ?? Number(head));
      const { blocks = 0, seconds = 0 } = health.lag ?? {};
      return { ...health, lag: { blocks: Math.max(blocks, behind), seconds } };
    },
    refetchInterval: 5_000,
  });
  return data;
}

/** Whether the index answers for the chain that is shown. */
export function useIsIndexed(): boolean {
  const { chain } = useSetting();
  const health = useIndexHealth();
  return health?.status === "ok" && health.chainId === chain.id;
}

async function ask<T>(index: string, query: string, variables: object): Promise<T> {
  const answer = await fetch(`${index}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: T; errors?: { message: string }[] };
  if (data === undefined || data === null) throw new Error(errors?.[0]?.message ?? "The index has no answer.");
  return data;
}

const KEYS = `query Keys($principal: String!, $after: String) {
  sessions(where: { principal: $principal }, limit: 1000, after: $after) {
    items { key }
    pageInfo { hasNextPage endCursor }
  }
}`;
/** Pages of a list that are read at most. */
const MOST_PAGES = 20;

/** A session that the index named and the chain has. */
export interface IndexedSession extends GetSessionReturnType {
  key: Address;
}

/** The sessions that the index names, each as the chain has it: what the chain does not know is not among them. */
export function useIndexedSessions(principal: Address | undefined) {
  const node = useNode();
  const { index, chain, deployment } = useSetting();
  const isIndexed = useIsIndexed();
  return useQuery({
    queryKey: [LATCHKEY_SCOPE, "indexed", { chainId: chain.id, principal }],
    enabled: isIndexed && principal !== undefined,
    queryFn: async (): Promise<{ sessions: IndexedSession[]; unknown: number; head: number }> => {
      // Before it is asked for its keys: those of later blocks it may not have had yet.
      const head = (await healthOf(index!)).head?.number ?? 0;
      const keys: Address[] = [];
      let after: string | null = null;
      for (let page = 0; page < MOST_PAGES; ++page) {
        type Page = {
          sessions: { items: { key: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
        };
        const { sessions }: Page = await ask<Page>(index!, KEYS, { principal: principal!.toLowerCase(), after });
        for (const { key } of sessions.items) if (isAddress(key, { strict: false })) keys.push(getAddress(key));
        after = sessions.pageInfo.endCursor;
        if (!sessions.pageInfo.hasNextPage) break;
      }
      const asked = [...new Set(keys)];
      const states = await Promise.all(
        asked.map((key) => getSession(node, { deployment, principal: principal!, key })),
      );
      const sessions = asked.map((key, i) => ({ key, ...states[i]! })).filter(({ status }) => status !== "None");
      return { sessions, unknown: asked.length - sessions.length, head };
    },
    refetchInterval: 10_000,
    retry: false,
  });
}

/** What was left of a limit after a use. */
export interface Sample {
  at: number;
  limits: { unit: Address; left: bigint }[];
}

const LIFE = `query Life($principal: String!, $key: String!) {
  uses(where: { principal: $principal, key: $key }, orderBy: "block", orderDirection: "desc", limit: 500) {
    items { at block transactionHash route }
  }
  samples(where: { principal: $principal, key: $key }, orderBy: "block", orderDirection: "asc", limit: 1000) {
    items { at limits }
  }
}`;
const WAYS_IN = ["userOperation", "direct", "relayed", "forwarded", "asked", "redeemed"] satisfies WayIn[];

/** What a session did and what was left then: history, which the chain does not keep beside its log. */
export function useIndexedLife(principal: Address, key: Address) {
  const { index, chain } = useSetting();
  const isIndexed = useIsIndexed();
  return useQuery({
    queryKey: [LATCHKEY_SCOPE, "life", { chainId: chain.id, principal, key }],
    enabled: isIndexed,
    queryFn: async () => {
      type Life = {
        uses: { items: { at: string; block: string; transactionHash: string; route: string | null }[] };
        samples: { items: { at: string; limits: { unit: string; left: string }[] }[] };
      };
      const { uses, samples } = await ask<Life>(index!, LIFE, {
        principal: principal.toLowerCase(),
        key: key.toLowerCase(),
      });
      return {
        uses: uses.items.flatMap(({ at, block, transactionHash: hash, route }): IndexedUse[] => {
          if (!isHash(hash)) return [];
          return [{ at: Number(at), block: BigInt(block), hash, route: WAYS_IN.find((each) => each === route) }];
        }),
        samples: samples.items.map(({ at, limits }): Sample => {
          return {
            at: Number(at),
            limits: limits.map(({ unit, left }) => ({ unit: getAddress(unit), left: BigInt(left) })),
          };
        }),
      };
    },
    refetchInterval: 10_000,
    retry: false,
  });
}
