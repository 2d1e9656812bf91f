import { expect } from "chai";
import { dataSlice, getBytes, parseEther, Wallet, type Contract } from "ethers";
import { appWord, limit, policy, type Policy } from "../../support/reference/policy.ts";
import {
  grant,
  Route,
  secp256k1Key,
  signExecution,
  encodeCalls,
  Status,
  type Call,
} from "../../support/reference/session.ts";
import {
  as,
  HOUR,
  newWallet,
  openWorld,
  startSession,
  stateOf,
  untouched,
  type Session,
  type World,
} from "../../support/chain/dapp.ts";
import { expectRefusal, refusalOf } from "../../support/chain/refusal.ts";
import {
  deployAccount,
  execute,
  executeBySig,
  ownerOperation,
  sessionOperation,
  signAccountRegistration,
  startAccountSession,
  type SmartAccount,
} from "../../support/chain/smartAccount.ts";

describe("A smart wallet with a session key", () => {
  let world: World;
  let token: Contract;
  let app: Contract;
  let terms: Policy;
  let owner: Wallet;
  let account: SmartAccount;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;
  const gasMoney = parseEther("1");

  before(async () => {
    world = await openWorld();
    owner = await newWallet(world);
    account = await deployAccount(world, owner);
    token = (await world.ethers.deployContract("Poke", [account.address, parseEther("100")])) as unknown as Contract;
    app = (await world.ethers.deployContract("UpvoteApp")) as unknown as Contract;
    terms = policy({
      app: "wallet",
      maxDuration: 6 * HOUR,
      maxCalls: 10,
      gasBudget: parseEther("1"),
      limits: [limit(await token.getAddress(), parseEther("5"))],
      permissions: [
        { target: await token.getAddress(), method: "transfer(address,uint256)" },
        { target: await app.getAddress(), method: "upvotePost(uint256)" },
      ],
    });
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const transfer = async (amount: bigint, to = world.stranger.address): Promise<Call> => ({
    target: await token.getAddress(),
    data: token.interface.encodeFunctionData("transfer", [to, amount]),
  });
  const upvote = async (postId: number): Promise<Call> => ({
    target: await app.getAddress(),
    data: app.interface.encodeFunctionData("upvotePost", [postId]),
  });
  const state = (session: Session) => stateOf(world, session.principal, session.key.address);
  const byOwner = async (method: string, args: unknown[]) => {
    const data = world.latchkey.interface.encodeFunctionData(method, args);
    const { outcomes } = await ownerOperation(world, account, [{ target: world.address, data }]);
    expect(outcomes[0]!.success).to.equal(true);
  };
  const revoke = (session: Session) => byOwner("revokeSession", [session.key.address]);

  it("SKL-8 SKL-6 SKL-3 lives through create, register, execute, count down and revoke", async () => {
    const key = secp256k1Key();
    const block = await world.ethers.provider.getBlockNumber();
    expect(Number((await stateOf(world, account.address, key.address)).status)).to.equal(Status.None);
    expect(await world.ethers.provider.getBlockNumber()).to.equal(block);

    const session = await startAccountSession(world, account, terms, { sessionKey: key, gasMoney });
    expect(Number((await state(session)).status)).to.equal(Status.Active);
    await execute(world, session, [await upvote(1)]);
    await execute(world, session, [await upvote(2)]);
    expect((await state(session)).callsLeft).to.equal(8n);
    await revoke(session);
    expect(Number((await state(session)).status)).to.equal(Status.Revoked);
    await expectRefusal(execute(world, session, [await upvote(3)]), "SessionAlreadyRevoked", [
      account.address,
      key.address,
    ]);
  });

  it("CHI-7 SKL-4 T38 adds a key by the owner's signature, once, and by nobody else's", async () => {
    await world.store.getFunction("publishPolicy")(terms);
    const key = secp256k1Key();
    const granted = grant(key, terms, { validUntil: (await world.now()) + HOUR });
    const deadline = (await world.now()) + 600;
    const message = { grant: granted, policy: terms, nonce: 0, deadline };
    const sign = (signer: Wallet) => signAccountRegistration(world, account, signer, message);
    const submit = (signature: string) =>
      as(world.latchkey, world.relayer).getFunction("registerSessionBySig")(
        account.address,
        granted,
        deadline,
        signature,
        { gasLimit: 1_000_000 },
      );
    for (const signer of [await newWallet(world), new Wallet(key.privateKey)]) {
      await expectRefusal(submit(await sign(signer)), "InvalidPrincipalSignature", [account.address]);
    }
    expect(Number((await stateOf(world, account.address, key.address)).status)).to.equal(Status.None);
    await submit(await sign(owner));
    expect(Number((await stateOf(world, account.address, key.address)).status)).to.equal(Status.Active);
    await expectRefusal(submit(await sign(owner)), "InvalidPrincipalSignature", [account.address]);
  });

  it("CHI-8 takes key, end, most calls and allowed calls together, and nothing without one of them", async () => {
    await world.store.getFunction("publishPolicy")(terms);
    const validUntil = (await world.now()) + HOUR;
    const key = secp256k1Key();
    const complete = grant(key, terms, { validUntil });
    const attempt = async (change: Partial<typeof complete>) => {
      const data = world.latchkey.interface.encodeFunctionData("registerSession", [{ ...complete, ...change }]);
      const { outcomes } = await ownerOperation(world, account, [{ target: world.address, data }]);
      expect(outcomes[0]!.success).to.equal(false);
      return outcomes[0]!.revertData;
    };
    const expected = (name: string, args: unknown[]) => world.latchkey.interface.encodeErrorResult(name, args);
    const zero = "0x" + "00".repeat(20);
    expect(await attempt({ key: zero })).to.equal(expected("KeyNotAllowed", [zero]));
    expect(await attempt({ validUntil: 0 })).to.equal(expected("ValidUntilOutOfRange", [0]));
    expect(await attempt({ maxCalls: 0 })).to.equal(expected("MaxCallsOutOfBounds", [0, 10]));
    expect(await attempt({ maxCalls: 11 })).to.equal(expected("MaxCallsOutOfBounds", [11, 10]));
    const nothing = "0x" + "11".repeat(32);
    const unknown = world.store.interface.encodeErrorResult("PolicyNotPublished", [nothing]);
    expect(await attempt({ policyId: nothing })).to.equal(unknown);
    expect(Number((await stateOf(world, account.address, key.address)).status)).to.equal(Status.None);
  });

  it("CHI-10 and an empty list of allowed calls is refused: it would mean nothing, not everything", async () => {
    const empty = { ...terms, permissions: [] };
    await expectRefusal(world.store.getFunction("publishPolicy")(empty), "PolicyEmpty", []);
  });

  it("CHI-13 SKL-5 runs transactions with the session key, and none of the owner's", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    const [ownerNonce, left] = [await owner.getNonce(), (await state(session)).callsLeft];
    await expect(execute(world, session, [await transfer(parseEther("1"))]))
      .to.emit(world.latchkey, "SessionUsed")
      .withArgs(account.address, session.key.address);
    expect(await token.getFunction("balanceOf")(world.stranger.address)).to.equal(parseEther("1"));
    expect((await state(session)).callsLeft).to.equal(left - 1n);
    expect(await owner.getNonce()).to.equal(ownerNonce);
  });

  it("CHI-14 T59 T64 several calls at once, counted one by one and capped together", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    await execute(world, session, [await transfer(parseEther("1")), await upvote(1), await transfer(parseEther("2"))]);
    expect((await state(session)).callsLeft).to.equal(7n);
    expect((await state(session)).limits[0].left).to.equal(parseEther("2"));
    const batch = [await transfer(parseEther("1")), await transfer(parseEther("1") + 1n)];
    await untouched(world, session, async () =>
      expectRefusal(execute(world, session, batch), "SpendCapExceeded", [
        await token.getAddress(),
        parseEther("2") + 1n,
        parseEther("2"),
      ]),
    );
  });

  it("CHI-12 costs wallet and key no gas where a relayer carries it", async () => {
    const session = await startAccountSession(world, account, terms);
    await world.helpers.setBalance(account.address, 0n);
    await executeBySig(world, session, [await transfer(parseEther("1"))]);
    const { provider } = world.ethers;
    expect(await provider.getBalance(account.address)).to.equal(0n);
    expect(await provider.getBalance(session.key.address)).to.equal(0n);
    expect(await token.getFunction("balanceOf")(world.stranger.address)).to.equal(parseEther("1"));
  });

  it("CHI-15 T40 takes signatures of four elements: key, r, s and end", async () => {
    const session = await startAccountSession(world, account, terms);
    const calls = encodeCalls([await upvote(1)]);
    const message = { principal: account.address, ...calls, nonce: 7, minGas: 0, registration: session.registration };
    const end = session.validUntil;
    const signature = signExecution(session.key, world.domain, { ...message, validUntil: end });
    expect(getBytes(signature)).to.have.length(128);
    expect(BigInt(dataSlice(signature, 0, 32))).to.equal(BigInt(session.key.address));
    expect(BigInt(dataSlice(signature, 96, 128))).to.equal(BigInt(end));
    const submit = (text: string) =>
      as(world.latchkey, world.relayer).getFunction("executeBySig")(
        account.address,
        calls.mode,
        calls.executionCalldata,
        7,
        0,
        text,
        { gasLimit: 1_000_000 },
      );
    for (const length of [0, 32, 96, 127, 129, 160]) {
      const cut = length > 128 ? signature + "00".repeat(length - 128) : dataSlice(signature, 0, length);
      await untouched(world, session, () => expectRefusal(submit(cut), "SignatureLengthInvalid", [length, 128]));
    }
    const later = signExecution(session.key, world.domain, { ...message, validUntil: end + 1 });
    await untouched(world, session, () => expectRefusal(submit(later), "DeadlineNotAllowed", [end + 1, end]));
    await submit(signature);
    expect(await app.getFunction("hasUpvoted")(account.address, 1)).to.equal(true);
    await untouched(world, session, () =>
      expectRefusal(submit(signature), "NonceAlreadyUsed", [account.address, session.key.address, 7]),
    );
  });

  it("CHI-16 CHI-25 T42 and the owner removes the key for good", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    await revoke(session);
    await revoke(session);
    for (const attempt of [execute, executeBySig, sessionOperation]) {
      const call = await upvote(1);
      await untouched(world, session, () =>
        expectRefusal(attempt(world, session, [call]), "SessionAlreadyRevoked", [account.address, session.key.address]),
      );
    }
  });

  it("CHI-18 CHI-19 shows anyone whether it is active, its end, its calls and what it allows", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    await execute(world, session, [await upvote(1)]);
    const lens = as(world.lens, world.stranger);
    const seen = await lens.getFunction("getSession").staticCall(account.address, session.key.address);
    expect(Number(seen.status)).to.equal(Status.Active);
    expect(seen.validUntil).to.equal(BigInt(session.validUntil));
    expect(seen.callsLeft).to.equal(9n);
    const stored = await world.store.getFunction("policyOf")(seen.policyId);
    const selectors = [
      token.interface.getFunction("transfer")!.selector,
      app.interface.getFunction("upvotePost")!.selector,
    ];
    expect(stored.permissions.map(({ selector }: { selector: string }) => selector).sort()).to.deep.equal(
      selectors.sort(),
    );
    const unknown = await lens.getFunction("getSession").staticCall(account.address, world.stranger.address);
    expect(Number(unknown.status)).to.equal(Status.None);
  });

  it("CHI-20 CHI-26 T75 tells calls left before a batch, and takes exactly as many", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney, maxCalls: 3 });
    const four = await Promise.all([1, 2, 3, 4].map(upvote));
    const explain = async (calls: Call[]) =>
      world.lens.getFunction("explain")(
        account.address,
        session.key.address,
        Route.direct,
        calls.map(({ target, data }) => ({ target, value: 0, data })),
        0,
        0,
        "0x" + "00".repeat(20),
      );
    expect((await state(session)).callsLeft).to.equal(3n);
    const [allowed, index, error] = await explain(four);
    expect([allowed, index]).to.deep.equal([false, 4n]);
    expect(error).to.equal(world.latchkey.interface.encodeErrorResult("SessionCallsExceeded", [4, 3]));
    await untouched(world, session, () => expectRefusal(execute(world, session, four), "SessionCallsExceeded", [4, 3]));
    expect((await explain(four.slice(0, 3)))[0]).to.equal(true);
    await execute(world, session, four.slice(0, 3));
    await untouched(world, session, () =>
      expectRefusal(execute(world, session, four.slice(3)), "SessionCallsExceeded", [1, 0]),
    );
  });

  it("CHI-9 SKL-17 T43 and a session without calls left is registered anew, with fresh ones", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney, maxCalls: 1 });
    await execute(world, session, [await transfer(parseEther("5"))]);
    expect(Number((await state(session)).status)).to.equal(Status.Exhausted);
    const renewed = await startAccountSession(world, account, terms, { gasMoney, sessionKey: session.key });
    expect(renewed.registration).to.equal(renewed.validAfter).and.to.be.greaterThan(session.registration);
    expect((await state(renewed)).callsLeft).to.equal(10n);
    expect((await state(renewed)).limits[0].left).to.equal(parseEther("5"));
    await execute(world, renewed, [await upvote(1)]);
  });

  it("CHI-23 SKL-16 T45 says that it has expired, and can be registered anew", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    await world.helpers.time.setNextBlockTimestamp(session.validUntil + 1);
    const call = await upvote(1);
    await untouched(world, session, () =>
      expectRefusal(execute(world, session, [call]), "SessionExpired", [session.validUntil, session.validUntil + 1]),
    );
    expect(Number((await state(session)).status)).to.equal(Status.Expired);
    const renewed = await startAccountSession(world, account, terms, { gasMoney, sessionKey: session.key });
    await execute(world, renewed, [call]);
  });

  it("CHI-24 T70 says that it was never registered", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    const stranger = await newWallet(world);
    const unknown = { ...session, key: secp256k1Key(stranger.privateKey), sender: stranger };
    for (const attempt of [execute, executeBySig, sessionOperation]) {
      const call = await upvote(1);
      await untouched(world, session, () =>
        expectRefusal(attempt(world, unknown, [call]), "SessionNotRegistered", [account.address, stranger.address]),
      );
    }
  });

  it("CHI-27 T35 T74 says which call is not on the list", async () => {
    const session = await startAccountSession(world, account, terms, { gasMoney });
    const approval = {
      target: await token.getAddress(),
      data: token.interface.encodeFunctionData("approve", [world.stranger.address, 1]),
    };
    for (const attempt of [execute, executeBySig, sessionOperation]) {
      const calls = [await upvote(1), approval];
      await untouched(world, session, () =>
        expectRefusal(attempt(world, session, calls), "CallNotAllowed", [
          1,
          approval.target,
          approval.data.slice(0, 10),
        ]),
      );
    }
  });

  it("CHI-1 CHI-22 SKL-1 refuses wallets of another kind: without code, or without the module", async () => {
    const plain = await startSession(world, await newWallet(world), terms);
    for (const attempt of [execute, executeBySig]) {
      const call = await upvote(1);
      await untouched(world, plain, () =>
        expectRefusal(attempt(world, plain, [call]), "PrincipalWithoutCode", [plain.principal]),
      );
    }
    const bare = await deployAccount(world, owner, "0x" + "00".repeat(20));
    const session = await startAccountSession(world, bare, terms, { gasMoney });
    expect(await world.latchkey.getFunction("isInitialized")(bare.address)).to.equal(false);
    expect(await world.latchkey.getFunction("isInitialized")(account.address)).to.equal(true);
    const refusedWith = async (expected: unknown[]) => {
      for (const attempt of [execute, executeBySig]) {
        const call = await upvote(1);
        await untouched(world, session, async () => {
          const { name, args } = await refusalOf(attempt(world, session, [call]));
          expect([name, ...args]).to.deep.equal(expected);
        });
      }
    };
    await refusedWith(["ModuleNotInstalled", bare.address]);
    const call = await upvote(1);
    await untouched(world, session, async () => {
      const { name } = await refusalOf(sessionOperation(world, session, [call]));
      expect(name).to.match(/^FailedOp/);
    });
    // Once installed it is both types: there is no half of it that still executes nothing.
    const { interface: abi } = bare.contract;
    const data = abi.encodeFunctionData("installModule", [1, world.address, "0x"]);
    expect((await ownerOperation(world, bare, [{ target: bare.address, data }])).outcomes[0]!.success).to.equal(true);
    const { isModuleInstalled } = bare.contract;
    for (const type of [1, 2]) expect(await isModuleInstalled!(type, world.address, "0x")).to.equal(true);
    await execute(world, session, [await upvote(1)]);
    await executeBySig(world, session, [await upvote(2)]);
  });

  it("SKL-14 T83 keeps one active session per wallet and app, unless another lane is asked for", async () => {
    const first = await startAccountSession(world, account, terms, { gasMoney });
    await expect(startAccountSession(world, account, terms)).to.be.rejectedWith(/reverted/);
    const second = await startAccountSession(world, account, terms, { gasMoney, replaces: first.key.address });
    const active = await world.latchkey.getFunction("activeSession")(account.address, appWord(terms), 0);
    expect(active).to.equal(second.key.address);
    await expectRefusal(execute(world, first, [await upvote(1)]), "SessionAlreadyRevoked", [
      account.address,
      first.key.address,
    ]);
    await execute(world, second, [await upvote(1)]);
  });
});
