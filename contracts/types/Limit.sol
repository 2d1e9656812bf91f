// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Limit
/// @notice How much of one unit a session may spend, over all permissions, methods and routes.
struct Limit {
    /// @dev `address(0)` is the native coin, 1 to 65,535 a counter that only this policy gives a meaning, anything
    /// above a fungible token.
    address unit;
    /// @dev Base units, or counts of a counter, per period, inclusive.
    uint128 cap;
    /// @dev Seconds; 0 for the session's lifetime, else at least 60. Period n covers
    /// `[origin + n * period, origin + (n + 1) * period)`.
    uint32 period;
    /// @dev Whether the origin is the session's effective start; otherwise it is the unix epoch. False for a lifetime.
    bool fromStart;
}
