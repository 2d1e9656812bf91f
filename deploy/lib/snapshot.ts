import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const SNAPSHOT_FILE = fileURLToPath(new URL("../snapshot.json", import.meta.url));

/** What moves an address or costs on a chain. A person changes it, with `npm run deploy -- --write-snapshot`. */
export interface Snapshot {
  proxy: string;
  contracts: Record<
    string,
    {
      address: string;
      /** keccak256 of the creation code with the constructor's arguments. */
      initCodeHash: string;
      /** What the proxy creates it with, or the number of the deployer's creation. */
      by: { salt: string } | { creation: number };
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

export function readSnapshot(): Snapshot {
  return JSON.parse(readFileSync(SNAPSHOT_FILE, "utf8")) as Snapshot;
}

export function writeSnapshot(snapshot: Snapshot): void {
  writeFileSync(SNAPSHOT_FILE, JSON.stringify(snapshot, null, 2) + "\n");
}
