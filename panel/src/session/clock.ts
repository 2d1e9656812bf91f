import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { getBlock } from "viem/actions";
import { useNode, useSetting } from "@/session/setting.tsx";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for whoever looks at the time, none while nobody does. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((each) => each()), 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const machineSeconds = () => Math.floor(Date.now() / 1_000);

/** Unix seconds by the chain's clock, which is not the machine's; undefined until the chain has said it. */
export function useChainNow(): number | undefined {
  const node = useNode();
  const { chain } = useSetting();
  const { data: offset } = useQuery({
    queryKey: ["latchkey", "clock", chain.id],
    queryFn: async () => {
      const [latest, pending] = await Promise.all([
        getBlock(node),
        getBlock(node, { blockTag: "pending" }).catch(() => undefined),
      ]);
      const time = Math.max(...[latest, pending].map((block) => Number(block?.timestamp ?? 0n)));
      return time - machineSeconds();
    },
    refetchInterval: 30_000,
  });
  const now = useSyncExternalStore(subscribe, machineSeconds, () => 0);
  return offset === undefined ? undefined : now + offset;
}
