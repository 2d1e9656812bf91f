import { type Address, isAddressEqual } from "viem";
import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import { isContractError } from "../errors/isContractError.ts";
import type { SessionError } from "../errors/SessionError.ts";
import { checkPolicy } from "../policies/checkPolicy.ts";
import { alternativesFor, decidingPermission } from "../policies/decidingPermission.ts";
import { askLens, type AskLensParameters } from "../sessions/askLens.ts";
import { partOf } from "../operations/onDemand.ts";
import type { Policy, Route, SessionCall } from "../types.ts";
import { getPolicy } from "./getPolicy.ts";
import { getSession } from "./getSession.ts";
import type { SignedGrant } from "./registration.ts";
import type { GrantToSign } from "./sessionCalls.ts";

export interface ExplainCallsParameters extends Omit<AskLensParameters, "route">, LogRangeParameters {
  /** `redeemed`: through the door of ERC-7710, by the key itself or by a redeemer that brings its signature. */
  route: Route | "redeemed";
  /**
   * Route `redeemed`: who redeems.
   *
   * @default somebody with the key's signature
   */
  redeemer?: Address | undefined;
  /**
   * What the calls bring with them: where the session is not there, the chain is asked what it will say once it is, and
   * whether it takes the signature of a grant that has one.
   */
  grant?: GrantToSign | SignedGrant | undefined;
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
  const { principal, calls, key, redeemer, grant } = parameters;
  const isByKey = redeemer !== undefined && isAddressEqual(redeemer, key);
  const route = parameters.route === "redeemed" ? (isByKey ? "direct" : "relayed") : parameters.route;
  const asked = { ...parameters, route };
  const {
    allowed,
    index: position,
    error,
  } = await (grant === undefined
    ? askLens(client, asked)
    : (await partOf("sends operations", () => import("./apart.ts"))).explainGranted(client, { ...asked, grant }));
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
  const { grant, policy = grant && "policy" in grant ? grant.policy : undefined } = parameters;
  if (policy !== undefined) return policy;
  try {
    const { policyId } = grant === undefined ? await getSession(client, parameters) : (grant as SignedGrant).grant;
    const { deployment, fromBlock, maxBlockRange } = parameters;
    return await getPolicy(client, { policyId, deployment, fromBlock, maxBlockRange });
  } catch {
    return undefined;
  }
}
