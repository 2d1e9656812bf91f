import type { Address, Hash } from "viem";
import { readContract } from "viem/actions";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import {
  deploymentOf,
  type DeploymentParameters,
  type OwnerParameters,
  principalOf,
  type SessionClient,
} from "../utils/client.ts";
import { callAsOwner } from "../utils/owner.ts";
import { sessionToSign } from "../utils/sessionToSign.ts";

export interface FundSessionParameters extends DeploymentParameters, Omit<OwnerParameters, "relayer" | "deadline"> {
  /** The key's address. */
  key: Address;
  /** Wei, above 0. */
  value: bigint;
}

export interface FundSessionReturnType {
  /** The mined transaction. */
  hash: Hash;
}

/**
 * Sends gas money from the principal to its session key. Refused, with nothing sent, for a session that is over or was
 * never registered, and for a P-256 key, which could never send it on.
 */
export async function fundSession(
  client: SessionClient,
  parameters: FundSessionParameters,
): Promise<FundSessionReturnType> {
  const { key, value } = parameters;
  if (value <= 0n) throw new SessionRequestError(`A key is funded with more than ${value} wei.`);
  const principal = principalOf(client, parameters);
  await sessionToSign(client, { ...parameters, principal });
  const [, , , x, y] = await readContract(client, {
    abi: sessionRegistryAbi,
    address: deploymentOf(parameters).latchkey,
    functionName: "sessionWords",
    args: [principal, key],
  });
  if (BigInt(x) !== 0n || BigInt(y) !== 0n) {
    throw new SessionRequestError("A P-256 key cannot send: what it is given is lost.", {
      metaMessages: [`Key: ${key}`],
    });
  }
  return { hash: await callAsOwner(client, { ...parameters, principal }, [{ to: key, value }]) };
}
