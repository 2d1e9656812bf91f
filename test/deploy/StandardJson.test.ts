import { expect } from "chai";
import { concat } from "ethers";
import { DEPLOYED_NAMES, readRelease, type Release } from "../../deploy/lib/release.ts";
import { recompile, standardJson } from "../../deploy/lib/standardJson.ts";

/** The build compiles these very inputs; the shortest are compiled here once more, in CI all (LATCHKEY_RECOMPILE=all). */
const RECOMPILED =
  process.env.LATCHKEY_RECOMPILE === "all"
    ? DEPLOYED_NAMES
    : DEPLOYED_NAMES.filter((name) => ["LatchkeyDeployer", "SessionForwarder", "P256Verifier"].includes(name));

describe("The standard JSON input for an explorer", function () {
  // Compiled without a cache.
  this.timeout(600_000);
  let release: Release;
  before(async () => {
    release = await readRelease();
  });

  for (const name of RECOMPILED) {
    it(`of ${name} compiles to the init code that is deployed`, () => {
      const contract = release.deployed.find((each) => each.name === name)!;
      // As it is read back from the file that is uploaded.
      const input = JSON.parse(JSON.stringify(standardJson(contract))) as ReturnType<typeof standardJson>;
      const initCode = concat([recompile(input, contract), contract.constructorArguments]);
      expect(initCode === contract.initCode).to.equal(true);
    });
  }

  it("holds the sources of what the constructors create", () => {
    for (const child of release.children) {
      const parent = release.deployed.find(({ name }) => name === child.parent)!;
      expect(standardJson(parent).sources).to.have.property(`project/${child.file}`);
    }
  });

  it("holds no path of this machine", () => {
    for (const contract of release.deployed) {
      for (const name of Object.keys(standardJson(contract).sources)) expect(name).to.match(/^(project|npm)\//);
    }
  });
});
