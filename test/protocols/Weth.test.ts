import { expect } from "chai";
import { parseEther } from "ethers";
import { describeProtocol } from "./support/protocolTests.ts";

describeProtocol(
  "WETH",
  async (stage) => {
    await stage.weth(parseEther("10"));
  },
  {
    "weth-both-ways": {
      passes: {
        "wrap 0.1": async (stage, run) => {
          const tenth = parseEther("0.1");
          expect(await stage.changes(run)).to.deep.equal({ ETH: -tenth, WETH: tenth });
        },
        "unwrap 0.3": async (stage, run) => {
          const amount = parseEther("0.3");
          expect(await stage.changes(run)).to.deep.equal({ ETH: amount, WETH: -amount });
        },
      },
    },
  },
);
