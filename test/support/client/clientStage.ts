import { expect } from "chai";
import {
  createClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  parseEther,
  type Address,
  type Client,
  type Hex,
  type LocalAccount,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { getTransactionReceipt, readContract } from "viem/actions";
import * as sdk from "../../../sdk/src/index.ts";
import { openWorld } from "../chain/dapp.ts";

/** Receives every token that a test sends. */
export const FRIEND: Address = "0x3333333333333333333333333333333333333333";
/** Wei per gas, fixed, so that no estimate moves what is reserved. */
export const FEES = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };

/** A chain with Latchkey and a client of it; nothing is asked twice, so that what is refused is refused at once. */
export async function openClientStage() {
  const world = await openWorld();
  const addressOf = ({ target }: { target: unknown }) => target as Address;
  const deployment: sdk.Deployment = {
    latchkey: world.address as Address,
    lens: addressOf(world.lens),
    policyStore: addressOf(world.store),
    forwarder: addressOf(world.forwarder),
  };
  const transport = custom(world.provider, { retryCount: 0 });
  const client = createClient({ chain: hardhat, transport, pollingInterval: 20, cacheTime: 0 }).extend(
    sdk.sessionActions({ deployment }),
  );
  const funded = async (wei = parseEther("10")): Promise<LocalAccount> => {
    const account = privateKeyToAccount(generatePrivateKey());
    await world.helpers.setBalance(account.address, wei);
    return account;
  };
  return {
    world,
    deployment,
    client,
    transport,
    funded,
    /** An account of the project, with Latchkey installed unless another module is named; address 0 for none. */
    async account(owner: Address, options: { entryPoint?: Address; module?: Address } = {}): Promise<Address> {
      const { latchkey } = deployment;
      const { entryPoint = sdk.entryPoints["0.9"].address, module = latchkey } = options;
      const account = await world.ethers.deployContract("LatchkeyAccount", [entryPoint, latchkey, owner, module]);
      return (await account.getAddress()) as Address;
    },
    /** A secp256k1 key with money for gas, or a P-256 key. */
    async key(kind: sdk.SessionKey["kind"] = "secp256k1"): Promise<sdk.SessionKey> {
      if (kind === "p256") return sdk.generateP256SessionKey();
      const key = sdk.generateSecp256k1SessionKey();
      await world.helpers.setBalance(key.address, parseEther("1"));
      return key;
    },
    /** An ERC-20 whose whole supply `holder` has. */
    async token(holder: string): Promise<Address> {
      const token = await world.ethers.deployContract("Poke", [holder, parseEther("1000")]);
      return (await token.getAddress()) as Address;
    },
  };
}

export type ClientStage = Awaited<ReturnType<typeof openClientStage>>;

export function transfer(token: Address, amount: bigint) {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [FRIEND, amount] });
  return { to: token, data } as const;
}

/** Transfers of one token under a lifetime cap of 100. */
export function transferPolicy(token: Address, changes: Partial<Parameters<typeof sdk.definePolicy>[0]> = {}) {
  return sdk.definePolicy({
    app: "account.example",
    maxDuration: 86_400,
    maxCalls: 20,
    gasBudget: parseEther("1"),
    selfPaid: true,
    permissions: [sdk.contract({ address: token, abi: erc20Abi, methods: { transfer: {} } })],
    limits: [{ unit: token, cap: 100n }],
    ...changes,
  });
}

export function balanceOf(client: Client, token: Address, holder: Address = FRIEND): Promise<bigint> {
  return readContract(client, { abi: erc20Abi, address: token, functionName: "balanceOf", args: [holder] });
}

/** The error that a promise is rejected with. */
export async function refusal(run: Promise<unknown>): Promise<sdk.SessionError> {
  const error = await run.then(
    () => expect.fail("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof sdk.SessionError)) throw error as Error;
  return error;
}

/** Whether the mined transaction of a hash succeeded. */
export async function mined(client: Client, hash: Hex): Promise<boolean> {
  return (await getTransactionReceipt(client, { hash })).status === "success";
}
