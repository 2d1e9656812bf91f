import { expect } from "chai";
import { decodeBytes32String, encodeBytes32String, parseEther, ZeroAddress, type Contract, type Wallet } from "ethers";
import { appWord, permission, policy, rule, type Policy } from "../../support/reference/policy.ts";
import { grant, secp256k1Key, Status } from "../../support/reference/session.ts";
import {
  as,
  DAY,
  mock,
  newWallet,
  openWorld,
  startSession,
  stateOf,
  untouched,
  type Session,
  type World,
} from "../../support/chain/dapp.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";

const WEEK = 7 * DAY;
const WRITE_PRICE = 10n ** 12n;
const DEBT_LIMIT = 5;
const NAME = encodeBytes32String("name");
const VALUE = encodeBytes32String("Arthur");

describe("A game world", () => {
  let world: World;
  let game: Contract;
  let terms: Policy;
  let alice: Wallet;
  let bob: Wallet;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    game = await deployGame();
    terms = await gamePolicy(game);
    alice = await newWallet(world);
    bob = await newWallet(world);
    for (const player of [alice, bob]) await as(game, player).getFunction("createStorage")();
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  async function deployGame(latchkey = world.address): Promise<Contract> {
    const args = [latchkey, world.owner.address, WRITE_PRICE, DEBT_LIMIT];
    return (await world.ethers.deployContract("GameWorld", args)) as unknown as Contract;
  }

  async function gamePolicy(target: Contract, overrides: Partial<Policy> = {}): Promise<Policy> {
    const methods = [
      "setField(address,bytes32,bytes32)",
      "deleteField(address,bytes32)",
      "joinScene(address,uint64)",
      "leaveScene(address,uint64)",
      "hit(address,address,uint64)",
    ];
    const address = await target.getAddress();
    return policy({
      app: decodeBytes32String(await target.getFunction("APP")()),
      minDuration: 60,
      maxDuration: WEEK,
      maxCalls: 10_000,
      gasBudget: 0n,
      selfPaid: false,
      permissions: methods.map((method) => ({ target: address, method, consumable: true })),
      ...overrides,
    });
  }

  const play = (sender: Wallet, method: string, args: unknown[]) => as(game, sender).getFunction(method)(...args);
  const storageOf = (player: Wallet) => game.getFunction("storageOf")(player.address);
  const nameOf = (player: Wallet) => game.getFunction("fieldOf")(player.address, NAME);
  const isAuthorized = (player: Wallet, sender: string) =>
    game.getFunction("isWriteAuthorized")(player.address, sender);
  const registry = (signer: Wallet) => as(world.latchkey, signer);
  const settle = (player: Wallet) => as(game, world.stranger).getFunction("settleWrites")(player.address);
  const statusOf = async ({ principal, key }: Session) => Number((await stateOf(world, principal, key.address)).status);

  describe("starts a session", () => {
    it("DUB-1 DUB-8 DUB-14 when the main wallet names the key and the duration", async () => {
      const session = await startSession(world, alice, terms, { duration: 3_600 });
      const state = await stateOf(world, alice.address, session.key.address);
      expect(Number(state.status)).to.equal(Status.Active);
      expect(Number(state.validUntil) - Number(state.validAfter) + 1).to.equal(3_600);
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(session.key.address);
    });

    it("DUB-15 T9 T10 of exactly 60 seconds and exactly 7 days", async () => {
      for (const duration of [60, WEEK]) {
        const session = await startSession(world, await newWallet(world), terms, { duration });
        expect(session.validUntil - session.validAfter + 1).to.equal(duration);
      }
    });

    it("DUB-15 T7 T8 and refuses a second less or more", async () => {
      for (const duration of [59, WEEK + 1]) {
        const attempt = startSession(world, alice, terms, { duration });
        await expectRefusal(attempt, "DurationOutOfBounds", [duration, 60, WEEK]);
      }
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(ZeroAddress);
    });

    it("DUB-23 T86 T87 and refuses one without an end, or that has ended", async () => {
      const now = await world.now();
      await world.store.getFunction("publishPolicy")(terms);
      for (const [validUntil, error, args] of [
        [0, "ValidUntilOutOfRange", [0]],
        [2 ** 47, "ValidUntilOutOfRange", [2 ** 47]],
        [now - 1, "DurationOutOfBounds", [0, 60, WEEK]],
      ] as const) {
        const granted = grant(secp256k1Key(), terms, { validUntil });
        await expectRefusal(registry(alice).getFunction("registerSession")(granted), error, [...args]);
      }
    });

    it("DUB-13 T4 for the owner alone: whoever else registers the key does it for itself", async () => {
      const key = secp256k1Key();
      const session = await startSession(world, bob, terms, { sessionKey: key });
      expect(await isAuthorized(alice, key.address)).to.equal(false);
      const attempt = play(session.sender, "setField", [alice.address, NAME, VALUE]);
      await expectRefusal(attempt, "SessionNotRegistered", [alice.address, key.address]);
      expect(await nameOf(alice)).to.equal(encodeBytes32String(""));
    });

    it("T5 T6 T17 and refuses the zero key and the owner itself as a key", async () => {
      await world.store.getFunction("publishPolicy")(terms);
      const validUntil = (await world.now()) + DAY;
      for (const key of [ZeroAddress, alice.address, world.address, await world.forwarder.getAddress()]) {
        const granted = grant({ ...secp256k1Key(), address: key }, terms, { validUntil });
        await expectRefusal(registry(alice).getFunction("registerSession")(granted), "KeyNotAllowed", [key]);
      }
      expect(await isAuthorized(alice, ZeroAddress)).to.equal(false);
    });

    it("DUB-12 T2 T28 in place of the one before, which is dead at once", async () => {
      const first = await startSession(world, alice, terms);
      await play(first.sender, "setField", [alice.address, NAME, VALUE]);
      const second = await startSession(world, alice, terms, { replaces: first.key.address });
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(second.key.address);
      expect(await isAuthorized(alice, first.key.address)).to.equal(false);
      expect(await isAuthorized(alice, second.key.address)).to.equal(true);
      await expectRefusal(play(first.sender, "setField", [alice.address, NAME, VALUE]), "SessionAlreadyRevoked", [
        alice.address,
        first.key.address,
      ]);
      await play(second.sender, "setField", [alice.address, NAME, VALUE]);
    });

    it("DUB-12 and says so: the old one is revoked, then the new one registered", async () => {
      const first = await startSession(world, alice, terms);
      const second = await startSession(world, alice, terms, { replaces: first.key.address });
      const names = (await world.latchkey.queryFilter("*" as never, -1)).map((log) =>
        "fragment" in log ? [(log as never as { eventName: string }).eventName, log.args.key] : [],
      );
      expect(names).to.deep.equal([
        ["SessionRevoked", first.key.address],
        ["SessionRegistered", second.key.address],
      ]);
    });

    it("T3 T27 after one that expired, without naming it, with a key of its own", async () => {
      const first = await startSession(world, alice, terms, { duration: 60 });
      await play(first.sender, "setField", [alice.address, NAME, VALUE]);
      await world.helpers.time.increaseTo(first.validUntil + 1);
      const second = await startSession(world, alice, terms);
      await play(second.sender, "setField", [alice.address, NAME, encodeBytes32String("Merlin")]);
      expect(await nameOf(alice)).to.equal(encodeBytes32String("Merlin"));
    });
  });

  describe("asks on every write", () => {
    it("DUB-3 DUB-4 T18 and lets the owner through before, during and after a session", async () => {
      const write = () => play(alice, "setField", [alice.address, NAME, VALUE]);
      expect(await isAuthorized(alice, alice.address)).to.equal(true);
      await write();
      const session = await startSession(world, alice, terms, { duration: 60 });
      expect(await isAuthorized(alice, alice.address)).to.equal(true);
      await write();
      await world.helpers.time.increaseTo(session.validUntil + 1);
      expect(await isAuthorized(alice, alice.address)).to.equal(true);
      await write();
    });

    it("DUB-3 DUB-5 T19 and lets the owner's live key through, first second to last", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      expect(await isAuthorized(alice, session.key.address)).to.equal(true);
      await play(session.sender, "setField", [alice.address, NAME, VALUE]);
      await world.helpers.time.setNextBlockTimestamp(session.validUntil);
      await play(session.sender, "setField", [alice.address, NAME, encodeBytes32String("Merlin")]);
      expect(await isAuthorized(alice, session.key.address)).to.equal(true);
      expect(await nameOf(alice)).to.equal(encodeBytes32String("Merlin"));
    });

    it("DUB-3 DUB-6 T20 and nobody a second later", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      await world.helpers.time.increaseTo(session.validUntil + 1);
      expect(await isAuthorized(alice, session.key.address)).to.equal(false);
      const attempt = play(session.sender, "setField", [alice.address, NAME, VALUE]);
      await expectRefusal(attempt, "SessionExpired", [session.validUntil, (await world.now()) + 1]);
      expect(await nameOf(alice)).to.equal(encodeBytes32String(""));
    });

    it("DUB-6 T22 T23 and no stranger, with or without a session in place", async () => {
      const attempt = () => play(bob, "setField", [alice.address, NAME, VALUE]);
      await expectRefusal(attempt(), "SessionNotRegistered", [alice.address, bob.address]);
      await startSession(world, alice, terms);
      await expectRefusal(attempt(), "SessionNotRegistered", [alice.address, bob.address]);
      expect(await isAuthorized(alice, bob.address)).to.equal(false);
      expect(await nameOf(alice)).to.equal(encodeBytes32String(""));
    });

    it("PIP-21 through a view that answers for this world alone", async () => {
      const session = await startSession(world, alice, terms);
      const isValidFor = (world.latchkey.connect(world.ethers.provider) as Contract).getFunction("isValidFor");
      const from = await game.getAddress();
      const ask = (caller: string, key = session.key.address, principal = alice.address) =>
        isValidFor.staticCall(key, principal, { from: caller });
      expect(await ask(from)).to.equal(true);
      expect(await ask(from, session.key.address, bob.address)).to.equal(false);
      expect(await ask(from, bob.address)).to.equal(false);
      expect(await ask(world.stranger.address)).to.equal(false);
      expect(await ask(await (await deployGame()).getAddress())).to.equal(false);
      await registry(alice).getFunction("revokeSession")(session.key.address);
      expect(await ask(from)).to.equal(false);
    });

    it("DUB-9 DUB-27 which its key sends itself, paying from a little balance, and can do no more", async () => {
      const session = await startSession(world, alice, terms, { gasMoney: parseEther("0.01") });
      const nonce = await alice.getNonce();
      await play(session.sender, "setField", [alice.address, NAME, VALUE]);
      expect(await alice.getNonce()).to.equal(nonce);
      expect(await world.ethers.provider.getBalance(session.key.address)).to.be.below(parseEther("0.01"));
      expect((await stateOf(world, alice.address, session.key.address)).callsLeft).to.equal(9_999n);
      await expectRefusal(play(session.sender, "withdrawEarnings", [bob.address]), "OwnableUnauthorizedAccount", [
        session.key.address,
      ]);
      await expectRefusal(play(session.sender, "setSettings", [0, 0]), "OwnableUnauthorizedAccount", [
        session.key.address,
      ]);
      const forwarder = as(world.forwarder, session.sender).getFunction("forward");
      const data = game.interface.encodeFunctionData("setField", [alice.address, NAME, VALUE]);
      await expectRefusal(
        forwarder(alice.address, await game.getAddress(), data, { gasLimit: 1_000_000 }),
        "CallOnlyAsked",
        [0, await game.getAddress(), data.slice(0, 10)],
      );
    });

    it("T34 T75 as often as the session allows", async () => {
      const session = await startSession(world, alice, terms, { maxCalls: 2 });
      for (let i = 0; i < 2; ++i) await play(session.sender, "setField", [alice.address, NAME, VALUE]);
      await untouched(world, session, () =>
        expectRefusal(play(session.sender, "setField", [alice.address, NAME, VALUE]), "SessionCallsExceeded", [1, 0]),
      );
      expect(await statusOf(session)).to.equal(Status.Exhausted);
    });

    it("T35 for methods that the session names as consumable, and no others", async () => {
      const address = await game.getAddress();
      const narrow = await gamePolicy(game, {
        permissions: [
          permission({ target: address, method: "setField(address,bytes32,bytes32)", consumable: true }),
          permission({
            target: address,
            method: "deleteField(address,bytes32)",
            rules: [rule.isThePrincipal(0)],
          }),
        ].sort((a, b) => (selectorOf(a.method) < selectorOf(b.method) ? -1 : 1)),
      });
      const session = await startSession(world, alice, narrow);
      await play(session.sender, "setField", [alice.address, NAME, VALUE]);
      const refused = async (method: string, args: unknown[], error: string) => {
        const { selector } = game.interface.getFunction(method)!;
        await untouched(world, session, () =>
          expectRefusal(play(session.sender, method, args), error, [0, address, selector]),
        );
      };
      await refused("joinScene", [alice.address, 1], "CallNotAllowed");
      await refused("deleteField", [alice.address, NAME], "CallNotConsumable");
      expect(await nameOf(alice)).to.equal(VALUE);
    });

    it("DUB-26 T24 T33 with a session for this world, and not for another", async () => {
      const other = await deployGame();
      await as(other, alice).getFunction("createStorage")();
      const session = await startSession(world, alice, terms);
      const write = as(other, session.sender).getFunction("setField");
      await untouched(world, session, async () =>
        expectRefusal(write(alice.address, NAME, VALUE), "CallNotAllowed", [
          0,
          await other.getAddress(),
          other.interface.getFunction("setField")!.selector,
        ]),
      );
      expect(await other.getFunction("isWriteAuthorized")(alice.address, session.key.address)).to.equal(false);
      expect(await other.getFunction("fieldOf")(alice.address, NAME)).to.equal(encodeBytes32String(""));
    });
  });

  describe("knows the owner only", () => {
    it("DUB-2 DUB-7 T31 as participant, in storage and in events, whoever sends", async () => {
      const session = await startSession(world, alice, terms);
      await expect(play(session.sender, "joinScene", [alice.address, 7]))
        .to.emit(game, "SceneJoined")
        .withArgs(alice.address, 7);
      await expect(play(session.sender, "setField", [alice.address, NAME, VALUE]))
        .to.emit(game, "FieldSet")
        .withArgs(alice.address, NAME, VALUE);
      expect((await storageOf(alice)).scene).to.equal(7n);
      expect(await nameOf(alice)).to.equal(VALUE);
      const ofKey = await game.getFunction("storageOf")(session.key.address);
      expect(ofKey.toArray()).to.deep.equal([ZeroAddress, 0n, 0n]);
      await play(session.sender, "deleteField", [alice.address, NAME]);
      await play(session.sender, "leaveScene", [alice.address, 7]);
      expect((await storageOf(alice)).scene).to.equal(0n);
    });

    it("DUB-7 T29 as the one who pays for what is written to others", async () => {
      const session = await startSession(world, alice, terms);
      await play(session.sender, "joinScene", [alice.address, 7]);
      await play(bob, "joinScene", [bob.address, 7]);
      await expect(play(session.sender, "hit", [alice.address, bob.address, 7]))
        .to.emit(game, "Hit")
        .withArgs(alice.address, bob.address, 7);
      expect(await game.getFunction("hitsOf")(bob.address)).to.equal(1n);
      expect((await storageOf(alice)).debt).to.equal(2n);
      expect((await storageOf(bob)).debt).to.equal(1n);
    });

    it("T30 T32 and nobody outside the scene, nor in an expired session", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      await play(bob, "joinScene", [bob.address, 7]);
      await expectRefusal(play(session.sender, "hit", [alice.address, bob.address, 7]), "NotInScene", [
        alice.address,
        7,
      ]);
      await play(session.sender, "joinScene", [alice.address, 8]);
      await expectRefusal(play(session.sender, "hit", [alice.address, bob.address, 8]), "NotInScene", [bob.address, 8]);
      await expectRefusal(play(session.sender, "leaveScene", [alice.address, 7]), "NotInScene", [alice.address, 7]);
      await expectRefusal(play(session.sender, "joinScene", [alice.address, 0]), "SceneUnknown", [0]);
      await world.helpers.time.increaseTo(session.validUntil);
      await expectRefusal(play(session.sender, "hit", [alice.address, bob.address, 8]), "SessionExpired", [
        session.validUntil,
        session.validUntil + 1,
      ]);
    });

    it("DUB-25 T26 which is set when the storage is made, and no key can change", async () => {
      expect((await storageOf(alice)).toArray()).to.deep.equal([alice.address, 0n, 0n]);
      const session = await startSession(world, alice, terms);
      await play(session.sender, "createStorage", []);
      expect((await storageOf(alice)).canonicalOwner).to.equal(alice.address);
      expect((await game.getFunction("storageOf")(session.key.address)).canonicalOwner).to.equal(session.key.address);
      for (const [method, args] of [
        ["setField", [alice.address, NAME, VALUE]],
        ["joinScene", [alice.address, 7]],
        ["leaveScene", [alice.address, 7]],
        ["deleteField", [alice.address, NAME]],
      ] as const) {
        await play(session.sender, method, [...args]);
        expect((await storageOf(alice)).canonicalOwner).to.equal(alice.address);
      }
      await expectRefusal(play(alice, "createStorage", []), "StorageExists", [alice.address]);
    });

    it("and only if it has a storage", async () => {
      const carol = await newWallet(world);
      await expectRefusal(play(carol, "setField", [carol.address, NAME, VALUE]), "StorageUnknown", [carol.address]);
      const session = await startSession(world, carol, terms);
      await untouched(world, session, () =>
        expectRefusal(play(session.sender, "setField", [carol.address, NAME, VALUE]), "StorageUnknown", [
          carol.address,
        ]),
      );
      expect(await isAuthorized(carol, carol.address)).to.equal(false);
      expect(await isAuthorized(carol, session.key.address)).to.equal(false);
    });

    it("DUB-17 T23 and needs no code for sessions beyond a modifier", async () => {
      const notes = await mock(world, "AskingContracts", "Notes", [world.address]);
      const target = await notes.getAddress();
      const write = { target, method: "write(address,string)", consumable: true };
      const session = await startSession(world, alice, policy({ app: "notes", permissions: [write] }));
      await as(notes, session.sender).getFunction("write")(alice.address, "by the key");
      expect(await notes.getFunction("noteOf")(alice.address)).to.equal("by the key");
      await as(notes, alice).getFunction("write")(alice.address, "by the wallet");
      expect(await notes.getFunction("noteOf")(alice.address)).to.equal("by the wallet");
      await expectRefusal(as(notes, bob).getFunction("write")(alice.address, "x"), "SessionNotRegistered", [
        alice.address,
        bob.address,
      ]);
    });
  });

  describe("ends a session", () => {
    const gone = async (session: Session, error: string, args: unknown[]) => {
      await expectRefusal(play(session.sender, "setField", [session.principal, NAME, VALUE]), error, args);
    };

    it("DUB-11 DUB-16 T11 when the owner says so", async () => {
      const session = await startSession(world, alice, terms);
      await registry(alice).getFunction("revokeSession")(session.key.address);
      expect(await statusOf(session)).to.equal(Status.Revoked);
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(ZeroAddress);
      await gone(session, "SessionAlreadyRevoked", [alice.address, session.key.address]);
    });

    it("DUB-16 T12 when the key itself bows out", async () => {
      const session = await startSession(world, alice, terms);
      await registry(session.sender).getFunction("deactivateSession")(alice.address, session.key.address);
      expect(await statusOf(session)).to.equal(Status.Revoked);
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(ZeroAddress);
      await gone(session, "SessionAlreadyRevoked", [alice.address, session.key.address]);
    });

    it("DUB-16 T13 T14 when anyone sweeps it after the end, not in its last second", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      const sweep = () =>
        as(world.latchkey, world.stranger).getFunction("deactivateSession")(alice.address, session.key.address, {
          gasLimit: 500_000,
        });
      await world.helpers.time.setNextBlockTimestamp(session.validUntil);
      await untouched(world, session, () =>
        expectRefusal(sweep(), "SessionNotExpired", [session.validUntil, session.validUntil]),
      );
      await world.helpers.time.setNextBlockTimestamp(session.validUntil + 1);
      await expect(sweep()).to.emit(world.latchkey, "SessionSwept").withArgs(alice.address, session.key.address);
      expect(await statusOf(session)).to.equal(Status.Expired);
    });

    it("DUB-11 by itself, without anyone", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      await world.helpers.time.increaseTo(session.validUntil + 1);
      expect(await statusOf(session)).to.equal(Status.Expired);
      expect(await game.getFunction("activeSession")(alice.address)).to.equal(ZeroAddress);
    });

    it("T16 T88 but not one that never was", async () => {
      await expectRefusal(
        registry(alice).getFunction("deactivateSession")(alice.address, bob.address),
        "SessionNotRegistered",
        [alice.address, bob.address],
      );
    });

    it("T33 all at once, and nobody else's", async () => {
      const [mine, also] = [
        await startSession(world, alice, terms),
        await startSession(world, alice, terms, { lane: 1n }),
      ];
      const hers = await startSession(world, bob, terms);
      await registry(alice).getFunction("revokeAllSessions")();
      for (const session of [mine, also]) await gone(session, "SessionGenerationEnded", [0, 1]);
      await play(hers.sender, "setField", [bob.address, NAME, VALUE]);
    });
  });

  describe("keeps account of writes", () => {
    const write = (session: Session) => play(session.sender, "setField", [session.principal, NAME, VALUE]);

    it("DUB-10 settles all of a player's debt out of the credit, by anyone", async () => {
      const session = await startSession(world, alice, terms);
      for (let i = 0; i < 3; ++i) await write(session);
      await as(game, bob).getFunction("fundCredit")({ value: 10n * WRITE_PRICE });
      await expect(settle(alice))
        .to.emit(game, "WritesSettled")
        .withArgs(alice.address, 3, 3n * WRITE_PRICE, 0);
      expect((await storageOf(alice)).debt).to.equal(0n);
      expect(await game.getFunction("credit")()).to.equal(7n * WRITE_PRICE);
      expect(await game.getFunction("earned")()).to.equal(3n * WRITE_PRICE);
    });

    it("DUB-10 settles the part that the credit pays for", async () => {
      const session = await startSession(world, alice, terms);
      for (let i = 0; i < 3; ++i) await write(session);
      await as(game, bob).getFunction("fundCredit")({ value: 3n * WRITE_PRICE - 1n });
      await expect(settle(alice))
        .to.emit(game, "WritesSettled")
        .withArgs(alice.address, 2, 2n * WRITE_PRICE, 1);
      expect((await storageOf(alice)).debt).to.equal(1n);
      expect(await game.getFunction("credit")()).to.equal(WRITE_PRICE - 1n);
    });

    it("DUB-10 skips without reverting where there is none, and where there is no debt", async () => {
      const session = await startSession(world, alice, terms);
      await write(session);
      await expect(settle(alice)).to.emit(game, "SettlementSkipped").withArgs(alice.address, 1);
      expect((await storageOf(alice)).debt).to.equal(1n);
      await expect(settle(bob)).not.to.emit(game, "SettlementSkipped");
      await game.getFunction("setSettings")(0, DEBT_LIMIT);
      await expect(settle(alice)).to.emit(game, "WritesSettled").withArgs(alice.address, 1, 0, 0);
    });

    it("refuses a write from the limit on, for the session and the owner alike, until it is settled", async () => {
      const session = await startSession(world, alice, terms);
      for (let i = 0; i < DEBT_LIMIT; ++i) await write(session);
      await untouched(world, session, () =>
        expectRefusal(write(session), "DebtLimitExceeded", [alice.address, DEBT_LIMIT, DEBT_LIMIT]),
      );
      await expectRefusal(play(alice, "setField", [alice.address, NAME, VALUE]), "DebtLimitExceeded", [
        alice.address,
        DEBT_LIMIT,
        DEBT_LIMIT,
      ]);
      await play(bob, "setField", [bob.address, NAME, VALUE]);
      await as(game, bob).getFunction("fundCredit")({ value: WRITE_PRICE });
      await settle(alice);
      await write(session);
    });

    it("PIP-4 at prices that its owner sets, and pays out what was earned", async () => {
      const session = await startSession(world, alice, terms);
      await game.getFunction("setSettings")(5n * WRITE_PRICE, 1);
      await write(session);
      await expectRefusal(write(session), "DebtLimitExceeded", [alice.address, 1, 1]);
      await as(game, bob).getFunction("fundCredit")({ value: 5n * WRITE_PRICE });
      await settle(alice);
      await expectRefusal(play(bob, "withdrawEarnings", [bob.address]), "OwnableUnauthorizedAccount", [bob.address]);
      const { address } = await newWallet(world, 0n);
      await game.getFunction("withdrawEarnings")(address);
      expect(await world.ethers.provider.getBalance(address)).to.equal(5n * WRITE_PRICE);
      expect(await game.getFunction("earned")()).to.equal(0n);
      await expectRefusal(game.getFunction("withdrawEarnings")(world.address), "WithdrawalFailed", [world.address, 0]);
    });
  });

  it("DUB-28 leaves a log from which a table of its sessions can be kept", async () => {
    const first = await startSession(world, alice, terms);
    const second = await startSession(world, alice, terms, { replaces: first.key.address });
    const hers = await startSession(world, bob, terms, { duration: 60 });
    await registry(alice).getFunction("revokeSession")(second.key.address);
    const next = await startSession(world, alice, terms);

    const table = new Map<string, { owner: string; key: string; ends: bigint; active: boolean }>();
    for (const log of await world.latchkey.queryFilter("*" as never)) {
      const { eventName, args } = log as unknown as { eventName: string; args: Record<string, never> };
      const row = `${args.principal} ${args.key}`;
      if (eventName === "SessionRegistered" && args.app === appWord(terms)) {
        table.set(row, { owner: args.principal!, key: args.key!, ends: args.validUntil!, active: true });
      }
      if (eventName === "SessionRevoked") table.get(row)!.active = false;
    }
    expect([...table.values()]).to.deep.equal(
      [
        [alice, first, false],
        [alice, second, false],
        [bob, hers, true],
        [alice, next, true],
      ].map(([owner, session, active]) => ({
        owner: (owner as Wallet).address,
        key: (session as Session).key.address,
        ends: BigInt((session as Session).validUntil),
        active,
      })),
    );
    for (const { owner, key, active } of table.values()) {
      expect(await world.latchkey.getFunction("isLive")(owner, key)).to.equal(active);
    }
  });

  it("works by wallet alone where there is no Latchkey", async () => {
    const plain = await deployGame(world.stranger.address);
    await as(plain, alice).getFunction("createStorage")();
    await as(plain, alice).getFunction("setField")(alice.address, NAME, VALUE);
    expect(await plain.getFunction("fieldOf")(alice.address, NAME)).to.equal(VALUE);
    expect(await plain.getFunction("isWriteAuthorized")(alice.address, alice.address)).to.equal(true);
    await expect(as(plain, bob).getFunction("setField")(alice.address, NAME, VALUE)).to.be.revertedWithoutReason(
      world.ethers,
    );
  });

  function selectorOf(method: string): string {
    return game.interface.getFunction(method.split("(")[0]!)!.selector;
  }
});
