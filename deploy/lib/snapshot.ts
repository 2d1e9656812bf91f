import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { network } from "hardhat";
import { dataLength, keccak256 } from "ethers";
import { PROXY } from "./entryPoints.ts";
import { deployAll } from "./deploy.ts";
import { readRelease, type Compilation } from "./release.ts";

export const SNAPSHOT_FILE = fileURLToPath(new URL("../snapshot.json", import.meta.url));

/** What moves an address or costs on a chain. A person changes it, with `npm run deploy -- --write-snapshot`. */
export interface Snapshot {
  proxy: string;
  contracts: Record<
    string,
    {
      address: string;
      /** keccak256 of what is sent behind the salt: the creation code with the constructor's arguments. */
      initCodeHash: string;
      salt: string;
      constructorArguments: string;
      /** Bytes. */
      initCodeSize: number;
      /** Bytes. */
      runtimeSize: number;
      /** Gas of the whole deploying transaction, on a chain that verifies P-256 itself. */
      deploymentGas: number;
      compiler: { version: string; settings: Record<string, unknown> };
    }
  >;
  /** What the constructors create. */
  children: Record<string, { address: string; parent: string; nonce: number; runtimeSize: number }>;
}

/** The snapshot that the built contracts stand for. Opens a chain of its own to read the gas from. */
export async function takeSnapshot(): Promise<Snapshot> {
  const { deployed, children } = await readRelease();
  const connection = await network.create("default");
  const { sent } = await deployAll(connection.provider);
  await connection.close();
  const snapshot: Snapshot = { proxy: PROXY, contracts: {}, children: {} };
  for (const { name, address, salt, constructorArguments, initCode, code, compilation } of deployed) {
    snapshot.contracts[name] = {
      address,
      initCodeHash: keccak256(initCode),
      salt,
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

export function readSnapshot(): Snapshot {
  return JSON.parse(readFileSync(SNAPSHOT_FILE, "utf8")) as Snapshot;
}

export function writeSnapshot(snapshot: Snapshot): void {
  writeFileSync(SNAPSHOT_FILE, JSON.stringify(snapshot, null, 2) + "\n");
}
