import { expect } from "chai";
import { parseEther } from "ethers";
import { PERMIT2 } from "../../deploy/lib/entryPoints.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { capExceeded, describeProtocol, refusesInTheEnd } from "./support/policyTests.ts";
import { USDC, type Stage } from "./support/stage.ts";
import { deployUniswapV3, deployUniversalRouter, quoteUsdc, UNIVERSAL_ROUTER, usd } from "./support/uniswapV3.ts";

/** The end of what Permit2 lets the router have, as the files have it, in unix seconds. */
const EXPIRATION = 1_900_000_000n;

const PERMIT2_ABI = ["function allowance(address, address, address) view returns (uint160, uint48, uint48)"];

let uniswap: Awaited<ReturnType<typeof deployUniswapV3>>;

async function setUp(stage: Stage): Promise<void> {
  uniswap = await deployUniswapV3(stage);
  await deployUniversalRouter(stage);
  // Coins that somebody has left with the router.
  await stage.mint(uniswap.usdc, UNIVERSAL_ROUTER, usd("1000"));
}

/** What Permit2 may take of the principal, in base units of USDC. */
const allowance = (stage: Stage) => stage.read<bigint>(uniswap.usdc, "allowance", [PRINCIPAL, PERMIT2]);

/** What the router may take by Permit2, in base units of USDC, and until when. */
async function permitted(stage: Stage): Promise<bigint[]> {
  const permit2 = stage.at(PERMIT2, PERMIT2_ABI);
  const [amount, expiration] = await stage.read<bigint[]>(permit2, "allowance", [PRINCIPAL, USDC, UNIVERSAL_ROUTER]);
  return [amount!, expiration!];
}

/** The principal has approved Permit2 long before the session. */
const approvePermit2 = (stage: Stage) =>
  stage.asPrincipal([{ target: USDC, method: "approve(address,uint256)", args: [PERMIT2, String(parseEther("1"))] }]);

/** Sells 100 USDC for what the pool gives, and nothing else. */
async function sellsHundred(stage: Stage, run: () => Promise<void>): Promise<void> {
  const bought = await quoteUsdc(stage, uniswap.quoter, usd("100"));
  expect(await stage.changes(run)).to.deep.equal({ USDC: -usd("100"), WETH: bought });
}

describeProtocol("Universal Router", setUp, {
  "universal-router-swap": {
    prepare: async (stage) => {
      await approvePermit2(stage);
      const method = "approve(address,address,uint160,uint48)";
      const args = [USDC, UNIVERSAL_ROUTER, String(usd("1000")), String(EXPIRATION)];
      await stage.asPrincipal([{ target: PERMIT2, method, args }]);
    },
    passes: {
      "100 USDC": async (stage, run) => {
        await sellsHundred(stage, run);
        expect(await permitted(stage)).to.deep.equal([usd("900"), EXPIRATION]);
      },
    },
    impossible: { "a second input": "there is an input for each command" },
    more: (given) => refusesInTheEnd(given, "100 USDC", 5, capExceeded(USDC, usd("100"), 0n)),
  },
  "permit2-router-swap": {
    prepare: approvePermit2,
    passes: {
      "all three steps for 100: 100 of the cap": async (stage, run) => {
        await sellsHundred(stage, run);
        expect(await allowance(stage)).to.equal(0n);
        expect(await permitted(stage)).to.deep.equal([0n, EXPIRATION]);
      },
      "Permit2's step and the swap alone": async (stage, run) => {
        await sellsHundred(stage, run);
        expect(await permitted(stage)).to.deep.equal([0n, EXPIRATION]);
      },
      "Permit2's step twice counts twice": async (stage, run) => {
        await sellsHundred(stage, run);
        // Replaced, not added: the second is used up, and nothing of the first is left.
        expect(await permitted(stage)).to.deep.equal([0n, EXPIRATION]);
      },
    },
    impossible: { "transfers by Permit2": "Permit2 keeps no allowance of a holder to itself" },
    more: (given) => {
      refusesInTheEnd(given, "all three steps for 100: 100 of the cap", 5, capExceeded(USDC, usd("100"), 0n));
    },
  },
});
