import hre, { network } from "hardhat";
import type { NetworkConfigOverride } from "hardhat/types/config";
import { Contract, Wallet, type Signer, type TypedDataDomain } from "ethers";
import { deployAll } from "../../../deploy/lib/deploy.ts";
import {
  SIBLING_NAMES,
  type ChainAddresses,
  type ChildName,
  type DeployedName,
  type SiblingName,
} from "../../../deploy/lib/release.ts";
import {
  deployEntryPoints,
  deployPermit2,
  ENTRY_POINTS,
  type EntryPointVersion,
} from "../../../deploy/lib/entryPoints.ts";
import { latchkeyDomain } from "../reference/typedData.ts";

/**
 * A fresh in-process chain, or the served one of `localhost`, with the canonical EntryPoints; each test file has its own.
 * `override` changes what the network is configured with.
 */
export async function openChain(
  name: "default" | "prague" | "other" | "localhost" = "default",
  override?: NetworkConfigOverride,
) {
  const connection = await network.create({ network: name, ...(override && { override }) });
  const { ethers, networkHelpers, provider } = connection;
  await deployEntryPoints(provider);
  await deployPermit2(provider);
  const [owner, stranger, relayer, bundler] = await ethers.getSigners();
  const { chainId } = await ethers.provider.getNetwork();
  return {
    connection,
    ethers,
    provider,
    chainId,
    /** Time, snapshots, balances: the network helpers. */
    helpers: networkHelpers,
    owner: owner!,
    stranger: stranger!,
    relayer: relayer!,
    bundler: bundler!,
    /** The EntryPoint of a version, its transactions sent by the bundler. */
    entryPoint(version: EntryPointVersion = "0.9"): Contract {
      const { address, abi } = ENTRY_POINTS[version];
      return new Contract(address, abi, bundler!);
    },
    /** Unix seconds of the latest block. */
    now: () => networkHelpers.time.latest(),
  };
}

export type Chain = Awaited<ReturnType<typeof openChain>>;

/**
 * Latchkey with its siblings, its lens and its accounts' code, at the addresses that they have on every chain; or, as
 * `another`, at addresses of their own.
 */
export async function deployLatchkey(chain: Chain, { another = false } = {}) {
  // Code that counts its coverage is larger than what can be sent to the proxy.
  const isElsewhere = another || hre.globalOptions.coverage;
  const addresses = isElsewhere ? await deployElsewhere(chain) : (await deployAll(chain.provider)).addresses;
  const address = addresses.Latchkey;
  // By the name of the function: arguments come from policies and grants, whose form typed contracts know in part only.
  const at = async (name: string, where: string) =>
    (await chain.ethers.getContractAt(name, where)) as unknown as Contract;
  const latchkey = await at("ILatchkey", address);
  const store = await at("IPolicyStore", await latchkey.getFunction("POLICY_STORE")());
  const forwarder = await at("ISessionForwarder", await latchkey.getFunction("FORWARDER")());
  const lens = await at("LatchkeyLens", addresses.LatchkeyLens);
  const factory = await at("LatchkeyAccountFactory", addresses.LatchkeyAccountFactory);
  const domain: TypedDataDomain = latchkeyDomain(chain.chainId, address);
  return { latchkey, address, store, forwarder, lens, factory, account7702: addresses.LatchkeyAccount7702, domain };
}

/**
 * Latchkey and its siblings as the creations 1 to 7 of a key that has sent nothing, which is all that they ask of a deployer; their code may
 * be larger than what a deployer is handed.
 */
export async function makeSiblings(
  { ethers, helpers }: Chain,
  creator: Signer = Wallet.createRandom(ethers.provider),
): Promise<Record<SiblingName, string>> {
  const address = await creator.getAddress();
  await helpers.setBalance(address, 10n ** 21n);
  await helpers.setNonce(address, 1);
  const addresses: Partial<Record<SiblingName, string>> = {};
  for (const name of SIBLING_NAMES) {
    const contract = await ethers.deployContract(name, [], creator);
    addresses[name] = await contract.getAddress();
  }
  return addresses as Record<SiblingName, string>;
}

async function deployElsewhere(chain: Chain): Promise<Omit<ChainAddresses, "LatchkeyDeployer" | ChildName>> {
  const siblings = await makeSiblings(chain);
  const deploy = async (name: DeployedName, ...values: string[]) => {
    const contract = await chain.ethers.deployContract(name, values);
    return contract.getAddress();
  };
  const entryPoint = ENTRY_POINTS["0.9"].address;
  return {
    ...siblings,
    LatchkeyLens: await deploy("LatchkeyLens", siblings.Latchkey),
    LatchkeyAccountFactory: await deploy("LatchkeyAccountFactory", entryPoint, siblings.Latchkey),
    LatchkeyAccount7702: await deploy("LatchkeyAccount7702", entryPoint, siblings.Latchkey),
  };
}
