import type { Address } from "viem";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import { fewAtOnce } from "../chain/fewAtOnce.ts";
import { isUnreachable } from "../chain/reachable.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";
import * as latchkeyLens from "../generated/items/latchkeyLens.ts";
import { type ReadSessionReturnType, sessionStateOf } from "./readSession.ts";

/** Sessions asked for in one call. */
const KEYS = 25;

/** What the chain knows of a principal's sessions, in the order of their keys; one call of the node for every 25. */
export async function readSessions(
  client: SessionClient,
  parameters: DeploymentParameters & {
    principal: Address;
    keys: readonly Address[];
    /** The block whose state is read; the latest unless told otherwise. */
    blockNumber?: bigint | undefined;
  },
): Promise<ReadSessionReturnType[]> {
  const { principal, keys, blockNumber } = parameters;
  const read = async (some: readonly Address[]): Promise<ReadSessionReturnType[]> => {
    try {
      const states = await readDeployed(client, {
        abi: [latchkeyLens.getSessions],
        address: deploymentOf(parameters).lens,
        functionName: "getSessions",
        args: [principal, some],
        blockNumber,
      });
      return states.map(sessionStateOf);
    } catch (thrown) {
      // The policies of many may cost more gas than the node gives a call.
      if (some.length === 1 || isUnreachable(thrown) || thrown instanceof SessionRequestError) throw thrown;
      const half = some.length >> 1;
      return [...(await read(some.slice(0, half))), ...(await read(some.slice(half)))];
    }
  };
  const calls = Array.from({ length: Math.ceil(keys.length / KEYS) }, (_, i) => keys.slice(KEYS * i, KEYS * (i + 1)));
  return (await fewAtOnce(calls, read)).flat();
}
