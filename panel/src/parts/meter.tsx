import { clsx } from "clsx";

/** So much of something; the words say what the length shows. */
export function Meter({
  label,
  part,
  words,
  tone = "primary",
}: {
  label: string;
  /** 0 to 1. */
  part: number;
  words: string;
  tone?: "primary" | "destructive" | "amber";
}) {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 1_000) / 10;
  return (
    <div
      role="meter"
      data-slot="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={words}
      className="h-2 w-full overflow-hidden rounded-full bg-muted"
    >
      <div
        data-fill
        className={clsx(
          "h-full rounded-full transition-[width] duration-300",
          tone === "primary" && "bg-primary",
          tone === "amber" && "bg-amber-500",
          tone === "destructive" && "bg-destructive",
        )}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}

/** A part of a whole as a number that a screen can use. */
export function ratio(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 10_000;
}
