import { expect } from "chai";
import { killAtRandom } from "./kills.ts";
import { openStage, type Stage } from "./stage.ts";

describe("A relay that is killed", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.endRelays());
  after(() => stage.close());

  it("at 12 random moments loses nothing and sends nothing twice, with its journal in a file", async function () {
    this.timeout(180_000);
    const report = await killAtRandom(stage, { kills: 12, instances: 1, env: {}, firstNonce: 1_000n });
    const { accepted, sent, acted, lost, doubled, odd, kills } = report;
    expect({ lost, doubled, odd, kills }).to.deep.equal({ lost: 0, doubled: 0, odd: [], kills: 12 });
    expect(accepted).to.be.greaterThan(20);
    expect([sent, acted]).to.deep.equal([accepted, accepted]);
  });
});
