import type { LimitState, PolicyDescription } from "latchkey";
import { Meter, ratio } from "@/parts/meter.tsx";
import { useChainNow } from "@/session/queries.ts";
import { unitOf } from "@/session/loss.ts";
import { useSetting } from "@/session/setting.tsx";
import { amountOf, short, timeInShort } from "@/session/words.ts";

/** What was spent of each limit. */
export function Limits({
  limits,
  description,
}: {
  limits: readonly LimitState[];
  description: PolicyDescription | undefined;
}) {
  const now = useChainNow();
  const coin = useCoin();
  if (limits.length === 0) return null;
  return (
    <ul className="grid gap-2.5">
      {limits.map(({ unit: address, cap, left, period, refillsAt }) => {
        const unit = unitOf(address, description, coin);
        const spent = cap - left;
        return (
          <li key={`${address} ${period}`} className="grid gap-1 text-xs">
            <span className="flex flex-wrap justify-between gap-x-3 font-mono text-muted-foreground tabular-nums">
              <span>
                {amountOf(left, unit)} left of {amountOf(cap, unit)}
              </span>
              {refillsAt > 0 && now !== undefined && refillsAt > now && (
                <time dateTime={`PT${refillsAt - now}S`}>refills in {timeInShort(refillsAt - now)}</time>
              )}
            </span>
            <Meter
              label={`Spent of ${unit.symbol ?? short(address)}`}
              part={ratio(spent, cap)}
              words={`${amountOf(spent, unit)} of ${amountOf(cap, unit)} spent`}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** The native coin as a unit. */
export function useCoin(): PolicyDescription["coin"] {
  const { symbol, decimals } = useSetting().chain.nativeCurrency;
  return { address: "0x0000000000000000000000000000000000000000", kind: "native", symbol, decimals };
}
