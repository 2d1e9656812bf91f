import { expect } from "chai";
import {
  getAddress,
  Interface,
  SigningKey,
  toBeHex,
  Wallet,
  ZeroAddress,
  ZeroHash,
  type Contract,
  type TypedDataField,
} from "ethers";
import { decodeError } from "../reference/errors.ts";
import type { EntryPointVersion } from "../../../deploy/lib/entryPoints.ts";
import { signNested } from "../reference/nestedSignature.ts";
import { hashPolicy, limit, policy as buildPolicy, type Policy, type PolicyFields } from "../reference/policy.ts";
import {
  encodeCalls,
  encodeExecute,
  grant,
  p256Key,
  secp256k1Key,
  signExecution,
  signForward,
  type Call,
  type Grant,
  type SessionKey,
  grantEnvelope,
} from "../reference/session.ts";
import {
  handleOps,
  nextNonce,
  nonceKey,
  signedBySession,
  userOp,
  userOpHash,
  type OperationOutcome,
  type PackedUserOperation,
  type UserOperationFields,
} from "../reference/userOp.ts";
import { REGISTER_SESSION_TYPES } from "../reference/typedData.ts";
import { deployMock } from "./artifacts.ts";
import { deployLatchkey, openChain } from "./chain.ts";
import { expectRefusal, refusalOf } from "./refusal.ts";

export type RouteName = "userOperation" | "direct" | "relayed" | "forwarded" | "asked";
/** `standalone` is `LatchkeyAccount`; `7702` is a wallet that delegates to `LatchkeyAccount7702`. */
export type AccountForm = "standalone" | "7702";

export const VERSIONS: EntryPointVersion[] = ["0.7", "0.8", "0.9"];
export const FORMS: AccountForm[] = ["standalone", "7702"];
export const HOUR = 3_600;
export const DAY = 86_400;
export const ONE = 10n ** 18n;
/** Ample for any transaction of a test. */
export const GAS = { gasLimit: 10_000_000n };

const ERC20 = new Interface([
  "function transfer(address to, uint256 amount) returns (bool)",
  "function approve(address spender, uint256 amount) returns (bool)",
]);
const COUNTER = new Interface([
  "function add(address principal, uint256 amount)",
  "function addPaid(address principal, uint256 amount)",
]);

/** What surrounds all accounts of one test file. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage(network: Parameters<typeof openChain>[0] = "default") {
  const chain = await openChain(network);
  const deployed = await deployLatchkey(chain);
  const counter = await deployMock(chain, "AskingContracts", "Counter", [deployed.address]);
  return { chain, ...deployed, counter, counterAddress: await counter.getAddress() };
}

/** A session as its holder knows it. */
export interface Session {
  key: SessionKey;
  policy: Policy;
  lane: bigint;
  validAfter: number;
  validUntil: number;
  maxCalls: number;
  registration: number;
}

/** A session that is not registered yet, and what registers it behind its key's signature. */
export interface Brought {
  session: Session;
  envelope: string;
}

export interface ActOptions {
  /** The signed deadline; the session's end unless told otherwise. */
  validUntil?: number;
  registration?: number;
  /** The nonce of a relayed call. */
  nonce?: bigint;
  minGas?: bigint;
  /** Unix seconds of the block that the transaction is in. */
  at?: number;
  /** Of a user operation. */
  fields?: Partial<UserOperationFields>;
  /** The lane of a user operation's nonce key. */
  nonceLane?: number;
}

/** A principal with an EntryPoint, tokens, contracts to act on, and everything that a test asks about them. */
export class World {
  readonly stage: Stage;
  readonly version: EntryPointVersion;
  readonly form: AccountForm;
  readonly entryPoint: Contract;
  readonly owner: Wallet;
  readonly recipient = Wallet.createRandom().address;
  principal = ZeroAddress;
  token!: Contract;
  tokenAddress = ZeroAddress;
  /** An ERC-20 that trusts the forwarder. */
  forwarded!: Contract;
  forwardedAddress = ZeroAddress;
  paymaster = ZeroAddress;
  /** Every key that `snap` looks at. */
  readonly keys = new Set<string>();
  #relayNonce = 0n;

  private constructor(stage: Stage, version: EntryPointVersion, form: AccountForm) {
    this.stage = stage;
    this.version = version;
    this.form = form;
    this.entryPoint = stage.chain.entryPoint(version);
    this.owner = new Wallet(Wallet.createRandom().privateKey, stage.chain.ethers.provider);
  }

  static async open(stage: Stage, version: EntryPointVersion, form: AccountForm): Promise<World> {
    const world = new World(stage, version, form);
    const { chain, address, forwarder } = stage;
    const { ethers } = chain;
    const entryPoint = world.entryPoint.target;
    await (await chain.owner.sendTransaction({ to: world.owner.address, value: 50n * ONE })).wait();
    if (form === "standalone") {
      const values = [entryPoint, address, world.owner.address, address];
      const account = await ethers.deployContract("LatchkeyAccount", values);
      world.principal = await account.getAddress();
      await (await chain.owner.sendTransaction({ to: world.principal, value: 10n * ONE })).wait();
    } else {
      const code = await ethers.deployContract("LatchkeyAccount7702", [entryPoint, address]);
      world.principal = world.owner.address;
      await world.delegate(await code.getAddress());
    }
    await (await world.entryPoint.getFunction("depositTo").send(world.principal, { value: 10n * ONE })).wait();
    const token = await ethers.deployContract("Poke", [world.principal, 1_000_000n * ONE]);
    world.token = token as unknown as Contract;
    world.tokenAddress = await token.getAddress();
    world.forwarded = await deployMock(chain, "ForwardedToken", "ForwardedToken", [
      await forwarder.getAddress(),
      world.principal,
    ]);
    world.forwardedAddress = await world.forwarded.getAddress();
    const paymaster = await deployMock(chain, "SponsoringPaymaster", "SponsoringPaymaster", [
      entryPoint,
      { value: 10n * ONE },
    ]);
    world.paymaster = await paymaster.getAddress();
    return world;
  }

  /** One type-4 transaction of the wallet to itself: delegates to `code` and initialises with Latchkey. */
  async delegate(code: string): Promise<void> {
    const { chain, address } = this.stage;
    const nonce = await this.owner.getNonce();
    const authorization = await this.owner.authorize({ address: code, nonce: nonce + 1, chainId: chain.chainId });
    const { interface: abi } = await chain.ethers.getContractAt("LatchkeyAccount7702", this.owner.address);
    const response = await this.owner.sendTransaction({
      type: 4,
      to: this.owner.address,
      nonce,
      data: abi.encodeFunctionData("initialize", [address]),
      authorizationList: [authorization],
      gasLimit: 1_000_000n,
    });
    const receipt = await response.wait();
    expect(receipt?.type).to.equal(4);
    expect(await chain.ethers.provider.getCode(this.owner.address)).to.equal("0xef0100" + code.slice(2).toLowerCase());
  }

  // --- what there is to call -------------------------------------------------------------------------------------

  transfer(amount: bigint, to = this.recipient): Call {
    return { target: this.tokenAddress, data: ERC20.encodeFunctionData("transfer", [to, amount]) };
  }

  forwardedTransfer(amount: bigint, to = this.recipient): Call {
    return { target: this.forwardedAddress, data: ERC20.encodeFunctionData("transfer", [to, amount]) };
  }

  count(amount: bigint): Call {
    const data = COUNTER.encodeFunctionData("add", [this.principal, amount]);
    return { target: this.stage.counterAddress, data };
  }

  /** A call that the policy of `publish` allows on this route. */
  callFor(route: RouteName, amount = 1n): Call {
    if (route === "asked") return this.count(amount);
    return route === "forwarded" ? this.forwardedTransfer(amount) : this.transfer(amount);
  }

  // --- the owner -------------------------------------------------------------------------------------------------

  /** The owner's own operation. Throws what the calls revert with. */
  async asOwner(calls: Call[], at?: number): Promise<void> {
    const [outcome] = (await this.bundle([await this.ownerOp(calls)], at)).outcomes;
    if (outcome?.success !== true)
      throw Object.assign(new Error("The owner's calls failed."), { data: outcome?.revertData });
  }

  async ownerOp(calls: Call[], lane = 0n): Promise<PackedUserOperation> {
    const nonce = await nextNonce(this.entryPoint, this.principal, lane);
    const op = userOp({ sender: this.principal, nonce, callData: encodeExecute(encodeCalls(calls)) });
    const digest = await userOpHash(this.entryPoint, op);
    return { ...op, signature: new SigningKey(this.owner.privateKey).sign(digest).serialized };
  }

  /** A call to Latchkey. */
  latchkeyCall(method: string, args: unknown[]): Call {
    const { latchkey, address } = this.stage;
    return { target: address, data: latchkey.interface.encodeFunctionData(method, args) };
  }

  /** Calls a function of Latchkey as the principal. */
  async manage(method: string, args: unknown[], at?: number): Promise<void> {
    await this.asOwner([this.latchkeyCall(method, args)], at);
  }

  /**
   * The principal's signature over typed data of Latchkey: the wallet's own, or for a smart account its owner's in the
   * nested form of ERC-7739, which no other account takes.
   */
  async signed(types: Record<string, TypedDataField[]>, message: Record<string, unknown>): Promise<string> {
    const { domain, chain } = this.stage;
    const value = { principal: this.principal, ...message };
    if (this.form === "7702") return this.owner.signTypedData(domain, types, value);
    const account = {
      name: "LatchkeyAccount",
      version: "1",
      chainId: chain.chainId,
      verifyingContract: this.principal,
    };
    return signNested(this.owner, account, domain, types, value);
  }

  /** The arguments of `registerSessionBySig`. */
  async registrationArguments(key: SessionKey, policy: Policy, fields: Partial<Grant> = {}, deadline?: number) {
    const granted = await this.grantOf(key, policy, fields);
    const nonce = (await this.stage.latchkey.getFunction("nonces").staticCall(this.principal)) as bigint;
    const end = deadline ?? (await this.now()) + HOUR;
    const { policyId: _named, ...rest } = granted;
    const signature = await this.signed(REGISTER_SESSION_TYPES, { policy, ...rest, nonce, deadline: end });
    return [this.principal, granted, end, signature] as const;
  }

  /** Calls a function of Latchkey as somebody who is nobody to the principal. */
  async submit(method: string, args: readonly unknown[], at?: number): Promise<void> {
    const { latchkey, chain } = this.stage;
    await this.#at(at);
    await (
      await latchkey
        .connect(chain.stranger)
        .getFunction(method)
        .send(...args, GAS)
    ).wait();
  }

  // --- policies and sessions -------------------------------------------------------------------------------------

  /** Transfers of both tokens under lifetime caps of 100, and the counter, consumable. */
  policy(fields: Partial<PolicyFields> = {}): Policy {
    return buildPolicy({
      selfPaid: true,
      paymaster: this.paymaster,
      maxCalls: 50,
      permissions: [
        { target: this.tokenAddress, method: "transfer(address,uint256)" },
        { target: this.forwardedAddress, method: "transfer(address,uint256)" },
        { target: this.stage.counterAddress, method: "add(address,uint256)", consumable: true },
      ],
      limits: [limit(this.tokenAddress, 100n), limit(this.forwardedAddress, 100n)],
      ...fields,
    });
  }

  async publish(policy: Policy): Promise<Policy> {
    await (await this.stage.store.getFunction("publishPolicy").send(policy)).wait();
    return policy;
  }

  /** Registers a session of one hour from now on. */
  async register(key: SessionKey, policy: Policy, fields: Partial<Grant> = {}): Promise<Session> {
    const granted = await this.grantOf(key, policy, fields);
    await this.manage("registerSession", [granted]);
    return this.sessionOf(key, policy, granted.lane);
  }

  async grantOf(key: SessionKey, policy: Policy, fields: Partial<Grant> = {}): Promise<Grant> {
    this.keys.add(key.address);
    return grant(key, policy, { validUntil: (await this.now()) + HOUR, ...fields });
  }

  /** Publishes the policy of `policy(fields)` and registers a fresh key under it. */
  async start(kind: SessionKey["kind"] = "secp256k1", policy: Partial<PolicyFields> = {}, fields: Partial<Grant> = {}) {
    const key = kind === "p256" ? p256Key() : secp256k1Key();
    return this.register(key, await this.publish(this.policy(policy)), fields);
  }

  /** A session of a fresh key that is not registered yet, and what registers it behind the key's signature. */
  async bring(kind: SessionKey["kind"], lane = 0n): Promise<Brought> {
    const key = kind === "p256" ? p256Key() : secp256k1Key();
    return this.bringKey(key, await this.publish(this.policy()), { validAfter: await this.now(), lane });
  }

  /** The same of a key that is given, which may be there already. */
  async bringKey(key: SessionKey, policy: Policy, fields: { validAfter: number; lane: bigint }): Promise<Brought> {
    const validUntil = fields.validAfter + HOUR;
    const [, granted, deadline, signature] = await this.registrationArguments(key, policy, { ...fields, validUntil });
    const number = (await this.stage.store.getFunction("numberOf").staticCall(granted.policyId)) as bigint;
    const { maxCalls } = granted;
    return {
      session: { key, policy, ...fields, validUntil, maxCalls, registration: fields.validAfter },
      envelope: grantEnvelope(granted, { number, deadline, signature }),
    };
  }

  /** Reads a session that the chain has. */
  async sessionOf(key: SessionKey, policy: Policy, lane = 0n): Promise<Session> {
    const state = await this.state(key.address);
    expect(state.policyId).to.equal(hashPolicy(policy));
    return {
      key,
      policy,
      lane,
      validAfter: Number(state.validAfter),
      validUntil: Number(state.validUntil),
      maxCalls: Number(state.callsLeft),
      registration: Number(state.registration),
    };
  }

  async state(key: string) {
    return this.stage.lens.getFunction("getSession").staticCall(this.principal, key);
  }

  // --- acting ----------------------------------------------------------------------------------------------------

  /** A signed operation of a session. */
  async op(session: Session, calls: Call[], options: ActOptions = {}): Promise<PackedUserOperation> {
    const key = nonceKey(this.stage.address, options.nonceLane ?? 0);
    const unsigned = userOp({
      sender: this.principal,
      nonce: await nextNonce(this.entryPoint, this.principal, key),
      callData: encodeExecute(encodeCalls(calls)),
      ...options.fields,
    });
    return this.signOp(unsigned, session, options);
  }

  async signOp(op: PackedUserOperation, session: Session, options: ActOptions = {}): Promise<PackedUserOperation> {
    return signedBySession(op, this.entryPoint, session.key, this.stage.domain, {
      validUntil: options.validUntil ?? session.validUntil,
      registration: options.registration ?? session.registration,
    });
  }

  async bundle(ops: PackedUserOperation[], at?: number) {
    await this.#at(at);
    return handleOps(this.entryPoint, ops);
  }

  /** The arguments of `executeBySig`. */
  relayedArguments(session: Session, calls: Call[], options: ActOptions = {}): unknown[] {
    const { mode, executionCalldata } = encodeCalls(calls);
    const { nonce = this.#relayNonce++, minGas = 0n } = options;
    const { validUntil = session.validUntil, registration = session.registration } = options;
    const message = { principal: this.principal, mode, executionCalldata, nonce, minGas, validUntil, registration };
    const signature = signExecution(session.key, this.stage.domain, message);
    return [this.principal, mode, executionCalldata, nonce, minGas, signature];
  }

  /** The arguments of `forwardBySig`. */
  forwardedArguments(session: Session, call: Call, options: ActOptions = {}): unknown[] {
    const { nonce = this.#relayNonce++, minGas = 0n } = options;
    const { validUntil = session.validUntil, registration = session.registration } = options;
    const { target, data = "0x" } = call;
    const message = { principal: this.principal, target, data, nonce, minGas, validUntil, registration };
    const signature = signForward(session.key, this.stage.domain, message);
    return [this.principal, target, data, nonce, minGas, signature];
  }

  /** The key as a sender, with a little native coin. */
  async sender(key: SessionKey): Promise<Wallet> {
    const { chain } = this.stage;
    if ((await chain.ethers.provider.getBalance(key.address)) < ONE) {
      await (await chain.stranger.sendTransaction({ to: key.address, value: 2n * ONE })).wait();
    }
    return new Wallet(key.privateKey, chain.ethers.provider);
  }

  /** Acts; throws what refuses. On route `userOperation` the outcome may still be a failed execution. */
  async act(
    route: RouteName,
    session: Session,
    calls: Call[],
    options: ActOptions = {},
  ): Promise<OperationOutcome | undefined> {
    const { chain, latchkey, forwarder, counter } = this.stage;
    if (route === "userOperation") {
      const op = await this.op(session, calls, options);
      return (await this.bundle([op], options.at)).outcomes[0];
    }
    const [call] = calls;
    let sent: { wait(): Promise<unknown> };
    if (route === "relayed") {
      const args = this.relayedArguments(session, calls, options);
      await this.#at(options.at);
      sent = await latchkey
        .connect(chain.relayer)
        .getFunction("executeBySig")
        .send(...args, GAS);
    } else if (route === "forwarded" && session.key.kind === "p256") {
      const args = this.forwardedArguments(session, call!, options);
      await this.#at(options.at);
      sent = await forwarder
        .connect(chain.relayer)
        .getFunction("forwardBySig")
        .send(...args, GAS);
    } else {
      const sender = await this.sender(session.key);
      await this.#at(options.at);
      if (route === "direct") {
        const { mode, executionCalldata } = encodeCalls(calls);
        sent = await latchkey.connect(sender).getFunction("execute").send(this.principal, mode, executionCalldata, GAS);
      } else if (route === "forwarded") {
        const { target, data } = call!;
        sent = await forwarder.connect(sender).getFunction("forward").send(this.principal, target, data, GAS);
      } else {
        sent = await sender.sendTransaction({ to: await counter.getAddress(), data: call!.data!, ...GAS });
      }
    }
    await sent.wait();
    return undefined;
  }

  /** Acts and expects every effect of success. */
  async accepts(route: RouteName, session: Session, calls: Call[], options: ActOptions = {}): Promise<void> {
    const outcome = await this.act(route, session, calls, options);
    if (route === "userOperation") {
      expect(outcome?.success, JSON.stringify(decodeError(outcome?.revertData ?? "0x")?.name)).to.equal(true);
    }
  }

  /** Expects the exact error, and that nothing has changed. */
  async refuses(
    route: RouteName,
    session: Session,
    calls: Call[],
    error: [name: string, args: unknown[]],
    options: ActOptions = {},
  ): Promise<void> {
    await this.unchanged(async () => {
      const outer = await expectRefusal(this.act(route, session, calls, options), ...error);
      if (route === "userOperation") {
        expect([outer.name, String(outer.args[1]).slice(0, 4)]).to.deep.equal(["FailedOpWithRevert", "AA23"]);
      }
    });
  }

  /** Expects the EntryPoint to refuse with a code of its own, and that nothing has changed. */
  async refusesOp(op: PackedUserOperation, code: string, at?: number): Promise<void> {
    await this.unchanged(async () => {
      const error = await refusalOf(this.bundle([op], at));
      expect([error.name, error.args[0], String(error.args[1]).slice(0, 4)]).to.deep.equal(["FailedOp", 0n, code]);
    });
  }

  /** Expects a bundle to be refused with a reason of the module's. */
  async refusesBundle(ops: PackedUserOperation[], index: number, error: [name: string, args: unknown[]], at?: number) {
    await this.unchanged(async () => {
      const outer = await expectRefusal(this.bundle(ops, at), ...error);
      expect([outer.name, outer.args[0], String(outer.args[1]).slice(0, 4)]).to.deep.equal([
        "FailedOpWithRevert",
        BigInt(index),
        "AA23",
      ]);
    });
  }

  /** Expects the module to refuse, asked by the account itself, for what an EntryPoint lets nobody reach. */
  async refusesModule(op: PackedUserOperation, error: [name: string, args: unknown[]]): Promise<void> {
    const { latchkey, chain } = this.stage;
    const validate = latchkey.connect(chain.ethers.provider).getFunction("validateUserOp");
    await this.refusesAttempt(() => validate.staticCall(op, ZeroHash, { from: this.principal }), error);
  }

  /** Expects an attempt of anyone to be refused with exactly this error, and that nothing has changed. */
  async refusesAttempt(attempt: () => Promise<unknown>, error: [name: string, args: unknown[]]): Promise<void> {
    await this.unchanged(async () => {
      await expectRefusal(attempt(), ...error);
    });
  }

  /**
   * Expects calls of the owner to revert with exactly this error. The account's own nonce and deposit pay for that;
   * nothing else changes.
   */
  async refusesOwner(calls: Call[], error: [name: string, args: unknown[]]): Promise<void> {
    const apart = ({ nonces: [, ...nonces], deposits: [, deposit], ...rest }: Awaited<ReturnType<World["snap"]>>) => ({
      ...rest,
      nonces,
      deposit,
    });
    const before = apart(await this.snap());
    await expectRefusal(this.asOwner(calls), ...error);
    expect(apart(await this.snap())).to.deep.equal(before);
  }

  async refusesRegistration(granted: Grant, error: [name: string, args: unknown[]]): Promise<void> {
    await this.refusesOwner([this.latchkeyCall("registerSession", [granted])], error);
  }

  // --- looking ---------------------------------------------------------------------------------------------------

  now = () => this.stage.chain.now();

  async #at(time: number | undefined): Promise<void> {
    if (time !== undefined) await this.stage.chain.helpers.time.setNextBlockTimestamp(time);
  }

  async balance(account = this.recipient): Promise<bigint> {
    return (await this.token.getFunction("balanceOf").staticCall(account)) as bigint;
  }

  async callsLeft(session: Session): Promise<number> {
    return Number((await this.state(session.key.address)).callsLeft);
  }

  async gasLeft(session: Session): Promise<bigint> {
    return (await this.state(session.key.address)).gasLeft;
  }

  /** Base units left of the first limit of a unit. */
  async limitLeft(session: Session, unit = this.tokenAddress): Promise<bigint> {
    const { limits } = await this.state(session.key.address);
    return limits.find(({ limit: each }: { limit: { unit: string } }) => each.unit === unit).left;
  }

  /** Everything that an attempt which is refused must leave as it was. */
  async snap() {
    const { latchkey, counter, chain, address } = this.stage;
    const { provider } = chain.ethers;
    const ask = (contract: { getFunction: Contract["getFunction"] }, method: string, ...args: unknown[]) =>
      contract.getFunction(method).staticCall(...args) as Promise<unknown>;
    const holders = [this.principal, this.recipient];
    const sessions: unknown[] = [];
    for (const key of this.keys) {
      sessions.push(String(await ask(latchkey, "sessionWords", this.principal, key)));
      for (let nonce = 0n; nonce < this.#relayNonce + 2n; ++nonce) {
        if (await ask(latchkey, "isNonceUsed", this.principal, key, nonce)) sessions.push(`${key} used ${nonce}`);
      }
    }
    return {
      sessions,
      grantNonce: await ask(latchkey, "nonces", this.principal),
      generation: await ask(latchkey, "generationOf", this.principal),
      installed: await ask(latchkey, "isInitialized", this.principal),
      counted: await ask(counter as never, "countOf", this.principal),
      native: await Promise.all(holders.map((holder) => provider.getBalance(holder))),
      tokens: await Promise.all(holders.map((holder) => ask(this.token, "balanceOf", holder))),
      forwarded: await Promise.all(holders.map((holder) => ask(this.forwarded, "balanceOf", holder))),
      deposits: await Promise.all(
        [this.principal, this.paymaster].map((holder) => ask(this.entryPoint, "balanceOf", holder)),
      ),
      nonces: await Promise.all(
        [0n, nonceKey(address), nonceKey(address, 1)].map((key) => nextNonce(this.entryPoint, this.principal, key)),
      ),
    };
  }

  async unchanged(attempt: () => Promise<void>): Promise<void> {
    const before = await this.snap();
    await attempt();
    expect(await this.snap()).to.deep.equal(before);
  }
}

/**
 * Describes a behaviour on each EntryPoint and each form of account: one chain per file, one world per pair, and each
 * test starts from the same state.
 */
export function inEachWorld(
  title: string,
  body: (world: () => World) => void,
  pairs: [EntryPointVersion, AccountForm][] = VERSIONS.flatMap((v) => FORMS.map((f) => [v, f] as [typeof v, typeof f])),
): void {
  describe(title, () => {
    let stage: Stage;
    before(async () => {
      stage = await openStage();
    });
    after(async () => {
      await stage.chain.connection.close();
    });
    for (const [version, form] of pairs) {
      describe(`EntryPoint v${version}, ${form === "7702" ? "EIP-7702 wallet" : "smart account"}:`, () => {
        let world: World;
        let snapshot: { restore(): Promise<void> };
        let opened: { restore(): Promise<void> };
        before(async () => {
          opened = await stage.chain.helpers.takeSnapshot();
          world = await World.open(stage, version, form);
        });
        after(() => opened.restore());
        beforeEach(async () => {
          snapshot = await stage.chain.helpers.takeSnapshot();
          world.keys.clear();
        });
        afterEach(() => snapshot.restore());
        body(() => world);
      });
    }
  });
}

/** `0x` and 40 digits of a number. */
export const addressOf = (value: bigint | number) => getAddress(toBeHex(value, 20));
