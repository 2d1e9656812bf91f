import { expect } from "chai";
import fc from "fast-check";
import type { Address } from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { PolicyError, UnsafePolicyError } from "../../sdk/src/errors/index.ts";
import { checkPolicy, definePolicy, hashPolicy, type PolicyFacts } from "../../sdk/src/policies/index.ts";
import { creditsOf } from "../../sdk/src/policies/credits.ts";
import { RULE_TESTS, type Policy } from "../../sdk/src/types.ts";
import { TOKEN_TABLE } from "../../scripts/generate/tokenTable.ts";
import { rowOf } from "../../sdk/src/policies/tokenRows.ts";
import { seeded } from "../support/fuzz.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
import { PublicationError, publish, type ChainFacts } from "../support/reference/publication.ts";
import {
  ACCEPTED,
  BOB,
  COUNTER,
  facts as refusalFacts,
  NFT,
  REFUSED,
  TARGET,
  TOKEN,
  VAULT,
} from "../support/reference/refusals.ts";
import type { Policy as ModelPolicy } from "../support/reference/policy.ts";

const files = readPolicyFiles();

/** The model's facts in the client's form. */
function factsOf({ machinery, fungible, nonFungible, assets }: ChainFacts): PolicyFacts {
  const isIn = (list: Address[]) => (address: Address) => list.includes(address.toLowerCase() as Address);
  return {
    machinery,
    isFungible: isIn(fungible),
    isNonFungible: isIn(nonFungible),
    assetOf: (vault) => assets[vault.toLowerCase()],
  };
}

/** What the model says of a policy: the error, or how far each permission is trusted and what it draws. */
function byModel(policy: ModelPolicy, facts: ChainFacts): string | undefined {
  try {
    const { permissions, credits } = publish(policy, facts);
    const each = permissions.map((one) =>
      [one.trust, one.kind, one.selector, one.drawn ?? "", one.takesBack].join(" "),
    );
    return JSON.stringify([each, [...credits].sort()]);
  } catch (thrown) {
    // The model knows no policy that no encoding has room for.
    return thrown instanceof PublicationError ? `${thrown.name} ${thrown.index}` : undefined;
  }
}

function byClient(policy: Policy, facts: ChainFacts): string {
  try {
    const permissions = checkPolicy(policy, factsOf(facts));
    const each = permissions.map((one) =>
      [one.trust, one.kind, one.selector, one.drawn ?? "", one.takesBack].join(" "),
    );
    const credits = creditsOf(policy, permissions).map(({ spender, token }) => `${spender} ${token}`.toLowerCase());
    return JSON.stringify([each, credits.sort()]);
  } catch (thrown) {
    if (!(thrown instanceof UnsafePolicyError)) throw thrown;
    const index = /^permissions\[(\d+)\]/.exec(thrown.place)?.[1];
    const limit = /^limits\[(\d+)\]/.exec(thrown.place)?.[1];
    return `${thrown.errorName} ${index ?? limit}`;
  }
}

describe("The client's check of a policy", () => {
  for (const [say, error, policy] of REFUSED) {
    it(`refuses with ${error}: ${say}`, () => {
      expect(() => checkPolicy(policy as Policy, factsOf(refusalFacts)))
        .to.throw(UnsafePolicyError)
        .that.includes({ errorName: error, code: "SESSION_UNSAFE_POLICY" })
        .and.is.instanceOf(PolicyError);
    });
  }

  for (const [say, trust, policy] of ACCEPTED) {
    it(`takes as ${trust}: ${say}`, () => {
      expect(checkPolicy(policy as Policy, factsOf(refusalFacts)).map((each) => each.trust)).to.deep.equal([trust]);
    });
  }

  it("says of every policy of a protocol what the model says, and needs no chain for it", () => {
    for (const { name, policy, facts } of files) {
      expect(byClient(policy as Policy, facts), name).to.equal(byModel(policy, facts));
      const trust = checkPolicy(policy as Policy).map((each) => each.trust);
      expect(trust, name).to.deep.equal(publish(policy, facts).permissions.map((each) => each.trust));
    }
  });

  it("agrees with the model on policies that are almost right (fuzzed)", () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(mutants(), ([policy, facts]) => {
        const expected = byModel(policy, facts);
        if (expected === undefined) return;
        const said = byClient(policy as Policy, facts);
        if (said.startsWith("PolicyNotCanonical")) return;
        expect(said).to.equal(expected);
        outcomes.add(expected.split(" ")[0]!.slice(0, 30));
      }),
      seeded("almost right policies", { numRuns: 10_000 }),
    );
    expect(outcomes.size).to.be.greaterThan(20);
  });

  it("knows every row of the token table, and no other method", () => {
    for (const { text, source: _, grants: __, ...columns } of TOKEN_TABLE) {
      const found = rowOf(text)!;
      expect(found.text).to.equal(text);
      expect(found.row.onLimited, text).to.equal(columns.onLimited);
      const special = { ...columns, elsewhere: "", onLimited: "" };
      expect({ ...found.row, elsewhere: "", onLimited: "" }, text).to.deep.equal(special);
    }
    expect(rowOf("upvotePost(uint256)")).to.equal(undefined);
  });

  it("names place, value and bound", () => {
    const define = () =>
      definePolicy({
        app: "test",
        maxDuration: 60,
        maxCalls: 1,
        permissions: [
          [
            {
              ...{ target: BOB, method: "f(uint8,address)", maxValue: 0n, spends: [], inner: [], consumable: false },
              rules: [{ argument: "0", test: "is", per: "", addresses: [], numbers: [256n], words: [] }],
              open: ["1"],
            },
          ],
        ],
      });
    expect(define)
      .to.throw(UnsafePolicyError)
      .that.includes({ errorName: "RuleValueOutOfType", place: "permissions[0].rules[0]", bound: "0 to 255" });
    expect(define).to.throw(
      /^permissions\[0\]\.rules\[0\] \(f\(uint8,address\) on 0x\w{40}\): rule value out of type: argument 0 is 256; expected 0 to 255\./,
    );
  });

  it("spells by itself: any order, any case, one value as a choice, a rate that can be shortened", () => {
    for (const { name, policy, facts } of files) {
      const { minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster, app } = policy as Policy;
      const scrambled = policy.permissions.toReversed().map((each) => ({
        ...each,
        target: each.target.toLowerCase() as Address,
        rules: each.rules.toReversed().map((rule) => ({
          ...rule,
          test: rule.test === "is" ? "is one of" : rule.test,
          addresses: rule.addresses.toReversed(),
          numbers: rule.test.endsWith("rate") ? rule.numbers.map((one) => one * 6n) : rule.numbers.toReversed(),
          words: rule.words.toReversed(),
        })),
        spends: each.spends.toReversed(),
        inner: each.inner.toReversed(),
        open: each.open.toReversed(),
      }));
      // Alternatives keep the author's order.
      const byMethod = Map.groupBy(scrambled, ({ target, method }) => `${target} ${method}`);
      const permissions = [...byMethod.values()].map((alternatives) => alternatives.toReversed());
      const defined = definePolicy({
        ...{ app, minDuration, maxDuration, maxCalls, gasBudget, selfPaid, paymaster },
        permissions: permissions as Policy["permissions"][],
        limits: policy.limits.toReversed(),
      });
      expect(hashPolicy(defined), name).to.equal(publish(policy, facts).id);
    }
  });
});

/** Policies of files and refusals with one or two things changed. */
function mutants(): fc.Arbitrary<[ModelPolicy, ChainFacts]> {
  const sources = [
    ...files.map(({ policy, facts }): [ModelPolicy, ChainFacts] => [policy, facts]),
    ...[...REFUSED, ...ACCEPTED].map(([, , policy]): [ModelPolicy, ChainFacts] => [policy, refusalFacts]),
  ];
  const paths = [
    "value",
    "0",
    "1",
    "2",
    "0[0]",
    "0[*]",
    "1[0]",
    "1[*]",
    "0.0",
    "0.1",
    "0.length",
    "1.length",
    "0:0",
    "1[0]:1",
    "9",
    "x",
  ];
  const methods = [
    "",
    "*",
    "f()",
    "f(uint256)",
    "f(address)",
    "f(bytes)",
    "f((address,uint8)[],bytes)",
    "f(uint256[2],string)",
  ];
  const numbers = [0n, 1n, 2n, 255n, 256n, 2n ** 96n - 1n, 2n ** 96n, 2n ** 255n - 1n, -1n];
  const words = [`0x${"00".repeat(32)}`, `0x${"12".padEnd(64, "0")}`, `0x${"ab".repeat(32)}`] as const;
  const addresses = [TARGET, TOKEN, VAULT, NFT, BOB, ANY_TARGET] as const;
  const units = ["0x0000000000000000000000000000000000000000", COUNTER, TOKEN, VAULT, BOB] as const;
  const rule = fc.record({
    argument: fc.constantFrom(...paths),
    test: fc.constantFrom(...RULE_TESTS),
    per: fc.constantFrom("", "", "", "0", "1", "value"),
    addresses: fc.subarray([BOB, TOKEN].sort(), { maxLength: 2 }),
    numbers: fc.uniqueArray(fc.constantFrom(...numbers), { maxLength: 3 }),
    words: fc.subarray([...words], { maxLength: 1 }),
  });
  const spend = fc.record({
    unit: fc.constantFrom(...units),
    argument: fc.constantFrom("", ...paths.slice(1, 9)),
    amount: fc.constantFrom(0n, 1n),
    scale: fc.constantFrom(0, 0, 0, 1, 31),
  });
  const inner = fc.record({
    argument: fc.constantFrom("0", "1", "1[0]", "1[*]"),
    types: fc.constantFrom("(address)", "(uint256,bool)", "transfer(address,uint256)", "()", "(bytes)", "(uint)"),
  });
  const texts = TOKEN_TABLE.map(({ text }) => text);
  const change = fc.oneof(
    fc.record({ maxValue: fc.constantFrom(0n, 1n) }),
    fc.record({ consumable: fc.boolean() }),
    fc.record({ target: fc.constantFrom(...addresses) }),
    fc.record({ method: fc.oneof(fc.constantFrom(...methods), fc.constantFrom(...texts)) }),
    fc.record({ open: fc.uniqueArray(fc.constantFrom("*", ...paths), { maxLength: 2 }).map((all) => all.sort()) }),
    fc.record({ rules: fc.array(rule, { maxLength: 3 }) }),
    rule.map((one) => ({ addedRule: one })),
    fc.record({ spends: fc.array(spend, { maxLength: 2 }) }),
    fc.record({ inner: fc.array(inner, { maxLength: 2 }) }),
  );
  const limits = fc
    .uniqueArray(fc.constantFrom(...units), { maxLength: 4 })
    .map((all) =>
      all
        .toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
        .map((unit) => ({ unit, cap: 1n, period: 0, fromStart: false })),
    );
  return fc
    .tuple(fc.constantFrom(...sources), fc.nat(), fc.array(change, { minLength: 1, maxLength: 3 }), fc.option(limits))
    .map(([[policy, facts], position, changes, otherLimits]) => {
      const index = policy.permissions.length === 0 ? 0 : position % policy.permissions.length;
      const permissions = policy.permissions.map((permission, i) => {
        if (i !== index) return permission;
        return changes.reduce<ModelPolicy["permissions"][number]>((each, one) => {
          if (!("addedRule" in one)) return { ...each, ...one };
          return { ...each, rules: [...each.rules, one.addedRule].sort(byText) };
        }, permission);
      });
      return [{ ...policy, permissions, ...(otherLimits !== null && { limits: otherLimits }) }, facts];
    });
}

function byText(a: { argument: string; test: string; per: string }, b: typeof a): number {
  const text = (each: typeof a) => `${each.argument}\0${each.test}\0${each.per}`;
  return text(a) < text(b) ? -1 : 1;
}
