import { isAddressEqual } from "viem";
import { type PolicyDescription, spendToSvg } from "latchkey";
import { Picture } from "@/parts/picture.tsx";
import type { Sample } from "@/session/index.ts";
import { useChainNow } from "@/session/queries.ts";
import { short } from "@/session/words.ts";

/** What was spent of each limit over the life of a session, by the word of an index that has kept it. */
export function Spending({
  description,
  samples,
  validAfter,
  validUntil,
}: {
  description: PolicyDescription;
  samples: readonly Sample[];
  validAfter: number;
  validUntil: number;
}) {
  const now = useChainNow();
  if (now === undefined || samples.length < 2) return null;
  // A picture that is drawn anew each second would flicker.
  const clock = { validAfter, validUntil, now: now - (now % 10) };
  return description.limits.map((limit, i) => {
    const { symbol, address } = limit.unit;
    const own = samples.flatMap(({ at, limits }) => {
      const left = limits[i];
      return left !== undefined && isAddressEqual(left.unit, address) && left.left <= limit.cap
        ? [{ at, left: left.left }]
        : [];
    });
    return (
      <Picture
        key={`${address}${limit.period}`}
        draw={(theme) => spendToSvg({ ...clock, limit, samples: own, theme })}
        alt={`What was spent of ${symbol ?? short(address)} under its cap, as the index has it.`}
      />
    );
  });
}
