import { type Address, isAddressEqual } from "viem";
import { DEFAULT_DEADLINE } from "../constants.ts";
import { OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { contractError } from "../errors/onDemand.ts";
import { SessionError } from "../errors/SessionError.ts";
import type { SessionCall } from "../types.ts";
import { chargedUnits } from "./chargedUnits.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { periodAt, startOfPeriod } from "./limitPeriods.ts";
import { type LimitState, readSession, type ReadSessionReturnType } from "./readSession.ts";

export interface SessionToSignParameters extends DeploymentParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
  /**
   * The calls of an operation, which charges the periods of its deadline: every limit of the session counts if they are
   * not given. The other routes charge the periods in which they are mined: give none, `[]`.
   */
  calls?: readonly SessionCall[] | undefined;
  /** The deadline, unix seconds, inclusive. */
  validUntil?: number | undefined;
}

export interface SessionToSign {
  registration: number;
  /** The deadline that goes into the signature: unix seconds, inclusive. */
  validUntil: number;
  session: ReadSessionReturnType;
  /** The second after which an operation's window opens, where it is not open now; else undefined. */
  opensAt?: number | undefined;
}

/** What is signed by, where it is read already. */
export interface KnownSession {
  session: ReadSessionReturnType;
  /** The chain's, unix seconds. */
  time: number;
}

async function readKnown(client: SessionClient, parameters: SessionToSignParameters): Promise<KnownSession> {
  const [session, time] = await Promise.all([readSession(client, parameters), timeOf(client)]);
  return { session, time };
}

/** An operation that is submitted this close to the end of a period would be late: it takes the next one, seconds. */
const EDGE = 30;

/**
 * What a key signs beside its call. The deadline is the least of five minutes from now, the end of the current period
 * of each limit that the calls may draw on, and the session's end, unless it is given; where a period ends within 30
 * seconds, it lies in the next one, and the window opens with that. A session that cannot act and a deadline that the
 * chain would refuse are refused here, before anything is signed.
 */
export async function sessionToSign(
  client: SessionClient,
  parameters: SessionToSignParameters,
  known?: KnownSession,
): Promise<SessionToSign> {
  const { session, time } = known ?? (await readKnown(client, parameters));
  requireLive(session, time);
  const { registration, validAfter } = session;
  if (parameters.validUntil !== undefined) {
    await requireDeadline(parameters.validUntil, session, time);
    return { registration, validUntil: parameters.validUntil, session };
  }
  const latest = Math.min(time + DEFAULT_DEADLINE, session.validUntil);
  // No period of a session that is still to come is charged before its start.
  const from = Math.max(time, validAfter);
  const limits = await chargedLimits(client, session, { ...parameters, from, to: latest });
  const end = endOfPeriods(limits, registration, from);
  if (end >= latest || end - from >= EDGE) return { registration, validUntil: Math.min(latest, end), session };
  const opensAt = end + 1;
  const later = Math.min(opensAt + DEFAULT_DEADLINE, session.validUntil);
  const next = await chargedLimits(client, session, { ...parameters, from: opensAt, to: later });
  return { registration, validUntil: Math.min(later, endOfPeriods(next, registration, opensAt)), session, opensAt };
}

/** The last second of the first period to end, of those that `time` lies in. */
function endOfPeriods(limits: readonly LimitState[], registration: number, time: number): number {
  return Math.min(
    ...limits.map((limit) => startOfPeriod(limit, registration, periodAt(limit, registration, time) + 1) - 1),
  );
}

/**
 * When an operation may be mined: unix seconds, inclusive. A deadline in a later period of a limit that the calls draw
 * on opens with that period.
 */
export async function operationWindow(
  client: SessionClient,
  parameters: SessionToSignParameters & { validUntil: number },
  known?: ReadSessionReturnType,
): Promise<{ validAfter: number; validUntil: number; sessionEnd: number }> {
  const { validUntil } = parameters;
  const session = known ?? (await readSession(client, parameters));
  const { registration, validAfter } = session;
  const limits = await chargedLimits(client, session, { ...parameters, from: validAfter, to: validUntil });
  const starts = limits.map((limit) => startOfPeriod(limit, registration, periodAt(limit, registration, validUntil)));
  return { validAfter: Math.max(validAfter, ...starts), validUntil, sessionEnd: session.validUntil };
}

/**
 * The limits with a period that the calls may draw on. The policy is read only if one of the session's periods changes
 * after `from` and not after `to`: nothing follows from it otherwise.
 */
async function chargedLimits(
  client: SessionClient,
  { limits, policyId, registration }: ReadSessionReturnType,
  parameters: SessionToSignParameters & { from: number; to: number },
): Promise<LimitState[]> {
  const { calls, from, to } = parameters;
  const changing = limits.filter(
    (limit) => limit.period !== 0 && periodAt(limit, registration, from) < periodAt(limit, registration, to),
  );
  if (changing.length === 0 || calls?.length === 0) return [];
  if (calls === undefined) return changing;
  const units = await chargedUnits(client, { ...parameters, calls, policyId });
  return changing.filter(({ unit }) => units.some((each) => isAddressEqual(each, unit)));
}

function requireLive({ status, validAfter, validUntil }: ReadSessionReturnType, time: number): void {
  switch (status) {
    case "None":
      throw new SessionError("SESSION_NOT_REGISTERED", "The principal never registered this key.");
    case "Revoked":
      throw new SessionError("SESSION_REVOKED", "The session was revoked.");
    case "Expired":
      throw new OperationWindowError("SESSION_EXPIRED", { validAfter, validUntil, time });
    // A chain that makes no blocks while nobody sends anything has an old clock: the next block may be in time.
    case "Pending":
    case "Exhausted":
    case "Active":
      // By the next block's clock it may be over already.
      if (time > validUntil) throw new OperationWindowError("SESSION_EXPIRED", { validAfter, validUntil, time });
      return;
  }
}

async function requireDeadline(
  deadline: number,
  { validAfter, validUntil }: ReadSessionReturnType,
  time: number,
): Promise<void> {
  if (!Number.isSafeInteger(deadline) || deadline <= 0) {
    throw new SessionRequestError("The deadline is not a valid unix timestamp.", {
      metaMessages: [`Given: ${deadline}`, "Wanted: unix seconds, inclusive"],
    });
  }
  if (deadline > validUntil) {
    throw await contractError("DeadlineNotAllowed", { args: { deadline: BigInt(deadline), validUntil } });
  }
  if (deadline < time) {
    const code = deadline < validUntil ? "SESSION_DEADLINE_PASSED" : "SESSION_EXPIRED";
    throw new OperationWindowError(code, { validAfter, validUntil: deadline, time });
  }
}

/** A P-256 key signs but cannot send. */
export function cannotSend(route: string): SessionRequestError {
  return new SessionRequestError(`This key cannot send transactions, which route ${route} needs: give a relayer.`);
}
