import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, zeroAddress } from "viem";
import { latchkeyLensAbi } from "../generated/abi/latchkeyLensAbi.ts";
import { revertError } from "../errors/decodeSessionError.ts";
import { isSessionError, type SessionError } from "../errors/SessionError.ts";
import { Route, type SessionCall } from "../types.ts";
import { deploymentOf, readDeployed, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";

export interface ExplainCallsParameters extends DeploymentParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
  route: Route;
  calls: readonly SessionCall[];
  /**
   * The deadline that would be signed, unix seconds, inclusive.
   *
   * @default the one that `sendSessionCalls` would sign
   */
  validUntil?: number | undefined;
  /** Wei; route `userOperation` only. */
  maxGasCost?: bigint | undefined;
  /** Route `userOperation` only. */
  paymaster?: Address | undefined;
}

export interface ExplainCallsReturnType {
  allowed: boolean;
  /** The offending call; the number of calls if the reason is not one of them. */
  index: number;
  /** The error that sending them would end in. */
  error: SessionError | undefined;
}

export type ExplainCallsErrorType = ReadErrorType;

/**
 * Whether the chain would let the key make these calls now, and if not, why.
 *
 * @example
 * const { allowed, error } = await client.explainCalls({ principal, key: key.address, route: "direct", calls });
 */
export async function explainCalls(
  client: SessionClient,
  parameters: ExplainCallsParameters,
): Promise<ExplainCallsReturnType> {
  const { principal, key, route, calls, maxGasCost = 0n, paymaster = zeroAddress } = parameters;
  const end = parameters.validUntil ?? (await deadlineOf(client, parameters));
  const question = {
    abi: latchkeyLensAbi,
    address: deploymentOf(parameters).lens,
    functionName: "explain",
    args: [
      principal,
      key,
      Route[route],
      calls.map(({ to, value = 0n, data: sent = "0x" }) => ({ target: to, value, data: sent })),
      end,
      maxGasCost,
      paymaster,
    ],
  } as const;
  // The next block's time counts. Not every node has a pending one.
  const [allowed, index, data] = await readDeployed(client, { ...question, blockTag: "pending" }).catch(() =>
    readDeployed(client, question),
  );
  return { allowed, index: Number(index), error: allowed ? undefined : revertError(data) };
}

/** What an operation's deadline would be: it says which period of each limit the calls are charged to. */
async function deadlineOf(client: SessionClient, parameters: ExplainCallsParameters): Promise<number> {
  const calls = parameters.route === "userOperation" ? parameters.calls : [];
  try {
    return (await sessionToSign(client, { ...parameters, calls })).validUntil;
  } catch (thrown) {
    // Of a session that cannot act the chain says why.
    if (!isSessionError(thrown)) throw thrown;
    return timeOf(client);
  }
}
