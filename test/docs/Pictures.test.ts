import { globSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { stateSteps } from "../../scripts/generate/lib/pictures/flows.ts";
import { layoutsIn } from "../../scripts/generate/lib/pictures/words.ts";
import { STATUSES } from "../../sdk/src/types.ts";
import { Model, type ModelGrant } from "../property/model.ts";
import { Draws } from "../support/draws.ts";
import { seedOf } from "../support/fuzz.ts";
import { ANY_KEY } from "../support/reference/policy.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
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

  it("have each step that a session takes from one state to another, and no other (fuzzed)", () => {
    const [{ policy, facts }] = readPolicyFiles() as [ReturnType<typeof readPolicyFiles>[number]];
    const draws = new Draws(seedOf("steps of a session"));
    const principal = "0x9f00000000000000000000000000000000000001";
    const key = "0x5e55000000000000000000000000000000000005";
    const seen = new Set<string>();
    for (let life = 0; life < 500; life++) {
      const model = new Model(1_000, facts, [{ address: principal, hasCode: true, generation: 0 }]);
      const status = () => STATUSES[model.status(principal, key)]!;
      const session = () => model.of(principal).sessions.get(key);
      const acts = [
        () => {
          const start = model.now + draws.below(2) * 100;
          const grant = { key, policy, policyId: "0x", validAfter: start, validUntil: start + policy.minDuration };
          model.register(principal, { ...grant, maxCalls: 1, lane: 0, replaces: ANY_KEY } satisfies ModelGrant);
        },
        () => {
          if (status() === "Active") session()!.callsLeft = 0;
        },
        () => model.revoke(principal, key),
        () => model.revokeAll(principal),
        () => {
          model.deactivate(principal, key, draws.below(2) === 0 ? key : principal);
        },
      ];
      for (let step = 0; step < 12; step++) {
        const before = status();
        // To the next second in which the clock alone changes something, or an act. Ends of a life are rare.
        const next = session() === undefined ? [] : [session()!.validAfter, session()!.validUntil + 1];
        const later = next.find((at) => at > model.now);
        if (later !== undefined && draws.below(2) === 0) model.now = later;
        else {
          // A renewal starts later than what it renews.
          model.now += later === model.now + 1 ? 0 : 1;
          if (status() === before) acts[draws.below(8) < 6 ? draws.below(2) : draws.below(acts.length)]!();
        }
        if (status() !== before) seen.add(`${before} to ${status()}`);
      }
    }
    const shown = [...stateSteps()].filter((step) => new Set(step.split(" to ")).size === 2);
    expect([...seen].sort()).to.deep.equal(shown.sort());
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
