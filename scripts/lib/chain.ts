import { network } from "hardhat";
import { Contract, type TypedDataDomain } from "ethers";
import { deployEntryPoints, deployPermit2, ENTRY_POINTS, type EntryPointVersion } from "./entryPoints.ts";
import { latchkeyDomain } from "./typedData.ts";

/** A fresh in-process chain with the canonical EntryPoints; each test file has its own. */
export async function openChain(name: "default" | "prague" | "other" = "default") {
  const connection = await network.create(name);
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

/** Latchkey with its children and its lens. */
export async function deployLatchkey(chain: Chain) {
  const latchkey = await chain.ethers.deployContract("Latchkey");
  const address = await latchkey.getAddress();
  const store = await chain.ethers.getContractAt("IPolicyStore", await latchkey.getFunction("POLICY_STORE")());
  const forwarder = await chain.ethers.getContractAt("ISessionForwarder", await latchkey.getFunction("FORWARDER")());
  const lens = await chain.ethers.deployContract("LatchkeyLens", [address]);
  const domain: TypedDataDomain = latchkeyDomain(chain.chainId, address);
  return { latchkey, address, store, forwarder, lens, domain };
}
