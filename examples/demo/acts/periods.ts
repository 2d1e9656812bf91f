import { parseEther, zeroAddress } from "viem";
import { fund, swap } from "../calls.ts";
import type { Demo } from "../demo.ts";
import type { Cast } from "./register.ts";

const ONE = parseEther("1");
const HOUR = 3_600;
const DAY = 86_400;

/** A cap per period: full again in the first second of the next one, and not before. On a copy of the chain. */
export async function periods(demo: Demo, { gamer, trader }: Cast): Promise<void> {
  const { report, stage } = demo;
  report.act("Caps per period: the last second of one, the first second of the next");
  const now = await stage.chain.now();
  const day = (Math.floor(now / DAY) + 1) * DAY;
  // The hour behind the next one starts within the session and its day, unless the day ends first.
  const hour = (Math.floor(now / HOUR) + 2) * HOUR;
  const two = [fund(demo, "0.004"), fund(demo, "0.004")];
  const third = [fund(demo, "0.004")];
  const left = parseEther("0.002");

  await demo.onACopy(async () => {
    await demo.accept("direct", gamer, "0.008 ETH in an hour's last minute", two, {
      at: hour - 60,
      left: { ETH: left },
    });
    await demo.refuse(
      "direct",
      gamer,
      "0.004 ETH more in its last second",
      third,
      ["SpendCapExceeded", [zeroAddress, parseEther("0.004"), left]],
      { at: hour - 1 },
    );
    await accepted("direct", hour);
  });
  await demo.onACopy(async () => {
    await demo.accept("relayed", gamer, "0.008 ETH in an hour's last minute", two, {
      at: hour - 60,
      left: { ETH: left },
    });
    await demo.refuse(
      "relayed",
      gamer,
      "0.004 ETH more in its last second",
      third,
      ["SpendCapExceeded", [zeroAddress, parseEther("0.004"), left]],
      { at: hour - 1 },
    );
    await accepted("relayed", hour);
  });
  // An operation is charged to the period that its deadline lies in, and waits for it.
  await demo.onACopy(async () => {
    const early = { at: hour - 1, deadline: hour + 600 };
    await demo.refuse(
      "userOperation",
      gamer,
      "for the next hour, a second early",
      third,
      ["FailedOp", [0, "AA22 expired or not due"]],
      early,
    );
    await demo.accept("userOperation", gamer, "for the next hour, in it", third, {
      at: hour + 1,
      deadline: hour + 600,
      left: { ETH: parseEther("0.006") },
    });
  });

  await demo.onACopy(async () => {
    const shop = stage.names.at("GameShop");
    const pay = (amount: bigint) => [demo.call("POKE", "transfer", [shop, amount * ONE])];
    await demo.accept("direct", gamer, "20 POKE in a day's last minute", pay(20n), {
      at: day - 30,
      left: { POKE: 0n },
    });
    await demo.refuse(
      "direct",
      gamer,
      "1 POKE more in its last second",
      pay(1n),
      ["SpendCapExceeded", [stage.names.at("POKE"), ONE, 0n]],
      { at: day - 1 },
    );
    await demo.accept("direct", gamer, "20 POKE in the next day's first", pay(20n), { at: day, left: { POKE: 0n } });
  });
  await demo.onACopy(async () => {
    const usd = await demo.left(trader, "USD");
    const rest = swap(demo, String(usd / ONE), ["USD", "WETH"], stage.account);
    const one = swap(demo, "10", ["USD", "WETH"], stage.account);
    await demo.accept("direct", trader, "all USD in a day's last minute", [rest], { at: day - 30, left: { USD: 0n } });
    await demo.refuse(
      "direct",
      trader,
      "10 USD more in its last second",
      [one],
      ["SpendCapExceeded", [stage.names.at("USD"), 10n * ONE, 0n]],
      { at: day - 1 },
    );
    await demo.accept("direct", trader, "10 USD in the next day's first", [one], {
      at: day,
      left: { USD: 490n * ONE },
    });
  });

  async function accepted(route: "direct" | "relayed", at: number): Promise<void> {
    await demo.accept(route, gamer, "0.004 ETH in the next one's first", third, {
      at,
      left: { ETH: parseEther("0.006") },
    });
  }
}
