import { expect } from "chai";
import { Wallet } from "ethers";
import {
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  parseAbi,
  parseEther,
  parseEventLogs,
  recoverTypedDataAddress,
  type Address,
  type Hex,
  type LocalAccount,
} from "viem";
import {
  createBundlerClient,
  entryPoint09Abi,
  toPackedUserOperation,
  type UserOperation,
} from "viem/account-abstraction";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { getTransactionReceipt, sendTransaction } from "viem/actions";
import * as sdk from "../../sdk/src/index.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";
import { deployAccount, ownerOperation } from "../support/chain/smartAccount.ts";

const { contract, definePolicy, generateP256SessionKey, generateSecp256k1SessionKey, sessionActions } = sdk;

const gameAbi = parseAbi(["function joinScene(address player, uint64 scene)", "function createStorage()"]);
const feedAbi = parseAbi([
  "function post(string text) returns (uint256)",
  "function repost(uint256 parent) returns (uint256)",
]);
const FRIEND: Address = "0x3333333333333333333333333333333333333333";

/** The error that a promise is rejected with. */
async function refusal(run: Promise<unknown>): Promise<sdk.SessionError> {
  const error = await run.then(
    () => expect.fail("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(sdk.SessionError);
  return error as sdk.SessionError;
}

describe("The client's actions", () => {
  let world: World;
  let client: ReturnType<typeof open>;
  let deployment: sdk.Deployment;
  let relayer: LocalAccount;
  let game: Address;
  let feed: Address;
  let snapshot: { restore(): Promise<void> };

  const open = () =>
    createClient({ chain: hardhat, transport: custom(world.provider), pollingInterval: 20, cacheTime: 0 }).extend(
      sessionActions({ deployment }),
    );
  const funded = async () => {
    const account = privateKeyToAccount(generatePrivateKey());
    await world.helpers.setBalance(account.address, parseEther("10"));
    return account;
  };
  const fundedKey = async () => {
    const key = generateSecp256k1SessionKey();
    await world.helpers.setBalance(key.address, parseEther("1"));
    return key;
  };
  const addressOf = (each: { target: unknown }) => each.target as Address;

  before(async () => {
    world = await openWorld();
    deployment = {
      latchkey: world.address as Address,
      lens: addressOf(world.lens),
      policyStore: addressOf(world.store),
      forwarder: addressOf(world.forwarder),
    };
    client = open();
    relayer = await funded();
    const owner = world.owner.address;
    game = (await (
      await world.ethers.deployContract("GameWorld", [world.address, owner, 1, 50])
    ).getAddress()) as Address;
    const args = [deployment.forwarder, owner, 280];
    feed = (await (await world.ethers.deployContract("SocialFeed", args)).getAddress()) as Address;
    snapshot = await world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(() => world.connection.close());

  it("use the addresses that every chain has", () => {
    expect(Object.keys(sdk.latchkeyDeployment)).to.deep.equal(Object.keys(deployment));
  });

  describe("for a plain wallet", () => {
    const appPolicy = () =>
      definePolicy({
        app: "plain.example",
        maxDuration: 86_400,
        maxCalls: 10,
        permissions: [
          contract({ address: feed, abi: feedAbi, methods: { post: {} } }),
          contract({
            address: game,
            abi: gameAbi,
            methods: { joinScene: { consumable: true, arguments: { player: { isPrincipal: true } } } },
          }),
        ],
      });
    const post = (text: string) => ({
      to: feed,
      data: encodeFunctionData({ abi: feedAbi, functionName: "post", args: [text] }),
    });
    const join = (player: Address, scene: bigint) => ({
      to: game,
      data: encodeFunctionData({ abi: gameAbi, functionName: "joinScene", args: [player, scene] }),
    });

    it("publish once, register by transaction, forward by the key, revoke, and list", async () => {
      const wallet = await funded();
      const policy = appPolicy();
      const key = await fundedKey();
      expect(await client.getPolicy({ policyId: sdk.hashPolicy(policy) })).to.equal(undefined);
      const published = await client.publishPolicySync({ policy, account: wallet });
      expect(await client.getPolicy(published)).to.deep.equal(policy);
      expect(published.hash).to.have.length(66);
      expect(await client.publishPolicySync({ policy, account: wallet })).to.deep.equal({
        ...published,
        hash: undefined,
      });
      const { grant, policyId, hash } = await client.registerSessionSync({ key, policy, account: wallet });
      expect(policyId).to.equal(published.policyId);
      expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
      const session = await client.getSession({ principal: wallet.address, key: key.address });
      expect(session).to.deep.include({
        status: "Active",
        validUntil: grant.validUntil,
        policyId,
        callsLeft: 10,
        registration: session.validAfter,
      });
      expect(grant.validUntil - session.validAfter).to.be.within(21_590, 21_600);

      const sent = await client.sendSessionCallsSync({ principal: wallet.address, key, calls: [post("hello")] });
      expect(sent.route).to.equal("forwarded");
      expect((await getTransactionReceipt(client, { hash: sent.hash })).to).to.equal(
        deployment.forwarder.toLowerCase(),
      );
      expect((await client.getSession({ principal: wallet.address, key: key.address })).callsLeft).to.equal(9);

      await client.revokeSessionSync({ key: key.address, account: wallet });
      const again = client.sendSessionCallsSync({ principal: wallet.address, key, calls: [post("again")] });
      expect(await refusal(again))
        .to.include({ errorName: "SessionAlreadyRevoked" })
        .and.include({ code: "SESSION_REVOKED" });
      const [listed, ...none] = await client.getSessions({ principal: wallet.address });
      expect(none).to.deep.equal([]);
      expect(listed).to.deep.include({
        key: key.address,
        status: "Revoked",
        lane: 0n,
        publicKey: "0x",
        app: policy.app,
        grantedCalls: 10,
      });
    });

    it("register and revoke by signatures that a relayer brings in: the wallet sends nothing and pays nothing", async () => {
      const wallet = privateKeyToAccount(generatePrivateKey());
      const policy = appPolicy();
      const key = await generateP256SessionKey();
      await client.registerSessionSync({ key, policy, account: wallet, relayer });
      const principal = wallet.address;
      expect((await client.getSession({ principal, key: key.address })).status).to.equal("Active");
      // A P-256 key signs but cannot send.
      expect((await refusal(client.sendSessionCallsSync({ principal, key, calls: [post("hi")] }))).code).to.equal(
        "SESSION_OPERATION_REJECTED",
      );
      const { route } = await client.sendSessionCallsSync({ principal, key, calls: [post("hi")], relayer });
      expect(route).to.equal("forwarded");
      await client.revokeSessionSync({ key: key.address, account: wallet, relayer });
      const gone = client.sendSessionCallsSync({ principal, key, calls: [post("hi")], relayer });
      expect((await refusal(gone)).code).to.equal("SESSION_REVOKED");

      const second = await generateP256SessionKey();
      await client.registerSessionSync({ key: second, policy, account: wallet, relayer });
      await client.revokeAllSessionsSync({ account: wallet, relayer });
      expect((await client.getSession({ principal, key: second.address })).status).to.equal("Revoked");
    });

    it("let a dApp ask, and say whether it may", async () => {
      const wallet = await funded();
      const key = await fundedKey();
      await client.registerSessionSync({ key, policy: appPolicy(), account: wallet });
      const created = encodeFunctionData({ abi: gameAbi, functionName: "createStorage" });
      await sendTransaction(client, { account: wallet, chain: hardhat, to: game, data: created });
      const call = { principal: wallet.address, key, route: "asked" as const };
      await client.sendSessionCallsSync({ ...call, calls: [join(wallet.address, 1n)] });
      const asked = { key: key.address, principal: wallet.address };
      expect(await client.isValidFor({ ...asked, contract: game })).to.equal(true);
      expect(await client.isValidFor({ ...asked, contract: feed })).to.equal(false);
      const two = client.sendSessionCallsSync({ ...call, calls: [join(wallet.address, 1n), join(wallet.address, 2n)] });
      expect((await refusal(two)).code).to.equal("SESSION_OPERATION_REJECTED");
      const stranger = await refusal(client.sendSessionCallsSync({ ...call, calls: [join(FRIEND, 1n)] }));
      expect(stranger.code).to.equal("SESSION_NOT_REGISTERED");
    });

    it("explain what the chain would refuse, as the same error", async () => {
      const wallet = await funded();
      const key = await fundedKey();
      await client.registerSessionSync({ key, policy: appPolicy(), account: wallet, maxCalls: 1 });
      const ask = { principal: wallet.address, key: key.address, route: "forwarded" as const };
      expect(await client.explainCalls({ ...ask, calls: [post("a")] })).to.deep.equal({
        allowed: true,
        index: 1,
        error: undefined,
        // Permissions stand in the order of their targets.
        decided: [{ permission: BigInt(feed) < BigInt(game) ? 0 : 1, alternative: { number: 1, of: 1 } }],
        nearest: undefined,
      });
      const repost = { to: feed, data: encodeFunctionData({ abi: feedAbi, functionName: "repost", args: [1n] }) };
      const { allowed, index, error } = await client.explainCalls({ ...ask, calls: [repost] });
      expect({ allowed, index }).to.deep.equal({ allowed: false, index: 0 });
      expect(error).to.include({ errorName: "CallNotAllowed" }).and.include({ code: "SESSION_ENTRYPOINT_NOT_ALLOWED" });
      const sent = await refusal(client.sendSessionCallsSync({ principal: wallet.address, key, calls: [repost] }));
      expect((sent as sdk.ContractError<"CallNotAllowed">).args).to.deep.equal(
        (error as sdk.ContractError<"CallNotAllowed">).args,
      );
      const stranger = await client.explainCalls({ ...ask, key: FRIEND, calls: [repost] });
      expect(stranger.error!.code).to.equal("SESSION_NOT_REGISTERED");
      await client.sendSessionCallsSync({ principal: wallet.address, key, calls: [post("last")] });
      const spent = await refusal(
        client.sendSessionCallsSync({ principal: wallet.address, key, calls: [post("more")] }),
      );
      expect(spent.code).to.equal("SESSION_MAX_CALLS_EXCEEDED");
    });

    it("refuse a registration as the chain does, with nothing registered", async () => {
      const wallet = await funded();
      const policy = appPolicy();
      const [first, second] = [generateSecp256k1SessionKey(), generateSecp256k1SessionKey()];
      await client.registerSessionSync({ key: first, policy, account: wallet });
      const taken = await refusal(client.registerSessionSync({ key: second, policy, account: wallet }));
      expect(taken).to.include({ errorName: "LaneOccupied" }).and.include({ code: "SESSION_CREATION_FAILED" });
      const tooMany = client.registerSessionSync({ key: second, policy, account: wallet, maxCalls: 11, lane: 1n });
      expect(await refusal(tooMany)).to.include({ errorName: "MaxCallsOutOfBounds" });
      const past = client.registerSessionSync({ key: second, policy, account: wallet, validUntil: 1 });
      expect((await refusal(past)).code).to.equal("SESSION_CREATION_FAILED");
      expect((await client.getSession({ principal: wallet.address, key: second.address })).status).to.equal("None");
      await client.registerSessionSync({ key: second, policy, account: wallet, replaces: first.address });
      expect((await client.getSession({ principal: wallet.address, key: first.address })).status).to.equal("Revoked");
    });

    it("register in place of whoever lives in the lane, and for a window that has begun", async () => {
      const wallet = await funded();
      const policy = appPolicy();
      const [first, second] = [generateSecp256k1SessionKey(), generateSecp256k1SessionKey()];
      const principal = wallet.address;
      await client.registerSessionSync({ key: first, policy, account: wallet });
      const validAfter = (await world.now()) - 1_000;
      const grant = { key: second, policy, account: wallet, relayer, validAfter };
      await client.registerSessionSync({ ...grant, replaces: sdk.ANY_KEY });
      expect((await client.getSession({ principal, key: first.address })).status).to.equal("Revoked");
      const state = await client.getSession({ principal, key: second.address });
      expect(state).to.include({ status: "Active", validAfter, registration: validAfter, maxCalls: 10 });
    });

    it("refuse an unsafe policy by name", async () => {
      const permissions = [contract({ address: feed, abi: feedAbi, methods: { post: {} } })];
      const safe = definePolicy({ app: "unsafe.example", maxDuration: 3_600, maxCalls: 1, permissions });
      const policy = { ...safe, permissions: sdk.method(deployment.latchkey, "post(string)") };
      const error = await refusal(client.publishPolicySync({ policy, account: relayer }));
      expect(error).to.include({ errorName: "UnsafeTarget" }).and.include({ code: "SESSION_UNSAFE_POLICY" });
    });

    it("refuse the routes that need an account", async () => {
      const wallet = await funded();
      const key = await fundedKey();
      for (const route of ["direct", "relayed", "userOperation"] as const) {
        const error = await refusal(
          client.sendSessionCallsSync({ principal: wallet.address, key, route, calls: [post("x")], relayer }),
        );
        expect(error.code, route).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
      }
      expect((await refusal(client.sendSessionCallsSync({ principal: wallet.address, key, calls: [] }))).code).to.equal(
        "SESSION_OPERATION_REJECTED",
      );
    });
  });

  describe("for a smart account", () => {
    for (const kind of ["secp256k1", "p256"] as const) {
      it(`${kind}: act on every route that the key has, each counted once and refused with the same error`, async () => {
        const { principal, token, sendCalls } = await openAccount();
        const policy = transferPolicy(token);
        const key = kind === "p256" ? await generateP256SessionKey() : await fundedKey();
        await client.registerSessionSync({ key, policy, principal, account: relayer, sendCalls });
        const routes =
          kind === "p256" ? (["userOperation", "relayed"] as const) : (["userOperation", "direct", "relayed"] as const);
        for (const [i, route] of routes.entries()) {
          const act = { principal, key, route, relayer, bundler: relayer };
          const { hash } = await client.sendSessionCallsSync({
            ...act,
            calls: [transfer(token, 7n), transfer(token, 1n)],
          });
          expect((await getTransactionReceipt(client, { hash })).status, route).to.equal("success");
          expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(20 - 2 * (i + 1));
          const tooMuch = await refusal(client.sendSessionCallsSync({ ...act, calls: [transfer(token, 101n)] }));
          expect(tooMuch, route)
            .to.include({ errorName: "SpendCapExceeded" })
            .and.include({ code: "SESSION_SPEND_CAP_EXCEEDED" });
          const left = 100n - 8n * BigInt(i + 1);
          expect((tooMuch as sdk.ContractError<"SpendCapExceeded">).args).to.deep.equal({
            unit: token,
            requested: 101n,
            left,
          });
        }
        const poke = await world.ethers.getContractAt("Poke", token);
        expect(await poke.getFunction("balanceOf").staticCall(FRIEND)).to.equal(8n * BigInt(routes.length));
      });
    }

    it("choose the route from what is there", async () => {
      const { principal, token, sendCalls } = await openAccount();
      const key = await fundedKey();
      await client.registerSessionSync({ key, policy: transferPolicy(token), principal, account: relayer, sendCalls });
      const act = { principal, key, calls: [transfer(token, 1n)] };
      expect((await client.sendSessionCallsSync(act)).route).to.equal("direct");
      expect((await client.sendSessionCallsSync({ ...act, relayer })).route).to.equal("relayed");
      expect((await client.sendSessionCallsSync({ ...act, relayer, bundler: relayer })).route).to.equal(
        "userOperation",
      );
    });

    it("go through an ERC-4337 bundler, and believe it no more than the chain", async () => {
      const { principal, token, sendCalls } = await openAccount();
      const key = await generateP256SessionKey();
      await client.registerSessionSync({ key, policy: transferPolicy(token), principal, account: relayer, sendCalls });
      const answers: Record<string, unknown> = {};
      const bundler = createBundlerClient({
        client,
        chain: hardhat,
        pollingInterval: 20,
        transport: custom(inProcessBundler(answers)),
      });
      const gas = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
      const act = { principal, key, bundler, operation: gas };
      const { hash, route } = await client.sendSessionCallsSync({ ...act, calls: [transfer(token, 7n)] });
      expect(route).to.equal("userOperation");
      expect((await getTransactionReceipt(client, { hash })).to).to.equal(sdk.entryPoints["0.9"].address.toLowerCase());
      expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(19);
      const tooMuch = await refusal(client.sendSessionCallsSync({ ...act, calls: [transfer(token, 101n)] }));
      expect(tooMuch).to.include({ errorName: "SpendCapExceeded" });
      // Its own account of the operation is another one's.
      answers.userOpHash = `0x${"11".repeat(32)}`;
      const lie = await refusal(client.sendSessionCallsSync({ ...act, calls: [transfer(token, 1n)] }));
      expect(lie).to.be.instanceOf(sdk.BundlerMismatchError).and.include({ code: "SESSION_BUNDLER_MISMATCH" });
    });

    /** What a bundler answers, each operation in a transaction of its own; `answers` overrides its receipts. */
    const inProcessBundler = (answers: Record<string, unknown>) => {
      const mined = new Map<unknown, Hex>();
      return {
        request: async ({ method, params }: { method: string; params?: unknown }) => {
          const [first, entryPoint] = (params ?? []) as [never, Address];
          switch (method) {
            case "eth_supportedEntryPoints":
              return [sdk.entryPoints["0.9"].address];
            case "eth_estimateUserOperationGas":
              return { callGasLimit: "0x7a120", verificationGasLimit: "0x7a120", preVerificationGas: "0xea60" };
            case "eth_sendUserOperation": {
              const op = toPackedUserOperation(fromRpc(first));
              const args = [[op], relayer.address] as const;
              const data = encodeFunctionData({ abi: entryPoint09Abi, functionName: "handleOps", args });
              const transaction = await sendTransaction(client, {
                account: relayer,
                chain: hardhat,
                to: entryPoint,
                data,
              });
              const [event] = parseEventLogs({
                abi: entryPoint09Abi,
                logs: (await getTransactionReceipt(client, { hash: transaction })).logs,
                eventName: "UserOperationEvent",
              });
              mined.set(event!.args.userOpHash, transaction);
              return event!.args.userOpHash;
            }
            case "eth_getUserOperationReceipt": {
              const receipt = await world.provider.request({
                method: "eth_getTransactionReceipt",
                params: [mined.get(first)],
              });
              const rest = {
                actualGasCost: "0x1",
                actualGasUsed: "0x1",
                nonce: "0x0",
                logs: [],
                entryPoint,
                sender: FRIEND,
              };
              const said = Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined));
              return { userOpHash: first, success: true, receipt, ...rest, ...said };
            }
            default:
              return world.provider.request({ method, params: params as never });
          }
        },
      };
    };
    const fromRpc = (op: Record<string, Hex>) => {
      const names = [
        "nonce",
        "callGasLimit",
        "verificationGasLimit",
        "preVerificationGas",
        "maxFeePerGas",
        "maxPriorityFeePerGas",
      ];
      return { ...op, ...Object.fromEntries(names.map((name) => [name, BigInt(op[name]!)])) } as never as UserOperation;
    };

    it("say of AA22 whether it was early or late, at both edges", async () => {
      const { principal, token, sendCalls } = await openAccount();
      const key = await fundedKey();
      const start = (await world.now()) + 1_000;
      const grant = { validAfter: start, validUntil: start + 999 };
      await client.registerSessionSync({
        key,
        policy: transferPolicy(token),
        principal,
        account: relayer,
        sendCalls,
        ...grant,
      });
      const send = (changes = {}) =>
        client.sendSessionCallsSync({
          principal,
          key,
          bundler: relayer,
          calls: [transfer(token, 1n)],
          validUntil: start + 999,
          ...changes,
        });
      const at = (time: number) => world.helpers.time.setNextBlockTimestamp(time);
      // EntryPoint v0.9 opens one second later than the session, and closes with it.
      for (const early of [start - 1, start]) {
        await at(early);
        const error = await refusal(send());
        expect(error).to.be.instanceOf(sdk.OperationWindowError).and.include({ code: "SESSION_NOT_YET_VALID" });
      }
      await at(start + 1);
      await send();
      await at(start + 999);
      await send();
      await at(start + 1_000);
      const late = await refusal(send());
      expect(late).to.be.instanceOf(sdk.OperationWindowError).and.include({ code: "SESSION_EXPIRED" });
      expect(await refusal(send({ route: "direct" }))).to.include({ errorName: "SessionExpired" });
      expect((await refusal(send())).code).to.equal("SESSION_EXPIRED");
    });

    it("refuse an account without the module, and what the called contract refuses as its own", async () => {
      const { principal, token, sendCalls } = await openAccount();
      const bare = await openAccount("0x0000000000000000000000000000000000000000");
      const key = await fundedKey();
      const call = { key, calls: [transfer(token, 1n)], bundler: relayer };
      expect(
        (await refusal(client.sendSessionCallsSync({ ...call, principal: bare.principal, route: "direct" }))).code,
      ).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
      expect((await refusal(client.sendSessionCallsSync({ ...call, principal }))).code).to.equal(
        "SESSION_NOT_REGISTERED",
      );
      const limits = [{ unit: token, cap: 10n ** 30n, period: 0, fromStart: false }];
      const policy = { ...transferPolicy(token), limits };
      await client.registerSessionSync({ key, policy, principal, account: relayer, sendCalls });
      for (const route of ["userOperation", "direct"] as const) {
        const error = await refusal(
          client.sendSessionCallsSync({ ...call, principal, route, calls: [transfer(token, 10n ** 29n)] }),
        );
        expect(error.code, route).to.equal("SESSION_CALL_REVERTED");
      }
    });

    it("never sign a message with a session key", async () => {
      const { principal } = await openAccount();
      const account = await sdk.toSessionSmartAccount({ client, principal, key: await fundedKey(), deployment });
      expect((await refusal(account.signMessage({ message: "hi" }))).code).to.equal("SESSION_OPERATION_REJECTED");
      expect(account.address).to.equal(principal);
      const calls = [transfer(FRIEND, 1n), transfer(FRIEND, 2n)];
      expect(await account.decodeCalls!(await account.encodeCalls(calls))).to.deep.equal(
        calls.map((each) => ({ ...each, value: 0n })),
      );
      expect(await account.decodeCalls!(await account.encodeCalls([calls[0]!]))).to.deep.equal([
        { ...calls[0], value: 0n },
      ]);
    });

    const transfer = (token: Address, amount: bigint) => ({
      to: token,
      data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] }),
    });
    const transferPolicy = (token: Address) =>
      definePolicy({
        app: "account.example",
        maxDuration: 86_400,
        maxCalls: 20,
        gasBudget: parseEther("1"),
        selfPaid: true,
        permissions: [contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
        limits: [{ unit: token, cap: 100n }],
      });
    const openAccount = async (module?: string) => {
      const owner = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
      const account = await deployAccount(world, owner, module);
      const principal = account.address as Address;
      const poke = await world.ethers.deployContract("Poke", [principal, parseEther("1000")]);
      const sendCalls = async (calls: readonly sdk.SessionCall[]): Promise<Hex> => {
        const each = calls.map(({ to, value = 0n, data = "0x" as Hex }) => ({ target: to, value, data }));
        const { receipt, outcomes } = await ownerOperation(world, account, each, { callGasLimit: 5_000_000 });
        if (!outcomes[0]!.success) throw Object.assign(new Error("refused"), { data: outcomes[0]!.revertData });
        return receipt.hash as Hex;
      };
      return { principal, token: (await poke.getAddress()) as Address, sendCalls };
    };
  });

  it("show a wallet the whole policy that it signs", async () => {
    const wallet = privateKeyToAccount(generatePrivateKey());
    let shown: Parameters<typeof recoverTypedDataAddress>[0] | undefined;
    const account = {
      ...wallet,
      signTypedData: async (definition: never) => {
        const signature = await wallet.signTypedData(definition);
        shown = { ...(definition as object), signature } as never;
        return signature;
      },
    } as LocalAccount;
    const policy = definePolicy({
      app: "shown.example",
      maxDuration: 3_600,
      maxCalls: 1,
      permissions: [contract({ address: feed, abi: feedAbi, methods: { post: {} } })],
    });
    await client.registerSessionSync({ key: generateSecp256k1SessionKey(), policy, account, relayer });
    expect(await recoverTypedDataAddress(shown!)).to.equal(wallet.address);
    expect((shown as unknown as { message: { policy: unknown } }).message.policy).to.deep.equal(policy);
  });
});
