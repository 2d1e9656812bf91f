import { type Address, type Hex, isAddressEqual, zeroHash } from "viem";
import type { DeploymentParameters, SessionClient } from "../chain/client.ts";
import { laneKey } from "./laneOccupant.ts";
import { readPolicy } from "./readPolicy.ts";
import { readSession } from "./readSession.ts";

/** Where a session lives. */
export interface SessionLane {
  /** As its policy has it, or as 32 bytes. */
  app: string;
  /** @default 0n */
  lane?: bigint | undefined;
}

/** A key that was registered in a lane is never registered in another. */
const known = new WeakMap<SessionClient, Map<string, SessionLane>>();

/**
 * Where a session lives: its app is read from its policy, once. Of a key that is not in the lane that was named, or else in
 * lane 0, a lane is returned that is nobody else's: the number is the key's address.
 */
export async function sessionLaneOf(
  client: SessionClient,
  parameters: DeploymentParameters & {
    principal: Address;
    key: { address: Address };
    sessionLane?: bigint | undefined;
    /** The session's policy, where it is known already. */
    policyId?: Hex | undefined;
  },
): Promise<SessionLane> {
  const { principal, sessionLane: lane = 0n } = parameters;
  const { address: key } = parameters.key;
  const name = `${principal} ${key} ${lane}`.toLowerCase();
  const lanes = known.get(client) ?? new Map<string, SessionLane>();
  known.set(client, lanes);
  const found = lanes.get(name);
  if (found !== undefined) return found;
  const own = { app: zeroHash, lane: BigInt(key) };
  const policyId = parameters.policyId ?? (await readSession(client, { ...parameters, key })).policyId;
  // Nobody registered it.
  if (policyId === zeroHash) return own;
  const { app } = await readPolicy(client, { ...parameters, policyId });
  const session = isAddressEqual(await laneKey(client, { ...parameters, app, lane }), key) ? { app, lane } : own;
  lanes.set(name, session);
  return session;
}
