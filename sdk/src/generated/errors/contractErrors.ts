// Written by `npm run abi` from the contracts; not by hand.
import { byErrorName, contractError } from "../../errors/ContractError.ts";

/** The account has an owner already. Change the owner with `transferOwnership`. */
export class AccountAlreadyInitializedError extends /* @__PURE__ */ contractError("AccountAlreadyInitialized", "SESSION_OPERATION_REJECTED", "The account has an owner already.", "Change the owner with `transferOwnership`.") {}

/** Only a minimal clone (ERC-1167) can be initialised: a wallet that delegates to this code with EIP-7702, which is meant for clones, stays nobody's. In bytes of code. Create the account with the factory; let a wallet delegate to the EIP-7702 form instead. */
export class AccountNotCloneError extends /* @__PURE__ */ contractError("AccountNotClone", "SESSION_OPERATION_REJECTED", "Only a minimal clone (ERC-1167) can be initialised: a wallet that delegates to this code with EIP-7702, which is meant for clones, stays nobody's. In bytes of code.", "Create the account with the factory; let a wallet delegate to the EIP-7702 form instead.") {}

/** The wallet has never called `initialize`. Call `initialize` from the wallet. */
export class AccountNotInitializedError extends /* @__PURE__ */ contractError("AccountNotInitialized", "INVALID_WALLET_TYPE_FOR_SESSION", "The wallet has never called `initialize`.", "Call `initialize` from the wallet.") {}

/** The permission is word for word one of its alternatives before it. Remove it. */
export class AlternativeRepeatedError extends /* @__PURE__ */ contractError("AlternativeRepeated", "SESSION_UNSAFE_POLICY", "The permission is word for word one of its alternatives before it.", "Remove it.") {}

/** None of several alternatives holds. Mend what `reason` says, or make the call fit another alternative. */
export class AlternativesRefusedError extends /* @__PURE__ */ contractError("AlternativesRefused", "SESSION_ARGUMENT_NOT_ALLOWED", "None of several alternatives holds.", "Mend what `reason` says, or make the call fit another alternative.") {}

/** The calldata's head word is not the amount to be taken, so the session did not count it. `word` is counted from 0 behind the selector; `counted` is 0 if the calldata does not have it. Take exactly that word; name the right word. */
export class AmountNotCountedError extends /* @__PURE__ */ contractError("AmountNotCounted", "SESSION_CALL_REVERTED", "The calldata's head word is not the amount to be taken, so the session did not count it. `word` is counted from 0 behind the selector; `counted` is 0 if the calldata does not have it.", "Take exactly that word; name the right word.") {}

/** A rule or a spend names an element that this array does not have. Send an array with the elements that the policy speaks of. */
export class ArgumentAbsentError extends /* @__PURE__ */ contractError("ArgumentAbsent", "SESSION_ARGUMENT_NOT_ALLOWED", "A rule or a spend names an element that this array does not have.", "Send an array with the elements that the policy speaks of.") {}

/** The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads. Check the method's types, or add an `inner` with exactly that path. */
export class ArgumentImpassableError extends /* @__PURE__ */ contractError("ArgumentImpassable", "SESSION_UNSAFE_POLICY", "The path leads through a type that it cannot pass, or into `bytes` that no `inner` reads.", "Check the method's types, or add an `inner` with exactly that path.") {}

/** The path leads nowhere: the tuple has no such part, the array no such element, or the element is 64 or above. Count the arguments from 0. */
export class ArgumentMissingError extends /* @__PURE__ */ contractError("ArgumentMissing", "SESSION_UNSAFE_POLICY", "The path leads nowhere: the tuple has no such part, the array no such element, or the element is 64 or above.", "Count the arguments from 0.") {}

/** A rule does not hold. Change the argument to what the rule asks for. */
export class ArgumentNotAllowedError extends /* @__PURE__ */ contractError("ArgumentNotAllowed", "SESSION_ARGUMENT_NOT_ALLOWED", "A rule does not hold.", "Change the argument to what the rule asks for.") {}

/** A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could be an address. Use a smaller number, or a policy that binds or opens the argument. */
export class ArgumentNotBoundedError extends /* @__PURE__ */ contractError("ArgumentNotBounded", "SESSION_ARGUMENT_NOT_ALLOWED", "A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could be an address.", "Use a smaller number, or a policy that binds or opens the argument.") {}

/** The calldata departs from the canonical encoding of the method's types: a word with bits that its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata, backwards, into the head, onto itself), a content that does not fit, padding that is not zero, or bytes behind the end. Encode the call with a standard ABI encoder and the policy's types. */
export class ArgumentNotCanonicalError extends /* @__PURE__ */ contractError("ArgumentNotCanonical", "SESSION_ARGUMENT_NOT_ALLOWED", "The calldata departs from the canonical encoding of the method's types: a word with bits that its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata, backwards, into the head, onto itself), a content that does not fit, padding that is not zero, or bytes behind the end.", "Encode the call with a standard ABI encoder and the policy's types.") {}

/** The path is not written as the grammar has it. Write numbers without leading zeros, as in `1[0]:2` or `0.4`. */
export class ArgumentTextInvalidError extends /* @__PURE__ */ contractError("ArgumentTextInvalid", "SESSION_UNSAFE_POLICY", "The path is not written as the grammar has it.", "Write numbers without leading zeros, as in `1[0]:2` or `0.4`.") {}

/** The path follows more pointers than one pass does; or the leaves of an inner lie behind more, those on the way to its `bytes` counted in. This argument cannot be named. */
export class ArgumentTooDeepError extends /* @__PURE__ */ contractError("ArgumentTooDeep", "SESSION_UNSAFE_POLICY", "The path follows more pointers than one pass does; or the leaves of an inner lie behind more, those on the way to its `bytes` counted in.", "This argument cannot be named.") {}

/** The operation's highest possible cost is more than the principal's budget has left. In wei. Lower the gas limits, or ask the paymaster's owner for a higher budget. */
export class BudgetExceededError extends /* @__PURE__ */ contractError("BudgetExceeded", "SESSION_GAS_BUDGET_EXCEEDED", "The operation's highest possible cost is more than the principal's budget has left. In wei.", "Lower the gas limits, or ask the paymaster's owner for a higher budget.") {}

/** No permission matches. Add a permission for this method to the policy, or have the wallet sign the call. */
export class CallNotAllowedError extends /* @__PURE__ */ contractError("CallNotAllowed", "SESSION_ENTRYPOINT_NOT_ALLOWED", "No permission matches.", "Add a permission for this method to the policy, or have the wallet sign the call.") {}

/** The permission is not one that its target may consume. Send the call on another route, or mark the permission as consumable. */
export class CallNotConsumableError extends /* @__PURE__ */ contractError("CallNotConsumable", "SESSION_ENTRYPOINT_NOT_ALLOWED", "The permission is not one that its target may consume.", "Send the call on another route, or mark the permission as consumable.") {}

/** The permission serves route `asked` alone: it leaves arguments unbound that its target polices. Call the target itself with the key, or bind or open the arguments. */
export class CallOnlyAskedError extends /* @__PURE__ */ contractError("CallOnlyAsked", "SESSION_ENTRYPOINT_NOT_ALLOWED", "The permission serves route `asked` alone: it leaves arguments unbound that its target polices.", "Call the target itself with the key, or bind or open the arguments.") {}

/** The calldata is shorter than a selector or than the method's head, or not exactly as long as the method's static types. Encode the call with the method's types and nothing behind. */
export class CalldataLengthNotAllowedError extends /* @__PURE__ */ contractError("CalldataLengthNotAllowed", "SESSION_ARGUMENT_NOT_ALLOWED", "The calldata is shorter than a selector or than the method's head, or not exactly as long as the method's static types.", "Encode the call with the method's types and nothing behind.") {}

/** Only the forwarder may consume for somebody else's call. Call the forwarder. */
export class CallerNotForwarderError extends /* @__PURE__ */ contractError("CallerNotForwarder", "SESSION_OPERATION_REJECTED", "Only the forwarder may consume for somebody else's call.", "Call the forwarder.") {}

/** The creation ran out of gas, or its constructor refused this chain. Read why the constructor refuses, or send more gas. */
export class CreationFailedError extends /* @__PURE__ */ contractError("CreationFailed", "SESSION_OPERATION_REJECTED", "The creation ran out of gas, or its constructor refused this chain.", "Read why the constructor refuses, or send more gas.") {}

/** All siblings stand. Nothing is left to do. */
export class CreationsCompleteError extends /* @__PURE__ */ contractError("CreationsComplete", "SESSION_OPERATION_REJECTED", "All siblings stand.", "Nothing is left to do.") {}

/** The signed deadline is zero or later than the session's end. Sign a deadline within the session's window. */
export class DeadlineNotAllowedError extends /* @__PURE__ */ contractError("DeadlineNotAllowed", "SESSION_INVALID_SIGNATURE", "The signed deadline is zero or later than the session's end.", "Sign a deadline within the session's window.") {}

/** The signed deadline of this call has passed; the session may well be alive. Sign the call again with a later deadline. */
export class DeadlinePassedError extends /* @__PURE__ */ contractError("DeadlinePassed", "SESSION_EXPIRED", "The signed deadline of this call has passed; the session may well be alive.", "Sign the call again with a later deadline.") {}

/** `validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it starts. Choose a window within the bounds. */
export class DurationOutOfBoundsError extends /* @__PURE__ */ contractError("DurationOutOfBounds", "SESSION_CREATION_FAILED", "`validUntil - validAfter + 1` is outside the policy's bounds; 0 if the window ends before it starts.", "Choose a window within the bounds.") {}

/** A batch holds at least one call. Add a call. */
export class EmptyBatchError extends /* @__PURE__ */ contractError("EmptyBatch", "SESSION_OPERATION_REJECTED", "A batch holds at least one call.", "Add a call.") {}

/** There is no EntryPoint at this address. Name the EntryPoint of this chain. */
export class EntryPointWithoutCodeError extends /* @__PURE__ */ contractError("EntryPointWithoutCode", "SESSION_OPERATION_REJECTED", "There is no EntryPoint at this address.", "Name the EntryPoint of this chain.") {}

/** The execution calldata is not the canonical encoding of its calls. Encode the calls with a standard encoder, with nothing behind. */
export class ExecutionNotCanonicalError extends /* @__PURE__ */ contractError("ExecutionNotCanonical", "SESSION_OPERATION_REJECTED", "The execution calldata is not the canonical encoding of its calls.", "Encode the calls with a standard encoder, with nothing behind.") {}

/** The extension runs as Latchkey alone. Call Latchkey. */
export class ExtensionCalledDirectlyError extends /* @__PURE__ */ contractError("ExtensionCalledDirectly", "SESSION_OPERATION_REJECTED", "The extension runs as Latchkey alone.", "Call Latchkey.") {}

/** `data` is shorter than a selector: the principal's own bytes would be read as one. Name a method. */
export class ForwardedCalldataTooShortError extends /* @__PURE__ */ contractError("ForwardedCalldataTooShort", "SESSION_OPERATION_REJECTED", "`data` is shorter than a selector: the principal's own bytes would be read as one.", "Name a method.") {}

/** Less gas than the key signed for would be passed on. Send the transaction with a higher gas limit. */
export class ForwardedGasBelowMinimumError extends /* @__PURE__ */ contractError("ForwardedGasBelowMinimum", "SESSION_OPERATION_REJECTED", "Less gas than the key signed for would be passed on.", "Send the transaction with a higher gas limit.") {}

/** The target does not answer `isTrustedForwarder(forwarder)` with exactly 1. Ask the target's owner to trust the forwarder, or use another route. */
export class ForwarderNotTrustedError extends /* @__PURE__ */ contractError("ForwarderNotTrusted", "SESSION_OPERATION_REJECTED", "The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.", "Ask the target's owner to trust the forwarder, or use another route.") {}

/** The key did not take the funds. Fund the key apart. */
export class FundingFailedError extends /* @__PURE__ */ contractError("FundingFailed", "SESSION_CREATION_FAILED", "The key did not take the funds.", "Fund the key apart.") {}

/** Less gas than the key signed for would be passed on. Send the transaction with a higher gas limit. */
export class GasBelowMinimumError extends /* @__PURE__ */ contractError("GasBelowMinimum", "SESSION_OPERATION_REJECTED", "Less gas than the key signed for would be passed on.", "Send the transaction with a higher gas limit.") {}

/** The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left. Lower the gas limits or the fee, or renew the session. */
export class GasBudgetExceededError extends /* @__PURE__ */ contractError("GasBudgetExceeded", "SESSION_GAS_BUDGET_EXCEEDED", "The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left.", "Lower the gas limits or the fee, or renew the session.") {}

/** The signature kills another generation than the current one. Sign for the current generation. */
export class GenerationMismatchError extends /* @__PURE__ */ contractError("GenerationMismatch", "SESSION_OPERATION_REJECTED", "The signature kills another generation than the current one.", "Sign for the current generation.") {}

/** The principal is in its last generation, 2**22 - 1, in which nothing can be registered. Use another account. */
export class GenerationsExhaustedError extends /* @__PURE__ */ contractError("GenerationsExhausted", "SESSION_CREATION_FAILED", "The principal is in its last generation, 2**22 - 1, in which nothing can be registered.", "Use another account.") {}

/** The principal's signature was good until `deadline`. Ask the principal to sign again. */
export class GrantDeadlinePassedError extends /* @__PURE__ */ contractError("GrantDeadlinePassed", "SESSION_EXPIRED", "The principal's signature was good until `deadline`.", "Ask the principal to sign again.") {}

/** The operation's `initCode` is neither empty nor the bare EIP-7702 marker. Create the account in an operation of its owner. */
export class InitCodeNotAllowedError extends /* @__PURE__ */ contractError("InitCodeNotAllowed", "SESSION_OPERATION_REJECTED", "The operation's `initCode` is neither empty nor the bare EIP-7702 marker.", "Create the account in an operation of its owner.") {}

/** The init code is not the next one. Send the creations in their order; read `creations()` first, somebody may have been faster. */
export class InitCodeUnexpectedError extends /* @__PURE__ */ contractError("InitCodeUnexpected", "SESSION_OPERATION_REJECTED", "The init code is not the next one.", "Send the creations in their order; read `creations()` first, somebody may have been faster.") {}

/** The call inside `bytes` is of another method than the policy says. Encode the inner call as the policy has it. */
export class InnerMethodNotAllowedError extends /* @__PURE__ */ contractError("InnerMethodNotAllowed", "SESSION_ENTRYPOINT_NOT_ALLOWED", "The call inside `bytes` is of another method than the policy says.", "Encode the inner call as the policy has it.") {}

/** The argument is not `bytes`. Name a `bytes`. */
export class InnerNotBytesError extends /* @__PURE__ */ contractError("InnerNotBytes", "SESSION_UNSAFE_POLICY", "The argument is not `bytes`.", "Name a `bytes`.") {}

/** The types are not written as a method's are, there are none, or a head in them has more than 64 words. Write `(address,uint256)` or `name(address,uint256)`. */
export class InnerTypesInvalidError extends /* @__PURE__ */ contractError("InnerTypesInvalid", "SESSION_UNSAFE_POLICY", "The types are not written as a method's are, there are none, or a head in them has more than 64 words.", "Write `(address,uint256)` or `name(address,uint256)`.") {}

/** The inner does not stand behind its predecessor by its argument, or repeats it. Sort the inners. */
export class InnersNotAscendingError extends /* @__PURE__ */ contractError("InnersNotAscending", "SESSION_UNSAFE_POLICY", "The inner does not stand behind its predecessor by its argument, or repeats it.", "Sort the inners.") {}

/** Two inners read the same `bytes`: one by `[*]`, one by its number. Keep one of them. */
export class InnersOverlapError extends /* @__PURE__ */ contractError("InnersOverlap", "SESSION_UNSAFE_POLICY", "Two inners read the same `bytes`: one by `[*]`, one by its number.", "Keep one of them.") {}

/** The signature is not the principal's over this grant, chain, nonce and policy. Read `nonces(principal)` and sign again. */
export class InvalidPrincipalSignatureError extends /* @__PURE__ */ contractError("InvalidPrincipalSignature", "SESSION_INVALID_SIGNATURE", "The signature is not the principal's over this grant, chain, nonce and policy.", "Read `nonces(principal)` and sign again.") {}

/** The signature is not the key's. On route `userOperation` this is returned, not reverted. Sign with the key that element 0 names, over this chain's domain and the session's registration number. */
export class InvalidSessionSignatureError extends /* @__PURE__ */ contractError("InvalidSessionSignature", "SESSION_INVALID_SIGNATURE", "The signature is not the key's. On route `userOperation` this is returned, not reverted.", "Sign with the key that element 0 names, over this chain's domain and the session's registration number.") {}

/** A P-256 key cannot send, so it is not funded. Use route `relayed` or a paymaster. */
export class KeyCannotBeFundedError extends /* @__PURE__ */ contractError("KeyCannotBeFunded", "SESSION_CREATION_FAILED", "A P-256 key cannot send, so it is not funded.", "Use route `relayed` or a paymaster.") {}

/** A session key has no code, neither at registration nor when it sends. Use a key of its own, without an EIP-7702 delegation. */
export class KeyHasCodeError extends /* @__PURE__ */ contractError("KeyHasCode", "SESSION_OPERATION_REJECTED", "A session key has no code, neither at registration nor when it sends.", "Use a key of its own, without an EIP-7702 delegation.") {}

/** The key already lives in another lane of this principal. Renew it there, or take another key. */
export class KeyInAnotherLaneError extends /* @__PURE__ */ contractError("KeyInAnotherLane", "SESSION_CREATION_FAILED", "The key already lives in another lane of this principal.", "Renew it there, or take another key.") {}

/** The key is below 2**16, the principal, Latchkey, its extension, its forwarder or an EntryPoint. Create a key of its own. */
export class KeyNotAllowedError extends /* @__PURE__ */ contractError("KeyNotAllowed", "SESSION_CREATION_FAILED", "The key is below 2**16, the principal, Latchkey, its extension, its forwarder or an EntryPoint.", "Create a key of its own.") {}

/** Another key lives in that lane and `replaces` does not say that it may be ended. Name the occupant or `ANY_KEY` in `replaces`, or take another lane. */
export class LaneOccupiedError extends /* @__PURE__ */ contractError("LaneOccupied", "SESSION_CREATION_FAILED", "Another key lives in that lane and `replaces` does not say that it may be ended.", "Name the occupant or `ANY_KEY` in `replaces`, or take another lane.") {}

/** There is no Latchkey at this address. Name the Latchkey of this chain. */
export class LatchkeyWithoutCodeError extends /* @__PURE__ */ contractError("LatchkeyWithoutCode", "SESSION_OPERATION_REJECTED", "There is no Latchkey at this address.", "Name the Latchkey of this chain.") {}

/** The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it. Sort the limits and merge doubles. */
export class LimitsNotAscendingError extends /* @__PURE__ */ contractError("LimitsNotAscending", "SESSION_UNSAFE_POLICY", "The limit does not stand behind its predecessor by (unit, period, fromStart), or repeats it.", "Sort the limits and merge doubles.") {}

/** `maxCalls` is 0 or above the policy's. Ask for at least 1 and at most the policy's. */
export class MaxCallsOutOfBoundsError extends /* @__PURE__ */ contractError("MaxCallsOutOfBounds", "SESSION_CREATION_FAILED", "`maxCalls` is 0 or above the policy's.", "Ask for at least 1 and at most the policy's.") {}

/** Two alternatives of one selector have different texts. Write the same text in both. */
export class MethodTextsDifferError extends /* @__PURE__ */ contractError("MethodTextsDiffer", "SESSION_UNSAFE_POLICY", "Two alternatives of one selector have different texts.", "Write the same text in both.") {}

/** A leaf of the method lies behind more pointers than one pass follows. This method cannot be permitted by name. */
export class MethodTooDeepError extends /* @__PURE__ */ contractError("MethodTooDeep", "SESSION_UNSAFE_POLICY", "A leaf of the method lies behind more pointers than one pass follows.", "This method cannot be permitted by name.") {}

/** Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`. Install Latchkey on the account as validator and executor. */
export class ModuleNotInstalledError extends /* @__PURE__ */ contractError("ModuleNotInstalled", "INVALID_WALLET_TYPE_FOR_SESSION", "Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`.", "Install Latchkey on the account as validator and executor.") {}

/** A plain native transfer that may carry nothing. Set `maxValue`. */
export class NativeTransferWithoutValueError extends /* @__PURE__ */ contractError("NativeTransferWithoutValue", "SESSION_UNSAFE_POLICY", "A plain native transfer that may carry nothing.", "Set `maxValue`.") {}

/** The nonce was used by (principal, key) on a signed route before. Sign with another nonce, best the next bit of the same word. */
export class NonceAlreadyUsedError extends /* @__PURE__ */ contractError("NonceAlreadyUsed", "SESSION_OPERATION_REJECTED", "The nonce was used by (principal, key) on a signed route before.", "Sign with another nonce, best the next bit of the same word.") {}

/** The nonce does not make the account of any known family ask `validator`. Use the layout of docs/guides/accounts.md; only a session's operations are paid for. */
export class NonceKeyNotAllowedError extends /* @__PURE__ */ contractError("NonceKeyNotAllowed", "SESSION_OPERATION_REJECTED", "The nonce does not make the account of any known family ask `validator`.", "Use the layout of docs/guides/accounts.md; only a session's operations are paid for.") {}

/** The path is bound by a rule: by its own, or, where it leads to one element, by one of `[*]`. Remove one of the two. */
export class OpenArgumentBoundError extends /* @__PURE__ */ contractError("OpenArgumentBound", "SESSION_UNSAFE_POLICY", "The path is bound by a rule: by its own, or, where it leads to one element, by one of `[*]`.", "Remove one of the two.") {}

/** Nothing below the path is unbound and can carry authority; what has length 0 carries none. Remove the path: it is free anyway. */
export class OpenArgumentHarmlessError extends /* @__PURE__ */ contractError("OpenArgumentHarmless", "SESSION_UNSAFE_POLICY", "Nothing below the path is unbound and can carry authority; what has length 0 carries none.", "Remove the path: it is free anyway.") {}

/** Nothing is open on a limited token, on a row of the token table, or on any contract. Bind the arguments. */
export class OpenNotAllowedError extends /* @__PURE__ */ contractError("OpenNotAllowed", "SESSION_UNSAFE_POLICY", "Nothing is open on a limited token, on a row of the token table, or on any contract.", "Bind the arguments.") {}

/** `"*"` stands beside another path, or a path below another one. Keep the wider one. */
export class OpenNotAloneError extends /* @__PURE__ */ contractError("OpenNotAlone", "SESSION_UNSAFE_POLICY", "`\"*\"` stands beside another path, or a path below another one.", "Keep the wider one.") {}

/** The path does not stand behind its predecessor, or repeats it. Sort the paths. */
export class OpenNotAscendingError extends /* @__PURE__ */ contractError("OpenNotAscending", "SESSION_UNSAFE_POLICY", "The path does not stand behind its predecessor, or repeats it.", "Sort the paths.") {}

/** A field of the operation lies outside the calldata. Encode the operation with a standard encoder. */
export class OperationNotCanonicalError extends /* @__PURE__ */ contractError("OperationNotCanonical", "SESSION_OPERATION_REJECTED", "A field of the operation lies outside the calldata.", "Encode the operation with a standard encoder.") {}

/** The operation calls something other than `execute(bytes32,bytes)`. Encode the calls as ERC-7579 has it. */
export class OperationSelectorNotAllowedError extends /* @__PURE__ */ contractError("OperationSelectorNotAllowed", "SESSION_OPERATION_REJECTED", "The operation calls something other than `execute(bytes32,bytes)`.", "Encode the calls as ERC-7579 has it.") {}

/** The owner is 0, the account or its EntryPoint: none of them has a key. Name a wallet. */
export class OwnerNotAllowedError extends /* @__PURE__ */ contractError("OwnerNotAllowed", "SESSION_OPERATION_REJECTED", "The owner is 0, the account or its EntryPoint: none of them has a key.", "Name a wallet.") {}

/** Code that the account ran as its own wrote over the owner. Do not run that code. */
export class OwnerOverwrittenError extends /* @__PURE__ */ contractError("OwnerOverwritten", "SESSION_OPERATION_REJECTED", "Code that the account ran as its own wrote over the owner.", "Do not run that code.") {}

/** The new owner has not signed that it accepts: it might have no key. Have it sign `AcceptOwnership`. */
export class OwnershipNotAcceptedError extends /* @__PURE__ */ contractError("OwnershipNotAccepted", "SESSION_OPERATION_REJECTED", "The new owner has not signed that it accepts: it might have no key.", "Have it sign `AcceptOwnership`.") {}

/** Without an owner nobody could withdraw the deposit. Hand it over with `transferOwnership`. */
export class OwnershipNotRenounceableError extends /* @__PURE__ */ contractError("OwnershipNotRenounceable", "SESSION_OPERATION_REJECTED", "Without an owner nobody could withdraw the deposit.", "Hand it over with `transferOwnership`.") {}

/** Paymaster data is exactly `required` bytes: address and two gas limits. Append nothing. */
export class PaymasterDataLengthInvalidError extends /* @__PURE__ */ contractError("PaymasterDataLengthInvalid", "SESSION_PAYMASTER_NOT_ALLOWED", "Paymaster data is exactly `required` bytes: address and two gas limits.", "Append nothing.") {}

/** Paymaster data is empty or at least `required` bytes. Encode the paymaster's gas limits too. */
export class PaymasterDataTooShortError extends /* @__PURE__ */ contractError("PaymasterDataTooShort", "SESSION_PAYMASTER_NOT_ALLOWED", "Paymaster data is empty or at least `required` bytes.", "Encode the paymaster's gas limits too.") {}

/** The operation names a paymaster that the policy does not. Use the policy's paymaster. */
export class PaymasterNotAllowedError extends /* @__PURE__ */ contractError("PaymasterNotAllowed", "SESSION_PAYMASTER_NOT_ALLOWED", "The operation names a paymaster that the policy does not.", "Use the policy's paymaster.") {}

/** The session has already spent in a later period of this limit. Sign again with a deadline in the current period. */
export class PeriodEndedError extends /* @__PURE__ */ contractError("PeriodEnded", "SESSION_SPEND_CAP_EXCEEDED", "The session has already spent in a later period of this limit.", "Sign again with a deadline in the current period.") {}

/** A lifetime has no periods that could count from its start. Set `fromStart` to false. */
export class PeriodStartInvalidError extends /* @__PURE__ */ contractError("PeriodStartInvalid", "SESSION_UNSAFE_POLICY", "A lifetime has no periods that could count from its start.", "Set `fromStart` to false.") {}

/** `app` is not 1 to 31 bytes of printable ASCII. Choose a shorter or plainer label. */
export class PolicyAppInvalidError extends /* @__PURE__ */ contractError("PolicyAppInvalid", "SESSION_UNSAFE_POLICY", "`app` is not 1 to 31 bytes of printable ASCII.", "Choose a shorter or plainer label.") {}

/** The publication's calldata is too large. Split the policy, or use shorter texts. */
export class PolicyCalldataTooLargeError extends /* @__PURE__ */ contractError("PolicyCalldataTooLarge", "SESSION_UNSAFE_POLICY", "The publication's calldata is too large.", "Split the policy, or use shorter texts.") {}

/** `maxCalls` is 0 or above `most`. Allow 1 to 1,048,575 calls. */
export class PolicyCallsInvalidError extends /* @__PURE__ */ contractError("PolicyCallsInvalid", "SESSION_UNSAFE_POLICY", "`maxCalls` is 0 or above `most`.", "Allow 1 to 1,048,575 calls.") {}

/** `60 <= minDuration <= maxDuration <= 31,536,000` does not hold. Choose durations within a minute and 365 days. */
export class PolicyDurationsInvalidError extends /* @__PURE__ */ contractError("PolicyDurationsInvalid", "SESSION_UNSAFE_POLICY", "`60 <= minDuration <= maxDuration <= 31,536,000` does not hold.", "Choose durations within a minute and 365 days.") {}

/** A policy has at least one permission: no list is not "everything". Name what the key may do. */
export class PolicyEmptyError extends /* @__PURE__ */ contractError("PolicyEmpty", "SESSION_UNSAFE_POLICY", "A policy has at least one permission: no list is not \"everything\".", "Name what the key may do.") {}

/** `gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them. Round the budget to whole gwei, below 68.7 coins. */
export class PolicyGasBudgetInvalidError extends /* @__PURE__ */ contractError("PolicyGasBudgetInvalid", "SESSION_UNSAFE_POLICY", "`gasBudget` is not a multiple of `gasUnit`, or above `mostUnits` of them.", "Round the budget to whole gwei, below 68.7 coins.") {}

/** The policy is not the canonical ABI encoding. Encode the policy with a standard encoder. */
export class PolicyNotCanonicalError extends /* @__PURE__ */ contractError("PolicyNotCanonical", "SESSION_UNSAFE_POLICY", "The policy is not the canonical ABI encoding.", "Encode the policy with a standard encoder.") {}

/** The policy's code did not come to stand where its number says. Publish again with more gas. */
export class PolicyNotCreatedError extends /* @__PURE__ */ contractError("PolicyNotCreated", "SESSION_CREATION_FAILED", "The policy's code did not come to stand where its number says.", "Publish again with more gas.") {}

/** Nobody has published this policy here. Publish it first. */
export class PolicyNotPublishedError extends /* @__PURE__ */ contractError("PolicyNotPublished", "SESSION_CREATION_FAILED", "Nobody has published this policy here.", "Publish it first.") {}

/** No policy has this number here. Ask for the number by the policy's id. */
export class PolicyNumberUnknownError extends /* @__PURE__ */ contractError("PolicyNumberUnknown", "SESSION_CREATION_FAILED", "No policy has this number here.", "Ask for the number by the policy's id.") {}

/** Every number that fits a session's word is given. Nothing can be published here any more; use another deployment. */
export class PolicyNumbersExhaustedError extends /* @__PURE__ */ contractError("PolicyNumbersExhausted", "SESSION_CREATION_FAILED", "Every number that fits a session's word is given.", "Nothing can be published here any more; use another deployment.") {}

/** The stored form would be too large. Split the policy, or use shorter lists. */
export class PolicyTooLargeError extends /* @__PURE__ */ contractError("PolicyTooLarge", "SESSION_UNSAFE_POLICY", "The stored form would be too large.", "Split the policy, or use shorter lists.") {}

/** The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is consumed. Install Latchkey as executor on this account, or mend its fallback handler. */
export class PrincipalAnsweredNothingError extends /* @__PURE__ */ contractError("PrincipalAnsweredNothing", "INVALID_WALLET_TYPE_FOR_SESSION", "The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is consumed.", "Install Latchkey as executor on this account, or mend its fallback handler.") {}

/** An account may only validate its own operations. Let the account's own validation ask. */
export class PrincipalMismatchError extends /* @__PURE__ */ contractError("PrincipalMismatch", "SESSION_OPERATION_REJECTED", "An account may only validate its own operations.", "Let the account's own validation ask.") {}

/** The principal is 0, Latchkey, its extension, its forwarder or an EntryPoint. Register for a wallet or an account. */
export class PrincipalNotAllowedError extends /* @__PURE__ */ contractError("PrincipalNotAllowed", "INVALID_WALLET_TYPE_FOR_SESSION", "The principal is 0, Latchkey, its extension, its forwarder or an EntryPoint.", "Register for a wallet or an account.") {}

/** Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code. Use route `forwarded` or `asked`, or delegate the wallet to an account. */
export class PrincipalWithoutCodeError extends /* @__PURE__ */ contractError("PrincipalWithoutCode", "INVALID_WALLET_TYPE_FOR_SESSION", "Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code.", "Use route `forwarded` or `asked`, or delegate the wallet to an account.") {}

/** A public key is empty or exactly 64 bytes. Give x and y, 32 bytes each. */
export class PublicKeyLengthInvalidError extends /* @__PURE__ */ contractError("PublicKeyLengthInvalid", "SESSION_CREATION_FAILED", "A public key is empty or exactly 64 bytes.", "Give x and y, 32 bytes each.") {}

/** The public key does not hash to the key. Derive the key from its public key. */
export class PublicKeyMismatchError extends /* @__PURE__ */ contractError("PublicKeyMismatch", "SESSION_CREATION_FAILED", "The public key does not hash to the key.", "Derive the key from its public key.") {}

/** The public key is not a point of P-256, or its x is below 2**160. Create another key. */
export class PublicKeyNotOnCurveError extends /* @__PURE__ */ contractError("PublicKeyNotOnCurve", "SESSION_CREATION_FAILED", "The public key is not a point of P-256, or its x is below 2**160.", "Create another key.") {}

/** Numerator or denominator is not positive, or they have a common divisor. Write the rate in lowest terms. */
export class RateInvalidError extends /* @__PURE__ */ contractError("RateInvalid", "SESSION_UNSAFE_POLICY", "Numerator or denominator is not positive, or they have a common divisor.", "Write the rate in lowest terms.") {}

/** A rate does not hold: the price is worse than the policy's. Quote again, or ask for a policy with a newer price. */
export class RateNotMetError extends /* @__PURE__ */ contractError("RateNotMet", "SESSION_ARGUMENT_NOT_ALLOWED", "A rate does not hold: the price is worse than the policy's.", "Quote again, or ask for a policy with a newer price.") {}

/** A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set where there is no rate. Name two different unsigned numbers. */
export class RateSideInvalidError extends /* @__PURE__ */ contractError("RateSideInvalid", "SESSION_UNSAFE_POLICY", "A side of a rate is missing, is not a `uintN`, has `[*]`, or is the other side; or `per` is set where there is no rate.", "Name two different unsigned numbers.") {}

/** Native coin that goes there is lost: address 0 or the EntryPoint. Name a wallet. */
export class RecipientNotAllowedError extends /* @__PURE__ */ contractError("RecipientNotAllowed", "SESSION_OPERATION_REJECTED", "Native coin that goes there is lost: address 0 or the EntryPoint.", "Name a wallet.") {}

/** A renewal starts later than the registration it renews; a window still to come cannot be moved forward. Wait a second, or take another key. */
export class RenewalNotLaterError extends /* @__PURE__ */ contractError("RenewalNotLater", "SESSION_CREATION_FAILED", "A renewal starts later than the registration it renews; a window still to come cannot be moved forward.", "Wait a second, or take another key.") {}

/** A single bound that every admitted value meets. Remove the rule. */
export class RuleAlwaysHoldsError extends /* @__PURE__ */ contractError("RuleAlwaysHolds", "SESSION_UNSAFE_POLICY", "A single bound that every admitted value meets.", "Remove the rule.") {}

/** Values stand in a list that is not the argument type's. Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and hashes. */
export class RuleListInvalidError extends /* @__PURE__ */ contractError("RuleListInvalid", "SESSION_UNSAFE_POLICY", "Values stand in a list that is not the argument type's.", "Use `addresses` for addresses, `numbers` for numbers and `bool`, `words` for `bytesN` and hashes.") {}

/** The argument's type does not have this test. Use a test that the type has: `is` for every word, bounds for numbers, contents for `bytes`, `string` and arrays of words. */
export class RuleTestNotForTypeError extends /* @__PURE__ */ contractError("RuleTestNotForType", "SESSION_UNSAFE_POLICY", "The argument's type does not have this test.", "Use a test that the type has: `is` for every word, bounds for numbers, contents for `bytes`, `string` and arrays of words.") {}

/** No test has this text. Use one of the eleven texts, byte for byte. */
export class RuleTestUnknownError extends /* @__PURE__ */ contractError("RuleTestUnknown", "SESSION_UNSAFE_POLICY", "No test has this text.", "Use one of the eleven texts, byte for byte.") {}

/** A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and cannot be said. Open the argument, or bind it by smaller numbers. */
export class RuleValueNegativeError extends /* @__PURE__ */ contractError("RuleValueNegative", "SESSION_UNSAFE_POLICY", "A negative number for an unsigned argument; a `uint256` of 2**255 or more looks like one and cannot be said.", "Open the argument, or bind it by smaller numbers.") {}

/** The value is not clean for the type, or lies outside what is admitted: an unbound number is admitted below 2**96. Use a value that the argument can have. */
export class RuleValueOutOfTypeError extends /* @__PURE__ */ contractError("RuleValueOutOfType", "SESSION_UNSAFE_POLICY", "The value is not clean for the type, or lies outside what is admitted: an unbound number is admitted below 2**96.", "Use a value that the argument can have.") {}

/** Too few or too many values for the test. `is` takes one, `is one of` at least two. */
export class RuleValuesInvalidError extends /* @__PURE__ */ contractError("RuleValuesInvalid", "SESSION_UNSAFE_POLICY", "Too few or too many values for the test.", "`is` takes one, `is one of` at least two.") {}

/** The values do not ascend strictly. Sort them and remove doubles. */
export class RuleValuesNotAscendingError extends /* @__PURE__ */ contractError("RuleValuesNotAscending", "SESSION_UNSAFE_POLICY", "The values do not ascend strictly.", "Sort them and remove doubles.") {}

/** The rules on this argument admit no value. Mend the rules. */
export class RulesNeverHoldError extends /* @__PURE__ */ contractError("RulesNeverHold", "SESSION_UNSAFE_POLICY", "The rules on this argument admit no value.", "Mend the rules.") {}

/** The rule does not stand behind its predecessor by (argument, test, per), or repeats it. Sort the rules. */
export class RulesNotAscendingError extends /* @__PURE__ */ contractError("RulesNotAscending", "SESSION_UNSAFE_POLICY", "The rule does not stand behind its predecessor by (argument, test, per), or repeats it.", "Sort the rules.") {}

/** The policy does not let an operation take its gas from the principal. Use the policy's paymaster. */
export class SelfPaymentNotAllowedError extends /* @__PURE__ */ contractError("SelfPaymentNotAllowed", "SESSION_PAYMASTER_NOT_ALLOWED", "The policy does not let an operation take its gas from the principal.", "Use the policy's paymaster.") {}

/** The key was revoked, replaced, or deactivated by itself. It is dead for this principal. Create a new key and register it. */
export class SessionAlreadyRevokedError extends /* @__PURE__ */ contractError("SessionAlreadyRevoked", "SESSION_REVOKED", "The key was revoked, replaced, or deactivated by itself. It is dead for this principal.", "Create a new key and register it.") {}

/** More calls than the session has left. Renew the session. */
export class SessionCallsExceededError extends /* @__PURE__ */ contractError("SessionCallsExceeded", "SESSION_MAX_CALLS_EXCEEDED", "More calls than the session has left.", "Renew the session.") {}

/** A session key sent its own native value, in wei, with a call for the principal. Send none. */
export class SessionCarriesNoValueError extends /* @__PURE__ */ contractError("SessionCarriesNoValue", "SESSION_VALUE_NOT_ALLOWED", "A session key sent its own native value, in wei, with a call for the principal.", "Send none.") {}

/** The window has closed; live until `validUntil`, inclusive. Renew the session. */
export class SessionExpiredError extends /* @__PURE__ */ contractError("SessionExpired", "SESSION_EXPIRED", "The window has closed; live until `validUntil`, inclusive.", "Renew the session.") {}

/** The principal revoked all sessions, or uninstalled the module, since this one was registered. It is dead. Create a new key and register it. */
export class SessionGenerationEndedError extends /* @__PURE__ */ contractError("SessionGenerationEnded", "SESSION_REVOKED", "The principal revoked all sessions, or uninstalled the module, since this one was registered. It is dead.", "Create a new key and register it.") {}

/** Only the key itself may deactivate a session that has not expired. Let the principal revoke it. */
export class SessionNotExpiredError extends /* @__PURE__ */ contractError("SessionNotExpired", "SESSION_OPERATION_REJECTED", "Only the key itself may deactivate a session that has not expired.", "Let the principal revoke it.") {}

/** The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with. Register the session, and check that the key and the principal are the right pair on this chain. */
export class SessionNotRegisteredError extends /* @__PURE__ */ contractError("SessionNotRegistered", "SESSION_NOT_REGISTERED", "The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with.", "Register the session, and check that the key and the principal are the right pair on this chain.") {}

/** The window has not opened; live from `validAfter`, inclusive. Wait until `validAfter`. */
export class SessionNotYetValidError extends /* @__PURE__ */ contractError("SessionNotYetValid", "SESSION_NOT_YET_VALID", "The window has not opened; live from `validAfter`, inclusive.", "Wait until `validAfter`.") {}

/** Element 0 is neither an address nor a P-256 x coordinate below the field's order, or element 3 has bits above 48. Left-pad the elements; take x as it is. */
export class SignatureElementNotCanonicalError extends /* @__PURE__ */ contractError("SignatureElementNotCanonical", "SESSION_INVALID_SIGNATURE", "Element 0 is neither an address nor a P-256 x coordinate below the field's order, or element 3 has bits above 48.", "Left-pad the elements; take x as it is.") {}

/** A session signature is exactly `required` bytes, `[sessionPubKey, r, s, validUntil]`. Send the 128 bytes and nothing else. */
export class SignatureLengthInvalidError extends /* @__PURE__ */ contractError("SignatureLengthInvalid", "SESSION_INVALID_SIGNATURE", "A session signature is exactly `required` bytes, `[sessionPubKey, r, s, validUntil]`.", "Send the 128 bytes and nothing else.") {}

/** Neither an argument nor a constant above 0, or both. Name one of the two. */
export class SpendAmountInvalidError extends /* @__PURE__ */ contractError("SpendAmountInvalid", "SESSION_UNSAFE_POLICY", "Neither an argument nor a constant above 0, or both.", "Name one of the two.") {}

/** More of a unit than one of its limits has left. Spend less, wait for the next period, or renew the session. */
export class SpendCapExceededError extends /* @__PURE__ */ contractError("SpendCapExceeded", "SESSION_SPEND_CAP_EXCEEDED", "More of a unit than one of its limits has left.", "Spend less, wait for the next period, or renew the session.") {}

/** The argument is not a `uintN`. Count an unsigned number, or use a constant. */
export class SpendNotNumberError extends /* @__PURE__ */ contractError("SpendNotNumber", "SESSION_UNSAFE_POLICY", "The argument is not a `uintN`.", "Count an unsigned number, or use a constant.") {}

/** A spend does not fit 256 bits once summed and scaled. Found where the amount is added: an argument in front of it that fails is said first, one behind it is not. Split the call. */
export class SpendOverflowError extends /* @__PURE__ */ contractError("SpendOverflow", "SESSION_SPEND_CAP_EXCEEDED", "A spend does not fit 256 bits once summed and scaled. Found where the amount is added: an argument in front of it that fails is said first, one behind it is not.", "Split the call.") {}

/** The scale is above `most`, or stands on a token or on a constant. Scale arguments drawn on counters alone. */
export class SpendScaleInvalidError extends /* @__PURE__ */ contractError("SpendScaleInvalid", "SESSION_UNSAFE_POLICY", "The scale is above `most`, or stands on a token or on a constant.", "Scale arguments drawn on counters alone.") {}

/** The native coin, which the value draws by itself; or a token beside a row that counts by itself, on a limited token, or on a native transfer. Remove the spend, or use a counter. */
export class SpendUnitInvalidError extends /* @__PURE__ */ contractError("SpendUnitInvalid", "SESSION_UNSAFE_POLICY", "The native coin, which the value draws by itself; or a token beside a row that counts by itself, on a limited token, or on a native transfer.", "Remove the spend, or use a counter.") {}

/** The unit has no limit in this policy. Add a limit on it. */
export class SpendWithoutLimitError extends /* @__PURE__ */ contractError("SpendWithoutLimit", "SESSION_UNSAFE_POLICY", "The unit has no limit in this policy.", "Add a limit on it.") {}

/** The spend does not stand behind its predecessor by (unit, argument), or repeats it. Sort the spends and merge doubles. */
export class SpendsNotAscendingError extends /* @__PURE__ */ contractError("SpendsNotAscending", "SESSION_UNSAFE_POLICY", "The spend does not stand behind its predecessor by (unit, argument), or repeats it.", "Sort the spends and merge doubles.") {}

/** No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension, its forwarder or an EntryPoint. Let the wallet itself make this call. */
export class TargetForbiddenError extends /* @__PURE__ */ contractError("TargetForbidden", "SESSION_TARGET_FORBIDDEN", "No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension, its forwarder or an EntryPoint.", "Let the wallet itself make this call.") {}

/** The target has no code. Check the address and the chain. */
export class TargetWithoutCodeError extends /* @__PURE__ */ contractError("TargetWithoutCode", "SESSION_OPERATION_REJECTED", "The target has no code.", "Check the address and the chain.") {}

/** The recipient gained another amount of the token than the principal lost. In base units. Do not use this token here. */
export class TokenCreditMismatchError extends /* @__PURE__ */ contractError("TokenCreditMismatch", "SESSION_CALL_REVERTED", "The recipient gained another amount of the token than the principal lost. In base units.", "Do not use this token here.") {}

/** The principal lost another amount of the token than the session counted. In base units. Do not use this token here. */
export class TokenDebitMismatchError extends /* @__PURE__ */ contractError("TokenDebitMismatch", "SESSION_CALL_REVERTED", "The principal lost another amount of the token than the session counted. In base units.", "Do not use this token here.") {}

/** The token has no code. Check address and chain. */
export class TokenWithoutCodeError extends /* @__PURE__ */ contractError("TokenWithoutCode", "SESSION_CALL_REVERTED", "The token has no code.", "Check address and chain.") {}

/** More permissions of one target and method than may stand side by side. Use at most 8. */
export class TooManyAlternativesError extends /* @__PURE__ */ contractError("TooManyAlternatives", "SESSION_UNSAFE_POLICY", "More permissions of one target and method than may stand side by side.", "Use at most 8.") {}

/** The arrays of one call that are neither opened nor bound by their content have more than `limit` elements together. Split the call. */
export class TooManyElementsError extends /* @__PURE__ */ contractError("TooManyElements", "SESSION_ARGUMENT_NOT_ALLOWED", "The arrays of one call that are neither opened nor bound by their content have more than `limit` elements together.", "Split the call.") {}

/** More inners than a permission has. Use at most 8. */
export class TooManyInnersError extends /* @__PURE__ */ contractError("TooManyInners", "SESSION_UNSAFE_POLICY", "More inners than a permission has.", "Use at most 8.") {}

/** There are more limits than a session has words for. Use at most 8. */
export class TooManyLimitsError extends /* @__PURE__ */ contractError("TooManyLimits", "SESSION_UNSAFE_POLICY", "There are more limits than a session has words for.", "Use at most 8.") {}

/** More open paths than a permission has. Open a tuple or `"*"` instead. */
export class TooManyOpenError extends /* @__PURE__ */ contractError("TooManyOpen", "SESSION_UNSAFE_POLICY", "More open paths than a permission has.", "Open a tuple or `\"*\"` instead.") {}

/** More rules than a permission has. Use at most 16. */
export class TooManyRulesError extends /* @__PURE__ */ contractError("TooManyRules", "SESSION_UNSAFE_POLICY", "More rules than a permission has.", "Use at most 16.") {}

/** More spends than a call draws. Use at most 4. */
export class TooManySpendsError extends /* @__PURE__ */ contractError("TooManySpends", "SESSION_UNSAFE_POLICY", "More spends than a call draws.", "Use at most 4.") {}

/** An argument that can carry authority is neither bound nor listed as open. Bind it by a rule, or list it in `open` if it is meant to be free. */
export class UnboundArgumentError extends /* @__PURE__ */ contractError("UnboundArgument", "SESSION_UNSAFE_POLICY", "An argument that can carry authority is neither bound nor listed as open.", "Bind it by a rule, or list it in `open` if it is meant to be free.") {}

/** A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot be consumed. Name target and method, and leave out the value. */
export class UnsafeConsumableError extends /* @__PURE__ */ contractError("UnsafeConsumable", "SESSION_UNSAFE_POLICY", "A sentinel, a native transfer, or a permission of route `asked` alone that carries value cannot be consumed.", "Name target and method, and leave out the value.") {}

/** The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers `getApproved(uint256)` with a word. Limit a fungible token, or use a counter for ids and shares. */
export class UnsafeLimitedTokenError extends /* @__PURE__ */ contractError("UnsafeLimitedToken", "SESSION_UNSAFE_POLICY", "The unit is neither the native coin nor a counter (1 to 65,535) nor a fungible token: it has no code, does not answer `decimals()`, answers ERC-165 for ERC-721 or ERC-1155, or answers `getApproved(uint256)` with a word.", "Limit a fungible token, or use a counter for ids and shares.") {}

/** The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or a head in it, of the arguments, a tuple or an array of fixed size, has more than 64 words. Write the method as its ABI has it, without spaces and aliases. */
export class UnsafeMethodError extends /* @__PURE__ */ contractError("UnsafeMethod", "SESSION_UNSAFE_POLICY", "The text is not an ASCII identifier with canonical types, has more than 1,023 bytes, or a head in it, of the arguments, a tuple or an array of fixed size, has more than 64 words.", "Write the method as its ABI has it, without spaces and aliases.") {}

/** On a limited token only counted and harmless rows of the token table are allowed. Permit2's `approve` is a row of Permit2, not of the token. Remove the permission or the limit. */
export class UnsafeOnLimitedTokenError extends /* @__PURE__ */ contractError("UnsafeOnLimitedToken", "SESSION_UNSAFE_POLICY", "On a limited token only counted and harmless rows of the token table are allowed. Permit2's `approve` is a row of Permit2, not of the token.", "Remove the permission or the limit.") {}

/** The permission stands before its predecessor by (target, kind, selector). Sort the permissions; alternatives keep their order. */
export class UnsafeOrderError extends /* @__PURE__ */ contractError("UnsafeOrder", "SESSION_UNSAFE_POLICY", "The permission stands before its predecessor by (target, kind, selector).", "Sort the permissions; alternatives keep their order.") {}

/** A row of the token table that counts, without a limit on its token; one of Permit2 whose token is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `"0"`. Add a limit on the token, or the spend. */
export class UnsafeOutflowError extends /* @__PURE__ */ contractError("UnsafeOutflow", "SESSION_UNSAFE_POLICY", "A row of the token table that counts, without a limit on its token; one of Permit2 whose token is not bound by `is`; or a vault's deposit that does not declare its `asset()` on `\"0\"`.", "Add a limit on the token, or the spend.") {}

/** The paymaster is Latchkey, its extension, its forwarder or an EntryPoint. Name a paymaster, or none. */
export class UnsafePaymasterError extends /* @__PURE__ */ contractError("UnsafePaymaster", "SESSION_UNSAFE_POLICY", "The paymaster is Latchkey, its extension, its forwarder or an EntryPoint.", "Name a paymaster, or none.") {}

/** The period is neither 0 nor at least `least`. Use whole minutes or more. */
export class UnsafePeriodError extends /* @__PURE__ */ contractError("UnsafePeriod", "SESSION_UNSAFE_POLICY", "The period is neither 0 nor at least `least`.", "Use whole minutes or more.") {}

/** A row of the token table leaves a recipient or spender free that it asks to be bound; the spender of an approval to values, not to the principal. Bind it by `is` or `is one of`. */
export class UnsafeRecipientError extends /* @__PURE__ */ contractError("UnsafeRecipient", "SESSION_UNSAFE_POLICY", "A row of the token table leaves a recipient or spender free that it asks to be bound; the spender of an approval to values, not to the principal.", "Bind it by `is` or `is one of`.") {}

/** The text, of a method or of an inner call, has the selector of a row of the token table and is not that row's text. Write the table's text. */
export class UnsafeSelectorError extends /* @__PURE__ */ contractError("UnsafeSelector", "SESSION_UNSAFE_POLICY", "The text, of a method or of an inner call, has the selector of a row of the token table and is not that row's text.", "Write the table's text.") {}

/** The target is below 2**16, Latchkey, its extension, its forwarder or an EntryPoint. Name a contract. */
export class UnsafeTargetError extends /* @__PURE__ */ contractError("UnsafeTarget", "SESSION_UNSAFE_POLICY", "The target is below 2**16, Latchkey, its extension, its forwarder or an EntryPoint.", "Name a contract.") {}

/** Native value without a limit on the native coin. Add a limit on the native coin. */
export class UnsafeValueError extends /* @__PURE__ */ contractError("UnsafeValue", "SESSION_UNSAFE_POLICY", "Native value without a limit on the native coin.", "Add a limit on the native coin.") {}

/** A sentinel carries what it cannot: both sides wild, a method of the token table on any contract, value, spends, rules or an inner. Name the target and the method. */
export class UnsafeWildcardError extends /* @__PURE__ */ contractError("UnsafeWildcard", "SESSION_UNSAFE_POLICY", "A sentinel carries what it cannot: both sides wild, a method of the token table on any contract, value, spends, rules or an inner.", "Name the target and the method.") {}

/** Only single and batch calls that revert on failure, with every other mode byte zero. Use mode 0 or `0x01` and zeros. */
export class UnsupportedExecutionModeError extends /* @__PURE__ */ contractError("UnsupportedExecutionMode", "SESSION_OPERATION_REJECTED", "Only single and batch calls that revert on failure, with every other mode byte zero.", "Use mode 0 or `0x01` and zeros.") {}

/** `validUntil` is 0 or at least 2**34. Give unix seconds. */
export class ValidUntilOutOfRangeError extends /* @__PURE__ */ contractError("ValidUntilOutOfRange", "SESSION_CREATION_FAILED", "`validUntil` is 0 or at least 2**34.", "Give unix seconds.") {}

/** The window to register has ended already. Sign a grant with a later end. */
export class ValidUntilPassedError extends /* @__PURE__ */ contractError("ValidUntilPassed", "SESSION_CREATION_FAILED", "The window to register has ended already.", "Sign a grant with a later end.") {}

/** More native value than the permission allows in one call, or none in a plain native transfer. Send at most `maxValue`, and at least 1 wei in a plain transfer. */
export class ValueNotAllowedError extends /* @__PURE__ */ contractError("ValueNotAllowed", "SESSION_VALUE_NOT_ALLOWED", "More native value than the permission allows in one call, or none in a plain native transfer.", "Send at most `maxValue`, and at least 1 wei in a plain transfer.") {}

/** One class per Solidity error, by its name. */
export const contractErrors = /* @__PURE__ */ byErrorName([
  AccountAlreadyInitializedError,
  AccountNotCloneError,
  AccountNotInitializedError,
  AlternativeRepeatedError,
  AlternativesRefusedError,
  AmountNotCountedError,
  ArgumentAbsentError,
  ArgumentImpassableError,
  ArgumentMissingError,
  ArgumentNotAllowedError,
  ArgumentNotBoundedError,
  ArgumentNotCanonicalError,
  ArgumentTextInvalidError,
  ArgumentTooDeepError,
  BudgetExceededError,
  CallNotAllowedError,
  CallNotConsumableError,
  CallOnlyAskedError,
  CalldataLengthNotAllowedError,
  CallerNotForwarderError,
  CreationFailedError,
  CreationsCompleteError,
  DeadlineNotAllowedError,
  DeadlinePassedError,
  DurationOutOfBoundsError,
  EmptyBatchError,
  EntryPointWithoutCodeError,
  ExecutionNotCanonicalError,
  ExtensionCalledDirectlyError,
  ForwardedCalldataTooShortError,
  ForwardedGasBelowMinimumError,
  ForwarderNotTrustedError,
  FundingFailedError,
  GasBelowMinimumError,
  GasBudgetExceededError,
  GenerationMismatchError,
  GenerationsExhaustedError,
  GrantDeadlinePassedError,
  InitCodeNotAllowedError,
  InitCodeUnexpectedError,
  InnerMethodNotAllowedError,
  InnerNotBytesError,
  InnerTypesInvalidError,
  InnersNotAscendingError,
  InnersOverlapError,
  InvalidPrincipalSignatureError,
  InvalidSessionSignatureError,
  KeyCannotBeFundedError,
  KeyHasCodeError,
  KeyInAnotherLaneError,
  KeyNotAllowedError,
  LaneOccupiedError,
  LatchkeyWithoutCodeError,
  LimitsNotAscendingError,
  MaxCallsOutOfBoundsError,
  MethodTextsDifferError,
  MethodTooDeepError,
  ModuleNotInstalledError,
  NativeTransferWithoutValueError,
  NonceAlreadyUsedError,
  NonceKeyNotAllowedError,
  OpenArgumentBoundError,
  OpenArgumentHarmlessError,
  OpenNotAllowedError,
  OpenNotAloneError,
  OpenNotAscendingError,
  OperationNotCanonicalError,
  OperationSelectorNotAllowedError,
  OwnerNotAllowedError,
  OwnerOverwrittenError,
  OwnershipNotAcceptedError,
  OwnershipNotRenounceableError,
  PaymasterDataLengthInvalidError,
  PaymasterDataTooShortError,
  PaymasterNotAllowedError,
  PeriodEndedError,
  PeriodStartInvalidError,
  PolicyAppInvalidError,
  PolicyCalldataTooLargeError,
  PolicyCallsInvalidError,
  PolicyDurationsInvalidError,
  PolicyEmptyError,
  PolicyGasBudgetInvalidError,
  PolicyNotCanonicalError,
  PolicyNotCreatedError,
  PolicyNotPublishedError,
  PolicyNumberUnknownError,
  PolicyNumbersExhaustedError,
  PolicyTooLargeError,
  PrincipalAnsweredNothingError,
  PrincipalMismatchError,
  PrincipalNotAllowedError,
  PrincipalWithoutCodeError,
  PublicKeyLengthInvalidError,
  PublicKeyMismatchError,
  PublicKeyNotOnCurveError,
  RateInvalidError,
  RateNotMetError,
  RateSideInvalidError,
  RecipientNotAllowedError,
  RenewalNotLaterError,
  RuleAlwaysHoldsError,
  RuleListInvalidError,
  RuleTestNotForTypeError,
  RuleTestUnknownError,
  RuleValueNegativeError,
  RuleValueOutOfTypeError,
  RuleValuesInvalidError,
  RuleValuesNotAscendingError,
  RulesNeverHoldError,
  RulesNotAscendingError,
  SelfPaymentNotAllowedError,
  SessionAlreadyRevokedError,
  SessionCallsExceededError,
  SessionCarriesNoValueError,
  SessionExpiredError,
  SessionGenerationEndedError,
  SessionNotExpiredError,
  SessionNotRegisteredError,
  SessionNotYetValidError,
  SignatureElementNotCanonicalError,
  SignatureLengthInvalidError,
  SpendAmountInvalidError,
  SpendCapExceededError,
  SpendNotNumberError,
  SpendOverflowError,
  SpendScaleInvalidError,
  SpendUnitInvalidError,
  SpendWithoutLimitError,
  SpendsNotAscendingError,
  TargetForbiddenError,
  TargetWithoutCodeError,
  TokenCreditMismatchError,
  TokenDebitMismatchError,
  TokenWithoutCodeError,
  TooManyAlternativesError,
  TooManyElementsError,
  TooManyInnersError,
  TooManyLimitsError,
  TooManyOpenError,
  TooManyRulesError,
  TooManySpendsError,
  UnboundArgumentError,
  UnsafeConsumableError,
  UnsafeLimitedTokenError,
  UnsafeMethodError,
  UnsafeOnLimitedTokenError,
  UnsafeOrderError,
  UnsafeOutflowError,
  UnsafePaymasterError,
  UnsafePeriodError,
  UnsafeRecipientError,
  UnsafeSelectorError,
  UnsafeTargetError,
  UnsafeValueError,
  UnsafeWildcardError,
  UnsupportedExecutionModeError,
  ValidUntilOutOfRangeError,
  ValidUntilPassedError,
  ValueNotAllowedError,
]);
