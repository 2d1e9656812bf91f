// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title P-256 signatures through the precompile or what stands in for it
library P256Signatures {
    /// @dev EIP-7951.
    address internal constant PRECOMPILE = address(0x100);
    /// @dev The order of the field.
    uint256 internal constant P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff;
    /// @dev The curve's constant b; a is -3.
    uint256 private constant _B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b;
    /// @dev Half of the order of the curve, rounded down.
    uint256 private constant _HALF_N = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @dev The key whose point has this x, below `P`, and a y of this parity. For an x that no point has, y is none of
    /// the curve's: the address is one that no point hashes to, and no signature is valid under it.
    function keyOf(uint256 x, bool isOdd) internal view returns (address key, bytes32 y) {
        uint256 p = P;
        uint256 b = _B;
        assembly ("memory-safe") {
            // The input of one modular exponentiation (0x05), behind the free memory pointer and not kept: three
            // lengths, then (x**3 - 3x + b) ** ((p + 1) / 4) mod p. It fails without gas alone, and y is 0 then.
            let free := mload(0x40)
            mstore(free, 0x20)
            mstore(add(free, 0x20), 0x20)
            mstore(add(free, 0x40), 0x20)
            mstore(add(free, 0x60), addmod(mulmod(addmod(mulmod(x, x, p), sub(p, 3), p), x, p), b, p))
            mstore(add(free, 0x80), shr(2, add(p, 1)))
            mstore(add(free, 0xa0), p)
            mstore(0x20, 0)
            pop(staticcall(gas(), 0x05, free, 0xc0, 0x20, 0x20))
            y := mload(0x20)
            if xor(and(y, 1), isOdd) {
                y := sub(p, y)
            }
            // Both coordinates in the scratch space.
            mstore(0x00, x)
            mstore(0x20, y)
            key := shr(96, shl(96, keccak256(0x00, 0x40)))
        }
    }

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

    /// @dev Whether `verifier` answers a valid signature with 1 and a wrong one otherwise: code, or its absence at a
    /// precompile, says nothing.
    function isVerifier(address verifier) internal view returns (bool) {
        return _probe(verifier, 1) && !_probe(verifier, 2);
    }

    /// @dev A known signature is valid with an `s` of 1 alone.
    function _probe(address verifier, uint256 s) private view returns (bool) {
        return
            isValid(
                verifier,
                0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023,
                bytes32(uint256(5)),
                bytes32(s),
                0xa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac957,
                0x5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b
            );
    }
}
