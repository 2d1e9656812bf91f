// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Where a contract's creations stand
/// @notice An address follows from the creator and the nonce of the creation: Latchkey's siblings find each other by
/// it, and a policy's code is found by the policy's number.
library Creations {
    // Nonces of Latchkey's siblings, in the order in which their deployer makes them.
    uint256 internal constant FORWARDER = 1;
    uint256 internal constant P256_VERIFIER = 2;
    uint256 internal constant POLICY_ENCODER = 3;
    uint256 internal constant POLICY_STORE = 4;
    uint256 internal constant EXTENSION = 5;
    uint256 internal constant ENTRANCE = 6;
    uint256 internal constant LATCHKEY = 7;

    /// @dev keccak256(rlp([creator, nonce])), for a nonce of at least 1 and below 2**40.
    function addressOf(address creator, uint256 nonce) internal pure returns (address creation) {
        assembly ("memory-safe") {
            // A list's head, 20 bytes behind their head, and a number that is its own head below 0x80: at most 28
            // bytes, in the scratch space.
            let list := or(shl(240, 0xd694), shl(80, creator))
            let size := 0
            switch lt(nonce, 0x80)
            case 1 {
                list := or(list, shl(72, nonce))
            }
            default {
                size := add(add(1, gt(nonce, 0xff)), add(gt(nonce, 0xffff), gt(nonce, 0xffffff)))
                size := add(size, gt(nonce, 0xffffffff))
                // Both heads count the number's bytes.
                list := add(list, or(shl(248, size), shl(72, add(0x80, size))))
                list := or(list, shl(sub(72, shl(3, size)), nonce))
            }
            mstore(0, list)
            creation := shr(96, shl(96, keccak256(0, add(23, size))))
        }
    }
}
