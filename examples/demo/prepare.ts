import { parseEther } from "viem";
import { MILLION } from "./apps.ts";
import { callAsOwner } from "./operation.ts";
import type { Stage } from "./stage.ts";

const FOREVER = 2n ** 40n;

/** What stands before any session: tokens, a pool with liquidity, something to like and to buy, standing allowances. */
export async function prepare({ chain, apps, people, account, names }: Stage): Promise<void> {
  const { POKE, USD, UniswapV2Router, SocialFeed, SocialCore, SocialMarket, GameWorld } = apps;
  const { alice, bob } = people;
  const at = (name: string) => names.at(name);
  for (const holder of [account, bob.address]) await POKE.send("transfer", [holder, parseEther("500")]);
  await USD.send("transfer", [account, parseEther("5000")]);
  await USD.send("approve", [at("UniswapV2Router"), MILLION]);
  const liquidity = [at("USD"), parseEther("600000"), 0n, 0n, chain.owner, FOREVER];
  await UniswapV2Router.send("addLiquidityETH", liquidity, { value: parseEther("200") });
  await SocialFeed.send("post", ["Welcome"]);
  await SocialMarket.send("list", ["sticker", parseEther("10"), 100n]);
  await SocialCore.send("openDrop", [100n]);
  await callAsOwner(chain, alice, account, [
    POKE.call("approve", [at("SocialCore"), parseEther("200")]),
    POKE.call("approve", [at("SocialMarket"), parseEther("200")]),
    USD.call("approve", [at("UniswapV2Router"), parseEther("5000")]),
    GameWorld.call("createStorage", []),
  ]);
  for (const target of ["SocialCore", "SocialMarket"]) {
    await POKE.send("approve", [at(target), parseEther("200")], { account: bob });
  }
  await GameWorld.send("createStorage", [], { account: bob });
}
