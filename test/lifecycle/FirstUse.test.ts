import { expect } from "chai";
import { concat, keccak256, toUtf8Bytes } from "ethers";
import { contextOf, encodeCalls, redemptionContext } from "../support/reference/session.ts";
import type { PackedUserOperation } from "../support/reference/userOp.ts";
import { type Brought, GAS, inEachWorld, type World } from "../support/chain/world.ts";

async function operation(world: World, { session, envelope }: Brought, amount = 1n): Promise<PackedUserOperation> {
  const op = await world.op(session, [world.transfer(amount)]);
  return { ...op, signature: concat([op.signature, envelope]) };
}

const withEnvelope = (args: unknown[], envelope: string) => [
  ...args.slice(0, -1),
  concat([args.at(-1) as string, envelope]),
];

inEachWorld("A grant on first use", (w) => {
  for (const kind of ["secp256k1", "p256"] as const) {
    it(`${kind}: comes with an operation, once; a second one finds the session (ATK-121)`, async () => {
      const world = w();
      const brought = await world.bring(kind);
      for (const amount of [1n, 2n]) {
        const { outcomes } = await world.bundle([await operation(world, brought, amount)]);
        expect(outcomes[0]?.success).to.equal(true);
      }
      expect(await world.balance()).to.equal(3n);
      expect(await world.callsLeft(brought.session)).to.equal(brought.session.maxCalls - 2);
      // It lives on without the envelope.
      await world.accepts("userOperation", brought.session, [world.transfer(4n)]);
    });

    it(`${kind}: comes with a relayed and with a forwarded call`, async () => {
      const world = w();
      const { latchkey, forwarder, chain } = world.stage;
      const first = await world.bring(kind);
      const relayed = withEnvelope(world.relayedArguments(first.session, [world.transfer(1n)]), first.envelope);
      await (
        await latchkey
          .connect(chain.relayer)
          .getFunction("executeBySig")
          .send(...relayed, GAS)
      ).wait();
      expect(await world.balance()).to.equal(1n);
      const second = await world.bring(kind, 1n);
      const args = withEnvelope(world.forwardedArguments(second.session, world.forwardedTransfer(2n)), second.envelope);
      await (
        await forwarder
          .connect(chain.relayer)
          .getFunction("forwardBySig")
          .send(...args, GAS)
      ).wait();
      expect(await world.limitLeft(second.session, world.forwardedAddress)).to.equal(98n);
    });

    it(`${kind}: comes with a redemption (ATK-123)`, async () => {
      const world = w();
      const { latchkey, chain, domain } = world.stage;
      const { session, envelope } = await world.bring(kind);
      const { mode, executionCalldata } = encodeCalls([world.transfer(1n)]);
      const message = {
        ...{ principal: world.principal, redeemer: chain.relayer.address, mode, executionCalldata },
        ...{ nonce: 9n, minGas: 0n, validUntil: session.validUntil, registration: session.registration },
      };
      const { length } = redemptionContext(session.key, domain, message);
      // The signature is the context's last 128 bytes.
      const bare = `0x${redemptionContext(session.key, domain, message).slice(length - 256)}`;
      const redeem = (who: typeof chain.relayer) =>
        latchkey
          .connect(who)
          .getFunction("redeemDelegations")
          .send([contextOf(message, concat([bare, envelope]))], [mode], [executionCalldata], GAS);
      await world.refusesAttempt(
        () => redeem(chain.stranger),
        ["RedeemerNotAllowed", [chain.stranger.address, chain.relayer.address]],
      );
      await (await redeem(chain.relayer)).wait();
      expect(await world.balance()).to.equal(1n);
    });
  }

  it("one bundle brings the same grant twice: the second operation finds it", async () => {
    const world = w();
    const brought = await world.bring("secp256k1");
    const ops = [
      await operation(world, brought),
      { ...(await world.op(brought.session, [world.transfer(2n)], { nonceLane: 1 })) },
    ];
    ops[1]!.signature = concat([ops[1]!.signature, brought.envelope]);
    const { outcomes } = await world.bundle(ops);
    expect(outcomes.map(({ success }) => success)).to.deep.equal([true, true]);
    expect(await world.callsLeft(brought.session)).to.equal(brought.session.maxCalls - 2);
  });

  it("a stranger who brings the grant first spoils nothing (ATK-121)", async () => {
    const world = w();
    const brought = await world.bring("secp256k1");
    const op = await operation(world, brought);
    const { key, policy, ...fields } = brought.session;
    const { registration: _start, ...window } = fields;
    const granted = await world.grantOf(key, policy, window);
    // The principal's signature stands behind 88 bytes.
    const signature = `0x${brought.envelope.slice(2 + 2 * 88)}`;
    const deadline = Number(`0x${brought.envelope.slice(2 + 2 * 82, 2 + 2 * 88)}`);
    await world.submit("registerSessionBySig", [world.principal, granted, deadline, signature]);
    expect((await world.bundle([op])).outcomes[0]?.success).to.equal(true);
  });

  it("an operation whose grant expires in the bundle is refused by the EntryPoint alone", async () => {
    const world = w();
    const brought = await world.bring("secp256k1");
    const deadline = Number(`0x${brought.envelope.slice(2 + 2 * 82, 2 + 2 * 88)}`);
    const op = await operation(world, brought);
    const snapshot = await world.stage.chain.helpers.takeSnapshot();
    expect((await world.bundle([op], deadline)).outcomes[0]?.success).to.equal(true);
    await snapshot.restore();
    await world.refusesOp(op, "AA22", deadline + 1);
  });

  it("nothing of it is left where the key has not signed", async () => {
    const world = w();
    const brought = await world.bring("secp256k1");
    const op = await operation(world, brought);
    await world.refusesOp({ ...op, preVerificationGas: BigInt(op.preVerificationGas) + 1n }, "AA24");
  });

  it("nothing of it is left after the wallet has ended all that it signed (ATK-121)", async () => {
    const world = w();
    const brought = await world.bring("secp256k1");
    const op = await operation(world, brought);
    await world.manage("revokeAllSessions", []);
    await world.refusesBundle([op], 0, ["InvalidPrincipalSignature", [world.principal]]);
    await world.refusesBundle([{ ...op, signature: concat([op.signature, keccak256(toUtf8Bytes("more"))]) }], 0, [
      "InvalidPrincipalSignature",
      [world.principal],
    ]);
  });
});
