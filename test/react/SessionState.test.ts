import { expect } from "chai";
import { type SessionState, sessionStateOf } from "../../sdk/src/react/sessionState.ts";
import type { SessionStatus } from "../../sdk/src/types.ts";

/** The window of every session here, unix seconds, inclusive. */
const [START, END] = [1_000, 2_000];
/** Moments of it, and one at which the chain's clock is unknown. */
const MOMENTS = { before: START - 1, start: START, end: END, after: END + 1, unknown: undefined };
type Moment = keyof typeof MOMENTS;

/** What is shown of a session that is neither registering nor unheard of, at each moment. */
const SHOWN: Record<Exclude<SessionStatus, "None">, Record<Moment, SessionState>> = {
  Pending: { before: "pending", start: "active", end: "active", after: "expired", unknown: "pending" },
  Active: { before: "active", start: "active", end: "active", after: "expired", unknown: "active" },
  Exhausted: { before: "exhausted", start: "exhausted", end: "exhausted", after: "expired", unknown: "exhausted" },
  Expired: { before: "expired", start: "expired", end: "expired", after: "expired", unknown: "expired" },
  Revoked: { before: "revoked", start: "revoked", end: "revoked", after: "revoked", unknown: "revoked" },
};

describe("sessionStateOf", () => {
  const moments = Object.keys(MOMENTS) as Moment[];
  const session = (status: SessionStatus) => ({ status, validAfter: START, validUntil: END });

  for (const [status, shown] of Object.entries(SHOWN) as [SessionStatus, Record<Moment, SessionState>][]) {
    it(`shows a session that the chain calls ${status} by the chain's clock`, () => {
      for (const hasKey of [true, false]) {
        const states = moments.map((moment) => {
          const now = MOMENTS[moment];
          return [moment, sessionStateOf({ hasKey, isRegistering: false, session: session(status), now })];
        });
        expect(Object.fromEntries(states)).to.deep.equal(shown);
      }
    });
  }

  it("tells a key of this device from none, whatever the time, where the chain has heard of neither", () => {
    for (const now of Object.values(MOMENTS)) {
      for (const asked of [undefined, session("None")]) {
        expect(sessionStateOf({ hasKey: true, isRegistering: false, session: asked, now })).to.equal("created");
        expect(sessionStateOf({ hasKey: false, isRegistering: false, session: asked, now })).to.equal("none");
      }
    }
  });

  it("is registering as long as that is under way, whatever the chain says yet", () => {
    for (const status of ["None", ...Object.keys(SHOWN)] as SessionStatus[]) {
      for (const now of Object.values(MOMENTS)) {
        const state = sessionStateOf({ hasKey: true, isRegistering: true, session: session(status), now });
        expect(state).to.equal("registering");
      }
    }
  });
});
