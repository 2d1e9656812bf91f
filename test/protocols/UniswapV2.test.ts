import { expect } from "chai";
import { MaxUint256, parseEther, parseUnits, type Contract } from "ethers";
import type { Address } from "viem";
import { leastRate, swapOnUniswapV2 } from "../../sdk/src/recipes/index.ts";
import { DAY } from "../support/chain/dapp.ts";
import { published } from "./support/artifacts.ts";
import { callsOf, capExceeded, expectDrawn, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { DAI, SOMEBODY, USDC, USDC_TOKEN, WETH, WETH_TOKEN, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const FACTORY = "0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f";
const ROUTER: Address = "0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D";
const usd = (text: string) => parseUnits(text, 6);
/** Of the pool that the policies swap in. */
const RESERVES = { USDC: usd("3500000"), WETH: parseEther("1000") };
const NEVER = 2n ** 40n;

let router: Contract;

/** Pools of WETH at 3,500 USDC and at 3,500 DAI, and one of both stablecoins. */
async function setUp(stage: Stage): Promise<void> {
  const { owner } = stage.world;
  const [usdc, weth] = [await circleUsdc(stage, usd("100000")), await stage.weth(parseEther("50"))];
  const dai = await stage.token(DAI, "DAI", 18, 0n);
  await stage.place(FACTORY, published("@uniswap/v2-core/build/UniswapV2Factory.json"), [owner.address]);
  const artifact = published("@uniswap/v2-periphery/build/UniswapV2Router02.json");
  router = await stage.place(ROUTER, artifact, [FACTORY, WETH]);

  await stage.send(weth, "deposit", [], parseEther("2000"));
  await stage.mint(usdc, owner.address, usd("10000000"));
  await stage.mint(dai, owner.address, parseEther("7000000"));
  for (const token of [usdc, weth, dai]) await stage.send(token, "approve", [ROUTER, MaxUint256]);
  const pools = [
    [USDC, WETH, RESERVES.USDC, RESERVES.WETH],
    [DAI, WETH, parseEther("3500000"), parseEther("1000")],
    [USDC, DAI, usd("3500000"), parseEther("3500000")],
  ];
  for (const pool of pools) await stage.send(router, "addLiquidity", [...pool, 0, 0, owner.address, NEVER]);
  const approve = { method: "approve(address,uint256)", args: [ROUTER, String(MaxUint256)] };
  await stage.asPrincipal([USDC, WETH].map((target) => ({ target, ...approve })));
}

const quote = async (stage: Stage, amount: bigint, path: string[]) =>
  (await stage.read<bigint[]>(router, "getAmountsOut", [amount, path])).at(-1)!;

/** Sells USDC for what the pool gives, and nothing else. */
const sells = (amount: bigint, least: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  const bought = await quote(stage, amount, [USDC, WETH]);
  expect(bought > least).to.equal(true);
  expect(await stage.changes(run)).to.deep.equal({ USDC: -amount, WETH: bought });
};

/** The least that the recipe takes for USDC: 1 % below what the pool gives for 100, rounded down. */
let rate: bigint;
const CAP = usd("500");
const SWAP = "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)";

const swapping = (amount: bigint, { out = amount * rate, path = [USDC, WETH], to = "principal" } = {}) =>
  call(ROUTER, SWAP, [amount, out, path, to, NEVER]);

const recipes: Record<string, RecipeTests> = {
  swapOnUniswapV2: {
    make: async (stage, now) => {
      const price = { sell: usd("100"), buy: await quote(stage, usd("100"), [USDC, WETH]), at: now };
      const tokens = { sell: USDC_TOKEN, buy: WETH_TOKEN };
      const recipe = swapOnUniswapV2({
        ...{ app: "swap.example", router: ROUTER, ...tokens, cap: CAP, period: DAY, price, now, maxDuration: 2 * DAY },
      });
      rate = leastRate(tokens.sell, tokens.buy, { price, now }).numerator;
      return recipe;
    },
    passes: {
      "all of a day, approval included": {
        calls: () => [approving(USDC, ROUTER, CAP), swapping(CAP)],
        does: sells(CAP, parseEther("0.14")),
      },
    },
    refused: {
      "for somebody else": { calls: () => [swapping(1n, { to: SOMEBODY })], error: "ArgumentNotAllowed" },
      "along another path": { calls: () => [swapping(1n, { path: [USDC, DAI, WETH] })], error: "ArgumentNotAllowed" },
      "at a worse rate": {
        calls: () => [swapping(usd("100"), { out: usd("100") * rate - 1n })],
        error: "RateNotMet",
      },
      "above the cap": { calls: () => [swapping(CAP + 1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [swapping(CAP), swapping(CAP)], error: "SpendCapExceeded" },
      "another token": {
        calls: () => [swapping(parseEther("0.1"), { out: usd("300"), path: [WETH, USDC] })],
        error: "ArgumentNotAllowed",
      },
      "an approval of another token": { calls: () => [approving(WETH, ROUTER, 1n)], error: "CallNotAllowed" },
      "an approval for somebody else": { calls: () => [approving(USDC, SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
    },
    greedy: [{ calls: () => [approving(USDC, ROUTER, CAP), swapping(CAP)], takes: { USDC: CAP } }],
  },
};

const policies: Record<string, PolicyTests> = {
  "uniswap-v2-swap": {
    passes: {
      "100 USDC for at least 0.025 WETH": sells(usd("100"), parseEther("0.025")),
      "0.1 WETH for at least 300 USDC": async (stage, run) => {
        const amount = parseEther("0.1");
        const bought = await quote(stage, amount, [WETH, USDC]);
        expect(bought > usd("300")).to.equal(true);
        expect(await stage.changes(run)).to.deep.equal({ WETH: -amount, USDC: bought });
      },
      "both in one batch": async (stage, run) => {
        const [spent, sold] = [usd("500"), parseEther("0.2")];
        const bought = await quote(stage, spent, [USDC, WETH]);
        const after = [sold, RESERVES.WETH - bought, RESERVES.USDC + spent];
        const got = await stage.read<bigint>(router, "getAmountOut", after);
        expect(await stage.changes(run)).to.deep.equal({ USDC: got - spent, WETH: bought - sold });
      },
    },
    more: (given) => {
      refusesInTheEnd(given, "both in one batch", 1, capExceeded(USDC, usd("500"), 0n));
      refusesInTheEnd(given, "0.1 WETH for at least 300 USDC", 2, capExceeded(WETH, parseEther("0.1"), 0n));

      it("does nothing where the market is worse than the price, and counts it all the same", async () => {
        const { stage, session } = given();
        const { address } = stage.world.owner;
        await stage.send(router, "swapExactTokensForTokens", [usd("2000000"), 0, [USDC, WETH], address, NEVER]);
        const calls = callsOf(given(), "100 USDC for at least 0.025 WETH");
        const changes = await stage.changes(async () => {
          const why = await stage.failureOf(stage.act(session, "userOperation", calls));
          expect(why).to.include("UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
        });
        expect(changes).to.deep.equal({});
        await expectDrawn(given(), { [USDC.toLowerCase()]: usd("100") });
      });
    },
  },
  "swap-bot": {
    passes: { "100 USD": sells(usd("100"), parseEther("0.02")) },
    more: (given) => refusesInTheEnd(given, "100 USD", 5, capExceeded(USDC, usd("100"), 0n)),
  },
};

describeProtocol("Uniswap V2", setUp, policies, recipes);
