// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a principal signs or sends to register a session.
struct Grant {
    /// @dev The session key. A secp256k1 key is its own address, a P-256 key is
    /// `address(uint160(uint256(keccak256(abi.encode(x, y)))))`.
    address key;
    /// @dev Empty for secp256k1; `abi.encode(x, y)`, 64 bytes, for P-256.
    bytes publicKey;
    bytes32 policyId;
    /// @dev Unix seconds, inclusive; 0 for the moment of registration, otherwise in the future.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive; below 2**47.
    uint48 validUntil;
    /// @dev 1 .. the policy's `maxCalls`, inclusive. Every inner call counts.
    uint32 maxCalls;
    /// @dev At most one live session per (principal, app, lane).
    uint64 lane;
    /// @dev The key expected in that lane; `address(0)` for none.
    address replaces;
}

/// @notice One call to be made for the principal.
struct Call {
    address target;
    /// @dev Wei.
    uint256 value;
    bytes data;
}

/// @notice Where a session stands.
enum Status {
    None,
    Pending,
    Active,
    Expired,
    Exhausted,
    Revoked
}

/// @notice The ways to act.
enum Route {
    userOperation,
    direct,
    relayed,
    forwarded,
    asked
}

/// @notice What is left of one limit.
struct LimitState {
    /// @dev `address(0)` is the native coin.
    address token;
    /// @dev Base units.
    uint128 cap;
    /// @dev Seconds; 0 for the session's lifetime.
    uint32 period;
    /// @dev Base units left now.
    uint256 left;
    /// @dev Unix seconds at which the next period starts; 0 for a lifetime limit.
    uint256 refillsAt;
}

/// @notice Everything a screen shows of one session.
struct SessionState {
    Status status;
    /// @dev Unix seconds, inclusive.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive.
    uint48 validUntil;
    bytes32 policyId;
    /// @dev Raised by every registration and renewal of this key; part of every session digest.
    uint32 registration;
    uint32 callsLeft;
    /// @dev Wei not yet reserved by an operation.
    uint256 gasLeft;
    LimitState[] limits;
}

/// @notice The most that a session can still take of one token.
struct Loss {
    /// @dev `address(0)` is the native coin; gas is counted apart.
    address token;
    /// @dev Base units, saturating at `type(uint256).max`.
    uint256 amount;
}
