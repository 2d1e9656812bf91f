import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { innermost, decodeError } from "../support/reference/errors.ts";
import { encodeCalls } from "../support/reference/session.ts";
import { maxGasCost } from "../support/reference/userOp.ts";
import { GAS, inEachWorld, ONE } from "../support/chain/world.ts";

const GWEI = 10n ** 9n;

inEachWorld("Operations of a bundle", (w) => {
  it("cannot pass together what the cap forbids (ATK-22, ATK-27)", async () => {
    const world = w();
    const session = await world.start();
    const first = await world.op(session, [world.transfer(60n)]);
    const second = await world.op(session, [world.transfer(60n)], { nonceLane: 1 });
    await world.refusesBundle([first, second], 1, ["SpendCapExceeded", [world.tokenAddress, 60, 40]]);
    await world.refusesBundle([second, first], 1, ["SpendCapExceeded", [world.tokenAddress, 60, 40]]);
    const exact = await world.op(session, [world.transfer(40n)], { nonceLane: 1 });
    const { outcomes } = await world.bundle([first, exact]);
    expect(outcomes.map(({ success }) => success)).to.deep.equal([true, true]);
    expect(await world.balance()).to.equal(100n);
    for (const amount of [2n ** 128n - 1n, 2n ** 128n, 2n ** 255n, 2n ** 256n - 1n]) {
      const error: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, amount, 0]];
      await world.refuses("userOperation", session, [world.transfer(amount)], error);
    }
    const wrapping = [world.transfer(2n ** 256n - 1n), world.transfer(2n)];
    const saturated: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, 2n ** 256n - 1n, 0]];
    await world.refuses("userOperation", session, wrapping, saturated);
  });

  it("share calls and gas budget too (ATK-22)", async () => {
    const world = w();
    const cost = maxGasCost(await world.op(await world.start(), [world.transfer(1n)]));
    const session = await world.start("secp256k1", { app: "b", gasBudget: 2n * cost - GWEI }, { maxCalls: 3 });
    const first = await world.op(session, [world.transfer(1n), world.transfer(1n)]);
    const calls = await world.op(session, [world.transfer(1n), world.transfer(1n)], { nonceLane: 1 });
    await world.refusesBundle([first, calls], 1, ["SessionCallsExceeded", [2, 1]]);
    const gas = await world.op(session, [world.transfer(1n)], { nonceLane: 1 });
    await world.refusesBundle([first, gas], 1, ["GasBudgetExceeded", [cost, cost - GWEI]]);
  });

  it("spend what they spend for good: 60 yes, 60 no, 40 yes, 1 no (ATK-24)", async () => {
    const world = w();
    const session = await world.start();
    await world.accepts("userOperation", session, [world.transfer(60n)]);
    expect(await world.limitLeft(session)).to.equal(40n);
    for (const route of ["userOperation", "direct", "relayed"] as const) {
      await world.refuses(route, session, [world.transfer(60n)], ["SpendCapExceeded", [world.tokenAddress, 60, 40]]);
    }
    await world.accepts("direct", session, [world.transfer(40n)]);
    expect(await world.limitLeft(session)).to.equal(0n);
    await world.refuses("relayed", session, [world.transfer(1n)], ["SpendCapExceeded", [world.tokenAddress, 1, 0]]);
  });

  it("validated in front of a revocation in the same bundle still run, whichever stands first; the next one fails (ATK-70, PIP-22, PIP-29)", async () => {
    const world = w();
    for (const revocationFirst of [true, false]) {
      const session = await world.start("secp256k1", {}, { lane: revocationFirst ? 1n : 2n });
      const before = await world.balance();
      const acting = await world.op(session, [world.transfer(5n)]);
      const revoking = await world.ownerOp([world.latchkeyCall("revokeSession", [session.key.address])]);
      const { outcomes } = await world.bundle(revocationFirst ? [revoking, acting] : [acting, revoking]);
      expect(outcomes.map(({ success }) => success)).to.deep.equal([true, true]);
      expect(await world.balance()).to.equal(before + 5n);
      const dead: [string, unknown[]] = ["SessionAlreadyRevoked", [world.principal, session.key.address]];
      for (const route of ["userOperation", "direct", "relayed", "forwarded", "asked"] as const) {
        await world.refuses(route, session, [world.callFor(route)], dead);
      }
    }
  });

  it("that revert in execution stay consumed; the other routes roll back whole (ATK-23)", async () => {
    const world = w();
    const session = await world.start();
    const failing = [world.transfer(10n), world.transfer(20n, ZeroAddress)];
    const before = await world.gasLeft(session);
    const op = await world.op(session, failing);
    const [outcome] = (await world.bundle([op])).outcomes;
    expect(outcome?.success).to.equal(false);
    const reason = innermost(decodeError(outcome!.revertData)!);
    expect([reason.name, reason.args]).to.deep.equal(["ERC20InvalidReceiver", [ZeroAddress]]);
    expect(await world.balance()).to.equal(0n);
    expect(await world.callsLeft(session)).to.equal(48);
    expect(await world.limitLeft(session)).to.equal(70n);
    expect(await world.gasLeft(session)).to.equal(before - maxGasCost(op));
    for (const route of ["direct", "relayed"] as const) {
      await world.refuses(route, session, failing, ["ERC20InvalidReceiver", [ZeroAddress]]);
    }
  });

  it("that fail without end stop at the calls, and what they cost stays inside the budget (ATK-23, ATK-62)", async () => {
    const world = w();
    const session = await world.start("secp256k1", {}, { maxCalls: 4 });
    const failing = [world.transfer(1n, ZeroAddress)];
    let cost = 0n;
    for (let i = 0; i < 4; ++i) {
      const outcome = await world.act("userOperation", session, failing);
      expect(outcome?.success).to.equal(false);
      cost += outcome!.actualGasCost;
    }
    await world.refuses("userOperation", session, failing, ["SessionCallsExceeded", [1, 0]]);
    expect(cost <= ONE - (await world.gasLeft(session))).to.equal(true);
    expect(await world.balance()).to.equal(0n);
  });

  it("signed as one batch run as that batch only: no part, no other order, never twice (ATK-09)", async () => {
    const world = w();
    const session = await world.start();
    const { latchkey, chain } = world.stage;
    const [a, b, c] = [world.transfer(1n), world.transfer(2n), world.forwardedTransfer(3n)] as const;
    const args = world.relayedArguments(session, [a, b, c]);
    const submit = (calls: (typeof a)[]) => {
      const { mode, executionCalldata } = encodeCalls(calls);
      const [principal, , , nonce, minGas, signature] = args;
      const sent = latchkey.connect(chain.relayer).getFunction("executeBySig");
      return sent.send(principal, mode, executionCalldata, nonce, minGas, signature, GAS);
    };
    const forged: [string, unknown[]] = ["InvalidSessionSignature", [session.key.address]];
    for (const part of [[a], [b], [a, b], [b, c], [a, c], [b, a, c], [c, b, a], [a, b, c, c]]) {
      await world.refusesAttempt(() => submit(part), forged);
    }
    await (await submit([a, b, c])).wait();
    const used: [string, unknown[]] = ["NonceAlreadyUsed", [world.principal, session.key.address, args[3]]];
    await world.refusesAttempt(() => submit([a, b, c]), used);
    expect(await world.balance()).to.equal(3n);
  });
});
