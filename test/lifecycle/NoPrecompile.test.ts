import { expect } from "chai";
import { p256 } from "@noble/curves/nist.js";
import { concat, dataSlice, toBeHex } from "ethers";
import { deployLatchkey, openChain } from "../support/chain/chain.ts";
import { FORMS, openStage, World, type Stage } from "../support/chain/world.ts";

/** A chain whose precompile at 0x100 does not answer: Latchkey asks the verifier beside it there. */
describe("A chain without the P-256 precompile", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage("prague");
  });
  after(() => stage.chain.connection.close());

  it("has a verifier that stands beside Latchkey", async () => {
    const verifier = (await stage.latchkey.getFunction("P256_VERIFIER").staticCall()) as string;
    expect(BigInt(verifier)).to.not.equal(0x100n);
    expect(await stage.chain.ethers.provider.getCode(verifier)).to.have.length.above(1_000);
  });

  it("has one, too, where something at the precompile's address says yes to everything (ATK-111)", async () => {
    const chain = await openChain("prague");
    const saysYes = "0x600160005260206000f3";
    await chain.provider.request({ method: "hardhat_setCode", params: [toBeHex(0x100, 20), saysYes] });
    expect(BigInt(await chain.ethers.provider.call({ to: toBeHex(0x100, 20) }))).to.equal(1n);
    const { latchkey } = await deployLatchkey(chain);
    expect(BigInt((await latchkey.getFunction("P256_VERIFIER").staticCall()) as string)).to.not.equal(0x100n);
    await chain.connection.close();
  });

  for (const form of FORMS) {
    it(`takes the same signatures of P-256 keys and refuses the same forgeries, ${form} (ATK-05, ATK-120)`, async () => {
      const world = await World.open(stage, "0.9", form);
      const session = await world.start("p256");
      for (const route of ["userOperation", "relayed", "forwarded"] as const) {
        await world.accepts(route, session, [world.callFor(route, 3n)]);
      }
      const op = await world.op(session, [world.transfer(1n)]);
      const [key, r, s, end] = [0, 1, 2, 3].map((i) => dataSlice(op.signature, 32 * i, 32 * i + 32)) as string[];
      const parity = BigInt(s!) & (1n << 255n);
      for (const [r_, s_] of [
        [r, toBeHex(parity | (p256.CURVE.n / 2n + 1n), 32)],
        [r, toBeHex(parity | (2n ** 255n - 1n), 32)],
        [r, toBeHex(BigInt(s!) ^ 1n, 32)],
        [toBeHex(BigInt(r!) ^ 1n, 32), s],
        [toBeHex(0, 32), s],
        [r, toBeHex(parity, 32)],
      ]) {
        await world.refusesOp({ ...op, signature: concat([key!, r_!, s_!, end!]) }, "AA24");
      }
      await world.bundle([op]);
      expect(await world.balance()).to.equal(7n);
    });
  }
});
