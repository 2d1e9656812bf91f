// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title What a dApp's contract asks
/// @notice Route `asked`: a contract that polices its own methods for session keys.
interface ISessionConsumer {
    /// @notice Checks and writes one call of `key` for `principal` to the calling contract.
    /// @dev The target is `msg.sender`, the value 0. Only a permission marked `consumable` matches. The key has
    /// no code. Calldata may carry a suffix where the permission serves this route alone.
    /// @param principal who delegates
    /// @param key the session key
    /// @param data the call's whole calldata
    function consumeSession(address principal, address key, bytes calldata data) external;

    /// @notice Whether the session is live AND its policy lets the calling contract consume it.
    /// @dev Consumes nothing: a contract that uses this view alone enforces neither calls, caps, rules nor
    /// methods.
    /// @param key the session key
    /// @param principal who delegates
    /// @return valid for `msg.sender` only
    function isValidFor(address key, address principal) external view returns (bool valid);
}
