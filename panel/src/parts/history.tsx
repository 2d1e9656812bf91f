import { TransactionLink } from "@/parts/address.tsx";
import type { Happening } from "@/session/happenings.ts";
import { momentOf } from "@/session/words.ts";
import { useState } from "react";
import { Button } from "@/ui/button.tsx";

const WORDS: Record<Happening["kind"], string> = {
  registered: "Registered",
  used: "Used",
  revoked: "Revoked",
  swept: "Swept after its end",
  "all-revoked": "All sessions revoked",
};
const PAGE = 20;

/** What happened to a session, the latest first. Operations of smart accounts emit no event of their own. */
export function History({
  happenings,
  isUnread,
}: {
  /** Undefined until the node has said it. */
  happenings: readonly Happening[] | undefined;
  isUnread: boolean;
}) {
  const [count, setCount] = useState(PAGE);
  if (happenings === undefined)
    return (
      <p className="text-sm text-muted-foreground">
        {isUnread ? "The node did not say what its log has of it. It is asked again by itself." : "Reading the log."}
      </p>
    );
  const latest = [...happenings].reverse();
  if (latest.length === 0) return <p className="text-sm text-muted-foreground">The log has nothing of it.</p>;
  return (
    <>
      <ol className="grid gap-2 text-sm">
        {latest.slice(0, count).map(({ kind, hash, block, time, route, isOfIndex }, i) => (
          <li
            key={`${hash}${kind}${i}`}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b pb-2 last:border-0"
          >
            <span className="w-40 font-medium">{WORDS[kind]}</span>
            <span className="font-mono text-[0.8125rem] text-muted-foreground tabular-nums">
              {time === undefined ? `block ${block}` : momentOf(time)}
            </span>
            {(route !== undefined || isOfIndex) && (
              <span className="text-muted-foreground">
                {[route, isOfIndex ? "by the index alone" : "by the index"].filter(Boolean).join(", ")}
              </span>
            )}
            <span className="ml-auto">
              <TransactionLink hash={hash} />
            </span>
          </li>
        ))}
      </ol>
      {latest.length > count && (
        <Button variant="outline" size="sm" className="w-fit" onClick={() => setCount(count + PAGE)}>
          Show earlier ones
        </Button>
      )}
    </>
  );
}
