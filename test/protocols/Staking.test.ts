import { expect } from "chai";
import { parseEther, type Contract } from "ethers";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { ours, published } from "./support/artifacts.ts";
import { capExceeded, refusesInTheEnd } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import type { Stage } from "./support/stage.ts";

const FARM = "0x6C3e4cb2E96B01F4b866965A91ed4437839A121a";
const LIQUIDITY = "0xd3d2E2692501A5c9Ca623199D38826e513033a17";
const REWARD = "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984";
const LIDO = "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84";
const DAY = 86_400;
/** Where the policy that names no farm finds one. */
const OTHER_FARM = "0x00000000000000000000000000000000000B0b00";
const STAKED = parseEther("1");

let farms: Contract[];

/** Two farms in which the principal has staked and earned. */
async function setUp(stage: Stage): Promise<void> {
  const { owner, helpers } = stage.world;
  await stage.token(LIQUIDITY, "LP", 18, parseEther("100"));
  const reward = await stage.token(REWARD, "UNI", 18, 0n);
  const artifact = published("@uniswap/liquidity-staker/build/StakingRewards.json");
  const args = [owner.address, REWARD, LIQUIDITY];
  farms = [await stage.place(FARM, artifact, args), await stage.place(OTHER_FARM, artifact, args)];
  const staking = farms.flatMap(({ target }) => [
    { target: LIQUIDITY, method: "approve(address,uint256)", args: [target, String(parseEther("50"))] },
    { target: target as `0x${string}`, method: "stake(uint256)", args: [String(STAKED)] },
  ]) as Parameters<Stage["asPrincipal"]>[0];
  await stage.asPrincipal(staking);
  for (const farm of farms) {
    await stage.mint(reward, farm.target as string, parseEther("6000"));
    await stage.send(farm, "notifyRewardAmount", [parseEther("6000")]);
  }
  await helpers.time.increase(DAY);
}

const claims = (staked: bigint, farm: number) => async (stage: Stage, run: () => Promise<void>) => {
  const { UNI: reward, ...moved } = await stage.changes(run);
  expect(moved).to.deep.equal(staked === 0n ? {} : { LP: staked });
  // A sixtieth a day, and what some blocks add.
  expect(reward! >= parseEther("100") && reward! < parseEther("101")).to.equal(true);
  expect(await stage.read(farms[farm]!, "balanceOf", [PRINCIPAL])).to.equal(STAKED - staked);
};

describeProtocol("StakingRewards", setUp, {
  "staking-rewards": {
    passes: {
      "claim and leave": claims(STAKED, 0),
      "approve and stake count both, because exit declares nothing": async (stage, run) => {
        const amount = parseEther("5");
        expect(await stage.changes(run)).to.deep.equal({ LP: -amount });
        expect(await stage.read(farms[0]!, "balanceOf", [PRINCIPAL])).to.equal(STAKED + amount);
      },
    },
    more: (given) => {
      const say = "approve and stake count both, because exit declares nothing";
      refusesInTheEnd(given, say, 1, capExceeded(LIQUIDITY, parseEther("10"), 0n));
    },
  },
  "rewards-anywhere": {
    passes: { "on a farm nobody named": claims(0n, 1) },
  },
});

describeProtocol(
  "Lido",
  async (stage) => {
    stage.watch("stETH", await stage.place(LIDO, ours("StandIns", "StakedEther")));
    await stage.asPrincipal([
      { target: LIDO, method: "submit(address)", args: ["0x0000000000000000000000000000000000000000"], value: "1000" },
    ]);
  },
  {
    "lido-stake": {
      passes: {
        "half an ether": async (stage, run) => {
          const half = parseEther("0.5");
          expect(await stage.changes(run)).to.deep.equal({ ETH: -half, stETH: half });
        },
      },
      more: (given) => {
        const coin = "0x0000000000000000000000000000000000000000";
        refusesInTheEnd(given, "half an ether", 2, capExceeded(coin, parseEther("0.5"), 0n));
      },
    },
  },
);
