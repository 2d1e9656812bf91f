"use client";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useChainId, useConfig } from "wagmi";
import type { GetPolicyParameters } from "../actions/getPolicy.ts";
import type { GetSessionHealthParameters, GetSessionHealthReturnType } from "../actions/getSessionHealth.ts";
import type { GetWorstLossParameters, GetWorstLossReturnType } from "../actions/getWorstLoss.ts";
import type { Policy } from "../types.ts";
import type { ConfigParameter, Partially, QueryParameter } from "./parameters.ts";
import { policyQueryOptions, sessionHealthQueryOptions, worstLossQueryOptions } from "./queries.ts";

export type UseSessionHealthParameters<selected = GetSessionHealthReturnType> = Partially<GetSessionHealthParameters> &
  ConfigParameter &
  QueryParameter<GetSessionHealthReturnType, selected>;

/**
 * What a screen should warn of before a session fails: `getSessionHealth`, asked while `principal` and `key` are known.
 *
 * @example
 * import { useSessionHealth } from "latchkey/react";
 *
 * const { data: health } = useSessionHealth({ principal, key: key.address });
 */
export function useSessionHealth<selected = GetSessionHealthReturnType>(
  parameters: UseSessionHealthParameters<selected>,
): UseQueryResult<selected, Error> {
  const { query, config: _given, ...asked } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const options = sessionHealthQueryOptions(config, { ...asked, chainId: asked.chainId ?? current });
  return useQuery({ ...options, ...query, enabled: options.enabled && (query?.enabled ?? true) });
}

export type UseWorstLossParameters<selected = GetWorstLossReturnType> = Partially<GetWorstLossParameters> &
  ConfigParameter &
  QueryParameter<GetWorstLossReturnType, selected>;

/**
 * The most that a session can still take: `getWorstLoss`, asked while `principal` and `key` are known.
 *
 * @example
 * import { useWorstLoss } from "latchkey/react";
 *
 * const { data: loss } = useWorstLoss({ principal, key: key.address });
 */
export function useWorstLoss<selected = GetWorstLossReturnType>(
  parameters: UseWorstLossParameters<selected>,
): UseQueryResult<selected, Error> {
  const { query, config: _given, ...asked } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const options = worstLossQueryOptions(config, { ...asked, chainId: asked.chainId ?? current });
  return useQuery({ ...options, ...query, enabled: options.enabled && (query?.enabled ?? true) });
}

export type UsePolicyParameters<selected = Policy | null> = Partially<GetPolicyParameters> &
  ConfigParameter &
  QueryParameter<Policy | null, selected>;

/**
 * The whole policy behind an id, null if nobody has published it: `getPolicy`, asked once.
 *
 * @example
 * import { usePolicy } from "latchkey/react";
 *
 * const { data: policy } = usePolicy({ policyId });
 */
export function usePolicy<selected = Policy | null>(
  parameters: UsePolicyParameters<selected>,
): UseQueryResult<selected, Error> {
  const { query, config: _given, ...asked } = parameters;
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const options = policyQueryOptions(config, { ...asked, chainId: asked.chainId ?? current });
  return useQuery({ ...options, ...query, enabled: options.enabled && (query?.enabled ?? true) });
}
