import type { ReadErrorType } from "../errors/errorTypes.ts";
import type { Address } from "viem";
import { sessionConsumerAbi } from "../generated/abi/sessionConsumerAbi.ts";
import { deploymentOf, readDeployed, type DeploymentParameters, type SessionClient } from "../chain/client.ts";

export interface IsValidForParameters extends DeploymentParameters {
  key: Address;
  principal: Address;
  /** The dApp's contract, which the answer is for. */
  contract: Address;
}

export type IsValidForErrorType = ReadErrorType;

/**
 * Whether the session is live and this contract may consume it (route `asked`).
 *
 * @example
 * const isAllowed = await client.isValidFor({ principal, key: key.address, contract: contractAddress });
 */
export function isValidFor(client: SessionClient, parameters: IsValidForParameters): Promise<boolean> {
  const { key, principal, contract } = parameters;
  return readDeployed(client, {
    abi: sessionConsumerAbi,
    address: deploymentOf(parameters).latchkey,
    functionName: "isValidFor",
    args: [key, principal],
    // The answer is for the caller alone.
    account: contract,
  });
}
