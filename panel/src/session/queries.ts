import { keepPreviousData, useQueries, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import {
  type Address,
  encodeEventTopics,
  formatLog,
  getAddress,
  type Hash,
  type Hex,
  numberToHex,
  padHex,
  parseEventLogs,
  type RpcLog,
} from "viem";
import { getBlockNumber } from "viem/actions";
import {
  describePolicyOnChain,
  getPolicy,
  getSession,
  getSessionApprovals,
  getSessionHealth,
  getSessions,
  type GetSessionReturnType,
  getWorstLoss,
  type GetWorstLossReturnType,
  type ListedSession,
  type Policy,
  type PolicyDescription,
  type RelayUrl,
  watchSessions,
} from "latchkey";
import { latchkeyAbi } from "latchkey/abi";
import { useLogRange, useNode, useSetting } from "@/session/setting.tsx";

/** In front of every key, so that whatever happens on the chain can ask for all of it again. */
export const SCOPE = "latchkey";

/** Every session that a principal ever registered, from the chain. Read again when something happens to one of them. */
export function useSessions(principal: Address | undefined): UseQueryResult<ListedSession[]> {
  const node = useNode();
  const range = useLogRange();
  const queries = useQueryClient();
  useEffect(() => {
    if (principal === undefined) return undefined;
    const again = () => void queries.invalidateQueries({ queryKey: [SCOPE] });
    return watchSessions(node, {
      ...range,
      fromBlock: undefined,
      principal,
      onRegistered: again,
      onRevoked: again,
      onSwept: again,
      onAllRevoked: again,
      onReorganized: again,
    });
    // The range is the setting's, which stays.
  }, [node, principal, queries]);
  return useQuery({
    queryKey: [SCOPE, "sessions", principal],
    enabled: principal !== undefined,
    queryFn: () => getSessions(node, { ...range, principal: principal! }),
    // Uses are no event of the watch: calls left are asked for.
    refetchInterval: 4_000,
  });
}

/** One session as the chain has it; `listed` is shown until the chain has answered. */
export function useSession(principal: Address, key: Address, listed?: GetSessionReturnType) {
  const node = useNode();
  const { deployment, pollingInterval } = useSetting();
  return useQuery({
    queryKey: [SCOPE, "session", principal, key],
    queryFn: () => getSession(node, { deployment, principal, key }),
    placeholderData: listed,
    refetchInterval: ({ state: { data } }) => (data !== undefined && isOver(data) ? false : pollingInterval * 2),
  });
}

const isOver = ({ status }: GetSessionReturnType) => status === "Revoked" || status === "Expired";

/** The text behind an id, from the log and held against the id; null if nobody has published it here. */
export function usePolicy(policyId: Hex | undefined): UseQueryResult<Policy | null> {
  const node = useNode();
  const range = useLogRange();
  return useQuery({
    queryKey: [SCOPE, "policy", policyId],
    enabled: policyId !== undefined && BigInt(policyId) !== 0n,
    queryFn: async () => (await getPolicy(node, { ...range, policyId: policyId! })) ?? null,
    // A policy never changes.
    staleTime: ({ state: { data } }) => (data ? Infinity : 0),
  });
}

/** What a policy allows, with units and holdings as the chain has them. */
export function useDescription(
  policy: Policy | null | undefined,
  policyId: Hex | undefined,
  principal: Address | undefined,
): UseQueryResult<PolicyDescription> {
  const node = useNode();
  const known = useKnown(policyId);
  return useQuery({
    queryKey: [SCOPE, "description", policyId, principal],
    enabled: policy !== undefined && policy !== null,
    queryFn: () => describePolicyOnChain(node, { policy: policy!, principal, ...known }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** What the setting knows of a policy beside its text. */
export function useKnown(policyId: Hex | undefined) {
  const { names, abis, policies } = useSetting();
  return useMemo(() => {
    const offered = policies.find((each) => each.policyId === policyId);
    return { names, abis, counters: offered?.counters, contents: offered?.contents };
  }, [names, abis, policies, policyId]);
}

/** What each session can still take, by its key, as the chain says it. */
export function useLosses(
  principal: Address | undefined,
  keys: readonly Address[],
): UseQueryResult<Map<Address, GetWorstLossReturnType>> {
  const node = useNode();
  const { deployment } = useSetting();
  return useQuery({
    queryKey: [SCOPE, "losses", principal, keys],
    enabled: principal !== undefined && keys.length > 0,
    queryFn: async () => {
      const losses = new Map<Address, GetWorstLossReturnType>();
      for (let from = 0; from < keys.length; from += 50) {
        const some = keys.slice(from, from + 50);
        const read = await Promise.all(some.map((key) => getWorstLoss(node, { deployment, principal: principal!, key })));
        for (const [i, loss] of read.entries()) losses.set(some[i]!, loss);
      }
      return losses;
    },
    placeholderData: keepPreviousData,
    refetchInterval: 4_000,
  });
}

export function useWorstLoss(principal: Address, key: Address): UseQueryResult<GetWorstLossReturnType> {
  const node = useNode();
  const { deployment } = useSetting();
  return useQuery({
    queryKey: [SCOPE, "loss", principal, key],
    queryFn: () => getWorstLoss(node, { deployment, principal, key }),
    refetchInterval: 4_000,
  });
}

export function useSessionHealth(principal: Address, key: Address, enabled: boolean) {
  const node = useNode();
  const range = useLogRange();
  return useQuery({
    queryKey: [SCOPE, "health", principal, key],
    enabled,
    queryFn: () => getSessionHealth(node, { ...range, principal, key }),
    refetchInterval: 15_000,
  });
}

/** What outlives the session. */
export function useApprovals(principal: Address, key: Address, enabled: boolean) {
  const node = useNode();
  const range = useLogRange();
  return useQuery({
    queryKey: [SCOPE, "approvals", principal, key],
    enabled,
    queryFn: () => getSessionApprovals(node, { ...range, principal, key }),
  });
}

/** Something that happened to a session, or to all of a principal. */
export interface Happening {
  kind: "registered" | "used" | "revoked" | "swept" | "all-revoked";
  /** Undefined for all. */
  key: Address | undefined;
  hash: Hash;
  block: bigint;
  /** Unix seconds; undefined where the node does not say it beside the log. */
  time: number | undefined;
  /** Of a registration. */
  granted: { maxCalls: number; validAfter: number; validUntil: number; registration: number } | undefined;
}

const KINDS = {
  SessionRegistered: "registered",
  SessionUsed: "used",
  SessionRevoked: "revoked",
  SessionSwept: "swept",
  AllSessionsRevoked: "all-revoked",
} as const;

/** Everything that Latchkey's log has of a principal, the first first. */
export function useHistory(principal: Address | undefined): UseQueryResult<Happening[]> {
  const node = useNode();
  const { deployment, fromBlock, maxBlockRange } = useLogRange();
  return useQuery({
    queryKey: [SCOPE, "history", principal],
    enabled: principal !== undefined,
    queryFn: async () => {
      const head = await getBlockNumber(node, { cacheTime: 0 });
      const step = maxBlockRange === undefined ? head - fromBlock + 1n : BigInt(maxBlockRange);
      const found: Happening[] = [];
      for (let from = fromBlock; from <= head; from += step) {
        const to = from + step - 1n < head ? from + step - 1n : head;
        const logs = await node.request({
          method: "eth_getLogs",
          params: [
            {
              address: deployment.latchkey,
              topics: [TOPICS, padHex(principal!, { size: 32 })],
              ...{ fromBlock: numberToHex(from), toBlock: numberToHex(to) },
            },
          ],
        });
        found.push(...happeningsIn(logs));
      }
      return found;
    },
    refetchInterval: 10_000,
  });
}

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
const TOPICS = encodeEventTopicsOf(NAMES);

function encodeEventTopicsOf(names: readonly (keyof typeof KINDS)[]): Hex[] {
  return names.map((eventName) => encodeEventTopics({ abi: latchkeyAbi, eventName })[0]);
}

function happeningsIn(logs: readonly RpcLog[]): Happening[] {
  const formatted = logs.map((log) => formatLog(log));
  return parseEventLogs({ abi: latchkeyAbi, logs: formatted, eventName: NAMES }).map((event): Happening => {
    const { eventName, args, transactionHash: hash, blockNumber: block } = event;
    const { blockTimestamp } = event as { blockTimestamp?: Hex | bigint };
    return {
      kind: KINDS[eventName],
      key: "key" in args ? getAddress(args.key) : undefined,
      ...{ hash: hash!, block: block! },
      time: blockTimestamp === undefined ? undefined : Number(blockTimestamp),
      granted: event.eventName === "SessionRegistered" ? event.args : undefined,
    };
  });
}

/** Whether somebody carries what is only signed. */
export function useRelay(): RelayUrl | undefined {
  const { relay, chain } = useSetting();
  const { data } = useQuery({
    queryKey: [SCOPE, "relay", relay],
    enabled: relay !== undefined,
    queryFn: async () => {
      const url = new URL(relay!, location.href).href;
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok !== true) return null;
      const { status, chainId } = (await answer.json()) as { status?: string; chainId?: number };
      return status === "ok" && chainId === chain.id ? (url as RelayUrl) : null;
    },
    refetchInterval: 30_000,
  });
  return data ?? undefined;
}

/** What each policy allows, by its id; null for one whose text nobody has published here. */
export function useDescriptions(policyIds: readonly Hex[], principal: Address | undefined) {
  const node = useNode();
  const range = useLogRange();
  const { names, abis, policies } = useSetting();
  return useQueries({
    queries: policyIds.map((policyId) => ({
      queryKey: [SCOPE, "described", policyId, principal],
      queryFn: async () => {
        const policy = await getPolicy(node, { ...range, policyId });
        if (policy === undefined) return null;
        const { counters, contents } = policies.find((each) => each.policyId === policyId) ?? {};
        const description = await describePolicyOnChain(node, { policy, principal, names, abis, counters, contents });
        return { policy, description };
      },
      staleTime: 60_000,
    })),
    combine: (results) => new Map(policyIds.map((id, i) => [id, results[i]!.data])),
  });
}
