// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title secp256k1 signatures in the form of EIP-2098
/// @notice What `ECDSA.tryRecover` answers, without an address, an error and an encoding in between.
library Secp256k1Signatures {
    /// @dev Half the order of the curve: a higher s is refused.
    uint256 private constant HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Whether (r, vs) is the signature of `signer`, which is not 0, under `digest`.
    function isValid(address signer, bytes32 digest, bytes32 r, bytes32 vs) internal view returns (bool valid) {
        assembly ("memory-safe") {
            // The input stands in free memory and is not kept. The answer goes to the scratch space, which is cleared
            // because a recovery that fails answers nothing.
            let free := mload(0x40)
            let s := shr(1, shl(1, vs))
            mstore(free, digest)
            mstore(add(free, 0x20), add(27, shr(255, vs)))
            mstore(add(free, 0x40), r)
            mstore(add(free, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, free, 0x80, 0x00, 0x20))
            valid := and(eq(mload(0x00), shr(96, shl(96, signer))), iszero(gt(s, HALF_N)))
        }
    }
}
