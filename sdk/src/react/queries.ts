import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { getPolicy, type GetPolicyParameters, type GetPolicyReturnType } from "../actions/getPolicy.ts";
import { getSession, type GetSessionParameters, type GetSessionReturnType } from "../actions/getSession.ts";
import {
  getSessionHealth,
  type GetSessionHealthParameters,
  type GetSessionHealthReturnType,
} from "../actions/getSessionHealth.ts";
import { getSessions, type GetSessionsParameters, type GetSessionsReturnType } from "../actions/getSessions.ts";
import { getWorstLoss, type GetWorstLossParameters, type GetWorstLossReturnType } from "../actions/getWorstLoss.ts";
import { timeOf } from "../chain/time.ts";
import { nodeClientOf } from "./clients.ts";
import { hashQueryKey } from "./hashQueryKey.ts";
import { isAlive } from "./isAlive.ts";
import type { ChainParameter, Partially } from "./parameters.ts";
import { isPredicted } from "./predictions.ts";

/** The first word of every query key and mutation key of this package. */
export const LATCHKEY_SCOPE = "latchkey";

interface Options<data> {
  queryKey: QueryKey;
  queryFn: () => Promise<data>;
  queryKeyHashFn: (key: QueryKey) => string;
  enabled: boolean;
}

function optionsOf<data>(queryKey: QueryKey, enabled: boolean, queryFn: () => Promise<data>): Options<data> {
  return { queryKey, queryFn, queryKeyHashFn: hashQueryKey, enabled };
}

function key(name: string, { chainId, deployment, ...parameters }: Partially<GetSessionParameters> & object): QueryKey {
  return [LATCHKEY_SCOPE, name, { chainId, latchkey: deployment?.latchkey, ...parameters }];
}

/** The key of `sessionQueryOptions`. */
export function sessionQueryKey({
  chainId,
  deployment,
  principal,
  key: of,
}: Partially<GetSessionParameters>): QueryKey {
  return key("session", { chainId, deployment, principal, key: of });
}

/**
 * What the chain says of one session: `getSession` as a query. It is asked again while the session can act or will, since
 * what is left of it changes without an event; a session that is over stays as it is.
 */
export function sessionQueryOptions(config: Config, parameters: Partially<GetSessionParameters>) {
  const { chainId, principal, key: of, deployment } = parameters;
  const isKnown = chainId !== undefined && principal !== undefined && of !== undefined;
  const read = () => getSession(nodeClientOf(config, chainId!), { principal: principal!, key: of!, deployment });
  return {
    ...optionsOf<GetSessionReturnType>(sessionQueryKey(parameters), isKnown, read),
    refetchInterval: (query: { state: { data?: GetSessionReturnType | undefined } }) => {
      // What is predicted stands until its calls have ended.
      if (isPredicted(query) || !isAlive(query.state.data?.status)) return false;
      return nodeClientOf(config, chainId!).pollingInterval;
    },
  };
}

/** The key of `sessionsQueryOptions`. */
export function sessionsQueryKey(parameters: Partially<GetSessionsParameters>): QueryKey {
  const { chainId, deployment, principal, fromBlock, toBlock } = parameters;
  return key("sessions", { chainId, deployment, principal, ...{ fromBlock, toBlock } });
}

/** Every session of a principal: `getSessions` as a query. */
export function sessionsQueryOptions(config: Config, parameters: Partially<GetSessionsParameters>) {
  const { chainId, principal, ...rest } = parameters;
  const isKnown = chainId !== undefined && principal !== undefined;
  const read = () => getSessions(nodeClientOf(config, chainId!), { ...rest, principal: principal! });
  return optionsOf<GetSessionsReturnType>(sessionsQueryKey(parameters), isKnown, read);
}

/** The key of `sessionHealthQueryOptions`. */
export function sessionHealthQueryKey(parameters: Partially<GetSessionHealthParameters>): QueryKey {
  return key("health", parameters);
}

/** What to warn of before a session fails: `getSessionHealth` as a query, asked again every half a minute while it lives. */
export function sessionHealthQueryOptions(config: Config, parameters: Partially<GetSessionHealthParameters>) {
  const { chainId, principal, key: of, ...rest } = parameters;
  const isKnown = chainId !== undefined && principal !== undefined && of !== undefined;
  const read = () => getSessionHealth(nodeClientOf(config, chainId!), { ...rest, principal: principal!, key: of! });
  return {
    ...optionsOf<GetSessionHealthReturnType>(sessionHealthQueryKey(parameters), isKnown, read),
    refetchInterval: (query: { state: { data?: GetSessionHealthReturnType | undefined } }) =>
      isAlive(query.state.data?.session.status) && HALF_A_MINUTE,
  };
}

const HALF_A_MINUTE = 30_000;

/** The key of `worstLossQueryOptions`. */
export function worstLossQueryKey(parameters: Partially<GetWorstLossParameters>): QueryKey {
  const { chainId, deployment, principal, key: of } = parameters;
  return key("worstLoss", { chainId, deployment, principal, key: of });
}

/** The most that a session can still take: `getWorstLoss` as a query. */
export function worstLossQueryOptions(config: Config, parameters: Partially<GetWorstLossParameters>) {
  const { chainId, principal, key: of, deployment } = parameters;
  const isKnown = chainId !== undefined && principal !== undefined && of !== undefined;
  const read = () => getWorstLoss(nodeClientOf(config, chainId!), { principal: principal!, key: of!, deployment });
  return optionsOf<GetWorstLossReturnType>(worstLossQueryKey(parameters), isKnown, read);
}

/** The key of `policyQueryOptions`. */
export function policyQueryKey(parameters: Partially<GetPolicyParameters>): QueryKey {
  const { chainId, deployment, policyId } = parameters;
  return [LATCHKEY_SCOPE, "policy", { chainId, policyStore: deployment?.policyStore, policyId }];
}

/** The policy behind an id, null if nobody has published it: `getPolicy` as a query. It never changes. */
export function policyQueryOptions(config: Config, parameters: Partially<GetPolicyParameters>) {
  const { chainId, policyId, ...rest } = parameters;
  const isKnown = chainId !== undefined && policyId !== undefined;
  // A query has no undefined data.
  const read = async () => (await getPolicy(nodeClientOf(config, chainId!), { ...rest, policyId: policyId! })) ?? null;
  return {
    ...optionsOf<NonNullable<GetPolicyReturnType> | null>(policyQueryKey(parameters), isKnown, read),
    // One that nobody has published may be published yet.
    staleTime: (query: { state: { data?: object | null | undefined } }) =>
      query.state.data === null ? 0 : Number.POSITIVE_INFINITY,
  };
}

/** The key of `chainClockQueryOptions`. */
export function chainClockQueryKey({ chainId }: ChainParameter): QueryKey {
  return [LATCHKEY_SCOPE, "clock", { chainId }];
}

/**
 * How far the chain's clock is ahead of this machine's, milliseconds: negative where it is behind. It is asked again every
 * half a minute.
 */
export function chainClockQueryOptions(config: Config, { chainId }: ChainParameter) {
  const read = async () => (await timeOf(nodeClientOf(config, chainId!))) * 1_000 - Date.now();
  return {
    ...optionsOf<number>(chainClockQueryKey({ chainId }), chainId !== undefined, read),
    refetchInterval: HALF_A_MINUTE,
  };
}

/** Which answers are old. */
export interface InvalidateSessionsParameters extends ChainParameter {
  /** @default everybody's */
  principal?: Address | undefined;
}

/**
 * Asks again for everything that changes when a session is registered, used or ended: sessions, lists, health, worst losses
 * and the chain's clock. Resolves when all that is on the screen has been answered.
 *
 * @example
 * import { invalidateSessions } from "latchkey/react";
 *
 * await invalidateSessions(queryClient, { principal });
 */
export async function invalidateSessions(
  queryClient: QueryClient,
  { chainId, principal }: InvalidateSessionsParameters = {},
): Promise<void> {
  await queryClient.invalidateQueries({
    queryKey: [LATCHKEY_SCOPE],
    predicate: ({ queryKey: [, name, asked] }) => {
      const of = (asked ?? {}) as { chainId?: number; principal?: Address };
      if (name === "policy" || (chainId !== undefined && of.chainId !== chainId)) return false;
      return name === "clock" || principal === undefined || of.principal?.toLowerCase() === principal.toLowerCase();
    },
  });
}
