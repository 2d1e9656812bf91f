import type { Address } from "viem";
import * as sessionRegistry from "../generated/items/sessionRegistry.ts";
import { deploymentOf, type DeploymentParameters, readDeployed, type SessionClient } from "../chain/client.ts";

/** The nonce from which the next one is searched: of this client, by deployment, principal and key. */
const searched = new WeakMap<SessionClient, Map<string, Promise<bigint>>>();

/**
 * The next nonce of the signed routes: one after the other, from 0, so that 256 of them share one word of storage and no
 * call opens a new one for itself. The chain is searched for the first that is unused, and what this client has given out
 * is not given out again. The one behind it is taken for unused: another device may have used it first, or use it first.
 * The chain's answer is then `NonceAlreadyUsed`, and the next one is to be searched for with `isTaken`.
 */
export async function nextRelayNonce(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key: Address; isTaken?: boolean | undefined },
): Promise<bigint> {
  const { principal, key, isTaken = false } = parameters;
  const { latchkey: address } = deploymentOf(parameters);
  const isUsed = (nonce: bigint) => isRelayNonceUsed(client, { ...parameters, nonce });
  const known = searched.get(client) ?? new Map<string, Promise<bigint>>();
  searched.set(client, known);
  const name = `${address} ${principal} ${key}`.toLowerCase();
  // Calls that are under way at once ask one after the other, so that no two take the same.
  const given = known.get(name);
  const from = given ?? Promise.resolve(0n);
  const isSearched = given === undefined || isTaken;
  const found = isSearched ? from.then((first) => firstUnused(first, isUsed)) : from;
  const next = found.then(
    (nonce) => nonce + 1n,
    () => from,
  );
  known.set(name, next);
  return found;
}

/** Whether a call of this key was made with the nonce. */
export function isRelayNonceUsed(
  client: SessionClient,
  parameters: DeploymentParameters & { principal: Address; key: Address; nonce: bigint },
): Promise<boolean> {
  const { principal, key, nonce } = parameters;
  return readDeployed(client, {
    abi: [sessionRegistry.isNonceUsed],
    address: deploymentOf(parameters).latchkey,
    functionName: "isNonceUsed",
    args: [principal, key, nonce],
  });
}

/** Steps that double until one is unused, then by halves: few questions, as nonces are used in turn. */
async function firstUnused(from: bigint, isUsed: (nonce: bigint) => Promise<boolean>): Promise<bigint> {
  let step = 1n;
  let used = from - 1n;
  let unused = from;
  while (await isUsed(unused)) {
    used = unused;
    unused += step;
    step *= 2n;
  }
  while (unused - used > 1n) {
    const middle = (used + unused) / 2n;
    if (await isUsed(middle)) used = middle;
    else unused = middle;
  }
  return unused;
}
