// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {SIGNATURE_SIZE} from "../types/Bounds.sol";

/// @title GrantEnvelope
/// @notice What follows the 128 bytes of a session signature where the grant is brought on first use. Its only
/// encoding: fixed fields, big-endian, then the principal's signature to the last byte.
/// @dev
///
///  offset  bytes  field
///       0      1  0, or 1 if the grant's `publicKey` is the signing P-256 key's point; otherwise it is empty
///       1     32  policyId
///      33      5  policy number on this chain
///      38      6  validAfter, unix seconds, not 0
///      44      6  validUntil, unix seconds
///      50      4  maxCalls
///      54      8  lane
///      62     20  replaces
///      82      6  deadline of the grant, unix seconds, inclusive
///      88    n    the principal's signature over `RegisterSession`, 1 to 4,096 bytes
///
/// The grant's key is the key that signs; principal, nonce and chain are those of the call.
library GrantEnvelope {
    /// @dev Bytes of a session signature with the shortest and the longest envelope, inclusive.
    uint256 internal constant MIN_SIZE = SIGNATURE_SIZE + PRINCIPAL_SIGNATURE + 1;
    uint256 internal constant MAX_SIZE = SIGNATURE_SIZE + PRINCIPAL_SIGNATURE + 4_096;

    uint256 private constant PRINCIPAL_SIGNATURE = 88;

    /// @dev Requires four elements and nothing, or an envelope, behind them.
    /// @return isThere whether there is an envelope
    function requireLength(bytes calldata signature) internal pure returns (bool isThere) {
        uint256 length = signature.length;
        isThere = length != SIGNATURE_SIZE;
        if (!isThere || (length >= MIN_SIZE && length <= MAX_SIZE)) return isThere;
        revert ISessionErrors.SignatureLengthInvalid(length, length < MIN_SIZE ? SIGNATURE_SIZE : MAX_SIZE);
    }

    /// @dev Whether the grant's `publicKey` is that of the signing key, which `isPoint` says to be one of P-256.
    function hasPublicKey(bytes calldata signature, bool isPoint) internal pure returns (bool has) {
        uint256 value = _field(signature, 0, 1);
        has = value != 0;
        if (value > 1 || (has && !isPoint)) revert ISessionErrors.SignatureElementNotCanonical(4, value);
    }

    function policyId(bytes calldata signature) internal pure returns (bytes32) {
        return bytes32(_field(signature, 1, 32));
    }

    /// @dev Below 2**40.
    function policyNumber(bytes calldata signature) internal pure returns (uint256) {
        return _field(signature, 33, 5);
    }

    function validAfter(bytes calldata signature) internal pure returns (uint48) {
        return uint48(_field(signature, 38, 6));
    }

    function validUntil(bytes calldata signature) internal pure returns (uint48) {
        return uint48(_field(signature, 44, 6));
    }

    function maxCalls(bytes calldata signature) internal pure returns (uint32) {
        return uint32(_field(signature, 50, 4));
    }

    function lane(bytes calldata signature) internal pure returns (uint64) {
        return uint64(_field(signature, 54, 8));
    }

    function replaces(bytes calldata signature) internal pure returns (address) {
        return address(uint160(_field(signature, 62, 20)));
    }

    /// @dev Of the grant.
    function deadline(bytes calldata signature) internal pure returns (uint48) {
        return uint48(_field(signature, 82, 6));
    }

    function principalSignature(bytes calldata signature) internal pure returns (bytes calldata) {
        return signature[SIGNATURE_SIZE + PRINCIPAL_SIGNATURE:];
    }

    /// @dev `size` bytes, 1 to 32, as a number.
    function _field(bytes calldata signature, uint256 offset, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            // `requireLength` has checked that the envelope is there.
            value := shr(shl(3, sub(32, size)), calldataload(add(signature.offset, add(SIGNATURE_SIZE, offset))))
        }
    }
}
