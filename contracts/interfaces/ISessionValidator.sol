// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";

/// @title The ERC-7579 validator and executor module
/// @notice Route `userOperation`. Installed as both module types. Installing ignores its data and revives nothing;
/// uninstalling either half kills every session of the account and clears the installed bit. Neither ever reverts.
/// @dev The operation's signature may carry an envelope, which registers the session in validation: grant on first
/// use.
interface ISessionValidator is IERC7579Validator {
    /// @notice What `validateUserOp` hands an operation with an envelope to: registers the session, then goes
    /// on.
    /// @dev Stands in the extension. Asks `msg.sender == userOp.sender` as `validateUserOp` does, so that
    /// nobody but the account reaches it; called outside an EntryPoint it does no more than the account may do
    /// to its own sessions.
    /// @param userOp the operation
    /// @param userOpHash the EntryPoint's hash of it
    /// @return validationData as ERC-4337 packs it; 1 if the key's signature is wrong
    function validateFirstUse(
        PackedUserOperation calldata userOp,
        bytes32 userOpHash
    ) external returns (uint256 validationData);

    /// @notice Whether `onInstall` ran after the last `onUninstall`.
    /// @dev Not a sign of ownership: this module must never be an account's only validator.
    /// @param account the account
    /// @return initialized the installed bit
    function isInitialized(address account) external view returns (bool initialized);
}
