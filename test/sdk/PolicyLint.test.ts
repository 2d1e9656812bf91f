import { expect } from "chai";
import { erc20Abi, parseAbi, zeroAddress, zeroHash, type Address } from "viem";
import { PERMIT2 } from "../../sdk/src/constants.ts";
import { UnsafePolicyError } from "../../sdk/src/errors/index.ts";
import {
  GRANTING_METHODS,
  NESTED_BESIDE_METHODS,
  NESTED_METHODS,
  OTHER_ROWS,
} from "../../sdk/src/generated/tableMethods.ts";
import {
  anyMethodOf,
  contract,
  definePolicy,
  lintPolicy,
  method,
  onAnyContract,
  type DefinePolicyParameters,
  type LintPolicyParameters,
} from "../../sdk/src/policies/index.ts";
import { newPlace, placeAt } from "../../sdk/src/policies/argumentPaths.ts";
import { parseMethod } from "../../sdk/src/policies/methodTypes.ts";
import { rowOf } from "../../sdk/src/policies/tokenRows.ts";
import type { Permission, Policy, Rule } from "../../sdk/src/types.ts";
import { printRegistration, readPolicyFiles } from "../support/reference/policyFiles.ts";

const GAME: Address = "0x1111111111111111111111111111111111111111";
const TOKEN: Address = "0x2222222222222222222222222222222222222222";
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const ROUTER: Address = "0x4444444444444444444444444444444444444444";

const ruleOf = (argument: string, test: Rule["test"], values: Partial<Rule> = {}): Rule => ({
  ...{ argument, test, per: "", addresses: [], numbers: [], words: [] },
  ...values,
});
const is = (argument: string, value: bigint | Address) =>
  ruleOf(argument, "is", typeof value === "bigint" ? { numbers: [value] } : { addresses: [value] });
const spending = { spends: [{ unit: TOKEN, argument: "0", amount: 0n, scale: 0 }], rules: [is("0", 5n)] };

function policyOf(...permissions: DefinePolicyParameters["permissions"]): Policy {
  const limits = [{ unit: TOKEN, cap: 1n }];
  return definePolicy({ app: "lint.example", maxDuration: 7_200, maxCalls: 10, permissions, limits });
}

const rulesOf = (policy: Policy, parameters: LintPolicyParameters = {}) =>
  lintPolicy(policy, parameters).map(({ rule }) => rule);
const lint = (...permissions: DefinePolicyParameters["permissions"]) => rulesOf(policyOf(...permissions));

/** A permission of a method in which nothing is free that has to be bound, with `rules` first. */
function bound(target: Address, text: string, rules: readonly Rule[] = []): Permission[] {
  const permission = method(target, text, { rules });
  try {
    policyOf(permission);
    return permission;
  } catch (error) {
    if (!(error instanceof UnsafePolicyError) || !["UnboundArgument", "UnsafeRecipient"].includes(error.errorName)) {
      throw error;
    }
    const path = String(error.value).replace("argument ", "");
    const { type } = placeAt(newPlace(parseMethod(text).types), path);
    const isWord = type.kind === "word";
    const rule = isWord ? is(path, TOKEN) : ruleOf(path, "has the content", { words: [zeroHash] });
    return bound(target, text, [...rules, rule]);
  }
}

describe("The lint of a policy", () => {
  const token = contract({
    address: TOKEN,
    abi: erc20Abi,
    methods: { transfer: { arguments: { recipient: { oneOf: [FRIEND, GAME] } } } },
  });

  it("finds nothing in a policy that counts everything and binds who is paid", () => {
    expect(lint(token)).to.deep.equal([]);
    expect(lint(token, method(GAME, "pay(uint256)", spending))).to.deep.equal([]);
  });

  it("names what is legal and unwise", () => {
    expect(lint(method(TOKEN, "transfer(address,uint256)"))).to.deep.equal(["open-recipient"]);
    expect(lint(anyMethodOf(GAME))).to.deep.equal(["any-method"]);
    expect(lint(onAnyContract({ abi: parseAbi(["function poke(uint8)"]), methods: { poke: {} } }))).to.deep.equal([
      ...["any-target", "undeclared-spend"],
    ]);
    const paying = policyOf(method(GAME, "pay(uint256)", { spends: spending.spends }));
    const abis = { [GAME]: parseAbi(["function play()"]) };
    const issues = lintPolicy(paying, { abis, machinery: [GAME] });
    expect(issues.map(({ rule, severity }) => `${severity} ${rule}`)).to.deep.equal([
      ...["error machinery-as-target", "error method-not-in-abi", "warning zero-as-all"],
    ]);
    expect(issues.map(({ index }) => index)).to.deep.equal([0, 0, 0]);
    expect(lint(method(GAME, "pay(address)", { open: ["0"] }))).to.include("open-argument");
    const one = policyOf(token);
    expect(rulesOf({ ...one, maxDuration: 7 * 86_400 })).to.deep.equal([]);
    expect(rulesOf({ ...one, maxDuration: 7 * 86_400 + 1 })).to.deep.equal(["long-window"]);
    expect(rulesOf({ ...one, gasBudget: 10n ** 9n })).to.deep.equal(["nobody-pays"]);
  });

  it("names an amount that is counted or priced and may be 0, beside another that says how much (ATK-107, ATK-114)", () => {
    const SUPPLY = "supply((address,address,address,address,uint256),uint256,uint256,address)";
    const market = ["0.0", "0.1", "0.2", "0.3"].map((path) => is(path, TOKEN));
    const counting = (...rules: Rule[]) =>
      lint(
        method(GAME, SUPPLY, {
          spends: [{ unit: TOKEN, argument: "1", amount: 0n, scale: 0 }],
          rules: [...market, is("3", FRIEND), ...rules].sort((a, b) => (a.argument < b.argument ? -1 : 1)),
        }),
      );
    const atLeast = (value: bigint) => ruleOf("1", "is at least", { numbers: [value] });
    expect(counting()).to.deep.equal(["zero-as-all"]);
    // The shares alone leave it to the target what 0 of both means.
    expect(counting(is("2", 0n))).to.deep.equal(["zero-as-all"]);
    expect(counting(atLeast(1n), is("2", 0n))).to.deep.equal([]);
    const rate = ruleOf("1", "is at least at rate", { per: "0", numbers: [3n, 2n] });
    const priced = (...rules: Rule[]) => lint(method(GAME, "swap(uint256,uint256)", { rules: [...rules, rate] }));
    expect(priced()).to.include("zero-as-all");
    expect(priced(ruleOf("0", "is at least", { numbers: [1n] }))).to.not.include("zero-as-all");
  });

  it("names every method of the token table that leaves a right behind, unless it only takes one back", () => {
    expect(GRANTING_METHODS).to.have.length.above(30);
    for (const text of GRANTING_METHODS) {
      const { row } = rowOf(text)!;
      const target = row.token !== undefined ? PERMIT2 : row.elsewhere === "limit" ? TOKEN : GAME;
      const first = row.token === undefined ? [] : [is(row.token, TOKEN)];
      expect(lint(bound(target, text, first)), text).to.include("standing-allowance");
      if (row.granted === undefined) continue;
      const back = bound(target, text, [...first, is(row.granted, 0n)]);
      expect(lint(back), `${text} of nothing`).to.not.include("standing-allowance");
    }
  });

  it("names every method that runs calls inside, of the token table and beside it", () => {
    for (const text of [...NESTED_METHODS, ...NESTED_BESIDE_METHODS]) {
      const issue = lintPolicy(policyOf(bound(GAME, text))).find(({ rule }) => rule === "nested-calls");
      expect(issue?.message, text).to.equal(`${text} runs calls inside, which no rule looks at.`);
    }
    const inner = [{ argument: "0", types: "f(uint8)" }];
    const read = method(GAME, "multicall(bytes)", { inner, rules: [is("0:0", 1n)] });
    expect(lintPolicy(policyOf(read))[0]?.message).to.equal(
      "multicall(bytes) runs calls inside: what is bound inside is all that is looked at.",
    );
  });

  it("says neither of a transfer, nor of what else the table has", () => {
    const others = OTHER_ROWS.filter((text) => !GRANTING_METHODS.includes(text) && !text.startsWith("execute"));
    expect(others).to.have.length.above(100);
    for (const text of [...others, "play(uint256)"]) {
      expect(lint(bound(GAME, text)), text).to.deep.equal(["undeclared-spend"]);
    }
    expect(lint(bound(TOKEN, "transferFrom(address,address,uint256)"))).to.deep.equal(["open-recipient"]);
  });

  describe("of an approval", () => {
    const approve = (amount: bigint, spender = ROUTER) =>
      method(TOKEN, "approve(address,uint256)", { rules: [is("0", spender), is("1", amount)] });
    const swap = method(ROUTER, "swap(uint256)", spending);
    const isTwice = (...permissions: Permission[][]) => lint(...permissions).includes("approval-paid-twice");

    it("says that it counts twice, if its spender takes the token and the approval does not pay for it", () => {
      expect(isTwice(approve(5n))).to.equal(false);
      expect(isTwice(approve(5n), swap)).to.equal(false);
      // A permission of the spender that draws nothing; one on any contract.
      const poke = method(ROUTER, "poke(uint8)");
      const anywhere = method("0xffffffffffffffffffffffffffffffffffffffff", "poke(uint8)");
      expect(isTwice(approve(5n), swap, anywhere)).to.equal(true);
      expect(isTwice(approve(5n), poke)).to.equal(false);
      // One that takes back, and one for somebody else, are paid for by nobody.
      expect(isTwice(approve(0n), swap, poke)).to.equal(false);
      expect(isTwice(approve(5n, FRIEND), swap, poke)).to.equal(false);
      const issues = lintPolicy(policyOf(approve(5n), swap, poke));
      expect(issues.filter(({ rule }) => rule === "approval-paid-twice")).to.deep.equal([
        {
          rule: "approval-paid-twice",
          severity: "warning",
          index: 0,
          message:
            `An approval for ${ROUTER} and what it then takes count twice: one pays for the other only if every ` +
            "permission there draws a limited token and none is for any contract.",
        },
      ]);
    });

    it("says it of the one that Permit2 then passes on, too", () => {
      const pass = (rules: Rule[] = []) =>
        method(PERMIT2, "approve(address,address,uint160,uint48)", {
          rules: [is("0", TOKEN), is("1", ROUTER), is("2", 5n), ...rules],
        });
      const lock = method(PERMIT2, "lockdown((address,address)[])");
      const nonces = method(PERMIT2, "poke(uint8)");
      expect(isTwice(approve(5n, PERMIT2), pass())).to.equal(false);
      expect(isTwice(approve(5n, PERMIT2), pass(), swap)).to.equal(false);
      // What only takes back does not count.
      expect(isTwice(approve(5n, PERMIT2), pass(), lock)).to.equal(false);
      expect(isTwice(approve(5n, PERMIT2), pass(), nonces)).to.equal(true);
    });
  });

  it("names alternatives that are many to look at, once, from 65 rules on", () => {
    const text = `f(${Array(16).fill("uint8").join(",")})`;
    const alternatives = (count: number, rules: number) =>
      Array.from({ length: count }, (_, i) =>
        method(GAME, text, { rules: Array.from({ length: rules }, (__, word) => is(`${word}`, BigInt(i))) }),
      );
    const found = (...permissions: Permission[][]) =>
      lintPolicy(policyOf(...permissions)).filter(({ rule }) => rule === "many-alternatives");
    expect(found(...alternatives(4, 16))).to.deep.equal([]);
    expect(found(method(GAME, "a()"), ...alternatives(5, 13), method(ROUTER, "b()"))).to.deep.equal([
      {
        rule: "many-alternatives",
        severity: "warning",
        index: 1,
        message: "5 alternatives with 65 rules: each call may pay for all of them.",
      },
    ]);
  });

  describe("counts the lines of a registration in a wallet that shows it raw", () => {
    const found = (policy: Policy) => lintPolicy(policy).filter(({ rule }) => rule === "long-registration");
    const issueOf = (lines: number) => ({
      rule: "long-registration",
      severity: "warning",
      message: `A wallet that shows what is signed as it is shows ${lines} lines; at most 150 are read.`,
    });

    it("of which 150 are read, and 151 are one too many", () => {
      const ofSize = (methods: number, limits: number) =>
        definePolicy({
          ...{ app: "lint.example", maxDuration: 60, maxCalls: 1 },
          permissions: Array.from({ length: methods }, (_, i) => method(GAME, `f${i}()`)),
          limits: Array.from({ length: limits }, (_, i) => ({ unit: `0x${String(i + 1).padStart(40, "0")}`, cap: 1n })),
        });
      // 27 lines, 9 for each method, 5 for each limit.
      expect(found(ofSize(12, 3))).to.deep.equal([]);
      expect(found(ofSize(11, 5))).to.deep.equal([issueOf(151)]);
    });

    it("as they stand in what is printed of every policy of a protocol", () => {
      const counts = readPolicyFiles().map((file) => {
        const lines = printRegistration(file).trimEnd().split("\n").length;
        expect(found(file.policy as Policy), file.name).to.deep.equal(lines > 150 ? [issueOf(lines)] : []);
        return lines;
      });
      expect(Math.max(...counts)).to.be.greaterThan(150);
    });
  });

  describe("of alternatives", () => {
    const COUNTER: Address = "0x0000000000000000000000000000000000000001";
    const counting = (rules: Rule[], spends: Permission["spends"], maxValue = 0n) =>
      method(GAME, "sell(uint96,uint8)", { rules, spends, maxValue });
    const byAmount = [{ unit: TOKEN, argument: "0", amount: 0n, scale: 0 }];
    const once = [{ unit: TOKEN, argument: "", amount: 1n, scale: 0 }];
    const uneven = (...permissions: Permission[][]) => {
      const limits = [TOKEN, COUNTER, zeroAddress].map((unit) => ({ unit, cap: 1n }));
      const policy = definePolicy({ app: "lint.example", maxDuration: 60, maxCalls: 1, permissions, limits });
      return lintPolicy(policy).filter(({ rule }) => rule === "uneven-alternatives");
    };
    const least = ruleOf("0", "is at least", { numbers: [1n] });

    it("names one that counts less of what an earlier one counts, where the key chooses which of them decides (ATK-115)", () => {
      const [issue, ...more] = uneven(counting([is("1", 1n), least], byAmount), counting([least], once));
      expect(more).to.deep.equal([]);
      expect(issue).to.deep.equal({
        rule: "uneven-alternatives",
        severity: "warning",
        index: 1,
        message:
          `Alternative 2 of sell(uint96,uint8) counts less of ${TOKEN} than alternative 1, which the key can make fail ` +
          "without leaving its bounds.",
      });
    });

    it("names one that an earlier one leaves by the value alone", () => {
      const worth = ruleOf("value", "is at least", { numbers: [1n] });
      expect(uneven(counting([least], byAmount), counting([least, worth], once, 1n))).to.have.length(1);
      // Two bounds of the value that exclude one another: the key sends what it likes.
      const dear = ruleOf("value", "is at least", { numbers: [2n] });
      const cheap = ruleOf("value", "is at most", { numbers: [1n] });
      expect(uneven(counting([least, dear], byAmount, 5n), counting([least, cheap], once, 5n))).to.have.length(1);
    });

    it("names none that counts as much, or that no call could reach beside the other", () => {
      expect(uneven(counting([is("1", 1n), least], byAmount), counting([least], byAmount))).to.deep.equal([]);
      expect(uneven(counting([is("1", 1n), least], byAmount), counting([is("1", 2n), least], once))).to.deep.equal([]);
      const above = ruleOf("0", "is at least", { numbers: [9n] });
      const below = ruleOf("0", "is at most", { numbers: [8n] });
      expect(uneven(counting([below], byAmount), counting([above], once))).to.deep.equal([]);
      const not = ruleOf("1", "is not", { numbers: [1n] });
      expect(uneven(counting([is("1", 1n), least], byAmount), counting([not, least], once))).to.deep.equal([]);
      // The first one counts less: whoever decides later counts more.
      expect(uneven(counting([is("1", 1n), least], once), counting([least], [...once]))).to.deep.equal([]);
    });
  });

  it("names texts that a wallet may not show whole, of methods and of what is inside, from 256 characters on", () => {
    const long = (length: number) => `${"a".repeat(length - "(uint8)".length)}(uint8)`;
    const inside = (length: number) =>
      method(GAME, "run(bytes)", { inner: [{ argument: "0", types: long(length) }], rules: [is("0:0", 1n)] });
    expect(lint(method(GAME, long(255)))).to.not.include("long-text");
    expect(lint(inside(255))).to.not.include("long-text");
    expect(lint(inside(256))).to.include("long-text");
    const issue = lintPolicy(policyOf(method(GAME, long(256)))).find(({ rule }) => rule === "long-text");
    expect(issue?.message).to.equal("A text of 256 characters: a wallet may not show it whole.");
  });
});
