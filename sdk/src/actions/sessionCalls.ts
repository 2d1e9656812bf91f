import type { Account, Address, Hash } from "viem";
import type { BundlerClient } from "viem/account-abstraction";
import type { SessionError } from "../errors/SessionError.ts";
import type { SessionKey } from "../keys/SessionKey.ts";
import type { OperationFields, Route, SessionCall } from "../types.ts";
import type { DeploymentParameters } from "../chain/client.ts";
import type { EntryPointVersion } from "../chain/entryPoints.ts";
import type { AccountFamily } from "../accounts/families.ts";

export interface SendSessionCallsParameters extends DeploymentParameters {
  principal: Address;
  key: SessionKey;
  calls: readonly SessionCall[];
  /** How to act; chosen from the account, the key and what else is given unless told otherwise. */
  route?: Route | undefined;
  /** The deadline to be signed, unix seconds, inclusive; see `sessionToSign` for the default. */
  validUntil?: number | undefined;
  /** Routes `relayed` and `forwarded`: sends, and pays the gas, for the key. */
  relayer?: Account | Address | undefined;
  /** Least gas that the relayer must pass on; 0 unless told otherwise. */
  minGas?: bigint | undefined;
  /** Any number that (principal, key) has not used; the next one of a word unless told otherwise. */
  nonce?: bigint | undefined;
  /** Route `userOperation`: an ERC-4337 bundler, or an account that bundles by itself. */
  bundler?: BundlerClient | Account | undefined;
  /** Route `userOperation`: the version of the account's EntryPoint; see `toSessionSmartAccount`. */
  entryPointVersion?: EntryPointVersion | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  family?: AccountFamily | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  lane?: bigint | undefined;
  /** Route `userOperation`: see `toSessionSmartAccount`. */
  nonceKey?: bigint | undefined;
  /** Route `userOperation`: what is known of the operation's gas. The most that it could cost is reserved. */
  operation?: OperationFields | undefined;
  /** A debt to be settled in front of the calls once it is high. */
  settlement?: Settlement | undefined;
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
