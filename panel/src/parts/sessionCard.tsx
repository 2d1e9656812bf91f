import type { Address } from "viem";
import { Link } from "wouter";
import type { GetWorstLossReturnType, PolicyDescription } from "latchkey";
import { CallsLeft, StateBadge, TimeLeft } from "@/parts/badges.tsx";
import { Limits } from "@/parts/limits.tsx";
import { RevokeButton } from "@/parts/revoke.tsx";
import type { ShownSession } from "@/session/list.ts";
import { lossInWords } from "@/session/loss.ts";
import { useChainNow } from "@/session/queries.ts";
import { isOver, stateOf } from "@/session/state.ts";
import { momentOf, short } from "@/session/words.ts";
import { Badge } from "@/ui/badge.tsx";
import { Card } from "@/ui/card.tsx";

/** One session in the list: how it stands, what is left of it, and what it can still take. */
export function SessionCard({
  principal,
  session,
  described,
  loss,
  mostCalls,
  isChosen,
  onChoose,
}: {
  principal: Address;
  session: ShownSession & { app: string };
  /** Null for a policy whose text nobody has published here; undefined while that is not known. */
  described: { description: PolicyDescription } | null | undefined;
  loss: GetWorstLossReturnType | undefined;
  /** What its registration granted. */
  mostCalls: number;
  /** Undefined where nothing can be chosen. */
  isChosen: boolean | undefined;
  onChoose(isChosen: boolean): void;
}) {
  const now = useChainNow();
  const { key, app, validAfter, validUntil, callsLeft } = session;
  const state = stateOf(session, now);
  const canAct = !isOver(state);
  return (
    <Card
      className="flex flex-col gap-4 transition motion-safe:hover:-translate-y-0.5 hover:shadow-md"
      data-session={key}
    >
      <div className="flex items-start gap-3">
        {isChosen !== undefined && (
          <input
            type="checkbox"
            className="mt-1 size-4 shrink-0 accent-primary"
            checked={isChosen}
            aria-label={`Select key ${short(key)} of ${app}`}
            onChange={(event) => onChoose(event.target.checked)}
          />
        )}
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-semibold">
            <Link href={`/session/${principal}/${key}`} className="rounded-sm underline-offset-4 hover:underline">
              {app}
              <span className="sr-only">, key {short(key)}</span>
            </Link>
          </h3>
          <code className="font-mono text-xs text-muted-foreground" aria-hidden>
            {short(key)}
          </code>
        </div>
        <StateBadge state={state} />
      </div>
      {canAct ? (
        <>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <CallsLeft left={callsLeft} most={mostCalls} />
            <TimeLeft validAfter={validAfter} validUntil={validUntil} />
          </div>
          <Limits limits={session.limits} description={described?.description} />
          <StillLost described={described} loss={loss} />
        </>
      ) : (
        <p className="text-sm text-muted-foreground">
          {state === "revoked"
            ? "It can take nothing any more."
            : `Over since ${momentOf(validUntil)}. It can take nothing.`}
        </p>
      )}
      {canAct && (
        <div className="mt-auto flex justify-end pt-1">
          <RevokeButton session={{ principal, key, app }} size="sm" />
        </div>
      )}
    </Card>
  );
}

function StillLost({
  described,
  loss,
}: {
  described: { description: PolicyDescription } | null | undefined;
  loss: GetWorstLossReturnType | undefined;
}) {
  if (described === null)
    return (
      <p className="text-sm">
        <Badge tone="amber">Unknown policy</Badge>{" "}
        <span className="text-muted-foreground">
          Nobody has published its text where this node searches. Unless you know it, revoke it.
        </span>
      </p>
    );
  if (described === undefined || loss === undefined)
    return <p className="text-sm text-muted-foreground">Reading what it can still take.</p>;
  return (
    <div className="grid gap-0.5 text-sm">
      <span className="text-xs text-muted-foreground">Can still take</span>
      <span className="font-medium">{lossInWords(described.description, loss)}</span>
    </div>
  );
}
