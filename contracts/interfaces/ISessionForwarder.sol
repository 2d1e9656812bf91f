// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Session keys for plain wallets
/// @notice Route `forwarded`: consumes a session of Latchkey, then calls the target with the principal appended, the
/// ERC-2771 form. Has no storage, funds, approvals or rights. The value is 0.
interface ISessionForwarder {
    /// @notice `data` is shorter than a selector: the principal's own bytes would be read as one.
    error ForwardedCalldataTooShort(uint256 length, uint256 required);
    /// @notice The target has no code.
    error TargetWithoutCode(address target);
    /// @notice The target does not answer `isTrustedForwarder(forwarder)` with exactly 1.
    error ForwarderNotTrusted(address target);
    /// @notice Less gas than the key signed for would be passed on.
    error ForwardedGasBelowMinimum(uint256 available, uint256 minGas);

    /// @notice The key calls `target` for `principal`. Called by the key.
    /// @return result what the target returned
    function forward(address principal, address target, bytes calldata data) external returns (bytes memory result);

    /// @notice The key calls `target` for `principal` through anyone, with its signature over `SessionForward`.
    /// @param nonce any number that (principal, key) has not used on this route or on `relayed`
    /// @param minGas least gas that is passed on to the target
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
    function LATCHKEY() external view returns (address);
}
