import { expect } from "chai";
import { Interface, ZeroAddress } from "ethers";
import { p256Key, secp256k1Key, Status } from "../support/reference/session.ts";
import { REVOKE_ALL_SESSIONS_TYPES, REVOKE_SESSION_TYPES } from "../support/reference/typedData.ts";
import { appWord } from "../support/reference/policy.ts";
import { HOUR, inEachWorld, ONE, type RouteName, type Session, type World } from "../support/chain/world.ts";

const ROUTES: RouteName[] = ["userOperation", "direct", "relayed", "forwarded", "asked"];
const VALIDATOR = 1;
const EXECUTOR = 2;
const ACCOUNT = new Interface([
  "function installModule(uint256 moduleTypeId, address module, bytes initData)",
  "function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)",
]);

/** A call of the account to itself. */
function moduleCall(world: World, method: "installModule" | "uninstallModule", type: number) {
  const data = ACCOUNT.encodeFunctionData(method, [type, world.stage.address, "0x"]);
  return { target: world.principal, data };
}

async function isDead(world: World, session: Session, error: [string, unknown[]], routes = ROUTES): Promise<void> {
  const { latchkey, counter } = world.stage;
  expect((await world.state(session.key.address)).status).to.equal(BigInt(Status.Revoked));
  expect(await latchkey.getFunction("isLive").staticCall(world.principal, session.key.address)).to.equal(false);
  expect(await counter.getFunction("knows").staticCall(world.principal, session.key.address)).to.equal(false);
  for (const route of routes) await world.refuses(route, session, [world.callFor(route)], error);
}

/** Of the world's principal. An EIP-7702 wallet is in its second one, because it ended the first when it initialised. */
const generation = async ({ stage, principal }: World) =>
  Number(await stage.latchkey.getFunction("generationOf").staticCall(principal));

const revoked = (world: World, session: Session): [string, unknown[]] => [
  "SessionAlreadyRevoked",
  [world.principal, session.key.address],
];

inEachWorld("A session ends", (w) => {
  for (const half of [VALIDATOR, EXECUTOR]) {
    const name = half === VALIDATOR ? "validator" : "executor";
    it(`with the uninstalling of the ${name} half; installing it again revives nothing (ATK-82, ATK-99)`, async () => {
      const world = w();
      const { latchkey } = world.stage;
      const session = await world.start();
      const other = await world.start("p256", {}, { lane: 1n });
      const signedBefore = await world.registrationArguments(secp256k1Key(), session.policy, { lane: 2n });
      const before = await generation(world);
      const nonce = (await latchkey.getFunction("nonces").staticCall(world.principal)) as bigint;
      expect(await latchkey.getFunction("isInitialized").staticCall(world.principal)).to.equal(true);
      await world.asOwner([moduleCall(world, "uninstallModule", half)]);
      expect(await latchkey.getFunction("isInitialized").staticCall(world.principal)).to.equal(false);
      expect(await generation(world)).to.equal(before + 1);
      expect(await latchkey.getFunction("nonces").staticCall(world.principal)).to.equal(nonce + 1n);

      const ended: [string, unknown[]] = ["SessionGenerationEnded", [before, before + 1]];
      await isDead(world, session, ended);
      await world.refusesAttempt(
        () => world.submit("registerSessionBySig", signedBefore),
        ["InvalidPrincipalSignature", [world.principal]],
      );

      // What is registered meanwhile acts where the account is not asked.
      const meanwhile = await world.register(secp256k1Key(), session.policy, { lane: 3n });
      const missing: [string, unknown[]] = ["ModuleNotInstalled", [world.principal]];
      for (const route of ["userOperation", "direct", "relayed"] as const) {
        await world.refuses(route, meanwhile, [world.callFor(route)], missing);
      }
      for (const route of ["forwarded", "asked"] as const) {
        await world.accepts(route, meanwhile, [world.callFor(route)]);
      }

      // One bit stands for both halves: whoever names the other one installs both.
      await world.asOwner([moduleCall(world, "installModule", VALIDATOR + EXECUTOR - half)]);
      expect(await latchkey.getFunction("isInitialized").staticCall(world.principal)).to.equal(true);
      await isDead(world, session, ended);
      await isDead(world, other, ended, ["userOperation", "relayed", "forwarded"]);
      await world.accepts("direct", meanwhile, [world.transfer(1n)]);
      const again = await world.grantOf(session.key, session.policy);
      await world.refusesRegistration(again, ended);

      const fresh = await world.register(secp256k1Key(), session.policy);
      await world.accepts("userOperation", fresh, [world.transfer(1n)]);
      await world.accepts("direct", fresh, [world.transfer(1n)]);
    });
  }

  it("with all others, known or not, and with every grant signed before (ATK-70, ATK-75)", async () => {
    const world = w();
    const phone = await world.start();
    const laptop = await world.start("p256", {}, { lane: 1n });
    const unsubmitted = await world.registrationArguments(secp256k1Key(), phone.policy, { lane: 2n });
    const before = await generation(world);
    await world.manage("revokeAllSessions", []);
    const ended: [string, unknown[]] = ["SessionGenerationEnded", [before, before + 1]];
    await isDead(world, phone, ended);
    await isDead(world, laptop, ended, ["userOperation", "relayed", "forwarded"]);
    const dead: [string, unknown[]] = ["InvalidPrincipalSignature", [world.principal]];
    await world.refusesAttempt(() => world.submit("registerSessionBySig", unsubmitted), dead);
    await world.refusesRegistration(await world.grantOf(phone.key, phone.policy), ended);
    await world.register(secp256k1Key(), phone.policy);
  });

  it("by signature from a device that has nothing but the wallet (PIP-28, PIP-31, ATK-75)", async () => {
    const world = w();
    const before = await generation(world);
    const session = await world.start();
    const deadline = (await world.now()) + HOUR;
    const key = session.key.address;
    const one = await world.signed(REVOKE_SESSION_TYPES, { key, deadline });
    await world.refusesAttempt(
      () => world.submit("revokeSessionBySig", [world.principal, world.stage.address, deadline, one]),
      ["InvalidPrincipalSignature", [world.principal]],
    );
    // Using a nonce up first does not block it.
    await world.manage("cancelSignatures", []);
    await world.submit("revokeSessionBySig", [world.principal, key, deadline, one]);
    await isDead(world, session, revoked(world, session));

    const next = await world.register(secp256k1Key(), session.policy);
    const all = await world.signed(REVOKE_ALL_SESSIONS_TYPES, { generation: before, deadline });
    await world.submit("revokeAllSessionsBySig", [world.principal, before, deadline, all]);
    await isDead(world, next, ["SessionGenerationEnded", [before, before + 1]]);
    await world.refusesAttempt(
      () => world.submit("revokeAllSessionsBySig", [world.principal, before, deadline, all]),
      ["GenerationMismatch", [before, before + 1]],
    );
    expect(await generation(world)).to.equal(before + 1);
  });

  it("by signature until the deadline, inclusive", async () => {
    const world = w();
    const session = await world.start();
    const deadline = (await world.now()) + 100;
    const key = session.key.address;
    const args = [world.principal, key, deadline, await world.signed(REVOKE_SESSION_TYPES, { key, deadline })];
    const { helpers } = world.stage.chain;
    const snapshot = await helpers.takeSnapshot();
    const late: [string, unknown[]] = ["GrantDeadlinePassed", [deadline, deadline + 1]];
    await world.refusesAttempt(() => world.submit("revokeSessionBySig", args, deadline + 1), late);
    await snapshot.restore();
    await world.submit("revokeSessionBySig", args, deadline);
    await isDead(world, session, revoked(world, session));
  });

  it("and a key that was revoked before it was registered can never be (ATK-71)", async () => {
    const world = w();
    const policy = await world.publish(world.policy());
    const key = secp256k1Key();
    const granted = await world.registrationArguments(key, policy);
    await world.manage("revokeSession", [key.address]);
    const dead: [string, unknown[]] = ["SessionAlreadyRevoked", [world.principal, key.address]];
    await world.refusesAttempt(() => world.submit("registerSessionBySig", granted), dead);
    await world.refusesRegistration(await world.grantOf(key, policy), dead);
  });

  it("at the key's own wish, at a stranger's only once it has expired (ATK-77, DUB-16, PIP-17)", async () => {
    const world = w();
    const { latchkey, chain } = world.stage;
    const session = await world.start();
    const other = await world.start("secp256k1", {}, { lane: 1n });
    const { validUntil, key } = session;
    await world.sender(key);
    await world.sender(other.key);
    const { helpers } = chain;
    const snapshot = await helpers.takeSnapshot();
    const args = [world.principal, key.address];
    await world.refusesAttempt(
      () => world.submit("deactivateSession", args, validUntil),
      ["SessionNotExpired", [validUntil, validUntil]],
    );
    await snapshot.restore();
    const again = await helpers.takeSnapshot();
    const byOther = latchkey.connect(await world.sender(other.key)).getFunction("deactivateSession");
    await helpers.time.setNextBlockTimestamp(validUntil - 10);
    await world.refusesAttempt(
      () => byOther.send(...args, { gasLimit: 500_000n }),
      ["SessionNotExpired", [validUntil, validUntil - 10]],
    );
    await again.restore();
    const third = await helpers.takeSnapshot();
    await world.submit("deactivateSession", args, validUntil + 1);
    expect((await world.state(key.address)).status).to.equal(BigInt(Status.Expired));
    const renewed = await world.register(key, session.policy);
    expect(renewed.registration).to.equal(renewed.validAfter).and.to.be.greaterThan(validUntil);
    await third.restore();
    await (
      await latchkey
        .connect(await world.sender(key))
        .getFunction("deactivateSession")
        .send(...args)
    ).wait();
    await isDead(world, session, revoked(world, session));
    await world.accepts("direct", other, [world.transfer(1n)]);
  });
});

inEachWorld("A lane", (w) => {
  it("holds one session: phone and laptop live side by side, and die apart (PIP-24, DUB-12)", async () => {
    const world = w();
    const { latchkey } = world.stage;
    const phone = await world.start("p256");
    const laptop = await world.start("secp256k1", {}, { lane: 1n });
    const live = async (lane: number) =>
      latchkey.getFunction("activeSession").staticCall(world.principal, appWord(phone.policy), lane) as Promise<string>;
    await world.accepts("userOperation", phone, [world.transfer(1n)]);
    await world.accepts("userOperation", laptop, [world.transfer(1n)]);
    expect([await live(0), await live(1)]).to.deep.equal([phone.key.address, laptop.key.address]);
    await world.manage("revokeSession", [phone.key.address]);
    await isDead(world, phone, revoked(world, phone), ["userOperation", "relayed", "forwarded"]);
    await world.accepts("direct", laptop, [world.transfer(1n)]);
    expect([await live(0), await live(1)]).to.deep.equal([ZeroAddress, laptop.key.address]);
  });

  it("is taken only by who names its occupant, who is dead from then on (ATK-70, ATK-80, PIP-30)", async () => {
    const world = w();
    const first = await world.start();
    const key = secp256k1Key();
    const app = appWord(first.policy);
    const blind = await world.grantOf(key, first.policy);
    await world.refusesRegistration(blind, ["LaneOccupied", [app, 0, first.key.address, ZeroAddress]]);
    const wrong = { ...blind, replaces: key.address };
    await world.refusesRegistration(wrong, ["LaneOccupied", [app, 0, first.key.address, key.address]]);
    const second = await world.register(key, first.policy, { replaces: first.key.address });
    await isDead(world, first, revoked(world, first));
    await world.accepts("direct", second, [world.transfer(1n)]);
    await world.refusesRegistration(await world.grantOf(first.key, first.policy, { lane: 5n }), revoked(world, first));
    const elsewhere = await world.grantOf(key, first.policy, { lane: 1n });
    await world.refusesRegistration(elsewhere, ["KeyInAnotherLane", [key.address]]);
  });

  it("that only an expired session holds is free", async () => {
    const world = w();
    const first = await world.start("secp256k1", {}, { validUntil: (await world.now()) + 100 });
    const grant = await world.grantOf(secp256k1Key(), first.policy, { validUntil: first.validUntil + HOUR });
    const { helpers } = world.stage.chain;
    const snapshot = await helpers.takeSnapshot();
    await helpers.time.setNextBlockTimestamp(first.validUntil);
    const held: [string, unknown[]] = ["LaneOccupied", [appWord(first.policy), 0, first.key.address, ZeroAddress]];
    await world.refusesRegistration(grant, held);
    await snapshot.restore();
    await world.manage("registerSession", [grant], first.validUntil + 1);
    await isDead(world, first, revoked(world, first));
  });
});

inEachWorld("A renewal", (w) => {
  it("has fresh counters, and nothing signed before it runs after it (ATK-71, ATK-72, ATK-73, ATK-119)", async () => {
    const world = w();
    const session = await world.start("secp256k1", {}, { maxCalls: 3 });
    const { key, policy } = session;
    await world.accepts("userOperation", session, [world.transfer(50n), world.transfer(50n)]);
    const held = await world.op(session, [world.transfer(1n)], { nonceLane: 1 });
    const heldRelayed = world.relayedArguments(session, [world.transfer(1n)]);
    const heldForward = world.forwardedArguments(session, world.forwardedTransfer(1n));

    const renewed = await world.register(key, policy, { maxCalls: 7 });
    expect([renewed.registration, renewed.maxCalls]).to.deep.equal([renewed.validAfter, 7]);
    expect(renewed.registration).to.be.greaterThan(session.registration);
    expect(await world.limitLeft(renewed)).to.equal(100n);
    expect(await world.gasLeft(renewed)).to.equal(ONE);

    await world.refusesOp(held, "AA24");
    const forged: [string, unknown[]] = ["InvalidSessionSignature", [key.address]];
    await world.refusesAttempt(() => world.submit("executeBySig", heldRelayed), forged);
    const { forwarder, chain } = world.stage;
    const forward = forwarder.connect(chain.relayer).getFunction("forwardBySig");
    await world.refusesAttempt(() => forward.send(...heldForward, { gasLimit: 5_000_000n }), forged);
    await world.accepts("userOperation", renewed, [world.transfer(100n)]);
    await world.refuses("direct", renewed, [world.transfer(1n)], ["SpendCapExceeded", [world.tokenAddress, 1, 0]]);
  });

  it("is the wallet's alone, by transaction or by a signature that works once (ATK-72, ATK-75)", async () => {
    const world = w();
    const session = await world.start();
    const args = await world.registrationArguments(session.key, session.policy, { maxCalls: 9 });
    await world.submit("registerSessionBySig", args);
    expect(await world.callsLeft(session)).to.equal(9);
    await world.accepts("direct", session, [world.transfer(1n)]);
    await world.refusesAttempt(
      () => world.submit("registerSessionBySig", args),
      ["InvalidPrincipalSignature", [world.principal]],
    );
    const cancelled = await world.registrationArguments(session.key, session.policy);
    await world.manage("cancelSignatures", []);
    await world.refusesAttempt(
      () => world.submit("registerSessionBySig", cancelled),
      ["InvalidPrincipalSignature", [world.principal]],
    );
    const deadline = (await world.now()) + 50;
    const late = await world.registrationArguments(session.key, session.policy, {}, deadline);
    await world.refusesAttempt(
      () => world.submit("registerSessionBySig", late, deadline + 1),
      ["GrantDeadlinePassed", [deadline, deadline + 1]],
    );
  });
});

inEachWorld("A key", (w) => {
  it("is funded with all that was sent, or nothing happens (PIP-25, DUB-27)", async () => {
    const world = w();
    const { ethers } = world.stage.chain;
    const policy = await world.publish(world.policy());
    const key = secp256k1Key();
    const granted = await world.grantOf(key, policy);
    const call = { ...world.latchkeyCall("registerSessionAndFund", [granted]), value: ONE };
    await world.asOwner([call]);
    expect(await ethers.provider.getBalance(key.address)).to.equal(ONE);
    expect(await ethers.provider.getBalance(world.stage.address)).to.equal(0n);
    const session = await world.sessionOf(key, policy);
    await world.accepts("direct", session, [world.transfer(1n)]);

    const mute = await world.grantOf(p256Key(), policy, { lane: 1n });
    const funding = { ...world.latchkeyCall("registerSessionAndFund", [mute]), value: ONE };
    await world.refusesOwner([funding], ["KeyCannotBeFunded", [mute.key]]);
  });

  it("is none of 0, the principal, Latchkey, its forwarder, an EntryPoint or a contract (ATK-78)", async () => {
    const world = w();
    const policy = await world.publish(world.policy());
    const granted = await world.grantOf(secp256k1Key(), policy);
    world.keys.delete(granted.key);
    const forwarder = await world.stage.forwarder.getAddress();
    for (const key of [ZeroAddress, world.principal, world.stage.address, forwarder, String(world.entryPoint.target)]) {
      await world.refusesRegistration({ ...granted, key }, ["KeyNotAllowed", [key]]);
    }
    const contract = { ...granted, key: world.tokenAddress };
    await world.refusesRegistration(contract, ["KeyHasCode", [world.tokenAddress]]);
  });
});
