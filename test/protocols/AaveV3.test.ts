import { expect } from "chai";
import { encodeBytes32String, MaxUint256, parseEther, parseUnits, ZeroAddress, type Contract } from "ethers";
import type { Address } from "viem";
import { lendOnAave, repayOnAaveCalls } from "../../sdk/src/recipes/index.ts";
import { DAY, HOUR } from "../support/chain/dapp.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { linked, published, type Artifact } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { SOMEBODY, USDC, USDC_TOKEN, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const POOL: Address = "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2";
const COUNTER = "0x0000000000000000000000000000000000000001";
const VARIABLE = 2;
const usd = (text: string) => parseUnits(text, 6);
const ray = (text: string) => parseUnits(text, 27);

const aave = (path: string) =>
  published(`@aave/core-v3/artifacts/contracts/${path}.sol/${path.split("/").at(-1)}.json`);

let usdc: Contract;
let aave3: { aToken: Contract; debt: Contract };

/** A market of USDC alone, where the pool's proxy stands on the main network. */
async function deployAave(stage: Stage): Promise<{ aToken: Contract; debt: Contract }> {
  const { owner } = stage.world;
  const addresses: Record<string, string> = {};
  for (const name of ["Borrow", "Bridge", "EMode", "FlashLoan", "Liquidation", "Pool", "Supply", "Configurator"]) {
    const logic = linked(aave(`protocol/libraries/logic/${name}Logic`), addresses);
    addresses[`${name}Logic`] = await (await stage.deploy(logic)).getAddress();
  }
  const create = async (artifact: Artifact, ...args: unknown[]) =>
    (await stage.deploy(linked(artifact, addresses), args)).getAddress();

  const provider = await stage.deploy(aave("protocol/configuration/PoolAddressesProvider"), ["USDC", owner.address]);
  const at = await provider.getAddress();
  await stage.send(provider, "setACLAdmin", [owner.address]);
  const acl = await stage.deploy(aave("protocol/configuration/ACLManager"), [at]);
  await stage.send(provider, "setACLManager", [acl.target]);
  await stage.send(acl, "addPoolAdmin", [owner.address]);
  const feed = await create(aave("mocks/oracle/CLAggregators/MockAggregator"), 10n ** 8n);
  const oracle = aave("misc/AaveOracle");
  const prices = await create(oracle, at, [USDC], [feed], ZeroAddress, ZeroAddress, 10n ** 8n);
  await stage.send(provider, "setPriceOracle", [prices]);

  const poolArtifact = aave("protocol/pool/Pool");
  const proxy = aave("protocol/libraries/aave-upgradeability/InitializableImmutableAdminUpgradeabilityProxy");
  await stage.place(POOL, proxy, [at]);
  await stage.send(provider, "setAddress", [encodeBytes32String("POOL"), POOL]);
  await stage.send(provider, "setPoolImpl", [await create(poolArtifact, at)]);
  const configuratorArtifact = aave("protocol/pool/PoolConfigurator");
  await stage.send(provider, "setPoolConfiguratorImpl", [await create(configuratorArtifact)]);
  const configurator = stage.at(await stage.read(provider, "getPoolConfigurator"), configuratorArtifact.abi);

  const variable = [ray("0.8"), 0n, ray("0.04"), ray("0.6")];
  const stable = [0n, 0n, ray("0.01"), 0n, ray("0.2")];
  const strategy = await create(aave("protocol/pool/DefaultReserveInterestRateStrategy"), at, ...variable, ...stable);
  const tokens = ["AToken", "StableDebtToken", "VariableDebtToken"];
  const implementations: string[] = [];
  for (const name of tokens) implementations.push(await create(aave(`protocol/tokenization/${name}`), POOL));
  const names = ["a", "variable", "stable"].flatMap((kind) => [`${kind} USDC`, `${kind}USDC`]);
  const reserve = [...implementations, 6, strategy, USDC, owner.address, ZeroAddress, ...names, "0x10"];
  await stage.send(configurator, "initReserves", [[reserve]]);
  await stage.send(configurator, "setReserveBorrowing", [USDC, true]);
  // Three quarters may be borrowed; at four fifths a position is liquidated, at a bonus of 5%.
  await stage.send(configurator, "configureReserveAsCollateral", [USDC, 7_500, 8_000, 10_500]);

  const pool = stage.at(POOL, poolArtifact.abi);
  const { aTokenAddress, variableDebtTokenAddress } = await stage.read<Record<string, string>>(pool, "getReserveData", [
    USDC,
  ]);
  return {
    aToken: stage.at(aTokenAddress!, aave("protocol/tokenization/AToken").abi),
    debt: stage.at(variableDebtTokenAddress!, aave("protocol/tokenization/VariableDebtToken").abi),
  };
}

/** Somebody has lent, and lets the wallet borrow against it. */
async function somebodyTrusts(stage: Stage, usdc: Contract, debt: Contract): Promise<void> {
  const { ethers, helpers } = stage.world;
  await helpers.setBalance(SOMEBODY, parseEther("1"));
  const amount = usd("2000");
  await stage.mint(usdc, stage.world.owner.address, amount);
  await stage.send(usdc, "approve", [POOL, amount]);
  await stage.send(stage.at(POOL, aave("protocol/pool/Pool").abi), "supply", [USDC, amount, SOMEBODY, 0]);
  const delegation = debt.connect(await ethers.getImpersonatedSigner(SOMEBODY)) as Contract;
  await stage.send(delegation, "approveDelegation", [PRINCIPAL, amount]);
}

async function setUp(stage: Stage): Promise<void> {
  usdc = await circleUsdc(stage, usd("10000"));
  aave3 = await deployAave(stage);
  // Without the interest that every second brings.
  stage.watch("lent", aave3.aToken, "scaledBalanceOf");
  stage.watch("owed", aave3.debt, "scaledBalanceOf");
  await somebodyTrusts(stage, usdc, aave3.debt);
  const at = (method: string, args: string[], target: Address = POOL) => ({ target, method, args });
  await stage.asPrincipal([
    at("approve(address,uint256)", [POOL, String(parseEther("1"))], USDC),
    at("supply(address,uint256,address,uint16)", [USDC, String(usd("2000")), PRINCIPAL, "0"]),
    at("borrow(address,uint256,uint256,uint16,address)", [
      ...[USDC, String(usd("100")), String(VARIABLE), "0", PRINCIPAL],
    ]),
  ]);
}

/** Moves USDC and a position, to a cent: the position is scaled by the interest of a few seconds. */
const moves =
  (usdc: bigint, position: "lent" | "owed", amount: bigint) => async (stage: Stage, run: () => Promise<void>) => {
    const { USDC: moved, [position]: scaled, ...rest } = await stage.changes(run);
    expect(rest).to.deep.equal({});
    expect(moved).to.equal(usdc);
    const off = scaled! - amount;
    expect(off < usd("0.01") && off > -usd("0.01"), String(scaled)).to.equal(true);
  };

const CAP = usd("500");
const SUPPLY = "supply(address,uint256,address,uint16)";
const WITHDRAW = "withdraw(address,uint256,address)";
const REPAY = "repay(address,uint256,uint256,address)";

/** What the wallet owes, interest included, in base units of USDC. */
const debtOf = (stage: Stage) => stage.read<bigint>(aave3.debt, "balanceOf", [PRINCIPAL]);

const supplying = (amount: bigint, holder = "principal") => call(POOL, SUPPLY, [USDC, amount, holder, "0"]);
const withdrawing = (amount: bigint, to = "principal") => call(POOL, WITHDRAW, [USDC, amount, to]);

let debt: bigint;

const recipes: Record<string, RecipeTests> = {
  lendOnAave: {
    make: async (stage) => {
      debt = await debtOf(stage);
      const more = { period: DAY, maxDuration: 2 * DAY, repay: true };
      return lendOnAave({ app: "lend.example", pool: POOL, asset: USDC_TOKEN, cap: CAP, ...more });
    },
    passes: {
      "approve and supply 100": {
        calls: () => [approving(USDC, POOL, usd("100")), supplying(usd("100"))],
        does: moves(-usd("100"), "lent", usd("100")),
      },
      "take 900 back": { calls: () => [withdrawing(usd("900"))], does: moves(usd("900"), "lent", -usd("900")) },
      "repay in full, a little above the debt": {
        calls: () => repayOnAaveCalls({ pool: POOL, asset: USDC_TOKEN, debt, principal: PRINCIPAL }),
        does: async (stage, run) => {
          // The debt grows until the calls are mined.
          await stage.world.helpers.time.increase(HOUR);
          const { USDC: paid, owed, ...rest } = await stage.changes(run);
          expect(rest).to.deep.equal({});
          // All of it, with the interest up to this block, and not a base unit above.
          expect(owed! < 0n && (await debtOf(stage)) === 0n).to.equal(true);
          const grown = -paid! - debt;
          expect(grown > 0n && grown < usd("0.01"), String(grown)).to.equal(true);
          expect(await stage.read(usdc, "allowance", [PRINCIPAL, POOL])).to.equal(0n);
        },
      },
    },
    refused: {
      "a position withdrawn to somebody else": {
        calls: () => [withdrawing(usd("1"), SOMEBODY)],
        error: "ArgumentNotAllowed",
      },
      "supplied for somebody else": { calls: () => [supplying(usd("1"), SOMEBODY)], error: "ArgumentNotAllowed" },
      "another asset": {
        calls: () => [call(POOL, SUPPLY, [WETH, 1n, "principal", "0"])],
        error: "ArgumentNotAllowed",
        impossible: "this pool lends USDC alone",
      },
      "another's debt": {
        calls: () => [call(POOL, REPAY, [USDC, 1n, "2", SOMEBODY])],
        error: "ArgumentNotAllowed",
        impossible: "somebody owes nothing",
      },
      "repaid by the greatest number": {
        calls: () => [call(POOL, REPAY, [USDC, MaxUint256, "2", "principal"])],
        error: "ArgumentNotBounded",
      },
      "an approval of the greatest number": {
        calls: () => [approving(USDC, POOL, MaxUint256)],
        error: "SpendCapExceeded",
      },
      "a loan": {
        calls: () => [call(POOL, "borrow(address,uint256,uint256,uint16,address)", [USDC, 1n, "2", "0", "principal"])],
        error: "CallNotAllowed",
      },
      "a transfer of what is lent": {
        calls: () => [call(aave3.aToken.target as Address, "transfer(address,uint256)", [SOMEBODY, 1n])],
        error: "CallNotAllowed",
      },
      "above the cap": { calls: () => [supplying(CAP + 1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [supplying(CAP), supplying(CAP)], error: "SpendCapExceeded" },
    },
    // By what the wallet has approved before: an approval of the session's own counts, too.
    greedy: [{ calls: () => [supplying(CAP)], takes: { USDC: CAP } }],
  },
};

const policies: Record<string, PolicyTests> = {
  "aave-v3": {
    passes: {
      "supply 100; the approval counts beside it, because withdraw declares nothing": moves(
        -usd("100"),
        "lent",
        usd("100"),
      ),
      "withdraw to oneself": moves(usd("900"), "lent", -usd("900")),
      "borrow 200": moves(usd("200"), "owed", usd("200")),
      "repay 50 of one's own debt": moves(-usd("50"), "owed", -usd("50")),
    },
    impossible: {
      "everything, which is 2^256 - 1 there": "a debt stands against it",
    },
    more: (given) => {
      refusesInTheEnd(given, "borrow 200", 1, capExceeded(COUNTER, usd("200"), 0n));
      const supply = "supply 100; the approval counts beside it, because withdraw declares nothing";
      refusesInTheEnd(given, supply, 5, capExceeded(USDC, usd("200"), 0n));
    },
  },
};

describeProtocol("Aave V3", setUp, policies, recipes);
