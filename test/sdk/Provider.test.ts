import { expect } from "chai";
import { BrowserProvider, Contract } from "ethers";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
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
  parseAbi,
  parseEther,
  publicActions,
} from "viem";
import { createBundlerClient } from "viem/account-abstraction";
import { getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { callsIdOf, callsOf } from "../../sdk/src/provider/callsId.ts";
import { feedAbi, FRIEND, openSessionClient, type TestClient, thrownBy } from "../support/client/sessionClient.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";

const { contract, definePolicy } = sdk;
const CHAIN = numberToHex(hardhat.id);
const HASH: Hex = `0x${"ab".repeat(32)}`;
/** The feed with an error of its own, which a client decodes. */
const abi = parseAbi(["function post(string text)", "error TextLengthInvalid(uint256 length, uint256 limit)"]);

type Method = { method: string; params?: unknown };
type ProviderError = sdk.SessionProviderError;

describe("A session as a wallet", () => {
  let test: TestClient;
  let relayer: LocalAccount;
  let owner: LocalAccount;
  let posts: sdk.Policy;
  let bundler: Awaited<ReturnType<typeof serveBundler>>;
  let snapshot: { restore(): Promise<void> };
  /** A plain wallet, whose session may post to the feed; and a smart account, whose session may transfer 100 of a token. */
  let plain: { principal: Address; key: sdk.SessionKey };
  let smart: { principal: Address; key: sdk.SessionKey; token: Address };

  before(async () => {
    test = await openSessionClient();
    relayer = await test.wallet();
    bundler = await serveBundler(test as never, await test.wallet());
    owner = await test.wallet();
    const key = await sdk.generateP256SessionKey();
    posts = definePolicy({
      app: "feed.example",
      maxDuration: 3_600,
      maxCalls: 5,
      permissions: [contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    await test.client.registerSessionSync({ key, policy: posts, account: owner, relayer });
    plain = { principal: owner.address, key };
    const { principal, token, owner: account } = await test.smartAccount();
    await test.world.helpers.setBalance(principal, parseEther("1"));
    const other = await test.fundedKey();
    const transfers = definePolicy({
      app: "token.example",
      maxDuration: 3_600,
      maxCalls: 20,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await test.client.registerSessionSync({ key: other, policy: transfers, principal, account, relayer });
    smart = { principal, key: other, token };
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

  const open = (session: { principal: Address; key: sdk.SessionKey }, fields = {}, client = test.client) =>
    sdk.toSessionProvider(client, { ...session, deployment: test.deployment, relayer, ...fields });
  const ask = (provider: EIP1193Provider, method: string, ...params: unknown[]) =>
    provider.request({ method, params } as never) as Promise<never>;
  const post = (text = "x") => ({ to: test.feed, data: test.post(text).data });
  const transfer = (amount: bigint) => ({ to: smart.token, data: test.transfer(smart.token, amount).data });
  const bundle = (calls: object[], fields = {}) => ({
    ...{ version: "2.0.0", chainId: CHAIN, atomicRequired: true, calls },
    ...fields,
  });
  const walletClient = (provider: EIP1193Provider, account: Address) =>
    createWalletClient({ account, chain: hardhat, transport: custom(provider), pollingInterval: 20 });
  const refusal = async (run: Promise<unknown>): Promise<ProviderError> => {
    const error = await thrownBy(run);
    expect(error).to.be.instanceOf(sdk.SessionProviderError);
    return error as ProviderError;
  };
  const callsLeft = async ({ principal, key } = plain) =>
    (await test.client.getSession({ principal, key: key.address })).callsLeft;
  const received = async () => {
    const call = { address: smart.token, abi: erc20Abi, functionName: "balanceOf", args: [FRIEND] } as const;
    return test.client.extend(publicActions).readContract(call);
  };
  /** A wallet that has no key: it tells what it was asked for. */
  const wallet = (chainId = CHAIN) => {
    const asked: Method[] = [];
    const request = async (args: Method) => {
      if (args.method === "eth_chainId") return chainId;
      asked.push(args);
      return args.method === "wallet_sendCalls" ? { id: "0xf00d" } : HASH;
    };
    return { asked, request: request as EIP1193Provider["request"] };
  };

  describe("in the hands of", () => {
    it("viem: writeContract, sendTransaction, sendCalls and waitForCallsStatus", async () => {
      const client = walletClient(open(smart), smart.principal).extend(publicActions);
      const args = [FRIEND, 1n] as const;
      const hash = await client.writeContract({ address: smart.token, abi: erc20Abi, functionName: "transfer", args });
      expect((await client.waitForTransactionReceipt({ hash })).status).to.equal("success");
      const sent = await client.sendTransaction(transfer(2n));
      expect((await client.waitForTransactionReceipt({ hash: sent })).status).to.equal("success");
      const { id } = await client.sendCalls({
        calls: [transfer(4n), { to: smart.token, abi: erc20Abi, functionName: "transfer", args: [FRIEND, 8n] }],
        forceAtomic: true,
      });
      const { status, receipts, atomic } = await client.waitForCallsStatus({ id, throwOnFailure: true });
      expect({ status, atomic }).to.deep.equal({ status: "success", atomic: true });
      expect(receipts![0]).to.include({ status: "success" });
      expect(await received()).to.equal(15n);
      expect(await client.getCapabilities({ account: smart.principal })).to.deep.equal({
        [hardhat.id]: { atomic: { status: "supported" } },
      });
    });

    it("viem, for a plain wallet that makes one call at a time", async () => {
      const client = walletClient(open(plain), plain.principal).extend(publicActions);
      const hash = await client.writeContract({ address: test.feed, abi, functionName: "post", args: ["by viem"] });
      expect((await client.waitForTransactionReceipt({ hash })).status).to.equal("success");
      const { id } = await client.sendCalls({ calls: [post()] });
      expect((await client.waitForCallsStatus({ id })).status).to.equal("success");
      expect(await client.getCapabilities({ account: plain.principal })).to.deep.equal({
        [hardhat.id]: { atomic: { status: "unsupported" } },
      });
      expect(await callsLeft()).to.equal(3);
    });

    it("ethers: BrowserProvider and Contract", async () => {
      const browser = new BrowserProvider(open(plain), hardhat.id, { pollingInterval: 20, cacheTimeout: -1 });
      try {
        const signer = await browser.getSigner();
        expect(await signer.getAddress()).to.equal(plain.principal);
        const feed = new Contract(test.feed, ["function post(string text)"], signer);
        const sent = (await feed.getFunction("post").send("by ethers")) as { wait(): Promise<{ status: number }> };
        expect((await sent.wait()).status).to.equal(1);
        expect(await callsLeft()).to.equal(4);
        // What passes by itself: ethers estimates it first.
        const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [FRIEND, 1n] });
        const error = (await thrownBy(signer.sendTransaction({ to: smart.token, data }))) as { error: ProviderError };
        expect(error.error.code).to.equal(4100);
        expect(error.error.data).to.deep.equal({ code: "SESSION_ENTRYPOINT_NOT_ALLOWED", errorName: "CallNotAllowed" });
      } finally {
        browser.destroy();
      }
    });

    it("viem, with a bundler: a transaction's hash is that of the bundle", async () => {
      const transport = http(bundler.url, { retryCount: 0 });
      const through = createBundlerClient({ client: test.client, transport, pollingInterval: 20 });
      const provider = open(smart, { bundler: through, relayer: undefined });
      const client = walletClient(provider, smart.principal).extend(publicActions);
      const hash = await client.sendTransaction(transfer(1n));
      expect((await getTransactionReceipt(test.client, { hash })).status).to.equal("success");
      const { id } = await client.sendCalls({ calls: [transfer(2n), transfer(4n)], forceAtomic: true });
      const { receipts, statusCode } = await client.waitForCallsStatus({ id });
      expect(statusCode).to.equal(200);
      // Those of the EntryPoint around it are left out.
      expect(receipts![0]!.logs.map(({ address }) => address.toLowerCase())).to.include(smart.token.toLowerCase());
      expect(
        receipts![0]!.logs.some(({ address }) => address === sdk.entryPoints["0.9"].address.toLowerCase()),
      ).to.equal(false);
      expect(callsOf(id)!.route).to.equal("userOperation");
      expect(await received()).to.equal(7n);
    });
  });

  it("names what was sent though the node stops answering, so that nobody sends it again (ATK-124)", async () => {
    let sent = 0;
    const deaf = test.connect({
      request: (next) =>
        (async (args: { method: string }) => {
          const answer: unknown = await next(args as never);
          if (args.method !== "eth_sendRawTransaction") return answer;
          ++sent;
          throw new HttpRequestError({ url: "http://node.example" });
        }) as never,
    });
    const client = walletClient(open(plain, {}, deaf), plain.principal).extend(publicActions);
    const hash = await client.sendTransaction(post());
    expect((await client.waitForTransactionReceipt({ hash })).status).to.equal("success");
    const { id } = await client.sendCalls({ calls: [post()] });
    expect((await client.waitForCallsStatus({ id })).status).to.equal("success");
    expect({ sent, left: await callsLeft() }).to.deep.equal({ sent: 2, left: 3 });
  });

  describe("wallet_getCallsStatus", () => {
    it("answers after a restart, of what is pending, mined or unknown", async () => {
      await ask(test.world.provider as never, "evm_setAutomine", false);
      const { id } = await (ask(open(smart), "wallet_sendCalls", bundle([transfer(1n)])) as Promise<{ id: Hex }>);
      const again = open(smart);
      const pending = { version: "2.0.0", id, chainId: CHAIN, atomic: true, status: 100, receipts: [] };
      expect(await ask(again, "wallet_getCallsStatus", id)).to.deep.equal(pending);
      await ask(test.world.provider as never, "evm_setAutomine", true);
      await test.world.helpers.mine();
      const { status, receipts } = (await ask(open(smart), "wallet_getCallsStatus", id)) as {
        status: number;
        receipts: { transactionHash: Hex; status: Hex; logs: object[] }[];
      };
      expect({ status, of: receipts[0]!.transactionHash }).to.deep.equal({ status: 200, of: callsOf(id)!.hash });
      expect(receipts[0]!.status).to.equal("0x1");
      // Another account's session does not tell.
      for (const [provider, unknown] of [
        [open(plain), id],
        [again, HASH],
        [again, "x"],
        [again, `${id}00`],
      ] as const) {
        expect((await refusal(ask(provider, "wallet_getCallsStatus", unknown))).code).to.equal(5730);
      }
      expect((await refusal(ask(again, "wallet_getCallsStatus", 7))).code).to.equal(-32_602);
    });

    it("says what will never be mined, and what has reverted", async () => {
      const { id } = (await ask(open(smart), "wallet_sendCalls", bundle([transfer(1n)]))) as { id: Hex };
      const sent = callsOf(id)!;
      const lost = callsIdOf({ ...sent, hash: HASH, nonce: sent.nonce + 1n });
      expect(((await ask(open(smart), "wallet_getCallsStatus", lost)) as { status: number }).status).to.equal(100);
      const operation = callsIdOf({ ...sent, hash: undefined, userOpHash: HASH, route: "userOperation" });
      expect(((await ask(open(smart), "wallet_getCallsStatus", operation)) as { status: number }).status).to.equal(100);
      // A signature is good for five minutes, and a clock may be one behind.
      await test.world.helpers.time.increaseTo(sent.expiresAt + 1);
      for (const each of [lost, operation]) {
        expect(((await ask(open(smart), "wallet_getCallsStatus", each)) as { status: number }).status).to.equal(400);
      }
      // Two at once that only fit one at a time, where the node does not see what is pending: one reverts once it is mined.
      const blind = test.connect({
        request: (next) =>
          (async ({ method, params }: { method: string; params: unknown[] }) => {
            const isSimulated = method === "eth_call" || method === "eth_estimateGas";
            return next({ method, params: isSimulated ? [params[0], "latest"] : params } as never);
          }) as never,
      });
      await ask(test.world.provider as never, "evm_setAutomine", false);
      const [first, second] = (await Promise.all(
        [relayer, await test.wallet()].map((each) =>
          ask(open(smart, { relayer: each }, blind), "wallet_sendCalls", bundle([transfer(60n)])),
        ),
      )) as { id: Hex }[];
      await ask(test.world.provider as never, "evm_setAutomine", true);
      await test.world.helpers.mine();
      const statuses = await Promise.all(
        [first, second].map(async (each) => (await ask(open(smart), "wallet_getCallsStatus", each!.id)) as never),
      );
      expect(statuses.map(({ status }) => status).sort()).to.deep.equal([200, 500]);
      const reverted = statuses.find(({ status }) => status === 500) as unknown as { receipts: { status: Hex }[] };
      expect(reverted.receipts.map(({ status }) => status)).to.deep.equal(["0x0"]);
    });

    it("goes by the app's own id, also after a restart if it is stored; and no id is taken twice", async () => {
      const kept = new Map<string, string>();
      const storage: sdk.CallsStorage = {
        getItem: (name) => kept.get(name) ?? null,
        setItem: (name, value) => void kept.set(name, value),
      };
      const provider = open(smart, { storage });
      const named = bundle([transfer(1n)], { id: "mine" });
      const twice = await Promise.allSettled([1, 2].map(() => ask(provider, "wallet_sendCalls", named)));
      expect(twice.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
      expect((await refusal(ask(open(smart, { storage }), "wallet_sendCalls", named))).code).to.equal(5720);
      expect(await received()).to.equal(1n);
      for (const each of [provider, open(smart, { storage })]) {
        expect(await ask(each, "wallet_getCallsStatus", "mine")).to.include({ id: "mine", status: 200 });
      }
      expect((await refusal(ask(open(smart), "wallet_getCallsStatus", "mine"))).code).to.equal(5730);
      // An id whose calls were refused is free again, and a storage that is full keeps nothing from being sent.
      const full = open(smart, { storage: { getItem: () => null, setItem: () => Promise.reject(new Error("full")) } });
      await refusal(ask(full, "wallet_sendCalls", bundle([transfer(101n)], { id: "again" })));
      expect(await ask(full, "wallet_sendCalls", bundle([transfer(1n)], { id: "again" }))).to.deep.equal({
        id: "again",
      });
      expect(await ask(full, "wallet_getCallsStatus", "again")).to.include({ status: 200 });
    });
  });

  describe("is refused", () => {
    const transaction = (fields: object) => ({ from: plain.principal, ...post(), ...fields });

    it("with the code that the standards have for it", async () => {
      const provider = open(plain);
      const refused: [code: number, method: string, params: unknown][] = [
        [4100, "eth_sendTransaction", [transaction({ from: FRIEND })]],
        [4901, "eth_sendTransaction", [transaction({ chainId: "0x1" })]],
        ...[
          ...[{ to: undefined }, { to: null }, { to: "0x12" }, { data: "0x1" }, { data: "post" }, { input: "0x" }],
          ...[{ value: "1" }, { value: 1n }, { nonce: "0x1" }, { authorizationList: [] }, { blobs: ["0x"] }],
          ...[{ from: "me" }, { chainId: 1 }, { value: `0x1${"0".repeat(64)}` }],
        ].map((fields): [number, string, unknown] => [-32_602, "eth_sendTransaction", [transaction(fields)]]),
        ...[undefined, [], {}, ["x"], [null]].map((params): [number, string, unknown] => [
          ...([-32_602, "eth_sendTransaction", params] as const),
        ]),
        [5710, "wallet_sendCalls", [bundle([post()], { chainId: "0x1" })]],
        [4100, "wallet_sendCalls", [bundle([post()], { from: FRIEND })]],
        [5760, "wallet_sendCalls", [bundle([post(), post()])]],
        [5740, "wallet_sendCalls", [bundle([post(), post()], { atomicRequired: false })]],
        [5700, "wallet_sendCalls", [bundle([post()], { capabilities: { paymasterService: { url: "x" } } })]],
        [5700, "wallet_sendCalls", [bundle([{ ...post(), capabilities: { gasLimit: { optional: false } } }])]],
        ...[
          ...[{ version: "1.0" }, { chainId: undefined }, { atomicRequired: undefined }, { calls: [] }, { calls: {} }],
          ...[{ id: 7 }, { id: "" }, { id: "x".repeat(8_195) }, { calls: [{ data: "0x00" }] }, { calls: [null] }],
          ...[{ capabilities: "all" }, { from: "me" }],
        ].map((fields): [number, string, unknown] => [-32_602, "wallet_sendCalls", [bundle([post()], fields)]]),
        [4100, "wallet_getCapabilities", [FRIEND]],
        [-32_602, "wallet_getCapabilities", [plain.principal, "0x1"]],
        [4902, "wallet_switchEthereumChain", [{ chainId: "0x1" }]],
        ...[
          ...["personal_sign", "eth_sign", "eth_signTypedData", "eth_signTypedData_v4", "eth_signTransaction"],
          ...["wallet_showCallsStatus", "wallet_grantPermissions", "eth_subscribe", "hardhat_setBalance", "x"],
        ].map((method): [number, string, unknown] => [4200, method, [id, plain.principal]]),
      ];
      const before = await callsLeft();
      for (const [code, method, params] of refused) {
        const error = await refusal(provider.request({ method, params } as never));
        expect(
          error.code,
          `${method} ${JSON.stringify(params, (_, each) => String(each) && each?.toString?.())}`,
        ).to.equal(code);
      }
      expect(await callsLeft()).to.equal(before);
    });
    const id = "0x00";

    it("with the session's typed error as cause, which no retry of viem repeats", async () => {
      const provider = open(smart);
      const asked: string[] = [];
      const counted = {
        ...provider,
        request: (async (args: Method) => {
          asked.push(args.method);
          return provider.request(args as never);
        }) as EIP1193Provider["request"],
      };
      const client = walletClient(counted, smart.principal);
      const send = { address: smart.token, abi: erc20Abi, functionName: "transfer", args: [FRIEND, 101n] } as const;
      const error = (await thrownBy(client.writeContract(send))) as BaseError;
      const own = error.walk((each) => each instanceof sdk.SessionProviderError) as ProviderError;
      expect(own.code).to.equal(4100);
      expect(own.data).to.deep.equal({ code: "SESSION_SPEND_CAP_EXCEEDED", errorName: "SpendCapExceeded" });
      expect(sdk.isContractError(own.cause, "SpendCapExceeded")).to.equal(true);
      const decoded = sdk.decodeSessionError(error);
      expect(sdk.isContractError(decoded, "SpendCapExceeded") && decoded.args.left).to.equal(100n);
      expect(error.message).to.include("SpendCapExceeded");
      await thrownBy(client.sendCalls({ calls: [transfer(101n)] }));
      for (const method of ["eth_sendTransaction", "wallet_sendCalls"]) {
        expect(asked.filter((each) => each === method)).to.have.length(1);
      }
    });

    it("with what the called contract reverted with, which viem decodes", async () => {
      const client = walletClient(open(plain), plain.principal);
      const write = client.writeContract({ address: test.feed, abi, functionName: "post", args: [""] });
      const reverted = ((await thrownBy(write)) as BaseError).walk(
        (each) => each instanceof ContractFunctionRevertedError,
      ) as ContractFunctionRevertedError;
      expect(reverted.data).to.deep.include({ errorName: "TextLengthInvalid", args: [0n, 280n] });
    });

    it("and nothing of gas, fees or type keeps a transaction from being sent", async () => {
      const fields = { gas: "0x1", gasPrice: "0x1", maxFeePerGas: "0x1", maxPriorityFeePerGas: "0x1", type: "0x2" };
      const ignored = { ...fields, accessList: [], chainId: CHAIN, value: "0x0", input: post().data, nonce: undefined };
      const hash = await ask(open(plain), "eth_sendTransaction", transaction(ignored));
      expect(await test.isMined(hash)).to.equal(true);
      const optional = { capabilities: { paymasterService: { url: "x", optional: true } }, from: plain.principal };
      await ask(open(plain), "wallet_sendCalls", bundle([post()], optional));
      expect(await callsLeft()).to.equal(3);
    });
  });

  describe("and the wallet behind it", () => {
    it("is asked for what the policy lacks, if that was asked for, and for nothing else", async () => {
      const behind = wallet();
      const transaction = { from: plain.principal, ...transfer(1n) };
      const without = await refusal(ask(open(plain, { wallet: behind }), "eth_sendTransaction", transaction));
      expect(without.cause).to.include({ errorName: "CallNotAllowed" });
      expect(behind.asked).to.deep.equal([]);
      const provider = open(plain, { wallet: behind, fallback: "wallet" });
      expect(await ask(provider, "eth_sendTransaction", transaction)).to.equal(HASH);
      const calls = bundle([transfer(1n)]);
      expect(await ask(provider, "wallet_sendCalls", calls)).to.deep.equal({ id: "0xf00d" });
      expect(await ask(provider, "wallet_getCallsStatus", "0xf00d")).to.equal(HASH);
      // With the account and the chain of the session, whatever the wallet would have taken by itself.
      const { principal: from } = plain;
      expect(behind.asked).to.deep.equal([
        { method: "eth_sendTransaction", params: [{ ...transaction, chainId: CHAIN }] },
        { method: "wallet_sendCalls", params: [{ ...calls, from }] },
        { method: "wallet_getCallsStatus", params: ["0xf00d"] },
      ]);
      await ask(provider, "eth_sendTransaction", { from: plain.principal, ...post() });
      expect(behind.asked).to.have.length(3);
      // What the called contract refuses is none of the policy's doing.
      expect((await refusal(ask(provider, "eth_sendTransaction", post("")))).code).to.equal(3);
      const elsewhere = open(plain, { wallet: wallet("0x1"), fallback: "wallet" });
      expect((await refusal(ask(elsewhere, "eth_sendTransaction", transaction))).code).to.equal(4901);
      expect(() => open(plain, { fallback: "wallet" })).to.throw(sdk.SessionError, "no wallet to fall back to");
    });

    it("is not asked for what a session has used up, or once it is over", async () => {
      const behind = wallet();
      const one = open(smart, { wallet: behind, fallback: "wallet" });
      expect((await refusal(ask(one, "eth_sendTransaction", transfer(101n)))).cause).to.include({
        errorName: "SpendCapExceeded",
      });
      const provider = open(plain, { wallet: behind, fallback: "wallet" });
      for (let left = await callsLeft(); left > 0; --left) await ask(provider, "eth_sendTransaction", post());
      expect((await refusal(ask(provider, "eth_sendTransaction", post()))).data).to.include({
        code: "SESSION_MAX_CALLS_EXCEEDED",
      });
      await test.world.helpers.time.increase(7_200);
      for (const call of [post(), transfer(1n)]) {
        const error = await refusal(ask(provider, "eth_sendTransaction", call));
        expect(error.code).to.equal(4100);
        expect(error.data).to.include({ code: "SESSION_EXPIRED" });
      }
      expect(behind.asked).to.deep.equal([]);
    });

    it("answers in its own words when its user refuses", async () => {
      const rejected = Object.assign(new Error("User rejected the request."), { code: 4001 });
      const request = (async ({ method }: Method) => {
        if (method === "eth_chainId") return CHAIN;
        throw rejected;
      }) as EIP1193Provider["request"];
      const provider = open(plain, { wallet: { request }, fallback: "wallet" });
      expect(await thrownBy(ask(provider, "eth_sendTransaction", transfer(1n)))).to.equal(rejected);
    });
  });

  describe("says", () => {
    it("what it is, and passes on what the node knows", async () => {
      const provider = open({ ...plain, principal: plain.principal.toLowerCase() as Address });
      expect(await ask(provider, "eth_accounts")).to.deep.equal([plain.principal]);
      expect(await ask(provider, "eth_requestAccounts")).to.deep.equal([plain.principal]);
      expect(await ask(provider, "eth_coinbase")).to.equal(plain.principal);
      expect(await ask(provider, "eth_chainId")).to.equal(CHAIN);
      expect(await ask(provider, "wallet_switchEthereumChain", { chainId: CHAIN })).to.equal(null);
      expect(await ask(provider, "wallet_getCapabilities", plain.principal, ["0x1"])).to.deep.equal({});
      expect(await ask(provider, "eth_getBalance", FRIEND, "latest")).to.equal("0x0");
      // A revert of a node is told with its data, as that of any other provider is.
      const data = encodeFunctionData({ abi, functionName: "post", args: [""] });
      const call = { from: test.deployment.forwarder, to: test.feed, data: `${data}${FRIEND.slice(2)}` };
      const error = await refusal(ask(provider, "eth_call", call, "latest"));
      expect(JSON.stringify(error.data)).to.include("0x");
      expect(error.code).to.be.a("number");
    });

    it("by its events when it connects, ends and is renewed", async () => {
      const provider = open(plain);
      const heard: unknown[] = [];
      const note = (name: string) => (payload: unknown) => void heard.push([name, payload]);
      provider.on("connect", note("connect"));
      provider.on("accountsChanged", note("accountsChanged"));
      provider.on("accountsChanged", () => {
        throw new Error("a listener's own");
      });
      const uncaught = process.listeners("uncaughtException");
      process.removeAllListeners("uncaughtException").on("uncaughtException", (thrown) => heard.push(thrown.message));
      await ask(provider, "eth_requestAccounts");
      await ask(provider, "eth_chainId");
      expect(heard).to.deep.equal([["connect", { chainId: CHAIN }]]);
      await test.world.helpers.time.increase(7_200);
      expect((await refusal(ask(provider, "eth_sendTransaction", post()))).code).to.equal(4100);
      const ended = [["connect", { chainId: CHAIN }], ["accountsChanged", []], "a listener's own"];
      expect(heard).to.deep.equal(ended);
      expect(await ask(provider, "eth_accounts")).to.deep.equal([]);
      expect((await refusal(ask(provider, "eth_requestAccounts"))).code).to.equal(4100);
      expect(heard).to.deep.equal(ended);
      await test.client.renewSessionSync({ key: plain.key, policy: posts, account: owner, relayer });
      expect(await ask(provider, "eth_requestAccounts")).to.deep.equal([plain.principal]);
      expect(heard.slice(3)).to.deep.equal([["accountsChanged", [plain.principal]], "a listener's own"]);
      process.removeAllListeners("uncaughtException");
      for (const listener of uncaught) process.on("uncaughtException", listener);
    });
  });
});
