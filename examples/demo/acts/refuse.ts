import { encodeBytes32String, Interface, MaxUint256, parseEther } from "ethers";
import { concatHex, keccak256, padHex, zeroAddress, zeroHash, type Address, type Hex } from "viem";
import { selectorOf, type SessionCall } from "../../../sdk/src/index.ts";
import type { Demo, Expected } from "../demo.ts";
import { demoKey } from "../keys.ts";
import type { RouteName } from "../report.ts";
import { delegateTo, MODE_DELEGATECALL, type ActOptions } from "../routes.ts";
import { withElement, type Session } from "../sessions.ts";
import { fund, soon, swap, wordOf } from "./perform.ts";
import type { Cast } from "./register.ts";

const ONE = parseEther("1");
const SIGNED = ["userOperation", "relayed", "forwarded"] as const;

/** For each route a session; the class of refusal is tried on each of them. */
export type OnRoutes = Partial<Record<RouteName, Session>>;

/** What a session key must not do, on every route where it can be tried. */
export async function refuse(demo: Demo, cast: Cast): Promise<void> {
  demo.report.act("The chain says no: the exact error, and nothing changed");
  await scope(demo, cast);
  await budgets(demo, cast);
  await account(demo, cast);
  await signatures(demo, cast);
}

/** Tries one class on each route. What is tried and what refuses it may depend on the route. */
export async function refuseOn(
  demo: Demo,
  what: string,
  on: OnRoutes,
  attempt: (route: RouteName, session: Session) => { calls: SessionCall[]; error: Expected; options?: ActOptions },
): Promise<void> {
  for (const [route, session] of Object.entries(on) as [RouteName, Session][]) {
    const { calls, error, options } = attempt(route, session);
    await demo.refuse(route, session, what, calls, error, { ...options, group: what });
  }
}

/** Targets, methods, arguments and value outside the policy. */
async function scope(demo: Demo, { account, wallet, player, gamer, trader }: Cast): Promise<void> {
  const { stage } = demo;
  const at = (name: string) => stage.at(name);
  const call = demo.call.bind(demo);
  const all = { userOperation: account, direct: account, relayed: account, forwarded: wallet, asked: player };
  const withValue = { userOperation: account, direct: account, relayed: account };
  const bob = stage.people.bob.address;
  const mallory = stage.people.mallory.address;
  const empty = encodeBytes32String("");

  await refuseOn(demo, "a contract outside the policy", all, (route) =>
    route === "asked"
      ? {
          calls: [call("OtherWorld", "setField", [bob, empty, empty])],
          error: notAllowed(at("OtherWorld"), "setField(address,bytes32,bytes32)"),
        }
      : { calls: [call("USD", "transfer", [mallory, ONE])], error: notAllowed(at("USD"), "transfer(address,uint256)") },
  );
  await refuseOn(demo, "a method outside the policy", all, (route) =>
    route === "asked"
      ? {
          calls: [call("GameWorld", "deleteField", [bob, empty])],
          error: notAllowed(at("GameWorld"), "deleteField(address,bytes32)"),
        }
      : {
          calls: [call("SocialCore", "rotateMessageKey", [empty])],
          error: notAllowed(at("SocialCore"), "rotateMessageKey(bytes32)"),
        },
  );
  await refuseOn(demo, "approve", { ...withValue, forwarded: wallet }, () => ({
    calls: [call("POKE", "approve", [mallory, MaxUint256])],
    error: notAllowed(at("POKE"), "approve(address,uint256)"),
  }));
  await refuseOn(demo, "one bad call in a batch of three", withValue, () => ({
    calls: [
      call("SocialFeed", "post", ["a"]),
      call("SocialFeed", "post", ["b"]),
      call("POKE", "transfer", [mallory, ONE]),
    ],
    error: ["CallNotAllowed", [2, at("POKE"), selectorOf("transfer(address,uint256)")]],
  }));
  await refuseOn(demo, "an argument: buy for a stranger", all, (route) =>
    route === "asked"
      ? { calls: [call("GameWorld", "joinScene", [bob, 9])], error: ["ArgumentNotAllowed", [0, 1, wordOf(9)]] }
      : {
          calls: [call("SocialMarket", "buy", [1, 10n * ONE, mallory])],
          error: ["ArgumentNotAllowed", [0, 2, wordOf(mallory)]],
        },
  );
  const onUniswap = { userOperation: trader, direct: trader, relayed: trader };
  const detour = ["USD", "POKE", "WETH"];
  await refuseOn(demo, "a swap along another path", onUniswap, () => ({
    calls: [swap(demo, "100", detour, stage.account)],
    error: ["ArgumentNotAllowed", [0, 2, contentOf(detour.map(at))]],
  }));
  await refuseOn(demo, "a swap whose output goes elsewhere", onUniswap, () => ({
    calls: [swap(demo, "100", ["USD", "WETH"], mallory)],
    error: ["ArgumentNotAllowed", [0, 3, wordOf(mallory)]],
  }));
  await refuseOn(demo, "1 wei with a call that takes none", withValue, () => ({
    calls: [{ ...call("SocialFeed", "post", ["gm"]), value: 1n }],
    error: ["ValueNotAllowed", [0, 1, 0]],
  }));
  const inGame = { userOperation: gamer, direct: gamer, relayed: gamer };
  await refuseOn(demo, "more value than the call may carry", inGame, () => ({
    calls: [fund(demo, "0.005")],
    error: ["ValueNotAllowed", [0, parseEther("0.005"), parseEther("0.004")]],
  }));
}

/** Caps and counts. */
async function budgets(demo: Demo, { account, wallet, gamer, trader }: Cast): Promise<void> {
  const { stage, sessions, policies } = demo;
  const call = demo.call.bind(demo);
  const at = (name: string) => stage.at(name);
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
  const overpriced = { fields: { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n } };
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

/** The account itself, and Latchkey. */
async function account(demo: Demo, { account: main, wallet, player }: Cast): Promise<void> {
  const { stage, sessions, policies } = demo;
  const call = demo.call.bind(demo);
  const onAccount = { userOperation: main, direct: main, relayed: main };
  const admin = new Interface(["function transferOwnership(address newOwner, bytes acceptance)"]);
  const takeover = admin.encodeFunctionData("transferOwnership", [stage.people.mallory.address, "0x"]) as Hex;

  await refuseOn(demo, "call the account itself", { ...onAccount, forwarded: wallet }, (_, { principal }) => ({
    calls: [{ to: principal, data: takeover }],
    error: ["TargetForbidden", [0, principal]],
  }));
  await refuseOn(demo, "delegatecall", onAccount, () => {
    const execution = delegateTo(call("SocialFeed", "post", ["gm"]));
    return { calls: [], error: ["UnsupportedExecutionMode", [MODE_DELEGATECALL]], options: { execution } };
  });
  const intruder = await sessions.newKey();
  const granted = await sessions.grantOf(intruder, policies.social, { lane: 77n });
  const registration = stage.latchkey.interface.encodeFunctionData("registerSession", [granted]) as Hex;
  await refuseOn(demo, "register another key", { ...onAccount, forwarded: wallet }, () => ({
    calls: [{ to: stage.address, data: registration }],
    error: ["TargetForbidden", [0, stage.address]],
  }));
  await demo.refuseOther(
    "relayer",
    "the same, signed by the key",
    async () =>
      sessions.submit(stage.account, granted, await sessions.sign(stage.account, policies.social, granted, main.key)),
    ["InvalidPrincipalSignature", [stage.account]],
  );
  await refuseOn(
    demo,
    "act for somebody else's account",
    { ...onAccount, forwarded: wallet, asked: player },
    (route, { key }) => {
      const principal = route === "forwarded" || route === "asked" ? stage.people.alice.address : stage.carols;
      const calls =
        route === "asked" ? [call("GameWorld", "joinScene", [principal, 1])] : [call("SocialFeed", "post", ["as you"])];
      return { calls, error: ["SessionNotRegistered", [principal, key.address]], options: { principal } };
    },
  );
}

/** Each of the four elements of a session signature, on each route that has one; and one used twice. */
async function signatures(demo: Demo, { account: main, wallet }: Cast): Promise<void> {
  const call = demo.call.bind(demo);
  const stranger = demoKey("stranger").address;
  const elements: [what: string, element: number, change: (value: bigint) => bigint][] = [
    ["tampered element 0, the key", 0, () => BigInt(stranger)],
    ["tampered element 1, r", 1, (value) => value ^ 1n],
    ["tampered element 2, s", 2, (value) => value ^ 1n],
    ["tampered element 3, the deadline", 3, (value) => value - 1n],
  ];
  for (const [what, element, change] of elements) {
    await refuseOn(demo, what, on(main, wallet), (route, { principal, key }) => {
      const tampered = (signature: Hex) => withElement(signature, element, change);
      const byRoute: Expected =
        route === "userOperation"
          ? ["FailedOp", [0, "AA24 signature error"]]
          : ["InvalidSessionSignature", [key.address]];
      const error: Expected = element === 0 ? ["SessionNotRegistered", [principal, stranger]] : byRoute;
      return { calls: [call("SocialFeed", "post", ["gm"])], error, options: { tamper: tampered, bySignature: true } };
    });
  }
  await refuseOn(demo, "a fifth element", on(main, wallet), () => ({
    calls: [call("SocialFeed", "post", ["gm"])],
    error: ["SignatureLengthInvalid", [160, 128]],
    options: { tamper: (signature) => concatHex([signature, zeroHash]), bySignature: true },
  }));
}

function on(main: Session, wallet: Session): OnRoutes {
  return Object.fromEntries(SIGNED.map((route) => [route, route === "forwarded" ? wallet : main]));
}

function notAllowed(target: string, method: string): Expected {
  return ["CallNotAllowed", [0, target, selectorOf(method)]];
}

/** What the chain compares of an array of addresses. */
function contentOf(addresses: Address[]): Hex {
  return keccak256(concatHex(addresses.map((address) => padHex(address, { size: 32 }))));
}
