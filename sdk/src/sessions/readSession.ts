import type { Address, ContractFunctionReturnType, Hex } from "viem";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import { type Limit, type SessionStatus, STATUSES } from "../types.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";

export interface ReadSessionParameters extends DeploymentParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
}

/** A limit, and what is left of it. */
export interface LimitState extends Limit {
  /** Base units, or counts of a counter, left now; 0 once dead or expired. */
  left: bigint;
  /** Unix seconds at which the next period starts; 0 if none does while the session lasts. */
  refillsAt: number;
}

export interface ReadSessionReturnType {
  status: SessionStatus;
  /** Unix seconds, inclusive. */
  validAfter: number;
  /** Unix seconds, inclusive. */
  validUntil: number;
  policyId: Hex;
  /** The session's start, unix seconds: the number that goes into everything that the key signs. */
  registration: number;
  /** The most that its policy lets a registration ask for. */
  maxCalls: number;
  /** 0 once dead or expired. */
  callsLeft: number;
  /** Wei not yet reserved by an operation; 0 once dead or expired. */
  gasLeft: bigint;
  /** In the policy's order: a unit may have several. */
  limits: readonly LimitState[];
}

/** What the chain knows of a session. */
export async function readSession(
  client: SessionClient,
  parameters: ReadSessionParameters,
): Promise<ReadSessionReturnType> {
  const { principal, key } = parameters;
  const state = await readDeployed(client, {
    abi: [latchkeyLens.getSession],
    address: deploymentOf(parameters).lens,
    functionName: "getSession",
    args: [principal, key],
  });
  return sessionStateOf(state);
}

/** What the lens answers, in the client's words. */
export function sessionStateOf({
  status,
  limits,
  ...state
}: ContractFunctionReturnType<readonly [typeof latchkeyLens.getSession], "view", "getSession">): ReadSessionReturnType {
  return {
    ...state,
    status: STATUSES[status]!,
    limits: limits.map(({ limit, left, refillsAt }) => ({ ...limit, left, refillsAt })),
  };
}
