import type { Route, SessionCall } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import type { ActOptions } from "../routes.ts";
import type { Session } from "../sessions.ts";

/** For each route a session; the class of refusal is tried on each of them. */
export type OnRoutes = Partial<Record<Route, Session>>;

/** Tries one class on each route. What is tried and what refuses it may depend on the route. */
export async function refuseOn(
  demo: Demo,
  what: string,
  on: OnRoutes,
  attempt: (route: Route, session: Session) => { calls: SessionCall[]; error: Expected; options?: ActOptions },
): Promise<void> {
  for (const [route, session] of Object.entries(on) as [Route, Session][]) {
    const { calls, error, options } = attempt(route, session);
    await demo.refuse(route, session, what, calls, error, { ...options, group: what });
  }
}
