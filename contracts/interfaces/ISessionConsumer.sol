// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What a dApp's contract asks
/// @notice Route `asked`: a contract that polices its own methods for session keys.
interface ISessionConsumer {
    /// @notice Checks and writes one call of `key` for `principal` to the calling contract.
    /// @dev The target is `msg.sender`; selector and rules come from `data`; the value is 0. Only a permission marked
    /// `consumable` matches. The key has no code.
    /// @param data the calldata that the calling contract executes
    function consumeSession(address principal, address key, bytes calldata data) external;

    /// @notice Whether the session is live AND its policy lets the calling contract consume it.
    /// @dev The answer is for `msg.sender` only: a key of another dApp is never valid here. Consumes nothing: a contract
    /// that uses this view alone enforces neither calls, caps, rules nor methods.
    function isValidFor(address key, address principal) external view returns (bool);
}
