import type { Demo } from "../demo.ts";
import { budgets } from "./budgets.ts";
import { intrude } from "./intrude.ts";
import type { Cast } from "./register.ts";
import { scope } from "./scope.ts";
import { tamper } from "./tamper.ts";

/** What a session key must not do, on every route where it can be tried. */
export async function refuse(demo: Demo, cast: Cast): Promise<void> {
  demo.report.act("The chain says no: the exact error, and nothing changed");
  await scope(demo, cast);
  await budgets(demo, cast);
  await intrude(demo, cast);
  await tamper(demo, cast);
}
