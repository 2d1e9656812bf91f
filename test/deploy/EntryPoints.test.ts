import { expect } from "chai";
import { getBytes, keccak256, Wallet } from "ethers";
import { deployEntryPoints, ENTRY_POINTS, entryPoint09Code, PERMIT2, PROXY } from "../../deploy/lib/entryPoints.ts";
import { userOp, userOpHash } from "../support/reference/userOp.ts";
import { openChain, type Chain } from "../support/chain/chain.ts";

describe("The canonical EntryPoints in tests", () => {
  let chain: Chain;
  before(async () => {
    chain = await openChain();
  });

  it("stand at their addresses, beside the proxy and Permit2", async () => {
    for (const address of [PROXY, PERMIT2, ...Object.values(ENTRY_POINTS).map((entry) => entry.address)]) {
      expect(await chain.ethers.provider.getCode(address), address).to.have.length.above(100);
    }
  });

  it("v0.9 is byte for byte what a deployment leaves on chains 31337 and 8453", () => {
    expect(keccak256(entryPoint09Code(31_337n))).to.equal(
      "0x94c969b899cb2a68ac9c124d8ee104a047771ee988f155b4e4683c254291f805",
    );
    expect(keccak256(entryPoint09Code(8_453n))).to.equal(
      "0x826b7ec542db9f3345234a25c2a6330a61f99483dedb6e6709928cc97e4e4d5d",
    );
  });

  it("hash the same operation differently in each version", async () => {
    const op = userOp({ sender: Wallet.createRandom().address, nonce: 0n, callData: "0x" });
    const hashes = [];
    for (const version of ["0.7", "0.8", "0.9"] as const) hashes.push(await userOpHash(chain.entryPoint(version), op));
    expect(new Set(hashes).size).to.equal(3);
    for (const hash of hashes) expect(getBytes(hash)).to.have.length(32);
  });

  it("v0.9 caches the domain of its own chain", async () => {
    for (const each of [chain, await openChain("other")]) {
      const { chainId, verifyingContract } = await each.entryPoint().getFunction("eip712Domain")();
      expect(chainId).to.equal(each.chainId);
      expect(verifyingContract).to.equal(ENTRY_POINTS["0.9"].address);
    }
  });

  it("are placed once", async () => {
    const before = await chain.ethers.provider.getBlockNumber();
    await deployEntryPoints(chain.provider);
    expect(await chain.ethers.provider.getBlockNumber()).to.equal(before);
  });
});
