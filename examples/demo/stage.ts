import { createRequire } from "node:module";
import {
  Contract,
  ContractFactory,
  id,
  parseEther,
  SigningKey,
  Wallet,
  type ContractTransactionResponse,
  type InterfaceAbi,
} from "ethers";
import type { Address, Hex } from "viem";
import { deployAll } from "../../deploy/lib/deploy.ts";
import { ENTRY_POINTS, PERMIT2, PROXY } from "../../deploy/lib/entryPoints.ts";
import { encodeCalls, latchkeyDomain, type SessionCall } from "../../sdk/src/index.ts";
import { openChain, type Chain } from "./chain.ts";
import { secretOf } from "./keys.ts";
import { Names } from "./names.ts";
import { bundle, hashOf, operation } from "./operations.ts";

const require = createRequire(import.meta.url);

const MILLION = parseEther("1000000");
/** Ample for any transaction of the demo. */
export const GAS = { gasLimit: 3_000_000n };

/** Everything that the demo acts on. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Somebody with a key of their own. */
export type Person = Wallet & { address: Address };

/** A fresh in-process chain with Latchkey, third-party contracts, the examples, and three people. */
export async function openStage() {
  const chain = await openChain();
  await startOfHour(chain);
  const { addresses: release } = await deployAll(chain.provider);
  const { ethers, owner } = chain;
  const at = async (name: string, address: string) =>
    (await ethers.getContractAt(name, address)) as unknown as Contract;
  const latchkey = await at("Latchkey", release.Latchkey);
  const address = release.Latchkey as Address;
  const store = await at("IPolicyStore", await latchkey.getFunction("POLICY_STORE")());
  const forwarder = await at("ISessionForwarder", await latchkey.getFunction("FORWARDER")());
  const lens = await at("LatchkeyLens", release.LatchkeyLens);
  const factory = await at("SessionAccountFactory", release.SessionAccountFactory);
  const { entryPoint } = chain;
  const forwarderAddress = await addressOf(forwarder);

  // Third parties, from the artifacts that they published.
  const own = async (name: string, args: unknown[]) => (await ethers.deployContract(name, args)) as unknown as Contract;
  const weth = await published(chain, "canonical-weth/build/contracts/WETH9.json", []);
  const usd = await published(chain, "@uniswap/v2-periphery/build/ERC20.json", [MILLION]);
  const uniswap = await published(chain, "@uniswap/v2-core/build/UniswapV2Factory.json", [owner.address]);
  const routerArgs = [await addressOf(uniswap), await addressOf(weth)];
  const router = await published(chain, "@uniswap/v2-periphery/build/UniswapV2Router02.json", routerArgs);

  // The examples of this project.
  const poke = await own("Poke", [owner.address, MILLION]);
  const pokeAddress = await addressOf(poke);
  const feed = await own("SocialFeed", [forwarderAddress, owner.address, 280]);
  const engagement = await own("SocialEngagement", [forwarderAddress, owner.address, await addressOf(feed), 5]);
  const fees = [pokeAddress, owner.address, 250];
  const prices = [parseEther("1"), parseEther("1"), parseEther("1")];
  const core = await own("SocialCore", [forwarderAddress, owner.address, ...fees, ...prices]);
  const market = await own("SocialMarket", [forwarderAddress, owner.address, ...fees]);
  const world = await own("GameWorld", [address, owner.address, parseEther("0.0001"), 50]);
  const otherWorld = await own("GameWorld", [address, owner.address, parseEther("0.0001"), 50]);
  const upvote = await own("UpvoteApp", []);

  const wallet = (name: string) => new Wallet(secretOf(name), ethers.provider) as Person;
  const people = { alice: wallet("Alice"), bob: wallet("Bob"), carol: wallet("Carol"), mallory: wallet("Mallory") };
  const accountOf = async (person: Wallet) => {
    const args = [person.address, address, id("demo")];
    await mined(factory.getFunction("createAccount").send(...args));
    return (await factory.getFunction("accountAddress").staticCall(...args)) as Address;
  };
  const account = await accountOf(people.alice);
  const carols = await accountOf(people.carol);
  for (const person of Object.values(people)) await chain.helpers.setBalance(person.address, parseEther("10"));
  for (const each of [account, carols]) {
    await chain.helpers.setBalance(each, parseEther("1"));
    await mined(entryPoint.getFunction("depositTo").send(each, { value: parseEther("1") }));
  }
  for (const holder of [account, people.bob.address]) {
    await mined(poke.getFunction("transfer").send(holder, parseEther("500")));
  }
  await mined(usd.getFunction("transfer").send(account, parseEther("5000")));

  const names = new Names();
  const named: [string, Contract | string, number?][] = [
    ["Latchkey", address],
    ["LatchkeyLens", lens],
    ["PolicyStore", store],
    ["SessionForwarder", forwarder],
    ["SessionAccountFactory", factory],
    ["SessionAccount7702", release.SessionAccount7702],
    ["EntryPoint", entryPoint],
    ["POKE", poke, 18],
    ["USD", usd, 18],
    ["WETH", weth, 18],
    ["UniswapV2Factory", uniswap],
    ["UniswapV2Router", router],
    ["SocialFeed", feed],
    ["SocialEngagement", engagement],
    ["SocialCore", core],
    ["SocialMarket", market],
    ["GameWorld", world],
    ["GameShop", owner.address],
    ["OtherWorld", otherWorld],
    ["UpvoteApp", upvote],
    ["AliceAccount", account],
    ["CarolAccount", carols],
    ["Alice", people.alice.address],
    ["Bob", people.bob.address],
    ["Mallory", people.mallory.address],
    ["Permit2", PERMIT2],
    ["DeploymentProxy", PROXY],
  ];
  for (const [name, contract, decimals] of named) {
    names.add(name, typeof contract === "string" ? contract : await addressOf(contract), decimals);
  }

  const stage = {
    chain,
    ...{ latchkey, address, store, forwarder, lens, factory, entryPoint },
    domain: latchkeyDomain(Number(chain.chainId), address),
    contracts: { poke, usd, weth, uniswap, router, feed, engagement, core, market, world, otherWorld, upvote },
    people,
    account,
    carols,
    names,
    /** Where a contract stands. */
    at: (name: string) => names.addressOf(name)!,
    now: () => chain.now(),
  };
  await prepare(stage);
  return stage;
}

/** Leaves at least forty minutes of the hour, so that the demo's own time crosses no period. */
async function startOfHour(chain: Chain): Promise<void> {
  const now = await chain.now();
  if (now % 3_600 > 1_200) await chain.helpers.time.increaseTo((Math.floor(now / 3_600) + 1) * 3_600 + 1);
}

/** What stands before any session: a pool with liquidity, something to like and to buy, standing allowances. */
async function prepare(stage: Omit<Stage, never>): Promise<void> {
  const { chain, contracts, people, names } = stage;
  const { usd, poke, router, feed, core, market, world } = contracts;
  const at = (name: string) => names.addressOf(name)!;
  const forever = 2n ** 40n;
  await mined(usd.getFunction("approve").send(at("UniswapV2Router"), MILLION));
  await mined(
    router
      .getFunction("addLiquidityETH")
      .send(at("USD"), parseEther("600000"), 0, 0, chain.owner.address, forever, { value: parseEther("200") }),
  );
  await mined(feed.getFunction("post").send("Welcome"));
  await mined(market.getFunction("list").send("sticker", parseEther("10"), 100));
  await mined(core.getFunction("openDrop").send(100));
  const asAlice: SessionCall[] = [
    call(poke, at("POKE"), "approve", [at("SocialCore"), parseEther("200")]),
    call(poke, at("POKE"), "approve", [at("SocialMarket"), parseEther("200")]),
    call(usd, at("USD"), "approve", [at("UniswapV2Router"), parseEther("5000")]),
    call(world, at("GameWorld"), "createStorage", []),
  ];
  await asOwner(stage, asAlice);
  for (const target of ["SocialCore", "SocialMarket"]) {
    await mined(as(poke, people.bob).getFunction("approve").send(at(target), parseEther("200")));
  }
  await mined(as(world, people.bob).getFunction("createStorage").send());
}

/** The owner's own operation through the EntryPoint. */
export async function asOwner(
  { entryPoint, account, people }: Pick<Stage, "entryPoint" | "account" | "people">,
  calls: SessionCall[],
): Promise<bigint> {
  const unsigned = await operation(entryPoint, {
    ...AMPLE,
    sender: account,
    nonceKey: 0n,
    execution: encodeCalls(calls),
  });
  const signature = new SigningKey(people.alice.privateKey).sign(await hashOf(entryPoint, unsigned)).serialized as Hex;
  return bundle(entryPoint, { ...unsigned, signature });
}

/** Gas for whatever the owner does. */
const AMPLE = { verificationGasLimit: 1_500_000n, callGasLimit: 2_000_000n, preVerificationGas: 100_000n };

export function call(contract: Contract, to: Address, method: string, args: unknown[], value = 0n): SessionCall {
  return { to, value, data: contract.interface.encodeFunctionData(method, args) as Hex };
}

/** The contract with another sender. */
export function as(contract: Contract, sender: Wallet): Contract {
  return contract.connect(sender) as Contract;
}

export async function mined(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  const receipt = await (await sent).wait();
  if (receipt?.status !== 1) throw new Error("A transaction of the demo's own did not succeed.");
  return receipt.gasUsed;
}

async function published(chain: Chain, artifact: string, args: unknown[]): Promise<Contract> {
  const { abi, bytecode } = require(artifact) as { abi: InterfaceAbi; bytecode: string };
  const contract = await new ContractFactory(abi, bytecode, chain.owner).deploy(...args);
  await contract.waitForDeployment();
  return contract as unknown as Contract;
}

const addressOf = (contract: Contract) => contract.getAddress();

export const ENTRY_POINT = ENTRY_POINTS["0.9"].address;
