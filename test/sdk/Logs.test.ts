import { expect } from "chai";
import fc from "fast-check";
import {
  createClient,
  custom,
  type EIP1193RequestFn,
  type Hex,
  type LocalAccount,
  numberToHex,
  pad,
  type RpcLog,
  ResourceUnavailableRpcError,
  RpcRequestError,
} from "viem";
import { logRanges, readLogs } from "../../sdk/src/chain/logs.ts";
import * as sdk from "../../sdk/src/index.ts";
import { feedAbi, openSessionClient, type TestClient, thrownBy } from "../support/client/sessionClient.ts";
import { seeded } from "../support/fuzz.ts";

type Range = { fromBlock: Hex; toBlock: Hex };
const lengthOf = ({ fromBlock, toBlock }: Range) => Number(BigInt(toBlock) - BigInt(fromBlock)) + 1;
const tooLong = (most: number) =>
  new RpcRequestError({
    body: {},
    url: "http://node",
    error: { code: -32_602, message: `query exceeds max block range ${most}` },
  });
const busy = () => new ResourceUnavailableRpcError(new Error("busy"));

describe("The log reader", () => {
  const ADDRESS = pad("0x01", { size: 20 });
  const logAt = (block: number): RpcLog => ({
    address: ADDRESS,
    blockHash: pad(numberToHex(block), { size: 32 }),
    blockNumber: numberToHex(block),
    data: "0x",
    logIndex: "0x0",
    removed: false,
    topics: [pad("0x01")],
    transactionHash: pad(numberToHex(block), { size: 32 }),
    transactionIndex: "0x0",
  });
  /** A node with a log in each of these blocks, of which `answer` may refuse what it is asked. */
  const nodeWith = (blocks: readonly number[], latest: number, answer: (range: Range, asked: Range[]) => void) => {
    const asked: Range[] = [];
    let [waiting, most] = [0, 0];
    const request = async ({ method, params }: { method: string; params: [Range] }) => {
      if (method === "eth_blockNumber") return numberToHex(latest);
      const [range] = params;
      asked.push(range);
      most = Math.max(most, ++waiting);
      await new Promise((resolve) => setImmediate(resolve));
      --waiting;
      answer(range, asked);
      const [from, to] = [Number(range.fromBlock), Number(range.toBlock)];
      return blocks.filter((each) => each >= from && each <= to).map(logAt);
    };
    const transport = custom({ request } as never, { retryCount: 0 });
    return { client: createClient({ transport, cacheTime: 0, pollingInterval: 1 }), asked, most: () => most };
  };
  const filter = { address: ADDRESS, topics: [] } as const;
  const numbersOf = (logs: readonly RpcLog[]) => logs.map(({ blockNumber }) => Number(blockNumber));

  it("asks once where the node takes it, and by the given length", async () => {
    const { client, asked } = nodeWith([3, 7], 9, () => undefined);
    expect(numbersOf(await readLogs(client, { ...filter, topics: [] }))).to.deep.equal([3, 7]);
    expect(asked.map(lengthOf)).to.deep.equal([10]);
    await readLogs(client, { ...filter, topics: [], fromBlock: 2n, maxBlockRange: 3 });
    expect(asked.slice(1).map(lengthOf)).to.deep.equal([3, 3, 2]);
  });

  it("finds each log once and in order, whatever range a node takes and whatever it fails at (ATK-124)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(999), { maxLength: 30 }),
        fc.integer({ min: 1, max: 1_200 }),
        fc.array(fc.nat(30), { maxLength: 2 }),
        async (blocks, most, failures) => {
          const sorted = blocks.sort((a, b) => a - b);
          const node = nodeWith(sorted, 999, (range, asked) => {
            if (failures.includes(asked.length)) throw new Error("lost");
            if (lengthOf(range) > most) throw tooLong(most);
          });
          expect(numbersOf(await readLogs(node.client, { ...filter, topics: [] }))).to.deep.equal(sorted);
          expect(node.most()).to.be.at.most(4);
        },
      ),
      seeded("log ranges", { numRuns: 60 }),
    );
  });

  it("asks for no more ranges than need be: a length that was refused twice is not tried again", async () => {
    const { client, asked } = nodeWith([], 9_999, (range) => {
      if (lengthOf(range) > 1_000) throw tooLong(1_000);
    });
    await readLogs(client, { ...filter, topics: [] });
    expect(asked.filter((range) => lengthOf(range) > 1_000)).to.have.length(5);
    expect(asked).to.have.length.below(30);
  });

  it("takes up its former length after a refusal that was none of the length's", async () => {
    const { client, asked } = nodeWith([], 9_999, (_, { length }) => {
      if (length === 3) throw tooLong(1);
    });
    await readLogs(client, { ...filter, topics: [], maxBlockRange: 1_000 });
    expect(lengthOf(asked.at(-1)!)).to.be.at.least(500);
    expect(asked).to.have.length.below(25);
  });

  it("hands over what it has, and throws what the node says after three tries", async () => {
    const { client, asked } = nodeWith([5, 15, 25], 29, ({ fromBlock }) => {
      if (Number(fromBlock) >= 20) throw busy();
    });
    const seen: number[] = [];
    const run = async () => {
      const range = { fromBlock: 0n, toBlock: 29n, maxBlockRange: 10 };
      for await (const { logs } of logRanges(client, { ...filter, topics: [], ...range }))
        seen.push(...numbersOf(logs));
    };
    expect(await thrownBy(run())).to.be.instanceOf(ResourceUnavailableRpcError);
    expect(seen).to.deep.equal([5, 15]);
    expect(asked.filter(({ fromBlock }) => Number(fromBlock) === 20)).to.have.length(3);
  });
});

describe("Actions that search the log", () => {
  let test: TestClient;
  let owner: LocalAccount;
  let key: sdk.SessionKey;
  let policy: sdk.Policy;
  const MOST = 10;

  /** A node that answers for ten blocks at a time. */
  const limited = (next: EIP1193RequestFn) =>
    (async (args: { method: string; params: [Range] }) => {
      if (args.method === "eth_getLogs" && lengthOf(args.params[0]) > MOST) throw tooLong(MOST);
      return next(args as never);
    }) as never as EIP1193RequestFn;

  before(async () => {
    test = await openSessionClient();
    owner = await test.wallet();
    key = sdk.generateSecp256k1SessionKey();
    policy = sdk.definePolicy({
      app: "logs",
      maxDuration: 86_400,
      maxCalls: 20,
      permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    await test.client.registerSessionSync({ key, policy, account: owner });
    await test.world.provider.request({ method: "hardhat_mine", params: [numberToHex(100)] });
  });
  after(() => test.world.connection.close());

  it("work with a node that answers for a few blocks at a time", async () => {
    const client = test.connect({ request: limited });
    const session = { principal: owner.address, key: key.address };
    expect((await client.getSessions(session)).map((each) => each.key)).to.deep.equal([key.address]);
    expect(await client.getSessionApprovals(session)).to.deep.equal([]);
    expect((await client.getSessionHealth(session)).delegates).to.deep.equal({ then: undefined, now: undefined });
    const policyId = sdk.hashPolicy(policy);
    expect(sdk.hashPolicy((await client.getPolicy({ policyId }))!)).to.equal(policyId);
  });

  it("list a principal's sessions with one call for all of them", async () => {
    const many = await test.wallet();
    const keys: string[] = [];
    for (let lane = 0n; lane < 27n; lane++) {
      const fresh = sdk.generateSecp256k1SessionKey();
      keys.push(fresh.address);
      await test.client.registerSessionSync({ key: fresh, policy, account: many, lane });
    }
    const methods: string[] = [];
    const client = test.connect({
      request: (next) =>
        ((args: { method: string }) => {
          methods.push(args.method);
          return next(args as never);
        }) as never as EIP1193RequestFn,
    });
    const listed = await client.getSessions({ principal: many.address });
    expect(listed.map((each) => each.key)).to.deep.equal(keys);
    expect(listed.map(({ lane }) => lane)).to.deep.equal(keys.map((_, i) => BigInt(i)));
    expect(listed[26]).to.deep.include(await client.getSession({ principal: many.address, key: listed[26]!.key }));
    // 25 sessions in a call.
    expect(methods.slice(0, 4).sort()).to.deep.equal(["eth_blockNumber", "eth_call", "eth_call", "eth_getLogs"]);
  });
});
