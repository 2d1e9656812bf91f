import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { GasReport } from "./gas.ts";

/** The gas of each row to the unit. A person changes it, with `npm run gas -- --write-snapshot`. */
export const GAS_SNAPSHOT_FILE = fileURLToPath(new URL("../../gas.snapshot.json", import.meta.url));

export function readGasSnapshot(): GasReport {
  return JSON.parse(readFileSync(GAS_SNAPSHOT_FILE, "utf8")) as GasReport;
}

export function writeGasSnapshot(report: GasReport): void {
  writeFileSync(GAS_SNAPSHOT_FILE, JSON.stringify(report, null, 2) + "\n");
}
