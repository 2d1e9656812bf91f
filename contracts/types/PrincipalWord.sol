// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LAST_GENERATION} from "./Bounds.sol";

/// @dev What a principal is to Latchkey.
///
///   255                                87   86  85                 22 21                 0
///  +-------------------------------------+----+---------------------+--------------------+
///  | 0                               169 |  1 | grant nonce      64 | generation      22 |
///  +-------------------------------------+----+---------------------+--------------------+
///
///  bit 86       installed: `onInstall` ran after the last `onUninstall`
///  grant nonce  of the next grant that the principal signs
///  generation   raised by `revokeAllSessions` and by uninstalling; stays at the last one, in which nothing can be
///               registered
type PrincipalWord is uint256;

using PrincipalWords for PrincipalWord global;

/// @title Reading and writing a principal's word
library PrincipalWords {
    uint256 private constant NONCE_SHIFT = 22;
    uint256 private constant INSTALLED = 1 << 86;

    function generation(PrincipalWord self) internal pure returns (uint32) {
        return uint32(PrincipalWord.unwrap(self) & LAST_GENERATION);
    }

    function nonce(PrincipalWord self) internal pure returns (uint64) {
        return uint64(PrincipalWord.unwrap(self) >> NONCE_SHIFT);
    }

    function isInstalled(PrincipalWord self) internal pure returns (bool) {
        return PrincipalWord.unwrap(self) & INSTALLED != 0;
    }

    function installed(PrincipalWord self) internal pure returns (PrincipalWord) {
        return PrincipalWord.wrap(PrincipalWord.unwrap(self) | INSTALLED);
    }

    function uninstalled(PrincipalWord self) internal pure returns (PrincipalWord) {
        return PrincipalWord.wrap(PrincipalWord.unwrap(self) & ~INSTALLED);
    }

    /// @dev Raises the grant nonce. 2**64 signatures are out of reach.
    function nextNonce(PrincipalWord self) internal pure returns (PrincipalWord) {
        unchecked {
            return PrincipalWord.wrap(PrincipalWord.unwrap(self) + (1 << NONCE_SHIFT));
        }
    }

    /// @dev Raises the grant nonce, and the generation unless it is the last. Never reverts.
    function nextGeneration(PrincipalWord self) internal pure returns (PrincipalWord) {
        unchecked {
            uint256 word = PrincipalWord.unwrap(self.nextNonce());
            return PrincipalWord.wrap(word & LAST_GENERATION == LAST_GENERATION ? word : word + 1);
        }
    }
}
