import { expect } from "chai";
import type { Contract, ContractTransactionResponse, Wallet } from "ethers";
import { limit, policy } from "../../support/reference/policy.ts";
import { as, forward, HOUR, mock, newWallet, openWorld, startSession, type World } from "../../support/chain/dapp.ts";

/** Whole transactions in steady state: the second of its kind, every account and slot cold. */
describe("What routes forwarded and asked cost", () => {
  let world: World;
  let alice: Wallet;

  before(async () => {
    world = await openWorld();
    alice = await newWallet(world);
  });

  const gasOf = async (sent: Promise<ContractTransactionResponse>) => (await (await sent).wait())!.gasUsed;

  it("at most 28,000 gas for a forwarded call over the wallet calling itself, a capped token's transfer", async () => {
    const token = await mock(world, "ForwardedToken", "ForwardedToken", [
      await world.forwarder.getAddress(),
      alice.address,
    ]);
    const target = await token.getAddress();
    await as(token, alice).getFunction("transfer")(world.stranger.address, 1n);
    const own = await gasOf(as(token, alice).getFunction("transfer")(world.stranger.address, 1n));
    const session = await startSession(
      world,
      alice,
      policy({
        maxDuration: HOUR,
        limits: [limit(target, 1_000n)],
        permissions: [{ target, method: "transfer(address,uint256)" }],
      }),
    );
    const send = () => forward(world, session, token, "transfer", [world.stranger.address, 1n]);
    await send();
    const forwarded = await gasOf(send());
    expect(forwarded - own).to.be.at.most(28_000n);
  });

  // Of which some 3,000 are for the arguments: each of them is held clean by a pass of its own.
  it("at most 22,000 gas for asking", async () => {
    const args = [world.address, world.owner.address, 0, 100];
    const game = (await world.ethers.deployContract("GameWorld", args)) as unknown as Contract;
    await as(game, alice).getFunction("createStorage")();
    const join = (sender: Wallet, scene: number) =>
      as(game, sender).getFunction("joinScene")(alice.address, scene) as never;
    await join(alice, 1);
    const own = await gasOf(join(alice, 2));
    const target = (await game.getAddress()) as string;
    const session = await startSession(
      world,
      alice,
      policy({
        maxDuration: HOUR,
        permissions: [{ target, method: "joinScene(address,uint64)", consumable: true }],
      }),
      { lane: 1n },
    );
    await join(session.sender, 3);
    const asked = await gasOf(join(session.sender, 4));
    expect(asked - own).to.be.at.most(22_000n);
  });
});
