// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Where a stored policy keeps what
/// @notice A policy is the code of a contract that does nothing, whose creation nonce is the policy's number. All
/// integers are big-endian.
/// @dev
///
///      0          STOP
///      1 ..  32   policyId
///     33 ..  64   app
///     65 ..  96   SettingsWord
///     97 .. 128   paymaster, right-aligned
///    129 ..       limits, two words each: `token (160) | period (32) | 0 (64)`, then `cap`
///        ..       permissions, one PermissionWord each, strictly ascending by key
///        ..       details of the permissions that have one, see PermissionWord
///
/// What validation reads of every policy runs from the settings word to the last permission word (the "hot" part); a
/// detail is copied when its permission is used.
library PolicyCode {
    uint256 internal constant ID_OFFSET = 1;
    uint256 internal constant APP_OFFSET = 33;
    /// @dev Byte at which the hot part starts; detail offsets count 32-byte words from here.
    uint256 internal constant HOT_OFFSET = 65;

    // Positions in the hot part, in bytes.
    uint256 internal constant SETTINGS = 0;
    uint256 internal constant PAYMASTER = 32;
    uint256 internal constant LIMITS = 64;
    uint256 internal constant LIMIT_SIZE = 64;

    /// @dev The address of the code that `store` creates at this nonce, which is at least 1 and below 2**40:
    /// keccak256(rlp([store, policyNumber])).
    function pointerOf(address store, uint256 policyNumber) internal pure returns (address pointer) {
        assembly ("memory-safe") {
            // A list's head, 20 bytes behind their head, and a number that is its own head below 0x80: at most 28
            // bytes, in the scratch space.
            let list := or(shl(240, 0xd694), shl(80, store))
            let size := 0
            switch lt(policyNumber, 0x80)
            case 1 {
                list := or(list, shl(72, policyNumber))
            }
            default {
                size := add(add(1, gt(policyNumber, 0xff)), add(gt(policyNumber, 0xffff), gt(policyNumber, 0xffffff)))
                size := add(size, gt(policyNumber, 0xffffffff))
                // Both heads count the number's bytes.
                list := add(list, or(shl(248, size), shl(72, add(0x80, size))))
                list := or(list, shl(sub(72, shl(3, size)), policyNumber))
            }
            mstore(0, list)
            pointer := shr(96, shl(96, keccak256(0, add(23, size))))
        }
    }

    /// @dev Bytes of the hot part.
    function hotSize(uint256 limitCount, uint256 permissionCount) internal pure returns (uint256) {
        unchecked {
            // Both counts are at most 16 bits wide.
            return LIMITS + limitCount * LIMIT_SIZE + permissionCount * 32;
        }
    }
}
