import { expect } from "chai";
import fc from "fast-check";
import { saySeedOnFailure, seedOf } from "../support/fuzz.ts";
import { knobs, step } from "./draws.ts";
import { closeGround, openGround, policyOf, rpc, send, stage } from "./ground.ts";
import { Run } from "./run.ts";
import { emptyCells, table } from "./tally.ts";

/** Override with LATCHKEY_SEQUENCES. */
const SEQUENCES = Number(process.env.LATCHKEY_SEQUENCES ?? 200);
const STEPS = 30;

/**
 * What a principal, its keys, a stranger and the clock can do, in any order, on the chain and in the model of model.ts.
 * After each step both are compared, and before each act `explain` is asked about it.
 */
describe("Any sequence of lifecycle, clock and calls", () => {
  before(openGround);
  after(closeGround);
  saySeedOnFailure();

  it(`does what the model does, and explain says what happens: ${SEQUENCES} sequences of ${STEPS} steps (ATK-27, ATK-72, ATK-93, ATK-118)`, async function () {
    this.timeout(1_200_000);
    const start = await stage.chain.now();
    // Numbers pick from what there is: small ones are nothing special.
    const sequence = fc.noBias(
      fc.record({
        policies: fc.array(knobs, { minLength: 2, maxLength: 3 }),
        steps: fc.array(step, { minLength: STEPS, maxLength: STEPS }),
      }),
    );
    const property = fc.asyncProperty(sequence, async ({ policies: drawn, steps }) => {
      const snapshot = await rpc("evm_snapshot", []);
      try {
        const policies = drawn.map(policyOf);
        const now = start + 1_000;
        await rpc("evm_setNextBlockTimestamp", [now]);
        for (const each of policies) {
          const data = stage.store.interface.encodeFunctionData("publishPolicy", [each]);
          await send(stage.chain.stranger.address, await stage.store.getAddress(), data, 16_000_000);
        }
        const run = new Run(now + 10, policies);
        // Two sessions to begin with.
        for (const each of [0, 1])
          await run.take({ action: "register", n: steps[each]!.n.map((x, i) => (i === 1 ? each : x)) });
        for (const each of steps) await run.take(each);
        await run.compare();
      } finally {
        await rpc("evm_revert", [snapshot]);
      }
    });
    const outcome = await fc.check(property, { numRuns: SEQUENCES, seed: seedOf("lifecycle"), endOnFailure: true });
    if (outcome.failed) throw outcome.errorInstance;
    console.log(table());
    expect(emptyCells(), "an action that was never accepted or never refused").to.deep.equal([]);
  });
});
