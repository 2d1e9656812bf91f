import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import { getAddress, keccak256, stringToHex, toHex, zeroAddress, type Address, type Hex } from "viem";
import { PolicyError, PolicyFileError } from "../../sdk/src/errors/index.ts";
import {
  checkPolicy,
  definePolicy,
  formatPolicyFile,
  hashPolicy,
  parseAddressBook,
  parsePolicyFile,
  type AddressBook,
} from "../../sdk/src/policies/index.ts";
import { type Permission, type Policy, type Rule, type RuleTest } from "../../sdk/src/types.ts";
import { seeded } from "../support/fuzz.ts";
import { readPolicyFiles } from "../support/reference/policyFiles.ts";

const FOLDER = fileURLToPath(new URL("../../examples/policies/", import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => /^(?!policy\.schema).*\.json$/.test(file));
const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(FOLDER + "policy.schema.json", "utf8")) as object,
);

const addressOf = (name: string) => getAddress(`0x${keccak256(stringToHex(name)).slice(26)}`);
const counter = (number: number) => getAddress(`0x${number.toString(16).padStart(40, "0")}`);
const CONTRACTS = ["SocialFeed", "SocialEngagement", "SocialCore", "SocialMarket", "GameWorld", "GameShop"];
const book: AddressBook = {
  contracts: Object.fromEntries([...CONTRACTS, "UniswapV2Router", "UpvoteApp"].map((name) => [name, addressOf(name)])),
  tokens: {
    POKE: { address: addressOf("POKE"), decimals: 18 },
    USD: { address: addressOf("USD"), decimals: 6 },
    WETH: { address: addressOf("WETH"), decimals: 18 },
  },
};

const minimal = {
  app: "test.example",
  session: { shortest: "1m", longest: "2h", calls: 10 },
  gas: { budget: "0.01 ETH" },
  contracts: { SocialFeed: { "post(string)": {} } },
};

function refusal(run: () => unknown): PolicyFileError {
  try {
    run();
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(PolicyFileError).with.property("code", "SESSION_UNSAFE_POLICY");
    return thrown as PolicyFileError;
  }
  return expect.fail("nothing was refused");
}

describe("The client's policy files", () => {
  for (const name of FILES) {
    it(`read ${name}, write it, and read the same policy again`, () => {
      const text = readFileSync(FOLDER + name, "utf8");
      const { policy, about, usual, contents, counters } = parsePolicyFile(text, { book, file: name });
      const named = Object.fromEntries(
        Object.entries(counters).map(([unit, { symbol }]) => [symbol, Number(BigInt(unit))]),
      );
      const written = formatPolicyFile(policy, { book, about, usual, contents, counters: named });
      expect(validate(written), JSON.stringify(validate.errors)).to.equal(true);
      expect(parsePolicyFile(JSON.stringify(written), { book })).to.deep.equal({
        ...{ policy, about, usual, contents, counters },
      });
      // Names, amounts and contents come back as they were; a bound of an argument has lost its unit.
      const same = JSON.parse(text.replace('"0.001 WETH"', String(10n ** 15n))) as typeof written;
      expect(sorted(written)).to.deep.equal(
        sorted({ ...same, session: { ...same.session, usual: same.session.usual ?? same.session.longest } }),
      );
    });
  }

  it("say what their contracts need, and mean the same as the policies of protocols", () => {
    const read = (name: string, change: (text: string) => string) => {
      const text = readFileSync(FOLDER + name, "utf8");
      const changed = change(text);
      expect(changed).to.not.equal(text);
      return parsePolicyFile(changed, { book, file: name });
    };
    // Without what each says more than it did, the chain would refuse it.
    expect(refusal(() => read("social.json", (text) => text.replace(', "open": ["0"]', ""))).place).to.contain("poke");
    const settle = (text: string) => text.replace(/("settleWrites\(address\)": ).*(,)/, "$1{}$2");
    expect(refusal(() => read("game.json", settle)).place).to.contain("settleWrites");
    const { policy } = parsePolicyFile(readFileSync(FOLDER + "game.json", "utf8"), { book });
    expect(
      checkPolicy(policy)
        .filter(({ trust }) => trust === "asked")
        .map(({ permission }) => permission.method),
    ).to.deep.equal(["hit(address,address,uint64)"]);
    for (const name of FILES) {
      const read = parsePolicyFile(readFileSync(FOLDER + name, "utf8"), { book }).policy;
      const model = readPolicyFiles().find((each) => `${each.name}.json` === name)!;
      // The same as among the protocols, but for where its contracts are.
      const meaning = ({ permissions }: Pick<Policy, "permissions">) =>
        permissions
          .map(({ target: _, spends, rules, ...rest }) => ({
            ...rest,
            spends: spends.map(({ unit: __, ...spend }) => spend),
            rules: rules.map(({ argument, test, per, numbers, addresses, words }) => [
              ...[argument, test, per, numbers, addresses.length, words.length],
            ]),
          }))
          .sort((a, b) => (a.method < b.method ? -1 : 1));
      expect(meaning(read), name).to.deep.equal(meaning(model.policy as Policy));
    }
  });

  it("need no address book where there are only addresses and ETH", () => {
    const { policy } = parsePolicyFile({
      ...minimal,
      limits: { ETH: "1 ETH per 1h" },
      contracts: { [addressOf("SocialFeed")]: { "native transfer": { value: "0.5 ETH" } } },
    });
    expect(policy.permissions[0]).to.deep.include({
      target: addressOf("SocialFeed"),
      method: "",
      maxValue: 5n * 10n ** 17n,
    });
    expect(policy.limits).to.deep.equal([{ unit: zeroAddress, cap: 10n ** 18n, period: 3_600, fromStart: false }]);
  });

  it("refuse a member that stands twice, which readers and parsers read differently", () => {
    const text = '{"app":"a","contracts":{"X":{"f()":{"value":"{\\"}","value":"2 ETH"}}}}';
    expect(refusal(() => parsePolicyFile(text, { file: "x.json" })).shortMessage).to.equal(
      'x.json:1: a member "value" stands twice in one object.',
    );
    // The same key, spelt differently; and the same key in two objects, which is fine.
    const spelt = refusal(() => parsePolicyFile('{"app":"a","\\u0061pp":"b"}', { file: "x.json" }));
    expect(spelt.shortMessage).to.equal('x.json:1: a member "\\u0061pp" stands twice in one object.');
    const fine = JSON.stringify({ ...minimal, contracts: { SocialFeed: { "a()": {} }, SocialCore: { "a()": {} } } });
    expect(parsePolicyFile(fine, { book }).policy.permissions).to.have.length(2);
    expect(refusal(() => parsePolicyFile("{", { file: "x.json" })).shortMessage).to.match(/^x\.json: is not JSON: /);
  });

  it("do not mistake what every object has for a member or a name", () => {
    const { place } = refusal(() => parsePolicyFile({ ...minimal, contracts: { toString: { "f()": {} } } }, { book }));
    expect(place).to.equal("contracts.toString");
    const limits = refusal(() => parsePolicyFile({ ...minimal, limits: { constructor: "1 constructor" } }, { book }));
    expect(limits.place).to.equal("limits.constructor");
  });

  it("refuse one token under two names", () => {
    const twice = { tokens: { ...book.tokens, POKER: { address: addressOf("POKE"), decimals: 18 } } };
    const thrown = refusal(() =>
      parsePolicyFile({ ...minimal, limits: { POKE: "1 POKE", POKER: "2 POKER" } }, { book: { ...book, ...twice } }),
    );
    expect(thrown.shortMessage).to.equal("policy: limits.POKER: stands for the same unit and period as limits.POKE.");
  });

  describe("are written", () => {
    const policy: Policy = {
      ...parsePolicyFile(minimal, { book }).policy,
      limits: [{ unit: addressOf("USD"), cap: 1_500_000n, period: 5_400, fromStart: true }],
    };
    const with1 = (changes: Partial<Permission>): Policy => ({
      ...policy,
      permissions: [{ ...policy.permissions[0]!, ...changes }],
    });
    const rule = (argument: string, test: RuleTest, more: Partial<Rule> = {}): Rule => ({
      ...{ argument, test, per: "", addresses: [], numbers: [], words: [] },
      ...more,
    });
    const format = (value: Policy) => formatPolicyFile(value, { book, file: "x.json" });
    const hashes = [keccak256("0x01"), keccak256("0x02")].sort();

    it("with every test, by names where there are names", () => {
      const method = "f(address,uint8,int8,bytes4,bool,string,bytes,uint256)";
      const full = with1({
        method,
        maxValue: 10n ** 18n,
        rules: [
          rule("0", "is not", { addresses: [addressOf("POKE")] }),
          rule("0", "is one of or the principal", { addresses: [addressOf("GameShop")] }),
          rule("1", "is at least", { numbers: [1n] }),
          rule("1", "is at most", { numbers: [5n] }),
          rule("2", "is one of", { numbers: [-1n, 3n] }),
          rule("3", "is", { words: [`0x12345678${"0".repeat(56)}`] }),
          rule("4", "is", { numbers: [1n] }),
          rule("5", "has one of the contents", { words: hashes }),
          rule("6:0", "is the principal"),
          rule("7", "is at least at rate", { per: "1", numbers: [3n, 1_000n] }),
          rule("7", "is at least at rate", { per: "value", numbers: [1n, 2n] }),
          rule("value", "is at most", { numbers: [7n] }),
        ],
        inner: [{ argument: "6", types: "(address)" }],
        spends: [{ unit: counter(3), argument: "1", amount: 0n, scale: 2 }],
      });
      const limits = [
        { unit: zeroAddress, cap: 10n ** 18n, period: 0, fromStart: false },
        { unit: counter(3), cap: 4n, period: 60, fromStart: false },
        ...policy.limits,
        { unit: addressOf("USD"), cap: 2_000_000n, period: 86_400, fromStart: false },
      ];
      expect(format({ ...full, limits })).to.deep.equal({
        app: "test.example",
        session: { shortest: "1m", longest: "2h", calls: 10 },
        gas: { budget: "0.01 ETH" },
        counters: { counter3: 3 },
        limits: {
          ETH: "1 ETH",
          counter3: "4 counter3 per 1m",
          USD: ["1.5 USD per 1h 30m from the start", "2 USD per 1d"],
        },
        contracts: {
          SocialFeed: {
            [method]: {
              value: "1 ETH",
              spends: { token: "counter3", argument: 1, scale: 2 },
              arguments: {
                0: { isNot: "POKE", isOneOf: ["GameShop", "principal"] },
                1: { atLeast: 1, atMost: 5 },
                2: { isOneOf: [-1, 3] },
                3: { is: "0x12345678" },
                4: { is: true },
                5: { contentHashIsOneOf: hashes },
                7: {
                  atLeastAtRate: [
                    { per: "1", rate: "3/1000" },
                    { per: "value", rate: "1/2" },
                  ],
                },
                "6:0": { is: "principal" },
                value: { atMost: 7 },
              },
              inner: { 6: "(address)" },
            },
          },
        },
      });
      expect(hashPolicy(parsePolicyFile(format({ ...full, limits }), { book }).policy)).to.equal(
        hashPolicy({ ...full, limits }),
      );
    });

    it("for every policy of a protocol, and read again as the same one, as the schema describes it", () => {
      for (const { name, policy: value } of readPolicyFiles()) {
        const tokens = Object.fromEntries(
          value.limits
            .filter(({ unit }) => BigInt(unit) >= 2n ** 16n)
            .map(({ unit }) => [`T${unit.slice(2)}`, { address: unit, decimals: 6 }]),
        );
        const written = formatPolicyFile(value as Policy, { book: { tokens } });
        expect(validate(JSON.parse(JSON.stringify(written))), `${name} ${JSON.stringify(validate.errors)}`).to.equal(
          true,
        );
        expect(hashPolicy(parsePolicyFile(JSON.stringify(written), { book: { tokens } }).policy)).to.equal(
          hashPolicy(value as Policy),
        );
      }
    });

    const BAD: [what: string, value: Policy, message: string][] = [
      [
        "a limit on a token that the book does not have",
        { ...policy, limits: [{ unit: addressOf("?"), cap: 1n, period: 0, fromStart: false }] },
        `x.json: limits[0]: the address book has no token ${addressOf("?")}.`,
      ],
      [
        "a test twice of one argument, by another side",
        with1({
          method: "f(uint8,uint8)",
          rules: [rule("0", "is not", { numbers: [1n] }), rule("0", "is not", { numbers: [2n] })],
        }),
        "permissions[0].rules[1] (f(uint8,uint8) on",
      ],
      [
        "rules in another order than publication demands",
        with1({
          method: "f(uint8,uint8)",
          rules: [rule("1", "is", { numbers: [1n] }), rule("0", "is", { numbers: [1n] })],
        }),
        "permissions[0].rules[1] (f(uint8,uint8) on",
      ],
      ["a method that is none", with1({ method: "not a method" }), "permissions[0].method (not a method on"],
      ["an app that is no text", { ...policy, app: "" }, 'app: policy app invalid: ""; expected 1 to 31'],
    ];
    for (const [what, value, message] of BAD) {
      it(`are refused for ${what}`, () => {
        try {
          format(value);
        } catch (thrown) {
          expect(thrown).to.be.instanceOf(PolicyError);
          expect((thrown as PolicyError).shortMessage.slice(0, message.length)).to.equal(message);
          return;
        }
        expect.fail("nothing was refused");
      });
    }

    // --- whatever a file can say ---------------------------------------------------------------------------------

    const uint = (bits: number, min = 0n) => fc.bigInt({ min, max: 2n ** BigInt(bits) - 1n });
    const address = fc.oneof(
      fc.constantFrom(...Object.values(book.contracts!)),
      fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(toHex(bytes))),
    );
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Hex => toHex(bytes));
    type Values = Pick<Rule, "addresses" | "numbers" | "words">;
    const empty: Values = { addresses: [], numbers: [], words: [] };
    const ascending = <value extends string | bigint>(all: readonly value[]) =>
      all.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const several = <value extends string | bigint>(one: fc.Arbitrary<value>, name: keyof Values) =>
      fc.uniqueArray(one, { minLength: 2, maxLength: 4 }).map((all): Values => ({ ...empty, [name]: ascending(all) }));
    const TYPES: Record<string, fc.Arbitrary<Values>> = {
      address: several(address, "addresses"),
      uint8: several(uint(8, 1n), "numbers"),
      uint256: several(uint(255), "numbers"),
      int64: several(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), "numbers"),
      bytes3: several(
        uint(24).map((each): Hex => `0x${each.toString(16).padStart(6, "0")}${"0".repeat(58)}`),
        "words",
      ),
      string: several(hash, "words"),
      "address[]": several(hash, "words"),
    };
    const argument = fc.constantFrom(...Object.keys(TYPES)).chain((type) =>
      TYPES[type]!.chain((values) => {
        const isContent = type === "string" || type === "address[]";
        const first = Object.fromEntries(
          Object.entries(values).map(([name, list]) => [name, list.slice(0, 1)]),
        ) as unknown as Values;
        const all: [RuleTest, Values][] = isContent
          ? [
              ["has the content", first],
              ["has one of the contents", values],
            ]
          : [
              ["is", first],
              ["is one of", values],
              ...(type === "address"
                ? ([
                    ["is the principal", empty],
                    ["is one of or the principal", first],
                  ] as [RuleTest, Values][])
                : []),
            ];
        return fc.constantFrom(...all).map(([test, said]) => ({ type, test, said }));
      }),
    );
    const tokens: Address[] = ["POKE", "USD", "WETH"].map(addressOf);
    const permission = fc
      .record({
        name: fc.stringMatching(/^q[A-Za-z0-9]{4,9}$/),
        args: fc.array(argument, { minLength: 1, maxLength: 4 }),
        target: address,
        maxValue: uint(128),
        consumable: fc.boolean(),
        amount: uint(128, 1n),
        token: fc.constantFrom(...tokens),
      })
      .map(({ name, args, target, maxValue, consumable, amount, token }) => ({
        ...{ target, method: `${name}(${args.map(({ type }) => type).join(",")})`, maxValue, consumable },
        rules: args.map(({ test, said }, i) => rule(String(i), test, said)),
        spends: [{ unit: token, argument: "", amount, scale: 0 }],
        inner: [],
        open: [],
      }));
    const cap = (unit: Address) =>
      fc.record({
        unit: fc.constant(unit),
        cap: uint(128),
        period: fc.integer({ min: 60, max: 2 ** 32 - 1 }),
        fromStart: fc.boolean(),
      });
    const parts = fc.record({
      app: fc.stringMatching(/^[\x20-\x7e]{1,31}$/),
      durations: fc.tuple(fc.integer({ min: 60, max: 31_536_000 }), fc.integer({ min: 60, max: 31_536_000 })),
      maxCalls: fc.integer({ min: 1, max: 2 ** 20 - 1 }),
      gasBudget: uint(36).map((gwei) => gwei * 10n ** 9n),
      selfPaid: fc.boolean(),
      paymaster: fc.oneof(fc.constant(zeroAddress), address),
      permissions: fc.uniqueArray(permission, {
        minLength: 1,
        maxLength: 5,
        selector: (each) => `${each.target} ${each.method}`,
      }),
      limits: fc.tuple(cap(zeroAddress), ...tokens.map(cap)),
    });

    it("and read again as the very same policy, in the form that the schema describes (fuzzed)", () => {
      fc.assert(
        fc.property(parts, ({ durations, permissions, ...rest }) => {
          const value = definePolicy({
            ...rest,
            minDuration: Math.min(...durations),
            maxDuration: Math.max(...durations),
            permissions: [permissions],
          });
          const text = JSON.stringify(format(value));
          expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).to.equal(true);
          const { policy: read } = parsePolicyFile(text, { book });
          expect(read).to.deep.equal(value);
        }),
        seeded("policy files", { numRuns: 300 }),
      );
    });
  });

  describe("take their names from an address book", () => {
    const good = {
      contracts: { Feed: addressOf("Feed") },
      tokens: { USD: { address: addressOf("USD"), decimals: 6 } },
    };

    it("which is read from JSON", () => {
      expect(parseAddressBook(JSON.stringify({ $schema: "x", ...good }))).to.deep.equal(good);
      expect(parseAddressBook({})).to.deep.equal({ contracts: {}, tokens: {} });
    });

    const BAD: [what: string, json: unknown, message: string][] = [
      ["a list", [], "expected an object, found a list."],
      ["an unknown member", { contract: {} }, "contract: unknown; known here are $schema, contracts, tokens."],
      [
        "a bad checksum",
        { contracts: { A: addressOf("a").replace(/[a-f]/, "A").replace(/[A-F]/, "b") } },
        "contracts.A: expected an address with a good checksum",
      ],
      ["no address", { contracts: { A: 1 } }, "contracts.A: expected a text, found 1."],
      [
        "a token without decimals",
        { tokens: { A: { address: addressOf("a") } } },
        "tokens.A.decimals: expected a whole number from 0 to 77, found nothing.",
      ],
      [
        "78 decimals",
        { tokens: { A: { address: addressOf("a"), decimals: 78 } } },
        "tokens.A.decimals: expected a whole number from 0 to 77, found 78.",
      ],
      ["another ETH", { tokens: { ETH: { address: addressOf("a"), decimals: 18 } } }, "tokens.ETH: this name is taken"],
      [
        "a contract called principal",
        { contracts: { principal: addressOf("a") } },
        "contracts.principal: this name is taken",
      ],
      [
        "a contract called by another's address",
        { contracts: { [addressOf("b")]: addressOf("a") } },
        `contracts."${addressOf("b")}": this name is taken`,
      ],
      [
        "a symbol with a space",
        { tokens: { "A B": { address: addressOf("a"), decimals: 1 } } },
        'tokens."A B": a symbol is letters and digits',
      ],
      [
        "two addresses of one name",
        { contracts: { A: addressOf("a") }, tokens: { A: { address: addressOf("b"), decimals: 1 } } },
        `tokens.A: is also a contract, at ${addressOf("a")}.`,
      ],
    ];
    for (const [what, json, message] of BAD) {
      it(`which is refused for ${what}`, () => {
        const { shortMessage } = refusal(() => parseAddressBook(json, { file: "book.json" }));
        expect(shortMessage.slice(0, `book.json: ${message}`.length)).to.equal(`book.json: ${message}`);
      });
    }
  });
});

/** The same object with what is not part of the policy, and empty members, put in one order. */
function sorted(value: object): unknown {
  const { $schema: _schema, ...rest } = value as Record<string, unknown>;
  const order = (each: unknown): unknown =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(
          Object.entries(each)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, order(inner)]),
        )
      : each;
  return order(rest);
}
