// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {P256Signatures} from "../libraries/P256Signatures.sol";
import {Secp256k1Signatures} from "../libraries/Secp256k1Signatures.sol";
import {SessionSignature} from "../libraries/SessionSignature.sol";
import {Admission, PolicyEngine} from "./PolicyEngine.sol";

/// @title What a session key signs
/// @notice Common to the routes that others carry for the key.
abstract contract KeySignatures is PolicyEngine {
    /// @dev Whether the session's key signed `structHash`. High-s, zero elements and a failed recovery are "no".
    function _isSignedByKey(
        Admission memory admission,
        bytes32 structHash,
        bytes calldata signature
    ) internal view returns (bool) {
        (bytes32 r, bytes32 s) = SessionSignature.rs(signature);
        bytes32 digest = _digestOf(structHash);
        if (admission.x != 0) {
            // WebCrypto, which keeps keys that cannot be exported, signs nothing but the SHA-256 of its input.
            bytes32 hash = sha256(abi.encodePacked(digest));
            s &= ~SessionSignature.PARITY;
            return P256Signatures.isValid(_p256Verifier(), hash, r, s, admission.x, admission.y);
        }
        return Secp256k1Signatures.isValid(admission.key, digest, r, s);
    }

    /// @dev The precompile, or what stands in for it on this chain.
    function _p256Verifier() internal view virtual returns (address);
}
