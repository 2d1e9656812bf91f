import type { Address } from "viem";
import { getContractEvents } from "viem/actions";
import { sessionRegistryAbi } from "../generated/abi/sessionRegistryAbi.ts";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";

/** Every registration and renewal of a key, the first one first. */
export function registrationsOf(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key: Address; fromBlock?: bigint | undefined },
) {
  const { principal, key, fromBlock = 0n } = parameters;
  return getContractEvents(client, {
    abi: sessionRegistryAbi,
    address: deploymentOf(parameters).latchkey,
    eventName: "SessionRegistered",
    args: { principal, key },
    fromBlock,
    toBlock: "latest",
    strict: true,
  });
}
