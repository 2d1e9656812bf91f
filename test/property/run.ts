import { expect } from "chai";
import { dataLength, dataSlice, ZeroAddress } from "ethers";
import type { Hex } from "viem";
import { ENTRY_POINTS } from "../../deploy/lib/entryPoints.ts";
import { decodeError } from "../support/reference/errors.ts";
import type { Call } from "../support/reference/admission.ts";
import { appWord, type Policy } from "../support/reference/policy.ts";
import {
  encodeCalls,
  encodeExecute,
  Route,
  signExecution,
  signForward,
  signOperation,
  type SessionKey,
} from "../support/reference/session.ts";
import {
  REGISTER_SESSION_TYPES,
  REVOKE_ALL_SESSIONS_TYPES,
  REVOKE_SESSION_TYPES,
} from "../support/reference/typedData.ts";
import { maxGasCost, nonceKey, userOp, type PackedUserOperation } from "../support/reference/userOp.ts";
import {
  chooseAccount,
  chooseActor,
  chooseCall,
  chooseCredited,
  chooseDeadline,
  chooseGrant,
  nextPeriod,
} from "./choose.ts";
import { LIFECYCLE, type Action, type ACTING, type Step } from "./draws.ts";
import { encoded, naming, operationHash, paymasterOf, show } from "./forms.ts";
import {
  ABI,
  accounts,
  ask,
  chainFacts,
  forwarded,
  forwarder,
  KEYS,
  open,
  paymaster,
  RECIPIENTS,
  rpc,
  send,
  stage,
  token,
  WEI,
  type Account,
} from "./ground.ts";
import { Model, type Refusal } from "./model.ts";
import { count, countError } from "./tally.ts";

/** What a key has signed and nobody has submitted, or somebody has. */
interface Held {
  account: Account;
  key: SessionKey;
  calls: Call[];
  deadline: number;
  registration: number;
  nonce: bigint;
  signature: string;
  route: "relayed" | "forwarded" | "userOperation";
  op?: PackedUserOperation;
}

/** One sequence on the chain and in the model, side by side. */
export class Run {
  readonly model: Model;
  readonly policies: Policy[];
  readonly balances = new Map<string, bigint>();
  readonly counted = new Map<string, bigint>();
  readonly held: Held[] = [];
  readonly log: string[] = [];
  #ops = 0;
  #nonces = 0;
  /** Where the clock was asked to go. */
  #destination = 0;
  #mined = false;

  constructor(now: number, policies: Policy[]) {
    this.model = new Model(now, chainFacts(), accounts);
    this.policies = policies;
    for (const { address } of accounts) {
      for (const each of [token, forwarded]) this.balances.set(`${each} ${address}`, 400n);
      this.counted.set(address, 0n);
    }
  }

  async take({ action, n }: Step): Promise<void> {
    this.model.now = Math.max(this.model.now + 1 + (n[0]! % 20), this.#destination);
    await rpc("evm_setNextBlockTimestamp", [this.model.now]);
    this.log.push(`${this.model.now} ${action}`);
    this.#mined = false;
    if (action === "jump") this.#jump(n);
    else if ((LIFECYCLE as readonly string[]).includes(action))
      await this.#manage(action as (typeof LIFECYCLE)[number], n);
    else await this.#act(action as (typeof ACTING)[number], n);
    // So that views of the latest block are of this second.
    if (!this.#mined) await rpc("evm_mine", []);
  }

  // --- the clock -------------------------------------------------------------------------------------------------

  #jump(n: number[]): void {
    const sessions = accounts.flatMap(({ address }) => [...this.model.of(address).sessions.values()]);
    const edges = sessions.flatMap(({ validAfter, validUntil }) => [
      validAfter - 1,
      validAfter,
      validUntil,
      validUntil + 1,
      // Of periods from the start.
      ...[240, 300, 600, 900].map((period) => nextPeriod(this.model.now, period, validAfter) - (n[3]! % 2)),
    ]);
    for (const period of [300, 900]) edges.push(nextPeriod(this.model.now, period) - (n[3]! % 2));
    const ahead = edges.filter((time) => time > this.model.now && time < this.model.now + 4_000);
    // In the last second of every period, before the end of every session, there is none.
    const anywhere = n[1]! % 3 === 0 || ahead.length === 0;
    this.#destination = anywhere ? this.model.now + (n[2]! % 1_500) : ahead[n[2]! % ahead.length]!;
    count("jump", "accepted");
  }

  // --- lifecycle -------------------------------------------------------------------------------------------------

  async #manage(action: (typeof LIFECYCLE)[number], n: number[]): Promise<void> {
    const { model } = this;
    const account = chooseAccount(n);
    const { address: principal, signer } = account;
    const own = model.of(principal);
    const known = [...own.sessions.keys()];
    const live = KEYS.filter(({ address }) => [1, 2, 3, 4].includes(model.status(principal, address)));
    const renewed = n[14]! % 3 === 0 && live.length > 0 ? live[n[3]! % live.length] : undefined;
    const key = renewed ?? KEYS[n[3]! % KEYS.length]!;
    const some = known.length > 0 && n[4]! % 5 > 0 ? known[n[3]! % known.length]! : key.address;
    const deadline = model.now + (n[5]! % 8 === 0 ? -1 : n[5]! % 100);
    const encode = (method: string, args: unknown[]) => stage.latchkey.interface.encodeFunctionData(method, args);
    const stranger = stage.chain.stranger.address;
    let refused: Refusal | undefined;
    let from = principal;
    let to = stage.address;
    let data: string;
    let touched = some;
    switch (action) {
      case "register": {
        const grant = chooseGrant(this.model, this.policies, account, key, n);
        refused = model.register(principal, grant);
        data = encode("registerSession", [{ ...grant, publicKey: key.publicKey }]);
        touched = key.address;
        break;
      }
      case "registerBySig": {
        if (signer === undefined) return this.#manage(action, [n[0]!, n[1]! + 1, ...n.slice(2)]);
        const grant = chooseGrant(this.model, this.policies, account, key, n);
        const nonce = own.nonce + (n[6]! % 6 === 0 ? 1 : 0);
        const { policyId: _named, ...rest } = grant;
        const message = { principal, ...rest, publicKey: key.publicKey, nonce, deadline };
        const signature = await signer.signTypedData(stage.domain, REGISTER_SESSION_TYPES, message);
        refused = model.registerBySig(principal, grant, nonce, deadline);
        data = encode("registerSessionBySig", [principal, { ...grant, publicKey: key.publicKey }, deadline, signature]);
        from = stranger;
        touched = key.address;
        break;
      }
      case "revoke":
        model.revoke(principal, some);
        data = encode("revokeSession", [some]);
        break;
      case "revokeBySig": {
        if (signer === undefined) return this.#manage(action, [n[0]!, n[1]! + 1, ...n.slice(2)]);
        const signedKey = n[6]! % 4 === 0 ? RECIPIENTS[0]! : some;
        const signature = await signer.signTypedData(stage.domain, REVOKE_SESSION_TYPES, {
          principal,
          key: signedKey,
          deadline,
        });
        refused = model.revokeBySig(principal, some, signedKey, deadline);
        data = encode("revokeSessionBySig", [principal, some, deadline, signature]);
        from = stranger;
        break;
      }
      case "revokeAll":
        model.revokeAll(principal);
        data = encode("revokeAllSessions", []);
        break;
      case "revokeAllBySig": {
        if (signer === undefined) return this.#manage(action, [n[0]!, n[1]! + 1, ...n.slice(2)]);
        const generation = own.generation + (n[6]! % 2);
        const message = { principal, generation, deadline };
        const signature = await signer.signTypedData(stage.domain, REVOKE_ALL_SESSIONS_TYPES, message);
        refused = model.revokeAllBySig(principal, generation, deadline);
        data = encode("revokeAllSessionsBySig", [principal, generation, deadline, signature]);
        from = stranger;
        break;
      }
      case "cancelSignatures":
        model.cancelSignatures(principal);
        data = encode("cancelSignatures", []);
        break;
      case "deactivateByKey":
        from = touched = some;
        refused = model.deactivate(principal, some, from);
        data = encode("deactivateSession", [principal, some]);
        break;
      case "deactivateByAnyone": {
        const expired = known.filter((each) => model.status(principal, each) === 3);
        if (expired.length > 0 && n[6]! % 3 > 0) touched = expired[n[3]! % expired.length]!;
        from = stranger;
        refused = model.deactivate(principal, touched, from);
        data = encode("deactivateSession", [principal, touched]);
        break;
      }
      case "reinstall": {
        const { address } = accounts[n[1]! % 2]!;
        const changed = model.of(address);
        // Either half goes and comes with the other.
        const encodeModule = (method: string, half: number) =>
          ABI.encodeFunctionData(method, [1 + (half % 2), stage.address, "0x"]);
        [from, to] = [address, address];
        data = encodeModule("installModule", n[3]!);
        if (changed.installed) {
          model.uninstall(address);
          // Some do without it for a while.
          if (n[5]! % 2 === 0) {
            data = encodeModule("uninstallModule", n[2]!);
            break;
          }
          await send(address, address, encodeModule("uninstallModule", n[2]!));
          model.now += 1;
        }
        changed.installed = true;
        break;
      }
    }
    this.log.push(`  ${account.name} ${touched.slice(0, 8)} expected ${refused?.error ?? "accepted"}`);
    const failed = await this.#submitted(from, to, data!);
    this.#agrees(action, failed, refused);
    await this.#looksTheSame(action === "reinstall" ? from : principal, touched);
  }

  // --- acting ----------------------------------------------------------------------------------------------------

  async #act(action: (typeof ACTING)[number], n: number[]): Promise<void> {
    if (action === "submitHeld") {
      const kept = this.held.filter(({ nonce, op }) => !this.#submittedBefore.has(op?.nonce ?? nonce));
      const pool = kept.length > 0 && n[2]! % 4 > 0 ? kept : this.held;
      const held = pool[pool.length - 1 - (n[1]! % Math.max(1, pool.length))];
      if (held !== undefined) await this.#submitSigned("submitHeld", [held]);
      return;
    }
    const sends = action === "direct" || action === "forwarded" || action === "asked";
    const forDapp = action === "forwarded" || action === "forwardedBySig" || action === "asked";
    const { account, key } = chooseActor(this.model, n, sends, !forDapp);
    const single = forDapp || n[4]! % 3 > 0;
    // Mostly what a forwarder can call.
    if (action.startsWith("forwarded") && n[5]! % 4 > 0) n[8] = [26, 30, 62, 68][n[8]! % 4]!;
    const calls = Array.from({ length: single ? 1 : 2 + (n[4]! % 3) }, (_, i) => chooseCall(account, n, 8 + 3 * i));
    // An approval, and what it pays for.
    if (!single && n[5]! % 3 === 0) calls.splice(0, 2, ...chooseCredited(account, n));
    if (action === "asked" && n[5]! % 12 > 0) {
      // What a dApp is called with is an argument of its own.
      const amount = BigInt(n[9]! % 45);
      const method = n[5]! % 12 === 1 ? "addPaid" : "add";
      const data = ABI.encodeFunctionData(method, [account.address, amount]) as Hex;
      calls[0] = { target: stage.counterAddress as Hex, value: 0n, data };
    }
    const [{ target, value, data }] = calls as [Call];
    // These routes carry no value, and no calldata without a selector.
    if (forDapp && (value !== 0n || dataLength(data) < 4)) return;
    // Nothing but the counter asks, and it asks about the principal that it is told.
    if (action === "asked" && target !== stage.counterAddress) return;
    if (action === "asked" && wordOf(data, 0) !== BigInt(account.address)) return;

    if (action === "direct" || action === "forwarded" || action === "asked") {
      await this.#submitSent(action, account, key, calls);
      return;
    }
    const signed: Held[] = [];
    for (let i = 0; i < (action === "bundle" ? 2 : 1); ++i) {
      const by = i === 0 ? { account, key, calls } : this.#second(n, account, key);
      signed.push(this.#sign(action, by, n));
    }
    // Some are kept, and submitted when much has happened.
    if (action !== "bundle" && n[7]! % 4 === 0) {
      this.held.push(signed[0]!);
      this.log.push("  held");
      return;
    }
    await this.#submitSigned(action, signed);
  }

  #second(n: number[], first: Account, by: SessionKey): Pick<Held, "account" | "key" | "calls"> {
    const other = chooseActor(this.model, [0, 0, n[2]!, n[7]!, n[4]!], false, true);
    const { account, key } = n[7]! % 2 === 0 ? { account: first, key: by } : other;
    return { account, key, calls: [chooseCall(account, n, 20)] };
  }

  #sign(action: string, by: Pick<Held, "account" | "key" | "calls">, n: number[]): Held {
    const { account, key, calls } = by;
    const { address: principal } = account;
    const session = this.model.of(principal).sessions.get(key.address);
    // What is kept for later is signed for as long as may be.
    const deadline = chooseDeadline(this.model.now, session, n[7]! % 4 === 0 ? 0 : n[30]!);
    const registration = session?.validAfter ?? 1;
    const nonce = BigInt(n[31]! % 8 === 0 && this.#nonces > 0 ? n[31]! % this.#nonces : this.#nonces++);
    const common = { principal, validUntil: deadline, registration };
    const base = { account, key, calls, deadline, registration, nonce };
    if (action === "relayed") {
      const message = { ...common, ...encodeCalls(calls), nonce, minGas: 0n };
      return { ...base, route: "relayed", signature: signExecution(key, stage.domain, message) };
    }
    if (action === "forwardedBySig") {
      const { target, data } = calls[0]!;
      const message = { ...common, target, data, nonce, minGas: 0n };
      return { ...base, route: "forwarded", signature: signForward(key, stage.domain, message) };
    }
    const { selfPaid = true, paymaster: sponsor = ZeroAddress } = session?.policy ?? {};
    const right = sponsor !== ZeroAddress && (!selfPaid || n[32]! % 2 === 0) ? sponsor : undefined;
    const named = n[32]! % 12 > 0 ? right : [undefined, paymaster, RECIPIENTS[0]!][n[34]! % 3];
    const unsigned = userOp({
      sender: principal,
      nonce: nonceKey(stage.address, ++this.#ops) << 64n,
      callData: encodeExecute(encodeCalls(calls)),
      verificationGasLimit: 500_000,
      callGasLimit: 600_000,
      preVerificationGas: 100_000,
      maxFeePerGas: WEI * (n[33]! % 30 === 0 ? 10_000n : 1n),
      maxPriorityFeePerGas: WEI,
      ...(named === undefined ? {} : { paymaster: { address: named } }),
    });
    const signature = signOperation(key, stage.domain, { ...common, userOpHash: operationHash(unsigned) });
    return { ...base, route: "userOperation", signature, op: { ...unsigned, signature } };
  }

  /** What the key sends itself. */
  async #submitSent(
    route: "direct" | "forwarded" | "asked",
    account: Account,
    key: SessionKey,
    calls: Call[],
  ): Promise<void> {
    const { address: principal } = account;
    const { target, data } = calls[0]!;
    const { mode, executionCalldata } = encodeCalls(calls);
    const asked = route === "asked";
    const explained = this.model.explain(principal, key.address, calls, { needsCode: route === "direct", asked });
    await this.#explainAgrees(route, account, key, calls, 0, undefined, explained);
    const outcome = this.model.act(principal, key.address, calls, { needsCode: route === "direct", asked });
    const refused = this.#run(outcome, route, account, calls);
    this.log.push(`  ${account.name} ${key.address.slice(0, 8)} expected ${refused?.error ?? "accepted"}`);
    const [to, input] = {
      direct: [
        stage.address,
        stage.latchkey.interface.encodeFunctionData("execute", [principal, mode, executionCalldata]),
      ],
      forwarded: [forwarder, stage.forwarder.interface.encodeFunctionData("forward", [principal, target, data])],
      asked: [target, data],
    }[route] as [string, string];
    const failed = await this.#submitted(key.address, to, input);
    this.#agrees(route, failed, refused);
    await this.#looksTheSame(principal, key.address);
  }

  /** What others carry for the key. */
  async #submitSigned(action: Action, signed: Held[]): Promise<void> {
    const [first] = signed;
    for (const { nonce: relayed, op } of signed) this.#submittedBefore.add(op?.nonce ?? relayed);
    const { account, key, calls, deadline, registration, nonce, signature } = first!;
    const { address: principal } = account;
    if (first!.op !== undefined) {
      await this.#bundle(action, signed);
      return;
    }
    const relayed = first!.route === "relayed";
    const route = relayed ? "relayed" : "forwarded";
    const explained = this.model.explain(principal, key.address, calls, { needsCode: relayed, deadline });
    // Without a deadline `explain` takes a forwarded call for one that the key sends.
    if (relayed || deadline !== 0)
      await this.#explainAgrees(route, account, key, calls, deadline, undefined, explained);
    const outcome = this.model.act(principal, key.address, calls, {
      needsCode: relayed,
      signed: { deadline, nonce, registration },
    });
    const refused = this.#run(outcome, route, account, calls);
    this.log.push(`  ${account.name} ${key.address.slice(0, 8)} ${route} expected ${refused?.error ?? "accepted"}`);
    const { mode, executionCalldata } = encodeCalls(calls);
    const { target, data } = calls[0]!;
    const [to, input] = relayed
      ? [
          stage.address,
          stage.latchkey.interface.encodeFunctionData("executeBySig", [
            principal,
            mode,
            executionCalldata,
            nonce,
            0n,
            signature,
          ]),
        ]
      : [
          forwarder,
          stage.forwarder.interface.encodeFunctionData("forwardBySig", [principal, target, data, nonce, 0n, signature]),
        ];
    const failed = await this.#submitted(stage.chain.stranger.address, to, input);
    this.#agrees(action, failed, refused);
    await this.#looksTheSame(principal, key.address);
    if (action !== "submitHeld" && Number(nonce) % 3 === 0) this.held.push(first!);
  }

  /** What happens behind the engine: the forwarder's question, and the calls themselves. */
  #run(
    outcome: ReturnType<Model["act"]>,
    route: "direct" | "relayed" | "forwarded" | "asked",
    account: Account,
    calls: Call[],
  ): Refusal | undefined {
    if ("refused" in outcome) return outcome.refused;
    const { target } = calls[0]!;
    if (route === "forwarded") {
      if (RECIPIENTS.includes(target)) return { error: "TargetWithoutCode", args: [target] };
      if (target !== forwarded && target !== open) return { error: "ForwarderNotTrusted", args: [target] };
    }
    const reverted = this.#execute(account, calls, route === "asked");
    if (reverted === undefined) outcome.commit();
    return reverted;
  }

  /** The calls on the contracts of this suite: all or nothing. */
  #execute({ address: principal }: Account, calls: Call[], asked = false): Refusal | undefined {
    const balances = new Map(this.balances);
    const counted = new Map(this.counted);
    const is = (data: string, method: string) => data.startsWith(ABI.getFunction(method)!.selector);
    for (const { target, data } of calls) {
      if (target === stage.counterAddress) {
        const amount = wordOf(data, 1);
        if (asked || wordOf(data, 0) === BigInt(principal)) counted.set(principal, counted.get(principal)! + amount);
        continue;
      }
      if (target === open && is(data, "refuse")) return { error: "Refused", args: [7n] };
      if ((target !== token && target !== forwarded) || !is(data, "transfer")) continue;
      const [to, amount] = [wordOf(data, 0), wordOf(data, 1)];
      if (to === 0n) return { error: "ERC20InvalidReceiver", args: [ZeroAddress] };
      const place = `${target} ${principal}`;
      const balance = balances.get(place)!;
      if (balance < amount) return { error: "ERC20InsufficientBalance", args: [principal, balance, amount] };
      balances.set(place, balance - amount);
    }
    for (const [place, amount] of balances) this.balances.set(place, amount);
    for (const [who, amount] of counted) this.counted.set(who, amount);
    return undefined;
  }

  /** Validates all, then runs all, as an EntryPoint does. */
  async #bundle(action: Action, signed: Held[]): Promise<void> {
    const { model } = this;
    const ops = signed.map(({ op }) => op!);
    if (signed.length === 1) {
      const [{ account, key, calls, deadline, op }] = signed as [Held & { op: PackedUserOperation }];
      const operation = { cost: maxGasCost(op), ...paymasterOf(op) };
      const explained = model.explain(account.address, key.address, calls, { needsCode: true, deadline, operation });
      await this.#explainAgrees("userOperation", account, key, calls, deadline, operation, explained);
    }
    let refused: Refusal | undefined;
    const validated: (() => void)[] = [];
    for (const [i, held] of signed.entries()) {
      refused = this.#validated(i, held, validated);
      if (refused !== undefined) break;
    }
    const expected: (Refusal | undefined)[] = [];
    if (refused !== undefined) validated.reverse().forEach((undo) => undo());
    else {
      for (const held of signed) {
        this.#usedOps.add(held.op!.nonce);
        expected.push(this.#execute(held.account, held.calls));
      }
    }
    this.log.push(
      `  ${signed.map(({ account, key }) => `${account.name} ${key.address.slice(0, 8)}`).join(" + ")} expected ${show(refused) ?? "accepted"}`,
    );
    const entryPoint = ENTRY_POINTS["0.9"].address;
    const { interface: abi } = stage.chain.entryPoint("0.9");
    const data = abi.encodeFunctionData("handleOps", [ops, RECIPIENTS[0]]);
    const failed = await this.#submitted(stage.chain.stranger.address, entryPoint, data, 12_000_000);
    this.#agrees(action, failed, refused);
    if (refused === undefined) {
      const hash = this.#lastHash!;
      const receipt = (await rpc("eth_getTransactionReceipt", [hash])) as {
        logs: { address: string; topics: string[]; data: string }[];
      };
      const events = receipt.logs.map((log) => abi.parseLog(log)).filter((event) => event !== null);
      const done = events.filter(({ name }) => name === "UserOperationEvent");
      expect(
        done.map(({ args }) => args.success),
        this.#story(),
      ).to.deep.equal(expected.map((each) => each === undefined));
      const reasons = events
        .filter(({ name }) => name === "UserOperationRevertReason")
        .map(({ args }) => args.revertReason as string);
      const due = expected.filter((each) => each !== undefined).map(encoded);
      expect(reasons, this.#story()).to.deep.equal(due);
      if (due.length > 0) count(action, "reverted");
    }
    for (const { account, key } of signed) await this.#looksTheSame(account.address, key.address);
    if (action !== "submitHeld" && Number(ops[0]!.nonce >> 64n) % 4 === 0) this.held.push(signed[0]!);
  }

  readonly #usedOps = new Set<bigint>();
  /** Nonces of relayed calls and of operations, which are far apart. */
  readonly #submittedBefore = new Set<bigint>();

  #validated(index: number, held: Held, undo: (() => void)[]): Refusal | undefined {
    const { account, key, calls, deadline, registration, op } = held;
    const failedOp = (reason: string): Refusal => ({ error: "FailedOp", args: [index, reason] });
    if (!account.hasCode) return failedOp("AA20 account not deployed");
    const cost = maxGasCost(op!);
    const outcome = this.model.validate(account.address, key.address, calls, {
      deadline,
      registration,
      cost,
      ...paymasterOf(op!),
    });
    if ("refused" in outcome) {
      return { error: "FailedOpWithRevert", args: [index, "AA23 reverted", encoded(outcome.refused)] };
    }
    undo.push(outcome.undo);
    if (this.#usedOps.has(op!.nonce)) return failedOp("AA25 invalid account nonce");
    if (!outcome.signed) return failedOp("AA24 signature error");
    const { now } = this.model;
    // v0.9 opens one second after what it is told: the one exception to the window.
    return now > outcome.until || now <= outcome.after ? failedOp("AA22 expired or not due") : undefined;
  }

  // --- comparing -------------------------------------------------------------------------------------------------

  #lastHash: string | undefined;

  /** Revert data, or undefined if it was mined. */
  async #submitted(from: string, to: string, data: string, gas?: number): Promise<string | undefined> {
    this.#mined = true;
    try {
      this.#lastHash = await send(from, to, data, gas);
      return undefined;
    } catch (thrown) {
      const { data: revert, message } = thrown as { data?: unknown; message: string };
      if (typeof revert !== "string") throw new Error(`${message}\n${this.#story()}`, { cause: thrown });
      return revert;
    }
  }

  #agrees(action: Action, failed: string | undefined, refused: Refusal | undefined): void {
    const named = failed === undefined ? "accepted" : naming(failed);
    expect(named, this.#story()).to.equal(refused === undefined ? "accepted" : naming(encoded(refused)));
    expect(failed, this.#story()).to.equal(refused === undefined ? undefined : encoded(refused));
    count(action, refused === undefined ? "accepted" : "refused");
    if (refused !== undefined) {
      const name = refused.error === "FailedOpWithRevert" ? decodeError(String(refused.args[2]))!.name : refused.error;
      const text = name === "FailedOp" ? String(refused.args[1]).slice(0, 4) : name;
      countError(text);
    }
  }

  async #explainAgrees(
    route: keyof typeof Route,
    { address: principal }: Account,
    key: SessionKey,
    calls: Call[],
    deadline: number,
    operation: { cost: bigint; paymaster?: string } | undefined,
    expected: Refusal | undefined,
  ): Promise<void> {
    const { cost = 0n, paymaster: payer = ZeroAddress } = operation ?? {};
    const args = [principal, key.address, Route[route], calls, deadline, cost, payer];
    const { interface: abi } = stage.lens;
    const to = await stage.lens.getAddress();
    // "pending" is the block that the transaction will be in.
    const answer = await rpc("eth_call", [{ to, data: abi.encodeFunctionData("explain", args) }, "pending"]);
    const [allowed, index, error] = abi.decodeFunctionResult("explain", answer as string);
    const reason = expected === undefined ? "0x" : encoded(expected);
    const said = `explain: ${allowed ? "yes" : naming(error as string)}\n${this.#story()}`;
    expect([allowed, error], said).to.deep.equal([expected === undefined, reason]);
    expect(index, said).to.equal(BigInt(expected?.call ?? calls.length));
  }

  /** What the lens shows of the session is what the model has. */
  async #looksTheSame(principal: string, key: string): Promise<void> {
    const { interface: abi } = stage.lens;
    const to = await stage.lens.getAddress();
    const answer = await rpc("eth_call", [
      { to, data: abi.encodeFunctionData("getSession", [principal, key]) },
      "latest",
    ]);
    const [state] = abi.decodeFunctionResult("getSession", answer as string);
    const session = this.model.of(principal).sessions.get(key);
    const shown = {
      status: Number(state.status),
      ...(session === undefined
        ? {}
        : {
            validAfter: Number(state.validAfter),
            validUntil: Number(state.validUntil),
            policyId: state.policyId as string,
            registration: Number(state.registration),
            maxCalls: Number(state.maxCalls),
            callsLeft: Number(state.callsLeft),
            gasLeft: state.gasLeft as bigint,
            left: [...state.limits].map(({ left }) => left as bigint),
            refills: [...state.limits].map(({ refillsAt }) => Number(refillsAt)),
          }),
    };
    const { model } = this;
    expect(shown, this.#story()).to.deep.equal({
      status: model.status(principal, key),
      ...(session === undefined
        ? {}
        : {
            validAfter: session.validAfter,
            validUntil: session.validUntil,
            policyId: session.policyId,
            registration: session.validAfter,
            maxCalls: session.policy.maxCalls,
            ...model.shown(principal, key),
          }),
    });
  }

  /** At the end everything is compared. */
  async compare(): Promise<void> {
    const { latchkey, lens } = stage;
    for (const { address: principal } of accounts) {
      const own = this.model.of(principal);
      expect(await latchkey.getFunction("generationOf").staticCall(principal)).to.equal(BigInt(own.generation));
      expect(await latchkey.getFunction("nonces").staticCall(principal)).to.equal(BigInt(own.nonce));
      for (const each of [token, forwarded]) {
        expect(await ask(each, "balanceOf", principal), this.#story()).to.equal(
          this.balances.get(`${each} ${principal}`),
        );
      }
      expect(await ask(stage.counterAddress, "countOf", principal)).to.equal(this.counted.get(principal));
      for (const { address: key } of KEYS) {
        await this.#looksTheSame(principal, key);
        const { losses, gas, trusted, open } = await lens.getFunction("worstLoss").staticCall(principal, key);
        const worst = {
          losses: [...losses].map(({ unit, amount }) => [unit, amount]),
          ...{ gas, trusted: [...trusted], open: [...open] },
        };
        expect(worst, this.#story()).to.deep.equal(this.model.worstLoss(principal, key));
      }
      for (const app of new Set(this.policies.map((each) => each.app))) {
        for (const lane of [0, 1]) {
          const active = await latchkey.getFunction("activeSession").staticCall(principal, appWord({ app }), lane);
          expect(active, this.#story()).to.equal(this.model.active(principal, app, lane));
        }
      }
    }
  }

  #story(): string {
    return `${this.log.slice(-14).join("\n")}`;
  }
}

/** An argument of one word. */
const wordOf = (data: string, n: number) => BigInt(dataSlice(data, 4 + 32 * n, 36 + 32 * n));
