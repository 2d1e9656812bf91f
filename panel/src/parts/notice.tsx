import { AlertTriangle, Info } from "lucide-react";
import type { ReactNode } from "react";
import { clsx } from "clsx";

/** Something that failed, or that one should know. */
export function Notice({
  tone = "info",
  title,
  children,
  className,
}: {
  tone?: "info" | "warn" | "fail";
  title: ReactNode;
  children?: ReactNode;
  className?: string;
}) {
  const Icon = tone === "info" ? Info : AlertTriangle;
  return (
    <div
      {...(tone === "fail" && { role: "alert" })}
      className={clsx(
        "flex gap-3 rounded-xl border p-3.5 text-sm",
        tone === "info" && "bg-muted",
        tone === "warn" && "border-amber-500/30 bg-amber-500/10",
        tone === "fail" && "border-destructive/30 bg-destructive/10",
        className,
      )}
    >
      <Icon
        aria-hidden
        className={clsx(
          "mt-0.5 size-4 shrink-0",
          tone === "warn" && "text-amber-700 dark:text-amber-400",
          tone === "fail" && "text-destructive",
        )}
      />
      <div className="grid min-w-0 flex-1 gap-1.5">
        <p className="font-medium">{title}</p>
        {children}
      </div>
    </div>
  );
}
