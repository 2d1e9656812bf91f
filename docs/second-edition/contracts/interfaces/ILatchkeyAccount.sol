// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The account
/// @notice An ERC-4337 account with ERC-7579 modules and one ECDSA owner. What `ISessionAccount` says today stays,
/// under this name, with what follows.
/// @dev Latchkey stands in the code: the account asks no list for it, Latchkey asks its own installed bit.
interface ILatchkeyAccount {
    /// @notice `initialize` works in a fresh ERC-1167 clone only (45 bytes of code): a wallet that delegates to
    /// the implementation by mistake is nobody's.
    /// @param account the account
    /// @custom:fix Use the EIP-7702 form.
    error AccountNotClone(address account);

    /// @notice The owner is 0, the account or its EntryPoint: none of them has a key.
    /// @param owner as given
    /// @custom:fix Name a wallet.
    error OwnerNotAllowed(address owner);

    /// @notice The account has an owner already.
    /// @param owner the present one
    /// @custom:fix Use `transferOwnership`.
    error AccountAlreadyInitialized(address owner);

    /// @notice Gives a new clone its owner and its module, once. The factory does it in the transaction that
    /// creates it.
    /// @param owner whose key signs for the account
    /// @param module installed as validator and as executor with empty data; `address(0)` for none
    function initialize(address owner, address module) external;
}
