import type { ComponentProps } from "react";
import { clsx } from "clsx";

/** A sheet of glass. */
export function Card({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      data-slot="card"
      className={clsx("rounded-2xl border bg-card p-5 shadow-sm backdrop-blur-xl", className)}
      {...props}
    />
  );
}
