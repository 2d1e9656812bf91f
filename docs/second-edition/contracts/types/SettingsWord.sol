// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title SettingsWord
/// @notice The settings of a stored policy.
/// @dev From the top bit:
///
///   255    224 223    192 191  172 171     136 135  134  132 131   128 127   124 123   120 119   104 103    88 87    0
/// +----------+----------+--------+-----------+----+--------+---------+---------+---------+---------+---------+-------+
/// | min      | max      | max    | gas       |self| 0      | limits  | native  | inline  | methods | permis- | 0     |
/// | duration | duration | calls  | budget    |paid|      3 |       4 | limits 4| limit 4 |      16 | sions 16|    88 |
/// |       32 |       32 |     20 | gwei   36 |  1 |        |         |         |         |         |         |       |
/// +----------+----------+--------+-----------+----+--------+---------+---------+---------+---------+---------+-------+
///
///  native limits  how many of the first limits are the native coin's
///  inline limit   position, from 1, of the first lifetime limit with a cap below 2**80; 0 if there is none
///  methods        words of the search index: distinct (target, kind, selector)
///  permissions    alternatives counted one by one
library SettingsWord {
    uint256 internal constant MIN_DURATION_SHIFT = 224;
    uint256 internal constant MAX_DURATION_SHIFT = 192;
    uint256 internal constant MAX_CALLS_SHIFT = 172;
    uint256 internal constant GAS_BUDGET_SHIFT = 136;
    uint256 internal constant SELF_PAID = 1 << 135;
    uint256 internal constant LIMITS_SHIFT = 128;
    uint256 internal constant NATIVE_LIMITS_SHIFT = 124;
    uint256 internal constant INLINE_LIMIT_SHIFT = 120;
    uint256 internal constant METHODS_SHIFT = 104;
    uint256 internal constant PERMISSIONS_SHIFT = 88;
}
