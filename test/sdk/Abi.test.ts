import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import * as abis from "../../sdk/src/generated/abi/index.ts";
import { generatedFiles } from "../../scripts/generate/lib/sdkSources.ts";

describe("The client's ABIs", () => {
  it("are what the contracts are: if not, run npm run abi", () => {
    const files = generatedFiles();
    for (const [path, text] of files) {
      expect(existsSync(path), path).to.equal(true);
      expect(readFileSync(path, "utf8") === text, `${path} is current`).to.equal(true);
    }
    const written = files.map(([path]) => path).filter((path) => path.startsWith("sdk/src/generated/abi/"));
    expect(globSync("sdk/src/generated/abi/*.ts").sort()).to.deep.equal(written.sort());
  });

  it("hold everything that the whole contract has, under one name per interface", () => {
    expect(Object.keys(abis)).to.have.length(20);
    for (const name of ["registerSession", "consumeSession", "validateUserOp", "executeBySig", "checkCalls"]) {
      expect(
        abis.latchkeyAbi.some((item) => "name" in item && item.name === name),
        name,
      ).to.equal(true);
    }
  });
});
