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

/** The permission is word for word one of its alternatives before it. Remove it. */
export class AlternativeRepeatedError extends ContractError<"AlternativeRepeated"> {
  override name = "AlternativeRepeatedError";
  constructor(options: ContractErrorOptions<"AlternativeRepeated">) {
    super("AlternativeRepeated", "The permission is word for word one of its alternatives before it.", "Remove it.", options);
  }
}

/** None of several alternatives holds. Mend what `reason` says, or make the call fit another alternative. */
export class AlternativesRefusedError extends ContractError<"AlternativesRefused"> {
  override name = "AlternativesRefusedError";
  constructor(options: ContractErrorOptions<"AlternativesRefused">) {
    super("AlternativesRefused", "None of several alternatives holds.", "Mend what `reason` says, or make the call fit another alternative.", options);
  }
}

/** The contract takes another amount than the calldata's word that policies declare. Take exactly that word; name the right word. */
export class AmountNotCountedError extends ContractError<"AmountNotCounted"> {
  override name = "AmountNotCountedError";
  constructor(options: ContractErrorOptions<"AmountNotCounted">) {
    super("AmountNotCounted", "The contract takes another amount than the calldata's word that policies declare.", "Take exactly that word; name the right word.", options);
  }
}

/** A rule or a spend names an element that this array does not have. Send an array with the elements that the policy speaks of. */
export class ArgumentAbsentError extends ContractError<"ArgumentAbsent"> {
  override name = "ArgumentAbsentError";
  constructor(options: ContractErrorOptions<"ArgumentAbsent">) {
    super("ArgumentAbsent", "A rule or a spend names an element that this array does not have.", "Send an array with the elements that the policy speaks of.", options);
  }
}

/** The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads. Check the method's types, or add an `inner` with exactly that path. */
export class ArgumentImpassableError extends ContractError<"ArgumentImpassable"> {
  override name = "ArgumentImpassableError";
  constructor(options: ContractErrorOptions<"ArgumentImpassable">) {
    super("ArgumentImpassable", "The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads.", "Check the method's types, or add an `inner` with exactly that path.", options);
  }
}

/** The path leads nowhere: the tuple has no such part, the array no such element, or the element is 64 or above. Count the arguments from 0. */
export class ArgumentMissingError extends ContractError<"ArgumentMissing"> {
  override name = "ArgumentMissingError";
  constructor(options: ContractErrorOptions<"ArgumentMissing">) {
    super("ArgumentMissing", "The path leads nowhere: the tuple has no such part, the array no such element, or the element is 64 or above.", "Count the arguments from 0.", options);
  }
}

/** A rule does not hold. Change the argument to what the rule asks for. */
export class ArgumentNotAllowedError extends ContractError<"ArgumentNotAllowed"> {
  override name = "ArgumentNotAllowedError";
  constructor(options: ContractErrorOptions<"ArgumentNotAllowed">) {
    super("ArgumentNotAllowed", "A rule does not hold.", "Change the argument to what the rule asks for.", options);
  }
}

/** A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could be an address. Use a smaller number, or a policy that binds or opens the argument. */
export class ArgumentNotBoundedError extends ContractError<"ArgumentNotBounded"> {
  override name = "ArgumentNotBoundedError";
  constructor(options: ContractErrorOptions<"ArgumentNotBounded">) {
    super("ArgumentNotBounded", "A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could be an address.", "Use a smaller number, or a policy that binds or opens the argument.", options);
  }
}

/** The calldata departs from the canonical encoding of the method's types: a word with bits that its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata, backwards, into the head, onto itself), padding that is not zero, or bytes behind the end. Encode the call with a standard ABI encoder and the policy's types. */
export class ArgumentNotCanonicalError extends ContractError<"ArgumentNotCanonical"> {
  override name = "ArgumentNotCanonicalError";
  constructor(options: ContractErrorOptions<"ArgumentNotCanonical">) {
    super("ArgumentNotCanonical", "The calldata departs from the canonical encoding of the method's types: a word with bits that its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata, backwards, into the head, onto itself), padding that is not zero, or bytes behind the end.", "Encode the call with a standard ABI encoder and the policy's types.", options);
  }
}

/** The path is not written as the grammar has it. Write numbers without leading zeros, as in `1[0]:2` or `0.4`. */
export class ArgumentTextInvalidError extends ContractError<"ArgumentTextInvalid"> {
  override name = "ArgumentTextInvalidError";
  constructor(options: ContractErrorOptions<"ArgumentTextInvalid">) {
    super("ArgumentTextInvalid", "The path is not written as the grammar has it.", "Write numbers without leading zeros, as in `1[0]:2` or `0.4`.", options);
  }
}

/** The path follows more pointers than one pass does. This argument cannot be named. */
export class ArgumentTooDeepError extends ContractError<"ArgumentTooDeep"> {
  override name = "ArgumentTooDeepError";
  constructor(options: ContractErrorOptions<"ArgumentTooDeep">) {
    super("ArgumentTooDeep", "The path follows more pointers than one pass does.", "This argument cannot be named.", options);
  }
}

/** The operation could cost more than the principal's budget has left. Every operation reserves its highest cost while it runs. Lower the gas limits, or ask the paymaster's owner for a higher budget. */
export class BudgetExceededError extends ContractError<"BudgetExceeded"> {
  override name = "BudgetExceededError";
  constructor(options: ContractErrorOptions<"BudgetExceeded">) {
    super("BudgetExceeded", "The operation could cost more than the principal's budget has left. Every operation reserves its highest cost while it runs.", "Lower the gas limits, or ask the paymaster's owner for a higher budget.", options);
  }
}

/** No permission matches. Add a permission for this method to the policy, or have the wallet sign the call. */
export class CallNotAllowedError extends ContractError<"CallNotAllowed"> {
  override name = "CallNotAllowedError";
  constructor(options: ContractErrorOptions<"CallNotAllowed">) {
    super("CallNotAllowed", "No permission matches.", "Add a permission for this method to the policy, or have the wallet sign the call.", options);
  }
}

/** The permission is not one that its target may consume. Send the call on another route, or mark the permission as consumable. */
export class CallNotConsumableError extends ContractError<"CallNotConsumable"> {
  override name = "CallNotConsumableError";
  constructor(options: ContractErrorOptions<"CallNotConsumable">) {
    super("CallNotConsumable", "The permission is not one that its target may consume.", "Send the call on another route, or mark the permission as consumable.", options);
  }
}

/** The permission serves route `asked` alone: it leaves arguments unbound that its target polices. Call the target itself with the key, or bind or open the arguments. */
export class CallOnlyAskedError extends ContractError<"CallOnlyAsked"> {
  override name = "CallOnlyAskedError";
  constructor(options: ContractErrorOptions<"CallOnlyAsked">) {
    super("CallOnlyAsked", "The permission serves route `asked` alone: it leaves arguments unbound that its target polices.", "Call the target itself with the key, or bind or open the arguments.", options);
  }
}

/** The calldata is shorter than a selector or than the method's head, or not exactly as long as the method's static types. Encode the call with the method's types and nothing behind. */
export class CalldataLengthNotAllowedError extends ContractError<"CalldataLengthNotAllowed"> {
  override name = "CalldataLengthNotAllowedError";
  constructor(options: ContractErrorOptions<"CalldataLengthNotAllowed">) {
    super("CalldataLengthNotAllowed", "The calldata is shorter than a selector or than the method's head, or not exactly as long as the method's static types.", "Encode the call with the method's types and nothing behind.", options);
  }
}

/** Only the forwarder may consume for somebody else's call. Call the forwarder. */
export class CallerNotForwarderError extends ContractError<"CallerNotForwarder"> {
  override name = "CallerNotForwarderError";
  constructor(options: ContractErrorOptions<"CallerNotForwarder">) {
    super("CallerNotForwarder", "Only the forwarder may consume for somebody else's call.", "Call the forwarder.", options);
  }
}

/** The signed deadline is zero or later than the session's end. Sign a deadline within the session's window. */
export class DeadlineNotAllowedError extends ContractError<"DeadlineNotAllowed"> {
  override name = "DeadlineNotAllowedError";
  constructor(options: ContractErrorOptions<"DeadlineNotAllowed">) {
    super("DeadlineNotAllowed", "The signed deadline is zero or later than the session's end.", "Sign a deadline within the session's window.", options);
  }
}

/** The signed deadline of this call has passed; the session may well be alive. Sign the call again with a later deadline. */
export class DeadlinePassedError extends ContractError<"DeadlinePassed"> {
  override name = "DeadlinePassedError";
  constructor(options: ContractErrorOptions<"DeadlinePassed">) {
    super("DeadlinePassed", "The signed deadline of this call has passed; the session may well be alive.", "Sign the call again with a later deadline.", options);
  }
}

/** `validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it starts. Choose a window within the bounds. */
export class DurationOutOfBoundsError extends ContractError<"DurationOutOfBounds"> {
  override name = "DurationOutOfBoundsError";
  constructor(options: ContractErrorOptions<"DurationOutOfBounds">) {
    super("DurationOutOfBounds", "`validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it starts.", "Choose a window within the bounds.", options);
  }
}

/** A batch holds at least one call. Add a call. */
export class EmptyBatchError extends ContractError<"EmptyBatch"> {
  override name = "EmptyBatchError";
  constructor(options: ContractErrorOptions<"EmptyBatch">) {
    super("EmptyBatch", "A batch holds at least one call.", "Add a call.", options);
  }
}

/** The factory, or a paymaster, was given an address without code. Name the EntryPoint of this chain. */
export class EntryPointWithoutCodeError extends ContractError<"EntryPointWithoutCode"> {
  override name = "EntryPointWithoutCodeError";
  constructor(options: ContractErrorOptions<"EntryPointWithoutCode">) {
    super("EntryPointWithoutCode", "The factory, or a paymaster, was given an address without code.", "Name the EntryPoint of this chain.", options);
  }
}

/** The execution calldata is not the canonical encoding of its calls. Encode the calls with a standard encoder, with nothing behind. */
export class ExecutionNotCanonicalError extends ContractError<"ExecutionNotCanonical"> {
  override name = "ExecutionNotCanonicalError";
  constructor(options: ContractErrorOptions<"ExecutionNotCanonical">) {
    super("ExecutionNotCanonical", "The execution calldata is not the canonical encoding of its calls.", "Encode the calls with a standard encoder, with nothing behind.", options);
  }
}

/** The extension runs as Latchkey alone. Call Latchkey. */
export class ExtensionCalledDirectlyError extends ContractError<"ExtensionCalledDirectly"> {
  override name = "ExtensionCalledDirectlyError";
  constructor(options: ContractErrorOptions<"ExtensionCalledDirectly">) {
    super("ExtensionCalledDirectly", "The extension runs as Latchkey alone.", "Call Latchkey.", options);
  }
}

/** `data` is shorter than a selector: the principal's own bytes would be read as one. Name a method. */
export class ForwardedCalldataTooShortError extends ContractError<"ForwardedCalldataTooShort"> {
  override name = "ForwardedCalldataTooShortError";
  constructor(options: ContractErrorOptions<"ForwardedCalldataTooShort">) {
    super("ForwardedCalldataTooShort", "`data` is shorter than a selector: the principal's own bytes would be read as one.", "Name a method.", options);
  }
}

/** Less gas than the key signed for would be passed on. Send the transaction with a higher gas limit. */
export class ForwardedGasBelowMinimumError extends ContractError<"ForwardedGasBelowMinimum"> {
  override name = "ForwardedGasBelowMinimumError";
  constructor(options: ContractErrorOptions<"ForwardedGasBelowMinimum">) {
    super("ForwardedGasBelowMinimum", "Less gas than the key signed for would be passed on.", "Send the transaction with a higher gas limit.", options);
  }
}

/** The target does not answer `isTrustedForwarder(forwarder)` with exactly 1. Ask the target's owner to trust the forwarder, or use another route. */
export class ForwarderNotTrustedError extends ContractError<"ForwarderNotTrusted"> {
  override name = "ForwarderNotTrustedError";
  constructor(options: ContractErrorOptions<"ForwarderNotTrusted">) {
    super("ForwarderNotTrusted", "The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.", "Ask the target's owner to trust the forwarder, or use another route.", options);
  }
}

/** The key did not take the funds. Fund the key apart. */
export class FundingFailedError extends ContractError<"FundingFailed"> {
  override name = "FundingFailedError";
  constructor(options: ContractErrorOptions<"FundingFailed">) {
    super("FundingFailed", "The key did not take the funds.", "Fund the key apart.", options);
  }
}

/** Less gas than the key signed for would be passed on. Send the transaction with a higher gas limit. */
export class GasBelowMinimumError extends ContractError<"GasBelowMinimum"> {
  override name = "GasBelowMinimumError";
  constructor(options: ContractErrorOptions<"GasBelowMinimum">) {
    super("GasBelowMinimum", "Less gas than the key signed for would be passed on.", "Send the transaction with a higher gas limit.", options);
  }
}

/** The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left. Lower the gas limits or the fee, or renew the session. */
export class GasBudgetExceededError extends ContractError<"GasBudgetExceeded"> {
  override name = "GasBudgetExceededError";
  constructor(options: ContractErrorOptions<"GasBudgetExceeded">) {
    super("GasBudgetExceeded", "The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left.", "Lower the gas limits or the fee, or renew the session.", options);
  }
}

/** The signature kills another generation than the current one. Sign for the current generation. */
export class GenerationMismatchError extends ContractError<"GenerationMismatch"> {
  override name = "GenerationMismatchError";
  constructor(options: ContractErrorOptions<"GenerationMismatch">) {
    super("GenerationMismatch", "The signature kills another generation than the current one.", "Sign for the current generation.", options);
  }
}

/** The principal is in its last generation, 2**22 - 1, in which nothing can be registered. Use another account. */
export class GenerationsExhaustedError extends ContractError<"GenerationsExhausted"> {
  override name = "GenerationsExhaustedError";
  constructor(options: ContractErrorOptions<"GenerationsExhausted">) {
    super("GenerationsExhausted", "The principal is in its last generation, 2**22 - 1, in which nothing can be registered.", "Use another account.", options);
  }
}

/** The principal's signature was good until `deadline`. Ask the principal to sign again. */
export class GrantDeadlinePassedError extends ContractError<"GrantDeadlinePassed"> {
  override name = "GrantDeadlinePassedError";
  constructor(options: ContractErrorOptions<"GrantDeadlinePassed">) {
    super("GrantDeadlinePassed", "The principal's signature was good until `deadline`.", "Ask the principal to sign again.", options);
  }
}

/** The operation's `initCode` is neither empty nor the bare EIP-7702 marker. Create the account in an operation of its owner. */
export class InitCodeNotAllowedError extends ContractError<"InitCodeNotAllowed"> {
  override name = "InitCodeNotAllowedError";
  constructor(options: ContractErrorOptions<"InitCodeNotAllowed">) {
    super("InitCodeNotAllowed", "The operation's `initCode` is neither empty nor the bare EIP-7702 marker.", "Create the account in an operation of its owner.", options);
  }
}

/** The call inside `bytes` is of another method than the policy says. Encode the inner call as the policy has it. */
export class InnerMethodNotAllowedError extends ContractError<"InnerMethodNotAllowed"> {
  override name = "InnerMethodNotAllowedError";
  constructor(options: ContractErrorOptions<"InnerMethodNotAllowed">) {
    super("InnerMethodNotAllowed", "The call inside `bytes` is of another method than the policy says.", "Encode the inner call as the policy has it.", options);
  }
}

/** The argument is not `bytes`. Name a `bytes`. */
export class InnerNotBytesError extends ContractError<"InnerNotBytes"> {
  override name = "InnerNotBytesError";
  constructor(options: ContractErrorOptions<"InnerNotBytes">) {
    super("InnerNotBytes", "The argument is not `bytes`.", "Name a `bytes`.", options);
  }
}

/** The types are not written as a method's are, or there are none. Write `(address,uint256)` or `name(address,uint256)`. */
export class InnerTypesInvalidError extends ContractError<"InnerTypesInvalid"> {
  override name = "InnerTypesInvalidError";
  constructor(options: ContractErrorOptions<"InnerTypesInvalid">) {
    super("InnerTypesInvalid", "The types are not written as a method's are, or there are none.", "Write `(address,uint256)` or `name(address,uint256)`.", options);
  }
}

/** The inner does not stand behind its predecessor by its argument, or repeats it. Sort the inners. */
export class InnersNotAscendingError extends ContractError<"InnersNotAscending"> {
  override name = "InnersNotAscendingError";
  constructor(options: ContractErrorOptions<"InnersNotAscending">) {
    super("InnersNotAscending", "The inner does not stand behind its predecessor by its argument, or repeats it.", "Sort the inners.", options);
  }
}

/** Two inners read the same `bytes`: one by `[*]`, one by its number. Keep one of them. */
export class InnersOverlapError extends ContractError<"InnersOverlap"> {
  override name = "InnersOverlapError";
  constructor(options: ContractErrorOptions<"InnersOverlap">) {
    super("InnersOverlap", "Two inners read the same `bytes`: one by `[*]`, one by its number.", "Keep one of them.", options);
  }
}

/** The signature is not the principal's over this grant, chain, nonce and policy. Read `nonces(principal)` and sign again. */
export class InvalidPrincipalSignatureError extends ContractError<"InvalidPrincipalSignature"> {
  override name = "InvalidPrincipalSignatureError";
  constructor(options: ContractErrorOptions<"InvalidPrincipalSignature">) {
    super("InvalidPrincipalSignature", "The signature is not the principal's over this grant, chain, nonce and policy.", "Read `nonces(principal)` and sign again.", options);
  }
}

/** The signature is not the key's. On route `userOperation` this is returned, not reverted. Sign with the key that element 0 names, over this chain's domain and the session's registration number. */
export class InvalidSessionSignatureError extends ContractError<"InvalidSessionSignature"> {
  override name = "InvalidSessionSignatureError";
  constructor(options: ContractErrorOptions<"InvalidSessionSignature">) {
    super("InvalidSessionSignature", "The signature is not the key's. On route `userOperation` this is returned, not reverted.", "Sign with the key that element 0 names, over this chain's domain and the session's registration number.", options);
  }
}

/** A P-256 key cannot send, so it is not funded. Use route `relayed` or a paymaster. */
export class KeyCannotBeFundedError extends ContractError<"KeyCannotBeFunded"> {
  override name = "KeyCannotBeFundedError";
  constructor(options: ContractErrorOptions<"KeyCannotBeFunded">) {
    super("KeyCannotBeFunded", "A P-256 key cannot send, so it is not funded.", "Use route `relayed` or a paymaster.", options);
  }
}

/** A session key has no code, neither at registration nor when it sends. Use a key of its own, without an EIP-7702 delegation. */
export class KeyHasCodeError extends ContractError<"KeyHasCode"> {
  override name = "KeyHasCodeError";
  constructor(options: ContractErrorOptions<"KeyHasCode">) {
    super("KeyHasCode", "A session key has no code, neither at registration nor when it sends.", "Use a key of its own, without an EIP-7702 delegation.", options);
  }
}

/** The key already lives in another lane of this principal. Renew it there, or take another key. */
export class KeyInAnotherLaneError extends ContractError<"KeyInAnotherLane"> {
  override name = "KeyInAnotherLaneError";
  constructor(options: ContractErrorOptions<"KeyInAnotherLane">) {
    super("KeyInAnotherLane", "The key already lives in another lane of this principal.", "Renew it there, or take another key.", options);
  }
}

/** The key is below 2**16, the principal, Latchkey, its extension, its forwarder or an EntryPoint. Create a key of its own. */
export class KeyNotAllowedError extends ContractError<"KeyNotAllowed"> {
  override name = "KeyNotAllowedError";
  constructor(options: ContractErrorOptions<"KeyNotAllowed">) {
    super("KeyNotAllowed", "The key is below 2**16, the principal, Latchkey, its extension, its forwarder or an EntryPoint.", "Create a key of its own.", options);
  }
}

/** Another key lives in that lane and `replaces` does not say that it may be ended. Name the occupant or `ANY_KEY` in `replaces`, or take another lane. */
export class LaneOccupiedError extends ContractError<"LaneOccupied"> {
  override name = "LaneOccupiedError";
  constructor(options: ContractErrorOptions<"LaneOccupied">) {
    super("LaneOccupied", "Another key lives in that lane and `replaces` does not say that it may be ended.", "Name the occupant or `ANY_KEY` in `replaces`, or take another lane.", options);
  }
}

/** The paymaster was given an address without code. Name the Latchkey of this chain. */
export class LatchkeyWithoutCodeError extends ContractError<"LatchkeyWithoutCode"> {
  override name = "LatchkeyWithoutCodeError";
  constructor(options: ContractErrorOptions<"LatchkeyWithoutCode">) {
    super("LatchkeyWithoutCode", "The paymaster was given an address without code.", "Name the Latchkey of this chain.", options);
  }
}

/** The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it. Sort the limits and merge doubles. */
export class LimitsNotAscendingError extends ContractError<"LimitsNotAscending"> {
  override name = "LimitsNotAscendingError";
  constructor(options: ContractErrorOptions<"LimitsNotAscending">) {
    super("LimitsNotAscending", "The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it.", "Sort the limits and merge doubles.", options);
  }
}

/** `maxCalls` is 0 or above the policy's. Ask for at least 1 and at most the policy's. */
export class MaxCallsOutOfBoundsError extends ContractError<"MaxCallsOutOfBounds"> {
  override name = "MaxCallsOutOfBoundsError";
  constructor(options: ContractErrorOptions<"MaxCallsOutOfBounds">) {
    super("MaxCallsOutOfBounds", "`maxCalls` is 0 or above the policy's.", "Ask for at least 1 and at most the policy's.", options);
  }
}

/** Two alternatives of one selector have different texts. Write the same text in both. */
export class MethodTextsDifferError extends ContractError<"MethodTextsDiffer"> {
  override name = "MethodTextsDifferError";
  constructor(options: ContractErrorOptions<"MethodTextsDiffer">) {
    super("MethodTextsDiffer", "Two alternatives of one selector have different texts.", "Write the same text in both.", options);
  }
}

/** A leaf of the method lies behind more pointers than one pass follows. This method cannot be permitted by name. */
export class MethodTooDeepError extends ContractError<"MethodTooDeep"> {
  override name = "MethodTooDeepError";
  constructor(options: ContractErrorOptions<"MethodTooDeep">) {
    super("MethodTooDeep", "A leaf of the method lies behind more pointers than one pass follows.", "This method cannot be permitted by name.", options);
  }
}

/** Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`. Install Latchkey on the account as validator and executor. */
export class ModuleNotInstalledError extends ContractError<"ModuleNotInstalled"> {
  override name = "ModuleNotInstalledError";
  constructor(options: ContractErrorOptions<"ModuleNotInstalled">) {
    super("ModuleNotInstalled", "Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`.", "Install Latchkey on the account as validator and executor.", options);
  }
}

/** A plain native transfer that may carry nothing. Set `maxValue`. */
export class NativeTransferWithoutValueError extends ContractError<"NativeTransferWithoutValue"> {
  override name = "NativeTransferWithoutValueError";
  constructor(options: ContractErrorOptions<"NativeTransferWithoutValue">) {
    super("NativeTransferWithoutValue", "A plain native transfer that may carry nothing.", "Set `maxValue`.", options);
  }
}

/** The nonce was used by (principal, key) on a signed route before. Sign with another nonce, best the next bit of the same word. */
export class NonceAlreadyUsedError extends ContractError<"NonceAlreadyUsed"> {
  override name = "NonceAlreadyUsedError";
  constructor(options: ContractErrorOptions<"NonceAlreadyUsed">) {
    super("NonceAlreadyUsed", "The nonce was used by (principal, key) on a signed route before.", "Sign with another nonce, best the next bit of the same word.", options);
  }
}

/** The nonce's key does not name Latchkey where a known family of accounts looks for the validator. Use the layout of docs/guides/accounts.md; only a session's operations are paid for. */
export class NonceKeyNotAllowedError extends ContractError<"NonceKeyNotAllowed"> {
  override name = "NonceKeyNotAllowedError";
  constructor(options: ContractErrorOptions<"NonceKeyNotAllowed">) {
    super("NonceKeyNotAllowed", "The nonce's key does not name Latchkey where a known family of accounts looks for the validator.", "Use the layout of docs/guides/accounts.md; only a session's operations are paid for.", options);
  }
}

/** The path is bound by a rule. Remove one of the two. */
export class OpenArgumentBoundError extends ContractError<"OpenArgumentBound"> {
  override name = "OpenArgumentBoundError";
  constructor(options: ContractErrorOptions<"OpenArgumentBound">) {
    super("OpenArgumentBound", "The path is bound by a rule.", "Remove one of the two.", options);
  }
}

/** Nothing below the path is unbound and can carry authority. Remove the path: it is free anyway. */
export class OpenArgumentHarmlessError extends ContractError<"OpenArgumentHarmless"> {
  override name = "OpenArgumentHarmlessError";
  constructor(options: ContractErrorOptions<"OpenArgumentHarmless">) {
    super("OpenArgumentHarmless", "Nothing below the path is unbound and can carry authority.", "Remove the path: it is free anyway.", options);
  }
}

/** Nothing is open on a limited token, on a row of the token table, or on any contract. Bind the arguments. */
export class OpenNotAllowedError extends ContractError<"OpenNotAllowed"> {
  override name = "OpenNotAllowedError";
  constructor(options: ContractErrorOptions<"OpenNotAllowed">) {
    super("OpenNotAllowed", "Nothing is open on a limited token, on a row of the token table, or on any contract.", "Bind the arguments.", options);
  }
}

/** `"*"` stands beside another path, or a path below another one. Keep the wider one. */
export class OpenNotAloneError extends ContractError<"OpenNotAlone"> {
  override name = "OpenNotAloneError";
  constructor(options: ContractErrorOptions<"OpenNotAlone">) {
    super("OpenNotAlone", "`\"*\"` stands beside another path, or a path below another one.", "Keep the wider one.", options);
  }
}

/** The path does not stand behind its predecessor, or repeats it. Sort the paths. */
export class OpenNotAscendingError extends ContractError<"OpenNotAscending"> {
  override name = "OpenNotAscendingError";
  constructor(options: ContractErrorOptions<"OpenNotAscending">) {
    super("OpenNotAscending", "The path does not stand behind its predecessor, or repeats it.", "Sort the paths.", options);
  }
}

/** A field of the operation lies outside the calldata. Encode the operation with a standard encoder. */
export class OperationNotCanonicalError extends ContractError<"OperationNotCanonical"> {
  override name = "OperationNotCanonicalError";
  constructor(options: ContractErrorOptions<"OperationNotCanonical">) {
    super("OperationNotCanonical", "A field of the operation lies outside the calldata.", "Encode the operation with a standard encoder.", options);
  }
}

/** The operation calls something other than `execute(bytes32,bytes)`. Encode the calls as ERC-7579 has it. */
export class OperationSelectorNotAllowedError extends ContractError<"OperationSelectorNotAllowed"> {
  override name = "OperationSelectorNotAllowedError";
  constructor(options: ContractErrorOptions<"OperationSelectorNotAllowed">) {
    super("OperationSelectorNotAllowed", "The operation calls something other than `execute(bytes32,bytes)`.", "Encode the calls as ERC-7579 has it.", options);
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

/** Paymaster data is empty or at least `required` bytes. Encode the paymaster's gas limits too. */
export class PaymasterDataTooShortError extends ContractError<"PaymasterDataTooShort"> {
  override name = "PaymasterDataTooShortError";
  constructor(options: ContractErrorOptions<"PaymasterDataTooShort">) {
    super("PaymasterDataTooShort", "Paymaster data is empty or at least `required` bytes.", "Encode the paymaster's gas limits too.", options);
  }
}

/** The operation names a paymaster that the policy does not. Use the policy's paymaster. */
export class PaymasterNotAllowedError extends ContractError<"PaymasterNotAllowed"> {
  override name = "PaymasterNotAllowedError";
  constructor(options: ContractErrorOptions<"PaymasterNotAllowed">) {
    super("PaymasterNotAllowed", "The operation names a paymaster that the policy does not.", "Use the policy's paymaster.", options);
  }
}

/** The session has already spent in a later period of this limit. Sign again with a deadline in the current period. */
export class PeriodEndedError extends ContractError<"PeriodEnded"> {
  override name = "PeriodEndedError";
  constructor(options: ContractErrorOptions<"PeriodEnded">) {
    super("PeriodEnded", "The session has already spent in a later period of this limit.", "Sign again with a deadline in the current period.", options);
  }
}

/** A lifetime has no periods that could count from its start. Set `fromStart` to false. */
export class PeriodStartInvalidError extends ContractError<"PeriodStartInvalid"> {
  override name = "PeriodStartInvalidError";
  constructor(options: ContractErrorOptions<"PeriodStartInvalid">) {
    super("PeriodStartInvalid", "A lifetime has no periods that could count from its start.", "Set `fromStart` to false.", options);
  }
}

/** `app` is not 1 to 31 bytes of printable ASCII. Choose a shorter or plainer label. */
export class PolicyAppInvalidError extends ContractError<"PolicyAppInvalid"> {
  override name = "PolicyAppInvalidError";
  constructor(options: ContractErrorOptions<"PolicyAppInvalid">) {
    super("PolicyAppInvalid", "`app` is not 1 to 31 bytes of printable ASCII.", "Choose a shorter or plainer label.", options);
  }
}

/** The publication's calldata is too large. Split the policy, or use shorter texts. */
export class PolicyCalldataTooLargeError extends ContractError<"PolicyCalldataTooLarge"> {
  override name = "PolicyCalldataTooLargeError";
  constructor(options: ContractErrorOptions<"PolicyCalldataTooLarge">) {
    super("PolicyCalldataTooLarge", "The publication's calldata is too large.", "Split the policy, or use shorter texts.", options);
  }
}

/** `maxCalls` is 0 or above `most`. Allow 1 to 1,048,575 calls. */
export class PolicyCallsInvalidError extends ContractError<"PolicyCallsInvalid"> {
  override name = "PolicyCallsInvalidError";
  constructor(options: ContractErrorOptions<"PolicyCallsInvalid">) {
    super("PolicyCallsInvalid", "`maxCalls` is 0 or above `most`.", "Allow 1 to 1,048,575 calls.", options);
  }
}

/** `60 <= minDuration <= maxDuration <= 31,536,000` does not hold. Choose durations within a minute and 365 days. */
export class PolicyDurationsInvalidError extends ContractError<"PolicyDurationsInvalid"> {
  override name = "PolicyDurationsInvalidError";
  constructor(options: ContractErrorOptions<"PolicyDurationsInvalid">) {
    super("PolicyDurationsInvalid", "`60 <= minDuration <= maxDuration <= 31,536,000` does not hold.", "Choose durations within a minute and 365 days.", options);
  }
}

/** A policy has at least one permission: no list is not "everything". Name what the key may do. */
export class PolicyEmptyError extends ContractError<"PolicyEmpty"> {
  override name = "PolicyEmptyError";
  constructor(options: ContractErrorOptions<"PolicyEmpty">) {
    super("PolicyEmpty", "A policy has at least one permission: no list is not \"everything\".", "Name what the key may do.", options);
  }
}

/** `gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them. Round the budget to whole gwei, below 68.7 coins. */
export class PolicyGasBudgetInvalidError extends ContractError<"PolicyGasBudgetInvalid"> {
  override name = "PolicyGasBudgetInvalidError";
  constructor(options: ContractErrorOptions<"PolicyGasBudgetInvalid">) {
    super("PolicyGasBudgetInvalid", "`gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them.", "Round the budget to whole gwei, below 68.7 coins.", options);
  }
}

/** The policy is not the canonical ABI encoding. Encode the policy with a standard encoder. */
export class PolicyNotCanonicalError extends ContractError<"PolicyNotCanonical"> {
  override name = "PolicyNotCanonicalError";
  constructor(options: ContractErrorOptions<"PolicyNotCanonical">) {
    super("PolicyNotCanonical", "The policy is not the canonical ABI encoding.", "Encode the policy with a standard encoder.", options);
  }
}

/** The policy's code did not come to stand where its number says. Publish again with more gas. */
export class PolicyNotCreatedError extends ContractError<"PolicyNotCreated"> {
  override name = "PolicyNotCreatedError";
  constructor(options: ContractErrorOptions<"PolicyNotCreated">) {
    super("PolicyNotCreated", "The policy's code did not come to stand where its number says.", "Publish again with more gas.", options);
  }
}

/** Nobody has published this policy here. Publish it first. */
export class PolicyNotPublishedError extends ContractError<"PolicyNotPublished"> {
  override name = "PolicyNotPublishedError";
  constructor(options: ContractErrorOptions<"PolicyNotPublished">) {
    super("PolicyNotPublished", "Nobody has published this policy here.", "Publish it first.", options);
  }
}

/** No policy has this number here. Ask for the number by the policy's id. */
export class PolicyNumberUnknownError extends ContractError<"PolicyNumberUnknown"> {
  override name = "PolicyNumberUnknownError";
  constructor(options: ContractErrorOptions<"PolicyNumberUnknown">) {
    super("PolicyNumberUnknown", "No policy has this number here.", "Ask for the number by the policy's id.", options);
  }
}

/** Every number that fits a session's word is given. Nothing can be published here any more; use another deployment. */
export class PolicyNumbersExhaustedError extends ContractError<"PolicyNumbersExhausted"> {
  override name = "PolicyNumbersExhaustedError";
  constructor(options: ContractErrorOptions<"PolicyNumbersExhausted">) {
    super("PolicyNumbersExhausted", "Every number that fits a session's word is given.", "Nothing can be published here any more; use another deployment.", options);
  }
}

/** The stored form would be too large. Split the policy, or use shorter lists. */
export class PolicyTooLargeError extends ContractError<"PolicyTooLarge"> {
  override name = "PolicyTooLargeError";
  constructor(options: ContractErrorOptions<"PolicyTooLarge">) {
    super("PolicyTooLarge", "The stored form would be too large.", "Split the policy, or use shorter lists.", options);
  }
}

/** The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is consumed. Install Latchkey as executor on this account, or mend its fallback handler. */
export class PrincipalAnsweredNothingError extends ContractError<"PrincipalAnsweredNothing"> {
  override name = "PrincipalAnsweredNothingError";
  constructor(options: ContractErrorOptions<"PrincipalAnsweredNothing">) {
    super("PrincipalAnsweredNothing", "The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is consumed.", "Install Latchkey as executor on this account, or mend its fallback handler.", options);
  }
}

/** An account may only validate its own operations. Let the account's own validation ask. */
export class PrincipalMismatchError extends ContractError<"PrincipalMismatch"> {
  override name = "PrincipalMismatchError";
  constructor(options: ContractErrorOptions<"PrincipalMismatch">) {
    super("PrincipalMismatch", "An account may only validate its own operations.", "Let the account's own validation ask.", options);
  }
}

/** The principal is 0, Latchkey, its extension, its forwarder or an EntryPoint. Register for a wallet or an account. */
export class PrincipalNotAllowedError extends ContractError<"PrincipalNotAllowed"> {
  override name = "PrincipalNotAllowedError";
  constructor(options: ContractErrorOptions<"PrincipalNotAllowed">) {
    super("PrincipalNotAllowed", "The principal is 0, Latchkey, its extension, its forwarder or an EntryPoint.", "Register for a wallet or an account.", options);
  }
}

/** Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code. Use route `forwarded` or `asked`, or delegate the wallet to an account. */
export class PrincipalWithoutCodeError extends ContractError<"PrincipalWithoutCode"> {
  override name = "PrincipalWithoutCodeError";
  constructor(options: ContractErrorOptions<"PrincipalWithoutCode">) {
    super("PrincipalWithoutCode", "Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code.", "Use route `forwarded` or `asked`, or delegate the wallet to an account.", options);
  }
}

/** A public key is empty or exactly 64 bytes. Give x and y, 32 bytes each. */
export class PublicKeyLengthInvalidError extends ContractError<"PublicKeyLengthInvalid"> {
  override name = "PublicKeyLengthInvalidError";
  constructor(options: ContractErrorOptions<"PublicKeyLengthInvalid">) {
    super("PublicKeyLengthInvalid", "A public key is empty or exactly 64 bytes.", "Give x and y, 32 bytes each.", options);
  }
}

/** The public key does not hash to the key. Derive the key from its public key. */
export class PublicKeyMismatchError extends ContractError<"PublicKeyMismatch"> {
  override name = "PublicKeyMismatchError";
  constructor(options: ContractErrorOptions<"PublicKeyMismatch">) {
    super("PublicKeyMismatch", "The public key does not hash to the key.", "Derive the key from its public key.", options);
  }
}

/** The public key is not a point of P-256, or its x is below 2**160. Create another key. */
export class PublicKeyNotOnCurveError extends ContractError<"PublicKeyNotOnCurve"> {
  override name = "PublicKeyNotOnCurveError";
  constructor(options: ContractErrorOptions<"PublicKeyNotOnCurve">) {
    super("PublicKeyNotOnCurve", "The public key is not a point of P-256, or its x is below 2**160.", "Create another key.", options);
  }
}

/** Numerator or denominator is not positive, or they have a common divisor. Write the rate in lowest terms. */
export class RateInvalidError extends ContractError<"RateInvalid"> {
  override name = "RateInvalidError";
  constructor(options: ContractErrorOptions<"RateInvalid">) {
    super("RateInvalid", "Numerator or denominator is not positive, or they have a common divisor.", "Write the rate in lowest terms.", options);
  }
}

/** A rate does not hold: the price is worse than the policy's. Quote again, or ask for a policy with a newer price. */
export class RateNotMetError extends ContractError<"RateNotMet"> {
  override name = "RateNotMetError";
  constructor(options: ContractErrorOptions<"RateNotMet">) {
    super("RateNotMet", "A rate does not hold: the price is worse than the policy's.", "Quote again, or ask for a policy with a newer price.", options);
  }
}

/** A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set where there is no rate. Name two different unsigned numbers. */
export class RateSideInvalidError extends ContractError<"RateSideInvalid"> {
  override name = "RateSideInvalidError";
  constructor(options: ContractErrorOptions<"RateSideInvalid">) {
    super("RateSideInvalid", "A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set where there is no rate.", "Name two different unsigned numbers.", options);
  }
}

/** Address 0 or the EntryPoint as the recipient of a withdrawal. Name a wallet. */
export class RecipientNotAllowedError extends ContractError<"RecipientNotAllowed"> {
  override name = "RecipientNotAllowedError";
  constructor(options: ContractErrorOptions<"RecipientNotAllowed">) {
    super("RecipientNotAllowed", "Address 0 or the EntryPoint as the recipient of a withdrawal.", "Name a wallet.", options);
  }
}

/** A renewal starts later than the registration it renews; a window still to come cannot be moved forward. Wait a second, or take another key. */
export class RenewalNotLaterError extends ContractError<"RenewalNotLater"> {
  override name = "RenewalNotLaterError";
  constructor(options: ContractErrorOptions<"RenewalNotLater">) {
    super("RenewalNotLater", "A renewal starts later than the registration it renews; a window still to come cannot be moved forward.", "Wait a second, or take another key.", options);
  }
}

/** A single bound that every admitted value meets. Remove the rule. */
export class RuleAlwaysHoldsError extends ContractError<"RuleAlwaysHolds"> {
  override name = "RuleAlwaysHoldsError";
  constructor(options: ContractErrorOptions<"RuleAlwaysHolds">) {
    super("RuleAlwaysHolds", "A single bound that every admitted value meets.", "Remove the rule.", options);
  }
}

/** Values stand in a list that is not the argument type's. Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and hashes. */
export class RuleListInvalidError extends ContractError<"RuleListInvalid"> {
  override name = "RuleListInvalidError";
  constructor(options: ContractErrorOptions<"RuleListInvalid">) {
    super("RuleListInvalid", "Values stand in a list that is not the argument type's.", "Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and hashes.", options);
  }
}

/** The argument's type does not have this test. See the specification's table of tests. */
export class RuleTestNotForTypeError extends ContractError<"RuleTestNotForType"> {
  override name = "RuleTestNotForTypeError";
  constructor(options: ContractErrorOptions<"RuleTestNotForType">) {
    super("RuleTestNotForType", "The argument's type does not have this test.", "See the specification's table of tests.", options);
  }
}

/** No test has this text. Use one of the eleven texts, byte for byte. */
export class RuleTestUnknownError extends ContractError<"RuleTestUnknown"> {
  override name = "RuleTestUnknownError";
  constructor(options: ContractErrorOptions<"RuleTestUnknown">) {
    super("RuleTestUnknown", "No test has this text.", "Use one of the eleven texts, byte for byte.", options);
  }
}

/** A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and cannot be said. Open the argument, or bind it by smaller numbers. */
export class RuleValueNegativeError extends ContractError<"RuleValueNegative"> {
  override name = "RuleValueNegativeError";
  constructor(options: ContractErrorOptions<"RuleValueNegative">) {
    super("RuleValueNegative", "A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and cannot be said.", "Open the argument, or bind it by smaller numbers.", options);
  }
}

/** The value is not clean for the type, or lies outside what is admitted: an unbound number is admitted below 2**96. Use a value that the argument can have. */
export class RuleValueOutOfTypeError extends ContractError<"RuleValueOutOfType"> {
  override name = "RuleValueOutOfTypeError";
  constructor(options: ContractErrorOptions<"RuleValueOutOfType">) {
    super("RuleValueOutOfType", "The value is not clean for the type, or lies outside what is admitted: an unbound number is admitted below 2**96.", "Use a value that the argument can have.", options);
  }
}

/** Too few or too many values for the test. `is` takes one, `is one of` at least two. */
export class RuleValuesInvalidError extends ContractError<"RuleValuesInvalid"> {
  override name = "RuleValuesInvalidError";
  constructor(options: ContractErrorOptions<"RuleValuesInvalid">) {
    super("RuleValuesInvalid", "Too few or too many values for the test.", "`is` takes one, `is one of` at least two.", options);
  }
}

/** The values do not ascend strictly. Sort them and remove doubles. */
export class RuleValuesNotAscendingError extends ContractError<"RuleValuesNotAscending"> {
  override name = "RuleValuesNotAscendingError";
  constructor(options: ContractErrorOptions<"RuleValuesNotAscending">) {
    super("RuleValuesNotAscending", "The values do not ascend strictly.", "Sort them and remove doubles.", options);
  }
}

/** The rules on this argument admit no value. Mend the rules. */
export class RulesNeverHoldError extends ContractError<"RulesNeverHold"> {
  override name = "RulesNeverHoldError";
  constructor(options: ContractErrorOptions<"RulesNeverHold">) {
    super("RulesNeverHold", "The rules on this argument admit no value.", "Mend the rules.", options);
  }
}

/** The rule does not stand behind its predecessor by (argument, test, per), or repeats it. Sort the rules. */
export class RulesNotAscendingError extends ContractError<"RulesNotAscending"> {
  override name = "RulesNotAscendingError";
  constructor(options: ContractErrorOptions<"RulesNotAscending">) {
    super("RulesNotAscending", "The rule does not stand behind its predecessor by (argument, test, per), or repeats it.", "Sort the rules.", options);
  }
}

/** The policy does not let an operation take its gas from the principal. Use the policy's paymaster. */
export class SelfPaymentNotAllowedError extends ContractError<"SelfPaymentNotAllowed"> {
  override name = "SelfPaymentNotAllowedError";
  constructor(options: ContractErrorOptions<"SelfPaymentNotAllowed">) {
    super("SelfPaymentNotAllowed", "The policy does not let an operation take its gas from the principal.", "Use the policy's paymaster.", options);
  }
}

/** The key was revoked, replaced, or deactivated by itself. It is dead for this principal. Create a new key and register it. */
export class SessionAlreadyRevokedError extends ContractError<"SessionAlreadyRevoked"> {
  override name = "SessionAlreadyRevokedError";
  constructor(options: ContractErrorOptions<"SessionAlreadyRevoked">) {
    super("SessionAlreadyRevoked", "The key was revoked, replaced, or deactivated by itself. It is dead for this principal.", "Create a new key and register it.", options);
  }
}

/** More calls than the session has left. Renew the session. */
export class SessionCallsExceededError extends ContractError<"SessionCallsExceeded"> {
  override name = "SessionCallsExceededError";
  constructor(options: ContractErrorOptions<"SessionCallsExceeded">) {
    super("SessionCallsExceeded", "More calls than the session has left.", "Renew the session.", options);
  }
}

/** A session key sent its own native value with a call. Send none. */
export class SessionCarriesNoValueError extends ContractError<"SessionCarriesNoValue"> {
  override name = "SessionCarriesNoValueError";
  constructor(options: ContractErrorOptions<"SessionCarriesNoValue">) {
    super("SessionCarriesNoValue", "A session key sent its own native value with a call.", "Send none.", options);
  }
}

/** The window has closed; live until `validUntil`, inclusive. Renew the session. */
export class SessionExpiredError extends ContractError<"SessionExpired"> {
  override name = "SessionExpiredError";
  constructor(options: ContractErrorOptions<"SessionExpired">) {
    super("SessionExpired", "The window has closed; live until `validUntil`, inclusive.", "Renew the session.", options);
  }
}

/** The principal revoked all sessions, or uninstalled the module, since this one was registered. It is dead. Create a new key and register it. */
export class SessionGenerationEndedError extends ContractError<"SessionGenerationEnded"> {
  override name = "SessionGenerationEndedError";
  constructor(options: ContractErrorOptions<"SessionGenerationEnded">) {
    super("SessionGenerationEnded", "The principal revoked all sessions, or uninstalled the module, since this one was registered. It is dead.", "Create a new key and register it.", options);
  }
}

/** Only the key itself may deactivate a session that has not expired. Let the principal revoke it. */
export class SessionNotExpiredError extends ContractError<"SessionNotExpired"> {
  override name = "SessionNotExpiredError";
  constructor(options: ContractErrorOptions<"SessionNotExpired">) {
    super("SessionNotExpired", "Only the key itself may deactivate a session that has not expired.", "Let the principal revoke it.", options);
  }
}

/** The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with. Register the session, and check that the key and the principal are the right pair on this chain. */
export class SessionNotRegisteredError extends ContractError<"SessionNotRegistered"> {
  override name = "SessionNotRegisteredError";
  constructor(options: ContractErrorOptions<"SessionNotRegistered">) {
    super("SessionNotRegistered", "The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with.", "Register the session, and check that the key and the principal are the right pair on this chain.", options);
  }
}

/** The window has not opened; live from `validAfter`, inclusive. Wait until `validAfter`. */
export class SessionNotYetValidError extends ContractError<"SessionNotYetValid"> {
  override name = "SessionNotYetValidError";
  constructor(options: ContractErrorOptions<"SessionNotYetValid">) {
    super("SessionNotYetValid", "The window has not opened; live from `validAfter`, inclusive.", "Wait until `validAfter`.", options);
  }
}

/** Element 0 is neither an address nor a P-256 x coordinate below the field's order, or element 3 has bits above 48. Left-pad the elements; take x as it is. */
export class SignatureElementNotCanonicalError extends ContractError<"SignatureElementNotCanonical"> {
  override name = "SignatureElementNotCanonicalError";
  constructor(options: ContractErrorOptions<"SignatureElementNotCanonical">) {
    super("SignatureElementNotCanonical", "Element 0 is neither an address nor a P-256 x coordinate below the field's order, or element 3 has bits above 48.", "Left-pad the elements; take x as it is.", options);
  }
}

/** A session signature is exactly `required` bytes, `[sessionPubKey, r, s, validUntil]`. Send the 128 bytes and nothing else. */
export class SignatureLengthInvalidError extends ContractError<"SignatureLengthInvalid"> {
  override name = "SignatureLengthInvalidError";
  constructor(options: ContractErrorOptions<"SignatureLengthInvalid">) {
    super("SignatureLengthInvalid", "A session signature is exactly `required` bytes, `[sessionPubKey, r, s, validUntil]`.", "Send the 128 bytes and nothing else.", options);
  }
}

/** Neither an argument nor a constant above 0, or both. Name one of the two. */
export class SpendAmountInvalidError extends ContractError<"SpendAmountInvalid"> {
  override name = "SpendAmountInvalidError";
  constructor(options: ContractErrorOptions<"SpendAmountInvalid">) {
    super("SpendAmountInvalid", "Neither an argument nor a constant above 0, or both.", "Name one of the two.", options);
  }
}

/** More of a unit than one of its limits has left. Spend less, wait for the next period, or renew the session. */
export class SpendCapExceededError extends ContractError<"SpendCapExceeded"> {
  override name = "SpendCapExceededError";
  constructor(options: ContractErrorOptions<"SpendCapExceeded">) {
    super("SpendCapExceeded", "More of a unit than one of its limits has left.", "Spend less, wait for the next period, or renew the session.", options);
  }
}

/** The argument is not a `uintN`. Count an unsigned number, or use a constant. */
export class SpendNotNumberError extends ContractError<"SpendNotNumber"> {
  override name = "SpendNotNumberError";
  constructor(options: ContractErrorOptions<"SpendNotNumber">) {
    super("SpendNotNumber", "The argument is not a `uintN`.", "Count an unsigned number, or use a constant.", options);
  }
}

/** A spend does not fit 256 bits once summed and scaled. Split the call. */
export class SpendOverflowError extends ContractError<"SpendOverflow"> {
  override name = "SpendOverflowError";
  constructor(options: ContractErrorOptions<"SpendOverflow">) {
    super("SpendOverflow", "A spend does not fit 256 bits once summed and scaled.", "Split the call.", options);
  }
}

/** The scale is above `most`, or stands on a token or on a constant. Scale arguments drawn on counters alone. */
export class SpendScaleInvalidError extends ContractError<"SpendScaleInvalid"> {
  override name = "SpendScaleInvalidError";
  constructor(options: ContractErrorOptions<"SpendScaleInvalid">) {
    super("SpendScaleInvalid", "The scale is above `most`, or stands on a token or on a constant.", "Scale arguments drawn on counters alone.", options);
  }
}

/** The native coin, which the value draws by itself; or a token beside a row that counts by itself, on a limited token, or on a native transfer. Remove the spend, or use a counter. */
export class SpendUnitInvalidError extends ContractError<"SpendUnitInvalid"> {
  override name = "SpendUnitInvalidError";
  constructor(options: ContractErrorOptions<"SpendUnitInvalid">) {
    super("SpendUnitInvalid", "The native coin, which the value draws by itself; or a token beside a row that counts by itself, on a limited token, or on a native transfer.", "Remove the spend, or use a counter.", options);
  }
}

/** The unit has no limit in this policy. Add a limit on it. */
export class SpendWithoutLimitError extends ContractError<"SpendWithoutLimit"> {
  override name = "SpendWithoutLimitError";
  constructor(options: ContractErrorOptions<"SpendWithoutLimit">) {
    super("SpendWithoutLimit", "The unit has no limit in this policy.", "Add a limit on it.", options);
  }
}

/** The spend does not stand behind its predecessor by (unit, argument), or repeats it. Sort the spends and merge doubles. */
export class SpendsNotAscendingError extends ContractError<"SpendsNotAscending"> {
  override name = "SpendsNotAscendingError";
  constructor(options: ContractErrorOptions<"SpendsNotAscending">) {
    super("SpendsNotAscending", "The spend does not stand behind its predecessor by (unit, argument), or repeats it.", "Sort the spends and merge doubles.", options);
  }
}

/** No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension, its forwarder or an EntryPoint. Let the wallet itself make this call. */
export class TargetForbiddenError extends ContractError<"TargetForbidden"> {
  override name = "TargetForbiddenError";
  constructor(options: ContractErrorOptions<"TargetForbidden">) {
    super("TargetForbidden", "No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension, its forwarder or an EntryPoint.", "Let the wallet itself make this call.", options);
  }
}

/** The target has no code. Check the address and the chain. */
export class TargetWithoutCodeError extends ContractError<"TargetWithoutCode"> {
  override name = "TargetWithoutCodeError";
  constructor(options: ContractErrorOptions<"TargetWithoutCode">) {
    super("TargetWithoutCode", "The target has no code.", "Check the address and the chain.", options);
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

/** More permissions of one target and method than may stand side by side. Use at most 8. */
export class TooManyAlternativesError extends ContractError<"TooManyAlternatives"> {
  override name = "TooManyAlternativesError";
  constructor(options: ContractErrorOptions<"TooManyAlternatives">) {
    super("TooManyAlternatives", "More permissions of one target and method than may stand side by side.", "Use at most 8.", options);
  }
}

/** The arrays of one call that are neither opened nor bound by their content have more than `limit` elements together. Split the call. */
export class TooManyElementsError extends ContractError<"TooManyElements"> {
  override name = "TooManyElementsError";
  constructor(options: ContractErrorOptions<"TooManyElements">) {
    super("TooManyElements", "The arrays of one call that are neither opened nor bound by their content have more than `limit` elements together.", "Split the call.", options);
  }
}

/** More inners than a permission has. Use at most 8. */
export class TooManyInnersError extends ContractError<"TooManyInners"> {
  override name = "TooManyInnersError";
  constructor(options: ContractErrorOptions<"TooManyInners">) {
    super("TooManyInners", "More inners than a permission has.", "Use at most 8.", options);
  }
}

/** There are more limits than a session has words for. Use at most 8. */
export class TooManyLimitsError extends ContractError<"TooManyLimits"> {
  override name = "TooManyLimitsError";
  constructor(options: ContractErrorOptions<"TooManyLimits">) {
    super("TooManyLimits", "There are more limits than a session has words for.", "Use at most 8.", options);
  }
}

/** More open paths than a permission has. Open a tuple or `"*"` instead. */
export class TooManyOpenError extends ContractError<"TooManyOpen"> {
  override name = "TooManyOpenError";
  constructor(options: ContractErrorOptions<"TooManyOpen">) {
    super("TooManyOpen", "More open paths than a permission has.", "Open a tuple or `\"*\"` instead.", options);
  }
}

/** More rules than a permission has. Use at most 16. */
export class TooManyRulesError extends ContractError<"TooManyRules"> {
  override name = "TooManyRulesError";
  constructor(options: ContractErrorOptions<"TooManyRules">) {
    super("TooManyRules", "More rules than a permission has.", "Use at most 16.", options);
  }
}

/** More spends than a call draws. Use at most 4. */
export class TooManySpendsError extends ContractError<"TooManySpends"> {
  override name = "TooManySpendsError";
  constructor(options: ContractErrorOptions<"TooManySpends">) {
    super("TooManySpends", "More spends than a call draws.", "Use at most 4.", options);
  }
}

/** An argument that can carry authority is neither bound nor listed as open. Bind it by a rule, or list it in `open` if it is meant to be free. */
export class UnboundArgumentError extends ContractError<"UnboundArgument"> {
  override name = "UnboundArgumentError";
  constructor(options: ContractErrorOptions<"UnboundArgument">) {
    super("UnboundArgument", "An argument that can carry authority is neither bound nor listed as open.", "Bind it by a rule, or list it in `open` if it is meant to be free.", options);
  }
}

/** A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot be consumed. Name target and method, and leave out the value. */
export class UnsafeConsumableError extends ContractError<"UnsafeConsumable"> {
  override name = "UnsafeConsumableError";
  constructor(options: ContractErrorOptions<"UnsafeConsumable">) {
    super("UnsafeConsumable", "A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot be consumed.", "Name target and method, and leave out the value.", options);
  }
}

/** The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers `getApproved(uint256)` with a word. Limit a fungible token, or use a counter for ids and shares. */
export class UnsafeLimitedTokenError extends ContractError<"UnsafeLimitedToken"> {
  override name = "UnsafeLimitedTokenError";
  constructor(options: ContractErrorOptions<"UnsafeLimitedToken">) {
    super("UnsafeLimitedToken", "The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers `getApproved(uint256)` with a word.", "Limit a fungible token, or use a counter for ids and shares.", options);
  }
}

/** The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or its head more than 64 words. Write the method as its ABI has it, without spaces and aliases. */
export class UnsafeMethodError extends ContractError<"UnsafeMethod"> {
  override name = "UnsafeMethodError";
  constructor(options: ContractErrorOptions<"UnsafeMethod">) {
    super("UnsafeMethod", "The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or its head more than 64 words.", "Write the method as its ABI has it, without spaces and aliases.", options);
  }
}

/** On a limited token only counted and harmless rows of the token table are allowed. Remove the permission or the limit. */
export class UnsafeOnLimitedTokenError extends ContractError<"UnsafeOnLimitedToken"> {
  override name = "UnsafeOnLimitedTokenError";
  constructor(options: ContractErrorOptions<"UnsafeOnLimitedToken">) {
    super("UnsafeOnLimitedToken", "On a limited token only counted and harmless rows of the token table are allowed.", "Remove the permission or the limit.", options);
  }
}

/** The permission stands before its predecessor by (target, kind, selector). Sort the permissions; alternatives keep their order. */
export class UnsafeOrderError extends ContractError<"UnsafeOrder"> {
  override name = "UnsafeOrderError";
  constructor(options: ContractErrorOptions<"UnsafeOrder">) {
    super("UnsafeOrder", "The permission stands before its predecessor by (target, kind, selector).", "Sort the permissions; alternatives keep their order.", options);
  }
}

/** A row of the token table that counts, without a limit on its token; one of Permit2 whose token is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `"0"`. Add a limit on the token, or the spend. */
export class UnsafeOutflowError extends ContractError<"UnsafeOutflow"> {
  override name = "UnsafeOutflowError";
  constructor(options: ContractErrorOptions<"UnsafeOutflow">) {
    super("UnsafeOutflow", "A row of the token table that counts, without a limit on its token; one of Permit2 whose token is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `\"0\"`.", "Add a limit on the token, or the spend.", options);
  }
}

/** The paymaster is Latchkey, its extension, its forwarder or an EntryPoint. Name a paymaster, or none. */
export class UnsafePaymasterError extends ContractError<"UnsafePaymaster"> {
  override name = "UnsafePaymasterError";
  constructor(options: ContractErrorOptions<"UnsafePaymaster">) {
    super("UnsafePaymaster", "The paymaster is Latchkey, its extension, its forwarder or an EntryPoint.", "Name a paymaster, or none.", options);
  }
}

/** The period is neither 0 nor at least `least`. Use whole minutes or more. */
export class UnsafePeriodError extends ContractError<"UnsafePeriod"> {
  override name = "UnsafePeriodError";
  constructor(options: ContractErrorOptions<"UnsafePeriod">) {
    super("UnsafePeriod", "The period is neither 0 nor at least `least`.", "Use whole minutes or more.", options);
  }
}

/** A row of the token table leaves a recipient or spender free that it asks to be bound; the spender of an approval to values, not to the principal. Bind it by `is` or `is one of`. */
export class UnsafeRecipientError extends ContractError<"UnsafeRecipient"> {
  override name = "UnsafeRecipientError";
  constructor(options: ContractErrorOptions<"UnsafeRecipient">) {
    super("UnsafeRecipient", "A row of the token table leaves a recipient or spender free that it asks to be bound; the spender of an approval to values, not to the principal.", "Bind it by `is` or `is one of`.", options);
  }
}

/** The text, of a method or of an inner call, has the selector of a row of the token table and is not that row's text. Write the table's text. */
export class UnsafeSelectorError extends ContractError<"UnsafeSelector"> {
  override name = "UnsafeSelectorError";
  constructor(options: ContractErrorOptions<"UnsafeSelector">) {
    super("UnsafeSelector", "The text, of a method or of an inner call, has the selector of a row of the token table and is not that row's text.", "Write the table's text.", options);
  }
}

/** The target is below 2**16, Latchkey, its extension, its forwarder or an EntryPoint. Name a contract. */
export class UnsafeTargetError extends ContractError<"UnsafeTarget"> {
  override name = "UnsafeTargetError";
  constructor(options: ContractErrorOptions<"UnsafeTarget">) {
    super("UnsafeTarget", "The target is below 2**16, Latchkey, its extension, its forwarder or an EntryPoint.", "Name a contract.", options);
  }
}

/** Native value without a limit on the native coin. Add a limit on the native coin. */
export class UnsafeValueError extends ContractError<"UnsafeValue"> {
  override name = "UnsafeValueError";
  constructor(options: ContractErrorOptions<"UnsafeValue">) {
    super("UnsafeValue", "Native value without a limit on the native coin.", "Add a limit on the native coin.", options);
  }
}

/** A sentinel carries what it cannot: both sides wild, a method of the token table on any contract, value, spends, rules or an inner. Name the target and the method. */
export class UnsafeWildcardError extends ContractError<"UnsafeWildcard"> {
  override name = "UnsafeWildcardError";
  constructor(options: ContractErrorOptions<"UnsafeWildcard">) {
    super("UnsafeWildcard", "A sentinel carries what it cannot: both sides wild, a method of the token table on any contract, value, spends, rules or an inner.", "Name the target and the method.", options);
  }
}

/** Only single and batch calls that revert on failure, with every other mode byte zero. Use mode 0 or `0x01` and zeros. */
export class UnsupportedExecutionModeError extends ContractError<"UnsupportedExecutionMode"> {
  override name = "UnsupportedExecutionModeError";
  constructor(options: ContractErrorOptions<"UnsupportedExecutionMode">) {
    super("UnsupportedExecutionMode", "Only single and batch calls that revert on failure, with every other mode byte zero.", "Use mode 0 or `0x01` and zeros.", options);
  }
}

/** `validUntil` is 0 or at least 2**34. Give unix seconds. */
export class ValidUntilOutOfRangeError extends ContractError<"ValidUntilOutOfRange"> {
  override name = "ValidUntilOutOfRangeError";
  constructor(options: ContractErrorOptions<"ValidUntilOutOfRange">) {
    super("ValidUntilOutOfRange", "`validUntil` is 0 or at least 2**34.", "Give unix seconds.", options);
  }
}

/** The window to register has ended already. Sign a grant with a later end. */
export class ValidUntilPassedError extends ContractError<"ValidUntilPassed"> {
  override name = "ValidUntilPassedError";
  constructor(options: ContractErrorOptions<"ValidUntilPassed">) {
    super("ValidUntilPassed", "The window to register has ended already.", "Sign a grant with a later end.", options);
  }
}

/** More native value than the permission allows in one call, or none in a plain native transfer. Send at most `maxValue`, and at least 1 wei in a plain transfer. */
export class ValueNotAllowedError extends ContractError<"ValueNotAllowed"> {
  override name = "ValueNotAllowedError";
  constructor(options: ContractErrorOptions<"ValueNotAllowed">) {
    super("ValueNotAllowed", "More native value than the permission allows in one call, or none in a plain native transfer.", "Send at most `maxValue`, and at least 1 wei in a plain transfer.", options);
  }
}

/** One class per Solidity error. */
export const contractErrors = {
  AccountAlreadyInitialized: AccountAlreadyInitializedError,
  AccountNotClone: AccountNotCloneError,
  AccountNotInitialized: AccountNotInitializedError,
  AlternativeRepeated: AlternativeRepeatedError,
  AlternativesRefused: AlternativesRefusedError,
  AmountNotCounted: AmountNotCountedError,
  ArgumentAbsent: ArgumentAbsentError,
  ArgumentImpassable: ArgumentImpassableError,
  ArgumentMissing: ArgumentMissingError,
  ArgumentNotAllowed: ArgumentNotAllowedError,
  ArgumentNotBounded: ArgumentNotBoundedError,
  ArgumentNotCanonical: ArgumentNotCanonicalError,
  ArgumentTextInvalid: ArgumentTextInvalidError,
  ArgumentTooDeep: ArgumentTooDeepError,
  BudgetExceeded: BudgetExceededError,
  CallNotAllowed: CallNotAllowedError,
  CallNotConsumable: CallNotConsumableError,
  CallOnlyAsked: CallOnlyAskedError,
  CalldataLengthNotAllowed: CalldataLengthNotAllowedError,
  CallerNotForwarder: CallerNotForwarderError,
  DeadlineNotAllowed: DeadlineNotAllowedError,
  DeadlinePassed: DeadlinePassedError,
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
  InnerMethodNotAllowed: InnerMethodNotAllowedError,
  InnerNotBytes: InnerNotBytesError,
  InnerTypesInvalid: InnerTypesInvalidError,
  InnersNotAscending: InnersNotAscendingError,
  InnersOverlap: InnersOverlapError,
  InvalidPrincipalSignature: InvalidPrincipalSignatureError,
  InvalidSessionSignature: InvalidSessionSignatureError,
  KeyCannotBeFunded: KeyCannotBeFundedError,
  KeyHasCode: KeyHasCodeError,
  KeyInAnotherLane: KeyInAnotherLaneError,
  KeyNotAllowed: KeyNotAllowedError,
  LaneOccupied: LaneOccupiedError,
  LatchkeyWithoutCode: LatchkeyWithoutCodeError,
  LimitsNotAscending: LimitsNotAscendingError,
  MaxCallsOutOfBounds: MaxCallsOutOfBoundsError,
  MethodTextsDiffer: MethodTextsDifferError,
  MethodTooDeep: MethodTooDeepError,
  ModuleNotInstalled: ModuleNotInstalledError,
  NativeTransferWithoutValue: NativeTransferWithoutValueError,
  NonceAlreadyUsed: NonceAlreadyUsedError,
  NonceKeyNotAllowed: NonceKeyNotAllowedError,
  OpenArgumentBound: OpenArgumentBoundError,
  OpenArgumentHarmless: OpenArgumentHarmlessError,
  OpenNotAllowed: OpenNotAllowedError,
  OpenNotAlone: OpenNotAloneError,
  OpenNotAscending: OpenNotAscendingError,
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
  PeriodStartInvalid: PeriodStartInvalidError,
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
  RateInvalid: RateInvalidError,
  RateNotMet: RateNotMetError,
  RateSideInvalid: RateSideInvalidError,
  RecipientNotAllowed: RecipientNotAllowedError,
  RenewalNotLater: RenewalNotLaterError,
  RuleAlwaysHolds: RuleAlwaysHoldsError,
  RuleListInvalid: RuleListInvalidError,
  RuleTestNotForType: RuleTestNotForTypeError,
  RuleTestUnknown: RuleTestUnknownError,
  RuleValueNegative: RuleValueNegativeError,
  RuleValueOutOfType: RuleValueOutOfTypeError,
  RuleValuesInvalid: RuleValuesInvalidError,
  RuleValuesNotAscending: RuleValuesNotAscendingError,
  RulesNeverHold: RulesNeverHoldError,
  RulesNotAscending: RulesNotAscendingError,
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
  SpendAmountInvalid: SpendAmountInvalidError,
  SpendCapExceeded: SpendCapExceededError,
  SpendNotNumber: SpendNotNumberError,
  SpendOverflow: SpendOverflowError,
  SpendScaleInvalid: SpendScaleInvalidError,
  SpendUnitInvalid: SpendUnitInvalidError,
  SpendWithoutLimit: SpendWithoutLimitError,
  SpendsNotAscending: SpendsNotAscendingError,
  TargetForbidden: TargetForbiddenError,
  TargetWithoutCode: TargetWithoutCodeError,
  TokenCreditMismatch: TokenCreditMismatchError,
  TokenDebitMismatch: TokenDebitMismatchError,
  TokenWithoutCode: TokenWithoutCodeError,
  TooManyAlternatives: TooManyAlternativesError,
  TooManyElements: TooManyElementsError,
  TooManyInners: TooManyInnersError,
  TooManyLimits: TooManyLimitsError,
  TooManyOpen: TooManyOpenError,
  TooManyRules: TooManyRulesError,
  TooManySpends: TooManySpendsError,
  UnboundArgument: UnboundArgumentError,
  UnsafeConsumable: UnsafeConsumableError,
  UnsafeLimitedToken: UnsafeLimitedTokenError,
  UnsafeMethod: UnsafeMethodError,
  UnsafeOnLimitedToken: UnsafeOnLimitedTokenError,
  UnsafeOrder: UnsafeOrderError,
  UnsafeOutflow: UnsafeOutflowError,
  UnsafePaymaster: UnsafePaymasterError,
  UnsafePeriod: UnsafePeriodError,
  UnsafeRecipient: UnsafeRecipientError,
  UnsafeSelector: UnsafeSelectorError,
  UnsafeTarget: UnsafeTargetError,
  UnsafeValue: UnsafeValueError,
  UnsafeWildcard: UnsafeWildcardError,
  UnsupportedExecutionMode: UnsupportedExecutionModeError,
  ValidUntilOutOfRange: ValidUntilOutOfRangeError,
  ValidUntilPassed: ValidUntilPassedError,
  ValueNotAllowed: ValueNotAllowedError,
} as const;
