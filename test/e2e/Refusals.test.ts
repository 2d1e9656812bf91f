import { expect } from "chai";
import {
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  keccak256,
  parseEther,
  toHex,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { entryPoint09Abi, type UserOperation } from "viem/account-abstraction";
import { getBalance, getBlock, getTransactionReceipt, readContract } from "viem/actions";
import { base } from "viem/chains";
import { startBundler } from "../../scripts/lib/bundler.ts";
import { deployLatchkey, openChain } from "../support/chain/chain.ts";
import type * as Latchkey from "../../sdk/src/index.ts";
import { latchkey, NODE_URL, openStage, type Principal, type Stage } from "../support/client/bundledStage.ts";

const { contract, definePolicy, generateP256SessionKey, generateSecp256k1SessionKey } = latchkey;
const FRIEND: Address = "0x4444444444444444444444444444444444444444";
const CAP = 100n;

interface Session {
  principal: Principal;
  key: Latchkey.SessionKey;
  sessionLane: bigint;
}

/** Each way in which chain, EntryPoint, bundler or network can say no, as it arrives through the bundler. */
describe("What a real bundler refuses", function () {
  this.timeout(120_000);
  let stage: Stage;
  let principal: Principal;
  let lane = 0n;

  before(async () => {
    stage = await openStage();
    principal = await stage.openPrincipal("0.9");
  });
  after(() => stage.chain.connection.close());

  const transfer = (amount: bigint, to = FRIEND) => ({
    to: principal.token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] }),
  });

  const policyOf = (fields: Partial<Parameters<typeof definePolicy>[0]> = {}) =>
    definePolicy({
      app: "refused.example",
      maxDuration: 86_400,
      maxCalls: 5,
      gasBudget: parseEther("1"),
      selfPaid: true,
      permissions: [
        contract({
          address: principal.token,
          abi: erc20Abi,
          methods: { transfer: { arguments: { recipient: { equals: FRIEND } } } },
        }),
      ],
      limits: [{ unit: principal.token, cap: CAP }],
      ...fields,
    });

  /** A session in a lane of its own, good for any EntryPoint. */
  async function start(
    fields: Partial<Parameters<typeof definePolicy>[0]> = {},
    grant: { validAfter?: number; validUntil?: number; key?: Latchkey.SessionKey } = {},
  ): Promise<Session> {
    const { key = generateSecp256k1SessionKey(), ...window } = grant;
    await latchkey.registerSessionSync(stage.client, {
      ...{ key, policy: policyOf(fields), principal: principal.address, account: stage.deployer },
      ...{ sendCalls: principal.sendCalls, lane: ++lane, ...window },
    });
    if (window.validAfter === undefined) await stage.later(1);
    return { principal, key, sessionLane: lane };
  }

  const send = (session: Session, calls: Latchkey.SessionCall[], rest: object = {}) =>
    latchkey.sendSessionCallsSync(stage.client, {
      ...{ ...session, principal: session.principal.address, bundler: stage.bundler, calls },
      ...rest,
    });

  /** An operation that the session's account has prepared and signed, for viem's bundler client to hand in. */
  async function signed(session: Session, calls: Latchkey.SessionCall[], rest: object = {}) {
    const { address } = session.principal;
    const account = await latchkey.toSessionSmartAccount({
      ...{ ...session, client: stage.client, principal: address },
      ...rest,
    });
    const prepared = (await stage.bundler.prepareUserOperation({ account, calls } as never)) as UserOperation<"0.9">;
    const signature = await account.signUserOperation(prepared as never);
    return { ...prepared, account, signature };
  }
  const handIn = (operation: object) => stage.bundler.sendUserOperation(operation as never);

  /** Everything that a refusal must leave as it was. */
  async function snap({ principal: { address, token }, key, sessionLane }: Session) {
    const { client, balanceOf } = stage;
    const entryPoint = latchkey.entryPoints["0.9"].address;
    const read = (functionName: "balanceOf" | "getNonce", args: unknown[]) =>
      readContract(client, { abi: entryPoint09Abi, address: entryPoint, functionName, args } as never);
    const { status: _clock, ...session } = await latchkey.getSession(client, { principal: address, key: key.address });
    return {
      session,
      coins: await getBalance(client, { address }),
      tokens: [await balanceOf(token, address), await balanceOf(token, FRIEND)],
      deposit: await read("balanceOf", [address]),
      nonce: await read("getNonce", [
        address,
        latchkey.sessionNonceKey(latchkey.latchkeyDeployment.latchkey, { app: "refused.example", lane: sessionLane }),
      ]),
    };
  }

  type Class = new (...args: never[]) => Latchkey.SessionError;
  type Refused<expected> = expected extends Latchkey.ContractErrorName
    ? Latchkey.ContractError<expected>
    : expected extends Class
      ? InstanceType<expected>
      : never;

  /** Expects the contracts' error of this name, or one of exactly this class, with this code, and that nothing has changed. */
  async function refuses<const expected extends Latchkey.ContractErrorName | Class>(
    session: Session,
    attempt: () => Promise<unknown>,
    expected: expected,
    code: Latchkey.SessionErrorCode,
  ): Promise<Refused<expected>> {
    const before = await snap(session);
    const thrown = await attempt().then(
      () => expect.fail("nothing was refused"),
      (error: unknown) => error,
    );
    const error = latchkey.isSessionError(thrown) ? thrown : latchkey.decodeSessionError(thrown);
    expect(error, String(thrown)).to.include({ code });
    if (typeof expected === "string") expect(error).to.include({ errorName: expected });
    else expect(error!.constructor).to.equal(expected);
    expect(await snap(session)).to.deep.equal(before);
    return error as Refused<expected>;
  }

  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: a call, an argument, an amount and a number of calls outside the policy`, async () => {
      const key = kind === "p256" ? await generateP256SessionKey() : generateSecp256k1SessionKey();
      const session = await start({}, { key });
      const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [FRIEND, 1n] });
      const call = await refuses(
        session,
        () => send(session, [{ to: principal.token, data: approve }]),
        "CallNotAllowed",
        "SESSION_ENTRYPOINT_NOT_ALLOWED",
      );
      expect(call.args).to.deep.include({ target: principal.token, selector: "0x095ea7b3" });
      await refuses(
        session,
        () => send(session, [transfer(1n, principal.owner.address)]),
        "ArgumentNotAllowed",
        "SESSION_ARGUMENT_NOT_ALLOWED",
      );
      const spend = await refuses(
        session,
        () => send(session, [transfer(CAP + 1n)]),
        "SpendCapExceeded",
        "SESSION_SPEND_CAP_EXCEEDED",
      );
      expect(spend.args).to.deep.equal({ unit: principal.token, requested: CAP + 1n, left: CAP });
      const calls = await refuses(
        session,
        () =>
          send(
            session,
            Array.from({ length: 6 }, () => transfer(1n)),
          ),
        "SessionCallsExceeded",
        "SESSION_MAX_CALLS_EXCEEDED",
      );
      expect(calls.args).to.deep.equal({ requested: 6n, left: 5n });
    });
  }

  it("gas beyond the session's budget, before anything is signed", async () => {
    const gasBudget = 10n ** 13n;
    const session = await start({ gasBudget });
    let signatures = 0;
    const { key } = session;
    const counted = { ...key, sign: (digest: Hex) => (signatures++, key.sign(digest)) };
    const error = await refuses(
      session,
      () => send({ ...session, key: counted }, [transfer(1n)]),
      "GasBudgetExceeded",
      "SESSION_GAS_BUDGET_EXCEEDED",
    );
    expect(error.args.left).to.equal(gasBudget);
    expect(error.args.requested > gasBudget).to.equal(true);
    expect(signatures).to.equal(0);
  });

  it("a payer that is not the policy's", async () => {
    const session = await start();
    const stranger = await stage.sponsor("0.9", principal.address);
    const paymaster = await refuses(
      session,
      () => send(session, [transfer(1n)], { operation: { paymaster: stranger } }),
      "PaymasterNotAllowed",
      "SESSION_PAYMASTER_NOT_ALLOWED",
    );
    expect(paymaster.args).to.deep.equal({ actual: stranger, expected: zeroAddress });
    const sponsored = await start({ selfPaid: false, paymaster: stranger });
    await refuses(
      sponsored,
      () => send(sponsored, [transfer(1n)]),
      "SelfPaymentNotAllowed",
      "SESSION_PAYMASTER_NOT_ALLOWED",
    );
    // The paymaster's own budget for the principal.
    const poor = await stage.sponsor("0.9", principal.address, 1n);
    const unpaid = await start({ selfPaid: false, paymaster: poor });
    const budget = await refuses(
      unpaid,
      () => send(unpaid, [transfer(1n)], { operation: { paymaster: poor } }),
      "BudgetExceeded",
      "SESSION_GAS_BUDGET_EXCEEDED",
    );
    expect(budget.args).to.deep.include({ principal: principal.address, left: 1n });
  });

  it("a session that is revoked or was never registered, by the client and by the chain", async () => {
    const session = await start();
    const operation = await signed(session, [transfer(1n)]);
    await latchkey.revokeSessionSync(stage.client, {
      ...{ key: session.key.address, principal: principal.address, account: stage.deployer },
      sendCalls: principal.sendCalls,
    });
    await refuses(session, () => handIn(operation), "SessionAlreadyRevoked", "SESSION_REVOKED");
    await refuses(session, () => send(session, [transfer(1n)]), latchkey.SessionError, "SESSION_REVOKED");

    const stranger = { ...session, key: generateSecp256k1SessionKey() };
    await refuses(stranger, () => send(stranger, [transfer(1n)]), latchkey.SessionError, "SESSION_NOT_REGISTERED");
    const signature = `0x${stranger.key.address.slice(2).padStart(64, "0")}${operation.signature.slice(66)}` as Hex;
    await refuses(
      stranger,
      () => handIn({ ...operation, signature }),
      "SessionNotRegistered",
      "SESSION_NOT_REGISTERED",
    );
  });

  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: a signature of another operation, AA24`, async () => {
      const key = kind === "p256" ? await generateP256SessionKey() : generateSecp256k1SessionKey();
      const session = await start({}, { key });
      const [first, second] = [await signed(session, [transfer(1n)]), await signed(session, [transfer(2n)])];
      const error = await refuses(
        session,
        () => handIn({ ...first, signature: second.signature }),
        latchkey.EntryPointError,
        "SESSION_INVALID_SIGNATURE",
      );
      expect(error.aaCode).to.equal("AA24");
    });
  }

  it("AA22 before the session begins and not after, at the second in which it does", async () => {
    const validAfter = (await stage.chain.now()) + 12;
    const session = await start({}, { validAfter });
    let refused = 0;
    let hash: Hex | undefined;
    while (hash === undefined) {
      const { timestamp } = await getBlock(stage.client);
      const attempt = send(session, [transfer(1n)]);
      const error = await attempt.then(
        (sent) => void (hash = sent.hash),
        (thrown: unknown) => thrown as Latchkey.SessionError,
      );
      if (error === undefined) break;
      expect(error).to.be.instanceOf(latchkey.OperationWindowError).and.include({ code: "SESSION_NOT_YET_VALID" });
      // The clock was read before the attempt, which may wait for the second in which the window opens.
      expect(Number(timestamp)).to.be.at.most(validAfter);
      refused++;
    }
    expect(refused).to.be.greaterThan(0);
    const { blockNumber } = await getTransactionReceipt(stage.client, { hash: hash! });
    const { timestamp } = await getBlock(stage.client, { blockNumber });
    // EntryPoint v0.9 opens one second after the session's first.
    expect(Number(timestamp)).to.be.within(validAfter + 1, validAfter + 15);
    const { callsLeft } = await latchkey.getSession(stage.client, {
      principal: principal.address,
      key: session.key.address,
    });
    expect(callsLeft).to.equal(4);
  });

  it("AA22 after the signed deadline and not before, at the second in which it passes", async () => {
    const session = await start({ maxCalls: 1_000 });
    const validUntil = (await stage.chain.now()) + 14;
    let last = 0n;
    for (let sent = 0; ; sent++) {
      const error = await send(session, [transfer(0n)], { validUntil }).then(
        async ({ hash }) => {
          const { blockNumber } = await getTransactionReceipt(stage.client, { hash });
          last = (await getBlock(stage.client, { blockNumber })).timestamp;
          return undefined;
        },
        (thrown: unknown) => thrown as Latchkey.SessionError,
      );
      if (error === undefined) continue;
      expect(sent).to.be.greaterThan(0);
      expect(error).to.be.instanceOf(latchkey.OperationWindowError).and.include({ code: "SESSION_DEADLINE_PASSED" });
      break;
    }
    // The bundler takes nothing that has less than five seconds left; the chain nothing that has none.
    expect(Number(last)).to.be.within(validUntil - 14, validUntil);
    await stage.later(validUntil + 1 - (await stage.chain.now()));
    await refuses(
      session,
      () => send(session, [transfer(0n)], { validUntil }),
      latchkey.OperationWindowError,
      "SESSION_DEADLINE_PASSED",
    );
  });

  it("a session that begins with the latest block is waited for, not refused", async () => {
    const key = generateSecp256k1SessionKey();
    await latchkey.registerSessionSync(stage.client, {
      ...{ key, policy: policyOf(), principal: principal.address, account: stage.deployer },
      ...{ sendCalls: principal.sendCalls, lane: ++lane },
    });
    const { validAfter } = await latchkey.getSession(stage.client, { principal: principal.address, key: key.address });
    const { hash } = await send({ principal, key, sessionLane: lane }, [transfer(1n)]);
    const { blockNumber } = await getTransactionReceipt(stage.client, { hash });
    const { timestamp } = await getBlock(stage.client, { blockNumber });
    expect(Number(timestamp)).to.be.within(validAfter + 1, validAfter + 15);
  });

  it("a called contract that reverts: estimating, and once it is mined", async () => {
    const session = await start({ limits: [{ unit: principal.token, cap: 10n ** 30n }] });
    const tooMuch = transfer(10n ** 29n);
    const estimated = await refuses(
      session,
      () => send(session, [tooMuch]),
      latchkey.CallRevertedError,
      "SESSION_CALL_REVERTED",
    );
    const data = estimated.data;
    expect(data.slice(0, 10)).to.equal(
      keccak256(toHex("ERC20InsufficientBalance(address,uint256,uint256)")).slice(0, 10),
    );

    // Given its gas, it is not estimated: it is mined, fails there, and is counted and paid.
    const operation = { callGasLimit: 200_000n, verificationGasLimit: 300_000n, preVerificationGas: 60_000n };
    const before = await snap(session);
    const mined = await send(session, [tooMuch], { operation }).then(
      () => expect.fail("nothing was refused"),
      (thrown: unknown) => thrown,
    );
    expect(mined).to.be.instanceOf(latchkey.CallRevertedError).and.include({ code: "SESSION_CALL_REVERTED", data });
    const after = await snap(session);
    expect(after.session.callsLeft).to.equal(before.session.callsLeft - 1);
    expect(after.tokens).to.deep.equal(before.tokens);
  });

  it("an account that has not installed Latchkey", async () => {
    const bare = {
      principal: await stage.openPrincipal("0.9", "account", zeroAddress),
      key: generateSecp256k1SessionKey(),
      sessionLane: 0n,
    };
    await refuses(
      bare,
      () => send(bare, [transfer(1n)], { route: "userOperation" }),
      latchkey.InvalidWalletTypeError,
      "INVALID_WALLET_TYPE_FOR_SESSION",
    );
  });

  it("a bundler that is down", async () => {
    const session = await start();
    const bundler = stage.bundlerAt("http://127.0.0.1:1");
    const error = await refuses(
      session,
      () => send(session, [transfer(1n)], { bundler }),
      latchkey.BundlerUnavailableError,
      "SESSION_BUNDLER_UNAVAILABLE",
    );
    expect(error.userOpHash).to.equal(undefined);
  });

  it("a bundler that does not serve the account's EntryPoint", async () => {
    const session = await start();
    const only08 = await startBundler(NODE_URL, stage.chain.provider, ["0.8"]);
    try {
      const error = await refuses(
        session,
        () => send(session, [transfer(1n)], { bundler: stage.bundlerAt(only08.url) }),
        latchkey.SessionRequestError,
        "SESSION_OPERATION_REJECTED",
      );
      const { address: wanted } = latchkey.entryPoints["0.9"];
      expect(error.metaMessages!.slice(0, 2)).to.deep.equal([
        `EntryPoint: ${wanted}`,
        `Served: ${latchkey.entryPoints["0.8"].address}`,
      ]);
    } finally {
      await only08.stop();
    }
  });

  it("a bundler that is on another chain", async () => {
    const other = await openChain("other");
    const { factory, address: module } = await deployLatchkey(other);
    const owner = other.owner.address;
    await (await factory.getFunction("createAccount").send(owner, module, `0x${"00".repeat(32)}`)).wait();
    const account = (await factory.getFunction("accountAddress")(owner, module, `0x${"00".repeat(32)}`)) as Address;
    const client = createClient({ chain: base, transport: custom(other.provider), cacheTime: 0 });
    const error = await latchkey
      .sendSessionCallsSync(client, {
        ...{ principal: account, key: generateSecp256k1SessionKey(), bundler: stage.bundler, calls: [transfer(1n)] },
      })
      .then(
        () => expect.fail("nothing was refused"),
        (thrown: unknown) => thrown as Latchkey.BundlerMismatchError,
      );
    expect(error).to.be.instanceOf(latchkey.BundlerMismatchError);
    const { code, claimed, actual } = error;
    expect({ code, claimed, actual }).to.deep.equal({
      code: "SESSION_BUNDLER_MISMATCH",
      claimed: "chain 31337",
      actual: "chain 8453",
    });
    await other.connection.close();
  });
});
