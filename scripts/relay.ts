import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { bytesToHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { DEMO_NODE, demoGenesis } from "./lib/demoNode.ts";
import { installLocked } from "./lib/lockedFolder.ts";
import { script } from "./lib/run.ts";

/** What Hardhat's accounts are made of: known to everybody, worth nothing. */
const MNEMONIC = "test test test test test test test test test test test junk";
/** Of those that the demo does not use. */
const SENDER = 9;

/**
 * npm run relay   the relay, set by its environment; without LATCHKEY_RPC_URL on the demo's chain, with a key and a journal
 * for it
 */
await script(async () => {
  installLocked("relay", "30 MB");
  const env = { ...process.env, ...(process.env.LATCHKEY_RPC_URL === undefined && (await demoSettings())) };
  const child = spawn(process.execPath, ["relay/src/main.ts"], { env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
});

async function demoSettings(): Promise<Record<string, string>> {
  const genesis = await demoGenesis();
  const key = bytesToHex(mnemonicToAccount(MNEMONIC, { addressIndex: SENDER }).getHdKey().privateKey!);
  mkdirSync("cache/relay", { recursive: true });
  return {
    LATCHKEY_RPC_URL: DEMO_NODE,
    ...(process.env.LATCHKEY_PRIVATE_KEY === undefined && { LATCHKEY_PRIVATE_KEY: key }),
    // Each of its chains begins anew.
    ...(process.env.RELAY_JOURNAL === undefined && { RELAY_JOURNAL: `cache/relay/${genesis.slice(2, 14)}.sqlite` }),
  };
}
