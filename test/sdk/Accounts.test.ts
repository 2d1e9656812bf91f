import { expect } from "chai";
import {
  encodeAbiParameters,
  concatHex,
  createClient,
  encodeFunctionData,
  http,
  isAddressEqual,
  keccak256,
  pad,
  parseEther,
  parseEventLogs,
  slice,
  stringToHex,
  zeroAddress,
  zeroHash,
  type Address,
  type Hex,
  type LocalAccount,
} from "viem";
import {
  createBundlerClient,
  entryPoint09Abi,
  toPackedUserOperation,
  toSmartAccount,
  type SmartAccount,
} from "viem/account-abstraction";
import { estimateGas, getTransactionReceipt, readContract } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { calldataGas, serveBundler, validateAbi } from "../support/servers/bundlerServer.ts";
import {
  balanceOf,
  FEES,
  mined,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
  type ClientStage,
} from "../support/client/clientStage.ts";
import { FAMILIES, yesValidator } from "../support/chain/foreignAccounts.ts";

const VERSIONS = ["0.7", "0.8", "0.9"] as const;
const KINDS = ["secp256k1", "p256"] as const;

describe("The client's accounts", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let server: Awaited<ReturnType<typeof serveBundler>>;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    server = await serveBundler(stage, await stage.funded());
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await server.close();
    await stage.world.connection.close();
  });

  const bundlerClient = () =>
    createBundlerClient({
      client,
      chain: hardhat,
      transport: http(server.url, { retryCount: 0 }),
      pollingInterval: 20,
    });

  /** An account of the project with Latchkey, a token, and a registered session. */
  const start = async (kind: sdk.SessionKey["kind"] = "secp256k1", version: sdk.EntryPointVersion = "0.9") => {
    const owner = await stage.funded();
    const principal = await stage.account(owner.address, { entryPoint: sdk.entryPoints[version].address });
    await stage.world.helpers.setBalance(principal, parseEther("10"));
    const token = await stage.token(principal);
    const key = await stage.key(kind);
    const policy = transferPolicy(token);
    await client.registerSessionSync({ principal, account: owner, relayer, key, policy });
    return { owner, principal, token, key, policy, deployment: stage.deployment, client };
  };
  const callsLeft = async (principal: Address, key: sdk.SessionKey) =>
    (await client.getSession({ principal, key: key.address })).callsLeft;

  for (const version of VERSIONS) {
    for (const kind of KINDS) {
      it(`EntryPoint ${version}, ${kind}: go through viem's bundler client, estimated by the stub signature`, async () => {
        const { token, key, principal, ...rest } = await start(kind, version);
        const account = await sdk.toSessionSmartAccount({ ...rest, principal, key });
        expect(account.entryPoint).to.include({ address: sdk.entryPoints[version].address, version });
        const bundler = bundlerClient();
        const hash = await bundler.sendUserOperation({ account, calls: [transfer(token, 7n)], ...FEES });
        const { receipt, success } = await bundler.waitForUserOperationReceipt({ hash });
        expect(success).to.equal(true);
        const { logs, to } = await getTransactionReceipt(client, { hash: receipt.transactionHash });
        expect(isAddressEqual(to!, sdk.entryPoints[version].address)).to.equal(true);
        const [event] = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
        expect(event!.args).to.deep.include({ userOpHash: hash, success: true, nonce: event!.args.nonce });
        // What chooses the validator, and the lane of nonces of the session's lane.
        expect(event!.args.nonce >> 64n).to.equal(
          sdk.sessionNonceKey(stage.deployment.latchkey, { app: rest.policy.app }),
        );
        expect(await balanceOf(client, token)).to.equal(7n);
        // And through the action, by the same bundler and by an account that bundles itself.
        for (const by of [bundler, relayer]) {
          const calls = [transfer(token, 1n), transfer(token, 2n)];
          const sent = await client.sendSessionCallsSync({ principal, key, bundler: by, operation: FEES, calls });
          expect(sent.route).to.equal("userOperation");
          expect(await mined(client, sent.hash)).to.equal(true);
        }
        expect(await balanceOf(client, token)).to.equal(13n);
        expect(await callsLeft(principal, key)).to.equal(15);
      });
    }

    it(`EntryPoint ${version}: is told by the account, and another that is asked for is refused`, async () => {
      const session = await start("secp256k1", version);
      const { principal, token, key } = session;
      for (const wanted of VERSIONS.filter((each) => each !== version)) {
        const parameters = { ...session, entryPointVersion: wanted };
        const error = await refusal(sdk.toSessionSmartAccount(parameters));
        expect(error).to.be.instanceOf(sdk.SessionRequestError).and.include({ code: "SESSION_OPERATION_REJECTED" });
        expect(error.metaMessages).to.include(`Its EntryPoint: ${sdk.entryPoints[version].address}, ${version}`);
        expect(error.metaMessages).to.include(`Asked for: ${sdk.entryPoints[wanted].address}, ${wanted}`);
        const calls = [transfer(token, 1n)];
        const act = { principal, key, calls, bundler: relayer, entryPointVersion: wanted };
        expect((await refusal(client.sendSessionCallsSync(act))).shortMessage).to.contain("another EntryPoint");
      }
      expect(await callsLeft(principal, key)).to.equal(20);
      expect(await sdk.toSessionSmartAccount({ ...session, entryPointVersion: version })).to.include({
        address: principal,
      });
    });
  }

  it("refuse an account that obeys no EntryPoint that is known", async () => {
    const [owner, nobody] = [await stage.funded(), await stage.funded()];
    const principal = await stage.account(owner.address, { entryPoint: nobody.address });
    const error = await refusal(
      sdk.toSessionSmartAccount({ client, principal, key: await stage.key(), deployment: stage.deployment }),
    );
    expect(error.metaMessages).to.include(`Its EntryPoint: ${nobody.address}`).and.include("Known: 0.7, 0.8, 0.9");
  });

  for (const kind of KINDS) {
    it(`${kind}: a stub signature costs what a real one costs, in gas and in bytes`, async () => {
      const session = await start(kind);
      const { token, key } = session;
      const account = await sdk.toSessionSmartAccount(session);
      const gas = { callGasLimit: 200_000n, verificationGasLimit: 300_000n, preVerificationGas: 60_000n };
      const callData = await account.encodeCalls([transfer(token, 1n)]);
      const unsigned = { sender: account.address, nonce: await account.getNonce(), callData, ...gas, ...FEES };
      const stub = await account.getStubSignature(unsigned as never);
      const real = await account.signUserOperation(unsigned as never);
      expect(stub).to.have.length(real.length);
      // The key and the deadline are the real ones.
      expect([stub.slice(0, 66), stub.slice(-64)]).to.deep.equal([real.slice(0, 66), real.slice(-64)]);
      expect(Number(calldataGas([stub]) - calldataGas([real]))).to.be.within(0, 100);
      const cost = (signature: Hex) => {
        const op = toPackedUserOperation({ ...unsigned, signature } as never);
        const args = [op, zeroHash, 0n] as const;
        const data = encodeFunctionData({ abi: validateAbi, functionName: "validateUserOp", args });
        return estimateGas(client, { account: account.entryPoint.address, to: account.address, data });
      };
      const [guessed, actual] = [Number(await cost(stub)), Number(await cost(real))];
      expect(guessed / actual).to.be.within(0.995, 1.005);
      const named = kind === "p256" ? slice(key.publicKey, 0, 32) : pad(key.address.toLowerCase() as Hex);
      expect(slice(stub, 0, 32)).to.equal(named);
    });
  }

  it("never wait for each other: several operations at once, of two sessions and in two lanes of one", async () => {
    const session = await start();
    const { owner, principal, token, policy } = session;
    const second = await stage.key("p256");
    await client.registerSessionSync({ principal, account: owner, relayer, key: second, policy, lane: 1n });
    const accounts = await Promise.all([
      sdk.toSessionSmartAccount(session),
      sdk.toSessionSmartAccount({ ...session, lane: 7n }),
      sdk.toSessionSmartAccount({ ...session, key: second }),
    ]);
    const nonces = await Promise.all(accounts.map((each) => each.getNonce()));
    expect(new Set(nonces.map((nonce) => nonce >> 64n)).size).to.equal(3);
    expect(nonces.map((nonce) => BigInt.asUintN(64, nonce))).to.deep.equal([0n, 0n, 0n]);
    // All are signed before any is mined, and the last comes first.
    const gas = { callGasLimit: 200_000n, verificationGasLimit: 300_000n, preVerificationGas: 60_000n };
    const ops = await Promise.all(
      accounts.map(async (account, i) => {
        const callData = await account.encodeCalls([transfer(token, BigInt(i + 1))]);
        const unsigned = { sender: principal, nonce: nonces[i]!, callData, ...gas, ...FEES };
        const signature = await account.signUserOperation(unsigned as never);
        return { ...unsigned, signature };
      }),
    );
    const bundler = bundlerClient();
    for (const op of ops.reverse()) {
      const entryPointAddress = accounts[0]!.entryPoint.address;
      const hash = await bundler.sendUserOperation({ ...op, entryPointAddress } as never);
      expect((await bundler.waitForUserOperationReceipt({ hash })).success).to.equal(true);
    }
    expect(await balanceOf(client, token)).to.equal(6n);
    // A nonce key that is asked for by hand is taken as it is, and so is a lane of the action.
    expect((await accounts[0]!.getNonce({ key: 5n })) >> 64n).to.equal(5n);
    const act = { principal, key: session.key, bundler: relayer, operation: FEES, calls: [transfer(token, 1n)] };
    const { hash } = await client.sendSessionCallsSync({ ...act, lane: 9n });
    const { logs } = await getTransactionReceipt(client, { hash });
    const [event] = parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" });
    expect((event!.args.nonce >> 64n) & 0xffffffffn).to.equal(9n);
  });

  it("are deployed, decode what they encode, sign no message, and refuse an account that is not there or has no Latchkey", async () => {
    const session = await start();
    const account = await sdk.toSessionSmartAccount(session);
    expect(await account.isDeployed()).to.equal(true);
    expect(await account.getFactoryArgs()).to.deep.equal({ factory: undefined, factoryData: undefined });
    const calls = [transfer(session.token, 1n), { to: session.token, value: 3n, data: "0x" as Hex }];
    expect(await account.decodeCalls!(await account.encodeCalls(calls))).to.deep.equal([
      { ...calls[0], value: 0n },
      calls[1],
    ]);
    for (const refused of [account.signMessage({ message: "hi" }), account.signTypedData({} as never)]) {
      expect((await refusal(refused)).code).to.equal("SESSION_OPERATION_REJECTED");
    }
    const stranger = (await stage.funded()).address;
    const bare = await stage.account(stranger, { module: zeroAddress });
    for (const principal of [stranger, bare]) {
      const error = await refusal(sdk.toSessionSmartAccount({ ...session, principal }));
      expect(error).to.be.instanceOf(sdk.InvalidWalletTypeError).and.include({ principal });
    }
  });

  it("work for a client that names no chain", async () => {
    const session = await start();
    const nameless = createClient({ transport: stage.transport, pollingInterval: 20, cacheTime: 0 });
    const account = await sdk.toSessionSmartAccount({ ...session, client: nameless });
    expect((await account.getNonce()) >> 96n).to.equal(BigInt(stage.deployment.latchkey));
    const { principal, key, token, deployment } = session;
    const act = { principal, key, deployment, bundler: relayer, operation: FEES, calls: [transfer(token, 1n)] };
    expect(await mined(client, (await sdk.sendSessionCallsSync(nameless, act)).hash)).to.equal(true);
  });

  it("take no other version of Kernel for the one whose layout is known", async () => {
    const account: Address = "0x00000000000000000000000000000000000b0704";
    const said = encodeAbiParameters([{ type: "string" }], ["kernel.advanced.v0.4.0"]);
    // Answers everything with that.
    await stage.world.helpers.setCode(account, concatHex(["0x6060600a5f3960605ff3", said]));
    for (const ask of [
      () => sdk.installCalls(stage.client, { account, deployment: stage.deployment }),
      () =>
        sdk.toSessionSmartAccount({ client: stage.client, principal: account, key: sdk.generateSecp256k1SessionKey() }),
    ]) {
      const error = await refusal(ask() as Promise<unknown>);
      expect(error.code).to.equal("INVALID_WALLET_TYPE_FOR_SESSION");
      expect(error.message).to.include("This version of Kernel is not known.").and.to.include(account);
    }
  });

  it("lay out nonce keys as each family wants them, and refuse lanes that it does not have", () => {
    const latchkey: Address = "0x00000000000000000000000000000000000000aa";
    const session = { app: "nonces", lane: 5n };
    const word = concatHex([stringToHex("nonces", { size: 32 }), pad("0x05")]);
    const hash = BigInt(keccak256(word));
    const layouts: [sdk.AccountFamily, (lane: bigint) => bigint, bigint][] = [
      ["openZeppelin", (lane) => (0xaan << 32n) | lane, 2n ** 32n],
      ["latchkeyAccount7702", (lane) => (0xaan << 32n) | lane, 2n ** 32n],
      ["reference", (lane) => (0xaan << 32n) | lane, 2n ** 32n],
      ["safe7579", (lane) => (0xaan << 32n) | lane, 2n ** 32n],
      ["nexus", (lane) => (lane << 168n) | 0xaan, 2n ** 24n],
      ["kernel", (lane) => (1n << 176n) | (0xaan << 16n) | lane, 2n ** 16n],
    ];
    for (const [family, layout, lanes] of layouts) {
      const named = (lane: bigint) => sdk.sessionNonceKey(latchkey, lane, { family });
      expect(sdk.sessionNonceKey(latchkey, session, { family }), family).to.equal(layout(hash % lanes));
      expect(sdk.sessionNonceKey(latchkey, session, { family, offset: 3n }), family).to.equal(
        layout((hash + 3n) % lanes),
      );
      expect(named(0n), family).to.equal(layout(0n));
      expect(named(lanes - 1n), family).to.equal(layout(lanes - 1n));
      expect(named(lanes - 1n) < 2n ** 192n, family).to.equal(true);
      for (const lane of [-1n, lanes]) expect(() => named(lane), family).to.throw(sdk.SessionRequestError);
    }
    expect(sdk.sessionNonceKey(latchkey, session)).to.equal(layouts[0]![1](hash % 2n ** 32n));
    expect(sdk.sessionNonceKey(latchkey, { app: "nonces" })).to.not.equal(sdk.sessionNonceKey(latchkey, session));
  });

  it("leave a nonce slot to the next session of a lane, and share none with another lane or app", async () => {
    const { owner, principal, key, policy, deployment, token } = await start();
    const nonceKeyOf = async (parameters: Partial<sdk.ToSessionSmartAccountParameters>) =>
      (await (await sdk.toSessionSmartAccount({ client, principal, key, deployment, ...parameters })).getNonce()) >>
      64n;
    const register = async (changes: Partial<sdk.RegisterSessionParameters>) => {
      const fresh = await stage.key("secp256k1");
      await client.registerSessionSync({ principal, account: owner, relayer, key: fresh, policy, ...changes });
      return fresh;
    };
    const first = await nonceKeyOf({});
    expect(first).to.equal(sdk.sessionNonceKey(deployment.latchkey, { app: policy.app }));
    const elsewhere = await register({ lane: 7n });
    const there = sdk.sessionNonceKey(deployment.latchkey, { app: policy.app, lane: 7n });
    expect(await nonceKeyOf({ key: elsewhere, sessionLane: 7n })).to.equal(there);
    // Who does not say where a session lives gets a lane of the key's own.
    expect([first, there]).to.not.include(await nonceKeyOf({ key: elsewhere }));
    const other = { ...transferPolicy(token), app: "another" };
    const third = await register({ policy: other, lane: 0n });
    expect([first, there]).to.not.include(await nonceKeyOf({ key: third }));
    const next = await register({ replaces: key.address });
    expect(await nonceKeyOf({ key: next })).to.equal(first);
    // Sessions that nobody registered, and lanes that are named.
    expect(await nonceKeyOf({ key: await stage.key("p256") })).to.not.equal(first);
    expect(await nonceKeyOf({ lane: 9n })).to.equal(sdk.sessionNonceKey(deployment.latchkey, 9n));
  });

  for (const family of FAMILIES) {
    describe(`on an account of another team, ${family.name}:`, () => {
      const owned = async () => {
        const { chain } = stage.world;
        const owner = await yesValidator(chain);
        const principal = (await family.create({ chain }, owner)) as Address;
        await stage.world.helpers.setBalance(principal, parseEther("10"));
        const entryPoint = sdk.entryPoints["0.7"];
        const account = (await toSmartAccount({
          client,
          entryPoint,
          getAddress: async () => principal,
          encodeCalls: async (calls: readonly sdk.SessionCall[]) => sdk.encodeExecute(calls),
          getFactoryArgs: async () => ({ factory: undefined, factoryData: undefined }),
          getNonce: () =>
            readContract(client, {
              ...entryPoint,
              functionName: "getNonce",
              args: [principal, family.ownerNonceKey(owner)],
            }),
          // Its owner is a validator that accepts whatever it is shown.
          getStubSignature: async () => "0x00",
          signUserOperation: async () => "0x00",
          signMessage: async () => "0x00",
          signTypedData: async () => "0x00",
        } as never)) as unknown as SmartAccount;
        return { account, principal, token: await stage.token(principal) };
      };

      it("installs and registers in one operation, and acts on each route, told nothing of the family", async () => {
        const { account, principal, token } = await owned();
        const where = { account: principal, deployment: stage.deployment };
        const owner = { account, bundler: relayer, operation: FEES };
        const before = await sdk.installCalls(client, where);
        expect(before).to.have.length(2);
        const policy = transferPolicy(token);
        const [key, other] = [await stage.key(), await stage.key("p256")];
        await client.registerSessionSync({ ...owner, key, policy, before });
        expect(await sdk.installCalls(client, where)).to.deep.equal([]);
        await client.registerSessionSync({ ...owner, key: other, policy, lane: 1n });
        const calls = [transfer(token, 1n), transfer(token, 2n)];
        const act = { principal, calls, operation: FEES };
        for (const bundler of [bundlerClient(), relayer]) {
          for (const by of [key, other]) {
            const { hash, route } = await client.sendSessionCallsSync({ ...act, key: by, bundler });
            expect([route, await mined(client, hash)]).to.deep.equal(["userOperation", true]);
          }
        }
        await client.sendSessionCallsSync({ ...act, key: other, route: "relayed", relayer });
        await client.sendSessionCallsSync({ ...act, key, route: "direct" });
        expect(await balanceOf(client, token)).to.equal(18n);
        expect([await callsLeft(principal, key), await callsLeft(principal, other)]).to.deep.equal([14, 14]);
        const wrong = await refusal(
          client.sendSessionCallsSync({ ...act, key, bundler: relayer, entryPointVersion: "0.9" }),
        );
        expect(wrong.shortMessage).to.equal("The account obeys another EntryPoint.");
      });

      it("is asked under its own layout, and under a wrong one nothing is consumed", async () => {
        const { account, principal, token } = await owned();
        const key = await stage.key();
        const owner = { account, bundler: relayer, operation: FEES };
        const before = await sdk.installCalls(client, { account: principal, deployment: stage.deployment });
        await client.registerSessionSync({ ...owner, key, policy: transferPolicy(token), before });
        const act = { principal, key, bundler: relayer, operation: FEES, calls: [transfer(token, 1n)] };
        const own = family.nonceKey(stage.deployment.latchkey, 3n);
        await client.sendSessionCallsSync({ ...act, nonceKey: own });
        const named = { ...act, family: nameOf(family.name), lane: 3n };
        await client.sendSessionCallsSync(named);
        expect(await callsLeft(principal, key)).to.equal(18);
        const foreign = nameOf(family.name) === "nexus" ? "kernel" : "nexus";
        await client.sendSessionCallsSync({ ...act, family: foreign }).catch(() => undefined);
        expect(await callsLeft(principal, key)).to.equal(18);
      });

      it("uninstalls by the recipe of its family, which ends every session", async () => {
        const { account, principal, token } = await owned();
        const key = await stage.key();
        const where = { account: principal, deployment: stage.deployment };
        const owner = { account, bundler: relayer, operation: FEES };
        const policy = transferPolicy(token);
        await client.registerSessionSync({ ...owner, key, policy, before: await sdk.installCalls(client, where) });
        const uninstall = sdk.uninstallCalls({ ...where, family: nameOf(family.name) });
        const next = await stage.key();
        await client.registerSessionSync({ ...owner, key: next, policy, before: uninstall });
        expect((await client.getSession({ principal, key: key.address })).status).to.equal("Revoked");
        const act = { principal, bundler: relayer, operation: FEES, calls: [transfer(token, 1n)] };
        const gone = await refusal(client.sendSessionCallsSync({ ...act, key: next, route: "userOperation" }));
        expect(gone).to.be.instanceOf(sdk.InvalidWalletTypeError);
        expect(await sdk.installCalls(client, where)).to.have.length(2);
      });
    });
  }
});

function nameOf(family: string): sdk.AccountFamily {
  if (family.startsWith("Nexus")) return "nexus";
  return family.startsWith("Kernel") ? "kernel" : "reference";
}
