import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DOCUMENT, protocolsDocument } from "./protocols.ts";

describe("The table of protocols", () => {
  it("is as the policies would write it", () => {
    expect(readFileSync(DOCUMENT, "utf8")).to.equal(protocolsDocument());
  });

  it("knows at least 25 methods of 12 protocols, as many as the README says", () => {
    const [, methods, protocols] = /with (\d+) methods of (\d+) protocols/.exec(protocolsDocument())!;
    expect(Number(methods)).to.be.at.least(25);
    expect(Number(protocols)).to.be.at.least(12);
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    expect(readme).to.include(`${methods} methods of ${protocols} protocols`);
  });
});
