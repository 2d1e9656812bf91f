import type { Account, Address, Chain, Client, Transport } from "viem";
import { BaseError, ContractFunctionZeroDataError } from "viem";
import { getChainId, getCode, readContract } from "viem/actions";
import { type Deployment, latchkeyDeployment } from "../constants.ts";
import { SessionRequestError } from "../errors/clientErrors.ts";

/** Any client of viem; one with an account can be the wallet. */
export type SessionClient = Client<Transport, Chain | undefined, Account | undefined>;

/** What every action takes. */
export interface DeploymentParameters {
  /** @default the contracts of this release */
  deployment?: Deployment | undefined;
}

/** The addresses to be used. */
export function deploymentOf({ deployment = latchkeyDeployment }: DeploymentParameters): Deployment {
  return deployment;
}

/** The node's chain, which is what is signed for. A client that was made for another is refused. */
export async function chainIdOf(client: SessionClient): Promise<number> {
  const id = await getChainId(client);
  if (client.chain === undefined || client.chain.id === id) return id;
  throw new SessionRequestError("The node is on another chain than the client.", {
    metaMessages: [`Client: chain ${client.chain.id}`, `Node: chain ${id}`],
  });
}

/** `readContract` of a contract of Latchkey. That there is none is an error of its own. */
export const readDeployed: typeof readContract = async (client, parameters) => {
  try {
    return await readContract(client, parameters);
  } catch (thrown) {
    if (!(thrown instanceof BaseError) || thrown.walk((each) => each instanceof ContractFunctionZeroDataError) === null)
      throw thrown;
    await requireContract(client as SessionClient, parameters.address!);
    throw thrown;
  }
};

/** Whether there is code at an address. */
export async function isDeployed(client: SessionClient, address: Address): Promise<boolean> {
  return (await getCode(client, { address })) !== undefined;
}

/** Refuses an address without code: a call there would succeed and do nothing. */
export async function requireContract(client: SessionClient, address: Address): Promise<void> {
  if (await isDeployed(client, address)) return;
  throw new SessionRequestError("There is no contract at this address.", {
    metaMessages: [`Address: ${address}`, `Chain: ${await chainIdOf(client)}`],
  });
}
