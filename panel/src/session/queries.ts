import { keepPreviousData, useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type Address,
  encodeEventTopics,
  formatLog,
  getAddress,
  type Hex,
  numberToHex,
  padHex,
  parseEventLogs,
  type RpcLog,
} from "viem";
import { getBlockNumber, getTransactionCount } from "viem/actions";
import {
  describePolicyOnChain,
  getPolicy,
  getSessionApprovals,
  getWorstLoss,
  type GetWorstLossReturnType,
  type Policy,
  type PolicyDescription,
  type RelayUrl,
  type SessionApproval,
} from "latchkey";
import { LATCHKEY_SCOPE, useChainNow as useChainNowOn } from "latchkey/react";
import { latchkeyEvents } from "@/session/events.ts";
import type { Happening } from "@/session/happenings.ts";
import { useLogRange, useNode, useSetting } from "@/session/setting.tsx";

/** The chain's clock, unix seconds. */
export function useChainNow(): number | undefined {
  return useChainNowOn({ chainId: useSetting().chain.id });
}

/** A key that asks again for whatever changes with a principal's sessions. */
function useKeyOf(name: string, principal: Address | undefined, more: object = {}) {
  const { chain } = useSetting();
  return [LATCHKEY_SCOPE, name, { chainId: chain.id, principal, ...more }];
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
    queryKey: useKeyOf("description", principal, { policyId }),
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

/** What each policy allows, by its id; null for one whose text nobody has published here. */
export function useDescriptions(policyIds: readonly Hex[], principal: Address | undefined) {
  const node = useNode();
  const range = useLogRange();
  const { names, abis, policies, chain } = useSetting();
  return useQueries({
    queries: policyIds.map((policyId) => ({
      queryKey: [LATCHKEY_SCOPE, "described", { chainId: chain.id, principal, policyId }],
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

/** Sessions whose loss is asked for at once. */
const AT_ONCE = 50;

/** What each session can still take, by its key, as the chain says it. */
export function useLosses(
  principal: Address | undefined,
  keys: readonly Address[],
): UseQueryResult<Map<Address, GetWorstLossReturnType>> {
  const node = useNode();
  const { deployment } = useSetting();
  return useQuery({
    queryKey: useKeyOf("losses", principal, { keys }),
    enabled: principal !== undefined && keys.length > 0,
    queryFn: async () => {
      const losses = new Map<Address, GetWorstLossReturnType>();
      for (let from = 0; from < keys.length; from += AT_ONCE) {
        const some = keys.slice(from, from + AT_ONCE);
        const read = await Promise.all(
          some.map((key) => getWorstLoss(node, { deployment, principal: principal!, key })),
        );
        for (const [i, loss] of read.entries()) losses.set(some[i]!, loss);
      }
      return losses;
    },
    placeholderData: keepPreviousData,
    // What is used is no event that the list hears of; of many it is asked for less often.
    refetchInterval: Math.max(4_000, keys.length * 50),
  });
}

/** What outlives the session. */
export function useApprovals(principal: Address, key: Address): UseQueryResult<SessionApproval[]> {
  const node = useNode();
  const range = useLogRange();
  return useQuery({
    queryKey: useKeyOf("approvals", principal, { key }),
    queryFn: () => getSessionApprovals(node, { ...range, principal, key }),
  });
}

/** Whether a key has sent transactions of its own, and so needs gas money. A P-256 key can send none. */
export function useSendsItself(key: Address, publicKey: Hex): boolean {
  const node = useNode();
  const { data: sent } = useQuery({
    queryKey: useKeyOf("sent", undefined, { key }),
    enabled: publicKey === "0x",
    queryFn: () => getTransactionCount(node, { address: key }),
    refetchInterval: 30_000,
  });
  return sent !== undefined && sent > 0;
}

const KINDS = {
  SessionRegistered: "registered",
  SessionUsed: "used",
  SessionRevoked: "revoked",
  SessionSwept: "swept",
  AllSessionsRevoked: "all-revoked",
} as const;
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
const TOPICS = NAMES.map((eventName) => encodeEventTopics({ abi: latchkeyEvents, eventName })[0] as Hex);

/** Everything that Latchkey's log has of a principal, the first first. */
export function useHistory(principal: Address | undefined): UseQueryResult<Happening[]> {
  const node = useNode();
  const { deployment, fromBlock, maxBlockRange } = useLogRange();
  return useQuery({
    queryKey: useKeyOf("history", principal),
    enabled: principal !== undefined,
    queryFn: async () => {
      const head = await getBlockNumber(node, { cacheTime: 0 });
      const step = maxBlockRange === undefined ? head - fromBlock + 1n : BigInt(maxBlockRange);
      const found: Happening[] = [];
      for (let from = fromBlock; from <= head; from += step) {
        const to = from + step - 1n < head ? from + step - 1n : head;
        const filter = {
          address: deployment.latchkey,
          topics: [TOPICS, padHex(principal!, { size: 32 })],
          ...{ fromBlock: numberToHex(from), toBlock: numberToHex(to) },
        };
        found.push(...happeningsIn(await node.request({ method: "eth_getLogs", params: [filter] })));
      }
      return found;
    },
    refetchInterval: 10_000,
  });
}

function happeningsIn(logs: readonly RpcLog[]): Happening[] {
  const formatted = logs.map((log) => formatLog(log));
  return parseEventLogs({ abi: latchkeyEvents, logs: formatted, eventName: NAMES }).map((event): Happening => {
    const { eventName, args, transactionHash: hash, blockNumber: block } = event;
    const { blockTimestamp } = event as { blockTimestamp?: Hex | bigint };
    return {
      kind: KINDS[eventName],
      key: "key" in args ? getAddress(args.key) : undefined,
      ...{ hash: hash!, block: block! },
      time: blockTimestamp === undefined ? undefined : Number(blockTimestamp),
    };
  });
}

/** A relay that carries what is only signed, if there is one and it is well. */
export function useRelay(): RelayUrl | undefined {
  const { relay, chain } = useSetting();
  const { data } = useQuery({
    queryKey: ["relay", relay],
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
