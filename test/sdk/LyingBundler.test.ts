import { expect } from "chai";
import { Wallet } from "ethers";
import fc from "fast-check";
import {
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  http,
  parseEther,
  type Address,
  type Hash,
  type Hex,
} from "viem";
import {
  createBundlerClient,
  entryPoint09Abi,
  entryPoint09Address,
  getUserOperationHash,
} from "viem/account-abstraction";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getContractEvents, getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import * as sdk from "../../sdk/src/index.ts";
import {
  MAX_OPERATION_GAS,
  MAX_VERIFICATION_GAS,
  operationGasOf,
  requireSaneGas,
} from "../../sdk/src/operations/operationGas.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";
import { deployAccount, ownerOperation } from "../support/chain/smartAccount.ts";
import { serveBundler, type BundlerServer } from "../support/servers/scriptedBundler.ts";
import { seeded } from "../support/fuzz.ts";

const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const STRANGE: Hash = `0x${"11".repeat(32)}`;
const CAP = 10n ** 30n;
/** More than the principal has. */
const TOO_MUCH = 10n ** 29n;

const GWEI = 10n ** 9n;

/** The server is honest but for one answer; the chain is what it is. */
describe("A bundler that lies", () => {
  let world: World;
  let server: BundlerServer;
  let client: sdk.SessionClient;
  let deployment: sdk.Deployment;
  let principal: Address;
  let token: Address;
  let key: sdk.SessionKey;
  let signatures: number;
  let snapshot: { restore(): Promise<void> };

  before(async () => {
    world = await openWorld();
    const addressOf = (each: { target: unknown }) => each.target as Address;
    deployment = {
      latchkey: world.address as Address,
      lens: addressOf(world.lens),
      policyStore: addressOf(world.store),
      forwarder: addressOf(world.forwarder),
    };
    client = createClient({ chain: hardhat, transport: custom(world.provider), pollingInterval: 20, cacheTime: 0 });
    const relayer = privateKeyToAccount(generatePrivateKey());
    await world.helpers.setBalance(relayer.address, parseEther("10"));
    const owner = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
    const account = await deployAccount(world, owner);
    principal = account.address as Address;
    const poke = await world.ethers.deployContract("Poke", [principal, parseEther("1000")]);
    token = (await poke.getAddress()) as Address;
    const secret = sdk.generateSecp256k1SessionKey();
    key = { ...secret, sign: (digest: Hex) => (signatures++, secret.sign(digest)) };
    const policy = sdk.definePolicy({
      app: "liar.example",
      maxDuration: 86_400,
      maxCalls: 20,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
      limits: [{ unit: token, cap: CAP }],
    });
    const sendCalls = async (calls: readonly sdk.SessionCall[]): Promise<Hex> => {
      const each = calls.map(({ to, value = 0n, data = "0x" as Hex }) => ({ target: to, value, data }));
      return (await ownerOperation(world, account, each, { callGasLimit: 5_000_000 })).receipt.hash as Hex;
    };
    await sdk.registerSessionSync(client, { key, policy, principal, account: relayer, sendCalls, deployment });
    await world.helpers.mine();
    server = await serveBundler(client, relayer);
    snapshot = await world.helpers.takeSnapshot();
  });
  beforeEach(() => {
    signatures = 0;
    server.state.asked = [];
  });
  afterEach(() => {
    server.state.lie = (_method, honest) => honest;
    return snapshot.restore();
  });
  after(async () => {
    await server.close();
    await world.connection.close();
  });

  /** A client of its own for each attempt: what a bundler is asked once is asked anew. */
  const bundlerClient = (url = server.url, rest: object = {}) =>
    createBundlerClient({
      ...rest,
      client,
      chain: hardhat,
      transport: http(url, { retryCount: 0 }),
      pollingInterval: 20,
      userOperation: {
        estimateFeesPerGas: async () => ({ maxFeePerGas: 2n * 10n ** 9n, maxPriorityFeePerGas: 1n }),
      },
    });
  const transfer = (amount: bigint) => ({
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] }),
  });
  const send = (amount = 7n, bundler = bundlerClient(), timeout = 30_000) =>
    sdk.sendSessionCallsSync(client, { principal, key, bundler, deployment, calls: [transfer(amount)], timeout });
  const lie = (about: string, change: (honest: never) => unknown) => {
    server.state.lie = (method, honest) => (method === about ? change(honest as never) : honest);
  };

  /** What the chain says, asked without the client. */
  async function chainSays() {
    const events = await getContractEvents(client, {
      ...{ abi: entryPoint09Abi, address: entryPoint09Address, eventName: "UserOperationEvent" },
      ...{ args: { sender: principal }, fromBlock: 0n },
    });
    const poke = await world.ethers.getContractAt("Poke", token);
    const last = events.at(-1)!;
    return {
      operations: events.length,
      userOpHash: last.args.userOpHash!,
      success: last.args.success!,
      transactionHash: last.transactionHash,
      received: (await poke.getFunction("balanceOf").staticCall(FRIEND)) as bigint,
      session: await sdk.getSession(client, { principal, key: key.address, deployment }),
    };
  }

  async function refusal<Class extends new (...args: never[]) => sdk.SessionError>(
    attempt: Promise<unknown>,
    expected: Class,
  ): Promise<InstanceType<Class>> {
    const error = await attempt.then(
      () => expect.fail("nothing was refused"),
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(expected);
    return error as InstanceType<Class>;
  }

  it("passes if it does not: the same server, honest", async () => {
    const before = await chainSays();
    const { hash, route } = await send();
    const { operations, userOpHash, transactionHash, success, received, session } = await chainSays();
    expect({ operations, transactionHash, success, received, route }).to.deep.equal({
      operations: before.operations + 1,
      transactionHash: hash,
      success: true,
      received: 7n,
      route: "userOperation",
    });
    expect(session.callsLeft).to.equal(19);
    expect(signatures).to.equal(1);
    expect(userOpHash).not.to.equal(before.userOpHash);
    const failed = await refusal(send(TOO_MUCH), sdk.CallRevertedError);
    expect(failed.code).to.equal("SESSION_CALL_REVERTED");
    expect((await chainSays()).success).to.equal(false);
  });

  it("about the operation's hash (ATK-124)", async () => {
    lie("eth_sendUserOperation", () => STRANGE);
    const error = await refusal(send(), sdk.BundlerMismatchError);
    const { userOpHash, transactionHash, received } = await chainSays();
    expect(error).to.include({
      code: "SESSION_BUNDLER_MISMATCH",
      claimed: `operation ${STRANGE}`,
      actual: `operation ${userOpHash} succeeded in transaction ${transactionHash}`,
      transactionHash,
    });
    expect(received).to.equal(7n);
  });

  it("with the receipt of another operation (ATK-124)", async () => {
    const first = await send(1n);
    const { userOpHash: other } = await chainSays();
    const foreign = await server.receiptOf(other, first.hash);
    // As it is, and under the name of the operation that was asked for.
    for (const named of [true, false]) {
      lie("eth_getUserOperationReceipt", ({ userOpHash }: { userOpHash: Hash }) => ({
        ...foreign,
        ...(named && { userOpHash }),
      }));
      const error = await refusal(send(2n), sdk.BundlerMismatchError);
      const { userOpHash, transactionHash } = await chainSays();
      expect(transactionHash).not.to.equal(first.hash);
      expect(error).to.include({
        code: "SESSION_BUNDLER_MISMATCH",
        claimed: `operation ${named ? userOpHash : other} in transaction ${first.hash}`,
        actual: `operation ${userOpHash} succeeded in transaction ${transactionHash}`,
        transactionHash,
      });
    }
  });

  it("about success (ATK-124)", async () => {
    lie("eth_getUserOperationReceipt", (honest: object) => ({ ...honest, success: true }));
    const error = await refusal(send(TOO_MUCH), sdk.BundlerMismatchError);
    const { userOpHash, transactionHash, success, received } = await chainSays();
    expect({ success, received }).to.deep.equal({ success: false, received: 0n });
    expect(error).to.include({
      code: "SESSION_BUNDLER_MISMATCH",
      claimed: "the operation succeeded",
      actual: `operation ${userOpHash} failed in transaction ${transactionHash}`,
      transactionHash,
    });
    // What it failed with is the chain's word.
    expect(error.walk((each) => each instanceof sdk.CallRevertedError)).to.include({ code: "SESSION_CALL_REVERTED" });
  });

  it("about failure, which would make a caller pay twice (ATK-124)", async () => {
    lie("eth_getUserOperationReceipt", (honest: object) => ({ ...honest, success: false, reason: "0x12345678" }));
    const error = await refusal(send(), sdk.BundlerMismatchError);
    const { userOpHash, transactionHash, received } = await chainSays();
    expect(received).to.equal(7n);
    expect(error).to.include({
      claimed: "the operation failed",
      actual: `operation ${userOpHash} succeeded in transaction ${transactionHash}`,
      transactionHash,
    });
  });

  it("about its chain: nothing is signed", async () => {
    lie("eth_chainId", () => "0x1");
    const before = await chainSays();
    const error = await refusal(send(), sdk.BundlerMismatchError);
    expect(error).to.include({ code: "SESSION_BUNDLER_MISMATCH", claimed: "chain 1", actual: "chain 31337" });
    expect(error.transactionHash).to.equal(undefined);
    expect(await chainSays()).to.deep.equal(before);
    expect(signatures).to.equal(0);
    expect(server.state.asked).not.to.include("eth_sendUserOperation");
  });

  const ABSURD = [
    ["verificationGasLimit", MAX_VERIFICATION_GAS + 1n, `at most ${MAX_VERIFICATION_GAS} gas`],
    ["preVerificationGas", MAX_OPERATION_GAS, `at most ${MAX_OPERATION_GAS} gas`],
    ["callGasLimit", MAX_OPERATION_GAS, `at most ${MAX_OPERATION_GAS} gas`],
  ] as const;
  for (const [field, gas, actual] of ABSURD) {
    it(`about gas, ${field}: nothing is signed, by the action or by the account`, async () => {
      lie("eth_estimateUserOperationGas", (honest: object) => ({ ...honest, [field]: `0x${gas.toString(16)}` }));
      const before = await chainSays();
      const error = await refusal(send(), sdk.BundlerMismatchError);
      expect(error).to.include({ code: "SESSION_BUNDLER_MISMATCH", actual });
      expect(error.claimed).to.match(/^\d+ gas$/);
      const account = await sdk.toSessionSmartAccount({ client, principal, key, deployment });
      const direct = bundlerClient().sendUserOperation({ account, calls: [transfer(7n)] });
      expect(await refusal(direct, sdk.BundlerMismatchError)).to.include({ actual });
      expect(await chainSays()).to.deep.equal(before);
      expect(signatures).to.equal(0);
    });
  }

  it("about gas, above what the session has left: nothing is signed", async () => {
    // 15 million gas at 2 gwei are 0.03 coins: sane by themselves, thirty-four of them are not.
    lie("eth_estimateUserOperationGas", (honest: object) => ({ ...honest, callGasLimit: "0xe4e1c0" }));
    const left = (await chainSays()).session.gasLeft;
    const act = { principal, key, bundler: bundlerClient(), deployment, calls: [transfer(7n)] };
    const operation = { maxFeePerGas: left / 10_000_000n, maxPriorityFeePerGas: 1n };
    const before = await chainSays();
    const error = await refusal(
      sdk.sendSessionCallsSync(client, { ...act, operation }),
      sdk.ContractError<"GasBudgetExceeded">,
    );
    expect(error.code).to.equal("SESSION_GAS_BUDGET_EXCEEDED");
    expect(error.args).to.deep.equal({ requested: (15_000_000n + 360_000n) * (left / 10_000_000n), left });
    expect(await chainSays()).to.deep.equal(before);
    expect(signatures).to.equal(0);
  });

  it("about its EntryPoints, and is refused; a bundler that does not say is tried", async () => {
    lie("eth_supportedEntryPoints", () => [FRIEND]);
    const error = await refusal(send(), sdk.SessionRequestError);
    expect(error.code).to.equal("SESSION_OPERATION_REJECTED");
    expect(signatures).to.equal(0);
    lie("eth_supportedEntryPoints", () => {
      throw new Error("no such method");
    });
    expect((await getTransactionReceipt(client, { hash: (await send()).hash })).status).to.equal("success");
  });

  it("leaves what is signed alone: a paymaster's service is asked before, and never again", async () => {
    const signedBefore: number[] = [];
    const answer = async () => (signedBefore.push(signatures), {});
    const paymaster = { getPaymasterStubData: answer, getPaymasterData: answer };
    const { hash } = await send(7n, bundlerClient(server.url, { paymaster }));
    expect((await getTransactionReceipt(client, { hash })).status).to.equal("success");
    expect(signatures).to.equal(1);
    expect(signedBefore).not.to.deep.equal([]);
    expect(signedBefore.filter((count) => count > 0)).to.deep.equal([]);
  });

  it("is asked for its chain once, and again after it failed", async () => {
    const bundler = bundlerClient();
    lie("eth_chainId", () => "0x1");
    await refusal(send(1n, bundler), sdk.BundlerMismatchError);
    lie("eth_chainId", (honest) => honest);
    await send(1n, bundler);
    await send(1n, bundler);
    expect(server.state.asked.filter((method) => method === "eth_chainId")).to.have.length(2);
  });

  it("falls silent once it has the operation: the chain is asked instead (ATK-124)", async () => {
    lie("eth_getUserOperationReceipt", () => {
      throw new Error("out of order");
    });
    const { hash } = await send();
    const { transactionHash, received } = await chainSays();
    expect({ hash, received }).to.deep.equal({ hash: transactionHash, received: 7n });
  });

  it("says that it took the operation, and did not (ATK-124)", async () => {
    const before = await chainSays();
    let expected: Hash | undefined;
    const account = await sdk.toSessionSmartAccount({ client, principal, key, deployment });
    const honest = bundlerClient();
    // It answers with the right hash and drops the operation.
    const silent = {
      ...honest,
      sendUserOperation: async (operation: never) => {
        expected = getUserOperationHash({
          chainId: hardhat.id,
          entryPointAddress: entryPoint09Address,
          entryPointVersion: "0.9",
          userOperation: { ...(operation as object), sender: account.address } as never,
        });
        return expected;
      },
      getUserOperationReceipt: () => honest.getUserOperationReceipt({ hash: STRANGE }),
    } as unknown as ReturnType<typeof bundlerClient>;
    const error = await refusal(send(7n, silent, 200), sdk.SessionUnconfirmedError);
    expect(error).to.include({ code: "SESSION_UNCONFIRMED", reason: "timeout", userOpHash: expected });
    expect(await chainSays()).to.deep.equal(before);
  });

  it("is down: nothing is signed", async () => {
    const gone = await serveBundler(client, privateKeyToAccount(generatePrivateKey()));
    await gone.close();
    const error = await refusal(send(7n, bundlerClient(gone.url)), sdk.BundlerUnavailableError);
    expect(error).to.include({ code: "SESSION_BUNDLER_UNAVAILABLE", userOpHash: undefined });
    expect(signatures).to.equal(0);
  });

  it("gets no signature over gas beyond any of the bounds, and one for all other gas", async () => {
    const gas = fc.bigInt({ min: 0n, max: 2n ** 25n });
    const fields = fc.record({
      callGasLimit: gas,
      verificationGasLimit: gas,
      preVerificationGas: gas,
      paymasterVerificationGasLimit: fc.option(gas, { nil: undefined }),
      paymasterPostOpGasLimit: fc.option(gas, { nil: undefined }),
      maxFeePerGas: fc.bigInt({ min: 0n, max: 2n ** 40n }),
    });
    const small = fc.bigInt({ min: 0n, max: 2n ** 22n });
    const sane = fields.chain((each) =>
      fc.record({ callGasLimit: small, verificationGasLimit: small, preVerificationGas: small }).map((few) => ({
        ...each,
        ...few,
        paymasterVerificationGasLimit: undefined,
        paymasterPostOpGasLimit: undefined,
      })),
    );
    const seen = { accepted: 0, absurd: 0, dear: 0 };
    await fc.assert(
      fc.asyncProperty(fc.oneof(fields, sane), fc.bigInt({ min: 0n, max: 2n ** 66n }), async (operation, left) => {
        const all = operationGasOf(operation);
        const { verificationGasLimit, paymasterVerificationGasLimit = 0n, maxFeePerGas } = operation;
        const absurd =
          all > 2n ** 24n || verificationGasLimit > 3_000_000n || paymasterVerificationGasLimit > 3_000_000n;
        const asked = requireSaneGas(operation, left);
        if (absurd) {
          seen.absurd++;
          await expect(asked).to.be.rejectedWith(sdk.BundlerMismatchError);
        } else if ((all * maxFeePerGas + GWEI - 1n) / GWEI > left / GWEI) {
          seen.dear++;
          expect(await refusal(asked, sdk.ContractError)).to.have.property("errorName", "GasBudgetExceeded");
        } else {
          seen.accepted++;
          await asked;
        }
      }),
      seeded("gas of a lying bundler", { numRuns: 1_000 }),
    );
    expect(Math.min(...Object.values(seen))).to.be.greaterThan(20);
    // The bounds themselves are allowed, and so is the last gwei.
    await requireSaneGas(
      { verificationGasLimit: MAX_VERIFICATION_GAS, callGasLimit: MAX_OPERATION_GAS - MAX_VERIFICATION_GAS },
      0n,
    );
    await requireSaneGas({ callGasLimit: 10n, maxFeePerGas: 3n * GWEI }, 30n * GWEI);
    // A wei above is a whole gwei above.
    for (const maxFeePerGas of [3n * GWEI, (29n * GWEI) / 10n + 1n]) {
      const error = await refusal(requireSaneGas({ callGasLimit: 10n, maxFeePerGas }, 29n * GWEI), sdk.ContractError);
      expect(error, String(maxFeePerGas)).to.nested.include({
        errorName: "GasBudgetExceeded",
        "args.requested": 30n * GWEI,
      });
    }
  });
});
