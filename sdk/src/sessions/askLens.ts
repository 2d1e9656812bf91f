import { type Address, type Hex, zeroAddress } from "viem";
import { deploymentOf, readDeployed, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { timeOf } from "../chain/time.ts";
import { typedRevert } from "../errors/onDemand.ts";
import { isSessionError, type SessionError } from "../errors/SessionError.ts";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import { Route, type SessionCall } from "../types.ts";
import { sessionToSign } from "./sessionToSign.ts";

export interface AskLensParameters extends DeploymentParameters {
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

/** What the lens says to calls: whether they are allowed now, or were in a block; if not, which one is refused and by which error. */
export async function askLens(
  client: SessionClient,
  parameters: AskLensParameters,
  blockNumber?: bigint,
): Promise<{ allowed: boolean; index: number; error: SessionError | undefined }> {
  const question = {
    ...explanation({ ...parameters, validUntil: parameters.validUntil ?? (await deadlineOf(client, parameters)) }),
    address: deploymentOf(parameters).lens,
  };
  // The next block's time counts. Not every node has a pending one.
  return saidBy(
    blockNumber === undefined
      ? await readDeployed(client, { ...question, blockTag: "pending" }).catch(() => readDeployed(client, question))
      : await readDeployed(client, { ...question, blockNumber }),
  );
}

/** What the lens answers, in the client's words. */
export async function saidBy([allowed, index, data]: readonly [boolean, bigint, Hex]) {
  return { allowed, index: Number(index), error: allowed ? undefined : await typedRevert(data) };
}

/** The question that the lens is asked. */
export function explanation(parameters: Omit<AskLensParameters, "validUntil"> & { validUntil: number }) {
  const { principal, key, route, calls, validUntil, maxGasCost = 0n, paymaster = zeroAddress } = parameters;
  const asked = calls.map(({ to, value = 0n, data = "0x" }) => ({ target: to, value, data }));
  return {
    abi: [latchkeyLens.explain],
    functionName: "explain",
    args: [principal, key, Route[route], asked, validUntil, maxGasCost, paymaster],
  } as const;
}

/** What an operation's deadline would be: it says which period of each limit the calls are charged to. */
async function deadlineOf(client: SessionClient, parameters: AskLensParameters): Promise<number> {
  const { principal, key, route, calls, deployment } = parameters;
  try {
    const charged = route === "userOperation" ? calls : [];
    return (await sessionToSign(client, { principal, key, deployment, calls: charged })).validUntil;
  } catch (thrown) {
    // Of a session that cannot act the chain says why.
    if (!isSessionError(thrown)) throw thrown;
    return timeOf(client);
  }
}
