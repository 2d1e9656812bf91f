import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { AbiCoder, dataSlice, hexlify, toBeHex, toUtf8Bytes, type BaseContract, type Result } from "ethers";
import fc from "fast-check";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { seeded } from "../../support/fuzz.ts";
import { decodeThrown } from "../../support/reference/errors.ts";
import { readPolicyFiles } from "../../support/reference/policyFiles.ts";
import {
  hashPolicy,
  type Inner,
  type Limit,
  type Permission,
  type Policy,
  type Rule,
  type Spend,
} from "../../support/reference/policy.ts";

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => `0x${Buffer.from(value).toString("hex")}` as const);
const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const int256 = fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n - 1n });
const small = (bits: number) => uint(bits).map(Number);
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "binary", maxLength: 20 }));
const few = <T>(each: fc.Arbitrary<T>, maxLength = 3) => fc.array(each, { maxLength });

const spend: fc.Arbitrary<Spend> = fc.record({ unit: hex(20), argument: text, amount: uint(128), scale: small(8) });
const inner: fc.Arbitrary<Inner> = fc.record({ argument: text, types: text });
const rule: fc.Arbitrary<Rule> = fc.record({
  argument: text,
  test: text,
  per: text,
  addresses: few(hex(20)),
  numbers: few(int256),
  words: few(hex(32)),
});
const permission: fc.Arbitrary<Permission> = fc.record({
  target: hex(20),
  method: text,
  maxValue: uint(128),
  spends: few(spend, 2),
  rules: few(rule, 2),
  inner: few(inner, 2),
  consumable: fc.boolean(),
  open: few(text, 2),
});
const limit: fc.Arbitrary<Limit> = fc.record({
  unit: hex(20),
  cap: uint(128),
  period: small(32),
  fromStart: fc.boolean(),
});
const policy: fc.Arbitrary<Policy> = fc.record({
  app: text,
  minDuration: small(32),
  maxDuration: small(32),
  maxCalls: small(32),
  gasBudget: uint(80),
  selfPaid: fc.boolean(),
  paymaster: hex(20),
  permissions: few(permission),
  limits: few(limit),
});

const CONTRACTS = new URL("../../../contracts/", import.meta.url);

const ADDRESS = "0x0000000000000000000000000000000000010000";
const SIMPLE: Permission = {
  ...{ target: ADDRESS, method: "poke(uint256)", maxValue: 0n, consumable: false },
  ...{ spends: [], rules: [], inner: [], open: [] },
};
const EMPTY: Policy = {
  ...{ app: "app", minDuration: 60, maxDuration: 60, maxCalls: 1, gasBudget: 0n, selfPaid: false },
  ...{ paymaster: "0x0000000000000000000000000000000000000000", permissions: [], limits: [] },
};

describe("The name of a policy", () => {
  let chain: Chain;
  let store: BaseContract;
  before(async () => {
    chain = await openChain();
    store = await chain.ethers.deployContract("PolicyStore");
  });

  const encode = (value: Policy) => store.interface.encodeFunctionData("hashPolicy", [value]);
  const call = async (data: string) => store.runner!.call!({ to: await store.getAddress(), data });

  it("is viem's hashStruct, for 400 random policies (ATK-91)", async () => {
    await fc.assert(
      fc.asyncProperty(policy, async (value) => {
        expect(await store.getFunction("hashPolicy")(value)).to.equal(hashPolicy(value));
      }),
      seeded("policy hashes", { numRuns: 400 }),
    );
  });

  it("differs where texts and lists read the same one after the other (ATK-91)", async () => {
    const word = (n: number) => toBeHex(n, 32);
    const ruled = (test: string, per: string, numbers: bigint[], words: string[]): Policy => ({
      ...EMPTY,
      permissions: [{ ...SIMPLE, rules: [{ argument: "0", test, per, addresses: [], numbers, words } as Rule] }],
    });
    const of = (...permissions: Permission[]): Policy => ({ ...EMPTY, permissions });
    const pairs: [Policy, Policy][] = [
      [ruled("is", "1", [], []), ruled("is1", "", [], [])],
      [ruled("is", "", [1n], []), ruled("is", "", [], [word(1)])],
      [ruled("is", "", [1n, 2n], [word(3)]), ruled("is", "", [1n], [word(2), word(3)])],
      [of({ ...SIMPLE, open: ["0", "1"] }), of({ ...SIMPLE, open: ["01"] })],
      [
        of({ ...SIMPLE, inner: [{ argument: "0", types: "f(uint8)" }] }),
        of({ ...SIMPLE, inner: [{ argument: "0f", types: "(uint8)" }] }),
      ],
      [of(SIMPLE, { ...SIMPLE, open: ["0"] }), of({ ...SIMPLE, open: ["0"] }, SIMPLE)],
    ];
    const names = new Set<string>();
    for (const policy of pairs.flat()) names.add(await store.getFunction("hashPolicy")(policy));
    expect(names.size).to.equal(2 * pairs.length);
  });

  /** Two values of any length side by side could be read as two others. */
  it("is packed of nothing but one value at a time, as is everything else that the contracts hash (ATK-91)", () => {
    const packings = readdirSync(CONTRACTS, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".sol"))
      .flatMap((name) => readFileSync(new URL(name, CONTRACTS), "utf8").match(/abi\.encodePacked\([^)]*\)/g) ?? []);
    expect(packings).to.have.length.above(0);
    for (const packing of packings) expect(packing).to.match(/^abi\.encodePacked\(\w+\)$/);
  });

  it("is viem's hashStruct, for policies of real methods", async () => {
    for (const file of readPolicyFiles()) {
      expect(await store.getFunction("hashPolicy")(file.policy), file.name).to.equal(hashPolicy(file.policy));
    }
  });

  /** At most a few percent of what a transaction may take, so that publication has the rest. */
  it("costs little for the largest policies", async () => {
    const libraries = await deployMock(chain, "PolicyLibraries", "PolicyLibraries");
    const of = (permissions: Permission[]): Policy => ({ ...EMPTY, permissions });
    const small = { argument: "0", test: "is", per: "", addresses: [], numbers: [1n], words: [] };
    const cases: [string, Policy][] = [
      ["248 permissions", of(Array<Permission>(248).fill(SIMPLE))],
      ["120 permissions with a rule", of(Array<Permission>(120).fill({ ...SIMPLE, rules: [small] }))],
      ["80 texts of 1,023 bytes", of(Array<Permission>(80).fill({ ...SIMPLE, method: "m".repeat(1_023) }))],
      [
        "13 permissions with 16 rules",
        of(Array<Permission>(13).fill({ ...SIMPLE, rules: Array<Rule>(16).fill(small) })),
      ],
    ];
    for (const [name, value] of cases) {
      const data = encode(value);
      expect(data.length / 2 - 1, name).to.be.lessThan(120_000);
      const gas = await libraries.getFunction("gasOf")(await store.getAddress(), data);
      console.log(`      ${name}: ${gas} gas for ${data.length / 2 - 1} bytes`);
      expect(Number(gas), name).to.be.lessThan(800_000);
    }
  });

  it("ignores bytes behind the policy", async () => {
    await fc.assert(
      fc.asyncProperty(policy, hex(7), async (value, more) => {
        expect(await call(encode(value) + more.slice(2))).to.equal(hashPolicy(value));
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
        const type = store.interface.getFunction("hashPolicy")!.inputs[0]!.format("full").replaceAll("string", "bytes");
        const [read] = AbiCoder.defaultAbiCoder().decode([type], dataSlice(data, 4));
        const again = AbiCoder.defaultAbiCoder().encode([type], [read]);
        expect(dataSlice(data, 4).startsWith(again)).to.equal(true);
        const asText = readPolicy(read);
        if (asText) expect(answer).to.equal(hashPolicy(asText));
      }),
      seeded("changed policies", { numRuns: 2_000 }),
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
      app: "app",
      minDuration: 1,
      maxDuration: 2,
      maxCalls: 3,
      gasBudget: 4n,
      selfPaid: true,
      paymaster: "0x0000000000000000000000000000000000000005",
      permissions: [
        {
          target: "0x0000000000000000000000000000000000000006",
          method: "f(bytes,uint256)",
          maxValue: 7n,
          spends: [{ unit: "0x0000000000000000000000000000000000000008", argument: "1", amount: 9n, scale: 10 }],
          rules: [
            {
              argument: "0:0",
              test: "is",
              per: "",
              addresses: ["0x000000000000000000000000000000000000000b", "0x000000000000000000000000000000000000000c"],
              numbers: [-13n],
              words: [`0x${"0e".repeat(32)}`],
            },
          ],
          inner: [{ argument: "0", types: "(address)" }],
          consumable: false,
          open: ["1"],
        },
      ],
      limits: [{ unit: "0x000000000000000000000000000000000000000f", cap: 16n, period: 17, fromStart: true }],
    };
    // Byte positions behind the selector; the own start of each struct, list or text is what the error names, counted
    // from the selector on.
    const [WORD, TEXT, ONE] = [32, 2 * 32, 2 * 32];
    const POLICY = WORD;
    const APP = POLICY + 9 * WORD;
    const PERMISSIONS = APP + TEXT;
    const PERMISSION = PERMISSIONS + ONE;
    const METHOD = PERMISSION + 8 * WORD;
    const SPENDS = METHOD + TEXT;
    const SPEND = SPENDS + ONE;
    const SPEND_ARGUMENT = SPEND + 4 * WORD;
    const RULES = SPEND_ARGUMENT + TEXT;
    const RULE = RULES + ONE;
    const ARGUMENT = RULE + 6 * WORD;
    const TEST = ARGUMENT + TEXT;
    const PER = TEST + TEXT;
    const ADDRESSES = PER + WORD;
    const NUMBERS = ADDRESSES + 3 * WORD;
    const WORDS = NUMBERS + 2 * WORD;
    const INNERS = WORDS + 2 * WORD;
    const INNER = INNERS + ONE;
    const INNER_ARGUMENT = INNER + 2 * WORD;
    const TYPES = INNER_ARGUMENT + TEXT;
    const OPEN = TYPES + TEXT;
    const OPEN_TEXT = OPEN + ONE;
    const LIMITS = OPEN_TEXT + TEXT;
    const LIMIT = LIMITS + WORD;
    const END = LIMIT + 4 * WORD;

    const words: [what: string, at: number, value: bigint, position: number][] = [
      ["an offset of the policy", 0, 64n, 64],
      ["a label elsewhere", POLICY, 0x140n, POLICY],
      ["a minimum beyond 32 bits", POLICY + 32, 2n ** 32n, POLICY],
      ["a maximum beyond 32 bits", POLICY + 64, 2n ** 255n, POLICY],
      ["calls beyond 32 bits", POLICY + 96, 2n ** 32n, POLICY],
      ["a gas budget beyond 80 bits", POLICY + 128, 2n ** 80n, POLICY],
      ["a flag that is 2", POLICY + 160, 2n, POLICY],
      ["a paymaster beyond 160 bits", POLICY + 192, 2n ** 160n, POLICY],
      ["permissions elsewhere", POLICY + 224, 0x180n, POLICY],
      ["limits elsewhere", POLICY + 256, BigInt(LIMITS - POLICY) + 32n, POLICY],
      ["an endless label", APP, 2n ** 256n - 1n, APP],
      ["a longer label", APP, 33n, APP],
      ["a shorter label", APP, 2n, APP],
      ["too many permissions", PERMISSIONS, 2n ** 255n, PERMISSIONS],
      ["permissions beyond the calldata", PERMISSIONS, 1000n, PERMISSIONS],
      ["one permission more", PERMISSIONS, 2n, PERMISSIONS],
      ["a permission less", PERMISSIONS, 0n, POLICY],
      ["a permission elsewhere", PERMISSIONS + 32, 64n, PERMISSIONS],
      ["a target beyond 160 bits", PERMISSION, 2n ** 160n, PERMISSION],
      ["a method elsewhere", PERMISSION + 32, 0x120n, PERMISSION],
      ["a value beyond 128 bits", PERMISSION + 64, 2n ** 128n, PERMISSION],
      ["spends elsewhere", PERMISSION + 96, 0n, PERMISSION],
      ["rules elsewhere", PERMISSION + 128, 0n, PERMISSION],
      ["inners elsewhere", PERMISSION + 160, BigInt(RULES - PERMISSION), PERMISSION],
      ["a flag that is 2", PERMISSION + 192, 2n, PERMISSION],
      ["open paths elsewhere", PERMISSION + 224, 2n ** 256n - 32n, PERMISSION],
      ["an endless method", METHOD, 2n ** 256n - 1n, METHOD],
      ["a method that wraps around", METHOD, 2n ** 256n - 32n, METHOD],
      ["a method beyond the calldata", METHOD, 5_000n, METHOD],
      ["too many spends", SPENDS, 2n ** 251n, SPENDS],
      ["a spend elsewhere", SPENDS + 32, 64n, SPENDS],
      ["a unit beyond 160 bits", SPEND, 2n ** 160n, SPEND],
      ["an argument elsewhere", SPEND + 32, 0xa0n, SPEND],
      ["an amount beyond 128 bits", SPEND + 64, 2n ** 128n, SPEND],
      ["a scale beyond 8 bits", SPEND + 96, 256n, SPEND],
      ["an argument of a spend without end", SPEND_ARGUMENT, 2n ** 255n, SPEND_ARGUMENT],
      ["too many rules", RULES, 2n ** 250n, RULES],
      ["a rule elsewhere", RULES + 32, 64n, RULES],
      ["a rule's argument elsewhere", RULE, 0xe0n, RULE],
      ["a test elsewhere", RULE + 32, 0x100n + 1n, RULE],
      ["another side elsewhere", RULE + 64, 0n, RULE],
      ["addresses elsewhere", RULE + 96, 0n, RULE],
      ["numbers elsewhere", RULE + 128, 0n, RULE],
      ["words elsewhere", RULE + 160, BigInt(NUMBERS - RULE), RULE],
      ["an argument without end", ARGUMENT, 2n ** 256n - 64n, ARGUMENT],
      ["a test beyond the calldata", TEST, 10_000n, TEST],
      ["another side without its text", PER, 1n, PER],
      ["too many addresses", ADDRESSES, 2n ** 251n, ADDRESSES],
      ["an address beyond 160 bits", ADDRESSES + 32, 2n ** 160n, ADDRESSES],
      ["a last address beyond 160 bits", ADDRESSES + 64, 2n ** 255n, ADDRESSES],
      ["an address less", ADDRESSES, 1n, RULE],
      ["too many numbers", NUMBERS, 2n ** 256n - 1n, NUMBERS],
      ["too many words", WORDS, 2n ** 251n, WORDS],
      ["too many inners", INNERS, 2n ** 251n, INNERS],
      ["an inner elsewhere", INNERS + 32, 0n, INNERS],
      ["an inner's argument elsewhere", INNER, 0n, INNER],
      ["an inner's types elsewhere", INNER + 32, 0x40n, INNER],
      ["an inner's argument without end", INNER_ARGUMENT, 2n ** 200n, INNER_ARGUMENT],
      ["types without end", TYPES, 2n ** 200n, TYPES],
      ["too many open paths", OPEN, 2n ** 251n, OPEN],
      ["an open path elsewhere", OPEN + 32, 64n, OPEN],
      ["an open path without end", OPEN_TEXT, 2n ** 255n, OPEN_TEXT],
      ["too many limits", LIMITS, 2n ** 255n, LIMITS],
      ["a unit of a limit beyond 160 bits", LIMIT, 2n ** 160n, LIMIT],
      ["a cap beyond 128 bits", LIMIT + 32, 2n ** 128n, LIMIT],
      ["a period beyond 32 bits", LIMIT + 64, 2n ** 32n, LIMIT],
      ["a flag of a limit that is 2", LIMIT + 96, 2n, LIMIT],
      ["a limit beyond the calldata", LIMITS, 2n, END + 4 * WORD],
    ];
    for (const [what, at, value, position] of words) {
      it(what, async () => {
        const data = encode(one);
        expect((data.length - 10) / 2).to.equal(END);
        expect(await call(data)).to.equal(hashPolicy(one));
        const start = 10 + at * 2;
        const changed = data.slice(0, start) + toBeHex(value, 32).slice(2) + data.slice(start + 64);
        const expected = at === 0 ? [0x24 + 32] : [4 + position];
        await expectRefusal(call(changed), "PolicyNotCanonical", expected);
      });
    }

    it("bytes behind a text that are not zero", async () => {
      const data = encode(one);
      const texts = [
        [APP, 3],
        [METHOD, 16],
        [SPEND_ARGUMENT, 1],
        [ARGUMENT, 3],
        [TEST, 2],
        [INNER_ARGUMENT, 1],
        [TYPES, 9],
        [OPEN_TEXT, 1],
      ] as const;
      for (const [start, length] of texts) {
        for (const at of [start + 32 + length, start + 63]) {
          const changed = data.slice(0, 10 + at * 2) + "01" + data.slice(12 + at * 2);
          await expectRefusal(call(changed), "PolicyNotCanonical", [4 + start]);
        }
      }
    });
  });

  /** The policy with its texts as text again; undefined if one of them is not UTF-8, which viem cannot hash. */
  function readPolicy(read: Result): Policy | undefined {
    let isText = true;
    const text = (bytes: string) => {
      const decoded = Buffer.from(bytes.slice(2), "hex").toString("utf8");
      if (hexlify(toUtf8Bytes(decoded)) !== bytes) isText = false;
      return decoded;
    };
    const [app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster, permissions, limits] = read;
    const result = {
      ...{ app: text(app), minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster },
      permissions: permissions.map(
        ([target, method, maxValue, spends, rules, inners, consumable, open]: Result): unknown => ({
          ...{ target, method: text(method), maxValue, consumable },
          spends: spends.map(([unit, argument, amount, scale]: Result) => ({
            ...{ unit, argument: text(argument), amount, scale },
          })),
          rules: rules.map(([argument, test, per, addresses, numbers, words]: Result) => ({
            ...{ argument: text(argument), test: text(test), per: text(per) },
            ...{ addresses: [...addresses], numbers: [...numbers], words: [...words] },
          })),
          inner: inners.map(([argument, types]: Result) => ({ argument: text(argument), types: text(types) })),
          open: open.map(text),
        }),
      ),
      limits: limits.map(([unit, cap, period, fromStart]: Result) => ({ unit, cap, period, fromStart })),
    };
    return isText ? (result as Policy) : undefined;
  }
});
