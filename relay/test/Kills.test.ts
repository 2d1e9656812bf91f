import { expect } from "chai";
import { killAtRandom, type KillOptions } from "./kills.ts";
import { hasPostgres } from "../../test/support/servers/postgres.ts";
import { openDatabases } from "./postgres.ts";
import { openStage, type Stage } from "./stage.ts";

describe("Relays that are killed", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.endRelays());
  after(() => stage.close());

  async function holds(options: KillOptions): Promise<void> {
    const { accepted, sent, acted, lost, doubled, odd, kills } = await killAtRandom(stage, options);
    expect({ lost, doubled, odd, kills }).to.deep.equal({ lost: 0, doubled: 0, odd: [], kills: options.kills });
    expect(accepted).to.be.greaterThan(0);
    expect([sent, acted]).to.deep.equal([accepted, accepted]);
  }

  it("at random moments, with the journal in a file, lose nothing and send nothing twice", async function () {
    this.timeout(180_000);
    await holds({ kills: 6, instances: 1, env: {}, firstNonce: 1_000n });
  });

  it("at random moments, two of them on one Postgres, lose nothing and send nothing twice", async function () {
    this.timeout(180_000);
    if (!hasPostgres()) this.skip();
    const postgres = await openDatabases();
    try {
      await holds({ kills: 6, instances: 2, env: { DATABASE_URL: await postgres.database() }, firstNonce: 100_000n });
    } finally {
      await stage.endRelays();
      await postgres.close();
    }
  });
});
