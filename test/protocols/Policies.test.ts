import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";

const FOLDER = new URL("./", import.meta.url);

describe("The policies of protocols", () => {
  it("are each described by one of these files", () => {
    const tests = readdirSync(FOLDER).filter((name) => name.endsWith(".test.ts"));
    const texts = tests.map((name) => readFileSync(new URL(name, FOLDER), "utf8"));
    const isDescribed = (name: string) => texts.some((text) => new RegExp(`^ +"?${name}"?: \\{`, "m").test(text));
    const names = readPolicyFiles().map(({ name }) => name);
    expect(names.filter((name) => !isDescribed(name))).to.deep.equal([]);
  });
});
