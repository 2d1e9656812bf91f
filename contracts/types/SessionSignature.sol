// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";

/// @dev A session key's signature: exactly four 32-byte elements `[sessionPubKey, r, s, validUntil]`.
struct SessionSignature {
    /// @dev The key, left-padded.
    address key;
    bytes32 r;
    /// @dev secp256k1: the parity of `v` in the top bit (EIP-2098). P-256: low-s.
    bytes32 s;
    /// @dev The deadline that was signed: unix seconds, inclusive.
    uint48 validUntil;
}

/// @title Decoding a session signature
library SessionSignatures {
    uint256 internal constant LENGTH = 128;

    function decode(bytes calldata signature) internal pure returns (SessionSignature memory decoded) {
        if (signature.length != LENGTH) {
            revert ISessionErrors.SignatureLengthInvalid(signature.length, LENGTH);
        }
        uint256 key = uint256(bytes32(signature[0:32]));
        uint256 validUntil = uint256(bytes32(signature[96:128]));
        if (key >> 160 != 0) revert ISessionErrors.SignatureElementNotCanonical(0, key);
        if (validUntil >> 48 != 0) revert ISessionErrors.SignatureElementNotCanonical(3, validUntil);
        decoded.key = address(uint160(key));
        decoded.r = bytes32(signature[32:64]);
        decoded.s = bytes32(signature[64:96]);
        decoded.validUntil = uint48(validUntil);
    }
}
