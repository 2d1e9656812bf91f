import type { Address, Hash } from "viem";
import {
  type OwnerParameters,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  submitAsOwner,
} from "../accounts/owner.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import type { LogRangeParameters } from "../chain/logs.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";

export interface FundSessionParameters
  extends DeploymentParameters, LogRangeParameters, Omit<OwnerParameters, "relayer" | "deadline"> {
  /** The key's address. */
  key: Address;
  /** Wei, above 0. */
  value: bigint;
  /**
   * The block from which the registration is searched for.
   *
   * @default the first
   */
  fromBlock?: bigint | undefined;
}

export type FundSessionReturnType = SentByOwner;
export interface FundSessionSyncParameters extends FundSessionParameters, WaitParameters {}
export interface FundSessionSyncReturnType extends SentByOwner {
  /** The mined transaction. */
  hash: Hash;
}
export type FundSessionErrorType = OwnerErrorType;
export type FundSessionSyncErrorType = OwnerErrorType;

/**
 * Sends gas money from the principal to its session key, and returns as soon as it is sent. Refused, with nothing sent, for
 * a session that is over or was never registered, and for a P-256 key, which could never send it on, if it was registered
 * with its public key.
 *
 * @example
 * await client.fundSession({ account, key: key.address, value: 10n ** 15n });
 */
export async function fundSession(
  client: SessionClient,
  parameters: FundSessionParameters,
): Promise<FundSessionReturnType> {
  return sentBy(await submitFunds(client, parameters));
}

/**
 * Sends gas money as `fundSession` does, and waits until it has arrived.
 *
 * @example
 * const { hash } = await client.fundSessionSync({ account, key: key.address, value: 10n ** 15n });
 */
export async function fundSessionSync(
  client: SessionClient,
  parameters: FundSessionSyncParameters,
): Promise<FundSessionSyncReturnType> {
  const pending = await submitFunds(client, parameters);
  const { transactionHash: hash } = await pending.mined(parameters);
  return { ...sentBy(pending), hash };
}

async function submitFunds(client: SessionClient, parameters: FundSessionParameters): Promise<Pending> {
  const { key, value } = parameters;
  if (value <= 0n) throw new SessionRequestError(`A key is funded with more than ${value} wei.`);
  const principal = principalOf(client, parameters);
  await sessionToSign(client, { ...parameters, principal });
  const registered = (await registrationsOf(client, { ...parameters, principal })).at(-1);
  if (registered !== undefined && registered.args.publicKey !== "0x") {
    throw new SessionRequestError("A P-256 key cannot send: what it is given is lost.", {
      metaMessages: [`Key: ${key}`],
    });
  }
  return submitAsOwner(client, { ...parameters, principal }, [{ to: key, value }]);
}
