import { execFileSync } from "node:child_process";

/** Says to this process and those that it starts that the package is built: two at once would take it from each other. */
const BUILT = "LATCHKEY_CLIENT_BUILT";

/** Builds the package `latchkey` in sdk/, once for a run of tests. */
export function buildClient(): void {
  if (process.env[BUILT] !== undefined) return;
  execFileSync(process.execPath, ["sdk/scripts/build.ts"], { stdio: "inherit" });
  process.env[BUILT] = "1";
}
