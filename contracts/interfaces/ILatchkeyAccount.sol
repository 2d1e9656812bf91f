// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The account
/// @notice An ERC-4337 account with ERC-7579 modules and one ECDSA owner. The owner signs the EntryPoint's operation
/// hash, as it is; the top 20 bytes of the nonce name the validator module, and name the owner if they are 0 or no
/// installed module. Latchkey, named while it is not installed, refuses. No module can take the owner's way in, so none
/// is ever the account's only means of control.
/// @dev ERC-1271: a signature that starts with an installed validator is that module's to judge; any other is the
/// owner's in the nested form of ERC-7739, so that it holds for this account alone.
interface ILatchkeyAccount {
    /// @notice Another key owns the account from now on. Emitted at creation too, from `address(0)`.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice The owner is 0, the account or its EntryPoint: none of them has a key.
    /// @custom:fix Name a wallet.
    error OwnerNotAllowed(address owner);
    /// @notice The account has an owner already.
    /// @custom:fix Change the owner with `transferOwnership`.
    error AccountAlreadyInitialized(address owner);
    /// @notice Only a minimal clone (ERC-1167) can be initialised: a wallet that delegates to this code with EIP-7702, which
    /// is meant for clones, stays nobody's. In bytes of code.
    /// @custom:fix Create the account with the factory; let a wallet delegate to the EIP-7702 form instead.
    error AccountNotClone(uint256 size, uint256 cloneSize);
    /// @notice The new owner has not signed that it accepts: it might have no key.
    /// @custom:fix Have it sign `AcceptOwnership`.
    error OwnershipNotAccepted(address newOwner);
    /// @notice Code that the account ran as its own wrote over the owner.
    /// @custom:fix Do not run that code.
    error OwnerOverwritten(address owner, address written);

    /// @notice Gives a new clone its owner and its module, once. The factory does it in the transaction that creates it.
    /// Reverts with `AccountAlreadyInitialized` or `AccountNotClone`.
    /// @param module installed as validator and as executor with empty data, Latchkey or another; `address(0)` for none
    function initialize(address owner_, address module) external;

    /// @notice Hands the account to another key. Called by the account itself or its EntryPoint.
    /// @dev Ownership can only be transferred here and never renounced; a delegatecall that overwrites the owner reverts.
    /// That guards against a slip. Code that the owner runs by delegatecall can still install an executor, which can call
    /// this function afterwards: never delegatecall code that is not trusted.
    /// @param acceptance the new owner's EIP-712 signature over `AcceptOwnership(address owner,address newOwner)` in the
    /// domain ("LatchkeyAccount", "1", chain, account), `owner` being the present one; 65 bytes
    function transferOwnership(address newOwner, bytes calldata acceptance) external;

    /// @notice The Latchkey that is built in: its own installed bit says whether it is installed, as both types or none.
    function LATCHKEY() external view returns (address);

    /// @notice Whose key signs for the account.
    function owner() external view returns (address);
}
