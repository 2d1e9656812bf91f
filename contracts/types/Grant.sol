// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Grant
/// @notice What a principal signs or sends to register or renew a session.
struct Grant {
    /// @dev The session key, at least 2**16. A secp256k1 key is its own address, a P-256 key is
    /// `address(uint160(uint256(keccak256(abi.encode(x, y)))))`.
    address key;
    /// @dev Empty, or `abi.encode(x, y)`, 64 bytes, a point of P-256 that hashes to `key`. Nothing is stored of it: it
    /// goes into the event and lets funding refuse a key that cannot send.
    bytes publicKey;
    /// @dev The policy's EIP-712 `hashStruct`, published on this chain.
    bytes32 policyId;
    /// @dev Unix seconds, inclusive; 0 for the moment of registration; otherwise any time up to `validUntil`, the past
    /// included. The effective start is the session's registration number.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive; below 2**34 and not 0.
    uint48 validUntil;
    /// @dev 1 to the policy's `maxCalls`, inclusive. Every inner call counts.
    uint32 maxCalls;
    /// @dev At most one live session per (principal, app, lane).
    uint64 lane;
    /// @dev Who may be ended in that lane: a key, `ANY_KEY` for whoever lives there, `address(0)` for nobody alive.
    address replaces;
}
