import { expect } from "chai";
import {
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  numberToHex,
  padHex,
  parseAbi,
  parseAbiParameters,
  parseEther,
  parseUnits,
  type Abi,
  type Address,
} from "viem";
import { PERMIT2 } from "../../sdk/src/constants.ts";
import { PolicyError, SessionError } from "../../sdk/src/errors/index.ts";
import {
  formatPolicyFile,
  generateSecp256k1SessionKey,
  isContractError,
  lintPolicy,
  type SessionCall,
} from "../../sdk/src/index.ts";
import {
  depositToVault,
  leastRate,
  lendOnAave,
  lendOnMorpho,
  mint,
  payList,
  payPerRequest,
  playGame,
  repayOnAaveCalls,
  repayOnMorphoCalls,
  subscribe,
  swapOnUniswapV2,
  swapOnUniswapV3,
  swapOnUniversalRouter,
  type Recipe,
  type Token,
} from "../../sdk/src/recipes/index.ts";
import { deployMock } from "../support/chain/artifacts.ts";
import { FRIEND, openSessionClient, type TestClient } from "../support/client/sessionClient.ts";
import { deployAnswering } from "../support/servers/answering.ts";

const DAY = 86_400;
const THIEF: Address = "0x4444444444444444444444444444444444444444";
const ORACLE: Address = "0x5555555555555555555555555555555555555555";
const NOW = 1_800_000_000;
/** What is true of what the recipes are for: approvals stay, protocols are trusted, a router runs calls, a year is long, and
 * several methods are many lines.
 */
const KNOWN = [
  ...["standing-allowance", "undeclared-spend", "approval-paid-twice", "nested-calls", "long-window"],
  "long-registration",
];

describe("The recipes", () => {
  let test: TestClient;
  let world: TestClient["world"];
  let client: TestClient["client"];
  let usd: Token;
  let weth: Token;
  let target: Address;

  before(async () => {
    test = await openSessionClient();
    ({ world, client } = test);
    const token = async (symbol: string, decimals: number): Promise<Token> => {
      const address = await test.deploy("Poke", world.owner.address, parseEther("1000000"));
      return { address, symbol, decimals };
    };
    usd = await token("USD", 6);
    weth = await token("WETH", 18);
    target = getAddress(await (await deployMock(world, "Recorder", "Recorder")).getAddress());
  });
  after(() => world.connection.close());

  const call = (to: Address, abi: Abi, functionName: string, args: unknown[], value = 0n): SessionCall => ({
    ...{ to, value, data: encodeFunctionData({ abi, functionName, args }) },
  });
  const approving = (token: Token, spender: Address, amount: bigint) =>
    call(token.address, erc20Abi, "approve", [spender, amount]);

  /** Publishes what a recipe says and asks the chain about calls, each made of who the principal is. */
  async function drive(
    { policy, words, about, said }: Recipe,
    passes: (principal: Address) => SessionCall[],
    refused: Record<string, (principal: Address) => SessionCall[]>,
  ) {
    const account = await test.wallet();
    const key = generateSecp256k1SessionKey();
    await client.delegateWalletSync({ account });
    await client.registerSessionSync({ key, policy, account });
    const explain = (calls: SessionCall[]) =>
      client.explainCalls({ principal: account.address, key: key.address, route: "direct", calls, policy });
    const good = await explain(passes(account.address));
    expect(good.error, about).to.equal(undefined);
    expect(good.decided!.every((each) => each !== undefined)).to.equal(true);
    for (const [errorName, calls] of Object.entries(refused)) {
      const { error } = await explain(calls(account.address));
      expect(isContractError(error) && error.errorName, `${about} ${errorName}`).to.equal(errorName);
    }
    // It is bounded: nothing is open, nothing unwise but what an approval leaves behind and who is trusted.
    expect(words.open).to.deep.equal([]);
    const unwise = lintPolicy(policy).filter(({ rule }) => !KNOWN.includes(rule));
    expect(unwise.map(({ message }) => message)).to.deep.equal([]);
    // Every content is said, and every amount in its token.
    expect(JSON.stringify(words)).to.not.match(/has the hash|base units/);
    expect(about).to.match(/^[A-Z].*\.$/);
    return { words, said };
  }

  const price = { sell: 4_000n * 10n ** 6n, buy: 10n ** 18n, at: NOW - 60 };
  const selling = <more extends object>(more: more) => ({
    ...{ app: "swap.example", router: target, sell: usd, buy: weth, cap: 500n * 10n ** 6n, period: DAY },
    ...{ price, now: NOW },
    ...more,
  });
  /** 1 % below 0.00025 WETH for 1 USD: 0.0002475, and rounded down. */
  const least = (amount: bigint) => amount * 247n * 10n ** 6n;

  it("round a rate to one per cent, and say how old its price is (ATK-114)", () => {
    const rate = leastRate(usd, weth, { price, now: NOW });
    expect(rate).to.deep.equal({
      ...{ numerator: 247_000_000n, denominator: 1n },
      words:
        "at least 0.000247 WETH for 1 USD: the price of 2027-01-15T07:59:00Z (at most 600 seconds old when this was made) " +
        "less 1 %, rounded down by less than 1 %",
    });
    // The other way, where a base unit of one is many of the other.
    const back = leastRate(weth, usd, {
      price: { sell: 10n ** 18n, buy: 4_123_456_789n, at: NOW },
      now: NOW,
      slippage: 0,
    });
    expect((10n ** 18n * back.numerator) / back.denominator).to.equal(4_120_000_000n);
    for (let i = 0; i < 200; ++i) {
      const [sell, buy] = [BigInt(3 ** (i % 30) + i), BigInt(7 ** (i % 17) + 1)];
      const bound = { price: { sell, buy, at: NOW }, now: NOW, slippage: 0 };
      const { numerator, denominator, words } = leastRate(usd, weth, bound);
      // Never above the price, and less than one per cent below it.
      expect(numerator * sell <= buy * denominator, `${sell} ${buy}`).to.equal(true);
      expect(numerator * sell * 100n > buy * denominator * 99n, `${sell} ${buy}`).to.equal(true);
      // The words say the rate itself, for as many tokens as that takes.
      const [, bought, sold] = /^at least (\S+) WETH for (10*) USD: /.exec(words)!;
      const [out, amount] = [parseUnits(bought!, 18), parseUnits(sold!, 6)];
      expect(out * denominator, words).to.equal(amount * numerator);
    }
    // A token of which one is worth less than a base unit of the other.
    const [dust, gold] = [
      { ...weth, symbol: "DUST" },
      { ...usd, symbol: "GOLD" },
    ];
    const tiny = leastRate(dust, gold, { price: { sell: 10n ** 30n, buy: 123_456n, at: NOW }, now: NOW, slippage: 0 });
    expect(tiny.words).to.match(/^at least 0\.000123 GOLD for 1000000000 DUST: /);
    const refused = (more: object) => () => leastRate(usd, weth, { price, now: NOW, ...more });
    expect(refused({ now: NOW + 541 })).to.throw(PolicyError, "The price is 601 seconds old; 600 are allowed.");
    // Milliseconds are a time in the far future, in which no price would ever be old.
    const at = (when: number) => ({ price: { ...price, at: when } });
    expect(refused(at(NOW + 601))).to.throw(PolicyError, "The price is of 601 seconds from now; 600 are allowed.");
    expect(refused(at(NOW * 1_000))).to.throw(PolicyError, "seconds from now; 600 are allowed");
    expect(refused(at(NOW + 600))).to.not.throw();
    expect(refused(at(NaN))).to.throw(PolicyError, "price.at is a whole number of seconds, found NaN.");
    expect(refused({ maxAge: NaN })).to.throw(PolicyError, "maxAge is a whole number of seconds, found NaN.");
    expect(refused({ now: -1 })).to.throw(PolicyError, "now is a whole number of seconds, found -1.");
    expect(refused({ slippage: 51 })).to.throw(PolicyError, "0 to 50");
    expect(refused({ slippage: 0.5 })).to.throw(PolicyError, "whole number");
    const sides = "Each side of a price is 1 to 2^128 - 1 base units, found";
    expect(refused({ price: { ...price, buy: 0n } })).to.throw(PolicyError, `${sides} 0.`);
    expect(refused({ price: { ...price, sell: 2n ** 128n } })).to.throw(PolicyError, `${sides} ${2n ** 128n}.`);
    expect(refused({ price: { ...price, sell: 4_000 } })).to.throw(PolicyError, `${sides} 4000.`);
  });

  it("swap on Uniswap V2 along one path, at a price, to oneself (ATK-114)", async () => {
    const abi = parseAbi(["function swapExactTokensForTokens(uint256, uint256, address[], address, uint256)"]);
    const swap = (to: Address, amount: bigint, out: bigint, path = [usd.address, weth.address]) =>
      call(target, abi, "swapExactTokensForTokens", [amount, out, path, to, 2n ** 40n]);
    const amount = 500_000_000n;
    const { words } = await drive(
      swapOnUniswapV2(selling({})),
      (me) => [approving(usd, target, amount), swap(me, amount, least(amount))],
      {
        RateNotMet: (me) => [swap(me, amount, least(amount) - 1n)],
        ArgumentNotAllowed: () => [swap(THIEF, amount, least(amount))],
        SpendCapExceeded: (me) => [swap(me, amount + 1n, least(amount + 1n))],
      },
    );
    expect(words.permissions.join("\n")).to.contain("path (argument 2) is [USD, WETH]");
    expect(words.worstLoss).to.equal("4000 USD, if the trusted contracts keep their word");
  });

  it("swap in one pool of Uniswap V3 (ATK-114)", async () => {
    const abi = parseAbi(["function exactInputSingle((address, address, uint24, address, uint256, uint256, uint160))"]);
    const swap = (to: Address, amount: bigint, out: bigint, fee = 500, limit = 0n) =>
      call(target, abi, "exactInputSingle", [[usd.address, weth.address, fee, to, amount, out, limit]]);
    const amount = 100_000_000n;
    await drive(
      swapOnUniswapV3(selling({ fee: 500 })),
      (me) => [approving(usd, target, amount), swap(me, amount, least(amount))],
      {
        RateNotMet: (me) => [swap(me, amount, least(amount) - 1n)],
        ArgumentNotAllowed: (me) => [swap(me, amount, least(amount), 3_000)],
        CallNotAllowed: (me) => [call(target, erc20Abi, "transfer", [me, 1n])],
      },
    );
    // The same seven words the other way round: what comes out is said, and what goes in is at most.
    const exactOut = parseAbi([
      "function exactOutputSingle((address, address, uint24, address, uint256, uint256, uint160))",
    ]);
    await drive(swapOnUniswapV3(selling({ fee: 500 })), (me) => [swap(me, amount, least(amount))], {
      CallNotAllowed: (me) => [
        call(target, exactOut, "exactOutputSingle", [[usd.address, weth.address, 500, me, 1n, amount, 0n]]),
      ],
    });
  });

  it("swap through the Universal Router, which draws by Permit2", async () => {
    const abi = parseAbi(["function execute(bytes, bytes[], uint256)"]);
    const permit2 = parseAbi(["function approve(address, address, uint160, uint48)"]);
    const path = concatHex([usd.address, numberToHex(500, { size: 3 }), weth.address]);
    const input = (to: Address, amount: bigint, out: bigint) =>
      encodeAbiParameters(parseAbiParameters("address, uint256, uint256, bytes, bool"), [to, amount, out, path, true]);
    const swap = (to: Address, amount: bigint, out: bigint, commands = "0x00") =>
      call(target, abi, "execute", [commands, [input(to, amount, out)], 2n ** 40n]);
    const amount = 100_000_000n;
    await drive(
      swapOnUniversalRouter(selling({ fee: 500 })),
      (me) => [
        approving(usd, PERMIT2, amount),
        call(PERMIT2, permit2, "approve", [usd.address, target, amount, 2 ** 40]),
        swap(me, amount, least(amount)),
      ],
      {
        RateNotMet: (me) => [swap(me, amount, least(amount) - 1n)],
        ArgumentNotAllowed: (me) => [swap(me, amount, least(amount), "0x02")],
      },
    );
  });

  it("lend on Aave, take back, and repay in full without the greatest number", async () => {
    const abi = parseAbi([
      "function supply(address, uint256, address, uint16)",
      "function withdraw(address, uint256, address)",
      "function repay(address, uint256, uint256, address)",
    ]);
    const settings = { app: "lend.example", pool: target, asset: usd, cap: 1_000_000_000n, period: DAY };
    const debt = 400_000_000n;
    const repaid = (principal: Address) => repayOnAaveCalls({ pool: target, asset: usd, debt, principal });
    const { words } = await drive(
      lendOnAave({ ...settings, repay: true }),
      (me) => [...repaid(me), call(target, abi, "withdraw", [usd.address, 5n, me])],
      {
        ArgumentNotAllowed: () => [call(target, abi, "withdraw", [usd.address, 5n, THIEF])],
        SpendCapExceeded: (me) => [...repaid(me), call(target, abi, "supply", [usd.address, debt, me, 0])],
        ArgumentNotBounded: (me) => [call(target, abi, "repay", [usd.address, 2n ** 256n - 1n, 2n, me])],
      },
    );
    expect(words.trusted).to.deep.equal(["the pool of Aave"]);
    const [first, second, last] = repaid(FRIEND);
    expect([first!.data, last!.data]).to.deep.equal([
      approving(usd, target, 400_400_000n).data,
      approving(usd, target, 0n).data,
    ]);
    expect(second!.data).to.contain(padHex(numberToHex(400_400_000n), { size: 32 }).slice(2));
    const unpaid = lendOnAave(settings);
    expect(unpaid.policy.permissions.map(({ method }) => method)).to.not.include(
      "repay(address,uint256,uint256,address)",
    );
    for (const wrong of [0n, 2n ** 256n - 1n]) {
      expect(() => repayOnAaveCalls({ pool: target, asset: usd, debt: wrong, principal: FRIEND })).to.throw(
        PolicyError,
      );
    }
  });

  it("repay on Morpho by shares, with no more approved than a little above the debt", async () => {
    const abi = parseAbi([
      "function repay((address, address, address, address, uint256), uint256, uint256, address, bytes)",
    ]);
    const market = { collateralToken: weth.address, oracle: ORACLE, irm: FRIEND, lltv: 86n * 10n ** 16n };
    const settings = { morpho: target, asset: usd, market };
    const repaid = (principal: Address, debt = { shares: 2n ** 96n - 1n, assets: 400_000_000n }) =>
      repayOnMorphoCalls({ ...settings, debt, principal });
    const { words } = await drive(
      lendOnMorpho({ ...settings, app: "lend.example", cap: 400_400_000n, repay: true }),
      (me) => repaid(me),
      {
        ArgumentNotAllowed: () => repaid(THIEF),
        SpendCapExceeded: (me) => [approving(usd, target, 1n), ...repaid(me)],
        ArgumentNotBounded: (me) => [
          call(target, abi, "repay", [
            [usd.address, weth.address, ORACLE, FRIEND, market.lltv],
            0n,
            2n ** 96n,
            me,
            "0x",
          ]),
        ],
      },
    );
    expect(words.trusted).to.deep.equal(["Morpho"]);
    const [first, , last] = repaid(FRIEND);
    expect([first!.data, last!.data]).to.deep.equal([
      approving(usd, target, 400_400_000n).data,
      approving(usd, target, 0n).data,
    ]);
    for (const shares of [0n, 2n ** 96n]) {
      const wrong = `The shares of a debt to repay are 1 to 2^96 - 1 at a time, found ${shares}.`;
      expect(() => repaid(FRIEND, { shares, assets: 1n })).to.throw(PolicyError, wrong);
    }
    for (const assets of [0n, 2n ** 95n]) {
      const wrong = `A debt to repay is 1 to 2^95 - 1 base units, found ${assets}.`;
      expect(() => repaid(FRIEND, { shares: 1n, assets })).to.throw(PolicyError, wrong);
    }
  });

  it("lend in one market of Morpho by assets alone, and take back (ATK-107)", async () => {
    const abi = parseAbi([
      "function supply((address, address, address, address, uint256), uint256, uint256, address, bytes)",
      "function withdraw((address, address, address, address, uint256), uint256, uint256, address, address)",
    ]);
    const market = { collateralToken: weth.address, oracle: ORACLE, irm: FRIEND, lltv: 86n * 10n ** 16n };
    const of = (lltv = market.lltv) => [usd.address, weth.address, ORACLE, FRIEND, lltv];
    const recipe = () => lendOnMorpho({ app: "lend.example", morpho: target, asset: usd, cap: 1_000n, market });
    await drive(
      recipe(),
      (me) => [
        approving(usd, target, 400n),
        call(target, abi, "supply", [of(), 400n, 0n, me, "0x"]),
        call(target, abi, "withdraw", [of(), 400n, 0n, me, me]),
      ],
      {
        ArgumentNotAllowed: (me) => [call(target, abi, "withdraw", [of(), 1n, 0n, me, THIEF])],
        SpendCapExceeded: (me) => [call(target, abi, "supply", [of(), 1_001n, 0n, me, "0x"])],
      },
    );
    const shares = 10n ** 28n;
    const byShares: [method: string, last: (me: Address) => unknown][] = [
      ["supply", () => "0x"],
      ["withdraw", (me) => me],
    ];
    for (const [name, last] of byShares) {
      for (const assets of [0n, 1n]) {
        await drive(recipe(), () => [approving(usd, target, 400n)], {
          ArgumentNotAllowed: (me) => [call(target, abi, name, [of(), assets, shares, me, last(me)])],
        });
      }
    }
  });

  it("deposit to a vault, and take out what may be taken", async () => {
    const abi = parseAbi([
      "function deposit(uint256, address)",
      "function redeem(uint256, address, address)",
      "function transfer(address, uint256)",
    ]);
    const address = await deployAnswering(world, {
      ...{ "asset()": padHex(usd.address, { size: 32 }), "decimals()": numberToHex(6, { size: 32 }) },
    });
    const vault = { address, symbol: "vUSD", decimals: 6 };
    const settings = { app: "save.example", vault, asset: usd, cap: 1_000n };
    await drive(
      depositToVault({ ...settings, shares: { cap: 500n } }),
      (me) => [
        approving(usd, address, 400n),
        call(address, abi, "deposit", [400n, me]),
        call(address, abi, "redeem", [500n, me, me]),
      ],
      {
        ArgumentNotAllowed: () => [call(address, abi, "deposit", [1n, THIEF])],
        SpendCapExceeded: (me) => [call(address, abi, "redeem", [501n, me, me])],
        CallNotAllowed: () => [call(address, abi, "transfer", [THIEF, 1n])],
      },
    );
    await drive(depositToVault(settings), (me) => [call(address, abi, "deposit", [400n, me])], {
      CallNotAllowed: (me) => [call(address, abi, "redeem", [1n, me, me])],
    });
  });

  it("pay a list, a subscription, and a service for each request", async () => {
    const pay = (to: Address, amount: bigint) => call(usd.address, erc20Abi, "transfer", [to, amount]);
    const app = "pay.example";
    const list = await drive(
      payList({ app, token: usd, payees: [FRIEND, ORACLE], most: 600n, cap: 1_000n, period: DAY }),
      () => [pay(FRIEND, 600n), pay(ORACLE, 400n)],
      {
        ArgumentNotAllowed: () => [pay(THIEF, 1n)],
        SpendCapExceeded: () => [pay(FRIEND, 600n), pay(ORACLE, 401n)],
      },
    );
    // Whoever is named twice is one payee.
    const twice = payList({ app, token: usd, payees: [FRIEND, FRIEND.toLowerCase() as Address], cap: 1n });
    expect(twice.about).to.equal("Pay 1 named payee in USD.");
    expect(() => payList({ app, token: usd, payees: [], cap: 1n })).to.throw(SessionError);
    // Nobody is trusted: the number is the whole truth.
    expect(list.words).to.deep.include({ worstLoss: "0.008 USD", trusted: [] });
    const monthly = await drive(
      subscribe({ app, token: usd, payee: FRIEND, price: 10_000_000n, every: 30 * DAY, maxDuration: 90 * DAY }),
      () => [pay(FRIEND, 10_000_000n)],
      {
        SpendCapExceeded: () => [pay(FRIEND, 10_000_000n), pay(FRIEND, 1n)],
        ArgumentNotAllowed: () => [pay(THIEF, 1n)],
      },
    );
    expect(monthly.words).to.deep.include({ worstLoss: "30 USD", limits: ["10 USD in each 30 d from the start"] });
    await drive(
      payPerRequest({ app, token: usd, payee: FRIEND, most: 5n, cap: 100n, period: DAY }),
      () => [pay(FRIEND, 5n)],
      { ArgumentNotAllowed: () => [pay(FRIEND, 6n)] },
    );
  });

  it("mint, at most so many and at no more than the price", async () => {
    const abi = parseAbi(["function mint(address to, uint96 quantity) payable", "function claim(address to)"]);
    const own = { to: { isPrincipal: true } } as const;
    const many = mint({
      ...{ app: "mint.example", collection: target, abi, methods: { mint: { arguments: own } } },
      ...{ pieces: 3n, price: 10n, quantity: "1" },
    });
    const { words } = await drive(many, (me) => [call(target, abi, "mint", [me, 3n], 30n)], {
      RateNotMet: (me) => [call(target, abi, "mint", [me, 2n], 21n)],
      SpendCapExceeded: (me) => [call(target, abi, "mint", [me, 4n], 30n)],
      ArgumentNotAllowed: () => [call(target, abi, "mint", [THIEF, 1n], 10n)],
    });
    expect(words.limits).to.deep.equal(["0.00000000000000003 ETH in all", "3 pieces in all"]);
    const once = mint({
      ...{ app: "mint.example", collection: target, abi, methods: { claim: { arguments: own } } },
      pieces: 1n,
    });
    await drive(once, (me) => [call(target, abi, "claim", [me])], {
      SpendCapExceeded: (me) => [call(target, abi, "claim", [me]), call(target, abi, "claim", [me])],
    });
  });

  it("play a game, move by move", async () => {
    const abi = parseAbi(["function move(address player, uint8 direction)", "function burnAll()"]);
    const game = playGame({
      ...{ app: "game.example", game: target, abi, moves: { cap: 2n, period: 3_600 } },
      methods: { move: { arguments: { player: { isPrincipal: true }, direction: { atMost: 3 } } } },
      stake: { token: usd, cap: 50n },
    });
    const move = (me: Address, direction: number) => call(target, abi, "move", [me, direction]);
    const { words } = await drive(game, (me) => [move(me, 3), approving(usd, target, 50n), move(me, 0)], {
      ArgumentNotAllowed: (me) => [move(me, 4)],
      SpendCapExceeded: (me) => [move(me, 1), move(me, 2), move(me, 3)],
      CallNotAllowed: () => [call(target, abi, "burnAll", [])],
    });
    expect(words.limits).to.include("2 moves in each 1 h");
  });

  it("make policies that a file can say", () => {
    const { policy, about, said } = swapOnUniswapV2(selling({}));
    const tokens = { USD: usd, WETH: weth };
    const file = formatPolicyFile(policy, { about, contents: said.contents, book: { tokens } });
    expect(JSON.stringify(file)).to.contain('"contentIs":["USD","WETH"]');
  });
});
