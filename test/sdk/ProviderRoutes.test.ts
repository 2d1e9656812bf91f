import { expect } from "chai";
import { BrowserProvider, isCallException } from "ethers";
import {
  type Address,
  createWalletClient,
  custom,
  type EIP1193Provider,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  http,
  HttpRequestError,
  type LocalAccount,
  numberToHex,
  parseEther,
  publicActions,
} from "viem";
import { createBundlerClient } from "viem/account-abstraction";
import { getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { sessionRegistryAbi } from "../../sdk/src/generated/abi/sessionRegistryAbi.ts";
import { callsOf } from "../../sdk/src/provider/callsId.ts";
import {
  feedAbi,
  FRIEND,
  gameAbi,
  openSessionClient,
  type TestClient,
  thrownBy,
} from "../support/client/sessionClient.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";

const { contract, definePolicy } = sdk;
const ENTRY_POINT = sdk.entryPoints["0.9"].address.toLowerCase();

interface Status {
  status: number;
  atomic: boolean;
  receipts: { status: Hex; transactionHash: Hex; logs: { address: Address }[] }[];
}

/** What is behind a hash or an id is the chain's business: each way there, when it goes well and when it does not. */
describe("A session as a wallet, by each of its routes", () => {
  let test: TestClient;
  let relayer: LocalAccount;
  let bundler: Awaited<ReturnType<typeof serveBundler>>;
  let snapshot: { restore(): Promise<void> };
  let smart: { principal: Address; key: sdk.SessionKey; token: Address };
  let plain: { principal: Address; key: sdk.SessionKey };

  before(async () => {
    test = await openSessionClient();
    relayer = await test.wallet();
    bundler = await serveBundler(test as never, await test.wallet());
    const { principal, token, owner: account } = await test.smartAccount();
    await test.world.helpers.setBalance(principal, parseEther("1"));
    const policy = definePolicy({
      app: "token.example",
      maxDuration: 3_600,
      maxCalls: 40,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: parseEther("1000") }],
    });
    const key = await test.fundedKey();
    await test.client.registerSessionSync({ key, policy, principal, account, relayer });
    smart = { principal, key, token };
    const owner = await test.wallet();
    const play = definePolicy({
      app: "game-world",
      maxDuration: 3_600,
      maxCalls: 10,
      permissions: [
        contract({
          address: test.game,
          abi: gameAbi,
          methods: { joinScene: { consumable: true, arguments: { player: { isPrincipal: true } } } },
        }),
        contract({ address: test.feed, abi: feedAbi, methods: { post: {} } }),
      ],
    });
    const player = await test.fundedKey();
    await test.client.registerSessionSync({ key: player, policy: play, account: owner, relayer });
    plain = { principal: owner.address, key: player };
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await test.world.provider.request({ method: "evm_setAutomine", params: [true] });
    await snapshot.restore();
  });
  after(async () => {
    await bundler.close();
    await test.world.connection.close();
  });

  const open = (session: { principal: Address; key: sdk.SessionKey }, fields = {}) =>
    sdk.toSessionProvider(test.client, { ...session, deployment: test.deployment, ...fields });
  const ask = <answer = never>(provider: EIP1193Provider, method: string, ...params: unknown[]) =>
    provider.request({ method, params } as never) as Promise<answer>;
  const transfer = (amount: bigint) => ({ to: smart.token, data: test.transfer(smart.token, amount).data });
  const bundle = (...calls: object[]) => ({
    ...{ version: "2.0.0", chainId: numberToHex(hardhat.id), atomicRequired: calls.length > 1, calls },
  });
  const through = () =>
    createBundlerClient({
      ...{ client: test.client, transport: http(bundler.url, { retryCount: 0 }), pollingInterval: 20 },
    });
  const balanceOf = async (holder: Address) => {
    const call = { address: smart.token, abi: erc20Abi, functionName: "balanceOf", args: [holder] } as const;
    return test.client.extend(publicActions).readContract(call);
  };
  const callsLeft = async ({ principal, key }: { principal: Address; key: sdk.SessionKey }) =>
    (await test.client.getSession({ principal, key: key.address })).callsLeft;
  const mined = async (hash: Hex) => (await getTransactionReceipt(test.client, { hash })).to;

  /** How a smart account's session sends, and where its transactions go. */
  const smartRoutes = (): [name: string, fields: object, to: string, route: sdk.Route][] => [
    ["a transaction of the key", {}, test.deployment.latchkey, "direct"],
    ["a relayer", { relayer }, test.deployment.latchkey, "relayed"],
    ["a relaying service", { relayer: serviceOf(relayer) }, test.deployment.latchkey, "relayed"],
    ["a bundler", { bundler: through() }, ENTRY_POINT, "userOperation"],
    ["an account that bundles", { bundler: relayer }, ENTRY_POINT, "userOperation"],
  ];
  /** A service that answers with the hash of the call in a transaction of its own. */
  const serviceOf = (account: LocalAccount) => async (call: sdk.RelayedCall) => {
    const { to, data } = call;
    const client = createWalletClient({ account, chain: hardhat, transport: custom(test.world.provider) });
    return client.sendTransaction({ to, data });
  };

  it("makes a smart account's calls, several of them in one, and finds their ends", async () => {
    for (const [i, [name, fields, to, route]] of smartRoutes().entries()) {
      const provider = open(smart, fields);
      const hash = await ask<Hex>(provider, "eth_sendTransaction", transfer(1n));
      expect(await ask(provider, "eth_getTransactionReceipt", hash), name).to.include({ status: "0x1" });
      expect((await mined(hash))?.toLowerCase(), name).to.equal(to.toLowerCase());
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", bundle(transfer(2n), transfer(4n)));
      expect(callsOf(id)!.route, name).to.equal(route);
      // Not in the hands of the one that sent them.
      const { status, atomic, receipts } = await ask<Status>(open(smart), "wallet_getCallsStatus", id);
      expect({ status, atomic }, name).to.deep.equal({ status: 200, atomic: true });
      expect(
        receipts.map((each) => each.status),
        name,
      ).to.deep.equal(["0x1"]);
      const moved = receipts[0]!.logs.filter(({ address }) => address.toLowerCase() === smart.token.toLowerCase());
      expect(moved, name).to.have.length(2);
      expect((await mined(receipts[0]!.transactionHash))?.toLowerCase(), name).to.equal(to.toLowerCase());
      expect(await balanceOf(FRIEND), name).to.equal(7n * BigInt(i + 1));
      expect(await callsLeft(smart), name).to.equal(40 - 3 * (i + 1));
    }
  });

  it("makes a plain wallet's calls, one at a time, and finds their ends", async () => {
    const post = { to: test.feed, data: encodeFunctionData({ abi: feedAbi, functionName: "post", args: ["x"] }) };
    const createStorage = encodeFunctionData({ abi: gameAbi, functionName: "createStorage" });
    await test.world.helpers.impersonateAccount(plain.principal);
    const owner = await test.world.ethers.getSigner(plain.principal);
    await owner.sendTransaction({ to: test.game, data: createStorage });
    const join = test.join(plain.principal, 1n);
    const routes: [fields: object, call: { to: Address; data?: Hex | undefined }, to: Address, route: sdk.Route][] = [
      [{}, post, test.deployment.forwarder, "forwarded"],
      [{ relayer }, post, test.deployment.forwarder, "forwarded"],
      [{ route: "asked" }, join, test.game, "asked"],
    ];
    for (const [i, [fields, call, to, route]] of routes.entries()) {
      const provider = open(plain, fields);
      const hash = await ask<Hex>(provider, "eth_sendTransaction", call);
      expect(await ask(provider, "eth_getTransactionReceipt", hash), route).to.include({ status: "0x1" });
      expect((await mined(hash))?.toLowerCase(), route).to.equal(to.toLowerCase());
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", bundle(call));
      expect(callsOf(id)!.route).to.equal(route);
      expect(await ask(open(plain), "wallet_getCallsStatus", id), route).to.include({ status: 200 });
      expect(await callsLeft(plain), route).to.equal(10 - 2 * (i + 1));
      const two = await thrownBy(ask(provider, "wallet_sendCalls", bundle(call, call)));
      expect(two, route).to.include({ code: 5760 });
    }
    // What a dApp's contract is asked for goes to it, and to no other: the policy is its own to ask about.
    const elsewhere = await thrownBy(ask(open(plain, { route: "asked" }), "eth_sendTransaction", { to: test.game }));
    expect(elsewhere).to.include({ code: -32_003 });
  });

  describe("that is refused by the chain once it is mined", () => {
    /** Takes what the account has before what was sent is mined: it passed when it was simulated. */
    const drained = async (send: () => Promise<unknown>): Promise<unknown> => {
      const { provider, helpers, ethers } = test.world;
      await helpers.impersonateAccount(smart.principal);
      const owner = await ethers.getSigner(smart.principal);
      const takes = {
        to: smart.token,
        data: test.transfer(smart.token, await balanceOf(smart.principal), relayer.address).data,
      };
      await provider.request({ method: "evm_setAutomine", params: [false] });
      const isWaiting = async () =>
        (
          (await provider.request({ method: "eth_getBlockByNumber", params: ["pending", false] })) as {
            transactions: Hex[];
          }
        ).transactions.length > 0;
      const sending = send().catch((thrown: unknown) => thrown);
      while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 10));
      await owner.sendTransaction({ ...takes, gasPrice: 10n ** 12n, gasLimit: 200_000n });
      await provider.request({ method: "evm_setAutomine", params: [true] });
      await helpers.mine();
      expect(await balanceOf(smart.principal)).to.equal(0n);
      return sending;
    };

    it("says so of calls, with the receipt, and has made none of them", async () => {
      for (const [name, fields, to, route] of smartRoutes()) {
        const calls = bundle(transfer(0n), transfer(60n));
        const { id } = (await drained(() => ask(open(smart, fields), "wallet_sendCalls", calls))) as { id: Hex };
        expect(callsOf(id)!.route, name).to.equal(route);
        const { status, receipts, atomic } = await ask<Status>(open(smart), "wallet_getCallsStatus", id);
        expect({ status, atomic }, name).to.deep.equal({ status: 500, atomic: true });
        expect(
          receipts.map((each) => each.status),
          name,
        ).to.deep.equal(["0x0"]);
        const [{ transactionHash }] = receipts as [Status["receipts"][number]];
        expect((await mined(transactionHash))?.toLowerCase(), name).to.equal(to.toLowerCase());
        // A bundle's own says success.
        const receipt = await ask(open(smart), "eth_getTransactionReceipt", transactionHash);
        expect(receipt, name).to.include({ transactionHash, status: "0x0" });
        const moved = receipts[0]!.logs.filter(({ address }) => address.toLowerCase() === smart.token.toLowerCase());
        expect(moved, name).to.deep.equal([]);
        expect(await balanceOf(FRIEND), name).to.equal(0n);
        await snapshot.restore();
      }
    });

    it("says so of a bundle of its own that was mined and refused, before any deadline", async () => {
      const { provider, helpers, ethers } = test.world;
      await provider.request({ method: "evm_setAutomine", params: [false] });
      const own = open(smart, { bundler: relayer });
      const { id } = await ask<{ id: Hex }>(own, "wallet_sendCalls", bundle(transfer(1n)));
      await helpers.impersonateAccount(smart.principal);
      const owner = await ethers.getSigner(smart.principal);
      const args = [smart.key.address] as const;
      const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: "revokeSession", args });
      await owner.sendTransaction({ to: test.deployment.latchkey, data, gasPrice: 10n ** 12n, gasLimit: 300_000n });
      await provider.request({ method: "evm_setAutomine", params: [true] });
      await helpers.mine();
      const { status, receipts } = await ask<Status>(open(smart), "wallet_getCallsStatus", id);
      expect({ status, receipts: receipts.map((each) => each.status) }).to.deep.equal({
        ...{ status: 500, receipts: ["0x0"] },
      });
      expect(receipts[0]!.transactionHash).to.equal(callsOf(id)!.hash);
      expect(await balanceOf(FRIEND)).to.equal(0n);
    });

    it("says so of a transaction, also where a bundle holds it", async () => {
      for (const [name, fields, , route] of smartRoutes()) {
        const asked: string[] = [];
        const wallet = { request: async ({ method }: { method: string }) => void asked.push(method) };
        const provider = open(smart, { ...fields, wallet, fallback: "wallet" });
        const answer = await drained(() => ask(provider, "eth_sendTransaction", transfer(60n)));
        if (route === "userOperation" || name === "a relaying service") {
          // A hash whose receipt says another thing than became of the call is not returned.
          expect(answer, name).to.be.instanceOf(sdk.SessionProviderError).and.to.include({ code: 3 });
          expect((answer as sdk.SessionProviderError).cause, name).to.be.instanceOf(sdk.SessionError);
        } else {
          const hash = answer as Hex;
          for (const each of [provider, open(smart)]) {
            expect(await ask(each, "eth_getTransactionReceipt", hash), name).to.include({ status: "0x0" });
            const transport = custom(each);
            const client = createWalletClient({ chain: hardhat, transport, pollingInterval: 20 }).extend(publicActions);
            expect((await client.waitForTransactionReceipt({ hash })).status, name).to.equal("reverted");
            const browser = new BrowserProvider(each, hardhat.id, { pollingInterval: 20, cacheTimeout: -1 });
            const waited = await browser.waitForTransaction(hash).catch((thrown: unknown) => thrown);
            expect(isCallException(waited as Error) || (waited as { status: number }).status === 0, name).to.equal(
              true,
            );
            browser.destroy();
          }
        }
        expect(asked, name).to.deep.equal([]);
        await snapshot.restore();
      }
    });
  });

  it("finds an operation whose bundler fell silent, on every EntryPoint", async () => {
    for (const version of ["0.7", "0.8", "0.9"] as const) {
      const owner = await test.wallet();
      const { latchkey } = test.deployment;
      const { address: entryPoint } = sdk.entryPoints[version];
      const principal = await test.deploy("LatchkeyAccount", entryPoint, latchkey, owner.address, latchkey);
      await test.world.helpers.setBalance(principal, parseEther("1"));
      const token = await test.deploy("Poke", principal, 100n);
      const policy = definePolicy({
        app: "token.example",
        maxDuration: 3_600,
        maxCalls: 5,
        gasBudget: parseEther("1"),
        selfPaid: true,
        permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 100n }],
      });
      const key = await sdk.generateP256SessionKey();
      await test.client.registerSessionSync({ key, policy, principal, account: owner, relayer });
      const honest = through();
      let isSilent = false;
      const request = (async (args: { method: string }) => {
        if (isSilent) throw new HttpRequestError({ url: bundler.url });
        const answer: unknown = await honest.request(args as never);
        isSilent = args.method === "eth_sendUserOperation";
        if (isSilent) throw new HttpRequestError({ url: bundler.url });
        return answer;
      }) as EIP1193Provider["request"];
      const transport = custom({ request }, { retryCount: 0 });
      const silent = createBundlerClient({ client: test.client, transport, pollingInterval: 20 });
      const provider = open({ principal, key }, { bundler: silent });
      const call = { to: token, data: test.transfer(token, 1n).data };
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", bundle(call));
      await test.world.helpers.time.increaseTo(callsOf(id)!.expiresAt + 1);
      expect(await ask(open({ principal, key }), "wallet_getCallsStatus", id), version).to.include({ status: 200 });
      isSilent = false;
      const hash = await ask<Hex>(provider, "eth_sendTransaction", call);
      expect(await ask(provider, "eth_getTransactionReceipt", hash), version).to.include({ status: "0x1" });
      expect((await mined(hash))?.toLowerCase(), version).to.equal(entryPoint.toLowerCase());
    }
  });

  it("gives no id again whose operation a bundler took for another one", async () => {
    const honest = through();
    let isLying = true;
    const request = (async (args: { method: string }) => {
      const answer: unknown = await honest.request(args as never);
      return isLying && args.method === "eth_sendUserOperation" ? `0x${"ab".repeat(32)}` : answer;
    }) as EIP1193Provider["request"];
    const transport = custom({ request }, { retryCount: 0 });
    const provider = open(smart, {
      bundler: createBundlerClient({ client: test.client, transport, pollingInterval: 20 }),
    });
    const calls = { ...bundle(transfer(1n)), id: "mine" };
    const lied = await thrownBy(ask(provider, "wallet_sendCalls", calls));
    expect((lied as sdk.SessionProviderError).data).to.deep.equal({ code: "SESSION_BUNDLER_MISMATCH" });
    isLying = false;
    expect(await thrownBy(ask(provider, "wallet_sendCalls", calls))).to.include({ code: 5720 });
    expect(await balanceOf(FRIEND)).to.equal(1n);
  });

  describe("through a service that relays", () => {
    interface Sent {
      hash: Hex;
      id: Hex;
    }
    const named = async (relay: sdk.Relayer): Promise<Sent> => {
      const provider = open(smart, { relayer: relay });
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", bundle(transfer(1n)));
      return { id, hash: callsOf(id)!.hash! };
    };
    const statusOf = (id: Hex) => ask<Status>(open(smart), "wallet_getCallsStatus", id);
    const later = (id: Hex) => test.world.helpers.time.increaseTo(callsOf(id)!.expiresAt + 1);
    /** A transaction that succeeds and has nothing to do with the call. */
    const other: sdk.Relayer = () => serviceOf(relayer)({ chainId: hardhat.id, to: relayer.address, data: "0x" });

    it("takes no other transaction that was mined for the call's", async () => {
      const refused = await thrownBy(ask(open(smart, { relayer: other }), "eth_sendTransaction", transfer(1n)));
      expect(refused).to.be.instanceOf(sdk.SessionProviderError).and.to.include({ code: -32_003 });
      expect((refused as sdk.SessionProviderError).shortMessage).to.contain("the session was not used in it");
      const { id } = await named(other);
      // The service may still send it.
      expect((await statusOf(id)).status).to.equal(100);
      await later(id);
      expect((await statusOf(id)).status).to.equal(400);
      expect(await balanceOf(FRIEND)).to.equal(0n);
    });

    it("never says that what was made will not be, though it named another transaction or fell silent", async () => {
      const unnamed: sdk.Relayer[] = [
        async (call) => {
          await serviceOf(relayer)(call);
          return `0x${"ab".repeat(32)}`;
        },
        async (call) => {
          await serviceOf(relayer)(call);
          throw new TypeError("fetch failed");
        },
        async (call) => {
          await serviceOf(relayer)(call);
          return other(call);
        },
      ];
      for (const relay of unnamed) {
        const { id } = await named(relay);
        expect(await balanceOf(FRIEND)).to.equal(1n);
        expect((await statusOf(id)).status).to.equal(100);
        await later(id);
        const error = await thrownBy(statusOf(id));
        expect(error).to.be.instanceOf(sdk.SessionProviderError).and.to.include({ code: -32_002 });
        expect((error as sdk.SessionProviderError).shortMessage).to.equal(
          `The nonce ${callsOf(id)!.nonce} of these calls is used, in a transaction that the relayer has not named.`,
        );
        await snapshot.restore();
      }
    });

    it("has an id for what may have been sent, and a transaction has an error that no client repeats", async () => {
      const silent: sdk.Relayer = () => Promise.reject(new TypeError("fetch failed"));
      const { id } = await named(silent);
      expect((await statusOf(id)).status).to.equal(100);
      await later(id);
      expect((await statusOf(id)).status).to.equal(400);
      const error = await thrownBy(ask(open(smart, { relayer: silent }), "eth_sendTransaction", transfer(1n)));
      expect(error).to.include({ code: -32_002 });
      expect((error as sdk.SessionProviderError).data).to.deep.equal({ code: "SESSION_UNCONFIRMED" });
    });
  });
});
