// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title DetailFlags
/// @notice The third byte of an alternative's detail, and the second of each of its spends.
library DetailFlags {
    uint256 internal constant CONSUMABLE = 1;
    /// @dev Two bits: `Trust`.
    uint256 internal constant TRUST_SHIFT = 1;
    /// @dev Bytes behind the encoding are let through.
    uint256 internal constant SUFFIX = 8;
    /// @dev The row sets an allowance: its amount becomes the credit of the spender in head word 0 ...
    uint256 internal constant APPROVES = 16;
    /// @dev ... or, on Permit2, in head word 1.
    uint256 internal constant SPENDER_IN_WORD_1 = 32;

    uint256 internal constant CONSTANT = 1;
    uint256 internal constant CREDITED = 2;
    uint256 internal constant OWN_ROW = 4;
}
