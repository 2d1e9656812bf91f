import { expect } from "chai";
import fc from "fast-check";
import {
  type Address,
  type EIP1193RequestFn,
  type Hex,
  type LocalAccount,
  numberToHex,
  ResourceUnavailableRpcError,
} from "viem";
import { getBlockNumber } from "viem/actions";
import * as sdk from "../../sdk/src/index.ts";
import { feedAbi, FRIEND, openSessionClient, type TestClient } from "../support/client/sessionClient.ts";
import { seeded } from "../support/fuzz.ts";

const { contract, definePolicy } = sdk;

describe("watchSessions", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let owner: LocalAccount;
  let stranger: LocalAccount;
  let policy: sdk.Policy;
  let snapshot: { restore(): Promise<void> };
  const stops: (() => void)[] = [];

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    [owner, stranger] = [await test.wallet(), await test.wallet()];
    policy = definePolicy({
      app: "watched",
      maxDuration: 86_400,
      maxCalls: 20,
      permissions: [contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    await client.publishPolicySync({ policy, account: stranger });
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    await snapshot.restore();
  });
  after(() => test.world.connection.close());

  const register = async (changes: Partial<sdk.RegisterSessionParameters> = {}) => {
    const key = sdk.generateSecp256k1SessionKey();
    await client.registerSessionSync({ key, policy, account: owner, ...changes });
    return key.address;
  };
  const nextBlock = async () => (await getBlockNumber(client, { cacheTime: 0 })) + 1n;

  /** Watches from the next block on, polling when it is told to: each event as one line. */
  const watch = async (
    parameters: Partial<sdk.WatchSessionsParameters> = {},
    request?: (next: EIP1193RequestFn) => EIP1193RequestFn,
  ) => {
    const lines: string[] = [];
    const errors: unknown[] = [];
    const tell = (what: string) => (session: sdk.WatchedSession) =>
      void lines.push(`${what} ${session.key} ${session.status}`);
    const stop = test.connect(request === undefined ? {} : { request }).watchSessions({
      principal: owner.address,
      fromBlock: await nextBlock(),
      pollingInterval: 5,
      onRegistered: tell("registered"),
      onRevoked: tell("revoked"),
      onSwept: tell("swept"),
      onAllRevoked: (generation, sessions) =>
        void lines.push(`all ${generation}`, ...sessions.map(({ key, status }) => `ended ${key} ${status}`)),
      onReorganized: (sessions) => {
        for (const session of sessions) tell("reorganized")(session);
      },
      onError: (error) => void errors.push(error),
      ...parameters,
    });
    stops.push(stop);
    return { lines, errors, stop };
  };
  const until = async (isDone: () => boolean) => {
    for (let i = 0; !isDone(); i++) {
      if (i === 1_000) expect.fail("What was waited for did not come.");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const mine = (blocks: number) =>
    test.world.provider.request({ method: "hardhat_mine", params: [numberToHex(blocks)] });
  const rest = () => new Promise((resolve) => setTimeout(resolve, 50));

  it("tells of registrations, renewals, replacements, revocations and sweeps, in their order, each once", async () => {
    const { lines, errors } = await watch();
    const first = await register({ validUntil: (await test.world.now()) + 100 });
    await until(() => lines.length === 1);
    await client.renewSessionSync({ key: { address: first, publicKey: "0x" }, policy, account: owner });
    await until(() => lines.length === 2);
    const second = await register({ replaces: first });
    await until(() => lines.length === 4);
    await client.revokeSessionSync({ key: second, account: owner });
    await until(() => lines.length === 5);
    const third = await register({ validUntil: (await test.world.now()) + 100 });
    await until(() => lines.length === 6);
    await test.world.helpers.time.increase(200);
    await client.deactivateSession({ principal: owner.address, account: stranger, sessionWallet: third });
    await until(() => lines.length === 7);
    // Nobody else's.
    await client.registerSessionSync({ key: { address: FRIEND, publicKey: "0x" }, policy, account: stranger });
    await rest();
    expect(lines).to.deep.equal([
      `registered ${first} Active`,
      `registered ${first} Active`,
      `revoked ${first} Revoked`,
      `registered ${second} Active`,
      `revoked ${second} Revoked`,
      `registered ${third} Active`,
      `swept ${third} Expired`,
    ]);
    expect(errors).to.deep.equal([]);
  });

  it("tells of the end of all of them with those that it knows", async () => {
    const { lines } = await watch();
    const [first, second] = [await register(), await register({ lane: 1n })];
    await until(() => lines.length === 2);
    await client.revokeAllSessionsSync({ account: owner });
    await until(() => lines.length === 5);
    expect(lines.slice(2)).to.deep.equal(["all 1", `ended ${first} Revoked`, `ended ${second} Revoked`]);
  });

  it("starts where it is told, in ranges that a node accepts, and else with the next block", async () => {
    const fromBlock = await nextBlock();
    const keys = [await register(), await register({ lane: 1n }), await register({ lane: 2n })];
    await client.revokeSessionSync({ key: keys[0]!, account: owner });
    const ranges: bigint[] = [];
    const measured = (next: EIP1193RequestFn) =>
      (async (args: { method: string; params: [{ fromBlock: `0x${string}`; toBlock: `0x${string}` }] }) => {
        if (args.method === "eth_getLogs") {
          const [{ fromBlock: from, toBlock: to }] = args.params;
          ranges.push(BigInt(to) - BigInt(from) + 1n);
        }
        return next(args as never);
      }) as never as EIP1193RequestFn;
    const past = await watch({ fromBlock, maxBlockRange: 2 }, measured);
    const future = await watch({ fromBlock: undefined });
    await until(() => past.lines.length === 4);
    await rest();
    // As they stand when they are seen: the first is told as registered, and as what it is now.
    expect(past.lines).to.deep.equal([
      `registered ${keys[0]} Revoked`,
      `registered ${keys[1]} Active`,
      `registered ${keys[2]} Active`,
      `revoked ${keys[0]} Revoked`,
    ]);
    expect(ranges.every((range) => range <= 2n)).to.equal(true);
    expect(future.lines).to.deep.equal([]);
    await register({ lane: 3n });
    await until(() => future.lines.length === 1 && past.lines.length === 5);
  });

  it("loses nothing while the node is down, and tells nothing twice", async () => {
    let down = false;
    const failing = (next: EIP1193RequestFn) =>
      (async (args: { method: string }) => {
        if (down) throw new Error("the node is down");
        return next(args as never);
      }) as never as EIP1193RequestFn;
    const { lines, errors } = await watch({}, failing);
    await rest();
    down = true;
    const key = await register();
    await client.revokeSessionSync({ key, account: owner });
    await until(() => errors.length > 2);
    expect(lines).to.deep.equal([]);
    down = false;
    await until(() => lines.length === 2);
    await rest();
    expect(lines).to.deep.equal([`registered ${key} Revoked`, `revoked ${key} Revoked`]);
  });

  it("loses nothing when any single request fails, whichever it is (ATK-124)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), async (failures) => {
        const fork = await test.world.helpers.takeSnapshot();
        let count = 0;
        const failing = (next: EIP1193RequestFn) =>
          (async (args: { method: string }) => {
            if (failures.includes(count++)) throw new Error("lost");
            return next(args as never);
          }) as never as EIP1193RequestFn;
        const fromBlock = await nextBlock();
        const keys = [await register(), await register({ lane: 1n })];
        await client.revokeSessionSync({ key: keys[1]!, account: owner });
        const { lines, stop } = await watch({ fromBlock, maxBlockRange: 2, pollingInterval: 1 }, failing);
        await until(() => lines.length >= 3);
        await new Promise((resolve) => setTimeout(resolve, 10));
        stop();
        await fork.restore();
        expect(lines).to.deep.equal([
          `registered ${keys[0]} Active`,
          `registered ${keys[1]} Revoked`,
          `revoked ${keys[1]} Revoked`,
        ]);
      }),
      seeded("lost requests", { numRuns: 15 }),
    );
  });

  it("reads sessions again when blocks are taken back: none is shown as live that is not, nor as dead (ATK-124)", async () => {
    const { lines } = await watch();
    const kept = await register();
    await until(() => lines.length === 1);
    const fork = await test.world.helpers.takeSnapshot();
    await client.revokeSessionSync({ key: kept, account: owner });
    const lost = await register({ lane: 1n });
    await until(() => lines.length === 3);
    expect(lines.slice(1)).to.deep.equal([`revoked ${kept} Revoked`, `registered ${lost} Active`]);
    // A shorter chain without both, which looks like a node that is behind, then one that says something else.
    await fork.restore();
    await rest();
    expect(lines).to.have.length(3);
    const other = await register({ lane: 2n });
    await until(() => lines.length === 6);
    expect(lines.slice(3, 5)).to.have.members([`reorganized ${kept} Active`, `reorganized ${lost} None`]);
    expect(lines[5]).to.equal(`registered ${other} Active`);
    await mine(1);
    await rest();
    expect(lines).to.have.length(6);
  });

  it("takes a node that is behind for what it is, and tells nothing twice (ATK-124)", async () => {
    let lag = 0n;
    const behind = (next: EIP1193RequestFn) =>
      (async (args: { method: string }) => {
        const answer = await next(args as never);
        return args.method === "eth_blockNumber" ? numberToHex(BigInt(answer as Hex) - lag) : answer;
      }) as never as EIP1193RequestFn;
    const { lines, errors } = await watch({}, behind);
    const key = await register();
    // A status is that of the moment in which it is read.
    await until(() => lines.length === 1);
    await client.revokeSessionSync({ key, account: owner });
    await until(() => lines.length === 2);
    for (let i = 0; i < 3; i++) {
      lag = 3n;
      await rest();
      lag = 0n;
      await rest();
    }
    await mine(1);
    await rest();
    expect(lines).to.deep.equal([`registered ${key} Active`, `revoked ${key} Revoked`]);
    expect(errors).to.deep.equal([]);
  });

  it("takes logs that a node leaves out for no reorganisation (ATK-124)", async () => {
    let isForgetful = false;
    const forgetful = (next: EIP1193RequestFn) =>
      (async (args: { method: string }) =>
        isForgetful && args.method === "eth_getLogs" ? [] : next(args as never)) as never as EIP1193RequestFn;
    const { lines } = await watch({}, forgetful);
    const key = await register();
    await until(() => lines.length === 1);
    isForgetful = true;
    await rest();
    isForgetful = false;
    await rest();
    expect(lines).to.deep.equal([`registered ${key} Active`]);
  });

  it("goes on where it was: what it has read of a long past it has told, though a later range fails", async () => {
    const fromBlock = await nextBlock();
    const first = await register();
    await mine(40);
    const second = await register({ lane: 1n });
    let isDown = true;
    const asked: bigint[] = [];
    const failing = (next: EIP1193RequestFn) =>
      (async (args: { method: string; params: [{ fromBlock: Hex }] }) => {
        if (args.method !== "eth_getLogs") return next(args as never);
        const start = BigInt(args.params[0].fromBlock);
        asked.push(start);
        if (isDown && start > fromBlock + 20n) throw new ResourceUnavailableRpcError(new Error("busy"));
        return next(args as never);
      }) as never as EIP1193RequestFn;
    const { lines, errors } = await watch({ fromBlock, maxBlockRange: 10, reorgDepth: 5 }, failing);
    await until(() => errors.length > 0);
    expect(lines).to.deep.equal([`registered ${first} Active`]);
    isDown = false;
    asked.splice(0);
    await until(() => lines.length === 2);
    expect(lines[1]).to.equal(`registered ${second} Active`);
    expect(asked.every((start) => start > fromBlock + 10n)).to.equal(true);
  });

  it("asks once for the sessions of all keys, however many they are", async () => {
    const fromBlock = await nextBlock();
    for (let lane = 0n; lane < 6n; lane++) await register({ lane });
    let calls = 0;
    const counted = (next: EIP1193RequestFn) =>
      (async (args: { method: string }) => {
        if (args.method === "eth_call") ++calls;
        return next(args as never);
      }) as never as EIP1193RequestFn;
    const { lines } = await watch({ fromBlock }, counted);
    await until(() => lines.length === 6);
    expect(calls).to.equal(1);
    await client.revokeAllSessionsSync({ account: owner });
    await until(() => lines.length === 13);
    expect(calls).to.equal(2);
  });

  it("tells nothing again of blocks that are too old to be taken back", async () => {
    const { lines } = await watch({ reorgDepth: 3 });
    const key = await register();
    await until(() => lines.length === 1);
    const fork = await test.world.helpers.takeSnapshot();
    await mine(6);
    await rest();
    await fork.restore();
    await rest();
    await mine(4);
    await rest();
    const other = await register({ lane: 1n });
    await until(() => lines.length === 2);
    expect(lines).to.deep.equal([`registered ${key} Active`, `registered ${other} Active`]);
  });

  it("sees a fork that is as long as what it replaces", async () => {
    const { lines } = await watch();
    const fork = await test.world.helpers.takeSnapshot();
    const lost = await register();
    await until(() => lines.length === 1);
    const height = await nextBlock();
    await fork.restore();
    const instead = await register();
    expect(await nextBlock()).to.equal(height);
    await until(() => lines.includes(`registered ${instead} Active`));
    expect(lines).to.include(`reorganized ${lost} None`);
  });

  it("brings back all whose end was taken back", async () => {
    const { lines } = await watch();
    const keys = [await register(), await register({ lane: 1n })];
    await until(() => lines.length === 2);
    const fork = await test.world.helpers.takeSnapshot();
    await client.revokeAllSessionsSync({ account: owner });
    await until(() => lines.length === 5);
    await fork.restore();
    await mine(1);
    await until(() => lines.length === 7);
    expect(lines.slice(5)).to.have.members(keys.map((key) => `reorganized ${key} Active`));
  });

  it("goes on when a callback throws, and is silent once it is over", async () => {
    const failure = new Error("the screen is gone");
    const { lines, errors, stop } = await watch({
      onRegistered: () => {
        throw failure;
      },
    });
    const key = await register();
    await client.revokeSessionSync({ key, account: owner });
    await until(() => lines.length === 1);
    expect(lines).to.deep.equal([`revoked ${key} Revoked`]);
    expect(errors).to.deep.equal([failure]);
    stop();
    await register({ lane: 1n });
    await rest();
    expect([lines.length, errors.length]).to.deep.equal([1, 1]);
  });

  it("may be stopped by what it calls, before it says more", async () => {
    const seen: Address[] = [];
    const fromBlock = await nextBlock();
    await register();
    await register({ lane: 1n });
    const stop = client.watchSessions({
      principal: owner.address,
      fromBlock,
      pollingInterval: 5,
      onRegistered: ({ key }) => {
        seen.push(key);
        stop();
      },
    });
    stops.push(stop);
    await until(() => seen.length > 0);
    await rest();
    expect(seen).to.have.length(1);
  });
});
