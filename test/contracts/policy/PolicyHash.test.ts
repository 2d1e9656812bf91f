import { expect } from "chai";
import { AbiCoder, dataSlice, hexlify, toBeHex, toUtf8Bytes, type BaseContract, type Result } from "ethers";
import fc from "fast-check";
import { hashStruct } from "viem";
import type { Permission, Policy, Rule, RuleKind } from "../../support/reference/policy.ts";
import { POLICY_TYPES } from "../../support/reference/typedData.ts";
import { openChain } from "../../support/chain/chain.ts";
import { decodeThrown } from "../../support/reference/errors.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { seeded } from "../../support/fuzz.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => `0x${Buffer.from(value).toString("hex")}`);
const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const small = (bits: number) => uint(bits).map(Number);

const rule: fc.Arbitrary<Rule> = fc.record({
  kind: fc.integer({ min: 0, max: 7 }) as fc.Arbitrary<RuleKind>,
  word: small(8),
  values: fc.array(hex(32), { maxLength: 4 }),
});

const permission: fc.Arbitrary<Permission> = fc.record({
  target: hex(20),
  method: fc.oneof(fc.string({ maxLength: 70 }), fc.string({ unit: "binary", maxLength: 40 })),
  maxValue: uint(128),
  spendToken: hex(20),
  amountArgument: small(8),
  spendAmount: uint(128),
  rules: fc.array(rule, { maxLength: 3 }),
  consumable: fc.boolean(),
});

const policy: fc.Arbitrary<Policy> = fc.record({
  app: hex(32),
  minDuration: small(32),
  maxDuration: small(32),
  maxCalls: small(32),
  gasBudget: uint(80),
  selfPaid: fc.boolean(),
  paymaster: hex(20),
  permissions: fc.array(permission, { maxLength: 5 }),
  limits: fc.array(fc.record({ token: hex(20), cap: uint(128), period: small(32) }), { maxLength: 4 }),
});

function viemHash(value: Policy): string {
  return hashStruct({ types: POLICY_TYPES, primaryType: "Policy", data: value as unknown as Record<string, unknown> });
}

describe("The name of a policy", () => {
  let store: BaseContract;
  before(async () => {
    const chain = await openChain();
    store = await chain.ethers.deployContract("PolicyStore", [toBeHex(0xf0, 20)]);
  });

  const encode = (value: Policy) => store.interface.encodeFunctionData("hashPolicy", [value]);
  const call = async (data: string) => store.runner!.call!({ to: await store.getAddress(), data });

  it("is viem's hashStruct, for 400 random policies", async () => {
    await fc.assert(
      fc.asyncProperty(policy, async (value) => {
        expect(await store.getFunction("hashPolicy")(value)).to.equal(viemHash(value));
      }),
      seeded("policy hashes", { numRuns: 400 }),
    );
  });

  it("ignores bytes behind the policy", async () => {
    await fc.assert(
      fc.asyncProperty(policy, hex(7), async (value, more) => {
        expect(await call(encode(value) + more.slice(2))).to.equal(viemHash(value));
      }),
      seeded("bytes behind a policy", { numRuns: 20 }),
    );
  });

  /** Whatever is accepted is the canonical encoding of one policy, and the answer is that policy's hash. */
  it("ATK-30: no other calldata has the name of a policy", async () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean());
    let [accepted, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(policy, fc.array(change, { minLength: 1, maxLength: 2 }), async (value, changes) => {
        const bytes = Buffer.from(encode(value).slice(2), "hex");
        for (const [where, flip, inLowByte] of changes) {
          // Behind the argument's own offset, which the ABI decoder looks at first. Low bytes of words hold the other
          // offsets, the lengths and most values.
          const words = (bytes.length - 36) / 32;
          const at = 36 + (inLowByte ? (where % words) * 32 + 31 : where % (bytes.length - 36));
          bytes[at]! ^= flip;
        }
        const data = `0x${bytes.toString("hex")}`;
        let answer: string;
        try {
          answer = await call(data);
        } catch (thrown) {
          expect(decodeThrown(thrown).name).to.equal("PolicyNotCanonical");
          refused++;
          return;
        }
        accepted++;
        // Read without ethers' notion of text, which is bytes here.
        const type = store.interface.getFunction("hashPolicy")!.inputs[0]!.format("full").replace("string", "bytes");
        const [read] = AbiCoder.defaultAbiCoder().decode([type], dataSlice(data, 4));
        const again = AbiCoder.defaultAbiCoder().encode([type], [read]);
        expect(dataSlice(data, 4).startsWith(again)).to.equal(true);
        const text = asText(read);
        if (text) expect(answer).to.equal(viemHash(text));
      }),
      seeded("changed policies", { numRuns: 1_500 }),
    );
    console.log(`      ${accepted} changed encodings were policies, ${refused} were not`);
    expect(accepted).to.be.greaterThan(100);
    expect(refused).to.be.greaterThan(100);
  });

  it("is asked of whole policies only", async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.nat(), async (value, cut) => {
        const data = encode(value);
        const keep = cut % ((data.length - 2) / 2 - 4);
        const attempt = call(dataSlice(data, 0, 4 + keep));
        // Below the head of the one argument the ABI decoder refuses without an error of its own.
        if (keep < 32 + 9 * 32)
          return attempt.then(
            () => expect.fail("accepted"),
            () => undefined,
          );
        expect((await attempt.then(() => undefined, decodeThrown))?.name).to.equal("PolicyNotCanonical");
      }),
      seeded("policies that are cut off", { numRuns: 200 }),
    );
  });

  describe("refuses", () => {
    const one: Policy = {
      app: "0x" + "61".repeat(32),
      minDuration: 1,
      maxDuration: 2,
      maxCalls: 3,
      gasBudget: 4n,
      selfPaid: true,
      paymaster: toBeHex(5, 20),
      permissions: [
        {
          target: toBeHex(6, 20),
          method: "f(uint256)",
          maxValue: 7n,
          spendToken: toBeHex(8, 20),
          amountArgument: 9,
          spendAmount: 10n,
          rules: [{ kind: 1, word: 12, values: [toBeHex(13, 32)] }],
          consumable: false,
        },
      ],
      limits: [{ token: toBeHex(14, 20), cap: 15n, period: 16 }],
    };
    // Byte positions behind the selector; each struct's own start is what the error names, counted from the selector.
    const POLICY = 32;
    const PERMISSIONS = POLICY + 9 * 32;
    const PERMISSION = PERMISSIONS + 2 * 32;
    const METHOD = PERMISSION + 8 * 32;
    const RULES = METHOD + 2 * 32;
    const RULE = RULES + 2 * 32;
    const LIMITS = RULE + 5 * 32;
    const LIMIT = LIMITS + 32;

    const words: [what: string, at: number, value: bigint, position: number][] = [
      ["an offset of the policy", 0, 64n, 64],
      ["a minimum beyond 32 bits", POLICY + 32, 2n ** 32n, POLICY],
      ["a maximum beyond 32 bits", POLICY + 64, 2n ** 255n, POLICY],
      ["calls beyond 32 bits", POLICY + 96, 2n ** 32n, POLICY],
      ["a gas budget beyond 80 bits", POLICY + 128, 2n ** 80n, POLICY],
      ["a flag that is 2", POLICY + 160, 2n, POLICY],
      ["a paymaster beyond 160 bits", POLICY + 192, 2n ** 160n, POLICY],
      ["permissions elsewhere", POLICY + 224, 0x140n, POLICY],
      ["limits elsewhere", POLICY + 256, BigInt(LIMITS - POLICY) + 32n, POLICY],
      ["too many permissions", PERMISSIONS, 2n ** 255n, POLICY],
      ["permissions beyond the calldata", PERMISSIONS, 1000n, POLICY],
      ["a permission elsewhere", PERMISSIONS + 32, 64n, PERMISSION],
      ["a target beyond 160 bits", PERMISSION, 2n ** 160n, PERMISSION],
      ["a method elsewhere", PERMISSION + 32, 0x120n, PERMISSION],
      ["a value beyond 128 bits", PERMISSION + 64, 2n ** 128n, PERMISSION],
      ["a token beyond 160 bits", PERMISSION + 96, 2n ** 255n, PERMISSION],
      ["an argument beyond 8 bits", PERMISSION + 128, 256n, PERMISSION],
      ["an amount beyond 128 bits", PERMISSION + 160, 2n ** 128n, PERMISSION],
      ["rules elsewhere", PERMISSION + 192, 0n, PERMISSION],
      ["a flag that is 2", PERMISSION + 224, 2n, PERMISSION],
      ["an endless method", METHOD, 2n ** 256n - 1n, PERMISSION],
      ["a method that wraps around", METHOD, 2n ** 256n - 32n, PERMISSION],
      ["a method beyond the calldata", METHOD, 5_000n, PERMISSION],
      ["too many rules", RULES, 2n ** 250n, PERMISSION],
      ["a rule elsewhere", RULES + 32, 64n, RULE],
      ["a ninth kind", RULE, 8n, RULE],
      ["a word beyond 8 bits", RULE + 32, 256n, RULE],
      ["values elsewhere", RULE + 64, 0x80n, RULE],
      ["too many values", RULE + 96, 2n ** 251n, RULE],
      ["a token beyond 160 bits", LIMIT, 2n ** 160n, LIMIT],
      ["a cap beyond 128 bits", LIMIT + 32, 2n ** 128n, LIMIT],
      ["a period beyond 32 bits", LIMIT + 64, 2n ** 32n, LIMIT],
      ["too many limits", LIMITS, 2n ** 255n, LIMITS],
      ["a limit beyond the calldata", LIMITS, 2n, LIMIT + 6 * 32],
    ];
    for (const [what, at, value, position] of words) {
      it(what, async () => {
        const data = encode(one);
        expect(await call(data)).to.equal(viemHash(one));
        const start = 10 + at * 2;
        const changed = data.slice(0, start) + toBeHex(value, 32).slice(2) + data.slice(start + 64);
        const expected = at === 0 ? [0x24 + 32] : [4 + position];
        await expectRefusal(call(changed), "PolicyNotCanonical", expected);
      });
    }

    it("bytes between a method and its rules", async () => {
      const data = encode(one);
      for (const at of [METHOD + 32 + 10, METHOD + 63]) {
        const changed = data.slice(0, 10 + at * 2) + "01" + data.slice(12 + at * 2);
        await expectRefusal(call(changed), "PolicyNotCanonical", [4 + PERMISSION]);
      }
    });
  });

  /** The policy with its methods as text again; undefined if one of them is not UTF-8, which viem cannot hash. */
  function asText(read: Result): Policy | undefined {
    const [app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster, permissions, limits] = read;
    const result = { app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster } as Policy;
    result.limits = limits.map(([token, cap, period]: Result) => ({ token, cap, period }));
    result.permissions = [];
    for (const permission of permissions) {
      const [target, bytes, maxValue, spendToken, amountArgument, spendAmount, rules, consumable] = permission;
      const method = Buffer.from(bytes.slice(2), "hex").toString("utf8");
      if (hexlify(toUtf8Bytes(method)) !== bytes) return undefined;
      result.permissions.push({
        target,
        method,
        maxValue,
        spendToken,
        amountArgument,
        spendAmount,
        rules: rules.map(([kind, word, values]: Result) => ({ kind, word, values: [...values] })),
        consumable,
      });
    }
    return result;
  }
});
