// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Status
/// @notice Where a session stands. The first that fits, from below: `Revoked` before `Expired` before `Pending` before
/// `Exhausted`.
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
