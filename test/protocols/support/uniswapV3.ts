import { keccak256, MaxUint256, parseEther, parseUnits, ZeroAddress, type Contract } from "ethers";
import type { Address } from "viem";
import { PERMIT2 } from "../../../deploy/lib/entryPoints.ts";
import { published } from "./artifacts.ts";
import { USDC, WETH, type Stage } from "./stage.ts";
import { circleUsdc } from "./usdc.ts";

export const ROUTER: Address = "0xE592427A0AEce92De3Edee1F18E0157C05861564";
export const ROUTER_02: Address = "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45";
export const POSITIONS: Address = "0xC36442b4a4522E871399CD717aBDD847Ab11FE88";
export const UNIVERSAL_ROUTER = "0x66a9893cC07D91D95644AEDD05D03f95e1dBA8Af";
const FACTORY_V2 = "0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f";
const FACTORY = "0x1F98431c8aD98523631AE4a59f267346ea31F984";
const PERIPHERY = "@uniswap/v3-periphery/artifacts/contracts";
const ROUTERS = "@uniswap/swap-router-contracts/artifacts/contracts";

/** USDC for one WETH, at which every pool starts. */
const PRICE = 3_500n;
/** The widest range that every spacing of ticks has. */
const RANGE = [-887_220, 887_220];
/** A deadline that never comes, in unix seconds. */
export const NEVER = 2n ** 40n;

export const usd = (text: string) => parseUnits(text, 6);

/** The square root of wei per base unit of USDC, as Q64.96. */
function startPrice(): bigint {
  const square = ((10n ** 18n) << 192n) / (PRICE * 10n ** 6n);
  let [root, last] = [square, 0n];
  while (root !== last) [root, last] = [(root + square / root) >> 1n, root];
  return root;
}

/** Factory, positions, both routers, a quoter, and pools of USDC and WETH with a fee of 0.05% and of 0.3%. */
export async function deployUniswapV3(stage: Stage) {
  const { owner } = stage.world;
  const usdc = await circleUsdc(stage, usd("100000"));
  const weth = await stage.weth(parseEther("50"));
  await stage.place(
    FACTORY,
    published("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"),
  );
  // Nobody asks how a position looks.
  const positions = await stage.place(
    POSITIONS,
    published(`${PERIPHERY}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`),
    [FACTORY, WETH, ZeroAddress],
  );
  await stage.place(ROUTER, published(`${PERIPHERY}/SwapRouter.sol/SwapRouter.json`), [FACTORY, WETH]);
  const router02 = published(`${ROUTERS}/SwapRouter02.sol/SwapRouter02.json`);
  await stage.place(ROUTER_02, router02, [FACTORY_V2, FACTORY, POSITIONS, WETH]);
  const quoter = await stage.deploy(published(`${ROUTERS}/lens/QuoterV2.sol/QuoterV2.json`), [FACTORY, WETH]);

  await stage.send(weth, "deposit", [], parseEther("2000"));
  await stage.mint(usdc, owner.address, usd("10000000"));
  for (const token of [usdc, weth]) await stage.send(token, "approve", [POSITIONS, MaxUint256]);
  for (const fee of [500, 3_000]) {
    const pool = [USDC, WETH, fee, startPrice()];
    await stage.send(positions, "createAndInitializePoolIfNecessary", pool);
    const amounts = [usd("1750000"), parseEther("500"), 0, 0];
    await stage.send(positions, "mint", [[USDC, WETH, fee, ...RANGE, ...amounts, owner.address, NEVER]]);
  }
  stage.watch("positions", positions);
  return { usdc, weth, positions, quoter, routerAbi: router02.abi };
}

/** The Universal Router, which draws on the chain's Permit2. */
export async function deployUniversalRouter(stage: Stage): Promise<Contract> {
  const artifact = published("@uniswap/universal-router/artifacts/contracts/UniversalRouter.sol/UniversalRouter.json");
  const hashes = [
    published("@uniswap/v2-core/build/UniswapV2Pair.json"),
    published("@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json"),
  ].map(({ bytecode }) => keccak256(bytecode));
  // What is of V4 and of bridges is not asked for.
  const [poolManager, positionManager, spokePool] = [ZeroAddress, ZeroAddress, ZeroAddress];
  const parameters = [
    PERMIT2,
    WETH,
    FACTORY_V2,
    FACTORY,
    ...hashes,
    poolManager,
    POSITIONS,
    positionManager,
    spokePool,
  ];
  return stage.place(UNIVERSAL_ROUTER, artifact, [parameters]);
}

/** What the pool with a fee of 0.05% gives for USDC, in wei. */
export async function quoteUsdc(stage: Stage, quoter: Contract, amount: bigint): Promise<bigint> {
  const [amountOut] = await stage.read<bigint[]>(quoter, "quoteExactInputSingle", [[USDC, WETH, amount, 500, 0]]);
  return amountOut!;
}
