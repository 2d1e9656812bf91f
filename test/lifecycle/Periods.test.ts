import { expect } from "chai";
import { counter, limit, rule, spend } from "../support/reference/policy.ts";
import { HOUR, inEachWorld, type Session, type World } from "../support/chain/world.ts";

const PERIOD = HOUR;

/** A session of three hours with a cap of 100 an hour; `start` is the beginning of its first whole period. */
async function perHour(world: World, period = PERIOD): Promise<Session & { start: number }> {
  const start = (Math.floor((await world.now()) / PERIOD) + 2) * PERIOD;
  const limits = [limit(world.tokenAddress, 100n, period), limit(world.forwardedAddress, 100n)];
  const session = await world.start("secp256k1", { limits }, { validUntil: start + 3 * PERIOD - 1 });
  await world.sender(session.key);
  return { ...session, start };
}

inEachWorld("A cap with a period", (w) => {
  it("refills at the period's first second, on each side (ATK-26)", async () => {
    const world = w();
    const session = await perHour(world);
    const { start } = session;
    await world.accepts("direct", session, [world.transfer(100n)], { at: start - 2 });
    const empty: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, 1, 0]];
    await world.refuses("direct", session, [world.transfer(1n)], empty, { at: start - 1 });
    await world.accepts("direct", session, [world.transfer(100n)], { at: start });
    await world.refuses("relayed", session, [world.transfer(1n)], empty, { at: start + 1 });
    await world.refuses("direct", session, [world.transfer(1n)], empty, { at: start + PERIOD - 1 });
    await world.accepts("relayed", session, [world.transfer(100n)], { at: start + PERIOD });
    expect(await world.balance()).to.equal(300n);
  });

  it("charges an operation to the period of its deadline, which cannot run before that period", async () => {
    const world = w();
    const session = await perHour(world);
    const { start } = session;
    await world.accepts("direct", session, [world.transfer(100n)], { at: start + 10 });

    const now = await world.op(session, [world.transfer(100n)], { validUntil: start + PERIOD - 1 });
    await world.refusesBundle([now], 0, ["SpendCapExceeded", [world.tokenAddress, 100, 0]], start + 20);

    const next = await world.op(session, [world.transfer(100n)], { validUntil: start + PERIOD + 100 });
    const opens = start + PERIOD + (world.version === "0.7" ? 0 : 1);
    await world.refusesOp(next, "AA22", start + PERIOD - 1);
    if (world.version !== "0.7") await world.refusesOp(next, "AA22", start + PERIOD);
    const { outcomes } = await world.bundle([next], opens);
    expect(outcomes[0]?.success).to.equal(true);
    expect(await world.balance()).to.equal(200n);
    await world.refuses("direct", session, [world.transfer(1n)], ["SpendCapExceeded", [world.tokenAddress, 1, 0]]);
  });

  it("a deadline at the period's first second leaves v0.7 that second and v0.8 none (ATK-15)", async () => {
    const world = w();
    const session = await perHour(world);
    const { start } = session;
    const op = await world.op(session, [world.transfer(1n)], { validUntil: start });
    if (world.version === "0.7") {
      expect((await world.bundle([op], start)).outcomes[0]?.success).to.equal(true);
    } else {
      await world.refusesOp(op, "AA22", start - 1);
      await world.refusesOp(op, "AA22", start);
      await world.refusesOp(op, "AA22", start + 1);
    }
  });

  it("is never charged to a period before the one that was spent in", async () => {
    const world = w();
    const session = await perHour(world);
    const { start } = session;
    const index = start / PERIOD;
    await world.accepts("direct", session, [world.transfer(1n)], { at: start + PERIOD });
    const stale = await world.op(session, [world.transfer(1n)], { validUntil: start + PERIOD - 1 });
    await world.refusesBundle([stale], 0, ["PeriodEnded", [world.tokenAddress, index, index + 1]]);
  });

  it("two operations of one bundle share the period's cap (ATK-22)", async () => {
    const world = w();
    const session = await perHour(world);
    const first = await world.op(session, [world.transfer(60n)], { validUntil: session.start + PERIOD - 1 });
    const rest = { validUntil: session.start + PERIOD - 1, nonceLane: 1 };
    const above = await world.op(session, [world.transfer(41n)], rest);
    const at = session.start + 5;
    await world.refusesBundle([first, above], 1, ["SpendCapExceeded", [world.tokenAddress, 41, 40]], at);
    const exact = await world.op(session, [world.transfer(40n)], rest);
    const { outcomes } = await world.bundle([first, exact]);
    expect(outcomes.map(({ success }) => success)).to.deep.equal([true, true]);
    expect(await world.balance()).to.equal(100n);
  });

  it("intersects the windows of several periods", async () => {
    const world = w();
    const start = (Math.floor((await world.now()) / PERIOD) + 2) * PERIOD;
    const limits = [limit(world.tokenAddress, 100n, PERIOD), limit(world.forwardedAddress, 100n, 600)];
    const session = await world.start("secp256k1", { limits }, { validUntil: start + 3 * PERIOD - 1 });
    const calls = [world.transfer(1n), world.forwardedTransfer(1n)];
    const op = await world.op(session, calls, { validUntil: start + 1_300 });
    await world.refusesOp(op, "AA22", start + 1_199);
    expect((await world.bundle([op], start + 1_201)).outcomes[0]?.success).to.equal(true);
    expect(await world.limitLeft(session)).to.equal(99n);
    expect(await world.limitLeft(session, world.forwardedAddress)).to.equal(99n);
  });

  it("counts from the session's first second if it says so, and anew for a renewal (ATK-26)", async () => {
    const world = w();
    const validAfter = (await world.now()) + 1_000;
    const limits = [limit(world.tokenAddress, 100n, PERIOD, true), limit(world.forwardedAddress, 100n)];
    const end = { validUntil: validAfter + 3 * PERIOD - 1 };
    const session = await world.start("secp256k1", { limits }, { validAfter, ...end });
    await world.sender(session.key);
    const empty: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, 1, 0]];
    await world.accepts("direct", session, [world.transfer(100n)], { at: validAfter });
    await world.refuses("direct", session, [world.transfer(1n)], empty, { at: validAfter + PERIOD - 1 });
    const next = await world.op(session, [world.transfer(60n)], { validUntil: validAfter + 2 * PERIOD - 1 });
    const opens = validAfter + PERIOD + (world.version === "0.7" ? 0 : 1);
    expect((await world.bundle([next], opens)).outcomes[0]?.success).to.equal(true);
    const stale = await world.op(session, [world.transfer(1n)], { validUntil: validAfter + PERIOD - 1 });
    await world.refusesBundle([stale], 0, ["PeriodEnded", [world.tokenAddress, 0, 1]]);

    // In the middle of what was a period.
    const renewed = await world.register(session.key, session.policy, end);
    expect(renewed.registration).to.be.below(validAfter + 2 * PERIOD);
    await world.accepts("direct", renewed, [world.transfer(100n)]);
    await world.refuses("direct", renewed, [world.transfer(1n)], empty, { at: renewed.registration + PERIOD - 1 });
    await world.accepts("direct", renewed, [world.transfer(100n)], { at: renewed.registration + PERIOD });
  });

  it("is one of several of its unit: a call is held against each, a counter's too (ATK-118)", async () => {
    const world = w();
    const token = world.tokenAddress;
    const add = { target: world.stage.counterAddress, method: "add(address,uint256)", consumable: true };
    const start = (Math.floor((await world.now()) / PERIOD) + 1) * PERIOD;
    const policy = {
      permissions: [
        { target: token, method: "transfer(address,uint256)", spends: [spend.constant(counter(7), 1n)] },
        { ...add, rules: [rule.isThePrincipal(0)], spends: [spend.argument(counter(7), 1)] },
      ],
      limits: [limit(token, 150n), limit(token, 100n, PERIOD), limit(counter(7), 5n, PERIOD)],
    };
    const session = await world.start("secp256k1", policy, { validUntil: start + 2 * PERIOD - 1 });
    await world.sender(session.key);
    await world.accepts("direct", session, [world.transfer(60n)], { at: start });
    await world.refuses("relayed", session, [world.transfer(41n)], ["SpendCapExceeded", [token, 41, 40]]);
    await world.accepts("asked", session, [world.count(3n)]);
    await world.refuses("asked", session, [world.count(2n)], ["SpendCapExceeded", [counter(7), 2, 1]]);
    await world.accepts("relayed", session, [world.transfer(40n)]);
    await world.refuses("direct", session, [world.transfer(0n)], ["SpendCapExceeded", [counter(7), 1, 0]]);
    // The lifetime of the token lasts less long than the hour of it.
    const lifetime: [string, unknown[]] = ["SpendCapExceeded", [token, 51, 50]];
    await world.refuses("direct", session, [world.transfer(51n)], lifetime, { at: start + PERIOD });
    await world.accepts("direct", session, [world.transfer(50n)]);
  });
});
