import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../test/support/servers/freePort.ts";
import type { Health } from "../src/api/guard.ts";

/** An index as a process of its own. */
export interface Index {
  url: string;
  child: ChildProcess;
  /** What it has written so far. */
  output(): string;
  health(): Promise<Health | undefined>;
  graphql<data>(query: string, variables?: Record<string, unknown>): Promise<Answer<data>>;
  /** Its end, however it comes. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

export interface Answer<data> {
  status: number;
  data?: data;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Settings that make a test short. */
const QUICK = { INDEXER_POLL_MS: "100", INDEXER_PATIENCE_MS: "3000" };

export async function startIndex(env: Record<string, string>): Promise<Index> {
  const port = await freePort();
  const child = spawn(process.execPath, [new URL("../main.ts", import.meta.url).pathname], {
    env: { PATH: process.env["PATH"], INDEXER_PORT: String(port), ...QUICK, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // It must not outlive this process, however that ends.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.removeListener("exit", kill));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ url, child },
    output: () => said,
    async health() {
      try {
        return (await (await fetch(`${url}/index/health`)).json()) as Health;
      } catch {
        return undefined;
      }
    },
    async graphql(query, variables = {}) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ query, variables });
      const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body });
      return { status: answer.status, ...((await answer.json()) as object) };
    },
    async end(signal = "SIGKILL") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

/** Asks until there is an answer. */
export async function eventually<result>(
  ask: () => Promise<result | undefined | false> | result | undefined | false,
  what: string,
  timeout = 150_000,
): Promise<result> {
  for (const end = Date.now() + timeout; ;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain for: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
