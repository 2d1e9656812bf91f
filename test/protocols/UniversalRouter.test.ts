import { expect } from "chai";
import { parseEther } from "ethers";
import { concatHex, numberToHex, type Address } from "viem";
import { leastRate, swapOnUniversalRouter } from "../../sdk/src/recipes/index.ts";
import { PERMIT2 } from "../../deploy/lib/entryPoints.ts";
import { DAY } from "../support/chain/dapp.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { capExceeded, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { SOMEBODY, USDC, USDC_TOKEN, WETH, WETH_TOKEN, type Stage } from "./support/stage.ts";
import {
  deployUniswapV3,
  deployUniversalRouter,
  NEVER,
  quoteUsdc,
  UNIVERSAL_ROUTER,
  usd,
} from "./support/uniswapV3.ts";

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

/** The least that the recipe takes for USDC: 1 % below what the pool gives for 100, rounded down. */
let rate: bigint;
const CAP = usd("500");
const INPUT = "(address,uint256,uint256,bytes,bool)";
const poolPath = (sold: Address, fee: number, bought: Address) =>
  concatHex([sold, numberToHex(fee, { size: 3 }), bought]);
const OWN = { to: "principal", path: poolPath(USDC, 500, WETH), pays: true, commands: "0x00" };

/** All three steps: the token's approval, Permit2's, and the swap. */
function swapping(amount: bigint, { out = amount * rate, ...changes }: Partial<typeof OWN & { out: bigint }> = {}) {
  const { to, path, pays, commands } = { ...OWN, ...changes };
  const input = { abi: INPUT, args: [to, String(amount), String(out), path, pays] };
  return [
    approving(USDC, PERMIT2, amount),
    permitting(UNIVERSAL_ROUTER, amount),
    call(UNIVERSAL_ROUTER, "execute(bytes,bytes[],uint256)", [commands, [input], NEVER]),
  ];
}

const permitting = (spender: Address, amount: bigint, token = USDC) =>
  call(PERMIT2, "approve(address,address,uint160,uint48)", [token, spender, amount, EXPIRATION]);

const recipes: Record<string, RecipeTests> = {
  swapOnUniversalRouter: {
    make: async (stage, now) => {
      const price = { sell: usd("100"), buy: await quoteUsdc(stage, uniswap.quoter, usd("100")), at: now };
      rate = leastRate(USDC_TOKEN, WETH_TOKEN, { price, now }).numerator;
      return swapOnUniversalRouter({
        ...{ app: "swap.example", router: UNIVERSAL_ROUTER, sell: USDC_TOKEN, buy: WETH_TOKEN, fee: 500 },
        ...{ cap: CAP, period: DAY, price, now, maxDuration: 2 * DAY },
      });
    },
    passes: {
      "all of a day, both approvals included": {
        calls: () => swapping(CAP),
        does: async (stage, run) => {
          const bought = await quoteUsdc(stage, uniswap.quoter, CAP);
          expect(await stage.changes(run)).to.deep.equal({ USDC: -CAP, WETH: bought });
          expect(await allowance(stage)).to.equal(0n);
          expect(await permitted(stage)).to.deep.equal([0n, EXPIRATION]);
        },
      },
    },
    refused: {
      "for somebody else": { calls: () => swapping(CAP, { to: SOMEBODY }), error: "ArgumentNotAllowed" },
      "in another pool": {
        calls: () => swapping(usd("1"), { path: poolPath(USDC, 3_000, WETH) }),
        error: "ArgumentNotAllowed",
      },
      "at a worse rate": { calls: () => swapping(CAP, { out: CAP * rate - 1n }), error: "RateNotMet" },
      "above the cap": { calls: () => swapping(CAP + 1n), error: "SpendCapExceeded" },
      "the same twice": { calls: () => [...swapping(CAP), ...swapping(CAP)], error: "SpendCapExceeded" },
      "with coins of the router's own": {
        calls: () => swapping(usd("1"), { pays: false }),
        error: "ArgumentNotAllowed",
      },
      "by another command, a transfer by Permit2": {
        calls: () => [
          ...swapping(1n).slice(0, 2),
          call(UNIVERSAL_ROUTER, "execute(bytes,bytes[],uint256)", [
            ...["0x02", [{ abi: "(address,address,uint160)", args: [USDC, SOMEBODY, "1"] }], NEVER],
          ]),
        ],
        error: "ArgumentNotAllowed",
      },
      "Permit2 for somebody else": { calls: () => [permitting(SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
      "Permit2 for another token": {
        calls: () => [permitting(UNIVERSAL_ROUTER, 1n, WETH)],
        error: "ArgumentNotAllowed",
      },
      "an approval of another token": { calls: () => [approving(WETH, PERMIT2, 1n)], error: "CallNotAllowed" },
    },
    greedy: [{ calls: () => swapping(CAP), takes: { USDC: CAP } }],
  },
};

const policies: Record<string, PolicyTests> = {
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
};

describeProtocol("Universal Router", setUp, policies, recipes);
