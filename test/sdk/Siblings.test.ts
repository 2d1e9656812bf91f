import { expect } from "chai";
import { getCreateAddress } from "ethers";
import { siblingsOf } from "../../sdk/src/index.ts";

describe("The client's siblings", () => {
  it("stand where their deployer creates them, in its order", () => {
    const deployer = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
    const { forwarder, p256Verifier, policyEncoder, policyStore, extension, entrance, latchkey } = siblingsOf(deployer);
    const inOrder = [forwarder, p256Verifier, policyEncoder, policyStore, extension, entrance, latchkey];
    expect(inOrder).to.deep.equal(inOrder.map((_, i) => getCreateAddress({ from: deployer, nonce: i + 1 })));
  });
});
