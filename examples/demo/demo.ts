import { isHex, zeroAddress, type Hex } from "viem";
import { Route, type PolicyFile, type SessionCall } from "../../sdk/src/index.ts";
import { decodeError, formatError, innermost, revertData, type DecodedError } from "./errors.ts";
import { OPERATION_COST } from "./operations.ts";
import { Report, type RouteName, type Step } from "./report.ts";
import { Routes, type ActOptions } from "./routes.ts";
import { Sessions, type Session } from "./sessions.ts";
import type { Stage } from "./stage.ts";
import { differences, Watch } from "./watch.ts";
import { errorInWords, type Selectors } from "./words.ts";

export type Expected = [name: string, args: unknown[]];

/** What an accepted call takes of its session, and what else must be true then. */
export interface Effects {
  /** Calls; the number of calls made unless told otherwise. */
  calls?: number;
  /** Base units by token that are counted. */
  spends?: Record<string, bigint>;
  /** Base units by token that are left afterwards: instead of `spends`, where another period begins. */
  left?: Record<string, bigint>;
  group?: string;
  /** Returns what is not as it should be. */
  check?: () => Promise<string | undefined>;
}

/** The policies by the names of their files. */
export type PolicyName = "social" | "game" | "swap-bot" | "upvote";

interface Attempt {
  what: string;
  /** Steps with one group are one line unless `--verbose`. */
  group?: string;
  route?: RouteName;
  actor?: string;
  session?: Session;
  /** The tokens whose amounts are worth a word. */
  shows?: string[];
}

/** One run: the stage, what was learned on the way, and the two kinds of step. */
export class Demo {
  readonly stage: Stage;
  readonly report: Report;
  readonly sessions: Sessions;
  readonly routes: Routes;
  readonly selectors: Selectors = new Map([["0x00000000", "no method"]]);
  readonly policies = {} as Record<PolicyName, PolicyFile>;
  readonly watch: Watch;

  constructor(stage: Stage, report: Report) {
    this.stage = stage;
    this.report = report;
    this.sessions = new Sessions(stage);
    this.routes = new Routes(stage);
    this.watch = new Watch(stage, this.sessions);
  }

  // --- steps -------------------------------------------------------------------------------------------------------

  /** A call of a session that the chain accepts, with exactly these effects. */
  async accept(
    route: RouteName,
    session: Session,
    what: string,
    calls: SessionCall[],
    effects: Effects & ActOptions = {},
  ): Promise<void> {
    const { calls: count = calls.length, spends = {}, left, check, group, ...options } = effects;
    const before = await this.stateOf(session);
    const explained = await this.#explain(route, session, calls, options);
    const attempt = () => this.routes.act(route, session, calls, options);
    const [only, ...more] = before.limits;
    const shows =
      only === undefined || more.length !== 0 ? Object.keys(left ?? spends) : [this.stage.names.nameOf(only.token)];
    await this.#accepted({ what, route, session, shows, group: group ?? `${route} ${what}` }, attempt, async () => {
      if (explained !== undefined && !explained.allowed) return `explain said ${explained.error}`;
      const after = await this.stateOf(session);
      const used = before.callsLeft - after.callsLeft;
      if (used !== BigInt(count)) return `${used} calls were counted instead of ${count}`;
      for (const [i, { token, left: now }] of after.limits.entries()) {
        const name = this.stage.names.nameOf(token);
        const expected = left === undefined ? before.limits[i]!.left - (spends[name] ?? 0n) : (left[name] ?? now);
        if (now !== expected) return `${now} of ${name} are left instead of ${expected}`;
      }
      return check?.();
    });
  }

  /** Something else that is accepted: publishing, registering, revoking. */
  async acceptOther(
    actor: string,
    what: string,
    attempt: () => Promise<bigint>,
    check?: Effects["check"],
  ): Promise<void> {
    await this.#accepted({ what, actor }, attempt, check);
  }

  /** A call of a session that the chain refuses with exactly this error, changing nothing. */
  async refuse(
    route: RouteName,
    session: Session,
    what: string,
    calls: SessionCall[],
    expected: Expected,
    options: ActOptions & { group?: string } = {},
  ): Promise<void> {
    const { group, ...rest } = options;
    const explained = await this.#explain(route, session, calls, rest);
    const attempt = () => this.routes.act(route, session, calls, rest);
    await this.#refused(
      { what, route, session, ...(group === undefined ? {} : { group }) },
      attempt,
      expected,
      explained,
    );
  }

  /** Something else that is refused. */
  async refuseOther(
    actor: string,
    what: string,
    attempt: () => Promise<unknown>,
    expected: Expected,
    group = what,
  ): Promise<void> {
    await this.#refused({ what, actor, group }, attempt, expected);
  }

  /** A statement about what has happened: accepted if there is nothing to say against it. */
  async judge(what: string, fault: string | undefined): Promise<void> {
    await this.#step({ what, actor: "" }, "accepted", {
      ok: fault === undefined,
      ...(fault === undefined ? {} : { fault }),
    });
  }

  /** Runs on a copy of the chain: what happens inside has never happened. */
  async onACopy(run: () => Promise<void>): Promise<void> {
    const { relayNonce } = this.routes;
    const count = this.sessions.all.length;
    const snapshot = await this.stage.chain.helpers.takeSnapshot();
    try {
      await run();
    } finally {
      await snapshot.restore();
      this.routes.relayNonce = relayNonce;
      this.sessions.all.length = count;
      this.watch.reset();
    }
  }

  // --- reading -----------------------------------------------------------------------------------------------------

  async stateOf({ principal, key }: Pick<Session, "principal" | "key">): Promise<SessionState> {
    return (await this.stage.lens.getFunction("getSession").staticCall(principal, key.address)) as SessionState;
  }

  /** Base units left of a token's limit. */
  async left(session: Session, token: string): Promise<bigint> {
    const { limits } = await this.stateOf(session);
    return limits.find((limit) => this.stage.names.nameOf(limit.token) === token)?.left ?? 0n;
  }

  /** A call of one of the stage's contracts; its selector is named in errors from now on. */
  call(name: string, method: string, args: unknown[], value = 0n): SessionCall {
    const contract = this.stage.contracts[CONTRACTS[name]!];
    const fragment = contract.interface.getFunction(method)!;
    this.selectors.set(fragment.selector, method);
    return { to: this.stage.at(name), value, data: contract.interface.encodeFunctionData(fragment, args) as Hex };
  }

  // --- inside ------------------------------------------------------------------------------------------------------

  async #accepted(attempt: Attempt, run: () => Promise<bigint>, check?: Effects["check"]): Promise<void> {
    let gasUsed: bigint;
    try {
      gasUsed = await run();
    } catch (thrown) {
      const error = decodeError(revertData(thrown) ?? "0x");
      const text = error === undefined ? undecodable(thrown) : formatError(error);
      return this.#step(attempt, "accepted", { ok: false, error: text, fault: `Refused: ${text}` });
    }
    const fault = await check?.();
    const ok = fault === undefined;
    await this.#step(attempt, "accepted", { ok, gasUsed: Number(gasUsed), ...(ok ? {} : { fault: `${fault}.` }) });
  }

  /** What the lens says beforehand, which must be what the chain does: about calls as such, now, in their own form. */
  async #explain(
    route: RouteName,
    { principal, key, validUntil }: Session,
    calls: SessionCall[],
    options: ActOptions,
  ): Promise<{ allowed: boolean; error: string } | undefined> {
    const { tamper, execution, fields, at, deadline = validUntil, bySignature } = options;
    if (tamper !== undefined || execution !== undefined || fields !== undefined || at !== undefined) return undefined;
    const isSigned = route === "userOperation" || route === "relayed" || bySignature === true;
    const [allowed, , data] = (await this.stage.lens.getFunction("explain").staticCall(
      options.principal ?? principal,
      key.address,
      Route[route],
      calls.map(({ to, value = 0n, data: calldata = "0x" }) => ({ target: to, value, data: calldata })),
      isSigned ? deadline : 0,
      route === "userOperation" ? OPERATION_COST : 0n,
      zeroAddress,
    )) as [boolean, bigint, Hex];
    const error = decodeError(data);
    return { allowed, error: error === undefined ? data : formatError(error) };
  }

  async #refused(
    attempt: Attempt,
    run: () => Promise<unknown>,
    [name, args]: Expected,
    explained?: { error: string },
  ): Promise<void> {
    const { relayNonce } = this.routes;
    const { provider } = this.stage.chain.ethers;
    const before = await this.watch.take(relayNonce);
    const block = await provider.getBlockNumber();
    let error: DecodedError | undefined;
    let fault: string | undefined;
    let text: string | null = null;
    try {
      await run();
      fault = "It was accepted.";
    } catch (thrown) {
      error = decodeError(revertData(thrown) ?? "0x");
      text = error === undefined ? undecodable(thrown) : formatError(error);
      if (error === undefined) fault = `Nothing that can be decoded: ${text}`;
    }
    fault ??= wrong(error!, attempt.route, name, args);
    if (explained !== undefined && error !== undefined && explained.error !== formatError(innermost(error))) {
      fault ??= `The chain said ${formatError(error)}, explain said ${explained.error}.`;
    }
    const latest = await provider.getBlock("latest");
    if (latest!.number !== block + 1) fault ??= "The attempt was not mined.";
    const changed = differences(before, await this.watch.take(relayNonce));
    if (changed.length !== 0) fault ??= `Refused, but ${changed.join(", ")}.`;
    const words = error === undefined ? "" : errorInWords(error, this.stage.names, this.selectors);
    const gasUsed = fault === undefined ? Number(latest!.gasUsed) : null;
    await this.#step(attempt, name, {
      ok: fault === undefined,
      error: text,
      words,
      gasUsed,
      ...(fault === undefined ? {} : { fault }),
    });
  }

  async #step(attempt: Attempt, expected: string, outcome: Partial<Step> & { ok: boolean }): Promise<void> {
    const { what, route = null, actor = "", group = what, session } = attempt;
    const left = session === undefined ? NOTHING : await this.#left(session, attempt.shows ?? []);
    this.report.step({ step: what, route, actor, group, expected, error: null, gasUsed: null, ...left, ...outcome });
  }

  async #left(session: Session, shows: string[]): Promise<typeof NOTHING> {
    const { callsLeft, limits } = await this.stateOf(session);
    const text = (some: SessionState["limits"]) =>
      some.map(({ token, left }) => this.stage.names.amount(token, left)).join(", ");
    return {
      callsLeft: Number(callsLeft),
      amountLeft: limits.length === 0 ? null : text(limits),
      words: text(limits.filter(({ token }) => shows.includes(this.stage.names.nameOf(token)))),
    };
  }
}

const NOTHING: Pick<Step, "callsLeft" | "amountLeft" | "words"> = { callsLeft: null, amountLeft: null, words: "" };

interface SessionState {
  status: bigint;
  callsLeft: bigint;
  gasLeft: bigint;
  limits: { token: string; cap: bigint; period: bigint; left: bigint; refillsAt: bigint }[];
}

/** The contracts that calls are made of, by their names in the address book. */
const CONTRACTS: Record<string, keyof Stage["contracts"]> = {
  POKE: "poke",
  USD: "usd",
  WETH: "weth",
  SocialFeed: "feed",
  SocialEngagement: "engagement",
  SocialCore: "core",
  SocialMarket: "market",
  GameWorld: "world",
  OtherWorld: "otherWorld",
  UpvoteApp: "upvote",
  UniswapV2Router: "router",
};

/** Why an error is not the expected one; undefined if it is. On route `userOperation` an EntryPoint wraps it. */
function wrong(error: DecodedError, route: RouteName | undefined, name: string, args: unknown[]): string | undefined {
  if (route === "userOperation" && name !== "FailedOp") {
    if (error.name !== "FailedOpWithRevert" || error.args[0] !== 0n || error.args[1] !== "AA23 reverted") {
      return `Expected the EntryPoint to pass on ${name}, found ${formatError(error)}.`;
    }
  }
  const inner = innermost(error);
  const same = JSON.stringify(inner.args.map(comparable)) === JSON.stringify(args.map(comparable));
  if (inner.name === name && same) return undefined;
  return `Expected ${name}(${args.map((value) => String(comparable(value))).join(", ")}), found ${formatError(error)}.`;
}

function comparable(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return BigInt(value).toString();
  return isHex(value) ? value.toLowerCase() : value;
}

function undecodable(thrown: unknown): string {
  const data = revertData(thrown);
  if (data !== undefined && data !== "0x") return data;
  return thrown instanceof Error ? thrown.message.split("\n")[0]! : String(thrown);
}
