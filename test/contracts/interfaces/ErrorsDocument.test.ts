import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";

const SOURCES = [
  ...readdirSync("contracts/interfaces").map((file) => `contracts/interfaces/${file}`),
  "contracts/dapp/SessionAware.sol",
  "contracts/dapp/SessionSpender.sol",
];

describe("docs/errors.md", () => {
  const rows = readFileSync("docs/errors.md", "utf8")
    .split("\n")
    .flatMap(
      (line) => (/^\| `(\w+\(.*?\))` \| ([^|]+) \| ([^|]+) \|$/.exec(line)?.slice(1) as string[] | undefined) ?? [],
    )
    .filter((_, index) => index % 3 === 0);
  const declared = SOURCES.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^\s*error (\w+)\(([^)]*)\);/gm)].map(([, name, parameters]) => {
      const names = parameters!.split(",").map((each) => each.trim().split(/\s+/).at(-1) ?? "");
      return `${name}(${names.join(", ")})`;
    }),
  );

  it("has a line with cause and remedy for every error, spelled as it is declared, and for nothing else", () => {
    expect(declared).to.have.length.above(90);
    expect([...rows].sort()).to.deep.equal([...declared].sort());
  });
});
