// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What a session key is refused with, on every route
/// @notice Each error carries the value that failed and the limit it broke. They are checked in this order: is the
/// session live, does the mode run, is every call in scope (call by call), are there calls, caps and gas left.
/// `index` is the position of the call in its batch, 0 for a single call. `word` is the head word of the argument,
/// counted from 0 behind the selector.
interface ISessionErrors {
    // --- the session ---------------------------------------------------------------------------------------------

    /// @notice The principal never registered this key. Also what a P-256 x coordinate off the curve is answered with.
    error SessionNotRegistered(address principal, address key);
    /// @notice The key was revoked, replaced, or has bowed out. It is dead for this principal for ever.
    error SessionAlreadyRevoked(address principal, address key);
    /// @notice The principal revoked all sessions, or uninstalled the module, since this one was registered.
    error SessionGenerationEnded(uint32 generation, uint32 current);
    /// @notice The window has not opened. Unix seconds; live from `validAfter`, inclusive.
    error SessionNotYetValid(uint48 validAfter, uint256 time);
    /// @notice The window has closed. Unix seconds; live until `validUntil`, inclusive.
    error SessionExpired(uint48 validUntil, uint256 time);
    /// @notice Routes `userOperation`, `direct` and `relayed` ask that `onInstall` ran after the last `onUninstall`.
    error ModuleNotInstalled(address principal);

    // --- the signature -------------------------------------------------------------------------------------------

    /// @notice A session signature is exactly `required` bytes: `[sessionPubKey, r, s, validUntil]`.
    error SignatureLengthInvalid(uint256 length, uint256 required);
    /// @notice Element 0 is neither an address nor a P-256 x coordinate below the field's order, or element 3, the
    /// deadline, has bits above 48.
    error SignatureElementNotCanonical(uint256 element, uint256 value);
    /// @notice The signed deadline is zero or later than the session's end. Unix seconds, inclusive.
    error DeadlineNotAllowed(uint256 deadline, uint48 validUntil);
    /// @notice The signed deadline has passed. Unix seconds; accepted until `deadline`, inclusive.
    error DeadlinePassed(uint256 deadline, uint256 time);
    /// @notice The signature is not the key's. On route `userOperation` this is returned, not reverted.
    error InvalidSessionSignature(address key);

    // --- the envelope --------------------------------------------------------------------------------------------

    /// @notice An account may only validate its own operations.
    error PrincipalMismatch(address sender, address caller);
    /// @notice The operation's `initCode` is neither empty nor the bare EIP-7702 marker.
    error InitCodeNotAllowed(uint256 length);
    /// @notice The operation calls something other than `execute(bytes32,bytes)`.
    error OperationSelectorNotAllowed(bytes4 selector);
    /// @notice A field of the operation lies outside the calldata; `pointer` is where it would stand.
    error OperationNotCanonical(uint256 pointer);
    /// @notice Only single and batch calls that revert on failure, with every other mode byte zero.
    error UnsupportedExecutionMode(bytes32 mode);
    /// @notice The execution calldata is not the canonical encoding of its calls; `position` is the byte at which it
    /// departs.
    error ExecutionNotCanonical(uint256 position);
    /// @notice A batch holds at least one call.
    error EmptyBatch();
    /// @notice Routes `userOperation`, `direct` and `relayed` need an account; this principal has no code.
    error PrincipalWithoutCode(address principal);
    /// @notice The account's answer is shorter than `bytes[]` can be, 64 bytes: it is no account, or its executor
    /// interface is off. Nothing ran, so nothing is consumed. In bytes.
    error PrincipalAnsweredNothing(address principal, uint256 length);
    /// @notice A session key has no code, neither at registration nor when it sends.
    error KeyHasCode(address key);
    /// @notice The relayer's nonce was used before.
    error NonceAlreadyUsed(address principal, address key, uint256 nonce);
    /// @notice Less gas than the key signed for would be passed on.
    error GasBelowMinimum(uint256 available, uint256 minGas);
    /// @notice Only the forwarder may consume for somebody else's call.
    error CallerNotForwarder(address caller, address forwarder);

    // --- the calls -----------------------------------------------------------------------------------------------

    /// @notice No policy can aim a session at the principal, at address 0, at Latchkey, its extension, its forwarder or
    /// an EntryPoint.
    error TargetForbidden(uint256 index, address target);
    /// @notice No permission matches.
    error CallNotAllowed(uint256 index, address target, bytes4 selector);
    /// @notice The permission is not one that its target may consume.
    error CallNotConsumable(uint256 index, address target, bytes4 selector);
    /// @notice The calldata is shorter than a selector or than the method's head, or longer than a token method's head.
    /// In bytes.
    error CalldataLengthNotAllowed(uint256 index, uint256 length, uint256 required);
    /// @notice More native value than the permission allows in one call. In wei, inclusive.
    error ValueNotAllowed(uint256 index, uint256 value, uint256 maxValue);
    /// @notice A rule on this word does not hold. For a rule on a hash, `actual` is the hash of the content.
    error ArgumentNotAllowed(uint256 index, uint256 word, bytes32 actual);
    /// @notice The word, or an element of the array it points to, has bits that its type does not have, or its
    /// pointer leads into the head or out of the calldata.
    error ArgumentNotCanonical(uint256 index, uint256 word, bytes32 actual);

    // --- the budgets ---------------------------------------------------------------------------------------------

    /// @notice More calls than the session has left.
    error SessionCallsExceeded(uint256 requested, uint256 left);
    /// @notice More of a token than its limit has left, in base units. `requested` saturates.
    error SpendCapExceeded(address token, uint256 requested, uint256 left);
    /// @notice The session has already spent in a later period of this limit.
    error PeriodEnded(address token, uint256 period, uint256 current);
    /// @notice The operation's highest possible cost, rounded up to a gwei, is more than the gas budget has left. In
    /// wei; `requested` saturates.
    error GasBudgetExceeded(uint256 requested, uint256 left);
    /// @notice The operation names a paymaster that the policy does not.
    error PaymasterNotAllowed(address actual, address expected);
    /// @notice Paymaster data is empty or at least `required` bytes.
    error PaymasterDataTooShort(uint256 length, uint256 required);
    /// @notice The policy does not let an operation take its gas from the principal.
    error SelfPaymentNotAllowed();
}
