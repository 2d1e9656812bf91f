import { expect } from "chai";
import {
  createClient,
  custom,
  encodeFunctionData,
  http,
  parseAbi,
  parseEther,
  zeroAddress,
  type Address,
  type LocalAccount,
} from "viem";
import { createBundlerClient, type BundlerClient } from "viem/account-abstraction";
import { getTransactionCount, sendTransaction } from "viem/actions";
import { base, hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";
import {
  balanceOf,
  FEES,
  FRIEND,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
  type ClientStage,
} from "../support/client/clientStage.ts";

const ROUTES = ["userOperation", "direct", "relayed", "forwarded", "asked"] as const;
/** What the chain alone can say is said of what has been signed. */
const SIGNED = true;
const ACCOUNT_ROUTES = ["userOperation", "direct", "relayed"] as const;
const gameAbi = parseAbi(["function joinScene(address player, uint64 scene)", "function createStorage()"]);
const feedAbi = parseAbi(["function post(string text) returns (uint256)"]);

describe("The client when it is asked for what cannot be", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let feed: Address;
  let game: Address;
  let server: Awaited<ReturnType<typeof serveBundler>>;
  let bundler: BundlerClient;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    const args = [stage.deployment.forwarder, relayer.address, 280];
    feed = (await (await stage.world.ethers.deployContract("SocialFeed", args)).getAddress()) as Address;
    const world = [stage.deployment.latchkey, relayer.address, 1, 50];
    game = (await (await stage.world.ethers.deployContract("GameWorld", world)).getAddress()) as Address;
    server = await serveBundler(stage, await stage.funded());
    const transport = http(server.url, { retryCount: 0 });
    bundler = createBundlerClient({ client, chain: hardhat, transport, pollingInterval: 20 });
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await server.close();
    await stage.world.connection.close();
  });

  const post = () => ({ to: feed, data: encodeFunctionData({ abi: feedAbi, functionName: "post", args: ["x"] }) });
  const join = (player: Address) => ({
    to: game,
    data: encodeFunctionData({ abi: gameAbi, functionName: "joinScene", args: [player, 1n] }),
  });

  /** An account and a plain wallet, each with a session of one key that counts its signatures. */
  const start = async (kind: sdk.SessionKey["kind"] = "secp256k1") => {
    const owner = await stage.funded();
    const principal = await stage.account(owner.address);
    await stage.world.helpers.setBalance(principal, parseEther("10"));
    const token = await stage.token(principal);
    const wallet = await stage.funded();
    const real = await stage.key(kind);
    const counted = { signatures: 0 };
    const key: sdk.SessionKey = { ...real, sign: (digest) => (counted.signatures++, real.sign(digest)) };
    const policy = transferPolicy(token);
    await client.registerSessionSync({ principal, account: owner, relayer, key, policy });
    const social = sdk.definePolicy({
      app: "feed.example",
      maxDuration: 3_600,
      maxCalls: 20,
      permissions: [
        sdk.contract({ address: feed, abi: feedAbi, methods: { post: {} } }),
        sdk.contract({ address: game, abi: gameAbi, methods: { joinScene: { consumable: true } } }),
      ],
    });
    const created = encodeFunctionData({ abi: gameAbi, functionName: "createStorage" });
    await sendTransaction(client, { account: wallet, chain: hardhat, to: game, data: created });
    await client.registerSessionSync({ account: wallet, relayer, key, policy: social });
    /** Everything that a refused request must leave as it was. */
    const state = async () => ({
      account: await client.getSession({ principal, key: key.address }),
      wallet: await client.getSession({ principal: wallet.address, key: key.address }),
      sent: await Promise.all(
        [relayer.address, key.address, owner.address, wallet.address].map((address) =>
          getTransactionCount(client, { address }),
        ),
      ),
      received: await balanceOf(client, token),
      signatures: counted.signatures,
    });
    /** What the key may do on a route. */
    const on = (route: sdk.Route) => {
      const own = { forwarded: post(), asked: join(wallet.address) }[route as string];
      const who = own === undefined ? principal : wallet.address;
      return { principal: who, key, route, relayer, bundler, operation: FEES, calls: [own ?? transfer(token, 1n)] };
    };
    /** The refusal of an attempt that changes nothing, and has nothing signed unless the chain is to be asked. */
    const refused = async (attempt: () => Promise<unknown>, mayHaveSigned = false) => {
      const before = await state();
      const error = await refusal(attempt());
      if (mayHaveSigned) counted.signatures = before.signatures;
      expect(await state()).to.deep.equal(before);
      return error;
    };
    return { owner, principal, token, wallet, key, policy, on, refused, counted };
  };

  for (const route of ROUTES) {
    it(`${route}: goes through when nothing is wrong`, async () => {
      const { on, counted } = await start();
      expect((await client.sendSessionCallsSync(on(route))).route).to.equal(route);
      expect(counted.signatures).to.equal(route === "direct" || route === "asked" ? 0 : 1);
    });

    it(`${route}: refuses another chain than the client's before anything is signed`, async () => {
      const { on, refused } = await start();
      const parameters = { ...on(route), deployment: stage.deployment };
      const elsewhere = createClient({ chain: base, transport: stage.transport, pollingInterval: 20, cacheTime: 0 });
      const error = await refused(() => sdk.sendSessionCallsSync(elsewhere, parameters));
      expect(error).to.be.instanceOf(sdk.SessionRequestError).and.include({ code: "SESSION_OPERATION_REJECTED" });
      expect(error.metaMessages).to.include("Client: chain 8453").and.include("Node: chain 31337");
    });

    it(`${route}: refuses what is no address, no value, no data and no call`, async () => {
      const { on, refused } = await start();
      const parameters = on(route);
      const [call] = parameters.calls;
      const bad: [change: object, short: string, given: string][] = [
        [{ principal: "0x1234" }, "The principal is no address.", "0x1234"],
        [{ principal: undefined }, "The principal is no address.", "undefined"],
        [{ calls: [{ ...call, to: "vitalik.eth" }] }, "The target of call 0 is no address.", "vitalik.eth"],
        [{ calls: [call, { ...call, to: "0x" }] }, "The target of call 1 is no address.", "0x"],
        // The checksum of another address.
        [
          { calls: [{ ...call, to: "0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045" }] },
          "The target of call 0 is no address.",
          "0xD8dA",
        ],
        [{ calls: [{ ...call, data: "0x123" }] }, "The data of call 0 is no whole number of bytes.", "0x123"],
        [{ calls: [{ ...call, data: "transfer" }] }, "The data of call 0 is no whole number of bytes.", "transfer"],
        [{ calls: [{ ...call, value: -1n }] }, "The value of call 0 is none.", "-1"],
        [{ calls: [{ ...call, value: 2n ** 256n }] }, "The value of call 0 is none.", String(2n ** 256n)],
        [{ calls: [{ ...call, value: 1 }] }, "The value of call 0 is none.", "1"],
        [{ calls: [] }, "There is no call to be made.", ""],
      ];
      for (const [change, short, given] of bad) {
        const error = await refused(() => client.sendSessionCallsSync({ ...parameters, ...change } as never));
        expect(error).to.be.instanceOf(sdk.SessionRequestError).and.include({ code: "SESSION_OPERATION_REJECTED" });
        expect(error.shortMessage).to.equal(short);
        expect(error.metaMessages!.join("\n")).to.contain(given);
      }
    });

    it(`${route}: refuses a session that has expired, and one that was revoked`, async () => {
      const { on, refused, principal, owner, wallet, key } = await start();
      const snapshotHere = await stage.world.helpers.takeSnapshot();
      const { validUntil } = await client.getSession({ principal: on(route).principal, key: key.address });
      await stage.world.helpers.time.increaseTo(validUntil + 1);
      const expired = await refused(() => client.sendSessionCallsSync(on(route)));
      expect(expired.code).to.equal("SESSION_EXPIRED");
      await snapshotHere.restore();
      await client.revokeSessionSync({ principal, account: owner, relayer, key: key.address });
      await client.revokeSessionSync({ account: wallet, relayer, key: key.address });
      const revoked = await refused(() => client.sendSessionCallsSync(on(route)));
      expect(revoked.code).to.equal("SESSION_REVOKED");
    });
  }

  // On route asked it is the dApp's contract that asks, and it has its own Latchkey.
  for (const route of ROUTES.filter((each) => each !== "asked")) {
    it(`${route}: says that there is no Latchkey where it is looked for`, async () => {
      const { on, refused } = await start();
      const nowhere = Object.fromEntries(Object.keys(stage.deployment).map((name) => [name, FRIEND])) as never;
      const error = await refused(() => client.sendSessionCallsSync({ ...on(route), deployment: nowhere }));
      expect(error).to.be.instanceOf(sdk.SessionRequestError);
      expect(error.shortMessage).to.equal("There is no contract at this address.");
      expect(error.metaMessages).to.include(`Address: ${FRIEND}`).and.include("Chain: 31337");
    });
  }

  for (const route of ACCOUNT_ROUTES) {
    it(`${route}: refuses a plain wallet, and an account without Latchkey`, async () => {
      const { on, refused, wallet, owner } = await start();
      const bare = await stage.account(owner.address, { module: zeroAddress });
      const principals: [Address, string][] = [
        [wallet.address, "A plain wallet acts on the routes forwarded and asked alone."],
        [bare, "The account has not installed Latchkey."],
      ];
      for (const [principal, why] of principals) {
        const error = await refused(() => client.sendSessionCallsSync({ ...on(route), principal }));
        expect(error).to.be.instanceOf(sdk.InvalidWalletTypeError);
        expect(error).to.include({ code: "INVALID_WALLET_TYPE_FOR_SESSION", shortMessage: why, principal });
      }
    });

    it(`${route}: gives a call without data to a token to the chain, which refuses it by name`, async () => {
      const { on, refused, token } = await start();
      const error = await refused(() => client.sendSessionCallsSync({ ...on(route), calls: [{ to: token }] }), SIGNED);
      expect(error).to.include({ errorName: "CallNotAllowed" }).and.include({ code: "SESSION_ENTRYPOINT_NOT_ALLOWED" });
      expect((error as sdk.ContractError<"CallNotAllowed">).args).to.deep.equal({
        index: 0n,
        target: token,
        selector: "0x00000000",
      });
    });
  }

  for (const route of ["forwarded", "asked"] as const) {
    it(`${route}: carries no value and one call at a time, and no call without data`, async () => {
      const { on, refused } = await start();
      const parameters = on(route);
      const [call] = parameters.calls;
      const value = await refused(() =>
        client.sendSessionCallsSync({ ...parameters, calls: [{ ...call!, value: 1n }] }),
      );
      expect(value.code).to.equal("SESSION_VALUE_NOT_ALLOWED");
      expect(value.metaMessages).to.include("Value: 1 wei").and.include("Most: 0");
      const two = await refused(() => client.sendSessionCallsSync({ ...parameters, calls: [call!, call!] }));
      expect(two.shortMessage).to.equal(`Route ${route} makes one call at a time.`);
      const empty = await refused(
        () => client.sendSessionCallsSync({ ...parameters, calls: [{ to: call!.to }] }),
        SIGNED,
      );
      expect(empty.code).to.equal("SESSION_OPERATION_REJECTED");
      if (route === "forwarded") expect(empty).to.include({ errorName: "ForwardedCalldataTooShort" });
      else expect(empty.shortMessage).to.contain("there is no data");
    });
  }

  it("refuses a P-256 key where it would have to send, and a route without what it needs", async () => {
    const { on, refused } = await start("p256");
    for (const route of ["direct", "asked"] as const) {
      const error = await refused(() => client.sendSessionCallsSync(on(route)));
      expect(error.shortMessage).to.equal(
        `This key cannot send transactions, which route ${route} needs: give a relayer.`,
      );
    }
    const alone = { relayer: undefined, bundler: undefined };
    for (const route of [undefined, "userOperation", "relayed"] as const) {
      const error = await refused(() => client.sendSessionCallsSync({ ...on("relayed"), ...alone, route }));
      expect(error.code, route).to.equal("SESSION_OPERATION_REJECTED");
    }
  });

  it("never takes a call to nobody for done (ATK-108)", async () => {
    const { owner, wallet, key, refused, policy } = await start();
    const nowhere = { ...stage.deployment, latchkey: FRIEND, forwarder: FRIEND };
    const attempts = [
      () => client.revokeSessionSync({ account: wallet, key: key.address, deployment: nowhere }),
      () => client.revokeAllSessionsSync({ account: wallet, deployment: nowhere }),
      () => client.revokeSessionSync({ account: wallet, relayer, key: key.address, deployment: nowhere }),
      () => client.revokeAllSessionsSync({ account: wallet, relayer, deployment: nowhere }),
      () => client.registerSessionSync({ account: wallet, key, policy, deployment: nowhere }),
      () => client.publishPolicySync({ policy, account: wallet, deployment: { ...nowhere, policyStore: FRIEND } }),
      () => client.getSession({ principal: owner.address, key: key.address, deployment: { ...nowhere, lens: FRIEND } }),
      () => client.getSessions({ principal: owner.address, deployment: nowhere }),
      () => client.isValidFor({ principal: owner.address, key: key.address, contract: feed, deployment: nowhere }),
      () =>
        client.sendSessionCallsSync({
          principal: wallet.address,
          key,
          route: "asked",
          calls: [{ to: FRIEND, data: "0x12345678" }],
        }),
    ];
    for (const [i, attempt] of attempts.entries()) {
      const error = await refused(attempt);
      expect(error.shortMessage, String(i)).to.equal("There is no contract at this address.");
      expect(error.metaMessages, String(i)).to.include(`Address: ${FRIEND}`);
    }
    // Nor on behalf of a smart account.
    const account = await sdk.toOwnerSmartAccount({ client, owner });
    const owned = { account, bundler: relayer, deployment: nowhere };
    const error = await refused(() => client.revokeAllSessionsSync(owned));
    expect(error.metaMessages).to.include(`Address: ${FRIEND}`);
  });

  it("refuses to register, revoke and send for an owner on another chain", async () => {
    const { wallet, key, refused, policy } = await start();
    const elsewhere = createClient({
      chain: base,
      transport: custom(stage.world.provider, { retryCount: 0 }),
      pollingInterval: 20,
    });
    let signed = 0;
    const account = {
      ...wallet,
      signTypedData: (async (definition: never) => (signed++, wallet.signTypedData(definition))) as never,
    };
    const { deployment } = stage;
    const attempts = [
      () => sdk.registerSessionSync(elsewhere, { account, relayer, key, policy, deployment }),
      () => sdk.registerSessionSync(elsewhere, { account, key, policy, deployment }),
      () => sdk.revokeSessionSync(elsewhere, { account, relayer, key: key.address, deployment }),
      () => sdk.revokeSessionSync(elsewhere, { account, key: key.address, deployment }),
      () => sdk.revokeAllSessionsSync(elsewhere, { account, relayer, deployment }),
      () => sdk.revokeAllSessionsSync(elsewhere, { account, deployment }),
    ];
    for (const [i, attempt] of attempts.entries()) {
      const error = await refused(attempt);
      expect(error.shortMessage, String(i)).to.equal("The node is on another chain than the client.");
    }
    expect(signed).to.equal(0);
  });
});
