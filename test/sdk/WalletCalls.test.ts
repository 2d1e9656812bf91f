import { expect } from "chai";
import { type Hex, type LocalAccount, parseEther, UserRejectedRequestError } from "viem";
import { getCode } from "viem/actions";
import * as sdk from "../../sdk/src/index.ts";
import { batchWallet, type BatchWalletOptions } from "../support/client/batchWallet.ts";
import {
  feedAbi,
  openSessionClient,
  sessionErrorOf,
  type TestClient,
  thrownBy,
} from "../support/client/sessionClient.ts";

/** A wallet in a browser that takes several calls at once: ERC-5792. */
describe("A wallet that takes batches", () => {
  let test: TestClient;
  let owner: LocalAccount;
  let policy: sdk.Policy;
  let key: sdk.SessionKey;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    owner = await test.wallet();
    policy = sdk.definePolicy({
      app: "batches.example",
      maxDuration: 86_400,
      maxCalls: 20,
      permissions: [sdk.contract({ address: test.feed, abi: feedAbi, methods: { post: {} } })],
    });
    key = sdk.generateSecp256k1SessionKey();
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await rpc("evm_setAutomine", true);
    await snapshot.restore();
  });
  after(() => test.world.connection.close());

  const rpc = (method: string, ...params: unknown[]) => test.world.provider.request({ method, params });
  const open = (options: BatchWalletOptions = {}) => batchWallet(test, owner, options);
  const statusOf = async () => (await test.client.getSession({ principal: owner.address, key: key.address })).status;
  const installs = () =>
    sdk.installCalls(test.client, {
      account: owner.address,
      deployment: test.deployment,
      family: "latchkeyAccount7702",
    });
  const FUND = 12_345n;
  /** A call that nobody asks about before it is sent, and that fails. */
  const failing = (): sdk.SessionCall => ({ ...test.join(owner.address, 1n) });

  for (const [atomic, says] of [
    ["supported", undefined],
    ["ready", undefined],
    ["supported", "0x0"],
  ] as const) {
    it(`is asked once for all: it installs, publishes, registers and funds (${atomic}, said of ${says ?? "this chain"})`, async () => {
      const { client, popups, asked } = open({ atomic, ...(says !== undefined && { says }) });
      const sent: unknown[] = [];
      const onSubmitted = (names: unknown) => sent.push(names);
      const before = await installs();
      const { hash, callsId } = await client.registerSessionSync({ key, policy, before, fund: FUND, onSubmitted });
      expect(popups).to.deep.equal(["wallet_sendCalls"]);
      expect(asked[0]!.atomicRequired).to.equal(true);
      expect(asked[0]!.calls).to.have.length(3);
      expect(sent).to.deep.equal([{ callsId }]);
      expect(await test.isMined(hash)).to.equal(true);
      expect(await statusOf()).to.equal("Active");
      expect(await test.balanceOf(key.address)).to.equal(FUND);
      expect(await getCode(client, { address: owner.address })).to.not.equal(undefined);
      // The account that it is now lets the session act.
      await test.world.helpers.setBalance(key.address, parseEther("1"));
      const calls = [test.post("hi"), test.post("again")];
      await client.sendSessionCallsSync({ principal: owner.address, key, calls });
      expect((await test.client.getSession({ principal: owner.address, key: key.address })).callsLeft).to.equal(18);
    });
  }

  it("is asked for one call as any wallet is", async () => {
    await test.client.publishPolicySync({ policy, account: await test.wallet() });
    const { client, popups } = open({ atomic: "supported" });
    await client.registerSessionSync({ key, policy, fund: FUND });
    await client.revokeSessionSync({ key: key.address });
    expect(popups).to.deep.equal(["eth_sendTransaction", "eth_sendTransaction"]);
  });

  it("is asked for one after the other where it cannot, or will not", async () => {
    const wallets: [BatchWalletOptions, string[]][] = [
      [{ atomic: undefined }, []],
      [{ atomic: "unsupported" }, []],
      [{ atomic: "supported", says: "0x1" }, []],
      // Its user does not want it to become an account; it takes fewer calls; it does not do what it said.
      [{ atomic: "ready", refuses: 5750 }, ["wallet_sendCalls"]],
      [{ atomic: "supported", refuses: 5740 }, ["wallet_sendCalls"]],
      [{ atomic: "supported", refuses: 5760 }, ["wallet_sendCalls"]],
    ];
    for (const [options, first] of wallets) {
      const here = await test.world.helpers.takeSnapshot();
      const { client, popups } = open(options);
      const { hash, callsId } = await client.registerSessionSync({ key, policy, fund: FUND });
      expect(popups).to.deep.equal([...first, "eth_sendTransaction", "eth_sendTransaction"]);
      expect(callsId).to.equal(undefined);
      expect(await test.isMined(hash)).to.equal(true);
      expect(await test.balanceOf(key.address)).to.equal(FUND);
      await here.restore();
    }
  });

  it("is asked no more once its user has declined", async () => {
    const { client, popups } = open({ atomic: "supported", refuses: 4001 });
    const error = (await thrownBy(client.registerSessionSync({ key, policy }))) as sdk.SessionError;
    expect(error.walk((each) => each instanceof UserRejectedRequestError)).to.not.equal(null);
    expect(popups).to.deep.equal(["wallet_sendCalls"]);
    expect(await statusOf()).to.equal("None");
  });

  it("is asked for nothing that it cannot pay for", async () => {
    const { client, popups } = open({ atomic: "supported" });
    const fund = parseEther("11");
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy, fund }));
    expect(error.code).to.equal("SESSION_CREATION_FAILED");
    expect(error.metaMessages).to.include.members([`Payer: ${owner.address}`, `Balance: ${parseEther("10")} wei`]);
    expect(popups).to.deep.equal([]);
  });

  it("answers before it is mined: pending is no success and no failure", async () => {
    const before = await installs();
    const here = await test.world.helpers.takeSnapshot();
    await rpc("evm_setAutomine", false);
    const { callsId, hash } = await open({ atomic: "ready" }).client.registerSession({ key, policy, before });
    expect({ hash, isNamed: callsId !== undefined }).to.deep.equal({ hash: undefined, isNamed: true });
    expect(await statusOf()).to.equal("None");
    await test.world.helpers.mine();
    expect(await statusOf()).to.equal("Active");
    await here.restore();
    const waits = { timeout: { timeout: 100 }, aborted: { signal: AbortSignal.timeout(100) } };
    for (const [reason, wait] of Object.entries(waits)) {
      const again = await test.world.helpers.takeSnapshot();
      await rpc("evm_setAutomine", false);
      const error = await sessionErrorOf(
        open({ atomic: "ready" }).client.registerSessionSync({ key, policy, before, ...wait }),
      );
      expect(error).to.be.instanceOf(sdk.SessionUnconfirmedError);
      expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason });
      expect((error as sdk.SessionUnconfirmedError).callsId).to.match(/^0x/);
      await again.restore();
    }
  });

  it("that says 4xx has sent nothing, and that is what is told", async () => {
    const { client, popups } = open({ atomic: "supported", does: "drop" });
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy }));
    expect(error).to.be.instanceOf(sdk.CallsFailedError);
    expect(error).to.include({ code: "SESSION_OPERATION_REJECTED", status: 400 });
    expect(error.shortMessage).to.equal("The wallet says that it sent none of the calls.");
    expect((error as sdk.CallsFailedError).hashes).to.deep.equal([]);
    expect(popups).to.deep.equal(["wallet_sendCalls"]);
  });

  it("that says 5xx has mined a transaction that was reverted, which is named", async () => {
    const { client } = open({ atomic: "ready" });
    const before = [...(await installs()), failing()];
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy, before }));
    expect(error).to.include({ code: "SESSION_CALL_REVERTED", status: 500 });
    expect(error.shortMessage).to.equal("The wallet says that it made none of the calls.");
    const [hash] = (error as sdk.CallsFailedError).hashes;
    expect(error.metaMessages).to.include(`Transaction: ${hash}`);
    expect(await test.isMined(hash!)).to.equal(false);
    expect(await statusOf()).to.equal("None");
  });

  it("that says 6xx has made a part, which is never told as nothing", async () => {
    const { client } = open({ atomic: "supported", does: "each" });
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy, before: [failing()] }));
    expect(error).to.include({ code: "SESSION_CALL_REVERTED", status: 600 });
    expect(error.shortMessage).to.equal("The wallet says that it made a part of the calls.");
    expect(error.metaMessages!.join("\n")).to.contain("What was made stands");
    expect((error as sdk.CallsFailedError).hashes).to.have.length(3);
    // In this one it is the registration that stands.
    expect(await statusOf()).to.equal("Active");
  });

  it("is not believed where the receipt lacks the registration's event", async () => {
    const { client } = open({ atomic: "ready", does: "tamper" });
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy, before: await installs() }));
    expect(error).to.be.instanceOf(sdk.SessionRequestError);
    expect(error.shortMessage).to.equal("The transaction is mined, and did not do what was asked for.");
    expect(error.metaMessages!.join("\n")).to.contain("Missing: SessionRegistered");
    expect(await statusOf()).to.equal("None");
  });

  it("that is gone after its answer leaves SESSION_UNCONFIRMED with the id, though all was done", async () => {
    const { client } = open({ atomic: "ready", leaves: true });
    const before = await installs();
    const error = await sessionErrorOf(client.registerSessionSync({ key, policy, before, timeout: 100 }));
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable" });
    const { callsId } = error as sdk.SessionUnconfirmedError;
    expect(callsId).to.match(/^0x/);
    expect(error.message).to.contain(callsId!).and.contain("wallet_getCallsStatus");
    expect(await statusOf()).to.equal("Active");
  });

  it("that is gone while it is asked may have sent it", async () => {
    const batch = open({ atomic: "supported", refuses: 4900 });
    const single = test.connect({
      account: owner.address,
      request: (next) =>
        (async (args: { method: string }) => {
          if (args.method !== "eth_sendTransaction") return next(args as never);
          throw Object.assign(new Error("Disconnected."), { code: 4900 });
        }) as never,
    });
    for (const client of [batch.client, single]) {
      const error = await sessionErrorOf(client.registerSessionSync({ key, policy }));
      expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "unreachable" });
    }
  });

  it("is asked by the client that reads from elsewhere", async () => {
    const { client, popups } = open({ atomic: "ready" });
    const { deployment } = test;
    const both = client.extend(sdk.sessionActions({ deployment, publicClient: test.client }));
    const { hash } = await both.registerSessionSync({ key, policy, before: await installs() });
    expect(popups).to.deep.equal(["wallet_sendCalls"]);
    expect(await test.isMined(hash as Hex)).to.equal(true);
  });
});
