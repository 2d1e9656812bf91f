import { type Address, encodeFunctionData, type Hash } from "viem";
import {
  deadlineOf,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  submitTransaction,
} from "../accounts/owner.ts";
import { deploymentOf, type SessionClient } from "../chain/client.ts";
import type { WaitParameters } from "../chain/sent.ts";
import { typedData } from "../chain/typedData.ts";
import { ChainsError } from "../errors/ChainsError.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import {
  type ChainParameters,
  chainsInOrder,
  failureOf,
  latchkeyOf,
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
  return (await submit(client, parameters)).map(({ revocation }) => revocation);
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
  return onEachChain(await submit(client, parameters), async ({ pending, revocation, entry }) => {
    const receipt = await pending.mined(parameters);
    await requireRevoked(entry.client, { ...entry, principal, key }, receipt);
    return { ...revocation, hash: receipt.transactionHash };
  });
}

interface Submitted {
  chainId: number;
  entry: ChainParameters;
  pending: Pending;
  revocation: ChainRevocation;
}

async function submit(client: SessionClient, parameters: RevokeSessionOnChainsParameters): Promise<Submitted[]> {
  const { key, onSubmitted } = parameters;
  const principal = principalOf(client, parameters);
  const entries = await chainsInOrder(parameters.chains, parameters);
  const isOnce = signsOnce(client, parameters);
  const latchkey = isOnce ? latchkeyOf(entries) : undefined;
  const deadlines = await Promise.all(entries.map((each) => deadlineOf(each.client, parameters)));
  await parameters.onSignatures?.(isOnce ? 1 : entries.length);
  const submittedOf = (entry: (typeof entries)[number], pending: Pending): Submitted => {
    const { chainId } = entry;
    return { chainId, entry, pending, revocation: { chainId, ...sentBy(pending) } };
  };
  if (latchkey === undefined) {
    const submitted: Submitted[] = [];
    for (const entry of entries) {
      const { client: on, deployment, relayer } = entry;
      const account = on.account ?? parameters.account ?? client.account;
      const { deadline } = parameters;
      try {
        const pending = await submitRevocation(on, {
          principal,
          account,
          deadline,
          onSubmitted,
          key,
          deployment,
          relayer,
        });
        submitted.push(submittedOf(entry, pending));
      } catch (thrown) {
        const done = submitted.map(({ revocation }) => revocation);
        throw new ChainsError([await failureOf(entry, thrown)], done);
      }
    }
    return submitted;
  }
  // Of all clocks the one that is behind.
  const deadline = deadlines.reduce((least, each) => (each < least ? each : least));
  const chains = entries.map(({ chainId }) => BigInt(chainId));
  const signature = await signOnce(client, parameters, latchkey, {
    types: typedData.revokeSessionOnChains,
    primaryType: "RevokeSessionOnChains",
    message: { principal, key, deadline, chains },
  });
  return onEachChain(entries, async (entry) => {
    const { latchkey: to } = deploymentOf(entry);
    const args = [principal, key, deadline, chains, signature] as const;
    const data = encodeFunctionData({
      abi: [sessionRegistry.revokeSessionOnChains],
      functionName: "revokeSessionOnChains",
      args,
    });
    const request = { account: entry.relayer, to, data, isSecret: true };
    return submittedOf(entry, await submitTransaction(entry.client, request, { onSubmitted }));
  });
}
