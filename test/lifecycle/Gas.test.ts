import { expect } from "chai";
import { concat, ZeroAddress } from "ethers";
import type { EntryPointVersion } from "../../deploy/lib/entryPoints.ts";
import { refusalOf } from "../support/chain/refusal.ts";
import { maxGasCost } from "../support/reference/userOp.ts";
import { addressOf, inEachWorld, type Session, type World } from "../support/chain/world.ts";

const GWEI = 10n ** 9n;

/** What an EntryPoint that knows the trap says. */
const NO_PAYMASTER: Record<EntryPointVersion, unknown[]> = {
  "0.7": [],
  "0.8": ["Error", "AA98 invalid paymaster"],
  "0.9": ["InvalidPaymaster", ZeroAddress],
};

/** What an EntryPoint says of a marker on an account that delegates to nothing. */
const NO_DELEGATE: Record<EntryPointVersion, (account: string) => unknown[]> = {
  "0.7": () => [],
  "0.8": () => ["Error", "not an EIP-7702 delegate"],
  "0.9": (account) => ["Eip7702SenderNotDelegate", account],
};

/** A session under a policy that differs from the others of its world by its gas settings. */
async function withGas(
  world: World,
  fields: { gasBudget?: bigint; selfPaid?: boolean; paymaster?: string },
): Promise<Session> {
  return world.start("secp256k1", fields);
}

/** The operation with `paymasterAndData` as given, signed. */
async function withPaymasterData(world: World, session: Session, paymasterAndData: string) {
  const op = await world.op(session, [world.transfer(1n)]);
  return world.signOp({ ...op, paymasterAndData }, session);
}

inEachWorld("The gas budget", (w) => {
  it("covers an operation that costs all of it, and not one gwei more (ATK-60)", async () => {
    const world = w();
    const sample = await world.op({ ...(await world.start()) }, [world.transfer(1n)]);
    const cost = maxGasCost(sample);
    expect(cost).to.equal(3_600_000n * 10n ** 9n);
    const session = await world.start("secp256k1", { app: "g", gasBudget: cost + GWEI });
    const dearer = await world.op(session, [world.transfer(1n)], { fields: { preVerificationGas: 100_002n } });
    await world.refusesBundle([dearer], 0, ["GasBudgetExceeded", [cost + 2n * GWEI, cost + GWEI]]);
    await world.accepts("userOperation", session, [world.transfer(1n)]);
    await world.refuses("userOperation", session, [world.transfer(1n)], ["GasBudgetExceeded", [cost, GWEI]]);
    // No other route costs the principal gas.
    await world.accepts("direct", session, [world.transfer(1n)]);
  });

  it("rounds what an operation could cost up to a gwei (ATK-60, ATK-119)", async () => {
    const world = w();
    const session = await world.start("secp256k1", { gasBudget: 4n * GWEI });
    const gas = { verificationGasLimit: 1_000_000, callGasLimit: 1_000_000, preVerificationGas: 100_001 };
    const op = (maxFeePerGas: bigint) =>
      world.op(session, [world.transfer(1n)], { fields: { ...gas, maxFeePerGas, maxPriorityFeePerGas: 1n } });
    for (const [maxFeePerGas, requested] of [
      [1_905n, 5n * GWEI],
      [10n ** 15n + 1n, 2_100_001n * 10n ** 15n + GWEI],
    ] as const) {
      await world.refusesModule(await op(maxFeePerGas), ["GasBudgetExceeded", [requested, 4n * GWEI]]);
    }
    // 2,100,001 * 1,904 wei are below four gwei.
    const fits = await op(1_904n);
    expect(maxGasCost(fits) < 4n * GWEI && maxGasCost(fits) > 3n * GWEI).to.equal(true);
    expect((await world.bundle([fits])).outcomes[0]?.success).to.equal(true);
    expect(await world.gasLeft(session)).to.equal(0n);
  });

  it("counts all five gas fields at the full fee, sponsored or not (ATK-60, ATK-61)", async () => {
    const world = w();
    const session = await world.start("secp256k1", { gasBudget: GWEI });
    const one = { verificationGasLimit: 400_000, callGasLimit: 300_000, preVerificationGas: 70_000 };
    for (const maxFeePerGas of [10n ** 9n, 10n ** 15n]) {
      const fields = { ...one, maxFeePerGas };
      const own = await world.op(session, [world.transfer(1n)], { fields });
      await world.refusesBundle([own], 0, ["GasBudgetExceeded", [770_000n * maxFeePerGas, GWEI]]);
      const paymaster = { address: world.paymaster, verificationGasLimit: 20_000, postOpGasLimit: 3_000 };
      const sponsored = await world.op(session, [world.transfer(1n)], { fields: { ...fields, paymaster } });
      await world.refusesBundle([sponsored], 0, ["GasBudgetExceeded", [793_000n * maxFeePerGas, GWEI]]);
    }
  });

  it("bounds what operations take from the deposit, whatever they do (ATK-60, ATK-62)", async () => {
    const world = w();
    const session = await world.start("secp256k1", { gasBudget: 10n ** 16n });
    const deposit = async () => (await world.entryPoint.getFunction("balanceOf").staticCall(world.principal)) as bigint;
    const before = await deposit();
    await world.accepts("userOperation", session, [world.transfer(1n)]);
    await world.act("userOperation", session, [world.transfer(1n, ZeroAddress)]);
    await world.refuses(
      "userOperation",
      session,
      [world.transfer(1n)],
      ["GasBudgetExceeded", [3_600_000n * 10n ** 9n, 10n ** 16n - 2n * 3_600_000n * 10n ** 9n]],
    );
    expect(before - (await deposit()) <= 10n ** 16n).to.equal(true);
  });
});

inEachWorld("A paymaster", (w) => {
  it("is the policy's or none (ATK-61)", async () => {
    const world = w();
    const session = await withGas(world, {});
    const foreign = addressOf(0xbad);
    const data = concat([foreign, "0x" + "00".repeat(32)]);
    await world.refusesModule(await withPaymasterData(world, session, data), [
      "PaymasterNotAllowed",
      [foreign, world.paymaster],
    ]);
  });

  it("must pay where the policy says that the principal does not (PIP-27, ATK-61)", async () => {
    const world = w();
    const session = await withGas(world, { selfPaid: false });
    await world.refuses("userOperation", session, [world.transfer(1n)], ["SelfPaymentNotAllowed", []]);
    const fields = { paymaster: { address: world.paymaster } };
    await world.accepts("userOperation", session, [world.transfer(1n)], { fields });
  });

  it("may not pay where the policy names none (ATK-61)", async () => {
    const world = w();
    const session = await withGas(world, { paymaster: ZeroAddress });
    const op = await world.op(session, [world.transfer(1n)], { fields: { paymaster: { address: world.paymaster } } });
    await world.refusesBundle([op], 0, ["PaymasterNotAllowed", [world.paymaster, ZeroAddress]]);
    await world.accepts("userOperation", session, [world.transfer(1n)]);
  });

  for (const named of [true, false]) {
    it(`of 20 zero bytes is no way to make the principal pay, the policy naming ${named ? "one" : "none"} (ATK-61)`, async () => {
      const world = w();
      const session = await withGas(world, { selfPaid: false, ...(named ? {} : { paymaster: ZeroAddress }) });
      const expected = named ? world.paymaster : ZeroAddress;
      const op = await withPaymasterData(world, session, "0x" + "00".repeat(52));
      if (world.version === "0.7") {
        // This EntryPoint takes it for "no paymaster": Latchkey alone refuses.
        await world.refusesBundle([op], 0, ["PaymasterNotAllowed", [ZeroAddress, expected]]);
      } else {
        await world.unchanged(async () => {
          const error = await refusalOf(world.bundle([op]));
          expect([error.name, ...error.args]).to.deep.equal(NO_PAYMASTER[world.version]);
        });
        await world.refusesModule(op, ["PaymasterNotAllowed", [ZeroAddress, expected]]);
      }
    });
  }

  it("has data of at least 52 bytes or none (ATK-61)", async () => {
    const world = w();
    const session = await withGas(world, {});
    for (const length of [1, 19, 20, 51]) {
      const data = (world.paymaster + "00".repeat(40)).slice(0, 2 + 2 * length);
      const op = { ...(await world.op(session, [world.transfer(1n)])), paymasterAndData: data };
      await world.unchanged(async () => {
        const error = await refusalOf(world.bundle([op]));
        const short =
          world.version === "0.9"
            ? ["InvalidPaymasterData", BigInt(length)]
            : ["Error", "AA93 invalid paymasterAndData"];
        expect([error.name, ...error.args]).to.deep.equal(short);
      });
      await world.refusesModule(op, ["PaymasterDataTooShort", [length, 52]]);
    }
  });
});

inEachWorld("An operation's initCode", (w) => {
  const MARKERS = ["0x7702", "0x7702" + "00".repeat(18)];

  it("may be the bare EIP-7702 marker on a wallet that delegates, where the EntryPoint knows it", async () => {
    const world = w();
    const session = await world.start();
    for (const initCode of MARKERS) {
      const plain = await world.op(session, [world.transfer(1n)]);
      if (world.version === "0.7") {
        // It takes the marker for the factory of an account that exists.
        await world.refusesOp(await world.signOp({ ...plain, initCode }, session), "AA10");
      } else if (world.form === "7702") {
        const op = await world.signOp({ ...plain, initCode }, session);
        expect((await world.bundle([op])).outcomes[0]?.success).to.equal(true);
      } else {
        await world.unchanged(async () => {
          const error = await refusalOf(world.bundle([{ ...plain, initCode }]));
          expect([error.name, ...error.args]).to.deep.equal(NO_DELEGATE[world.version](world.principal));
        });
      }
    }
  });

  it("carries nothing that would run on the account before validation", async () => {
    const world = w();
    const session = await world.start();
    const op = await world.op(session, [world.transfer(1n)]);
    const forms = ["0x77", "0x7703", "0x770200", MARKERS[1] + "00", MARKERS[1] + "12345678", addressOf(0xfac) + "1234"];
    for (const initCode of forms) {
      await world.refusesModule({ ...op, initCode }, ["InitCodeNotAllowed", [(initCode.length - 2) / 2]]);
    }
    if (world.form === "7702" && world.version !== "0.7") {
      // The EntryPoint calls the account with what follows, accountId() here, and asks the module then.
      const loaded = await world.signOp({ ...op, initCode: MARKERS[1] + "9cfd7cff" }, session);
      await world.refusesBundle([loaded], 0, ["InitCodeNotAllowed", [24]]);
    }
  });
});
