// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Creates accounts at addresses known before
/// @notice Each account is a minimal clone (ERC-1167) of one implementation. Its address follows from owner, module, salt
/// and this factory; so nobody can create your account with another owner or another module in it. No owner, no funds, no
/// rights over what it creates.
/// @dev As an ERC-4337 factory inside an operation it is not staked, and an unstaked factory may not touch a module's
/// storage: pass no module there and install it in the operation's own calls.
interface ILatchkeyAccountFactory {
    /// @notice An account was created.
    event AccountCreated(address indexed account, address indexed owner, address module, bytes32 salt);

    /// @notice There is no EntryPoint at this address.
    /// @custom:fix Name the EntryPoint of this chain.
    error EntryPointWithoutCode(address entryPoint);
    /// @notice There is no Latchkey at this address.
    /// @custom:fix Name the Latchkey of this chain.
    error LatchkeyWithoutCode(address latchkey);

    /// @notice Creates an account; if it is there already, only says where.
    /// @dev Reverts with what the account's `initialize` or the module's `onInstall` reverts with.
    /// @param owner the key that will sign for the account
    /// @param module installed as validator and as executor, with empty data; `address(0)` for none
    /// @param salt any number, to have more than one account
    function createAccount(address owner, address module, bytes32 salt) external returns (address account);

    /// @notice Where the account is or would be.
    function accountAddress(address owner, address module, bytes32 salt) external view returns (address account);

    /// @notice What the accounts are clones of. Nobody can use it as an account itself.
    function IMPLEMENTATION() external view returns (address);

    /// @notice The EntryPoint of every account created here.
    function ENTRY_POINT() external view returns (address);

    /// @notice The Latchkey that is built into every account created here.
    function LATCHKEY() external view returns (address);
}
