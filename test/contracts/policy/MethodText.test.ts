import { expect } from "chai";
import type { Contract } from "ethers";
import fc from "fast-check";
import type { Address } from "viem";
import { openChain } from "../../support/chain/chain.ts";
import { deployPolicyEncoder, outcomeOf } from "../../support/chain/policyEncoder.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { seeded } from "../../support/fuzz.ts";
import { methodText } from "../../support/reference/methodTexts.ts";
import { parseMethod, TypeTextError } from "../../support/reference/methodTypes.ts";
import { of, permission } from "../../support/reference/refusals.ts";
import { hashPolicy } from "../../support/reference/policy.ts";

describe("Method texts", () => {
  let encoder: Contract;
  let machinery: Address[];
  before(async () => {
    ({ encoder, machinery } = await deployPolicyEncoder(await openChain()));
  });

  /** Native value has no limit here, and nothing is a token. */
  const policyOf = (text: string) => ({ ...of(permission(text, { open: ["*"] })), limits: [] });
  const encode = (text: string): Promise<string> => {
    const policy = policyOf(text);
    return encoder.getFunction("encodePolicy").staticCall(policy, hashPolicy(policy));
  };

  function firstBad(text: string): number | undefined {
    try {
      parseMethod(text, true);
    } catch (error) {
      if (error instanceof TypeTextError) return error.position;
      throw error;
    }
  }

  const expectBad = (text: string, position: number) => expectRefusal(encode(text), "UnsafeMethod", [0, position]);

  async function expectAsModelled(text: string): Promise<boolean> {
    const position = firstBad(text);
    if (position !== undefined && text !== "" && text !== "*") {
      await expectBad(text, position);
      return false;
    }
    const facts = { machinery, fungible: [], nonFungible: [], assets: {} };
    const wanted = outcomeOf(policyOf(text), facts);
    if (wanted.startsWith("0x")) expect(await encode(text), text).to.equal(wanted);
    else
      await expectRefusal(encode(text), wanted, []).catch((error: Error) => expect(error.message).to.include(wanted));
    return true;
  }

  it("become the types that the model reads", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.noBias(methodText), async (text) => {
        if (await expectAsModelled(text)) accepted++;
      }),
      seeded("method texts", { numRuns: 200 }),
    );
    expect(accepted).to.be.greaterThan(190);
  });

  it("are refused at the first byte that cannot stand there", async () => {
    const bytes = fc.constantFrom(..."()[],0123456789aubifsg$_ \0\u007f", "address", "uint", "[]", "uint256");
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2), bytes), { minLength: 1, maxLength: 3 });
    let [refused, accepted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.noBias(methodText), fc.noBias(edits), async (text, changes) => {
        let changed = text;
        for (const [where, drop, insert] of changes) {
          const at = where % (changed.length + 1);
          changed = changed.slice(0, at) + insert + changed.slice(at + drop);
        }
        if (await expectAsModelled(changed)) accepted++;
        else refused++;
      }),
      seeded("changed method texts", { numRuns: 300 }),
    );
    expect(refused).to.be.greaterThan(200);
    expect(accepted).to.be.greaterThan(7);
  });

  it("say where a number, a bracket or a type is wrong", async () => {
    const bad: [text: string, position: number][] = [
      ["f", 1],
      ["(uint8)", 0],
      ["1f()", 0],
      ["f( uint8)", 2],
      ["f()()", 3],
      ["f(uint8", 7],
      ["f(uint8,)", 8],
      ["f(())", 3],
      ["f(uint08)", 6],
      ["f(uint7)", 6],
      ["f(uint264)", 6],
      ["f(int0)", 5],
      ["f(bytes33)", 7],
      ["f(bytes032)", 7],
      ["f(byte)", 2],
      ["f(address payable)", 9],
      ["f(uint8[0])", 8],
      ["f(uint8[01])", 8],
      ["f(uint8[2)", 8],
      ["f(uint8[99999999999999999999999999999999999999999999999999999999999999999999999999999999])", 2],
      ["f((uint256[65],bytes),bool)", 3],
      [`f(${Array(65).fill("bool").join()})`, 1],
      ["f(uint256[65][])", 2],
    ];
    for (const [text, position] of bad) {
      expect(firstBad(text), text).to.equal(position);
      await expectBad(text, position);
    }
  });

  it("reach to 64 words, 1,023 bytes and six pointers", async () => {
    const accepted = [
      "f(uint8[64])",
      "f(bool,(uint8[7],bool)[7],bytes[],(bool,string),string[3],uint8[4])",
      `${"f".repeat(1_021)}()`,
      "f(uint8[][][][][][])",
      `f(${"(".repeat(40)}bool${")".repeat(40)},bytes)`,
      `f(bytes,bool${"[1]".repeat(40)})`,
    ];
    for (const text of accepted) expect(await expectAsModelled(text), text).to.equal(true);
    await expectRefusal(encode("f(uint8[][][][][][][])"), "MethodTooDeep", [0, 7, 6]);
    await expectBad(`${"f".repeat(1_022)}()`, 1_023);
  });
});
