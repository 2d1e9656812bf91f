import { parseArgs } from "node:util";
import { killAtRandom } from "./kills.ts";
import { hasPostgres } from "../../test/support/servers/postgres.ts";
import { openDatabases } from "./postgres.ts";
import { eventually, openStage, type Stage } from "./stage.ts";

const USAGE = `node relay/test/measure.ts                     accepted calls per second, p50 and p99 from request to hash
node relay/test/measure.ts --calls 2000        of so many calls
node relay/test/measure.ts --kills 200         kills a relay at so many random moments, then two on one Postgres`;

/** Posts calls, so many at once, and says how long each took to its hash. */
async function throughput(stage: Stage, calls: number, atOnce: number, firstNonce: bigint, env = {}): Promise<string> {
  const relay = await stage.spawned({ RELAY_MAX_PENDING: "100000", RELAY_LOG: "info", ...env });
  const ready = await Promise.all(Array.from({ length: calls }, (_, i) => stage.relayed(firstNonce + BigInt(i))));
  const took: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < calls; i = next++) {
      const from = performance.now();
      const { status, body } = await relay.post(ready[i]);
      if (status !== 202) throw new Error(`${status} ${body.code}: ${body.message}`);
      took.push(performance.now() - from);
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  const accepted = (performance.now() - from) / 1_000;
  await eventually(
    async () => ((await relay.ask("/health")).body["pending"] === 0 ? true : undefined),
    "every call to be mined",
    120_000,
  );
  const mined = (performance.now() - from) / 1_000;
  await relay.close();
  const sent = await stage.sentBy(relay.sender.address);
  if (sent.length !== calls || sent.some(({ success }) => !success))
    throw new Error(`${sent.length} of ${calls} are mined.`);
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))]!.toFixed(0);
  return `${(calls / accepted).toFixed(0)} accepted a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; all mined after ${mined.toFixed(1)} s`;
}

const { values } = parseArgs({
  options: { calls: { type: "string", default: "500" }, kills: { type: "string" }, help: { type: "boolean" } },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const stage = await openStage();
const postgres = hasPostgres() ? await openDatabases() : undefined;
if (postgres === undefined) console.log("There is no Postgres here: what needs one is not run.");
try {
  if (values.kills !== undefined) {
    const kills = Number(values.kills);
    const say = (name: string, { odd, ...report }: Awaited<ReturnType<typeof killAtRandom>>) =>
      console.log(
        `${name}: ${Object.entries(report)
          .map(([what, count]) => `${what} ${count}`)
          .join(", ")}`,
        ...odd,
      );
    say("a file, one relay", await killAtRandom(stage, { kills, instances: 1, env: {}, firstNonce: 1_000_000n }));
    if (postgres !== undefined) {
      const env = { DATABASE_URL: await postgres.database() };
      say("Postgres, two relays", await killAtRandom(stage, { kills, instances: 2, env, firstNonce: 2_000_000n }));
    }
  } else {
    const calls = Number(values.calls);
    let nonce = 0n;
    for (const atOnce of [1, 16]) {
      for (const url of postgres === undefined ? [undefined] : [undefined, await postgres.database()]) {
        const env = url === undefined ? {} : { DATABASE_URL: url };
        const name = `${url === undefined ? "a file" : "Postgres"}, ${atOnce} at once, ${calls} calls`;
        console.log(`${name}: ${await throughput(stage, calls, atOnce, nonce, env)}`);
        nonce += BigInt(calls);
      }
    }
  }
} finally {
  await stage.close();
  await postgres?.close();
}
process.exit();
