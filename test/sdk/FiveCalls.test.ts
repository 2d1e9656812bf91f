import { expect } from "chai";
import { type Address, encodeFunctionData, erc20Abi, type LocalAccount, parseEther, size, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getTransactionReceipt, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as compat from "../../sdk/src/compat/index.ts";
import * as sdk from "../../sdk/src/index.ts";
import { FRIEND, openSessionClient, sessionErrorOf, type TestClient } from "../support/client/sessionClient.ts";

const { contract, method } = sdk;
const PIN = "2718";
const NOBODY: Address = "0x4444444444444444444444444444444444444444";

describe("The five calls", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let relayer: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    relayer = await test.wallet();
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => test.world.connection.close());

  const configOf = (
    session: compat.StoredSession,
    changes: Partial<compat.SessionConfig> = {},
  ): compat.SessionConfig => ({
    sessionPublicKey: session.publicKey,
    validUntil: session.validUntil,
    maxCalls: 12,
    allowedEntrypoints: [method(test.feed, "post(string)")],
    ...changes,
  });

  describe("createSessionKey", () => {
    it("CHI-2 CHI-5 SKL-10 returns public key, encrypted key and end, sends nothing and stores nothing (ATK-97)", async () => {
      const requests: string[] = [];
      const watched = test.connect({
        request: (next) =>
          (async (args: { method: string }) => {
            requests.push(args.method);
            return next(args as never);
          }) as never,
      });
      const start = await test.now();
      const make = { encryptKey: PIN, walletAddress: FRIEND, durationSeconds: 60 };
      const session = await watched.createSessionKey(make);
      // The shortest one; both ends count.
      expect(session.validUntil).to.be.within(start + 59, start + 61);
      expect(Object.keys(session)).to.deep.equal(["publicKey", "encryptedPrivateKey", "validUntil"]);
      expect(session.publicKey).to.match(/^0x[0-9a-fA-F]{40}$/);
      expect(new Set(requests)).to.deep.equal(new Set(["eth_chainId", "eth_getBlockByNumber"]));
      // No one has heard of it.
      const { isActive, remainingCalls, status, allowedEntrypoints } = await client.getSessionData({
        walletAddress: FRIEND,
        sessionPublicKey: session.publicKey,
      });
      expect({ isActive, remainingCalls, status, allowedEntrypoints }).to.deep.equal({
        isActive: false,
        remainingCalls: 0,
        status: "None",
        allowedEntrypoints: [],
      });
    });

    it("PIP-23 CHI-3 CHI-6 gives what survives JSON and opens with its PIN, for its wallet, on its chain alone", async () => {
      const durationSeconds = 365 * 86_400;
      const start = await test.now();
      const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: FRIEND, durationSeconds });
      expect(session.validUntil).to.be.within(start + durationSeconds - 1, start + durationSeconds + 1);
      const stored = JSON.parse(JSON.stringify(session)) as compat.StoredSession;
      expect(stored).to.deep.equal(session);
      const { encryptedPrivateKey } = stored;
      expect(size(encryptedPrivateKey)).to.equal(100);
      const open = { account: FRIEND, chainId: hardhat.id, encryptedPrivateKey, encryptKey: PIN };
      const key = await sdk.decryptSessionKey(open);
      expect(key.address).to.equal(session.publicKey);
      expect(sdk.addressIn(encryptedPrivateKey).toLowerCase()).to.equal(key.address.toLowerCase());
      for (const other of [{ chainId: 1 }, { account: NOBODY }]) {
        const error = await sessionErrorOf(sdk.decryptSessionKey({ ...open, ...other }));
        expect(error.code).to.equal("SESSION_DECRYPTION_FAILED");
      }
    });

    it("CHI-4 SKL-12 counts six hours from the chain's clock unless told otherwise, whatever the machine's clock says", async () => {
      const machine = Date.now;
      Date.now = () => machine() + 86_400_000;
      try {
        const start = await test.now();
        const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: FRIEND });
        expect(session.validUntil).to.be.within(start + 21_599, start + 21_601);
      } finally {
        Date.now = machine;
      }
    });

    it("CHI-29 says SESSION_CREATION_FAILED of a duration, a PIN or a platform that makes no key", async () => {
      const durations = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3600" as never, 59, 365 * 86_400 + 1];
      for (const durationSeconds of durations) {
        const made = client.createSessionKey({ encryptKey: PIN, walletAddress: FRIEND, durationSeconds });
        const error = await sessionErrorOf(made);
        expect(error.code, String(durationSeconds)).to.equal("SESSION_CREATION_FAILED");
        expect(error.metaMessages).to.include(`Duration: ${durationSeconds}`);
      }
      for (const encryptKey of ["", undefined as never]) {
        const error = await sessionErrorOf(client.createSessionKey({ encryptKey, walletAddress: FRIEND }));
        expect(error.code).to.equal("SESSION_CREATION_FAILED");
      }
      const random = Object.getOwnPropertyDescriptor(globalThis.crypto, "getRandomValues");
      Object.defineProperty(globalThis.crypto, "getRandomValues", {
        configurable: true,
        value: () => {
          throw new Error("no entropy");
        },
      });
      try {
        const error = await sessionErrorOf(client.createSessionKey({ encryptKey: PIN, walletAddress: FRIEND }));
        expect(error.code).to.equal("SESSION_CREATION_FAILED");
        expect(error.shortMessage).to.contain("no random numbers");
      } finally {
        if (random === undefined) delete (globalThis.crypto as { getRandomValues?: unknown }).getRandomValues;
        else Object.defineProperty(globalThis.crypto, "getRandomValues", random);
      }
    });

    it("needs to know the wallet, which the blob is bound to", async () => {
      expect((await sessionErrorOf(client.createSessionKey({ encryptKey: PIN }))).code).to.equal(
        "SESSION_OPERATION_REJECTED",
      );
    });
  });

  it("CHI-11 run for a plain wallet, each hash that of a mined transaction", async () => {
    const owner = await test.wallet();
    const wallet = { publicKey: owner.address, account: owner, relayer };
    const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: owner.address });
    const added = await client.addSessionKeyToContract({
      encryptKey: PIN,
      wallet,
      sessionConfig: configOf(session),
      bearerToken: "jwt",
    });
    expect(await test.isMined(added)).to.equal(true);
    // The wallet only signed.
    expect(await test.balanceOf(owner.address)).to.equal(parseEther("10"));
    const asked = { walletAddress: owner.address, sessionPublicKey: session.publicKey };
    expect(await client.getSessionData(asked)).to.deep.include({
      isActive: true,
      validUntil: session.validUntil,
      remainingCalls: 12,
      allowedEntrypoints: [{ target: test.feed, selector: "0x8ee93cf3" }],
    });
    const stored = JSON.parse(JSON.stringify(session)) as compat.StoredSession;
    const act = { encryptKey: PIN, wallet, session: stored };
    const hash = await client.executeTransactionWithSession({ ...act, calls: [test.post("hello")] });
    const receipt = await getTransactionReceipt(client, { hash });
    expect({ to: receipt.to, from: receipt.from, status: receipt.status }).to.deep.equal({
      to: test.deployment.forwarder.toLowerCase(),
      from: relayer.address.toLowerCase(),
      status: "success",
    });
    expect((await client.getSessionData(asked)).remainingCalls).to.equal(11);
    const revoked = await client.revokeSessionKey({ wallet, sessionPublicKey: session.publicKey });
    expect(await test.isMined(revoked)).to.equal(true);
    expect(await client.getSessionData(asked)).to.deep.include({ isActive: false, status: "Revoked" });
    const again = await sessionErrorOf(client.executeTransactionWithSession({ ...act, calls: [test.post("more")] }));
    expect(again.code).to.equal("SESSION_REVOKED");
  });

  it("CHI-11 run for a smart account, the policy published in the owner's one operation, the token handed on", async () => {
    const { principal, token, sendCalls, bearerTokens, batches } = await test.smartAccount();
    const bundled: (string | undefined)[] = [];
    const bundler = (bearerToken: string | undefined) => {
      bundled.push(bearerToken);
      return relayer;
    };
    const wallet = { publicKey: principal, sendCalls, bundler, relayer };
    const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: principal });
    const sessionConfig = configOf(session, {
      allowedEntrypoints: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 100n }],
      gasBudget: parseEther("1"),
      selfPaid: true,
    });
    const added = await client.addSessionKeyToContract({ wallet, sessionConfig, bearerToken: "owner's" });
    expect(await test.isMined(added)).to.equal(true);
    expect(batches.map((calls) => calls.map(({ to }) => to))).to.deep.equal([
      [test.deployment.policyStore, test.deployment.latchkey],
    ]);
    // The same policy again, for another key: it is there.
    const p256 = await sdk.generateP256SessionKey();
    const second = { ...sessionConfig, sessionPublicKey: p256.publicKey, lane: 1n };
    await client.addSessionKeyToContract({ wallet, sessionConfig: second });
    expect(batches[1]!.map(({ to }) => to)).to.deep.equal([test.deployment.latchkey]);
    expect(bearerTokens).to.deep.equal(["owner's", undefined]);

    const calls = [test.transfer(token, 7n), test.transfer(token, 1n)];
    const act = { encryptKey: PIN, wallet, session, calls };
    const hash = await client.executeTransactionWithSession({ ...act, bearerToken: "session's" });
    expect(bundled).to.deep.equal(["session's"]);
    expect((await getTransactionReceipt(client, { hash })).to).to.equal(sdk.entryPoints["0.9"].address.toLowerCase());
    const asked = { walletAddress: principal, sessionPublicKey: session.publicKey };
    expect((await client.getSessionData(asked)).remainingCalls).to.equal(10);
    // A P-256 session has no blob: its key comes open.
    const other = { publicKey: p256.publicKey, validUntil: session.validUntil };
    const relayed = { wallet, session: other, key: p256, calls, route: "relayed" as const };
    expect(await test.isMined(await client.executeTransactionWithSession(relayed))).to.equal(true);
    expect(await client.getSessionData({ walletAddress: principal, sessionPublicKey: p256.publicKey })).to.deep.include(
      {
        isActive: true,
        remainingCalls: 10,
      },
    );

    await client.revokeSessionKey({ wallet, sessionPublicKey: p256.publicKey, bearerToken: "again" });
    expect(bearerTokens.at(-1)).to.equal("again");
    const late = await sessionErrorOf(client.executeTransactionWithSession(relayed));
    expect(late.code).to.equal("SESSION_REVOKED");
    expect((await client.getSessionData(asked)).isActive).to.equal(true);
  });

  it("run for a smart account of viem, whose owner's operations the same bundler brings in", async () => {
    const { principal, token, owner } = await test.smartAccount();
    const account = await sdk.toOwnerSmartAccount({ client, owner, address: principal });
    const tokens: (string | undefined)[] = [];
    const bundler = (bearerToken: string | undefined) => {
      tokens.push(bearerToken);
      return relayer;
    };
    // A relayer besides is for what the session key signs: the owner has an operation.
    const operation = { callGasLimit: 3_000_000n };
    const wallet = { publicKey: principal, account, bundler, relayer, operation };
    const key = sdk.generateSecp256k1SessionKey();
    const session = { publicKey: key.address, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
    const allowedEntrypoints = [method(token, "transfer(address,uint256)")];
    const sessionConfig = configOf(session, { allowedEntrypoints, limits: [{ unit: token, cap: 100n }] });
    const entryPoint = sdk.entryPoints["0.9"].address.toLowerCase();
    const added = await client.addSessionKeyToContract({ wallet, sessionConfig, bearerToken: "a" });
    expect((await getTransactionReceipt(client, { hash: added })).to).to.equal(entryPoint);
    const calls = [test.transfer(token, 3n)];
    const sent = { wallet, session, key, calls, route: "relayed" as const, bearerToken: "b" };
    expect(await test.isMined(await client.executeTransactionWithSession(sent))).to.equal(true);
    const sessionPublicKey = session.publicKey;
    const asked = { walletAddress: principal, sessionPublicKey };
    expect(await client.getSessionData(asked)).to.deep.include({ isActive: true, remainingCalls: 11 });
    const revoked = await client.revokeSessionKey({ wallet, sessionPublicKey, bearerToken: "c" });
    expect((await getTransactionReceipt(client, { hash: revoked })).to).to.equal(entryPoint);
    expect(tokens).to.deep.equal(["a", "b", "c"]);
    expect(await client.getSessionData(asked)).to.deep.include({
      isActive: false,
      status: "Revoked",
      remainingCalls: 0,
    });
  });

  it("run for a wallet that delegates by EIP-7702, which sends for itself as an owner", async () => {
    const { owner, token } = await delegatedWallet();
    const wallet = { publicKey: owner.address, account: owner, relayer };
    const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: owner.address });
    const sessionConfig = configOf(session, {
      allowedEntrypoints: [method(token, "transfer(address,uint256)")],
      limits: [{ unit: token, cap: 100n }],
    });
    const hash = await client.addSessionKeyToContract({ wallet: { ...wallet, relayer: undefined }, sessionConfig });
    expect((await getTransactionReceipt(client, { hash })).from).to.equal(owner.address.toLowerCase());
    const act = { encryptKey: PIN, wallet, session, calls: [test.transfer(token, 3n)] };
    const sent = await client.executeTransactionWithSession(act);
    expect((await getTransactionReceipt(client, { hash: sent })).to).to.equal(test.deployment.latchkey.toLowerCase());
    // By signature: a wallet with code still signs as a wallet.
    await client.revokeSessionKey({ wallet, sessionPublicKey: session.publicKey });
    expect((await sessionErrorOf(client.executeTransactionWithSession(act))).code).to.equal("SESSION_REVOKED");
  });

  const delegatedWallet = async () => {
    const owner = await test.wallet();
    const { latchkey } = test.deployment;
    const address = await test.deploy("LatchkeyAccount7702", sdk.entryPoints["0.9"].address, latchkey);
    const authorization = await owner.signAuthorization({ contractAddress: address, chainId: hardhat.id, nonce: 1 });
    const data = encodeFunctionData({
      abi: [
        {
          type: "function",
          name: "initialize",
          inputs: [{ name: "module", type: "address" }],
          outputs: [],
          stateMutability: "nonpayable",
        },
      ],
      args: [test.deployment.latchkey],
    });
    await sendTransaction(client, {
      account: owner,
      chain: hardhat,
      to: owner.address,
      data,
      authorizationList: [authorization],
      gas: 1_000_000n,
    });
    return { owner, token: await test.deploy("Poke", owner.address, parseEther("1000")) };
  };

  describe("addSessionKeyToContract", () => {
    it("refuses an empty list of entrypoints and explains what to write instead, with nothing sent", async () => {
      const owner = await test.wallet();
      const session = { publicKey: FRIEND, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
      const sessionConfig = configOf(session, { allowedEntrypoints: [] });
      const wallet = { publicKey: owner.address, account: owner };
      const error = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig }));
      expect(error.code).to.equal("SESSION_UNSAFE_POLICY");
      expect(error.message).to.contain("allows nothing").and.to.contain("anyMethodOf(address)");
      expect(await test.balanceOf(owner.address)).to.equal(parseEther("10"));
    });

    it("takes a method's text as that method on any contract, and refuses what is none", async () => {
      const owner = await test.wallet();
      const wallet = { publicKey: owner.address, account: owner };
      const session = { publicKey: NOBODY, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
      await client.addSessionKeyToContract({
        wallet,
        sessionConfig: configOf(session, { allowedEntrypoints: ["post(string)"] }),
      });
      const { allowedEntrypoints } = await client.getSessionData({
        walletAddress: owner.address,
        sessionPublicKey: NOBODY,
      });
      expect(allowedEntrypoints).to.deep.equal([{ target: sdk.ANY_TARGET, selector: "0x8ee93cf3" }]);
      for (const text of ["transfer", "*", "", "0xa9059cbb"]) {
        const sessionConfig = configOf(session, { allowedEntrypoints: [text] });
        const error = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig }));
        expect(error.code, text).to.equal("SESSION_UNSAFE_POLICY");
        expect(error.shortMessage).to.contain(`"${text}"`);
      }
      // What moves tokens is never to be had on any contract: the chain would say so.
      const sessionConfig = configOf(session, { allowedEntrypoints: ["transfer(address,uint256)"], lane: 1n });
      const unsafe = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig }));
      expect(unsafe).to.be.instanceOf(sdk.UnsafePolicyError).and.include({ errorName: "UnsafeWildcard" });
    });

    it("binds the addresses of a text to the wallet, and refuses a text that can hold another one", async () => {
      const owner = await test.wallet();
      const wallet = { publicKey: owner.address, account: owner };
      const session = { publicKey: NOBODY, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
      const text = "enter(address,(uint8,address)[],string)";
      await client.addSessionKeyToContract({
        wallet,
        sessionConfig: configOf(session, { allowedEntrypoints: [text] }),
      });
      const { policyId } = await client.getSessionData({ walletAddress: owner.address, sessionPublicKey: NOBODY });
      const policy = await client.getPolicy({ policyId });
      expect(policy?.permissions[0]?.rules.map(({ argument, test: asked }) => [argument, asked])).to.deep.equal([
        ["0", "is the principal"],
        ["1[*].1", "is the principal"],
      ]);
      for (const [loose, what] of [
        ["run(bytes)", "bytes"],
        ["run(uint8,(bool,bytes)[])", "bytes"],
        ["run(bytes32)", "bytes32"],
        ["run(function)", "function"],
      ] as const) {
        const sessionConfig = configOf(session, { allowedEntrypoints: [loose], lane: 1n });
        const error = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig }));
        expect(error.code, loose).to.equal("SESSION_UNSAFE_POLICY");
        expect(error.shortMessage).to.equal(`"${loose}" is no text for any contract: its ${what} can say anything.`);
      }
    });

    it("gives each dApp an app of its own, so that one does not end the other's session", async () => {
      const owner = await test.wallet();
      const wallet = { publicKey: owner.address, account: owner };
      const validUntil = (await test.now()) + 3_600;
      const keys = [NOBODY, FRIEND];
      for (const [i, target] of [test.feed, test.deployment.lens].entries()) {
        const session = { publicKey: keys[i], validUntil } as compat.StoredSession;
        const sessionConfig = configOf(session, { allowedEntrypoints: [method(target, "post(uint8)")] });
        await client.addSessionKeyToContract({ wallet, sessionConfig });
      }
      for (const sessionPublicKey of keys) {
        const { isActive } = await client.getSessionData({ walletAddress: owner.address, sessionPublicKey });
        expect(isActive).to.equal(true);
      }
    });

    it("tells wildcards and native transfers from methods", async () => {
      const owner = await test.wallet();
      const session = { publicKey: NOBODY, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
      const allowedEntrypoints = [sdk.anyMethodOf(test.feed), sdk.nativeTransfer(FRIEND, 5n)];
      const limits = [{ unit: zeroAddress, cap: 10n }];
      const sessionConfig = configOf(session, { allowedEntrypoints, limits });
      await client.addSessionKeyToContract({ wallet: { publicKey: owner.address, account: owner }, sessionConfig });
      const data = await client.getSessionData({ walletAddress: owner.address, sessionPublicKey: NOBODY });
      expect(data.allowedEntrypoints).to.have.deep.members([
        { target: test.feed, selector: "*" },
        { target: FRIEND, selector: "" },
      ]);
      expect(data.limits).to.deep.equal([
        { unit: zeroAddress, cap: 10n, period: 0, fromStart: false, left: 10n, refillsAt: 0 },
      ]);
    });

    it("refuses keys that are none, ends in the past and beyond a year, and more calls than there are", async () => {
      const owner = await test.wallet();
      const wallet = { publicKey: owner.address, account: owner };
      const now = await test.now();
      const session = { publicKey: NOBODY, validUntil: now + 3_600 } as compat.StoredSession;
      const cases: [Partial<compat.SessionConfig>, sdk.SessionErrorCode][] = [
        [{ sessionPublicKey: "0x1234" }, "SESSION_OPERATION_REJECTED"],
        [{ sessionPublicKey: "nothing" as never }, "SESSION_OPERATION_REJECTED"],
        [{ validUntil: now - 1 }, "SESSION_CREATION_FAILED"],
        [{ validUntil: now + 365 * 86_400 }, "SESSION_CREATION_FAILED"],
        [{ validUntil: now + 100.5 }, "SESSION_CREATION_FAILED"],
        [{ maxCalls: 0 }, "SESSION_UNSAFE_POLICY"],
      ];
      for (const [changes, code] of cases) {
        const sessionConfig = configOf(session, changes);
        const error = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig }));
        expect(error.code, JSON.stringify(changes)).to.equal(code);
      }
      expect(await test.balanceOf(owner.address)).to.equal(parseEther("10"));
    });

    it("SKL-18 leads a registration that the wallet cannot pay for to its balance", async () => {
      const owner = privateKeyToAccount(generatePrivateKey());
      await test.world.helpers.setBalance(owner.address, 1_000n);
      const session = { publicKey: NOBODY, validUntil: (await test.now()) + 3_600 } as compat.StoredSession;
      const wallet = { publicKey: owner.address, account: owner };
      const error = await sessionErrorOf(client.addSessionKeyToContract({ wallet, sessionConfig: configOf(session) }));
      expect(error.code).to.equal("SESSION_CREATION_FAILED");
      expect(error.shortMessage).to.contain("balance");
      expect(error.metaMessages).to.include.members([`Payer: ${owner.address}`, "Balance: 1000 wei"]);
    });
  });

  describe("executeTransactionWithSession", () => {
    const register = async (changes: Partial<compat.SessionConfig> = {}) => {
      const owner = await test.wallet();
      const wallet = { publicKey: owner.address, account: owner, relayer };
      const key = sdk.generateSecp256k1SessionKey();
      const session = { publicKey: key.address, validUntil: (await test.now()) + 3_599 } as compat.StoredSession;
      await client.addSessionKeyToContract({ wallet, sessionConfig: configOf(session, changes) });
      return { wallet, session, key };
    };

    it("CHI-28 says SESSION_DECRYPTION_FAILED of a wrong PIN, another account's blob and another key's (ATK-96)", async () => {
      const { wallet } = await register();
      const session = await client.createSessionKey({ encryptKey: PIN, walletAddress: wallet.publicKey });
      await client.addSessionKeyToContract({ wallet, sessionConfig: configOf(session, { lane: 1n }) });
      const calls = [test.post("x")];
      const run = (changes: object) =>
        sessionErrorOf(client.executeTransactionWithSession({ encryptKey: PIN, wallet, session, calls, ...changes }));
      const foreign = await client.createSessionKey({ encryptKey: PIN, walletAddress: NOBODY });
      const another = await client.createSessionKey({ encryptKey: PIN, walletAddress: wallet.publicKey });
      const swapped = (encryptedPrivateKey: `0x${string}`) => ({ session: { ...session, encryptedPrivateKey } });
      const errors = [
        await run({ encryptKey: "2719" }),
        await run(swapped(foreign.encryptedPrivateKey)),
        await run(swapped(another.encryptedPrivateKey)),
        await run(swapped(session.encryptedPrivateKey.slice(0, -2) as never)),
      ];
      for (const error of errors) {
        expect(error.code).to.equal("SESSION_DECRYPTION_FAILED");
        // One like the other, and none says why.
        expect(error.message).to.equal(errors[0]!.message);
        expect(error.cause).to.equal(undefined);
      }
      const asked = { walletAddress: wallet.publicKey, sessionPublicKey: session.publicKey };
      expect((await client.getSessionData(asked)).remainingCalls).to.equal(12);
    });

    it("refuses what is over before it opens or signs anything", async () => {
      const { wallet, session, key } = await register();
      let signed = 0;
      const counted: sdk.SessionKey = { ...key, sign: (digest) => (signed++, key.sign(digest)) };
      const act = { wallet, session, key: counted, calls: [test.post("x")] };
      await client.executeTransactionWithSession(act);
      expect(signed).to.equal(1);
      await test.world.helpers.time.increaseTo(session.validUntil + 1);
      const error = await sessionErrorOf(client.executeTransactionWithSession(act));
      expect(error.code).to.equal("SESSION_EXPIRED");
      const unknown = { ...session, publicKey: NOBODY };
      // A PIN that would be tried for half a second is not even looked at.
      const other = client.executeTransactionWithSession({
        wallet,
        session: unknown,
        encryptKey: PIN,
        calls: act.calls,
      });
      expect((await sessionErrorOf(other)).code).to.equal("SESSION_NOT_REGISTERED");
      expect(signed).to.equal(1);
    });

    it("goes by the chain's clock when the machine's is a day off", async () => {
      const { wallet, session, key } = await register();
      const machine = Date.now;
      for (const days of [-1, 1]) {
        Date.now = () => machine() + days * 86_400_000;
        try {
          const hash = await client.executeTransactionWithSession({ wallet, session, key, calls: [test.post("x")] });
          expect(await test.isMined(hash), `${days} days`).to.equal(true);
        } finally {
          Date.now = machine;
        }
      }
    });

    it("wants the stored key and its PIN, or the session's own key", async () => {
      const { wallet, session } = await register();
      const calls = [test.post("x")];
      const without = await sessionErrorOf(client.executeTransactionWithSession({ wallet, session, calls }));
      expect(without.code).to.equal("SESSION_OPERATION_REJECTED");
      const key = sdk.generateSecp256k1SessionKey();
      const wrong = await sessionErrorOf(client.executeTransactionWithSession({ wallet, session, calls, key }));
      expect(wrong.shortMessage).to.contain("another session's");
      expect(wrong.metaMessages).to.include(`Key: ${key.address}`);
    });

    it("SKL-15 CHI-21 leads a session that does not work to the wallet's kind, by a code", async () => {
      const token = await test.deploy("Poke", NOBODY, 1n);
      const allowedEntrypoints = [method(token, "transfer(address,uint256)")];
      const { wallet, session, key } = await register({ allowedEntrypoints, limits: [{ unit: token, cap: 5n }] });
      const act = { wallet, session, key, calls: [test.transfer(token, 1n)] };
      const error = await sessionErrorOf(client.executeTransactionWithSession(act));
      expect(error).to.be.instanceOf(sdk.InvalidWalletTypeError);
      expect(error.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
      expect(error.walk((each) => sdk.isContractError(each, "ForwarderNotTrusted"))).to.not.equal(null);
      // Who asks for the forwarder hears what the forwarder says.
      const asked = await sessionErrorOf(client.executeTransactionWithSession({ ...act, route: "forwarded" }));
      expect(asked).to.include({ errorName: "ForwarderNotTrusted" });
      const direct = await sessionErrorOf(client.executeTransactionWithSession({ ...act, route: "direct" }));
      expect(direct.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
    });
  });
});
