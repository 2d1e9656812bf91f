import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { DEMO_CHAIN, DEMO_NODE, demoGenesis } from "./lib/demoNode.ts";
import { installLocked } from "./lib/lockedFolder.ts";
import { script } from "./lib/run.ts";

/** What Ponder ends with where another try may help: a node that was away for ten minutes. */
const TRY_AGAIN = 75;

/**
 * npm run indexer   the index, set by its environment; without LATCHKEY_RPC_URL of the demo's chain, in files of their own
 */
await script(async () => {
  installLocked("indexer", "200 MB");
  const env = { ...process.env, ...(process.env.LATCHKEY_RPC_URL === undefined && (await demoSettings())) };
  let isOver = false;
  let code = TRY_AGAIN;
  for (let tries = 0; code === TRY_AGAIN && !isOver; ++tries) {
    if (tries > 0) await pause(2_000);
    const child = spawn(process.execPath, ["indexer/main.ts"], { env, stdio: "inherit" });
    const stop = (signal: NodeJS.Signals) => {
      isOver = true;
      child.kill(signal);
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
    code = await new Promise<number>((resolve) => child.once("exit", (ended) => resolve(ended ?? 1)));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
  process.exitCode = code;
});

async function demoSettings(): Promise<Record<string, string>> {
  const genesis = await demoGenesis();
  return {
    LATCHKEY_RPC_URL: DEMO_NODE,
    INDEXER_CHAIN_ID: String(DEMO_CHAIN),
    // Each of its chains begins anew.
    ...(process.env.INDEXER_FOLDER === undefined && { INDEXER_FOLDER: `cache/indexer/${genesis.slice(2, 14)}` }),
    ...(process.env.INDEXER_POLL_MS === undefined && { INDEXER_POLL_MS: "200" }),
  };
}
