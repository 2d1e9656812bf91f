import { expect } from "chai";
import { parseEther, parseUnits, type Contract } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { DAI, USDC, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const SAVINGS = "0x83F20F44975D03b1b09e64809B757c47f942BEeA";
const COMET = "0xc3d688B66703497DAA19211EEdff47f25384cdc3";
const usd = (text: string) => parseUnits(text, 6);

let savings: Contract;
let comet: Contract;

/** A vault that has earned a tenth, of which the principal has 600 shares. */
async function setUpVault(stage: Stage): Promise<void> {
  const dai = await stage.token(DAI, "DAI", 18, parseEther("2000"));
  savings = await stage.place(SAVINGS, ours("SavingsVault"), [DAI]);
  stage.watch("shares", savings);
  const deposit = "deposit(uint256,address)";
  await stage.asPrincipal([
    { target: DAI, method: "approve(address,uint256)", args: [SAVINGS, String(parseEther("2000"))] },
    { target: SAVINGS, method: deposit, args: [String(parseEther("600")), "principal"] },
  ]);
  await stage.mint(dai, SAVINGS, parseEther("60"));
}

describeProtocol("ERC-4626", setUpVault, {
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
});

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
