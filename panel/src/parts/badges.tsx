import { Clock, Loader2 } from "lucide-react";
import { Badge } from "@/ui/badge.tsx";
import type { SessionState } from "latchkey/react";
import { BADGES } from "@/session/state.ts";
import { timeInShort } from "@/session/words.ts";
import { useChainNow } from "@/session/queries.ts";

export function StateBadge({ state }: { state: SessionState }) {
  const { tone, word } = BADGES[state];
  return (
    <Badge tone={tone}>
      {state === "registering" && <Loader2 aria-hidden className="animate-spin" />}
      {word}
    </Badge>
  );
}

export function CallsLeft({ left, most }: { left: number; most: number }) {
  return (
    <span className="font-mono text-sm tabular-nums">
      {left} / {most} calls remaining
    </span>
  );
}

/** Time left by the chain's clock; nothing once there is none. */
export function TimeLeft({ validAfter, validUntil }: { validAfter: number; validUntil: number }) {
  const now = useChainNow();
  if (now === undefined || now > validUntil) return null;
  const starts = now < validAfter;
  const words = starts
    ? `starts in ${timeInShort(validAfter - now)}`
    : `${timeInShort(validUntil - now + 1)} remaining`;
  return (
    <time
      dateTime={new Date(validUntil * 1_000).toISOString()}
      className="inline-flex items-center gap-1.5 font-mono text-sm tabular-nums"
    >
      <Clock aria-hidden className="h-4 w-4" />
      {words}
    </time>
  );
}
