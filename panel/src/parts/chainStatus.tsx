import { useQuery } from "@tanstack/react-query";
import { getBlockNumber } from "viem/actions";
import { safeText } from "latchkey";
import { useIndexHealth } from "@/session/index.ts";
import { useChainNow } from "@/session/queries.ts";
import { useNode, useSetting } from "@/session/setting.tsx";
import { plural } from "@/session/words.ts";

/** Which chain this is, how far it is, and whether its node still answers. */
export function ChainStatus() {
  const node = useNode();
  const { chain } = useSetting();
  const now = useChainNow();
  const { data: head, isError } = useQuery({
    queryKey: ["head", chain.id],
    queryFn: () => getBlockNumber(node, { cacheTime: 0 }),
    refetchInterval: 5_000,
  });
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 border-t pt-4 font-mono text-xs text-muted-foreground tabular-nums">
      <span>
        {chain.name}, chain {chain.id}
      </span>
      {head !== undefined && <span>block {String(head)}</span>}
      {now !== undefined && (
        <time data-clock dateTime={new Date(now * 1_000).toISOString()}>
          {new Date(now * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC by the chain
        </time>
      )}
      <IndexStatus />
      {isError && <span role="alert">The node does not answer: what is shown is what it said last.</span>}
    </p>
  );
}

/** Where lists and histories come from. How sessions stand comes from the chain in any case. */
function IndexStatus() {
  const { chain } = useSetting();
  const health = useIndexHealth();
  if (health === undefined || health.status === "unreachable") return <span>list from the chain's log</span>;
  if (health.status !== "ok")
    return (
      <span>index refuses ({safeText(health.message ?? health.code ?? "no reason", 160)}); list from the log</span>
    );
  if (health.chainId !== chain.id) return <span>index is of another chain; list from the log</span>;
  const behind = health.lag?.blocks ?? 0;
  return <span data-index>index {behind === 0 ? "is at the head" : `is ${plural(behind, "block")} behind`}</span>;
}
