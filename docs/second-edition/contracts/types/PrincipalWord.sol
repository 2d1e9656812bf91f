// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title PrincipalWord
/// @notice What a principal is to Latchkey.
/// @dev From the top bit:
///
///   255                                87   86  85                 22 21                 0
///  +-------------------------------------+----+---------------------+--------------------+
///  | 0                               169 |  1 | grant nonce      64 | generation      22 |
///  +-------------------------------------+----+---------------------+--------------------+
///
///  bit 86       installed: `onInstall` ran after the last `onUninstall`
///  grant nonce  of the next grant that the principal signs for this chain
///  generation   raised by `revokeAllSessions` and by uninstalling; stays at 2**22 - 1, in which nothing can be
/// registered
library PrincipalWord {
    uint256 internal constant INSTALLED = 1 << 86;
    uint256 internal constant NONCE_SHIFT = 22;
    uint256 internal constant GENERATION_MASK = 2 ** 22 - 1;
}
