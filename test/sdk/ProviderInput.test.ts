import { expect } from "chai";
import {
  type Address,
  type EIP1193Provider,
  erc20Abi,
  type Hex,
  HttpRequestError,
  type LocalAccount,
  numberToHex,
  parseEther,
} from "viem";
import { getTransactionCount, sendRawTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { callsIdOf, callsOf } from "../../sdk/src/provider/callsId.ts";
import { FRIEND, openSessionClient, type TestClient, thrownBy } from "../support/client/sessionClient.ts";

const { contract, definePolicy } = sdk;
const CHAIN = numberToHex(hardhat.id);
/** One more than a quantity can be. */
const TOO_MUCH: Hex = `0x1${"0".repeat(64)}`;
const PROTOTYPE = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

type Method = { method: string; params?: unknown };
type ProviderError = sdk.SessionProviderError;

/** Whatever it is asked for, it answers with one sentence and one code, and asks nobody else. */
describe("A session as a wallet, asked for what cannot be", () => {
  let test: TestClient;
  let relayer: LocalAccount;
  let owner: LocalAccount;
  let principal: Address;
  let key: sdk.SessionKey;
  let token: Address;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    relayer = await test.wallet();
    ({ principal, token, owner } = await test.smartAccount());
    key = await test.fundedKey();
    const policy = definePolicy({
      app: "token.example",
      maxDuration: 3_600,
      maxCalls: 900,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
    });
    await test.client.registerSessionSync({ key, policy, principal, account: owner, relayer });
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => test.world.connection.close());

  const open = (fields = {}) =>
    sdk.toSessionProvider(test.client, { principal, key, deployment: test.deployment, relayer, ...fields });
  const ask = <answer = never>(provider: EIP1193Provider, method: string, ...params: unknown[]) =>
    provider.request({ method, params } as never) as Promise<answer>;
  const transfer = (amount = 1n) => ({ to: token, data: test.transfer(token, amount).data! });
  const transaction = (fields: object) => [{ from: principal, ...transfer(), ...fields }];
  const bundle = (fields: object = {}) => [
    { version: "2.0.0", chainId: CHAIN, atomicRequired: true, calls: [transfer()], ...fields },
  ];
  const called = (fields: object) => bundle({ calls: [transfer(), { ...transfer(), ...fields }] });
  const refusal = async (run: Promise<unknown>): Promise<ProviderError> => {
    const error = await thrownBy(run);
    expect(error).to.be.instanceOf(sdk.SessionProviderError);
    return error as ProviderError;
  };
  /** A wallet that has no key: it tells what it was asked for. */
  const wallet = (answers: Record<string, unknown> = {}) => {
    const asked: Method[] = [];
    const request = async (args: Method) => {
      if (args.method === "eth_chainId") return CHAIN;
      asked.push(args);
      return answers[args.method] ?? "0xabcd";
    };
    return { asked, request: request as EIP1193Provider["request"] };
  };
  /** What a send would have changed. */
  const standing = async () => {
    const { callsLeft } = await test.client.getSession({ principal, key: key.address });
    const counts = [relayer.address, key.address].map((address) => getTransactionCount(test.client, { address }));
    return [callsLeft, ...(await Promise.all(counts))];
  };

  it("says what is wrong with a transaction", async () => {
    const cases: [fields: object, why: string, code?: number][] = [
      [{ vaule: "0x1" }, "The transaction has an unknown member, vaule."],
      [{ ["\u001b[2J\u202e"]: 1 }, "The transaction has an unknown member, \\u{1b}[2J\\u{202e}."],
      [JSON.parse('{"__proto__":{"to":"0x0"}}'), "The transaction has an unknown member, __proto__."],
      [{ constructor: 1 }, "The transaction has an unknown member, constructor."],
      [{ data: "0xabc" }, "The transaction: the data is not a whole number of bytes."],
      [{ data: "0xzz" }, "The transaction: the data is not a whole number of bytes."],
      [{ data: "abcd" }, "The transaction: the data is not a whole number of bytes."],
      [{ data: 7 }, "The transaction: the data is not a whole number of bytes."],
      [{ data: new Uint8Array(4) }, "The transaction: the data is not a whole number of bytes."],
      [{ input: "0x00" }, "The transaction has data and another input."],
      [
        { data: `0x${"ab".repeat(1_000_000)}` },
        "The transaction has 1000000 bytes of data: nodes take 131072 at most.",
      ],
      [{ value: "-0x1" }, "The transaction: the value is not a hexadecimal number below 2^256."],
      [{ value: -1 }, "The transaction: the value is not a hexadecimal number below 2^256."],
      [{ value: "0x" }, "The transaction: the value is not a hexadecimal number below 2^256."],
      [{ value: "1.5" }, "The transaction: the value is not a hexadecimal number below 2^256."],
      [{ value: TOO_MUCH }, "The transaction: the value is not a hexadecimal number below 2^256."],
      [
        { value: `0x${"0".repeat(20_000_000)}1` },
        "The transaction: the value is not a hexadecimal number below 2^256.",
      ],
      [{ gas: TOO_MUCH }, "The transaction's gas is not a hexadecimal number below 2^256."],
      [{ gasPrice: "cheap" }, "The transaction's gasPrice is not a hexadecimal number below 2^256."],
      [{ type: 2 }, "The transaction's type is not a hexadecimal number below 2^256."],
      [{ to: token.slice(0, -1) }, "The transaction: the target is not an address."],
      [{ to: `0x${token.slice(2).toUpperCase()}` }, "The transaction: the target is not an address."],
      [{ to: [token] }, "The transaction: the target is not an address."],
      [{ to: "" }, "The transaction: the target is not an address."],
      [{ to: null }, "The transaction has no target: a session creates no contracts."],
      [{ from: "" }, "The sender is not an address."],
      [{ from: FRIEND }, "The session acts for another account.", 4100],
      [{ chainId: TOO_MUCH }, "The chain is not a hexadecimal number below 2^256."],
      [{ chainId: "0x1" }, `The session is on chain ${hardhat.id} alone.`, 4901],
      [{ chainId: `0x1${"0".repeat(50)}7a69` }, `The session is on chain ${hardhat.id} alone.`, 4901],
      [{ nonce: "0x0" }, "The transaction is not the account's: its nonce cannot be chosen."],
    ];
    await refused(
      "eth_sendTransaction",
      cases.map(([fields, why, code]) => [transaction(fields), why, code]),
    );
  });

  it("says what is wrong with calls, and with which", async () => {
    const room = Math.floor(131_072 / 160);
    const cases: [params: unknown[], why: string, code?: number][] = [
      [bundle({ calls: [] }), "There is no call."],
      [bundle({ calls: { length: 1, 0: transfer() } }), "There is no call."],
      [bundle({ calls: [[]] }), "Call 0 wants an object."],
      [bundle({ atomic: true }), "The request has an unknown member, atomic."],
      [bundle({ id: "" }), "The id is not a text of 1 to 8194 characters."],
      [bundle({ capabilities: [] }), "The capabilities are not an object."],
      [
        bundle({ capabilities: { paymasterService: {} } }),
        "A session does not have the capability paymasterService.",
        5700,
      ],
      [bundle({ capabilities: { constructor: {} } }), "A session does not have the capability constructor.", 5700],
      [bundle({ chainId: "0x1" }), `The session is on chain ${hardhat.id} alone.`, 5710],
      [bundle({ version: "1.0" }), "Another version of wallet_sendCalls than 2.0.0."],
      [called({ gas: "0x1" }), "Call 1 has an unknown member, gas."],
      [called({ to: undefined }), "Call 1 has no target: a session creates no contracts."],
      [called({ data: "0x1" }), "Call 1: the data is not a whole number of bytes."],
      [called({ value: "-0x1" }), "Call 1: the value is not a hexadecimal number below 2^256."],
      [called({ capabilities: { gasLimit: {} } }), "A session does not have the capability gasLimit.", 5700],
      [
        called({ data: `0x${"ab".repeat(1_000_000)}` }),
        "The calls take 1000388 bytes: nodes take 131072 at most.",
        5740,
      ],
      [
        bundle({ calls: Array(room + 1).fill(transfer()) }),
        `There are ${room + 1} calls: a transaction has room for ${room} at most.`,
        5740,
      ],
    ];
    await refused("wallet_sendCalls", cases);
  });

  it("says what is wrong with the rest", async () => {
    for (const method of ["eth_sendTransaction", "wallet_sendCalls", "wallet_switchEthereumChain"]) {
      const why = `${method} wants an object.`;
      await refused(
        method,
        [undefined, null, [], {}, "x", [null], ["x"], [[transfer()]]].map((params) => [params, why]),
      );
    }
    const notText = "The id of calls is not a text of at most 8194 characters.";
    const longest = "x".repeat(8_194);
    await refused("wallet_getCallsStatus", [
      ...[undefined, [], [7], [{}], [Object.create(null)], [`${longest}x`]].map((params): [unknown, string] => [
        params,
        notText,
      ]),
      ...["", longest, ...PROTOTYPE].map((id): [unknown, string, number] => [
        ...([[id], "The session has made no calls of this id.", 5730] as const),
      ]),
    ]);
    await refused("wallet_switchEthereumChain", [
      [[{ chainId: hardhat.id }], "The chain is not a hexadecimal number below 2^256."],
      [[{ chainId: "0x1" }], `The session is on chain ${hardhat.id} alone.`, 4902],
    ]);
    await refused("wallet_getCapabilities", [
      [["me"], "The sender is not an address."],
      [[FRIEND], "The session acts for another account.", 4100],
      [[principal, "0x1"], "The chains are not a list."],
      [[principal, [1]], "The chain is not a hexadecimal number below 2^256."],
    ]);
    for (const request of [undefined, null, 7, {}, { method: 7 }, { method: ["eth_accounts"] }]) {
      const error = await refusal(open().request(request as never));
      expect(error).to.include({ code: -32_602, shortMessage: "The method of a request is not a text." });
    }
  });

  /** Each with its sentence and its code, and nothing sent, nor asked of a wallet that would take what is out of scope. */
  async function refused(method: string, cases: [params: unknown, why: string, code?: number | undefined][]) {
    const before = await standing();
    const behind = wallet({ wallet_getCallsStatus: undefined });
    const provider = open({ wallet: behind, fallback: method === "wallet_getCallsStatus" ? undefined : "wallet" });
    for (const [params, why, code = -32_602] of cases) {
      const error = await refusal(provider.request({ method, params } as never));
      expect(error.shortMessage, why).to.equal(why);
      expect(error.code, why).to.equal(code);
      expect(error.message.length, why).to.be.below(600);
    }
    expect(behind.asked).to.deep.equal([]);
    expect(await standing()).to.deep.equal(before);
  }

  it("takes as many calls as there is room for, and more than that are refused by the session's own count", async () => {
    // What is allowed stays so: the chain's refusal is typed.
    const cap = await refusal(ask(open(), "wallet_sendCalls", ...bundle({ calls: Array(819).fill(transfer()) })));
    expect(cap).to.include({ code: 5740 });
    const most = Math.floor(131_072 / (160 + 68));
    const spent = await refusal(ask(open(), "wallet_sendCalls", ...bundle({ calls: Array(most).fill(transfer()) })));
    expect(spent.data).to.deep.include({ code: "SESSION_SPEND_CAP_EXCEEDED" });
    const { id } = await ask<{ id: Hex }>(
      open(),
      "wallet_sendCalls",
      ...bundle({ calls: Array(100).fill(transfer()) }),
    );
    expect(await ask(open(), "wallet_getCallsStatus", id)).to.include({ status: 200 });
  });

  it("takes what is unusual and clear", async () => {
    const clear = {
      from: principal.toLowerCase(),
      data: undefined,
      input: transfer().data,
      gas: "0x00ff",
      nonce: null,
    };
    await ask(open(), "eth_sendTransaction", { ...transfer(), ...clear });
    const { from: _account, ...without } = transaction({})[0]! as Record<string, unknown>;
    await ask(open(), "eth_sendTransaction", without);
    await ask(open(), "wallet_sendCalls", ...bundle({ from: null, capabilities: { any: { optional: true } } }));
    expect((await test.client.getSession({ principal, key: key.address })).callsLeft).to.equal(897);
  });

  describe("ids of calls", () => {
    const memory = () => {
      const kept = new Map<string, unknown>();
      return {
        kept,
        getItem: (name: string) => (kept.get(name) as string | undefined) ?? null,
        setItem: (name: string, value: string) => void kept.set(name, value),
      };
    };

    it("are an app's own whatever they are called, each once", async () => {
      const storage = memory();
      for (const id of PROTOTYPE) {
        expect(await ask(open({ storage }), "wallet_sendCalls", ...bundle({ id }))).to.deep.equal({ id });
        expect(await ask(open({ storage }), "wallet_getCallsStatus", id)).to.include({ id, status: 200 });
        const again = await refusal(ask(open({ storage }), "wallet_sendCalls", ...bundle({ id })));
        expect(again.code).to.equal(5720);
      }
      // One that already says which calls it names stays theirs.
      const { id } = await ask<{ id: Hex }>(open(), "wallet_sendCalls", ...bundle());
      const taken = await refusal(ask(open({ storage }), "wallet_sendCalls", ...bundle({ id })));
      expect(taken).to.include({ code: 5720 });
      expect((await test.client.getSession({ principal, key: key.address })).callsLeft).to.equal(900 - 6);
    });

    it("are answered for after a restart, while the calls are pending and once they are mined", async () => {
      const storage = memory();
      await test.world.provider.request({ method: "evm_setAutomine", params: [false] });
      await ask(open({ storage }), "wallet_sendCalls", ...bundle({ id: "mine" }));
      expect(await ask(open({ storage }), "wallet_getCallsStatus", "mine")).to.deep.include({
        status: 100,
        receipts: [],
      });
      const again = await refusal(ask(open({ storage }), "wallet_sendCalls", ...bundle({ id: "mine" })));
      expect(again.code).to.equal(5720);
      await test.world.provider.request({ method: "evm_setAutomine", params: [true] });
      await test.world.helpers.mine();
      expect(await ask(open({ storage }), "wallet_getCallsStatus", "mine")).to.include({ id: "mine", status: 200 });
    });

    it("are unknown where the storage holds something else, and a storage that fails is named", async () => {
      const storage = memory();
      const provider = open({ storage });
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", ...bundle({ id: "mine" }));
      const [name] = storage.kept.keys();
      const own = callsOf(storage.kept.get(name!) as string)!;
      const foreign = [
        { ...own, chainId: 1 },
        { ...own, principal: FRIEND },
      ].map(callsIdOf);
      for (const value of ["", "x", "0x", 7, {}, Object.create(null), ...foreign]) {
        storage.kept.set(name!, value);
        const error = await refusal(ask(open({ storage }), "wallet_getCallsStatus", id));
        expect(error.code, JSON.stringify(value)).to.equal(5730);
      }
      const broken = {
        getItem: () => {
          throw new Error("SecurityError");
        },
        setItem: () => {
          throw new Error("QuotaExceededError");
        },
      };
      const before = await standing();
      for (const ofId of [
        () => ask(open({ storage: broken }), "wallet_sendCalls", ...bundle({ id: "mine" })),
        () => ask(open({ storage: broken }), "wallet_getCallsStatus", "mine"),
      ]) {
        const error = await refusal(ofId());
        expect(error).to.include({ code: -32_002 });
        expect(error.shortMessage).to.equal("The storage of the ids of calls does not answer.");
      }
      expect(await standing()).to.deep.equal(before);
      // What says by itself what it is needs no storage.
      const sent = await ask<{ id: Hex }>(open({ storage: broken }), "wallet_sendCalls", ...bundle());
      expect(await ask(open({ storage: broken }), "wallet_getCallsStatus", sent.id)).to.include({ status: 200 });
      const halfBroken = { ...broken, getItem: () => null };
      await ask(open({ storage: halfBroken }), "wallet_sendCalls", ...bundle({ id: "mine" }));
    });

    it("stay reserved for what may have been sent, and for what the wallet has", async () => {
      let isDeaf = false;
      const deaf = test.connect({
        request: (next) =>
          (async (args: { method: string }) => {
            if (isDeaf) throw new HttpRequestError({ url: "http://node.example" });
            const answer: unknown = await next(args as never);
            isDeaf = args.method === "eth_sendRawTransaction";
            if (isDeaf) throw new HttpRequestError({ url: "http://node.example" });
            return answer;
          }) as never,
      });
      const provider = sdk.toSessionProvider(deaf, { principal, key, deployment: test.deployment, relayer });
      await ask(provider, "wallet_sendCalls", ...bundle({ id: "mine" }));
      isDeaf = false;
      expect((await refusal(ask(provider, "wallet_sendCalls", ...bundle({ id: "mine" })))).code).to.equal(5720);
      expect((await test.client.getSession({ principal, key: key.address })).callsLeft).to.equal(899);
      const behind = wallet({ wallet_sendCalls: { id: "theirs" }, wallet_getCallsStatus: { status: 100 } });
      const both = open({ wallet: behind, fallback: "wallet" });
      const approve = { to: token, data: `0x095ea7b3${"00".repeat(64)}` };
      await ask(both, "wallet_sendCalls", ...bundle({ id: "theirs", calls: [approve] }));
      expect((await refusal(ask(both, "wallet_sendCalls", ...bundle({ id: "theirs" })))).code).to.equal(5720);
      expect(await ask(both, "wallet_getCallsStatus", "theirs")).to.deep.equal({ status: 100 });
      expect(behind.asked.map(({ method }) => method)).to.deep.equal(["wallet_sendCalls", "wallet_getCallsStatus"]);
    });
  });

  describe("what a session cannot do", () => {
    const TYPED = JSON.stringify({ types: {}, primaryType: "X", domain: {}, message: {} });
    const signatures: [method: string, params: (by: Address) => unknown[]][] = [
      ["personal_sign", (by) => ["0x00", by]],
      ["eth_signTypedData", (by) => [by, TYPED]],
      ["eth_signTypedData_v3", (by) => [by, TYPED]],
      ["eth_signTypedData_v4", (by) => [by, TYPED]],
    ];

    it("signs nothing, and asks the wallet for what its user can read only if it was told to", async () => {
      for (const [method, params] of signatures) {
        for (const provider of [open(), open({ wallet: wallet() })]) {
          const error = await refusal(ask(provider, method, ...params(principal)));
          expect(error, method).to.include({ code: 4200 });
          expect(error.shortMessage).to.equal("A session key signs for nobody: ask the wallet itself.");
        }
        const behind = wallet({ [method]: "0x5160" });
        const provider = open({ wallet: behind, fallback: "wallet" });
        expect(await ask(provider, method, ...params(principal)), method).to.equal("0x5160");
        expect(behind.asked).to.deep.equal([{ method, params: params(principal) }]);
        // Nothing of another account's, and nothing that names none.
        expect((await refusal(ask(provider, method, ...params(FRIEND)))).code, method).to.equal(4100);
        for (const none of [[], ["0x00"], [undefined, undefined]]) {
          expect((await refusal(ask(provider, method, ...none))).code, method).to.equal(-32_602);
        }
        const elsewhere = { request: (async () => "0x1") as EIP1193Provider["request"] };
        const away = open({ wallet: elsewhere, fallback: "wallet" });
        expect((await refusal(ask(away, method, ...params(principal)))).code, method).to.equal(4901);
        expect(behind.asked).to.have.length(1);
      }
    });

    it("asks nobody for a signature once it is over", async () => {
      const behind = wallet();
      const provider = open({ wallet: behind, fallback: "wallet" });
      await test.client.revokeSessionSync({ key: key.address, principal, account: owner, relayer });
      expect((await refusal(ask(provider, "eth_requestAccounts"))).code).to.equal(4100);
      for (const [method, params] of signatures) {
        expect((await refusal(ask(provider, method, ...params(principal)))).code, method).to.equal(4200);
      }
      expect(behind.asked).to.deep.equal([]);
    });

    it("reaches neither the wallet nor, where the node is one, its user", async () => {
      const reached: string[] = [];
      const node = test.connect({
        request: (next) =>
          (async (args: Method) => {
            reached.push(args.method);
            return next(args as never);
          }) as never,
      });
      const behind = wallet();
      const fields = { principal, key, deployment: test.deployment, relayer };
      const provider = sdk.toSessionProvider(node, { ...fields, wallet: behind, fallback: "wallet" });
      const methods = [
        ...["eth_sign", "eth_signTransaction", "eth_sendTransactionSync", "eth_getEncryptionPublicKey", "eth_decrypt"],
        ...["eth_resend", "eth_subscribe", "eth_unsubscribe", "eth_SendTransaction", "eth_sendUserOperation"],
        ...["personal_unlockAccount", "personal_ecRecover", "wallet_signIntent", "wallet_addEthereumChain"],
        ...["wallet_requestPermissions", "wallet_grantPermissions", "wallet_watchAsset", "wallet_invokeSnap"],
        ...["hardhat_setBalance", "evm_mine", "debug_traceCall", "", " eth_call", "eth_", "x", ...PROTOTYPE],
      ];
      for (const method of methods) {
        const error = await refusal(ask(provider, method, principal, "0x00"));
        expect(error.code, method).to.equal(4200);
      }
      const strange = await refusal(ask(provider, "eth_\u001b[2J\u202e"));
      expect(strange.shortMessage).to.equal("A session does not know the method eth_\\u{1b}[2J\\u{202e}.");
      expect([...reached, ...behind.asked]).to.deep.equal([]);
    });

    it("shows no calls of its own, and leaves those of the wallet to it", async () => {
      const behind = wallet({ wallet_showCallsStatus: null });
      const provider = open({ wallet: behind, fallback: "wallet" });
      const { id } = await ask<{ id: Hex }>(provider, "wallet_sendCalls", ...bundle());
      for (const [each, shown] of [
        [open(), id],
        [open(), "0xf00d"],
        [provider, id],
      ] as const) {
        const error = await refusal(ask(each, "wallet_showCallsStatus", shown));
        expect(error).to.include({ code: 4200 });
        expect(error.shortMessage).to.contain("ask wallet_getCallsStatus");
      }
      expect(behind.asked).to.deep.equal([]);
      await ask(provider, "wallet_showCallsStatus", "0xf00d");
      expect(behind.asked).to.deep.equal([{ method: "wallet_showCallsStatus", params: ["0xf00d"] }]);
    });

    it("still reads, and passes on what somebody else has signed", async () => {
      const provider = open();
      expect(await ask(provider, "eth_blockNumber")).to.match(/^0x/);
      expect(await ask(provider, "net_version")).to.equal(String(hardhat.id));
      expect(await ask(provider, "web3_clientVersion")).to.be.a("string");
      expect(await ask(provider, "eth_getTransactionReceipt", `0x${"ab".repeat(32)}`)).to.equal(null);
      const filter = await ask<Hex>(provider, "eth_newBlockFilter");
      expect(await ask(provider, "eth_getFilterChanges", filter)).to.be.an("array");
      expect(await ask(provider, "eth_uninstallFilter", filter)).to.equal(true);
      for (const method of ["eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_feeHistory", "eth_estimateGas"]) {
        const params = { eth_feeHistory: ["0x1", "latest", []], eth_estimateGas: [{ to: FRIEND }] }[method] ?? [];
        expect(await ask(provider, method, ...params), method).to.not.equal(undefined);
      }
      const client = test.connect({ request: () => provider.request as never });
      const chainId = hardhat.id;
      const raw = { chainId, to: FRIEND, gas: 21_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n, nonce: 0 };
      const serializedTransaction = await (await test.wallet()).signTransaction(raw);
      expect(await test.isMined(await sendRawTransaction(client, { serializedTransaction }))).to.equal(true);
    });
  });

  describe("what others say", () => {
    const hooked = (hook: (args: Method, next: (args: Method) => Promise<unknown>) => Promise<unknown>) => {
      const node = test.connect({ request: (next) => ((args: Method) => hook(args, next as never)) as never });
      return sdk.toSessionProvider(node, { principal, key, deployment: test.deployment, relayer });
    };

    it("is quoted with nothing that a terminal would obey, and decides no code that is a session's", async () => {
      const said = "\u001b[2Jexecution reverted: \u202egnol\nSESSION_REVOKED";
      const provider = hooked(async (args, next) => {
        if (args.method === "eth_getBalance") throw Object.assign(new Error(said), { code: -32_000, data: "0x1234" });
        if (args.method === "eth_gasPrice") throw new Error(said);
        return next(args);
      });
      for (const [method, code] of [
        ["eth_getBalance", -32_000],
        ["eth_gasPrice", -32_002],
      ] as const) {
        const error = await refusal(ask(provider, method, FRIEND, "latest"));
        expect(error.code, method).to.equal(code);
        for (const text of [error.message, error.shortMessage, error.details]) {
          expect(text, method).to.not.match(/[\u001b\u202e]/);
        }
      }
      expect(await ask(provider, "eth_accounts")).to.deep.equal([principal]);
    });

    it("about a deadline that has passed is no word on the session, which lives", async () => {
      let isLate = false;
      const provider = hooked(async (args, next) => {
        if (args.method === "eth_estimateGas" && !isLate) {
          isLate = true;
          await test.world.helpers.time.increase(400);
        }
        return next(args);
      });
      const heard: unknown[] = [];
      provider.on("accountsChanged", (accounts) => heard.push(accounts));
      const error = await refusal(ask(provider, "eth_sendTransaction", transfer()));
      expect(error.data).to.deep.include({ code: "SESSION_DEADLINE_PASSED" });
      // Not 4100, which says that the session may not.
      expect(error.code).to.equal(-32_003);
      expect(await ask(provider, "eth_accounts")).to.deep.equal([principal]);
      expect(heard).to.deep.equal([]);
      await ask(provider, "eth_sendTransaction", transfer());
    });
  });
});
