import fc from "fast-check";
import { concat, dataSlice, id, Interface, Wallet, ZeroAddress, zeroPadValue } from "ethers";
import { knobs, step, type Step } from "../../test/property/draws.ts";
import { policyOf, rpc, send, stage } from "../../test/property/ground.ts";
import { Run } from "../../test/property/run.ts";
import { hashPolicy } from "../../test/support/reference/policy.ts";
import { contextOf, encodeCalls, redemptionContext, secp256k1Key } from "../../test/support/reference/session.ts";
import {
  domainOnChains,
  REGISTER_SESSION_ON_CHAINS_TYPES,
  REVOKE_SESSION_ON_CHAINS_TYPES,
} from "../../test/support/reference/typedData.ts";
import { type Brought, GAS, type Session, World } from "../../test/support/chain/world.ts";
import type { ServedNode } from "./node.ts";

const ADD_TWICE = new Interface(["function addTwice(address principal, uint256 amount)"]);
const BUNDLER = "0x00000000000000000000000000000000000000b1";
/** Calls Latchkey with the bytes that it is given. */
const PASSER = "0xb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
const PASS = new Interface(["function pass(bytes data)"]);

/** A contract that calls another one with what it is called with, without the first bytes, at most 127. */
function passingOn(target: string, skipped: number): string {
  const called = target.slice(2).toLowerCase();
  const skip = `60${skipped.toString(16).padStart(2, "0")}`;
  return `0x${skip}360380${skip}60003760006000826000600073${called}5af1603057` + "5f5ffd5b00";
}

/** A random life of three principals and their keys on every route, which the model of test/property follows. */
export class Life {
  readonly run: Run;
  readonly #steps: Step[];
  #taken = 0;
  #wallets = 0;
  #world: World | undefined;

  private constructor(run: Run, steps: Step[]) {
    this.run = run;
    this.#steps = steps;
  }

  static async begin(seed: number): Promise<Life> {
    const policies = fc.sample(knobs, { numRuns: 3, seed }).map(policyOf);
    const now = (await stage.chain.now()) + 1_000;
    await rpc("evm_setNextBlockTimestamp", [now]);
    for (const each of policies) {
      const data = stage.store.interface.encodeFunctionData("publishPolicy", [each]);
      await send(stage.chain.stranger.address, await stage.store.getAddress(), data, 16_000_000);
    }
    const drawn = fc.sample(fc.noBias(step), { numRuns: 2_000, seed });
    const life = new Life(new Run(now + 10, policies), drawn);
    for (const each of [0, 1]) {
      const { n } = drawn[each]!;
      await life.run.take({ action: "register", n: n.map((x, i) => (i === 1 ? each : x)) });
    }
    return life;
  }

  async take(steps: number): Promise<void> {
    for (let i = 0; i < steps; ++i) await this.run.take(this.#steps[this.#taken++ % this.#steps.length]!);
  }

  /** A wallet of its own registers a key by one signature for several chains, and revokes it so, every other time. */
  async takeOnChains(): Promise<void> {
    const { model, policies } = this.run;
    const at = () => rpc("evm_setNextBlockTimestamp", [++model.now]);
    const n = ++this.#wallets;
    const wallet = new Wallet(id(`wallet ${n} of ${model.now}`));
    const key = secp256k1Key(id(`key ${n} of ${model.now}`));
    const [policy] = policies;
    const deadline = model.now + 500;
    const chains = [
      { chainId: 31_337n, nonce: 0n },
      { chainId: 31_338n, nonce: 0n },
    ];
    const grant = {
      ...{ key: key.address, publicKey: "0x", validAfter: 0, validUntil: model.now + policy!.maxDuration },
      ...{ maxCalls: policy!.maxCalls, lane: 0n, replaces: ZeroAddress },
    };
    const domain = domainOnChains(stage.domain);
    const principal = wallet.address;
    const latchkey = stage.latchkey.interface;
    const stranger = stage.chain.stranger.address;
    const message = { principal, ...grant, deadline, chains: chains.map((each) => ({ ...each, policy })) };
    const signature = await wallet.signTypedData(domain, REGISTER_SESSION_ON_CHAINS_TYPES, message);
    const policyId = hashPolicy(policy!);
    const listed = chains.map((each) => ({ ...each, policyId }));
    const args = [principal, { ...grant, policyId }, deadline, listed, signature];
    await at();
    await send(stranger, stage.address, latchkey.encodeFunctionData("registerSessionOnChains", args));
    if (n % 2 === 1) return;
    const named = { principal, key: key.address, deadline, chains: chains.map(({ chainId }) => chainId) };
    const end = await wallet.signTypedData(domain, REVOKE_SESSION_ON_CHAINS_TYPES, named);
    const revocation = [principal, key.address, deadline, named.chains, end];
    await at();
    await send(stranger, stage.address, latchkey.encodeFunctionData("revokeSessionOnChains", revocation));
  }

  /** An account on an older EntryPoint: operations that come through a contract, and one that ends what another uses. */
  async takeOperations(): Promise<void> {
    this.#world ??= await World.open(stage, "0.7", "standalone");
    const world = this.#world;
    const { chain } = stage;
    const session = await world.start("p256", {}, { lane: BigInt(++this.#wallets) });
    await rpc("hardhat_setCode", [BUNDLER, passingOn(String(world.entryPoint.target), 4)]);
    const op = await world.op(session, [world.transfer(1n)]);
    const ops = world.entryPoint.interface.encodeFunctionData("handleOps", [[op], chain.bundler.address]);
    await (await chain.bundler.sendTransaction({ to: BUNDLER, data: `0x00000000${ops.slice(2)}`, ...GAS })).wait();
    // All are validated before the first of them runs.
    const end = await world.ownerOp([world.latchkeyCall("revokeSession", [session.key.address])], 1n);
    await world.bundle([end, await world.op(session, [world.transfer(1n)])]);
    // One call that is asked about twice.
    const twice = { target: stage.counterAddress, method: "addTwice(address,uint256)", consumable: true };
    const asked = await world.start("secp256k1", { permissions: [twice], limits: [] }, { lane: BigInt(this.#wallets) });
    const data = ADD_TWICE.encodeFunctionData("addTwice", [world.principal, 1n]);
    await (await (await world.sender(asked.key)).sendTransaction({ to: stage.counterAddress, data, ...GAS })).wait();
    this.run.model.now = Math.max(this.run.model.now, await chain.now());
  }

  /** Sessions that come with their first use, on every way in, are redeemed together, and are renewed while they act. */
  async takeFirstUses(): Promise<void> {
    this.#world ??= await World.open(stage, "0.7", "standalone");
    const world = this.#world;
    const { chain, latchkey } = stage;
    const lane = () => BigInt(++this.#wallets);
    const withGrant = async ({ session, envelope }: Brought, nonceLane = 0) => {
      const op = await world.op(session, [world.transfer(1n)], { nonceLane });
      return { ...op, signature: concat([op.signature, envelope]) };
    };
    // The same grant twice in one bundle: the second one is passed over.
    const operated = await world.bring("p256", lane());
    await world.bundle([await withGrant(operated), await withGrant(operated, 1)]);

    const relayed = await world.bring("secp256k1", lane());
    const args = world.relayedArguments(relayed.session, [world.transfer(1n)]);
    args.push(concat([args.pop() as string, relayed.envelope]));
    await (
      await latchkey
        .connect(chain.relayer)
        .getFunction("executeBySig")
        .send(...args, GAS)
    ).wait();

    // Three items in one transaction: the first brings its grant, the last is the same session's.
    const [redeemed, other] = [await world.bring("secp256k1", lane()), await world.start("p256", {}, { lane: lane() })];
    const execution = encodeCalls([world.transfer(1n)]);
    const item = ({ key, validUntil, registration }: Session, nonce: number, envelope = "0x", calls = execution) => {
      const message = {
        ...{ principal: world.principal, redeemer: ZeroAddress, ...calls, nonce, minGas: 0 },
        ...{ validUntil, registration },
      };
      // The signature stands behind six words.
      const signature = dataSlice(redemptionContext(key, stage.domain, message), 192);
      return { ...calls, context: contextOf(message, concat([signature, envelope])) };
    };
    const redeem = async (who: typeof chain.relayer, items: ReturnType<typeof item>[]) => {
      const contexts = items.map(({ context }) => context);
      const [modes, executions] = [items.map(({ mode }) => mode), items.map((each) => each.executionCalldata)];
      const redemption = latchkey.connect(who).getFunction("redeemDelegations");
      await (await redemption.send(contexts, modes, executions, { gasLimit: 3_000_000 })).wait();
    };
    await redeem(chain.relayer, [
      item(redeemed.session, 801, redeemed.envelope),
      item(other, 802),
      item(redeemed.session, 803),
    ]);
    const bare = { ...execution, context: zeroPadValue(world.principal, 32) };
    await redeem((await world.sender(redeemed.session.key)) as never, [bare]);

    // What the first item calls brings a call of the second one's session in passing.
    await rpc("hardhat_setCode", [PASSER, passingOn(stage.address, 68)]);
    const permissions = [{ target: PASSER, method: "pass(bytes)", open: ["0"] }];
    const passing = await world.start("secp256k1", { permissions, limits: [] }, { lane: lane() });
    const inPassing = world.relayedArguments(other, [world.transfer(1n)]);
    const pass = (data: string) => encodeCalls([{ target: PASSER, data: PASS.encodeFunctionData("pass", [data]) }]);
    const brought = pass(latchkey.interface.encodeFunctionData("executeBySig", inPassing));
    await redeem(chain.relayer, [item(passing, 801, "0x", brought), item(other, 804), item(redeemed.session, 805)]);

    // All are validated before the first of them runs: the second one is of the registration that goes.
    const renewed = await world.start("secp256k1", {}, { lane: lane() });
    const grant = await world.grantOf(renewed.key, renewed.policy, { lane: renewed.lane });
    const renewal = await world.ownerOp([world.latchkeyCall("registerSession", [grant])], 1n);
    await world.bundle([renewal, await world.op(renewed, [world.transfer(1n)])]);
    // And here the first one, as the second brings the renewal.
    const { key, policy, registration } = other;
    const again = await world.bringKey(key, policy, { validAfter: registration + 1, lane: other.lane });
    await world.bundle([await world.op(other, [world.transfer(1n)]), await withGrant(again, 1)]);
    this.run.model.now = Math.max(this.run.model.now, await chain.now());
  }

  /** Lives on for some steps that the chain then lets go of, and the model with it. */
  async takeBack(node: ServedNode, steps: number, seen: () => Promise<void>): Promise<void> {
    const snapshot = await rpc("evm_snapshot", []);
    const { model, balances, counted } = this.run;
    const kept = {
      principals: [...model.principals].map(
        ([address, { sessions, revoked, lanes, usedNonces, ...rest }]) =>
          [
            address,
            {
              ...rest,
              sessions: new Map([...sessions].map(([key, each]) => [key, { ...each, spent: [...each.spent] }])),
              ...{ revoked: new Set(revoked), lanes: new Map(lanes), usedNonces: new Set(usedNonces) },
            },
          ] as const,
      ),
      ...{ balances: [...balances], counted: [...counted] },
    };
    const before = Number(await rpc("eth_blockNumber", []));
    await this.take(steps);
    await seen();
    await node.keep(Number(await rpc("eth_blockNumber", [])) - before);
    await rpc("evm_revert", [snapshot]);
    for (const [map, entries] of [
      [model.principals, kept.principals],
      [balances, kept.balances],
      [counted, kept.counted],
    ] as [Map<unknown, unknown>, [unknown, unknown][]][]) {
      map.clear();
      for (const [key, value] of entries) map.set(key, value);
    }
  }

  /** Blocks in which nothing happens. */
  async idle(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; ++i) {
      await rpc("evm_setNextBlockTimestamp", [++this.run.model.now]);
      await rpc("evm_mine", []);
    }
  }
}
