import { expect } from "chai";
import { parseEther, parseUnits } from "ethers";
import { ours } from "./support/artifacts.ts";
import { callsOf, capExceeded, expectDrawn, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { DAI, SOMEBODY, USDC, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const CURVE = "0xbEbc44782C7dB0a1A60Cb6fe97d0b483032FF1C7";
const USDT = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const ONEINCH = "0x111111125421cA6dc452d289314280a0f8842A65";
const usd = (text: string) => parseUnits(text, 6);

const approving = (spender: string, tokens: `0x${string}`[]) =>
  tokens.map((target) => ({
    target,
    method: "approve(address,uint256)",
    args: [spender, String(parseEther("1000"))],
  }));

async function setUpPool(stage: Stage): Promise<void> {
  await circleUsdc(stage, usd("2000"));
  const dai = await stage.token(DAI, "DAI", 18, 0n);
  await stage.token(USDT, "USDT", 6, usd("1000"));
  const units = [10n ** 18n, 10n ** 6n, 10n ** 6n];
  await stage.place(CURVE, ours("StandIns", "StablePool"), [[DAI, USDC, USDT], units]);
  await stage.mint(dai, CURVE, parseEther("1000000"));
  await stage.asPrincipal(approving(CURVE, [USDC, USDT]));
}

describeProtocol("Curve", setUpPool, {
  "curve-exchange": {
    passes: {
      "100 USDC": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("100"), DAI: parseEther("99.96") });
      },
    },
    impossible: { "a negative number, which no coin has": "no coin has it" },
    more: (given) => refusesInTheEnd(given, "100 USDC", 10, capExceeded(USDC, usd("100"), 0n)),
  },
});

/** What the executor gives for any swap. */
const BOUGHT = parseEther("0.03");

async function setUpRouter(stage: Stage): Promise<void> {
  await circleUsdc(stage, usd("2000"));
  await stage.token(DAI, "DAI", 18, parseEther("1"));
  const weth = await stage.weth(0n);
  await stage.place(ONEINCH, ours("StandIns", "AggregationRouter"));
  await stage.place(SOMEBODY, ours("StandIns", "Executor"), [WETH, BOUGHT]);
  await stage.send(weth, "deposit", [], parseEther("1"));
  await stage.send(weth, "transfer", [SOMEBODY, parseEther("1")]);
  await stage.asPrincipal(approving(ONEINCH, [USDC, DAI]));
}

describeProtocol("1inch", setUpRouter, {
  "oneinch-swap": {
    passes: {
      "100 USDC": async (stage, run) => {
        expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("100"), WETH: BOUGHT });
      },
    },
    impossible: { "the recipient as a number": "the stand-in has one method" },
    more: (given) => {
      refusesInTheEnd(given, "100 USDC", 5, capExceeded(USDC, usd("100"), 0n));

      it("pays nothing where the executor gives less than the price, and counts it all the same", async () => {
        const { stage, session } = given();
        await stage.place(SOMEBODY, ours("StandIns", "Executor"), [WETH, parseEther("0.02")]);
        const changes = await stage.changes(async () => {
          await stage.failureOf(stage.act(session, "userOperation", callsOf(given(), "100 USDC")));
        });
        expect(changes).to.deep.equal({});
        await expectDrawn(given(), { [USDC.toLowerCase()]: usd("100") });
      });
    },
  },
});
