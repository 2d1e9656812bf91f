import { expect } from "chai";
import { Contract, getBytes, keccak256, MaxUint256, TypedDataEncoder, Wallet } from "ethers";
import { deployEntryPoints, ENTRY_POINTS, entryPoint09Code, PERMIT2, PROXY } from "../../deploy/lib/entryPoints.ts";
import { userOp, userOpHash } from "../support/reference/userOp.ts";
import { openChain, type Chain } from "../support/chain/chain.ts";

const PERMIT2_ABI = [
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function approve(address token, address spender, uint160 amount, uint48 expiration)",
  "function transferFrom(address from, address to, uint160 amount, address token)",
  "error InsufficientAllowance(uint256 amount)",
];

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

  it("v0.9 is byte for byte what a deployment leaves on chains 31337 and 8453 (ATK-98)", () => {
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

  it("stand beside a Permit2 that knows its chain, and pulls what it was allowed and no more", async () => {
    for (const each of [chain, await openChain("other")]) {
      const permit2 = new Contract(PERMIT2, PERMIT2_ABI, each.owner);
      const separator = TypedDataEncoder.hashDomain({
        ...{ name: "Permit2", chainId: each.chainId, verifyingContract: PERMIT2 },
      });
      expect(await permit2.getFunction("DOMAIN_SEPARATOR")()).to.equal(separator);

      const token = await each.ethers.deployContract("Poke", [each.owner.address, 1_000n]);
      const spender = permit2.connect(each.stranger) as Contract;
      const pull = (amount: bigint) =>
        spender.getFunction("transferFrom")(each.owner.address, each.stranger.address, amount, token.target);
      await token.getFunction("approve")(PERMIT2, MaxUint256);
      await permit2.getFunction("approve")(token.target, each.stranger.address, 100n, 2n ** 47n);
      await pull(60n);
      expect(await token.getFunction("balanceOf")(each.stranger.address)).to.equal(60n);
      await expect(pull(41n)).to.be.revertedWithCustomError(permit2, "InsufficientAllowance").withArgs(40n);
    }
  });

  it("are placed once", async () => {
    const before = await chain.ethers.provider.getBlockNumber();
    await deployEntryPoints(chain.provider);
    expect(await chain.ethers.provider.getBlockNumber()).to.equal(before);
  });
});
