import { type Address, encodeFunctionData, type Hash } from "viem";
import { type Pending, principalOf, sentBy, type SentByOwner, submitTransaction } from "../accounts/owner.ts";
import type { SessionClient } from "../chain/client.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { typedData } from "../chain/typedData.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import {
  type ChainParameters,
  chainsInOrder,
  deadlineOnChains,
  latchkeyOf,
  onChainByChain,
  onEachChain,
  type OwnerOnChainsParameters,
  signOnce,
  signsOnce,
} from "./onChains.ts";
import { requireRevoked, submitRevocation } from "./revokeSession.ts";

export interface RevokeSessionOnChainsParameters extends OwnerOnChainsParameters {
  /** The key's address. */
  key: Address;
  /** 1 to 32, in any order, each chain once. */
  chains: readonly ChainParameters[];
}

/** What was sent to one of the chains. */
export interface ChainRevocation extends SentByOwner {
  chainId: number;
}
/** In the order of the chain ids. */
export type RevokeSessionOnChainsReturnType = ChainRevocation[];
export interface RevokeSessionOnChainsSyncParameters extends RevokeSessionOnChainsParameters, WaitParameters {}
export type RevokeSessionOnChainsSyncReturnType = (ChainRevocation & {
  /** The mined transaction. */
  hash: Hash;
})[];
export type RevokeSessionOnChainsErrorType = OwnerErrorType;
export type RevokeSessionOnChainsSyncErrorType = OwnerErrorType;

/**
 * Kills a session key on several chains by one signature of the principal, and returns as soon as all of it is sent: on
 * each chain the key lives until it is mined there. A key that is registered on none of them can never be any more.
 *
 * @example
 * await client.revokeSessionOnChains({ account, key: key.address, chains: [{ client, relayer }] });
 */
export async function revokeSessionOnChains(
  client: SessionClient,
  parameters: RevokeSessionOnChainsParameters,
): Promise<RevokeSessionOnChainsReturnType> {
  return revocationsOf(await submit(client, parameters));
}

/**
 * Kills a session key on several chains as `revokeSessionOnChains` does, and waits until each of them says that it is
 * dead.
 *
 * @example
 * await client.revokeSessionOnChainsSync({ account, key: key.address, chains: [{ client, relayer }] });
 */
export async function revokeSessionOnChainsSync(
  client: SessionClient,
  parameters: RevokeSessionOnChainsSyncParameters,
): Promise<RevokeSessionOnChainsSyncReturnType> {
  const { key } = parameters;
  const principal = principalOf(client, parameters);
  const revoked = async ({ pending, revocation, entry }: Submitted) => {
    const receipt = await pending.mined(parameters);
    await requireRevoked(entry.client, { ...entry, principal, key }, receipt);
    return { ...revocation, hash: receipt.transactionHash };
  };
  return onEachChain(await submit(client, parameters), revoked, (done) => done);
}

interface Submitted {
  chainId: number;
  entry: ChainParameters;
  pending: Pending;
  revocation: ChainRevocation;
}

const revocationsOf = (done: readonly Submitted[]) => done.map(({ revocation }) => revocation);

async function submit(client: SessionClient, parameters: RevokeSessionOnChainsParameters): Promise<Submitted[]> {
  const { key, onSubmitted } = parameters;
  const principal = principalOf(client, parameters);
  const entries = await chainsInOrder(parameters.chains, parameters);
  const isOnce = signsOnce(client, parameters);
  const latchkey = isOnce ? latchkeyOf(entries) : undefined;
  const deadline = await deadlineOnChains(entries, parameters);
  await parameters.onSignatures?.(isOnce ? 1 : entries.length);
  const sent = (entry: (typeof entries)[number], pending: Pending): Submitted => {
    const { chainId } = entry;
    return { chainId, entry, pending, revocation: { chainId, ...sentBy(pending) } };
  };
  if (latchkey === undefined) {
    const signEach = async (entry: (typeof entries)[number]) => {
      const { client: on, deployment, relayer } = entry;
      const account = on.account ?? parameters.account ?? client.account;
      const owner = { principal, account, deadline: parameters.deadline, onSubmitted };
      return sent(entry, await submitRevocation(on, { ...owner, key, deployment, relayer }));
    };
    return onChainByChain(entries, signEach, revocationsOf);
  }
  const chains = entries.map(({ chainId }) => BigInt(chainId));
  const signature = await signOnce(client, parameters, latchkey, {
    types: typedData.revokeSessionOnChains,
    primaryType: "RevokeSessionOnChains",
    message: { principal, key, deadline, chains },
  });
  const data = encodeFunctionData({
    abi: [sessionRegistry.revokeSessionOnChains],
    functionName: "revokeSessionOnChains",
    args: [principal, key, deadline, chains, signature],
  });
  const handIn = async (entry: (typeof entries)[number]) => {
    const request = { account: entry.relayer, to: latchkey, data, isSecret: true };
    return sent(entry, await submitTransaction(entry.client, request, { onSubmitted }));
  };
  return onEachChain(entries, handIn, revocationsOf);
}
