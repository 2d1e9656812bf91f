// Written by `npm run abi` from the contracts; not by hand.
import { ContractError, type ContractErrorOptions } from "../../errors/ContractError.ts";

/** An account is initialised once. Change the owner with `transferOwnership`. */
export class AccountAlreadyInitializedError extends ContractError<"AccountAlreadyInitialized"> {
  override name = "AccountAlreadyInitializedError";
  constructor(options: ContractErrorOptions<"AccountAlreadyInitialized">) {
    super("AccountAlreadyInitialized", "An account is initialised once.", "Change the owner with `transferOwnership`.", options);
  }
}

/** Only a minimal clone can be initialised. Create the account with the factory; let a wallet delegate to the EIP-7702 form instead. */
export class AccountNotCloneError extends ContractError<"AccountNotClone"> {
  override name = "AccountNotCloneError";
  constructor(options: ContractErrorOptions<"AccountNotClone">) {
    super("AccountNotClone", "Only a minimal clone can be initialised.", "Create the account with the factory; let a wallet delegate to the EIP-7702 form instead.", options);
  }
}

/** An EIP-7702 wallet that has not set itself up since its last delegation. Call `initialize` from the wallet. */
export class AccountNotInitializedError extends ContractError<"AccountNotInitialized"> {
  override name = "AccountNotInitializedError";
  constructor(options: ContractErrorOptions<"AccountNotInitialized">) {
    super("AccountNotInitialized", "An EIP-7702 wallet that has not set itself up since its last delegation.", "Call `initialize` from the wallet.", options);
  }
}

/** The contract takes another amount than the calldata's word that policies declare. Take exactly that word; name the right word. */
export class AmountNotCountedError extends ContractError<"AmountNotCounted"> {
  override name = "AmountNotCountedError";
  constructor(options: ContractErrorOptions<"AmountNotCounted">) {
    super("AmountNotCounted", "The contract takes another amount than the calldata's word that policies declare.", "Take exactly that word; name the right word.", options);
  }
}

/** A rule on this word does not hold; for a hash rule, `actual` is the hash. Pass an allowed argument. */
export class ArgumentNotAllowedError extends ContractError<"ArgumentNotAllowed"> {
  override name = "ArgumentNotAllowedError";
  constructor(options: ContractErrorOptions<"ArgumentNotAllowed">) {
    super("ArgumentNotAllowed", "A rule on this word does not hold; for a hash rule, `actual` is the hash.", "Pass an allowed argument.", options);
  }
}

/** Bits that the type does not have, or a pointer out of the calldata. Encode the arguments with an ABI coder. */
export class ArgumentNotCanonicalError extends ContractError<"ArgumentNotCanonical"> {
  override name = "ArgumentNotCanonicalError";
  constructor(options: ContractErrorOptions<"ArgumentNotCanonical">) {
    super("ArgumentNotCanonical", "Bits that the type does not have, or a pointer out of the calldata.", "Encode the arguments with an ABI coder.", options);
  }
}

/** The operation could cost more than the principal's budget has left. Every operation reserves its highest cost while it runs. Lower the gas limits, or ask the paymaster's owner for a higher budget. */
export class BudgetExceededError extends ContractError<"BudgetExceeded"> {
  override name = "BudgetExceededError";
  constructor(options: ContractErrorOptions<"BudgetExceeded">) {
    super("BudgetExceeded", "The operation could cost more than the principal's budget has left. Every operation reserves its highest cost while it runs.", "Lower the gas limits, or ask the paymaster's owner for a higher budget.", options);
  }
}

/** No permission matches. Publish a policy that names (target, method), and have it signed. */
export class CallNotAllowedError extends ContractError<"CallNotAllowed"> {
  override name = "CallNotAllowedError";
  constructor(options: ContractErrorOptions<"CallNotAllowed">) {
    super("CallNotAllowed", "No permission matches.", "Publish a policy that names (target, method), and have it signed.", options);
  }
}

/** The permission is not for its target to consume. Publish one with `consumable`, or use another route. */
export class CallNotConsumableError extends ContractError<"CallNotConsumable"> {
  override name = "CallNotConsumableError";
  constructor(options: ContractErrorOptions<"CallNotConsumable">) {
    super("CallNotConsumable", "The permission is not for its target to consume.", "Publish one with `consumable`, or use another route.", options);
  }
}

/** 1 to 3 bytes, shorter than the method's head, or not exactly a token method's. Encode all arguments, and append nothing to a token's. */
export class CalldataLengthNotAllowedError extends ContractError<"CalldataLengthNotAllowed"> {
  override name = "CalldataLengthNotAllowedError";
  constructor(options: ContractErrorOptions<"CalldataLengthNotAllowed">) {
    super("CalldataLengthNotAllowed", "1 to 3 bytes, shorter than the method's head, or not exactly a token method's.", "Encode all arguments, and append nothing to a token's.", options);
  }
}

/** Only the forwarder consumes for somebody else's call. Call the forwarder. */
export class CallerNotForwarderError extends ContractError<"CallerNotForwarder"> {
  override name = "CallerNotForwarderError";
  constructor(options: ContractErrorOptions<"CallerNotForwarder">) {
    super("CallerNotForwarder", "Only the forwarder consumes for somebody else's call.", "Call the forwarder.", options);
  }
}

/** The signed deadline is 0 or later than the session's end. Sign one that is at most the session's. */
export class DeadlineNotAllowedError extends ContractError<"DeadlineNotAllowed"> {
  override name = "DeadlineNotAllowedError";
  constructor(options: ContractErrorOptions<"DeadlineNotAllowed">) {
    super("DeadlineNotAllowed", "The signed deadline is 0 or later than the session's end.", "Sign one that is at most the session's.", options);
  }
}

/** The signed deadline is over. Sign again with a later one. */
export class DeadlinePassedError extends ContractError<"DeadlinePassed"> {
  override name = "DeadlinePassedError";
  constructor(options: ContractErrorOptions<"DeadlinePassed">) {
    super("DeadlinePassed", "The signed deadline is over.", "Sign again with a later one.", options);
  }
}

/** A token with two limits. Merge them. */
export class DuplicateLimitError extends ContractError<"DuplicateLimit"> {
  override name = "DuplicateLimitError";
  constructor(options: ContractErrorOptions<"DuplicateLimit">) {
    super("DuplicateLimit", "A token with two limits.", "Merge them.", options);
  }
}

/** The window is shorter or longer than the policy allows; 0 if it ends before it starts. `validUntil = validAfter + duration - 1`. */
export class DurationOutOfBoundsError extends ContractError<"DurationOutOfBounds"> {
  override name = "DurationOutOfBoundsError";
  constructor(options: ContractErrorOptions<"DurationOutOfBounds">) {
    super("DurationOutOfBounds", "The window is shorter or longer than the policy allows; 0 if it ends before it starts.", "`validUntil = validAfter + duration - 1`.", options);
  }
}

/** A batch without calls. Put a call into it. */
export class EmptyBatchError extends ContractError<"EmptyBatch"> {
  override name = "EmptyBatchError";
  constructor(options: ContractErrorOptions<"EmptyBatch">) {
    super("EmptyBatch", "A batch without calls.", "Put a call into it.", options);
  }
}

/** The factory, or a paymaster, was given an address without code. Name the EntryPoint of this chain. */
export class EntryPointWithoutCodeError extends ContractError<"EntryPointWithoutCode"> {
  override name = "EntryPointWithoutCodeError";
  constructor(options: ContractErrorOptions<"EntryPointWithoutCode">) {
    super("EntryPointWithoutCode", "The factory, or a paymaster, was given an address without code.", "Name the EntryPoint of this chain.", options);
  }
}

/** The calls are not canonically encoded; they depart at this byte. Encode them with an ABI coder, nothing behind them. */
export class ExecutionNotCanonicalError extends ContractError<"ExecutionNotCanonical"> {
  override name = "ExecutionNotCanonicalError";
  constructor(options: ContractErrorOptions<"ExecutionNotCanonical">) {
    super("ExecutionNotCanonical", "The calls are not canonically encoded; they depart at this byte.", "Encode them with an ABI coder, nothing behind them.", options);
  }
}

/** The second half of Latchkey's code was called where it stands. Call Latchkey. */
export class ExtensionCalledDirectlyError extends ContractError<"ExtensionCalledDirectly"> {
  override name = "ExtensionCalledDirectlyError";
  constructor(options: ContractErrorOptions<"ExtensionCalledDirectly">) {
    super("ExtensionCalledDirectly", "The second half of Latchkey's code was called where it stands.", "Call Latchkey.", options);
  }
}

/** Data shorter than a selector: the principal's own bytes would be read as one. Forward a call of a method. */
export class ForwardedCalldataTooShortError extends ContractError<"ForwardedCalldataTooShort"> {
  override name = "ForwardedCalldataTooShortError";
  constructor(options: ContractErrorOptions<"ForwardedCalldataTooShort">) {
    super("ForwardedCalldataTooShort", "Data shorter than a selector: the principal's own bytes would be read as one.", "Forward a call of a method.", options);
  }
}

/** The relayer brought less gas than the key signed for. Send it with more gas. */
export class ForwardedGasBelowMinimumError extends ContractError<"ForwardedGasBelowMinimum"> {
  override name = "ForwardedGasBelowMinimumError";
  constructor(options: ContractErrorOptions<"ForwardedGasBelowMinimum">) {
    super("ForwardedGasBelowMinimum", "The relayer brought less gas than the key signed for.", "Send it with more gas.", options);
  }
}

/** The target does not answer `isTrustedForwarder(forwarder)` with exactly 1. Build it on `ERC2771Context` with this forwarder, or use route `asked`. */
export class ForwarderNotTrustedError extends ContractError<"ForwarderNotTrusted"> {
  override name = "ForwarderNotTrustedError";
  constructor(options: ContractErrorOptions<"ForwarderNotTrusted">) {
    super("ForwarderNotTrusted", "The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.", "Build it on `ERC2771Context` with this forwarder, or use route `asked`.", options);
  }
}

/** The key did not take the funds. Use a key without code. */
export class FundingFailedError extends ContractError<"FundingFailed"> {
  override name = "FundingFailedError";
  constructor(options: ContractErrorOptions<"FundingFailed">) {
    super("FundingFailed", "The key did not take the funds.", "Use a key without code.", options);
  }
}

/** The relayer brought less gas than the key signed for (route `relayed`). Send it with more gas. */
export class GasBelowMinimumError extends ContractError<"GasBelowMinimum"> {
  override name = "GasBelowMinimumError";
  constructor(options: ContractErrorOptions<"GasBelowMinimum">) {
    super("GasBelowMinimum", "The relayer brought less gas than the key signed for (route `relayed`).", "Send it with more gas.", options);
  }
}

/** The operation could cost more than the gas budget has left. Every operation reserves its highest cost, rounded up to a gwei. Lower the gas limits, or renew. */
export class GasBudgetExceededError extends ContractError<"GasBudgetExceeded"> {
  override name = "GasBudgetExceededError";
  constructor(options: ContractErrorOptions<"GasBudgetExceeded">) {
    super("GasBudgetExceeded", "The operation could cost more than the gas budget has left. Every operation reserves its highest cost, rounded up to a gwei.", "Lower the gas limits, or renew.", options);
  }
}

/** A signature to revoke all kills one generation, and it is another. Read `generationOf(principal)` and sign again. */
export class GenerationMismatchError extends ContractError<"GenerationMismatch"> {
  override name = "GenerationMismatchError";
  constructor(options: ContractErrorOptions<"GenerationMismatch">) {
    super("GenerationMismatch", "A signature to revoke all kills one generation, and it is another.", "Read `generationOf(principal)` and sign again.", options);
  }
}

/** The principal has revoked all its sessions 4,194,303 times: in its last generation nothing is registered. Use another account. */
export class GenerationsExhaustedError extends ContractError<"GenerationsExhausted"> {
  override name = "GenerationsExhaustedError";
  constructor(options: ContractErrorOptions<"GenerationsExhausted">) {
    super("GenerationsExhausted", "The principal has revoked all its sessions 4,194,303 times: in its last generation nothing is registered.", "Use another account.", options);
  }
}

/** The principal's signature was good until `deadline`. Have it signed again. */
export class GrantDeadlinePassedError extends ContractError<"GrantDeadlinePassed"> {
  override name = "GrantDeadlinePassedError";
  constructor(options: ContractErrorOptions<"GrantDeadlinePassed">) {
    super("GrantDeadlinePassed", "The principal's signature was good until `deadline`.", "Have it signed again.", options);
  }
}

/** The operation brings init code with it. Deploy the account first; the bare EIP-7702 marker is allowed. */
export class InitCodeNotAllowedError extends ContractError<"InitCodeNotAllowed"> {
  override name = "InitCodeNotAllowedError";
  constructor(options: ContractErrorOptions<"InitCodeNotAllowed">) {
    super("InitCodeNotAllowed", "The operation brings init code with it.", "Deploy the account first; the bare EIP-7702 marker is allowed.", options);
  }
}

/** Not the principal's signature over this: another signer, nonce, chain, policy or field. Read `nonces(principal)` and sign again. */
export class InvalidPrincipalSignatureError extends ContractError<"InvalidPrincipalSignature"> {
  override name = "InvalidPrincipalSignatureError";
  constructor(options: ContractErrorOptions<"InvalidPrincipalSignature">) {
    super("InvalidPrincipalSignature", "Not the principal's signature over this: another signer, nonce, chain, policy or field.", "Read `nonces(principal)` and sign again.", options);
  }
}

/** Not the key's signature over this call: another key, chain, deployment, nonce, registration or content. On route `userOperation` the EntryPoint says AA24. Compare every field of the typed data; after a renewal sign with the new registration number. */
export class InvalidSessionSignatureError extends ContractError<"InvalidSessionSignature"> {
  override name = "InvalidSessionSignatureError";
  constructor(options: ContractErrorOptions<"InvalidSessionSignature">) {
    super("InvalidSessionSignature", "Not the key's signature over this call: another key, chain, deployment, nonce, registration or content. On route `userOperation` the EntryPoint says AA24.", "Compare every field of the typed data; after a renewal sign with the new registration number.", options);
  }
}

/** A P-256 key cannot send. Register without funds. */
export class KeyCannotBeFundedError extends ContractError<"KeyCannotBeFunded"> {
  override name = "KeyCannotBeFundedError";
  constructor(options: ContractErrorOptions<"KeyCannotBeFunded">) {
    super("KeyCannotBeFunded", "A P-256 key cannot send.", "Register without funds.", options);
  }
}

/** A session key with code, at registration or when it sends. Use a key without code, and do not delegate it by EIP-7702. */
export class KeyHasCodeError extends ContractError<"KeyHasCode"> {
  override name = "KeyHasCodeError";
  constructor(options: ContractErrorOptions<"KeyHasCode">) {
    super("KeyHasCode", "A session key with code, at registration or when it sends.", "Use a key without code, and do not delegate it by EIP-7702.", options);
  }
}

/** A key lives in one lane. Renew it there, or use another key. */
export class KeyInAnotherLaneError extends ContractError<"KeyInAnotherLane"> {
  override name = "KeyInAnotherLaneError";
  constructor(options: ContractErrorOptions<"KeyInAnotherLane">) {
    super("KeyInAnotherLane", "A key lives in one lane.", "Renew it there, or use another key.", options);
  }
}

/** An address below 2**16, the principal itself, Latchkey, its extension, its forwarder or an EntryPoint as a key. Make a fresh key. */
export class KeyNotAllowedError extends ContractError<"KeyNotAllowed"> {
  override name = "KeyNotAllowedError";
  constructor(options: ContractErrorOptions<"KeyNotAllowed">) {
    super("KeyNotAllowed", "An address below 2**16, the principal itself, Latchkey, its extension, its forwarder or an EntryPoint as a key.", "Make a fresh key.", options);
  }
}

/** Another live key is in that lane and was not named. Name it, or `ANY_KEY`, in `replaces`, or use another lane. */
export class LaneOccupiedError extends ContractError<"LaneOccupied"> {
  override name = "LaneOccupiedError";
  constructor(options: ContractErrorOptions<"LaneOccupied">) {
    super("LaneOccupied", "Another live key is in that lane and was not named.", "Name it, or `ANY_KEY`, in `replaces`, or use another lane.", options);
  }
}

/** The paymaster was given an address without code. Name the Latchkey of this chain. */
export class LatchkeyWithoutCodeError extends ContractError<"LatchkeyWithoutCode"> {
  override name = "LatchkeyWithoutCodeError";
  constructor(options: ContractErrorOptions<"LatchkeyWithoutCode">) {
    super("LatchkeyWithoutCode", "The paymaster was given an address without code.", "Name the Latchkey of this chain.", options);
  }
}

/** 0, or more than the policy's `maxCalls`. Ask for 1 .. `most`. */
export class MaxCallsOutOfBoundsError extends ContractError<"MaxCallsOutOfBounds"> {
  override name = "MaxCallsOutOfBoundsError";
  constructor(options: ContractErrorOptions<"MaxCallsOutOfBounds">) {
    super("MaxCallsOutOfBounds", "0, or more than the policy's `maxCalls`.", "Ask for 1 .. `most`.", options);
  }
}

/** Routes `userOperation`, `direct` and `relayed` act through an account that has installed Latchkey, and has not uninstalled either half since. Install it as validator and as executor, or use route `forwarded` or `asked`. */
export class ModuleNotInstalledError extends ContractError<"ModuleNotInstalled"> {
  override name = "ModuleNotInstalledError";
  constructor(options: ContractErrorOptions<"ModuleNotInstalled">) {
    super("ModuleNotInstalled", "Routes `userOperation`, `direct` and `relayed` act through an account that has installed Latchkey, and has not uninstalled either half since.", "Install it as validator and as executor, or use route `forwarded` or `asked`.", options);
  }
}

/** The relayed nonce was used before, on either relayed route. Sign with any number that was not used. */
export class NonceAlreadyUsedError extends ContractError<"NonceAlreadyUsed"> {
  override name = "NonceAlreadyUsedError";
  constructor(options: ContractErrorOptions<"NonceAlreadyUsed">) {
    super("NonceAlreadyUsed", "The relayed nonce was used before, on either relayed route.", "Sign with any number that was not used.", options);
  }
}

/** The nonce's key does not name Latchkey where a known family of accounts looks for the validator. Use the layout of docs/guides/accounts.md; only a session's operations are paid for. */
export class NonceKeyNotAllowedError extends ContractError<"NonceKeyNotAllowed"> {
  override name = "NonceKeyNotAllowedError";
  constructor(options: ContractErrorOptions<"NonceKeyNotAllowed">) {
    super("NonceKeyNotAllowed", "The nonce's key does not name Latchkey where a known family of accounts looks for the validator.", "Use the layout of docs/guides/accounts.md; only a session's operations are paid for.", options);
  }
}

/** The operation's calldata is not the canonical encoding of `execute(bytes32,bytes)`. Encode it with an ABI coder, nothing behind it. */
export class OperationNotCanonicalError extends ContractError<"OperationNotCanonical"> {
  override name = "OperationNotCanonicalError";
  constructor(options: ContractErrorOptions<"OperationNotCanonical">) {
    super("OperationNotCanonical", "The operation's calldata is not the canonical encoding of `execute(bytes32,bytes)`.", "Encode it with an ABI coder, nothing behind it.", options);
  }
}

/** The operation calls something else than `execute(bytes32,bytes)`. Build the calldata with ERC-7579 `execute`. */
export class OperationSelectorNotAllowedError extends ContractError<"OperationSelectorNotAllowed"> {
  override name = "OperationSelectorNotAllowedError";
  constructor(options: ContractErrorOptions<"OperationSelectorNotAllowed">) {
    super("OperationSelectorNotAllowed", "The operation calls something else than `execute(bytes32,bytes)`.", "Build the calldata with ERC-7579 `execute`.", options);
  }
}

/** Address 0, the account itself or its EntryPoint as the owner. Name a wallet. */
export class OwnerNotAllowedError extends ContractError<"OwnerNotAllowed"> {
  override name = "OwnerNotAllowedError";
  constructor(options: ContractErrorOptions<"OwnerNotAllowed">) {
    super("OwnerNotAllowed", "Address 0, the account itself or its EntryPoint as the owner.", "Name a wallet.", options);
  }
}

/** Delegated code changed the owner. Do not run that code. */
export class OwnerOverwrittenError extends ContractError<"OwnerOverwritten"> {
  override name = "OwnerOverwrittenError";
  constructor(options: ContractErrorOptions<"OwnerOverwritten">) {
    super("OwnerOverwritten", "Delegated code changed the owner.", "Do not run that code.", options);
  }
}

/** The new owner's signature is missing or wrong. Have it sign `AcceptOwnership`. */
export class OwnershipNotAcceptedError extends ContractError<"OwnershipNotAccepted"> {
  override name = "OwnershipNotAcceptedError";
  constructor(options: ContractErrorOptions<"OwnershipNotAccepted">) {
    super("OwnershipNotAccepted", "The new owner's signature is missing or wrong.", "Have it sign `AcceptOwnership`.", options);
  }
}

/** Without an owner nobody could withdraw the deposit. Hand it over with `transferOwnership`. */
export class OwnershipNotRenounceableError extends ContractError<"OwnershipNotRenounceable"> {
  override name = "OwnershipNotRenounceableError";
  constructor(options: ContractErrorOptions<"OwnershipNotRenounceable">) {
    super("OwnershipNotRenounceable", "Without an owner nobody could withdraw the deposit.", "Hand it over with `transferOwnership`.", options);
  }
}

/** Paymaster data is not exactly address and two gas limits. Append nothing. */
export class PaymasterDataLengthInvalidError extends ContractError<"PaymasterDataLengthInvalid"> {
  override name = "PaymasterDataLengthInvalidError";
  constructor(options: ContractErrorOptions<"PaymasterDataLengthInvalid">) {
    super("PaymasterDataLengthInvalid", "Paymaster data is not exactly address and two gas limits.", "Append nothing.", options);
  }
}

/** Paymaster data of 1 to 51 bytes. Leave it empty, or encode address and both gas limits. */
export class PaymasterDataTooShortError extends ContractError<"PaymasterDataTooShort"> {
  override name = "PaymasterDataTooShortError";
  constructor(options: ContractErrorOptions<"PaymasterDataTooShort">) {
    super("PaymasterDataTooShort", "Paymaster data of 1 to 51 bytes.", "Leave it empty, or encode address and both gas limits.", options);
  }
}

/** Another paymaster than the policy's. Use the policy's. */
export class PaymasterNotAllowedError extends ContractError<"PaymasterNotAllowed"> {
  override name = "PaymasterNotAllowedError";
  constructor(options: ContractErrorOptions<"PaymasterNotAllowed">) {
    super("PaymasterNotAllowed", "Another paymaster than the policy's.", "Use the policy's.", options);
  }
}

/** The session has already spent in a later period. Sign with a deadline in the current period. */
export class PeriodEndedError extends ContractError<"PeriodEnded"> {
  override name = "PeriodEndedError";
  constructor(options: ContractErrorOptions<"PeriodEnded">) {
    super("PeriodEnded", "The session has already spent in a later period.", "Sign with a deadline in the current period.", options);
  }
}

/** Empty, or not 1 to 31 bytes of printable ASCII, zero-padded. Name the app in plain text. */
export class PolicyAppInvalidError extends ContractError<"PolicyAppInvalid"> {
  override name = "PolicyAppInvalidError";
  constructor(options: ContractErrorOptions<"PolicyAppInvalid">) {
    super("PolicyAppInvalid", "Empty, or not 1 to 31 bytes of printable ASCII, zero-padded.", "Name the app in plain text.", options);
  }
}

/** The publication does not fit a public mempool. Split it into several policies. */
export class PolicyCalldataTooLargeError extends ContractError<"PolicyCalldataTooLarge"> {
  override name = "PolicyCalldataTooLargeError";
  constructor(options: ContractErrorOptions<"PolicyCalldataTooLarge">) {
    super("PolicyCalldataTooLarge", "The publication does not fit a public mempool.", "Split it into several policies.", options);
  }
}

/** No calls at all, or more than a session can count. Allow 1 .. `most`. */
export class PolicyCallsInvalidError extends ContractError<"PolicyCallsInvalid"> {
  override name = "PolicyCallsInvalidError";
  constructor(options: ContractErrorOptions<"PolicyCallsInvalid">) {
    super("PolicyCallsInvalid", "No calls at all, or more than a session can count.", "Allow 1 .. `most`.", options);
  }
}

/** Not 60 <= minimum <= maximum <= 365 days. Name durations in seconds. */
export class PolicyDurationsInvalidError extends ContractError<"PolicyDurationsInvalid"> {
  override name = "PolicyDurationsInvalidError";
  constructor(options: ContractErrorOptions<"PolicyDurationsInvalid">) {
    super("PolicyDurationsInvalid", "Not 60 <= minimum <= maximum <= 365 days.", "Name durations in seconds.", options);
  }
}

/** No permissions: an empty list is not "everything". Name what the key may do. */
export class PolicyEmptyError extends ContractError<"PolicyEmpty"> {
  override name = "PolicyEmptyError";
  constructor(options: ContractErrorOptions<"PolicyEmpty">) {
    super("PolicyEmpty", "No permissions: an empty list is not \"everything\".", "Name what the key may do.", options);
  }
}

/** No whole number of gwei, or more of them than a session can count. Round it to gwei, and stay below 68.7 ETH. */
export class PolicyGasBudgetInvalidError extends ContractError<"PolicyGasBudgetInvalid"> {
  override name = "PolicyGasBudgetInvalidError";
  constructor(options: ContractErrorOptions<"PolicyGasBudgetInvalid">) {
    super("PolicyGasBudgetInvalid", "No whole number of gwei, or more of them than a session can count.", "Round it to gwei, and stay below 68.7 ETH.", options);
  }
}

/** The publication's calldata is not the canonical encoding; it departs at this byte. Encode it with an ABI coder. */
export class PolicyNotCanonicalError extends ContractError<"PolicyNotCanonical"> {
  override name = "PolicyNotCanonicalError";
  constructor(options: ContractErrorOptions<"PolicyNotCanonical">) {
    super("PolicyNotCanonical", "The publication's calldata is not the canonical encoding; it departs at this byte.", "Encode it with an ABI coder.", options);
  }
}

/** The policy's code did not come to stand where its number says: with too little gas, for one. Publish again with more gas. */
export class PolicyNotCreatedError extends ContractError<"PolicyNotCreated"> {
  override name = "PolicyNotCreatedError";
  constructor(options: ContractErrorOptions<"PolicyNotCreated">) {
    super("PolicyNotCreated", "The policy's code did not come to stand where its number says: with too little gas, for one.", "Publish again with more gas.", options);
  }
}

/** Nobody has published this policy on this chain, or another one stands where it belongs. Publish it first. */
export class PolicyNotPublishedError extends ContractError<"PolicyNotPublished"> {
  override name = "PolicyNotPublishedError";
  constructor(options: ContractErrorOptions<"PolicyNotPublished">) {
    super("PolicyNotPublished", "Nobody has published this policy on this chain, or another one stands where it belongs.", "Publish it first.", options);
  }
}

/** No policy has this number on this chain. Ask `numberOf(policyId)`. */
export class PolicyNumberUnknownError extends ContractError<"PolicyNumberUnknown"> {
  override name = "PolicyNumberUnknownError";
  constructor(options: ContractErrorOptions<"PolicyNumberUnknown">) {
    super("PolicyNumberUnknown", "No policy has this number on this chain.", "Ask `numberOf(policyId)`.", options);
  }
}

/** Every number that fits a session is given. Use another chain. */
export class PolicyNumbersExhaustedError extends ContractError<"PolicyNumbersExhausted"> {
  override name = "PolicyNumbersExhaustedError";
  constructor(options: ContractErrorOptions<"PolicyNumbersExhausted">) {
    super("PolicyNumbersExhausted", "Every number that fits a session is given.", "Use another chain.", options);
  }
}

/** The stored form does not fit a contract's code. Split it into several policies. */
export class PolicyTooLargeError extends ContractError<"PolicyTooLarge"> {
  override name = "PolicyTooLargeError";
  constructor(options: ContractErrorOptions<"PolicyTooLarge">) {
    super("PolicyTooLarge", "The stored form does not fit a contract's code.", "Split it into several policies.", options);
  }
}

/** The principal's code answered with less than a `bytes[]` has, 64 bytes: nothing ran. Switch the account's executor interface on, or use a wallet whose account has one. */
export class PrincipalAnsweredNothingError extends ContractError<"PrincipalAnsweredNothing"> {
  override name = "PrincipalAnsweredNothingError";
  constructor(options: ContractErrorOptions<"PrincipalAnsweredNothing">) {
    super("PrincipalAnsweredNothing", "The principal's code answered with less than a `bytes[]` has, 64 bytes: nothing ran.", "Switch the account's executor interface on, or use a wallet whose account has one.", options);
  }
}

/** Somebody validated an operation that is not its own. Let the account itself call the module. */
export class PrincipalMismatchError extends ContractError<"PrincipalMismatch"> {
  override name = "PrincipalMismatchError";
  constructor(options: ContractErrorOptions<"PrincipalMismatch">) {
    super("PrincipalMismatch", "Somebody validated an operation that is not its own.", "Let the account itself call the module.", options);
  }
}

/** Address 0, Latchkey, its extension, its forwarder or an EntryPoint as a principal. Name the wallet. */
export class PrincipalNotAllowedError extends ContractError<"PrincipalNotAllowed"> {
  override name = "PrincipalNotAllowedError";
  constructor(options: ContractErrorOptions<"PrincipalNotAllowed">) {
    super("PrincipalNotAllowed", "Address 0, Latchkey, its extension, its forwarder or an EntryPoint as a principal.", "Name the wallet.", options);
  }
}

/** Routes `userOperation`, `direct` and `relayed` need an account. Use route `forwarded` or `asked`, or upgrade the wallet. */
export class PrincipalWithoutCodeError extends ContractError<"PrincipalWithoutCode"> {
  override name = "PrincipalWithoutCodeError";
  constructor(options: ContractErrorOptions<"PrincipalWithoutCode">) {
    super("PrincipalWithoutCode", "Routes `userOperation`, `direct` and `relayed` need an account.", "Use route `forwarded` or `asked`, or upgrade the wallet.", options);
  }
}

/** A public key is empty or 64 bytes (P-256). Send `abi.encode(x, y)`. */
export class PublicKeyLengthInvalidError extends ContractError<"PublicKeyLengthInvalid"> {
  override name = "PublicKeyLengthInvalidError";
  constructor(options: ContractErrorOptions<"PublicKeyLengthInvalid">) {
    super("PublicKeyLengthInvalid", "A public key is empty or 64 bytes (P-256).", "Send `abi.encode(x, y)`.", options);
  }
}

/** The public key does not hash to the key. Derive the key from it. */
export class PublicKeyMismatchError extends ContractError<"PublicKeyMismatch"> {
  override name = "PublicKeyMismatchError";
  constructor(options: ContractErrorOptions<"PublicKeyMismatch">) {
    super("PublicKeyMismatch", "The public key does not hash to the key.", "Derive the key from it.", options);
  }
}

/** No point of P-256, or one whose x is below 2**160 and would be read as an address. Export the key again, or make another. */
export class PublicKeyNotOnCurveError extends ContractError<"PublicKeyNotOnCurve"> {
  override name = "PublicKeyNotOnCurveError";
  constructor(options: ContractErrorOptions<"PublicKeyNotOnCurve">) {
    super("PublicKeyNotOnCurve", "No point of P-256, or one whose x is below 2**160 and would be read as an address.", "Export the key again, or make another.", options);
  }
}

/** Address 0 or the EntryPoint as the recipient of a withdrawal. Name a wallet. */
export class RecipientNotAllowedError extends ContractError<"RecipientNotAllowed"> {
  override name = "RecipientNotAllowedError";
  constructor(options: ContractErrorOptions<"RecipientNotAllowed">) {
    super("RecipientNotAllowed", "Address 0 or the EntryPoint as the recipient of a withdrawal.", "Name a wallet.", options);
  }
}

/** A renewal starts later than the registration that it renews; a window still to come is not moved forward. Start a second later, or use another key. */
export class RenewalNotLaterError extends ContractError<"RenewalNotLater"> {
  override name = "RenewalNotLaterError";
  constructor(options: ContractErrorOptions<"RenewalNotLater">) {
    super("RenewalNotLater", "A renewal starts later than the registration that it renews; a window still to come is not moved forward.", "Start a second later, or use another key.", options);
  }
}

/** The policy does not let an operation take its gas from the principal. Use the policy's paymaster, or another route. */
export class SelfPaymentNotAllowedError extends ContractError<"SelfPaymentNotAllowed"> {
  override name = "SelfPaymentNotAllowedError";
  constructor(options: ContractErrorOptions<"SelfPaymentNotAllowed">) {
    super("SelfPaymentNotAllowed", "The policy does not let an operation take its gas from the principal.", "Use the policy's paymaster, or another route.", options);
  }
}

/** The key was revoked, replaced in its lane, or has bowed out; it is dead for this principal for ever. Make a new key and register it. */
export class SessionAlreadyRevokedError extends ContractError<"SessionAlreadyRevoked"> {
  override name = "SessionAlreadyRevokedError";
  constructor(options: ContractErrorOptions<"SessionAlreadyRevoked">) {
    super("SessionAlreadyRevoked", "The key was revoked, replaced in its lane, or has bowed out; it is dead for this principal for ever.", "Make a new key and register it.", options);
  }
}

/** Fewer calls left than asked for. Send a smaller batch, or renew the session. */
export class SessionCallsExceededError extends ContractError<"SessionCallsExceeded"> {
  override name = "SessionCallsExceededError";
  constructor(options: ContractErrorOptions<"SessionCallsExceeded">) {
    super("SessionCallsExceeded", "Fewer calls left than asked for.", "Send a smaller batch, or renew the session.", options);
  }
}

/** A session key sent its own native value with a call. Send none. */
export class SessionCarriesNoValueError extends ContractError<"SessionCarriesNoValue"> {
  override name = "SessionCarriesNoValueError";
  constructor(options: ContractErrorOptions<"SessionCarriesNoValue">) {
    super("SessionCarriesNoValue", "A session key sent its own native value with a call.", "Send none.", options);
  }
}

/** The window has closed. On route `userOperation` the EntryPoint says AA22 instead. Renew the key, or register another. */
export class SessionExpiredError extends ContractError<"SessionExpired"> {
  override name = "SessionExpiredError";
  constructor(options: ContractErrorOptions<"SessionExpired">) {
    super("SessionExpired", "The window has closed. On route `userOperation` the EntryPoint says AA22 instead.", "Renew the key, or register another.", options);
  }
}

/** The principal revoked all its sessions, or uninstalled the module, since. Make a new key and register it. */
export class SessionGenerationEndedError extends ContractError<"SessionGenerationEnded"> {
  override name = "SessionGenerationEndedError";
  constructor(options: ContractErrorOptions<"SessionGenerationEnded">) {
    super("SessionGenerationEnded", "The principal revoked all its sessions, or uninstalled the module, since.", "Make a new key and register it.", options);
  }
}

/** Somebody else than the key deactivates a session that is not over. Let the wallet revoke it, or wait. */
export class SessionNotExpiredError extends ContractError<"SessionNotExpired"> {
  override name = "SessionNotExpiredError";
  constructor(options: ContractErrorOptions<"SessionNotExpired">) {
    super("SessionNotExpired", "Somebody else than the key deactivates a session that is not over.", "Let the wallet revoke it, or wait.", options);
  }
}

/** The principal never registered this key. An x that is no point of P-256, or the wrong parity of y, names a key that nobody registered. Register it, or check that principal and key are not mixed up. */
export class SessionNotRegisteredError extends ContractError<"SessionNotRegistered"> {
  override name = "SessionNotRegisteredError";
  constructor(options: ContractErrorOptions<"SessionNotRegistered">) {
    super("SessionNotRegistered", "The principal never registered this key. An x that is no point of P-256, or the wrong parity of y, names a key that nobody registered.", "Register it, or check that principal and key are not mixed up.", options);
  }
}

/** The window has not opened. Wait until `validAfter`. */
export class SessionNotYetValidError extends ContractError<"SessionNotYetValid"> {
  override name = "SessionNotYetValidError";
  constructor(options: ContractErrorOptions<"SessionNotYetValid">) {
    super("SessionNotYetValid", "The window has not opened.", "Wait until `validAfter`.", options);
  }
}

/** Element 0 is neither an address nor an x of P-256, which is below the field, or element 3 (deadline) has bits above 48. Pad an address and the deadline with zeros on the left, and take x as it is. */
export class SignatureElementNotCanonicalError extends ContractError<"SignatureElementNotCanonical"> {
  override name = "SignatureElementNotCanonicalError";
  constructor(options: ContractErrorOptions<"SignatureElementNotCanonical">) {
    super("SignatureElementNotCanonical", "Element 0 is neither an address nor an x of P-256, which is below the field, or element 3 (deadline) has bits above 48.", "Pad an address and the deadline with zeros on the left, and take x as it is.", options);
  }
}

/** A session signature is exactly 128 bytes. Send `[sessionPubKey, r, s, validUntil]`, 32 bytes each. */
export class SignatureLengthInvalidError extends ContractError<"SignatureLengthInvalid"> {
  override name = "SignatureLengthInvalidError";
  constructor(options: ContractErrorOptions<"SignatureLengthInvalid">) {
    super("SignatureLengthInvalid", "A session signature is exactly 128 bytes.", "Send `[sessionPubKey, r, s, validUntil]`, 32 bytes each.", options);
  }
}

/** More of a token than its limit has left. Spend less, wait for the next period, or renew. */
export class SpendCapExceededError extends ContractError<"SpendCapExceeded"> {
  override name = "SpendCapExceededError";
  constructor(options: ContractErrorOptions<"SpendCapExceeded">) {
    super("SpendCapExceeded", "More of a token than its limit has left.", "Spend less, wait for the next period, or renew.", options);
  }
}

/** The principal, address 0, Latchkey, its extension, its forwarder or an EntryPoint as a target. Let the wallet do this itself. */
export class TargetForbiddenError extends ContractError<"TargetForbidden"> {
  override name = "TargetForbiddenError";
  constructor(options: ContractErrorOptions<"TargetForbidden">) {
    super("TargetForbidden", "The principal, address 0, Latchkey, its extension, its forwarder or an EntryPoint as a target.", "Let the wallet do this itself.", options);
  }
}

/** There is no contract at the target. Check address and chain. */
export class TargetWithoutCodeError extends ContractError<"TargetWithoutCode"> {
  override name = "TargetWithoutCodeError";
  constructor(options: ContractErrorOptions<"TargetWithoutCode">) {
    super("TargetWithoutCode", "There is no contract at the target.", "Check address and chain.", options);
  }
}

/** The recipient got another amount than was taken: a fee, or a rebase. Do not use this token here. */
export class TokenCreditMismatchError extends ContractError<"TokenCreditMismatch"> {
  override name = "TokenCreditMismatchError";
  constructor(options: ContractErrorOptions<"TokenCreditMismatch">) {
    super("TokenCreditMismatch", "The recipient got another amount than was taken: a fee, or a rebase.", "Do not use this token here.", options);
  }
}

/** The token took another amount from the principal than it was told. Do not use this token here. */
export class TokenDebitMismatchError extends ContractError<"TokenDebitMismatch"> {
  override name = "TokenDebitMismatchError";
  constructor(options: ContractErrorOptions<"TokenDebitMismatch">) {
    super("TokenDebitMismatch", "The token took another amount from the principal than it was told.", "Do not use this token here.", options);
  }
}

/** There is no token at that address. Check address and chain. */
export class TokenWithoutCodeError extends ContractError<"TokenWithoutCode"> {
  override name = "TokenWithoutCodeError";
  constructor(options: ContractErrorOptions<"TokenWithoutCode">) {
    super("TokenWithoutCode", "There is no token at that address.", "Check address and chain.", options);
  }
}

/** More than 8 limits. Drop some. */
export class TooManyLimitsError extends ContractError<"TooManyLimits"> {
  override name = "TooManyLimitsError";
  constructor(options: ContractErrorOptions<"TooManyLimits">) {
    super("TooManyLimits", "More than 8 limits.", "Drop some.", options);
  }
}

/** More than 8 rules. Drop some. */
export class TooManyRulesError extends ContractError<"TooManyRules"> {
  override name = "TooManyRulesError";
  constructor(options: ContractErrorOptions<"TooManyRules">) {
    super("TooManyRules", "More than 8 rules.", "Drop some.", options);
  }
}

/** A wildcard or a native transfer as consumable. Name target and method. */
export class UnsafeConsumableError extends ContractError<"UnsafeConsumable"> {
  override name = "UnsafeConsumableError";
  constructor(options: ContractErrorOptions<"UnsafeConsumable">) {
    super("UnsafeConsumable", "A wildcard or a native transfer as consumable.", "Name target and method.", options);
  }
}

/** It does not answer `decimals()`, is an ERC-721 or ERC-1155, or takes a number for an id like an ERC-404. Limit fungible tokens; bound others with rules. */
export class UnsafeLimitedTokenError extends ContractError<"UnsafeLimitedToken"> {
  override name = "UnsafeLimitedTokenError";
  constructor(options: ContractErrorOptions<"UnsafeLimitedToken">) {
    super("UnsafeLimitedToken", "It does not answer `decimals()`, is an ERC-721 or ERC-1155, or takes a number for an id like an ERC-404.", "Limit fungible tokens; bound others with rules.", options);
  }
}

/** No ASCII identifier with canonical types; the first bad byte is at `position`. No spaces, no names, `uint256` instead of `uint`. */
export class UnsafeMethodError extends ContractError<"UnsafeMethod"> {
  override name = "UnsafeMethodError";
  constructor(options: ContractErrorOptions<"UnsafeMethod">) {
    super("UnsafeMethod", "No ASCII identifier with canonical types; the first bad byte is at `position`.", "No spaces, no names, `uint256` instead of `uint`.", options);
  }
}

/** A method on a limited token that the token table neither counts nor knows as harmless, whatever spend it declares. Use a method of the table, drop the permission, or drop the limit. */
export class UnsafeOnLimitedTokenError extends ContractError<"UnsafeOnLimitedToken"> {
  override name = "UnsafeOnLimitedTokenError";
  constructor(options: ContractErrorOptions<"UnsafeOnLimitedToken">) {
    super("UnsafeOnLimitedToken", "A method on a limited token that the token table neither counts nor knows as harmless, whatever spend it declares.", "Use a method of the table, drop the permission, or drop the limit.", options);
  }
}

/** Permissions are not strictly ascending by target, kind and selector. Sort them, and name each once. */
export class UnsafeOrderError extends ContractError<"UnsafeOrder"> {
  override name = "UnsafeOrderError";
  constructor(options: ContractErrorOptions<"UnsafeOrder">) {
    super("UnsafeOrder", "Permissions are not strictly ascending by target, kind and selector.", "Sort them, and name each once.", options);
  }
}

/** A method that moves tokens or gives rights over them, with no limit on the token. Add a limit for it. */
export class UnsafeOutflowError extends ContractError<"UnsafeOutflow"> {
  override name = "UnsafeOutflowError";
  constructor(options: ContractErrorOptions<"UnsafeOutflow">) {
    super("UnsafeOutflow", "A method that moves tokens or gives rights over them, with no limit on the token.", "Add a limit for it.", options);
  }
}

/** Latchkey, its forwarder or an EntryPoint as the paymaster. Name the paymaster, or 0 for none. */
export class UnsafePaymasterError extends ContractError<"UnsafePaymaster"> {
  override name = "UnsafePaymasterError";
  constructor(options: ContractErrorOptions<"UnsafePaymaster">) {
    super("UnsafePaymaster", "Latchkey, its forwarder or an EntryPoint as the paymaster.", "Name the paymaster, or 0 for none.", options);
  }
}

/** A period below 300 seconds. Use 0 for a lifetime, or at least 300. */
export class UnsafePeriodError extends ContractError<"UnsafePeriod"> {
  override name = "UnsafePeriodError";
  constructor(options: ContractErrorOptions<"UnsafePeriod">) {
    super("UnsafePeriod", "A period below 300 seconds.", "Use 0 for a lifetime, or at least 300.", options);
  }
}

/** The recipient, spender or operator in this word is not pinned, or not to the principal where only the principal may receive. Add a rule `EQUAL`, `ONE_OF` or `EQUAL_PRINCIPAL`, or one on the hash of a dynamic argument. */
export class UnsafeRecipientError extends ContractError<"UnsafeRecipient"> {
  override name = "UnsafeRecipientError";
  constructor(options: ContractErrorOptions<"UnsafeRecipient">) {
    super("UnsafeRecipient", "The recipient, spender or operator in this word is not pinned, or not to the principal where only the principal may receive.", "Add a rule `EQUAL`, `ONE_OF` or `EQUAL_PRINCIPAL`, or one on the hash of a dynamic argument.", options);
  }
}

/** Too few or too many values, not ascending, or not clean for the type. Sort them, pad them to 32 bytes. */
export class UnsafeRuleValuesError extends ContractError<"UnsafeRuleValues"> {
  override name = "UnsafeRuleValuesError";
  constructor(options: ContractErrorOptions<"UnsafeRuleValues">) {
    super("UnsafeRuleValues", "Too few or too many values, not ascending, or not clean for the type.", "Sort them, pad them to 32 bytes.", options);
  }
}

/** The method has no such word, or it is not of the rule's kind. Count head words from 0; hash rules are for dynamic arguments. */
export class UnsafeRuleWordError extends ContractError<"UnsafeRuleWord"> {
  override name = "UnsafeRuleWordError";
  constructor(options: ContractErrorOptions<"UnsafeRuleWord">) {
    super("UnsafeRuleWord", "The method has no such word, or it is not of the rule's kind.", "Count head words from 0; hash rules are for dynamic arguments.", options);
  }
}

/** A text whose selector is one of the token table's, but not the table's own text. Use the table's text. */
export class UnsafeSelectorError extends ContractError<"UnsafeSelector"> {
  override name = "UnsafeSelectorError";
  constructor(options: ContractErrorOptions<"UnsafeSelector">) {
    super("UnsafeSelector", "A text whose selector is one of the token table's, but not the table's own text.", "Use the table's text.", options);
  }
}

/** The declared spend contradicts the token table, has no limit, or names a word that is no `uintN`. Correct `spendToken`, `amountArgument` or `spendAmount`. */
export class UnsafeSpendError extends ContractError<"UnsafeSpend"> {
  override name = "UnsafeSpendError";
  constructor(options: ContractErrorOptions<"UnsafeSpend">) {
    super("UnsafeSpend", "The declared spend contradicts the token table, has no limit, or names a word that is no `uintN`.", "Correct `spendToken`, `amountArgument` or `spendAmount`.", options);
  }
}

/** Address 0, Latchkey, its forwarder or an EntryPoint as a target. Leave it to the wallet. */
export class UnsafeTargetError extends ContractError<"UnsafeTarget"> {
  override name = "UnsafeTargetError";
  constructor(options: ContractErrorOptions<"UnsafeTarget">) {
    super("UnsafeTarget", "Address 0, Latchkey, its forwarder or an EntryPoint as a target.", "Leave it to the wallet.", options);
  }
}

/** Native value without a limit on the native coin. Add a limit for address 0. */
export class UnsafeValueError extends ContractError<"UnsafeValue"> {
  override name = "UnsafeValueError";
  constructor(options: ContractErrorOptions<"UnsafeValue">) {
    super("UnsafeValue", "Native value without a limit on the native coin.", "Add a limit for address 0.", options);
  }
}

/** A wildcard on both sides or with value, rules, a spend or `consumable`, on a limited token or on a method of the table. Name target and method. */
export class UnsafeWildcardError extends ContractError<"UnsafeWildcard"> {
  override name = "UnsafeWildcardError";
  constructor(options: ContractErrorOptions<"UnsafeWildcard">) {
    super("UnsafeWildcard", "A wildcard on both sides or with value, rules, a spend or `consumable`, on a limited token or on a method of the table.", "Name target and method.", options);
  }
}

/** Only single and batch calls that revert on failure run. Use mode 0, or 1 in the first byte for a batch. */
export class UnsupportedExecutionModeError extends ContractError<"UnsupportedExecutionMode"> {
  override name = "UnsupportedExecutionModeError";
  constructor(options: ContractErrorOptions<"UnsupportedExecutionMode">) {
    super("UnsupportedExecutionMode", "Only single and batch calls that revert on failure run.", "Use mode 0, or 1 in the first byte for a batch.", options);
  }
}

/** An end of 0 or from 2**34 on. Name a time in seconds. */
export class ValidUntilOutOfRangeError extends ContractError<"ValidUntilOutOfRange"> {
  override name = "ValidUntilOutOfRangeError";
  constructor(options: ContractErrorOptions<"ValidUntilOutOfRange">) {
    super("ValidUntilOutOfRange", "An end of 0 or from 2**34 on.", "Name a time in seconds.", options);
  }
}

/** The window has ended already. Name a later end. */
export class ValidUntilPassedError extends ContractError<"ValidUntilPassed"> {
  override name = "ValidUntilPassedError";
  constructor(options: ContractErrorOptions<"ValidUntilPassed">) {
    super("ValidUntilPassed", "The window has ended already.", "Name a later end.", options);
  }
}

/** More native value than the permission allows in one call. Send less, or have a policy with a higher `maxValue` signed. */
export class ValueNotAllowedError extends ContractError<"ValueNotAllowed"> {
  override name = "ValueNotAllowedError";
  constructor(options: ContractErrorOptions<"ValueNotAllowed">) {
    super("ValueNotAllowed", "More native value than the permission allows in one call.", "Send less, or have a policy with a higher `maxValue` signed.", options);
  }
}

/** One class per Solidity error. */
export const contractErrors = {
  AccountAlreadyInitialized: AccountAlreadyInitializedError,
  AccountNotClone: AccountNotCloneError,
  AccountNotInitialized: AccountNotInitializedError,
  AmountNotCounted: AmountNotCountedError,
  ArgumentNotAllowed: ArgumentNotAllowedError,
  ArgumentNotCanonical: ArgumentNotCanonicalError,
  BudgetExceeded: BudgetExceededError,
  CallNotAllowed: CallNotAllowedError,
  CallNotConsumable: CallNotConsumableError,
  CalldataLengthNotAllowed: CalldataLengthNotAllowedError,
  CallerNotForwarder: CallerNotForwarderError,
  DeadlineNotAllowed: DeadlineNotAllowedError,
  DeadlinePassed: DeadlinePassedError,
  DuplicateLimit: DuplicateLimitError,
  DurationOutOfBounds: DurationOutOfBoundsError,
  EmptyBatch: EmptyBatchError,
  EntryPointWithoutCode: EntryPointWithoutCodeError,
  ExecutionNotCanonical: ExecutionNotCanonicalError,
  ExtensionCalledDirectly: ExtensionCalledDirectlyError,
  ForwardedCalldataTooShort: ForwardedCalldataTooShortError,
  ForwardedGasBelowMinimum: ForwardedGasBelowMinimumError,
  ForwarderNotTrusted: ForwarderNotTrustedError,
  FundingFailed: FundingFailedError,
  GasBelowMinimum: GasBelowMinimumError,
  GasBudgetExceeded: GasBudgetExceededError,
  GenerationMismatch: GenerationMismatchError,
  GenerationsExhausted: GenerationsExhaustedError,
  GrantDeadlinePassed: GrantDeadlinePassedError,
  InitCodeNotAllowed: InitCodeNotAllowedError,
  InvalidPrincipalSignature: InvalidPrincipalSignatureError,
  InvalidSessionSignature: InvalidSessionSignatureError,
  KeyCannotBeFunded: KeyCannotBeFundedError,
  KeyHasCode: KeyHasCodeError,
  KeyInAnotherLane: KeyInAnotherLaneError,
  KeyNotAllowed: KeyNotAllowedError,
  LaneOccupied: LaneOccupiedError,
  LatchkeyWithoutCode: LatchkeyWithoutCodeError,
  MaxCallsOutOfBounds: MaxCallsOutOfBoundsError,
  ModuleNotInstalled: ModuleNotInstalledError,
  NonceAlreadyUsed: NonceAlreadyUsedError,
  NonceKeyNotAllowed: NonceKeyNotAllowedError,
  OperationNotCanonical: OperationNotCanonicalError,
  OperationSelectorNotAllowed: OperationSelectorNotAllowedError,
  OwnerNotAllowed: OwnerNotAllowedError,
  OwnerOverwritten: OwnerOverwrittenError,
  OwnershipNotAccepted: OwnershipNotAcceptedError,
  OwnershipNotRenounceable: OwnershipNotRenounceableError,
  PaymasterDataLengthInvalid: PaymasterDataLengthInvalidError,
  PaymasterDataTooShort: PaymasterDataTooShortError,
  PaymasterNotAllowed: PaymasterNotAllowedError,
  PeriodEnded: PeriodEndedError,
  PolicyAppInvalid: PolicyAppInvalidError,
  PolicyCalldataTooLarge: PolicyCalldataTooLargeError,
  PolicyCallsInvalid: PolicyCallsInvalidError,
  PolicyDurationsInvalid: PolicyDurationsInvalidError,
  PolicyEmpty: PolicyEmptyError,
  PolicyGasBudgetInvalid: PolicyGasBudgetInvalidError,
  PolicyNotCanonical: PolicyNotCanonicalError,
  PolicyNotCreated: PolicyNotCreatedError,
  PolicyNotPublished: PolicyNotPublishedError,
  PolicyNumberUnknown: PolicyNumberUnknownError,
  PolicyNumbersExhausted: PolicyNumbersExhaustedError,
  PolicyTooLarge: PolicyTooLargeError,
  PrincipalAnsweredNothing: PrincipalAnsweredNothingError,
  PrincipalMismatch: PrincipalMismatchError,
  PrincipalNotAllowed: PrincipalNotAllowedError,
  PrincipalWithoutCode: PrincipalWithoutCodeError,
  PublicKeyLengthInvalid: PublicKeyLengthInvalidError,
  PublicKeyMismatch: PublicKeyMismatchError,
  PublicKeyNotOnCurve: PublicKeyNotOnCurveError,
  RecipientNotAllowed: RecipientNotAllowedError,
  RenewalNotLater: RenewalNotLaterError,
  SelfPaymentNotAllowed: SelfPaymentNotAllowedError,
  SessionAlreadyRevoked: SessionAlreadyRevokedError,
  SessionCallsExceeded: SessionCallsExceededError,
  SessionCarriesNoValue: SessionCarriesNoValueError,
  SessionExpired: SessionExpiredError,
  SessionGenerationEnded: SessionGenerationEndedError,
  SessionNotExpired: SessionNotExpiredError,
  SessionNotRegistered: SessionNotRegisteredError,
  SessionNotYetValid: SessionNotYetValidError,
  SignatureElementNotCanonical: SignatureElementNotCanonicalError,
  SignatureLengthInvalid: SignatureLengthInvalidError,
  SpendCapExceeded: SpendCapExceededError,
  TargetForbidden: TargetForbiddenError,
  TargetWithoutCode: TargetWithoutCodeError,
  TokenCreditMismatch: TokenCreditMismatchError,
  TokenDebitMismatch: TokenDebitMismatchError,
  TokenWithoutCode: TokenWithoutCodeError,
  TooManyLimits: TooManyLimitsError,
  TooManyRules: TooManyRulesError,
  UnsafeConsumable: UnsafeConsumableError,
  UnsafeLimitedToken: UnsafeLimitedTokenError,
  UnsafeMethod: UnsafeMethodError,
  UnsafeOnLimitedToken: UnsafeOnLimitedTokenError,
  UnsafeOrder: UnsafeOrderError,
  UnsafeOutflow: UnsafeOutflowError,
  UnsafePaymaster: UnsafePaymasterError,
  UnsafePeriod: UnsafePeriodError,
  UnsafeRecipient: UnsafeRecipientError,
  UnsafeRuleValues: UnsafeRuleValuesError,
  UnsafeRuleWord: UnsafeRuleWordError,
  UnsafeSelector: UnsafeSelectorError,
  UnsafeSpend: UnsafeSpendError,
  UnsafeTarget: UnsafeTargetError,
  UnsafeValue: UnsafeValueError,
  UnsafeWildcard: UnsafeWildcardError,
  UnsupportedExecutionMode: UnsupportedExecutionModeError,
  ValidUntilOutOfRange: ValidUntilOutOfRangeError,
  ValidUntilPassed: ValidUntilPassedError,
  ValueNotAllowed: ValueNotAllowedError,
} as const;
