import { getBlock, getBlockNumber } from "viem/actions";
import type { GetSessionReturnType, PolicyFile, Route, SessionCall } from "../../sdk/src/index.ts";
import type { AppName } from "./apps.ts";
import { type Expected, wrong } from "./expectation.ts";
import { firstLine } from "./failure.ts";
import { OPERATION_COST } from "./operation.ts";
import { formatRefusal, refusalOf } from "./refusal.ts";
import type { Report, Step } from "./report.ts";
import { type ActOptions, Routes } from "./routes.ts";
import { type Session, Sessions } from "./sessions.ts";
import type { Stage } from "./stage.ts";
import { differences, Watch } from "./watch.ts";
import { refusalInWords, type Selectors } from "./words.ts";

/** What an accepted call takes of its session, and what else must be true then. */
export interface Effects {
  /** Calls; the number of calls made unless told otherwise. */
  calls?: number;
  /** Base units by token, or counts by counter, that are drawn. */
  spends?: Record<string, bigint>;
  /** Base units by unit that are left afterwards: instead of `spends`, where another period begins. */
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
  group?: string | undefined;
  route?: Route;
  actor?: string;
  session?: Session;
  /** The units of which what is left is worth a word. */
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
    route: Route,
    session: Session,
    what: string,
    calls: SessionCall[],
    effects: Effects & ActOptions = {},
  ): Promise<void> {
    const { calls: count = calls.length, spends = {}, left, check, group, ...options } = effects;
    const { names } = this.stage;
    const before = await this.stateOf(session);
    const explained = await this.#explain(route, session, calls, options);
    const attempt = () => this.routes.act(route, session, calls, options);
    const [only, ...more] = before.limits;
    const shows = only === undefined || more.length !== 0 ? Object.keys(left ?? spends) : [names.of(only.unit)];
    await this.#accepted({ what, route, session, shows, group: group ?? `${route} ${what}` }, attempt, async () => {
      if ((explained ?? ALLOWED) !== ALLOWED) return `explain said ${explained}`;
      const after = await this.stateOf(session);
      const used = before.callsLeft - after.callsLeft;
      if (used !== count) return `${used} calls were counted instead of ${count}`;
      for (const [i, { unit, left: now }] of after.limits.entries()) {
        const name = names.of(unit);
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
    route: Route,
    session: Session,
    what: string,
    calls: SessionCall[],
    expected: Expected,
    { group, ...options }: ActOptions & { group?: string } = {},
  ): Promise<void> {
    const explained = await this.#explain(route, session, calls, options);
    const attempt = () => this.routes.act(route, session, calls, { ...options, byHand: true });
    await this.#refused({ what, route, session, group }, attempt, expected, explained);
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
    await this.#step({ what, actor: "" }, "accepted", fault);
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

  stateOf({ principal, key }: Pick<Session, "principal" | "key">): Promise<GetSessionReturnType> {
    return this.stage.client.getSession({ principal, key: key.address });
  }

  /** Base units left of a token's limit. */
  async left(session: Session, token: string): Promise<bigint> {
    const { limits } = await this.stateOf(session);
    return limits.find((limit) => this.stage.names.of(limit.unit) === token)?.left ?? 0n;
  }

  /** A call of one of the apps; its selector is named in errors from now on. */
  call(name: AppName, method: string, args: unknown[], value = 0n): SessionCall {
    const app = this.stage.apps[name];
    this.selectors.set(app.selectorOf(method), method);
    return app.call(method, args, value);
  }

  // --- inside ------------------------------------------------------------------------------------------------------

  async #accepted(attempt: Attempt, run: () => Promise<bigint>, check?: Effects["check"]): Promise<void> {
    let gasUsed: bigint;
    try {
      gasUsed = await run();
    } catch (thrown) {
      const error = said(thrown);
      return this.#step(attempt, "accepted", `Refused: ${error}`, { error });
    }
    const fault = await check?.();
    await this.#step(attempt, "accepted", fault && `${fault}.`, { gasUsed: Number(gasUsed) });
  }

  /** What the lens says beforehand, which must be what the chain does: about calls as such, now, in their own form. */
  async #explain(
    route: Route,
    { principal, key, validUntil }: Session,
    calls: SessionCall[],
    options: ActOptions,
  ): Promise<string | undefined> {
    const { tamper, execution, operation, at, deadline = validUntil } = options;
    if ([tamper, execution, operation, at].some((each) => each !== undefined)) return undefined;
    const { allowed, error } = await this.stage.client.explainCalls({
      ...{ route, calls, principal: options.principal ?? principal, key: key.address, validUntil: deadline },
      maxGasCost: route === "userOperation" ? OPERATION_COST : 0n,
    });
    return allowed ? ALLOWED : said(error);
  }

  async #refused(attempt: Attempt, run: () => Promise<unknown>, expected: Expected, explained?: string): Promise<void> {
    const { client, names } = this.stage;
    const { relayNonce } = this.routes;
    const before = await this.watch.take(relayNonce);
    const block = await getBlockNumber(client);
    let thrown: unknown;
    let fault: string | undefined = "It was accepted.";
    await run().catch((error: unknown) => {
      thrown = error;
      fault = undefined;
    });
    const refusal = refusalOf(thrown);
    if (refusal === undefined) fault ??= `Nothing that can be decoded: ${said(thrown)}`;
    else {
      const inner = formatRefusal({ ...refusal, wrapped: undefined });
      fault ??= wrong(refusal, attempt.route, expected);
      if ((explained ?? inner) !== inner) fault ??= `The chain said ${inner}, explain said ${explained}.`;
    }
    const latest = await getBlock(client);
    // The client sends nothing that the chain would refuse: a key's refused calls go without it, all else stays unsent.
    const isMined = latest.number === block + 1n;
    if (!isMined && (attempt.session !== undefined || latest.number !== block)) fault ??= "The attempt was not mined.";
    const changed = differences(before, await this.watch.take(relayNonce));
    if (changed.length !== 0) fault ??= `Refused, but ${changed.join(", ")}.`;
    const words = refusal === undefined ? "" : refusalInWords(refusal, names, this.selectors);
    const gasUsed = fault === undefined && isMined ? Number(latest.gasUsed) : null;
    const error = thrown === undefined ? null : said(thrown);
    await this.#step(attempt, expected[0], fault, { error, words, gasUsed });
  }

  async #step(attempt: Attempt, expected: string, fault?: string, outcome: Partial<Step> = {}): Promise<void> {
    const { what, route = null, actor = "", group = what, session } = attempt;
    const left = session === undefined ? NOTHING : await this.#left(session, attempt.shows ?? []);
    const step = { step: what, route, actor, group, expected, error: null, gasUsed: null, ...left, ...outcome };
    this.report.step({ ...step, ok: fault === undefined, ...(fault === undefined ? {} : { fault }) });
  }

  async #left(session: Session, shows: string[]): Promise<typeof NOTHING> {
    const { names } = this.stage;
    const { callsLeft, limits } = await this.stateOf(session);
    const text = (some: GetSessionReturnType["limits"]) =>
      some.map(({ unit, left }) => names.amount(left, unit)).join(", ");
    return {
      callsLeft,
      amountLeft: limits.length === 0 ? null : text(limits),
      words: text(limits.filter(({ unit }) => shows.includes(names.of(unit)))),
    };
  }
}

/** What `explain` says where it has nothing against the calls. */
const ALLOWED = "allowed";
/** What has nothing to be left of. */
const NOTHING: Pick<Step, "callsLeft" | "amountLeft" | "words"> = { callsLeft: null, amountLeft: null, words: "" };

/** What refused, in one line. */
function said(thrown: unknown): string {
  const refusal = refusalOf(thrown);
  return refusal === undefined ? firstLine(thrown) : formatRefusal(refusal);
}
