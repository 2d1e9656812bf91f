import { type Address, concatHex, encodeErrorResult, erc20Abi, type Hex, keccak256, parseAbi, parseEther } from "viem";
import { contractErrorsAbi } from "../../../sdk/src/generated/errors/contractErrorsAbi.ts";
import {
  contentsOf,
  contract,
  definePolicy,
  formatPolicyDescription,
  type Permission,
  type PolicyFile,
  type SessionCall,
} from "../../../sdk/src/index.ts";
import { LATER, soon, wordOf } from "../calls.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { worstLoss } from "../loss.ts";
import { publication, unchecked } from "../publication.ts";
import type { Session } from "../sessions.ts";
import type { Stage } from "../stage.ts";
import { refuseOn } from "./onRoutes.ts";
import { described, show, stored } from "./publish.ts";

const ONE = parseEther("1");
const HOUR = 3_600;
const ROUTER = parseAbi([
  "function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[] amounts)",
]);
const MARKET = parseAbi(["function buy(uint256 listingId, uint256 price, address recipient)"]);
/** Counts trades: a number below 65,536 is no token, and only this policy gives it a meaning. */
export const TRADES: Address = "0x0000000000000000000000000000000000000001";

/** One policy says what took several before: two ways to trade, each with its price, a count of trades, an open argument. */
export async function market(demo: Demo): Promise<void> {
  const { report, stage, sessions } = demo;
  report.act("Alternatives, a rate, a counter, and what is open");
  const file = marketPolicy(stage);
  const now = await stage.chain.now();
  const window = { validAfter: now, validUntil: now + file.usual - 1 };
  await demo.refuseOther(
    "anyone",
    "the same, the open argument not named",
    () =>
      publication(
        stage,
        unchecked(gift(stage, false), [{ unit: stage.names.at("POKE"), cap: 20n * ONE, period: 0, fromStart: false }]),
      ),
    ["UnboundArgument", [0, 2]],
  );
  const publish = () => publication(stage, file.policy);
  await demo.acceptOther("anyone", "publish the market's policy", publish, () => stored(demo, file.policy, window));
  show(demo, file, window);

  let session: Session | undefined;
  await demo.acceptOther("relayer", "market: Alice's account", async () => {
    const registered = await sessions.register(stage.account, file);
    session = registered.session;
    return registered.gasUsed;
  });
  await nameTrust(demo, session!);
  await trade(demo, session!);
  await give(demo, session!);
}

/** Whom the worst loss trusts and what it leaves open stands beside the number: in the client's words, and on chain. */
async function nameTrust(demo: Demo, session: Session): Promise<void> {
  const { report, stage } = demo;
  const description = described(demo, session.file, session);
  const told = formatPolicyDescription(description);
  report.fact("trusts", told.trusted.join("; "));
  report.fact("open", told.open.join("; "));
  const { trusted, open } = await worstLoss(stage, session);
  const sorted = (addresses: readonly Address[]) => [...addresses].sort().join();
  const isTold =
    sorted(trusted) === sorted(description.trusted.map(({ target }) => target.address)) &&
    open.map(Number).join() === description.open.join() &&
    trusted.length === 2 &&
    open.length === 1;
  await demo.judge("trusted and open, named beside the loss", isTold ? undefined : "The chain names others.");
}

/** The first alternative that holds decides, with its own spends and its own price. */
async function trade(demo: Demo, session: Session): Promise<void> {
  const { stage } = demo;
  const { account, names } = stage;
  const mallory = stage.people.mallory.address;
  const onAccount = { userOperation: session, direct: session, relayed: session };
  const sell = swapCall(demo, { amount: 100n * ONE, least: 3n * 10n ** 16n, path: ["USD", "WETH"], to: account });
  const some = 2n * 10n ** 16n;
  const buyBack = swapCall(demo, { amount: some, least: 58n * ONE, path: ["WETH", "USD"], to: account });
  const allow = demo.call("WETH", "approve", [names.at("UniswapV2Router"), some]);
  const first = { spends: { USD: 100n * ONE, trades: 1n } };
  await demo.accept("direct", session, "sell 100 USD for 0.03 WETH or more", [sell], first);
  // What an approval counts, the swap that uses it does not count again.
  await demo.accept("relayed", session, "the other way: approve and sell", [allow, buyBack], {
    spends: { WETH: some, trades: 1n },
  });

  const options = await soon(demo);
  const reasonOf = (errorName: "RateNotMet" | "ArgumentNotAllowed", args: readonly unknown[]): Expected => [
    "AlternativesRefused",
    [0, 2, 0, encodeErrorResult({ abi: contractErrorsAbi, errorName, args } as never)],
  ];
  const least = 3n * 10n ** 16n - 1n;
  await refuseOn(demo, "one wei below the price", onAccount, () => ({
    calls: [swapCall(demo, { amount: 100n * ONE, least, path: ["USD", "WETH"], to: account })],
    error: reasonOf("RateNotMet", [0n, 0n, least, 100n * ONE]),
    options,
  }));
  const detour = ["USD", "POKE", "WETH"];
  await refuseOn(demo, "a path that no alternative has", onAccount, () => ({
    calls: [swapCall(demo, { amount: 100n * ONE, least: ONE, path: detour, to: account })],
    error: reasonOf("ArgumentNotAllowed", [0n, 1n, pathHash(stage, detour)]),
    options,
  }));
  await refuseOn(demo, "the same trade for a stranger", onAccount, () => ({
    calls: [swapCall(demo, { amount: 100n * ONE, least: ONE, path: ["USD", "WETH"], to: mallory })],
    error: reasonOf("ArgumentNotAllowed", [0n, 2n, wordOf(mallory)]),
    options,
  }));

  await demo.accept("userOperation", session, "the third trade of the hour", [sell], { ...first, ...options });
  const cheap = swapCall(demo, { amount: ONE, least: 3n * 10n ** 14n, path: ["USD", "WETH"], to: account });
  const none: Expected = ["SpendCapExceeded", [TRADES, 1, 0]];
  await refuseOn(demo, "a fourth trade", onAccount, () => ({ calls: [cheap], error: none, options }));
  await demo.onACopy(async () => {
    const at = session.validAfter + HOUR;
    const what = "a second before the hour is over";
    await demo.refuse("direct", session, what, [cheap], none, { at: at - 1 });
    await demo.accept("direct", session, "an hour from the start: again", [cheap], { at, left: { trades: 2n } });
  });
}

/** What is open is open, and nothing beside it. */
async function give(demo: Demo, session: Session): Promise<void> {
  const { bob } = demo.stage.people;
  const sticker = (price: bigint) => [demo.call("SocialMarket", "buy", [1, price * ONE, bob.address])];
  await demo.accept("direct", session, "open: a sticker for anybody", sticker(10n), { spends: { POKE: 10n * ONE } });
  await demo.refuse("direct", session, "more stickers than its cap", sticker(11n), [
    "SpendCapExceeded",
    [demo.stage.names.at("POKE"), 11n * ONE, 10n * ONE],
  ]);
}

/** Trade USD and WETH both ways on Uniswap V2, never below a price, three times an hour; a sticker for anybody. */
function marketPolicy(stage: Stage): PolicyFile {
  const { names } = stage;
  const [router, usd, weth, poke] = ["UniswapV2Router", "USD", "WETH", "POKE"].map((name) => names.at(name)) as [
    Address,
    Address,
    Address,
    Address,
  ];
  names.count("trades", TRADES);
  const swap = (path: readonly [Address, Address], numerator: bigint, denominator: bigint) =>
    ({
      spends: [
        { unit: TRADES, amount: 1n },
        { unit: path[0], argument: "amountIn" },
      ],
      arguments: {
        amountOutMin: { atLeastRate: { per: "amountIn", numerator, denominator } },
        path: { contentIs: path },
        to: { isPrincipal: true },
      },
    }) as const;
  const paths = [
    [usd, weth],
    [weth, usd],
  ] as const;
  const [sell, buy] = [swap(paths[0], 3n, 10_000n), swap(paths[1], 2_900n, 1n)];
  const policy = definePolicy({
    app: "market.example",
    maxDuration: 86_400,
    maxCalls: 50,
    gasBudget: parseEther("0.02"),
    selfPaid: true,
    permissions: [
      contract({ address: router, abi: ROUTER, methods: { swapExactTokensForTokens: [sell, buy] } }),
      contract({ address: weth, abi: erc20Abi, methods: { approve: { arguments: { spender: { equals: router } } } } }),
      gift(stage, true),
    ],
    limits: [
      { unit: TRADES, cap: 3n, period: HOUR, fromStart: true },
      { unit: usd, cap: 400n * ONE },
      // Of one unit several: all of them count.
      { unit: usd, cap: 300n * ONE, period: HOUR },
      { unit: weth, cap: ONE / 10n },
      { unit: poke, cap: 20n * ONE },
    ],
  });
  return { policy, usual: 2 * HOUR, about: "", contents: contentsOf("address[]", ...paths), counters: {} };
}

/** A sticker for whomever the key names, if that argument is said to be open. */
function gift({ names }: Stage, isOpen: boolean): Permission[] {
  const spends = { unit: names.at("POKE"), argument: "price" } as const;
  const methods = { buy: { spends, ...(isOpen && { arguments: { recipient: { open: true } as const } }) } };
  return contract({ address: names.at("SocialMarket"), abi: MARKET, methods });
}

/** keccak256 of a list of tokens as the calldata has it, without its length. */
function pathHash({ names }: Stage, path: string[]): Hex {
  return keccak256(concatHex(path.map((token) => wordOf(names.at(token)))));
}

function swapCall(
  demo: Demo,
  { amount, least, path, to }: { amount: bigint; least: bigint; path: string[]; to: Address },
): SessionCall {
  const tokens = path.map((token) => demo.stage.names.at(token));
  return demo.call("UniswapV2Router", "swapExactTokensForTokens", [amount, least, tokens, to, LATER]);
}
