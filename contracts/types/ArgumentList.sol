// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title ArgumentList
/// @notice In which list of a permission a path stands; argument of the errors about paths.
enum ArgumentList {
    /// @dev `rules[].argument`.
    RULE,
    /// @dev `rules[].per`.
    RATE_SIDE,
    /// @dev `spends[].argument`.
    SPEND,
    /// @dev `inner[].argument`.
    INNER,
    /// @dev `open[]`.
    OPEN
}
