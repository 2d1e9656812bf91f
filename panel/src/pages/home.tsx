import { useState } from "react";
import type { Address } from "viem";
import { Link } from "wouter";
import { safeText } from "latchkey";
import { useAuthority } from "@/parts/authority.ts";
import { useCoin } from "@/parts/limits.tsx";
import { Notice } from "@/parts/notice.tsx";
import { RevokeAllButton, RevokeChosenButton, RevokeElsewhere } from "@/parts/revoke.tsx";
import { SessionCard } from "@/parts/sessionCard.tsx";
import { Truth } from "@/parts/truth.tsx";
import { ConnectWallets, useActor } from "@/parts/wallet.tsx";
import { told } from "@/session/errors.ts";
import { type SessionList, type ShownSession, useSessionList } from "@/session/list.ts";
import { totalOf } from "@/session/loss.ts";
import { useChainNow, useDescriptions, useLosses } from "@/session/queries.ts";
import { useSetting } from "@/session/setting.tsx";
import { isOver, stateOf } from "@/session/state.ts";
import { amountOf, plural } from "@/session/words.ts";
import { Button } from "@/ui/button.tsx";
import { Card } from "@/ui/card.tsx";

export function Home() {
  const { address } = useActor();
  return (
    <>
      {address === undefined ? <Welcome /> : <Sessions key={address} principal={address} />}
      <Offered />
    </>
  );
}

function Welcome() {
  return (
    <Card className="grid gap-4 p-6 sm:p-8">
      <h1 className="max-w-2xl text-2xl font-semibold tracking-tight sm:text-3xl">
        See which keys may act for your wallet, and what they can still take
      </h1>
      <p className="max-w-2xl text-muted-foreground">
        Every session that your wallet ever registered, whichever app asked for it, read from the chain. Any of them
        ends here, for ever.
      </p>
      <ConnectWallets />
    </Card>
  );
}

/** What apps of this chain ask for. */
function Offered() {
  const { policies, address } = { ...useSetting(), ...useActor() };
  const described = useDescriptions(
    policies.map(({ policyId }) => policyId),
    address,
  );
  if (policies.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">What apps here ask for</h2>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {policies.map(({ policyId, about }) => (
          <li key={policyId}>
            <Link
              href={`/grant/${policyId}`}
              className="grid h-full content-start gap-1.5 rounded-2xl border bg-card p-4 text-sm transition hover:shadow-md motion-safe:hover:-translate-y-0.5"
            >
              <span className="font-medium break-words">
                {safeText(described.get(policyId)?.description.app ?? "A policy", 32)}
              </span>
              <span className="text-muted-foreground">{safeText(about, 200)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Cards that are shown at once: a wallet may have a thousand. */
const PAGE = 24;

export function Sessions({ principal }: { principal: Address }) {
  const now = useChainNow();
  const coin = useCoin();
  const { isMine } = useAuthority(principal);
  const { sessions: listed, error, isOfLog, leftOut, madeUp } = useSessionList(principal);
  const [filter, setFilter] = useState<"live" | "all">("live");
  const [app, setApp] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<Address>>(new Set());
  const [count, setCount] = useState(PAGE);
  const described = useDescriptions([...new Set((listed ?? []).map(({ policyId }) => policyId))], principal);
  // What a session is called, its policy says, which was held against its id.
  const all = (listed ?? []).map((each) => {
    return { ...each, app: described.get(each.policyId)?.policy.app ?? each.app ?? "an unknown app" };
  });
  const isLive = (session: ShownSession) => !isOver(stateOf(session, now));
  const live = all.filter(isLive);
  const losses = useLosses(
    principal,
    live.map(({ key }) => key),
  );
  const failure = error === null ? undefined : told(error);
  if (listed === undefined)
    return failure === undefined ? (
      <p className="text-sm text-muted-foreground" role="status">
        Reading your sessions from the chain.
      </p>
    ) : (
      <Notice tone="fail" title="The node did not say which sessions your wallet has.">
        <p className="text-muted-foreground">{failure.title} It is asked again by itself.</p>
      </Notice>
    );

  const known = live.flatMap(({ key, policyId }) => {
    const loss = losses.data?.get(key);
    return loss === undefined ? [] : [{ description: described.get(policyId)?.description, loss }];
  });
  const { totals, isWhole } = totalOf(known, coin);
  const apps = [...new Set(all.map((each) => each.app))].sort();
  const shown = all
    .filter((each) => (filter === "all" || isLive(each)) && (app === "" || each.app === app))
    .sort(byLoss(losses.data, totals, isLive));
  const isRead = known.length === live.length;
  const selected = live.filter(({ key }) => chosen.has(key)).map(({ key, app: of }) => ({ principal, key, app: of }));
  return (
    <>
      <Card className="grid gap-4 p-6 sm:grid-cols-[1fr_auto] sm:items-center">
        <div className="grid gap-2">
          <h1 className="text-sm text-muted-foreground">
            {plural(live.length, "live session")}. Together they can still take
          </h1>
          <p data-total className="wrap-anywhere text-2xl font-semibold tracking-tight tabular-nums">
            {!isRead
              ? "…"
              : totals.length === 0
                ? "nothing"
                : totals.map(({ amount, unit }) => amountOf(amount, unit)).join(" + ")}
          </p>
          {live.length > 0 && isRead && (
            <p className="text-sm text-muted-foreground">
              <Truth isWhole={isWhole} />
              {!isWhole && " Some of them trust contracts, or leave something open: their cards say which."}
            </p>
          )}
        </div>
        <div className="flex flex-wrap gap-2">
          {isMine && selected.length > 0 && (
            <RevokeChosenButton sessions={selected} onDone={() => setChosen(new Set())} />
          )}
          {isMine && <RevokeAllButton principal={principal} count={live.length} />}
        </div>
        {live.length > 0 && <RevokeElsewhere principal={principal} />}
      </Card>
      {failure !== undefined && isOfLog && (
        <Notice tone="fail" title="The node does not answer. What you see is what it said last.">
          <p className="text-muted-foreground">{failure.title}</p>
        </Notice>
      )}
      {failure === undefined && losses.isError && (
        <Notice tone="fail" title="The node did not say what they can still take.">
          <p className="text-muted-foreground">
            {isRead ? "What you see is what it said last." : "It is asked again by itself."}
          </p>
        </Notice>
      )}
      <IndexNotices {...{ isOfLog, leftOut, madeUp }} failure={failure?.title} />
      <section className="grid gap-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h2 className="text-lg font-semibold">Sessions</h2>
          <div className="ml-auto flex flex-wrap items-center gap-2 text-sm">
            <div role="group" aria-label="Which sessions" className="flex rounded-lg border bg-card-solid p-0.5">
              {(["live", "all"] as const).map((each) => (
                <Button
                  key={each}
                  size="sm"
                  variant="ghost"
                  aria-pressed={filter === each}
                  className={filter === each ? "bg-muted font-semibold" : undefined}
                  onClick={() => setFilter(each)}
                >
                  {each === "live" ? `Live (${live.length})` : `All (${all.length})`}
                </Button>
              ))}
            </div>
            {apps.length > 1 && (
              <select
                aria-label="App"
                className="h-9 max-w-40 rounded-lg border border-input/60 bg-card-solid px-2"
                value={app}
                onChange={(event) => setApp(event.target.value)}
              >
                <option value="">Every app</option>
                {apps.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            )}
          </div>
        </div>
        {shown.length === 0 && (
          <p className="rounded-2xl border border-dashed p-8 text-center text-sm text-muted-foreground">
            {all.length === 0
              ? "This wallet has never registered a session. Those of a smart account of yours are under Audit, by its address."
              : "No session of this wallet can act."}
          </p>
        )}
        <ul className="grid grid-cols-1 gap-4 md:grid-cols-2">
          {shown.slice(0, count).map((session) => (
            <li key={session.key} className="grid">
              <SessionCard
                principal={principal}
                session={session}
                described={described.get(session.policyId)}
                loss={losses.data?.get(session.key)}
                mostCalls={session.grantedCalls ?? session.maxCalls}
                isChosen={isMine && isLive(session) ? chosen.has(session.key) : undefined}
                onChoose={(isChosen) => {
                  const next = new Set(chosen);
                  if (isChosen) next.add(session.key);
                  else next.delete(session.key);
                  setChosen(next);
                }}
              />
            </li>
          ))}
        </ul>
        {shown.length > count && (
          <Button variant="outline" className="mx-auto" onClick={() => setCount(count + PAGE)}>
            Show {Math.min(PAGE, shown.length - count)} more of {shown.length - count}
          </Button>
        )}
      </section>
    </>
  );
}

/**
 * What can still be lost, the most first: in front of all those whose number is not the whole truth, then by the amount of
 * one unit after the other; then what ends last.
 */
function byLoss(
  losses: ReturnType<typeof useLosses>["data"],
  units: ReturnType<typeof totalOf>["totals"],
  isLive: (session: ShownSession) => boolean,
) {
  const amount = (key: Address, unit: Address) => {
    const loss = losses?.get(key);
    const spent = loss?.losses.find((each) => each.unit.toLowerCase() === unit.toLowerCase())?.amount ?? 0n;
    return BigInt(unit) === 0n ? spent + (loss?.gas ?? 0n) : spent;
  };
  return (a: ShownSession, b: ShownSession): number => {
    if (isLive(a) !== isLive(b)) return isLive(a) ? -1 : 1;
    const [wholeA, wholeB] = [a, b].map(({ key }) => losses?.get(key)?.isWhole ?? true);
    if (wholeA !== wholeB) return wholeA === true ? 1 : -1;
    for (const { unit } of [...units].reverse()) {
      const [inA, inB] = [amount(a.key, unit.address), amount(b.key, unit.address)];
      if (inA !== inB) return inA > inB ? -1 : 1;
    }
    return b.validUntil - a.validUntil;
  };
}

/** What an index says that the chain does not, and what hangs on its word alone. */
function IndexNotices({
  isOfLog,
  leftOut,
  madeUp,
  failure,
}: Pick<SessionList, "isOfLog" | "leftOut" | "madeUp"> & { failure: string | undefined }) {
  return (
    <>
      {!isOfLog && failure !== undefined && (
        <Notice tone="warn" title="This list is the index's, and may leave sessions out.">
          <p>
            The node does not search its log: {failure} How each session stands is the chain's word. Revoke all ends
            those too that are not here.
          </p>
        </Notice>
      )}
      {leftOut > 0 && (
        <Notice tone="warn" title={`The index leaves out ${plural(leftOut, "session")} that the chain has.`}>
          <p>They are in this list, which the chain's log was read for. The index does not tell the whole truth.</p>
        </Notice>
      )}
      {madeUp > 0 && (
        <Notice tone="warn" title={`The index names ${plural(madeUp, "session")} that the chain does not know.`}>
          <p>They are not shown. The index does not tell the truth.</p>
        </Notice>
      )}
    </>
  );
}
