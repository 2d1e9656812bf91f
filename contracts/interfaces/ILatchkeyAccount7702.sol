// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The account of a plain wallet
/// @notice What a wallet delegates to with EIP-7702: an ERC-4337 account with ERC-7579 modules whose owner is the wallet's
/// own key, for ever. Storage is namespaced (ERC-7201).
/// @dev ERC-1271: a signature that starts with an installed validator is that module's to judge; any other is the
/// wallet's own, as it is: the signer is the account, so there is no second account it could be replayed on.
///
/// Another delegate can have written anything anywhere in the wallet's storage. Modules are therefore kept under an epoch
/// that only `initialize` draws, from the hash of the latest block: what was planted before that block is under another
/// epoch and dead. Delegate and initialise in one transaction: until `initialize`, what another delegate planted under
/// the epoch of before is installed.
///
/// Code that runs as the wallet in the block of `initialize` can compute the epoch and plant a module under it. A wallet
/// that comes from a delegate it does not trust therefore first delegates to `address(0)`, and in a later block delegates
/// here and initialises in one transaction.
///
/// Latchkey is built in: its own installed bit says whether it is installed, as both types or none. Sessions and grants
/// from before end with `initialize`, and before the first one the account refuses Latchkey.
interface ILatchkeyAccount7702 {
    /// @notice A new epoch began: every module installed or planted before is forgotten.
    event AccountInitialized(bytes32 indexed epoch, address indexed module);

    /// @notice The wallet has never called `initialize`.
    /// @custom:fix Call `initialize` from the wallet.
    error AccountNotInitialized();

    /// @notice Ends every session and grant of the wallet in Latchkey, forgets every module, and installs `module` as
    /// validator and executor. Called by the wallet itself or its
    /// EntryPoint, after each delegation; again to be rid of modules that will not let themselves be uninstalled.
    /// @dev `onUninstall` of what is forgotten is not called, but for Latchkey's.
    /// @param module `address(0)` for none; `onInstall` is called with empty data, once per type
    function initialize(address module) external;

    /// @notice The Latchkey that is built in.
    function LATCHKEY() external view returns (address);

    /// @notice The epoch of the installed modules; 0 before the first `initialize`.
    function epoch() external view returns (bytes32);
}
