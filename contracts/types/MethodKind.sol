// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title MethodKind
/// @notice What a permission matches beside its target, in the order in which permissions of one target stand.
enum MethodKind {
    /// @dev `""`: empty calldata and a value above 0.
    NATIVE,
    /// @dev A selector.
    METHOD,
    /// @dev `"*"`: every selector that no other permission of the target and no row of the token table has.
    WILDCARD
}
