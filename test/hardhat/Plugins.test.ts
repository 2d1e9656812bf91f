import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

/** A project of one contract and one test, with the compiler and the plugins of this one. */
const FILES: Record<string, string> = {
  "package.json": JSON.stringify({ name: "small", private: true, type: "module" }),
  "hardhat.config.ts": `
import { defineConfig } from "hardhat/config";
import mocha from "@nomicfoundation/hardhat-mocha";
import { hardhatTest } from "${resolve("hardhat/namedTests.ts")}";
import { portableBuild } from "${resolve("hardhat/portableBuild.ts")}";
import { strictBuild } from "${resolve("hardhat/strictBuild.ts")}";
const compiler = { version: "0.8.34", path: "node_modules/solc/soljson.js" };
const profile = { compilers: [compiler] };
export default defineConfig({
  plugins: [mocha, portableBuild, strictBuild],
  tasks: [hardhatTest],
  solidity: { splitTestsCompilation: true, profiles: { default: profile, production: profile, tests: profile } },
});
`,
  "contracts/Box.sol": `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
contract Box { uint256 public held; function put(uint256 what) external { held = what; } }
`,
  "test/Box.test.ts": `describe("Box", () => { it("runs", () => {}); });`,
  "test/support/box.ts": "export const box = 1;",
};
const SHADOWED = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
contract Shadow { uint256 public held; function put(uint256 held) external pure returns (uint256) { return held; } }
`;

describe("What extends Hardhat", function () {
  this.timeout(300_000);
  let folder: string;
  let project: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-hardhat-"));
    project = join(folder, "first");
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(join(project, file, ".."), { recursive: true });
      writeFileSync(join(project, file), text);
    }
    symlinkSync(resolve("node_modules"), join(project, "node_modules"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  // The tests' own Hardhat tells its children which configuration is theirs.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HARDHAT_|NODE_OPTIONS)/.test(name)),
  );
  function hardhat(cwd: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [resolve("node_modules/hardhat/dist/src/cli.js"), ...args],
      { cwd, env, encoding: "utf8" },
    );
    return { status, said: `${stdout}${stderr}` };
  }
  const builds = (at: string) => readdirSync(join(at, "artifacts/build-info")).sort();

  it("builds, and builds nothing again in a copy that lies elsewhere, under the same ids", () => {
    const first = hardhat(project, "build");
    expect(first.said).to.include("Compiled 1 Solidity file");
    const copy = join(folder, "second", "deeper");
    cpSync(project, copy, { recursive: true, verbatimSymlinks: true });
    const second = hardhat(copy, "build");
    expect(second.said).to.include("No contracts to compile");
    expect(builds(copy)).to.deep.equal(builds(project));

    rmSync(join(copy, "cache"), { recursive: true });
    expect(hardhat(copy, "build").said).to.include("Compiled 1 Solidity file");
    expect(builds(copy)).to.deep.equal(builds(project));
  });

  it("runs what is called a test and nothing else", () => {
    const all = hardhat(project, "test");
    expect(all.said).to.include("1 passing");
    expect(all.status).to.equal(0);
    expect(hardhat(project, "test", "test/Box.test.ts").said).to.include("1 passing");
    const support = hardhat(project, "test", "test/support/box.ts");
    expect(support.status).to.equal(1);
    expect(support.said).to.include("A TypeScript test is called *.test.ts, which");
  });

  it("takes a warning for an error", () => {
    writeFileSync(join(project, "contracts/Shadow.sol"), SHADOWED);
    const { status, said } = hardhat(project, "build");
    expect(status).to.equal(1);
    expect(said).to.include("shadows an existing declaration");
    rmSync(join(project, "contracts/Shadow.sol"));
  });
});
