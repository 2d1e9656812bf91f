// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Limit} from "./Policy.sol";

/// @dev In `replaces`: whoever lives in the lane may be ended. Nobody can hold this address's key.
address constant ANY_KEY = 0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF;

/// @notice What a principal signs or sends to register or renew a session.
struct Grant {
    /// @dev The session key, at least 2**16. A secp256k1 key is its own address, a P-256 key is
    /// `address(uint160(uint256(keccak256(abi.encode(x, y)))))`.
    address key;
    /// @dev Empty, or `abi.encode(x, y)`, 64 bytes, a point of P-256 that hashes to `key`. Nothing is stored of it: it
    /// goes into the event and lets funding refuse a key that cannot send.
    bytes publicKey;
    bytes32 policyId;
    /// @dev Unix seconds, inclusive; 0 for the moment of registration, otherwise any time up to `validUntil`, the past
    /// included. The effective start is the session's registration number.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive; below 2**34 and not 0.
    uint48 validUntil;
    /// @dev 1 .. the policy's `maxCalls`, inclusive. Every inner call counts.
    uint32 maxCalls;
    /// @dev At most one live session per (principal, app, lane).
    uint64 lane;
    /// @dev Who may be ended in that lane: a key, `ANY_KEY` for whoever lives there, `address(0)` for nobody alive.
    address replaces;
}

/// @notice One call to be made for the principal.
struct Call {
    address target;
    /// @dev Wei.
    uint256 value;
    bytes data;
}

/// @notice Where a session stands. Of several that fit: `Revoked` before `Expired` before `Pending` before `Exhausted`.
enum Status {
    /// @dev Never registered.
    None,
    /// @dev Before `validAfter`.
    Pending,
    /// @dev Live, with calls left.
    Active,
    /// @dev After `validUntil`.
    Expired,
    /// @dev No calls left.
    Exhausted,
    /// @dev Revoked, replaced, deactivated by its key, or of an ended generation.
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
    Limit limit;
    /// @dev Base units left now; 0 once the session is dead or expired.
    uint256 left;
    /// @dev Unix seconds at which the next period starts; 0 if none does within the window.
    uint48 refillsAt;
}

/// @notice Everything a screen shows of one session.
struct SessionState {
    Status status;
    /// @dev Unix seconds, inclusive: the effective start.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive.
    uint48 validUntil;
    /// @dev 0 for a key that was never registered.
    bytes32 policyId;
    /// @dev The effective start of the latest registration, unix seconds; part of every session digest.
    uint48 registration;
    /// @dev What the registration asked for cannot be told from storage; this is the policy's bound.
    uint32 maxCalls;
    /// @dev Inner calls; 0 once dead or expired.
    uint32 callsLeft;
    /// @dev Wei not yet reserved by an operation; 0 once dead or expired.
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
