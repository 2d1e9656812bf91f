import { expect } from "chai";
import { openChain } from "../../support/chain/chain.ts";
import { errorsOf, PolicyScopes } from "../../support/chain/policyScope.ts";
import { PRINCIPAL, readPolicyFiles } from "../../support/reference/policyFiles.ts";

const ENGINE = ["EmptyBatch", "TargetForbidden"];
const files = readPolicyFiles();

describe("PolicyScope", () => {
  let scopes: PolicyScopes;
  before(async () => {
    scopes = await PolicyScopes.deploy(await openChain(), PRINCIPAL);
  });

  for (const { name, policy, facts, passes, refused } of files) {
    describe(name, () => {
      for (const { say, calls, route = "direct", drawn } of passes) {
        it(`admits: ${say}`, async () => {
          const placed = await scopes.place(policy, facts);
          const wanted = policy.limits.map(({ unit }) => drawn[unit.toLowerCase()] ?? 0n);
          expect(await scopes.run(placed, calls, route)).to.equal(wanted.join());
        });
      }
      for (const { say, calls, route = "direct", error } of refused) {
        if (ENGINE.includes(error!)) continue;
        it(`refuses: ${say}`, async () => {
          const placed = await scopes.place(policy, facts);
          const outcome = await scopes.run(placed, calls, route);
          expect(outcome).to.equal(scopes.expect(placed, calls, route));
          if (error === "SpendCapExceeded") {
            const requested = outcome.split(",").map(BigInt);
            expect(policy.limits.some(({ cap }, i) => requested[i]! > cap)).to.equal(true);
          } else {
            expect(errorsOf(outcome)[0]).to.equal(error);
          }
        });
      }
    });
  }

  it("has every case of the policies", () => {
    const count = (list: (typeof files)[number]["passes"]) => list.length;
    expect(files).to.have.lengthOf(36);
    expect(files.reduce((sum, { passes }) => sum + count(passes), 0)).to.equal(54);
    expect(files.reduce((sum, { refused }) => sum + count(refused), 0)).to.equal(118);
  });
});
