import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { privateKeyToAddress } from "viem/accounts";
import type { Hex } from "viem";
import { installPackedClient, type PackedClient } from "../support/client/packedClient.ts";
import { blocksUnder } from "../support/docs/blocks.ts";

const GUIDE = "docs/guides/integrate-with-typescript.md";

/** The guide's first part, as a newcomer types it: the demo's node, the package from its file, the programs, Node. */
describe("The first part of the guide", function () {
  this.timeout(300_000);
  let client: PackedClient;
  let demo: ChildProcess;
  let url: string;
  /** What the demo prints. */
  let printed = "";

  before(async () => {
    demo = spawn(process.execPath, ["examples/demo/index.ts", "--node", "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    demo.stdout!.on("data", (data) => (printed += data));
    client = installPackedClient();
    while (!/Accounts with coins[^]*\n {2}0x8626/.test(printed)) {
      if (demo.exitCode !== null) throw new Error(`The demo ended:\n${printed}`);
      await new Promise((done) => setTimeout(done, 100));
    }
    url = /Serving this chain on (http:\S+)/.exec(printed)![1]!;
  });
  after(async () => {
    const ended = new Promise((done) => demo.once("exit", done));
    demo.kill("SIGINT");
    await ended;
    client.close();
  });

  const programOf = (heading: string) => blocksUnder(GUIDE, heading, "ts").join("");

  for (const heading of ["A plain wallet", "A smart account"]) {
    it(`${heading}: prints what the guide shows`, () => {
      const program = programOf(heading);
      const [, file] = /^`node (\S+)` prints:$/m.exec(sectionOf(heading))!;
      expect(program.split("http()")).to.have.length(2);
      client.write(file!, program.replace("http()", `http("${url}")`));
      expect(client.run(file!)).to.equal(blocksUnder(GUIDE, heading, "text").join(""));
    });

    it(`${heading}: has its addresses and keys from what the demo prints`, () => {
      const named = programOf(heading).match(/0x[0-9a-fA-F]+/g)!;
      expect(named).to.have.length.above(2);
      for (const each of named) expect(printed, each).to.include(each);
    });
  }

  it("installs the file that npm makes, under its name", () => {
    const [pack, install] = ["npm pack -w sdk", "npm install ../"].map((command) =>
      blocksUnder(GUIDE, "The package", "sh")
        .join("")
        .split("\n")
        .find((line) => line.startsWith(command)),
    );
    expect(pack).to.equal("npm pack -w sdk --pack-destination ..");
    expect(install).to.equal(`npm install ../${client.packed.filename} viem`);
  });

  it("prints each account's own key, and the block of the deployment", () => {
    const accounts = [...printed.matchAll(/^ {2}(0x[0-9a-fA-F]{40}) {2}(0x[0-9a-f]{64}) {2}/gm)];
    expect(accounts).to.have.length(24);
    for (const [, address, key] of accounts) expect(privateKeyToAddress(key as Hex)).to.equal(address);
    expect(printed).to.match(/^Latchkey was deployed in block \d+:/m);
    expect(printed).to.match(/owned by Alice +AliceAccount, [\d.]+ ETH, [\d.]+ USD, [\d.]+ POKE$/m);
  });
});

function sectionOf(heading: string): string {
  return readFileSync(GUIDE, "utf8")
    .split(/^#{1,3} /m)
    .find((each) => each.startsWith(`${heading}\n`))!;
}
