import { expect } from "chai";
import fc from "fast-check";
import {
  type Address,
  concatHex,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  type LocalAccount,
  NonceTooLowError,
  parseAbi,
  parseEther,
  toEventSelector,
  UserRejectedRequestError,
} from "viem";
import { getTransactionReceipt, readContract, sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { mock } from "../support/chain/dapp.ts";
import {
  feedAbi,
  FRIEND,
  gameAbi,
  openSessionClient,
  sessionErrorOf,
  type TestClient,
  thrownBy,
} from "../support/client/sessionClient.ts";
import { seeded } from "../support/fuzz.ts";

const { contract, definePolicy } = sdk;
const WEEK = 7 * 86_400;

describe("The life of a session", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let relayer: LocalAccount;
  let owner: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    [relayer, owner] = [await test.wallet(), await test.wallet()];
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => test.world.connection.close());

  /** What the game asks for; the settling call is open to anyone and to the session as well. */
  const gamePolicy = (changes: Partial<sdk.DefinePolicyParameters> = {}) =>
    definePolicy({
      app: "game-world",
      maxDuration: WEEK,
      maxCalls: 20,
      permissions: [
        contract({ address: test.feed, abi: feedAbi, methods: { post: {} } }),
        contract({
          address: test.game,
          abi: gameAbi,
          methods: { joinScene: { consumable: true, arguments: { player: { isPrincipal: true } } } },
        }),
      ],
      ...changes,
    });
  const start = async (changes: Partial<sdk.RegisterSessionParameters> = {}) => {
    const key = await test.fundedKey();
    await client.registerSessionSync({ key, policy: gamePolicy(), account: owner, ...changes });
    return key;
  };
  const statusOf = async (key: Address, principal: Address = owner.address) =>
    (await client.getSession({ principal, key })).status;
  const post = (key: sdk.SessionKey, text = "x") =>
    client.sendSessionCallsSync({ principal: owner.address, key, calls: [test.post(text)] });

  describe("of a game", () => {
    it("DUB-18 is activated for 60,000 to 604,800,000 ms, both inclusive, and refused beyond them", async () => {
      const policy = gamePolicy();
      for (const durationMs of [59_999, 604_800_001, 0, -1, Number.NaN]) {
        const sessionWallet = (await test.fundedKey()).address;
        const activated = client.activateSession({ sessionWallet, durationMs, policy, account: owner });
        const error = await sessionErrorOf(activated);
        expect(error.code).to.equal("SESSION_CREATION_FAILED");
        expect(error.metaMessages).to.include(`Duration: ${durationMs} ms`);
        expect(await statusOf(sessionWallet)).to.equal("None");
      }
      for (const durationMs of [60_000, 604_800_000]) {
        const key = await test.fundedKey();
        const now = await test.now();
        const activated = await client.activateSession({ sessionWallet: key, durationMs, policy, account: owner });
        expect(await test.isMined(activated.hash)).to.equal(true);
        // Counted from a start that is named, however late it is mined.
        expect(activated.validUntil).to.be.within(now + durationMs / 1_000 - 1, now + durationMs / 1_000 + 1);
        expect(await statusOf(key.address)).to.equal("Active");
        await post(key);
      }
    });

    it("drops a part of a second, and never lasts longer than the policy allows", async () => {
      const now = await test.now();
      const activate = { durationMs: 3_600_999, account: owner };
      const first = await client.activateSession({ ...activate, sessionWallet: FRIEND, policy: gamePolicy() });
      expect(first.validUntil).to.be.within(now + 3_599, now + 3_601);
      const narrow = gamePolicy({ app: "narrow", maxDuration: 3_000 });
      const sessionWallet = (await test.fundedKey()).address;
      const error = await sessionErrorOf(client.activateSession({ ...activate, sessionWallet, policy: narrow }));
      expect(error).to.include({ errorName: "DurationOutOfBounds" });
      const exact = gamePolicy({ app: "exact", minDuration: 100, maxDuration: 110 });
      const time = await test.now();
      const least = await client.activateSession({ sessionWallet, policy: exact, account: owner, durationMs: 100_000 });
      expect(least.validUntil).to.be.within(time + 99, time + 101);
    });

    it("replaces the one before it, also one that is used up, and leaves other lanes alone", async () => {
      const policy = gamePolicy();
      const keys = await Promise.all([1, 2, 3, 4].map(() => test.fundedKey()));
      const [first, second, third, aside] = keys as [sdk.SessionKey, sdk.SessionKey, sdk.SessionKey, sdk.SessionKey];
      const activate = (key: sdk.SessionKey, changes = {}) =>
        client.activateSession({ sessionWallet: key, durationMs: 3_600_000, policy, account: owner, ...changes });
      expect((await activate(aside, { lane: 7n })).replaced).to.equal(undefined);
      expect((await activate(first, { maxCalls: 1 })).replaced).to.equal(undefined);
      await post(first);
      expect(await statusOf(first.address)).to.equal("Exhausted");
      expect((await activate(second)).replaced).to.equal(first.address);
      // The same key goes on.
      const { registration } = await client.getSession({ principal: owner.address, key: second.address });
      expect((await activate(second)).replaced).to.equal(undefined);
      const again = await client.getSession({ principal: owner.address, key: second.address });
      expect(again.registration).to.equal(again.validAfter).and.to.be.greaterThan(registration);
      // By signature, with a policy that nobody has published: what is active there is known all the same.
      const other = gamePolicy({ maxCalls: 3 });
      expect((await activate(third, { policy: other, relayer })).replaced).to.equal(second.address);
      expect(await Promise.all(keys.map(({ address }) => statusOf(address)))).to.deep.equal([
        "Revoked",
        "Revoked",
        "Active",
        "Active",
      ]);
      expect((await sessionErrorOf(post(second))).code).to.equal("SESSION_REVOKED");
    });

    it("is activated for a P-256 key too", async () => {
      const key = await sdk.generateP256SessionKey();
      await client.activateSession({ sessionWallet: key, durationMs: 60_000, policy: gamePolicy(), account: owner });
      expect(await statusOf(key.address)).to.equal("Active");
    });

    it("DUB-19 is deactivated by its owner, by its key, and by anyone once it is over", async () => {
      const policy = gamePolicy();
      const activate = async (lane: bigint) => {
        const key = await test.fundedKey();
        await client.activateSession({ sessionWallet: key, durationMs: 60_000, policy, account: owner, lane });
        return key;
      };
      const [byOwner, bySignature, byKey, byAnyone] = [
        await activate(0n),
        await activate(1n),
        await activate(2n),
        await activate(3n),
      ];
      // Of the one session that there is in the lane, the owner need not know the key.
      const ended = await client.deactivateSession({ app: "game-world", account: owner });
      expect(ended.sessionWallet).to.equal(byOwner.address);
      expect(await test.isMined(ended.hash)).to.equal(true);
      const none = await sessionErrorOf(client.deactivateSession({ app: "game-world", account: owner }));
      expect(none.code).to.equal("SESSION_NOT_REGISTERED");
      await client.deactivateSession({ sessionWallet: bySignature.address, account: owner, relayer });
      const asKey = { principal: owner.address, account: byKey.account!, sessionWallet: byKey.address };
      await client.deactivateSession(asKey);
      expect(await Promise.all([byOwner, bySignature, byKey].map(({ address }) => statusOf(address)))).to.deep.equal([
        "Revoked",
        "Revoked",
        "Revoked",
      ]);
      const asStranger = { principal: owner.address, account: relayer, sessionWallet: byAnyone.address };
      const early = await sessionErrorOf(client.deactivateSession(asStranger));
      expect(early).to.include({ errorName: "SessionNotExpired" });
      expect(await statusOf(byAnyone.address)).to.equal("Active");
      await test.world.helpers.time.increase(121);
      expect(await test.isMined((await client.deactivateSession(asStranger)).hash)).to.equal(true);
      expect(await statusOf(byAnyone.address)).to.equal("Expired");
      const unnamed = await sessionErrorOf(client.deactivateSession({ account: owner }));
      expect(unnamed.code).to.equal("SESSION_OPERATION_REJECTED");
    });

    it("is deactivated by a smart account through its owner", async () => {
      const { principal, sendCalls } = await test.smartAccount();
      const key = await test.fundedKey();
      const owned = { principal, sendCalls, account: relayer };
      await client.activateSession({ sessionWallet: key, durationMs: 60_000, policy: gamePolicy(), ...owned });
      expect(await statusOf(key.address, principal)).to.equal("Active");
      await client.deactivateSession({ sessionWallet: key.address, ...owned });
      expect(await statusOf(key.address, principal)).to.equal("Revoked");
    });

    it("DUB-20 is activated with the deployment that the client is told, and with no other", async () => {
      const activate = { sessionWallet: FRIEND, durationMs: 60_000, policy: gamePolicy(), account: owner };
      const elsewhere = { ...test.deployment, latchkey: FRIEND };
      const error = await sessionErrorOf(client.activateSession({ ...activate, deployment: elsewhere }));
      expect(error.code).to.equal("SESSION_OPERATION_REJECTED");
      expect(error.metaMessages).to.include.members([`Address: ${FRIEND}`, `Chain: ${hardhat.id}`]);
      const { hash } = await client.activateSession({ ...activate, deployment: test.deployment });
      expect((await getTransactionReceipt(client, { hash })).to).to.equal(test.deployment.latchkey.toLowerCase());
    });
  });

  describe("settling a debt", () => {
    const settle = (player: Address): sdk.SessionCall => ({
      to: test.game,
      data: encodeFunctionData({ abi: gameAbi, functionName: "settleWrites", args: [player] }),
    });
    const debtOf = async (player: Address) => {
      const call = { abi: gameAbi, address: test.game, functionName: "storageOf", args: [player] } as const;
      return BigInt((await readContract(client, call)).debt);
    };
    const fundCredit = async () => {
      const data = encodeFunctionData({ abi: parseAbi(["function fundCredit() payable"]) });
      await sendTransaction(client, { account: relayer, chain: hardhat, to: test.game, data, value: 1_000n });
    };
    const createStorage = { abi: gameAbi, functionName: "createStorage" } as const;
    const settlementOf = (player: Address, threshold = 2n): sdk.Settlement => ({
      debt: () => debtOf(player),
      threshold,
      settleCall: settle(player),
    });

    it("sends the settling call before, where a route makes one call at a time", async () => {
      await fundCredit();
      const data = encodeFunctionData(createStorage);
      await sendTransaction(client, { account: owner, chain: hardhat, to: test.game, data });
      const key = await start();
      const act = { principal: owner.address, key, route: "asked" as const };
      const settlement = settlementOf(owner.address);
      const join = (scene: bigint) => ({ ...act, calls: [test.join(owner.address, scene)], settlement });
      for (const [scene, debt] of [
        [1n, 0n],
        [2n, 1n],
      ] as const) {
        const sent = await client.sendSessionCallsSync(join(scene));
        expect(sent.settlement).to.deep.equal({ outcome: "not-due", debt });
      }
      const { settlement: report, hash } = await client.sendSessionCallsSync(join(3n));
      expect(report).to.deep.include({ outcome: "sent-before", debt: 2n });
      expect((report as { hash: string }).hash).to.not.equal(hash);
      expect(await debtOf(owner.address)).to.equal(1n);
      expect(
        (await client.sendSessionCallsSync({ ...act, calls: [test.join(owner.address, 4n)] })).settlement,
      ).to.equal(undefined);
    });

    it("puts the settling call in front of an account's batch, if the session may make it", async () => {
      await fundCredit();
      const { principal, sendCalls } = await test.smartAccount();
      const allowed = (methods: sdk.Methods<typeof gameAbi>, app: string) =>
        definePolicy({
          app,
          maxDuration: WEEK,
          maxCalls: 4,
          permissions: [contract({ address: test.game, abi: gameAbi, methods })],
        });
      const player = { arguments: { player: { isPrincipal: true } } } as const;
      const both = allowed({ joinScene: player, settleWrites: player }, "both");
      const one = allowed({ joinScene: player }, "one");
      await sendCalls([{ to: test.game, data: encodeFunctionData(createStorage) }]);
      const [may, mayNot] = [await test.fundedKey(), await test.fundedKey()];
      await client.registerSessionSync({ key: may, policy: both, principal, sendCalls });
      await client.registerSessionSync({ key: mayNot, policy: one, principal, sendCalls });
      const settlement = settlementOf(principal, 1n);
      const join = (key: sdk.SessionKey, scene: bigint) =>
        client.sendSessionCallsSync({ principal, key, calls: [test.join(principal, scene)], settlement });
      expect((await join(may, 1n)).settlement).to.deep.equal({ outcome: "not-due", debt: 0n });
      expect((await join(may, 2n)).settlement).to.deep.equal({ outcome: "prepended", debt: 1n });
      // Settled first, then written once.
      expect(await debtOf(principal)).to.equal(1n);
      const refused = (await join(mayNot, 3n)).settlement as { outcome: string; error: sdk.SessionError };
      expect(refused.outcome).to.equal("refused");
      expect(refused.error).to.include({ errorName: "CallNotAllowed" });
      expect(await debtOf(principal)).to.equal(2n);
      // One call is left, and it is meant for the game.
      const last = (await join(may, 4n)).settlement as { outcome: string; error: sdk.SessionError };
      expect(last.outcome).to.equal("refused");
      expect(last.error.metaMessages).to.include("Calls left: 1");
      expect((await client.getSession({ principal, key: may.address })).callsLeft).to.equal(0);
    });

    it("settles through the forwarder if the session may, with a nonce of its own", async () => {
      const key = await start({ maxCalls: 3 });
      const settlement = { debt: async () => 2n, threshold: 2n, settleCall: test.post("settled") };
      const act = { principal: owner.address, key, relayer, nonce: 7n, calls: [test.post("played")] };
      const sent = await client.sendSessionCallsSync({ ...act, settlement });
      expect(sent.route).to.equal("forwarded");
      const report = sent.settlement as Extract<sdk.SettlementReport, { outcome: "sent-before" }>;
      expect(report.outcome).to.equal("sent-before");
      for (const hash of [report.hash, sent.hash]) expect(await test.isMined(hash)).to.equal(true);
      // The nonce that was named went with the calls that were named.
      const taken = await sessionErrorOf(client.sendSessionCallsSync(act));
      expect(taken).to.include({ errorName: "NonceAlreadyUsed" });
      const other = { ...settlement, settleCall: settle(owner.address) };
      const last = await client.sendSessionCallsSync({ ...act, nonce: undefined, settlement: other });
      // One call was left, for the post; and the game's method is not in the policy anyway.
      expect(last.settlement).to.deep.include({ outcome: "refused", debt: 2n });
      const fresh = await start({ lane: 1n });
      const refused = await client.sendSessionCallsSync({ ...act, key: fresh, nonce: undefined, settlement: other });
      const { error } = refused.settlement as Extract<sdk.SettlementReport, { outcome: "refused" }>;
      expect(error).to.include({ errorName: "CallNotAllowed" });
    });

    it("reports a settling call that fails, and sends the calls all the same", async () => {
      const data = encodeFunctionData(createStorage);
      await sendTransaction(client, { account: owner, chain: hardhat, to: test.game, data });
      const key = await start();
      const settleCall = { to: test.game, data: encodeFunctionData(createStorage) };
      const settlement = { debt: async () => 5n, threshold: 5n, settleCall };
      // The key has no storage and is refused one by nobody; a second one is refused.
      await sendTransaction(client, { account: key.account!, chain: hardhat, ...settleCall });
      const calls = [test.join(owner.address, 1n)];
      const sent = await client.sendSessionCallsSync({
        principal: owner.address,
        key,
        route: "asked",
        calls,
        settlement,
      });
      const report = sent.settlement as { outcome: string; error: sdk.SessionError };
      expect(report.outcome).to.equal("refused");
      expect(report.error.code).to.equal("SESSION_CALL_REVERTED");
      expect(await debtOf(owner.address)).to.equal(1n);
    });
  });

  describe("gas money", () => {
    it("PIP-26 warns below a minimum of calls at current fees, says what is missing, and is topped up", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      await client.registerSessionSync({ key, policy: gamePolicy(), account: owner });
      const empty = await client.getGasBuffer({ key: key.address });
      expect(empty).to.deep.include({ balance: 0n, calls: 0, isLow: true, warnBelow: 5 });
      expect(empty.missing).to.equal(5n * empty.costPerCall);
      const one = await client.getGasBuffer({ key: key.address, gasPerCall: 1n, warnBelow: 0 });
      expect(one).to.deep.include({ isLow: false, missing: 0n });
      // Each block lowers the base fee: what was missing suffices later too.
      const { hash } = await client.fundSessionSync({ key: key.address, value: empty.missing, account: owner });
      expect(await test.isMined(hash)).to.equal(true);
      const filled = await client.getGasBuffer({ key: key.address });
      expect(filled).to.deep.include({ balance: empty.missing, isLow: false, missing: 0n });
      expect(filled.calls).to.be.at.least(5);
      await post(key);
    });

    it("is exact at its threshold", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      const { costPerCall } = await client.getGasBuffer({ key: key.address });
      for (const [balance, calls, isLow, missing] of [
        [5n * costPerCall, 5, false, 0n],
        [5n * costPerCall - 1n, 4, true, 1n],
      ] as const) {
        await test.world.helpers.setBalance(key.address, balance);
        // Setting a balance may mine a block; fees are asked for in the same one.
        const found = await client.getGasBuffer({ key: key.address });
        expect(found.costPerCall).to.equal(costPerCall);
        expect(found).to.deep.include({ balance, calls, isLow, missing });
      }
      for (const wrong of [{ gasPerCall: 0n }, { warnBelow: -1 }, { warnBelow: 0.5 }]) {
        const error = await sessionErrorOf(client.getGasBuffer({ key: key.address, ...wrong }));
        expect(error.code).to.equal("SESSION_OPERATION_REJECTED");
      }
    });

    it("goes with the registration, by a wallet or an account, but not by signature and not to a P-256 key", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      const policy = gamePolicy();
      await client.registerSessionSync({ key, policy, account: owner, fund: 12_345n });
      expect(await test.balanceOf(key.address)).to.equal(12_345n);
      const { principal, sendCalls } = await test.smartAccount();
      await client.registerSessionSync({ key, policy, principal, sendCalls, fund: 5n });
      expect(await test.balanceOf(key.address)).to.equal(12_350n);
      const lane = 1n;
      const unfunded = sdk.generateSecp256k1SessionKey();
      const signed = client.registerSessionSync({ key: unfunded, policy, account: owner, relayer, fund: 1n, lane });
      expect((await sessionErrorOf(signed)).code).to.equal("SESSION_CREATION_FAILED");
      expect(await statusOf(unfunded.address)).to.equal("None");
      const p256 = await sdk.generateP256SessionKey();
      const unfundable = client.registerSessionSync({ key: p256, policy, account: owner, fund: 1n, lane });
      expect(await sessionErrorOf(unfundable)).to.include({ errorName: "KeyCannotBeFunded" });
      expect(await statusOf(p256.address)).to.equal("None");
    });

    it("is not sent where nobody could use it", async () => {
      const fund = (key: Address, value = 1n) => sessionErrorOf(client.fundSessionSync({ key, value, account: owner }));
      expect((await fund(FRIEND)).code).to.equal("SESSION_NOT_REGISTERED");
      const p256 = await sdk.generateP256SessionKey();
      await client.registerSessionSync({ key: p256, policy: gamePolicy(), account: owner, lane: 1n });
      expect((await fund(p256.address)).shortMessage).to.contain("P-256");
      const key = await start();
      expect((await fund(key.address, 0n)).code).to.equal("SESSION_OPERATION_REJECTED");
      expect((await fund(key.address, -1n)).code).to.equal("SESSION_OPERATION_REJECTED");
      await client.revokeSessionSync({ key: key.address, account: owner });
      expect((await fund(key.address)).code).to.equal("SESSION_REVOKED");
      expect(await test.balanceOf(p256.address)).to.equal(0n);
      expect(await test.balanceOf(key.address)).to.equal(parseEther("1"));
    });

    it("comes back to the wei, from a dead session too", async () => {
      const key = await start();
      await client.revokeSessionSync({ key: key.address, account: owner });
      const before = await test.balanceOf(owner.address);
      const { hash, value } = await client.refundSessionSync({ principal: owner.address, key });
      const { gasUsed, effectiveGasPrice } = await getTransactionReceipt(client, { hash });
      expect(value).to.equal(parseEther("1") - gasUsed * effectiveGasPrice);
      expect(await test.balanceOf(key.address)).to.equal(0n);
      expect(await test.balanceOf(owner.address)).to.equal(before + value);
    });

    it("comes back to an account with code, and leaves what is reserved", async () => {
      const { principal } = await test.smartAccount();
      const key = await test.fundedKey();
      const before = await test.balanceOf(principal);
      const { value } = await client.refundSessionSync({ principal, key, reserve: 777n });
      expect(await test.balanceOf(key.address)).to.equal(777n);
      expect(await test.balanceOf(principal)).to.equal(before + value);
    });

    it("comes back in full, whatever there is", async () => {
      const { cost } = (await sessionErrorOf(
        client.refundSessionSync({ principal: owner.address, key: sdk.generateSecp256k1SessionKey() }),
      )) as sdk.GasBufferTooLowError;
      await fc.assert(
        fc.asyncProperty(fc.bigInt({ min: 1n, max: parseEther("3") }), async (more) => {
          const key = await test.fundedKey(2n * cost + more);
          const { hash, value } = await client.refundSessionSync({ principal: FRIEND, key });
          const { gasUsed, effectiveGasPrice } = await getTransactionReceipt(client, { hash });
          expect(value).to.equal(2n * cost + more - gasUsed * effectiveGasPrice);
          expect(await test.balanceOf(key.address)).to.equal(0n);
        }),
        seeded("swept balances", { numRuns: 20 }),
      );
    });

    it("stays where it does not pay for its own transfer, at both sides of the edge", async () => {
      const { principal: account } = await test.smartAccount();
      for (const principal of [owner.address, account]) await edgesOf(principal);
      const p256 = await sdk.generateP256SessionKey();
      const unable = await sessionErrorOf(client.refundSessionSync({ principal: owner.address, key: p256 }));
      expect(unable.code).to.equal("SESSION_OPERATION_REJECTED");
    });

    const edgesOf = async (principal: Address) => {
      const key = sdk.generateSecp256k1SessionKey();
      const sweep = () => client.refundSessionSync({ principal, key });
      const empty = await sessionErrorOf(sweep());
      expect(empty).to.be.instanceOf(sdk.GasBufferTooLowError);
      const least = (empty as sdk.GasBufferTooLowError).cost;
      // A wallet with code takes more than the least.
      await test.world.helpers.setBalance(key.address, least + 1n);
      const cost =
        principal === owner.address ? least : ((await sessionErrorOf(sweep())) as sdk.GasBufferTooLowError).cost;
      await test.world.helpers.setBalance(key.address, cost);
      const even = await sessionErrorOf(sweep());
      expect(even).to.deep.include({ code: "SESSION_OPERATION_REJECTED", balance: cost, cost });
      expect(even.metaMessages).to.include(`Balance: ${cost} wei`);
      expect(await test.balanceOf(key.address)).to.equal(cost);
      await test.world.helpers.setBalance(key.address, cost + 1n);
      expect((await sweep()).value).to.equal(1n);
    };
  });

  describe("health", () => {
    const healthOf = (key: Address, changes: Partial<sdk.GetSessionHealthParameters> = {}) =>
      client.getSessionHealth({ principal: owner.address, key, ...changes });

    it("SKL-13 warns below five calls, and offers to renew", async () => {
      const key = await start({ maxCalls: 6 });
      await post(key);
      expect(await healthOf(key.address)).to.deep.include({ warnings: [] });
      await post(key);
      expect((await healthOf(key.address)).warnings).to.deep.equal([
        { reason: "calls-low", left: 4n, threshold: 5n, offer: "renewSession" },
      ]);
      expect((await healthOf(key.address, { warnBelowCalls: 4 })).warnings).to.deep.equal([]);
    });

    it("warns of the end, to the second, and goes on when it has passed", async () => {
      const key = await start();
      const { validUntil } = await client.getSession({ principal: owner.address, key: key.address });
      // The next block's time, a second later, is what the health is asked at.
      await test.world.helpers.time.increaseTo(validUntil - 600);
      expect((await healthOf(key.address)).warnings).to.deep.equal([]);
      await test.world.helpers.time.increaseTo(validUntil - 599);
      expect((await healthOf(key.address)).warnings).to.deep.equal([
        { reason: "ends-soon", left: 599n, threshold: 600n, offer: "renewSession" },
      ]);
      await test.world.helpers.time.increaseTo(validUntil + 1);
      const { session, warnings } = await healthOf(key.address);
      expect(session.status).to.equal("Expired");
      expect(warnings).to.deep.equal([{ reason: "ends-soon", left: 0n, threshold: 600n, offer: "renewSession" }]);
    });

    it("warns of limits, of the gas budget and of the key's own gas money, each with its number", async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const policy = definePolicy({
        app: "limits",
        maxDuration: WEEK,
        maxCalls: 50,
        gasBudget: 1_000_000_000_000_000_000n,
        selfPaid: true,
        permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 100n }],
      });
      const key = sdk.generateSecp256k1SessionKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const health = (changes = {}) => healthOf(key.address, { principal, ...changes });
      expect(await health()).to.deep.include({ warnings: [], delegates: undefined });
      const buffer = await client.getGasBuffer({ key: key.address });
      expect((await health({ gasBuffer: {} })).warnings).to.deep.equal([
        { reason: "gas-low", left: 0n, threshold: 5n * buffer.costPerCall, offer: "fundSession" },
      ]);
      const operation = { callGasLimit: 500_000n, verificationGasLimit: 500_000n, preVerificationGas: 60_000n };
      const calls = [test.transfer(token, 90n)];
      const fees = { maxFeePerGas: 860_000_000_000n, maxPriorityFeePerGas: 1n };
      const act = { principal, key, calls, bundler: relayer, operation: { ...operation, ...fees } };
      await client.sendSessionCallsSync(act);
      // 10 of 100 are no warning, 0.0884 of 1 ETH are one.
      const left = 10n ** 18n - 1_060_000n * 860_000_000_000n;
      expect((await health()).warnings).to.deep.equal([
        { reason: "gas-budget-low", left, threshold: 10n ** 17n, offer: "renewSession" },
      ]);
      const relayed = { principal, key, relayer, calls: [test.transfer(token, 1n)] };
      await client.sendSessionCallsSync(relayed);
      const { warnings } = await health({ warnBelowPercent: 10 });
      expect(warnings.map(({ reason }) => reason)).to.deep.equal(["gas-budget-low", "limit-low"]);
      expect(warnings[1]).to.deep.equal({
        reason: "limit-low",
        limit: { unit: token, cap: 100n, period: 0, fromStart: false },
        left: 9n,
        threshold: 10n,
        offer: "renewSession",
      });
    });

    it("offers to revoke everything once the wallet delegates to other code than when it registered", async () => {
      const [one, two] = [
        await test.deploy("LatchkeyAccount7702", sdk.entryPoints["0.9"].address, test.deployment.latchkey),
        await test.deploy("LatchkeyAccount7702", sdk.entryPoints["0.8"].address, test.deployment.latchkey),
      ];
      const delegate = async (contractAddress: Address) => {
        const nonce = await test.world.ethers.provider.getTransactionCount(owner.address);
        const authorization = await owner.signAuthorization!({
          contractAddress,
          chainId: hardhat.id,
          nonce: nonce + 1,
        });
        const authorizationList = [authorization];
        await sendTransaction(client, { account: owner, chain: hardhat, to: FRIEND, authorizationList });
      };
      const plain = await start();
      expect(await healthOf(plain.address)).to.deep.include({
        warnings: [],
        delegates: { then: undefined, now: undefined },
      });
      await delegate(one);
      const changed = { reason: "delegate-changed", offer: "revokeAllSessions" };
      expect((await healthOf(plain.address)).warnings).to.deep.equal([
        { ...changed, delegates: { then: undefined, now: one } },
      ]);
      const key = await start({ lane: 1n });
      expect((await healthOf(key.address)).warnings).to.deep.equal([]);
      await delegate(two);
      expect((await healthOf(key.address)).warnings).to.deep.equal([
        { ...changed, delegates: { then: one, now: two } },
      ]);
      // What the caller has kept needs no old state.
      for (const [delegateAtRegistration, count] of [
        [two, 0],
        ["none", 1],
      ] as const) {
        const { warnings } = await healthOf(key.address, { delegateAtRegistration });
        expect(warnings).to.have.length(count);
      }
      // A node that has forgotten that block, or searches no logs, is no reason to know nothing else.
      for (const refused of ["eth_getCode", "eth_getLogs"]) {
        const forgetful = test.connect({
          request: (next) =>
            (async (args: { method: string; params: unknown[] }) => {
              if (args.method === refused && args.params[1] !== "latest") throw new Error("missing trie node");
              return next(args as never);
            }) as never,
        });
        const unknown = await forgetful.getSessionHealth({ principal: owner.address, key: key.address });
        expect(unknown, refused).to.deep.include({ warnings: [], delegates: undefined });
      }
      // The sessions survived the change, as they do: the offer ends them.
      await client.revokeAllSessionsSync({ account: owner });
      expect(await healthOf(key.address)).to.deep.include({ warnings: [], delegates: undefined });
      expect(await statusOf(key.address)).to.equal("Revoked");
    });

    it("of a key that was never registered is its status alone", async () => {
      const { session, warnings } = await healthOf(FRIEND);
      expect(session.status).to.equal("None");
      expect(warnings).to.deep.equal([]);
    });
  });

  describe("renewal", () => {
    it("RTC-11 brings an expired session back under the same key, with one approval of the owner", async () => {
      const key = await start({ maxCalls: 2 });
      await post(key);
      await post(key);
      await test.world.helpers.time.increase(21_600);
      expect((await sessionErrorOf(post(key))).code).to.equal("SESSION_EXPIRED");
      const { warnings, session } = await client.getSessionHealth({ principal: owner.address, key: key.address });
      expect(warnings.map(({ offer }) => offer)).to.include("renewSession");
      const renewed = await client.renewSessionSync({ key, policy: gamePolicy(), account: owner, relayer });
      expect(await test.isMined(renewed.hash)).to.equal(true);
      expect(renewed.key).to.equal(key.address);
      const state = await client.getSession({ principal: owner.address, key: key.address });
      expect(state).to.deep.include({ status: "Active", callsLeft: 20, registration: state.validAfter });
      expect(state.validAfter).to.be.greaterThan(session.validUntil);
      await post(key);
    });

    it("starts later than what it renews, which the client says before anything is signed", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      const previous = (await test.world.now()) + 1_000;
      const grant = { key, policy: gamePolicy(), account: owner };
      await client.registerSessionSync({ ...grant, validAfter: previous });
      const stateOf = () => client.getSession({ principal: owner.address, key: key.address });
      const before = await stateOf();
      expect(before).to.include({ status: "Pending", registration: previous });
      let signed = 0;
      const signTypedData = (definition: never) => (signed++, owner.signTypedData(definition));
      const account = { ...owner, signTypedData } as typeof owner;
      for (const validAfter of [0, previous - 1, previous]) {
        const error = await sessionErrorOf(client.renewSessionSync({ ...grant, account, relayer, validAfter }));
        expect(error).to.include({ errorName: "RenewalNotLater" }).and.include({ code: "SESSION_CREATION_FAILED" });
        expect((error as sdk.ContractError<"RenewalNotLater">).args.previous).to.equal(previous);
        const refused = await sessionErrorOf(client.registerSessionSync({ ...grant, validAfter }));
        expect(refused).to.include({ errorName: "RenewalNotLater" });
      }
      expect(await stateOf()).to.deep.equal(before);
      expect(signed).to.equal(0);
      // Unless told otherwise one that is still to come starts a second later.
      expect((await client.renewSessionSync(grant)).grant.validAfter).to.equal(previous + 1);
      expect(await stateOf()).to.include({ status: "Pending", registration: previous + 1 });
    });

    it("RTC-1 gives the lane to a fresh key made in memory, and the old one dies", async () => {
      const key = await start({ lane: 3n });
      const freshKey = sdk.generateSecp256k1SessionKey();
      expect(freshKey.address).to.not.equal(sdk.generateSecp256k1SessionKey().address);
      const known: `0x${string}` = `0x${"5a".repeat(32)}`;
      expect(JSON.stringify(sdk.toSecp256k1SessionKey(known))).to.not.contain("5a5a5a5a");
      const renewed = await client.renewSessionSync({ key, freshKey, policy: gamePolicy(), account: owner, lane: 3n });
      expect(renewed.key).to.equal(freshKey.address);
      expect([await statusOf(key.address), await statusOf(freshKey.address)]).to.deep.equal(["Revoked", "Active"]);
      const { hash } = await client.sendSessionCallsSync({
        principal: owner.address,
        key: freshKey,
        calls: [test.post("fresh")],
        relayer,
      });
      expect(await test.isMined(hash)).to.equal(true);
    });

    it("is refused to a revoked key and to one that never was, before anything is signed", async () => {
      const key = await start();
      await client.revokeSessionSync({ key: key.address, account: owner });
      let signed = 0;
      const account = { ...owner, signTypedData: async () => (signed++, "0x") } as unknown as LocalAccount;
      const renew = { policy: gamePolicy(), account, relayer };
      expect((await sessionErrorOf(client.renewSessionSync({ ...renew, key }))).code).to.equal("SESSION_REVOKED");
      const unknown = sdk.generateSecp256k1SessionKey();
      expect((await sessionErrorOf(client.renewSessionSync({ ...renew, key: unknown }))).code).to.equal(
        "SESSION_NOT_REGISTERED",
      );
      expect(signed).to.equal(0);
      await client.renewSessionSync({ key, freshKey: unknown, policy: gamePolicy(), account: owner });
      expect(await statusOf(unknown.address)).to.equal("Active");
    });
  });

  describe("the end", () => {
    it("CHI-17 SKL-7 SKL-11 revokes first, sends back what the key has left, then clears it, and reports each (ATK-97)", async () => {
      const key = await start();
      const steps: string[] = [];
      const clear = async () => {
        steps.push(await statusOf(key.address), String(await test.balanceOf(key.address)));
      };
      const ended = await client.endSessionSync({ key, clear, account: owner });
      expect(steps).to.deep.equal(["Revoked", "0"]);
      expect(ended.revocation.status).to.equal("fulfilled");
      const { value: revocation } = ended.revocation as PromiseFulfilledResult<sdk.RevokeSessionSyncReturnType>;
      expect(await test.isMined(revocation.hash)).to.equal(true);
      expect(ended.refund).to.deep.include({ status: "fulfilled" });
      expect(ended.clearing).to.deep.equal({ status: "fulfilled", value: undefined });
      expect(ended.approvals).to.deep.equal({ status: "fulfilled", value: [] });
      // Once more: there is nothing to revoke and nothing to send.
      const again = await client.endSessionSync({ key, clear: () => undefined, account: owner });
      expect([again.revocation, again.refund]).to.deep.equal([
        { status: "fulfilled", value: undefined },
        { status: "fulfilled", value: undefined },
      ]);
    });

    it("sends all of it and returns before anything is mined, and the waiting twin takes its time from its caller", async () => {
      const key = await start();
      const before = await test.balanceOf(key.address);
      const sent: (string | undefined)[] = [];
      const onSubmitted = ({ hash }: { hash?: string | undefined }) => void sent.push(hash);
      let cleared = 0;
      const end = { key, clear: () => void cleared++, account: owner, onSubmitted };
      const mine = (isOn: boolean) => test.world.provider.request({ method: "evm_setAutomine", params: [isOn] });
      await mine(false);
      try {
        const ended = await client.endSession(end);
        const { value: revocation } = ended.revocation as PromiseFulfilledResult<sdk.RevokeSessionReturnType>;
        const { value: refund } = ended.refund as PromiseFulfilledResult<sdk.RefundSessionReturnType>;
        expect(sent).to.deep.equal([revocation.hash, refund.hash]);
        expect(cleared).to.equal(1);
        expect(await statusOf(key.address)).to.equal("Active");
        expect(await test.balanceOf(key.address)).to.equal(before);
        await test.world.helpers.mine();
        expect(await statusOf(key.address)).to.equal("Revoked");
        for (const hash of [revocation.hash, refund.hash]) expect(await test.isMined(hash!)).to.equal(true);
        expect(await test.balanceOf(key.address)).to.equal(0n);
        const another = await test.fundedKey();
        const waited = await client.endSessionSync({ ...end, key: another, timeout: 100 });
        for (const step of [waited.revocation, waited.refund]) {
          expect((step as PromiseRejectedResult).reason).to.include({ code: "SESSION_UNCONFIRMED", reason: "timeout" });
        }
      } finally {
        await mine(true);
      }
    });

    it("asks for logs in ranges that the caller names, in every verb that reads them", async () => {
      const key = await start();
      await test.world.helpers.mine(40);
      const ranges: number[] = [];
      const narrow = test.connect({
        account: owner,
        request: (next) =>
          (async (args: { method: string; params: [{ fromBlock: Hex; toBlock: Hex }] }) => {
            const [asked] = args.params ?? [];
            if (args.method === "eth_getLogs") ranges.push(Number(asked.toBlock) - Number(asked.fromBlock) + 1);
            return next(args as never);
          }) as never,
      });
      const { address } = key;
      const some = { maxBlockRange: 7, fromBlock: 1n };
      const asking = { principal: owner.address, key: address, route: "forwarded" as const, calls: [test.post("x")] };
      // Whose lane is not the first one is found in the log alone.
      const aside = await start({ lane: 3n });
      const readers: [string, () => Promise<unknown>][] = [
        ["fundSession", () => narrow.fundSessionSync({ key: address, value: 1n, ...some })],
        ["explainCalls", () => narrow.explainCalls({ ...asking, ...some })],
        ["renewSession", () => narrow.renewSessionSync({ key: aside, policy: gamePolicy(), ...some })],
        ["endSession", () => narrow.endSession({ key, clear: () => undefined, ...some })],
        ["endSessionSync", () => narrow.endSessionSync({ key, clear: () => undefined, ...some })],
      ];
      for (const [name, read] of readers) {
        ranges.length = 0;
        await read();
        expect(ranges.length, name).to.be.above(1);
        expect(Math.max(...ranges), name).to.be.at.most(7);
      }
    });

    it("clears the key though the user declines to revoke, and says that the session lives", async () => {
      const { address } = await start({ relayer });
      const rejecting = rejectingWallet();
      let cleared = 0;
      const ended = await rejecting.client.endSessionSync({ key: { address }, clear: () => void cleared++ });
      expect(cleared).to.equal(1);
      expect(ended.clearing.status).to.equal("fulfilled");
      expect(ended.refund).to.deep.equal({ status: "fulfilled", value: undefined });
      const { reason } = ended.revocation as PromiseRejectedResult;
      expect(reason.walk((each: unknown) => each instanceof UserRejectedRequestError)).to.not.equal(null);
      expect(await statusOf(address)).to.equal("Active");
    });

    it("revokes though clearing fails", async () => {
      const { address } = await start();
      const failure = new Error("storage is gone");
      const clear = () => {
        throw failure;
      };
      const ended = await client.endSessionSync({ key: { address }, clear, account: owner });
      expect(ended.clearing).to.deep.equal({ status: "rejected", reason: failure });
      expect(ended.revocation.status).to.equal("fulfilled");
      expect(await statusOf(address)).to.equal("Revoked");
    });

    it("offers to zero the approvals that were given meanwhile and still stand, and no others", async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const [other, coin] = [await test.deploy("Poke", principal, 100n), await test.deploy("Poke", principal, 100n)];
      const [spender, spent] = [test.feed, test.game];
      const approve = (to: Address, amount: bigint, of: Address): sdk.SessionCall => ({
        to,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [of, amount] }),
      });
      // Before the session: not its doing.
      await sendCalls([approve(coin, 5n, spender)]);
      const policy = definePolicy({
        app: "approvals",
        maxDuration: WEEK,
        maxCalls: 50,
        permissions: [
          contract({
            address: token,
            abi: erc20Abi,
            methods: { approve: { arguments: { spender: { oneOf: [spender, spent] } } }, transferFrom: {} },
          }),
          contract({ address: coin, abi: erc20Abi, methods: { transfer: {} } }),
        ],
        limits: [
          { unit: token, cap: 1_000n },
          { unit: coin, cap: 1_000n },
        ],
      });
      const key = await test.fundedKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const send = (calls: sdk.SessionCall[]) => client.sendSessionCallsSync({ principal, key, calls });
      await send([approve(token, 40n, spender), approve(token, 30n, spent)]);
      await send([approve(token, 50n, spender), approve(token, 0n, spent)]);
      // A token that the policy does not touch.
      await sendCalls([approve(other, 9n, spender)]);
      const ended = await client.endSessionSync({ key, clear: () => undefined, principal, sendCalls });
      const { value: approvals } = ended.approvals as PromiseFulfilledResult<sdk.SessionApproval[]>;
      expect(approvals).to.deep.equal([
        { token, spender, allowance: 50n, expiration: undefined, call: approve(token, 0n, spender) },
      ]);
      await sendCalls(approvals.map(({ call }) => call));
      expect(await client.getSessionApprovals({ principal, key: key.address })).to.deep.equal([]);
      expect(await client.getSessionApprovals({ principal, key: FRIEND })).to.deep.equal([]);
    });

    it("offers to take back what Permit2 still lets others take, and the allowance in front of it", async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const permit2 = parseAbi(["function approve(address token, address spender, uint160 amount, uint48 expiration)"]);
      const policy = definePolicy({
        app: "permit2",
        maxDuration: WEEK,
        maxCalls: 50,
        permissions: [
          contract({
            address: token,
            abi: erc20Abi,
            methods: { approve: { arguments: { spender: { equals: sdk.PERMIT2 } } } },
          }),
          contract({
            address: sdk.PERMIT2,
            abi: permit2,
            methods: { approve: { arguments: { token: { equals: token }, spender: { equals: FRIEND } } } },
          }),
        ],
        limits: [{ unit: token, cap: 1_000n }],
      });
      const key = await test.fundedKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const outer = (amount: bigint): sdk.SessionCall => ({
        to: token,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [sdk.PERMIT2, amount] }),
      });
      const inner = (amount: bigint, until: number): sdk.SessionCall => ({
        to: sdk.PERMIT2,
        data: encodeFunctionData({ abi: permit2, args: [token, FRIEND, amount, until] }),
      });
      const expiration = (await test.world.now()) + WEEK;
      await client.sendSessionCallsSync({ principal, key, calls: [outer(50n), inner(30n, expiration)] });
      const read = () => client.getSessionApprovals({ principal, key: key.address });
      const approvals = await read();
      expect(approvals).to.deep.equal([
        { token, spender: sdk.PERMIT2, allowance: 50n, expiration: undefined, call: outer(0n) },
        { token, spender: FRIEND, allowance: 30n, expiration, call: inner(0n, 0) },
      ]);
      await sendCalls(approvals.map(({ call }) => call));
      expect(await read()).to.deep.equal([]);
      // What has expired holds no more.
      await client.sendSessionCallsSync({ principal, key, calls: [inner(30n, (await test.world.now()) + 100)] });
      expect(await read()).to.have.length(1);
      await test.world.helpers.time.increase(200);
      expect(await read()).to.deep.equal([]);
    });

    it("shows the others of a contract that emits an approval and refuses to say what it allows", async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const rude: Address = "0x4444444444444444444444444444444444444444";
      const approval = toEventSelector("Approval(address,address,uint256)");
      const code = concatHex([
        // Refuses `allowance`.
        "0x60003560e01c63dd62ed3e14605157",
        // Emits an approval of the caller's for anything else.
        ...(["0x600160005273", FRIEND, "0x337f", approval, "0x60206000a300"] as const),
        "0x5b600080fd",
      ]);
      await test.world.provider.request({ method: "hardhat_setCode", params: [rude, code] });
      const policy = definePolicy({
        app: "rude",
        maxDuration: WEEK,
        maxCalls: 50,
        permissions: [
          contract({
            address: token,
            abi: erc20Abi,
            methods: { approve: { arguments: { spender: { equals: FRIEND } } } },
          }),
          contract({ address: rude, abi: parseAbi(["function poke()"]), methods: { poke: {} } }),
        ],
        limits: [{ unit: token, cap: 1_000n }],
      });
      const key = await test.fundedKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const approve = (amount: bigint): sdk.SessionCall => ({
        to: token,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [FRIEND, amount] }),
      });
      const poke = { to: rude, data: encodeFunctionData({ abi: parseAbi(["function poke()"]) }) };
      await client.sendSessionCallsSync({ principal, key, calls: [approve(50n), poke] });
      expect(await client.getSessionApprovals({ principal, key: key.address })).to.deep.equal([
        { token, spender: FRIEND, allowance: 50n, expiration: undefined, call: approve(0n) },
      ]);
    });

    it("offers to take back an operator, who may take a whole collection", async () => {
      const { principal, sendCalls } = await test.smartAccount();
      const nft = await mock(test.world, "ForwardedNft", "ForwardedNft", [test.deployment.forwarder, principal]);
      const collection = (await nft.getAddress()) as Address;
      const abi = parseAbi(["function setApprovalForAll(address operator, bool approved)"]);
      const policy = definePolicy({
        app: "operators",
        maxDuration: WEEK,
        maxCalls: 50,
        permissions: [
          contract({
            address: collection,
            abi,
            methods: { setApprovalForAll: { arguments: { operator: { equals: FRIEND } } } },
          }),
        ],
      });
      const key = await test.fundedKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const set = (approved: boolean) => ({
        to: collection,
        data: encodeFunctionData({ abi, args: [FRIEND, approved] }),
      });
      await client.sendSessionCallsSync({ principal, key, calls: [set(true)] });
      const approvals = await client.getSessionApprovals({ principal, key: key.address });
      const nothing = { allowance: undefined, expiration: undefined };
      expect(approvals).to.deep.equal([{ token: collection, spender: FRIEND, ...nothing, call: set(false) }]);
      await sendCalls(approvals.map(({ call }) => call));
      expect(await client.getSessionApprovals({ principal, key: key.address })).to.deep.equal([]);
    });
  });

  /** A browser's wallet whose user declines whatever is asked. */
  const rejectingWallet = () => {
    const asked: string[] = [];
    const connected = test.connect({
      account: owner.address,
      request: (next) =>
        (async (args: { method: string }) => {
          if (args.method !== "eth_sendTransaction" && args.method !== "eth_signTypedData_v4")
            return next(args as never);
          asked.push(args.method);
          throw Object.assign(new Error("User rejected the request."), { code: 4001 });
        }) as never,
    });
    return { client: connected, asked };
  };

  it("is not begun by a user who declines: viem's error arrives as it was, and nothing is sent", async () => {
    const { client: rejecting, asked } = rejectingWallet();
    const policy = gamePolicy();
    await client.publishPolicySync({ policy, account: relayer });
    const key = await test.fundedKey();
    const block = await test.world.ethers.provider.getBlockNumber();
    const attempts = [
      () => rejecting.registerSessionSync({ key, policy }),
      () => rejecting.registerSessionSync({ key, policy, relayer }),
      () => rejecting.activateSession({ sessionWallet: key, durationMs: 60_000, policy }),
    ];
    for (const attempt of attempts) {
      const error = (await thrownBy(attempt())) as { walk(test: (each: unknown) => boolean): unknown };
      expect(error).to.not.be.instanceOf(sdk.SessionError);
      expect(error.walk((each) => each instanceof UserRejectedRequestError)).to.be.instanceOf(UserRejectedRequestError);
    }
    expect(asked).to.deep.equal(["eth_sendTransaction", "eth_signTypedData_v4", "eth_sendTransaction"]);
    expect(await test.world.ethers.provider.getBlockNumber()).to.equal(block);
    expect(await statusOf(key.address)).to.equal("None");
  });

  describe("in two tabs", () => {
    it("sends twice at once: both calls are made, each once", async () => {
      const key = sdk.generateSecp256k1SessionKey();
      await client.registerSessionSync({ key, policy: gamePolicy(), account: owner });
      const relayers = [await test.wallet(), await test.wallet()];
      const sent = await Promise.all(
        relayers.map((each, i) =>
          test.connect().sendSessionCallsSync({
            principal: owner.address,
            key,
            calls: [test.post(`tab ${i}`)],
            relayer: each,
          }),
        ),
      );
      expect(new Set(sent.map(({ hash }) => hash)).size).to.equal(2);
      for (const { hash } of sent) expect(await test.isMined(hash)).to.equal(true);
      expect((await client.getSession({ principal: owner.address, key: key.address })).callsLeft).to.equal(18);
    });

    it("sends twice at once with one key's own transactions: the node takes one, and the other is told", async () => {
      const key = await start();
      const outcomes = await Promise.allSettled(
        [1, 2].map((tab) =>
          test.connect().sendSessionCallsSync({ principal: owner.address, key, calls: [test.post(`tab ${tab}`)] }),
        ),
      );
      const made = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(made).to.be.at.least(1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          expect(outcome.reason).to.be.instanceOf(sdk.SessionRequestError);
          expect(outcome.reason.shortMessage).to.contain("came first");
          expect(outcome.reason.walk((each: unknown) => each instanceof NonceTooLowError)).to.not.equal(null);
        }
      }
      expect((await client.getSession({ principal: owner.address, key: key.address })).callsLeft).to.equal(20 - made);
    });

    it("sends two operations at once: what is refused is a typed error, and what is counted was made", async () => {
      const { principal, token, sendCalls } = await test.smartAccount();
      const policy = definePolicy({
        app: "tabs",
        maxDuration: WEEK,
        maxCalls: 20,
        gasBudget: parseEther("1"),
        selfPaid: true,
        permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 100n }],
      });
      const key = sdk.generateSecp256k1SessionKey();
      await client.registerSessionSync({ key, policy, principal, sendCalls });
      const bundlers = [await test.wallet(), await test.wallet()];
      const outcomes = await Promise.allSettled(
        bundlers.map((bundler) =>
          test.connect().sendSessionCallsSync({ principal, key, calls: [test.transfer(token, 1n)], bundler }),
        ),
      );
      const made = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(made).to.be.at.least(1);
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        expect(outcome.reason).to.be.instanceOf(sdk.EntryPointError).and.include({ aaCode: "AA25" });
      }
      expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(20 - made);
      const balance = { abi: erc20Abi, address: token, functionName: "balanceOf", args: [FRIEND] } as const;
      expect(await readContract(client, balance)).to.equal(BigInt(made));
    });

    it("registers at once: one wins, the other is told, and no half of it is left", async () => {
      const policy = gamePolicy();
      await client.publishPolicySync({ policy, account: relayer });
      const keys = [sdk.generateSecp256k1SessionKey(), sdk.generateSecp256k1SessionKey()];
      const relayers = [await test.wallet(), await test.wallet()];
      const outcomes = await Promise.allSettled(
        keys.map((key, i) => test.connect().registerSessionSync({ key, policy, account: owner, relayer: relayers[i] })),
      );
      const won = outcomes.findIndex(({ status }) => status === "fulfilled");
      const lost = outcomes[1 - won] as PromiseRejectedResult;
      expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
      expect(lost.reason).to.be.instanceOf(sdk.SessionError);
      // Both signed for the same nonce of the wallet, or the lane was taken: either way it is said.
      expect(["SESSION_INVALID_SIGNATURE", "SESSION_CREATION_FAILED"]).to.include(lost.reason.code);
      expect([await statusOf(keys[won]!.address), await statusOf(keys[1 - won]!.address)]).to.deep.equal([
        "Active",
        "None",
      ]);
      // By transactions of the wallet's own, one after the other: the lane is taken.
      const late = await sessionErrorOf(client.registerSessionSync({ key: keys[1 - won]!, policy, account: owner }));
      expect(late).to.include({ errorName: "LaneOccupied" });
      expect((late as sdk.ContractError<"LaneOccupied">).args.occupant).to.equal(keys[won]!.address);
    });
  });
});
