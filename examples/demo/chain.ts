import { network } from "hardhat";
import { Contract } from "ethers";
import { deployEntryPoints, deployPermit2, ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";

/** A fresh in-process chain with the canonical EntryPoints. */
export async function openChain() {
  const connection = await network.create("default");
  const { ethers, networkHelpers, provider } = connection;
  await deployEntryPoints(provider);
  await deployPermit2(provider);
  const [owner, , relayer, bundler] = await ethers.getSigners();
  const { chainId } = await ethers.provider.getNetwork();
  const { address, abi } = ENTRY_POINTS["0.9"];
  return {
    connection,
    ethers,
    provider,
    chainId,
    helpers: networkHelpers,
    owner: owner!,
    relayer: relayer!,
    /** EntryPoint v0.9, its transactions sent by a bundler. */
    entryPoint: new Contract(address, abi, bundler!),
    /** Unix seconds of the latest block. */
    now: () => networkHelpers.time.latest(),
  };
}

export type Chain = Awaited<ReturnType<typeof openChain>>;
