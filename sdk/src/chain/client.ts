import type { Account, Address, Chain, Client, Transport } from "viem";
import { BaseError, ContractFunctionZeroDataError } from "viem";
import { getChainId, getCode, readContract } from "viem/actions";
import { type Deployment, latchkeyDeployment } from "../constants.ts";
import { SessionRequestError, SessionUnconfirmedError, TransactionReplacedError } from "../errors/clientErrors.ts";

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

/**
 * The chain that is signed for: the client's own, where it has one. Whether the node is on it too shows when it takes what
 * is signed; `chainError` says so where it does not.
 */
export async function signingChainOf(client: SessionClient): Promise<number> {
  return client.chain?.id ?? getChainId(client);
}

/** What was thrown, unless the node is on another chain than the client: that explains whatever else is wrong. */
export async function chainError(client: SessionClient, thrown: unknown): Promise<unknown> {
  if (client.chain === undefined || isSent(thrown)) return thrown;
  return chainIdOf(client).then(
    () => thrown,
    (other: unknown) => (other instanceof SessionRequestError ? other : thrown),
  );
}

/** What was sent is sent, whatever the node says of itself by now. */
function isSent(thrown: unknown): boolean {
  return thrown instanceof SessionUnconfirmedError || thrown instanceof TransactionReplacedError;
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

/** The block at which code was seen that stays: of each client, by chain and address. */
const seen = new WeakMap<SessionClient, Map<string, bigint>>();

/**
 * Refuses an address without code: a call there would succeed and do nothing. Code that was seen stays, but for a
 * delegation of EIP-7702: where the latest block is known it is not asked for again, unless the chain has gone back.
 */
export async function requireContract(client: SessionClient, address: Address, latest?: bigint | null): Promise<void> {
  const known = seen.get(client) ?? new Map<string, bigint>();
  seen.set(client, known);
  const name = `${client.chain?.id} ${address}`.toLowerCase();
  const since = known.get(name);
  if (since !== undefined && typeof latest === "bigint" && latest >= since) return;
  const code = await getCode(client, { address });
  const isLasting = code !== undefined && !code.startsWith("0xef01");
  if (isLasting && typeof latest === "bigint") known.set(name, latest);
  else if (!isLasting) known.delete(name);
  if (code !== undefined) return;
  throw new SessionRequestError("There is no contract at this address.", {
    metaMessages: [`Address: ${address}`, `Chain: ${await chainIdOf(client)}`],
  });
}
