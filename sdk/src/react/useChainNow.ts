"use client";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useChainId, useConfig } from "wagmi";
import type { ChainParameter, ConfigParameter } from "./parameters.ts";
import { chainClockQueryOptions } from "./queries.ts";

export interface UseChainNowParameters extends ChainParameter, ConfigParameter {}

/** Unix seconds; undefined while the chain has not said it, and on a server. */
export type UseChainNowReturnType = number | undefined;

/**
 * The chain's clock, counted on by this machine's between two answers of the chain. All components share one timer, which
 * stops when none is left.
 *
 * @example
 * import { useChainNow } from "latchkey/react";
 *
 * const now = useChainNow();
 */
export function useChainNow(parameters: UseChainNowParameters = {}): UseChainNowReturnType {
  const config = useConfig(parameters);
  const current = useChainId({ config });
  const options = chainClockQueryOptions(config, { chainId: parameters.chainId ?? current });
  // Never another chain's, whatever an app shows until the next answer.
  const { data: ahead } = useQuery({ ...options, placeholderData: undefined });
  const second = useSyncExternalStore(subscribe, secondHere, () => undefined);
  return ahead === undefined || second === undefined ? undefined : Math.floor((second * 1_000 + ahead) / 1_000);
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function secondHere(): number {
  return Math.floor(Date.now() / 1_000);
}
