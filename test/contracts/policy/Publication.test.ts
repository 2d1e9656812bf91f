import { readFileSync } from "node:fs";
import { expect } from "chai";
import { getCreateAddress, type Contract, type ContractTransactionReceipt } from "ethers";
import { size, type Hex } from "viem";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { settle } from "../../support/chain/policyEncoder.ts";
import { deployPolicyStore } from "../../support/chain/policyStore.ts";
import { readPolicyFiles } from "../../support/reference/policyFiles.ts";
import { publish } from "../../support/reference/publication.ts";
import { storedForm } from "../../support/reference/storedForm.ts";
import { hashPolicy, policyPointer, type Policy } from "../../support/reference/policy.ts";

const VECTORS = new URL("../../../docs/typed-data/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(VECTORS, "utf8")) as { name: string; policyId: Hex; stored: number }[];

/** From the encoder's answer to what everybody can read, for policies of real methods. */
describe("Publication", () => {
  let chain: Chain;
  let store: Contract;
  before(async () => {
    chain = await openChain();
    ({ store } = await deployPolicyStore(chain));
  });

  async function publication(policy: Policy): Promise<ContractTransactionReceipt> {
    return (await store.getFunction("publishPolicy")(policy)).wait();
  }

  it("numbers policies, stores them by the model and says them in the event", async () => {
    const files = readPolicyFiles();
    const address = (await store.getAddress()) as Hex;
    let most = 0n;
    for (const [i, { name, policy, facts }] of files.entries()) {
      await settle(chain, facts);
      const id = hashPolicy(policy);
      const number = BigInt(i + 1);
      const { logs, gasUsed } = await publication(policy);
      if (gasUsed > most) most = gasUsed;
      expect(await store.getFunction("numberOf")(id), name).to.equal(number);
      const pointer = await store.getFunction("policyPointer")(id);
      expect(pointer, name).to.equal(getCreateAddress({ from: address, nonce: number }));
      expect(pointer, name).to.equal(policyPointer(address, number));

      const code = await chain.ethers.provider.getCode(pointer);
      expect(code, name).to.equal(storedForm(policy, publish(policy, facts)));
      const vector = vectors.find((each) => each.name === name)!;
      expect({ policyId: id, stored: size(code as Hex) }, name).to.deep.equal({
        policyId: vector.policyId,
        stored: vector.stored,
      });

      expect(logs.length, name).to.equal(1);
      const event = store.interface.parseLog(logs[0]!)!;
      const [eventId, , eventNumber, eventPointer] = event.args;
      expect([eventId, eventNumber, eventPointer], name).to.deep.equal([id, number, pointer]);
      const said = store.interface.encodeFunctionData("publishPolicy", [event.args.policy]);
      expect(said, name).to.equal(store.interface.encodeFunctionData("publishPolicy", [policy]));

      const stored = await store.getFunction("policyOfNumber")(number);
      expect(stored, name).to.deep.equal(await store.getFunction("policyOf")(id));
      expect([stored.policyId, stored.number, stored.pointer], name).to.deep.equal([id, number, pointer]);
      expect(stored.permissions.length, name).to.equal(policy.permissions.length);
    }
    console.log(`      ${files.length} policies, at most ${most} gas`);
  });

  it("of what is published already costs a reading and says nothing", async () => {
    const [{ policy, facts }] = readPolicyFiles() as [ReturnType<typeof readPolicyFiles>[number]];
    await settle(chain, facts);
    await publication(policy);
    const nonce = await chain.ethers.provider.getTransactionCount(await store.getAddress());
    const { logs } = await publication(policy);
    expect(logs).to.deep.equal([]);
    expect(await chain.ethers.provider.getTransactionCount(await store.getAddress())).to.equal(nonce);
  });
});
