import { expect } from "chai";
import { createClient, http, type Hash, type LocalAccount, parseEther, parseEventLogs } from "viem";
import { createBundlerClient, entryPoint09Abi } from "viem/account-abstraction";
import { getTransaction, getTransactionReceipt, readContract } from "viem/actions";
import { hardhat } from "viem/chains";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import * as sdk from "../../sdk/src/index.ts";
import {
  balanceOf,
  type ClientStage,
  FEES,
  openClientStage,
  transfer,
  transferPolicy,
} from "../support/client/clientStage.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";

/** How many are sent at once. */
const MANY = 8;

/** One key sends several things at once: each is done, and none twice. */
describe("Sends at once", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let owner: LocalAccount;
  let server: Awaited<ReturnType<typeof serveBundler>>;
  let act: { principal: sdk.SessionCall["to"]; key: sdk.SessionKey };
  let token: sdk.SessionCall["to"];
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    [relayer, owner] = [await stage.funded(), await stage.funded()];
    const principal = await stage.account(owner.address);
    await stage.world.helpers.setBalance(principal, parseEther("10"));
    token = await stage.token(principal);
    act = { principal, key: await stage.key() };
    await client.registerSessionSync({ ...act, account: owner, relayer, policy: transferPolicy(token) });
  });
  beforeEach(async () => {
    snapshot = await stage.world.helpers.takeSnapshot();
    server = await serveBundler(stage, await stage.funded());
  });
  afterEach(async () => {
    await server.close();
    await snapshot.restore();
  });
  after(() => stage.world.connection.close());

  /** Another tab: a client that knows nothing of the first one. */
  const tab = () =>
    createClient({ chain: hardhat, transport: stage.transport, pollingInterval: 20, cacheTime: 0 }).extend(
      sdk.sessionActions({ deployment: stage.deployment }),
    );
  const bundler = () =>
    createBundlerClient({
      client,
      chain: hardhat,
      transport: http(server.url, { retryCount: 0 }),
      pollingInterval: 20,
    });
  /** Different amounts, so that none can stand for another: 1, 2, 3 and so on. */
  const amounts = Array.from({ length: MANY }, (_, i) => BigInt(i + 1));
  const SUM = amounts.reduce((a, b) => a + b);
  const callsLeft = async () => (await client.getSession({ ...act, key: act.key.address })).callsLeft;
  /** Each transfer of the token is in a transaction that its sender was told, and there are no others. */
  const expectEachOnce = async (sent: readonly { hash: Hash }[]) => {
    expect(new Set(sent.map(({ hash }) => hash)).size).to.equal(MANY);
    for (const { hash } of sent) {
      expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
    }
    expect(await balanceOf(client, token)).to.equal(SUM);
    expect(await callsLeft()).to.equal(20 - MANY);
  };
  const usedNonces = async () => {
    const isUsed = (nonce: bigint) =>
      readContract(client, {
        abi: sessionRegistryAbi,
        address: stage.deployment.latchkey,
        functionName: "isNonceUsed",
        args: [act.principal, act.key.address, nonce],
      });
    const asked = Array.from({ length: 2 * MANY }, (_, i) => BigInt(i));
    const answers = await Promise.all(asked.map(isUsed));
    return asked.filter((_, i) => answers[i]);
  };
  const inTurn = amounts.map((each) => each - 1n);

  for (const [how, clients] of [
    ["one client", 1],
    ["two tabs", 2],
  ] as const) {
    /** Sends all at once; the clients take turns. */
    const all = (fields: (i: number) => Partial<sdk.SendSessionCallsSyncParameters>) => {
      const tabs = Array.from({ length: clients }, tab);
      return Promise.all(
        amounts.map((amount, i) =>
          tabs[i % clients]!.sendSessionCallsSync({ ...act, calls: [transfer(token, amount)], ...fields(i) }),
        ),
      );
    };

    it(`of ${how} by one relayer take the bits of one word, each one of its own`, async () => {
      const sent = await all(() => ({ route: "relayed", relayer }));
      await expectEachOnce(sent);
      expect(sent.map(({ nonce }) => nonce).sort((a, b) => Number(a - b))).to.deep.equal(inTurn);
      expect(await usedNonces()).to.deep.equal(inTurn);
    });

    it(`of ${how} by relayers of their own do so too`, async () => {
      const relayers = await Promise.all(amounts.map(() => stage.funded()));
      await expectEachOnce(await all((i) => ({ route: "relayed", relayer: relayers[i]! })));
      expect(await usedNonces()).to.deep.equal(inTurn);
    });

    it(`of ${how} by the key itself take the nonces of its transactions`, async () => {
      const sent = await all(() => ({ route: "direct" }));
      await expectEachOnce(sent);
      const nonces = await Promise.all(sent.map(async ({ hash }) => (await getTransaction(client, { hash })).nonce));
      expect(nonces.sort((a, b) => a - b)).to.deep.equal(inTurn.map(Number));
    });

    for (const by of ["a bundler", "an account that bundles by itself"] as const) {
      it(`of ${how} through ${by} are operations in lanes of their own`, async () => {
        const fields = { route: "userOperation", bundler: by === "a bundler" ? bundler() : relayer } as const;
        const sent = await all(() => ({ ...fields, operation: FEES }));
        await expectEachOnce(sent);
        expect(new Set(sent.map(({ userOpHash }) => userOpHash)).size).to.equal(MANY);
        const receipts = await Promise.all(sent.map(({ hash }) => getTransactionReceipt(client, { hash })));
        const logs = receipts.flatMap((each) => each.logs);
        const events = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
        expect(new Set(events.map(({ args }) => args.nonce)).size).to.equal(MANY);
        expect(events.every(({ args }) => args.success)).to.equal(true);
      });
    }
  }

  it("are none where a transport repeats itself: what the bundler has taken is not signed anew", async () => {
    const node = http(server.url, { retryCount: 0 });
    let asked = 0;
    const twice: typeof node = (config) => {
      const transport = node(config);
      const request = (async (args: { method: string }) => {
        const answer = await transport.request(args as never);
        if (args.method !== "eth_sendUserOperation") return answer;
        asked++;
        return transport.request(args as never);
      }) as typeof transport.request;
      return { ...transport, request };
    };
    const repeating = createBundlerClient({ client, chain: hardhat, transport: twice, pollingInterval: 20 });
    const fields = { route: "userOperation", bundler: repeating, operation: FEES } as const;
    await client.sendSessionCallsSync({ ...act, calls: [transfer(token, 5n)], ...fields });
    expect(asked).to.equal(1);
    expect(await balanceOf(client, token)).to.equal(5n);
    expect(await callsLeft()).to.equal(19);
  });

  it("of a plain wallet are forwarded, each with a bit of its own", async () => {
    const { latchkey, forwarder } = stage.deployment;
    const feed = await stage.world.ethers.deployContract("SocialFeed", [forwarder, owner.address, 280]);
    const to = (await feed.getAddress()) as sdk.SessionCall["to"];
    const plain = await stage.funded();
    const policy = sdk.definePolicy({
      app: "feed.example",
      maxDuration: 86_400,
      maxCalls: 20,
      permissions: [sdk.method(to, "post(string)")],
    });
    const { key } = act;
    expect(latchkey).to.not.equal(forwarder);
    await client.registerSessionSync({ key, account: plain, policy, relayer });
    const abi = [
      { type: "function", name: "post", inputs: [{ type: "string" }], outputs: [], stateMutability: "nonpayable" },
    ] as const;
    const sent = await Promise.all(
      amounts.map((each) =>
        client.sendSessionCallsSync({
          ...{ principal: plain.address, key, relayer },
          calls: [{ to, abi, functionName: "post", args: [`post ${each}`] }],
        }),
      ),
    );
    expect(new Set(sent.map(({ route }) => route))).to.deep.equal(new Set(["forwarded"]));
    expect(sent.map(({ nonce }) => nonce).sort((a, b) => Number(a - b))).to.deep.equal(inTurn);
    const { callsLeft: left } = await client.getSession({ principal: plain.address, key: key.address });
    expect(left).to.equal(20 - MANY);
  });
});
