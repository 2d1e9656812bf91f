import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { decodeFunctionData, encodeFunctionData, parseAbiItem, size, slice, type AbiFunction, type Hex } from "viem";
import { typedData } from "./policies.ts";
import { admit, Refusal, Walk, type Call, type Route } from "../support/reference/admission.ts";
import { headWords } from "../support/reference/methodTypes.ts";
import { compile, drawsOf } from "../support/reference/program.ts";
import { run } from "../support/reference/programRun.ts";
import { PRINCIPAL, printRegistration, readPolicyFiles } from "../support/reference/policyFiles.ts";
import { publish, type PublishedPermission } from "../support/reference/publication.ts";
import { mostPeriods } from "../support/reference/policy.ts";
import { POLICY_TYPES } from "../support/reference/typedData.ts";

const FOLDER = new URL("../../docs/typed-data/", import.meta.url);
const SPECIFICATION = new URL("../../docs/specification.md", import.meta.url);
const files = readPolicyFiles();

describe("Policies of real protocols", () => {
  it("holds at least 25 policies, and what is generated is as the script prints it", () => {
    expect(files.length).to.be.at.least(25);
    const wanted = typedData();
    expect(readdirSync(FOLDER).sort()).to.deep.equal([...wanted.keys()].sort());
    for (const [name, text] of wanted) expect(readFileSync(new URL(name, FOLDER), "utf8"), name).to.equal(text);
  });

  for (const file of files) {
    describe(file.name, () => {
      const published = publish(file.policy, file.facts);

      it("says why something is open exactly where something is", () => {
        const isOpen = published.permissions.some(({ trust }) => trust === "open");
        expect(!file.open.startsWith("Nothing is open")).to.equal(isOpen);
      });

      it("shows no 32-byte word but hashes of contents and bytes32 arguments", () => {
        const shown = printRegistration(file).match(/0x[0-9a-fA-F]{64}(?![0-9a-fA-F])/g) ?? [];
        const words = file.policy.permissions.flatMap(({ rules }) => rules.flatMap((rule) => rule.words));
        expect(shown).to.deep.equal(words);
      });

      for (const { say, calls, route = "direct", drawn } of file.passes) {
        it(`admits: ${say}`, () => {
          expect(admit(file.policy, published, PRINCIPAL, calls, route).drawn).to.deep.equal(drawn);
        });
      }
      for (const { say, calls, route = "direct", error } of file.refused) {
        it(`refuses: ${say}`, () => {
          expect(() => admit(file.policy, published, PRINCIPAL, calls, route))
            .to.throw(Refusal)
            .with.property("name", error);
        });
      }
    });
  }

  it("admits no byte that an encoder would not have written (ATK-113)", () => {
    let admitted = 0;
    for (const { policy, facts, passes } of files) {
      const published = publish(policy, facts);
      for (const { calls, route = "direct" } of passes) {
        const [call] = calls;
        const found = published.permissions.find(
          ({ permission, selector }) => permission.target === call!.target && call!.data.startsWith(selector),
        );
        // A counted row looks at the words that are counted or ruled; what serves the route asked alone may carry a
        // suffix.
        if (found?.kind !== "method" || found.trust === "counted" || route === "asked") continue;
        const abi = [parseAbiItem(`function ${found.permission.method}`) as AbiFunction];
        for (let at = 4; at < size(call!.data); ++at) {
          const data = flipped(call!.data, at);
          try {
            admit(policy, published, PRINCIPAL, [{ ...call!, data }], route);
          } catch {
            continue;
          }
          ++admitted;
          const { args } = decodeFunctionData({ abi, data });
          expect(encodeFunctionData({ abi, functionName: abi[0]!.name, args })).to.equal(data);
        }
      }
    }
    // Amounts, proofs and the like are free, so that something is admitted.
    expect(admitted).to.be.greaterThan(1_000);
  });

  it("says the same by the types and by the compiled programs, for every call and every byte of it", () => {
    let compared = 0;
    for (const { policy, facts, passes, refused } of files) {
      const { permissions } = publish(policy, facts);
      for (const { calls } of [...passes, ...refused]) {
        for (const call of calls) {
          const named = permissions.filter(
            ({ permission, selector }) => permission.target === call.target && call.data.startsWith(selector),
          );
          for (const each of named) {
            const program = compile(each);
            const allowsSuffix = each.trust === "asked" || each.permission.open[0] === "*";
            const length = 4 + 32 * headWords(each.root.type);
            const variants = [call.data, ...bytesToFlip(call.data).map((at) => flipped(call.data, at))];
            for (const data of variants.filter((one) => size(one) >= length)) {
              const byTypes = outcome(() =>
                draws(each, { ...call, data, value: 0n }, each.trust === "asked" ? "asked" : "direct"),
              );
              const ran = run(program, data, BigInt(PRINCIPAL), 0n, allowsSuffix);
              const amounts = drawsOf(each).map(({ constant }, i) => constant ?? ran.draws[i]!);
              expect(
                ran.failed === undefined ? amounts.join() : "refused",
                `${each.permission.method} ${data}`,
              ).to.equal(byTypes);
              ++compared;
            }
          }
        }
      }
    }
    expect(compared).to.be.greaterThan(5_000);
  });

  it("has one order and one name for every member, in Solidity and in what is signed", () => {
    for (const [name, members] of Object.entries(POLICY_TYPES)) {
      const source = readFileSync(new URL(`../../contracts/types/${name}.sol`, import.meta.url), "utf8");
      const written = [...source.matchAll(/^ {4}(\S+) (\w+);$/gm)].map(([, type, member]) => ({ type, name: member }));
      expect(written, name).to.deep.equal(members.map((member) => ({ type: member.type, name: member.name })));
    }
  });

  it("draws every word to its last bit, and shifts by what stands below", () => {
    const specification = readFileSync(SPECIFICATION, "utf8");
    const words = { session: "SessionWord", principal: "PrincipalWord", lane: "LaneWord", spent: "SpentWord" };
    for (const [name, file] of Object.entries(words)) {
      const line = new RegExp(`^${name} +(.*\\|.*)$`, "m").exec(specification)![1]!;
      const widths = line.split("|").map((field) => Number(/[0-9]+\s*$/.exec(field)![0]));
      const offsets = widths.map((_, i) => widths.slice(i + 1).reduce((sum, width) => sum + width, 0));
      expect(offsets[0]! + widths[0]!, name).to.equal(256);
      const source = readFileSync(new URL(`../../contracts/types/${file}.sol`, import.meta.url), "utf8");
      const shifts = [...source.matchAll(/_SHIFT = ([0-9]+);/g)].map(([, shift]) => Number(shift));
      expect(shifts).not.to.deep.equal([]);
      expect(offsets, file).to.include.members(shifts);
    }
  });

  it("knows the most periods that a window can touch", () => {
    for (let duration = 1; duration <= 24; ++duration) {
      for (let period = 1; period <= 12; ++period) {
        const starts = Array.from({ length: period }, (_, start) => start);
        const touched = (start: number, origin: number) =>
          Math.floor((start + duration - 1 - origin) / period) - Math.floor((start - origin) / period) + 1;
        const most = Math.max(...starts.map((start) => touched(start, 0)));
        expect(mostPeriods(duration, period, false)).to.equal(most);
        expect(mostPeriods(duration, period, true)).to.equal(touched(5, 5));
      }
    }
  });
});

/** What the model by types draws for one call of one permission. */
function draws(published: PublishedPermission, call: Call, route: Route): string {
  const spends = new Walk(published, PRINCIPAL, call, route).run();
  return spends.map(({ amount }) => amount).join();
}

function outcome(walk: () => string): string {
  try {
    return walk();
  } catch (error) {
    if (error instanceof Refusal) return "refused";
    throw error;
  }
}

/** Of each word the bytes at the edges of what types and rules tell apart. */
function bytesToFlip(data: Hex): number[] {
  const all = Array.from({ length: size(data) - 4 }, (_, i) => i);
  return all.filter((at) => [0, 11, 12, 19, 20, 31].includes(at % 32)).map((at) => at + 4);
}

/** `data` with the lowest bit of one byte changed. */
function flipped(data: Hex, at: number): Hex {
  const byte = (Number(slice(data, at, at + 1)) ^ 1).toString(16).padStart(2, "0");
  return `${data.slice(0, 2 + 2 * at)}${byte}${data.slice(4 + 2 * at)}` as Hex;
}
