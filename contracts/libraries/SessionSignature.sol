// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {P256Signatures} from "./P256Signatures.sol";

/// @title A session key's signature
/// @notice Exactly four 32-byte elements `[sessionPubKey, r, s, validUntil]`, read from calldata where they stand.
/// @dev
///
///       0 ..  31   secp256k1: the key, left-padded; P-256: the x of its point, from 2**160 on
///      32 ..  63   r
///      64 ..  95   low s; in the top bit the parity, of `v` (EIP-2098) or of the point's y
///      96 .. 127   the deadline that was signed: unix seconds, inclusive
library SessionSignature {
    /// @dev The bit of element 2 that holds a parity.
    bytes32 internal constant PARITY = bytes32(uint256(1) << 255);

    /// @dev Of the first 128 bytes, which the caller has checked to be there. Requires a key that is an address or an x below the field's order, and a deadline without bits
    /// above its type. Who the key is, is for its session and its signature to show.
    /// @return key an address, or the hash of x and y
    /// @return validUntil the deadline
    /// @return x of a P-256 key; 0 for secp256k1
    /// @return y of a P-256 key; 0 for secp256k1
    function decode(
        bytes calldata signature
    ) internal view returns (address key, uint48 validUntil, bytes32 x, bytes32 y) {
        uint256 first;
        uint256 last;
        bool isOdd;
        assembly ("memory-safe") {
            // Inside the 128 bytes that are there.
            first := calldataload(signature.offset)
            isOdd := shr(255, calldataload(add(signature.offset, 64)))
            last := calldataload(add(signature.offset, 96))
        }
        if (last >> 48 != 0 || first >= P256Signatures.P) {
            if (first >= P256Signatures.P) revert ISessionErrors.SignatureElementNotCanonical(0, first);
            revert ISessionErrors.SignatureElementNotCanonical(3, last);
        }
        if (first >> 160 == 0) {
            key = address(uint160(first));
        } else {
            x = bytes32(first);
            (key, y) = P256Signatures.keyOf(first, isOdd);
        }
        validUntil = uint48(last);
    }

    /// @dev Elements 1 and 2 of a signature that `decode` has accepted.
    function rs(bytes calldata signature) internal pure returns (bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            // Inside the 128 bytes that `decode` has checked to be there.
            r := calldataload(add(signature.offset, 32))
            s := calldataload(add(signature.offset, 64))
        }
    }
}
