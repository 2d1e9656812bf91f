import type { Account, Address, Hash, TransactionReceipt } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import type { SessionError } from "../errors/SessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { ContractCall, OperationFields, Route, SessionCall } from "../types.ts";
import type { DeploymentParameters } from "../chain/client.ts";
import type { Relayer, SubmitParameters, WaitParameters } from "../chain/sent.ts";
import type { EntryPointVersion } from "../chain/entryPoints.ts";
import type { AccountFamily } from "../accounts/families.ts";
import type { RegisterSessionParameters } from "./registerSession.ts";
import type { SignedGrant } from "./registration.ts";

/** What `sendSessionCalls` takes; a relayer can be the URL of a relay, or a function that hands the call to a service. */
export interface SendSessionCallsParameters extends DeploymentParameters, SubmitParameters {
  principal: Address;
  key: SessionKey;
  /** With `data`, or with `abi`, `functionName` and `args`. */
  calls: readonly (SessionCall | ContractCall)[];
  /**
   * How to act.
   *
   * @default chosen from the account, the key and what else is given
   */
  route?: Route | undefined;
  /** The deadline to be signed, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
  /** Routes `relayed` and `forwarded`: sends, and pays the gas, for the key. */
  relayer?: Relayer | undefined;
  /**
   * Least gas that the relayer must pass on.
   *
   * @default 0n
   */
  minGas?: bigint | undefined;
  /**
   * What makes a retry safe: the operation's whole nonce; the number in the bitmap of (principal, key) where the key only
   * signs; the nonce of the key's own transaction on the other routes.
   *
   * @default the next one
   */
  nonce?: bigint | undefined;
  /** Route `userOperation`: an ERC-4337 bundler, or an account that self-bundles. */
  bundler?: BundlerClient | Account | undefined;
  /** Route `userOperation`: the version of the account's EntryPoint; see `toSessionSmartAccount`. */
  entryPointVersion?: EntryPointVersion | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  family?: AccountFamily | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  sessionLane?: bigint | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  lane?: bigint | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  nonceKey?: bigint | undefined;
  /** Route `userOperation`: what is known of the operation's gas. The most that it could cost is reserved. */
  operation?: OperationFields | undefined;
  /**
   * Route `userOperation`: the operation's window opens later, at this second, since a period of a limit is about to end
   * or the session is about to begin. It is sent then.
   */
  onDelayed?: ((opensAt: number) => void) | undefined;
  /** Ends the wait for that second; nothing is sent then. Once something is sent, it ends the wait for its end. */
  signal?: AbortSignal | undefined;
  /** A debt to be settled in front of the calls once it is high. */
  settlement?: Settlement | undefined;
  /**
   * The session's own registration, brought by its first calls: on `userOperation`, `relayed`, and `forwarded` by a relayer.
   * The principal signs once, or has signed before. Where the session is there already, nobody is asked and nothing is
   * brought. Its policy is published. Where the grant has calls `before`, as a smart account has that is not there yet or has
   * not installed Latchkey, the principal makes them and registers first, which is what it is asked for then.
   */
  grant?: GrantToSign | SignedGrant | undefined;
}

/** What a principal is asked to sign for with the first calls of a session; the rest is as for `registerSession`. */
export interface GrantToSign extends Omit<
  RegisterSessionParameters,
  "key" | "principal" | "deployment" | "relayer" | "fund"
> {
  /**
   * Unix seconds, inclusive, also in the past; not 0.
   *
   * @default a second ago
   */
  validAfter?: number | undefined;
}

/** Calls that were sent. Plain data but for bigints: it can be stored, and `waitForSessionCalls` goes on with it. */
export interface SentSessionCalls {
  /** The transaction's; undefined for an operation that a bundler has. */
  hash?: Hash | undefined;
  /** Route `userOperation` only. */
  userOpHash?: Hash | undefined;
  /** What makes a retry safe; see `SendSessionCallsParameters`. */
  nonce: bigint;
  route: Route;
  /** A block before it was sent, from which it is searched for. */
  fromBlock: bigint;
  /** Route `userOperation` only: the EntryPoint that was to execute it. */
  entryPoint?: Address | undefined;
}

/** What `sendSessionCalls` returns. */
export interface SendSessionCallsReturnType extends SentSessionCalls {
  /** Only if `settlement` was given. */
  settlement?: SettlementReport | undefined;
}

/** What `sendSessionCallsSync` takes. */
export interface SendSessionCallsSyncParameters extends SendSessionCallsParameters, WaitParameters {}

/** Calls that are mined. */
export interface MinedSessionCalls extends Omit<SentSessionCalls, "nonce"> {
  /** As it was given. */
  nonce?: bigint | undefined;
  /** The mined transaction's. */
  hash: Hash;
  receipt: TransactionReceipt;
}

/** What `sendSessionCallsSync` returns. */
export interface SendSessionCallsSyncReturnType extends MinedSessionCalls {
  /** What makes a retry safe; see `SendSessionCallsParameters`. */
  nonce: bigint;
  /** Only if `settlement` was given. */
  settlement?: SettlementReport | undefined;
}

/** What `waitForSessionCalls` takes: what `sendSessionCalls` returned, or what a `SessionUnconfirmedError` names. */
export interface WaitForSessionCallsParameters
  extends DeploymentParameters, WaitParameters, Omit<SentSessionCalls, "nonce" | "fromBlock"> {
  principal: Address;
  /** The key's address. */
  key: Address;
  /** Unused where the hash says it all. */
  nonce?: bigint | undefined;
  /**
   * The block from which an operation is searched for.
   *
   * @default 1,000 blocks before the latest
   */
  fromBlock?: bigint | undefined;
  /** Tells where to look for an operation; the chain is searched without it. */
  bundler?: BundlerClient | undefined;
}

/** A debt that a contract keeps of the principal, and the call that settles it. */
export interface Settlement {
  /** Reads the debt from the contract, in its own unit. */
  debt: () => Promise<bigint>;
  /** Settled from here on, inclusive. */
  threshold: bigint;
  /** Has to be allowed by the session's policy, but on route `asked`, where the key makes it for itself. */
  settleCall: SessionCall;
}

/** What became of the debt when calls were sent. */
export type SettlementReport =
  /** Below the threshold: nothing was done. */
  | { outcome: "not-due"; debt: bigint }
  /** The settling call went in front, in the same batch. */
  | { outcome: "prepended"; debt: bigint }
  /** The route makes one call at a time: the settling call was mined before. */
  | { outcome: "sent-before"; debt: bigint; hash: Hash }
  /** The session may not settle, or it failed; the calls were sent without it. */
  | { outcome: "refused"; debt: bigint; error: SessionError };
