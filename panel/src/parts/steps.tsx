import { Check, Loader2 } from "lucide-react";
import { clsx } from "clsx";

/** The steps of one way, in order: those before `at` are done. */
export function StepProgress({ steps, at, isBusy }: { steps: readonly string[]; at: number; isBusy: boolean }) {
  return (
    <ol className="flex flex-wrap items-center gap-2" aria-label="Progress">
      {steps.map((step, i) => (
        <li
          key={step}
          {...(i === at && { "aria-current": "step" as const })}
          className={clsx(
            "flex items-center gap-2 text-sm",
            i > at && "text-muted-foreground",
            i < steps.length - 1 && "flex-1",
          )}
        >
          <span
            className={clsx(
              "grid size-6 shrink-0 place-items-center rounded-full border text-xs font-semibold tabular-nums",
              i < at && "border-success/30 bg-success/10 text-success",
              i === at && "border-primary bg-primary/10 text-primary",
            )}
          >
            {i < at ? (
              <Check aria-hidden className="size-3.5" />
            ) : i === at && isBusy ? (
              <Loader2 aria-hidden className="size-3.5 animate-spin" />
            ) : (
              i + 1
            )}
          </span>
          <span className={clsx(i === at && "font-medium")}>
            {step}
            {i < at && <span className="sr-only"> (done)</span>}
          </span>
          {i < steps.length - 1 && <span aria-hidden className="h-px min-w-3 flex-1 bg-border" />}
        </li>
      ))}
    </ol>
  );
}
