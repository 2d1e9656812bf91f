import { expect } from "chai";
import { MaxUint256, parseEther } from "ethers";
import type { Address } from "viem";
import { leastRate, swapOnUniswapV3 } from "../../sdk/src/recipes/index.ts";
import { DAY } from "../support/chain/dapp.ts";
import { encodeCall, PRINCIPAL } from "../support/reference/policyFiles.ts";
import { callsOf, capExceeded, refusesInTheEnd, type PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { SOMEBODY, USDC, USDC_TOKEN, WETH, WETH_TOKEN, type Stage } from "./support/stage.ts";
import { deployUniswapV3, NEVER, POSITIONS, quoteUsdc, ROUTER, ROUTER_02, usd } from "./support/uniswapV3.ts";

/** The position that the file names, and the liquidity that it takes out of it. */
const POSITION = 7n;
const LIQUIDITY = 10n ** 12n;
const COUNTER = "0x0000000000000000000000000000000000000001";
const ONE = 10n ** 18n;

let uniswap: Awaited<ReturnType<typeof deployUniswapV3>>;

async function setUp(stage: Stage): Promise<void> {
  uniswap = await deployUniswapV3(stage);
  for (const token of [uniswap.usdc, uniswap.weth]) await stage.send(token, "approve", [ROUTER_02, MaxUint256]);
}

/** The principal has approved, long before the session, what a policy without an approval draws on. */
const approved =
  (spender: Address, ...tokens: Address[]) =>
  async (stage: Stage): Promise<void> => {
    const approve = { method: "approve(address,uint256)", args: [spender, String(parseEther("1"))] };
    await stage.asPrincipal(tokens.map((target) => ({ target, ...approve })));
  };

/** Sells USDC for what the pool gives, and nothing else; the router may take no more afterwards than before. */
const sells =
  (amount: bigint, { as = "WETH", router = ROUTER_02, approves = false } = {}) =>
  async (stage: Stage, run: () => Promise<void>) => {
    const allowance = () => stage.read<bigint>(uniswap.usdc, "allowance", [PRINCIPAL, router]);
    const left = approves ? 0n : (await allowance()) - amount;
    const bought = await quoteUsdc(stage, uniswap.quoter, amount);
    expect(await stage.changes(run)).to.deep.equal({ USDC: -amount, [as]: bought });
    expect(await allowance()).to.equal(left);
  };

/** What the position manager says of a position. */
async function position(stage: Stage, id: bigint) {
  const { liquidity, tokensOwed0, tokensOwed1 } = await stage.read<Record<string, bigint>>(
    uniswap.positions,
    "positions",
    [id],
  );
  return { liquidity: liquidity!, owed: [tokensOwed0!, tokensOwed1!] };
}

/** A position of somebody's in the pool with a fee of 0.05%; returns its number. */
async function openPosition(stage: Stage, holder: string): Promise<bigint> {
  const args = [USDC, WETH, 500, -100_000, 200_000, usd("400"), parseEther("0.1"), 0, 0, holder, NEVER];
  const [id] = await stage.read<bigint[]>(uniswap.positions, "mint", [args]);
  await stage.send(uniswap.positions, "mint", [args]);
  return id!;
}

/** The chain's owner sells in the pool with a fee of 0.05%; returns what it got. */
async function trade(stage: Stage, sold: Address, amount: bigint): Promise<bigint> {
  const router = stage.at(ROUTER_02, uniswap.routerAbi);
  const args = [sold, sold === USDC ? WETH : USDC, 500, stage.world.owner.address, amount, 0, 0];
  const bought = await stage.read<bigint>(router, "exactInputSingle", [args]);
  await stage.send(router, "exactInputSingle", [args]);
  return bought;
}

/** Takes all liquidity out of a position of the principal's. */
async function takesOut(stage: Stage, id: bigint): Promise<void> {
  const { liquidity } = await position(stage, id);
  const method = "decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))";
  const everything = String(2n ** 128n - 1n);
  await stage.asPrincipal([
    { target: POSITIONS, method, args: [[String(id), String(liquidity), "0", "0", "1900000000"]] },
    {
      target: POSITIONS,
      method: "collect((uint256,address,uint128,uint128))",
      args: [[String(id), PRINCIPAL, everything, everything]],
    },
  ]);
}

/** Base units of USDC at the price at which pools start. */
const valueOf = ({ USDC: usdc = 0n, WETH: weth = 0n }: Record<string, bigint>) => usdc + (weth * usd("3500")) / ONE;

/** The least that the recipe takes for USDC: 1 % below what the pool gives for 100, rounded down. */
let rate: bigint;
const CAP = usd("500");
const SWAP = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";
/** The pool with a fee of 0.05%. */
const OWN = { sold: USDC, bought: WETH, fee: 500, to: "principal" };

function swapping(amount: bigint, { out = amount * rate, ...changes }: Partial<typeof OWN & { out: bigint }> = {}) {
  const { sold, bought, fee, to } = { ...OWN, ...changes };
  return call(ROUTER_02, SWAP, [[sold, bought, String(fee), to, amount, out, 0n]]);
}

const recipes: Record<string, RecipeTests> = {
  swapOnUniswapV3: {
    make: async (stage, now) => {
      const price = { sell: usd("100"), buy: await quoteUsdc(stage, uniswap.quoter, usd("100")), at: now };
      rate = leastRate(USDC_TOKEN, WETH_TOKEN, { price, now }).numerator;
      return swapOnUniswapV3({
        ...{ app: "swap.example", router: ROUTER_02, sell: USDC_TOKEN, buy: WETH_TOKEN, fee: 500 },
        ...{ cap: CAP, period: DAY, price, now, maxDuration: 2 * DAY },
      });
    },
    // Of the other token, too: that it does not leave is not for want of an allowance.
    prepare: approved(ROUTER_02, WETH),
    passes: {
      "all of a day, approval included": {
        calls: () => [approving(USDC, ROUTER_02, CAP), swapping(CAP)],
        does: sells(CAP, { approves: true }),
      },
    },
    refused: {
      "for somebody else": {
        calls: () => [approving(USDC, ROUTER_02, CAP), swapping(CAP, { to: SOMEBODY })],
        error: "ArgumentNotAllowed",
      },
      "in another pool": {
        calls: () => [approving(USDC, ROUTER_02, CAP), swapping(usd("1"), { fee: 3_000 })],
        error: "ArgumentNotAllowed",
      },
      "at a worse rate": {
        calls: () => [approving(USDC, ROUTER_02, CAP), swapping(CAP, { out: CAP * rate - 1n })],
        error: "RateNotMet",
      },
      "above the cap": {
        calls: () => [approving(USDC, ROUTER_02, CAP + 1n), swapping(CAP + 1n)],
        error: "SpendCapExceeded",
      },
      "the same twice": {
        calls: () => [1, 2].flatMap(() => [approving(USDC, ROUTER_02, CAP), swapping(CAP)]),
        error: "SpendCapExceeded",
      },
      "another token": {
        calls: () => [swapping(parseEther("0.1"), { sold: WETH, bought: USDC, out: usd("300") })],
        error: "ArgumentNotAllowed",
      },
      "an approval of another token": { calls: () => [approving(WETH, ROUTER_02, 1n)], error: "CallNotAllowed" },
      "an approval for somebody else": { calls: () => [approving(USDC, SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
    },
    greedy: [{ calls: () => [approving(USDC, ROUTER_02, CAP), swapping(CAP)], takes: { USDC: CAP } }],
  },
};

const policies: Record<string, PolicyTests> = {
  "uniswap-v3-swap": {
    prepare: approved(ROUTER_02, USDC),
    passes: {
      "approve 100 and swap 100: 100 of the cap": sells(usd("100"), { approves: true }),
      "a swap alone counts by itself": sells(usd("500")),
      "the approval is replaced, not added: 100 approved twice counts 200": sells(usd("100"), { approves: true }),
    },
    impossible: { "credit does not outlive what was approved": "the router has taken all that it may" },
    more: (given) => {
      refusesInTheEnd(given, "a swap alone counts by itself", 1, capExceeded(USDC, usd("500"), 0n));
      refusesInTheEnd(given, "approve 100 and swap 100: 100 of the cap", 5, capExceeded(USDC, usd("100"), 0n));
    },
  },
  "uniswap-v3-path": {
    prepare: approved(ROUTER, USDC),
    passes: { "the path as signed": sells(usd("100"), { router: ROUTER }) },
    more: (given) => refusesInTheEnd(given, "the path as signed", 5, capExceeded(USDC, usd("100"), 0n)),
  },
  "uniswap-multicall": {
    prepare: approved(ROUTER_02, USDC),
    passes: { "100 USDC": sells(usd("100"), { as: "ETH" }) },
    more: (given) => refusesInTheEnd(given, "100 USDC", 5, capExceeded(USDC, usd("100"), 0n)),
  },
  "uniswap-v3-mint": {
    prepare: approved(POSITIONS, USDC, WETH),
    passes: {
      "one position": async (stage, run) => {
        const { USDC: usdc, WETH: weth, positions, ...rest } = await stage.changes(run);
        expect(rest).to.deep.equal({});
        expect(positions).to.equal(1n);
        // The range takes nearly all of one token and less of the other; the caps have counted all of both.
        expect(usdc! >= -usd("100") && usdc! < -usd("99.99")).to.equal(true);
        expect(weth! > -parseEther("0.125") && weth! < -parseEther("0.12")).to.equal(true);
      },
    },
    more: (given) => {
      refusesInTheEnd(given, "one position", 3, capExceeded(COUNTER, 1n, 0n));

      for (const [say, sold, amount] of [
        ["dear", USDC, usd("2000000")],
        ["cheap", WETH, parseEther("500")],
      ] as const) {
        it(`opens none where somebody has made WETH ${say}; without the minima it loses by that`, async () => {
          const { stage, session } = given();
          const calls = callsOf(given(), "one position");
          const bought = await trade(stage, sold, amount);
          const changes = await stage.changes(async () => {
            const why = await stage.failureOf(stage.act(session, "userOperation", calls));
            expect(why).to.include("Price slippage check");
          });
          expect(changes).to.deep.equal({});

          const paid = await stage.changes(() => stage.asPrincipal(callsOf(given(), "at any price")));
          const id = await stage.read<bigint>(uniswap.positions, "tokenOfOwnerByIndex", [PRINCIPAL, 0]);
          await trade(stage, sold === USDC ? WETH : USDC, bought);
          const back = await stage.changes(() => takesOut(stage, id));
          // More than a twentieth of what was paid.
          expect(valueOf(paid) + valueOf(back) < valueOf(paid) / 20n).to.equal(true);
        });
      }
    },
  },
  "uniswap-v3-collect": {
    prepare: async (stage) => {
      for (let id = 3n; id < POSITION; ++id) await openPosition(stage, stage.world.owner.address);
      expect(await openPosition(stage, PRINCIPAL)).to.equal(POSITION);
      await trade(stage, USDC, usd("100000"));
    },
    passes: {
      "some liquidity of one position, and all that is owed of it": async (stage, run) => {
        const { liquidity } = await position(stage, POSITION);
        const { USDC: usdc, WETH: weth, ...rest } = await stage.changes(run);
        expect(rest).to.deep.equal({});
        expect(usdc! > 0n && weth! > 0n).to.equal(true);
        const left = await position(stage, POSITION);
        expect(left).to.deep.equal({ liquidity: liquidity - LIQUIDITY, owed: [0n, 0n] });
      },
    },
    impossible: { "burning the position": "a position that holds something is not burnt" },
    more: (given) => {
      it("leaves positions of others to the protocol", async () => {
        const { stage, session } = given();
        const args = [[String(POSITION - 1n), "1", "0", "0", "1900000000"]];
        const method = "decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))";
        const call = encodeCall({ target: POSITIONS, method, args });
        expect(await stage.failureOf(stage.act(session, "userOperation", [call]))).to.include("Not approved");
      });
    },
  },
};

describeProtocol("Uniswap V3", setUp, policies, recipes);
