"use client";
import { useQuery, useQueryClient, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { useChainId, useConfig } from "wagmi";
import type { GetSessionsParameters, GetSessionsReturnType } from "../actions/getSessions.ts";
import { watchSessions, type WatchSessionsParameters } from "../actions/watchSessions.ts";
import type { SessionClient } from "../chain/client.ts";
import { nodeClientOf } from "./clients.ts";
import type { ConfigParameter, Partially, QueryParameter } from "./parameters.ts";
import { invalidateSessions, sessionsQueryOptions } from "./queries.ts";

export type UseSessionsParameters<selected = GetSessionsReturnType> = Partially<GetSessionsParameters> &
  ConfigParameter &
  QueryParameter<GetSessionsReturnType, selected> & {
    /**
     * Whether registrations and ends are followed.
     *
     * @default true
     */
    watch?: boolean | undefined;
  };

/**
 * Every session that a principal ever registered, whatever app it was for, the oldest registration first. Registrations
 * and ends are seen as they are mined; that a session was used is no event of the registry: `useSession` asks for that.
 *
 * @example
 * import { useSessions } from "latchkey/react";
 *
 * const { data: sessions = [] } = useSessions({ principal });
 */
export function useSessions<selected = GetSessionsReturnType>(
  parameters: UseSessionsParameters<selected>,
): UseQueryResult<selected, Error> {
  const { query, watch = true, config: _given, ...asked } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const { chainId = current, principal, deployment, maxBlockRange } = asked;
  const queryClient = useQueryClient();
  const isWatched = watch && (query?.enabled ?? true) !== false;
  useEffect(() => {
    const isKnown = config.chains.some(({ id }) => id === chainId);
    if (principal === undefined || !isWatched || !isKnown) return undefined;
    const client = nodeClientOf(config, chainId);
    return follow(queryClient, client, { chainId, principal, deployment, maxBlockRange });
    // The addresses of a deployment belong together, and may be written down anew each time.
  }, [config, queryClient, chainId, principal, deployment?.latchkey, maxBlockRange, isWatched]);
  const options = sessionsQueryOptions(config, { ...asked, chainId });
  return useQuery({ ...query, ...options, enabled: options.enabled && (query?.enabled ?? true) });
}

interface Followed {
  stop: () => void;
  count: number;
}

const followed = new WeakMap<QueryClient, Map<string, Followed>>();

/** Follows a principal's sessions for all components that ask for it, once. */
function follow(
  queryClient: QueryClient,
  client: SessionClient,
  parameters: Pick<WatchSessionsParameters, "principal" | "deployment" | "maxBlockRange"> & { chainId: number },
): () => void {
  const { chainId, principal, deployment } = parameters;
  const all = followed.get(queryClient) ?? new Map<string, Followed>();
  followed.set(queryClient, all);
  const name = `${chainId} ${deployment?.latchkey} ${principal}`.toLowerCase();
  const onNews = () => void invalidateSessions(queryClient, { chainId, principal });
  const start = () => ({
    stop: watchSessions(client, {
      ...parameters,
      ...{ onRegistered: onNews, onRevoked: onNews, onSwept: onNews, onAllRevoked: onNews, onReorganized: onNews },
    }),
    count: 0,
  });
  const one = all.get(name) ?? start();
  all.set(name, one);
  one.count += 1;
  return () => {
    one.count -= 1;
    if (one.count > 0) return;
    one.stop();
    all.delete(name);
  };
}
