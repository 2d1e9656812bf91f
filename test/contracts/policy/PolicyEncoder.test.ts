import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Contract } from "ethers";
import { size, type Address } from "viem";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { deployPolicyEncoder, settle, withAddress } from "../../support/chain/policyEncoder.ts";
import { refusalOf } from "../../support/chain/refusal.ts";
import { readPolicyFiles } from "../../support/reference/secondEdition/policyFiles.ts";
import { publish } from "../../support/reference/secondEdition/publication.ts";
import { ACCEPTED, facts, LATCHKEY, REFUSED } from "../../support/reference/secondEdition/refusals.ts";
import { storedForm } from "../../support/reference/secondEdition/storedForm.ts";
import { policyId, type Policy } from "../../support/reference/secondEdition/types.ts";

const VECTORS = new URL("../../../docs/second-edition/typed-data/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(VECTORS, "utf8")) as { name: string; stored: number; programs: string[] }[];

describe("Policy encoder", () => {
  let chain: Chain;
  let encoder: Contract;
  let machinery: Address[];
  before(async () => {
    chain = await openChain();
    ({ encoder, machinery } = await deployPolicyEncoder(chain));
  });

  const encode = (policy: Policy) => encoder.getFunction("encodePolicy").staticCall(policy, policyId(policy));

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
        const { name } = await refusalOf(encode(withAddress(broken, LATCHKEY, machinery[2]!)));
        expect(name).to.equal(error);
      });
    }
    for (const [say, trust, policy] of ACCEPTED) {
      it(`not, but takes as ${trust}: ${say}`, async () => {
        expect(await encode(policy)).to.equal(storedForm(policy, publish(policy, facts)));
      });
    }
  });
});
