// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title LimitWord
/// @notice A limit of a stored policy, in two words: this one and its cap.
/// @dev `unit (160) | period (32) | from start (1) | 0 (63)`, then `0 (128) | cap (128)`. Limits of one unit stand side by
/// side, so a spend names the first of them and how many there are.
library LimitWord {
    uint256 internal constant UNIT_SHIFT = 96;
    uint256 internal constant PERIOD_SHIFT = 64;
    uint256 internal constant FROM_START = 1 << 63;
}
