import { expect } from "chai";
import { parseEther, parseUnits, type Contract } from "ethers";
import type { Address } from "viem";
import { payList, payPerRequest, subscribe } from "../../sdk/src/recipes/index.ts";
import { DAY, HOUR } from "../support/chain/dapp.ts";
import type { PolicyTests } from "./support/policyTests.ts";
import { describeProtocol } from "./support/protocolTests.ts";
import { approving, call, type RecipeTests } from "./support/recipeTests.ts";
import { DAI, SOMEBODY, USDC, USDC_TOKEN, type Stage } from "./support/stage.ts";
import { circleUsdc } from "./support/usdc.ts";

const BOB = "0x00000000000000000000000000000000000B0b00";
const CAROL = "0x00000000000000000000000000000000cA201000";

const usd = (text: string) => parseUnits(text, 6);

let usdc: Contract;

async function setUp(stage: Stage): Promise<void> {
  usdc = await circleUsdc(stage, usd("1000"));
  await stage.token(DAI, "DAI", 18, parseEther("1000"));
}

const paying = (to: string, amount: bigint, token: Address = USDC) =>
  call(token, "transfer(address,uint256)", [to, amount]);

/** Each payee gets so much, the wallet pays it, and nothing else moves. */
const pays = (amounts: Record<string, bigint>) => async (stage: Stage, run: () => Promise<void>) => {
  const held = async () => {
    const balances = Object.keys(amounts).map((to) => stage.read<bigint>(usdc, "balanceOf", [to]));
    return Promise.all(balances);
  };
  const before = await held();
  const all = Object.values(amounts).reduce((sum, each) => sum + each, 0n);
  expect(await stage.changes(run)).to.deep.equal({ USDC: -all });
  expect((await held()).map((each, i) => each - before[i]!)).to.deep.equal(Object.values(amounts));
};

/** What no recipe of a payment lets a key do. */
const never: RecipeTests["refused"] = {
  "to a stranger": { calls: () => [paying(CAROL, 1n)], error: "ArgumentNotAllowed" },
  "in another token": { calls: () => [paying(BOB, 1n, DAI)], error: "CallNotAllowed" },
  "an approval": { calls: () => [approving(USDC, BOB, 1n)], error: "CallNotAllowed" },
  "an approval by another name": {
    calls: () => [call(USDC, "increaseAllowance(address,uint256)", [BOB, 1n])],
    error: "CallNotAllowed",
  },
  "with value": {
    calls: () => [{ ...paying(BOB, 1n), value: "1" }],
    error: "ValueNotAllowed",
    impossible: "USDC takes no coin",
  },
};

const recipes: Record<string, RecipeTests> = {
  payList: {
    make: () =>
      payList({
        ...{ app: "pay.example", token: USDC_TOKEN, payees: [SOMEBODY, BOB], most: usd("60") },
        ...{ cap: usd("100"), period: DAY, maxDuration: 2 * DAY },
      }),
    passes: {
      "all of a day, to both": {
        calls: () => [paying(SOMEBODY, usd("60")), paying(BOB, usd("40"))],
        does: pays({ [SOMEBODY]: usd("60"), [BOB]: usd("40") }),
      },
    },
    refused: {
      ...never,
      "too much at once": { calls: () => [paying(BOB, usd("60") + 1n)], error: "ArgumentNotAllowed" },
      "above the cap": {
        calls: () => [paying(SOMEBODY, usd("60")), paying(BOB, usd("40") + 1n)],
        error: "SpendCapExceeded",
      },
      "the same twice": {
        calls: () => [paying(SOMEBODY, usd("60")), paying(SOMEBODY, usd("60"))],
        error: "SpendCapExceeded",
      },
    },
    greedy: [{ calls: () => [paying(SOMEBODY, usd("60")), paying(BOB, usd("40"))], takes: { USDC: usd("100") } }],
  },
  subscribe: {
    make: () =>
      subscribe({
        ...{ app: "news.example", token: USDC_TOKEN, payee: BOB, price: usd("10"), every: DAY },
        maxDuration: 3 * DAY,
      }),
    passes: { "one price": { calls: () => [paying(BOB, usd("10"))], does: pays({ [BOB]: usd("10") }) } },
    refused: {
      ...never,
      "above the price": { calls: () => [paying(BOB, usd("10") + 1n)], error: "SpendCapExceeded" },
      "the same twice": { calls: () => [paying(BOB, usd("10")), paying(BOB, usd("10"))], error: "SpendCapExceeded" },
    },
    greedy: [{ calls: () => [paying(BOB, usd("10"))], takes: { USDC: usd("10") } }],
  },
  payPerRequest: {
    make: () =>
      payPerRequest({
        ...{ app: "api.example", token: USDC_TOKEN, payee: BOB, most: usd("0.05") },
        ...{ cap: usd("0.1"), period: HOUR, maxDuration: 2 * HOUR },
      }),
    passes: { "a request": { calls: () => [paying(BOB, usd("0.05"))], does: pays({ [BOB]: usd("0.05") }) } },
    refused: {
      ...never,
      "a dear request": { calls: () => [paying(BOB, usd("0.05") + 1n)], error: "ArgumentNotAllowed" },
      "above the cap": { calls: () => [1, 2, 3].map(() => paying(BOB, usd("0.05"))), error: "SpendCapExceeded" },
    },
    greedy: [{ calls: () => [1, 2].map(() => paying(BOB, usd("0.05"))), takes: { USDC: usd("0.1") } }],
  },
};

const policies: Record<string, PolicyTests> = {
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
};

describeProtocol("Payments", setUp, policies, recipes);
