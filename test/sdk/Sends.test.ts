import { inspect } from "node:util";
import { expect } from "chai";
import {
  concat,
  createClient,
  custom,
  type EIP1193RequestFn,
  encodeErrorResult,
  erc20Abi,
  HttpRequestError,
  type Hash,
  type Hex,
  type LocalAccount,
  parseEther,
  size,
} from "viem";
import { getTransactionCount, getTransactionReceipt, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { contractErrorsAbi } from "../../sdk/src/generated/errors/contractErrorsAbi.ts";
import {
  feedAbi,
  openSessionClient,
  sessionErrorOf,
  type TestClient,
  thrownBy,
} from "../support/client/sessionClient.ts";

/** What is sent is followed to its end, and nothing is told that the chain denies. */
describe("What the client sends", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let wallet: LocalAccount;
  let relayer: LocalAccount;
  let policy: sdk.Policy;
  let key: sdk.SessionKey;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    [wallet, relayer] = [await test.wallet(), await test.wallet()];
    policy = sdk.definePolicy({
      app: "sends.example",
      maxDuration: 86_400,
      maxCalls: 20,
      permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    key = await test.fundedKey();
    await client.registerSessionSync({ key, policy, account: wallet });
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await rpc("evm_setAutomine", true);
    await snapshot.restore();
  });
  after(() => test.world.connection.close());

  const rpc = (method: string, ...params: unknown[]) => test.world.provider.request({ method, params });
  const act = (text = "hi") => ({ principal: wallet.address, key, calls: [test.post(text)] });
  const stateOf = (each: sdk.SessionKey = key) => client.getSession({ principal: wallet.address, key: each.address });
  /** Mines another transaction in place of one that is pending. */
  const replace = async (account: LocalAccount, hash: Hash, call: { to: Hex; data?: Hex }) => {
    const { nonce } = (await rpc("eth_getTransactionByHash", hash)) as { nonce: Hex };
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 10n, gas: 200_000n };
    const other = await sendTransaction(client, {
      ...{ account, chain: hardhat, nonce: Number(nonce) },
      ...call,
      ...fees,
    });
    await rpc("evm_mine");
    return other;
  };

  type Request = (next: EIP1193RequestFn) => EIP1193RequestFn;
  /** A node that does what a method asks for, and answers with an error. */
  const doneAndCut = (method: string, error: () => Error): Request =>
    ((next: (args: { method: string }) => Promise<unknown>) => async (args: { method: string }) => {
      const answer = await next(args);
      if (args.method !== method) return answer;
      throw error();
    }) as never;
  /** A node that does nothing of what a method asks for. */
  const instead = (method: string, error: () => Error): Request =>
    ((next: (args: { method: string }) => Promise<unknown>) => async (args: { method: string }) => {
      if (args.method === method) throw error();
      return next(args);
    }) as never;

  it("is returned before it is mined, and followed to its end from what was returned", async () => {
    await rpc("evm_setAutomine", false);
    const sent = await client.sendSessionCalls({ ...act(), relayer });
    expect(sent).to.include({ route: "forwarded" });
    expect((await stateOf()).callsLeft).to.equal(20);
    await rpc("evm_mine");
    const { hash, receipt } = await client.waitForSessionCalls({
      ...sent,
      principal: wallet.address,
      key: key.address,
    });
    expect({ hash, status: receipt.status }).to.deep.equal({ hash: sent.hash, status: "success" });
    expect((await stateOf()).callsLeft).to.equal(19);
  });

  it("is never told as done if it was cancelled: the session lives, and that is what is said (ATK-124)", async () => {
    await rpc("evm_setAutomine", false);
    let submitted: (hash: Hash) => void;
    const pending = new Promise<Hash>((resolve) => (submitted = resolve));
    const onSubmitted = ({ hash }: { hash?: Hash | undefined }) => submitted(hash!);
    const revoking = client.revokeSessionSync({ key: key.address, account: wallet, onSubmitted });
    revoking.catch(() => undefined);
    const hash = await pending;
    const replacement = await replace(wallet, hash, { to: wallet.address });
    const error = await sessionErrorOf(revoking);
    expect(error).to.be.instanceOf(sdk.TransactionReplacedError);
    expect(error).to.include({ code: "SESSION_TRANSACTION_REPLACED", reason: "cancelled", hash, replacement });
    expect((await stateOf()).status).to.equal("Active");
  });

  it("is followed where its sender pays more for the same, and refused where it sends another (ATK-124)", async () => {
    await rpc("evm_setAutomine", false);
    const { hash } = await client.revokeSession({ key: key.address, account: wallet });
    const { input, to } = (await rpc("eth_getTransactionByHash", hash)) as { input: Hex; to: Hex };
    const dearer = await replace(wallet, hash!, { to, data: input });
    expect((await getTransactionReceipt(client, { hash: dearer })).status).to.equal("success");
    expect((await stateOf()).status).to.equal("Revoked");
  });

  it("is SESSION_UNCONFIRMED where its end is not seen, and never done twice with the same nonce (ATK-124)", async () => {
    await rpc("evm_setAutomine", false);
    const error = await sessionErrorOf(client.sendSessionCallsSync({ ...act(), relayer, timeout: 50 }));
    expect(error).to.be.instanceOf(sdk.SessionUnconfirmedError);
    const { code, hash, nonce, route } = error as sdk.SessionUnconfirmedError;
    expect({ code, route }).to.deep.equal({ code: "SESSION_UNCONFIRMED", route: "forwarded" });
    expect(error.message).to.contain(hash).and.contain("waitForSessionCalls");
    await rpc("evm_mine");
    await rpc("evm_setAutomine", true);
    const again = await sessionErrorOf(client.sendSessionCallsSync({ ...act(), relayer, nonce: nonce! }));
    expect(sdk.isContractError(again, "NonceAlreadyUsed")).to.equal(true);
    expect((await stateOf()).callsLeft).to.equal(19);
    const asked = { hash: hash!, route: route!, principal: wallet.address, key: key.address };
    expect((await client.waitForSessionCalls(asked)).receipt.status).to.equal("success");
  });

  it("ends its waiting when it is told to", async () => {
    await rpc("evm_setAutomine", false);
    const signal = AbortSignal.timeout(60);
    const error = await sessionErrorOf(client.sendSessionCallsSync({ ...act(), signal }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "aborted" });
  });

  it("ends its waiting for an operation's window when it is told to, and sends nothing", async () => {
    const { principal, token, sendCalls } = await test.smartAccount();
    const periodic = sdk.definePolicy({
      ...{ app: "sends.example", maxDuration: 86_400, maxCalls: 20, gasBudget: parseEther("1"), selfPaid: true },
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: 1_000n, period: 1_000 }],
    });
    await client.registerSessionSync({ key, policy: periodic, principal, account: relayer, sendCalls });
    const end = Math.ceil(((await test.now()) + 100) / 1_000) * 1_000;
    await rpc("evm_setNextBlockTimestamp", end - 25);
    await rpc("evm_mine");
    const abort = new AbortController();
    const openings: number[] = [];
    let delayedAt = 0;
    const onDelayed = (opensAt: number) => {
      openings.push(opensAt);
      delayedAt = Date.now();
      setTimeout(() => abort.abort(), 50);
    };
    const onSubmitted = () => expect.fail("something was sent");
    // The next look at the clock would be far away.
    const slow = { ...client, pollingInterval: 60_000 };
    const { deployment } = test;
    const calls = [test.transfer(token, 1n)];
    const operation = { principal, key, calls, bundler: relayer, deployment, onDelayed, onSubmitted };
    const error = await sessionErrorOf(sdk.sendSessionCalls(slow, { ...operation, signal: abort.signal }));
    expect(Date.now() - delayedAt).to.be.below(5_000);
    expect(openings).to.deep.equal([end]);
    expect(error).to.include({ code: "SESSION_OPERATION_REJECTED", cause: abort.signal.reason });
    expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(20);
  });

  it("says that a reorganisation took it back between two confirmations (ATK-124)", async () => {
    await rpc("evm_setAutomine", false);
    const sent = await client.sendSessionCalls({ ...act(), relayer });
    const before = await rpc("evm_snapshot");
    await rpc("evm_mine");
    const waiting = client.waitForSessionCalls({
      ...{ ...sent, principal: wallet.address, key: key.address },
      ...{ confirmations: 3, timeout: 1_000 },
    });
    waiting.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await rpc("evm_revert", before);
    expect(await sessionErrorOf(waiting)).to.include({ code: "SESSION_UNCONFIRMED", reason: "reorganized" });
    expect((await stateOf()).callsLeft).to.equal(20);
  });

  describe("as an operation that a reorganisation mines again", () => {
    let operation: { principal: Hex; token: Hex; sent: sdk.SentSessionCalls };

    beforeEach(async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const operating = sdk.definePolicy({
        ...{ app: "sends.example", maxDuration: 86_400, maxCalls: 20, gasBudget: parseEther("1"), selfPaid: true },
        permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 1_000n }],
      });
      await client.registerSessionSync({ key, policy: operating, principal, account: relayer, sendCalls });
      await rpc("evm_mine");
      await rpc("evm_setAutomine", false);
      const calls = [test.transfer(token, 7n)];
      const sent = await client.sendSessionCalls({ principal, key, calls, bundler: relayer });
      operation = { principal, token, sent };
    });

    /** Mines the operation, takes its block back, puts other code somewhere, and mines the same transaction again. */
    const minedAgain = async (changed: Hex) => {
      const before = await rpc("evm_snapshot");
      await rpc("evm_mine");
      // Nothing but the operation's hash is known of it, as of one that a bundler has.
      const { hash: _bundle, ...names } = operation.sent;
      const waiting = client.waitForSessionCalls({
        ...{ ...names, principal: operation.principal, key: key.address },
        ...{ confirmations: 3, timeout: 3_000 },
      });
      waiting.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await rpc("evm_revert", before);
      await rpc("hardhat_setCode", changed, "0x5f5ffd");
      for (let blocks = 0; blocks < 3; blocks++) await rpc("evm_mine");
      return waiting;
    };

    it("is told as what it is in the receipt that counts: it failed there", async () => {
      const error = await sessionErrorOf(minedAgain(operation.token));
      expect(error.code).to.equal("SESSION_CALL_REVERTED");
    });

    it("is SESSION_UNCONFIRMED where it is not in there", async () => {
      const error = await sessionErrorOf(minedAgain(operation.principal));
      const { hash, userOpHash } = operation.sent;
      expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "reorganized", hash, userOpHash });
    });
  });

  it("goes by the later of the latest and the pending block: an idle chain refuses nothing (ATK-124)", async () => {
    await rpc("evm_increaseTime", 3_600);
    await client.sendSessionCallsSync({ ...act(), relayer });
    await rpc("evm_increaseTime", 3_600);
    await client.revokeAllSessionsSync({ account: wallet, relayer });
    expect((await stateOf()).status).to.equal("Revoked");
  });

  it("passes several at once, of one key and of one relayer", async () => {
    const texts = ["a", "b", "c"];
    await Promise.all(texts.map((text) => client.sendSessionCallsSync({ ...act(text), relayer })));
    await Promise.all(texts.map((text) => client.sendSessionCallsSync(act(text))));
    expect((await stateOf()).callsLeft).to.equal(14);
  });

  it("passes several registrations of one wallet at once", async () => {
    const keys = [1n, 2n].map((lane) => ({ lane, key: sdk.generateSecp256k1SessionKey() }));
    await Promise.all(
      keys.map((each) => client.registerSessionSync({ ...each, policy, account: wallet, relayer, timeout: 20_000 })),
    );
    for (const each of keys) expect((await stateOf(each.key)).status).to.equal("Active");
  });

  it("goes through a service that is a function, and says so where that does not answer", async () => {
    const asked: sdk.RelayedCall[] = [];
    const service = async (call: sdk.RelayedCall) => {
      asked.push(call);
      return sendTransaction(client, { account: relayer, chain: hardhat, to: call.to, data: call.data });
    };
    await client.sendSessionCallsSync({ ...act(), relayer: service });
    expect(asked).to.have.length(1);
    expect(asked[0]).to.include({ chainId: hardhat.id, to: test.deployment.forwarder });
    const dead = () => Promise.reject(new TypeError("fetch failed"));
    const error = await sessionErrorOf(client.sendSessionCallsSync({ ...act(), relayer: dead }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable", route: "forwarded" });
  });

  it("knows the hash of what a node may have taken without saying so (ATK-124)", async () => {
    const busy = () => new HttpRequestError({ url: "http://127.0.0.1", status: 429, body: {} });
    const silent = test.connect({ request: doneAndCut("eth_sendRawTransaction", busy) });
    const error = await sessionErrorOf(silent.sendSessionCallsSync({ ...act(), relayer }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable", route: "forwarded" });
    const { hash } = error as sdk.SessionUnconfirmedError;
    expect(await test.isMined(hash!)).to.equal(true);
  });

  it("names the nonce of the key's own transaction, with which it is never done twice", async () => {
    const silent = test.connect({ request: doneAndCut("eth_sendRawTransaction", () => new TypeError("fetch failed")) });
    const count = BigInt(await getTransactionCount(client, { address: key.address }));
    const error = (await sessionErrorOf(silent.sendSessionCalls(act()))) as sdk.SessionUnconfirmedError;
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", route: "forwarded", nonce: count });
    expect(await test.isMined(error.hash!)).to.equal(true);
    expect(error.message).to.contain("waitForSessionCalls").and.contain("the same nonce");
    const again = await sessionErrorOf(client.sendSessionCalls({ ...act(), nonce: error.nonce! }));
    expect(again).to.include({ code: "SESSION_OPERATION_REJECTED" });
    expect(again.message).to.contain(`Nonce: ${count}`).and.not.contain("send again");
    expect((await stateOf()).callsLeft).to.equal(19);
  });

  it("says of a wallet that stopped answering that it may have sent", async () => {
    const account = test.world.owner.address as Hex;
    const lost = [
      () => new TypeError("fetch failed"),
      () => new HttpRequestError({ url: "http://127.0.0.1", body: {} }),
      () => new HttpRequestError({ url: "http://127.0.0.1", status: 504, body: {} }),
      () => new Error("Attempting to use a disconnected port object"),
      () => Object.assign(new Error("Disconnected"), { code: 4900 }),
      () => Object.assign(new Error("Failed to fetch"), { code: -32_603 }),
    ];
    for (const [i, error] of lost.entries()) {
      const cut = test.connect({ request: doneAndCut("eth_sendTransaction", error) });
      const relayed = await sessionErrorOf(cut.sendSessionCalls({ ...act(), relayer: account }));
      const named = { code: "SESSION_UNCONFIRMED", reason: "unreachable", route: "forwarded", nonce: BigInt(i) };
      expect(relayed).to.include(named);
      expect(relayed.message).to.contain("the same nonce");
      expect((await stateOf()).callsLeft).to.equal(19 - i);
      const revoked = await sessionErrorOf(cut.revokeAllSessions({ account }));
      expect(revoked).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable", nonce: undefined });
      expect(revoked.message).to.contain("Look for the transaction").and.not.contain("the same nonce");
    }
  });

  it("says nothing of the kind where a wallet answered, or was not asked yet", async () => {
    const account = test.world.owner.address as Hex;
    const plain = [
      () => Object.assign(new Error("User rejected the request."), { code: 4001 }),
      () => new Error("User denied transaction signature"),
      () => Object.assign(new Error("Internal error"), { code: -32_603 }),
      () => new HttpRequestError({ url: "http://127.0.0.1", status: 401, body: {} }),
    ];
    for (const error of plain) {
      const declining = test.connect({ request: instead("eth_sendTransaction", error) });
      const thrown = await thrownBy(declining.sendSessionCalls({ ...act(), relayer: account }));
      expect(thrown).to.not.be.instanceOf(sdk.SessionUnconfirmedError);
    }
    let simulated = false;
    const early = test.connect({
      request: (next) =>
        (async (args: { method: string; params?: unknown[] }) => {
          if (args.method === "eth_chainId" && simulated) throw new TypeError("fetch failed");
          simulated ||= args.method === "eth_call" && args.params?.[1] === "pending";
          return next(args as never);
        }) as never,
    });
    const thrown = await thrownBy(early.revokeAllSessions({ account }));
    expect(simulated).to.equal(true);
    expect(thrown).to.not.be.instanceOf(sdk.SessionUnconfirmedError);
  });

  it("asks a wallet once, also where another node reads", async () => {
    let asked = 0;
    const failing = instead("eth_sendTransaction", () => {
      asked++;
      return Object.assign(new Error("Internal error"), { code: -32_603 });
    });
    const transport = custom({ request: failing(((args: never) => test.world.provider.request(args)) as never) });
    const patient = createClient({ chain: hardhat, transport });
    const both = sdk.withPublicClient(patient, client);
    const { deployment } = test;
    const relayer = test.world.owner.address as Hex;
    await thrownBy(sdk.sendSessionCalls(both, { ...act(), deployment, relayer }));
    expect(asked).to.equal(1);
  });

  it("waits for a node that answers nonsense, and says that it did not see the end", async () => {
    const nonsense = () => Object.assign(new Error("missing trie node"), { code: -32_603 });
    const sick = test.connect({ request: instead("eth_getTransactionReceipt", nonsense) });
    const error = await sessionErrorOf(sick.sendSessionCallsSync({ ...act(), relayer, timeout: 100 }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable", nonce: 0n });
    expect((await stateOf()).callsLeft).to.equal(19);
  });

  it("makes up no nonce for what it is asked to wait for", async () => {
    await rpc("evm_setAutomine", false);
    const { hash, route } = await client.sendSessionCalls({ ...act(), relayer });
    const asked = { hash: hash!, route, principal: wallet.address, key: key.address };
    const error = await sessionErrorOf(client.waitForSessionCalls({ ...asked, timeout: 50 }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", hash, nonce: undefined });
    expect(error.message).to.contain("waitForSessionCalls").and.not.contain("the same nonce");
    await rpc("evm_mine");
    expect((await client.waitForSessionCalls(asked)).nonce).to.equal(undefined);
  });

  it("takes a call by its ABI", async () => {
    const calls = [{ to: test.feed, abi: feedAbi, functionName: "post", args: ["by name"] }];
    await client.sendSessionCallsSync({ ...act(), calls });
    expect((await stateOf()).callsLeft).to.equal(19);
    const wrong = [{ to: test.feed, abi: feedAbi, functionName: "toast", args: [] }];
    const error = await sessionErrorOf(client.sendSessionCallsSync({ ...act(), calls: wrong }));
    expect(error).to.include({ code: "SESSION_OPERATION_REJECTED", shortMessage: "Call 0 does not fit its ABI." });
  });

  it("asks a wallet for nothing that the chain refuses anyway", async () => {
    const fresh = sdk.generateSecp256k1SessionKey();
    let popups = 0;
    const account: LocalAccount = {
      ...wallet,
      signTypedData: (definition: never) => (popups++, wallet.signTypedData(definition)),
      signTransaction: (transaction: never) => (popups++, wallet.signTransaction(transaction)),
    } as never;
    const lane = await sessionErrorOf(client.registerSessionSync({ key: fresh, policy, account, relayer }));
    expect(sdk.isContractError(lane, "LaneOccupied") && lane.args.occupant).to.equal(key.address);
    const many = { key: fresh, policy, account, relayer, lane: 1n, maxCalls: 21 };
    expect(await sessionErrorOf(client.registerSessionSync(many))).to.include({ errorName: "MaxCallsOutOfBounds" });
    const validUntil = (await test.world.now()) + 90_000;
    const long = { key: fresh, policy, account, lane: 1n, validUntil };
    expect(await sessionErrorOf(client.registerSessionSync(long))).to.include({ errorName: "DurationOutOfBounds" });
    const unsafe = { ...policy, app: "unsafe", permissions: sdk.method(test.deployment.latchkey, "post(string)") };
    expect((await sessionErrorOf(client.registerSessionSync({ ...long, policy: unsafe }))).code).to.equal(
      "SESSION_UNSAFE_POLICY",
    );
    expect(popups).to.equal(0);
  });

  it("never quotes a principal's signature in an error", async () => {
    let signature = "";
    const account: LocalAccount = {
      ...wallet,
      signTypedData: async (definition: never) => (signature = await wallet.signTypedData(definition)),
    } as never;
    const poor = await test.wallet(1n);
    const grant = { key: sdk.generateSecp256k1SessionKey(), policy, account, lane: 3n };
    const error = await sessionErrorOf(client.registerSessionSync({ ...grant, relayer: poor }));
    expect(error.code).to.equal("SESSION_CREATION_FAILED");
    expect(signature).to.have.length(132);
    expect(inspect(error, { depth: 20 })).to.not.contain(signature.slice(2, 66));
  });

  it("keeps the lane of a session that is renewed, and ends the key that a fresh one replaces", async () => {
    const [old, fresh] = [sdk.generateSecp256k1SessionKey(), sdk.generateSecp256k1SessionKey()];
    await client.registerSessionSync({ key: old, policy, account: wallet, lane: 5n });
    const renewed = await client.renewSessionSync({ key: old, policy, account: wallet });
    expect(renewed.grant.lane).to.equal(5n);
    const { grant } = await client.renewSessionSync({ key: old, policy, account: wallet, freshKey: fresh });
    expect(grant.lane).to.equal(5n);
    expect((await stateOf(old)).status).to.equal("Revoked");
    expect((await stateOf(fresh)).status).to.equal("Active");
    const another = { key: fresh, policy, account: wallet, freshKey: sdk.generateSecp256k1SessionKey(), lane: 9n };
    expect((await sessionErrorOf(client.renewSessionSync(another))).shortMessage).to.contain(
      "does not live in that lane",
    );
  });

  it("takes an account that does not answer for none, and not for another one's (ATK-124)", async () => {
    const { principal } = await test.smartAccount();
    const busy = test.connect({
      request: (next) =>
        (async (args: { method: string; params?: [{ data?: Hex }] }) => {
          // accountId()
          if (args.method === "eth_call" && args.params![0].data!.includes("9cfd7cff")) {
            throw new HttpRequestError({ url: "http://127.0.0.1", status: 429, body: {} });
          }
          return next(args as never);
        }) as never,
    });
    const made = sdk.toSessionSmartAccount({ client: busy, principal, key, deployment: test.deployment });
    expect(await made.catch((thrown: unknown) => thrown)).to.be.instanceOf(HttpRequestError);
  });

  it("does no more work for a long text than for a short one", () => {
    const word = encodeErrorResult({ abi: contractErrorsAbi, errorName: "PolicyEmpty", args: [] });
    const long = `${`0x${"ab".repeat(32)} `.repeat(20_000)}${word}`;
    const start = Date.now();
    expect(sdk.decodeSessionError(new Error(long))).to.equal(undefined);
    expect(Date.now() - start).to.be.below(2_000);
  });

  it("says what others say with nothing that a terminal would obey", () => {
    const said = "\u001b[2J\nAA21 \u202ehidden";
    for (const error of [new sdk.EntryPointError(said), new sdk.CallRevertedError("0x", { reason: said })]) {
      expect(error.metaMessages!.join("") + error.shortMessage).to.not.match(/[\u001b\u202e]|J\n/);
    }
  });

  it("counts the key's own transactions where it sends for itself", async () => {
    const sent = await client.sendSessionCalls(act());
    expect(sent.nonce).to.equal(BigInt((await getTransactionCount(client, { address: key.address })) - 1));
  });

  it("is not told in Latchkey's words because the called contract used them (ATK-124)", async () => {
    const poser = "0x0000000000000000000000000000000000090001";
    const data = encodeErrorResult({
      abi: contractErrorsAbi,
      errorName: "SessionAlreadyRevoked",
      args: [wallet.address, key.address],
    });
    // Trusts the forwarder (calldata of 36 bytes), and reverts with the bytes behind its code whatever else it is asked.
    const length = size(data).toString(16).padStart(2, "0");
    await rpc(
      "hardhat_setCode",
      poser,
      concat([`0x6024361460115760${length}601a5f3960${length}5ffd5b60015f5260205ff3`, data]),
    );
    const another = await test.fundedKey();
    const posing = sdk.definePolicy({
      ...{ app: "sends.example", maxDuration: 86_400, maxCalls: 20 },
      permissions: [sdk.contract({ address: poser, abi: feedAbi, methods: { post: {} } })],
    });
    await client.registerSessionSync({ key: another, policy: posing, account: wallet, lane: 7n });
    const calls = [{ ...test.post("hi"), to: poser } as const];
    for (const by of [{}, { relayer }]) {
      const error = await sessionErrorOf(
        client.sendSessionCallsSync({ principal: wallet.address, key: another, calls, ...by }),
      );
      expect(error.code).to.equal("SESSION_CALL_REVERTED");
      expect((error as sdk.CallRevertedError).data).to.equal(data);
    }
    // Of a session that is revoked it is Latchkey that says so.
    await client.revokeSessionSync({ key: another.address, account: wallet });
    const revoked = await sessionErrorOf(
      client.sendSessionCallsSync({ principal: wallet.address, key: another, calls }),
    );
    expect(revoked.code).to.equal("SESSION_REVOKED");
  });
});
