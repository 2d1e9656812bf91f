import { ACTING, LIFECYCLE, NEVER_REFUSED, type Action } from "./draws.ts";

const ACTIONS: Action[] = [...LIFECYCLE, ...ACTING, "jump"];
const counts = new Map<string, { accepted: number; refused: number; reverted: number }>();
const errors = new Map<string, number>();

export function count(action: Action, how: "accepted" | "refused" | "reverted"): void {
  const row = counts.get(action) ?? { accepted: 0, refused: 0, reverted: 0 };
  ++row[how];
  counts.set(action, row);
}

export function countError(name: string): void {
  errors.set(name, (errors.get(name) ?? 0) + 1);
}

/** What was never accepted, or never refused though it can be. */
export function emptyCells(): Action[] {
  return ACTIONS.filter((action) => {
    const { accepted = 0, refused = 0 } = counts.get(action) ?? {};
    return accepted === 0 || (refused === 0 && !NEVER_REFUSED.includes(action));
  });
}

/** How often each action was accepted and refused, and by which errors. */
export function table(): string {
  const rows = ACTIONS.map((action) => {
    const { accepted = 0, refused = 0, reverted = 0 } = counts.get(action) ?? {};
    const never = NEVER_REFUSED.includes(action) ? "never" : String(refused);
    return `      ${action.padEnd(20)}${String(accepted).padStart(9)}${never.padStart(9)}${String(reverted || "").padStart(10)}`;
  });
  const refusals = [...errors].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`);
  return [`      ${"action".padEnd(20)} accepted  refused  reverted`, ...rows, `      ${refusals.join(", ")}`].join(
    "\n",
  );
}
