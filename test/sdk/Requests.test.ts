import { expect } from "chai";
import { type Address, createClient, custom, erc20Abi, type Hex, http, type LocalAccount, parseEther } from "viem";
import { type BundlerClient, createBundlerClient } from "viem/account-abstraction";
import { sendTransaction } from "viem/actions";
import { hardhat, mainnet } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { feedAbi, openSessionClient, sessionErrorOf, type TestClient } from "../support/client/sessionClient.ts";
import { type BundlerServer, serveBundler } from "../support/servers/scriptedBundler.ts";

/** Most requests of one session call, from the call to its receipt, inclusive. */
const MOST: Record<string, number> = {
  "forwarded by the key": 7,
  "forwarded by a relayer": 8,
  "forwarded by a wallet": 7,
  "forwarded by a service": 5,
  direct: 7,
  relayed: 8,
  "an operation through a bundler": 8,
  "an operation of its own": 9,
  "a first use, relayed": 25,
  "a first use, in an operation of its own": 25,
};

/** What the client asks of a node for one session call, once it knows what stays. */
describe("The client's requests", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let server: BundlerServer;
  let bundler: BundlerClient;
  let wallet: LocalAccount;
  let relayer: LocalAccount;
  let key: sdk.SessionKey;
  let operating: sdk.SessionKey;
  let principal: Address;
  let token: Address;
  let asked: string[];
  let granting: sdk.GrantToSign;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.connect({
      request: (next) =>
        ((args: { method: string }) => {
          asked.push(args.method);
          return next(args as never);
        }) as never,
    });
    asked = [];
    [wallet, relayer, key, operating] = [
      await test.wallet(),
      await test.wallet(),
      await test.fundedKey(),
      await test.fundedKey(),
    ];
    const terms = { app: "asked.example", maxDuration: 86_400, maxCalls: 100 };
    const posting = sdk.definePolicy({
      ...terms,
      permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    await client.registerSessionSync({ key, policy: posting, account: wallet });
    const account = await test.smartAccount();
    ({ principal, token } = account);
    const policy = sdk.definePolicy({
      ...{ ...terms, gasBudget: parseEther("1"), selfPaid: true },
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 1_000n }],
    });
    const { sendCalls, owner } = account;
    granting = { policy, account: owner, replaces: sdk.ANY_KEY };
    await client.registerSessionSync({ key: operating, policy, principal, account: relayer, sendCalls });
    await rpc("evm_mine");
    server = await serveBundler(test.client, await test.wallet());
    bundler = createBundlerClient({
      ...{ client, chain: hardhat, pollingInterval: 20 },
      transport: http(server.url, { retryCount: 0 }),
      userOperation: { estimateFeesPerGas: async () => ({ maxFeePerGas: 2n * 10n ** 9n, maxPriorityFeePerGas: 1n }) },
    });
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await server.close();
    await test.world.connection.close();
  });

  const rpc = (method: string, ...params: unknown[]) => test.world.provider.request({ method, params });
  const post = (fields: object = {}, by = client) =>
    by.sendSessionCallsSync({ principal: wallet.address, key, calls: [test.post("hi")], ...fields });
  const operate = (fields: object) =>
    client.sendSessionCallsSync({ principal, key: operating, calls: [test.transfer(token, 1n)], ...fields });
  const service = ({ to, data }: sdk.RelayedCall) =>
    sendTransaction(test.client, { account: relayer, chain: hardhat, to, data });

  it("are few on every route", async () => {
    const ways: Record<string, () => Promise<unknown>> = {
      "forwarded by the key": () => post(),
      "forwarded by a relayer": () => post({ relayer }),
      "forwarded by a wallet": () => post({ relayer: test.world.owner.address }),
      "forwarded by a service": () => post({ relayer: service }),
      direct: () => operate({}),
      relayed: () => operate({ relayer }),
      "an operation through a bundler": () => operate({ bundler }),
      "an operation of its own": () => operate({ bundler: relayer }),
      "a first use, relayed": async () => operate({ relayer, grant: granting, key: await test.fundedKey() }),
      "a first use, in an operation of its own": async () =>
        operate({ bundler: relayer, grant: granting, key: await test.fundedKey() }),
    };
    const counts: Record<string, number> = {};
    for (const [name, send] of Object.entries(ways)) {
      await send();
      [asked, server.state.asked] = [[], []];
      await send();
      counts[name] = asked.length + server.state.asked.length;
    }
    expect(counts).to.deep.equal(MOST);
  });

  it("are made one by one where a node takes no call that brings its own code", async () => {
    let refused = 0;
    const strict = test.connect({
      request: (next) =>
        ((args: { method: string; params?: [{ to?: Hex }] }) => {
          if (args.method !== "eth_call" || args.params![0].to !== undefined) return next(args as never);
          refused++;
          return Promise.reject(Object.assign(new Error("to is missing"), { code: -32_602 }));
        }) as never,
    });
    await post({ relayer }, strict);
    await post({}, strict);
    const toBundle = { principal, key: operating, calls: [test.transfer(token, 1n)], bundler: relayer };
    await strict.sendSessionCallsSync(toBundle);
    expect(refused).to.equal(1);
  });

  it("are made one by one of an account that uses up the gas", async () => {
    // Trusts nobody and answers nothing: INVALID takes all gas that it is given.
    await rpc("hardhat_setCode", wallet.address, "0xfe");
    await post({ relayer, route: "forwarded" });
    const error = await sessionErrorOf(post({ relayer, route: "relayed" }));
    expect(error).to.include({ code: "INVALID_WALLET_TYPE_FOR_SESSION" });
    expect(error.shortMessage).to.equal("The account has not installed Latchkey.");
  });

  it("are made again for code that went with a chain that went back", async () => {
    const before = await rpc("evm_snapshot");
    const feed = await test.deploy("SocialFeed", test.deployment.forwarder, wallet.address, 280);
    const ask = () => client.sendSessionCallsSync({ ...own, calls: [{ ...test.post("hi"), to: feed }] });
    const own = { principal: wallet.address, key, route: "asked" } as const;
    // The feed takes it for the key's own post, for which no session is used.
    for (let times = 0; times < 2; times++) expect((await sessionErrorOf(ask())).message).to.contain("not used");
    await rpc("evm_revert", before);
    expect((await sessionErrorOf(ask())).shortMessage).to.equal("There is no contract at this address.");
  });

  it("are made again for the code of a wallet that has delegated", async () => {
    await rpc("hardhat_setCode", relayer.address, `0xef0100${test.feed.slice(2)}`);
    const own = { principal: wallet.address, key, route: "asked" } as const;
    const ask = () => client.sendSessionCallsSync({ ...own, calls: [{ ...test.post("hi"), to: relayer.address }] });
    for (let times = 0; times < 2; times++) {
      expect((await sessionErrorOf(ask())).shortMessage).to.not.equal("There is no contract at this address.");
    }
    await rpc("hardhat_setCode", relayer.address, "0x");
    expect((await sessionErrorOf(ask())).shortMessage).to.equal("There is no contract at this address.");
  });

  it("say that the node is on another chain, where that is why nothing works", async () => {
    const transport = custom({ request: (args: never) => test.world.provider.request(args) }, { retryCount: 0 });
    const lost = createClient({ chain: mainnet, transport, pollingInterval: 20 });
    const { deployment } = test;
    const to = { principal: wallet.address, key, calls: [test.post("hi")], deployment };
    const ways: Partial<sdk.SendSessionCallsParameters>[] = [
      ...[{}, { route: "forwarded" as const }, { route: "asked" as const }, { relayer }, { relayer: service }],
      { relayer: test.world.owner.address as Hex },
    ];
    for (const by of ways) {
      const error = await sessionErrorOf(sdk.sendSessionCallsSync(lost, { ...to, ...by }));
      expect(error.shortMessage).to.equal("The node is on another chain than the client.");
    }
    const of = { principal, key: operating, calls: [test.transfer(token, 1n)], deployment };
    for (const by of [{}, { relayer }, { bundler }, { bundler: relayer }]) {
      const error = await sessionErrorOf(sdk.sendSessionCallsSync(lost, { ...of, ...by }));
      expect(error.shortMessage).to.equal("The node is on another chain than the client.");
    }
    expect((await client.getSession({ principal: wallet.address, key: key.address })).callsLeft).to.equal(100);
  });
});
