import { globSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { layoutsIn } from "../../scripts/generate/lib/pictures/words.ts";
import { parseXml, textOf, within } from "../support/xml.ts";

const FOLDER = "docs/pictures";

describe("The pictures of the documents", () => {
  const names = readdirSync(FOLDER);

  it("are documents that load nothing, say what they show, and stand somewhere", () => {
    expect(names.length).to.be.greaterThan(5);
    const documents = globSync(["*.md", "docs/**/*.md"])
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    for (const name of names) {
      const svg = readFileSync(`${FOLDER}/${name}`, "utf8");
      const elements = [...within(parseXml(svg))];
      for (const each of ["title", "desc"])
        expect(textOf(elements.find((one) => one.name === each)!).length, `${name} ${each}`).to.be.greaterThan(5);
      expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', ""), name).to.not.match(/https?:|@import|href|<script/);
      expect(documents, name).to.match(
        new RegExp(`!\\[[^\\]]{20,}\\]\\([./a-z]*pictures/${name.replace(".", "\\.")}\\)`),
      );
    }
  });

  it("keep every line of text inside of themselves", () => {
    for (const name of names) {
      const root = parseXml(readFileSync(`${FOLDER}/${name}`, "utf8"));
      const [width, height] = [Number(root.attributes["width"]), Number(root.attributes["height"])];
      for (const { attributes } of [...within(root)].filter((each) => each.name === "tspan")) {
        expect(Number(attributes["x"]), name).to.be.within(0, width);
        expect(Number(attributes["y"]), name).to.be.within(0, height);
      }
    }
  });

  it("have every bit of every packed word, as the sources draw them", () => {
    const bitsOf = (source: string) => layoutsIn(source).map((fields) => fields.map(({ high, low }) => high - low + 1));
    expect(bitsOf("SessionWord")).to.deep.equal([[36, 34, 25, 3, 22, 20, 36, 80]]);
    expect(bitsOf("PrincipalWord")).to.deep.equal([[169, 1, 64, 22]]);
    expect(bitsOf("LaneWord")).to.deep.equal([[74, 22, 160]]);
    expect(bitsOf("SpentWord")).to.deep.equal([[34, 30, 64, 128]]);
    expect(bitsOf("LimitWord")).to.deep.equal([[160, 32, 1, 63]]);
    expect(bitsOf("MethodWord").map((each) => each.reduce((sum, bits) => sum + bits, 0))).to.deep.equal([201, 55, 55]);
    const [settings] = bitsOf("SettingsWord");
    expect(settings!.reduce((sum, bits) => sum + bits, 0)).to.equal(256);
    // The specification says them too.
    const specification = readFileSync("docs/specification.md", "utf8");
    for (const [word, source] of [
      ["session", "SessionWord"],
      ["spent", "SpentWord"],
      ["lane", "LaneWord"],
    ] as const) {
      const said = layoutsIn(source)[0]!.map(({ name, high, low }) => `${name} ${high - low + 1}`);
      const [, line] = new RegExp(`^${word} +(.*\\|.*)$`, "m").exec(specification)!;
      const shown = line!.split(" | ").map((each) => each.replace("period index", "period"));
      expect(said.join(" | ")).to.equal(shown.join(" | "));
    }
  });
});
