import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./freePort.ts";

/** Milliseconds until it has to be ready. */
const PATIENCE = 30_000;

/** Whether this machine has Postgres. */
export function hasPostgres(): boolean {
  return ["initdb", "postgres"].every((name) => {
    try {
      execFileSync("which", [name], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

/** A Postgres of its own on loopback, in a folder that goes with it. */
export async function openPostgres(): Promise<{ url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-postgres-"));
  const data = join(folder, "data");
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (isRoot) {
    chmodSync(folder, 0o755);
    chownSync(folder, ids.uid!, ids.gid!);
  }
  const options = ["--pgdata", data, "--username", "tests", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"];
  execFileSync("initdb", options, { ...ids, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  const child = spawn("postgres", ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", ""], {
    ...ids,
    cwd: folder,
    stdio: "ignore",
  });
  // It must not outlive this process, however that ends.
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  // The last line of this file says how far it is.
  const state = join(data, "postmaster.pid");
  const isReady = () => existsSync(state) && readFileSync(state, "utf8").includes("ready");
  for (const last = Date.now() + PATIENCE; !isReady(); await pause(50)) {
    if (Date.now() > last) throw new Error(`Postgres was not ready in ${PATIENCE} ms.`);
  }
  return {
    url: `postgres://tests@127.0.0.1:${port}/postgres`,
    async close() {
      process.removeListener("exit", end);
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(option: "-u" | "-g"): number {
  return Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
}
