import { type Address, isAddressEqual, type TypedDataDefinition } from "viem";
import { accountOf, deadlineOf, type OwnerParameters, principalOf, signAsOwner } from "../accounts/owner.ts";
import { chainIdOf, deploymentOf, type DeploymentParameters, type SessionClient } from "../chain/client.ts";
import type { Relayer } from "../chain/sent.ts";
import { latchkeyDomainOnChains } from "../chain/domain.ts";
import { type ChainFailure, ChainsError } from "../errors/ChainsError.ts";
import { SessionCreationError, SessionRequestError } from "../errors/clientErrors.ts";
import { typedError } from "../errors/onDemand.ts";
import { objectsIn } from "../errors/revertData.ts";

/** Most chains of one signature, inclusive. */
const MOST_CHAINS = 32;

/** One of several chains. The deployment is that of the action unless it has one of its own. */
export interface ChainParameters extends DeploymentParameters {
  /** Reads the chain. Where the principal signs once per chain and this client has an account, it signs. */
  client: SessionClient;
  /** Hands in what was signed and pays for it: also the principal's own wallet, by its address. */
  relayer: Relayer;
}

/** What a verb for several chains takes of the principal. */
export interface OwnerOnChainsParameters
  extends DeploymentParameters, Pick<OwnerParameters, "principal" | "account" | "deadline" | "onSubmitted"> {
  /**
   * Whether the principal signs once for all, in a domain without a chain id, or once per chain. A smart account's
   * ERC-1271 binds a chain, and some wallets sign no domain without one.
   *
   * @default "once", and "per chain" if the principal is a smart account
   */
  signatures?: "once" | "per chain" | undefined;
  /** Called before the first popup with the number of popups to come. What it throws ends it: nothing was asked or sent. */
  onSignatures?: ((count: number) => void | Promise<void>) | undefined;
}

/** A chain with its id. */
export type Numbered<entry extends ChainParameters> = entry & { chainId: number };

/** The chains in the order in which they are signed for. `idOf` says whether their nodes are asked for their ids. */
export async function chainsInOrder<entry extends ChainParameters>(
  entries: readonly entry[],
  { deployment }: DeploymentParameters,
  idOf: (client: SessionClient) => Promise<number> = chainIdOf,
): Promise<Numbered<entry>[]> {
  if (entries.length === 0 || entries.length > MOST_CHAINS) {
    throw new SessionCreationError("What is signed for several chains names 1 to 32.", {
      metaMessages: [`Chains: ${entries.length}`],
    });
  }
  const numbered = await Promise.all(
    entries.map(async (entry) => {
      const chainId = await idOf(entry.client);
      return { ...entry, deployment: entry.deployment ?? deployment, chainId };
    }),
  );
  numbered.sort(byChain);
  const twice = numbered.find(({ chainId }, i) => numbered[i - 1]?.chainId === chainId);
  if (twice !== undefined) {
    throw new SessionCreationError("A chain is named twice.", { metaMessages: [`Chain: ${twice.chainId}`] });
  }
  return numbered;
}

/** Latchkey, which what is signed once names: it stands at the same address everywhere. */
export function latchkeyOf(entries: readonly ChainParameters[]): Address {
  const [latchkey, ...rest] = entries.map((each) => deploymentOf(each).latchkey);
  const other = rest.find((each) => !isAddressEqual(each, latchkey!));
  if (other === undefined) return latchkey!;
  throw new SessionCreationError("One signature is for one Latchkey: the chains have it at different addresses.", {
    metaMessages: [`Latchkey: ${latchkey}`, `Another one: ${other}`, 'Sign with signatures: "per chain"'],
  });
}

/** Whether the principal signs once for all of them. */
export function signsOnce(client: SessionClient, owner: OwnerOnChainsParameters): boolean {
  if (owner.signatures !== undefined) return owner.signatures === "once";
  const account = accountOf(client, owner);
  return (account.type as string) !== "smart" && isAddressEqual(account.address, principalOf(client, owner));
}

/** The one signature. */
export async function signOnce(
  client: SessionClient,
  owner: OwnerOnChainsParameters,
  latchkey: Address,
  typed: Omit<TypedDataDefinition, "domain">,
) {
  const definition = { domain: latchkeyDomainOnChains(latchkey), ...typed } as TypedDataDefinition;
  try {
    return await signAsOwner(client, { ...owner, account: accountOf(client, owner) }, definition);
  } catch (thrown) {
    if (isDeclined(thrown)) throw thrown;
    throw new SessionRequestError("The wallet did not sign for several chains at once.", {
      cause: thrown,
      metaMessages: ['Ask it once per chain: signatures: "per chain"'],
    });
  }
}

/** Whether the user has said no, as EIP-1193 numbers it. */
export function isDeclined(thrown: unknown): boolean {
  return [...objectsIn(thrown)].some(({ code }) => code === 4001);
}

/** What was done on some chains, and what failed on others. */
export interface Settled<result> {
  done: result[];
  failures: ChainFailure[];
}

/**
 * Does a thing on each chain, whatever fails on another; what has failed `before` is told too. With `isEnd` it is done on
 * one chain after the other, up to what that says of: nobody is asked again after a refusal.
 */
export async function settle<entry extends { chainId: number }, result extends { chainId: number }>(
  entries: readonly entry[],
  run: (entry: entry) => Promise<result>,
  before: readonly ChainFailure[] = [],
  isEnd?: (thrown: unknown) => boolean,
): Promise<Settled<result>> {
  const done: result[] = [];
  const failures = [...before];
  const attempt = async (entry: entry) => {
    try {
      done.push(await run(entry));
    } catch (thrown) {
      const error = await typedError(thrown);
      const isLast = isEnd?.(thrown);
      // As it was, where nothing was done before: a user who declines, for one.
      if (isLast && done.length === 0) throw error;
      failures.push({ chainId: entry.chainId, error });
      return isLast;
    }
  };
  if (isEnd === undefined) await Promise.all(entries.map(attempt));
  else for (const entry of entries) if (await attempt(entry)) break;
  return { done: done.sort(byChain), failures: failures.sort(byChain) };
}

/** What was done, if nothing failed. `tell` makes of it what the error says of it. */
export function requireAll<result>(
  { done, failures }: Settled<result>,
  tell: (done: readonly result[]) => readonly unknown[] = (all) => all,
): result[] {
  if (failures.length === 0) return done;
  throw new ChainsError(failures, tell(done));
}

const byChain = (a: { chainId: number }, b: { chainId: number }) => a.chainId - b.chainId;

/** Until when the signature may be brought in, by the clock that is ahead: on no chain has it passed already. */
export async function deadlineOnChains(
  entries: readonly ChainParameters[],
  owner: OwnerOnChainsParameters,
): Promise<bigint> {
  return lastOf(await Promise.all(entries.map((each) => deadlineOf(each.client, owner))));
}

export function lastOf(deadlines: readonly bigint[]): bigint {
  return deadlines.reduce((last, each) => (each > last ? each : last));
}
