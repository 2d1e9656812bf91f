import { expect } from "chai";
import { AbiCoder, keccak256, MaxUint256, parseEther, parseUnits, type Contract } from "ethers";
import type { Address } from "viem";
import { lendOnMorpho, repayOnMorphoCalls } from "../../sdk/src/recipes/index.ts";
import { DAY, HOUR } from "../support/chain/dapp.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { compiled } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { SOMEBODY, USDC, USDC_TOKEN, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const MORPHO: Address = "0xBBBBBbbBBb9cC5e90e3b3Af64bdAF62C37EEFFCb";
const WSTETH: Address = "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0";
const ORACLE: Address = "0x48F7E36EB6B826B2dF4B2E630B62Cd25e89E40e2";
const RATES: Address = "0x870aC11D48B15DB9a138Cf899d20F13F79Ba00BC";
const LLTV = parseEther("0.86");
const TYPES = ["address", "address", "address", "address", "uint256"];
/** Of the market that the policy names. */
const MARKET = [USDC, WSTETH, ORACLE, RATES, LLTV];
const ID = keccak256(AbiCoder.defaultAbiCoder().encode(TYPES, MARKET));
const usd = (text: string) => parseUnits(text, 6);

let usdc: Contract;
let wstEth: Contract;
let morpho: Contract;

const morphoSource = (source: string, contract: string) =>
  compiled({
    solc: "solc-0.8.19",
    source: `@morpho-org/morpho-blue/src/${source}`,
    contract,
    settings: { optimizer: { enabled: true, runs: 999_999 } },
  });

async function setUp(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  usdc = await circleUsdc(stage, usd("100001000"));
  wstEth = await stage.token(WSTETH, "wstETH", 18, 0n);
  morpho = await stage.place(MORPHO, morphoSource("Morpho.sol", "Morpho"), [owner]);
  await stage.place(RATES, morphoSource("mocks/IrmMock.sol", "IrmMock"));
  await stage.place(ORACLE, morphoSource("mocks/OracleMock.sol", "OracleMock"));
  await stage.send(morpho, "enableIrm", [RATES]);
  await stage.send(morpho, "enableLltv", [LLTV]);
  await stage.send(morpho, "createMarket", [MARKET]);
  await stage.send(morpho, "createMarket", [[USDC, WETH, ORACLE, RATES, LLTV]]);
  const market = [USDC, WSTETH, ORACLE, RATES, String(LLTV)];
  await stage.asPrincipal([
    { target: USDC, method: "approve(address,uint256)", args: [MORPHO, String(usd("200000000"))] },
    {
      target: MORPHO,
      method: "supply((address,address,address,address,uint256),uint256,uint256,address,bytes)",
      args: [market, String(usd("500")), "0", "principal", "0x"],
    },
  ]);
}

/** What the principal has lent in the market, in shares of 10^-6 base units. */
async function shares(stage: Stage): Promise<bigint> {
  const [supplied] = await stage.read<bigint[]>(morpho, "position", [ID, PRINCIPAL]);
  return supplied!;
}

const lends = (amount: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  const before = await shares(stage);
  expect(await stage.changes(run)).to.deep.equal({ USDC: -amount });
  expect((await shares(stage)) - before).to.equal(amount * 10n ** 6n);
};

const CAP = usd("100");
const NAMES = { collateralToken: WSTETH, oracle: ORACLE, irm: RATES, lltv: LLTV } as const;
const OTHER = [USDC, WETH, ORACLE, RATES, LLTV];
const SUPPLY = "supply((address,address,address,address,uint256),uint256,uint256,address,bytes)";
const WITHDRAW = "withdraw((address,address,address,address,uint256),uint256,uint256,address,address)";
const REPAY = "repay((address,address,address,address,uint256),uint256,uint256,address,bytes)";
const BORROW = "borrow((address,address,address,address,uint256),uint256,uint256,address,address)";

const supplying = (assets: bigint, { market = MARKET, holder = "principal", data = "0x" } = {}) =>
  call(MORPHO, SUPPLY, [market, assets, 0n, holder, data]);
const withdrawing = (assets: bigint, { market = MARKET, to = "principal" } = {}) =>
  call(MORPHO, WITHDRAW, [market, assets, 0n, "principal", to]);
const repaying = (assets: bigint, shares: bigint, holder = "principal") =>
  call(MORPHO, REPAY, [MARKET, assets, shares, holder, "0x"]);
const borrowing = (assets: bigint) => call(MORPHO, BORROW, [MARKET, assets, 0n, "principal", "principal"]);

/** What the wallet owes in the market: shares, and base units with the interest up to the latest block, rounded up. */
async function debtOf(stage: Stage): Promise<{ shares: bigint; assets: bigint }> {
  await stage.send(morpho, "accrueInterest", [MARKET]);
  const [, borrowed] = await stage.read<bigint[]>(morpho, "position", [ID, PRINCIPAL]);
  const [, , assets, all] = await stage.read<bigint[]>(morpho, "market", [ID]);
  const [shares, top, bottom] = [borrowed!, assets! + 1n, all! + 10n ** 6n];
  return { shares, assets: (shares * top + bottom - 1n) / bottom };
}

const refused: RecipeTests["refused"] = {
  "supplied for somebody else": {
    calls: () => [approving(USDC, MORPHO, 1n), supplying(1n, { holder: SOMEBODY })],
    error: "ArgumentNotAllowed",
  },
  "withdrawn to somebody else": { calls: () => [withdrawing(1n, { to: SOMEBODY })], error: "ArgumentNotAllowed" },
  "in another market": {
    calls: () => [approving(USDC, MORPHO, 1n), supplying(1n, { market: OTHER })],
    error: "ArgumentNotAllowed",
  },
  "a callback": {
    calls: () => [approving(USDC, MORPHO, 1n), supplying(1n, { data: "0x01" })],
    error: "ArgumentNotAllowed",
    impossible: "the account has no such function",
  },
  "another asset": { calls: () => [approving(WSTETH, MORPHO, 1n)], error: "CallNotAllowed" },
  "an approval for somebody else": { calls: () => [approving(USDC, SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
  "an approval of the greatest number": {
    calls: () => [approving(USDC, MORPHO, MaxUint256)],
    error: "SpendCapExceeded",
  },
};

let debt: { shares: bigint; assets: bigint };

const recipes: Record<string, RecipeTests> = {
  lendOnMorpho: {
    make: () =>
      lendOnMorpho({
        ...{ app: "lend.example", morpho: MORPHO, asset: USDC_TOKEN, cap: CAP, period: DAY, market: NAMES },
        maxDuration: 2 * DAY,
      }),
    passes: {
      "approve half of a day and supply it": {
        calls: () => [approving(USDC, MORPHO, CAP / 2n), supplying(CAP / 2n)],
        does: lends(CAP / 2n),
      },
      "take 50 back": { calls: () => [withdrawing(usd("50"))], does: lends(-usd("50")) },
    },
    refused: {
      ...refused,
      "above the cap": { calls: () => [supplying(CAP + 1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [supplying(CAP), supplying(CAP)], error: "SpendCapExceeded" },
      "repaid, which is another wish": {
        calls: () => [repaying(0n, 1n)],
        error: "CallNotAllowed",
        impossible: "the wallet owes nothing",
      },
    },
    // By what the wallet has approved before: an approval of the session's own counts, too.
    greedy: [{ calls: () => [supplying(CAP)], takes: { USDC: CAP } }],
  },
  "lendOnMorpho, repaying": {
    // A debt of 400, and no allowance: a repayment takes what is approved and no more.
    prepare: async (stage) => {
      await stage.send(stage.at(ORACLE, morphoSource("mocks/OracleMock.sol", "OracleMock").abi), "setPrice", [
        10n ** 36n,
      ]);
      await stage.mint(wstEth, PRINCIPAL, parseEther("1"));
      await stage.asPrincipal([
        approving(WSTETH, MORPHO, parseEther("1")),
        call(MORPHO, "supplyCollateral((address,address,address,address,uint256),uint256,address,bytes)", [
          ...[MARKET, parseEther("1"), "principal", "0x"],
        ]),
        borrowing(usd("400")),
        approving(USDC, MORPHO, 0n),
      ]);
    },
    make: async (stage) => {
      debt = await debtOf(stage);
      return lendOnMorpho({
        ...{ app: "lend.example", morpho: MORPHO, asset: USDC_TOKEN, cap: usd("450"), market: NAMES },
        ...{ maxDuration: 2 * DAY, repay: true },
      });
    },
    passes: {
      "repay in full, with a little more approved than is owed": {
        calls: () =>
          repayOnMorphoCalls({ morpho: MORPHO, asset: USDC_TOKEN, market: NAMES, debt, principal: PRINCIPAL }),
        does: async (stage, run) => {
          // The debt grows until the calls are mined.
          await stage.world.helpers.time.increase(HOUR);
          const { USDC: paid, ...rest } = await stage.changes(run);
          expect(rest).to.deep.equal({});
          expect(await debtOf(stage)).to.deep.equal({ shares: 0n, assets: 0n });
          const grown = -paid! - debt.assets;
          expect(grown > 0n && grown < usd("0.4"), String(grown)).to.equal(true);
          expect(await stage.read(usdc, "allowance", [PRINCIPAL, MORPHO])).to.equal(0n);
        },
      },
    },
    refused: {
      ...refused,
      "another's debt": {
        calls: () => [approving(USDC, MORPHO, usd("1")), repaying(0n, 1n, SOMEBODY)],
        error: "ArgumentNotAllowed",
        impossible: "somebody owes nothing",
      },
      "repaid by base units, which never repay all": {
        calls: () => [approving(USDC, MORPHO, usd("1")), repaying(usd("1"), 0n)],
        error: "ArgumentNotAllowed",
      },
      "repaid by the greatest number": {
        calls: () => [approving(USDC, MORPHO, usd("1")), repaying(0n, MaxUint256)],
        error: "ArgumentNotBounded",
        impossible: "there are no so many shares",
      },
      "a loan": { calls: () => [borrowing(usd("1"))], error: "CallNotAllowed" },
      "above the cap": { calls: () => [approving(USDC, MORPHO, usd("450") + 1n)], error: "SpendCapExceeded" },
    },
    greedy: [
      {
        calls: async () => [approving(USDC, MORPHO, usd("450")), repaying(0n, debt.shares)],
        takes: { USDC: usd("450") },
        // There is no more to repay.
        short: usd("50"),
      },
    ],
  },
};

const policies: Record<string, PolicyTests> = {
  "morpho-blue": {
    passes: { "supply 100": lends(usd("100")), "withdraw 50": lends(-usd("50")) },
    impossible: { "a callback": "the account has no such function" },
    more: (given) => {
      refusesInTheEnd(given, "supply 100", 10, capExceeded(USDC, usd("100"), 0n));
    },
  },
};

describeProtocol("Morpho Blue", setUp, policies, recipes);
