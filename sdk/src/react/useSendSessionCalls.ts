"use client";
import { useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { useChainId, useConfig, useConnection } from "wagmi";
import type { SendSessionCallsSyncParameters } from "../actions/sessionCalls.ts";
import type { ConfigParameter, MutationParameter } from "./parameters.ts";
import { LATCHKEY_SCOPE } from "./queries.ts";
import { given, sendAndShow } from "./sendAndShow.ts";
import { ONCE } from "./once.ts";
import type {
  SessionSendingParameters,
  UseSendSessionCallsData,
  UseSendSessionCallsVariables,
} from "./sessionSending.ts";

export interface UseSendSessionCallsParameters
  extends
    ConfigParameter,
    SessionSendingParameters,
    Partial<Omit<SendSessionCallsSyncParameters, "calls">>,
    MutationParameter<UseSendSessionCallsData, UseSendSessionCallsVariables> {}

export type UseSendSessionCallsReturnType = UseMutationResult<
  UseSendSessionCallsData,
  Error,
  UseSendSessionCallsVariables
>;

/**
 * `sendSessionCalls` as a mutation: it has succeeded when the calls are mined and the screen shows it. What is given to the
 * hook holds for all calls that say nothing else; the principal is the connected account unless told otherwise. The calls
 * that the session has left are counted down at once. A `grant` registers a session with its first calls: the connected
 * wallet signs it, unless it has been signed.
 *
 * @example
 * import { useSendSessionCalls } from "latchkey/react";
 *
 * const send = useSendSessionCalls({ principal, key, fallback: "wallet" });
 * const { by, hash } = await send.mutateAsync({ calls });
 */
export function useSendSessionCalls(parameters: UseSendSessionCallsParameters = {}): UseSendSessionCallsReturnType {
  const { mutation, config: _given, ...defaults } = parameters;
  const config = useConfig(parameters);
  const chainId = useChainId({ config });
  const { address: principal } = useConnection({ config });
  const queryClient = useQueryClient();
  return useMutation({
    ...mutation,
    ...ONCE,
    mutationKey: [LATCHKEY_SCOPE, "sendSessionCalls"],
    mutationFn: (variables) =>
      sendAndShow({ config, queryClient }, { chainId, principal, ...given(defaults), ...given(variables) }),
  });
}
