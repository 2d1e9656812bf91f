import type { OwnerErrorType } from "../errors/errorTypes.ts";
import type { Address, Hash } from "viem";
import { SessionRequestError } from "../errors/clientErrors.ts";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { type OwnerParameters, principalOf } from "../accounts/owner.ts";
import { callAsOwner } from "../accounts/owner.ts";
import { registrationsOf } from "../sessions/registrationsOf.ts";
import { sessionToSign } from "../sessions/sessionToSign.ts";

export interface FundSessionParameters extends DeploymentParameters, Omit<OwnerParameters, "relayer" | "deadline"> {
  /** The key's address. */
  key: Address;
  /** Wei, above 0. */
  value: bigint;
  /** The block from which the registration is searched for; the first unless told otherwise. */
  fromBlock?: bigint | undefined;
}

export interface FundSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
}

export type FundSessionErrorType = OwnerErrorType;

/**
 * Sends gas money from the principal to its session key. Refused, with nothing sent, for a session that is over or was
 * never registered, and for a P-256 key, which could never send it on, if it was registered with its public key.
 *
 * @example
 * await client.fundSession({ account, key: key.address, value: 10n ** 15n });
 */
export async function fundSession(
  client: SessionClient,
  parameters: FundSessionParameters,
): Promise<FundSessionReturnType> {
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
  return { hash: await callAsOwner(client, { ...parameters, principal }, [{ to: key, value }]) };
}
