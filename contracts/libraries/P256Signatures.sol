// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title P-256 signatures through the precompile or what stands in for it
library P256Signatures {
    /// @dev EIP-7951.
    address internal constant PRECOMPILE = address(0x100);
    /// @dev Half of the order of the curve, rounded down.
    uint256 private constant _HALF_N = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @dev Whether (r, s) signs `hash` under the point (x, y). High-s, which the precompile takes, is "no".
    function isValid(
        address verifier,
        bytes32 hash,
        bytes32 r,
        bytes32 s,
        bytes32 x,
        bytes32 y
    ) internal view returns (bool valid) {
        if (uint256(s) > _HALF_N) return false;
        assembly ("memory-safe") {
            // The input stands behind the free memory pointer and is not kept; the answer goes to the scratch space,
            // which is cleared because an invalid signature is answered with nothing.
            let free := mload(0x40)
            mstore(free, hash)
            mstore(add(free, 0x20), r)
            mstore(add(free, 0x40), s)
            mstore(add(free, 0x60), x)
            mstore(add(free, 0x80), y)
            mstore(0x00, 0)
            let success := staticcall(gas(), verifier, free, 0xa0, 0x00, 0x20)
            valid := and(success, eq(mload(0x00), 1))
        }
    }

    /// @dev Whether the chain verifies P-256 itself: it answers a valid signature with 1 and a wrong one otherwise. Never
    /// detectable by code.
    function isNative() internal view returns (bool) {
        return _probe(1) && !_probe(2);
    }

    /// @dev A known signature is valid with an `s` of 1 alone.
    function _probe(uint256 s) private view returns (bool) {
        return
            isValid(
                PRECOMPILE,
                0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023,
                bytes32(uint256(5)),
                bytes32(s),
                0xa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac957,
                0x5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b
            );
    }
}
