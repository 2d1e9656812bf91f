import { execFileSync } from "node:child_process";

let isBuilt = false;

/** Builds the client's package, once in each process that runs tests. */
export function buildClient(): void {
  if (!isBuilt) execFileSync(process.execPath, ["sdk/scripts/build.ts"], { stdio: "inherit" });
  isBuilt = true;
}
