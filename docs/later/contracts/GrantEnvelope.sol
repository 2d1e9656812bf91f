// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

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
///      88    n    the principal's signature, 1 to 4,096 bytes
///
/// The grant's key is the key that signs; principal, nonce and chain are those of the call.
library GrantEnvelope {
    uint256 internal constant POLICY_ID = 1;
    uint256 internal constant POLICY_NUMBER = 33;
    uint256 internal constant VALID_AFTER = 38;
    uint256 internal constant VALID_UNTIL = 44;
    uint256 internal constant MAX_CALLS = 50;
    uint256 internal constant LANE = 54;
    uint256 internal constant REPLACES = 62;
    uint256 internal constant DEADLINE = 82;
    uint256 internal constant PRINCIPAL_SIGNATURE = 88;
}
