import { type Address, getAddress, isAddressEqual, numberToHex, slice, zeroAddress } from "viem";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { encodeApp } from "../policies/encodeApp.ts";
import { readSession } from "./readSession.ts";

export interface LaneParameters extends DeploymentParameters {
  principal: Address;
  /** The app of a policy, in words. */
  app: string;
  lane: bigint;
}

/** The key that lived in a lane last, dead or alive; address 0 if nobody ever did. */
export async function laneKey(client: SessionClient, parameters: LaneParameters): Promise<Address> {
  const { principal, app, lane } = parameters;
  const word = await readDeployed(client, {
    abi: [sessionRegistry.laneWord],
    address: deploymentOf(parameters).latchkey,
    functionName: "laneWord",
    args: [principal, encodeApp(app), lane],
  });
  return getAddress(slice(numberToHex(word, { size: 32 }), 12));
}

/** The key that a registration of `key` in this lane would have to end; address 0 if there is none. */
export async function laneOccupant(
  client: SessionClient,
  parameters: LaneParameters & { key: Address },
): Promise<Address> {
  const occupant = await laneKey(client, parameters);
  if (isAddressEqual(occupant, zeroAddress) || isAddressEqual(occupant, parameters.key)) return zeroAddress;
  const { status } = await readSession(client, { ...parameters, key: occupant });
  // One that has no calls left, or has not begun, holds its lane too.
  return status === "Active" || status === "Pending" || status === "Exhausted" ? occupant : zeroAddress;
}
