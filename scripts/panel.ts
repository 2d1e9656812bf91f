import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { getAddress, isAddress } from "viem";
import { isPanelBuilt, panelOf } from "../panel/serve.ts";
import type { Setting } from "../panel/src/setting.ts";
import { installLocked } from "./lib/lockedFolder.ts";
import { Failure, script } from "./lib/run.ts";

/** Where `npm run demo -- --node` serves its chain, and its panel. */
const DEMO_NODE = "http://127.0.0.1:8545";
const PORT = 8_546;

const USAGE = `npm run panel             builds the panel, and serves it; without LATCHKEY_RPC_URL it is the demo's, on the demo's port
npm run panel -- --build  builds it

LATCHKEY_RPC_URL     the node; it must answer for the whole log, or within PANEL_MAX_BLOCK_RANGE
PANEL_SETTING        a file with more of panel/src/setting.ts, in JSON: names, ABIs, policies to offer
PANEL_PORT           ${PORT}
PANEL_RELAY_URL, PANEL_INDEX_URL   a relay and an index, if there are any
PANEL_EXPLORER       what comes before a transaction's hash
PANEL_FROM_BLOCK, PANEL_MAX_BLOCK_RANGE   where the log is searched from, and how much at a time
PANEL_LATCHKEY, PANEL_LENS, PANEL_POLICY_STORE, PANEL_FORWARDER   all four, if not where a release is on every chain`;

await script(async () => {
  const given = process.argv.slice(2);
  const unknown = given.find((each) => each !== "--build");
  if (unknown !== undefined) throw new Failure(`${unknown} is no option.\n\n${USAGE}`);
  buildPanel();
  if (given.includes("--build")) return;
  const { LATCHKEY_RPC_URL: rpc } = process.env;
  if (rpc === undefined) return sayWhere();
  await serve(rpc);
});

/** What is built is built anew when the sources have changed, in a few seconds. */
function buildPanel(): void {
  installLocked("panel", "240 MB");
  console.log("Building the panel.");
  const options: SpawnSyncOptions = {
    cwd: "panel",
    stdio: ["ignore", "ignore", "inherit"],
    // Whoever starts this may have set another one, and React would come with all that helps its developers.
    env: { ...process.env, NODE_ENV: "production" },
  };
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
    options,
  );
  if (status !== 0 || !isPanelBuilt()) throw new Failure("The panel could not be built.");
  for (const file of globSync("panel/dist/assets/*.{js,css}"))
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
}

async function sayWhere(): Promise<void> {
  const page = await fetch(DEMO_NODE).catch(() => undefined);
  if (page === undefined) {
    throw new Failure(
      "The panel is built. Nobody answers on the demo's port: run npm run demo -- --node, or set LATCHKEY_RPC_URL.",
    );
  }
  if (!page.ok) throw new Failure("The panel is built. The demo that runs was started before: start it again.");
  console.log(`The demo serves it: open ${DEMO_NODE}`);
}

async function serve(rpc: string): Promise<void> {
  const { PANEL_RELAY_URL: relay, PANEL_INDEX_URL: index, PANEL_PORT: port = String(PORT) } = process.env;
  const setting = await settingFor(rpc, { relay, index });
  const behind = { rpc, ...(relay && { relay }), ...(index && { index }) };
  const page = panelOf({ setting, behind });
  const server = createServer((request, response) => {
    void page(request, response).then((isDone) => isDone || response.writeHead(405).end());
  });
  server.listen(Number(port), "127.0.0.1");
  await once(server, "listening");
  console.log(`Panel of ${setting.chain.name}: open http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit());
  await once(server, "close");
}

async function settingFor(rpc: string, at: { relay: string | undefined; index: string | undefined }): Promise<Setting> {
  const { PANEL_SETTING: file, PANEL_EXPLORER: explorer } = process.env;
  const id = await chainIdAt(rpc);
  const more = file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as Partial<Setting>);
  return {
    chain: { id, name: `Chain ${id}`, nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 } },
    fromBlock: wholeNumber("PANEL_FROM_BLOCK") ?? 0,
    maxBlockRange: wholeNumber("PANEL_MAX_BLOCK_RANGE"),
    pollingInterval: 4_000,
    deployment: deployment(),
    ...{ explorer, names: {}, abis: {}, policies: [] },
    ...more,
    rpc: "/rpc",
    relay: at.relay === undefined ? undefined : "/relay",
    index: at.index === undefined ? undefined : "/index",
  };
}

async function chainIdAt(rpc: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  try {
    const answer = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
    const id = Number(((await answer.json()) as { result: string }).result);
    if (Number.isSafeInteger(id)) return id;
  } catch {
    // It is said below.
  }
  throw new Failure(`The node at ${new URL(rpc).origin} does not say which chain it is on.`);
}

function wholeNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Failure(`${name} is a whole number, not "${text}".`);
  return Number(text);
}

function deployment(): Setting["deployment"] {
  const names = ["PANEL_LATCHKEY", "PANEL_LENS", "PANEL_POLICY_STORE", "PANEL_FORWARDER"] as const;
  const given = names.map((name) => process.env[name]);
  if (given.every((each) => each === undefined)) return undefined;
  const [latchkey, lens, policyStore, forwarder] = given.map((each, i) => {
    if (each === undefined || !isAddress(each)) throw new Failure(`${names[i]} is an address, not "${each ?? ""}".`);
    return getAddress(each);
  });
  return { latchkey: latchkey!, lens: lens!, policyStore: policyStore!, forwarder: forwarder! };
}
