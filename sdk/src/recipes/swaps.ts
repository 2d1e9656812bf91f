import { type Address, concatHex, getAddress, type Hex, numberToHex, parseAbi } from "viem";
import { PERMIT2 } from "../constants.ts";
import { contentsOf } from "../policies/contents.ts";
import { contract } from "../policies/permissions.ts";
import { leastRate, type PriceBound } from "./price.ts";
import { approve, type Budget, limitOf, type Recipe, recipe, type RecipeSettings, type Token } from "./recipe.ts";

/** What every swap says: what is sold for what, how much of it, and at which price at worst. */
export interface SwapParameters extends RecipeSettings, Budget, PriceBound {
  router: Address;
  sell: Token;
  buy: Token;
}

const V2 = parseAbi([
  "function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[] amounts)",
]);

/** Sells on Uniswap V2, or a fork of it, along one path. */
export function swapOnUniswapV2(
  parameters: SwapParameters & {
    /** The pairs on the way. @default the one of both tokens */
    path?: readonly Address[];
  },
): Recipe {
  const { router, sell, buy } = parameters;
  const path = (parameters.path ?? [sell.address, buy.address]).map((each) => getAddress(each));
  const { words, ...rate } = leastRate(sell, buy, parameters);
  const swap = contract({
    address: router,
    abi: V2,
    methods: {
      swapExactTokensForTokens: {
        spends: { unit: sell.address, argument: "amountIn" },
        arguments: {
          amountIn: { atLeast: 1n },
          amountOutMin: { atLeastRate: { per: "amountIn", ...rate } },
          path: { contentIs: path },
          to: { isPrincipal: true },
        },
      },
    },
  });
  return recipe(parameters, {
    about: `Sell ${sell.symbol} for ${buy.symbol} on Uniswap V2, ${words}.`,
    permissions: [approve(sell, router), swap],
    limits: [limitOf(sell, parameters)],
    tokens: [sell, buy],
    names: { [getAddress(router)]: "the router of Uniswap V2" },
    abis: { [getAddress(router)]: V2 },
    contents: contentsOf("address[]", path),
  });
}

const V3 = parseAbi([
  "struct ExactInputSingle { address tokenIn; address tokenOut; uint24 fee; address recipient; uint256 amountIn; uint256 amountOutMinimum; uint160 sqrtPriceLimitX96; }",
  "function exactInputSingle(ExactInputSingle params) payable returns (uint256 amountOut)",
]);

/** Sells in one pool of Uniswap V3, by SwapRouter02. */
export function swapOnUniswapV3(
  parameters: SwapParameters & {
    /** Of the pool, in hundredths of a basis point: 500, 3000, 10000. */
    fee: number;
  },
): Recipe {
  const { router, sell, buy, fee } = parameters;
  const { words, ...rate } = leastRate(sell, buy, parameters);
  const swap = contract({
    address: router,
    abi: V3,
    methods: {
      exactInputSingle: {
        spends: { unit: sell.address, argument: "params.amountIn" },
        arguments: {
          params: {
            tokenIn: { equals: getAddress(sell.address) },
            tokenOut: { equals: getAddress(buy.address) },
            fee: { equals: fee },
            recipient: { isPrincipal: true },
            // 0 is the router's own balance.
            amountIn: { atLeast: 1n },
            amountOutMinimum: { atLeastRate: { per: "params.amountIn", ...rate } },
            sqrtPriceLimitX96: { equals: 0n },
          },
        },
      },
    },
  });
  return recipe(parameters, {
    about: `Sell ${sell.symbol} for ${buy.symbol} in one pool of Uniswap V3, ${words}.`,
    permissions: [approve(sell, router), swap],
    limits: [limitOf(sell, parameters)],
    tokens: [sell, buy],
    names: { [getAddress(router)]: "the router of Uniswap V3" },
    abis: { [getAddress(router)]: V3 },
  });
}

const UNIVERSAL = parseAbi(["function execute(bytes commands, bytes[] inputs, uint256 deadline) payable"]);
const PERMIT2_ABI = parseAbi(["function approve(address token, address spender, uint160 amount, uint48 expiration)"]);
/** `V3_SWAP_EXACT_IN`, alone. */
const COMMANDS: Hex = "0x00";
const INPUT = "(address,uint256,uint256,bytes,bool)";

/** One swap on Uniswap V3 through the Universal Router, which takes the tokens by Permit2. */
export function swapOnUniversalRouter(
  parameters: SwapParameters & {
    /** Of the pool, in hundredths of a basis point: 500, 3000, 10000. */
    fee: number;
  },
): Recipe {
  const { router, sell, buy, fee } = parameters;
  const { words, ...rate } = leastRate(sell, buy, parameters);
  const path = concatHex([getAddress(sell.address), numberToHex(fee, { size: 3 }), getAddress(buy.address)]);
  const pass = contract({
    address: PERMIT2,
    abi: PERMIT2_ABI,
    methods: {
      approve: {
        arguments: { token: { equals: getAddress(sell.address) }, spender: { equals: getAddress(router) } },
      },
    },
  });
  const swap = contract({
    address: router,
    abi: UNIVERSAL,
    methods: {
      execute: {
        spends: { unit: sell.address, argument: "inputs[0]:1" },
        arguments: {
          commands: { contentIs: COMMANDS },
          inputs: {
            length: { equals: 1 },
            0: {
              inner: {
                types: INPUT,
                arguments: {
                  0: { isPrincipal: true },
                  1: { atLeast: 1n },
                  2: { atLeastRate: { per: "inputs[0]:1", ...rate } },
                  3: { contentIs: path.toLowerCase() },
                  4: { equals: true },
                },
              },
            },
          },
        },
      },
    },
  });
  return recipe(parameters, {
    about: `Sell ${sell.symbol} for ${buy.symbol} through the Universal Router, ${words}.`,
    permissions: [approve(sell, PERMIT2), pass, swap],
    limits: [limitOf(sell, parameters)],
    tokens: [sell, buy],
    names: { [getAddress(router)]: "the Universal Router", [PERMIT2]: "Permit2" },
    abis: { [getAddress(router)]: UNIVERSAL, [PERMIT2]: PERMIT2_ABI },
    contents: contentsOf("bytes", COMMANDS, path),
  });
}
