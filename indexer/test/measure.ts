import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, Interface, toQuantity, Wallet, ZeroAddress } from "ethers";
import { policy as buildPolicy, rule } from "../../test/support/reference/policy.ts";
import { grant, secp256k1Key } from "../../test/support/reference/session.ts";
import { openStage } from "../../test/support/chain/world.ts";
import { eventually, type Index, startIndex } from "./index.ts";
import { ServedNode } from "./node.ts";
import { hasPostgres, openPostgres } from "../../test/support/servers/postgres.ts";
import { tablesOf } from "./truth.ts";

/**
 * node indexer/test/measure.ts [--uses 4000]   how long the tables take to be filled, what the process takes, how long a
 * restart takes, and how late a row is: on PGlite, and on Postgres where there is one
 */
const { values } = parseArgs({ options: { uses: { type: "string", default: "4000" } } });
const USES = Number(values.uses);
const SESSIONS = 100;
const IN_A_BLOCK = 20;

const stage = await openStage();
const rpc = (method: string, ...params: unknown[]) => stage.chain.provider.request({ method, params });
const node = await ServedNode.open(stage.chain.provider as never);
const folder = mkdtempSync(join(tmpdir(), "latchkey-measure-"));
const add = new Interface(["function add(address principal, uint256 amount)"]);
const ETHER = toQuantity(10n ** 21n);
const CPU_TICKS = 100;

const policy = buildPolicy({
  app: "measured.example",
  maxDuration: 86_400,
  maxCalls: 100_000,
  permissions: [
    { target: stage.counterAddress, method: "add(address,uint256)", consumable: true, rules: [rule.isThePrincipal(0)] },
  ],
});
await (await stage.store.getFunction("publishPolicy").send(policy)).wait();
const now = await stage.chain.now();
const sessions = Array.from({ length: SESSIONS }, (_, i) => ({
  principal: new Wallet(id(`measured wallet ${i}`)).address,
  key: secp256k1Key(id(`measured key ${i}`)),
}));
for (const { principal, key } of sessions) {
  for (const address of [principal, key.address]) {
    await rpc("hardhat_impersonateAccount", address);
    await rpc("hardhat_setBalance", address, ETHER);
  }
}
const use = ({ principal, key }: (typeof sessions)[number]) =>
  rpc("eth_sendTransaction", {
    ...{ from: key.address, to: stage.counterAddress, gas: toQuantity(300_000) },
    data: add.encodeFunctionData("add", [principal, 1n]),
  });

await rpc("evm_setAutomine", false);
for (const [i, { principal, key }] of sessions.entries()) {
  const fields = { validUntil: now + 80_000, maxCalls: 100_000, replaces: ZeroAddress };
  const data = stage.latchkey.interface.encodeFunctionData("registerSession", [grant(key, policy, fields)]);
  await rpc("eth_sendTransaction", { from: principal, to: stage.address, data, gas: toQuantity(500_000) });
  if (i % IN_A_BLOCK === IN_A_BLOCK - 1) await rpc("evm_mine");
}
for (let i = 0; i < USES; ++i) {
  await use(sessions[i % SESSIONS]!);
  if (i % IN_A_BLOCK === IN_A_BLOCK - 1) await rpc("evm_mine");
}
for (let i = 0; i < 40; ++i) await rpc("evm_mine");
await rpc("evm_setAutomine", true);
const EVENTS = 1 + SESSIONS + USES;
console.log(`${EVENTS} events in ${Number(await rpc("eth_blockNumber"))} blocks`);

await measure("PGlite", { INDEXER_FOLDER: join(folder, "tables") });
if (hasPostgres()) {
  const postgres = await openPostgres();
  await measure("Postgres", { DATABASE_URL: postgres.url });
  await postgres.close();
} else console.log("Postgres: not measured, there is none.");
await node.close();
await stage.chain.connection.close();
rmSync(folder, { recursive: true, force: true });

async function measure(name: string, own: Record<string, string>): Promise<void> {
  const begin = async () => {
    const index = await startIndex({ LATCHKEY_RPC_URL: node.url, INDEXER_CHAIN_ID: "31337", ...own });
    const at = Date.now();
    await eventually(async () => (await index.health())?.status === "ok", `${name} to answer`, 600_000);
    return { index, seconds: (Date.now() - at) / 1_000 };
  };
  const first = await begin();
  const { uses, samples } = await tablesOf(first.index);
  if (uses.length < USES) throw new Error(`${uses.length} of ${USES} uses are there.`);
  const { cpu, peak } = processOf(first.index);
  const late: number[] = [];
  for (let i = 0; i < 20; ++i) {
    const before = await usesOf(first.index);
    const sent = Date.now();
    await use(sessions[i]!);
    await eventually(async () => (await usesOf(first.index)) > before, "a row");
    late.push(Date.now() - sent);
  }
  late.sort((a, b) => a - b);
  const ended = Date.now();
  await first.index.end("SIGTERM");
  const stop = (Date.now() - ended) / 1_000;
  const again = await begin();
  await again.index.end();
  console.log(
    `${name}: ${first.seconds.toFixed(1)} s until it answers (${Math.round(EVENTS / first.seconds)} events a second), ` +
      `${cpu.toFixed(1)} s of CPU (${Math.round(EVENTS / cpu)} events), ${peak} MB at most; ${samples.length} samples; ` +
      `a row ${late[10]} ms after its transaction is sent, ${late[19]} at most; ` +
      `stopped in ${stop.toFixed(1)} s, answers again after ${again.seconds.toFixed(1)} s`,
  );
}

async function usesOf(index: Index): Promise<number> {
  const { data } = await index.graphql<{ uses: { totalCount: number } }>("{ uses { totalCount } }");
  return data!.uses.totalCount;
}

/** Seconds of both kinds of CPU time, and the most memory that it has held: what Linux says of the process. */
function processOf({ child }: Index): { cpu: number; peak: number } {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))!;
  return { cpu: (Number(fields[11]) + Number(fields[12])) / CPU_TICKS, peak: Math.round(Number(kilobytes) / 1_024) };
}
