import { network } from "hardhat";
import { dataLength, keccak256 } from "ethers";
import { deployAll } from "./deploy.ts";
import { PROXY } from "./entryPoints.ts";
import { readRelease, type Compilation } from "./release.ts";
import type { Snapshot } from "./snapshot.ts";

/** The snapshot that the built contracts stand for. Opens a chain of its own to read the gas from. */
export async function takeSnapshot(): Promise<Snapshot> {
  const { deployed, children } = await readRelease();
  const connection = await network.create("default");
  const { sent } = await deployAll(connection.provider);
  await connection.close();
  const snapshot: Snapshot = { proxy: PROXY, contracts: {}, children: {} };
  for (const { name, address, by, constructorArguments, initCode, code, compilation } of deployed) {
    snapshot.contracts[name] = {
      address,
      initCodeHash: keccak256(initCode),
      by,
      constructorArguments,
      initCodeSize: dataLength(initCode),
      runtimeSize: dataLength(code.runtime),
      deploymentGas: Number(sent.find((transaction) => transaction.name === name)!.gasUsed),
      compiler: compilerOf(compilation),
    };
  }
  for (const { name, address, parent, nonce, code } of children) {
    snapshot.children[name] = { address, parent, nonce, runtimeSize: dataLength(code.runtime) };
  }
  return snapshot;
}

/** The settings that bear on the bytecode. */
function compilerOf({ solcVersion, input }: Compilation): { version: string; settings: Record<string, unknown> } {
  const { outputSelection: _selected, ...settings } = input.settings;
  return { version: solcVersion, settings };
}
