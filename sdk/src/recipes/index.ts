export {
  depositToVault,
  lendOnAave,
  lendOnMorpho,
  repayOnAaveCalls,
  repayOnMorphoCalls,
  type MorphoMarket,
} from "./lending.ts";
export { payList, payPerRequest, subscribe } from "./payments.ts";
export { mint, playGame } from "./play.ts";
export { leastRate, type LeastRate, type Price, type PriceBound } from "./price.ts";
export type { Budget, Recipe, RecipeSettings, Token } from "./recipe.ts";
export { swapOnUniswapV2, swapOnUniswapV3, swapOnUniversalRouter, type SwapParameters } from "./swaps.ts";
