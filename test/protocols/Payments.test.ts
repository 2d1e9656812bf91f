import { expect } from "chai";
import { parseEther } from "ethers";
import { describeProtocol } from "./support/protocolTests.ts";
import { DAI, SOMEBODY } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const BOB = "0x00000000000000000000000000000000000B0b00";
const CAROL = "0x00000000000000000000000000000000cA201000";

describeProtocol(
  "Payments",
  async (stage) => {
    await circleUsdc(stage, 1_000_000_000n);
    await stage.token(DAI, "DAI", 18, parseEther("1000"));
  },
  {
    "dollars-a-day": {
      passes: {
        "60 and 40": async (stage, run) => {
          const forty = parseEther("40");
          expect(await stage.changes(run)).to.deep.equal({ USDC: -60_000_000n, DAI: -forty });
          expect((await stage.balances(SOMEBODY)).USDC).to.equal(60_000_000n);
          expect((await stage.balances(BOB)).DAI).to.equal(forty);
        },
      },
      impossible: { "with value": "USDC takes no coin" },
    },
    "x402-payments": {
      passes: {
        "a cent to each": async (stage, run) => {
          expect(await stage.changes(run)).to.deep.equal({ USDC: -20_000n });
          for (const service of [BOB, CAROL]) expect((await stage.balances(service)).USDC).to.equal(10_000n);
        },
      },
    },
    "native-tips": {
      passes: {
        "to two strangers": async (stage, run) => {
          const tip = parseEther("0.01");
          expect(await stage.changes(run)).to.deep.equal({ ETH: -tip - 1n });
          expect((await stage.balances(SOMEBODY)).ETH).to.equal(tip);
          expect((await stage.balances(BOB)).ETH).to.equal(1n);
        },
      },
    },
  },
);
