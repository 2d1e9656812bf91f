import { expect } from "chai";
import { MaxUint256, parseEther, parseUnits, type Contract } from "ethers";
import { published } from "./support/artifacts.ts";
import { callsOf, capExceeded, describeProtocol, expectDrawn, refusesInTheEnd } from "./support/policyTests.ts";
import { DAI, USDC, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const FACTORY = "0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f";
const ROUTER = "0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D";
const usd = (text: string) => parseUnits(text, 6);
/** Of the pool that the policies swap in. */
const RESERVES = { USDC: usd("3500000"), WETH: parseEther("1000") };
const NEVER = 2n ** 40n;

let router: Contract;

/** Pools of WETH at 3,500 USDC and at 3,500 DAI, and one of both stablecoins. */
async function setUp(stage: Stage): Promise<void> {
  const { owner } = stage.world;
  const [usdc, weth] = [await circleUsdc(stage, usd("100000")), await stage.weth(parseEther("50"))];
  const dai = await stage.token(DAI, "DAI", 18, 0n);
  await stage.place(FACTORY, published("@uniswap/v2-core/build/UniswapV2Factory.json"), [owner.address]);
  const artifact = published("@uniswap/v2-periphery/build/UniswapV2Router02.json");
  router = await stage.place(ROUTER, artifact, [FACTORY, WETH]);

  await stage.send(weth, "deposit", [], parseEther("2000"));
  await stage.mint(usdc, owner.address, usd("10000000"));
  await stage.mint(dai, owner.address, parseEther("7000000"));
  for (const token of [usdc, weth, dai]) await stage.send(token, "approve", [ROUTER, MaxUint256]);
  const pools = [
    [USDC, WETH, RESERVES.USDC, RESERVES.WETH],
    [DAI, WETH, parseEther("3500000"), parseEther("1000")],
    [USDC, DAI, usd("3500000"), parseEther("3500000")],
  ];
  for (const pool of pools) await stage.send(router, "addLiquidity", [...pool, 0, 0, owner.address, NEVER]);
  const approve = { method: "approve(address,uint256)", args: [ROUTER, String(MaxUint256)] };
  await stage.asPrincipal([USDC, WETH].map((target) => ({ target, ...approve })));
}

const quote = async (stage: Stage, amount: bigint, path: string[]) =>
  (await stage.read<bigint[]>(router, "getAmountsOut", [amount, path])).at(-1)!;

/** Sells USDC for what the pool gives, and nothing else. */
const sells = (amount: bigint, least: bigint) => async (stage: Stage, run: () => Promise<void>) => {
  const bought = await quote(stage, amount, [USDC, WETH]);
  expect(bought > least).to.equal(true);
  expect(await stage.changes(run)).to.deep.equal({ USDC: -amount, WETH: bought });
};

describeProtocol("Uniswap V2", setUp, {
  "uniswap-v2-swap": {
    passes: {
      "100 USDC for at least 0.025 WETH": sells(usd("100"), parseEther("0.025")),
      "0.1 WETH for at least 300 USDC": async (stage, run) => {
        const amount = parseEther("0.1");
        const bought = await quote(stage, amount, [WETH, USDC]);
        expect(bought > usd("300")).to.equal(true);
        expect(await stage.changes(run)).to.deep.equal({ WETH: -amount, USDC: bought });
      },
      "both in one batch": async (stage, run) => {
        const [spent, sold] = [usd("500"), parseEther("0.2")];
        const bought = await quote(stage, spent, [USDC, WETH]);
        const after = [sold, RESERVES.WETH - bought, RESERVES.USDC + spent];
        const got = await stage.read<bigint>(router, "getAmountOut", after);
        expect(await stage.changes(run)).to.deep.equal({ USDC: got - spent, WETH: bought - sold });
      },
    },
    more: (given) => {
      refusesInTheEnd(given, "both in one batch", 1, capExceeded(USDC, usd("500"), 0n));
      refusesInTheEnd(given, "0.1 WETH for at least 300 USDC", 2, capExceeded(WETH, parseEther("0.1"), 0n));

      it("does nothing where the market is worse than the price, and counts it all the same", async () => {
        const { stage, session } = given();
        const { address } = stage.world.owner;
        await stage.send(router, "swapExactTokensForTokens", [usd("2000000"), 0, [USDC, WETH], address, NEVER]);
        const calls = callsOf(given(), "100 USDC for at least 0.025 WETH");
        const changes = await stage.changes(async () => {
          const why = await stage.failureOf(stage.act(session, "userOperation", calls));
          expect(why).to.include("UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
        });
        expect(changes).to.deep.equal({});
        await expectDrawn(given(), { [USDC.toLowerCase()]: usd("100") });
      });
    },
  },
  "swap-bot": {
    passes: { "100 USD": sells(usd("100"), parseEther("0.02")) },
    more: (given) => refusesInTheEnd(given, "100 USD", 5, capExceeded(USDC, usd("100"), 0n)),
  },
});
