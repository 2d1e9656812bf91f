import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Account, Client } from "viem";
import { type Config, type Connector, useConfig, useConnection } from "wagmi";
import type { Deployment } from "latchkey";
import { getSessionClient, invalidateSessions, LATCHKEY_SCOPE } from "latchkey/react";
import { useSetting } from "@/session/setting.tsx";

/** Milliseconds after which a wallet that has not answered is worth a word. */
const SLOW = 15_000;

class AbandonedError extends Error {
  override name = "AbandonedError";
}

/** What every hook of the owner's takes, and what this page says of each. */
export interface OfThisPage {
  chainId: number;
  deployment: Deployment;
  connector: Connector | undefined;
  /** Before a wallet is asked once more. */
  onAsking: () => void;
  onSubmitted: () => void;
}

/** What is used of a mutation of the client's hooks. */
interface Mutation<variables, data> {
  isPending: boolean;
  isSuccess: boolean;
  error: Error | null;
  data: data | undefined;
  mutate: (variables: variables) => void;
  reset: () => void;
}

/** How far an action of the wallet's is, and the way out while it does not answer. */
export function useProgress<variables extends object, data>(mutation: Mutation<variables, data>) {
  const { chain, deployment } = useSetting();
  const { connector } = useConnection();
  const [phase, setPhase] = useState<"wallet" | "chain">("wallet");
  const [isSlow, setSlow] = useState(false);
  const abort = useRef<AbortController>(undefined);
  const { isPending, error, data, isSuccess, mutate, reset } = mutation;
  useEffect(() => {
    setSlow(false);
    if (!isPending) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW);
    return () => clearTimeout(timer);
  }, [isPending, phase]);
  return {
    ...{ isPending, phase, isSlow, data, isSuccess, reset },
    // Who has stopped waiting knows it.
    error: isAbandoned(error) ? null : error,
    run(variables: Omit<variables, keyof OfThisPage>) {
      setPhase("wallet");
      const { signal } = (abort.current = new AbortController());
      mutate({
        ...variables,
        ...{ chainId: chain.id, deployment, connector: connector && abandonable(connector, signal) },
        onAsking: () => setPhase("wallet"),
        onSubmitted: () => setPhase("chain"),
      } as variables);
    },
    abandon: () => abort.current?.abort(),
  };
}

export type Progress = Omit<ReturnType<typeof useProgress<never, unknown>>, "run">;

function isAbandoned(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof AbandonedError) return true;
  return false;
}

/** A wallet whose late answers are not used: what it signs after that is handed to nobody. */
function abandonable(connector: Connector, signal: AbortSignal): Connector {
  const abandoned = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new AbandonedError("You stopped waiting for the wallet.")));
  });
  abandoned.catch(() => {});
  return {
    ...connector,
    async getProvider(parameters) {
      const provider = (await connector.getProvider(parameters)) as { request(asked: unknown): Promise<unknown> };
      return { ...provider, request: (asked: unknown) => Promise.race([provider.request(asked), abandoned]) };
    },
  };
}

export type OwnerClient = Client & { account: Account };

/** What the wallet does that no hook of the client does, as a mutation like those. */
export function useOwnerMutation<variables, data>(
  name: string,
  act: (client: OwnerClient, variables: variables & OfThisPage) => Promise<data>,
): UseMutationResult<data, Error, variables & OfThisPage> {
  const config: Config = useConfig();
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: [LATCHKEY_SCOPE, name],
    mutationFn: async (variables) => {
      const { chainId, connector } = variables;
      const client = (await getSessionClient(config, { chainId, connector })) as OwnerClient;
      return act(client, variables);
    },
    onSettled: () => invalidateSessions(queryClient),
  });
}
