import { expect } from "chai";
import fc from "fast-check";
import {
  createClient,
  custom,
  encodeAbiParameters,
  getAddress,
  numberToHex,
  parseAbi,
  parseEther,
  zeroAddress,
  type Address,
  type Hex,
} from "viem";
import { hardhat } from "viem/chains";
import { describePolicyOnChain } from "../../sdk/src/actions/describePolicyOnChain.ts";
import {
  anyMethodOf,
  contentsOf,
  contract,
  definePolicy,
  describePolicy,
  type DescribePolicyParameters,
  formatPolicyDescription,
  hashPolicy,
  type LimitDescription,
  method,
  mostLossOf,
  nativeTransfer,
  worstLossOf,
} from "../../sdk/src/policies/index.ts";
import type { Permission, Policy, Rule } from "../../sdk/src/types.ts";
import { openWorld, type World } from "../support/chain/dapp.ts";
import { seeded } from "../support/fuzz.ts";
import { deployAnswering } from "../support/servers/answering.ts";

const TOKEN: Address = "0x2222222222222222222222222222222222222222";
const OTHER: Address = "0x2222222222222222222222222222222222222223";
const GAME: Address = "0x1111111111111111111111111111111111111111";
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const PAYMASTER: Address = "0x4444444444444444444444444444444444444444";
const base = { app: "told.example", maxDuration: 7_200, maxCalls: 10 } as const;
const DAY = 86_400;

const ruleOf = (argument: string, test: Rule["test"], values: Partial<Rule> = {}): Rule => ({
  ...{ argument, test, per: "", addresses: [], numbers: [], words: [] },
  ...values,
});
const policyOf = (permissions: readonly Permission[][], limits: Parameters<typeof definePolicy>[0]["limits"] = []) =>
  definePolicy({ ...base, permissions, limits });
const told = (policy: Policy, parameters: DescribePolicyParameters = {}) =>
  formatPolicyDescription(describePolicy(policy, parameters));

describe("The description of a policy", () => {
  it("is data that the sentences are made of", () => {
    const policy = policyOf(
      [
        method(TOKEN, "transfer(address,uint256)", {
          rules: [
            ruleOf("0", "is one of", { addresses: [GAME, FRIEND] }),
            ruleOf("1", "is at most", { numbers: [5n] }),
          ],
        }),
        nativeTransfer(FRIEND, 1n),
        anyMethodOf(FRIEND),
      ],
      [
        { unit: TOKEN, cap: 100n, period: 3_600 },
        { unit: zeroAddress, cap: 10n },
      ],
    );
    const abis = { [TOKEN]: parseAbi(["function transfer(address to, uint256 amount)"]) };
    const tokens = { [TOKEN]: { symbol: "USD", decimals: 1 } };
    const description = describePolicy(policy, { names: { [GAME]: "the game" }, tokens, abis });
    const usd = { address: TOKEN, kind: "token", symbol: "USD", decimals: 1 };
    expect(description.permissions[0]).to.deep.equal({
      index: 0,
      target: { address: TOKEN, name: undefined },
      isAnyTarget: false,
      kind: "method",
      method: "transfer(address,uint256)",
      selector: "0xa9059cbb",
      trust: "counted",
      alternative: undefined,
      maxValue: 0n,
      bindings: [
        {
          argument: { path: "0", name: "to", type: "address" },
          test: "is one of",
          values: [
            { kind: "address", address: { address: GAME, name: "the game" } },
            { kind: "address", address: { address: FRIEND, name: undefined } },
          ],
          rate: undefined,
        },
        {
          argument: { path: "1", name: "amount", type: "uint256" },
          test: "is at most",
          values: [{ kind: "number", number: 5n, unit: usd }],
          rate: undefined,
        },
      ],
      spends: [
        {
          unit: usd,
          argument: { path: "1", name: "amount", type: "uint256" },
          amount: 0n,
          scale: 0,
          isByToken: true,
        },
      ],
      inner: [],
      open: [],
      isConsumable: false,
      leavesRight: false,
    });
    const hourly: LimitDescription = { unit: usd as never, cap: 100n, period: 3_600, fromStart: false };
    // Two hours that begin with the last second of a period touch three.
    expect(description.loss.losses[1]).to.deep.equal({ unit: usd, amount: 300n, periods: 3, limit: hourly });
    expect(description.loss.isWhole).to.equal(false);
    expect(description.trusted).to.deep.equal([
      { target: { address: FRIEND, name: undefined }, isAnyTarget: false, permissions: [2], holdings: undefined },
    ]);
    expect(description.open).to.deep.equal([2]);
    expect(description.bound.map(({ address, isOfPolicy }) => [address.address, isOfPolicy])).to.deep.equal([
      [GAME, false],
      [FRIEND, true],
    ]);
    const text = formatPolicyDescription(description);
    expect(text).to.deep.equal({
      policyId: hashPolicy(policy),
      app: "told.example",
      permissions: [
        `transfer(address,uint256) [0xa9059cbb] of ${TOKEN}: to (argument 0) is one of the game, ${FRIEND}; ` +
          "amount (argument 1) is at most 0.5 USD; counts amount (argument 1) as USD",
        `send ETH to ${FRIEND}: up to 0.000000000000000001 ETH each`,
        `any method of ${FRIEND}: everything that is not bound may say anything`,
      ],
      limits: ["0.00000000000000001 ETH in all", "10 USD in each 1 h"],
      session: "1 min to 2 h, at most 10 calls",
      gas: "nobody pays for operations",
      worstLoss: "0.00000000000000001 ETH + 30 USD, if the trusted contracts keep their word",
      trusted: [FRIEND],
      open: [`any method of ${FRIEND}: everything that is not bound may say anything`],
      bound: ["the game: to (argument 0) of transfer(address,uint256)"],
      warnings: [
        `any method of ${FRIEND} may be called, also one that it gets by an upgrade`,
        `calls of ${FRIEND} count no token (any method): give it no allowance`,
      ],
      tokens: [`USD is ${TOKEN}`],
    });
    // It survives what data survives.
    expect(structuredClone(description)).to.deep.equal(description);
  });

  describe("names arguments", () => {
    it("by their true position, and by their names if there is an ABI", () => {
      const abi = parseAbi([
        "struct Order { address owner; uint96[] amounts; }",
        "function cashOut(uint96[2] parts, address refundTo, address to, Order order, bytes data)",
      ]);
      const [permission] = contract({
        address: GAME,
        abi,
        methods: {
          cashOut: {
            arguments: {
              refundTo: { isPrincipal: true },
              to: { isPrincipal: true },
              order: { owner: { isPrincipal: true }, amounts: { each: { atMost: 9n }, length: { atMost: 3 } } },
              data: { inner: { types: "(address)", arguments: { 0: { isPrincipal: true } } } },
            },
          },
        },
      });
      const policy = policyOf([[permission!]]);
      const bare = told(policy).permissions[0]!;
      for (const part of [
        "argument 1 is the wallet itself",
        "argument 2 is the wallet itself",
        "argument 3.0 is the wallet itself",
        "every element of argument 3.1 is at most 9",
        "the length of argument 3.1 is at most 3",
        "argument 0 inside argument 4 is the wallet itself",
        "argument 4 holds (address)",
      ]) {
        expect(bare).to.contain(part);
      }
      const named = told(policy, { abis: { [GAME]: abi } }).permissions[0]!;
      for (const part of [
        "refundTo (argument 1) is the wallet itself",
        "to (argument 2) is the wallet itself",
        "order.owner (argument 3.0) is the wallet itself",
        "order.amounts[*] (every element of argument 3.1) is at most 9",
        "order.amounts.length (the length of argument 3.1) is at most 3",
        "data:0 (argument 0 inside argument 4) is the wallet itself",
      ]) {
        expect(named).to.contain(part);
      }
      // An ABI of another method, and names that are none, name nothing.
      const others = [
        parseAbi(["function cashOut(uint96[2] parts)"]),
        abi.map((item) => ({
          ...item,
          inputs: item.inputs.map((each) => ({ ...each, name: "to is the wallet;" })),
        })),
      ];
      for (const other of others)
        expect(told(policy, { abis: { [GAME]: other as never } }).permissions[0]).to.equal(bare);
    });
  });

  describe("tells values by their types", () => {
    const types = ["uint256", "address", "int64", "bool", "bytes4", "uint8", "bytes32"];
    const text = `f(${types.join(",")})`;
    const one = (rule: Rule) =>
      told(policyOf([method(GAME, text, { rules: [rule], open: ["*"] })]))
        .permissions[0]!.split(": ")[1]!
        .split("; ")[0];

    it("big numbers as numbers, small addresses as addresses, what is negative, true and false, bytes as they are", () => {
      const million = parseEther("2000000");
      expect(one(ruleOf("0", "is at most", { numbers: [million] }))).to.equal(`argument 0 is at most ${million}`);
      const small = getAddress("0x0000000000000000000000000000000000010000");
      expect(one(ruleOf("1", "is not", { addresses: [small] }))).to.equal(`argument 1 is not ${small}`);
      expect(one(ruleOf("2", "is at least", { numbers: [-5n] }))).to.equal("argument 2 is at least -5");
      expect(one(ruleOf("3", "is", { numbers: [1n] }))).to.equal("argument 3 is true");
      expect(one(ruleOf("3", "is", { numbers: [0n] }))).to.equal("argument 3 is false");
      const selector: Hex = `0xa9059cbb${"00".repeat(28)}`;
      expect(one(ruleOf("4", "is", { words: [selector] }))).to.equal("argument 4 is 0xa9059cbb");
      expect(one(ruleOf("5", "is at most", { numbers: [7n] }))).to.equal("argument 5 is at most 7");
      // The same twenty bytes elsewhere are another's.
      expect(one(ruleOf("6", "is the principal"))).to.equal(
        "argument 6 is the wallet's own address as a bytes32, whose it is elsewhere",
      );
    });

    it("a rate in the numbers that the chain compares", () => {
      const rules = [ruleOf("5", "is at least at rate", { per: "0", numbers: [3n, 1_000n] })];
      const policy = policyOf([method(GAME, text, { rules, open: ["*"] })]);
      expect(told(policy).permissions[0]).to.contain("argument 5 is at least argument 0 times 3 / 1000");
    });

    it("bound contents by what they are, if that is what the hash says", () => {
      const abi = parseAbi(["function swap(address[] path, string memo, bytes note)"]);
      const path = [TOKEN, FRIEND] as const;
      const methods = {
        swap: { arguments: { path: { contentIs: path }, memo: { contentIs: "gm\n" }, note: { contentIs: "0xabcd" } } },
      } as const;
      const policy = policyOf([contract({ address: GAME, abi, methods })]);
      const contents = {
        ...contentsOf("address[]", path),
        ...contentsOf("string", "gm\n"),
        ...contentsOf("bytes", "0xabcd"),
      };
      const names = { [TOKEN]: "USD", [FRIEND]: "WETH" };
      expect(told(policy, { contents, names }).permissions[0]).to.contain(
        'argument 0 is [USD, WETH]; argument 1 is "gm\\u{a}"; argument 2 is 0xabcd',
      );
      expect(told(policy, { contents, names }).bound).to.deep.equal([
        "USD: argument 0 of swap(address[],string,bytes)",
        "WETH: argument 0 of swap(address[],string,bytes)",
      ]);
      expect(told(policy).permissions[0]).to.match(/argument 0 is what has the hash 0x[0-9a-f]{64}; /);
      // Whoever writes another content beside a hash is not believed.
      const lies = Object.fromEntries(Object.keys(contents).map((hash) => [hash, [FRIEND, TOKEN]]));
      expect(told(policy, { contents: lies, names }).permissions[0]).to.equal(told(policy).permissions[0]);
      expect(told(policy, { contents, names: {} }).permissions[0]).to.contain(`argument 0 is [${TOKEN}, ${FRIEND}]`);
      expect(() => contentsOf("address[]", "gm")).to.throw("expected a list");
      expect(() => contentsOf("address[", "gm")).to.throw("this is not a type");
    });
  });

  describe("writes symbols", () => {
    const limitOf = (symbol: string, more: DescribePolicyParameters = {}) => {
      const limits = [{ unit: TOKEN, cap: 10n }];
      const policy = policyOf([method(TOKEN, "transfer(address,uint256)")], limits);
      return told(policy, { ...more, tokens: { [TOKEN]: { symbol, decimals: 1 }, ...more.tokens } }).limits[0];
    };

    it("so that none can be taken for the coin, for another token, or for a part of a sentence (ATK-126)", () => {
      for (const plain of ["USD", "USD₮0", "aUSDC.e", "wstETH", "柚子"])
        expect(limitOf(plain)).to.equal(`1 ${plain} in all`);
      for (const coin of ["ETH", "eth", "Ether", "wei", "GWEI", " ETH"]) {
        expect(limitOf(coin)).to.match(new RegExp(`^1 "\\s?${coin.trim()}" of ${TOKEN} in all$`));
      }
      expect(limitOf("0 USD of")).to.equal('1 "0 USD of" in all');
      expect(limitOf("000")).to.equal('1 "000" in all');
      expect(limitOf('US"D')).to.equal('1 "US\\u{22}D" in all');
      expect(limitOf("USD\u0421")).to.equal('1 "USD\\u{421}" in all');
      // All of one script, and yet it reads like another.
      expect(limitOf("\u0415\u0422\u041d")).to.equal('1 "\\u{415}\\u{422}\\u{41d}" in all');
      expect(limitOf("ＵＳＤ")).to.contain("\\u{ff35}");
      const two = { [OTHER]: { symbol: "USD", decimals: 6 } };
      expect(limitOf("USD", { tokens: two })).to.equal(`1 "USD" of ${TOKEN} in all`);
      const pol = { symbol: "POL", decimals: 18 };
      expect(limitOf("POL", { nativeCurrency: pol })).to.equal(`1 "POL" of ${TOKEN} in all`);
      const native = policyOf([nativeTransfer(FRIEND, 1n)], [{ unit: zeroAddress, cap: parseEther("1") }]);
      expect(told(native, { nativeCurrency: pol })).to.deep.include({ limits: ["1 POL in all"], worstLoss: "1 POL" });
    });

    it("of counters as the file calls them", () => {
      const posts = getAddress(numberToHex(3, { size: 20 }));
      const spends = [{ unit: posts, argument: "", amount: 1n, scale: 0 }];
      const policy = policyOf([method(GAME, "post()", { spends })], [{ unit: posts, cap: 5n }]);
      expect(told(policy).worstLoss).to.equal(
        "nothing that is counted; at most 5 units of counter 3, if the trusted contracts keep their word",
      );
      expect(told(policy, { tokens: { [posts]: { symbol: "posts", decimals: 0 } } }).limits).to.deep.equal([
        "5 posts in all",
      ]);
    });
  });

  it("puts what is counted first and what is open last, and keeps alternatives together", () => {
    const alternative = (number: bigint, open: string[]) =>
      method(GAME, "a(uint8,address)", {
        rules: [ruleOf("0", "is", { numbers: [number] }), ...(open.length ? [] : [ruleOf("1", "is the principal")])],
        open,
      });
    const policy = policyOf(
      [alternative(1n, []), alternative(2n, ["1"]), method(FRIEND, "b()"), method(TOKEN, "transfer(address,uint256)")],
      [{ unit: TOKEN, cap: 1n }],
    );
    const starts = told(policy).permissions.map((each) => each.slice(0, 8));
    expect(starts).to.deep.equal(["transfer", "b() [0x4", "a(uint8,", "a(uint8,"]);
    expect(told(policy).permissions[2]).to.match(/\(alternative 1 of 2: the first that holds decides\)$/);
  });

  it("names every address that is bound, and not the principal's own", () => {
    const rules = [ruleOf("0", "is one of", { addresses: [FRIEND, PAYMASTER] })];
    const policy = policyOf([method(GAME, "f(address)", { rules })]);
    expect(told(policy).bound).to.deep.equal([
      `${FRIEND}: argument 0 of f(address)`,
      `${PAYMASTER}: argument 0 of f(address)`,
    ]);
    expect(told(policy, { principal: FRIEND }).bound).to.deep.equal([`${PAYMASTER}: argument 0 of f(address)`]);
  });

  it("says of an approval what counts twice", () => {
    const approve = method(TOKEN, "approve(address,uint256)", { rules: [ruleOf("0", "is", { addresses: [GAME] })] });
    const spends = [{ unit: TOKEN, argument: "0", amount: 0n, scale: 0 }];
    const swap = method(GAME, "swap(uint96)", { spends });
    const limits = [{ unit: TOKEN, cap: 1n }];
    expect(describePolicy(policyOf([approve, swap], limits))).to.deep.include({ countedTwice: [] });
    expect(
      describePolicy(policyOf([approve, swap], limits)).credits.map(({ spender }) => spender.address),
    ).to.deep.equal([GAME]);
    const twice = policyOf([approve, swap, method(GAME, "poke()")], limits);
    expect(told(twice).warnings).to.include(`an approval for ${GAME} and what it then takes count twice`);
  });

  describe("of the worst loss before there is a window", () => {
    let world: World;
    before(async () => {
      world = await openWorld();
    });
    after(() => world.connection.close());

    const counters = [1, 2, 3, 4, 5, 6, 7, 8].map((each) => getAddress(numberToHex(each, { size: 20 })));
    const periods = fc.oneof(
      fc.constantFrom(60, 660, 7 * 3_600, DAY, 7 * DAY, 14 * DAY, 28 * DAY, 30 * DAY, 31 * DAY, 90 * DAY, 365 * DAY),
      fc.integer({ min: 60, max: 500 * DAY }),
    );
    const drawn = fc.record({
      limits: fc.array(fc.record({ period: periods, fromStart: fc.boolean() }), { minLength: 1, maxLength: 8 }),
      duration: fc.oneof(
        periods.map((period) => Math.min(period + 1, 365 * DAY)),
        fc.integer({ min: 60, max: 365 * DAY }),
      ),
      starts: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    });

    it("is what the lens finds for the worst start, and less for no other (fuzzed)", async () => {
      const { lens, store } = world;
      const amounts = ({ losses }: { losses: readonly { amount: bigint }[] }) => losses.map(({ amount }) => amount);
      await fc.assert(
        fc.asyncProperty(drawn, async ({ limits, duration, starts }) => {
          const policy = definePolicy({
            ...{ ...base, maxDuration: duration, permissions: [method(GAME, "f()")] },
            limits: limits.map((limit, i) => ({ ...limit, unit: counters[i]!, cap: 5n })),
          });
          await (await store.getFunction("publishPolicy").send(policy)).wait();
          const id = hashPolicy(policy);
          const { loss } = describePolicy(policy);
          const most = amounts({ losses: loss.counts });
          expect(most).to.deep.equal(amounts(mostLossOf(policy, duration)));
          expect(most).to.deep.equal(amounts(await lens.getFunction("mostLossOf").staticCall(id, duration)));
          expect(loss.counts.map(({ periods: touched }) => 5n * BigInt(touched))).to.deep.equal(most);
          for (const [i, { period }] of limits.entries()) {
            // The worst start is the last second of a period.
            for (const start of [1_000 * period - 1, ...starts.map((each) => 2 ** 30 + (each % period))]) {
              const window = { validAfter: start, validUntil: start + duration - 1 };
              const own = amounts(worstLossOf(policy, window));
              const found = await lens.getFunction("worstLossOf").staticCall(id, window.validAfter, window.validUntil);
              expect(amounts(found)).to.deep.equal(own);
              own.forEach((each, j) => expect(each <= most[j]!).to.equal(true));
              if (start === 1_000 * period - 1) expect(own[i]).to.equal(most[i]);
            }
          }
        }),
        seeded("worst losses without a window", { numRuns: 25 }),
      );
    });
  });

  describe("on the chain", () => {
    let world: World;
    let client: ReturnType<typeof open>;
    const open = () => createClient({ chain: hardhat, transport: custom(world.provider), cacheTime: 0 });
    before(async () => {
      world = await openWorld();
      client = open();
    });
    after(() => world.connection.close());
    const answer = (answers: Record<string, Hex>) => deployAnswering(world, answers);
    const yes = numberToHex(1n, { size: 32 });

    it("says what each trusted contract and the paymaster hold already", async () => {
      const owner = getAddress(world.owner.address);
      const token = await answer({
        "symbol()": encodeAbiParameters([{ type: "string" }], ["USD"]),
        "decimals()": numberToHex(1n, { size: 32 }),
        "allowance(address,address)": numberToHex(50n, { size: 32 }),
      });
      const nft = await answer({ "isApprovedForAll(address,address)": yes });
      const market = await answer({ "isAuthorized(address,address)": yes });
      const policy = definePolicy({
        ...base,
        permissions: [method(nft, "list(uint96)"), method(market, "buy()"), method(token, "transfer(address,uint256)")],
        limits: [{ unit: token, cap: 10n }],
        paymaster: PAYMASTER,
        gasBudget: 10n ** 9n,
      });
      const names = { [nft]: "the cards", [market]: "the market" };
      const description = await describePolicyOnChain(client, { policy, principal: owner, names });
      const text = formatPolicyDescription(description);
      const allowance = "may already take up to 5 USD, by an allowance";
      expect(text.trusted).to.have.members([
        `the cards; ${allowance}; may move everything that the wallet has in the market`,
        `the market; ${allowance}; may move everything that the wallet has in the cards`,
      ]);
      expect(text.warnings).to.include(`paymaster ${PAYMASTER} ${allowance}: it may charge for its gas`);
      // Nobody is asked about nobody.
      const unasked = await describePolicyOnChain(client, { policy });
      expect(unasked.trusted.map(({ holdings }) => holdings)).to.deep.equal([undefined, undefined]);
    });
  });
});
