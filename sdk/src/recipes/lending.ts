import { type Address, encodeFunctionData, erc20Abi, getAddress, parseAbi, zeroAddress } from "viem";
import { PolicyError } from "../errors/clientErrors.ts";
import { contract } from "../policies/permissions.ts";
import type { SessionCall } from "../types.ts";
import { approve, type Budget, limitOf, type Recipe, recipe, type RecipeSettings, type Token } from "./recipe.ts";

const AAVE = parseAbi([
  "function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)",
  "function withdraw(address asset, uint256 amount, address to) returns (uint256)",
  "function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf) returns (uint256)",
]);
/** The only one that new debts have. */
const VARIABLE_RATE = 2n;

/**
 * Lends one asset on Aave V3 and takes it back to the wallet itself; with `repay` it pays back debts in it, too. An approval
 * and what the pool then takes both count, since a withdrawal draws nothing.
 */
export function lendOnAave(
  parameters: RecipeSettings & Budget & { pool: Address; asset: Token; /** @default false */ repay?: boolean },
): Recipe {
  const { asset, repay = false } = parameters;
  const pool = getAddress(parameters.pool);
  const spends = { unit: asset.address, argument: "amount" } as const;
  const own = { asset: { equals: getAddress(asset.address) }, amount: { atLeast: 1n } } as const;
  const calls = contract({
    address: pool,
    abi: AAVE,
    methods: {
      supply: { spends, arguments: { ...own, onBehalfOf: { isPrincipal: true } } },
      withdraw: { arguments: { ...own, to: { isPrincipal: true } } },
      ...(repay ? { repay: { spends, arguments: { ...own, onBehalfOf: { isPrincipal: true } } } } : {}),
    },
  });
  return recipe(parameters, {
    about: `Lend ${asset.symbol} on Aave and take it back to the wallet${repay ? ", and repay what is owed in it" : ""}.`,
    permissions: [approve(asset, pool), calls],
    limits: [limitOf(asset, parameters)],
    tokens: [asset],
    names: { [pool]: "the pool of Aave" },
    abis: { [pool]: AAVE },
  });
}

/** How much more than the debt is approved: what it grows by until the calls are mined. Thousandths. */
const GROWTH = 1n;

/** What is approved for a debt. */
function withGrowth(debt: bigint): bigint {
  if (debt <= 0n || debt >= 2n ** 95n)
    throw new PolicyError(`A debt to repay is 1 to 2^95 - 1 base units, found ${debt}.`);
  return debt + (debt * GROWTH + 999n) / 1_000n;
}

/** Approve, repay, and approve 0, so that no allowance is left behind. */
function repayment(asset: Pick<Token, "address">, amount: bigint, repay: SessionCall): SessionCall[] {
  const approval = (value: bigint): SessionCall => ({
    to: asset.address,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [repay.to, value] }),
  });
  return [approval(amount), repay, approval(0n)];
}

/**
 * The calls that repay a debt on Aave V3 in full: approve a little more than is owed, repay it, of which the pool takes what
 * is owed, and approve 0. Never the greatest number, which no cap covers and which would leave an allowance behind.
 * @param debt base units, as the debt token's `balanceOf` says
 */
export function repayOnAaveCalls(parameters: {
  pool: Address;
  asset: Pick<Token, "address">;
  debt: bigint;
  principal: Address;
}): SessionCall[] {
  const { pool, asset, debt, principal } = parameters;
  const amount = withGrowth(debt);
  const args = [asset.address, amount, VARIABLE_RATE, principal] as const;
  return repayment(asset, amount, {
    to: pool,
    data: encodeFunctionData({ abi: AAVE, functionName: "repay", args }),
  });
}

const MORPHO = parseAbi([
  "struct MarketParams { address loanToken; address collateralToken; address oracle; address irm; uint256 lltv; }",
  "function supply(MarketParams marketParams, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256, uint256)",
  "function withdraw(MarketParams marketParams, uint256 assets, uint256 shares, address onBehalf, address receiver) returns (uint256, uint256)",
  "function repay(MarketParams marketParams, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256, uint256)",
]);

/** What names a market of Morpho Blue beside the asset that is lent. */
export interface MorphoMarket {
  collateralToken: Address;
  oracle: Address;
  irm: Address;
  lltv: bigint;
}

/**
 * Lends one asset in one market of Morpho Blue and takes it back to the wallet itself; assets alone say how much. With
 * `repay` it pays back debts there, too: by shares, which is the only way to repay all. They are no amount of the asset, so
 * that what bounds a repayment is what Morpho is approved, and an allowance from before is open to it.
 */
export function lendOnMorpho(
  parameters: RecipeSettings &
    Budget & { morpho: Address; asset: Token; market: MorphoMarket; /** @default false */ repay?: boolean },
): Recipe {
  const { asset, market, repay = false } = parameters;
  const morpho = getAddress(parameters.morpho);
  const marketParams = {
    loanToken: { equals: getAddress(asset.address) },
    collateralToken: { equals: getAddress(market.collateralToken) },
    oracle: { equals: getAddress(market.oracle) },
    irm: { equals: getAddress(market.irm) },
    lltv: { equals: market.lltv },
  } as const;
  const own = { marketParams, onBehalf: { isPrincipal: true } } as const;
  const byAssets = { ...own, assets: { atLeast: 1n }, shares: { equals: 0n } } as const;
  const byShares = { ...own, assets: { equals: 0n }, shares: { atLeast: 1n } } as const;
  // With data Morpho would call the wallet back.
  const data = { length: { equals: 0 } } as const;
  const calls = contract({
    address: morpho,
    abi: MORPHO,
    methods: {
      supply: { spends: { unit: asset.address, argument: "assets" }, arguments: { ...byAssets, data } },
      withdraw: { arguments: { ...byAssets, receiver: { isPrincipal: true } } },
      ...(repay ? { repay: { arguments: { ...byShares, data } } } : {}),
    },
  });
  const repays = repay ? ", and repay what is owed there" : "";
  return recipe(parameters, {
    about: `Lend ${asset.symbol} in one market of Morpho and take it back to the wallet${repays}.`,
    permissions: [approve(asset, morpho), calls],
    limits: [limitOf(asset, parameters)],
    tokens: [asset],
    names: { [morpho]: "Morpho" },
    abis: { [morpho]: MORPHO },
  });
}

/**
 * The calls that repay a debt on Morpho Blue in full: approve a little more than is owed, repay all of its shares, for which
 * Morpho takes what is owed, and approve 0.
 * @param debt `shares` as Morpho's `position` says, and what they are in base units of the asset, rounded up; of more than
 * 2^96 - 1 shares a part at a time
 */
export function repayOnMorphoCalls(parameters: {
  morpho: Address;
  asset: Pick<Token, "address">;
  market: MorphoMarket;
  debt: { shares: bigint; assets: bigint };
  principal: Address;
}): SessionCall[] {
  const { morpho, asset, market, debt, principal } = parameters;
  // The chain lets no number pass that nothing counts and that could be an address.
  if (debt.shares <= 0n || debt.shares >= 2n ** 96n) {
    throw new PolicyError(`The shares of a debt to repay are 1 to 2^96 - 1 at a time, found ${debt.shares}.`);
  }
  const marketParams = { loanToken: asset.address, ...market };
  const args = [marketParams, 0n, debt.shares, principal, "0x"] as const;
  return repayment(asset, withGrowth(debt.assets), {
    to: morpho,
    data: encodeFunctionData({ abi: MORPHO, functionName: "repay", args }),
  });
}

const VAULT = parseAbi([
  "function approve(address spender, uint256 amount) returns (bool)",
  "function deposit(uint256 assets, address receiver) returns (uint256 shares)",
  "function redeem(uint256 shares, address receiver, address owner) returns (uint256 assets)",
]);

/**
 * Deposits to an ERC-4626 vault for the wallet itself; with a budget of `shares` it takes them back out, too. Shares are
 * limited like any token: whatever moves them counts.
 */
export function depositToVault(
  parameters: RecipeSettings & Budget & { vault: Token; asset: Token; /** @default none leave */ shares?: Budget },
): Recipe {
  const { asset, vault, shares } = parameters;
  const address = getAddress(vault.address);
  if (address === zeroAddress) throw new PolicyError("Address 0 is not a vault.");
  const own = { receiver: { isPrincipal: true }, owner: { isPrincipal: true } } as const;
  const calls = contract({
    address,
    abi: VAULT,
    methods: {
      deposit: {
        spends: { unit: asset.address, argument: "assets" },
        arguments: { assets: { atLeast: 1n }, receiver: own.receiver },
      },
      ...(shares === undefined ? {} : { redeem: { arguments: own } }),
    },
  });
  return recipe(parameters, {
    about: `Deposit ${asset.symbol} to ${vault.symbol}${shares === undefined ? "" : " and take it back out"}.`,
    permissions: [approve(asset, address), calls],
    limits: [limitOf(asset, parameters), ...(shares === undefined ? [] : [limitOf(vault, shares)])],
    tokens: [asset, vault],
    abis: { [address]: VAULT },
  });
}
