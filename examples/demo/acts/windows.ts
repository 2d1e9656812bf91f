import type { Route, SessionCall } from "../../../sdk/src/index.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import type { Session } from "../sessions.ts";

const ROUTES: Route[] = ["userOperation", "direct", "relayed", "forwarded", "asked"];
const NOT_DUE: Expected = ["FailedOp", [0, "AA22 expired or not due"]];

/** A session lives from its first second to its last, both inclusive, on every route. Each edge on a copy of the chain. */
export async function windows(demo: Demo): Promise<void> {
  const { report, stage, sessions, policies } = demo;
  report.act("The window: its first second, its last, and one beyond each");
  const bob = stage.people.bob.address;
  const validAfter = (await stage.chain.now()) + 1_200;
  const validUntil = validAfter + 599;
  const window = { validAfter, validUntil, lane: 5n };
  const social = (await sessions.register(stage.account, policies.social, window)).session;
  const wallet = (await sessions.register(bob, policies.social, window)).session;
  const player = (await sessions.register(bob, policies.game, window)).session;
  const on: Record<Route, Session> = {
    userOperation: social,
    direct: social,
    relayed: social,
    forwarded: wallet,
    asked: player,
  };
  const callOf = (route: Route): SessionCall =>
    route === "asked" ? demo.call("GameWorld", "joinScene", [bob, 3]) : demo.call("SocialFeed", "post", ["on time"]);

  for (const route of ROUTES) {
    const at = validAfter - 1;
    const error: Expected = route === "userOperation" ? NOT_DUE : ["SessionNotYetValid", [validAfter, at]];
    await refuseAt(route, "a second before the window", at, error);
  }
  await refuseAt("userOperation", "its first second: EntryPoint waits", validAfter, NOT_DUE);
  for (const route of ROUTES) {
    const first = route === "userOperation" ? validAfter + 1 : validAfter;
    await acceptAt(route, route === "userOperation" ? "its second second" : "its first second", first);
  }
  for (const route of ROUTES) await acceptAt(route, "its last second", validUntil);
  for (const route of ROUTES) {
    const at = validUntil + 1;
    const error: Expected = route === "userOperation" ? NOT_DUE : ["SessionExpired", [validUntil, at]];
    await refuseAt(route, "a second after the window", at, error);
  }
  // A key can shorten its own signature's life, and never lengthen the session's.
  for (const route of ["userOperation", "relayed"] as const) {
    const deadline = validAfter + 60;
    const at = deadline + 1;
    const error: Expected = route === "userOperation" ? NOT_DUE : ["DeadlinePassed", [deadline, at]];
    await refuseAt(route, "a second after the signed deadline", at, error, deadline);
    await refuseAt(
      route,
      "a deadline after the session's end",
      validUntil,
      ["DeadlineNotAllowed", [validUntil + 1, validUntil]],
      validUntil + 1,
    );
  }

  async function refuseAt(route: Route, what: string, at: number, error: Expected, deadline?: number): Promise<void> {
    // A client signs for no deadline after the session's end.
    const byHand = deadline !== undefined && deadline > validUntil;
    const options = { at, group: what, byHand, ...(deadline === undefined ? {} : { deadline }) };
    await demo.onACopy(() => demo.refuse(route, on[route], what, [callOf(route)], error, options));
  }

  async function acceptAt(route: Route, what: string, at: number): Promise<void> {
    await demo.onACopy(() => demo.accept(route, on[route], what, [callOf(route)], { at, group: what }));
  }
}
