import { expect } from "chai";
import { Contract, EventLog, HDNodeWallet, Mnemonic, parseEther, Wallet, ZeroAddress } from "ethers";
import { appWord, permission, policy, rule, word, type Policy } from "../../support/reference/policy.ts";
import { grant, secp256k1Key, signRegistration, signRevocation, Status } from "../../support/reference/session.ts";
import {
  as,
  DAY,
  forward,
  forwardData,
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
import { deploySocialNetwork, socialPolicy, type SocialNetwork } from "../../support/chain/socialNetwork.ts";

const POKE = (amount: string) => parseEther(amount);

describe("A social network", () => {
  let world: World;
  let network: SocialNetwork;
  let terms: Policy;
  let alice: Wallet;
  let bob: Wallet;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    network = await deploySocialNetwork(world);
    terms = await socialPolicy(network);
    alice = await newWallet(world);
    bob = await newWallet(world);
    for (const user of [alice, bob]) {
      await network.poke.getFunction("transfer")(user.address, POKE("100"));
      for (const spender of [network.core, network.market]) {
        await as(network.poke, user).getFunction("approve")(await spender.getAddress(), POKE("50"));
      }
    }
    await as(network.feed, bob).getFunction("post")("hello");
    await network.core.getFunction("openDrop")(10);
    await as(network.market, bob).getFunction("list")("a hat", POKE("2"), 3);
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const addressOf = (contract: Contract) => contract.getAddress();
  const registry = (signer: Wallet) => as(world.latchkey, signer);
  const callsLeft = async ({ principal, key }: Session) => (await stateOf(world, principal, key.address)).callsLeft;
  const pokeLeft = async ({ principal, key }: Session) =>
    (await stateOf(world, principal, key.address)).limits[0].left as bigint;

  describe("activates a session", () => {
    it("PIP-1 PIP-20 by naming a fresh key, its scope and its end in one wallet-signed call", async () => {
      const key = secp256k1Key();
      const session = await startSession(world, alice, terms, { sessionKey: key });
      const state = await stateOf(world, alice.address, key.address);
      expect(state.status).to.equal(BigInt(Status.Active));
      expect(state.policyId).to.equal(session.grant.policyId);
      expect([state.validAfter, state.validUntil]).to.deep.equal([session.validAfter, session.validUntil].map(BigInt));
      const [event] = await world.latchkey.queryFilter("SessionRegistered", -1);
      expect((event as EventLog).args.slice(0, 9)).to.deep.equal([
        alice.address,
        key.address,
        appWord(terms),
        session.grant.policyId,
        0n,
        BigInt(session.validAfter),
        BigInt(session.validUntil),
        1_000n,
        BigInt(session.validAfter),
      ]);
    });

    it("PIP-20 by a signature of the wallet that anyone may submit, and by nobody else's", async () => {
      await world.store.getFunction("publishPolicy")(terms);
      const key = secp256k1Key();
      const granted = grant(key, terms, { validUntil: (await world.now()) + DAY });
      const deadline = (await world.now()) + 600;
      const submit = (signature: string) =>
        as(world.latchkey, world.relayer).getFunction("registerSessionBySig")(
          alice.address,
          granted,
          deadline,
          signature,
        );
      const message = { grant: granted, policy: terms, nonce: 0, deadline, principal: alice.address };
      await expectRefusal(submit(await signRegistration(bob, world.domain, message)), "InvalidPrincipalSignature", [
        alice.address,
      ]);
      expect((await stateOf(world, alice.address, key.address)).status).to.equal(BigInt(Status.None));
      await submit(await signRegistration(alice, world.domain, message));
      expect((await stateOf(world, alice.address, key.address)).status).to.equal(BigInt(Status.Active));
    });

    it("PIP-8 T9 T10 for 60 seconds to 25 days, and for no second less or more", async () => {
      for (const duration of [60, 25 * DAY]) await startSession(world, await newWallet(world), terms, { duration });
      for (const duration of [59, 25 * DAY + 1]) {
        await expectRefusal(startSession(world, alice, terms, { duration }), "DurationOutOfBounds", [
          duration,
          60,
          25 * DAY,
        ]);
      }
    });
  });

  describe("takes silent actions", () => {
    it("PIP-2 PIP-3 posts, likes, pokes, drops and purchases of the wallet, none of them sent by it", async () => {
      const { feed, engagement, core, market, poke, treasury } = network;
      const session = await startSession(world, alice, terms);
      const nonce = await alice.getNonce();

      await expect(forward(world, session, feed, "post", ["good morning"]))
        .to.emit(feed, "Posted")
        .withArgs(alice.address, 2, "good morning");
      await expect(forward(world, session, feed, "reply", [1, "hi bob"]))
        .to.emit(feed, "Replied")
        .withArgs(alice.address, 3, 1, "hi bob");
      await expect(forward(world, session, feed, "repost", [1]))
        .to.emit(feed, "Reposted")
        .withArgs(alice.address, 4, 1);
      expect(await feed.getFunction("entriesOf")(alice.address)).to.equal(3n);
      expect(await feed.getFunction("entriesOf")(session.key.address)).to.equal(0n);
      expect((await feed.getFunction("entryOf")(3)).author).to.equal(alice.address);

      await expect(forward(world, session, engagement, "like", [1]))
        .to.emit(engagement, "Liked")
        .withArgs(alice.address, 1);
      await expect(forward(world, session, engagement, "react", [1, 3]))
        .to.emit(engagement, "Reacted")
        .withArgs(alice.address, 1, 3);
      await expect(forward(world, session, engagement, "bookmark", [1]))
        .to.emit(engagement, "Bookmarked")
        .withArgs(alice.address, 1);
      expect(await engagement.getFunction("likes")(alice.address, 1)).to.equal(true);
      expect(await engagement.getFunction("reactionOf")(alice.address, 1)).to.equal(3n);
      expect(await engagement.getFunction("hasBookmarked")(alice.address, 1)).to.equal(true);

      await expect(forward(world, session, core, "poke", [bob.address, POKE("4")]))
        .to.emit(core, "Poked")
        .withArgs(alice.address, bob.address, POKE("4"));
      await expect(forward(world, session, core, "claimDrop", [1]))
        .to.emit(core, "DropClaimed")
        .withArgs(alice.address, 1, POKE("1"));
      await expect(forward(world, session, market, "buy", [1, POKE("2"), alice.address]))
        .to.emit(market, "Bought")
        .withArgs(alice.address, alice.address, 1, POKE("2"));
      expect(await core.getFunction("pokedBy")(alice.address)).to.equal(POKE("4"));
      expect(await core.getFunction("hasClaimed")(alice.address, 1)).to.equal(true);
      expect(await market.getFunction("holdingOf")(alice.address, 1)).to.equal(1n);

      expect(await poke.getFunction("balanceOf")(alice.address)).to.equal(POKE("93"));
      expect(await poke.getFunction("balanceOf")(bob.address)).to.equal(POKE("105.85"));
      expect(await poke.getFunction("balanceOf")(treasury)).to.equal(POKE("1.15"));
      expect(await pokeLeft(session)).to.equal(POKE("3"));
      expect(await callsLeft(session)).to.equal(991n);
      expect(await alice.getNonce()).to.equal(nonce);
    });

    it("PIP-2 and carries them for a wallet and a key that hold no gas", async () => {
      const session = await startSession(world, alice, terms, { gasMoney: 0n });
      await world.helpers.setBalance(alice.address, 0n);
      await relay(world, session, network.feed, "post", ["carried"]);
      expect((await network.feed.getFunction("entryOf")(2)).author).to.equal(alice.address);
      expect(await world.ethers.provider.getBalance(session.key.address)).to.equal(0n);
    });
  });

  describe("keeps a session inside its scope", () => {
    it("PIP-5 PIP-6 PIP-9 which is a list of contracts and of methods on them", async () => {
      const session = await startSession(world, alice, terms);
      const { feed, core, poke } = network;
      const refused = async (target: Contract, method: string, args: unknown[]) => {
        const selector = target.interface.getFunction(method)!.selector;
        await untouched(world, session, () =>
          expectRefusal(forward(world, session, target, method, args), "CallNotAllowed", [
            0,
            target.target as string,
            selector,
          ]),
        );
      };
      // A method that is on no list, a contract that is on none, and a listed method on another listed contract.
      await refused(feed, "setMaxTextLength", [1]);
      await refused(poke, "transfer", [bob.address, 1]);
      await refused(await deploySocialNetwork(world).then((other) => other.feed), "post", ["elsewhere"]);
      const data = feed.interface.encodeFunctionData("post", ["here"]);
      await untouched(world, session, async () =>
        expectRefusal(forwardData(world, session, await addressOf(core), data), "CallNotAllowed", [
          0,
          await addressOf(core),
          data.slice(0, 10),
        ]),
      );
    });

    it("PIP-9 and of what their arguments may be", async () => {
      const session = await startSession(world, alice, terms);
      await untouched(world, session, () =>
        expectRefusal(
          forward(world, session, network.market, "buy", [1, POKE("2"), bob.address]),
          "ArgumentNotAllowed",
          [0, 0, word(bob.address)],
        ),
      );
    });

    it("PIP-7 PIP-10 T66 with a cap that reaches zero over all methods and is then exhausted", async () => {
      const session = await startSession(world, alice, terms);
      const { core, market, poke } = network;
      await forward(world, session, core, "poke", [bob.address, POKE("7")]);
      await forward(world, session, core, "claimDrop", [1]);
      await untouched(world, session, async () =>
        expectRefusal(forward(world, session, core, "poke", [bob.address, POKE("2") + 1n]), "SpendCapExceeded", [
          await addressOf(poke),
          POKE("2") + 1n,
          POKE("2"),
        ]),
      );
      await forward(world, session, market, "buy", [1, POKE("2"), alice.address]);
      expect(await pokeLeft(session)).to.equal(0n);
      await untouched(world, session, async () =>
        expectRefusal(forward(world, session, core, "poke", [bob.address, POKE("0.001")]), "SpendCapExceeded", [
          await addressOf(poke),
          POKE("0.001"),
          0n,
        ]),
      );
      expect(await poke.getFunction("balanceOf")(alice.address)).to.equal(POKE("90"));
      // What costs nothing still goes.
      await forward(world, session, network.feed, "post", ["broke"]);
    });

    it("PIP-8 PIP-11 T45 until its last second, and not one second longer", async () => {
      const session = await startSession(world, alice, terms, { duration: 60 });
      await world.helpers.time.setNextBlockTimestamp(session.validUntil);
      await forward(world, session, network.feed, "post", ["in time"]);
      await world.helpers.time.setNextBlockTimestamp(session.validUntil + 1);
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, network.feed, "post", ["too late"]), "SessionExpired", [
          session.validUntil,
          session.validUntil + 1,
        ]),
      );
    });

    it("T34 T75 for as many calls as it was given", async () => {
      const session = await startSession(world, alice, terms, { maxCalls: 2 });
      await forward(world, session, network.feed, "post", ["one"]);
      await forward(world, session, network.feed, "post", ["two"]);
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, network.feed, "post", ["three"]), "SessionCallsExceeded", [1, 0]),
      );
      expect((await stateOf(world, alice.address, session.key.address)).status).to.equal(BigInt(Status.Exhausted));
    });

    it("T52 and takes nothing from it for an action that the dApp refuses", async () => {
      const session = await startSession(world, alice, terms);
      await forward(world, session, network.engagement, "like", [1]);
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, network.engagement, "like", [1]), "AlreadyLiked", [alice.address, 1]),
      );
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, network.core, "poke", [alice.address, POKE("1")]), "PokeNotAllowed", [
          alice.address,
        ]),
      );
    });
  });

  describe("leaves to the wallet", () => {
    /** Even a policy that names the method does not open it. */
    async function staysWithTheWallet(
      target: Contract,
      method: string,
      text: string,
      args: unknown[],
      open: string[] = [],
    ) {
      const session = await startSession(world, alice, terms);
      const selector = target.interface.getFunction(method)!.selector;
      const address = await addressOf(target);
      await untouched(world, session, () =>
        expectRefusal(forward(world, session, target, method, args), "CallNotAllowed", [0, address, selector]),
      );
      const wider = policy({ permissions: [{ target: address, method: text, open }] });
      const other = await startSession(world, alice, wider);
      await untouched(world, other, () => expectRefusal(forward(world, other, target, method, args), "WalletOnly", []));
    }

    it("PIP-12 message keys", async () => {
      const key = "0x" + "11".repeat(32);
      await staysWithTheWallet(network.core, "rotateMessageKey", "rotateMessageKey(bytes32)", [key]);
      await as(network.core, alice).getFunction("rotateMessageKey")(key);
      expect(await network.core.getFunction("messageKeyOf")(alice.address)).to.equal(key);
    });

    it("PIP-13 group key rounds", async () => {
      const key = "0x" + "22".repeat(32);
      await staysWithTheWallet(network.core, "rekeyGroup", "rekeyGroup(uint256,bytes32)", [7, key]);
      await as(network.core, alice).getFunction("rekeyGroup")(7, key);
      expect(await network.core.getFunction("groupKeyOf")(alice.address, 7)).to.equal(key);
    });

    it("PIP-14 coin launches, for one POKE", async () => {
      const args = ["Alice", "ALC", POKE("21")];
      await staysWithTheWallet(network.core, "launchCoin", "launchCoin(string,string,uint256)", args);
      const before = await network.poke.getFunction("balanceOf")(alice.address);
      const coin = await as(network.core, alice)
        .getFunction("launchCoin")
        .staticCall(...args);
      await as(network.core, alice).getFunction("launchCoin")(...args);
      expect(await network.poke.getFunction("balanceOf")(alice.address)).to.equal(before - POKE("1"));
      expect(await network.core.getFunction("launcherOf")(coin)).to.equal(alice.address);
      const token = await world.ethers.getContractAt("LaunchedCoin", coin);
      expect(await token.getFunction("balanceOf")(alice.address)).to.equal(POKE("21"));
    });

    it("PIP-15 sending native coin, which a forwarded call cannot carry at all", async () => {
      const session = await startSession(world, alice, terms, { lane: 1n });
      await staysWithTheWallet(network.core, "sendNative", "sendNative(address)", [bob.address], ["0"]);
      const before = await world.ethers.provider.getBalance(bob.address);
      const data = network.core.interface.encodeFunctionData("sendNative", [bob.address]);
      const forwarder = as(world.forwarder, session.sender);
      await expect(
        session.sender.sendTransaction({
          to: await world.forwarder.getAddress(),
          data: forwarder.interface.encodeFunctionData("forward", [alice.address, network.core.target, data]),
          value: 1n,
          gasLimit: 1_000_000,
        }),
      ).to.be.revertedWithoutReason(world.ethers);
      await as(network.core, alice).getFunction("sendNative")(bob.address, { value: 5n });
      expect(await world.ethers.provider.getBalance(bob.address)).to.equal(before + 5n);
    });

    it("PIP-16 allowances of POKE, whatever a policy says", async () => {
      const { poke } = network;
      const session = await startSession(world, alice, terms);
      const args = [bob.address, POKE("1")];
      const { selector } = poke.interface.getFunction("approve")!;
      await untouched(world, session, async () =>
        expectRefusal(forward(world, session, poke, "approve", args), "CallNotAllowed", [
          0,
          await addressOf(poke),
          selector,
        ]),
      );
      // Unpinned it cannot be published; pinned it passes the policy, and the token trusts no forwarder.
      const approval = { target: await addressOf(poke), method: "approve(address,uint256)" };
      const open = { ...terms, permissions: [permission(approval)] };
      await expectRefusal(world.store.getFunction("publishPolicy")(open), "UnsafeRecipient", [0, 0]);
      const pinned = {
        ...terms,
        permissions: [permission({ ...approval, rules: [rule.is(0, bob.address)] })],
      };
      const wider = await startSession(world, alice, pinned, { lane: 1n });
      await untouched(world, wider, async () =>
        expectRefusal(forward(world, wider, poke, "approve", args), "ForwarderNotTrusted", [await addressOf(poke)]),
      );
      expect(await poke.getFunction("allowance")(alice.address, bob.address)).to.equal(0n);
    });

    it("PIP-17 the kill switch: no policy names it, and what a key sends itself touches its own rows only", async () => {
      const session = await startSession(world, alice, terms);
      for (const method of ["revokeSession(address)", "revokeAllSessions()", "registerSession(bytes)"]) {
        const aimed = policy({ permissions: [{ target: world.address, method }] });
        await expectRefusal(world.store.getFunction("publishPolicy")(aimed), "UnsafeTarget", [0, world.address]);
      }
      const other = await startSession(world, alice, terms, { lane: 1n });
      await untouched(world, other, async () => {
        await registry(session.sender).getFunction("revokeSession")(other.key.address);
        await registry(session.sender).getFunction("revokeAllSessions")();
        await expectRefusal(
          registry(session.sender).getFunction("deactivateSession")(alice.address, other.key.address),
          "SessionNotExpired",
          [other.validUntil, (await world.now()) + 1],
        );
      });
      await forward(world, other, network.feed, "post", ["still here"]);
    });
  });

  describe("loses a session", () => {
    it("PIP-22 PIP-28 T42 by one transaction of the wallet, which may be sent twice", async () => {
      const session = await startSession(world, alice, terms);
      const nonce = await alice.getNonce();
      await expect(registry(alice).getFunction("revokeSession")(session.key.address))
        .to.emit(world.latchkey, "SessionRevoked")
        .withArgs(alice.address, session.key.address);
      expect(await alice.getNonce()).to.equal(nonce + 1);
      expect((await stateOf(world, alice.address, session.key.address)).status).to.equal(BigInt(Status.Revoked));
      await registry(alice).getFunction("revokeSession")(session.key.address);
      expect((await stateOf(world, alice.address, session.key.address)).status).to.equal(BigInt(Status.Revoked));
    });

    it("PIP-29 PIP-30 T28 on every contract at once, and a new one starts in the same breath", async () => {
      const session = await startSession(world, alice, terms);
      await registry(alice).getFunction("revokeSession")(session.key.address);
      const calls: [Contract, string, unknown[]][] = [
        [network.feed, "post", ["x"]],
        [network.engagement, "like", [1]],
        [network.core, "poke", [bob.address, POKE("1")]],
        [network.market, "buy", [1, POKE("2"), alice.address]],
      ];
      for (const [target, method, args] of calls) {
        for (const attempt of [forward, relay]) {
          await untouched(world, session, () =>
            expectRefusal(attempt(world, session, target, method, args), "SessionAlreadyRevoked", [
              alice.address,
              session.key.address,
            ]),
          );
        }
      }
      const next = await startSession(world, alice, terms);
      for (const [target, method, args] of calls) await forward(world, next, target, method, args);
    });

    it("PIP-31 T89 by a wallet that was restored from its phrase on a device without the key or gas", async () => {
      const phrase = Mnemonic.fromEntropy("0x" + "42".repeat(16));
      const first = HDNodeWallet.fromMnemonic(phrase).connect(world.ethers.provider);
      await world.helpers.setBalance(first.address, parseEther("5"));
      const session = await startSession(world, first, terms);
      await forward(world, session, network.feed, "post", ["before"]);

      const restored = HDNodeWallet.fromPhrase(phrase.phrase);
      const deadline = (await world.now()) + 600;
      const { key } = session;
      const submit = (signature: string) =>
        as(world.latchkey, world.relayer).getFunction("revokeSessionBySig")(
          restored.address,
          key.address,
          deadline,
          signature,
        );
      const message = { key: key.address, deadline, principal: restored.address };
      await expectRefusal(submit(await signRevocation(bob, world.domain, message)), "InvalidPrincipalSignature", [
        restored.address,
      ]);
      await forward(world, session, network.feed, "post", ["a stranger's signature kills nothing"]);
      await submit(await signRevocation(restored, world.domain, message));
      await expectRefusal(forward(world, session, network.feed, "post", ["after"]), "SessionAlreadyRevoked", [
        first.address,
        key.address,
      ]);
    });

    it("PIP-32 to a thief, who gets what the cap has left and nothing else", async () => {
      const session = await startSession(world, alice, terms);
      await forward(world, session, network.core, "poke", [bob.address, POKE("6")]);
      const before = await network.poke.getFunction("balanceOf")(alice.address);
      const [losses] = await world.lens.getFunction("worstLoss").staticCall(alice.address, session.key.address);
      expect(losses.map(({ amount }: { amount: bigint }) => amount)).to.deep.equal([POKE("4")]);

      const thief = session;
      await forward(world, thief, network.core, "poke", [world.stranger.address, POKE("4")]);
      await expectRefusal(
        forward(world, thief, network.core, "poke", [world.stranger.address, POKE("0.001")]),
        "SpendCapExceeded",
        [await addressOf(network.poke), POKE("0.001"), 0n],
      );
      await registry(alice).getFunction("revokeSession")(session.key.address);
      await expectRefusal(forward(world, thief, network.feed, "post", ["gone"]), "SessionAlreadyRevoked", [
        alice.address,
        session.key.address,
      ]);
      expect(await network.poke.getFunction("balanceOf")(alice.address)).to.equal(before - POKE("4"));
    });
  });

  describe("lets the key pay", () => {
    it("PIP-25 out of a small balance that the registration passes on, and which the key can send back", async () => {
      const session = await startSession(world, alice, terms, { gasMoney: parseEther("0.01") });
      const { provider } = world.ethers;
      expect(await provider.getBalance(session.key.address)).to.equal(parseEther("0.01"));
      expect(await provider.getBalance(world.address)).to.equal(0n);
      await forward(world, session, network.feed, "post", ["paid by the key"]);
      expect(await provider.getBalance(session.key.address)).to.be.below(parseEther("0.01"));

      const { gasPrice } = await provider.getFeeData();
      const rest = (await provider.getBalance(session.key.address)) - 21_000n * gasPrice!;
      const before = await provider.getBalance(alice.address);
      await session.sender.sendTransaction({ to: alice.address, value: rest, gasLimit: 21_000, gasPrice });
      expect(await provider.getBalance(alice.address)).to.equal(before + rest);
    });

    it("PIP-27 and stops for lack of gas alone: the session is as it was, and goes on once there is some", async () => {
      const session = await startSession(world, alice, terms, { gasMoney: 0n });
      await untouched(world, session, async () => {
        const failure = await forward(world, session, network.feed, "post", ["no gas"]).then(
          () => "accepted",
          (thrown: Error) => thrown.message,
        );
        expect(failure).to.match(/insufficient funds|enough funds/i);
      });
      await alice.sendTransaction({ to: session.key.address, value: parseEther("0.1") });
      await forward(world, session, network.feed, "post", ["gas"]);
      expect((await network.feed.getFunction("entryOf")(2)).author).to.equal(alice.address);
    });
  });

  describe("belongs to its owner", () => {
    it("PIP-4 who alone sets lengths, reactions, prices and fees", async () => {
      const { feed, engagement, core, market, treasury } = network;
      const settings: [Contract, string, unknown[]][] = [
        [feed, "setMaxTextLength", [3]],
        [engagement, "setMaxReaction", [2]],
        [core, "setPrices", [POKE("2"), POKE("0.5"), POKE("3")]],
        [core, "setFee", [treasury, 1_000]],
        [market, "setFee", [treasury, 0]],
      ];
      for (const [target, method, args] of settings) {
        await expectRefusal(as(target, alice).getFunction(method)(...args), "OwnableUnauthorizedAccount", [
          alice.address,
        ]);
        await target.getFunction(method)(...args);
      }
      const session = await startSession(world, alice, terms);
      await expectRefusal(forward(world, session, feed, "post", ["long"]), "TextLengthInvalid", [4, 3]);
      await expectRefusal(forward(world, session, engagement, "react", [1, 3]), "ReactionUnknown", [3, 2]);
      await expectRefusal(forward(world, session, core, "poke", [bob.address, POKE("1")]), "PokeTooSmall", [
        POKE("1"),
        POKE("2"),
      ]);
      await forward(world, session, core, "claimDrop", [1]);
      expect(await network.poke.getFunction("balanceOf")(alice.address)).to.equal(POKE("99.5"));
      await expectRefusal(core.getFunction("setFee")(treasury, 1_001), "FeeTooHigh", [1_001, 1_000]);
      await expectRefusal(core.getFunction("setFee")(ZeroAddress, 1), "TreasuryMissing", []);
      // What policies count is the most that a drop can ever cost.
      await expectRefusal(core.getFunction("setPrices")(0, POKE("1") + 1n, 0), "DropPriceTooHigh", [
        POKE("1") + 1n,
        POKE("1"),
      ]);
    });

    it("works by wallet alone where no forwarder is trusted", async () => {
      const plain = await deploySocialNetwork(world, ZeroAddress);
      await plain.core.getFunction("openDrop")(1);
      await plain.poke.getFunction("transfer")(alice.address, POKE("10"));
      await as(plain.poke, alice).getFunction("approve")(await addressOf(plain.core), POKE("10"));
      await as(plain.poke, alice).getFunction("approve")(await addressOf(plain.market), POKE("10"));
      await as(plain.feed, alice).getFunction("post")("by hand");
      await as(plain.engagement, alice).getFunction("like")(1);
      await as(plain.core, alice).getFunction("poke")(bob.address, POKE("1"));
      await as(plain.core, alice).getFunction("claimDrop")(1);
      await as(plain.market, bob).getFunction("list")("a coat", POKE("1"), 1);
      await as(plain.market, alice).getFunction("buy")(1, POKE("1"), alice.address);
      expect(await plain.feed.getFunction("entriesOf")(alice.address)).to.equal(1n);
      expect(await plain.poke.getFunction("balanceOf")(alice.address)).to.equal(POKE("7"));

      const session = await startSession(world, alice, await socialPolicy(plain));
      await untouched(world, session, async () =>
        expectRefusal(forward(world, session, plain.feed, "post", ["x"]), "ForwarderNotTrusted", [
          await addressOf(plain.feed),
        ]),
      );
    });

    it("refuses what it does not know or has run out of", async () => {
      const { feed, engagement, core, market } = network;
      const by = (target: Contract, user: Wallet) => as(target, user);
      await expectRefusal(by(feed, alice).getFunction("reply")(9, "x"), "EntryUnknown", [9]);
      await expectRefusal(by(feed, alice).getFunction("repost")(0), "EntryUnknown", [0]);
      await expectRefusal(by(feed, alice).getFunction("post")(""), "TextLengthInvalid", [0, 280]);
      await by(feed, alice).getFunction("post")("x".repeat(280));
      await expectRefusal(by(feed, alice).getFunction("post")("x".repeat(281)), "TextLengthInvalid", [281, 280]);
      await by(feed, alice).getFunction("repost")(1);
      await expectRefusal(by(feed, alice).getFunction("repost")(1), "AlreadyReposted", [alice.address, 1]);
      await expectRefusal(by(engagement, alice).getFunction("like")(99), "EntryUnknown", [99]);
      await expectRefusal(by(engagement, alice).getFunction("react")(1, 0), "ReactionUnknown", [0, 8]);
      await by(engagement, alice).getFunction("bookmark")(1);
      await expectRefusal(by(engagement, alice).getFunction("bookmark")(1), "AlreadyBookmarked", [alice.address, 1]);
      await expectRefusal(by(core, alice).getFunction("claimDrop")(2), "DropUnknown", [2]);
      await core.getFunction("openDrop")(1);
      await by(core, alice).getFunction("claimDrop")(2);
      await expectRefusal(by(core, alice).getFunction("claimDrop")(2), "DropAlreadyClaimed", [alice.address, 2]);
      await expectRefusal(by(core, bob).getFunction("claimDrop")(2), "DropExhausted", [2, 1]);
      await expectRefusal(by(market, alice).getFunction("buy")(2, POKE("2"), alice.address), "NotForSale", [2]);
      await expectRefusal(by(market, alice).getFunction("buy")(1, POKE("1"), alice.address), "PriceChanged", [
        1,
        POKE("2"),
        POKE("1"),
      ]);
      await expectRefusal(by(market, alice).getFunction("buy")(1, POKE("2"), ZeroAddress), "RecipientMissing", []);
      await expectRefusal(by(market, alice).getFunction("unlist")(1), "NotTheSeller", [alice.address, 1]);
      await by(market, bob).getFunction("unlist")(1);
      await expectRefusal(by(market, alice).getFunction("buy")(1, POKE("2"), alice.address), "NotForSale", [1]);
    });
  });
});
