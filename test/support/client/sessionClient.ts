import { expect } from "chai";
import { Wallet } from "ethers";
import {
  type Address,
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  type EIP1193RequestFn,
  type Hex,
  type LocalAccount,
  parseAbi,
  parseEther,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { getBlock, getTransactionReceipt } from "viem/actions";
import { hardhat } from "viem/chains";
import { compatActions } from "../../../sdk/src/compat/index.ts";
import * as sdk from "../../../sdk/src/index.ts";
import { openWorld } from "../chain/dapp.ts";
import { deployAccount, ownerOperation } from "../chain/smartAccount.ts";

export const gameAbi = parseAbi([
  "function joinScene(address player, uint64 scene)",
  "function createStorage()",
  "function settleWrites(address player) returns (uint256)",
  "function storageOf(address player) view returns ((address canonicalOwner, uint32 debt, uint64 scene))",
]);
export const feedAbi = parseAbi(["function post(string text) returns (uint256)"]);
export const FRIEND: Address = "0x3333333333333333333333333333333333333333";

/** The typed error that a promise is rejected with. */
export async function sessionErrorOf(run: Promise<unknown>): Promise<sdk.SessionError> {
  const error = await thrownBy(run);
  expect(error).to.be.instanceOf(sdk.SessionError);
  return error as sdk.SessionError;
}

export async function thrownBy(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    (value) => expect.fail(`nothing was refused: ${String(value)}`),
    (thrown: unknown) => thrown,
  );
}

/** A chain with Latchkey, a game and a feed, and the client that talks to it. */
export async function openSessionClient() {
  const world = await openWorld();
  const addressOf = (each: { target: unknown }) => each.target as Address;
  const deployment: sdk.Deployment = {
    latchkey: world.address as Address,
    lens: addressOf(world.lens),
    policyStore: addressOf(world.store),
    forwarder: addressOf(world.forwarder),
  };
  const deploy = async (name: string, ...args: unknown[]) =>
    (await (await world.ethers.deployContract(name, args)).getAddress()) as Address;
  const game = await deploy("GameWorld", world.address, world.owner.address, 1, 50);
  const feed = await deploy("SocialFeed", deployment.forwarder, world.owner.address, 280);

  /** A client; `request` may stand between it and the node, `account` is its wallet. */
  const connect = (
    options: { account?: LocalAccount | Address; request?: (next: EIP1193RequestFn) => EIP1193RequestFn } = {},
  ) => {
    const node = ((args: never) => world.provider.request(args)) as EIP1193RequestFn;
    const request = options.request?.(node) ?? node;
    return createClient({
      chain: hardhat,
      transport: custom({ request } as never, { retryCount: 0 }),
      pollingInterval: 20,
      cacheTime: 0,
      ...(options.account !== undefined && { account: options.account }),
    })
      .extend(sdk.sessionActions({ deployment }))
      .extend(compatActions({ deployment }));
  };
  const client = connect();

  const wallet = async (balance = parseEther("10")) => {
    const account = privateKeyToAccount(generatePrivateKey());
    await world.helpers.setBalance(account.address, balance);
    return account;
  };
  const fundedKey = async (balance = parseEther("1")) => {
    const key = sdk.generateSecp256k1SessionKey();
    await world.helpers.setBalance(key.address, balance);
    return key;
  };

  /** A smart account of the project, a token that it holds, and its owner's operations. */
  const smartAccount = async (module?: string) => {
    const owner = new Wallet(Wallet.createRandom().privateKey, world.ethers.provider);
    const account = await deployAccount(world, owner, module);
    const principal = account.address as Address;
    const token = await deploy("Poke", principal, parseEther("1000"));
    const bearerTokens: (string | undefined)[] = [];
    const batches: sdk.SessionCall[][] = [];
    const sendCalls = async (
      calls: readonly sdk.SessionCall[],
      options?: { bearerToken: string | undefined },
    ): Promise<Hex> => {
      bearerTokens.push(options?.bearerToken);
      batches.push([...calls]);
      const each = calls.map(({ to, value = 0n, data = "0x" as Hex }) => ({ target: to, value, data }));
      const { receipt, outcomes } = await ownerOperation(world, account, each, { callGasLimit: 5_000_000 });
      if (!outcomes[0]!.success) throw Object.assign(new Error("refused"), { data: outcomes[0]!.revertData });
      return receipt.hash as Hex;
    };
    return { principal, token, sendCalls, bearerTokens, batches, owner: privateKeyToAccount(owner.privateKey as Hex) };
  };

  return {
    world,
    deployment,
    client,
    connect,
    game,
    feed,
    deploy,
    wallet,
    fundedKey,
    smartAccount,
    /** The time of the next block, unix seconds: the chain has none of its own while it is idle. */
    now: async () => Number((await getBlock(client, { blockTag: "pending" })).timestamp),
    balanceOf: (address: Address): Promise<bigint> => world.ethers.provider.getBalance(address),
    isMined: async (hash: Hex) => (await getTransactionReceipt(client, { hash })).status === "success",
    post: (text: string): sdk.SessionCall => ({
      to: feed,
      data: encodeFunctionData({ abi: feedAbi, functionName: "post", args: [text] }),
    }),
    join: (player: Address, scene: bigint): sdk.SessionCall => ({
      to: game,
      data: encodeFunctionData({ abi: gameAbi, functionName: "joinScene", args: [player, scene] }),
    }),
    transfer: (token: Address, amount: bigint, to = FRIEND): sdk.SessionCall => ({
      to: token,
      data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] }),
    }),
  };
}

export type TestClient = Awaited<ReturnType<typeof openSessionClient>>;
