import hre from "hardhat";
import { AbiCoder, concat, getCreate2Address, keccak256, toBeHex, ZeroHash } from "ethers";
import { ENTRY_POINTS, PROXY } from "../lib/entryPoints.ts";
import type { Provider } from "../lib/provider.ts";

const DEPLOY_GAS = toBeHex(2n ** 24n);

export interface ReleaseAddresses {
  Latchkey: string;
  LatchkeyLens: string;
  SessionAccountFactory: string;
}

/** Sends the release through the deterministic proxy: the addresses are the same on every chain. */
export async function deployRelease(provider: Provider): Promise<ReleaseAddresses> {
  const send = async (name: string, args: string[]) => {
    const { bytecode } = await hre.artifacts.readArtifact(name);
    const initCode = concat([bytecode, AbiCoder.defaultAbiCoder().encode(args.map(() => "address"), args)]);
    const [from] = (await provider.request({ method: "eth_accounts" })) as string[];
    const data = concat([ZeroHash, initCode]);
    await provider.request({ method: "eth_sendTransaction", params: [{ from, to: PROXY, data, gas: DEPLOY_GAS }] });
    return getCreate2Address(PROXY, ZeroHash, keccak256(initCode));
  };
  const Latchkey = await send("Latchkey", []);
  return {
    Latchkey,
    LatchkeyLens: await send("LatchkeyLens", [Latchkey]),
    SessionAccountFactory: await send("SessionAccountFactory", [ENTRY_POINTS["0.9"].address]),
  };
}
