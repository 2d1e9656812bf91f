import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { Address } from "viem";
import { getBalance } from "viem/actions";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { SessionClient } from "../chain/client.ts";
import { feesOf } from "../chain/fees.ts";

export interface GetGasBufferParameters {
  /** The address of a key that sends for itself. */
  key: Address;
  /** Gas of one call; 300,000 unless told otherwise. */
  gasPerCall?: bigint | undefined;
  /** Warn when the balance pays for fewer calls than this; 5 unless told otherwise. */
  warnBelow?: number | undefined;
}

export interface GetGasBufferReturnType {
  /** Wei. */
  balance: bigint;
  /** Wei that a node asks for before it takes one call, at current fees. A rollup's fee for data is not in it. */
  costPerCall: bigint;
  /** How many calls the balance pays for. */
  calls: number;
  /** Whether that is below the threshold: offer a top-up. */
  isLow: boolean;
  /** The threshold, in calls. */
  warnBelow: number;
  /** Wei that are missing to the threshold; 0 if none are. */
  missing: bigint;
}

export type GetGasBufferErrorType = ReadErrorType;

/**
 * What a key that sends for itself can still pay for. A key without gas money keeps its rights and cannot use them.
 *
 * @example
 * const { isLow, missing } = await client.getGasBuffer({ key: key.address });
 */
export async function getGasBuffer(
  client: SessionClient,
  parameters: GetGasBufferParameters,
): Promise<GetGasBufferReturnType> {
  const { key, gasPerCall = 300_000n, warnBelow = 5 } = parameters;
  if (gasPerCall <= 0n || !Number.isSafeInteger(warnBelow) || warnBelow < 0) {
    throw new SessionRequestError("A call takes gas, and a threshold is a whole number of calls.", {
      metaMessages: [`Gas of a call: ${gasPerCall}`, `Threshold: ${warnBelow}`],
    });
  }
  const [balance, { price }] = await Promise.all([getBalance(client, { address: key }), feesOf(client)]);
  const costPerCall = gasPerCall * price;
  const needed = costPerCall * BigInt(warnBelow);
  return {
    balance,
    costPerCall,
    calls: costPerCall === 0n ? Number.MAX_SAFE_INTEGER : Number(balance / costPerCall),
    isLow: balance < needed,
    warnBelow,
    missing: balance < needed ? needed - balance : 0n,
  };
}
