import { expect } from "chai";
import {
  type Address,
  type Client,
  createClient,
  custom,
  type EIP1193Provider,
  encodeFunctionData,
  type Hex,
  type LocalAccount,
  numberToHex,
  parseEther,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { sessionConnector } from "../../sdk/src/wagmi/index.ts";
import { type Chain, deployLatchkey, openChain } from "../support/chain/chain.ts";
import { feedAbi, thrownBy } from "../support/client/sessionClient.ts";

type Method = { method: string; params?: unknown };
type ProviderError = sdk.SessionProviderError;

/** One plain wallet and one key with a session on each of two chains, on which every contract has the same address. */
describe("A session as a wallet, on a node that changes its chain", () => {
  const owner = privateKeyToAccount(generatePrivateKey());
  const relayer = privateKeyToAccount(generatePrivateKey());
  let key: sdk.SessionKey;
  let here: Stage;
  let there: Stage;
  let snapshots: { restore(): Promise<void> }[];

  type Stage = Awaited<ReturnType<typeof open>>;
  async function open(name: "default" | "other") {
    const chain: Chain = await openChain(name);
    const { address, store, forwarder, lens } = await deployLatchkey(chain);
    const [policyStore, trusted, reader] = [store, forwarder, lens].map(({ target }) => target as Address);
    const deployment = { latchkey: address as Address, lens: reader!, policyStore: policyStore!, forwarder: trusted! };
    for (const each of [owner, relayer]) await chain.helpers.setBalance(each.address, parseEther("10"));
    const contract = await chain.ethers.deployContract("SocialFeed", [deployment.forwarder, chain.owner.address, 280]);
    const feed = (await contract.getAddress()) as Address;
    const transport = custom(chain.provider, { retryCount: 0 });
    const client = createClient({ transport, pollingInterval: 20, cacheTime: 0 });
    const policy = sdk.definePolicy({
      app: "feed.example",
      maxDuration: 3_600,
      maxCalls: 9,
      permissions: [sdk.contract({ address: feed, abi: feedAbi, methods: { post: {} } })],
    });
    await sdk.registerSessionSync(client, { key, policy, account: owner, relayer, deployment });
    const callsLeft = async () =>
      (await sdk.getSession(client, { principal: owner.address, key: key.address, deployment })).callsLeft;
    return { chain, id: Number(chain.chainId), client, deployment, feed, callsLeft };
  }

  before(async () => {
    key = await sdk.generateP256SessionKey();
    here = await open("default");
    there = await open("other");
    expect([there.feed, there.deployment]).to.deep.equal([here.feed, here.deployment]);
    snapshots = await Promise.all([here, there].map(({ chain }) => chain.helpers.takeSnapshot()));
  });
  afterEach(() => Promise.all(snapshots.map((snapshot) => snapshot.restore())));
  after(() => Promise.all([here, there].map(({ chain }) => chain.connection.close())));

  /** A wallet that is on one chain at a time, and says so when its user changes it. */
  function switching() {
    let on = here;
    const listeners = new Set<(chainId: string) => void>();
    const asked: Method[] = [];
    const wallet = {
      asked,
      listeners,
      request: (async (args: Method) => {
        asked.push(args);
        return on.chain.provider.request(args as never);
      }) as EIP1193Provider["request"],
      on: ((_event: "chainChanged", listener: (chainId: string) => void) =>
        void listeners.add(listener)) as EIP1193Provider["on"],
      removeListener: ((_event: "chainChanged", listener: (chainId: string) => void) =>
        void listeners.delete(listener)) as EIP1193Provider["removeListener"],
      to(stage: Stage) {
        on = stage;
        for (const listener of listeners) listener(numberToHex(stage.id));
      },
    };
    return wallet;
  }
  const clientOf = (wallet: { request: EIP1193Provider["request"] }, chain?: typeof hardhat): Client =>
    createClient({ chain, transport: custom(wallet, { retryCount: 0 }), pollingInterval: 20, cacheTime: 0 });
  const providerOf = (client: Client, fields: { wallet?: EIP1193Provider; relayer?: LocalAccount } = {}) =>
    sdk.toSessionProvider(client, {
      ...{ principal: owner.address, key, relayer, deployment: here.deployment },
      ...fields,
    });
  const ask = (provider: EIP1193Provider, method: string, ...params: unknown[]) =>
    provider.request({ method, params } as never) as Promise<never>;
  const refusal = async (run: Promise<unknown>): Promise<ProviderError> => {
    const error = await thrownBy(run);
    expect(error).to.be.instanceOf(sdk.SessionProviderError);
    return error as ProviderError;
  };
  const post = () => ({
    to: here.feed,
    data: encodeFunctionData({ abi: feedAbi, functionName: "post", args: ["x"] }),
  });
  const bundle = (chainId = here.id) => ({
    ...{ version: "2.0.0", chainId: numberToHex(chainId), atomicRequired: true, calls: [post()] },
  });
  const left = () => Promise.all([here.callsLeft(), there.callsLeft()]);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

  for (const [name, chain] of [
    ["with a client of one chain", hardhat],
    ["with a client of any chain", undefined],
  ] as const) {
    it(`is of one chain, and sends nothing on another: ${name}`, async () => {
      const wallet = switching();
      const provider = providerOf(clientOf(wallet, chain));
      const heard: unknown[] = [];
      provider.on("chainChanged", (chainId) => heard.push(chainId));
      const { id } = (await ask(provider, "wallet_sendCalls", bundle())) as { id: Hex };
      expect(await left()).to.deep.equal([8, 9]);
      wallet.to(there);
      for (const [method, ...params] of [
        ["eth_sendTransaction", post()],
        ["eth_sendTransaction", { ...post(), chainId: numberToHex(there.id) }],
        ["wallet_sendCalls", bundle()],
        ["wallet_getCallsStatus", id],
        ["wallet_getCapabilities", owner.address],
        ["eth_requestAccounts"],
        ["eth_getTransactionCount", owner.address, "latest"],
        ["wallet_switchEthereumChain", { chainId: numberToHex(here.id) }],
      ] as const) {
        const error = await refusal(ask(provider, method, ...params));
        expect(error.code, method).to.equal(4901);
        expect(error.shortMessage).to.equal(`The node is on chain ${there.id}, and the session on ${here.id}.`);
      }
      expect((await refusal(ask(provider, "wallet_sendCalls", bundle(there.id)))).code).to.equal(4901);
      const elsewhere = { chainId: numberToHex(there.id) };
      expect((await refusal(ask(provider, "wallet_switchEthereumChain", elsewhere))).code).to.equal(4902);
      expect(await ask(provider, "eth_chainId")).to.equal(numberToHex(there.id));
      expect(await ask(provider, "eth_accounts")).to.deep.equal([owner.address]);
      expect(heard).to.deep.equal([numberToHex(there.id)]);
      expect(await left()).to.deep.equal([8, 9]);
      wallet.to(here);
      await ask(provider, "eth_sendTransaction", post());
      expect(await ask(provider, "wallet_getCallsStatus", id)).to.include({ status: 200 });
      expect(heard).to.deep.equal([there.id, here.id].map((each) => numberToHex(each)));
      expect(await left()).to.deep.equal([7, 9]);
    });

    it(`sends nothing on a chain that the node changes to meanwhile: ${name}`, async () => {
      // Before each request of one call in turn: whatever is still sent is good for one chain alone.
      const outcomes: unknown[] = [];
      for (let at = 1, isOver = false; !isOver; ++at) {
        const wallet = switching();
        let count = 0;
        const watched = {
          ...wallet,
          request: (async (args: Method) => {
            if (++count === at) wallet.to(there);
            return wallet.request(args as never);
          }) as EIP1193Provider["request"],
        };
        const provider = providerOf(clientOf(watched, chain));
        await ask(provider, "eth_chainId");
        // Only what comes after the session's chain is known.
        if (at <= count) continue;
        const outcome = await ask(provider, "eth_sendTransaction", post()).then(
          () => "sent",
          (thrown: ProviderError) => thrown.code,
        );
        outcomes.push(outcome);
        isOver = count < at;
        expect(outcome, `request ${at}`).to.be.oneOf(["sent", 4901, -32_002]);
        expect(await there.callsLeft(), `request ${at}`).to.equal(9);
      }
      expect(outcomes).to.include.members(["sent", 4901]);
    });
  }

  it("passes the wallet's change on as it happens, as long as somebody listens", async () => {
    const wallet = switching();
    const provider = providerOf(clientOf(wallet), { wallet: wallet as never });
    const heard: unknown[] = [];
    const listener = (chainId: string) => void heard.push(chainId);
    await ask(provider, "eth_chainId");
    expect(wallet.listeners.size).to.equal(0);
    provider.on("chainChanged", listener);
    provider.on("chainChanged", listener);
    expect(wallet.listeners.size).to.equal(1);
    wallet.to(there);
    await settled();
    wallet.to(here);
    await settled();
    expect(heard).to.deep.equal([there.id, here.id].map((each) => numberToHex(each)));
    provider.removeListener("chainChanged", listener);
    expect(wallet.listeners.size).to.equal(0);
    wallet.to(there);
    await settled();
    expect(heard).to.have.length(2);
  });

  it("stays where it is if only the wallet beside it changes", async () => {
    const wallet = switching();
    const provider = providerOf(here.client, { wallet: wallet as never });
    const heard: unknown[] = [];
    provider.on("chainChanged", (chainId) => heard.push(chainId));
    await ask(provider, "eth_chainId");
    wallet.to(there);
    await settled();
    await ask(provider, "eth_sendTransaction", post());
    expect(heard).to.deep.equal([]);
    expect(await left()).to.deep.equal([8, 9]);
    // None of it was asked of the wallet.
    expect(wallet.asked).to.deep.equal([]);
  });

  it("tells wagmi, which follows and comes back", async () => {
    const wallet = switching();
    const provider = providerOf(clientOf(wallet), { wallet: wallet as never });
    const emitted: unknown[] = [];
    const emitter = { emit: (event: string, data?: object) => void emitted.push([event, data]) };
    const other = { ...hardhat, id: there.id };
    const connector = sessionConnector({ provider })({ chains: [hardhat, other], emitter: emitter as never });
    expect(await connector.connect()).to.deep.equal({ accounts: [owner.address], chainId: here.id });
    wallet.to(there);
    await settled();
    expect(await connector.getChainId()).to.equal(there.id);
    expect((await refusal(connector.switchChain({ chainId: here.id }))).code).to.equal(4901);
    expect((await refusal(ask(provider, "eth_sendTransaction", post()))).code).to.equal(4901);
    wallet.to(here);
    await settled();
    expect(await connector.switchChain({ chainId: here.id })).to.equal(hardhat);
    expect((await refusal(connector.switchChain({ chainId: there.id }))).code).to.equal(4902);
    expect(emitted).to.deep.equal([
      ["change", { chainId: there.id }],
      ["change", { chainId: here.id }],
    ]);
    await connector.disconnect();
    expect(wallet.listeners.size).to.equal(0);
  });
});
