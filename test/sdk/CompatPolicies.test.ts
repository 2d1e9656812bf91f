import { expect } from "chai";
import { type Address, erc20Abi, type Hex, type LocalAccount } from "viem";
import * as sdk from "../../sdk/src/index.ts";
import type * as compat from "../../sdk/src/compat/index.ts";
import { FRIEND, openSessionClient, sessionErrorOf, type TestClient } from "../support/client/sessionClient.ts";

const { contract, method } = sdk;
const TRANSFER = "transfer(address,uint256)";

/** What wallet SDKs write in `allowedEntrypoints`, as the chain takes it. */
describe("The policies of the five calls", () => {
  let test: TestClient;
  let client: TestClient["client"];
  let owner: LocalAccount;
  let account: Awaited<ReturnType<TestClient["smartAccount"]>>;
  let relayer: LocalAccount;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    test = await openSessionClient();
    client = test.client;
    owner = await test.wallet();
    relayer = await test.wallet();
    account = await test.smartAccount();
    snapshot = await test.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => test.world.connection.close());

  /** Adds a session of the wallet for a dApp that asks for this. */
  const add = async (
    allowedEntrypoints: compat.SessionConfig["allowedEntrypoints"],
    changes: Partial<compat.SessionConfig> = {},
    wallet: compat.SessionWallet = { publicKey: owner.address, account: owner },
  ) => {
    const key = sdk.generateSecp256k1SessionKey();
    const validUntil = (await test.now()) + 3_600;
    const config = { sessionPublicKey: key.address, validUntil, maxCalls: 10, allowedEntrypoints, ...changes };
    await client.addSessionKeyToContract({ wallet, sessionConfig: config });
    return { key, session: { publicKey: key.address, validUntil }, wallet };
  };
  const policyOf = async (sessionPublicKey: Hex, walletAddress: Address = owner.address) => {
    const { policyId } = await client.getSessionData({ walletAddress, sessionPublicKey });
    return (await client.getPolicy({ policyId }))!;
  };
  const isActive = async (sessionPublicKey: Address) =>
    (await client.getSessionData({ walletAddress: owner.address, sessionPublicKey })).isActive;

  it("let a method's text call any contract for the wallet itself, and for nobody else", async () => {
    const { principal, sendCalls } = account;
    const wallet = { publicKey: principal, sendCalls, relayer };
    const { key, session } = await add(["joinScene(address,uint64)"], {}, wallet);
    const act = { wallet, session, key, route: "relayed" as const };
    // The account's storage is not there: the game says so, as the policy lets the call through.
    const through = await sessionErrorOf(
      client.executeTransactionWithSession({ ...act, calls: [test.join(principal, 1n)] }),
    );
    expect(through.code).to.equal("SESSION_CALL_REVERTED");
    const other = await sessionErrorOf(
      client.executeTransactionWithSession({ ...act, calls: [test.join(FRIEND, 1n)] }),
    );
    expect(other).to.include({ errorName: "ArgumentNotAllowed" });
    const another = { ...test.join(principal, 1n), to: test.feed };
    const elsewhere = await sessionErrorOf(client.executeTransactionWithSession({ ...act, calls: [another] }));
    expect(elsewhere.code).to.equal("SESSION_CALL_REVERTED");
    const unnamed = await sessionErrorOf(client.executeTransactionWithSession({ ...act, calls: [test.post("x")] }));
    expect(unnamed).to.include({ errorName: "CallNotAllowed" });
  });

  it("say of a text with bytes why it is refused, and where the bytes stand", async () => {
    for (const [text, what, argument] of [
      ["run(bytes)", "bytes", "0"],
      ["run(uint8,(bool,bytes)[])", "bytes", "1[*].1"],
      ["run(address,bytes32)", "bytes32", "1"],
      ["run(bytes20)", "bytes20", "0"],
      ["run(function)", "function", "0"],
    ]) {
      const error = await sessionErrorOf(add([text!]));
      expect(error.code).to.equal("SESSION_UNSAFE_POLICY");
      expect(error.shortMessage).to.equal(`"${text}" is no text for any contract: its ${what} can say anything.`);
      expect(error.metaMessages!.slice(0, 2)).to.deep.equal([
        `Argument: ${argument}`,
        `Name the contract: method(address, "${text}", …) with what may stand there.`,
      ]);
    }
    // What is too short for an address stays, and a contract that is named may be given bytes.
    const { session } = await add(["vote(bytes19,uint8)"]);
    expect((await policyOf(session.publicKey)).permissions[0]!.rules).to.deep.equal([]);
    await add([method(test.feed, "run(bytes)", { open: ["0"] })]);
  });

  describe("give each dApp an app of its own", () => {
    const limits = (token: Address) => ({ limits: [{ unit: token, cap: 5n }] });

    it("also where two of them name the same contract first, or none", async () => {
      const [token, vault, shop] = await Promise.all([1, 2, 3].map(() => test.deploy("Poke", owner.address, 1n)));
      const transfers = contract({ address: token!, abi: erc20Abi, methods: { transfer: {} } });
      const sessions = [
        await add([transfers], limits(token!)),
        await add([transfers, method(vault!, "enter(uint8)")], limits(token!)),
        await add([transfers, method(shop!, "enter(uint8)")], limits(token!)),
        await add([method(vault!, "enter(uint8)")]),
        await add(["post(string)"]),
        await add(["react(uint256,uint8)"]),
        await add(["post(string)", "react(uint256,uint8)"]),
      ];
      for (const { key } of sessions) expect(await isActive(key.address)).to.equal(true);
      const apps = await Promise.all(sessions.map(async ({ key }) => (await policyOf(key.address)).app));
      expect(new Set(apps)).to.have.lengthOf(sessions.length);
      expect(apps[0]).to.equal(`session ${token!.slice(0, 12).toLowerCase()}`);
      for (const app of apps) expect(app).to.match(/^session 0x[0-9a-f]{10}$/);
    });

    it("the same one however often and in whatever order it asks, and names who lives there", async () => {
      const [vault, shop] = await Promise.all([1, 2].map(() => test.deploy("Poke", owner.address, 1n)));
      const asked = [method(vault!, "enter(uint8)"), method(shop!, "enter(uint8)")];
      const first = await add(asked);
      const taken = await sessionErrorOf(add([...asked].reverse()));
      expect(sdk.isContractError(taken, "LaneOccupied") && taken.args.occupant).to.equal(first.key.address);
      expect(await isActive(first.key.address)).to.equal(true);
      const beside = await add(asked, { lane: 1n });
      const named = await add(asked, { app: "shop.example" });
      expect((await policyOf(named.key.address)).app).to.equal("shop.example");
      // Only who asks for it takes another one's place.
      const wrong = await sessionErrorOf(add(asked, { replaces: beside.key.address }));
      expect(sdk.isContractError(wrong, "LaneOccupied") && wrong.args.occupant).to.equal(first.key.address);
      const second = await add(asked, { replaces: first.key.address });
      const third = await add(asked, { replaces: "occupant" });
      const fourth = await add(asked, { replaces: sdk.ANY_KEY });
      const alive = await Promise.all(
        [first, second, third, fourth, beside, named].map(({ key }) => isActive(key.address)),
      );
      expect(alive).to.deep.equal([false, false, false, true, true, true]);
    });
  });

  it("allow what the text names and nothing that moves tokens", async () => {
    const unsafe = await sessionErrorOf(add([TRANSFER]));
    expect(unsafe).to.be.instanceOf(sdk.UnsafePolicyError).and.include({ errorName: "UnsafeWildcard" });
    for (const text of [
      "transfer",
      "*",
      "",
      "post(string",
      "post(strin)",
      "post (string)",
      "post(string) view",
      "()",
      "post()\u001b[2J",
      `f${"(".repeat(100_000)}`,
    ]) {
      const error = await sessionErrorOf(add([text]));
      expect(error.code, text).to.equal("SESSION_UNSAFE_POLICY");
      expect(error.message).to.not.include("\u001b");
    }
    // Nothing was left behind.
    expect(await client.getSessions({ principal: owner.address })).to.deep.equal([]);
  });
});
