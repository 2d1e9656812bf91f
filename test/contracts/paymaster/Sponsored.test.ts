import { expect } from "chai";
import { concat, Interface, SigningKey, toBeHex, ZeroAddress, type Contract } from "ethers";
import { encodeCalls, encodeExecute } from "../../support/reference/session.ts";
import {
  maxGasCost,
  nextNonce,
  nonceKey,
  userOp,
  userOpHash,
  type PackedUserOperation,
} from "../../support/reference/userOp.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { expectFailedOp, expectRefusal } from "../../support/chain/refusal.ts";
import { budgetOf, chargesIn, sponsor } from "../../support/chain/sponsor.ts";
import { addressOf, inEachWorld, ONE, type ActOptions, type Session, type World } from "../../support/chain/world.ts";

const MODULES = new Interface(["function installModule(uint256 moduleTypeId, address module, bytes initData)"]);
/** Gas limits as a bundler's estimate leaves them. */
const ESTIMATED = { verificationGasLimit: 200_000, callGasLimit: 80_000, preVerificationGas: 50_000 };
/** What the charge may exceed the cost by, in gas; v0.7 adds a tenth of the call's limit. */
const SLACK = 8_000n;

/** A sponsored operation of a session. */
function opOf(world: World, session: Session, amount = 1n, options: ActOptions = {}): Promise<PackedUserOperation> {
  const paymaster = { address: world.paymaster, verificationGasLimit: 50_000, postOpGasLimit: 20_000 };
  const fields = { ...ESTIMATED, paymaster, ...options.fields };
  return world.op(session, [world.transfer(amount)], { ...options, fields });
}

/** Bundles sponsored operations, holds the rule of charges against what was taken, and returns outcomes and charges. */
async function bundled(world: World, paymaster: Contract, ops: PackedUserOperation[]) {
  const spent = async () => (await budgetOf(paymaster, world.principal)).spent;
  const deposit = async () => (await world.snap()).deposits[1] as bigint;
  const before = { spent: await spent(), deposit: await deposit(), paid: await moneyOf(world) };
  const { receipt, outcomes } = await world.bundle(ops);
  const after = { spent: await spent(), deposit: await deposit(), paid: await moneyOf(world) };
  const charges = chargesIn(paymaster, receipt);
  const charged = after.spent - before.spent;
  const fall = before.deposit - after.deposit;
  const reserved = ops.reduce((sum, op) => sum + maxGasCost(op), 0n);
  expect(fall <= charged, `${charged} charged, ${fall} taken`).to.equal(true);
  expect(charged <= reserved, `${charged} charged, ${reserved} reserved`).to.equal(true);
  expect(fall).to.equal(outcomes.reduce((sum, { actualGasCost }) => sum + actualGasCost, 0n));
  expect(after.paid, "what the principal has").to.deep.equal(before.paid);
  return { outcomes, charges, charged, fall };
}

async function moneyOf(world: World) {
  const { native, deposits } = await world.snap();
  return [native[0], deposits[0]];
}

/** Expects the paymaster to refuse operation `index` with exactly this error, and that nothing has changed. */
async function refuses(
  world: World,
  paymaster: Contract,
  ops: PackedUserOperation[],
  index: number,
  error: [name: string, args: unknown[]],
) {
  await unchanged(world, paymaster, async () => {
    const outer = await expectRefusal(world.bundle(ops), ...error);
    expect([outer.name, outer.args[0], outer.args[1]]).to.deep.equal([
      "FailedOpWithRevert",
      BigInt(index),
      "AA33 reverted",
    ]);
  });
}

async function unchanged(world: World, paymaster: Contract, attempt: () => Promise<unknown>) {
  const before = await budgetOf(paymaster, world.principal);
  await world.unchanged(async () => {
    await attempt();
  });
  expect(await budgetOf(paymaster, world.principal)).to.deep.equal(before);
}

inEachWorld("A sponsored session", (w) => {
  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: acts for a principal that pays nothing (CHI-12, RTC-12)`, async () => {
      const world = w();
      const paymaster = await sponsor(world);
      const session = await world.start(kind, { selfPaid: false });
      for (const amount of [1n, 2n]) {
        const { outcomes, charges, charged, fall } = await bundled(world, paymaster, [
          await opOf(world, session, amount),
        ]);
        expect(outcomes[0]?.success).to.equal(true);
        expect(charges).to.deep.equal([charged]);
        const slack = world.version === "0.7" ? SLACK + 8_000n : SLACK;
        expect((charged - fall) / 10n ** 9n <= slack, `${charged - fall} wei too much`).to.equal(true);
      }
      expect(await world.balance()).to.equal(3n);
    });
  }

  it("stops at the principal's budget, to the wei (ATK-61)", async () => {
    const world = w();
    const paymaster = await sponsor(world, { budget: 0n });
    const session = await world.start();
    const op = await opOf(world, session);
    const cost = maxGasCost(op);
    await refuses(world, paymaster, [op], 0, ["BudgetExceeded", [world.principal, cost, 0]]);
    await (await paymaster.getFunction("setBudget").send(world.principal, cost - 1n)).wait();
    await refuses(world, paymaster, [op], 0, ["BudgetExceeded", [world.principal, cost, cost - 1n]]);
    await (await paymaster.getFunction("setBudget").send(world.principal, cost)).wait();
    const { charged } = await bundled(world, paymaster, [op]);
    const next = await opOf(world, session);
    await refuses(world, paymaster, [next], 0, ["BudgetExceeded", [world.principal, cost, cost - charged]]);
    // The session is not the worse for it: the deposit of the principal still pays where the policy lets it.
    await world.accepts("userOperation", session, [world.transfer(1n)]);
  });

  it("cannot overdraw the budget with two operations of one bundle, in either order (ATK-22)", async () => {
    const world = w();
    const paymaster = await sponsor(world, { budget: 0n });
    const first = await world.start("secp256k1", {}, { lane: 1n });
    const second = await world.start("p256", {}, { lane: 2n });
    const ops = [await opOf(world, first, 1n), await opOf(world, second, 2n, { nonceLane: 1 })];
    const cost = maxGasCost(ops[0]!);
    await (await paymaster.getFunction("setBudget").send(world.principal, 2n * cost - 1n)).wait();
    const error: [string, unknown[]] = ["BudgetExceeded", [world.principal, cost, cost - 1n]];
    await refuses(world, paymaster, ops, 1, error);
    await refuses(world, paymaster, [...ops].reverse(), 1, error);
    await (await paymaster.getFunction("setBudget").send(world.principal, 2n * cost)).wait();
    const { outcomes, charges, charged } = await bundled(world, paymaster, ops);
    expect(outcomes.map(({ success }) => success)).to.deep.equal([true, true]);
    expect(charges).to.have.length(2);
    expect(charges[0]! + charges[1]!).to.equal(charged);
  });

  it("is charged for execution that reverts, and has used its calls (ATK-23, ATK-62)", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const session = await world.start();
    const fields = (await opOf(world, session)).paymasterAndData;
    const op = await world.op(session, [world.transfer(5n, ZeroAddress)], { fields: ESTIMATED });
    const { outcomes, charges } = await bundled(world, paymaster, [
      await world.signOp({ ...op, paymasterAndData: fields }, session),
    ]);
    expect(outcomes[0]?.success).to.equal(false);
    expect(charges).to.have.length(1);
    expect(await world.balance()).to.equal(0n);
    expect(await world.callsLeft(session)).to.equal(49);
  });

  it("is undone and charged whole if the gas for postOp does not last (ATK-62)", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const session = await world.start();
    const short = { address: world.paymaster, verificationGasLimit: 50_000, postOpGasLimit: 1_500 };
    const op = await opOf(world, session, 5n, { fields: { paymaster: short } });
    const { outcomes, charges, charged } = await bundled(world, paymaster, [op]);
    expect(outcomes[0]?.success).to.equal(false);
    expect(charges).to.deep.equal([]);
    expect(charged).to.equal(maxGasCost(op));
    expect(await world.balance()).to.equal(0n);
    expect(await world.callsLeft(session)).to.equal(49);
  });

  it("is not paid for without a deposit", async () => {
    const world = w();
    const paymaster = await sponsor(world, { deposit: 0n });
    const session = await world.start();
    const op = await opOf(world, session);
    await unchanged(world, paymaster, () => expectFailedOp(world.bundle([op]), "AA31"));
    await (await paymaster.getFunction("deposit").send({ value: maxGasCost(op) })).wait();
    await bundled(world, paymaster, [op]);
  });

  it("is refused by Latchkey under a policy that does not name this paymaster (ATK-61)", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    for (const [lane, named] of [ZeroAddress, addressOf(0xbeef)].entries()) {
      const session = await world.start("secp256k1", { paymaster: named }, { lane: BigInt(lane) });
      const op = await opOf(world, session);
      await unchanged(world, paymaster, async () => {
        const outer = await expectRefusal(world.bundle([op]), "PaymasterNotAllowed", [world.paymaster, named]);
        expect(outer.args[1]).to.equal("AA23 reverted");
      });
    }
  });

  it("leaves no trace of a wrong signature or a wrong deadline (ATK-25)", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const session = await world.start();
    const op = await opOf(world, session);
    const forged = {
      ...op,
      signature: concat([op.signature.slice(0, 66), toBeHex(1, 32), toBeHex(1, 32), "0x" + op.signature.slice(-64)]),
    };
    await unchanged(world, paymaster, () => expectFailedOp(world.bundle([forged]), "AA24"));
    const late = await opOf(world, session, 1n, { validUntil: session.validUntil });
    await unchanged(world, paymaster, () => expectFailedOp(world.bundle([late], session.validUntil + 1), "AA22"));
  });
});

inEachWorld(
  "A sponsored session with the EIP-7702 marker",
  (w) => {
    it("acts where the EntryPoint knows the marker", async () => {
      const world = w();
      const paymaster = await sponsor(world);
      const session = await world.start();
      for (const initCode of ["0x7702", "0x7702" + "00".repeat(18)]) {
        const op = await opOf(world, session, 1n, { fields: { initCode } });
        expect((await bundled(world, paymaster, [op])).outcomes[0]?.success).to.equal(true);
      }
    });
  },
  [
    ["0.8", "7702"],
    ["0.9", "7702"],
  ],
);

inEachWorld("The paymaster refuses", (w) => {
  /** An operation that the account's owner has signed, sponsored. */
  async function ownersOp(world: World, nonce: bigint) {
    const paymaster = { address: world.paymaster, verificationGasLimit: 50_000, postOpGasLimit: 20_000 };
    const callData = encodeExecute(encodeCalls([world.transfer(1n)]));
    const op = userOp({ sender: world.principal, nonce, callData, ...ESTIMATED, paymaster });
    const digest = await userOpHash(world.entryPoint, op);
    return { ...op, signature: new SigningKey(world.owner.privateKey).sign(digest).serialized };
  }

  it("the owner's own operation, though the account accepts it", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const op = await ownersOp(world, await nextNonce(world.entryPoint, world.principal, 0n));
    await refuses(world, paymaster, [op], 0, ["SignatureLengthInvalid", [65, 128]]);
    const own = await world.ownerOp([world.transfer(1n)]);
    expect((await world.bundle([own])).outcomes[0]?.success).to.equal(true);
  });

  it("another validator's operation, though the account accepts it", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const validator = String((await deployMock(world.stage.chain, "AccountModules", "YesValidator")).target);
    const install = MODULES.encodeFunctionData("installModule", [1, validator, "0x"]);
    await world.asOwner([{ target: world.principal, data: install }]);
    const key = nonceKey(validator);
    const signed = await ownersOp(world, await nextNonce(world.entryPoint, world.principal, key));
    const op = { ...signed, signature: "0x" + "00".repeat(128) };
    const error: [string, unknown[]] = ["NonceKeyNotAllowed", [key, world.stage.address]];
    await refuses(world, paymaster, [op], 0, error);
    expect((await world.bundle([{ ...op, paymasterAndData: "0x" }])).outcomes[0]?.success).to.equal(true);
  });

  it("paymaster data behind the limits, signed or not (ATK-10)", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const session = await world.start();
    const op = await opOf(world, session);
    for (const tail of ["0x00", "0x" + "00".repeat(32)]) {
      const longer = await world.signOp({ ...op, paymasterAndData: concat([op.paymasterAndData, tail]) }, session);
      const length = 51 + tail.length / 2;
      await refuses(world, paymaster, [longer], 0, ["PaymasterDataLengthInvalid", [length, 52]]);
    }
    if (world.version !== "0.9") return;
    // Signed with an empty paymaster signature, which a bundler fills as it likes: the hash is the same.
    const magic = "0x22e325a297439656";
    const empty = await world.signOp(
      { ...op, paymasterAndData: concat([op.paymasterAndData, "0x0000", magic]) },
      session,
    );
    const filled = { ...empty, paymasterAndData: concat([op.paymasterAndData, "0xabcd", "0x0002", magic]) };
    await refuses(world, paymaster, [filled], 0, ["PaymasterDataLengthInvalid", [64, 52]]);
  });
});

inEachWorld("The paymaster's worst day", (w) => {
  it("costs what the principal was given, and everybody else keeps theirs (ATK-61, ATK-62)", async () => {
    const world = w();
    const paymaster = await sponsor(world, { budget: ONE / 1_000n });
    const session = await world.start("secp256k1", { maxCalls: 1_000 }, { maxCalls: 1_000 });
    const failing = [world.transfer(1n, ZeroAddress)];
    let taken = 0n;
    const data = (await opOf(world, session)).paymasterAndData;
    for (;;) {
      const plain = await world.op(session, failing, { fields: ESTIMATED });
      const op = await world.signOp({ ...plain, paymasterAndData: data }, session);
      const { budget, spent } = await budgetOf(paymaster, world.principal);
      if (maxGasCost(op) > budget - spent) {
        await refuses(world, paymaster, [op], 0, ["BudgetExceeded", [world.principal, maxGasCost(op), budget - spent]]);
        break;
      }
      taken += (await bundled(world, paymaster, [op])).fall;
    }
    expect(taken > 0n && taken <= ONE / 1_000n, String(taken)).to.equal(true);
    expect((await world.snap()).deposits[1]).to.equal(ONE - taken);
  });
});
