import {
  concatHex,
  createClient,
  encodeDeployData,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  http,
  parseEther,
  type Abi,
  type Address,
  type Hash,
  type Hex,
  type LocalAccount,
} from "viem";
import {
  createBundlerClient,
  entryPoint09Abi,
  getUserOperationHash,
  toSmartAccount,
  type BundlerClient,
  type SmartAccount,
} from "viem/account-abstraction";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import {
  prepareAuthorization,
  readContract,
  sendTransaction,
  signAuthorization,
  waitForTransactionReceipt,
} from "viem/actions";
import { hardhat } from "viem/chains";
import { artifacts } from "hardhat";
import type { EntryPointVersion } from "../../../deploy/lib/entryPoints.ts";
import { encodeCalls, encodeExecute } from "../reference/session.ts";
import { deployLatchkey, openChain } from "../chain/chain.ts";
import type * as Latchkey from "../../../sdk/src/index.ts";

/** The package as its users have it: `npm run test:e2e` has just built it. Its types are those of the sources. */
const PACKAGE: string = "latchkey";
export const latchkey = (await import(PACKAGE)) as typeof Latchkey;

export const VERSIONS: EntryPointVersion[] = ["0.7", "0.8", "0.9"];
/** `account` is `LatchkeyAccount`; `7702` is a wallet that has delegated to `LatchkeyAccount7702`. */
export type Form = "account" | "7702";

export const NODE_URL = process.env.LATCHKEY_RPC_URL!;
export const BUNDLER_URL = process.env.LATCHKEY_BUNDLER_URL!;

/** A principal with a token of its own, on one EntryPoint. */
export interface Principal {
  address: Address;
  version: EntryPointVersion;
  owner: LocalAccount;
  /** The owner as a plain smart account of viem: what a wallet does without Latchkey's client. */
  smartAccount: SmartAccount;
  token: Address;
  /** One operation of the owner through the bundler; the mined transaction's hash. */
  sendCalls(calls: readonly Latchkey.SessionCall[]): Promise<Hash>;
}

/** Node, bundler and Latchkey, as the script has started them. */
export async function openStage() {
  const chain = await openChain("localhost");
  await deployLatchkey(chain);
  const client = createClient({ chain: hardhat, transport: http(NODE_URL), pollingInterval: 50, cacheTime: 0 });
  const deployer = await fundedWallet();

  async function fundedWallet(): Promise<LocalAccount> {
    const wallet = privateKeyToAccount(generatePrivateKey());
    await chain.helpers.setBalance(wallet.address, parseEther("100"));
    return wallet;
  }

  /** A client of the bundler, or of something at another address. */
  function bundlerAt(url: string = BUNDLER_URL, retryCount = 0): BundlerClient {
    const bundler: BundlerClient = createBundlerClient({
      client,
      chain: hardhat,
      transport: http(url, { retryCount }),
      pollingInterval: 50,
      userOperation: {
        estimateFeesPerGas: async () => {
          const { standard } = (await bundler.request({
            method: "pimlico_getUserOperationGasPrice",
          } as never)) as { standard: { maxFeePerGas: Hex; maxPriorityFeePerGas: Hex } };
          return {
            maxFeePerGas: BigInt(standard.maxFeePerGas),
            maxPriorityFeePerGas: BigInt(standard.maxPriorityFeePerGas),
          };
        },
      },
    });
    return bundler;
  }
  const bundler = bundlerAt();

  async function deploy(name: string, args: unknown[], account = deployer): Promise<Address> {
    const { abi, bytecode } = await artifacts.readArtifact(name);
    const data = encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args });
    const hash = await sendTransaction(client, { account, chain: hardhat, data } as never);
    return getAddress((await waitForTransactionReceipt(client, { hash })).contractAddress!);
  }

  async function transact(account: LocalAccount, to: Address, data: Hex, value = 0n): Promise<Hash> {
    const hash = await sendTransaction(client, { account, chain: hardhat, to, data, value } as never);
    const { status } = await waitForTransactionReceipt(client, { hash });
    if (status !== "success") throw new Error(`Transaction ${hash} reverted.`);
    return hash;
  }

  /** `module` is Latchkey unless told otherwise; address 0 for none. */
  async function openPrincipal(
    version: EntryPointVersion,
    form: Form = "account",
    module: Address = latchkey.latchkeyDeployment.latchkey,
  ): Promise<Principal> {
    const owner = await fundedWallet();
    const entryPoint = latchkey.entryPoints[version].address;
    let address: Address;
    if (form === "account") {
      address = await deploy("LatchkeyAccount", [
        entryPoint,
        latchkey.latchkeyDeployment.latchkey,
        owner.address,
        module,
      ]);
    } else {
      address = owner.address;
      const implementation = await deploy("LatchkeyAccount7702", [entryPoint, latchkey.latchkeyDeployment.latchkey]);
      const { abi } = await artifacts.readArtifact("LatchkeyAccount7702");
      const data = encodeFunctionData({ abi: abi as Abi, functionName: "initialize", args: [module] });
      const prepared = await prepareAuthorization(client, {
        account: owner,
        contractAddress: implementation,
        executor: "self",
      });
      const authorizationList = [await signAuthorization(client, { ...prepared, account: owner } as never)];
      const hash = await sendTransaction(client, {
        ...{ account: owner, chain: hardhat, to: address, data, authorizationList },
      } as never);
      const { status } = await waitForTransactionReceipt(client, { hash });
      if (status !== "success") throw new Error("The wallet did not initialise itself.");
    }
    await chain.helpers.setBalance(address, parseEther("10"));
    const token = await deploy("Poke", [address, parseEther("1000")]);
    const smartAccount = await ownerAccount({ address, owner, version });
    const sendCalls = async (calls: readonly Latchkey.SessionCall[]) => {
      const hash = await bundler.sendUserOperation({ account: smartAccount, calls } as never);
      const { success, receipt } = await bundler.waitForUserOperationReceipt({ hash });
      if (!success) throw new Error(`The owner's operation ${hash} failed.`);
      return receipt.transactionHash;
    };
    return { address, version, owner, smartAccount, token, sendCalls };
  }

  /** The project's account as its owner acts with it: ECDSA over the operation's hash, nonce key 0. */
  function ownerAccount(
    { address, owner, version }: Pick<Principal, "address" | "owner" | "version">,
    reader: Latchkey.SessionClient = client,
  ): Promise<SmartAccount> {
    const entryPoint = latchkey.entryPoints[version];
    const refuse = () => Promise.reject(new Error("Nothing but operations is signed here."));
    return toSmartAccount({
      client: reader as never,
      entryPoint: entryPoint as never,
      getAddress: async () => address,
      encodeCalls: async (calls: readonly { to: Hex; data?: Hex; value?: bigint }[]) =>
        encodeExecute(encodeCalls(calls.map(({ to, ...rest }) => ({ target: to, ...rest })))) as Hex,
      getFactoryArgs: async () => ({ factory: undefined, factoryData: undefined }),
      getNonce: () =>
        readContract(reader, {
          ...{ abi: entryPoint09Abi, address: entryPoint.address, functionName: "getNonce", args: [address, 0n] },
        } as never),
      getStubSignature: async () => concatHex([`0x${"11".repeat(64)}`, "0x1b"]),
      signMessage: refuse,
      signTypedData: refuse,
      signUserOperation: async ({ chainId = hardhat.id, ...operation }: { chainId?: number }) =>
        owner.sign!({
          hash: getUserOperationHash({
            chainId,
            entryPointAddress: entryPoint.address,
            entryPointVersion: version,
            userOperation: { ...operation, sender: address } as never,
          }),
        }),
    } as never) as unknown as Promise<SmartAccount>;
  }

  /** A `SessionPaymaster` with a deposit, and a budget in wei for the principal; the deployer owns it. */
  async function sponsor(version: EntryPointVersion, principal: Address, budget = parseEther("0.1")): Promise<Address> {
    const { abi } = await artifacts.readArtifact("SessionPaymaster");
    const { address: entryPoint } = latchkey.entryPoints[version];
    const args = [entryPoint, latchkey.latchkeyDeployment.latchkey, deployer.address];
    const paymaster = await deploy("SessionPaymaster", args);
    const call = (functionName: string, values: unknown[] = []) =>
      encodeFunctionData({ abi: abi as Abi, functionName, args: values });
    await transact(deployer, paymaster, call("deposit"), parseEther("1"));
    await transact(deployer, paymaster, call("setBudget", [principal, budget]));
    return paymaster;
  }

  /** Waits until the chain is at least this many seconds on. */
  async function later(seconds: number): Promise<void> {
    const until = (await chain.now()) + seconds;
    while ((await chain.now()) < until) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const balanceOf = (token: Address, holder: Address) =>
    readContract(client, { abi: erc20Abi, address: token, functionName: "balanceOf", args: [holder] });

  return {
    chain,
    client,
    bundler,
    bundlerAt,
    deployer,
    deploy,
    transact,
    fundedWallet,
    openPrincipal,
    ownerAccount,
    sponsor,
    later,
    balanceOf,
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
