import { expect } from "chai";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import { openChain } from "../support/chain/chain.ts";

describe("A served node", () => {
  it("answers over JSON-RPC with its chain id and EntryPoint v0.9", async () => {
    const chain = await openChain("localhost");
    expect(chain.connection.networkConfig.type).to.equal("http");
    expect(await chain.provider.request({ method: "eth_chainId" })).to.equal("0x7a69");
    const { chainId, verifyingContract } = await chain.entryPoint().getFunction("eip712Domain")();
    expect(chainId).to.equal(31_337n);
    expect(verifyingContract).to.equal(ENTRY_POINTS["0.9"].address);
  });
});
