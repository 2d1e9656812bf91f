import { expect } from "chai";
import fc from "fast-check";
import { type Address, erc20Abi, parseEther, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import * as sdk from "../../sdk/src/index.ts";
import { latchkeyLensAbi } from "../../sdk/src/generated/abi/latchkeyLensAbi.ts";
import {
  feedAbi,
  FRIEND,
  openSessionClient,
  sessionErrorOf,
  type TestClient,
} from "../support/client/sessionClient.ts";
import { seeded } from "../support/fuzz.ts";

const HOUR = 3_600;
const nothing = { gas: 0n, trusted: [], open: [], isWhole: true };

describe("What a key can still take", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let account: Awaited<ReturnType<TestClient["smartAccount"]>>;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    account = await test.smartAccount();
    await test.world.helpers.setBalance(account.principal, parseEther("10"));
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => test.world.connection.close());

  const start = async (changes: Partial<sdk.DefinePolicyParameters> = {}, maxCalls = 500) => {
    const { principal, sendCalls, token } = account;
    const policy = sdk.definePolicy({
      app: "loss.example",
      maxDuration: 7 * 86_400,
      maxCalls,
      gasBudget: 10n ** 15n,
      selfPaid: true,
      permissions: [
        sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } }),
        sdk.nativeTransfer(FRIEND, parseEther("1")),
      ],
      limits: [
        { unit: token, cap: 100n },
        { unit: token, cap: 30n, period: HOUR },
        { unit: zeroAddress, cap: 7n, period: 1_200, fromStart: true },
      ],
      ...changes,
    });
    const key = await test.fundedKey();
    const validAfter = await test.now();
    const { grant } = await client.registerSessionSync({
      ...{ key, policy, principal, sendCalls, validAfter },
      validUntil: validAfter + 3 * HOUR - 1,
    });
    return { key, policy, grant };
  };
  const say = (key: sdk.SessionKey) => client.getWorstLoss({ principal: account.principal, key: key.address });
  /** The contract's own word. */
  const chainSays = (key: sdk.SessionKey) =>
    readContract(client, {
      abi: latchkeyLensAbi,
      address: test.deployment.lens,
      functionName: "worstLoss",
      args: [account.principal, key.address],
    });
  const of = (unit: Address, { losses }: sdk.WorstLoss) =>
    losses.find((each) => each.unit.toLowerCase() === unit.toLowerCase())!.amount;
  const stateOf = (key: sdk.SessionKey) => client.getSession({ principal: account.principal, key: key.address });
  const takeOf = (unit: Address, amount: bigint): sdk.SessionCall =>
    unit === zeroAddress ? { to: FRIEND, value: amount } : test.transfer(unit, amount);
  const take = async (key: sdk.SessionKey, unit: Address, amount: bigint) => {
    const { principal } = account;
    await client.sendSessionCallsSync({ principal, key, route: "direct", calls: [takeOf(unit, amount)] });
  };
  const held = (unit: Address) =>
    unit === zeroAddress
      ? test.balanceOf(FRIEND)
      : readContract(client, { abi: erc20Abi, address: unit, functionName: "balanceOf", args: [FRIEND] });

  /** Takes all that there is of a unit, period by period, to the session's last second. */
  const takeAll = async (key: sdk.SessionKey, unit: Address) => {
    const before = await held(unit);
    for (;;) {
      const { status, limits } = await stateOf(key);
      if (status !== "Active") break;
      const own = limits.filter((each) => each.unit.toLowerCase() === unit.toLowerCase());
      const least = own.map(({ left }) => left).reduce((a, b) => (a < b ? a : b));
      if (least > 0n) await take(key, unit, least);
      const next = own.map(({ refillsAt }) => refillsAt).filter((each) => each !== 0);
      if (next.length === 0) break;
      await test.world.helpers.time.increaseTo(Math.min(...next));
    }
    return (await held(unit)) - before;
  };

  it("is the chain's own number whatever was done before, and what a greedy key then gets, to the unit", async () => {
    const unit = fc.constantFrom("token" as const, "coin" as const);
    const step = fc.oneof(
      fc.record({ kind: fc.constant("take" as const), unit, amount: fc.bigInt(1n, 40n) }),
      fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 2 * HOUR }) }),
    );
    const used = fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const fresh = await test.world.helpers.takeSnapshot();
      const { key, grant, policy } = await start();
      const at = (each: "token" | "coin") => (each === "token" ? account.token : zeroAddress);
      expect(await say(key)).to.deep.equal({ ...sdk.worstLossOf(policy, grant), isWhole: true });
      for (const each of steps) {
        if (each.kind === "wait") await test.world.helpers.time.increase(each.seconds);
        else await take(key, at(each.unit), each.amount).catch(() => undefined);
      }
      const said = await say(key);
      const { losses, gas, trusted, open } = await chainSays(key);
      expect(said).to.deep.equal({ losses, gas, trusted, open: open.map(Number), isWhole: true });
      for (const each of [account.token, zeroAddress]) {
        const here = await test.world.helpers.takeSnapshot();
        expect(await takeAll(key, each)).to.equal(of(each, said));
        await here.restore();
      }
      await fresh.restore();
    });
    await fc.assert(used, seeded("what a greedy key gets", { numRuns: 12 }));
  });

  it("goes down by what was taken, and comes to nothing once the session is used up, dead or unknown", async () => {
    const { key } = await start({}, 2);
    const { token } = account;
    const first = await say(key);
    await take(key, token, 30n);
    const second = await say(key);
    expect([of(token, first), of(token, second)]).to.deep.equal([100n, 70n]);
    await take(key, zeroAddress, 1n);
    const none = [
      { unit: zeroAddress, amount: 0n },
      { unit: token, amount: 0n },
    ];
    expect(await say(key)).to.deep.equal({ ...nothing, losses: none });
    const { key: other } = await start({ app: "another.example" });
    await client.revokeSessionSync({ key: other.address, ...account, account: undefined });
    expect(await say(other)).to.deep.equal({ ...nothing, losses: none });
    const unknown = await client.getWorstLoss({ principal: account.principal, key: FRIEND });
    expect(unknown).to.deep.equal({ ...nothing, losses: [] });
  });

  it("names whom it trusts and what is open, and says that it is not the whole truth", async () => {
    const { token } = account;
    const { key, policy, grant } = await start({
      permissions: [
        sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } }),
        sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } }),
        sdk.anyMethodOf(test.game),
      ],
      limits: [{ unit: token, cap: 100n }],
    });
    const said = await say(key);
    expect(said).to.deep.equal({ ...sdk.worstLossOf(policy, grant), isWhole: false });
    expect(said.trusted).to.have.members([test.feed, test.game]);
    expect(said.open.map((each) => policy.permissions[each]!.target)).to.deep.equal([test.game]);
  });

  it("is an error where there is no lens, and never 0", async () => {
    const deployment = { ...test.deployment, lens: FRIEND };
    const asked = client.getWorstLoss({ principal: account.principal, key: FRIEND, deployment });
    const error = await sessionErrorOf(asked);
    expect(error.metaMessages).to.include(`Address: ${FRIEND}`);
  });
});
