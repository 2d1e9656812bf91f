import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect } from "chai";
import { encodeBytes32String, getAddress, id, keccak256, parseEther, toUtf8Bytes, ZeroAddress } from "ethers";
import type { Address } from "viem";
import { PolicyFileError } from "../../sdk/src/errors/index.ts";
import { durationInWords, parsePolicyFile } from "../../sdk/src/policies/index.ts";
import { parseDuration } from "../../sdk/src/policies/units.ts";
import type { Policy } from "../../sdk/src/types.ts";
import { ANY_TARGET, hashOfWords, RuleKind, sorted, word } from "../support/reference/policy.ts";

const FOLDER = fileURLToPath(new URL("../../examples/policies/", import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => file !== "policy.schema.json");
const schema = JSON.parse(readFileSync(FOLDER + "policy.schema.json", "utf8")) as object;
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

const addressOf = (name: string) => getAddress("0x" + id(name).slice(26)) as Address;
const CONTRACTS =
  "SocialFeed SocialEngagement SocialCore SocialMarket GameWorld GameShop UniswapV2Router UpvoteApp Feed";
const named = CONTRACTS.split(" ").map((name) => [name, addressOf(name)]);
const tokens = ["POKE", "USD", "WETH"].map((name) => [
  name,
  { address: addressOf(name), decimals: name === "USD" ? 6 : 18 },
]);
const book = {
  contracts: { ...(Object.fromEntries(named) as Record<string, Address>), Alias: addressOf("Feed") },
  tokens: Object.fromEntries(tokens) as Record<string, { address: Address; decimals: number }>,
};

/** The order that publication demands, by the reference. */
const inOrder = ({ permissions }: Policy) => sorted(structuredClone(permissions) as never);

/** A good file, with changes. */
function file(changes: Record<string, unknown> = {}) {
  return {
    app: "test.example",
    session: { shortest: "1m", longest: "2h", calls: 10 },
    gas: { budget: "0.01 ETH" },
    limits: { POKE: "5 POKE", ETH: "1 ETH per 1h" },
    contracts: { Feed: { "post(string)": {} } },
    ...changes,
  };
}
const method = (text: string, permission: unknown) => file({ contracts: { Feed: { [text]: permission } } });
const parse = (json: unknown) => parsePolicyFile(json, { book, file: "x.json" });
const only = (text: string, permission: unknown) => parse(method(text, permission)).policy.permissions[0]!;

describe("The client's reader of policy files", () => {
  for (const name of FILES) {
    it(`finds ${name} good, and so does the schema`, () => {
      const { policy, about, usual } = parsePolicyFile(readFileSync(FOLDER + name, "utf8"), { book, file: name });
      expect(policy.permissions).to.deep.equal(inOrder(policy)).and.have.length.above(0);
      expect(about).to.have.length.above(0);
      expect(usual).to.be.within(policy.minDuration, policy.maxDuration);
      expect(validate(JSON.parse(readFileSync(FOLDER + name, "utf8"))), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  it("sorts and encodes a policy", () => {
    const { policy } = parse(
      file({
        gas: { budget: "0.01 ETH", paidByPrincipal: true, paymaster: "GameShop" },
        contracts: {
          "any contract": { "like(uint256)": {} },
          Feed: { "native transfer": { value: "0.5 ETH" }, "any method": {}, "post(string)": {} },
        },
      }),
    );
    const { permissions, ...rest } = policy;
    expect(rest).to.deep.equal({
      app: encodeBytes32String("test.example"),
      minDuration: 60,
      maxDuration: 7_200,
      maxCalls: 10,
      gasBudget: parseEther("0.01"),
      selfPaid: true,
      paymaster: addressOf("GameShop"),
      limits: [
        { token: addressOf("POKE"), cap: parseEther("5"), period: 0 },
        { token: ZeroAddress, cap: parseEther("1"), period: 3_600 },
      ],
    });
    expect(permissions.map(({ target, method: text, maxValue }) => [target, text, maxValue])).to.deep.equal([
      [addressOf("Feed"), "post(string)", 0n],
      [addressOf("Feed"), "", parseEther("0.5")],
      [addressOf("Feed"), "*", 0n],
      [ANY_TARGET, "like(uint256)", 0n],
    ]);
  });

  it("reads what a call spends: an amount of the policy's or an argument's", () => {
    const constant = only("claim()", { spends: "1.5 POKE" });
    expect([constant.spendToken, constant.spendAmount, constant.amountArgument]).to.deep.equal([
      addressOf("POKE"),
      parseEther("1.5"),
      0,
    ]);
    const argument = only("poke(address,uint256)", { spends: { token: "POKE", argument: 1 } });
    expect([argument.spendToken, argument.spendAmount, argument.amountArgument]).to.deep.equal([
      addressOf("POKE"),
      0n,
      1,
    ]);
  });

  it("reads what arguments must be, by head word", () => {
    const types = "address,(uint8,bool),bytes4,int16,string,address[],bytes";
    const { rules } = only(`f(${types})`, {
      arguments: {
        "0": { is: "principal", isNot: "USD" },
        "1": { atLeast: 1, atMost: "200" },
        "2": { is: true },
        "3": { is: "0x12345678" },
        "4": { isOneOf: [-1, 5] },
      },
    });
    const content = only(`f(${types})`, {
      arguments: {
        "6": { contentIs: ["USD", "WETH"] },
        "5": { contentIs: "gm" },
        "7": { contentIsOneOf: ["0x", "0xabcd"] },
      },
    });
    expect(rules).to.have.length(7);
    const at = (position: number) =>
      [...rules, ...content.rules].filter((rule) => rule.word === position).map(({ kind, values }) => [kind, values]);
    expect(at(0)).to.deep.equal([
      [RuleKind.EQUAL_PRINCIPAL, []],
      [RuleKind.NOT_EQUAL, [word(addressOf("USD"))]],
    ]);
    expect(at(1)).to.deep.equal([
      [RuleKind.GREATER_OR_EQUAL, [word(1)]],
      [RuleKind.LESS_OR_EQUAL, [word(200)]],
    ]);
    expect(at(2)).to.deep.equal([[RuleKind.EQUAL, [word(1)]]]);
    expect(at(3)).to.deep.equal([[RuleKind.EQUAL, ["0x12345678".padEnd(66, "0")]]]);
    expect(at(4)).to.deep.equal([[RuleKind.ONE_OF, [word(5), word(-1)]]]);
    expect(at(5)).to.deep.equal([[RuleKind.EQUAL_HASH, [keccak256(toUtf8Bytes("gm"))]]]);
    expect(at(6)).to.deep.equal([[RuleKind.EQUAL_HASH, [hashOfWords([addressOf("USD"), addressOf("WETH")])]]]);
    expect(at(7)).to.deep.equal([[RuleKind.ONE_OF_HASH, [keccak256("0x"), keccak256("0xabcd")].sort()]]);
  });

  it("takes amounts with units as numbers", () => {
    const [rule] = only("f(uint256)", { arguments: { "0": { atMost: "2.5 USD" } } }).rules;
    expect(rule!.values).to.deep.equal([word(2_500_000)]);
  });

  const BAD: [what: string, json: unknown, message: string, bySchema?: boolean][] = [
    ["a list", [], "x.json: expected an object, found a list.", true],
    ["an unknown member", file({ contract: {} }), "x.json: contract: unknown; known here are", true],
    ["no app", file({ app: undefined }), "x.json: app: expected a text, found nothing.", true],
    ["a long app", file({ app: "x".repeat(32) }), "x.json: app: expected 1 to 31 printable ASCII characters", true],
    ["an accent", file({ app: "caf\u00e9" }), "x.json: app: expected 1 to 31 printable ASCII characters", true],
    [
      "a number as a duration",
      session({ longest: 7200 }),
      "x.json: session.longest: expected a text, found 7200.",
      true,
    ],
    [
      "a wordy duration",
      session({ longest: "2 hours" }),
      'x.json: session.longest: expected a duration like "2h"',
      true,
    ],
    ["a short duration", session({ shortest: "59s" }), 'x.json: session.shortest: "59s" is not between 1m and 365d.'],
    ["a long duration", session({ longest: "366d" }), 'x.json: session.longest: "366d" is not between 1m and 365d.'],
    [
      "durations the wrong way round",
      session({ shortest: "3h" }),
      'x.json: session.longest: "2h" is shorter than the shortest, "3h".',
    ],
    [
      "an unusual usual",
      session({ usual: "3h" }),
      'x.json: session.usual: "3h" is not between the shortest and the longest, "2h".',
    ],
    [
      "no calls",
      session({ calls: 0 }),
      "x.json: session.calls: expected a whole number from 1 to 1048575, found 0.",
      true,
    ],
    ["half a call", session({ calls: 1.5 }), "x.json: session.calls: expected a whole number", true],
    ["no gas", file({ gas: undefined }), "x.json: gas: expected an object, found nothing.", true],
    [
      "gas without a unit",
      file({ gas: { budget: "1" } }),
      'x.json: gas.budget: expected an amount like "1.5 ETH", found "1".',
      true,
    ],
    [
      "gas in POKE",
      file({ gas: { budget: "1 POKE" } }),
      'x.json: gas.budget: expected an amount of ETH, found "1 POKE".',
    ],
    [
      "much gas",
      file({ gas: { budget: "9999999 ETH" } }),
      'x.json: gas.budget: "9999999 ETH" is more than 68.719476735 ETH.',
    ],
    [
      "a fraction of a gwei",
      file({ gas: { budget: "0.0000000001 ETH" } }),
      'x.json: gas.budget: "0.0000000001 ETH" is no whole number of gwei.',
    ],
    [
      "a paymaster nobody knows",
      file({ gas: { budget: "1 ETH", paymaster: "Bank" } }),
      'x.json: gas.paymaster: there is no contract named "Bank"',
    ],
    [
      "a flag in words",
      file({ gas: { budget: "1 ETH", paidByPrincipal: "yes" } }),
      'x.json: gas.paidByPrincipal: expected true or false, found "yes".',
      true,
    ],
    [
      "a limit on an unknown token",
      file({ limits: { DOGE: "1 DOGE" } }),
      "x.json: limits.DOGE: there is no token of this name; known are ETH, POKE, USD, WETH.",
    ],
    [
      "a limit in another token",
      file({ limits: { POKE: "1 USD" } }),
      'x.json: limits.POKE: expected an amount of POKE, found "1 USD".',
    ],
    ["a negative limit", file({ limits: { POKE: "-1 POKE" } }), "x.json: limits.POKE: expected an amount", true],
    [
      "too many decimals",
      file({ limits: { USD: "0.0000001 USD" } }),
      'x.json: limits.USD: USD has 6 decimals, found "0.0000001 USD".',
    ],
    ["a huge limit", file({ limits: { POKE: `${2n ** 128n} POKE` } }), "x.json: limits.POKE:"],
    [
      "a short period",
      file({ limits: { POKE: "1 POKE per 4m" } }),
      'x.json: limits.POKE: a period is at least 5m, found "4m".',
    ],
    [
      "a strange period",
      file({ limits: { POKE: "1 POKE per hour" } }),
      'x.json: limits.POKE: expected a period like "per 1h", found "hour".',
      true,
    ],
    ["no contract", file({ contracts: {} }), "x.json: contracts: names no contract", true],
    [
      "a contract nobody knows",
      file({ contracts: { Bank: { "f()": {} } } }),
      'x.json: contracts.Bank: there is no contract named "Bank"',
    ],
    ["a contract without methods", file({ contracts: { Feed: {} } }), "x.json: contracts.Feed: names no method", true],
    [
      "the same contract by two names",
      file({ contracts: { Feed: { "f()": {} }, Alias: { "f()": {} } } }),
      'x.json: contracts.Alias."f()": stands for the same contract and method as contracts.Feed."f()".',
    ],
    ["what is no method", method("post it", {}), 'x.json: contracts.Feed."post it": is no method;', true],
    ["an alias of a type", method("f(uint)", {}), 'x.json: contracts.Feed."f(uint)": write it as "f(uint256)"'],
    ["a space", method("f(uint256, bool)", {}), 'write it as "f(uint256,bool)"', true],
    [
      "an unknown word of a permission",
      method("f()", { spend: "1 POKE" }),
      'x.json: contracts.Feed."f()".spend: unknown; known here are value, spends, arguments, consumable.',
      true,
    ],
    [
      "value without a limit",
      { ...method("f()", { value: "1 ETH" }), limits: {} },
      'a call with value needs a limit on ETH, found "1 ETH" and none.',
    ],
    [
      "a spend without a unit",
      method("f()", { spends: "1" }),
      'x.json: contracts.Feed."f()".spends: expected an amount like "1 POKE", found "1".',
      true,
    ],
    ["a spend of nothing", method("f()", { spends: "0 POKE" }), "is not between 1 and 2^128 - 1 base units."],
    ["a spend of an unknown token", method("f()", { spends: "1 DOGE" }), "there is no token DOGE; known are"],
    ["a spend without a limit", method("f()", { spends: "1 USD" }), 'USD has no limit; add one under "limits".'],
    ["a spend of any method", method("any method", { spends: "1 POKE" }), "only a method of its own can spend."],
    [
      "a spend of ETH",
      method("f(uint256)", { spends: { token: "ETH", argument: 0 } }),
      'ETH is spent by "value", not declared, found "ETH".',
    ],
    [
      "a spend in argument 64",
      method("f(uint256)", { spends: { token: "POKE", argument: 64 } }),
      "expected a whole number from 0 to 63, found 64.",
      true,
    ],
    [
      "arguments of any method",
      method("any method", { arguments: { "0": { is: 1 } } }),
      "only a method of its own has arguments.",
    ],
    [
      "an argument by name",
      method("f(uint256)", { arguments: { to: { is: 1 } } }),
      "expected an argument's number, 0 to 0.",
      true,
    ],
    [
      "an argument that is not there",
      method("f(uint256)", { arguments: { "1": { is: 1 } } }),
      "expected an argument's number, 0 to 0.",
    ],
    ["an argument of none", method("f()", { arguments: { "0": { is: 1 } } }), "the method takes no arguments."],
    [
      "an empty condition",
      method("f(uint256)", { arguments: { "0": {} } }),
      "says nothing; known are is, isNot,",
      true,
    ],
    [
      "an unknown condition",
      method("f(uint256)", { arguments: { "0": { equals: 1 } } }),
      "unknown; known here are is, isNot,",
      true,
    ],
    [
      "a number as the principal",
      method("f(uint256)", { arguments: { "0": { is: "principal" } } }),
      "uint256 cannot be the principal.",
    ],
    [
      "an order of addresses",
      method("f(address)", { arguments: { "0": { atMost: "POKE" } } }),
      "address has no order; only uint does.",
    ],
    [
      "an unknown address",
      method("f(address)", { arguments: { "0": { is: "Bank" } } }),
      'expected an address or a known name, found "Bank".',
    ],
    ["too large a number", method("f(uint8)", { arguments: { "0": { is: 256 } } }), "256 is no uint8."],
    ["a negative number", method("f(uint8)", { arguments: { "0": { is: -1 } } }), "-1 is no uint8."],
    [
      "an inexact number",
      method("f(uint256)", { arguments: { "0": { is: 2 ** 60 } } }),
      "is not exact; write a whole number as a text.",
    ],
    [
      "a bool in words",
      method("f(bool)", { arguments: { "0": { is: "yes" } } }),
      'expected true or false, found "yes".',
    ],
    [
      "bytes of another length",
      method("f(bytes4)", { arguments: { "0": { is: "0x12" } } }),
      'expected 4 bytes in hex, found "0x12".',
    ],
    [
      "a string compared as a word",
      method("f(string)", { arguments: { "0": { is: "gm" } } }),
      'string is compared by "contentIs".',
    ],
    [
      "the content of a number",
      method("f(uint256)", { arguments: { "0": { contentIs: [1] } } }),
      "uint256 has no content to compare",
    ],
    [
      "the content of a list of strings",
      method("f(string[])", { arguments: { "0": { contentIs: ["a"] } } }),
      "string[] has no content to compare",
    ],
    [
      "a hash of 31 bytes",
      method("f(string)", { arguments: { "0": { contentHashIs: `0x${"ab".repeat(31)}` } } }),
      "expected 32 bytes in hex, found",
      true,
    ],
    [
      "the hash of a number",
      method("f(uint256)", { arguments: { "0": { contentHashIs: `0x${"ab".repeat(32)}` } } }),
      "uint256 has no content to compare",
    ],
    [
      "no choice",
      method("f(uint8)", { arguments: { "0": { isOneOf: [] } } }),
      "expected 1 to 32 values, found 0.",
      true,
    ],
    [
      "a choice of 33",
      method("f(uint8)", { arguments: { "0": { isOneOf: Array.from({ length: 33 }, (_, i) => i) } } }),
      "expected 1 to 32 values, found 33.",
      true,
    ],
    [
      "a choice that stands twice",
      method("f(uint8)", { arguments: { "0": { isOneOf: [1, "1"] } } }),
      '"0".isOneOf[1]: stands twice.',
    ],
    [
      "nine rules",
      method("f(uint8,uint8,uint8,uint8,uint8)", {
        arguments: Object.fromEntries([0, 1, 2, 3, 4].map((i) => [i, { atLeast: 1, atMost: 2 }])),
      }),
      "a permission has at most 8 rules, found 10.",
    ],
  ];
  function session(changes: Record<string, unknown>) {
    return file({ session: { shortest: "1m", longest: "2h", calls: 10, ...changes } });
  }
  for (const [what, json, message, bySchema] of BAD) {
    it(`refuses ${what}`, () => {
      let thrown: unknown;
      try {
        parse(json);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.be.instanceOf(PolicyFileError);
      expect((thrown as Error).message).to.include(message);
      if (bySchema) expect(validate(JSON.parse(JSON.stringify(json))), "schema").to.equal(false);
    });
  }

  it("refuses what is no JSON", () => {
    expect(() => parse("import")).to.throw(PolicyFileError, "x.json: is not JSON:");
  });
});

describe("Durations", () => {
  it("are read and written", () => {
    expect(["2h", "1h 30m", "25d", "1d 1s"].map(parseDuration)).to.deep.equal([7_200, 5_400, 2_160_000, 86_401]);
    expect(["", "0h", "1 h", "1m 1h", "1h 1h", "1w", "1h30m", "-1h"].map(parseDuration)).to.deep.equal(
      Array(8).fill(undefined),
    );
    expect([0, 61, 90_061].map(durationInWords)).to.deep.equal(["0 s", "1 min 1 s", "1 d 1 h 1 min 1 s"]);
  });
});
