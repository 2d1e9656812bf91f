import { type Address, concatHex, keccak256, maxUint256, parseEther } from "viem";
import { selectorOf } from "../../../sdk/src/index.ts";
import { bytes32, fund, swap, wordOf } from "../calls.ts";
import type { Demo } from "../demo.ts";
import type { Expected } from "../expectation.ts";
import { refuseOn } from "./onRoutes.ts";
import type { Cast } from "./register.ts";

const ONE = parseEther("1");

/** Targets, methods, arguments and value outside the policy. */
export async function scope(demo: Demo, { account, wallet, player, gamer, trader }: Cast): Promise<void> {
  const { stage } = demo;
  const at = (name: string) => stage.names.at(name);
  const call = demo.call.bind(demo);
  const all = { userOperation: account, direct: account, relayed: account, forwarded: wallet, asked: player };
  const withValue = { userOperation: account, direct: account, relayed: account };
  const bob = stage.people.bob.address;
  const mallory = stage.people.mallory.address;
  const empty = bytes32("");

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
    calls: [call("POKE", "approve", [mallory, maxUint256])],
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
          error: ["ArgumentNotAllowed", [0, 0, wordOf(mallory)]],
        },
  );
  const onUniswap = { userOperation: trader, direct: trader, relayed: trader };
  const detour = ["USD", "POKE", "WETH"];
  await refuseOn(demo, "a swap along another path", onUniswap, () => ({
    calls: [swap(demo, "100", detour, stage.account)],
    error: ["ArgumentNotAllowed", [0, 1, keccak256(concatHex(detour.map((token) => wordOf(at(token)))))]],
  }));
  await refuseOn(demo, "a swap whose output goes elsewhere", onUniswap, () => ({
    calls: [swap(demo, "100", ["USD", "WETH"], mallory)],
    error: ["ArgumentNotAllowed", [0, 2, wordOf(mallory)]],
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

function notAllowed(target: Address, method: string): Expected {
  return ["CallNotAllowed", [0, target, selectorOf(method)]];
}
