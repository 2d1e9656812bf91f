import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import * as recipes from "../../sdk/src/recipes/index.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";

const FOLDER = new URL("./", import.meta.url);
/** Exports that make no policy: a rate, and calls for a recipe's session. */
const NO_RECIPES = ["leastRate", "repayOnAaveCalls", "repayOnMorphoCalls"];

describe("The policies of protocols", () => {
  const tests = readdirSync(FOLDER).filter((name) => name.endsWith(".test.ts"));
  const texts = tests.map((name) => readFileSync(new URL(name, FOLDER), "utf8"));
  const isDescribed = (name: string) => texts.some((text) => new RegExp(`^ +"?${name}"?: \\{`, "m").test(text));

  it("are each described by one of these files", () => {
    const names = readPolicyFiles().map(({ name }) => name);
    expect(names.filter((name) => !isDescribed(name))).to.deep.equal([]);
  });

  it("and the recipes each run on a contract of a package", () => {
    const names = Object.keys(recipes).filter((name) => !NO_RECIPES.includes(name));
    expect(names.filter((name) => !isDescribed(name))).to.deep.equal([]);
    const grounds = JSON.parse(readFileSync(new URL("grounds.json", FOLDER), "utf8")) as Record<string, string[]>;
    expect(Object.keys(grounds).filter((name) => !isDescribed(name))).to.deep.equal([]);
    for (const name of names) expect(grounds[name]!.join(), name).to.match(/^(Permit2|@[a-z-]+\/[a-z0-9.-]+|,)+$/);
  });
});
