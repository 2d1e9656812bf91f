import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const LOCK = join(ROOT, "cache/client.lock");
const STAMP = join(ROOT, "cache/client.sha256");
const SOURCES = ["sdk/src/**/*.ts", "sdk/*.json", "sdk/scripts/*.ts", "tsconfig.json", "contracts/**/*.sol"];

/**
 * Builds the client as it is published, unless it was built of these very sources. Tests that run side by side build it
 * once: whoever comes second waits.
 */
export function buildClient(): void {
  mkdirSync(join(ROOT, "cache"), { recursive: true });
  while (!taken()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    const stamp = hashOfSources();
    const isCurrent = existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;
    const isThere = ["dist/esm/index.js", "dist/cjs/index.js", "contracts", "artifacts"].every((path) =>
      existsSync(join(ROOT, "sdk", path)),
    );
    if (isCurrent && isThere) return;
    rmSync(STAMP, { force: true });
    execFileSync(process.execPath, ["sdk/scripts/build.ts"], { cwd: ROOT, stdio: "inherit" });
    writeFileSync(STAMP, stamp);
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** Whether the lock is this process's now. One whose owner has died is nobody's. */
function taken(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    try {
      const owner = Number(readFileSync(LOCK, "utf8"));
      if (owner > 0) process.kill(owner, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") rmSync(LOCK, { force: true });
    }
    return false;
  }
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  for (const file of globSync("artifacts/contracts/**/*.json", { cwd: ROOT }).sort()) {
    hash.update(file).update(String(statSync(join(ROOT, file)).mtimeMs));
  }
  return hash.digest("hex");
}
