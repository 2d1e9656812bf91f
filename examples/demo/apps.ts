import { type Abi, type Address, parseEther } from "viem";
import { latchkeyDeployment } from "../../sdk/src/index.ts";
import type { Chain } from "./chain.ts";
import { type Contract, deployOwn, deployPublished } from "./contract.ts";

/** The contracts that keys act on, by the names that policies and reports give them. */
export type Apps = Awaited<ReturnType<typeof deployApps>>;
export type AppName = keyof Apps;

export const MILLION = parseEther("1000000");

/** Third parties from the artifacts that they published, and the examples of this project. */
export async function deployApps(chain: Chain) {
  const { owner } = chain;
  const { latchkey, forwarder } = latchkeyDeployment;
  const published = (path: string, args: unknown[]) => deployPublished(chain, path, args);
  const own = (name: string, args: unknown[]) => deployOwn(chain, name, args);
  const by = ({ address }: Contract) => address;

  const WETH = await published("canonical-weth/build/contracts/WETH9.json", []);
  const USD = await published("@uniswap/v2-periphery/build/ERC20.json", [MILLION]);
  const UniswapV2Factory = await published("@uniswap/v2-core/build/UniswapV2Factory.json", [owner]);
  const routed = [by(UniswapV2Factory), by(WETH)];
  const UniswapV2Router = await published("@uniswap/v2-periphery/build/UniswapV2Router02.json", routed);

  const POKE = await own("Poke", [owner, MILLION]);
  const SocialFeed = await own("SocialFeed", [forwarder, owner, 280]);
  const SocialEngagement = await own("SocialEngagement", [forwarder, owner, by(SocialFeed), 5]);
  const fees = [by(POKE), owner, 250];
  const prices = [parseEther("1"), parseEther("1"), parseEther("1")];
  const SocialCore = await own("SocialCore", [forwarder, owner, ...fees, ...prices]);
  const SocialMarket = await own("SocialMarket", [forwarder, owner, ...fees]);
  const world = [latchkey, owner, parseEther("0.0001"), 50];
  const GameWorld = await own("GameWorld", world);
  const OtherWorld = await own("GameWorld", world);
  const UpvoteApp = await own("UpvoteApp", []);
  return {
    ...{ POKE, USD, WETH, UniswapV2Factory, UniswapV2Router },
    ...{ SocialFeed, SocialEngagement, SocialCore, SocialMarket, GameWorld, OtherWorld, UpvoteApp },
  };
}

/** What the contracts say of themselves, by their addresses. */
export function abisOf(apps: Apps): Record<Address, Abi> {
  return Object.fromEntries(Object.values(apps).map(({ address, abi }) => [address, abi]));
}
