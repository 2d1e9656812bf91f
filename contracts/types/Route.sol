// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Route
/// @notice The ways to act.
enum Route {
    /// @dev An operation of the account, which an EntryPoint validates and runs.
    userOperation,
    /// @dev The key calls Latchkey, which calls through the account.
    direct,
    /// @dev Anyone brings the key's signature to Latchkey, which calls through the account.
    relayed,
    /// @dev The forwarder calls a contract with the principal appended (ERC-2771).
    forwarded,
    /// @dev The key calls a contract, which asks Latchkey.
    asked
}
