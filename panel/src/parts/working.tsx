import { Loader2 } from "lucide-react";
import { Notice } from "@/parts/notice.tsx";
import type { Progress } from "@/session/progress.ts";
import { told } from "@/session/errors.ts";
import { Button } from "@/ui/button.tsx";

/** How far an action is, what became of it, and the way out while a wallet does not answer. */
export function Working({
  action: { isPending, phase, isSlow, error, abandon },
}: {
  action: Pick<Progress, "isPending" | "phase" | "isSlow" | "error" | "abandon">;
}) {
  if (error !== null) {
    const { title, remedy } = told(error);
    return (
      <Notice tone="fail" title={title}>
        {remedy !== "" && <p className="text-muted-foreground">{remedy}</p>}
      </Notice>
    );
  }
  if (!isPending) return null;
  return (
    <div className="grid gap-3">
      <p role="status" className="flex items-center gap-2 text-sm text-muted-foreground">
        <Loader2 aria-hidden className="size-4 animate-spin" />
        {phase === "wallet" ? "Your wallet is asking you." : "Sent. Waiting for the chain."}
      </p>
      {isSlow && (
        <Notice tone="warn" title={phase === "wallet" ? "Your wallet has not answered." : "The chain takes its time."}>
          <p>
            {phase === "wallet"
              ? "Open its window: the question may be hidden behind another one. Stop waiting, and what it signs later is not used; a transaction that you confirm later it sends all the same."
              : "It was sent and may be mined at any moment. You can leave this page: the list shows what the chain says."}
          </p>
          {phase === "wallet" && (
            <Button variant="outline" size="sm" className="w-fit" onClick={abandon}>
              Stop waiting
            </Button>
          )}
        </Notice>
      )}
    </div>
  );
}
