import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import {
  getAddress,
  keccak256,
  numberToHex,
  padHex,
  stringToHex,
  toHex,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { ANY_TARGET } from "../../sdk/src/constants.ts";
import { PolicyFileError } from "../../sdk/src/errors/index.ts";
import {
  formatPolicyFile,
  hashPolicy,
  parseAddressBook,
  parsePolicyFile,
  sortPermissions,
  type AddressBook,
} from "../../sdk/src/policies/index.ts";
import { RuleKind, type Permission, type Policy, type Rule } from "../../sdk/src/types.ts";
import { seeded } from "../support/fuzz.ts";

const FOLDER = fileURLToPath(new URL("../../examples/policies/", import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => file !== "policy.schema.json");
const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(FOLDER + "policy.schema.json", "utf8")) as object,
);

const addressOf = (name: string) => getAddress(`0x${keccak256(stringToHex(name)).slice(26)}`);
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
      const { policy, about, usual } = parsePolicyFile(text, { book, file: name });
      const written = formatPolicyFile(policy, { book, about, usual });
      expect(validate(written), JSON.stringify(validate.errors)).to.equal(true);
      expect(parsePolicyFile(JSON.stringify(written), { book })).to.deep.equal({ policy, about, usual });
      // Names and amounts come back as they were: what is bound by its content alone comes back as a hash.
      const same = JSON.parse(text) as typeof written;
      if (!text.includes("contentIs")) {
        expect(sorted(written)).to.deep.equal(
          sorted({ ...same, session: { ...same.session, usual: same.session.usual ?? same.session.longest } }),
        );
      }
    });
  }

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
    expect(policy.limits).to.deep.equal([{ token: zeroAddress, cap: 10n ** 18n, period: 3_600 }]);
  });

  it("refuse a member that stands twice, which readers and parsers read differently", () => {
    const text = '{"app":"a","contracts":{"X":{"f()":{"value":"{\\"}","value":"2 ETH"}}}}';
    expect(refusal(() => parsePolicyFile(text, { file: "x.json" })).shortMessage).to.equal(
      'x.json: a member "value" stands twice in one object.',
    );
    // The same key, spelt differently; and the same key in two objects, which is fine.
    const spelt = refusal(() => parsePolicyFile('{"app":"a","\\u0061pp":"b"}', { file: "x.json" }));
    expect(spelt.shortMessage).to.equal('x.json: a member "\\u0061pp" stands twice in one object.');
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
    expect(thrown.shortMessage).to.equal("policy: limits.POKER: stands for the same token as POKE.");
  });

  describe("are written", () => {
    const policy: Policy = {
      ...parsePolicyFile(minimal, { book }).policy,
      limits: [{ token: addressOf("USD"), cap: 1_500_000n, period: 5_400 }],
    };
    const with1 = (changes: Partial<Permission>): Policy => ({
      ...policy,
      permissions: [{ ...policy.permissions[0]!, ...changes }],
    });
    const rule = (kind: RuleKind, values: Hex[], word = 0): Rule => ({ kind, word, values });
    const word = (value: bigint) => numberToHex(value, { size: 32 });
    const format = (value: Policy) => formatPolicyFile(value, { book, file: "x.json" });

    it("with every kind of rule, by names where there are names", () => {
      const method = "f(address,uint8,int8,bytes4,bool,string)";
      const full = with1({
        method,
        rules: [
          rule(RuleKind.EQUAL_PRINCIPAL, []),
          rule(RuleKind.NOT_EQUAL, [padHex(addressOf("POKE").toLowerCase() as Hex, { size: 32 })]),
          rule(RuleKind.GREATER_OR_EQUAL, [word(1n)], 1),
          rule(RuleKind.LESS_OR_EQUAL, [word(5n)], 1),
          rule(RuleKind.ONE_OF, [word(3n), word(2n ** 256n - 1n)], 2),
          rule(RuleKind.EQUAL, [padHex("0x12345678", { size: 32, dir: "right" })], 3),
          rule(RuleKind.EQUAL, [word(1n)], 4),
          rule(RuleKind.ONE_OF_HASH, [keccak256("0x01"), keccak256("0x02")].sort(), 5),
        ],
      });
      expect(format(full)).to.deep.equal({
        app: "test.example",
        session: { shortest: "1m", longest: "2h", calls: 10 },
        gas: { budget: "0.01 ETH" },
        limits: { USD: "1.5 USD per 1h 30m" },
        contracts: {
          SocialFeed: {
            [method]: {
              arguments: {
                0: { is: "principal", isNot: "POKE" },
                1: { atLeast: 1, atMost: 5 },
                2: { isOneOf: [3, -1] },
                3: { is: "0x12345678" },
                4: { is: true },
                5: { contentHashIsOneOf: [keccak256("0x01"), keccak256("0x02")].sort() },
              },
            },
          },
        },
      });
      expect(hashPolicy(parsePolicyFile(format(full), { book }).policy)).to.equal(hashPolicy(full));
    });

    const BAD: [what: string, value: Policy, message: string][] = [
      [
        "a limit on a token that the book does not have",
        { ...policy, limits: [{ token: addressOf("?"), cap: 1n, period: 0 }] },
        `x.json: limits[0]: the address book has no token ${addressOf("?")}.`,
      ],
      [
        "a spend of a token that the book does not have",
        with1({ spendToken: addressOf("?") }),
        `x.json: permissions[0]: the address book has no token ${addressOf("?")}.`,
      ],
      ["an amount of no token", with1({ spendAmount: 1n }), "x.json: permissions[0]: declares an amount of no token."],
      [
        "an amount and an argument",
        with1({ spendToken: addressOf("USD"), spendAmount: 1n, amountArgument: 1 }),
        "x.json: permissions[0]: declares an amount and an argument.",
      ],
      [
        "a rule twice of one argument",
        with1({
          method: "f(uint8)",
          rules: [rule(RuleKind.NOT_EQUAL, [word(1n)]), rule(RuleKind.NOT_EQUAL, [word(2n)])],
        }),
        'x.json: permissions[0].rules[1]: a file can say "isNot" once of an argument.',
      ],
      [
        "a rule on a word that the method does not have",
        with1({ method: "f(uint8)", rules: [rule(RuleKind.EQUAL, [word(1n)], 1)] }),
        "x.json: permissions[0].rules[0]: the method has 1 head words, and this is word 1.",
      ],
      [
        "a value that is not clean for its type",
        with1({ method: "f(uint8)", rules: [rule(RuleKind.EQUAL, [word(256n)])] }),
        `x.json: permissions[0].rules[0]: ${word(256n)} is no clean uint8.`,
      ],
      [
        "a rule without a value",
        with1({ method: "f(uint8)", rules: [rule(RuleKind.EQUAL, [])] }),
        "x.json: permissions[0].rules[0]: there is no value to compare with.",
      ],
      [
        "a rule of an unknown kind",
        with1({ method: "f(uint8)", rules: [rule(8 as RuleKind, [word(1n)])] }),
        "x.json: permissions[0].rules[0]: there is no rule of kind 8.",
      ],
      [
        "rules on any method",
        with1({ method: "*", rules: [rule(RuleKind.EQUAL, [word(1n)])] }),
        "x.json: permissions[0]: * has no arguments to be bound.",
      ],
      [
        "rules in another order than their words",
        with1({
          method: "f(uint8,uint8)",
          rules: [rule(RuleKind.EQUAL, [word(1n)], 1), rule(RuleKind.EQUAL, [word(1n)])],
        }),
        "x.json: the policy is not one that a file can say: permissions, rules or values are in another order.",
      ],
      [
        "a permission twice",
        { ...policy, permissions: [policy.permissions[0]!, policy.permissions[0]!] },
        "x.json: permissions[1]: post(string) on SocialFeed stands twice.",
      ],
      [
        "a limit twice",
        { ...policy, limits: [policy.limits[0]!, policy.limits[0]!] },
        "x.json: limits: a token stands twice.",
      ],
      [
        "an app that is no text",
        { ...policy, app: word(1n) },
        "x.json: app: expected 1 to 31 printable ASCII characters",
      ],
      [
        "a method that is none",
        with1({ method: "not a method" }),
        'x.json: contracts.SocialFeed."not a method": is no method;',
      ],
    ];
    for (const [what, value, message] of BAD) {
      it(`are refused for ${what}`, () => {
        expect(refusal(() => format(value)).shortMessage.slice(0, message.length)).to.equal(message);
      });
    }

    // --- whatever a file can say ---------------------------------------------------------------------------------

    const uint = (bits: number, min = 0n) => fc.bigInt({ min, max: 2n ** BigInt(bits) - 1n });
    const address = fc.oneof(
      fc.constantFrom(...Object.values(book.contracts!), addressOf("POKE"), addressOf("USD")),
      fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(toHex(bytes))),
    );
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Hex => toHex(bytes));
    const TYPES: Record<string, fc.Arbitrary<Hex>> = {
      address: address.map((each) => padHex(each.toLowerCase() as Hex, { size: 32 })),
      bool: fc.boolean().map((each) => word(each ? 1n : 0n)),
      uint8: uint(8).map(word),
      uint256: uint(256).map(word),
      int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((each) => word(BigInt.asUintN(256, each))),
      bytes3: uint(24).map((each) => padHex(numberToHex(each, { size: 3 }), { size: 32, dir: "right" })),
    };
    const ascending = (value: fc.Arbitrary<Hex>) =>
      fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((all) => all.sort());
    const wordRules = (type: string, at: number): fc.Arbitrary<Rule[]> => {
      const value = TYPES[type];
      const one = value?.map((each) => [each]);
      const kinds: fc.Arbitrary<Rule>[] =
        value === undefined
          ? [
              hash.map((each) => rule(RuleKind.EQUAL_HASH, [each], at)),
              ascending(hash).map((values) => rule(RuleKind.ONE_OF_HASH, values, at)),
            ]
          : [
              one!.map((values) => rule(RuleKind.EQUAL, values, at)),
              one!.map((values) => rule(RuleKind.NOT_EQUAL, values, at)),
              ascending(value).map((values) => rule(RuleKind.ONE_OF, values, at)),
              ...(type.startsWith("uint")
                ? [
                    one!.map((values) => rule(RuleKind.LESS_OR_EQUAL, values, at)),
                    one!.map((values) => rule(RuleKind.GREATER_OR_EQUAL, values, at)),
                  ]
                : []),
              ...(type === "address" ? [fc.constant(rule(RuleKind.EQUAL_PRINCIPAL, [], at))] : []),
            ];
      const said = ({ kind }: Rule) => (kind === RuleKind.EQUAL_PRINCIPAL ? RuleKind.EQUAL : kind);
      return fc.uniqueArray(fc.oneof(...kinds), { maxLength: 2, selector: said });
    };
    const method = fc
      .record({
        name: fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,9}$/),
        types: fc.array(fc.constantFrom(...Object.keys(TYPES), "bytes", "string", "address[]"), { maxLength: 4 }),
      })
      .chain(({ name, types }) =>
        fc.record({
          method: fc.constant(`${name}(${types.join(",")})`),
          rules: fc.tuple(...types.map(wordRules)).map((all) => (all as Rule[][]).flat()),
        }),
      );
    const tokens: Address[] = ["POKE", "USD", "WETH"].map(addressOf);
    const spend = fc.oneof(
      fc.constant({ spendToken: zeroAddress, amountArgument: 0, spendAmount: 0n }),
      fc.record({ spendToken: fc.constantFrom(...tokens), amountArgument: fc.constant(0), spendAmount: uint(128, 1n) }),
      fc.record({
        spendToken: fc.constantFrom(...tokens),
        amountArgument: fc.nat({ max: 63 }),
        spendAmount: fc.constant(0n),
      }),
    );
    const permission: fc.Arbitrary<Permission> = fc.oneof(
      fc
        .tuple(method, spend, uint(128), fc.boolean(), fc.oneof(address, fc.constant(ANY_TARGET)))
        .map(([one, declared, maxValue, consumable, target]) => ({
          ...one,
          ...declared,
          maxValue,
          consumable,
          target,
        })),
      fc
        .tuple(fc.constantFrom("", "*"), uint(128), fc.boolean(), address)
        .map(([text, maxValue, consumable, target]) => ({
          ...{ method: text, maxValue, consumable, target, rules: [] },
          ...{ spendToken: zeroAddress, amountArgument: 0, spendAmount: 0n },
        })),
    );
    const cap = (token: Address) =>
      fc.record({
        token: fc.constant(token),
        cap: uint(128),
        period: fc.oneof(fc.constant(0), fc.integer({ min: 300, max: 2 ** 32 - 1 })),
      });
    const policies: fc.Arbitrary<Policy> = fc
      .record({
        app: fc.stringMatching(/^[\x20-\x7e]{1,31}$/).map((text) => stringToHex(text, { size: 32 })),
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
      })
      .map(({ durations, permissions, ...rest }) => ({
        ...rest,
        minDuration: Math.min(...durations),
        maxDuration: Math.max(...durations),
        permissions: sortPermissions(permissions),
      }));

    it("and read again as the very same policy, in the form that the schema describes (fuzzed)", () => {
      fc.assert(
        fc.property(policies, (value) => {
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
