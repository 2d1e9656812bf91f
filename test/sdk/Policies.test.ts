import { expect } from "chai";
import fc from "fast-check";
import {
  concat,
  erc20Abi,
  getAddress,
  keccak256,
  padHex,
  parseAbi,
  stringToHex,
  toHex,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { PolicyError, UnsafePolicyError } from "../../sdk/src/errors/index.ts";
import {
  anyMethodOf,
  contract,
  definePolicy,
  hashPolicy,
  method,
  nativeTransfer,
  worstLossOf,
} from "../../sdk/src/policies/index.ts";
import { type Policy, type Rule, type RuleTest, RULE_TESTS } from "../../sdk/src/types.ts";
import { deployLatchkey, openChain, type Chain } from "../support/chain/chain.ts";
import { hashPolicy as idOf } from "../support/reference/policy.ts";
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
        spends: { unit: TOKEN, argument: "amount" },
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
      { unit: TOKEN, cap: 100n, period: 3_600 },
      { unit: zeroAddress, cap: 10n },
    ],
    gasBudget: 10n ** 16n,
    selfPaid: true,
  });

  it("encode words, parts of tuples, elements of arrays and contents, and sort themselves", () => {
    const rule = (argument: string, test: RuleTest, more: Partial<Rule> = {}): Rule => ({
      ...{ argument, test, per: "", addresses: [], numbers: [], words: [] },
      ...more,
    });
    const texts = ["a", "b"].map((text) => keccak256(stringToHex(text))).sort();
    const path = keccak256(concat([GAME, TOKEN].map((each) => padHex(each, { size: 32 }))));
    const nothing = { maxValue: 0n, spends: [], rules: [], inner: [], consumable: false, open: [] };
    expect(policy.permissions).to.deep.equal([
      {
        ...nothing,
        target: GAME,
        method: "move(uint8,(uint64,address),uint16[2])",
        maxValue: 5n,
        rules: [
          rule("0", "is at least", { numbers: [1n] }),
          rule("0", "is at most", { numbers: [4n] }),
          rule("1.0", "is not", { numbers: [9n] }),
          rule("1.1", "is the principal"),
          rule("2[1]", "is", { numbers: [7n] }),
        ],
      },
      {
        ...nothing,
        target: GAME,
        method: "route(address[],bytes,string,uint256)",
        spends: [{ unit: TOKEN, argument: "3", amount: 0n, scale: 0 }],
        consumable: true,
        rules: [
          rule("0", "has the content", { words: [path] }),
          rule("1", "has the content", { words: [keccak256("0xabcd")] }),
          rule("2", "has one of the contents", { words: texts }),
        ],
      },
      {
        ...nothing,
        target: TOKEN,
        method: "transfer(address,uint256)",
        rules: [rule("0", "is one of", { addresses: [GAME, FRIEND] })],
      },
      { ...nothing, target: FRIEND, method: "", maxValue: 1n },
      { ...nothing, target: FRIEND, method: "*", open: ["*"] },
    ]);
    expect(policy.limits).to.deep.equal([
      { unit: zeroAddress, cap: 10n, period: 0, fromStart: false },
      { unit: TOKEN, cap: 100n, period: 3_600, fromStart: false },
    ]);
    expect(hashPolicy(policy)).to.equal(idOf(policy as never));
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
      // @ts-expect-error the tuple has no such part
      () => contract({ address: GAME, abi: gameAbi, methods: { move: { arguments: { place: { size: { equals: 1n } } } } } }),
    ];
    for (const attempt of refused) expect(attempt).to.throw(PolicyError);
    // These are legal words of JavaScript that only the types refuse.
    // prettier-ignore
    const typesAlone = [
      // @ts-expect-error a view is not to be called by a key
      contract({ address: GAME, abi: gameAbi, methods: { look: {} } }),
      // @ts-expect-error an address is no amount, which `definePolicy` would say too
      contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { spends: { unit: TOKEN, argument: "recipient" } } } }),
      // @ts-expect-error not payable
      contract({ address: GAME, abi: gameAbi, methods: { route: { value: 1n } } }),
    ];
    expect(typesAlone).to.have.length(3);
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
      () => definePolicy({ ...base, permissions: [token], limits: [{ unit: TOKEN, cap: 1n, period: 59 }] }),
      () =>
        definePolicy({
          ...base,
          permissions: [token],
          limits: [
            { unit: TOKEN, cap: 1n },
            { unit: TOKEN, cap: 2n },
          ],
        }),
      () => contract({ address: GAME, abi: gameAbi, methods: { twice: {} } }),
      () =>
        contract({
          address: GAME,
          abi: gameAbi,
          methods: { move: { arguments: { direction: { equals: "x" as never } } } },
        }),
    ];
    for (const attempt of attempts)
      expect(attempt, String(attempt)).to.throw(PolicyError).with.property("code", "SESSION_UNSAFE_POLICY");
  });

  it("refuse a condition that says nothing, so that a forgotten value is no open argument", () => {
    const missing = undefined as never;
    const transfer = (argument: object | undefined) => () =>
      contract({
        address: TOKEN,
        abi: erc20Abi,
        methods: { transfer: { arguments: { recipient: argument as never } } },
      });
    const route = (conditions: object) => () =>
      contract({ address: GAME, abi: gameAbi, methods: { route: { arguments: conditions } } });
    const move =
      (conditions: object, more: object = {}) =>
      () =>
        contract({ address: GAME, abi: gameAbi, methods: { move: { arguments: conditions, ...more } } });
    const spend = (spends: object) => () =>
      contract({ address: GAME, abi: gameAbi, methods: { route: { spends: spends as never } } });
    const REFUSED: [attempt: () => unknown, said: RegExp][] = [
      [transfer({}), /^transfer\.recipient: the condition says nothing/],
      [transfer(undefined), /^transfer\.recipient: expected a condition like .* found nothing/],
      [transfer(FRIEND as never), /^transfer\.recipient: expected a condition/],
      [transfer({ equals: missing }), /^transfer\.recipient: expected address, found nothing/],
      [transfer({ oneOf: missing }), /expected address, found nothing/],
      [transfer({ isPrincipal: missing }), /^transfer\.recipient\.isPrincipal: expected true, or nothing at all/],
      [transfer({ isPrincipal: false }), /found false/],
      [transfer({ open: missing }), /^transfer\.recipient\.open: expected true/],
      [route({ path: {} }), /^route\.path: the condition says nothing/],
      [route({ path: { each: {} } }), /^route\.path\[\*\]: the condition says nothing/],
      [route({ path: { length: {} } }), /^route\.path\.length: the condition says nothing/],
      [route({ path: { contentIsOneOf: missing } }), /expected a list, found nothing/],
      [route({ note: { contentIs: missing } }), /expected bytes in hex, found nothing/],
      [route({ note: { inner: missing } }), /^route\.note\.inner: expected a condition/],
      [route({ amount: { atLeastRate: missing } }), /^route\.amount\.atLeastRate: expected a condition/],
      [route({ amount: { atLeastRate: { per: missing } } }), /needs the number that it is at a rate of/],
      [move({ place: {} }), /^move\.place: the condition says nothing/],
      [move({ place: { owner: {} } }), /^move\.place\.owner: the condition says nothing/],
      [move({}, { whereValue: {} }), /^move: value: the condition says nothing/],
      [spend({ unit: TOKEN }), /^route: a spend says either an argument or an amount/],
      [spend({ unit: TOKEN, argument: "amount", amount: 1n }), /^route: a spend says either/],
    ];
    for (const [attempt, said] of REFUSED) {
      expect(attempt, String(said)).to.throw(PolicyError, said).with.property("code", "SESSION_UNSAFE_POLICY");
    }
    // What is left out says nothing either, and is no condition.
    expect(contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: {}, approve: undefined } })).to.have.length(
      1,
    );
  });

  it("name arguments inside tuples and arrays, typed from the ABI", () => {
    const abi = parseAbi([
      "struct Swap { address tokenIn; uint256 amountIn; uint256 amountOutMinimum; uint96[] parts; }",
      "function exactInput(Swap params, uint256[2] fees, bytes data) payable",
    ]);
    const [permission] = contract({
      address: GAME,
      abi,
      methods: {
        exactInput: {
          value: 1n,
          spends: [
            { unit: TOKEN, argument: "params.amountIn" },
            { unit: "0x0000000000000000000000000000000000000001", argument: "params.parts[*]", scale: 3 },
          ],
          arguments: {
            params: { amountOutMinimum: { atLeastRate: { per: "params.amountIn", numerator: 2n, denominator: 4n } } },
          },
          whereValue: { atMostRate: { per: "fees[1]", numerator: 1n, denominator: 1n } },
        },
      },
    });
    expect(permission!.spends.map(({ argument, scale }) => [argument, scale])).to.deep.equal([
      ["0.1", 0],
      ["0.3[*]", 3],
    ]);
    expect(permission!.rules.map(({ argument, per }) => [argument, per])).to.deep.equal([
      ["value", "1[1]"],
      ["0.2", "0.1"],
    ]);
    // prettier-ignore
    const typesAlone = [
      // @ts-expect-error an address is no amount
      () => contract({ address: GAME, abi, methods: { exactInput: { spends: { unit: TOKEN, argument: "params.tokenIn" } } } }),
      // @ts-expect-error no such part
      () => contract({ address: GAME, abi, methods: { exactInput: { spends: { unit: TOKEN, argument: "params.amount" } } } }),
      // @ts-expect-error an argument and an amount
      () => contract({ address: GAME, abi, methods: { exactInput: { spends: { unit: TOKEN, argument: "params.amountIn", amount: 1n } } } }),
      // @ts-expect-error a rate of no number
      () => contract({ address: GAME, abi, methods: { exactInput: { arguments: { params: { amountIn: { atMostRate: { per: "params.tokenIn", numerator: 1n, denominator: 1n } } } } } } }),
    ];
    expect(typesAlone).to.have.length(4);
  });

  it("are the same in whatever order their bounds and limits were named", () => {
    const bounds = (amount: object) =>
      contract({ address: TOKEN, abi: erc20Abi, methods: { transfer: { arguments: { amount } } } });
    const id = (amount: object, limits: { unit: Address; cap: bigint; period?: number }[]) =>
      hashPolicy(definePolicy({ ...base, permissions: [bounds(amount)], limits }));
    const [day, all] = [
      { unit: TOKEN, cap: 5n, period: 86_400 },
      { unit: TOKEN, cap: 9n },
    ];
    expect(id({ atLeast: 1n, atMost: 5n }, [day, all])).to.equal(id({ atMost: 5n, atLeast: 1n }, [all, day]));
    expect(id({ oneOf: [3n, 1n] }, [day])).to.equal(id({ oneOf: [1n, 3n, 1n] }, [day]));
    // Bounds that cross are met by nothing.
    expect(() => id({ atLeast: 5n, atMost: 1n }, [day]))
      .to.throw(UnsafePolicyError)
      .with.property("errorName", "RulesNeverHold");
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
    const id = hashPolicy(definePolicy({ ...base, permissions: all, limits: policy.limits }));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (permissions) => {
        expect(hashPolicy(definePolicy({ ...base, permissions, limits: policy.limits }))).to.equal(id);
      }),
      seeded("orders of permissions"),
    );
  });

  it("count the worst loss over every period that the window touches, both ends inclusive", () => {
    const amount = (validAfter: number, validUntil: number) =>
      worstLossOf(policy, { validAfter, validUntil }).losses[1]!.amount;
    expect(amount(3_600, 7_199)).to.equal(100n);
    expect(amount(3_599, 7_199)).to.equal(200n);
    expect(amount(3_599, 7_200)).to.equal(300n);
    expect(amount(7_200, 7_199)).to.equal(0n);
    expect(worstLossOf(policy, { validAfter: 1, validUntil: 10_000 }).losses[0]!.amount).to.equal(10n);
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
      app: fc.string({ maxLength: 40 }),
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
          spends: fc.array(
            fc.record({ unit: address, argument: fc.string({ maxLength: 40 }), amount: uint(128), scale: small(8) }),
            { maxLength: 3 },
          ),
          rules: fc.array(
            fc.record({
              argument: fc.string({ maxLength: 40 }),
              test: fc.constantFrom(...RULE_TESTS),
              per: fc.string({ maxLength: 40 }),
              addresses: fc.array(address, { maxLength: 3 }),
              numbers: fc.array(fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n - 1n }), { maxLength: 3 }),
              words: fc.array(hex32, { maxLength: 3 }),
            }),
            { maxLength: 4 },
          ),
          inner: fc.array(fc.record({ argument: fc.string(), types: fc.string() }), { maxLength: 2 }),
          consumable: fc.boolean(),
          open: fc.array(fc.string(), { maxLength: 3 }),
        }),
        { maxLength: 5 },
      ),
      limits: fc.array(fc.record({ unit: address, cap: uint(128), period: small(32), fromStart: fc.boolean() }), {
        maxLength: 4,
      }),
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
