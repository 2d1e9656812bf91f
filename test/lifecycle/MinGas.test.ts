import { expect } from "chai";
import type { Contract } from "ethers";
import { as, mock, newWallet, openWorld, startSession, stateOf, type World } from "../support/chain/dapp.ts";
import { decodeError, revertData } from "../support/reference/errors.ts";
import { permission, policy } from "../support/reference/policy.ts";
import { encodeCalls, signExecution } from "../support/reference/session.ts";

const MIN_GAS = 200_000n;
/** What the account's first instructions take before it reads what is left. */
const BEFORE_READING = 100n;

describe("The least gas that a relayer passes on", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.connection.close());

  // The code of an EIP-7702 wallet's delegate is cold when the wallet is called, and is paid out of what is passed on.
  it("reaches an EIP-7702 wallet whose delegate nobody touched before (ATK-67)", async () => {
    const target = await mock(world, "ForwardTargets", "OpenTarget");
    const idle = await mock(world, "Misbehaving", "IdleAccount");
    const wallet = await newWallet(world);
    const permissions = [permission({ target: String(target.target), method: "note()" })];
    const session = await startSession(world, wallet, policy({ maxCalls: 10, permissions }));
    await as(world.latchkey, wallet).getFunction("onInstall")("0x");
    const authorization = await wallet.authorize({
      address: String(idle.target),
      nonce: (await wallet.getNonce()) + 1,
      chainId: world.chainId,
    });
    await wallet.sendTransaction({ type: 4, to: world.stranger.address, authorizationList: [authorization] });

    const data = target.interface.encodeFunctionData("note");
    const { mode, executionCalldata } = encodeCalls([{ target: String(target.target), data }]);
    const signature = signExecution(session.key, world.domain, {
      ...{ principal: wallet.address, mode, executionCalldata, nonce: 0, minGas: MIN_GAS },
      ...{ validUntil: session.validUntil, registration: session.registration },
    });
    let isAccepted = false;
    for (let gasLimit = 240_000; gasLimit <= 340_000 && !isAccepted; gasLimit += 250) {
      const args = [wallet.address, mode, executionCalldata, 0, MIN_GAS, signature, { gasLimit }];
      try {
        await as(world.latchkey, world.relayer).getFunction("executeBySig")(...args);
        isAccepted = true;
      } catch (thrown) {
        expect(decodeError(revertData(thrown) ?? "0x")?.name, `gas limit ${gasLimit}`).to.equal("GasBelowMinimum");
      }
    }
    const entered = (await (idle.attach(wallet.address) as Contract).getFunction("gasAtEntry")()) as bigint;
    expect(entered + BEFORE_READING).to.be.at.least(MIN_GAS);
    expect(entered).to.be.below(MIN_GAS + 3_000n);
    expect((await stateOf(world, wallet.address, session.key.address)).callsLeft).to.equal(9n);
  });
});
