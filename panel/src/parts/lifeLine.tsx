import type { Happening } from "@/session/happenings.ts";
import { useChainNow } from "@/session/queries.ts";
import { momentOf, plural } from "@/session/words.ts";

/** The window of a session as a bar, with its uses and now. */
export function LifeLine({
  validAfter,
  validUntil,
  uses,
}: {
  validAfter: number;
  validUntil: number;
  /** Undefined until the node has said it. */
  uses: readonly Happening[] | undefined;
}) {
  const now = useChainNow();
  const length = Math.max(1, validUntil - validAfter);
  const at = (time: number) => `${Math.min(100, Math.max(0, ((time - validAfter) / length) * 100))}%`;
  const timed = (uses ?? []).flatMap(({ time, hash }) => (time === undefined ? [] : [{ time, hash }]));
  const ofIndex = (uses ?? []).filter(({ isOfIndex }) => isOfIndex).length;
  const counted =
    uses &&
    `${plural(uses.length - ofIndex, "use")} in the log${ofIndex === 0 ? "" : `, ${ofIndex} more by the index's word`}`;
  const past = now === undefined ? 0 : Math.min(1, Math.max(0, (now - validAfter) / length));
  return (
    <figure className="grid gap-2">
      <div
        role="img"
        aria-label={`From ${momentOf(validAfter)} to ${momentOf(validUntil)}, ${Math.round(past * 100)} % of it past${counted === undefined ? "" : `, with ${counted}`}`}
        className="relative h-9"
      >
        <div className="absolute inset-x-0 top-3 h-3 overflow-hidden rounded-full border bg-muted">
          <div data-fill className="h-full bg-primary/30" style={{ width: `${past * 100}%` }} />
        </div>
        {timed.map(({ time, hash }, i) => (
          <span
            key={`${hash}${i}`}
            data-fill
            className="absolute top-1.5 h-6 w-0.5 -translate-x-1/2 bg-primary"
            style={{ left: at(time) }}
          />
        ))}
        {now !== undefined && now >= validAfter && now <= validUntil && (
          <span
            className="absolute top-0 h-9 w-px -translate-x-1/2 border-l-2 border-dashed border-foreground"
            style={{ left: at(now) }}
          />
        )}
      </div>
      <figcaption className="flex flex-wrap justify-between gap-x-4 font-mono text-xs text-muted-foreground tabular-nums">
        <span>{momentOf(validAfter)}</span>
        <span>{counted}</span>
        <span>{momentOf(validUntil)}</span>
      </figcaption>
    </figure>
  );
}
