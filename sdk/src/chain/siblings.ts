import { type Address, getContractAddress } from "viem";
import * as sessionState from "../generated/items/sessionState.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "./client.ts";

/** The contracts of one deployment, in the order in which their deployer creates them. */
const ORDER = [
  "forwarder",
  "p256Verifier",
  "policyEncoder",
  "policyStore",
  "extension",
  "entrance",
  "latchkey",
] as const;

/** Latchkey and what surrounds it, where `ILatchkeyDeployer` puts it. */
export type Siblings = Record<(typeof ORDER)[number], Address>;

/** Where the siblings of a deployer stand or will stand: its creations, counted from 1. */
export function siblingsOf(deployer: Address): Siblings {
  const entries = ORDER.map((name, i) => [name, getContractAddress({ from: deployer, nonce: BigInt(i + 1) })]);
  return Object.fromEntries(entries) as Siblings;
}

/** What runs in Latchkey's place, which its code names: the extension and the entrance. */
export function delegatesOf(client: SessionClient, parameters: DeploymentParameters): Promise<Address[]> {
  const { latchkey: address } = deploymentOf(parameters);
  return Promise.all([
    readDeployed(client, { abi: [sessionState.EXTENSION], address, functionName: "EXTENSION" }),
    readDeployed(client, { abi: [sessionState.ENTRANCE], address, functionName: "ENTRANCE" }),
  ]);
}
