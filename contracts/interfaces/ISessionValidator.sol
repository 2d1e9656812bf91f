// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";

/// @title The ERC-7579 validator and executor module
/// @notice Route `userOperation`. Installed as both module types. Installing ignores its data and revives nothing;
/// uninstalling either half kills every session of the account and clears the installed bit. Neither ever reverts.
interface ISessionValidator is IERC7579Validator {
    /// @notice Whether `onInstall` ran after the last `onUninstall`.
    /// @dev Not a sign of ownership: this module must never be an account's only validator.
    /// @param account the account
    /// @return initialized the installed bit
    function isInitialized(address account) external view returns (bool initialized);
}
