import { expect } from "chai";
import { parseAbi, type Address } from "viem";
import { hashPolicy } from "../../sdk/src/index.ts";
import * as recipes from "../../sdk/src/recipes/index.ts";

const DAY = 86_400;
const NOW = 1_800_000_000;
const FRIEND: Address = "0x3333333333333333333333333333333333333333";
const ORACLE: Address = "0x5555555555555555555555555555555555555555";
const TARGET: Address = "0x7777777777777777777777777777777777777777";
const USD: recipes.Token = { address: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", symbol: "USD", decimals: 6 };
const WETH: recipes.Token = { address: "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", symbol: "WETH", decimals: 18 };
const DAI: Address = "0x6B175474E89094C44Da98b954EedeAC495271d0F";

const app = "recipes.example";
const budget = { cap: 500n * 10n ** 6n, period: DAY };
const swap = {
  ...{ app, ...budget, router: TARGET, sell: USD, buy: WETH },
  ...{ price: { sell: 4_000n * 10n ** 6n, buy: 10n ** 18n, at: NOW - 60 }, now: NOW },
};
const settings = { maxDuration: DAY, maxCalls: 7, gasBudget: 10n ** 15n, selfPaid: true, paymaster: ORACLE };
const vault = { address: TARGET, symbol: "vUSD", decimals: 6 };
const pay = { app, token: USD, cap: 1_000n };
const collection = {
  abi: parseAbi(["function mint(address to, uint96 quantity) payable", "function claim(address to)"]),
  ...{ app, collection: TARGET },
} as const;
const toSelf = { arguments: { to: { isPrincipal: true } } } as const;
const game = {
  ...{ app, game: TARGET, abi: parseAbi(["function move(address player, uint8 direction)"]) },
  methods: { move: { arguments: { player: { isPrincipal: true }, direction: { atMost: 3 } } } },
  moves: { cap: 2n, period: 3_600 },
} as const;

/** Whoever has published one of these shares it with everybody: the id of the same wish never changes. */
const POLICIES: Record<string, [recipes.Recipe, id: string]> = {
  "swap on Uniswap V2": [
    recipes.swapOnUniswapV2(swap),
    "0x28afac4479a1eb73975b46ee3afe028f33304e459ca080d61238567feafdf359",
  ],
  "swap on Uniswap V2 along a path": [
    recipes.swapOnUniswapV2({ ...swap, path: [USD.address, DAI, WETH.address], slippage: 3 }),
    "0x79bcf3b5250ee10c851b0999fefc6752ca7a4158e63eee106436ccaaeb03133a",
  ],
  "swap on Uniswap V3": [
    recipes.swapOnUniswapV3({ ...swap, fee: 500 }),
    "0x35b4af77f6e4a5281204172c8b248c2290ba26470efcce15318be079c4cb3c65",
  ],
  "swap through the Universal Router": [
    recipes.swapOnUniversalRouter({ ...swap, fee: 3_000, ...settings }),
    "0x9287def922bb3ae2500f8d3bb259a2a9d72d664363ba4f95f0331e81464b6b36",
  ],
  "lend on Aave": [
    recipes.lendOnAave({ app, pool: TARGET, asset: USD, ...budget }),
    "0x1b89a1bf97d597cd328636fec146bac61dd17de5e80a895c15f2ec53cc81d2c6",
  ],
  "lend and repay on Aave": [
    recipes.lendOnAave({ app, pool: TARGET, asset: USD, ...budget, repay: true }),
    "0xfc46a0114062051caa2d68a1e6ea01bca4ea68842b0e91f0eecf6bdfb8912004",
  ],
  "lend on Morpho": [
    recipes.lendOnMorpho({
      ...{ app, morpho: TARGET, asset: USD, cap: 1_000n },
      market: { collateralToken: WETH.address, oracle: ORACLE, irm: FRIEND, lltv: 86n * 10n ** 16n },
    }),
    "0x31eb47c78a205f2d863cc1d6ace04f8ccf20fd9f5de1d9821457a7eea404b660",
  ],
  "lend and repay on Morpho": [
    recipes.lendOnMorpho({
      ...{ app, morpho: TARGET, asset: USD, cap: 1_000n, repay: true },
      market: { collateralToken: WETH.address, oracle: ORACLE, irm: FRIEND, lltv: 86n * 10n ** 16n },
    }),
    "0x0de4b7bf3bc117a527f17e588b4280d472567019f6ab0deecf1b67b738c19217",
  ],
  "deposit to a vault": [
    recipes.depositToVault({ app, vault, asset: USD, cap: 1_000n }),
    "0x975bb5b9ab145ae4e915092b0cae5880cc6e50d392a13e39cdf7d722cae2367b",
  ],
  "deposit to a vault and redeem": [
    recipes.depositToVault({ app, vault, asset: USD, cap: 1_000n, shares: { cap: 500n } }),
    "0x0af344d493fc4ea94a63a920024f6f958f1cc1ff37cfe118560056abe2dbdb82",
  ],
  "pay a list": [
    recipes.payList({ ...pay, payees: [FRIEND, ORACLE], most: 600n, period: DAY }),
    "0x4d61722d8138d5e89fc96290fef2874a12adf9e6ed5179edb84f59af0eed32c7",
  ],
  "pay one payee": [
    recipes.payList({ ...pay, payees: [FRIEND] }),
    "0xa615714cd8dd1dfd2f7d13ffe1eb31daa0ac2445c4b15bf49cf2d1845d21fcf1",
  ],
  subscribe: [
    recipes.subscribe({ app, token: USD, payee: FRIEND, price: 10_000_000n, every: 30 * DAY }),
    "0x442e2e1b038745bd5c1cb376b649cc1045e190d5ec4cf6ac54d77fe6ce53569a",
  ],
  "pay per request": [
    recipes.payPerRequest({ ...pay, payee: FRIEND, most: 5n }),
    "0xe49f9a5f4bb5769d3b5265a4d22540af3a16b7c7d8424d0500776b0bbc6397fb",
  ],
  "mint many": [
    recipes.mint({ ...collection, methods: { mint: toSelf }, pieces: 3n, price: 10n, quantity: "1" }),
    "0x8f3e0102fd7bb6632d2006c55ae7a501a117a2fd7ce5ec57514bd0ad03f83c40",
  ],
  "mint one for nothing": [
    recipes.mint({ ...collection, methods: { claim: toSelf }, pieces: 1n }),
    "0x97a49f8635f822d0f7ba064a74e11c1b8d631a3f07fc634fb9b5bead9fdb0943",
  ],
  "mint one at a price": [
    recipes.mint({ ...collection, methods: { mint: toSelf }, pieces: 2n, price: 10n }),
    "0xdecb12df3b95db31ccb3f719fdcbcd5be6ec7db5e83ee24eac76a2269b35f7c6",
  ],
  "play a game": [recipes.playGame(game), "0x5b6dcbc1d25151fcf7b5c86649c956dcc843818ee4ce9b839d4a323c9338bd2f"],
  "play a game with a stake": [
    recipes.playGame({ ...game, stake: { token: USD, cap: 50n } }),
    "0x03a38854cd66fd550ae4a52a996620b103063429ed714e0964231358b71e3b9e",
  ],
};

describe("The policies of the recipes", () => {
  for (const [name, [{ policy }, id]] of Object.entries(POLICIES)) {
    it(`keep their id: ${name}`, () => {
      expect(hashPolicy(policy)).to.equal(id);
    });
  }
});
