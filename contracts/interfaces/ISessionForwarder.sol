// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Session keys for plain wallets
/// @notice Route `forwarded`: consumes a session of Latchkey, then calls the target with the principal appended,
/// the ERC-2771 form. Has no storage, funds, approvals or rights. The value is 0.
interface ISessionForwarder {
    /// @notice `data` is shorter than a selector: the principal's own bytes would be read as one.
    /// @param length in bytes
    /// @param required in bytes, inclusive
    /// @custom:fix Name a method.
    error ForwardedCalldataTooShort(uint256 length, uint256 required);

    /// @notice The target has no code.
    /// @param target the called contract
    /// @custom:fix Check the address and the chain.
    error TargetWithoutCode(address target);

    /// @notice The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.
    /// @param target the called contract
    /// @custom:fix Ask the target's owner to trust the forwarder, or use another route.
    error ForwarderNotTrusted(address target);

    /// @notice Less gas than the key signed for would be passed on.
    /// @param available gas that would be passed on
    /// @param minGas least gas that is passed on, inclusive
    /// @custom:fix Send the transaction with a higher gas limit.
    error ForwardedGasBelowMinimum(uint256 available, uint256 minGas);

    /// @notice The key calls `target` for `principal`. Called by the key, which has no code.
    /// @param principal who delegates
    /// @param target the called contract
    /// @param data the call's whole calldata
    /// @return result what the target returned
    function forward(address principal, address target, bytes calldata data) external returns (bytes memory result);

    /// @notice The key calls `target` for `principal` through anyone, with its signature over `SessionForward`.
    /// @param principal who delegates
    /// @param target the called contract
    /// @param data the call's whole calldata
    /// @param nonce any number that (principal, key) has not used on a signed route
    /// @param minGas least gas that is passed on, inclusive
    /// @param signature `[sessionPubKey, r, s, validUntil]`
    /// @return result what the target returned
    function forwardBySig(
        address principal,
        address target,
        bytes calldata data,
        uint256 nonce,
        uint256 minGas,
        bytes calldata signature
    ) external returns (bytes memory result);

    /// @notice The contract whose sessions are forwarded.
    /// @return latchkey the sibling
    function LATCHKEY() external view returns (address latchkey);
}
