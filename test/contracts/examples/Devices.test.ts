import { expect } from "chai";
import { ZeroAddress, type Contract, type Wallet } from "ethers";
import { appWord, policy, type Policy } from "../../support/reference/policy.ts";
import { secp256k1Key, signForward } from "../../support/reference/session.ts";
import {
  as,
  forward,
  HOUR,
  newWallet,
  openWorld,
  relay,
  startSession,
  stateOf,
  untouched,
  type Session,
  type World,
} from "../../support/chain/dapp.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";

const PHONE = 1n;
const LAPTOP = 2n;

describe("A lane per device", () => {
  let world: World;
  let feed: Contract;
  let terms: Policy;
  let alice: Wallet;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    const forwarder = await world.forwarder.getAddress();
    const args = [forwarder, world.owner.address, 280];
    feed = (await world.ethers.deployContract("SocialFeed", args)) as unknown as Contract;
    terms = policy({
      app: "devices",
      maxDuration: HOUR,
      maxCalls: 10,
      permissions: [{ target: await feed.getAddress(), method: "post(string)" }],
    });
    alice = await newWallet(world);
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const post = (session: Session, text = "x") => forward(world, session, feed, "post", [text]);
  const active = (lane: bigint) => world.latchkey.getFunction("activeSession")(alice.address, appWord(terms), lane);
  const isDead = (session: Session) =>
    expectRefusal(post(session), "SessionAlreadyRevoked", [alice.address, session.key.address]);

  it("PIP-24 T44 lets phone and laptop act side by side, each with its own calls, and lose one without the other", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE });
    const laptop = await startSession(world, alice, terms, { lane: LAPTOP });
    await post(phone);
    await untouched(world, phone, () => post(laptop));
    await post(laptop);
    expect((await stateOf(world, alice.address, phone.key.address)).callsLeft).to.equal(9n);
    expect((await stateOf(world, alice.address, laptop.key.address)).callsLeft).to.equal(8n);
    await as(world.latchkey, alice).getFunction("revokeSession")(phone.key.address);
    await isDead(phone);
    await untouched(world, phone, () => post(laptop));
    expect(await feed.getFunction("entriesOf")(alice.address)).to.equal(4n);
  });

  it("PIP-24 lets a device that was left alone go on until its end", async () => {
    const old = await startSession(world, alice, terms, { lane: PHONE });
    await startSession(world, alice, terms, { lane: LAPTOP });
    await world.helpers.time.setNextBlockTimestamp(old.validUntil);
    await post(old);
    await world.helpers.time.setNextBlockTimestamp(old.validUntil + 1);
    await expectRefusal(post(old), "SessionExpired", [old.validUntil, old.validUntil + 1]);
  });

  it("replaces the key of one lane, and none of the others", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE });
    const laptop = await startSession(world, alice, terms, { lane: LAPTOP });
    const next = await startSession(world, alice, terms, { lane: PHONE, replaces: phone.key.address });
    await isDead(phone);
    await post(laptop);
    await post(next);
    expect(await active(PHONE)).to.equal(next.key.address);
    expect(await active(LAPTOP)).to.equal(laptop.key.address);
  });

  it("guards a swap: what is replaced is what the wallet expected there", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE });
    const laptop = await startSession(world, alice, terms, { lane: LAPTOP });
    for (const replaces of [ZeroAddress, laptop.key.address, secp256k1Key().address]) {
      await untouched(world, phone, () =>
        expectRefusal(startSession(world, alice, terms, { lane: PHONE, replaces }), "LaneOccupied", [
          appWord(terms),
          PHONE,
          phone.key.address,
          replaces,
        ]),
      );
    }
    await post(phone);
    await post(laptop);
  });

  it("needs no name for what has expired, and lets none stand in for what is free", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE, duration: 60 });
    await world.helpers.time.increaseTo(phone.validUntil + 1);
    const next = await startSession(world, alice, terms, { lane: PHONE });
    await post(next);
    // A key named in vain is no obstacle: the lane is free.
    await post(await startSession(world, alice, terms, { lane: LAPTOP, replaces: phone.key.address }));
  });

  it("keeps a key in its lane", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE });
    await untouched(world, phone, () =>
      expectRefusal(startSession(world, alice, terms, { lane: LAPTOP, sessionKey: phone.key }), "KeyInAnotherLane", [
        phone.key.address,
      ]),
    );
    const renewed = await startSession(world, alice, terms, { lane: PHONE, sessionKey: phone.key });
    expect(renewed.registration).to.be.greaterThan(phone.registration);
  });

  it("T72 T76 a renewal starts anew and takes nothing that was signed before", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE, maxCalls: 2 });
    await post(phone);
    const renewed = await startSession(world, alice, terms, { lane: PHONE, sessionKey: phone.key, maxCalls: 2 });
    expect((await stateOf(world, alice.address, phone.key.address)).callsLeft).to.equal(2n);
    const old = { ...renewed, registration: phone.registration };
    await untouched(world, renewed, () =>
      expectRefusal(relay(world, old, feed, "post", ["signed before"]), "InvalidSessionSignature", [phone.key.address]),
    );
    await relay(world, renewed, feed, "post", ["signed after"]);
  });

  it("T77 takes signatures for this chain and this deployment alone", async () => {
    const phone = await startSession(world, alice, terms, { lane: PHONE });
    for (const change of [{ chainId: 1 }, { verifyingContract: await feed.getAddress() }, { name: "Other" }]) {
      const domain = { ...world.domain, ...change };
      await untouched(world, phone, () =>
        expectRefusal(relay(world, phone, feed, "post", ["elsewhere"], { domain }), "InvalidSessionSignature", [
          phone.key.address,
        ]),
      );
    }
    // What was signed for one key does not pass as another's, and a signature does not travel to other data.
    const laptop = await startSession(world, alice, terms, { lane: LAPTOP });
    await untouched(world, phone, () =>
      expectRefusal(
        relay(world, phone, feed, "post", ["x"], { signer: { ...phone.key, sign: laptop.key.sign } }),
        "InvalidSessionSignature",
        [phone.key.address],
      ),
    );
    const target = await feed.getAddress();
    const signed = { principal: alice.address, target, nonce: 99, minGas: 0, ...pick(phone) };
    const data = (text: string) => feed.interface.encodeFunctionData("post", [text]);
    const signature = signForward(phone.key, world.domain, { ...signed, data: data("one") });
    const submit = (text: string) =>
      as(world.forwarder, world.relayer).getFunction("forwardBySig")(
        alice.address,
        target,
        data(text),
        99,
        0,
        signature,
        {
          gasLimit: 1_000_000,
        },
      );
    await untouched(world, phone, () => expectRefusal(submit("two"), "InvalidSessionSignature", [phone.key.address]));
    await submit("one");
    await untouched(world, phone, () =>
      expectRefusal(submit("one"), "NonceAlreadyUsed", [alice.address, phone.key.address, 99]),
    );
  });

  function pick({ validUntil, registration }: Session) {
    return { validUntil, registration };
  }
});
