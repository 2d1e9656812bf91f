import { Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/ui/button.tsx";

const KEPT = "latchkey.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const isDark = () => document.documentElement.classList.contains("dark");

function apply(): void {
  const kept = localStorage.getItem(KEPT);
  document.documentElement.classList.toggle("dark", kept === null ? system.matches : kept === "dark");
  listeners.forEach((each) => each());
}

/** The reader's own choice, or the system's, before anything is drawn. */
export function startTheme(): void {
  apply();
  system.addEventListener("change", apply);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark, () => false);

export function ThemeButton() {
  const dark = useIsDark();
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={dark ? "Light theme" : "Dark theme"}
      onClick={() => {
        localStorage.setItem(KEPT, dark ? "light" : "dark");
        apply();
      }}
    >
      {dark ? <Sun aria-hidden /> : <Moon aria-hidden />}
    </Button>
  );
}
