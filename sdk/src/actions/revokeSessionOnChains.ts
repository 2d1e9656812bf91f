import { type Address, encodeFunctionData, type Hash } from "viem";
import {
  deadlineOf,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  submitTransaction,
} from "../accounts/owner.ts";
import { chainIdOf, type SessionClient, signingChainOf } from "../chain/client.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { typedData } from "../chain/typedData.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import {
  type ChainParameters,
  chainsInOrder,
  isDeclined,
  lastOf,
  latchkeyOf,
  type Numbered,
  type OwnerOnChainsParameters,
  requireAll,
  settle,
  type Settled,
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
 * What fails on one chain keeps no other from it. A chain whose node is down is left out of what is signed, if its client
 * has a `chain`. A `ChainsError` then says in `failures` where the key may still live and why, and in `done` where it was
 * sent: ask again for the others. A user's no ends it: it is thrown as it is where nothing was sent before, and the chains
 * behind it are neither asked nor named.
 *
 * @example
 * await client.revokeSessionOnChains({ account, key: key.address, chains: [{ client, relayer }] });
 */
export async function revokeSessionOnChains(
  client: SessionClient,
  parameters: RevokeSessionOnChainsParameters,
): Promise<RevokeSessionOnChainsReturnType> {
  return revocationsOf(requireAll(await submit(client, parameters), revocationsOf));
}

/**
 * Kills a session key on several chains as `revokeSessionOnChains` does, and waits until each of them says that it is
 * dead: those that were reached, whatever failed on another. What a `ChainsError` has in `done` is where the key is dead.
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
  const { done, failures: before } = await submit(client, parameters);
  const revoked = async (sent: Submitted) => {
    const receipt = await sent.pending.mined(parameters);
    await requireRevoked(sent.client, { ...sent, principal, key }, receipt);
    return { ...revocationOf(sent), hash: receipt.transactionHash };
  };
  return requireAll(await settle(done, revoked, before));
}

type Submitted = Numbered<ChainParameters> & { pending: Pending };

const revocationOf = ({ chainId, pending }: Submitted): ChainRevocation => ({ chainId, ...sentBy(pending) });
const revocationsOf = (done: readonly Submitted[]) => done.map(revocationOf);

/** Sends it to each chain that answers. */
async function submit(client: SessionClient, parameters: RevokeSessionOnChainsParameters): Promise<Settled<Submitted>> {
  const { key, onSubmitted } = parameters;
  const principal = principalOf(client, parameters);
  // Its client names a chain that does not answer.
  const named = await chainsInOrder(parameters.chains, parameters, signingChainOf);
  const asked = async (each: Numbered<ChainParameters>) => {
    await chainIdOf(each.client);
    return { ...each, deadline: await deadlineOf(each.client, parameters) };
  };
  const { done: entries, failures: before } = await settle(named, asked);
  if (entries.length === 0) return { done: [], failures: before };
  const isOnce = signsOnce(client, parameters);
  const latchkey = isOnce ? latchkeyOf(entries) : undefined;
  await parameters.onSignatures?.(isOnce ? 1 : entries.length);
  if (latchkey === undefined) {
    const signEach = async (entry: Numbered<ChainParameters>): Promise<Submitted> => {
      const { client: on, deployment, relayer } = entry;
      const account = on.account ?? parameters.account ?? client.account;
      const one = { ...parameters, principal, account, deployment, relayer };
      return { ...entry, pending: await submitRevocation(on, one) };
    };
    return settle(entries, signEach, before, isDeclined);
  }
  const chains = entries.map(({ chainId }) => BigInt(chainId));
  const deadline = lastOf(entries.map((each) => each.deadline));
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
  const handIn = async (entry: Numbered<ChainParameters>): Promise<Submitted> => {
    const request = { account: entry.relayer, to: latchkey, data, isSecret: true };
    return { ...entry, pending: await submitTransaction(entry.client, request, { onSubmitted }) };
  };
  return settle(entries, handIn, before);
}
