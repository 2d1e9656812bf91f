import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { erc20Abi, getAddress, keccak256, parseAbi, stringToHex, toHex, type Address, type Hex } from "viem";
import { PolicyError } from "../../sdk/src/errors/index.ts";
import {
  anyMethodOf,
  contract,
  definePolicy,
  describePolicy,
  hashPolicy,
  lintPolicy,
  method,
  nativeTransfer,
  onAnyContract,
  worstLossOf,
} from "../../sdk/src/policies/index.ts";
import { GRANTING_METHODS, NESTED_METHODS } from "../../sdk/src/generated/tableMethods.ts";
import { RuleKind, type Policy } from "../../sdk/src/types.ts";
import { deployLatchkey, openChain, type Chain } from "../support/chain/chain.ts";
import { hashOfWords, policy as buildPolicy, rule } from "../support/reference/policy.ts";
import { POLICY_TYPES } from "../support/reference/typedData.ts";
import { seeded } from "../support/fuzz.ts";

const TOKEN: Address = "0x2222222222222222222222222222222222222222";
const GAME: Address = "0x1111111111111111111111111111111111111111";
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const gameAbi = parseAbi([
  "struct Place { uint64 scene; address owner; }",
  "function move(uint8 direction, Place place, uint16[2] steps) payable",
  "function route(address[] path, bytes note, string text, uint256 amount)",
  "function look() view returns (uint256)",
  "function nest((bytes a)[] parts)",
  "function twice(uint256 a)",
  "function twice(uint256 a, uint256 b)",
]);
const GWEI = 10n ** 9n;
const base = { app: "game.example", maxDuration: 7_200, maxCalls: 10 } as const;

describe("The client's policies", () => {
  const game = contract({
    address: GAME,
    abi: gameAbi,
    methods: {
      move: {
        value: 5n,
        arguments: {
          direction: { atLeast: 1, atMost: 4 },
          place: { owner: { isPrincipal: true }, scene: { not: 9n } },
          steps: { 1: { equals: 7 } },
        },
      },
      route: {
        arguments: {
          path: { contentIs: [GAME, TOKEN] },
          note: { contentIs: "0xabcd" },
          text: { contentIsOneOf: ["b", "a"] },
        },
        spends: { token: TOKEN, argument: "amount" },
        consumable: true,
      },
    },
  });
  const token = contract({
    address: TOKEN,
    abi: erc20Abi,
    methods: { transfer: { arguments: { recipient: { oneOf: [FRIEND, GAME] } } } },
  });
  const policy = definePolicy({
    ...base,
    permissions: [token, nativeTransfer(FRIEND, 1n), anyMethodOf(FRIEND), game],
    limits: [
      { token: TOKEN, cap: 100n, period: 3_600 },
      { token: "0x0000000000000000000000000000000000000000", cap: 10n },
    ],
    gasBudget: 10n ** 16n,
    selfPaid: true,
  });

  it("encode words, parts of tuples, elements of arrays and contents, and sort themselves", () => {
    const texts = [
      rule.oneOfHash(
        2,
        ["a", "b"].map((text) => keccak256(stringToHex(text))),
      ),
    ];
    const expected = buildPolicy({
      app: "game.example",
      minDuration: 60,
      maxDuration: 7_200,
      maxCalls: 10,
      gasBudget: 10n ** 16n,
      permissions: [
        { target: FRIEND, method: "*" },
        { target: FRIEND, method: "", maxValue: 1n },
        { target: TOKEN, method: "transfer(address,uint256)", rules: [rule.oneOf(0, [GAME, FRIEND])] },
        {
          target: GAME,
          method: "route(address[],bytes,string,uint256)",
          spendToken: TOKEN,
          amountArgument: 3,
          consumable: true,
          rules: [rule.equalHash(0, hashOfWords([GAME, TOKEN])), rule.equalHash(1, keccak256("0xabcd")), ...texts],
        },
        {
          target: GAME,
          method: "move(uint8,(uint64,address),uint16[2])",
          maxValue: 5n,
          rules: [rule.atLeast(0, 1), rule.atMost(0, 4), rule.notEqual(1, 9), rule.equalPrincipal(2), rule.equal(4, 7)],
        },
      ],
      limits: [
        { token: TOKEN, cap: 100n, period: 3_600 },
        { token: "0x0000000000000000000000000000000000000000", cap: 10n, period: 0 },
      ],
    });
    expect(policy).to.deep.equal(expected);
    expect(hashPolicy(policy)).to.equal(TypedDataEncoder.hashStruct("Policy", POLICY_TYPES, expected));
  });

  it("refuse at compile time what the ABI does not have", () => {
    // prettier-ignore
    const refused = [
      // @ts-expect-error no such function
      () => contract({ address: TOKEN, abi: erc20Abi, methods: { transfr: {} } }),
      // @ts-expect-error no such argument
      () => contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { arguments: { to: { equals: GAME } } } } }),
      // @ts-expect-error an address has no order
      () => contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { arguments: { recipient: { atMost: GAME } } } } }),
      // @ts-expect-error an amount is a bigint
      () => contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { arguments: { amount: { atMost: "many" } } } } }),
      // @ts-expect-error an address is no amount
      () => contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { spends: { token: TOKEN, argument: "recipient" } } } }),
      // @ts-expect-error what is inside a dynamic tuple cannot be bound
      () => contract({ address: GAME, abi: gameAbi, methods: { nest: { arguments: { parts: { contentIs: [] } } } } }),
      // @ts-expect-error the tuple has no such part
      () => contract({ address: GAME, abi: gameAbi, methods: { move: { arguments: { place: { size: { equals: 1n } } } } } }),
    ];
    for (const attempt of refused) expect(attempt).to.throw(PolicyError);
    // These two are legal words of JavaScript that only the types refuse.
    const typesAlone = [
      // @ts-expect-error a view is not to be called by a key
      contract({ address: GAME, abi: gameAbi, methods: { look: {} } }),
      // @ts-expect-error not payable
      contract({ address: GAME, abi: gameAbi, methods: { route: { value: 1n } } }),
    ];
    expect(typesAlone).to.have.length(2);
  });

  it("refuse at run time what nobody can mean, as an unsafe policy", () => {
    const attempts: (() => unknown)[] = [
      () => definePolicy({ ...base, permissions: [] }),
      () => definePolicy({ ...base, app: "", permissions: [token] }),
      () => definePolicy({ ...base, app: "a".repeat(32), permissions: [token] }),
      () => definePolicy({ ...base, maxDuration: 59, permissions: [token] }),
      () => definePolicy({ ...base, maxDuration: 365 * 86_400 + 1, permissions: [token] }),
      () => definePolicy({ ...base, maxCalls: 0, permissions: [token] }),
      () => definePolicy({ ...base, permissions: [token, token] }),
      () => definePolicy({ ...base, permissions: [token], limits: [{ token: TOKEN, cap: 1n, period: 299 }] }),
      () =>
        definePolicy({
          ...base,
          permissions: [token],
          limits: [
            { token: TOKEN, cap: 1n },
            { token: TOKEN, cap: 2n },
          ],
        }),
      () => contract({ address: GAME, abi: gameAbi, methods: { twice: {} } }),
      () =>
        contract({ address: GAME, abi: gameAbi, methods: { move: { arguments: { steps: { 2: { equals: 1 } } } } } }),
      () => contract({ address: GAME, abi: gameAbi, methods: { move: { arguments: { direction: { equals: 256 } } } } }),
      () =>
        contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { arguments: { recipient: { oneOf: [] } } } } }),
      () =>
        contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { spends: { token: TOKEN, amount: 0n } } } }),
    ];
    for (const attempt of attempts)
      expect(attempt, String(attempt)).to.throw(PolicyError).with.property("code", "SESSION_UNSAFE_POLICY");
  });

  it("name the value and the limit in what they refuse", () => {
    const message = (attempt: () => unknown) => {
      try {
        attempt();
      } catch (thrown) {
        expect(thrown).to.be.instanceOf(PolicyError);
        return (thrown as PolicyError).shortMessage;
      }
      return expect.fail("nothing was refused");
    };
    const define = (changes: Partial<Parameters<typeof definePolicy>[0]>) =>
      message(() => definePolicy({ ...base, permissions: [token], ...changes }));
    const calling = (fields: Parameters<typeof method>[2]) =>
      define({ permissions: [method(GAME, "f(uint8)", fields)] });
    const on = `f(uint8) on ${GAME}`;
    expect(define({ minDuration: 59 })).to.equal(
      "The shortest duration is a whole number from 60 to 31536000, not 59.",
    );
    expect(define({ minDuration: 7_201 })).to.equal(
      "The longest duration is a whole number from 7201 to 31536000, not 7200.",
    );
    expect(define({ maxDuration: 60.5 })).to.equal(
      "The longest duration is a whole number from 60 to 31536000, not 60.5.",
    );
    expect(define({ maxCalls: 2 ** 20 })).to.equal(
      "The number of calls is a whole number from 1 to 1048575, not 1048576.",
    );
    expect(define({ gasBudget: 2n ** 36n * GWEI })).to.equal(
      `The gas budget is a whole number from 0 to ${(2n ** 36n - 1n) * GWEI}, not ${2n ** 36n * GWEI}.`,
    );
    expect(define({ gasBudget: GWEI + 1n })).to.equal("The gas budget is a whole number of gwei, not 1000000001 wei.");
    expect(define({ gasBudget: -1n })).to.match(/not -1\.$/);
    expect(define({ gasBudget: 1 as never })).to.match(/^The gas budget is a whole number from 0 to \d+, not 1\.$/);
    expect(define({ paymaster: "0x12" })).to.equal("The paymaster is no address: 0x12.");
    expect(define({ app: "caf\u00e9" })).to.equal(
      'An app is named by 1 to 31 characters of printable ASCII, not "caf\u00e9".',
    );
    expect(define({ limits: [{ token: TOKEN, cap: 2n ** 128n }] })).to.equal(
      `The cap of ${TOKEN} is a whole number from 0 to ${2n ** 128n - 1n}, not ${2n ** 128n}.`,
    );
    expect(define({ limits: [{ token: TOKEN, cap: 1n, period: 299 }] })).to.equal(
      `The period of ${TOKEN}, unless it is 0, is a whole number from 300 to 4294967295, not 299.`,
    );
    const nine = Array.from({ length: 9 }, (_, i) => ({ token: getAddress(toHex(i + 1, { size: 20 })), cap: 1n }));
    expect(define({ limits: nine })).to.equal("The number of limits is a whole number from 0 to 8, not 9.");
    expect(define({ limits: [nine[0]!, nine[0]!] })).to.equal(`${nine[0]!.token} has two limits.`);
    expect(calling({ maxValue: 2n ** 128n })).to.match(
      new RegExp(`: the value of a call is .*, not ${2n ** 128n}\\.$`),
    );
    expect(calling({ spendAmount: -1n })).to.match(/: the amount that is spent is .*, not -1\.$/);
    expect(calling({ amountArgument: 64 })).to.equal(
      `${on}: the argument that is counted is a whole number from 0 to 63, not 64.`,
    );
    const rules = Array.from({ length: 9 }, () => rule.equalPrincipal(0)) as never[];
    expect(calling({ rules })).to.equal(`${on}: the number of rules is a whole number from 0 to 8, not 9.`);
    expect(calling({ rules: [rule.equalPrincipal(64)] as never[] })).to.match(/: the word of a rule is .*, not 64\.$/);
    const values = { kind: RuleKind.ONE_OF, word: 0, values: Array<Hex>(33).fill("0x") };
    expect(calling({ rules: [values] })).to.match(/: the number of values to choose from is .*, not 33\.$/);
    expect(calling({ spendToken: "0x34" })).to.equal("A token that is spent is no address: 0x34.");
    expect(define({ permissions: [method(GAME, "f(uint)")] })).to.equal(
      '"f(uint)" is no method\'s text, like "transfer(address,uint256)". "f(uint256)" is meant, perhaps.',
    );
    expect(define({ permissions: [method(GAME, "any method")] })).to.equal(
      '"any method" is no method\'s text, like "transfer(address,uint256)".',
    );
  });

  it("are the same in whatever order their permissions were named (fuzzed)", () => {
    const all = [
      token,
      nativeTransfer(FRIEND, 1n),
      anyMethodOf(FRIEND),
      game,
      method(GAME, "a()"),
      method(FRIEND, "b()"),
    ];
    const id = hashPolicy(definePolicy({ ...base, permissions: all }));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (permissions) => {
        expect(hashPolicy(definePolicy({ ...base, permissions }))).to.equal(id);
      }),
      seeded("orders of permissions"),
    );
  });

  it("count the worst loss over every period that the window touches, both ends inclusive", () => {
    const amount = (validAfter: number, validUntil: number) =>
      worstLossOf(policy, { validAfter, validUntil }).losses[0]!.amount;
    expect(amount(3_600, 7_199)).to.equal(100n);
    expect(amount(3_599, 7_199)).to.equal(200n);
    expect(amount(3_599, 7_200)).to.equal(300n);
    expect(amount(7_200, 7_199)).to.equal(0n);
    expect(worstLossOf(policy, { validAfter: 1, validUntil: 10_000 }).losses[1]!.amount).to.equal(10n);
  });

  it("are told in plain words with the selectors beside them", () => {
    const told = describePolicy(policy, {
      tokens: { [TOKEN]: { symbol: "USD", decimals: 1 } },
      names: { [GAME]: "the game" },
    });
    expect(told.app).to.equal("game.example");
    expect(told.policyId).to.equal(hashPolicy(policy));
    expect(told.limits).to.deep.equal(["10 USD in each 1 h", "0.00000000000000001 ETH in all"]);
    expect(told.session).to.equal("1 min to 2 h, at most 10 calls");
    expect(told.gas).to.equal("operations for 0.01 ETH, paid by the wallet");
    // Two hours that begin with the last second of a period touch three.
    expect(told.worstLoss).to.equal("30 USD + 0.00000000000000001 ETH + 0.01 ETH of gas");
    expect(told.permissions).to.have.length(5).and.include(`any method of ${FRIEND}`);
    expect(told.permissions.join("\n")).to.contain(
      `transfer(address,uint256) [0xa9059cbb] of ${TOKEN}: argument 0 is one of the game, ${FRIEND}`,
    );
    expect(told.permissions.join("\n")).to.contain("argument 2 is the wallet itself");
  });

  it("are linted: what is legal and unwise", () => {
    const rulesOf = (value: Policy, parameters = {}) => lintPolicy(value, parameters).map(({ rule: name }) => name);
    const one = (...permissions: Parameters<typeof definePolicy>[0]["permissions"]) =>
      definePolicy({ ...base, permissions, limits: [{ token: TOKEN, cap: 1n }] });
    expect(rulesOf(one(token))).to.deep.equal([]);
    expect(rulesOf(one(contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: {} } })))).to.deep.equal([
      "open-recipient",
    ]);
    expect(rulesOf(one(anyMethodOf(GAME)))).to.deep.equal(["any-method"]);
    const anywhere = onAnyContract({ abi: gameAbi, methods: { move: { value: 1n } } });
    // The native coin that a call carries is counted; what its target takes by an allowance is not.
    expect(rulesOf(one(anywhere))).to.deep.equal(["any-target", "undeclared-spend"]);
    const paid = definePolicy({
      ...base,
      permissions: [method(GAME, "pay(uint256)", { maxValue: 1n }), nativeTransfer(FRIEND, 1n)],
      limits: [{ token: `0x${"00".repeat(20)}`, cap: 1n }],
    });
    expect(rulesOf(paid)).to.deep.equal(["undeclared-spend"]);
    expect(describePolicy(paid).warnings.filter((each) => each.includes("count no token"))).to.have.length(1);
    expect(describePolicy(paid).warnings.join()).to.contain("pay(uint256)").and.not.contain(FRIEND);
    expect(rulesOf(one(method(GAME, "nest((bytes)[])")))).to.deep.equal([
      "argument-cannot-be-bound",
      "undeclared-spend",
    ]);
    expect(rulesOf(one(method(GAME, "multicall(bytes[])")))).to.include("nested-calls");
    expect(rulesOf(one(method(TOKEN, "approve(address,uint256)")))).to.deep.equal(["standing-allowance"]);
    const spending = method(GAME, "pay(uint256)", { spendToken: TOKEN });
    expect(rulesOf(one(spending), { abis: { [GAME]: gameAbi }, machinery: [GAME] })).to.deep.equal([
      "machinery-as-target",
      "method-not-in-abi",
    ]);
    expect(rulesOf({ ...one(token), maxDuration: 7 * 86_400 })).to.deep.equal([]);
    expect(rulesOf({ ...one(token), maxDuration: 7 * 86_400 + 1 })).to.deep.equal(["long-window"]);
    expect(rulesOf({ ...one(token), gasBudget: 1n })).to.deep.equal(["nobody-pays"]);
  });

  it("are linted by every method of the token table that leaves a right or nests, and by no transfer", () => {
    const rulesOf = (text: string) =>
      lintPolicy(definePolicy({ ...base, permissions: [method(GAME, text, { spendToken: TOKEN })] })).map(
        (each) => each.rule,
      );
    for (const text of GRANTING_METHODS) expect(rulesOf(text), text).to.include("standing-allowance");
    for (const text of NESTED_METHODS) expect(rulesOf(text), text).to.include("nested-calls");
    expect(rulesOf("play(uint256)")).to.deep.equal([]);
    expect(rulesOf("transfer(address,uint256)")).to.deep.equal(["open-recipient"]);
  });

  describe("on the chain", () => {
    let chain: Chain;
    let latchkey: Awaited<ReturnType<typeof deployLatchkey>>;
    before(async () => {
      chain = await openChain();
      latchkey = await deployLatchkey(chain);
    });
    after(() => chain.connection.close());

    const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(toHex(bytes)));
    const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Hex => toHex(bytes));
    const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    const small = (bits: number) => fc.nat({ max: Math.min(2 ** bits - 1, 2 ** 31 - 1) });
    const policies: fc.Arbitrary<Policy> = fc.record({
      app: hex32,
      minDuration: small(32),
      maxDuration: small(32),
      maxCalls: small(32),
      gasBudget: uint(80),
      selfPaid: fc.boolean(),
      paymaster: address,
      permissions: fc.array(
        fc.record({
          target: address,
          method: fc.string({ maxLength: 70 }),
          maxValue: uint(128),
          spendToken: address,
          amountArgument: small(8),
          spendAmount: uint(128),
          rules: fc.array(
            fc.record({
              kind: fc.constantFrom(...Object.values(RuleKind)),
              word: small(8),
              values: fc.array(hex32, { maxLength: 4 }),
            }),
            { maxLength: 4 },
          ),
          consumable: fc.boolean(),
        }),
        { maxLength: 5 },
      ),
      limits: fc.array(fc.record({ token: address, cap: uint(128), period: small(32) }), { maxLength: 4 }),
    });

    it("hash as the chain hashes them, whatever is in them (fuzzed)", async () => {
      const onChain = latchkey.store.getFunction("hashPolicy");
      await fc.assert(
        fc.asyncProperty(policies, async (value) => {
          expect(hashPolicy(value)).to.equal(await onChain.staticCall(value));
        }),
        seeded("policy hashes of the client", { numRuns: 60 }),
      );
    });

    it("hash differently if anything differs", () => {
      const id = hashPolicy(policy);
      for (const other of [
        { ...policy, selfPaid: false },
        { ...policy, limits: [] },
        { ...policy, permissions: policy.permissions.slice(1) },
      ]) {
        expect(hashPolicy(other)).to.not.equal(id);
      }
    });
  });
});
