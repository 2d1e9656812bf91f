import { expect } from "chai";
import { dataSlice, getCreateAddress, id, keccak256, Wallet, ZeroAddress, type LogDescription } from "ethers";
import { appWord, limit, policy, type Policy } from "../support/reference/policy.ts";
import {
  grant,
  p256Key,
  secp256k1Key,
  signRegistration,
  signRevocation,
  Status,
} from "../support/reference/session.ts";
import { openStage, type Stage } from "../support/chain/world.ts";
import { saySeedOnFailure, seedOf } from "../support/fuzz.ts";

const ACTIONS = 600;
/** `SessionWord.SWEPT`. */
const SWEPT = 1n << 159n;
const KEYS = [...Array.from({ length: 15 }, (_, i) => secp256k1Key(id(`log ${i}`))), p256Key(id("log p256"))];
/** Those of them that can send. */
const SENDERS = KEYS.slice(0, -1);

/** What an indexer keeps of one session. */
interface Indexed {
  policyId: string;
  app: string;
  lane: bigint;
  validAfter: number;
  validUntil: number;
  maxCalls: bigint;
  registration: bigint;
  publicKey: string;
  generation: bigint;
  revoked: boolean;
  swept: boolean;
}

/** The log, folded: nothing here has read a contract. */
class Indexer {
  readonly policies = new Map<string, Policy>();
  readonly sessions = new Map<string, Indexed>();
  readonly tombstones = new Set<string>();
  readonly lanes = new Map<string, string>();
  readonly generations = new Map<string, bigint>();

  add({ name, args }: LogDescription): void {
    const at = `${args.principal} ${args.key}`;
    switch (name) {
      case "PolicyPublished":
        this.policies.set(args.policyId, args.policy);
        break;
      case "SessionRegistered":
        this.lanes.set(`${args.principal} ${args.app} ${args.lane}`, args.key);
        this.sessions.set(at, {
          policyId: args.policyId,
          app: args.app,
          lane: args.lane,
          validAfter: Number(args.validAfter),
          validUntil: Number(args.validUntil),
          maxCalls: args.maxCalls,
          registration: args.registration,
          publicKey: args.publicKey,
          generation: this.generations.get(args.principal) ?? 0n,
          revoked: false,
          swept: false,
        });
        break;
      case "SessionRevoked":
        this.tombstones.add(at);
        if (this.sessions.has(at)) this.sessions.get(at)!.revoked = true;
        break;
      case "SessionSwept":
        this.sessions.get(at)!.swept = true;
        break;
      case "AllSessionsRevoked":
        this.generations.set(args.principal, args.generation);
        break;
    }
  }

  /** The status, without the one that depends on the counters. */
  status(principal: string, key: string, now: number): number {
    const session = this.sessions.get(`${principal} ${key}`);
    if (this.tombstones.has(`${principal} ${key}`)) return Status.Revoked;
    if (session === undefined) return Status.None;
    if (session.generation !== (this.generations.get(principal) ?? 0n)) return Status.Revoked;
    if (now < session.validAfter) return Status.Pending;
    return now > session.validUntil ? Status.Expired : Status.Active;
  }
}

/** Numbers below 10,000 that follow from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % 10_000;
  };
}

describe("The event log", () => {
  let stage: Stage;
  let wallets: Wallet[];
  before(async () => {
    stage = await openStage();
    const { chain } = stage;
    wallets = Array.from({ length: 12 }, (_, i) => new Wallet(id(`principal ${i}`), chain.ethers.provider));
    for (const { address } of [...wallets, ...KEYS]) {
      await chain.helpers.setBalance(address, 10n ** 20n);
      await chain.helpers.impersonateAccount(address);
    }
  });
  after(() => stage.chain.connection.close());
  saySeedOnFailure();

  it(`rebuilds status, policy, window, lane and limits of every session: ${ACTIONS} random actions (ATK-94, DUB-28)`, async function () {
    this.timeout(300_000);
    const { latchkey, store, chain, domain, counterAddress, lens } = stage;
    const { provider } = chain;
    const policies: Policy[] = [];
    for (const [app, cap, period] of [
      ["a.example", 50n, 0],
      ["a.example", 2n ** 100n, 600],
      ["b.example", 7n, 0],
    ] as const) {
      const each = policy({
        app,
        maxDuration: 10_000,
        maxCalls: 5,
        permissions: [{ target: counterAddress, method: "add(address,uint256)", consumable: true }],
        limits: [limit(ZeroAddress, cap, period)],
      });
      policies.push(each);
      await (await store.getFunction("publishPolicy").send(each)).wait();
      await (await store.getFunction("publishPolicy").send(each)).wait();
    }

    const accepted = new Map<string, number>();
    const send = async (action: string, from: string, to: string, data: string) => {
      const transaction = { from, to, data, gas: "0x4c4b40" };
      try {
        await provider.request({ method: "eth_sendTransaction", params: [transaction] });
        accepted.set(action, (accepted.get(action) ?? 0) + 1);
        return true;
      } catch (thrown) {
        // A refusal leaves nothing in the log; anything else is a mistake of this test.
        if (typeof (thrown as { data?: unknown }).data !== "string") throw thrown;
        return false;
      }
    };
    /** What was registered, the latest last: what acting and sweeping mostly try. */
    const registered: [principal: string, key: string][] = [];
    const some = (n: number, among: number) => registered[Math.max(0, registered.length - 1 - (n % among))];
    const encode = (method: string, args: unknown[]) => latchkey.interface.encodeFunctionData(method, args);
    const random = numbers(seedOf("event log"));
    for (let step = 0; step < ACTIONS; ++step) {
      const n = Array.from({ length: 12 }, random);
      const now = (await chain.now()) + 1 + (n[0]! % 40) + (n[0]! % 29 === 0 ? 3_000 : 0);
      await chain.helpers.time.setNextBlockTimestamp(now);
      const wallet = wallets[n[1]! % wallets.length]!;
      const key = KEYS[n[2]! % KEYS.length]!;
      const each = policies[n[3]! % 3]!;
      const granted = grant(key, each, {
        validAfter: n[4]! % 4 === 0 ? now + 1 + (n[4]! % 500) : 0,
        validUntil: now + 700 + (n[5]! % 3_000),
        lane: BigInt(n[6]! % 2),
        maxCalls: 1 + (n[7]! % 5),
        replaces: n[8]! % 2 === 0 ? KEYS[n[9]! % KEYS.length]!.address : ZeroAddress,
      });
      const deadline = now + 10;
      const { address } = wallet;
      const latchkeyAddress = stage.address;
      // Each of the hundred once to begin with: under no seed is an action left out that is rarely drawn.
      const kind = step < 100 ? (step * 37) % 100 : n[10]! % 100;
      if (kind < 40) {
        const done = await send("register", address, latchkeyAddress, encode("registerSession", [granted]));
        if (done && key.kind === "secp256k1") registered.push([address, key.address]);
      } else if (kind < 50) {
        const nonce = (await latchkey.getFunction("nonces").staticCall(address)) as bigint;
        const signature = await signRegistration(wallet, domain, { grant: granted, policy: each, nonce, deadline });
        const data = encode("registerSessionBySig", [address, granted, deadline, signature]);
        await send("registerBySig", KEYS[0]!.address, latchkeyAddress, data);
      } else if (kind < 53) await send("revoke", address, latchkeyAddress, encode("revokeSession", [key.address]));
      else if (kind < 55) {
        const signature = await signRevocation(wallet, domain, { key: key.address, deadline });
        const data = encode("revokeSessionBySig", [address, key.address, deadline, signature]);
        await send("revokeBySig", KEYS[0]!.address, latchkeyAddress, data);
      } else if (kind < 56) await send("revokeAll", address, latchkeyAddress, encode("revokeAllSessions", []));
      else if (kind < 57) await send("uninstall", address, latchkeyAddress, encode("onUninstall", ["0x"]));
      else if (kind < 59) await send("install", address, latchkeyAddress, encode("onInstall", ["0x"]));
      else if (kind < 61) await send("cancel", address, latchkeyAddress, encode("cancelSignatures", []));
      else if (kind < 65)
        await send("bowOut", key.address, latchkeyAddress, encode("deactivateSession", [address, key.address]));
      else if (kind < 78) {
        const sweeper = n[11]! % 2 === 0 ? wallet.address : SENDERS[3]!.address;
        const [principal, swept] = some(n[2]!, 60) ?? [address, key.address];
        await send("sweep", sweeper, latchkeyAddress, encode("deactivateSession", [principal, swept]));
      } else {
        const [principal, sender] = some(n[2]!, 6) ?? [address, SENDERS[0]!.address];
        const data = stage.counter.interface.encodeFunctionData("add", [principal, 1n]);
        await send("act", sender, counterAddress, data);
      }
    }

    const indexer = new Indexer();
    const published: string[] = [];
    const from = { fromBlock: 0, toBlock: "latest" };
    for (const log of await chain.ethers.provider.getLogs({
      ...from,
      address: [stage.address, await store.getAddress()],
    })) {
      const event = latchkey.interface.parseLog(log) ?? store.interface.parseLog(log);
      expect(event, log.topics[0]).to.not.equal(null);
      if (event!.name === "PolicyPublished") {
        const { policyId, number, pointer } = event!.args;
        published.push(policyId);
        expect(number, "each policy has the next number").to.equal(BigInt(published.length));
        expect(pointer).to.equal(getCreateAddress({ from: await store.getAddress(), nonce: number }));
        expect(dataSlice(await chain.ethers.provider.getCode(pointer), 1, 33)).to.equal(policyId);
      }
      indexer.add(event!);
    }
    expect(published, "published twice, in the log once").to.have.length(policies.length);

    const now = await chain.now();
    const statuses = new Set<number>();
    for (const { address } of wallets) {
      expect(await latchkey.getFunction("generationOf").staticCall(address)).to.equal(
        indexer.generations.get(address) ?? 0n,
      );
      for (const { address: key } of KEYS) {
        const state = await lens.getFunction("getSession").staticCall(address, key);
        const words = await latchkey.getFunction("sessionWords").staticCall(address, key);
        const status = indexer.status(address, key, now);
        statuses.add(status);
        const shown = Number(state.status) === Status.Exhausted ? Status.Active : Number(state.status);
        expect(shown, `${address} ${key}`).to.equal(status);
        const session = indexer.sessions.get(`${address} ${key}`);
        if (session === undefined) {
          expect(state.registration).to.equal(0n);
          continue;
        }
        expect([state.policyId, state.registration]).to.deep.equal([session.policyId, session.registration]);
        expect([Number(state.validAfter), Number(state.validUntil)]).to.deep.equal([
          session.validAfter,
          session.validUntil,
        ]);
        expect(session.maxCalls >= state.callsLeft).to.equal(true);
        expect((words.word & SWEPT) !== 0n, "swept").to.equal(session.swept);
        expect(session.registration).to.equal(BigInt(session.validAfter));
        if (session.publicKey !== "0x") {
          expect(dataSlice(keccak256(session.publicKey), 12)).to.equal(key.toLowerCase());
        }
        const limits = indexer.policies.get(session.policyId)!.limits;
        const shape = (each: { unit: string; cap: bigint; period: bigint | number; fromStart: boolean }) => [
          each.unit,
          each.cap,
          BigInt(each.period),
          each.fromStart,
        ];
        expect([...state.limits].map(({ limit: each }) => shape(each))).to.deep.equal([...limits].map(shape));
      }
      for (const { app } of policies) {
        for (const lane of [0, 1]) {
          const occupant = indexer.lanes.get(`${address} ${appWord({ app })} ${lane}`);
          const live = occupant !== undefined && indexer.status(address, occupant, now) === Status.Active;
          const calls = live ? (await lens.getFunction("getSession").staticCall(address, occupant)).callsLeft : 0n;
          const active = await latchkey.getFunction("activeSession").staticCall(address, appWord({ app }), lane);
          expect(active).to.equal(calls > 0n ? occupant : ZeroAddress);
        }
      }
    }
    console.log(`      accepted: ${[...accepted].map(([name, times]) => `${name} ${times}`).join(", ")}`);
    expect([...accepted.keys()]).to.have.length(11);
    expect(statuses.size).to.be.greaterThan(1);
  });
});
