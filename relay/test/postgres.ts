import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { eventually } from "./stage.ts";

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
export async function openPostgresServer() {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-postgres-"));
  const data = join(folder, "data");
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (isRoot) {
    chmodSync(folder, 0o755);
    chownSync(folder, ids.uid!, ids.gid!);
  }
  const options = ["--pgdata", data, "--username", "relay", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"];
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
  const url = (name: string) => `postgres://relay@127.0.0.1:${port}/${name}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: url("postgres") });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await eventually(
    () =>
      run("select 1").then(
        () => true,
        () => undefined,
      ),
    "a Postgres that answers",
    30_000,
  );
  let databases = 0;
  return {
    /** A database of its own. */
    async database(): Promise<string> {
      const name = `relay_${++databases}`;
      await run(`create database ${name}`);
      return url(name);
    },
    async close(): Promise<void> {
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

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}
