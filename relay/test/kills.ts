import type { Hash } from "viem";
import { type Answer, eventually, kill, pause, type Posted, type Stage } from "./stage.ts";

export interface KillOptions {
  kills: number;
  /** How many relays share the journal. */
  instances: number;
  env: Record<string, string>;
  /** The session's nonces from here on are used. */
  firstNonce: bigint;
  /** Milliseconds between two blocks. */
  blockTime?: number;
}

export interface KillReport {
  kills: number;
  /** Of them, before the relay was ready. */
  killedWhileStarting: number;
  /** Calls that were answered with a hash. */
  accepted: number;
  /** Posts that were not answered at all. */
  unanswered: number;
  /** Accepted calls that the chain does not have, or has as a failure. */
  lost: number;
  /** Transactions that carry a call which another one carries too. */
  doubled: number;
  /** Transactions of the sender. */
  sent: number;
  /** How often the session acted meanwhile. */
  acted: number;
  /** Answers that were neither an acceptance nor a passing refusal. */
  odd: string[];
}

/** Posts calls without a pause while relays are killed at random moments, then compares what was told with the chain. */
export async function killAtRandom(stage: Stage, options: KillOptions): Promise<KillReport> {
  const { kills, instances, env, firstNonce, blockTime = 120 } = options;
  const by = await stage.sender();
  const shared = { RELAY_JOURNAL: stage.newJournal(), RELAY_CONFIRMATIONS: "2", RELAY_LOG: "info", ...env };
  const usedBefore = await stage.uses();
  const stopMining = await stage.mineEvery(blockTime);
  type Running = Awaited<ReturnType<Stage["spawned"]>>;
  const running: (Running | undefined)[] = Array.from({ length: instances });
  const report: KillReport = {
    ...{
      kills: 0,
      killedWhileStarting: 0,
      accepted: 0,
      unanswered: 0,
      lost: 0,
      doubled: 0,
      sent: 0,
      acted: 0,
      odd: [],
    },
  };
  const accepted = new Map<Hash, Posted>();
  let ended = false;
  let nonce = firstNonce;

  const anyone = () => {
    const alive = running.filter((each) => each !== undefined);
    return alive[Math.floor(Math.random() * alive.length)];
  };
  const isPassing = ({ body: { code } }: Answer) => ["BUSY", "NODE_UNAVAILABLE", "TOO_MANY_REQUESTS"].includes(code);
  const hand = async (call: Posted): Promise<void> => {
    for (;;) {
      const relay = await eventually(anyone, "a relay that runs", 60_000);
      try {
        const answer = await relay.post(call);
        if (answer.status === 200 || answer.status === 202) {
          const known = accepted.get(answer.body.digest);
          if (known === undefined) accepted.set(answer.body.digest, call);
          return;
        }
        if (!isPassing(answer)) {
          if (report.odd.length < 5) report.odd.push(`${answer.status} ${answer.body.code} ${answer.body.message}`);
          return;
        }
        await pause(20);
      } catch {
        ++report.unanswered;
        await pause(10);
      }
    }
  };
  const worker = async () => {
    while (!ended) {
      const call = await stage.relayed(nonce++);
      // Some clients ask twice at once.
      await Promise.all(Math.random() < 0.2 ? [hand(call), hand(call)] : [hand(call)]);
      await pause(Math.random() * 10);
    }
  };
  const start = async (slot: number) => {
    running[slot] = await stage.spawned(shared, by);
  };

  await Promise.all(running.map((_, slot) => start(slot)));
  const workers = Array.from({ length: 12 }, worker);
  const killer = async (slot: number) => {
    while (report.kills < kills) {
      ++report.kills;
      await pause(Math.random() * 1_500);
      const { child } = running[slot]!;
      // From the first moment on nobody is sent there.
      await kill(child);
      running[slot] = undefined;
      while (report.kills < kills && Math.random() < 0.15) {
        ++report.kills;
        ++report.killedWhileStarting;
        const starting = stage.spawned(shared, by, Math.random() * 1_500);
        await starting.catch(() => undefined);
      }
      await start(slot);
    }
  };
  await Promise.all(running.map((_, slot) => killer(slot)));
  ended = true;
  await Promise.all(workers);
  for (const digest of accepted.keys()) {
    await eventually(
      async () => {
        const answer = await anyone()!
          .get(digest)
          .catch(() => undefined);
        if (answer?.status === 404) return answer;
        return ["mined", "final", "failed"].includes(answer?.body.status ?? "") ? answer : undefined;
      },
      `the end of ${digest}`,
      60_000,
    );
  }
  await stopMining();
  for (const each of running) await each?.close();

  const sent = await stage.sentBy(by.account.address);
  const carried = new Map<string, number>();
  for (const { input, success } of sent) {
    carried.set(input, (carried.get(input) ?? 0) + 1);
    if (!success) report.odd.push(`a transaction of ${input.slice(0, 10)} reverted`);
  }
  report.accepted = accepted.size;
  report.sent = sent.length;
  report.doubled = [...carried.values()].filter((times) => times > 1).length;
  const succeeded = new Set(sent.filter(({ success }) => success).map(({ input }) => input as string));
  report.lost = [...accepted.values()].filter(({ data }) => !succeeded.has(data.toLowerCase())).length;
  report.acted = (await stage.uses()) - usedBefore;
  return report;
}
