import { parseEther, Wallet, ZeroAddress, type Contract } from "ethers";
import { limit, policy, rule, spend, type Policy } from "../reference/policy.ts";
import { DAY, type World } from "./dapp.ts";

/** The social network, trusting Latchkey's forwarder unless told otherwise. */
export async function deploySocialNetwork(world: World, trusted?: string) {
  const forwarder = trusted ?? (await world.forwarder.getAddress());
  const { ethers, owner } = world;
  const treasury = Wallet.createRandom().address;
  const poke = (await ethers.deployContract("Poke", [owner.address, parseEther("1000000")])) as unknown as Contract;
  const feed = await ethers.deployContract("SocialFeed", [forwarder, owner.address, 280]);
  const engagement = await ethers.deployContract("SocialEngagement", [forwarder, owner.address, feed, 8]);
  const core = await ethers.deployContract("SocialCore", [
    forwarder,
    owner.address,
    poke,
    treasury,
    250,
    parseEther("0.001"),
    parseEther("1"),
    parseEther("1"),
  ]);
  const market = await ethers.deployContract("SocialMarket", [forwarder, owner.address, poke, treasury, 250]);
  return { treasury, poke, feed, engagement, core, market } as unknown as SocialNetwork;
}

export interface SocialNetwork {
  treasury: string;
  poke: Contract;
  feed: Contract;
  engagement: Contract;
  core: Contract;
  market: Contract;
}

/** What the network asks its users to sign: everything that costs nothing or POKE, for 25 days. Anyone may be poked. */
export async function socialPolicy(network: SocialNetwork, overrides: Partial<Policy> = {}): Promise<Policy> {
  const [poke, feed, engagement, core, market] = await Promise.all(
    [network.poke, network.feed, network.engagement, network.core, network.market].map((each) => each.getAddress()),
  );
  return policy({
    app: "social-network",
    minDuration: 60,
    maxDuration: 25 * DAY,
    maxCalls: 1_000,
    gasBudget: 0n,
    selfPaid: false,
    paymaster: ZeroAddress,
    limits: [limit(poke!, parseEther("10"))],
    permissions: [
      { target: feed!, method: "post(string)" },
      { target: feed!, method: "reply(uint256,string)" },
      { target: feed!, method: "repost(uint256)" },
      { target: engagement!, method: "like(uint256)" },
      { target: engagement!, method: "react(uint256,uint8)" },
      { target: engagement!, method: "bookmark(uint256)" },
      { target: core!, method: "poke(address,uint256)", spends: [spend.argument(poke!, 1)], open: ["0"] },
      { target: core!, method: "claimDrop(uint256)", spends: [spend.constant(poke!, parseEther("1"))] },
      {
        target: market!,
        method: "buy(uint256,uint256,address)",
        spends: [spend.argument(poke!, 1)],
        rules: [rule.isThePrincipal(2)],
      },
    ],
    ...overrides,
  });
}
