import { expect } from "chai";
import type { Contract } from "ethers";
import fc from "fast-check";
import { keccak256, toFunctionSelector, toHex } from "viem";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { firstBad, HeadKind, headOf, methodText, type HeadWord } from "../../support/reference/methodTexts.ts";
import { seeded } from "../../support/fuzz.ts";

describe("Method texts", () => {
  let chain: Chain;
  let libraries: Contract;
  before(async () => {
    chain = await openChain();
    libraries = await deployMock(chain, "PolicyLibraries", "PolicyLibraries");
  });

  async function parse(...texts: string[]): Promise<{ hash: string; head: HeadWord[] }> {
    const [hash, kinds, types] = await libraries.getFunction("parse")(texts, 7);
    const head = kinds.map((kind: bigint, i: number) => ({ kind: Number(kind), wordType: Number(types[i]) }));
    return { hash, head };
  }

  async function expectBad(text: string, position: number) {
    await expectRefusal(libraries.getFunction("parse")([text], 7), "UnsafeMethod", [7, position]);
  }

  it("have viem's selector and word layout", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(methodText, async (text) => {
        const head = headOf(text).flat();
        if (text.length > 255 || head.length > 64) return expectBad(text, firstBad(text));
        accepted++;
        const parsed = await parse(text);
        expect(parsed.hash.slice(0, 10)).to.equal(toFunctionSelector(text));
        expect(parsed.hash).to.equal(keccak256(toHex(text)));
        expect(parsed.head).to.deep.equal(head);
      }),
      seeded("method texts", { numRuns: 1_000 }),
    );
    expect(accepted).to.be.greaterThan(500);
  });

  it("leave nothing behind for the next one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(methodText, { minLength: 2, maxLength: 6 }), async (texts) => {
        const good = texts.filter((text) => firstBad(text) < 0);
        if (good.length < 2) return;
        expect(await parse(...good)).to.deep.equal(await parse(good.at(-1)!));
      }),
      seeded("several method texts", { numRuns: 150 }),
    );
  });

  it("end where they end, whatever stood behind them before", async () => {
    const attempt = libraries.getFunction("parse")(["f(bool,bool)", "f(bool"], 7);
    await expectRefusal(attempt, "UnsafeMethod", [7, 6]);
  });

  it("are refused at the first byte that cannot stand there", async () => {
    const bytes = fc.constantFrom(..."()[],0123456789aubifsg$_ \0\u007f", "address", "uint", "[]", "uint256");
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2), bytes), { minLength: 1, maxLength: 3 });
    let [refused, accepted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(methodText, edits, async (text, changes) => {
        let changed = text;
        for (const [where, drop, insert] of changes) {
          const at = where % (changed.length + 1);
          changed = changed.slice(0, at) + insert + changed.slice(at + drop);
        }
        const position = firstBad(changed);
        if (position >= 0) {
          refused++;
          return expectBad(changed, position);
        }
        accepted++;
        expect((await parse(changed)).head).to.deep.equal(headOf(changed).flat());
      }),
      seeded("changed method texts", { numRuns: 1_500 }),
    );
    expect(refused).to.be.greaterThan(500);
    expect(accepted).to.be.greaterThan(50);
  });

  const BAD: [text: string, position: number, why: string][] = [
    ["(", 0, "no name"],
    ["1f()", 0, "a name that starts with a digit"],
    ["f", 1, "no brackets"],
    ["f(", 2, "no end"],
    ["f)", 1, "no opening bracket"],
    ["f ()", 1, "a space in the name"],
    ["f( uint256)", 2, "a space before a type"],
    ["f(uint256 )", 9, "a space behind a type"],
    ["f(uint256,)", 10, "a comma at the end"],
    ["f(,uint256)", 2, "a comma at the start"],
    ["f(uint256,,bool)", 10, "two commas"],
    ["f()x", 3, "something behind the end"],
    ["f(uint256))", 10, "one bracket too many"],
    ["f((uint256)", 11, "one bracket too few"],
    ["f(())", 3, "an empty tuple"],
    ["f(()[])", 3, "an array of nothing"],
    ["f(uint)", 6, "the alias uint"],
    ["f(int)", 5, "the alias int"],
    ["f(byte)", 2, "the alias byte"],
    ["f(fixed)", 2, "fixed"],
    ["f(ufixed128x18)", 2, "ufixed"],
    ["f(uint8x)", 7, "letters behind a type"],
    ["f(addresss)", 9, "an address too long"],
    ["f(addres)", 2, "an address too short"],
    ["f(address payable)", 9, "address payable"],
    ["f(Address)", 2, "a capital letter"],
    ["f(uint0)", 6, "no bits"],
    ["f(uint7)", 6, "7 bits"],
    ["f(uint08)", 6, "a leading zero"],
    ["f(uint257)", 6, "257 bits"],
    ["f(uint264)", 6, "264 bits"],
    ["f(int12)", 5, "12 bits"],
    ["f(uint99999999999999999999999999999999999999999999999999999999999999999999999999999999)", 6, "many bits"],
    ["f(bytes0)", 7, "no bytes"],
    ["f(bytes33)", 7, "33 bytes"],
    ["f(bytes01)", 7, "a leading zero"],
    ["f(uint256[0])", 10, "an array of 0"],
    ["f(uint256[03])", 10, "a leading zero"],
    ["f(uint256[-1])", 10, "a negative count"],
    ["f(uint256[)", 10, "half a bracket"],
    ["f(uint256[3)", 11, "half a bracket with a count"],
    ["f(uint256])", 9, "the other half"],
    ["f(uint256[] )", 11, "a space behind brackets"],
    ["f(tuple)", 2, "the word tuple"],
    ["f(uint256 a)", 9, "a parameter's name"],
    ["f(mapping(uint256=>bool))", 2, "a mapping"],
    ["f\u00e9()", 1, "a letter beyond ASCII"],
    ["\u0000f()", 0, "a zero byte"],
    ["f(bool\u0000)", 6, "a zero byte behind a type"],
    ["function f()", 8, "a declaration"],
    ["f() view", 3, "a modifier"],
    ["* ", 0, "a wildcard and more"],
    ["**", 0, "two wildcards"],
    [`${"f".repeat(254)}()`, 255, "256 bytes"],
    [`f(uint256[65])`, 2, "65 words in one array"],
    [`f(bool,uint256[64])`, 7, "65 words in two parameters"],
    [`f(bool,(uint256[8][8]))`, 7, "65 words in a tuple"],
    [`f(uint256[99999999999999999999][99999999999999999999])`, 2, "many words"],
    [`f(${Array(65).fill("bool").join(",")})`, 255, "more than 255 bytes of words"],
    [`f(uint8[64],bytes)`, 12, "a pointer as word 65"],
  ];
  for (const [text, position, why] of BAD) {
    it(`refuses ${why}`, async () => {
      if (text.length < 256) expect(firstBad(text)).to.equal(position);
      await expectBad(text, position);
    });
  }

  it("reach to 64 words, 255 bytes and any depth", async () => {
    expect((await parse("f(uint8[64])")).head).to.have.length(64);
    expect((await parse("f(bool,(uint8[7],bool)[7],bytes[],(bool,string),string[3],uint8[4])")).head).to.have.length(
      64,
    );
    expect((await parse(`${"f".repeat(253)}()`)).head).to.deep.equal([]);
    const deep = `f(${"(".repeat(124)}bool${")".repeat(124)})`;
    expect(deep).to.have.length(255);
    expect((await parse(deep)).head).to.deep.equal([{ kind: HeadKind.WORD, wordType: 0xc1 }]);
    expect((await parse(`f(bool${"[1]".repeat(82)})`)).head).to.deep.equal([{ kind: HeadKind.WORD, wordType: 0xc1 }]);
    expect((await parse(`f(bool${"[]".repeat(123)})`)).head).to.deep.equal([{ kind: HeadKind.OTHER, wordType: 0 }]);
    // What is dynamic takes one word, however wide it would be.
    expect((await parse("f((uint256[1000],bytes),bool)")).head).to.have.length(2);
    expect((await parse("f(((uint256[65],uint256[999999]),bytes)[7],uint256[1000000][])")).head).to.have.length(2);
  });

  it("cost gas in proportion to their length", async () => {
    const texts = [
      `f(${"(".repeat(124)}bool${")".repeat(124)})`,
      `${"f".repeat(253)}()`,
      `f(bool${"[1]".repeat(82)})`,
      `f(bool${"[]".repeat(123)})`,
      `f(${Array(31).fill("uint256").join(",")})`,
      `f(${Array(62).fill("int8").join(",").slice(0, 249)})`,
      `f((bool[63],bytes)${"[9]".repeat(78)})`,
      `f(${Array(18)
        .fill("(bool[64],bytes)")
        .join(",")
        .slice(0, 254)
        .replace(/,[^,]*$/, "")},bytes))`,
    ];
    for (const text of texts) {
      if (firstBad(text) >= 0) continue;
      const used = Number(await libraries.getFunction("gasOfParse")(text));
      // Compiled with the few optimizer steps of the tests; a text that is read twice would be far above.
      expect(used / text.length, `${used} gas for ${text.length} bytes`).to.be.lessThan(2_000);
    }
  });
});
