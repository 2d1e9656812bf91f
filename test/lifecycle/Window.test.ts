import { expect } from "chai";
import { decodeError } from "../support/reference/errors.ts";
import { appWord } from "../support/reference/policy.ts";
import { Status } from "../support/reference/session.ts";
import { HOUR, inEachWorld, type RouteName, type Session, type World } from "../support/chain/world.ts";

const SENT: RouteName[] = ["direct", "relayed", "forwarded", "asked"];

/** A session that opens in the future, and the state in which it waits. */
async function waiting(world: World): Promise<Session> {
  const validAfter = (await world.now()) + 1_000;
  const session = await world.start("secp256k1", {}, { validAfter, validUntil: validAfter + HOUR });
  // So that no transaction of the test itself has to fund the key.
  await world.sender(session.key);
  return session;
}

/** Runs an attempt in the block of a second, and takes back what it did. */
async function inSecond(world: World, attempt: () => Promise<void>): Promise<void> {
  const snapshot = await world.stage.chain.helpers.takeSnapshot();
  await attempt();
  await snapshot.restore();
}

inEachWorld("A window", (w) => {
  it("opens at validAfter on every route but userOperation, and closes after validUntil (ATK-14, PIP-8, PIP-11)", async () => {
    const world = w();
    const session = await waiting(world);
    const { validAfter, validUntil } = session;
    for (const route of SENT) {
      const call = [world.callFor(route)];
      const early: [string, unknown[]] = ["SessionNotYetValid", [validAfter, validAfter - 1]];
      const late: [string, unknown[]] = ["SessionExpired", [validUntil, validUntil + 1]];
      await inSecond(world, () => world.refuses(route, session, call, early, { at: validAfter - 1 }));
      await inSecond(world, () => world.accepts(route, session, call, { at: validAfter }));
      await inSecond(world, () => world.accepts(route, session, call, { at: validUntil }));
      await inSecond(world, () => world.refuses(route, session, call, late, { at: validUntil + 1 }));
    }
  });

  it("on route userOperation opens at validAfter in v0.7 and one second later since v0.8 (ATK-14, ATK-15)", async () => {
    const world = w();
    const session = await waiting(world);
    const { validAfter, validUntil } = session;
    const op = await world.op(session, [world.transfer(1n)]);
    const passes = (at: number) =>
      inSecond(world, async () => {
        expect((await world.bundle([op], at)).outcomes[0]?.success).to.equal(true);
      });
    const fails = (at: number) => inSecond(world, () => world.refusesOp(op, "AA22", at));
    await fails(validAfter - 1);
    await (world.version === "0.7" ? passes : fails)(validAfter);
    await passes(validAfter + 1);
    await passes(validUntil);
    await fails(validUntil + 1);
  });

  it("is shortened by the signed deadline, and only shortened (ATK-16)", async () => {
    const world = w();
    const session = await world.start();
    await world.sender(session.key);
    const deadline = session.validUntil - 1_000;
    const call = [world.transfer(1n)];
    const op = await world.op(session, call, { validUntil: deadline });
    await inSecond(world, async () => {
      expect((await world.bundle([op], deadline)).outcomes[0]?.success).to.equal(true);
    });
    await inSecond(world, () => world.refusesOp(op, "AA22", deadline + 1));
    const signed = { validUntil: deadline };
    await inSecond(world, () => world.accepts("relayed", session, call, { ...signed, at: deadline }));
    await inSecond(world, () =>
      world.refuses("relayed", session, call, ["DeadlinePassed", [deadline, deadline + 1]], {
        ...signed,
        at: deadline + 1,
      }),
    );
    for (const route of ["userOperation", "relayed"] as const) {
      for (const wrong of [0, session.validUntil + 1]) {
        const error: [string, unknown[]] = ["DeadlineNotAllowed", [wrong, session.validUntil]];
        await world.refuses(route, session, call, error, { validUntil: wrong });
      }
    }
  });

  it("reads the same in every view (ATK-14, ATK-93)", async () => {
    const world = w();
    const session = await waiting(world);
    const { validAfter, validUntil, key } = session;
    const { latchkey, lens, counter, chain } = world.stage;
    const seconds: [number, boolean, number, string][] = [
      [validAfter - 1, false, Status.Pending, "SessionNotYetValid"],
      [validAfter, true, Status.Active, ""],
      [validUntil, true, Status.Active, ""],
      [validUntil + 1, false, Status.Expired, "SessionExpired"],
    ];
    for (const [time, live, status, error] of seconds) {
      await inSecond(world, async () => {
        await chain.helpers.time.increaseTo(time);
        const asked = [world.principal, key.address] as const;
        expect(await latchkey.getFunction("isLive").staticCall(...asked), `isLive at ${time}`).to.equal(live);
        expect(await counter.getFunction("knows").staticCall(...asked)).to.equal(live);
        const authorized = [world.principal, key.address, world.tokenAddress, "0xa9059cbb"];
        expect(await latchkey.getFunction("isAuthorized").staticCall(...authorized)).to.equal(live);
        const lane = [world.principal, appWord(session.policy), 0];
        const active = (await latchkey.getFunction("activeSession").staticCall(...lane)) as string;
        expect(active === key.address).to.equal(live);
        expect((await world.state(key.address)).status).to.equal(BigInt(status));
        for (const route of [0, 1, 2]) {
          const calls = [{ value: 0n, ...world.transfer(1n) }];
          const args = [...asked, route, calls, validUntil, 0, world.paymaster];
          const [allowed, index, reason] = await lens.getFunction("explain").staticCall(...args);
          expect([allowed, index]).to.deep.equal([live, 1n]);
          expect(decodeError(reason as string)?.name ?? "").to.equal(error);
        }
      });
    }
  });

  it("has no end that an EntryPoint reads as forever or as a block (ATK-16, ATK-17)", async () => {
    const world = w();
    const policy = await world.publish(world.policy());
    const session = await world.start();
    const tried = async (validUntil: number, error: [string, unknown[]]) => {
      const granted = await world.grantOf(session.key, policy, { validUntil });
      const attempt = () =>
        world.stage.latchkey
          .connect(world.stage.chain.stranger)
          .getFunction("registerSession")
          .send(granted, { gasLimit: 1_000_000n });
      await world.refusesAttempt(attempt, error);
    };
    for (const validUntil of [0, 2 ** 34, 2 ** 47, 2 ** 48 - 1]) {
      await tried(validUntil, ["ValidUntilOutOfRange", [validUntil]]);
    }
    await world.stage.chain.helpers.time.setNextBlockTimestamp((await world.now()) + 10);
    const now = (await world.now()) + 10;
    await tried(2 ** 34 - 1, ["DurationOutOfBounds", [2 ** 34 - now, 60, 365 * 86_400]]);
  });
});
