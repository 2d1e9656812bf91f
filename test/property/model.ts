import { id } from "ethers";
import { ANY_KEY, ANY_TARGET, RuleKind, type Permission, type Policy, type Rule } from "../support/reference/policy.ts";

/**
 * What docs/specification.md says a session may do, in plain TypeScript: no storage layout, no bit of the contracts.
 * Each method answers with the refusal that the rules demand, or changes the state and answers with nothing.
 */

export type Address = string;

export interface Refusal {
  error: string;
  args: unknown[];
  /** The call that is to blame, if one is. */
  call?: number;
}

const refuse = (error: string, args: unknown[], call?: number): Refusal => ({
  error,
  args,
  ...(call === undefined ? {} : { call }),
});

/** A call, already taken apart. */
export interface ModelCall {
  target: Address;
  /** `undefined` for empty calldata; the bytes that are there if they are fewer than four. */
  selector: string | undefined;
  words: bigint[];
  value: bigint;
  /** Bytes of calldata. */
  size: number;
}

export interface ModelGrant {
  key: Address;
  policy: Policy;
  policyId: string;
  validAfter: number;
  validUntil: number;
  maxCalls: number;
  lane: number;
  replaces: Address;
}

interface Spent {
  period: number;
  amount: bigint;
}

export interface ModelSession {
  policy: Policy;
  policyId: string;
  /** The effective start: the registration number. */
  validAfter: number;
  validUntil: number;
  lane: number;
  generation: number;
  callsLeft: number;
  gasLeft: bigint;
  spent: (Spent | undefined)[];
  swept: boolean;
}

interface Principal {
  generation: number;
  nonce: number;
  hasCode: boolean;
  /** The half of the module that the account has uninstalled, if it has: 1 the validator, 2 the executor. */
  missing: 1 | 2 | undefined;
  /** Registered ones. */
  sessions: Map<Address, ModelSession>;
  /** Dead for ever, registered before or not. */
  revoked: Set<Address>;
  lanes: Map<string, Address>;
  usedNonces: Set<string>;
}

/** What a run of the engine would use up. */
interface Charge {
  calls: number;
  gas: bigint;
  spent: (Spent | undefined)[];
  /** When the latest period that is charged begins. */
  opens: number;
}

/** What the library of this suite names a thing that is not a target, whoever the principal is. */
export interface Machinery {
  latchkey: Address;
  extension: Address;
  forwarder: Address;
  entryPoints: Address[];
}

const ZERO = "0x0000000000000000000000000000000000000000";
const TRANSFER = id("transfer(address,uint256)").slice(0, 10);
/** Of the token table, what this suite tries under wildcards. */
const TABLE = [TRANSFER, id("approve(address,uint256)").slice(0, 10), id("burn(uint256)").slice(0, 10)];
const MAX = 2n ** 256n - 1n;
const GWEI = 10n ** 9n;

export class Model {
  now: number;
  readonly principals = new Map<Address, Principal>();
  readonly #machinery: Machinery;

  constructor(now: number, machinery: Machinery, principals: { address: Address; hasCode: boolean }[]) {
    this.now = now;
    this.#machinery = machinery;
    for (const { address, hasCode } of principals) {
      this.principals.set(address, {
        generation: 0,
        nonce: 0,
        hasCode,
        missing: undefined,
        sessions: new Map(),
        revoked: new Set(),
        lanes: new Map(),
        usedNonces: new Set(),
      });
    }
  }

  of(principal: Address): Principal {
    return this.principals.get(principal)!;
  }

  // --- lifecycle -------------------------------------------------------------------------------------------------

  register(principal: Address, grant: ModelGrant): Refusal | undefined {
    const own = this.of(principal);
    const { key, policy } = grant;
    const validAfter = grant.validAfter === 0 ? this.now : grant.validAfter;
    if (grant.validUntil === 0 || grant.validUntil >= 2 ** 34)
      return refuse("ValidUntilOutOfRange", [grant.validUntil]);
    const duration = Math.max(0, grant.validUntil - validAfter + 1);
    if (duration < policy.minDuration || duration > policy.maxDuration) {
      return refuse("DurationOutOfBounds", [duration, policy.minDuration, policy.maxDuration]);
    }
    if (this.now > grant.validUntil) return refuse("ValidUntilPassed", [grant.validUntil, this.now]);
    if (grant.maxCalls < 1 || grant.maxCalls > policy.maxCalls) {
      return refuse("MaxCallsOutOfBounds", [grant.maxCalls, policy.maxCalls]);
    }
    const before = own.sessions.get(key);
    const laneName = `${policy.app} ${grant.lane}`;
    const occupant = own.lanes.get(laneName);
    if (before !== undefined || own.revoked.has(key)) {
      const dead = this.alive(principal, key);
      if (dead !== undefined) return dead;
      if (occupant !== key) return refuse("KeyInAnotherLane", [key]);
      if (validAfter <= before!.validAfter) return refuse("RenewalNotLater", [validAfter, before!.validAfter]);
    } else if (occupant !== undefined && this.alive(principal, occupant) === undefined) {
      const { validUntil } = own.sessions.get(occupant)!;
      if (this.now <= validUntil && ![occupant, ANY_KEY].includes(grant.replaces)) {
        return refuse("LaneOccupied", [policy.app, grant.lane, occupant, grant.replaces]);
      }
      own.revoked.add(occupant);
    }
    own.lanes.set(laneName, key);
    own.sessions.set(key, {
      policy,
      policyId: grant.policyId,
      validAfter,
      validUntil: grant.validUntil,
      lane: grant.lane,
      generation: own.generation,
      callsLeft: grant.maxCalls,
      gasLeft: policy.gasBudget,
      spent: policy.limits.map(() => undefined),
      swept: false,
    });
    return undefined;
  }

  registerBySig(principal: Address, grant: ModelGrant, nonce: number, deadline: number): Refusal | undefined {
    const own = this.of(principal);
    if (this.now > deadline) return refuse("GrantDeadlinePassed", [deadline, this.now]);
    if (nonce !== own.nonce) return refuse("InvalidPrincipalSignature", [principal]);
    const refused = this.register(principal, grant);
    if (refused === undefined) ++own.nonce;
    return refused;
  }

  revoke(principal: Address, key: Address): void {
    this.of(principal).revoked.add(key);
  }

  revokeBySig(principal: Address, key: Address, signedKey: Address, deadline: number): Refusal | undefined {
    if (this.now > deadline) return refuse("GrantDeadlinePassed", [deadline, this.now]);
    if (key !== signedKey) return refuse("InvalidPrincipalSignature", [principal]);
    this.revoke(principal, key);
    return undefined;
  }

  revokeAll(principal: Address): void {
    const own = this.of(principal);
    ++own.generation;
    ++own.nonce;
  }

  revokeAllBySig(principal: Address, generation: number, deadline: number): Refusal | undefined {
    const own = this.of(principal);
    if (generation !== own.generation) return refuse("GenerationMismatch", [generation, own.generation]);
    if (this.now > deadline) return refuse("GrantDeadlinePassed", [deadline, this.now]);
    this.revokeAll(principal);
    return undefined;
  }

  cancelSignatures(principal: Address): void {
    ++this.of(principal).nonce;
  }

  deactivate(principal: Address, key: Address, sender: Address): Refusal | undefined {
    const own = this.of(principal);
    const session = own.sessions.get(key);
    if (sender === key) {
      if (session === undefined) return refuse("SessionNotRegistered", [principal, key]);
      own.revoked.add(key);
      return undefined;
    }
    const dead = this.alive(principal, key);
    if (dead !== undefined) return dead;
    if (this.now <= session!.validUntil) return refuse("SessionNotExpired", [session!.validUntil, this.now]);
    session!.swept = true;
    return undefined;
  }

  // --- acting ----------------------------------------------------------------------------------------------------

  alive(principal: Address, key: Address): Refusal | undefined {
    const own = this.of(principal);
    const session = own.sessions.get(key);
    if (own.revoked.has(key)) return refuse("SessionAlreadyRevoked", [principal, key]);
    if (session === undefined) return refuse("SessionNotRegistered", [principal, key]);
    if (session.generation !== own.generation) {
      return refuse("SessionGenerationEnded", [session.generation, own.generation]);
    }
    return undefined;
  }

  /** Routes that act through the account. */
  #through(principal: Address, needsCode: boolean): Refusal | undefined {
    return needsCode && this.of(principal).missing !== undefined
      ? refuse("ModuleNotInstalled", [principal])
      : undefined;
  }

  #open({ validAfter, validUntil }: ModelSession): Refusal | undefined {
    if (this.now < validAfter) return refuse("SessionNotYetValid", [validAfter, this.now]);
    if (this.now > validUntil) return refuse("SessionExpired", [validUntil, this.now]);
    return undefined;
  }

  #deadline({ validUntil }: ModelSession, deadline: number): Refusal | undefined {
    return deadline === 0 || deadline > validUntil ? refuse("DeadlineNotAllowed", [deadline, validUntil]) : undefined;
  }

  #notPassed(deadline: number): Refusal | undefined {
    return this.now > deadline ? refuse("DeadlinePassed", [deadline, this.now]) : undefined;
  }

  /** The one permission that decides: the concrete one, else the target's wildcard, else the method's. */
  #decides(policy: Policy, { target, selector }: ModelCall): Permission | undefined {
    const same = (a: Address, b: Address) => a.toLowerCase() === b.toLowerCase();
    const find = (where: Address, method: (text: string) => boolean) =>
      policy.permissions.find((permission) => same(permission.target, where) && method(permission.method));
    if (selector === undefined) return find(target, (text) => text === "");
    const names = (text: string) => text !== "" && text !== "*" && id(text).slice(0, 10) === selector;
    const concrete = find(target, names);
    if (concrete !== undefined) return concrete;
    if (TABLE.includes(selector)) return undefined;
    const wild = find(target, (text) => text === "*");
    if (wild !== undefined) return wild;
    if (policy.limits.some(({ token }) => same(token, target))) return undefined;
    return find(ANY_TARGET, names);
  }

  /** What the calls ask of each limit, or why one of them is not allowed. */
  #calls(principal: Address, session: ModelSession, calls: ModelCall[], asked: boolean): Refusal | bigint[] {
    const { policy } = session;
    const requested = policy.limits.map(() => 0n);
    const ask = (token: Address, amount: bigint) => {
      const position = policy.limits.findIndex((limit) => limit.token.toLowerCase() === token.toLowerCase());
      const sum = requested[position]! + amount;
      requested[position] = sum > MAX ? MAX : sum;
    };
    for (const [i, call] of calls.entries()) {
      const { target, value, size } = call;
      const { latchkey, extension, forwarder, entryPoints } = this.#machinery;
      if ([principal, ZERO, latchkey, extension, forwarder, ...entryPoints].includes(target)) {
        return refuse("TargetForbidden", [i, target], i);
      }
      if (size > 0 && size < 4) return refuse("CalldataLengthNotAllowed", [i, size, 4], i);
      const permission = this.#decides(policy, call);
      const shown = call.selector ?? "0x00000000";
      if (permission === undefined) return refuse("CallNotAllowed", [i, target, shown], i);
      if (asked && !permission.consumable) return refuse("CallNotConsumable", [i, target, shown], i);

      const counted = call.selector === TRANSFER && permission.method !== "*";
      const head = 4 + 32 * headWords(permission.method);
      if (size > 0 && (size < head || (counted && size !== head))) {
        return refuse("CalldataLengthNotAllowed", [i, size, head], i);
      }
      if (value > permission.maxValue) return refuse("ValueNotAllowed", [i, value, permission.maxValue], i);
      for (const rule of permission.rules) {
        const actual = call.words[rule.word]!;
        if (!holds(rule, actual, principal)) return refuse("ArgumentNotAllowed", [i, rule.word, word(actual)], i);
      }
      if (counted) ask(target, call.words[1]!);
      else if (permission.spendToken !== ZERO) ask(permission.spendToken, call.words[permission.amountArgument]!);
      if (value > 0n) ask(ZERO, value);
    }
    return requested;
  }

  /** Calls, then caps, then gas; the periods are those of the second `at`. */
  #budgets(session: ModelSession, calls: number, requested: bigint[], at: number, gas: bigint): Refusal | Charge {
    if (calls > session.callsLeft) return refuse("SessionCallsExceeded", [calls, session.callsLeft]);
    const spent = [...session.spent];
    let opens = 0;
    for (const [i, { token, cap, period }] of session.policy.limits.entries()) {
      if (requested[i] === 0n) continue;
      const index = period === 0 ? 0 : Math.floor(at / period);
      const before = session.spent[i];
      if (before !== undefined && index < before.period) return refuse("PeriodEnded", [token, index, before.period]);
      const used = before === undefined || index > before.period ? 0n : before.amount;
      if (requested[i]! > cap - used) return refuse("SpendCapExceeded", [token, requested[i], cap - used]);
      spent[i] = { period: index, amount: used + requested[i]! };
      opens = Math.max(opens, index * period);
    }
    const whole = ((gas + GWEI - 1n) / GWEI) * GWEI;
    if (whole > session.gasLeft) return refuse("GasBudgetExceeded", [whole, session.gasLeft]);
    return { calls, gas: whole, spent, opens };
  }

  #payer({ policy }: ModelSession, paymaster: Address | undefined): Refusal | undefined {
    if (paymaster === undefined) return policy.selfPaid ? undefined : refuse("SelfPaymentNotAllowed", []);
    return paymaster === policy.paymaster ? undefined : refuse("PaymasterNotAllowed", [paymaster, policy.paymaster]);
  }

  #consume(session: ModelSession, charge: Charge): void {
    session.callsLeft -= charge.calls;
    session.gasLeft -= charge.gas;
    session.spent = charge.spent;
  }

  /**
   * Routes other than `userOperation`. The answer may carry what has to be done once the calls have run, because what
   * reverts leaves no trace.
   */
  act(
    principal: Address,
    key: Address,
    calls: ModelCall[],
    options: {
      needsCode: boolean;
      asked?: boolean;
      signed?: { deadline: number; nonce: bigint; registration: number };
    },
  ): { refused: Refusal } | { commit: () => void } {
    const own = this.of(principal);
    if (options.needsCode && !own.hasCode) return { refused: refuse("PrincipalWithoutCode", [principal]) };
    const dead = this.alive(principal, key);
    if (dead !== undefined) return { refused: dead };
    const session = own.sessions.get(key)!;
    const { signed } = options;
    const nonce = `${key} ${signed?.nonce}`;
    const early =
      this.#through(principal, options.needsCode) ??
      this.#open(session) ??
      (signed && (this.#deadline(session, signed.deadline) ?? this.#notPassed(signed.deadline))) ??
      (signed && own.usedNonces.has(nonce) ? refuse("NonceAlreadyUsed", [principal, key, signed.nonce]) : undefined);
    if (early !== undefined) return { refused: early };
    const requested = this.#calls(principal, session, calls, options.asked === true);
    if (!Array.isArray(requested)) return { refused: requested };
    if (signed !== undefined && signed.registration !== session.validAfter) {
      return { refused: refuse("InvalidSessionSignature", [key]) };
    }
    const charge = this.#budgets(session, calls.length, requested, this.now, 0n);
    if ("error" in charge) return { refused: charge };
    return {
      commit: () => {
        this.#consume(session, charge);
        if (signed !== undefined) own.usedNonces.add(nonce);
      },
    };
  }

  /** What `validateUserOp` says: why it refuses, or from when to when the operation may run; consumes. */
  validate(
    principal: Address,
    key: Address,
    calls: ModelCall[],
    op: { deadline: number; registration: number; cost: bigint; paymaster?: Address },
  ): { refused: Refusal } | { after: number; until: number; signed: boolean; undo: () => void } {
    const dead = this.alive(principal, key);
    if (dead !== undefined) return { refused: dead };
    const session = this.of(principal).sessions.get(key)!;
    const early = this.#through(principal, true) ?? this.#deadline(session, op.deadline);
    if (early !== undefined) return { refused: early };
    const requested = this.#calls(principal, session, calls, false);
    if (!Array.isArray(requested)) return { refused: requested };
    const charge = this.#budgets(session, calls.length, requested, op.deadline, op.cost);
    if ("error" in charge) return { refused: charge };
    const payer = this.#payer(session, op.paymaster);
    if (payer !== undefined) return { refused: payer };
    const before = { callsLeft: session.callsLeft, gasLeft: session.gasLeft, spent: session.spent };
    this.#consume(session, charge);
    return {
      after: Math.max(session.validAfter, charge.opens),
      until: op.deadline,
      signed: op.registration === session.validAfter,
      undo: () => Object.assign(session, before),
    };
  }

  /** What `explain` says: the first refusal in the order of section 7. */
  explain(
    principal: Address,
    key: Address,
    calls: ModelCall[],
    route: {
      needsCode: boolean;
      asked?: boolean;
      deadline?: number;
      operation?: { cost: bigint; paymaster?: Address };
    },
  ): Refusal | undefined {
    const own = this.of(principal);
    if (route.needsCode && !own.hasCode) return refuse("PrincipalWithoutCode", [principal]);
    const dead = this.alive(principal, key);
    if (dead !== undefined) return dead;
    const session = own.sessions.get(key)!;
    const { deadline, operation } = route;
    const early =
      this.#through(principal, route.needsCode) ??
      this.#open(session) ??
      (deadline === undefined ? undefined : (this.#deadline(session, deadline) ?? this.#notPassed(deadline)));
    if (early !== undefined) return early;
    const requested = this.#calls(principal, session, calls, route.asked === true);
    if (!Array.isArray(requested)) return requested;
    const at = operation === undefined ? this.now : deadline!;
    const charge = this.#budgets(session, calls.length, requested, at, operation?.cost ?? 0n);
    if ("error" in charge) return charge;
    if (operation === undefined) return undefined;
    const payer = this.#payer(session, operation.paymaster);
    if (payer !== undefined) return payer;
    return this.now < charge.opens ? refuse("SessionNotYetValid", [charge.opens, this.now]) : undefined;
  }

  // --- looking ---------------------------------------------------------------------------------------------------

  /** None, Pending, Active, Expired, Exhausted, Revoked. */
  status(principal: Address, key: Address): number {
    const dead = this.alive(principal, key);
    if (dead !== undefined) return dead.error === "SessionNotRegistered" ? 0 : 5;
    const session = this.of(principal).sessions.get(key)!;
    if (this.now < session.validAfter) return 1;
    if (this.now > session.validUntil) return 3;
    return session.callsLeft === 0 ? 4 : 2;
  }

  /** What the views show of a session that is registered: of one that is dead or over there is nothing left. */
  shown(principal: Address, key: Address): { callsLeft: number; gasLeft: bigint; left: bigint[]; refills: number[] } {
    const session = this.of(principal).sessions.get(key)!;
    const { policy, callsLeft, gasLeft, validAfter, validUntil } = session;
    const from = Math.max(this.now, validAfter);
    const refills = policy.limits.map(({ period }) => {
      const next = period === 0 ? 0 : (Math.floor(from / period) + 1) * period;
      return next > validUntil ? 0 : next;
    });
    if (![3, 5].includes(this.status(principal, key))) return { callsLeft, gasLeft, left: this.left(session), refills };
    return { callsLeft: 0, gasLeft: 0n, left: policy.limits.map(() => 0n), refills: policy.limits.map(() => 0) };
  }

  /** Base units left of each limit in the current period. */
  left(session: ModelSession): bigint[] {
    return session.policy.limits.map(({ cap, period }, i) => {
      const spent = session.spent[i];
      if (spent === undefined) return cap;
      return period !== 0 && Math.floor(this.now / period) > spent.period ? cap : cap - spent.amount;
    });
  }

  /** The most that the session can still take, per limit, and of gas. */
  worstLoss(principal: Address, key: Address): { losses: bigint[]; gas: bigint } {
    const session = this.of(principal).sessions.get(key);
    if (session === undefined) return { losses: [], gas: 0n };
    if (![1, 2].includes(this.status(principal, key))) return { losses: session.policy.limits.map(() => 0n), gas: 0n };
    const from = Math.max(this.now, session.validAfter);
    const losses = this.left(session).map((left, i) => {
      const { cap, period } = session.policy.limits[i]!;
      if (period === 0) return left;
      return left + cap * BigInt(Math.floor(session.validUntil / period) - Math.floor(from / period));
    });
    return { losses, gas: session.gasLeft };
  }

  active(principal: Address, app: string, lane: number): Address {
    const key = this.of(principal).lanes.get(`${app} ${lane}`);
    return key !== undefined && this.status(principal, key) === 2 ? key : ZERO;
  }
}

function headWords(method: string): number {
  if (method === "" || method === "*") return 0;
  const inside = method.slice(method.indexOf("(") + 1, -1);
  // This suite's methods have arguments of one word only.
  return inside === "" ? 0 : inside.split(",").length;
}

function holds(rule: Rule, actual: bigint, principal: Address): boolean {
  const values = rule.values.map(BigInt);
  switch (rule.kind) {
    case RuleKind.EQUAL:
      return actual === values[0];
    case RuleKind.NOT_EQUAL:
      return actual !== values[0];
    case RuleKind.ONE_OF:
      return values.includes(actual);
    case RuleKind.EQUAL_PRINCIPAL:
      return actual === BigInt(principal);
    case RuleKind.LESS_OR_EQUAL:
      return actual <= values[0]!;
    case RuleKind.GREATER_OR_EQUAL:
      return actual >= values[0]!;
    default:
      throw new Error("The model knows no rules on hashes.");
  }
}

const word = (value: bigint) => "0x" + value.toString(16).padStart(64, "0");
