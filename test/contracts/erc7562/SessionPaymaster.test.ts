import { expect } from "chai";
import type { Contract } from "ethers";
import { traceHandleOps, violations, type Violation } from "../../support/chain/erc7562.ts";
import type { PackedUserOperation } from "../../support/reference/userOp.ts";
import { chargesIn, sponsor } from "../../support/chain/sponsor.ts";
import { inEachWorld, type Session, type World } from "../../support/chain/world.ts";

/** What the check finds in the validation of these operations of one principal. */
async function found(world: World, ops: PackedUserOperation[], staked: string[] = []): Promise<Violation[]> {
  const { chain } = world.stage;
  const from = chain.bundler.address;
  const entryPoint = String(world.entryPoint.target);
  const data = world.entryPoint.interface.encodeFunctionData("handleOps", [ops, from]);
  const trace = await traceHandleOps(chain.provider, { from, to: entryPoint, data });
  return violations({ trace, entryPoint, sender: world.principal, paymaster: world.paymaster, staked });
}

async function opOf(world: World, session: Session, nonceLane = 0): Promise<PackedUserOperation> {
  const paymaster = { address: world.paymaster, verificationGasLimit: 50_000, postOpGasLimit: 20_000 };
  return world.op(session, [world.transfer(1n)], { nonceLane, fields: { paymaster } });
}

async function expectPaid(world: World, paymaster: Contract, ops: PackedUserOperation[]): Promise<void> {
  expect(chargesIn(paymaster, (await world.bundle(ops)).receipt)).to.have.length(ops.length);
}

inEachWorld("The paymaster's validation keeps ERC-7562", (w) => {
  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: with and without a stake, the first time and again (ATK-63, ATK-64)`, async () => {
      const world = w();
      const paymaster = await sponsor(world);
      const session = await world.start(kind);
      for (const use of ["first", "second"]) {
        const op = await opOf(world, session);
        expect(await found(world, [op]), `${use} use`).to.deep.equal([]);
        expect(await found(world, [op], [world.paymaster]), `${use} use, staked`).to.deep.equal([]);
        await expectPaid(world, paymaster, [op]);
      }
    });
  }

  it("for two operations of one bundle", async () => {
    const world = w();
    const paymaster = await sponsor(world);
    const first = await world.start("secp256k1", {}, { lane: 1n });
    const second = await world.start("p256", {}, { lane: 2n });
    const ops = [await opOf(world, first), await opOf(world, second, 1)];
    expect(await found(world, ops)).to.deep.equal([]);
    await expectPaid(world, paymaster, ops);
  });
});
