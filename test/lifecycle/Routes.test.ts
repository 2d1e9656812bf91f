import { expect } from "chai";
import type { SessionKey } from "../support/reference/session.ts";
import { maxGasCost } from "../support/reference/userOp.ts";
import { inEachWorld, ONE, type RouteName } from "../support/chain/world.ts";

const KINDS: SessionKey["kind"][] = ["secp256k1", "p256"];

/** A P-256 key signs but cannot send. */
const routesOf = (kind: SessionKey["kind"]): RouteName[] =>
  kind === "p256"
    ? ["userOperation", "relayed", "forwarded"]
    : ["userOperation", "direct", "relayed", "forwarded", "asked"];

inEachWorld("A session acts", (w) => {
  for (const kind of KINDS) {
    it(`${kind}: on each of its routes, one call each, counted once (PIP-1, PIP-2, DUB-9)`, async () => {
      const world = w();
      const session = await world.start(kind);
      const routes = routesOf(kind);
      for (const [i, route] of routes.entries()) {
        await world.accepts(route, session, [world.callFor(route, 7n)]);
        expect(await world.callsLeft(session), route).to.equal(50 - i - 1);
      }
      // The limit that each route draws on: three move the token, one the forwarded one, one counts.
      const transfers = routes.filter((route) => ["userOperation", "direct", "relayed"].includes(route)).length;
      expect(await world.balance()).to.equal(7n * BigInt(transfers));
      expect(await world.limitLeft(session)).to.equal(100n - 7n * BigInt(transfers));
      expect(await world.limitLeft(session, world.forwardedAddress)).to.equal(93n);
      expect(await world.forwarded.getFunction("balanceOf").staticCall(world.recipient)).to.equal(7n);
      const { counter } = world.stage;
      expect(await counter.getFunction("countOf").staticCall(world.principal)).to.equal(kind === "p256" ? 0n : 7n);
    });

    it(`${kind}: a batch counts each inner call and runs whole or not at all (ATK-21)`, async () => {
      const world = w();
      const session = await world.start(kind);
      const routes = routesOf(kind).filter((route) => ["userOperation", "direct", "relayed"].includes(route));
      const batch = [world.transfer(1n), world.transfer(2n), world.forwardedTransfer(4n)];
      for (const route of routes) await world.accepts(route, session, batch);
      const count = BigInt(routes.length);
      expect(await world.callsLeft(session)).to.equal(50 - 3 * routes.length);
      expect(await world.balance()).to.equal(3n * count);
      expect(await world.limitLeft(session)).to.equal(100n - 3n * count);
      expect(await world.limitLeft(session, world.forwardedAddress)).to.equal(100n - 4n * count);
      for (const route of routes) {
        const left = await world.limitLeft(session);
        const error: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, left + 1n, left]];
        await world.refuses(
          route,
          session,
          [world.transfer(left), world.forwardedTransfer(1n), world.transfer(1n)],
          error,
        );
      }
    });

    it(`${kind}: out of scope is refused on every route with the call's position (PIP-9, ATK-44)`, async () => {
      const world = w();
      const session = await world.start(kind);
      for (const route of routesOf(kind)) {
        const call = world.callFor(route);
        if (route === "asked") {
          const outside = {
            ...call,
            data: call.data!.replace(/^0x......../, world.stage.counter.interface.getFunction("addPaid")!.selector),
          };
          await world.refuses(
            route,
            session,
            [outside],
            ["CallNotAllowed", [0, call.target, outside.data.slice(0, 10)]],
          );
          continue;
        }
        const approve = { ...call, data: "0x095ea7b3" + call.data!.slice(10) };
        await world.refuses(route, session, [approve], ["CallNotAllowed", [0, call.target, "0x095ea7b3"]]);
        if (route === "forwarded") continue;
        const mixed = [call, call, approve];
        await world.refuses(route, session, mixed, ["CallNotAllowed", [2, call.target, "0x095ea7b3"]]);
        for (const [i, target] of [world.principal, world.stage.address, String(world.entryPoint.target)].entries()) {
          const self = { target, data: call.data! };
          await world.refuses(route, session, i === 0 ? [call, self] : [self], [
            "TargetForbidden",
            [i === 0 ? 1 : 0, target],
          ]);
        }
        const paid = { ...call, value: 1n };
        await world.refuses(route, session, [paid], ["ValueNotAllowed", [0, 1, 0]]);
      }
    });

    it(`${kind}: the last call passes, one more does not (ATK-20, PIP-10)`, async () => {
      const world = w();
      const session = await world.start(kind, {}, { maxCalls: 3 });
      await world.accepts("userOperation", session, [world.transfer(1n)]);
      for (const route of routesOf(kind)) {
        if (route === "forwarded" || route === "asked") continue;
        const three = [world.transfer(1n), world.transfer(1n), world.transfer(1n)];
        await world.refuses(route, session, three, ["SessionCallsExceeded", [3, 2]]);
      }
      await world.accepts("relayed", session, [world.transfer(1n), world.transfer(1n)]);
      for (const route of routesOf(kind)) {
        await world.refuses(route, session, [world.callFor(route)], ["SessionCallsExceeded", [1, 0]]);
      }
    });
  }

  it("self-paid: the principal's deposit pays; sponsored: the paymaster's alone does (ATK-61)", async () => {
    const world = w();
    const session = await world.start();
    const deposit = async (of: string) => (await world.entryPoint.getFunction("balanceOf").staticCall(of)) as bigint;
    const [own, sponsor] = [await deposit(world.principal), await deposit(world.paymaster)];
    const selfPaid = await world.act("userOperation", session, [world.transfer(1n)]);
    expect(selfPaid?.success).to.equal(true);
    expect(await deposit(world.principal)).to.equal(own - selfPaid!.actualGasCost);
    expect(await deposit(world.paymaster)).to.equal(sponsor);

    const fields = { paymaster: { address: world.paymaster } };
    const sponsored = await world.act("userOperation", session, [world.transfer(1n)], { fields });
    expect(sponsored?.success).to.equal(true);
    expect(await deposit(world.principal)).to.equal(own - selfPaid!.actualGasCost);
    expect(await deposit(world.paymaster)).to.equal(sponsor - sponsored!.actualGasCost);
  });

  it("reserves the whole cost of an operation and gives nothing back (ATK-60)", async () => {
    const world = w();
    const session = await world.start();
    const op = await world.op(session, [world.transfer(1n)], { fields: { paymaster: { address: world.paymaster } } });
    // 1.5M + 2M + 0.1M + 0.3M + 0.1M gas at 1 gwei.
    expect(maxGasCost(op)).to.equal(4n * 10n ** 15n);
    await world.bundle([op]);
    expect(await world.gasLeft(session)).to.equal(ONE - 4n * 10n ** 15n);
  });
});
