import { expect } from "chai";
import {
  concatHex,
  encodeFunctionData,
  http,
  pad,
  parseAbi,
  parseEther,
  parseEventLogs,
  type Address,
  type LocalAccount,
} from "viem";
import { createBundlerClient, createPaymasterClient, entryPoint09Abi } from "viem/account-abstraction";
import { getBalance, getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import { serveBundler } from "../support/servers/bundlerServer.ts";
import {
  balanceOf,
  FEES,
  openClientStage,
  refusal,
  transfer,
  transferPolicy,
  type ClientStage,
} from "../support/client/clientStage.ts";
import { mock } from "../support/chain/dapp.ts";
import { servePaymaster } from "../support/servers/paymasterServer.ts";

const VERSIONS = ["0.7", "0.8", "0.9"] as const;
const modules = parseAbi(["function installModule(uint256 moduleTypeId, address module, bytes initData)"]);

describe("The client with a paymaster", () => {
  let stage: ClientStage;
  let client: ClientStage["client"];
  let relayer: LocalAccount;
  let bundler: Awaited<ReturnType<typeof serveBundler>>;
  const services: Awaited<ReturnType<typeof servePaymaster>>[] = [];
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    stage = await openClientStage();
    client = stage.client;
    relayer = await stage.funded();
    bundler = await serveBundler(stage, await stage.funded());
    snapshot = await stage.world.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  after(async () => {
    await Promise.all([bundler, ...services].map((each) => each.close()));
    await stage.world.connection.close();
  });

  /** The project's paymaster, with a deposit and no budget for anybody. */
  const paymasterOn = async (version: sdk.EntryPointVersion) => {
    const { ethers, owner } = stage.world;
    const args = [sdk.entryPoints[version].address, stage.deployment.latchkey, owner.address];
    const contract = await ethers.deployContract("SessionPaymaster", args);
    await contract.getFunction("deposit").send({ value: parseEther("5") });
    return {
      paymaster: (await contract.getAddress()) as Address,
      pays: (principal: Address) => contract.getFunction("setBudget").send(principal, parseEther("1")),
    };
  };
  /** One that pays for whatever it is asked to. */
  const anyonesPaymaster = async (version: sdk.EntryPointVersion): Promise<Address> => {
    const args = [sdk.entryPoints[version].address, { value: parseEther("5") }];
    return String((await mock(stage.world, "SponsoringPaymaster", "SponsoringPaymaster", args)).target) as Address;
  };
  /** A bundler client that lets the service's paymaster pay. */
  const sponsored = async (paymaster: Address) => {
    const service = await servePaymaster(paymaster);
    services.push(service);
    const client_ = createBundlerClient({
      client,
      chain: hardhat,
      transport: http(bundler.url, { retryCount: 0 }),
      pollingInterval: 20,
      paymaster: createPaymasterClient({ transport: http(service.url, { retryCount: 0 }) }),
    });
    return { service, bundler: client_ };
  };
  /** A session of an account that has not a wei, under a policy with this paymaster. */
  const start = async (
    version: sdk.EntryPointVersion,
    paymaster: Address,
    kind: sdk.SessionKey["kind"] = "secp256k1",
  ) => {
    const owner = await stage.funded();
    const principal = await stage.account(owner.address, { entryPoint: sdk.entryPoints[version].address });
    const token = await stage.token(principal);
    const key = await stage.key(kind);
    const policy = transferPolicy(token, { selfPaid: false, paymaster });
    await client.registerSessionSync({ principal, account: owner, relayer, key, policy });
    return { principal, token, key };
  };
  /** Has an account accept whatever a signature names the validator of. */
  const permissive = async (account: Address) => {
    const { ethers, helpers } = stage.world;
    const { target } = await mock(stage.world, "AccountModules", "YesValidator");
    await helpers.impersonateAccount(account);
    await helpers.setBalance(account, parseEther("1"));
    const data = encodeFunctionData({
      abi: modules,
      functionName: "installModule",
      args: [1n, target as Address, "0x"],
    });
    await (await ethers.getSigner(account)).sendTransaction({ to: account, data });
    return target as Address;
  };
  const payerOf = async (hash: `0x${string}`) => {
    const { logs } = await getTransactionReceipt(client, { hash });
    return parseEventLogs({ abi: entryPoint09Abi, logs, eventName: "UserOperationEvent" })[0]!.args.paymaster;
  };

  for (const version of VERSIONS) {
    for (const kind of ["secp256k1", "p256"] as const) {
      it(`EntryPoint ${version}, ${kind}: the paymaster pays for the session's operations, by the action and by viem alone`, async () => {
        const { paymaster, pays } = await paymasterOn(version);
        const { service, bundler: by } = await sponsored(paymaster);
        const { principal, token, key } = await start(version, paymaster, kind);
        await pays(principal);
        const act = { principal, key, bundler: by, operation: FEES, calls: [transfer(token, 3n)] };
        const { hash, route } = await client.sendSessionCallsSync(act);
        expect([route, await payerOf(hash)]).to.deep.equal(["userOperation", paymaster]);
        expect(service.asked).to.deep.equal(["pm_getPaymasterStubData", "pm_getPaymasterData"]);

        const account = await sdk.toSessionSmartAccount({ client, principal, key, deployment: stage.deployment });
        const sent = await by.sendUserOperation({ account, calls: [transfer(token, 4n)], ...FEES });
        const { receipt, success } = await by.waitForUserOperationReceipt({ hash: sent });
        expect([success, await payerOf(receipt.transactionHash)]).to.deep.equal([true, paymaster]);
        expect(await balanceOf(client, token)).to.equal(7n);
        expect(await getBalance(client, { address: principal })).to.equal(0n);
      });
    }

    it(`EntryPoint ${version}: the paymaster pays for the owner's operation that creates the account and registers`, async () => {
      const paymaster = await anyonesPaymaster(version);
      const { bundler: by } = await sponsored(paymaster);
      const entryPoint = sdk.entryPoints[version].address;
      const contract = await stage.world.ethers.deployContract("LatchkeyAccountFactory", [
        entryPoint,
        stage.deployment.latchkey,
      ]);
      const factory = (await contract.getAddress()) as Address;
      const owner = await stage.funded(0n);
      const account = await sdk.toOwnerSmartAccount({ client, owner, factory });
      const key = await stage.key("p256");
      const policy = transferPolicy(await stage.token(account.address), { paymaster });
      const before = await sdk.installCalls(client, { account: account.address, deployment: stage.deployment });
      const { hash } = await client.registerSessionSync({ account, bundler: by, operation: FEES, key, policy, before });
      expect(await payerOf(hash)).to.equal(paymaster);
      expect((await client.getSession({ principal: account.address, key: key.address })).status).to.equal("Active");
      for (const { address } of [owner, account]) expect(await getBalance(client, { address })).to.equal(0n);
    });
  }

  // The EntryPoint asks the transaction for all of an operation's gas, the paymaster's too.
  const AMPLE = { paymasterVerificationGasLimit: 300_000n, paymasterPostOpGasLimit: 4_000_000n };

  it("pays for a session's operation that is handed in without a bundler, whatever gas the paymaster is given", async () => {
    const { paymaster, pays } = await paymasterOn("0.9");
    const { principal, token, key } = await start("0.9", paymaster);
    await pays(principal);
    const operation = { ...FEES, ...AMPLE, paymaster };
    const act = { principal, key, bundler: relayer, operation, calls: [transfer(token, 3n)] };
    const { hash } = await client.sendSessionCallsSync(act);
    expect(await payerOf(hash)).to.equal(paymaster);
    expect(await balanceOf(client, token)).to.equal(3n);
  });

  it("pays for an owner's operation that is handed in without a bundler, whatever gas the paymaster is given", async () => {
    const paymaster = await anyonesPaymaster("0.9");
    const owner = await stage.funded(0n);
    const entryPoint = sdk.entryPoints["0.9"].address;
    const contract = await stage.world.ethers.deployContract("LatchkeyAccountFactory", [
      entryPoint,
      stage.deployment.latchkey,
    ]);
    const factory = (await contract.getAddress()) as Address;
    const account = await sdk.toOwnerSmartAccount({ client, owner, factory });
    const key = await stage.key("p256");
    const policy = transferPolicy(await stage.token(account.address), { paymaster });
    const before = await sdk.installCalls(client, { account: account.address, deployment: stage.deployment });
    const operation = { ...FEES, ...AMPLE, callGasLimit: 2_000_000n, paymaster };
    const { hash } = await client.registerSessionSync({ account, bundler: relayer, operation, key, policy, before });
    expect(await payerOf(hash)).to.equal(paymaster);
    expect((await client.getSession({ principal: account.address, key: key.address })).status).to.equal("Active");
  });

  it("refuses another payer than the policy's, and none, by the chain's error and with nothing used up", async () => {
    const [{ paymaster }, { paymaster: other }] = [await paymasterOn("0.9"), await paymasterOn("0.9")];
    const { principal, token, key } = await start("0.9", paymaster);
    const act = { principal, key, operation: FEES, calls: [transfer(token, 3n)] };
    const { bundler: wrong } = await sponsored(other);
    const error = await refusal(client.sendSessionCallsSync({ ...act, bundler: wrong }));
    expect(error)
      .to.include({ errorName: "PaymasterNotAllowed" })
      .and.include({ code: "SESSION_PAYMASTER_NOT_ALLOWED" });
    expect((error as sdk.ContractError<"PaymasterNotAllowed">).args).to.deep.equal({
      actual: other,
      expected: paymaster,
    });
    const unpaid = createBundlerClient({ client, chain: hardhat, transport: http(bundler.url, { retryCount: 0 }) });
    for (const by of [unpaid, relayer]) {
      const self = await refusal(client.sendSessionCallsSync({ ...act, bundler: by }));
      expect(self)
        .to.include({ errorName: "SelfPaymentNotAllowed" })
        .and.include({ code: "SESSION_PAYMASTER_NOT_ALLOWED" });
    }
    // The right one, which has no budget for this principal.
    const { bundler: poor } = await sponsored(paymaster);
    const empty = await refusal(client.sendSessionCallsSync({ ...act, bundler: poor }));
    expect(empty).to.include({ errorName: "BudgetExceeded" });
    const session = await client.getSession({ principal, key: key.address });
    expect([session.callsLeft, session.gasLeft]).to.deep.equal([20, parseEther("1")]);
    expect(await balanceOf(client, token)).to.equal(0n);
  });

  it("pays for the operation that brings a grant, though its service says so only after the owner has signed", async () => {
    const { paymaster, pays } = await paymasterOn("0.9");
    const { bundler: by } = await sponsored(paymaster);
    const owner = await stage.funded();
    const principal = await stage.account(owner.address);
    await pays(principal);
    const policy = transferPolicy(await stage.token(principal), { selfPaid: false, paymaster });
    const calls = [transfer(policy.permissions[0]!.target, 3n)];
    const grant = { policy, account: owner };
    const act = { principal, key: await stage.key("p256"), bundler: by, operation: FEES, calls, grant };
    expect(await refusal(client.sendSessionCallsSync(act))).to.include({ errorName: "PolicyNotPublished" });
    await client.publishPolicySync({ policy, account: relayer });
    const { hash } = await client.sendSessionCallsSync(act);
    expect(await payerOf(hash)).to.equal(paymaster);
  });

  it("refuses a grant that is too long for the paymaster before anything is sent, and brings the longest", async () => {
    for (const version of VERSIONS) {
      const [{ paymaster, pays }, anyones] = [await paymasterOn(version), await anyonesPaymaster(version)];
      const entryPoint = sdk.entryPoints[version].address;
      const principal = await stage.account((await stage.funded()).address, { entryPoint });
      const validator = await permissive(principal);
      const token = await stage.token(principal);
      const brought = async (paymaster: Address, bytes: number) => {
        const policy = transferPolicy(token, { selfPaid: false, paymaster });
        await client.publishPolicySync({ policy, account: relayer });
        const key = await stage.key();
        const validAfter = await stage.world.helpers.time.latest();
        const grant = {
          grant: {
            ...{ key: key.address, publicKey: "0x" as const, policyId: sdk.hashPolicy(policy), validAfter },
            ...{ validUntil: validAfter + 3_599, maxCalls: 5, lane: 0n, replaces: sdk.ANY_KEY },
          },
          deadline: BigInt(validAfter + 3_599),
          signature: concatHex([validator, pad("0x01", { size: bytes - 20 })]),
        };
        const { bundler: by } = await sponsored(paymaster);
        return { principal, key, bundler: by, operation: FEES, calls: [transfer(token, 3n)], grant };
      };
      await pays(principal);
      const tooLong = await brought(paymaster, 1_025);
      bundler.asked.length = 0;
      for (const by of [tooLong.bundler, relayer]) {
        const operation = by === relayer ? { ...FEES, ...AMPLE, paymaster } : FEES;
        const error = await refusal(client.sendSessionCallsSync({ ...tooLong, bundler: by, operation }));
        expect(error).to.include({ errorName: "SignatureLengthInvalid" });
        const { args } = error as sdk.ContractError<"SignatureLengthInvalid">;
        expect(args).to.deep.equal({ length: 1_241n, required: 1_240n });
      }
      expect(bundler.asked).to.include("eth_estimateUserOperationGas").and.not.include("eth_sendUserOperation");
      for (const act of [await brought(paymaster, 1_024), await brought(anyones, 1_025)]) {
        const { hash } = await client.sendSessionCallsSync(act);
        expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
      }
      expect(await balanceOf(client, token)).to.equal(6n);
    }
  });

  it("counts what the paymaster may spend against the session's gas budget too", async () => {
    const { paymaster } = await paymasterOn("0.9");
    const { bundler: by } = await sponsored(paymaster);
    const { principal, token, key } = await start("0.9", paymaster);
    const fees = { maxFeePerGas: parseEther("0.00001"), maxPriorityFeePerGas: 1n };
    const gas = { callGasLimit: 100_000n, verificationGasLimit: 200_000n, preVerificationGas: 50_000n };
    const act = { principal, key, bundler: by, calls: [transfer(token, 1n)] };
    const error = await refusal(client.sendSessionCallsSync({ ...act, operation: { ...gas, ...fees } }));
    expect(error).to.include({ errorName: "GasBudgetExceeded" }).and.include({ code: "SESSION_GAS_BUDGET_EXCEEDED" });
    // The account's three limits, and the paymaster's two.
    const units = 350_000n + 150_000n + 50_000n;
    expect((error as sdk.ContractError<"GasBudgetExceeded">).args.requested).to.equal(units * fees.maxFeePerGas);
  });

  it("says as viem does that the service is gone, with nothing sent", async () => {
    const { paymaster } = await paymasterOn("0.9");
    const { service, bundler: by } = await sponsored(paymaster);
    const { principal, token, key } = await start("0.9", paymaster);
    await service.close();
    const act = { principal, key, bundler: by, operation: FEES, calls: [transfer(token, 1n)] };
    const thrown = await client.sendSessionCallsSync(act).then(
      () => expect.fail("nothing was refused"),
      (error: Error) => error,
    );
    expect(thrown.name).to.equal("HttpRequestError");
    expect((await client.getSession({ principal, key: key.address })).callsLeft).to.equal(20);
  });
});
