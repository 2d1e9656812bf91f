// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The account of a plain wallet
/// @notice What a wallet delegates to with EIP-7702. What `ISessionAccount7702` says today stays, under this name,
/// with what follows.
/// @dev A wallet with a foreign delegation first delegates to `address(0)`; in a later block (on a rollup: a later
/// block of its settlement layer) it delegates here and initialises in one transaction.
interface ILatchkeyAccount7702 {
    /// @notice The wallet has never called `initialize` since this code: until then it refuses Latchkey too.
    /// @custom:fix Call `initialize` in the transaction that delegates.
    error AccountNotInitialized();

    /// @notice Ends every session and every grant of the wallet through Latchkey (`revokeAllSessions`), forgets
    /// every module under a new epoch, and installs `module`. Called by the wallet itself or its EntryPoint.
    /// @dev `isModuleInstalled(..., Latchkey)` is: initialised here, and Latchkey's installed bit. The client
    /// registers again in the same transaction.
    /// @param module `address(0)` for none
    function initialize(address module) external;
}
