import { expect } from "chai";
import {
  dataSlice,
  hexlify,
  Interface,
  keccak256,
  parseEther,
  randomBytes,
  toBeHex,
  ZeroAddress,
  type Contract,
} from "ethers";
import { limit, policy, rule, word, type Policy } from "../../support/reference/policy.ts";
import {
  encodeCalls,
  grant,
  keyOfX,
  P256_P,
  secp256k1Key,
  signExecution,
  signForward,
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
  type SessionOptions,
  type World,
} from "../../support/chain/dapp.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import {
  deployAccount,
  execute,
  executeBySig,
  ownerOperation,
  startAccountSession,
  type SmartAccount,
} from "../../support/chain/smartAccount.ts";

/** Cases of session keys elsewhere that the other tests of dApps do not have already, on a smart account. */
describe("Cases known from elsewhere", () => {
  const CAP = parseEther("10");
  const PERIOD = 3_600;
  let world: World;
  let account: SmartAccount;
  let [token, other]: Contract[] = [];
  let [tokenAddress, otherAddress] = ["", ""];
  let app: Contract;
  let terms: Policy;
  let snapshot: Awaited<ReturnType<World["helpers"]["takeSnapshot"]>>;

  before(async () => {
    world = await openWorld();
    account = await deployAccount(world, await newWallet(world));
    const supply = [account.address, parseEther("1000")];
    token = (await world.ethers.deployContract("Poke", supply)) as unknown as Contract;
    other = (await world.ethers.deployContract("Poke", supply)) as unknown as Contract;
    app = (await world.ethers.deployContract("UpvoteApp")) as unknown as Contract;
    [tokenAddress, otherAddress] = [await token.getAddress(), await other.getAddress()];
    terms = policy({
      app: "cases",
      maxDuration: 6 * HOUR,
      maxCalls: 10,
      limits: [limit(tokenAddress, CAP), limit(otherAddress, CAP, PERIOD)],
      permissions: [
        {
          target: tokenAddress,
          method: "transfer(address,uint256)",
          rules: [rule.isAtMost(1, parseEther("6"))],
        },
        { target: tokenAddress, method: "approve(address,uint256)", rules: [rule.is(0, world.stranger.address)] },
        { target: otherAddress, method: "transfer(address,uint256)" },
        { target: await app.getAddress(), method: "upvotePost(uint256)" },
      ],
    });
    snapshot = await world.helpers.takeSnapshot();
  });

  beforeEach(() => snapshot.restore());

  const start = (options: SessionOptions = {}, under = terms) =>
    startAccountSession(world, account, under, { gasMoney: parseEther("1"), ...options });
  const state = (session: Session) => stateOf(world, session.principal, session.key.address);
  const leftOf = async (session: Session, unit = tokenAddress): Promise<bigint> => {
    const { limits } = await state(session);
    return limits.find((each: { limit: { unit: string } }) => each.limit.unit === unit).left;
  };
  const call = (target: Contract, method: string, ...args: unknown[]): Call => ({
    target: target.target as string,
    data: target.interface.encodeFunctionData(method, args),
  });
  const transfer = (amount: bigint, of = token!) => call(of, "transfer", world.stranger.address, amount);
  const refused = (session: Session, calls: Call[], error: string, args: unknown[]) =>
    untouched(world, session, () => expectRefusal(execute(world, session, calls), error, args));

  it("T1 T39 registering sets key and end to the second and says so; so does revoking", async () => {
    const wallet = await newWallet(world);
    const session = await startSession(world, wallet, terms, { duration: 600 });
    const { validAfter, validUntil } = await state(session);
    expect(validUntil).to.equal(validAfter + 599n);
    expect(validAfter).to.equal(BigInt(await world.now()));
    expect(await world.latchkey.queryFilter("SessionRegistered", -1)).to.have.length(1);
    await expect(as(world.latchkey, wallet).getFunction("revokeSession")(session.key.address))
      .to.emit(world.latchkey, "SessionRevoked")
      .withArgs(wallet.address, session.key.address);
  });

  it("T15 T25 a stranger ends no session that is live, whatever principal it names", async () => {
    const session = await start();
    const end = as(world.latchkey, world.stranger).getFunction("deactivateSession");
    await untouched(world, session, async () => {
      const refusal = end(account.address, session.key.address, { gasLimit: 200_000 });
      await expectRefusal(refusal, "SessionNotExpired", [session.validUntil, (await world.now()) + 1]);
      await expectRefusal(end(world.stranger.address, session.key.address), "SessionNotRegistered", [
        world.stranger.address,
        session.key.address,
      ]);
    });
  });

  it("T21 T81 no time after the end passes, and every time until then does", async () => {
    const session = await start();
    const times = Array.from({ length: 12 }, (_, i) => session.validUntil - (12 - i) * 137).concat(session.validUntil);
    for (const [post, time] of times.slice(0, 9).entries()) {
      await world.helpers.time.setNextBlockTimestamp(time);
      await execute(world, session, [call(app, "upvotePost", post)]);
    }
    for (const after of [1, 2, 60, 86_400, 10 ** 9]) {
      await world.helpers.time.setNextBlockTimestamp(session.validUntil + after);
      await refused(session, [call(app, "upvotePost", 99)], "SessionExpired", [
        session.validUntil,
        session.validUntil + after,
      ]);
    }
  });

  it("T37 T58 neither an empty list nor a token without a cap is free: neither can be published", async () => {
    const publish = (value: Policy) => world.store.getFunction("publishPolicy")(value);
    await expectRefusal(publish({ ...terms, permissions: [] }), "PolicyEmpty", []);
    const uncapped = policy({ permissions: [{ target: tokenAddress, method: "transfer(address,uint256)" }] });
    await expectRefusal(publish(uncapped), "UnsafeOutflow", [0, tokenAddress]);
  });

  it("T41 T69 T84 zero keys, ends and calls are refused; revoking what is unknown, zero or dead changes little", async () => {
    const wallet = await newWallet(world);
    await world.store.getFunction("publishPolicy")(terms);
    const complete = grant(secp256k1Key(), terms, { validUntil: (await world.now()) + HOUR });
    const register = (change: Partial<typeof complete>) =>
      as(world.latchkey, wallet).getFunction("registerSession")({ ...complete, ...change });
    await expectRefusal(register({ key: ZeroAddress }), "KeyNotAllowed", [ZeroAddress]);
    await expectRefusal(register({ validUntil: 0 }), "ValidUntilOutOfRange", [0]);
    await expectRefusal(register({ maxCalls: 0 }), "MaxCallsOutOfBounds", [0, 10]);
    const revoke = as(world.latchkey, wallet).getFunction("revokeSession");
    await revoke(ZeroAddress);
    await revoke(complete.key);
    await revoke(complete.key);
    expect((await stateOf(world, wallet.address, complete.key)).status).to.equal(BigInt(Status.Revoked));
    await expectRefusal(register({}), "SessionAlreadyRevoked", [wallet.address, complete.key]);
  });

  it("T85 T47 T40 keys, ends and elements with bits above their type are refused without a panic", async () => {
    const session = await start();
    const calls = encodeCalls([call(app, "upvotePost", 1)]);
    const fields = { principal: account.address, ...calls, nonce: 1, minGas: 0, registration: session.registration };
    const good = signExecution(session.key, world.domain, { ...fields, validUntil: session.validUntil });
    const submit = (signature: string) =>
      as(world.latchkey, world.relayer).getFunction("executeBySig")(
        account.address,
        calls.mode,
        calls.executionCalldata,
        1,
        0,
        signature,
        { gasLimit: 1_000_000 },
      );
    const named = (word: bigint) => toBeHex(word, 32) + good.slice(66);
    // Above an address it is x of a P-256 key, with the parity of y in the top bit of s.
    const nobody = BigInt(session.key.address) + (0xffn << 240n);
    const isOdd = BigInt(dataSlice(good, 64, 96)) >> 255n === 1n;
    const end = (value: bigint) => good.slice(0, 2 + 192) + value.toString(16).padStart(64, "0");
    for (const [signature, error, args] of [
      [named(P256_P), "SignatureElementNotCanonical", [0, P256_P]],
      [named(nobody), "SessionNotRegistered", [account.address, keyOfX(nobody, isOdd)]],
      [end(2n ** 48n), "SignatureElementNotCanonical", [3, 2n ** 48n]],
      [end(2n ** 64n), "SignatureElementNotCanonical", [3, 2n ** 64n]],
      [end(2n ** 256n - 1n), "SignatureElementNotCanonical", [3, 2n ** 256n - 1n]],
      [end(2n ** 48n - 1n), "DeadlineNotAllowed", [2n ** 48n - 1n, session.validUntil]],
      [end(0n), "DeadlineNotAllowed", [0, session.validUntil]],
    ] as const) {
      await untouched(world, session, () => expectRefusal(submit(signature), error, [...args]));
    }
    await submit(good);
  });

  it("T46 T79 no signature of a key passes the account's ERC-1271, and asking consumes nothing", async () => {
    const session = await start();
    const check = account.contract.getFunction("isValidSignature");
    await untouched(world, session, async () => {
      for (let i = 0; i < 8; ++i) {
        const hash = hexlify(randomBytes(32));
        const plain = session.sender.signingKey.sign(hash).serialized;
        const four = signForward(session.key, world.domain, {
          principal: account.address,
          target: tokenAddress,
          data: "0x01020304",
          nonce: i,
          minGas: 0,
          validUntil: session.validUntil,
          registration: session.registration,
        });
        for (const signature of ["0x", plain, four, four.slice(0, 2 + 192), world.address + plain.slice(2)]) {
          expect(await check(hash, signature)).to.equal("0xffffffff");
        }
      }
    });
  });

  it("T48 T71 a renewal under a narrower policy leaves nothing of the wider one", async () => {
    const session = await start();
    await execute(world, session, [transfer(1n), transfer(1n, other), call(app, "upvotePost", 1)]);
    const narrow = { ...terms, permissions: terms.permissions.filter(({ method }) => method.startsWith("upvote")) };
    const renewed = await start({ sessionKey: session.key }, narrow);
    for (const [of, address] of [
      [token!, tokenAddress],
      [other!, otherAddress],
    ] as const) {
      const call = transfer(1n, of);
      await refused(renewed, [call], "CallNotAllowed", [0, address, call.data!.slice(0, 10)]);
    }
    await execute(world, renewed, [call(app, "upvotePost", 2)]);
  });

  it("T49 T50 T67 the account itself is no target, whatever is listed: not a getter, not in a batch", async () => {
    const methods = [
      "owner()",
      "execute(bytes32,bytes)",
      "installModule(uint256,address,bytes)",
      "transferOwnership(address,bytes)",
    ];
    const rules = [
      [],
      [rule.hasTheContent(1, keccak256("0x"))],
      [rule.is(1, ZeroAddress), rule.hasTheContent(2, keccak256("0x"))],
      [rule.is(0, ZeroAddress), rule.hasTheContent(1, keccak256("0x"))],
    ];
    const permissions = methods.map((method, i) => ({ target: account.address, method, rules: rules[i]! }));
    const session = await start({}, policy({ app: "cases", permissions }));
    for (const method of methods) {
      const data = new Interface([`function ${method}`]).getFunction(method.split("(")[0]!)!.selector;
      const inner = { target: account.address, data: data + "00".repeat(96) };
      await refused(session, [inner], "TargetForbidden", [0, account.address]);
      await untouched(world, session, () =>
        expectRefusal(executeBySig(world, session, [inner]), "TargetForbidden", [0, account.address]),
      );
    }
  });

  it("T51 T55 the account is run by its owner, its EntryPoint and its executor, and by no stranger or key", async () => {
    const session = await start();
    const { mode, executionCalldata } = encodeCalls([transfer(1n)]);
    for (const sender of [session.sender, await newWallet(world)]) {
      const run = as(account.contract, sender);
      for (const method of ["execute", "executeFromExecutor"]) {
        await expect(run.getFunction(method).staticCall(mode, executionCalldata)).to.be.rejectedWith(/revert/i);
      }
    }
    expect((await ownerOperation(world, account, [transfer(1n)])).outcomes[0]!.success).to.equal(true);
  });

  it("T53 it is a validator and an executor, and no other kind of module", async () => {
    const kinds = [0, 1, 2, 3, 4, 5, 6, 255];
    const answers = await Promise.all(kinds.map((kind) => world.latchkey.getFunction("isModuleType")(kind)));
    expect(answers).to.deep.equal(kinds.map((kind) => kind === 1 || kind === 2));
  });

  it("T54 T57 each token has a cap of its own, which anyone can read", async () => {
    const session = await start();
    const { policyId } = await state(session);
    const { limits } = await world.store.getFunction("policyOf")(policyId);
    expect(
      limits.map((each: { unit: string; cap: bigint; period: bigint }) => [each.unit, each.cap, each.period]),
    ).to.deep.equal(terms.limits.map(({ unit, cap, period }) => [unit, cap, BigInt(period)]));
    await execute(world, session, [transfer(parseEther("6"))]);
    expect(await leftOf(session)).to.equal(parseEther("4"));
    expect(await leftOf(session, otherAddress)).to.equal(CAP);
  });

  it("T60 T61 T68 too much in one call, too much over two, and a malformed amount are refused", async () => {
    const session = await start();
    const six = parseEther("6");
    await refused(session, [transfer(six + 1n)], "ArgumentNotAllowed", [0, 0, word(six + 1n)]);
    await execute(world, session, [transfer(six)]);
    await refused(session, [transfer(parseEther("4") + 1n)], "SpendCapExceeded", [
      tokenAddress,
      parseEther("4") + 1n,
      parseEther("4"),
    ]);
    const { target, data } = transfer(1n);
    await refused(session, [{ target, data: data!.slice(0, -2) }], "CalldataLengthNotAllowed", [0, 67, 68]);
    await execute(world, session, [transfer(parseEther("4"))]);
    expect(await leftOf(session)).to.equal(0n);
  });

  it("T62 T82 a period's cap is full again with the period's first second, and not before", async () => {
    const session = await start();
    const next = (Math.floor(session.validAfter / PERIOD) + 1) * PERIOD;
    await execute(world, session, [transfer(CAP, other)]);
    await world.helpers.time.setNextBlockTimestamp(next - 1);
    await refused(session, [transfer(1n, other)], "SpendCapExceeded", [otherAddress, 1, 0]);
    await world.helpers.time.setNextBlockTimestamp(next);
    await execute(world, session, [transfer(CAP, other)]);
    // The same block or a later one of the period: nothing is left either way.
    await refused(session, [transfer(1n, other)], "SpendCapExceeded", [otherAddress, 1, 0]);
    await refused(session, [transfer(2n ** 256n - 1n, other)], "SpendCapExceeded", [otherAddress, 2n ** 256n - 1n, 0]);
  });

  it("T63 T65 approving draws on the cap in full each time, a vote on none", async () => {
    const session = await start();
    const approve = (amount: bigint) => call(token!, "approve", world.stranger.address, amount);
    await execute(world, session, [approve(parseEther("4")), call(app, "upvotePost", 1)]);
    expect(await leftOf(session)).to.equal(parseEther("6"));
    await execute(world, session, [approve(parseEther("4"))]);
    expect(await leftOf(session)).to.equal(parseEther("2"));
    await refused(session, [approve(parseEther("2") + 1n)], "SpendCapExceeded", [
      tokenAddress,
      parseEther("2") + 1n,
      parseEther("2"),
    ]);
  });

  it("T80 T90 a signature for one route is none for another, and none after the end", async () => {
    const session = await start();
    const calls = encodeCalls([call(app, "upvotePost", 1)]);
    const { validUntil, registration } = session;
    const fields = { principal: account.address, nonce: 1, minGas: 0, validUntil, registration };
    const forwarded = signForward(session.key, world.domain, {
      ...fields,
      target: app.target as string,
      data: app.interface.encodeFunctionData("upvotePost", [1]),
    });
    const submit = (signature: string) =>
      as(world.latchkey, world.relayer).getFunction("executeBySig")(
        account.address,
        calls.mode,
        calls.executionCalldata,
        1,
        0,
        signature,
        { gasLimit: 1_000_000 },
      );
    await untouched(world, session, () =>
      expectRefusal(submit(forwarded), "InvalidSessionSignature", [session.key.address]),
    );
    const relayed = signExecution(session.key, world.domain, { ...fields, ...calls });
    const data = world.latchkey.interface.encodeFunctionData("revokeSession", [session.key.address]);
    await ownerOperation(world, account, [{ target: world.address, data }]);
    await untouched(world, session, () =>
      expectRefusal(submit(relayed), "SessionAlreadyRevoked", [account.address, session.key.address]),
    );
  });

  it("T56 T82 what a key had left is nothing once it is dead", async () => {
    const session = await start();
    const loss = async (): Promise<[string, bigint][]> =>
      (await world.lens.getFunction("worstLoss").staticCall(account.address, session.key.address))[0].map(
        ({ unit, amount }: { unit: string; amount: bigint }) => [unit, amount],
      );
    expect(new Map(await loss()).get(tokenAddress)).to.equal(CAP);
    const data = world.latchkey.interface.encodeFunctionData("revokeAllSessions");
    await ownerOperation(world, account, [{ target: world.address, data }]);
    expect((await loss()).map(([, amount]) => amount)).to.deep.equal([0n, 0n]);
  });
});
