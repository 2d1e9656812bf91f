import { type Address, encodeEventTopics } from "viem";
import { deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import { type LogRangeParameters, readEvents, type ReadLogsParameters } from "../chain/logs.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";

export interface RegistrationsParameters
  extends DeploymentParameters, LogRangeParameters, Pick<ReadLogsParameters, "fromBlock" | "toBlock"> {
  principal: Address;
  /** Of any key unless told otherwise. */
  key?: Address | undefined;
}

/** Every registration and renewal of a principal, the first one first. */
export function registrationsOf(client: SessionClient, parameters: RegistrationsParameters) {
  const { principal, key, fromBlock, toBlock, maxBlockRange } = parameters;
  const event = { abi: [sessionRegistry.SessionRegistered], eventName: "SessionRegistered" } as const;
  return readEvents(client, {
    ...event,
    address: deploymentOf(parameters).latchkey,
    topics: encodeEventTopics({ ...event, args: { principal, key } }) as ReadLogsParameters["topics"],
    fromBlock,
    toBlock,
    maxBlockRange,
  });
}
