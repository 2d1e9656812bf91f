import { type Address, parseEther, zeroAddress } from "viem";
import { fund, soon, swap } from "../calls.ts";
import type { Demo } from "../demo.ts";
import { refuseOn } from "./onRoutes.ts";
import type { Cast } from "./register.ts";

const ONE = parseEther("1");

/** Caps and counts. */
export async function budgets(demo: Demo, { account, wallet, gamer, trader }: Cast): Promise<void> {
  const { stage, sessions, policies } = demo;
  const call = demo.call.bind(demo);
  const at = (name: string) => stage.names.at(name);
  const mallory = stage.people.mallory.address;
  const onSocial = { userOperation: account, direct: account, relayed: account, forwarded: wallet };
  const left = new Map([
    [account, await demo.left(account, "POKE")],
    [wallet, await demo.left(wallet, "POKE")],
  ]);
  await refuseOn(demo, "one POKE more than is left", onSocial, (_, session) => {
    const more = left.get(session)! + ONE;
    return {
      calls: [call("SocialCore", "poke", [mallory, more])],
      error: ["SpendCapExceeded", [at("POKE"), more, left.get(session)!]],
    };
  });
  const some = left.get(account)!;
  await refuseOn(
    demo,
    "two calls, each within the cap",
    { userOperation: account, direct: account, relayed: account },
    () => ({
      calls: [call("SocialCore", "poke", [mallory, some]), call("SocialCore", "claimDrop", [1])],
      error: ["SpendCapExceeded", [at("POKE"), some + ONE, some]],
    }),
  );
  const options = await soon(demo);
  const usd = await demo.left(trader, "USD");
  await refuseOn(
    demo,
    "one USD more than the day has left",
    { userOperation: trader, direct: trader, relayed: trader },
    () => ({
      calls: [swap(demo, String(usd / ONE + 1n), ["USD", "WETH"], stage.account)],
      error: ["SpendCapExceeded", [at("USD"), usd + ONE, usd]],
      options,
    }),
  );
  const ether = await demo.left(gamer, "ETH");
  await refuseOn(
    demo,
    "more ETH than the hour has left",
    { userOperation: gamer, direct: gamer, relayed: gamer },
    () => ({
      calls: [fund(demo, "0.004"), fund(demo, "0.004")],
      error: ["SpendCapExceeded", [zeroAddress, parseEther("0.008"), ether]],
      options,
    }),
  );
  const overpriced = { byHand: true, operation: { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n } };
  const { gasLeft } = await demo.stateOf(account);
  await demo.refuse(
    "userOperation",
    account,
    "an operation beyond the gas budget",
    [call("SocialFeed", "post", ["gm"])],
    ["GasBudgetExceeded", [1_060_000n * 10n ** 12n, gasLeft]],
    overpriced,
  );

  const bob = stage.people.bob.address;
  const few = async (principal: Address, name: "social" | "game" | "upvote", maxCalls: number) =>
    (await sessions.register(principal, policies[name], { lane: 9n, maxCalls })).session;
  const voter = await few(stage.account, "upvote", 2);
  const poster = await few(bob, "social", 1);
  const gamester = await few(bob, "game", 1);
  const votes = [3, 4, 5].map((post) => call("UpvoteApp", "upvotePost", [post]));
  await refuseOn(demo, "three calls, two left", { userOperation: voter, direct: voter, relayed: voter }, () => ({
    calls: votes,
    error: ["SessionCallsExceeded", [3, 2]],
  }));
  await demo.accept("direct", voter, "the last two calls", votes.slice(0, 2));
  await demo.accept("forwarded", poster, "the last call", [call("SocialFeed", "post", ["last"])]);
  await demo.accept("asked", gamester, "the last call", [call("GameWorld", "joinScene", [bob, 2])]);
  const spent = { userOperation: voter, direct: voter, relayed: voter, forwarded: poster, asked: gamester };
  await refuseOn(demo, "one call too many", spent, (route) => {
    const calls =
      route === "forwarded"
        ? [call("SocialFeed", "post", ["more"])]
        : route === "asked"
          ? [call("GameWorld", "joinScene", [bob, 3])]
          : [votes[2]!];
    return { calls, error: ["SessionCallsExceeded", [1, 0]] };
  });
}
