// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Loss
/// @notice The most that a session can still take of one unit.
struct Loss {
    /// @dev `address(0)` is the native coin; a counter stands apart from what is lost. Gas is counted apart.
    address unit;
    /// @dev Base units or counts, saturating at `type(uint256).max`: the least over the unit's limits.
    uint256 amount;
}
