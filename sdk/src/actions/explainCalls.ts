import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import { isContractError } from "../errors/isContractError.ts";
import type { SessionError } from "../errors/SessionError.ts";
import { checkPolicy } from "../policies/checkPolicy.ts";
import { alternativesFor, decidingPermission } from "../policies/decidingPermission.ts";
import { askLens, type AskLensParameters } from "../sessions/askLens.ts";
import type { Policy, SessionCall } from "../types.ts";
import { getPolicy } from "./getPolicy.ts";
import { getSession } from "./getSession.ts";

export interface ExplainCallsParameters extends AskLensParameters, LogRangeParameters {
  /** The session's policy, which the chain keeps in its log alone: read from there by default. */
  policy?: Policy | undefined;
  /**
   * The block from which the policy's publication is searched for.
   *
   * @default the first
   */
  fromBlock?: bigint | undefined;
}

/** One permission of the policy. */
export interface DecidingPermission {
  /** Position in the policy's `permissions`. */
  permission: number;
  /** The place among those of the same target and method, from 1. */
  alternative: { number: number; of: number };
}

export interface ExplainCallsReturnType {
  allowed: boolean;
  /** The offending call; the number of calls if the reason is not one of them. */
  index: number;
  /** The error that sending them would end in. */
  error: SessionError | undefined;
  /**
   * Of calls that are allowed: what decides each of them. Undefined if they are not, if the node does not give the policy, or
   * where it cannot be told without the chain's own reader.
   */
  decided: (DecidingPermission | undefined)[] | undefined;
  /** Of a call that no alternative admits: the one that came nearest. `error` is what kept it from holding. */
  nearest: DecidingPermission | undefined;
}

export type ExplainCallsErrorType = ReadErrorType;

/**
 * Whether the chain would let the key make these calls now, by which permission, and if not, why.
 *
 * @example
 * const { allowed, decided, error } = await client.explainCalls({ principal, key: key.address, route: "direct", calls });
 */
export async function explainCalls(
  client: SessionClient,
  parameters: ExplainCallsParameters,
): Promise<ExplainCallsReturnType> {
  const { principal, route, calls } = parameters;
  const { allowed, index: position, error } = await askLens(client, parameters);
  const isOfAlternatives = isContractError(error, "AlternativesRefused");
  if (!allowed && !isOfAlternatives) return { allowed, index: position, error, decided: undefined, nearest: undefined };
  const policy = await policyOf(client, parameters);
  if (policy === undefined) return { allowed, index: position, error, decided: undefined, nearest: undefined };
  const checked = checkPolicy(policy);
  const told = (call: SessionCall, at: number | undefined): DecidingPermission | undefined => {
    const all = alternativesFor(checked, call);
    const permission = at === undefined ? undefined : all[at];
    return permission === undefined ? undefined : { permission, alternative: { number: at! + 1, of: all.length } };
  };
  if (isOfAlternatives) {
    const nearest = told(calls[position]!, Number(error.args.alternative));
    return { allowed, index: position, error, decided: undefined, nearest };
  }
  const decided = calls.map((call) => {
    const permission = decidingPermission(policy, { ...call, principal, route });
    return permission === undefined ? undefined : told(call, alternativesFor(checked, call).indexOf(permission));
  });
  return { allowed, index: position, error, decided, nearest: undefined };
}

/** What decides is told only if it can be: a node that searches no log is no reason to say nothing at all. */
async function policyOf(client: SessionClient, parameters: ExplainCallsParameters): Promise<Policy | undefined> {
  if (parameters.policy !== undefined) return parameters.policy;
  try {
    const { policyId } = await getSession(client, parameters);
    const { deployment, fromBlock, maxBlockRange } = parameters;
    return await getPolicy(client, { policyId, deployment, fromBlock, maxBlockRange });
  } catch {
    return undefined;
  }
}
