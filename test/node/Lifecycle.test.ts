import { expect } from "chai";
import { Wallet } from "ethers";
import { limit, policy as buildPolicy } from "../support/reference/policy.ts";
import {
  grant,
  secp256k1Key,
  signForward,
  signRegistration,
  signRevocation,
  Status,
} from "../support/reference/session.ts";
import { expectRefusal } from "../support/chain/refusal.ts";
import { FORMS, GAS, HOUR, ONE, openStage, World, type RouteName, type Stage } from "../support/chain/world.ts";

const ROUTES: RouteName[] = ["userOperation", "direct", "relayed", "forwarded", "asked"];

describe("The lifecycle over JSON-RPC", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage("localhost");
  });

  for (const form of FORMS) {
    for (const kind of ["secp256k1", "p256"] as const) {
      it(`${form}, ${kind}: granted once, acts on every route, is refused, revoked and dead (PIP-1, PIP-9, PIP-29)`, async function () {
        this.timeout(180_000);
        const world = await World.open(stage, "0.9", form);
        const routes = ROUTES.filter((route) => kind === "secp256k1" || !["direct", "asked"].includes(route));
        const session = await world.start(kind);
        for (const route of routes) {
          await world.accepts(route, session, [world.callFor(route, 7n)]);
          const approve = { ...world.callFor(route), data: "0x095ea7b3" + "00".repeat(64) };
          if (route !== "asked") {
            await world.refuses(route, session, [approve], ["CallNotAllowed", [0, approve.target, "0x095ea7b3"]]);
          }
        }
        const batch = [world.transfer(1n), world.forwardedTransfer(1n)];
        await world.accepts("userOperation", session, batch);
        await world.accepts("relayed", session, batch);
        const left = await world.limitLeft(session);
        const above: [string, unknown[]] = ["SpendCapExceeded", [world.tokenAddress, left + 1n, left]];
        await world.refuses("userOperation", session, [world.transfer(left + 1n)], above);
        await world.refuses("relayed", session, [world.transfer(left + 1n)], above);

        const sponsored = { fields: { paymaster: { address: world.paymaster } } };
        await world.accepts("userOperation", session, [world.transfer(1n)], sponsored);

        await world.manage("revokeSession", [session.key.address]);
        expect((await world.state(session.key.address)).status).to.equal(BigInt(Status.Revoked));
        const dead: [string, unknown[]] = ["SessionAlreadyRevoked", [world.principal, session.key.address]];
        for (const route of routes) await world.refuses(route, session, [world.callFor(route)], dead);
      });
    }
  }

  it("a plain wallet grants by signature, acts by relayer, and is revoked from elsewhere (PIP-28, PIP-31)", async function () {
    this.timeout(120_000);
    const { chain, latchkey, forwarder, domain, store, lens } = stage;
    const wallet = new Wallet(Wallet.createRandom().privateKey, chain.ethers.provider);
    const world = await World.open(stage, "0.9", "standalone");
    const policy = buildPolicy({
      permissions: [{ target: world.forwardedAddress, method: "transfer(address,uint256)" }],
      limits: [limit(world.forwardedAddress, 12n)],
    });
    await (await store.getFunction("publishPolicy").send(policy)).wait();
    await world.asOwner([world.forwardedTransfer(12n, wallet.address)]);
    const key = secp256k1Key();
    const registration = await chain.now();
    const validUntil = registration + HOUR;
    const granted = grant(key, policy, { validAfter: registration, validUntil });
    const signature = await signRegistration(wallet, domain, {
      grant: granted,
      policy,
      nonce: 0n,
      deadline: validUntil,
    });
    const relayer = latchkey.connect(chain.relayer);
    await (
      await relayer.getFunction("registerSessionBySig").send(wallet.address, granted, validUntil, signature, GAS)
    ).wait();

    const { target, data } = world.forwardedTransfer(6n);
    const forward = async (nonce: bigint) => {
      const message = {
        principal: wallet.address,
        target,
        data: data!,
        nonce,
        minGas: 0n,
        validUntil,
        registration,
      };
      const args = [wallet.address, target, data, nonce, 0n, signForward(key, domain, message), GAS];
      return (
        await forwarder
          .connect(chain.relayer)
          .getFunction("forwardBySig")
          .send(...args)
      ).wait();
    };
    await forward(0n);
    expect(await world.forwarded.getFunction("balanceOf").staticCall(world.recipient)).to.equal(6n);
    await expectRefusal(forward(0n), "NonceAlreadyUsed", [wallet.address, key.address, 0]);
    await forward(1n);
    await expectRefusal(forward(2n), "SpendCapExceeded", [world.forwardedAddress, 6, 0]);
    expect(await chain.ethers.provider.getBalance(wallet.address)).to.equal(0n);

    const revocation = await signRevocation(wallet, domain, { key: key.address, deadline: validUntil });
    await (
      await relayer.getFunction("revokeSessionBySig").send(wallet.address, key.address, validUntil, revocation, GAS)
    ).wait();
    await expectRefusal(forward(3n), "SessionAlreadyRevoked", [wallet.address, key.address]);
    const state = await lens.getFunction("getSession").staticCall(wallet.address, key.address);
    expect(state.status).to.equal(BigInt(Status.Revoked));
    expect(await chain.ethers.provider.getBalance(key.address)).to.be.lessThan(ONE);
  });
});
