import { expect } from "chai";
import { MaxUint256, parseEther, parseUnits, type Contract } from "ethers";
import { parseAbi, type Address } from "viem";
import { playGame } from "../../sdk/src/recipes/index.ts";
import { DAY } from "../support/chain/dapp.ts";
import { PRINCIPAL } from "../support/reference/policyFiles.ts";
import { published } from "./support/artifacts.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { SOMEBODY, USDC, USDC_TOKEN, WETH, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const POOL: Address = "0x5555555555555555555555555555555555555555";
const ARTIFACTS = "@pooltogether/v4-core/artifacts/contracts";
const usd = (text: string) => parseUnits(text, 6);
const CAP = usd("100");

let usdc: Contract;

/** A pool of PoolTogether's fourth version: whoever deposits has tickets, which win prizes. */
async function setUp(stage: Stage): Promise<void> {
  const { address: owner } = stage.world.owner;
  usdc = await circleUsdc(stage, usd("1000"));
  await stage.weth(parseEther("1"));
  const pool = await stage.place(POOL, published(`${ARTIFACTS}/prize-pool/StakePrizePool.sol/StakePrizePool.json`), [
    owner,
    USDC,
  ]);
  const ticket = await stage.deploy(published(`${ARTIFACTS}/Ticket.sol/Ticket.json`), ["Ticket", "TKT", 6, POOL]);
  await stage.send(pool, "setTicket", [ticket.target]);
  await stage.send(pool, "setBalanceCap", [MaxUint256]);
  await stage.send(pool, "setPrizeStrategy", [owner]);
  stage.watch("tickets", ticket);
}

const playing = (amount: bigint, to = "principal") => call(POOL, "depositTo(address,uint256)", [to, amount]);

const recipes: Record<string, RecipeTests> = {
  playGame: {
    make: () =>
      playGame({
        ...{ app: "prizes.example", game: POOL, maxDuration: 2 * DAY, moves: { cap: 2n, period: DAY } },
        abi: parseAbi(["function depositTo(address to, uint256 amount)"]),
        methods: {
          depositTo: {
            spends: { unit: USDC, argument: "amount" },
            arguments: { to: { isPrincipal: true }, amount: { atLeast: 1n } },
          },
        },
        stake: { token: USDC_TOKEN, cap: CAP, period: DAY },
      }),
    passes: {
      "two moves, approval included": {
        calls: () => [approving(USDC, POOL, CAP), playing(usd("60")), playing(usd("40"))],
        does: async (stage, run) => {
          expect(await stage.changes(run)).to.deep.equal({ USDC: -CAP, tickets: CAP });
          expect(await stage.read(usdc, "allowance", [PRINCIPAL, POOL])).to.equal(0n);
        },
      },
    },
    refused: {
      "for somebody else": {
        calls: () => [approving(USDC, POOL, 1n), playing(1n, SOMEBODY)],
        error: "ArgumentNotAllowed",
      },
      "a third move": {
        calls: () => [approving(USDC, POOL, 3n), playing(1n), playing(1n), playing(1n)],
        error: "SpendCapExceeded",
      },
      "a higher stake": {
        calls: () => [approving(USDC, POOL, CAP + 1n), playing(CAP + 1n)],
        error: "SpendCapExceeded",
      },
      "the same twice": {
        calls: () => [1, 2].flatMap(() => [approving(USDC, POOL, CAP), playing(CAP)]),
        error: "SpendCapExceeded",
      },
      "another method, by which somebody else has the chances": {
        calls: () => [
          approving(USDC, POOL, 1n),
          call(POOL, "depositToAndDelegate(address,uint256,address)", ["principal", 1n, SOMEBODY]),
        ],
        error: "CallNotAllowed",
      },
      "another token": { calls: () => [approving(WETH, POOL, 1n)], error: "CallNotAllowed" },
      "an approval for somebody else": { calls: () => [approving(USDC, SOMEBODY, 1n)], error: "ArgumentNotAllowed" },
    },
    greedy: [
      {
        calls: () => [approving(USDC, POOL, CAP), playing(usd("60")), playing(usd("40"))],
        takes: { USDC: CAP },
      },
    ],
  },
};

describeProtocol("PoolTogether", setUp, {}, recipes);
