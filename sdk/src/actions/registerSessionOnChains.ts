import { type Address, encodeFunctionData, type Hash, type Hex, zeroAddress } from "viem";
import {
  accountOf,
  type Pending,
  principalOf,
  sentBy,
  type SentByOwner,
  submitTransaction,
} from "../accounts/owner.ts";
import { deploymentOf, type SessionClient } from "../chain/client.ts";
import { requireEvent } from "../chain/requireEvent.ts";
import { isService, type WaitParameters } from "../chain/sent.ts";
import { timeOf } from "../chain/time.ts";
import { typedData } from "../chain/typedData.ts";
import type { OwnerErrorType } from "../errors/errorTypes.ts";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { hashPolicy } from "../policies/hashPolicy.ts";
import type { Grant, Policy } from "../types.ts";
import {
  type ChainParameters,
  chainsInOrder,
  deadlineOnChains,
  latchkeyOf,
  type Numbered,
  type OwnerOnChainsParameters,
  requireAll,
  settle,
  signOnce,
  signsOnce,
} from "./onChains.ts";
import { isPolicyPublished, publishPolicySync } from "./publishPolicy.ts";
import { submitRegistration } from "./registerSession.ts";
import { grantFor, type GrantParameters, type GrantTurn, inGrantTurn, requireTaken } from "./registration.ts";

/** One of the chains, with the policy that holds there. */
export interface ChainPolicyParameters extends ChainParameters {
  /** The same contracts have other addresses on every chain: each has a policy of its own. */
  policy: Policy;
}

export interface RegisterSessionOnChainsParameters extends OwnerOnChainsParameters, GrantParameters {
  /** 1 to 32, in any order, each chain once. */
  chains: readonly ChainPolicyParameters[];
  /** The key that may be ended in that lane on each chain; `ANY_KEY` for whoever is there when it is mined. */
  replaces?: Address | undefined;
}

/** What was sent to one of the chains. */
export interface ChainRegistration extends SentByOwner {
  chainId: number;
  policyId: Hex;
  grant: Grant;
}
/** In the order of the chain ids. */
export type RegisterSessionOnChainsReturnType = ChainRegistration[];
export interface RegisterSessionOnChainsSyncParameters extends RegisterSessionOnChainsParameters, WaitParameters {}
export type RegisterSessionOnChainsSyncReturnType = (ChainRegistration & {
  /** The mined transaction. */
  hash: Hash;
})[];
export type RegisterSessionOnChainsErrorType = OwnerErrorType;
export type RegisterSessionOnChainsSyncErrorType = OwnerErrorType;

/**
 * Registers one session key on several chains by one signature of the principal, and returns as soon as all of it is sent.
 * Each chain has its own policy, counts its own calls and spends, and is shown in full: what can be lost is the sum. Every
 * chain is asked before the wallet; the policies that are not stored yet are stored by the relayers. A `ChainsError` says
 * where it failed and what was done elsewhere.
 *
 * @example
 * const chains = [{ client, policy, relayer }];
 * const [registration] = await client.registerSessionOnChains({ account, key, chains });
 */
export async function registerSessionOnChains(
  client: SessionClient,
  parameters: RegisterSessionOnChainsParameters,
): Promise<RegisterSessionOnChainsReturnType> {
  return registrationsOf(await submit(client, parameters));
}

/**
 * Registers a key on several chains as `registerSessionOnChains` does, and waits until each receipt says that it is
 * registered.
 *
 * @example
 * const chains = [{ client, policy, relayer }];
 * const registrations = await client.registerSessionOnChainsSync({ account, key, chains });
 */
export async function registerSessionOnChainsSync(
  client: SessionClient,
  parameters: RegisterSessionOnChainsSyncParameters,
): Promise<RegisterSessionOnChainsSyncReturnType> {
  const principal = principalOf(client, parameters);
  const registered = async ({ pending, registration, latchkey: address }: Submitted) => {
    const receipt = await pending.mined(parameters);
    const args = { principal, key: registration.grant.key };
    requireEvent(receipt, { abi: [sessionRegistry.SessionRegistered], address, eventName: "SessionRegistered", args });
    return { ...registration, hash: receipt.transactionHash };
  };
  return requireAll(await settle(await submit(client, parameters), registered));
}

interface Submitted {
  chainId: number;
  latchkey: Address;
  pending: Pending;
  registration: ChainRegistration;
}

const registrationsOf = (done: readonly Submitted[]) => done.map(({ registration }) => registration);

type Entry = Numbered<ChainPolicyParameters> & { grant: Grant; isPublished: boolean };

async function submit(client: SessionClient, parameters: RegisterSessionOnChainsParameters): Promise<Submitted[]> {
  const { replaces = zeroAddress } = parameters;
  const principal = principalOf(client, parameters);
  const chains = await chainsInOrder(parameters.chains, parameters);
  const isOnce = signsOnce(client, parameters);
  const latchkey = isOnce ? latchkeyOf(chains) : undefined;
  // The window is the same everywhere: no clock is behind its start.
  const times = await Promise.all(chains.map((each) => timeOf(each.client)));
  const policies = chains.map(({ policy }) => policy);
  const common = { ...grantFor(parameters, policies, Math.min(...times)), replaces };
  const asked = async (each: (typeof chains)[number]): Promise<Entry> => {
    const grant = { ...common, policyId: hashPolicy(each.policy) };
    const isPublished = await isPolicyPublished(each.client, { ...each, policyId: grant.policyId });
    await requireTaken(each.client, { ...each, principal }, grant, isPublished);
    return { ...each, grant, isPublished };
  };
  // To ask is to do nothing.
  const entries = requireAll(await settle(chains, asked), () => []);
  await parameters.onSignatures?.(isOnce ? 1 : entries.length);
  return latchkey === undefined
    ? signPerChain(client, parameters, entries)
    : signForAll(client, parameters, entries, latchkey);
}

/** Takes the turn of each chain's grant nonce, signs for all of them, and hands it in everywhere. */
async function signForAll(
  client: SessionClient,
  parameters: RegisterSessionOnChainsParameters,
  entries: readonly Entry[],
  latchkey: Address,
): Promise<Submitted[]> {
  const principal = principalOf(client, parameters);
  const { onSubmitted } = parameters;
  return inTurns(entries, { latchkey, principal }, async (turns) => {
    const deadline = await deadlineOnChains(entries, parameters);
    const { policyId: _ofOne, ...common } = entries[0]!.grant;
    const listed = entries.map(({ chainId }, i) => ({ chainId: BigInt(chainId), nonce: turns[i]!.nonce }));
    const signature = await signOnce(client, parameters, latchkey, {
      types: typedData.registerSessionOnChains,
      primaryType: "RegisterSessionOnChains",
      message: {
        ...{ principal, ...common, deadline },
        chains: listed.map((each, i) => ({ ...each, policy: entries[i]!.policy })),
      },
    });
    const chains = listed.map((each, i) => ({ ...each, policyId: entries[i]!.grant.policyId }));
    const submitted = async (entry: Entry): Promise<Submitted> => {
      await publish(client, parameters, entry);
      const { client: on, chainId, grant, relayer: account } = entry;
      const args = [principal, grant, deadline, chains, signature] as const;
      const data = encodeFunctionData({
        abi: [sessionRegistry.registerSessionOnChains],
        functionName: "registerSessionOnChains",
        args,
      });
      const { handIn } = turns.find((turn) => turn.chainId === chainId)!;
      const request = { account, to: latchkey, data, isSecret: true };
      const pending = await handIn(() => submitTransaction(on, request, { onSubmitted }));
      const { policyId } = grant;
      return { chainId, latchkey, pending, registration: { chainId, ...sentBy(pending), policyId, grant } };
    };
    return requireAll(await settle(entries, submitted), registrationsOf);
  });
}

/** The turns of several chains. Everybody takes them in the order of the chain ids, so that nobody waits in a circle. */
async function inTurns<result>(
  entries: readonly Entry[],
  at: { latchkey: Address; principal: Address },
  task: (turns: GrantTurn[]) => Promise<result>,
): Promise<result> {
  const take = (turns: GrantTurn[]): Promise<result> => {
    const next = entries[turns.length];
    if (next === undefined) return task(turns);
    return inGrantTurn(next.client, at, (turn) => take([...turns, turn]));
  };
  return take([]);
}

/** A signature for each chain, one popup after the other. */
async function signPerChain(
  client: SessionClient,
  parameters: RegisterSessionOnChainsParameters,
  entries: readonly Entry[],
): Promise<Submitted[]> {
  const { account = client.account, deadline, onSubmitted } = parameters;
  const principal = principalOf(client, parameters);
  const submitted = async ({ client: on, chainId, deployment, policy, relayer, grant }: Entry): Promise<Submitted> => {
    // The wallet of the chain itself, where it has one: many sign for none but their own.
    const owner = { principal, account: on.account ?? account, deadline, onSubmitted };
    const { key: address, publicKey, policyId, ...window } = grant;
    const key = { address, publicKey };
    const { pending } = await submitRegistration(on, { ...window, ...owner, key, deployment, policy, relayer });
    const { latchkey } = deploymentOf({ deployment });
    return { chainId, latchkey, pending, registration: { chainId, ...sentBy(pending), policyId, grant } };
  };
  return requireAll(await settle(entries, submitted, [], () => true), registrationsOf);
}

/** Stores the policy if nobody has. A service takes the calls of sessions: whoever else is there publishes. */
async function publish(
  client: SessionClient,
  parameters: RegisterSessionOnChainsParameters,
  { client: on, deployment, policy, relayer, isPublished }: Entry,
): Promise<void> {
  if (isPublished) return;
  const { onSubmitted } = parameters;
  const account = isService(relayer) ? accountOf(client, parameters) : relayer;
  await publishPolicySync(on, { deployment, policy, account, relayer, onSubmitted });
}
