import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import hre from "hardhat";

describe("What Foundry compiles with", () => {
  const file = (name: string) => readFileSync(`${hre.config.paths.root}/${name}`, "utf8");

  it("is what Latchkey is compiled with", () => {
    const settings = Object.fromEntries(
      [...file("foundry.toml").matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name, JSON.parse(value!)]),
    );
    const { version, settings: wanted } = hre.config.solidity.profiles.default!.overrides["contracts/Latchkey.sol"]!;
    expect(settings).to.include({
      solc: version,
      evm_version: wanted.evmVersion,
      via_ir: wanted.viaIR,
      optimizer: wanted.optimizer.enabled,
      optimizer_runs: wanted.optimizer.runs,
      bytecode_hash: wanted.metadata.bytecodeHash,
    });
  });

  it("leads each import of the contracts to a file", () => {
    const remappings = file("remappings.txt")
      .trim()
      .split("\n")
      .map((line) => line.split("=") as [prefix: string, folder: string]);
    const imported = globSync("contracts/**/*.sol", { cwd: hre.config.paths.root }).flatMap((source) =>
      [...file(source).matchAll(/^import [^;]*?"([^."][^"]*)";/gm)].map(([, path]) => path!),
    );
    expect(imported).to.have.length.above(50);
    for (const path of [...imported, "latchkey/contracts/dapp/SessionAware.sol"]) {
      const [prefix, folder] = remappings.find(([each]) => path.startsWith(each)) ?? [];
      expect(prefix, path).to.be.a("string");
      expect(existsSync(`${hre.config.paths.root}/${folder}${path.slice(prefix!.length)}`), path).to.equal(true);
    }
  });
});
