import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { chdir, env, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { number, readSettings, SettingsError } from "./settings.ts";

/**
 * The index as a process: looks at its settings and its node, then is Ponder, which tells nobody about it and listens where
 * it is told to. Ends with 75 where another try may help.
 */
try {
  const { chainId, nodeUrl, folder } = readSettings(env);
  const port = number(env, "INDEXER_PORT", 8_548, 1, 65_535);
  const host = env["INDEXER_HOST"] ?? "127.0.0.1";
  await requireFree(port, host);
  await requireChain(nodeUrl, chainId);
  env["INDEXER_FOLDER"] = resolve(folder);
  env["PONDER_TELEMETRY_DISABLED"] = "1";
  const root = fileURLToPath(new URL(".", import.meta.url));
  // Where Ponder writes the schema of GraphQL.
  chdir(root);
  const options = ["--root", root, "--schema", `latchkey_${chainId}`, "--hostname", host, "--port", String(port)];
  process.argv = [process.argv[0]!, "ponder", "start", ...options];
  await import(new URL("bin/ponder.js", import.meta.resolve("ponder")).href);
} catch (thrown) {
  if (!(thrown instanceof SettingsError)) throw thrown;
  console.error(thrown.message);
  exit(1);
}

/** Ponder would take the next one and not say so to whoever asks this one. */
async function requireFree(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (thrown) {
    throw new SettingsError(`Nobody can listen at ${host}:${port}: ${(thrown as Error).message}.`);
  }
  server.close();
  await once(server, "close");
}

/** Waits for the node. Tables that were filled from another chain would be of no use for any. */
async function requireChain(nodeUrl: string, chainId: number): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    const found = await chainAt(nodeUrl).catch((thrown: Error) => thrown);
    if (found === chainId) return;
    if (typeof found === "number") {
      throw new SettingsError(`The node is on chain ${found}; INDEXER_CHAIN_ID is ${chainId}.`);
    }
    if (!isTold) console.error(`Waiting for the node: ${found.message}.`);
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

async function chainAt(nodeUrl: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(nodeUrl, { method: "POST", headers, body, signal });
  const { result } = (await answer.json()) as { result?: string };
  if (result === undefined) throw new Error(`it says ${answer.status}, and no chain`);
  return Number(result);
}
