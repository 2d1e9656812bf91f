import { expect } from "chai";
import { network } from "hardhat";
import { dataLength, dataSlice, ZeroHash, zeroPadValue } from "ethers";
import { deployAll } from "../../deploy/lib/deploy.ts";
import { immutableValue, withoutImmutables } from "../../deploy/lib/code.ts";
import { expectedImmutables, P256_PRECOMPILE } from "../../deploy/lib/immutables.ts";
import { deployDeterministic, deployProxy } from "../../deploy/lib/entryPoints.ts";
import { readRelease, type ContractName, type Release } from "../../deploy/lib/release.ts";

type Name = "default" | "other" | "prague";

async function deployedOn(name: Name, signer: number) {
  const connection = await network.create(name);
  const { provider } = connection;
  const accounts = (await provider.request({ method: "eth_accounts" })) as string[];
  const from = accounts[signer]!;
  const deployment = await deployAll(provider, { from });
  const code = async (address: string) =>
    (await provider.request({ method: "eth_getCode", params: [address, "latest"] })) as string;
  const sender = async (hash: string) => {
    const transaction = await provider.request({ method: "eth_getTransactionByHash", params: [hash] });
    return (transaction as { from: string }).from;
  };
  const height = async () => BigInt((await provider.request({ method: "eth_blockNumber" })) as string);
  return { provider, from, deployment, code, sender, height };
}

type Chain = Awaited<ReturnType<typeof deployedOn>>;

describe("The same release on two chains", () => {
  let release: Release;
  let here: Chain;
  let there: Chain;
  before(async () => {
    release = await readRelease();
    here = await deployedOn("default", 2);
    there = await deployedOn("other", 5);
  });

  it("is sent by different deployers to chains with different ids", async () => {
    expect(here.deployment.chainId).to.equal(31_337n);
    expect(there.deployment.chainId).to.equal(8_453n);
    expect(here.from).not.to.equal(there.from);
    for (const { deployment, sender, from } of [here, there]) {
      expect(deployment.sent.map(({ name }) => name)).to.deep.equal(release.deployed.map(({ name }) => name));
      for (const { hash } of deployment.sent) expect(await sender(hash)).to.equal(from);
    }
  });

  it("has equal addresses", () => {
    expect(here.deployment.addresses).to.deep.equal(release.addresses);
    expect(there.deployment.addresses).to.deep.equal(release.addresses);
  });

  it("has equal code but for what the accounts' constructor caches of the chain", async () => {
    expect(await differingImmutables(release, here, there)).to.deep.equal({
      LatchkeyAccount: ["_cachedChainId", "_cachedDomainSeparator"],
    });
  });

  it("knows each immutable of each contract by name, and the value that it has to have", async () => {
    for (const chain of [here, there]) {
      const { chainId, addresses } = chain.deployment;
      for (const { name, address, code } of all(release)) {
        const expected = expectedImmutables(release, name, chainId);
        const deployed = await chain.code(address);
        for (const immutable of code.immutables) {
          const title = `${immutable.name} of ${name}`;
          expect(expected, title).to.have.property(immutable.name);
          expect(expected[immutable.name], title).to.include(immutableValue(deployed, immutable));
        }
      }
      const latchkey = release.deployed.find(({ name }) => name === "Latchkey")!;
      const deployed = await chain.code(addresses.Latchkey);
      const value = (name: string) =>
        immutableValue(
          deployed,
          latchkey.code.immutables.find((immutable) => immutable.name === name)!,
        );
      expect(value("P256_VERIFIER")).to.equal(zeroPadValue(P256_PRECOMPILE, 32));
      expect(value("_EXTENSION")).to.equal(zeroPadValue(addresses.LatchkeyExtension.toLowerCase(), 32));
      expect(value("_ENTRANCE")).to.equal(zeroPadValue(addresses.LatchkeyEntrance.toLowerCase(), 32));
      expect(value("_POLICY_STORE")).to.equal(zeroPadValue(addresses.PolicyStore.toLowerCase(), 32));
      expect(value("_FORWARDER")).to.equal(zeroPadValue(addresses.SessionForwarder.toLowerCase(), 32));
    }
  });

  it("sends no transaction when it is run again", async () => {
    for (const { provider, from, height, deployment } of [here, there]) {
      const before = await height();
      const again = await deployAll(provider, { from });
      expect(again).to.deep.equal({ ...deployment, sent: [] });
      expect(await height()).to.equal(before);
    }
  });

  it("uses its own verifier, at the same addresses, where the chain does not verify P-256", async () => {
    const old = await deployedOn("prague", 0);
    expect(old.deployment.addresses).to.deep.equal(release.addresses);
    const differing = await differingImmutables(release, here, old);
    expect(differing).to.deep.equal({ Latchkey: ["P256_VERIFIER"] });
    const { sent } = await deployAll(old.provider);
    expect(sent).to.deep.equal([]);
  });

  it("sends only what is missing", async () => {
    const { provider } = await network.create("default");
    const lens = release.deployed.find(({ name }) => name === "LatchkeyLens")!;
    await deployProxy(provider);
    expect(await deployDeterministic(provider, ZeroHash, lens.initCode)).to.equal(lens.address);
    const { sent } = await deployAll(provider);
    const missing = release.deployed.map(({ name }) => name).filter((name) => name !== "LatchkeyLens");
    expect(sent.map(({ name }) => name)).to.deep.equal(missing);
  });
});

function all({ deployed, children }: Release) {
  return [...deployed, ...children];
}

/** By contract, if there are any, the names of the immutables that two chains hold different values of. All else has to be equal. */
async function differingImmutables(release: Release, one: Chain, other: Chain) {
  const differing: Partial<Record<ContractName, string[]>> = {};
  for (const { name, address, code } of all(release)) {
    const [a, b] = [await one.code(address), await other.code(address)];
    expect(dataLength(a), name).to.equal(dataLength(code.runtime));
    expect(withoutImmutables(a, code), name).to.equal(withoutImmutables(b, code));
    expect(withoutImmutables(a, code), name).to.equal(code.runtime);
    const names = code.immutables
      .filter(({ ranges }) =>
        ranges.some(({ start, length }) => dataSlice(a, start, start + length) !== dataSlice(b, start, start + length)),
      )
      .map((immutable) => immutable.name);
    if (names.length > 0) differing[name] = names;
  }
  return differing;
}
