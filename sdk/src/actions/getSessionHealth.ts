import type { ReadErrorType } from "../errors/errorTypes.ts";
import { type Address, getAddress, type Hex } from "viem";
import { getCode } from "viem/actions";
import type { Limit } from "../types.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import { timeOf } from "../chain/time.ts";
import { readPolicy } from "../sessions/readPolicy.ts";
import { readSession, type ReadSessionReturnType } from "../sessions/readSession.ts";
import { getGasBuffer, type GetGasBufferParameters } from "./getGasBuffer.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";

export interface GetSessionHealthParameters extends DeploymentParameters, LogRangeParameters {
  principal: Address;
  /** The key's address. */
  key: Address;
  /** Warn when fewer calls are left; 5 unless told otherwise. */
  warnBelowCalls?: number | undefined;
  /** Warn when fewer seconds are left; 600 unless told otherwise. */
  warnBelowSeconds?: number | undefined;
  /** Warn when less of a limit or of the gas budget is left, in percent; 10 unless told otherwise. */
  warnBelowPercent?: number | undefined;
  /** For a key that sends for itself: what its balance is held against. Its balance is not looked at without. */
  gasBuffer?: Omit<GetGasBufferParameters, "key"> | undefined;
  /**
   * What the wallet delegated to (EIP-7702) when the session was registered, or "none". Without it the state of that
   * block is read, which not every node keeps.
   */
  delegateAtRegistration?: Address | "none" | undefined;
  /** The block from which the registration is searched for; the first unless told otherwise. */
  fromBlock?: bigint | undefined;
}

/** What to do about a warning: the name of an action. */
export type SessionOffer = "renewSession" | "fundSession" | "revokeAllSessions";

/** Something that will soon keep the session from acting, with the number that says so. */
export type SessionWarning =
  | {
      /**
       * `calls-low` in calls; `ends-soon` in seconds; `gas-low` in wei of the key; `gas-budget-low` in wei of operations;
       * `limit-low` in base units, or counts, of `limit.unit`.
       */
      reason: "calls-low" | "ends-soon" | "gas-low" | "gas-budget-low" | "limit-low";
      /** What is left. */
      left: bigint;
      /** Below this there is a warning. */
      threshold: bigint;
      offer: SessionOffer;
      /** `limit-low` only: a unit may have several, one for each period. */
      limit?: Limit;
    }
  | {
      /** The code that the wallet delegates to (EIP-7702) is another one than when the session was registered. */
      reason: "delegate-changed";
      offer: "revokeAllSessions";
      delegates: Delegates;
    };

/** What a wallet delegates to by EIP-7702. */
export interface Delegates {
  /** When the session was last registered; undefined for no delegate. */
  then: Address | undefined;
  now: Address | undefined;
}

export interface GetSessionHealthReturnType {
  session: ReadSessionReturnType;
  /** Empty for a session that is well; and for one that is revoked or was never registered, which nothing helps. */
  warnings: SessionWarning[];
  /** Undefined for an account with code of its own, and if the node cannot say what was when the session was registered. */
  delegates: Delegates | undefined;
}

export type GetSessionHealthErrorType = ReadErrorType;

/**
 * What a screen should warn of before the session fails, each with its number, its threshold and its remedy.
 *
 * @example
 * const { warnings } = await client.getSessionHealth({ principal, key: key.address });
 */
export async function getSessionHealth(
  client: SessionClient,
  parameters: GetSessionHealthParameters,
): Promise<GetSessionHealthReturnType> {
  const { warnBelowCalls = 5, warnBelowSeconds = 600, warnBelowPercent = 10 } = parameters;
  const [session, time] = await Promise.all([readSession(client, parameters), timeOf(client)]);
  if (session.status === "None" || session.status === "Revoked") return { session, warnings: [], delegates: undefined };
  const { gasBudget } = await readPolicy(client, { ...parameters, policyId: session.policyId });
  const part = (whole: bigint) => (whole * BigInt(warnBelowPercent)) / 100n;
  let counts: Extract<SessionWarning, { left: bigint }>[] = [
    { reason: "calls-low", left: BigInt(session.callsLeft), threshold: BigInt(warnBelowCalls), offer: "renewSession" },
    {
      reason: "ends-soon",
      // The last second counts.
      left: BigInt(Math.max(0, session.validUntil - time + 1)),
      threshold: BigInt(warnBelowSeconds),
      offer: "renewSession",
    },
    { reason: "gas-budget-low", left: session.gasLeft, threshold: part(gasBudget), offer: "renewSession" },
  ];
  for (const { left, refillsAt: _later, ...limit } of session.limits) {
    counts.push({ reason: "limit-low", limit, left, threshold: part(limit.cap), offer: "renewSession" });
  }
  // Of a session that is over nothing is left to count.
  if (session.status === "Expired") counts = counts.filter(({ reason }) => reason === "ends-soon");
  if (parameters.gasBuffer !== undefined) {
    const { balance, costPerCall, warnBelow } = await getGasBuffer(client, {
      ...parameters.gasBuffer,
      key: parameters.key,
    });
    const threshold = costPerCall * BigInt(warnBelow);
    counts.push({ reason: "gas-low", left: balance, threshold, offer: "fundSession" });
  }
  const warnings: SessionWarning[] = counts.filter(({ left, threshold }) => left < threshold);
  const delegates = await delegatesOf(client, parameters);
  if (delegates !== undefined && delegates.then?.toLowerCase() !== delegates.now?.toLowerCase()) {
    warnings.push({ reason: "delegate-changed", offer: "revokeAllSessions", delegates });
  }
  return { session, warnings, delegates };
}

/** What the wallet delegates to, at the session's latest registration and now. */
async function delegatesOf(
  client: SessionClient,
  parameters: GetSessionHealthParameters,
): Promise<Delegates | undefined> {
  const { principal: address, delegateAtRegistration: given } = parameters;
  const code = await getCode(client, { address });
  const now = delegateIn(code);
  if (code !== undefined && now === undefined) return undefined;
  if (given !== undefined) return { then: given === "none" ? undefined : given, now };
  try {
    const registered = (await registrationsOf(client, parameters)).at(-1);
    if (registered === undefined) return undefined;
    return { then: delegateIn(await getCode(client, { address, blockNumber: registered.blockNumber })), now };
  } catch {
    // The node is no archive, or searches no log this long: what is known is known, and the caller sees that this is not.
    return undefined;
  }
}

/** EIP-7702: the code of a wallet that delegates is `0xef0100` and the address. */
function delegateIn(code: Hex | undefined): Address | undefined {
  return code?.length === 48 && code.startsWith("0xef0100") ? getAddress(`0x${code.slice(8)}`) : undefined;
}
