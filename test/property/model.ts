import { toBeHex } from "ethers";
import type { Hex } from "viem";
import { admit, Refusal as CallRefusal, type Call } from "../support/reference/admission.ts";
import { errorInterface } from "../support/reference/errors.ts";
import { ANY_KEY, appWord, type Limit, type Policy } from "../support/reference/policy.ts";
import { publish, type ChainFacts, type Published } from "../support/reference/publication.ts";

/**
 * What docs/specification.md says a session may do, in plain TypeScript: no storage layout, no bit of the contracts.
 * Each method answers with the refusal that the rules demand, or changes the state and answers with nothing. What a
 * policy says of calls is the reference's to say.
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
  /** Whether its account has Latchkey, as both types or not at all. */
  installed: boolean;
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
  /** When the latest period that is charged begins, in unix seconds. */
  opens: number;
}

const ZERO = "0x0000000000000000000000000000000000000000";
const MAX = 2n ** 256n - 1n;
const GWEI = 10n ** 9n;

export class Model {
  now: number;
  readonly principals = new Map<Address, Principal>();
  readonly #facts: ChainFacts;
  readonly #published = new Map<Policy, Published>();

  constructor(
    now: number,
    facts: ChainFacts,
    principals: { address: Address; hasCode: boolean; generation: number }[],
  ) {
    this.now = now;
    this.#facts = facts;
    for (const { address, hasCode, generation } of principals) {
      this.principals.set(address, {
        generation,
        nonce: generation,
        hasCode,
        installed: hasCode,
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
        return refuse("LaneOccupied", [appWord(policy), grant.lane, occupant, grant.replaces]);
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

  uninstall(principal: Address): void {
    this.revokeAll(principal);
    this.of(principal).installed = false;
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
    return needsCode && !this.of(principal).installed ? refuse("ModuleNotInstalled", [principal]) : undefined;
  }

  #open({ validAfter, validUntil }: ModelSession): Refusal | undefined {
    if (this.now < validAfter) return refuse("SessionNotYetValid", [validAfter, this.now]);
    if (this.now > validUntil) return refuse("SessionExpired", [validUntil, this.now]);
    return undefined;
  }

  #deadline({ validUntil }: ModelSession, deadline: number): Refusal | undefined {
    return deadline === 0 || deadline > validUntil ? refuse("DeadlineNotAllowed", [deadline, validUntil]) : undefined;
  }

  /** Of an operation, in whose validation there is no clock: not empty. */
  #window(session: ModelSession, deadline: number): Refusal | undefined {
    const { validAfter } = session;
    return (
      this.#deadline(session, deadline) ??
      (deadline < validAfter ? refuse("SessionNotYetValid", [validAfter, deadline]) : undefined)
    );
  }

  #notPassed(deadline: number): Refusal | undefined {
    return this.now > deadline ? refuse("DeadlinePassed", [deadline, this.now]) : undefined;
  }

  publishedOf(policy: Policy): Published {
    let published = this.#published.get(policy);
    if (published === undefined) this.#published.set(policy, (published = publish(policy, this.#facts)));
    return published;
  }

  /** What the calls ask of each limit, or why one of them is not allowed. */
  #calls(principal: Address, { policy }: ModelSession, calls: Call[], asked: boolean): Refusal | bigint[] {
    // Never a target, whatever the policy says; a call in front of it may be refused first.
    const forbidden = calls.findIndex(({ target }) => this.#facts.machinery.includes(target.toLowerCase() as Hex));
    const ahead = forbidden === -1 ? calls : calls.slice(0, forbidden);
    // Caps are the session's to know.
    const open = { ...policy, limits: policy.limits.map((limit) => ({ ...limit, cap: MAX * MAX })) };
    let drawn: Record<string, bigint> = {};
    try {
      const route = asked ? "asked" : "direct";
      if (ahead.length > 0) ({ drawn } = admit(open, this.publishedOf(policy), principal as Hex, ahead, route));
    } catch (error) {
      if (!(error instanceof CallRefusal)) throw error;
      return refusalOf(error, error.index);
    }
    if (forbidden !== -1) return refuse("TargetForbidden", [forbidden, calls[forbidden]!.target], forbidden);
    return policy.limits.map(({ unit }) => least(drawn[unit.toLowerCase()] ?? 0n, MAX));
  }

  /** Calls, then caps, then gas; the periods are those of the second `at`. */
  #budgets(session: ModelSession, calls: number, requested: bigint[], at: number, gas: bigint): Refusal | Charge {
    if (calls > session.callsLeft) return refuse("SessionCallsExceeded", [calls, session.callsLeft]);
    const spent = [...session.spent];
    let opens = session.validAfter;
    for (const [i, limit] of session.policy.limits.entries()) {
      if (requested[i] === 0n) continue;
      const { unit, cap, period } = limit;
      const index = indexOf(limit, session, at);
      const before = session.spent[i];
      if (before !== undefined && index < before.period) return refuse("PeriodEnded", [unit, index, before.period]);
      const used = before === undefined || index > before.period ? 0n : before.amount;
      if (requested[i]! > cap - used) return refuse("SpendCapExceeded", [unit, requested[i], cap - used]);
      spent[i] = { period: index, amount: used + requested[i]! };
      opens = Math.max(opens, originOf(limit, session) + index * period);
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
    calls: Call[],
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
      (signed && (this.#deadline(session, signed.deadline) ?? this.#notPassed(signed.deadline)));
    if (early !== undefined) return { refused: early };
    const requested = this.#calls(principal, session, calls, options.asked === true);
    if (!Array.isArray(requested)) return { refused: requested };
    const charge = this.#budgets(session, calls.length, requested, this.now, 0n);
    if ("error" in charge) return { refused: charge };
    if (signed !== undefined && signed.registration !== session.validAfter) {
      return { refused: refuse("InvalidSessionSignature", [key]) };
    }
    if (signed !== undefined && own.usedNonces.has(nonce)) {
      return { refused: refuse("NonceAlreadyUsed", [principal, key, signed.nonce]) };
    }
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
    calls: Call[],
    op: { deadline: number; registration: number; cost: bigint; paymaster?: Address },
  ): { refused: Refusal } | { after: number; until: number; signed: boolean; undo: () => void } {
    const dead = this.alive(principal, key);
    if (dead !== undefined) return { refused: dead };
    const session = this.of(principal).sessions.get(key)!;
    const early = this.#through(principal, true) ?? this.#window(session, op.deadline);
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
      after: charge.opens,
      until: op.deadline,
      signed: op.registration === session.validAfter,
      undo: () => Object.assign(session, before),
    };
  }

  /** What `explain` says: the first refusal in the order of section 9, the window of an operation behind it. */
  explain(
    principal: Address,
    key: Address,
    calls: Call[],
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
      (operation === undefined
        ? (this.#open(session) ??
          (deadline === undefined ? undefined : (this.#deadline(session, deadline) ?? this.#notPassed(deadline))))
        : this.#window(session, deadline!));
    if (early !== undefined) return early;
    const requested = this.#calls(principal, session, calls, route.asked === true);
    if (!Array.isArray(requested)) return requested;
    const at = operation === undefined ? this.now : deadline!;
    const charge = this.#budgets(session, calls.length, requested, at, operation?.cost ?? 0n);
    if ("error" in charge) return charge;
    if (operation === undefined) return undefined;
    return (
      this.#payer(session, operation.paymaster) ??
      this.#open({ ...session, validAfter: charge.opens }) ??
      this.#notPassed(deadline!)
    );
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
    const { policy, callsLeft, gasLeft, validUntil } = session;
    const refills = policy.limits.map((limit) => {
      const next = (indexOf(limit, session, this.#from(session)) + 1) * limit.period + originOf(limit, session);
      return limit.period === 0 || next > validUntil ? 0 : next;
    });
    if (![3, 5].includes(this.status(principal, key))) return { callsLeft, gasLeft, left: this.left(session), refills };
    return { callsLeft: 0, gasLeft: 0n, left: policy.limits.map(() => 0n), refills: policy.limits.map(() => 0) };
  }

  #from({ validAfter }: ModelSession): number {
    return Math.max(this.now, validAfter);
  }

  /** Base units left of each limit in the current period. */
  left(session: ModelSession): bigint[] {
    return session.policy.limits.map((limit, i) => {
      const spent = session.spent[i];
      if (spent === undefined) return limit.cap;
      return indexOf(limit, session, this.#from(session)) > spent.period ? limit.cap : limit.cap - spent.amount;
    });
  }

  /** The most that the session can still take, per unit, and of gas; whom that number trusts. */
  worstLoss(
    principal: Address,
    key: Address,
  ): { losses: [unit: Address, amount: bigint][]; gas: bigint; trusted: Address[]; open: bigint[] } {
    const session = this.of(principal).sessions.get(key);
    if (session === undefined) return { losses: [], gas: 0n, trusted: [], open: [] };
    const { policy, validUntil, gasLeft } = session;
    const isOver = ![1, 2].includes(this.status(principal, key));
    const left = this.left(session);
    const losses = new Map<Address, bigint>();
    for (const [i, limit] of policy.limits.entries()) {
      const periods = indexOf(limit, session, validUntil) - indexOf(limit, session, this.#from(session));
      const most = isOver ? 0n : left[i]! + limit.cap * BigInt(periods);
      losses.set(limit.unit, least(losses.get(limit.unit) ?? most, most));
    }
    if (isOver) return { losses: [...losses], gas: 0n, trusted: [], open: [] };
    const { permissions } = this.publishedOf(policy);
    const uncounted = permissions.filter(({ trust }) => trust !== "counted");
    return {
      losses: [...losses],
      gas: gasLeft,
      trusted: [...new Set(uncounted.map(({ permission }) => permission.target))],
      open: uncounted.filter(({ trust }) => trust === "open").map(({ index }) => BigInt(index)),
    };
  }

  active(principal: Address, app: string, lane: number): Address {
    const key = this.of(principal).lanes.get(`${app} ${lane}`);
    return key !== undefined && this.status(principal, key) === 2 ? key : ZERO;
  }
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);

const originOf = ({ fromStart }: Limit, { validAfter }: ModelSession) => (fromStart ? validAfter : 0);

/** The period of a limit that a second is in; there is one of a lifetime. */
const indexOf = (limit: Limit, session: ModelSession, at: number) =>
  limit.period === 0 ? 0 : Math.floor((at - originOf(limit, session)) / limit.period);

/** The error of the contracts: words become what its arguments are. */
function refusalOf({ name, says }: CallRefusal, index: number): Refusal {
  const types = errorInterface()
    .getError(name)!
    .inputs.map(({ type }) => type);
  const args = says.map((each, i) => {
    const type = types[i + 1]!;
    if (each instanceof CallRefusal) return encoded(refusalOf(each, index));
    if (type === "address") return toBeHex(each, 20);
    const word = toBeHex(each, 32);
    return type === "bytes4" ? word.slice(0, 10) : type === "bytes32" ? word : each;
  });
  return refuse(name, [index, ...args], index);
}

const encoded = ({ error, args }: Refusal) => errorInterface().encodeErrorResult(error, args);
