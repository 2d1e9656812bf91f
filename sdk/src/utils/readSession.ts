import type { Address, Hex } from "viem";
import { latchkeyLensAbi } from "../generated/abi/latchkeyLensAbi.ts";
import { type SessionStatus, STATUSES } from "../types.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "./client.ts";

export interface ReadSessionParameters extends DeploymentParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
}

export interface ReadSessionReturnType {
  status: SessionStatus;
  /** Unix seconds, inclusive. */
  validAfter: number;
  /** Unix seconds, inclusive. */
  validUntil: number;
  policyId: Hex;
  registration: number;
  callsLeft: number;
  /** Wei not yet reserved by an operation. */
  gasLeft: bigint;
  limits: readonly {
    token: Address;
    cap: bigint;
    period: number;
    /** Base units left now. */
    left: bigint;
    /** Unix seconds at which the next period starts; 0 for a lifetime limit. */
    refillsAt: bigint;
  }[];
}

/** What the chain knows of a session. */
export async function readSession(
  client: SessionClient,
  parameters: ReadSessionParameters,
): Promise<ReadSessionReturnType> {
  const { principal, key } = parameters;
  const { status, ...state } = await readDeployed(client, {
    abi: latchkeyLensAbi,
    address: deploymentOf(parameters).lens,
    functionName: "getSession",
    args: [principal, key],
  });
  return { ...state, status: STATUSES[status]! };
}
