import { useSyncExternalStore } from "react";
import { useIsDark } from "@/parts/theme.tsx";

const WIDE = matchMedia("(min-width: 64rem)");

function subscribe(listener: () => void): () => void {
  WIDE.addEventListener("change", listener);
  return () => WIDE.removeEventListener("change", listener);
}

/** Whether a picture's letters can be read: they shrink with it. */
export const useIsWide = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => WIDE.matches,
    () => false,
  );

/** A picture of the client's, as an image: its style and its ids are its own. */
export function Picture({ draw, alt }: { draw: (theme: "light" | "dark") => string; alt: string }) {
  const isDark = useIsDark();
  if (!useIsWide()) return null;
  const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(draw(isDark ? "dark" : "light"))}`;
  return <img data-picture src={source} alt={alt} className="w-full rounded-xl border" />;
}
