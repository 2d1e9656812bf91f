import { expect } from "chai";
import { getAddress, toBeHex, ZeroAddress, type BaseContract } from "ethers";
import fc from "fast-check";
import { ENTRY_POINTS } from "../../../deploy/lib/entryPoints.ts";
import {
  ANY_TARGET,
  hashPolicy,
  policy as policyOf,
  type Limit,
  type Permission,
  type Policy,
  type Rule,
} from "../../support/reference/policy.ts";
import { deployMock } from "../../support/chain/artifacts.ts";
import { openChain, type Chain } from "../../support/chain/chain.ts";
import { expectRefusal } from "../../support/chain/refusal.ts";
import { judge, type World } from "../../support/reference/publicationModel.ts";
import { seeded } from "../../support/fuzz.ts";

const RUNS = 2_500;
const ONE = { minLength: 1, maxLength: 1 };
const FORWARDER = toBeHex(0xf0f0, 20);

const METHODS = [
  "",
  "*",
  "poke()",
  "mint(uint256)",
  "buy(address,uint64,bytes)",
  "swap(uint256,address[],int64,bool,(address,bytes))",
  "bad(uint)",
  "transfer(address,uint256)",
  "transferFrom(address,address,uint256)",
  "approve(address,uint256)",
  "burn(uint256)",
  "send(address,uint256,bytes)",
  "approve(address,address,uint160,uint48)",
  "setApprovalForAll(address,bool)",
  "safeTransferFrom(address,address,uint256)",
  "transferFrom((address,address,uint160,address)[])",
  "withdraw(uint256,address,address)",
  "transferWithMemo(address,uint256,bytes32)",
  "transferShares(address,uint256)",
  "setPreSignature(bytes,bool)",
  "deposit()",
  "deposit(uint256,address)",
  "delegate(address)",
  "withdraw(uint256)",
  "redeem(uint256,address,address)",
  "execute(bytes32,bytes)",
  "multicall(bytes[])",
];

describe("Publication, against a model of the rules", () => {
  let chain: Chain;
  let store: BaseContract;
  let world: World;
  let targets: string[];
  let tokens: string[];
  before(async () => {
    chain = await openChain();
    store = await chain.ethers.deployContract("PolicyStore", [FORWARDER]);
    const deploy = async (name: string, args: unknown[] = []) =>
      (await deployMock(chain, "Tokens", name, args)).getAddress();
    const token = await deploy("Fungible");
    const other = await deploy("Fungible");
    const nft = await deploy("Introspective", ["0x80ac58cd"]);
    const multi = await deploy("Introspective", ["0xd9b67a26"]);
    const hybrid = await deploy("Hybrid");
    world = {
      latchkey: chain.owner.address,
      forwarder: FORWARDER,
      contracts: new Map([
        [token.toLowerCase(), "fungible"],
        [other.toLowerCase(), "fungible"],
        [hybrid.toLowerCase(), "idOrAmount"],
        [nft.toLowerCase(), "erc721"],
        [multi.toLowerCase(), "erc1155"],
        [ENTRY_POINTS["0.9"].address.toLowerCase(), "none"],
      ]),
    };
    tokens = [token, other, ZeroAddress];
    targets = [token, other, nft, multi, hybrid, getAddress(toBeHex(0xeeee, 20)), ANY_TARGET];
  });

  /** Mostly sound values with some of each kind of mistake, so that both outcomes occur. */
  function policies(): fc.Arbitrary<Policy> {
    const machinery = [ZeroAddress, chain.owner.address, FORWARDER, ENTRY_POINTS["0.9"].address];
    const address = fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...targets) },
      { weight: 1, arbitrary: fc.constantFrom(...machinery) },
    );
    const someToken = fc.constantFrom(...tokens);
    const word = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...targets, toBeHex(1, 20)).map((each) => toBeHex(each, 32)) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map((each) => toBeHex(each, 32)) },
      { weight: 1, arbitrary: fc.constant("0x" + "ff".repeat(32)) },
    );
    const sound = fc.oneof(
      fc.record({ kind: fc.constant(0), word: fc.integer({ min: 0, max: 1 }), values: fc.array(word, ONE) }),
      fc.record({ kind: fc.constant(3), word: fc.constantFrom(0, 1, 1), values: fc.constant<string[]>([]) }),
    ) as fc.Arbitrary<Rule>;
    const any = fc.record({
      kind: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0, 2, 3) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 7 }) },
      ) as fc.Arbitrary<Rule["kind"]>,
      word: fc.integer({ min: 0, max: 3 }),
      values: fc.oneof(
        { weight: 6, arbitrary: fc.array(word, ONE) },
        { weight: 3, arbitrary: fc.constant<string[]>([]) },
        { weight: 2, arbitrary: fc.uniqueArray(word, { maxLength: 3 }).map((values) => values.sort()) },
        { weight: 1, arbitrary: fc.array(word, { maxLength: 3 }) },
      ),
    });
    const rule = fc.oneof({ weight: 4, arbitrary: sound }, { weight: 1, arbitrary: any });
    const spend = fc.oneof(
      { weight: 12, arbitrary: fc.constant({ spendToken: ZeroAddress, amountArgument: 0, spendAmount: 0n }) },
      {
        weight: 2,
        arbitrary: fc.record({
          spendToken: fc.constant(tokens[0]!),
          amountArgument: fc.integer({ min: 0, max: 2 }),
          spendAmount: fc.constant(0n),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          spendToken: someToken,
          amountArgument: fc.integer({ min: 0, max: 5 }),
          spendAmount: fc.constantFrom(0n, 9n),
        }),
      },
    );
    const permission: fc.Arbitrary<Permission> = fc
      .record({
        target: address,
        method: fc.constantFrom(...METHODS),
        maxValue: fc.oneof(
          { weight: 12, arbitrary: fc.constant(0n) },
          { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }) },
        ),
        spend,
        rules: fc.oneof(
          { weight: 30, arbitrary: fc.array(rule, { maxLength: 2 }) },
          { weight: 1, arbitrary: fc.array(rule, { minLength: 9, maxLength: 9 }) },
        ),
        consumable: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
      })
      .map(({ spend: spent, ...rest }) => ({ ...rest, ...spent }));
    const limit = fc.record({
      token: fc.oneof({ weight: 30, arbitrary: someToken }, { weight: 1, arbitrary: address }),
      cap: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      period: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(0, 300, 86_400) },
        { weight: 1, arbitrary: fc.constantFrom(1, 299) },
      ),
    });
    return fc
      .record({
        permissions: fc.oneof(
          { weight: 2, arbitrary: fc.array(permission, ONE) },
          { weight: 1, arbitrary: fc.array(permission, { minLength: 2, maxLength: 3 }) },
        ),
        limits: fc.oneof(
          {
            weight: 15,
            arbitrary: fc.constant<Limit[]>([
              { token: tokens[0]!, cap: 10n, period: 0 },
              { token: ZeroAddress, cap: 10n, period: 300 },
            ]),
          },
          { weight: 15, arbitrary: fc.uniqueArray(limit, { maxLength: 3, selector: ({ token }) => token }) },
          { weight: 1, arbitrary: fc.array(limit, { maxLength: 3 }) },
        ),
        isSorted: fc.integer({ min: 0, max: 3 }).map((n) => n !== 0),
      })
      .map(({ permissions, limits, isSorted }) => {
        const made = policyOf({ app: "model", permissions, limits });
        return isSorted ? made : { ...made, permissions };
      });
  }

  it(`says of ${RUNS} random policies what the model says`, async function () {
    this.timeout(600_000);
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(policies(), async (policy) => {
        const verdict = judge(policy, world);
        const outcome = "refusal" in verdict ? verdict.refusal.name : "published";
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        if ("refusal" in verdict) {
          const { name, args } = verdict.refusal;
          await expectRefusal(store.getFunction("publishPolicy").staticCall(policy), name, args);
          return;
        }
        await (await store.getFunction("publishPolicy")(policy)).wait();
        const stored = await store.getFunction("policyOf")(hashPolicy(policy));
        expect(stored.permissions.length).to.equal(policy.permissions.length);
        verdict.permissions.forEach((expected, i) => {
          const permission = stored.permissions[i];
          const declared = policy.permissions[i]!;
          expect(Number(permission.headWords)).to.equal(expected.headWords);
          expect(permission.exactLength).to.equal(expected.exactLength);
          expect(permission.spendToken).to.equal(expected.spendToken);
          expect(Number(permission.amountArgument)).to.equal(expected.amountArgument);
          expect(permission.target).to.equal(declared.target);
          expect(permission.maxValue).to.equal(declared.maxValue);
          expect(permission.spendAmount).to.equal(declared.spendAmount);
          expect(permission.consumable).to.equal(declared.consumable);
          expect(permission.rules.length).to.equal(declared.rules.length);
          declared.rules.forEach((rule, j) => {
            const [kind, word, , values] = permission.rules[j];
            expect({ kind: Number(kind), word: Number(word), values: [...values] }).to.deep.equal(rule);
          });
        });
      }),
      seeded("publications", { numRuns: RUNS }),
    );
    console.log(`      ${[...seen].map(([name, count]) => `${name} ${count}`).join(", ")}`);
    const all = [
      "published",
      "DuplicateLimit",
      "UnsafePeriod",
      "UnsafeLimitedToken",
      "UnsafeTarget",
      "UnsafeMethod",
      "UnsafeOrder",
      "UnsafeConsumable",
      "UnsafeWildcard",
      "UnsafeValue",
      "UnsafeSpend",
      "UnsafeOutflow",
      "UnsafeOnLimitedToken",
      "TooManyRules",
      "UnsafeRuleWord",
      "UnsafeRuleValues",
      "UnsafeRecipient",
    ];
    expect(all.filter((name) => !seen.has(name))).to.deep.equal([]);
    expect(seen.get("published")).to.be.greaterThan(100);
  });
});
