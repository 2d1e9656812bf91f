import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { bytesToHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { installLocked } from "./lib/lockedFolder.ts";
import { Failure, script } from "./lib/run.ts";

/** Where `npm run demo -- --node` serves its chain. */
const DEMO_NODE = "http://127.0.0.1:8545";
const DEMO_CHAIN = 31_337;
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
  let chainId: number;
  let genesis: string;
  try {
    chainId = Number(await ask("eth_chainId"));
    genesis = ((await ask("eth_getBlockByNumber", "0x0", false)) as { hash: string }).hash;
  } catch {
    throw new Failure(
      `Nobody answers at ${DEMO_NODE}: run npm run demo -- --node in another terminal, or set LATCHKEY_RPC_URL.`,
    );
  }
  if (chainId !== DEMO_CHAIN)
    throw new Failure(`The node at ${DEMO_NODE} is on chain ${chainId}: set LATCHKEY_RPC_URL.`);
  const key = bytesToHex(mnemonicToAccount(MNEMONIC, { addressIndex: SENDER }).getHdKey().privateKey!);
  mkdirSync("cache/relay", { recursive: true });
  return {
    LATCHKEY_RPC_URL: DEMO_NODE,
    ...(process.env.LATCHKEY_PRIVATE_KEY === undefined && { LATCHKEY_PRIVATE_KEY: key }),
    // Each of its chains begins anew.
    ...(process.env.RELAY_JOURNAL === undefined && { RELAY_JOURNAL: `cache/relay/${genesis.slice(2, 14)}.sqlite` }),
  };
}

async function ask(method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(DEMO_NODE, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await answer.json()) as { result: unknown }).result;
}
