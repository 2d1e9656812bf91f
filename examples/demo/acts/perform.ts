import { type Address, parseEther } from "viem";
import { bytes32, fund, soon, swap } from "../calls.ts";
import type { Demo } from "../demo.ts";
import type { Cast } from "./register.ts";

const ONE = parseEther("1");
const poke = (amount: bigint) => amount * ONE;

/** The key acts: no popup, on each of the routes. */
export async function perform(demo: Demo, cast: Cast): Promise<void> {
  const { report, stage } = demo;
  const { account, people, apps } = stage;
  const { account: main, wallet, player, gamer, trader, voter } = cast;
  const call = demo.call.bind(demo);
  report.act("The key acts: no popup");

  const post = [call("SocialFeed", "post", ["gm"])];
  await demo.accept("userOperation", main, 'SocialFeed.post("gm")', post, { check: () => authorOf(2n, account) });
  const five = [
    call("SocialEngagement", "like", [1]),
    call("SocialEngagement", "react", [1, 5]),
    call("SocialEngagement", "bookmark", [1]),
    call("SocialFeed", "repost", [1]),
    call("SocialCore", "poke", [people.bob.address, poke(4n)]),
  ];
  await demo.accept("userOperation", main, "five calls in one batch", five, {
    spends: { POKE: poke(4n) },
    check: async () => ((await apps.SocialEngagement.read("likes", [account, 1n])) ? undefined : "no like"),
  });
  const six = [call("SocialCore", "poke", [people.bob.address, poke(6n)])];
  await demo.accept("direct", main, "SocialCore.poke(Bob, 6)", six, { spends: { POKE: poke(6n) } });
  const two = [call("SocialFeed", "reply", [1, "hello"]), call("SocialCore", "claimDrop", [1])];
  await demo.accept("direct", main, "reply, claimDrop in one batch", two, { spends: { POKE: ONE } });
  const buy = [call("SocialMarket", "buy", [1, poke(10n), account])];
  await demo.accept("relayed", main, "SocialMarket.buy(1, 10, you)", buy, { spends: { POKE: poke(10n) } });
  const three = [call("SocialFeed", "post", ["gas is not my problem"]), call("SocialEngagement", "like", [2])];
  await demo.accept("relayed", main, "post, like in one batch", three);

  const gn = [call("SocialFeed", "post", ["gn"])];
  await demo.accept("forwarded", wallet, 'a plain wallet: post("gn")', gn, {
    check: () => authorOf(6n, people.bob.address),
  });
  const signedPoke = [call("SocialCore", "poke", [people.alice.address, poke(5n)])];
  await demo.accept("forwarded", wallet, "by signature, gasless: poke 5", signedPoke, {
    spends: { POKE: poke(5n) },
    bySignature: true,
  });
  const bob = people.bob.address;
  await demo.accept("asked", player, "GameWorld.joinScene(you, 1)", [call("GameWorld", "joinScene", [bob, 1])]);
  const name = [call("GameWorld", "setField", [bob, bytes32("name"), bytes32("Arthur")])];
  await demo.accept("asked", player, 'GameWorld.setField("name")', name, {
    check: async () => {
      const stored = await apps.GameWorld.read("fieldOf", [bob, bytes32("name")]);
      return stored === bytes32("Arthur") ? undefined : "the field was not set";
    },
  });

  await demo.accept("direct", gamer, "GameWorld.fundCredit, 0.004 ETH", [fund(demo, "0.004")], {
    spends: { ETH: parseEther("0.004") },
  });
  for (const route of ["direct", "userOperation", "relayed"] as const) {
    const before = await apps.WETH.read<bigint>("balanceOf", [account]);
    await demo.accept(route, trader, "Uniswap V2: 100 USD to WETH", [swap(demo, "100", ["USD", "WETH"], account)], {
      ...(await soon(demo)),
      spends: { USD: poke(100n) },
      check: async () => {
        const after = await apps.WETH.read<bigint>("balanceOf", [account]);
        return after - before > parseEther("0.03") ? undefined : `only ${after - before} wei of WETH came in`;
      },
    });
  }
  await demo.accept("userOperation", voter, "P-256 key: upvotePost(1)", [call("UpvoteApp", "upvotePost", [1])]);
  await demo.accept("relayed", voter, "P-256 key: upvotePost(2)", [call("UpvoteApp", "upvotePost", [2])]);

  async function authorOf(entry: bigint, expected: Address): Promise<string | undefined> {
    const { author } = await apps.SocialFeed.read<{ author: Address }>("entryOf", [entry]);
    return author === expected ? undefined : `entry ${entry} is by ${author}`;
  }
}
