import { readFileSync } from "node:fs";
import { expect } from "chai";
import hre from "hardhat";
import { dataLength } from "ethers";
import { readAddresses } from "../../deploy/lib/addresses.ts";
import { PROXY } from "../../deploy/lib/entryPoints.ts";
import { paymasterOf } from "../../deploy/lib/paymaster.ts";
import {
  FREE_SIZE,
  MAX_CODE_SIZE,
  MAX_INIT_CODE_SIZE,
  MAX_TRANSACTION_GAS,
  readRelease,
} from "../../deploy/lib/release.ts";
import { readSnapshot, type Snapshot } from "../../deploy/lib/snapshot.ts";
import { takeSnapshot } from "../../deploy/lib/takeSnapshot.ts";

const HOW = "run npm run deploy -- --write-snapshot if the change is meant";

describe("deploy/snapshot.json", () => {
  const written = readSnapshot();
  let actual: Snapshot;
  before(async () => {
    actual = await takeSnapshot();
  });

  it("names what is deployed and what the constructors create", () => {
    expect(Object.keys(written.contracts)).to.deep.equal(Object.keys(actual.contracts));
    expect(Object.keys(written.children)).to.deep.equal(Object.keys(actual.children));
    expect(written.proxy).to.equal(actual.proxy);
  });

  for (const [name, pinned] of Object.entries(written.contracts)) {
    it(`pins the init code of ${name}, what moves it, its size and its gas`, () => {
      expect(actual.contracts[name], HOW).to.deep.equal(pinned);
    });

    it(`${name} has room under EIP-170 and EIP-3860 and is inside EIP-7825`, () => {
      expect(actual.contracts[name]!.runtimeSize).to.be.at.most(MAX_CODE_SIZE - FREE_SIZE);
      expect(actual.contracts[name]!.initCodeSize).to.be.at.most(MAX_INIT_CODE_SIZE - FREE_SIZE);
      expect(BigInt(actual.contracts[name]!.deploymentGas) < MAX_TRANSACTION_GAS).to.equal(true);
    });
  }

  for (const [name, pinned] of Object.entries(written.children)) {
    it(`pins the address and the size of ${name}`, () => {
      expect(actual.children[name], HOW).to.deep.equal(pinned);
      expect(actual.children[name]!.runtimeSize).to.be.at.most(MAX_CODE_SIZE - FREE_SIZE);
    });
  }

  it("SessionPaymaster, which its owner deploys, has room under EIP-170 and EIP-3860", async () => {
    const { code, initCode } = await paymasterOf(PROXY, "0.9");
    expect(dataLength(code.runtime)).to.be.within(1_000, MAX_CODE_SIZE - FREE_SIZE);
    expect(dataLength(initCode)).to.be.within(1_000, MAX_INIT_CODE_SIZE - FREE_SIZE);
  });

  it("is what deploy/README.md says of the gas", () => {
    const said = readFileSync("deploy/README.md", "utf8");
    const all = Object.values(actual.contracts).reduce((sum, { deploymentGas }) => sum + deploymentGas, 0);
    const millions = (gas: number) => `about ${Math.round(gas / 1e6)} million`;
    expect(said).to.contain(`**Coin for ${millions(all)} gas.**`);
    expect(said).to.contain(
      `\`PolicyEncoder\` alone takes ${millions(actual.contracts.PolicyEncoder!.deploymentGas)} in`,
    );
  });

  it("is compiled with the settings of hardhat.config.ts, and each profile has the same", async () => {
    const { deployed } = await readRelease();
    const { default: plain, production } = hre.config.solidity.profiles;
    for (const { overrides, compilers } of [plain!, production!]) {
      expect(compilers).to.have.length(1);
      for (const { name, file } of deployed) {
        const { compiler } = actual.contracts[name]!;
        // A compilation of its own: what else is in the project does not move it.
        expect(overrides, name).to.have.property(file);
        const { settings, version } = overrides[file]!;
        expect(compiler.version.split("+")[0]).to.equal(version);
        const { remappings: _paths, ...compiled } = compiler.settings;
        const { outputSelection: _selected, remappings: _none, ...configured } = settings;
        expect(compiled, name).to.deep.equal(configured);
      }
    }
  });

  it("agrees with the addresses that are published for a development chain", async () => {
    expect(readAddresses()["31337"], HOW).to.deep.equal((await readRelease()).addresses);
  });

  it("has the same addresses for every chain in deploy/addresses.json", async () => {
    const { addresses } = await readRelease();
    for (const [chainId, published] of Object.entries(readAddresses())) {
      for (const [name, address] of Object.entries(published)) {
        expect(address, `${name} on chain ${chainId}`).to.equal(addresses[name as keyof typeof addresses]);
      }
    }
  });
});
