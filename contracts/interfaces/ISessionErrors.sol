// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title What a session key is refused with, on every route
/// @notice Each error carries the value that failed and the limit it broke. They are checked in this order: is the
/// session live, does the mode run, is every call in scope (call by call), are there calls, caps and gas left.
interface ISessionErrors {
    // --- the session ------------------------------------------------------------------------------------------------

    /// @notice The principal never registered this key. Also what a P-256 x coordinate off the curve is
    /// answered with.
    /// @param principal who delegates
    /// @param key the session key
    /// @custom:fix Register the session, and check that the key and the principal are the right pair on this
    /// chain.
    error SessionNotRegistered(address principal, address key);

    /// @notice The key was revoked, replaced, or deactivated by itself. It is dead for this principal.
    /// @param principal who delegates
    /// @param key the session key
    /// @custom:fix Create a new key and register it.
    error SessionAlreadyRevoked(address principal, address key);

    /// @notice The principal revoked all sessions, or uninstalled the module, since this one was registered. It
    /// is dead.
    /// @param generation the session's
    /// @param current the principal's
    /// @custom:fix Create a new key and register it.
    error SessionGenerationEnded(uint32 generation, uint32 current);

    /// @notice The window has not opened; live from `validAfter`, inclusive.
    /// @param validAfter unix seconds, inclusive
    /// @param time the second that was asked about: the block's, unix seconds
    /// @custom:fix Wait until `validAfter`.
    error SessionNotYetValid(uint48 validAfter, uint256 time);

    /// @notice The window has closed; live until `validUntil`, inclusive.
    /// @param validUntil unix seconds, inclusive
    /// @param time the second that was asked about: the block's, unix seconds
    /// @custom:fix Renew the session.
    error SessionExpired(uint48 validUntil, uint256 time);

    /// @notice Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last
    /// `onUninstall`.
    /// @param principal who delegates
    /// @custom:fix Install Latchkey on the account as validator and executor.
    error ModuleNotInstalled(address principal);

    // --- the signature ----------------------------------------------------------------------------------------------

    /// @notice A session signature is 128 bytes, `[sessionPubKey, r, s, validUntil]`, or 217 to 4,312: a `GrantEnvelope`
    /// stands behind them.
    /// @param length in bytes
    /// @param required in bytes: 128; or the most, inclusive, if it is longer
    /// @custom:fix Send the 128 bytes and nothing else, or the grant behind them.
    error SignatureLengthInvalid(uint256 length, uint256 required);

    /// @notice Element 0 is neither an address nor a P-256 x coordinate below the field's order, element 3 has bits above
    /// 48, or the first byte of an envelope is neither 0 nor, where a P-256 key signs, 1.
    /// @param element 0 (key), 3 (deadline) or 4 (the envelope)
    /// @param value the element, or that byte
    /// @custom:fix Left-pad the elements; take x as it is.
    error SignatureElementNotCanonical(uint256 element, uint256 value);

    /// @notice The signed deadline is zero or later than the session's end.
    /// @param deadline unix seconds, inclusive
    /// @param validUntil unix seconds, inclusive
    /// @custom:fix Sign a deadline within the session's window.
    error DeadlineNotAllowed(uint256 deadline, uint48 validUntil);

    /// @notice The signed deadline of this call has passed; the session may well be alive.
    /// @param deadline unix seconds, inclusive
    /// @param time the second that was asked about: the block's, unix seconds
    /// @custom:fix Sign the call again with a later deadline.
    error DeadlinePassed(uint256 deadline, uint256 time);

    /// @notice The signature is not the key's. On route `userOperation` this is returned, not reverted.
    /// @param key the session key
    /// @custom:fix Sign with the key that element 0 names, over this chain's domain and the session's
    /// registration number.
    error InvalidSessionSignature(address key);

    // --- the operation ----------------------------------------------------------------------------------------------

    /// @notice An account may only validate its own operations.
    /// @param sender the operation's
    /// @param caller who asked
    /// @custom:fix Let the account's own validation ask.
    error PrincipalMismatch(address sender, address caller);

    /// @notice The operation's `initCode` is neither empty nor the bare EIP-7702 marker.
    /// @param length in bytes
    /// @custom:fix Create the account in an operation of its owner.
    error InitCodeNotAllowed(uint256 length);

    /// @notice The operation calls something other than `execute(bytes32,bytes)`.
    /// @param selector the operation's
    /// @custom:fix Encode the calls as ERC-7579 has it.
    error OperationSelectorNotAllowed(bytes4 selector);

    /// @notice A field of the operation lies outside the calldata.
    /// @param pointer where the field would stand, in bytes
    /// @custom:fix Encode the operation with a standard encoder.
    error OperationNotCanonical(uint256 pointer);

    /// @notice Only single and batch calls that revert on failure, with every other mode byte zero.
    /// @param mode as given
    /// @custom:fix Use mode 0 or `0x01` and zeros.
    error UnsupportedExecutionMode(bytes32 mode);

    /// @notice The execution calldata is not the canonical encoding of its calls.
    /// @param position byte at which it departs
    /// @custom:fix Encode the calls with a standard encoder, with nothing behind.
    error ExecutionNotCanonical(uint256 position);

    /// @notice A batch holds at least one call.
    /// @custom:fix Add a call.
    error EmptyBatch();

    /// @notice Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code.
    /// @param principal who delegates
    /// @custom:fix Use route `forwarded` or `asked`, or delegate the wallet to an account.
    error PrincipalWithoutCode(address principal);

    /// @notice The account's answer is shorter than `bytes[]` can be, 64 bytes: nothing ran, so nothing is
    /// consumed.
    /// @param principal who delegates
    /// @param length in bytes
    /// @custom:fix Install Latchkey as executor on this account, or mend its fallback handler.
    error PrincipalAnsweredNothing(address principal, uint256 length);

    /// @notice A session key has no code, neither at registration nor when it sends.
    /// @param key the session key
    /// @custom:fix Use a key of its own, without an EIP-7702 delegation.
    error KeyHasCode(address key);

    /// @notice The nonce was used by (principal, key) on a signed route before.
    /// @param principal who delegates
    /// @param key the session key
    /// @param nonce as given
    /// @custom:fix Sign with another nonce, best the next bit of the same word.
    error NonceAlreadyUsed(address principal, address key, uint256 nonce);

    /// @notice Less gas than the key signed for would be passed on.
    /// @param available gas that would be passed on
    /// @param minGas gas, inclusive
    /// @custom:fix Send the transaction with a higher gas limit.
    error GasBelowMinimum(uint256 available, uint256 minGas);

    /// @notice Only the forwarder may consume for somebody else's call.
    /// @param caller who asked
    /// @param forwarder the one that may
    /// @custom:fix Call the forwarder.
    error CallerNotForwarder(address caller, address forwarder);

    // --- the calls --------------------------------------------------------------------------------------------------

    /// @notice No policy can aim a session at the principal, an address below 2**16, Latchkey, its extension,
    /// its forwarder or an EntryPoint.
    /// @param index position of the call in its batch, from 0
    /// @param target the call's target
    /// @custom:fix Let the wallet itself make this call.
    error TargetForbidden(uint256 index, address target);

    /// @notice No permission matches.
    /// @param index position of the call in its batch, from 0
    /// @param target the call's target
    /// @param selector the call's first four bytes, 0 for empty calldata
    /// @custom:fix Add a permission for this method to the policy, or have the wallet sign the call.
    error CallNotAllowed(uint256 index, address target, bytes4 selector);

    /// @notice The permission is not one that its target may consume.
    /// @param index position of the call in its batch, from 0
    /// @param target the call's target
    /// @param selector the call's first four bytes, 0 for empty calldata
    /// @custom:fix Send the call on another route, or mark the permission as consumable.
    error CallNotConsumable(uint256 index, address target, bytes4 selector);

    /// @notice The permission serves route `asked` alone: it leaves arguments unbound that its target polices.
    /// @param index position of the call in its batch, from 0
    /// @param target the call's target
    /// @param selector the call's first four bytes, 0 for empty calldata
    /// @custom:fix Call the target itself with the key, or bind or open the arguments.
    error CallOnlyAsked(uint256 index, address target, bytes4 selector);

    /// @notice The calldata is shorter than a selector or than the method's head, or not exactly as long as the
    /// method's static types.
    /// @param index position of the call in its batch, from 0
    /// @param length in bytes
    /// @param required bytes that are expected
    /// @custom:fix Encode the call with the method's types and nothing behind.
    error CalldataLengthNotAllowed(uint256 index, uint256 length, uint256 required);

    /// @notice More native value than the permission allows in one call, or none in a plain native transfer.
    /// @param index position of the call in its batch, from 0
    /// @param value wei
    /// @param maxValue wei, inclusive
    /// @custom:fix Send at most `maxValue`, and at least 1 wei in a plain transfer.
    error ValueNotAllowed(uint256 index, uint256 value, uint256 maxValue);

    /// @notice A rule does not hold.
    /// @param index position of the call in its batch, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param actual the value, length or hash that was found
    /// @custom:fix Change the argument to what the rule asks for.
    error ArgumentNotAllowed(uint256 index, uint256 rule, bytes32 actual);

    /// @notice A rate does not hold: the price is worse than the policy's.
    /// @param index position of the call in its batch, from 0
    /// @param rule position in the permission's `rules`, from 0
    /// @param argument the rule's side
    /// @param per the other side
    /// @custom:fix Quote again, or ask for a policy with a newer price.
    error RateNotMet(uint256 index, uint256 rule, uint256 argument, uint256 per);

    /// @notice The calldata departs from the canonical encoding of the method's types: a word with bits that
    /// its type does not have, a pointer that does not lead where an encoder puts it (out of the calldata,
    /// backwards, into the head, onto itself), a content that does not fit, padding that is not zero, or bytes behind
    /// the end.
    /// @param index position of the call in its batch, from 0
    /// @param position byte of the call's calldata, from 0 with its selector
    /// @param actual the value, length or hash that was found
    /// @custom:fix Encode the call with a standard ABI encoder and the policy's types.
    error ArgumentNotCanonical(uint256 index, uint256 position, bytes32 actual);

    /// @notice A number that no rule binds is 2**96 or more, or beyond plus or minus 2**95 if signed: it could
    /// be an address.
    /// @param index position of the call in its batch, from 0
    /// @param position byte of the call's calldata, from 0 with its selector
    /// @param actual the value, length or hash that was found
    /// @custom:fix Use a smaller number, or a policy that binds or opens the argument.
    error ArgumentNotBounded(uint256 index, uint256 position, bytes32 actual);

    /// @notice A rule or a spend names an element that this array does not have.
    /// @param index position of the call in its batch, from 0
    /// @param position byte of the call's calldata, from 0 with its selector
    /// @param length elements that it has
    /// @custom:fix Send an array with the elements that the policy speaks of.
    error ArgumentAbsent(uint256 index, uint256 position, uint256 length);

    /// @notice The arrays of one call that are neither opened nor bound by their content have more than `limit`
    /// elements together.
    /// @param index position of the call in its batch, from 0
    /// @param position byte of the call's calldata, from 0 with its selector
    /// @param limit 64, inclusive
    /// @custom:fix Split the call.
    error TooManyElements(uint256 index, uint256 position, uint256 limit);

    /// @notice The call inside `bytes` is of another method than the policy says.
    /// @param index position of the call in its batch, from 0
    /// @param position byte of the call's calldata, from 0 with its selector
    /// @param selector the inner call's
    /// @custom:fix Encode the inner call as the policy has it.
    error InnerMethodNotAllowed(uint256 index, uint256 position, bytes4 selector);

    /// @notice A spend does not fit 256 bits once summed and scaled. Found where the amount is added: an argument in
    /// front of it that fails is said first, one behind it is not.
    /// @param index position of the call in its batch, from 0
    /// @param spend position in the permission's `spends`, from 0
    /// @custom:fix Split the call.
    error SpendOverflow(uint256 index, uint256 spend);

    /// @notice None of several alternatives holds.
    /// @param index position of the call in its batch, from 0
    /// @param tried how many there are
    /// @param alternative the one that held most rules before it failed, the first on a tie, from 0
    /// @param reason the exact revert data of that one alone
    /// @custom:fix Mend what `reason` says, or make the call fit another alternative.
    error AlternativesRefused(uint256 index, uint256 tried, uint256 alternative, bytes reason);

    // --- the budgets ------------------------------------------------------------------------------------------------

    /// @notice More calls than the session has left.
    /// @param requested inner calls
    /// @param left inner calls
    /// @custom:fix Renew the session.
    error SessionCallsExceeded(uint256 requested, uint256 left);

    /// @notice More of a unit than one of its limits has left.
    /// @param unit `address(0)` is the native coin, 1 to 65,535 a counter
    /// @param requested base units or counts, saturating
    /// @param left base units or counts
    /// @custom:fix Spend less, wait for the next period, or renew the session.
    error SpendCapExceeded(address unit, uint256 requested, uint256 left);

    /// @notice The session has already spent in a later period of this limit.
    /// @param unit `address(0)` is the native coin, 1 to 65,535 a counter
    /// @param period index of the period that would be charged
    /// @param current index of the latest one charged
    /// @custom:fix Sign again with a deadline in the current period.
    error PeriodEnded(address unit, uint256 period, uint256 current);

    /// @notice The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has
    /// left.
    /// @param requested wei
    /// @param left wei
    /// @custom:fix Lower the gas limits or the fee, or renew the session.
    error GasBudgetExceeded(uint256 requested, uint256 left);

    /// @notice The operation names a paymaster that the policy does not.
    /// @param actual the operation's
    /// @param expected the policy's; 0 for none
    /// @custom:fix Use the policy's paymaster.
    error PaymasterNotAllowed(address actual, address expected);

    /// @notice Paymaster data is empty or at least `required` bytes.
    /// @param length in bytes
    /// @param required in bytes, inclusive
    /// @custom:fix Encode the paymaster's gas limits too.
    error PaymasterDataTooShort(uint256 length, uint256 required);

    /// @notice The policy does not let an operation take its gas from the principal.
    /// @custom:fix Use the policy's paymaster.
    error SelfPaymentNotAllowed();
}
