import { expect } from "chai";
import { parseEther, parseUnits, type Contract } from "ethers";
import type { Address } from "viem";
import { depositToVault } from "../../sdk/src/recipes/index.ts";
import { DAY } from "../support/chain/dapp.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { DAI, SOMEBODY, USDC, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const SAVINGS: Address = "0x83F20F44975D03b1b09e64809B757c47f942BEeA";
const COMET = "0xc3d688B66703497DAA19211EEdff47f25384cdc3";
const usd = (text: string) => parseUnits(text, 6);

let dai: Contract;
let savings: Contract;
let comet: Contract;

/** A vault that has earned a tenth, of which the principal has 600 shares. */
async function setUpVault(stage: Stage): Promise<void> {
  dai = await stage.token(DAI, "DAI", 18, parseEther("2000"));
  savings = await stage.place(SAVINGS, ours("SavingsVault"), [DAI]);
  stage.watch("shares", savings);
  const deposit = "deposit(uint256,address)";
  await stage.asPrincipal([
    { target: DAI, method: "approve(address,uint256)", args: [SAVINGS, String(parseEther("2000"))] },
    { target: SAVINGS, method: deposit, args: [String(parseEther("600")), "principal"] },
  ]);
  await stage.mint(dai, SAVINGS, parseEther("60"));
}

const policies: Record<string, PolicyTests> = {
  "erc4626-vault": {
    passes: {
      "deposit 100 DAI": async (stage, run) => {
        const amount = parseEther("100");
        const shares = await stage.read<bigint>(savings, "previewDeposit", [amount]);
        expect(shares < amount).to.equal(true);
        expect(await stage.changes(run)).to.deep.equal({ DAI: -amount, shares });
      },
      "redeem 50 shares": async (stage, run) => {
        const shares = parseEther("50");
        const amount = await stage.read<bigint>(savings, "previewRedeem", [shares]);
        expect(amount > shares).to.equal(true);
        expect(await stage.changes(run)).to.deep.equal({ DAI: amount, shares: -shares });
      },
    },
    more: (given) => {
      refusesInTheEnd(given, "redeem 50 shares", 10, capExceeded(SAVINGS, parseEther("50"), 0n));
    },
  },
};

const [CAP, SHARES] = [parseEther("100"), parseEther("50")];
const depositing = (amount: bigint, to = "principal") => call(SAVINGS, "deposit(uint256,address)", [amount, to]);
const redeeming = (amount: bigint, to = "principal", owner = "principal") =>
  call(SAVINGS, "redeem(uint256,address,address)", [amount, to, owner]);

const recipes: Record<string, RecipeTests> = {
  depositToVault: {
    make: () =>
      depositToVault({
        ...{ app: "save.example", asset: { address: DAI, symbol: "DAI", decimals: 18 }, cap: CAP, period: DAY },
        ...{ vault: { address: SAVINGS, symbol: "shares", decimals: 18 }, shares: { cap: SHARES, period: DAY } },
        maxDuration: 2 * DAY,
      }),
    facts: { assets: { [SAVINGS.toLowerCase()]: DAI } },
    passes: {
      "approve half of a day and deposit it": {
        calls: () => [approving(DAI, SAVINGS, CAP / 2n), depositing(CAP / 2n)],
        does: async (stage, run) => {
          const shares = await stage.read<bigint>(savings, "previewDeposit", [CAP / 2n]);
          expect(await stage.changes(run)).to.deep.equal({ DAI: -CAP / 2n, shares });
          expect(await stage.read(dai, "allowance", [PRINCIPAL, SAVINGS])).to.equal(0n);
        },
      },
      "redeem all of a day": {
        calls: () => [redeeming(SHARES)],
        does: async (stage, run) => {
          const amount = await stage.read<bigint>(savings, "previewRedeem", [SHARES]);
          expect(await stage.changes(run)).to.deep.equal({ DAI: amount, shares: -SHARES });
        },
      },
    },
    refused: {
      "deposited for somebody else": { calls: () => [depositing(1n, SOMEBODY)], error: "ArgumentNotAllowed" },
      "redeemed to somebody else": { calls: () => [redeeming(1n, SOMEBODY)], error: "ArgumentNotAllowed" },
      "another's shares": {
        calls: () => [redeeming(1n, "principal", SOMEBODY)],
        error: "ArgumentNotAllowed",
        impossible: "somebody has allowed nothing",
      },
      "a transfer of shares": {
        calls: () => [call(SAVINGS, "transfer(address,uint256)", [SOMEBODY, 1n])],
        error: "CallNotAllowed",
      },
      "by another method": {
        calls: () => [call(SAVINGS, "withdraw(uint256,address,address)", [1n, SOMEBODY, "principal"])],
        error: "CallNotAllowed",
      },
      "an approval for somebody else": { calls: () => [approving(DAI, SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
      "above the cap": { calls: () => [depositing(CAP + 1n)], error: "SpendCapExceeded" },
      "more shares than a day allows": { calls: () => [redeeming(SHARES + 1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [redeeming(SHARES), redeeming(SHARES)], error: "SpendCapExceeded" },
    },
    // By what the wallet has approved before: an approval of the session's own counts, too.
    greedy: [
      { calls: () => [depositing(CAP)], takes: { DAI: CAP } },
      { calls: () => [redeeming(SHARES)], takes: { shares: SHARES } },
    ],
  },
};

describeProtocol("ERC-4626", setUpVault, policies, recipes);

/** A market in which the principal has collateral. */
async function setUpMarket(stage: Stage): Promise<void> {
  const usdc = await circleUsdc(stage, usd("2000"));
  await stage.weth(parseEther("2"));
  comet = await stage.place(COMET, ours("StandIns", "LendingMarket"), [USDC]);
  await stage.mint(usdc, COMET, usd("5000"));
  await stage.send(comet, "setCollateralized", [PRINCIPAL]);
  await stage.asPrincipal([
    { target: USDC, method: "approve(address,uint256)", args: [COMET, String(usd("5000"))] },
    { target: WETH, method: "approve(address,uint256)", args: [COMET, String(parseEther("1"))] },
    { target: COMET, method: "supply(address,uint256)", args: [WETH, String(parseEther("1"))] },
  ]);
}

describeProtocol("Compound III", setUpMarket, {
  "compound-v3": {
    passes: {
      "supply and withdraw": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("50") });
        expect(await stage.read(comet, "balance", [PRINCIPAL])).to.equal(usd("50"));
      },
    },
    more: (given) => {
      refusesInTheEnd(given, "supply and withdraw", 10, capExceeded(USDC, usd("100"), 0n));
    },
  },
});
