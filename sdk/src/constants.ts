import type { Address, Hex } from "viem";
import { accountAddresses, deployedAddresses } from "./generated/abi/addresses.ts";

/** Where the contracts of one deployment are. */
export interface Deployment {
  latchkey: Address;
  lens: Address;
  policyStore: Address;
  forwarder: Address;
}

/** The addresses that a release has on every chain: they follow from the bytecode alone. */
export const latchkeyDeployment: Deployment = deployedAddresses;

/** The code of the project's accounts in a release, on EntryPoint 0.9. */
export const latchkeyAccounts: {
  /** Creates `LatchkeyAccount`s. */
  factory: Address;
  /** `LatchkeyAccount7702`, which a wallet delegates to with EIP-7702. */
  delegate: Address;
} = accountAddresses;

/** The `target` of a permission that names a method on any contract. */
export const ANY_TARGET: Address = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";

/** In `replaces`: whoever lives in the lane may be ended. */
export const ANY_KEY: Address = "0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF";

/** Shortest window that a policy may allow, in seconds, inclusive. */
export const MIN_DURATION = 60;
/** Longest window that a policy may allow, in seconds, inclusive: 365 days. */
export const MAX_DURATION = 365 * 86_400;
/** Most calls that a policy may allow a session, inclusive. */
export const MAX_CALLS = 2 ** 20 - 1;
/** Highest gas budget of a policy in wei, inclusive; it is a whole number of gwei. */
export const MAX_GAS_BUDGET = (2n ** 36n - 1n) * 10n ** 9n;
/** Shortest period of a limit, in seconds, inclusive; 0 is a lifetime limit. */
export const MIN_PERIOD = 60;
/** Units below are counters, to which only their policy gives a meaning; tokens, targets and keys start here. */
export const COUNTER_BOUND = 2 ** 16;
/** Most limits in one policy, inclusive. */
export const MAX_LIMITS = 8;
/** Most permissions for one method of one target, inclusive. */
export const MAX_ALTERNATIVES = 8;
/** Most rules in one permission, inclusive. */
export const MAX_RULES = 16;
/** Most spends in one permission, inclusive. */
export const MAX_SPENDS = 4;
/** Most `bytes` of one permission that are read inside, inclusive. */
export const MAX_INNERS = 8;
/** Most paths in `open` of one permission, inclusive. */
export const MAX_OPEN = 8;
/** Most values of "is one of", inclusive. */
export const MAX_VALUES = 64;
/** Most values of "is not", and most contents of "has one of the contents", inclusive. */
export const MAX_CONTENTS = 32;
/** Highest scale of a spend, inclusive. */
export const MAX_SCALE = 30;

/** How long a session key lives unless told otherwise, in seconds. */
export const DEFAULT_DURATION = 21_600;
/** How long an operation may wait before it is mined unless told otherwise, in seconds. */
export const DEFAULT_DEADLINE = 300;

/** Permit2, at the address that it has on nearly every chain: its allowances count there alone. */
export const PERMIT2: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

/** `mode` of ERC-7579: a single call. */
export const MODE_SINGLE: Hex = `0x${"00".repeat(32)}`;
/** `mode` of ERC-7579: a batch that reverts whole. */
export const MODE_BATCH: Hex = `0x01${"00".repeat(31)}`;
