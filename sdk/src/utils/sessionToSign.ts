import { type Address, encodeErrorResult, isAddressEqual } from "viem";
import { DEFAULT_DEADLINE } from "../constants.ts";
import { OperationWindowError, SessionRequestError } from "../errors/clientErrors.ts";
import { DeadlineNotAllowedError } from "../generated/errors/contractErrors.ts";
import { contractErrorsAbi } from "../generated/errors/contractErrorsAbi.ts";
import { SessionError } from "../errors/SessionError.ts";
import type { SessionCall } from "../types.ts";
import { chargedTokens } from "./chargedTokens.ts";
import { type DeploymentParameters, type SessionClient, timeOf } from "./client.ts";
import { readSession, type ReadSessionReturnType } from "./readSession.ts";

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
}

/**
 * What a key signs beside its call. The deadline is the least of five minutes from now, the end of the current period
 * of each limit that the calls draw on, and the session's end, unless it is given. A session that cannot act and a
 * deadline that the chain would refuse are refused here, before anything is signed.
 */
export async function sessionToSign(
  client: SessionClient,
  parameters: SessionToSignParameters,
): Promise<SessionToSign> {
  const [session, time] = await Promise.all([readSession(client, parameters), timeOf(client)]);
  requireLive(session, time);
  const { registration } = session;
  if (parameters.validUntil !== undefined) {
    requireDeadline(parameters.validUntil, session, time);
    return { registration, validUntil: parameters.validUntil, session };
  }
  const latest = Math.min(time + DEFAULT_DEADLINE, session.validUntil);
  const periods = await chargedPeriods(client, session, { ...parameters, before: latest, time });
  const ends = periods.map((period) => (Math.floor(time / period) + 1) * period - 1);
  return { registration, validUntil: Math.min(latest, ...ends), session };
}

/**
 * When an operation may be mined: unix seconds, inclusive. A deadline in a later period of a limit that the calls draw
 * on opens with that period.
 */
export async function operationWindow(
  client: SessionClient,
  parameters: SessionToSignParameters & { validUntil: number },
): Promise<{ validAfter: number; validUntil: number }> {
  const { validUntil } = parameters;
  const session = await readSession(client, parameters);
  const periods = await chargedPeriods(client, session, {
    ...parameters,
    before: validUntil,
    time: session.validAfter,
  });
  const starts = periods.map((period) => Math.floor(validUntil / period) * period);
  return { validAfter: Math.max(session.validAfter, ...starts), validUntil };
}

/**
 * The periods, in seconds, of the limits that the calls draw on. The policy is read only if one of the session's
 * periods changes after `time` and not after `before`: nothing follows from it otherwise.
 */
async function chargedPeriods(
  client: SessionClient,
  { limits, policyId }: ReadSessionReturnType,
  parameters: SessionToSignParameters & { before: number; time: number },
): Promise<number[]> {
  const { calls, before, time } = parameters;
  const changing = limits.filter(
    ({ period }) => period !== 0 && Math.floor(time / period) !== Math.floor(before / period),
  );
  if (changing.length === 0 || calls?.length === 0) return [];
  if (calls === undefined) return changing.map(({ period }) => period);
  const tokens = await chargedTokens(client, { ...parameters, calls, policyId });
  return changing.filter(({ token }) => tokens.some((each) => isAddressEqual(each, token))).map(({ period }) => period);
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
      return;
  }
}

function requireDeadline(deadline: number, { validAfter, validUntil }: ReadSessionReturnType, time: number): void {
  if (!Number.isSafeInteger(deadline) || deadline <= 0) {
    throw new SessionRequestError("The deadline is no time.", {
      metaMessages: [`Given: ${deadline}`, "Wanted: unix seconds, inclusive"],
    });
  }
  if (deadline > validUntil) {
    const args = { deadline: BigInt(deadline), validUntil };
    const data = encodeErrorResult({
      abi: contractErrorsAbi,
      errorName: "DeadlineNotAllowed",
      args: [args.deadline, validUntil],
    });
    throw new DeadlineNotAllowedError({ args, data });
  }
  if (deadline < time) throw new OperationWindowError("SESSION_EXPIRED", { validAfter, validUntil: deadline, time });
}

/** A P-256 key signs but cannot send. */
export function cannotSend(route: string): SessionRequestError {
  return new SessionRequestError(`This key cannot send transactions, which route ${route} needs: give a relayer.`);
}
