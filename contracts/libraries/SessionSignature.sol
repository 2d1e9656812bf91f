// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";

/// @title A session key's signature
/// @notice Exactly four 32-byte elements `[sessionPubKey, r, s, validUntil]`, read from calldata where they stand.
/// @dev
///
///       0 ..  31   key, left-padded
///      32 ..  63   r
///      64 ..  95   s; secp256k1: the parity of `v` in the top bit (EIP-2098); P-256: low-s
///      96 .. 127   the deadline that was signed: unix seconds, inclusive
library SessionSignature {
    uint256 internal constant LENGTH = 128;

    /// @dev Requires the length, and a key and a deadline without bits above their types.
    function decode(bytes calldata signature) internal pure returns (address key, uint48 validUntil) {
        if (signature.length != LENGTH) {
            revert ISessionErrors.SignatureLengthInvalid(signature.length, LENGTH);
        }
        uint256 first;
        uint256 last;
        assembly ("memory-safe") {
            // Inside the 128 bytes that were just checked to be there.
            first := calldataload(signature.offset)
            last := calldataload(add(signature.offset, 96))
        }
        if (first >> 160 != 0) revert ISessionErrors.SignatureElementNotCanonical(0, first);
        if (last >> 48 != 0) revert ISessionErrors.SignatureElementNotCanonical(3, last);
        return (address(uint160(first)), uint48(last));
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
