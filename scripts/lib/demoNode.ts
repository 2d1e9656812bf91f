import { Failure } from "./run.ts";

/** Where `npm run demo -- --node` serves its chain. */
export const DEMO_NODE = "http://127.0.0.1:8545";
export const DEMO_CHAIN = 31_337;

/** The hash of the demo's first block: each of its chains begins anew. */
export async function demoGenesis(): Promise<string> {
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
  return genesis;
}

async function ask(method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(DEMO_NODE, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await answer.json()) as { result: unknown }).result;
}
