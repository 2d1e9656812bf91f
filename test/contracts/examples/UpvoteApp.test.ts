import { expect } from "chai";
import { Contract, EventLog, parseEther, type Wallet } from "ethers";
import { limit, policy, type Policy } from "../../support/reference/policy.ts";
import { p256Key, secp256k1Key, Status } from "../../support/reference/session.ts";
import {
  HOUR,
  mock,
  newWallet,
  openWorld,
  stateOf,
  untouched,
  type Session,
  type World,
} from "../../support/chain/dapp.ts";
import { expectFailedOp, expectRefusal } from "../../support/chain/refusal.ts";
import {
  deployAccount,
  ownerOperation,
  sessionOperation,
  startAccountSession,
  type SmartAccount,
} from "../../support/chain/smartAccount.ts";

describe("An upvote app through UserOperations", () => {
  let world: World;
  let app: Contract;
  let token: Contract;
  let terms: Policy;
  let owner: Wallet;
  let account: SmartAccount;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    app = (await world.ethers.deployContract("UpvoteApp")) as unknown as Contract;
    owner = await newWallet(world);
    account = await deployAccount(world, owner);
    token = (await world.ethers.deployContract("Poke", [account.address, parseEther("100")])) as unknown as Contract;
    terms = policy({
      app: "upvote",
      minDuration: HOUR,
      maxDuration: HOUR,
      maxCalls: 20,
      gasBudget: parseEther("1"),
      permissions: [{ target: await app.getAddress(), method: "upvotePost(uint256)" }],
    });
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const target = async () => (await app.getAddress()) as string;
  const upvote = async (postId: number) => ({
    target: await target(),
    data: app.interface.encodeFunctionData("upvotePost", [postId]),
  });

  it("RTC-2 RTC-8 is set up by one signature of the owner, in one transaction", async () => {
    const key = secp256k1Key();
    expect(Number((await stateOf(world, account.address, key.address)).status)).to.equal(Status.None);
    const nonce = await world.entryPoint().getFunction("getNonce")(account.address, 0);
    const session = await startAccountSession(world, account, terms, { sessionKey: key });
    expect(await world.entryPoint().getFunction("getNonce")(account.address, 0)).to.equal(nonce + 1n);
    expect(Number((await stateOf(world, account.address, session.key.address)).status)).to.equal(Status.Active);
    expect(await owner.getNonce()).to.equal(0);
  });

  it("RTC-7 RTC-9 then votes through a bundler, the owner signing nothing", async () => {
    const session = await startAccountSession(world, account, terms);
    const { outcomes, receipt } = await sessionOperation(world, session, [await upvote(7)]);
    expect(outcomes[0]!.success).to.equal(true);
    expect(receipt.from).to.equal(world.bundler.address);
    const [event] = await app.queryFilter("Upvoted", -1);
    expect((event as EventLog).args.toArray()).to.deep.equal([account.address, 7n, 1n]);
    expect(await app.getFunction("hasUpvoted")(account.address, 7)).to.equal(true);
    expect(await app.getFunction("hasUpvoted")(session.key.address, 7)).to.equal(false);
    expect(await app.getFunction("upvotesOf")(7)).to.equal(1n);
    expect((await stateOf(world, account.address, session.key.address)).callsLeft).to.equal(19n);
  });

  it("RTC-3 T45 for one hour, to its last second", async () => {
    const session = await startAccountSession(world, account, terms);
    expect(session.validUntil - session.validAfter + 1).to.equal(HOUR);
    await world.helpers.time.setNextBlockTimestamp(session.validUntil);
    expect((await sessionOperation(world, session, [await upvote(1)])).outcomes[0]!.success).to.equal(true);
    await world.helpers.time.setNextBlockTimestamp(session.validUntil + 1);
    const call = await upvote(2);
    await untouched(world, session, () => expectFailedOp(sessionOperation(world, session, [call]), "AA22"));
    for (const duration of [HOUR - 1, HOUR + 1]) {
      const attempt = startAccountSession(world, account, terms, { duration, lane: 1n });
      await expect(attempt).to.be.rejectedWith(/reverted/);
    }
  });

  it("RTC-4 RTC-5 can call this contract and this function alone", async () => {
    const session = await startAccountSession(world, account, terms);
    const other = (await world.ethers.deployContract("UpvoteApp")) as unknown as Contract;
    const calls = [
      { target: await other.getAddress(), data: (await upvote(1)).data },
      { target: await target(), data: app.interface.encodeFunctionData("hasUpvoted", [account.address, 1]) },
      { target: await target(), data: "0x3ccfd60b" },
      { target: await token.getAddress(), data: token.interface.encodeFunctionData("transfer", [owner.address, 1]) },
      { target: await token.getAddress(), data: token.interface.encodeFunctionData("approve", [owner.address, 1]) },
      { target: owner.address, data: "0x", value: 1n },
    ];
    for (const call of calls) {
      const selector = call.data.slice(0, 10).padEnd(10, "0");
      await untouched(world, session, async () => {
        const outer = await expectRefusal(sessionOperation(world, session, [call]), "CallNotAllowed", [
          0,
          call.target,
          selector,
        ]);
        expect(outer.args[1]).to.equal("AA23 reverted");
      });
    }
    expect(await token.getFunction("balanceOf")(account.address)).to.equal(parseEther("100"));
  });

  it("RTC-6 with no native value, not a single wei", async () => {
    const session = await startAccountSession(world, account, terms);
    const call = { ...(await upvote(1)), value: 1n };
    await untouched(world, session, () =>
      expectRefusal(sessionOperation(world, session, [call]), "ValueNotAllowed", [0, 1, 0]),
    );
    expect((await sessionOperation(world, session, [{ ...call, value: 0n }])).outcomes[0]!.success).to.equal(true);
  });

  it("T36 T73 T74 counts each vote of a batch, and refuses the batch for one call that is not a vote", async () => {
    const session = await startAccountSession(world, account, terms);
    const votes = await Promise.all([1, 2, 3].map(upvote));
    expect((await sessionOperation(world, session, votes)).outcomes[0]!.success).to.equal(true);
    expect((await stateOf(world, account.address, session.key.address)).callsLeft).to.equal(17n);
    const data = token.interface.encodeFunctionData("transfer", [owner.address, 1]);
    const hidden = { target: await token.getAddress(), data };
    for (const position of [0, 1, 2]) {
      const batch = [await upvote(4), await upvote(5)];
      batch.splice(position, 0, hidden);
      await untouched(world, session, async () =>
        expectRefusal(sessionOperation(world, session, batch), "CallNotAllowed", [
          position,
          await token.getAddress(),
          data.slice(0, 10),
        ]),
      );
    }
  });

  it("a vote that the app refuses stays counted, since it was validated before it ran", async () => {
    const session = await startAccountSession(world, account, terms);
    await sessionOperation(world, session, [await upvote(7)]);
    const { outcomes } = await sessionOperation(world, session, [await upvote(7)]);
    expect(outcomes[0]!.success).to.equal(false);
    expect((await stateOf(world, account.address, session.key.address)).callsLeft).to.equal(18n);
    expect(await app.getFunction("upvotesOf")(7)).to.equal(1n);
  });

  it("RTC-13 never needs the owner's key, and the session's key is not one", async () => {
    const session = await startAccountSession(world, account, terms);
    expect(session.key.privateKey).not.to.equal(owner.privateKey);
    // What the owner does with its key, the session's key cannot: the account's own operations.
    const impostor: SmartAccount = { ...account, owner: session.sender };
    const transfer = {
      target: await token.getAddress(),
      data: token.interface.encodeFunctionData("transfer", [session.key.address, 1]),
    };
    await expectFailedOp(ownerOperation(world, impostor, [transfer]), "AA24");
    expect((await ownerOperation(world, account, [transfer])).outcomes[0]!.success).to.equal(true);
  });

  it("T70 T78 T77 takes the session's own signature over this operation, and no other", async () => {
    const session = await startAccountSession(world, account, terms);
    const call = await upvote(1);
    const attempts: Session[] = [
      { ...session, key: { ...session.key, sign: secp256k1Key().sign } },
      { ...session, registration: session.registration + 1 },
    ];
    for (const attempt of attempts) {
      await untouched(world, session, () => expectFailedOp(sessionOperation(world, attempt, [call]), "AA24"));
    }
    const unknown = secp256k1Key();
    await untouched(world, session, () =>
      expectRefusal(sessionOperation(world, { ...session, key: unknown }, [call]), "SessionNotRegistered", [
        account.address,
        unknown.address,
      ]),
    );
  });

  it("takes a key that signs but cannot send", async () => {
    const session = await startAccountSession(world, account, terms, { sessionKey: p256Key() });
    expect((await sessionOperation(world, session, [await upvote(9)])).outcomes[0]!.success).to.equal(true);
    expect(await app.getFunction("hasUpvoted")(account.address, 9)).to.equal(true);
  });

  it("RTC-12 is paid for by the policy's paymaster, for an embedded key and an account that hold nothing", async () => {
    const sponsor = async () => {
      const paymaster = await mock(world, "SponsoringPaymaster", "SponsoringPaymaster", [world.entryPoint().target]);
      await world.entryPoint().getFunction("depositTo")(paymaster.target, { value: parseEther("1") });
      return (await paymaster.getAddress()) as string;
    };
    const [address, other] = [await sponsor(), await sponsor()];
    const sponsored = policy({ ...terms, paymaster: address, selfPaid: false });
    const session = await startAccountSession(world, account, sponsored, { sessionKey: p256Key() });
    await world.helpers.setBalance(account.address, 0n);
    const deposit = await world.entryPoint().getFunction("balanceOf")(account.address);
    const call = await upvote(12);
    await untouched(world, session, async () => {
      await expectRefusal(sessionOperation(world, session, [call]), "SelfPaymentNotAllowed", []);
      await expectRefusal(
        sessionOperation(world, session, [call], { paymaster: { address: other } }),
        "PaymasterNotAllowed",
        [other, address],
      );
    });
    const { outcomes } = await sessionOperation(world, session, [call], { paymaster: { address } });
    expect(outcomes[0]!.success).to.equal(true);
    expect(await app.getFunction("hasUpvoted")(account.address, 12)).to.equal(true);
    expect(await world.entryPoint().getFunction("balanceOf")(account.address)).to.equal(deposit);
    expect(await world.entryPoint().getFunction("balanceOf")(address)).to.be.below(parseEther("1"));
  });

  it("RTC-5 not even with a cap on the token moves any of it by voting", async () => {
    const capped = { ...terms, limits: [limit(await token.getAddress(), parseEther("1"))] };
    const session = await startAccountSession(world, account, capped);
    await sessionOperation(world, session, [await upvote(1)]);
    expect((await stateOf(world, account.address, session.key.address)).limits[0].left).to.equal(parseEther("1"));
    expect(await token.getFunction("balanceOf")(account.address)).to.equal(parseEther("100"));
  });

  it("works by wallet alone, once per post", async () => {
    await (app.connect(owner) as Contract).getFunction("upvotePost")(3);
    expect(await app.getFunction("hasUpvoted")(owner.address, 3)).to.equal(true);
    const again = (app.connect(owner) as Contract).getFunction("upvotePost")(3);
    await expectRefusal(again, "AlreadyUpvoted", [owner.address, 3]);
  });
});
