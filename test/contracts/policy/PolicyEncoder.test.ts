import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Contract } from "ethers";
import fc from "fast-check";
import { size, type Address } from "viem";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { deployPolicyEncoder, outcomeOf, settle, withAddress } from "../../support/chain/policyEncoder.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { seeded } from "../../support/fuzz.ts";
import { decodeThrown, innermost } from "../../support/reference/errors.ts";
import { methodText } from "../../support/reference/methodTexts.ts";
import { parseMethod, TypeTextError } from "../../support/reference/methodTypes.ts";
import { mutate } from "../../support/reference/mutations.ts";
import { readPolicyFiles } from "../../support/reference/policyFiles.ts";
import { richPermission } from "../../support/reference/richPermissions.ts";
import { publish, type ChainFacts } from "../../support/reference/publication.ts";
import { ACCEPTED, ARGUMENTS, facts, LATCHKEY, of, REFUSED } from "../../support/reference/refusals.ts";
import { storedForm } from "../../support/reference/storedForm.ts";
import { hashPolicy, type Policy } from "../../support/reference/policy.ts";

const VECTORS = new URL("../../../docs/typed-data/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(VECTORS, "utf8")) as { name: string; stored: number; programs: string[] }[];

describe("Policy encoder", () => {
  let chain: Chain;
  let encoder: Contract;
  let machinery: Address[];
  before(async () => {
    chain = await openChain();
    ({ encoder, machinery } = await deployPolicyEncoder(chain));
  });

  const encode = (policy: Policy) => encoder.getFunction("encodePolicy").staticCall(policy, hashPolicy(policy));

  describe("writes the stored form of", () => {
    for (const { name, policy, facts } of readPolicyFiles()) {
      it(name, async () => {
        await settle(chain, facts);
        const code = await encode(policy);
        expect(code).to.equal(storedForm(policy, publish(policy, { ...facts, machinery })));
        const vector = vectors.find((each) => each.name === name)!;
        expect(size(code)).to.equal(vector.stored);
      });
    }
  });

  describe("refuses", () => {
    before(() => settle(chain, facts));
    for (const [say, error, broken] of REFUSED) {
      it(`${error}: ${say}`, async () => {
        const policy = withAddress(broken, LATCHKEY, machinery[2]!);
        const wanted = ARGUMENTS[say]!.map((each) => (each === LATCHKEY ? machinery[2] : each));
        await expectRefusal(encode(policy), error, wanted);
      });
    }
    for (const [say, trust, policy] of ACCEPTED) {
      it(`not, but takes as ${trust}: ${say}`, async () => {
        expect(await encode(policy)).to.equal(storedForm(policy, publish(policy, facts)));
      });
    }
  });

  it("writes what the model writes for any types, and whatever is said of them", async () => {
    let accepted = 0;
    await settle(chain, facts);
    const numbers = fc.noBias(fc.array(fc.nat(), { minLength: 200, maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(fc.noBias(methodText.filter(isReadable)), numbers, async (text, list) => {
        let at = 0;
        const policy = of(richPermission(text, (bound) => list[at++ % list.length]! % bound));
        const wanted = outcomeOf(policy, { ...facts, machinery });
        const actual = await encode(policy).catch((thrown: unknown) => innermost(decodeThrown(thrown)).name);
        expect(actual, textOf(policy)).to.equal(wanted);
        if (wanted.startsWith("0x")) accepted++;
      }),
      seeded("rich permissions", { numRuns: 400 }),
    );
    expect(accepted).to.be.greaterThan(250);
  });

  describe("agrees with the model", () => {
    const all = readPolicyFiles();
    const policies = [...all.map(({ policy }) => policy), ...[...REFUSED, ...ACCEPTED].map(([, , policy]) => policy)];
    const merged: ChainFacts = {
      machinery: [],
      fungible: [...new Set([...facts.fungible, ...all.flatMap((file) => file.facts.fungible)])],
      nonFungible: [...facts.nonFungible, ...all.flatMap((file) => file.facts.nonFungible)],
      assets: Object.assign({}, facts.assets, ...all.map((file) => file.facts.assets)) as ChainFacts["assets"],
    };
    before(async () => {
      merged.machinery = machinery;
      await settle(chain, merged);
    });

    it("on policies that differ a little from real ones", async () => {
      let [accepted, refused] = [0, 0];
      const numbers = fc.noBias(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }));
      await fc.assert(
        fc.asyncProperty(fc.noBias(fc.nat(policies.length - 1)), numbers, async (which, list) => {
          const policy = mutate(policies[which]!, list);
          const wanted = outcomeOf(policy, merged);
          const actual = await encode(policy).catch((thrown: unknown) => innermost(decodeThrown(thrown)).name);
          expect(actual, textOf(policy)).to.equal(wanted);
          if (wanted.startsWith("0x")) accepted++;
          else refused++;
        }),
        seeded("policies", { numRuns: 600 }),
      );
      expect(accepted).to.be.greaterThan(30);
      expect(refused).to.be.greaterThan(400);
    });
  });
});

const textOf = (policy: Policy) => JSON.stringify(policy, (_, each) => (typeof each === "bigint" ? `${each}` : each));

function isReadable(text: string): boolean {
  try {
    parseMethod(text, true);
    return true;
  } catch (error) {
    if (error instanceof TypeTextError) return false;
    throw error;
  }
}
