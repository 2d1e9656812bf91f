import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect } from "chai";
import { concat, getAddress, id, keccak256, parseEther, toUtf8Bytes, ZeroAddress, zeroPadValue } from "ethers";
import type { Address } from "viem";
import { PolicyFileError, UnsafePolicyError } from "../../sdk/src/errors/index.ts";
import {
  definePolicy,
  durationInWords,
  formatPolicyFile,
  hashPolicy,
  parsePolicyFile,
  policyFromJson,
  policyToJson,
} from "../../sdk/src/policies/index.ts";
import { parseDuration } from "../../sdk/src/policies/units.ts";
import type { Policy } from "../../sdk/src/types.ts";
import { ANY_TARGET, hashPolicy as idOf } from "../support/reference/policy.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";
import { publish } from "../support/reference/publication.ts";

const FOLDER = fileURLToPath(new URL("../../examples/policies/", import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => /^(?!policy\.schema).*\.json$/.test(file));
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

/** Publishes it by the model, which says how far each permission is trusted. */
function trustOf(policy: Policy): string[] {
  const fungible = policy.limits.map(({ unit }) => unit.toLowerCase() as Address);
  const facts = { machinery: [], fungible, nonFungible: [], assets: {} };
  return publish(structuredClone(policy) as never, facts).permissions.map(({ trust }) => trust);
}

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
const counter = (number: number) => getAddress(`0x${number.toString(16).padStart(40, "0")}`);
const only = (text: string, permission: unknown) => parse(method(text, permission)).policy.permissions[0]!;

describe("The client's reader of policy files", () => {
  describe("of files that nobody meant to write", () => {
    const refusal = (run: () => unknown): PolicyFileError => {
      try {
        run();
      } catch (thrown) {
        expect(thrown).to.be.instanceOf(PolicyFileError);
        return thrown as PolicyFileError;
      }
      return expect.fail("nothing was refused");
    };

    it("takes a mark of the byte order for nothing", () => {
      expect(parse(`\ufeff${JSON.stringify(file())}`)).to.deep.equal(parse(file()));
      expect(refusal(() => parse("\ufeff\ufeff{}")).message).to.match(/^x\.json: is not JSON/);
    });

    it("says of an address with a wrong letter that it is one, wherever it stands", () => {
      const good = addressOf("SocialCore");
      const bad = good.replace(/[a-f]/, (letter) => letter.toUpperCase());
      const wrong = bad === good ? good.replace(/[A-F]/, (letter) => letter.toLowerCase()) : bad;
      const said = `is an address with a bad checksum, "${wrong}": a character is wrong.`;
      const files = [
        file({ contracts: { [wrong]: { "post(string)": {} } } }),
        file({ gas: { budget: "1 ETH", paymaster: wrong } }),
        method("f(address)", { arguments: { "0": { is: wrong } } }),
      ];
      for (const each of files) expect(refusal(() => parse(each)).message).to.contain(said);
      const plain = policyToJson(parse(file()).policy);
      expect(refusal(() => parse({ policy: { ...plain, paymaster: wrong } })).message).to.contain(said);
    });

    it("repeats no value whole that is long, and says what JSON has no word for", () => {
      const digits = "9".repeat(100_000);
      const { message } = refusal(() => parse(file({ limits: { POKE: `${digits} POKE` } })));
      expect(message.length).to.be.below(400);
      expect(message).to.match(/^x\.json: limits\.POKE: "9{90,100}… does not fit 128 bits\./);
      const endless = JSON.stringify(file()).replace('"calls":10', '"calls":1e400');
      expect(refusal(() => parse(endless)).message).to.match(/found a number that is too large\./);
      const key = "k".repeat(100_000);
      expect(refusal(() => parse(file({ [key]: 1 }))).message.length).to.be.below(400);
      // What a terminal would obey is shown as what it is.
      expect(refusal(() => parse(file({ app: "\u001b[2J" }))).message).to.not.match(/\u001b/);
      expect(refusal(() => parse(file({ "\u202eppa": "x" }))).message).to.contain("\\u{202e}ppa");
    });

    it("reads 20 MB in one text, and any depth, without more work than they are", () => {
      const long = "a".repeat(20_000_000);
      expect(parse(JSON.stringify(file({ about: long }))).about).to.have.length(long.length);
      expect(refusal(() => parse(JSON.stringify(file({ app: long })))).message.length).to.be.below(400);
      expect(refusal(() => parse(`{"app": ${"7".repeat(1_000_000)}}`)).message.length).to.be.below(400);
      const depth = 5_000;
      const deep = `{"limits": ${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
      expect(refusal(() => parse(deep)).message).to.match(/^x\.json:1: session: expected an object, found nothing\./);
      expect(refusal(() => parse(`[${"[".repeat(depth)}${"]".repeat(depth)}]`)).message).to.match(/expected an object/);
      expect(() => parse('{"a\\"b": 1, "a\\"b": 2}')).to.throw("stands twice");
    });

    it("writes nothing where every object would see it, whatever a book calls its contracts", () => {
      const feed = addressOf("Feed");
      const hostile = JSON.parse(
        `{"contracts":{"__proto__":"${feed}"},"tokens":{"__proto__":{"address":"${feed}","decimals":1}}}`,
      ) as never;
      const policy = definePolicy({
        ...{ app: "test.example", maxDuration: 60, maxCalls: 1 },
        permissions: [[only("polluted(uint8)", {})]],
      });
      const written = formatPolicyFile(policy, { book: hostile });
      expect(Object.keys(written.contracts)).to.deep.equal([feed]);
      expect(({} as Record<string, unknown>)["polluted(uint8)"]).to.equal(undefined);
    });

    it("gives back what it wrote as JSON, without a loss of a digit", () => {
      const whole = 2n ** 128n - 1n;
      const policy = definePolicy({
        ...{ app: "test.example", maxDuration: 60, maxCalls: 1 },
        permissions: [[only("f(int96)", { arguments: { "0": { atLeast: -5 } } })]],
        limits: [{ unit: addressOf("POKE"), cap: whole, period: 60, fromStart: true }],
      });
      const json = policyToJson(policy);
      expect(json.limits[0]!.cap).to.equal(String(whole));
      expect(policyFromJson(JSON.stringify(json))).to.deep.equal(policy);
      expect(policyFromJson(json)).to.deep.equal(policy);
      expect(hashPolicy(policyFromJson(json))).to.equal(hashPolicy(policy));
      expect(refusal(() => policyFromJson({ ...json, maxCalls: "9" }, { file: "kept" })).message).to.match(
        /^kept: maxCalls: expected a whole number/,
      );
      expect(refusal(() => policyFromJson("[]")).message).to.match(/^policy:1: expected an object/);
    });
  });

  for (const name of FILES) {
    it(`finds ${name} good, and so does the schema`, () => {
      const { policy, about, usual } = parsePolicyFile(readFileSync(FOLDER + name, "utf8"), { book, file: name });
      expect(trustOf(policy)).to.have.length.above(0);
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
      app: "test.example",
      minDuration: 60,
      maxDuration: 7_200,
      maxCalls: 10,
      gasBudget: parseEther("0.01"),
      selfPaid: true,
      paymaster: addressOf("GameShop"),
      limits: [
        { unit: ZeroAddress, cap: parseEther("1"), period: 3_600, fromStart: false },
        { unit: addressOf("POKE"), cap: parseEther("5"), period: 0, fromStart: false },
      ],
    });
    expect(permissions.map(({ target, method: text, maxValue }) => [target, text, maxValue])).to.deep.equal([
      [addressOf("Feed"), "", parseEther("0.5")],
      [addressOf("Feed"), "post(string)", 0n],
      [addressOf("Feed"), "*", 0n],
      [ANY_TARGET, "like(uint256)", 0n],
    ]);
  });

  it("reads what a call spends: an amount of the policy's or an argument's, of tokens and counters", () => {
    const spendsOf = (text: string, spends: unknown) => {
      const { policy } = parse({
        ...method(text, { spends, open: ["*"] }),
        counters: { posts: 7 },
        limits: { POKE: "5 POKE", posts: "40 posts per 1d from the start" },
      });
      expect(policy.limits[0]).to.deep.equal({ unit: counter(7), cap: 40n, period: 86_400, fromStart: true });
      return policy.permissions[0]!.spends;
    };
    const poke = { unit: addressOf("POKE"), argument: "", amount: 0n, scale: 0 };
    expect(spendsOf("claim(address)", "1.5 POKE")).to.deep.equal([{ ...poke, amount: parseEther("1.5") }]);
    expect(spendsOf("poke(address,uint256)", { token: "POKE", argument: 1 })).to.deep.equal([
      { ...poke, argument: "1" },
    ]);
    expect(
      spendsOf("f(address,(uint8,uint256))", [
        { token: "POKE", argument: "1.1" },
        { token: "posts", argument: "1.0", scale: 2 },
      ]),
    ).to.deep.equal([
      { unit: counter(7), argument: "1.0", amount: 0n, scale: 2 },
      { ...poke, argument: "1.1" },
    ]);
  });

  it("reads what arguments must be, by their paths", () => {
    const types = "address,(uint8,bool),bytes4,int16,string,address[],bytes";
    const { rules } = only(`f(${types})`, {
      arguments: {
        "0": { is: "principal", isNot: ["USD", "WETH"] },
        "1.0": { atLeast: 1, atMost: "200" },
        "1.1": { is: true },
        "2": { is: "0x12345678" },
        "3": { isOneOf: [5, -1] },
        "4": { contentIs: "gm" },
        "5": { contentIs: ["USD", "WETH"] },
        "6": { contentIsOneOf: ["0x", "0xabcd"] },
        "6.length": { atMost: 2 },
      },
    });
    const at = (argument: string) =>
      rules
        .filter((rule) => rule.argument === argument)
        .map(({ test, addresses, numbers, words }) => [test, ...addresses, ...numbers, ...words]);
    const content = (text: string) => keccak256(text);
    expect(rules).to.have.length(11);
    expect(at("0")).to.deep.equal([
      ["is not", ...[addressOf("USD"), addressOf("WETH")].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))],
      ["is the principal"],
    ]);
    expect(at("1.0")).to.deep.equal([
      ["is at least", 1n],
      ["is at most", 200n],
    ]);
    expect(at("1.1")).to.deep.equal([["is", 1n]]);
    expect(at("2")).to.deep.equal([["is", "0x12345678".padEnd(66, "0")]]);
    expect(at("3")).to.deep.equal([["is one of", -1n, 5n]]);
    expect(at("4")).to.deep.equal([["has the content", keccak256(toUtf8Bytes("gm"))]]);
    const path = concat([addressOf("USD"), addressOf("WETH")].map((each) => zeroPadValue(each, 32)));
    expect(at("5")).to.deep.equal([["has the content", content(path)]]);
    expect(at("6")).to.deep.equal([["has one of the contents", ...[content("0x"), content("0xabcd")].sort()]]);
    expect(at("6.length")).to.deep.equal([["is at most", 2n]]);
  });

  it("reads rates, the principal among others, what is inside bytes, alternatives and several limits", () => {
    const { policy } = parse({
      ...file({ limits: { ETH: ["1 ETH per 1h", "3 ETH"], POKE: "5 POKE" } }),
      contracts: {
        Feed: {
          "f(address,uint256,bytes[])": [
            {
              value: "1 ETH",
              inner: { "2[*]": "sweep(address,uint256)" },
              arguments: {
                value: { atLeastAtRate: { per: "1", rate: "0.5 ETH / 2.5 USD" } },
                "0": { isOneOf: ["GameShop", "principal"] },
                "2[*]:0": { is: "principal" },
                "2[*]:1": { atLeast: 1 },
              },
            },
            { open: ["0", "2"] },
          ],
        },
      },
    });
    const [first, second] = policy.permissions;
    expect(policy.limits.map(({ cap, period }) => [cap, period])).to.deep.equal([
      [parseEther("3"), 0],
      [parseEther("1"), 3_600],
      [parseEther("5"), 0],
    ]);
    expect(first!.inner).to.deep.equal([{ argument: "2[*]", types: "sweep(address,uint256)" }]);
    expect(first!.rules.find(({ argument }) => argument === "value")).to.deep.include({
      test: "is at least at rate",
      per: "1",
      numbers: [200_000_000_000n, 1n],
    });
    expect(first!.rules.find(({ argument }) => argument === "0")).to.deep.include({
      test: "is one of or the principal",
      addresses: [addressOf("GameShop")],
    });
    expect(second!.open).to.deep.equal(["0", "2"]);
    expect(trustOf(policy)).to.deep.equal(["trusted", "open"]);
  });

  it("takes amounts with units as numbers", () => {
    const [rule] = only("f(uint256)", { arguments: { "0": { atMost: "2.5 USD" } } }).rules;
    expect(rule!.numbers).to.deep.equal([2_500_000n]);
  });

  it("says the line of what is wrong", () => {
    const text = JSON.stringify(method("f(address)", { arguments: { "0": { is: "Bank" } } }), undefined, 2);
    const line = text.split("\n").findIndex((each) => each.includes("Bank")) + 1;
    const refusal = thrownBy(text);
    expect([refusal.line, refusal.place]).to.deep.equal([line, 'contracts.Feed."f(address)".arguments."0".is']);
    expect(refusal.shortMessage).to.match(new RegExp(`^x\\.json:${line}: contracts`));
    // Of what is missing the line of its object, of a list's item its own; of a value there is none.
    expect(thrownBy('{\n"app": "a",\n"session": {\n"longest": "1h" }}').line).to.equal(3);
    const open = JSON.stringify(method("f(address)", { open: ["0", 1] }), undefined, 2);
    expect(thrownBy(open).line).to.equal(open.split("\n").findIndex((each) => each.trim() === "1") + 1);
    expect(thrownBy([]).line).to.equal(undefined);
    expect(thrownBy('{"app": "a",\n\n"app": "b"}').line).to.equal(3);
  });

  it("says where in the file stands what the chain would refuse", () => {
    const free = thrownBy(JSON.stringify(method("f(address)", {}), undefined, 2));
    expect(free.place).to.equal('contracts.Feed."f(address)"');
    expect(free.line).to.be.greaterThan(1);
    expect(free.cause).to.be.instanceOf(UnsafePolicyError).that.includes({ errorName: "UnboundArgument", value: "0" });
  });

  it("reads a policy in its own fields, in its one spelling alone", () => {
    for (const { name, policy } of readPolicyFiles()) {
      const text = readFileSync(new URL(`../../examples/policies/protocols/${name}.json`, import.meta.url), "utf8");
      const { policy: read, about } = parsePolicyFile(text, { file: name });
      expect(hashPolicy(read), name).to.equal(idOf(policy));
      expect(about).to.have.length.above(0);
    }
    const fields = {
      ...{ app: "test", minDuration: 60, maxDuration: 60, maxCalls: 1, gasBudget: "0", selfPaid: false },
      ...{ paymaster: ZeroAddress, limits: [] },
    };
    const one = (text: string) => ({
      ...{ target: "Feed", method: text, maxValue: 0, spends: [], rules: [], inner: [], consumable: false, open: [] },
    });
    expect(parse({ policy: { ...fields, permissions: [one("a()")] } }).policy.permissions[0]!.target).to.equal(
      addressOf("Feed"),
    );
    const refusal = thrownBy({ policy: { ...fields, permissions: [one("f(address)")] } });
    expect([refusal.place, (refusal.cause as UnsafePolicyError).errorName]).to.deep.equal([
      "policy.permissions[0].rules",
      "UnboundArgument",
    ]);
    expect(thrownBy({ policy: { ...fields, permissions: [one("f()")], limit: 1 } }).place).to.equal("policy.limit");
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
      file({ limits: { POKE: "1 POKE per 59s" } }),
      'x.json: limits.POKE: a period is at least 1m, found "59s".',
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
    [
      "what is no method",
      method("post it", {}),
      'x.json: contracts.Feed."post it": is no method from byte 4 on;',
      true,
    ],
    ["an alias of a type", method("f(uint)", {}), 'x.json: contracts.Feed."f(uint)": is no method from byte 2 on;'],
    ["a space", method("f(uint256, bool)", {}), "is no method from byte 10 on;", true],
    [
      "an unknown word of a permission",
      method("f()", { spend: "1 POKE" }),
      'x.json: contracts.Feed."f()".spend: unknown; known here are value, spends, arguments, inner, open, consumable.',
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
    ["a spend of any method", method("any method", { spends: "1 POKE" }), "unsafe wildcard: *; expected one target"],
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
      "is no argument of the method; expected a path like 0.4",
      true,
    ],
    [
      "an argument that is not there",
      method("f(uint256)", { arguments: { "1": { is: 1 } } }),
      "is no argument of the method; expected a part of (uint256) other than 1.",
    ],
    ["an argument of none", method("f()", { arguments: { "0": { is: 1 } } }), "expected a part of () other than 0."],
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
      method("f(uint8)", { arguments: { "0": { is: "principal" } } }),
      "uint8 cannot be the principal.",
    ],
    [
      "an order of addresses",
      method("f(address)", { arguments: { "0": { atMost: "POKE" } } }),
      "address has no order; only uint and int have.",
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
      "expected 1 to 64 values, found 0.",
      true,
    ],
    [
      "a choice of 65",
      method("f(uint8)", { arguments: { "0": { isOneOf: Array.from({ length: 65 }, (_, i) => i) } } }),
      "expected 1 to 64 values, found 65.",
      true,
    ],
    [
      "a choice that stands twice",
      method("f(uint8)", { arguments: { "0": { isOneOf: [1, "1"] } } }),
      '"0".isOneOf[1]: stands twice.',
    ],
    [
      "18 rules",
      method("f(uint8[9])", {
        arguments: Object.fromEntries([...Array(9).keys()].map((i) => [`0[${i}]`, { atLeast: 1, atMost: 2 }])),
      }),
      "a permission has at most 16 rules, found 18.",
    ],
    ["a counter that is a token", file({ counters: { POKE: 1 } }), "x.json: counters.POKE: this name is a token's."],
    [
      "counter 65,536",
      file({ counters: { posts: 65_536 } }),
      "x.json: counters.posts: expected a whole number from 1 to 65535, found 65536.",
      true,
    ],
    ["one counter by two names", file({ counters: { a: 1, b: 1 } }), "x.json: counters.b: 1 is also a."],
    [
      "a lifetime from the start",
      file({ limits: { POKE: "1 POKE from the start" } }),
      "a lifetime has no periods that could start",
      true,
    ],
    [
      "one period twice",
      file({ limits: { POKE: ["1 POKE per 1h", "2 POKE per 60m"] } }),
      "x.json: limits.POKE[1]: stands for the same unit and period as limits.POKE[0].",
    ],
    ["no alternative", method("f()", []), "names no alternative.", true],
    ["what is open anyway", method("any method", { open: ["*"] }), "any method is open anyway."],
    [
      "an inner that is no bytes",
      method("f(uint8)", { inner: { "0": "(uint8)" } }),
      "expected the path of bytes; argument 0 is uint8.",
    ],
    [
      "an inner of no types",
      method("f(bytes)", { inner: { "0": "uint8" } }),
      'expected types like "(address,uint256)"',
    ],
    [
      "a rate of one side",
      method("f(uint8,uint8)", { arguments: { "0": { atMostAtRate: { per: "1", rate: "3" } } } }),
      'expected a rate like "3/1000"',
      true,
    ],
    [
      "a rate of nothing",
      method("f(uint8,uint8)", { arguments: { "0": { atMostAtRate: { per: "1", rate: "0/1" } } } }),
      "both sides of a rate are above 0",
    ],
  ];
  function session(changes: Record<string, unknown>) {
    return file({ session: { shortest: "1m", longest: "2h", calls: 10, ...changes } });
  }
  function thrownBy(json: unknown): PolicyFileError {
    try {
      parse(json);
    } catch (thrown) {
      expect(thrown).to.be.instanceOf(PolicyFileError);
      return thrown as PolicyFileError;
    }
    return expect.fail("nothing was refused");
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
