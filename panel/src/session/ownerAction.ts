import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useConfig } from "wagmi";
import type { Account, Client } from "viem";
import { AbandonedError, ownerClient } from "@/session/owner.ts";
import { SCOPE } from "@/session/queries.ts";
import { useSetting } from "@/session/setting.tsx";

/** Seconds after which a wallet that has not answered is worth a word. */
const SLOW = 15;

export interface OwnerRun {
  client: Client & { account: Account };
  /** Something was sent: the wallet has answered, and the chain is waited for. */
  onSubmitted(): void;
}

/** What one button makes the wallet do, and how far that is. */
export function useOwnerAction<parameters, result>(
  name: string,
  act: (run: OwnerRun, parameters: parameters) => Promise<result>,
) {
  const config = useConfig();
  const queries = useQueryClient();
  const { chain } = useSetting();
  const [phase, setPhase] = useState<"wallet" | "chain">("wallet");
  const [isSlow, setSlow] = useState(false);
  const abort = useRef<AbortController>(undefined);
  const mutation = useMutation<result, Error, parameters>({
    mutationKey: [SCOPE, name],
    mutationFn: async (parameters) => {
      setPhase("wallet");
      abort.current = new AbortController();
      const client = await ownerClient(config, chain.id, abort.current.signal);
      return act({ client, onSubmitted: () => setPhase("chain") }, parameters);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [SCOPE] }),
  });
  const { isPending } = mutation;
  useEffect(() => {
    setSlow(false);
    if (!isPending) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW * 1_000);
    return () => clearTimeout(timer);
  }, [isPending, phase]);
  const { error } = mutation;
  return {
    ...{ run: mutation.mutate, reset: mutation.reset, data: mutation.data, isSuccess: mutation.isSuccess },
    ...{ isPending, phase, isSlow },
    // Who has stopped waiting knows it.
    error: error instanceof AbandonedError ? null : error,
    abandon: () => abort.current?.abort(),
  };
}
