import { expect } from "chai";
import { keccak256, toFunctionSelector, type Address, type Hex } from "viem";
import { openChain } from "../../support/chain/chain.ts";
import { errorsOf, PolicyScopes, type PlacedPolicy } from "../../support/chain/policyScope.ts";
import { Draws } from "../../support/draws.ts";
import { saySeedOnFailure, seedOf } from "../../support/fuzz.ts";
import type { Call } from "../../support/reference/admission.ts";
import { PRINCIPAL, readPolicyFiles } from "../../support/reference/policyFiles.ts";
import { compile, drawsOf } from "../../support/reference/program.ts";
import { run } from "../../support/reference/programRun.ts";
import { mutated, RandomCalls } from "../../support/reference/randomCalls.ts";
import type { Limit, Permission, Policy, Rule, Spend } from "../../support/reference/policy.ts";

const files = readPolicyFiles();

const TOKEN: Address = "0x7040000000000000000000000000000000000001";
const FRIEND: Address = "0xf000000000000000000000000000000000000001";
const OTHER: Address = "0xf000000000000000000000000000000000000002";
const ANY: Address = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";
const COUNTER: Address = "0x0000000000000000000000000000000000000007";
const NATIVE: Address = "0x0000000000000000000000000000000000000000";
const CONTENTS: Hex[] = ["0x", "0x01", `0x${"61".repeat(32)}`, `0x${"62".repeat(70)}`];
const [EMPTY, ONE, WORD, LONG] = CONTENTS.map((content) => keccak256(content)) as [Hex, Hex, Hex, Hex];

const rule = (
  argument: string,
  test: string,
  values: { n?: bigint[]; a?: Address[]; w?: Hex[]; per?: string } = {},
) => ({
  argument,
  test,
  per: values.per ?? "",
  addresses: values.a ?? [],
  numbers: values.n ?? [],
  words: values.w ?? [],
});
const spend = (unit: Address, argument: string, { amount = 0n, scale = 0 } = {}): Spend => ({
  unit,
  argument,
  amount,
  scale,
});

type Says = Partial<Omit<Permission, "method" | "rules">> & { rules?: Rule[] };

/** The n-th target's; each method of these policies has one of its own unless it says so. */
let targets = 0;
const permission = (method: string, { rules = [], spends = [], inner = [], ...rest }: Says = {}): Permission => ({
  target: `0x1000${(++targets).toString(16).padStart(36, "0")}`,
  method,
  maxValue: 0n,
  consumable: false,
  open: [],
  ...rest,
  inner,
  spends,
  rules: rules.sort((a, b) => compare([a.argument, a.test, a.per], [b.argument, b.test, b.per])),
});
const compare = (a: string[], b: string[]): number => {
  const i = a.findIndex((text, at) => text !== b[at]);
  return i < 0 ? 0 : Buffer.compare(Buffer.from(a[i]!), Buffer.from(b[i]!));
};

const LIMITS: Limit[] = [
  { unit: NATIVE, cap: 10n ** 18n, period: 0, fromStart: false },
  { unit: NATIVE, cap: 10n ** 18n, period: 86_400, fromStart: true },
  { unit: COUNTER, cap: 1_000n, period: 0, fromStart: false },
  { unit: TOKEN, cap: 10n ** 20n, period: 0, fromStart: false },
  { unit: TOKEN, cap: 10n ** 20n, period: 3_600, fromStart: false },
];

function policyOf(permissions: Permission[]): Policy {
  const kind = ({ method }: Permission) => (method === "" ? 0n : method === "*" ? 2n : 1n);
  const key = (each: Permission) =>
    (BigInt(each.target) << 40n) |
    (kind(each) << 32n) |
    (kind(each) === 1n ? BigInt(toFunctionSelector(each.method)) : 0n);
  return {
    app: "fuzz",
    minDuration: 60,
    maxDuration: 31_536_000,
    maxCalls: 1_000,
    gasBudget: 10n ** 18n,
    selfPaid: true,
    paymaster: NATIVE,
    permissions: [...permissions].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)),
    limits: LIMITS,
  };
}

/** Policies that say everything that can be said, so that every error is near. */
function grounds(): Policy[] {
  const big = 2n ** 90n;
  const alternatives: Address = "0xa170000000000000000000000000000000000001";
  const asked: Address = "0xa5c0000000000000000000000000000000000001";
  return [
    policyOf([
      permission("mix(uint256,int128,bytes4,bool,address,int256,bytes32,uint96)", {
        rules: [
          rule("0", "is at least", { n: [5n] }),
          rule("0", "is at most", { n: [big] }),
          rule("0", "is not", { n: [7n, 9n] }),
          rule("1", "is at least", { n: [-100n] }),
          rule("1", "is at most", { n: [1_000n] }),
          rule("2", "is one of", { w: [`0x11223344${"0".repeat(56)}`, `0x55667788${"0".repeat(56)}`] }),
          rule("3", "is", { n: [1n] }),
          rule("4", "is one of or the principal", { a: [FRIEND] }),
          rule("6", "is the principal"),
        ],
        spends: [spend(COUNTER, "0", { scale: 30 }), spend(TOKEN, "0")],
      }),
      permission("many(uint256[],address[],(uint64,address)[])", {
        rules: [
          rule("0[*]", "is at most", { n: [big] }),
          rule("0[*]", "is not", { n: [3n] }),
          rule("1.length", "is at least", { n: [1n] }),
          rule("1[*]", "is one of", { a: [FRIEND, OTHER] }),
          rule("2[0].1", "is", { a: [OTHER] }),
          rule("2[*].1", "is one of", { a: [FRIEND, OTHER] }),
        ],
        spends: [spend(COUNTER, "", { amount: 1n }), spend(TOKEN, "0[*]")],
      }),
      permission("named(uint256[],uint256[])", {
        rules: [
          rule("0[0]", "is at least", { n: [1n] }),
          rule("0[2]", "is", { n: [7n] }),
          rule("1.length", "is", { n: [2n] }),
        ],
      }),
      permission("rich(uint256[],uint256)", {
        open: ["0", "1"],
        spends: [spend(COUNTER, "1", { scale: 3 }), spend(TOKEN, "0[*]")],
      }),
      permission("call(bytes,uint256)", {
        inner: [{ argument: "0", types: "pay(address,uint256,int64)" }],
        rules: [
          rule("0:0", "is one of", { a: [FRIEND, OTHER] }),
          rule("0:1", "is at most", { n: [big] }),
          rule("0:2", "is at least", { n: [-5n] }),
          rule("1", "is at least", { n: [2n] }),
        ],
        spends: [spend(TOKEN, "0:1")],
      }),
      permission("calls(bytes[])", {
        inner: [{ argument: "0[*]", types: "pay(address,uint256)" }],
        rules: [rule("0[*]:0", "is the principal"), rule("0[*]:1", "is at most", { n: [big] })],
        spends: [spend(TOKEN, "0[*]:1")],
      }),
    ]),
    policyOf([
      permission("encoding(bytes)", {
        inner: [
          { argument: "0", types: "(address[],bytes,uint256)" },
          { argument: "0:1", types: "(bytes4,bool)" },
        ],
        rules: [
          rule("0:0[*]", "is one of or the principal", { a: [FRIEND] }),
          rule("0:1:0", "is", { w: [`0x11223344${"0".repeat(56)}`] }),
          rule("0:1:1", "is", { n: [1n] }),
          rule("0:2", "is at least", { n: [1n] }),
        ],
      }),
      permission("nest((uint256,bytes32[])[2],uint256[][],string[2])", {
        rules: [rule("0[1].0", "is at most", { n: [100n] }), rule("1[*][*]", "is not", { n: [1n] })],
        spends: [spend(COUNTER, "1[*][*]")],
      }),
      permission("deep((((uint256[],string)[],uint8)[],uint16))", {
        rules: [rule("0.0[*].0[*].0[*]", "is at least", { n: [2n] })],
      }),
      permission("swap(uint256,uint256,uint256)", {
        maxValue: 10n ** 18n,
        rules: [
          rule("0", "is at least at rate", { n: [3n, 10n ** 18n], per: "value" }),
          rule("1", "is at least at rate", { n: [3n, 2n], per: "0" }),
          rule("2", "is at most at rate", { n: [5n, 2n], per: "0" }),
          rule("value", "is at most", { n: [10n ** 17n] }),
        ],
      }),
      permission("wide(uint256,uint256)", {
        open: ["0", "1"],
        rules: [rule("1", "is at least at rate", { n: [2n ** 200n + 1n, 2n ** 199n], per: "0" })],
      }),
      permission("hash(bytes,string,uint256[],bytes)", {
        rules: [
          rule("0", "has the content", { w: [ONE] }),
          rule("0.length", "is at most", { n: [3n] }),
          rule("1", "has one of the contents", { w: [EMPTY, ONE, WORD, LONG].sort() }),
          rule("2", "has one of the contents", { w: [EMPTY, keccak256(`0x${"00".repeat(31)}01`)].sort() }),
          rule("3", "has the content", { w: [LONG] }),
        ],
      }),
      permission("opened(address[],uint256)", { open: ["0"], rules: [rule("0[*]", "is not", { a: [FRIEND] })] }),
      permission("list(address[],uint256)", { open: ["0"] }),
      permission("anything(address,bytes)", { open: ["*"], rules: [rule("0", "is not", { a: [FRIEND] })] }),
    ]),
    policyOf([
      ...[
        [rule("0", "is", { a: [FRIEND] }), rule("1", "is at most", { n: [50n] })],
        [
          rule("0", "is", { a: [OTHER] }),
          rule("1", "is at most", { n: [500n] }),
          rule("2[*]", "is at least", { n: [3n] }),
        ],
        [rule("0", "is the principal"), rule("2.length", "is", { n: [2n] }), rule("value", "is at least", { n: [5n] })],
      ].map((rules, i) =>
        permission("pay(address,uint256,uint256[])", {
          target: alternatives,
          rules,
          maxValue: i === 2 ? 100n : 0n,
          spends: [spend(COUNTER, "", { amount: BigInt(i + 1) }), spend(TOKEN, "1")],
        }),
      ),
      permission("free(address,bytes)", { target: alternatives, consumable: true }),
      permission("free(address,uint256)", {
        target: asked,
        consumable: true,
        rules: [rule("1", "is at most", { n: [9n] })],
      }),
      permission("plain(uint256)", { target: asked, consumable: true, spends: [spend(TOKEN, "0")] }),
      permission("flag(bool)", { target: asked }),
      permission("none()", { target: asked }),
      permission("*", { target: "0xa5c0000000000000000000000000000000000002", open: ["*"] }),
      permission("", { target: FRIEND, maxValue: 10n, spends: [spend(COUNTER, "", { amount: 1n })] }),
      permission("", { target: ANY, maxValue: 3n, rules: [rule("value", "is not", { n: [2n] })] }),
      permission("claim(uint256)", { target: ANY }),
      permission("transfer(address,uint256)", { target: TOKEN }),
      permission("approve(address,uint256)", {
        target: TOKEN,
        rules: [rule("0", "is one of", { a: [FRIEND, OTHER] })],
      }),
    ]),
    policyOf([
      permission("approve(address,uint256)", {
        target: TOKEN,
        rules: [rule("0", "is one of", { a: ["0xa170000000000000000000000000000000000001", FRIEND] })],
      }),
      permission("take(uint256)", { target: alternatives, spends: [spend(TOKEN, "0")] }),
      permission("give(uint256,uint256)", {
        target: alternatives,
        spends: [spend(COUNTER, "0", { scale: 1 }), spend(TOKEN, "1")],
      }),
    ]),
  ];
}

const EVERY_ERROR = [
  "CallNotAllowed",
  "CallNotConsumable",
  "CallOnlyAsked",
  "CalldataLengthNotAllowed",
  "ValueNotAllowed",
  "ArgumentNotAllowed",
  "RateNotMet",
  "ArgumentNotCanonical",
  "ArgumentNotBounded",
  "ArgumentAbsent",
  "TooManyElements",
  "InnerMethodNotAllowed",
  "SpendOverflow",
  "AlternativesRefused",
];

describe("PolicyScope on random calls", () => {
  saySeedOnFailure();
  let scopes: PolicyScopes;
  const outcomes = new Map<string, number>();
  before(async () => {
    scopes = await PolicyScopes.deploy(await openChain(), PRINCIPAL);
  });

  async function compareAll(placed: PlacedPolicy, calls: Call[], route: "direct" | "asked"): Promise<void> {
    const wanted = scopes.expect(placed, calls, route);
    if (wanted === undefined) return;
    expect(
      await scopes.run(placed, calls, route),
      JSON.stringify({ calls, route }, (_, each) => (typeof each === "bigint" ? `${each}` : each)),
    ).to.equal(wanted);
    const names = errorsOf(wanted);
    for (const name of names.length === 0 ? ["admitted"] : names) outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    for (const call of calls) compareProgram(placed, call, wanted, calls.length);
  }

  /** A call of one permission that has a program: the model that runs its bytes says the same. */
  function compareProgram({ published, policy }: PlacedPolicy, call: Call, wanted: string, calls: number): void {
    const own = published.permissions.filter(
      ({ permission, selector }) => permission.target === call.target && call.data.slice(0, 10) === selector,
    );
    const [only] = own;
    if (own.length !== 1 || only!.kind !== "method" || calls !== 1) return;
    const early = /CallNotConsumable|CallOnlyAsked|ValueNotAllowed|CalldataLengthNotAllowed/;
    if (early.test(wanted)) return;
    const isSuffixed = only!.trust === "asked" || only!.permission.open[0] === "*";
    const ran = run(compile(only!), call.data, BigInt(PRINCIPAL), call.value, isSuffixed);
    expect(ran.failed === undefined, `${only!.permission.method} ${call.data}`).to.equal(!wanted.includes("("));
    if (ran.failed !== undefined) return;
    const amounts = drawsOf(only!).map(({ unit, constant }, i) => ({ unit, amount: constant ?? ran.draws[i]! }));
    const requested = policy.limits.map(({ unit }) =>
      amounts.reduce((sum, each) => (each.unit === unit ? sum + each.amount : sum), unit === NATIVE ? call.value : 0n),
    );
    expect(requested.join()).to.equal(wanted);
  }

  it("says what the models say of every policy's calls with a part of them changed (ATK-113)", async function () {
    this.timeout(300_000);
    const draws = new Draws(seedOf("policy scope, mutated"));
    for (const { policy, facts, passes, refused } of files) {
      const placed = await scopes.place(policy, facts);
      for (const { calls, route = "direct" } of [...passes, ...refused]) {
        for (let i = 0; i < 12; ++i) {
          const at = draws.below(Math.max(1, calls.length));
          const changed = calls.map((call, j) => (j === at ? { ...call, data: mutated(call.data, draws) } : call));
          await compareAll(placed, changed, route);
        }
      }
    }
  });

  it("says what the models say of calls drawn from the policies' own values", async function () {
    this.timeout(300_000);
    const draws = new Draws(seedOf("policy scope, drawn"));
    for (const { policy, facts } of files) {
      const placed = await scopes.place(policy, facts);
      const random = new RandomCalls(policy, placed.published, PRINCIPAL, draws, CONTENTS);
      for (let i = 0; i < 30; ++i) {
        const { calls, route } = random.execution();
        await compareAll(placed, calls, route);
      }
    }
  });

  for (const [n, policy] of grounds().entries()) {
    it(`says what the models say where everything is said, ${n + 1} (ATK-113, ATK-115)`, async function () {
      this.timeout(300_000);
      const draws = new Draws(seedOf(`policy scope, ground ${n}`));
      const facts = { machinery: [], fungible: [TOKEN], nonFungible: [], assets: {} };
      const placed = await scopes.place(policy, facts);
      const random = new RandomCalls(policy, placed.published, PRINCIPAL, draws, CONTENTS);
      for (let i = 0; i < 1_200; ++i) {
        const { calls, route } = random.execution();
        await compareAll(placed, calls, route);
      }
    });
  }

  it("reaches every error, and admits (ATK-98)", () => {
    for (const name of [...EVERY_ERROR, "admitted"]) expect(outcomes.get(name) ?? 0, name).to.be.at.least(10);
  });
});
