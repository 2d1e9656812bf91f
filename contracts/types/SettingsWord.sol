// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The settings of a stored policy.
///
///   255    224 223    192 191  172 171     136 135  134  132 131   128 127   124 123   120 119   104 103    88 87    0
///  +----------+----------+--------+-----------+----+--------+---------+---------+---------+---------+---------+-------+
///  | min      | max      | max    | gas       |self| 0      | limits  | native  | inline  | methods | permis- | 0     |
///  | duration | duration | calls  | budget    |paid|      3 |       4 | limits 4| limit 4 |      16 | sions 16|    88 |
///  |       32 |       32 |     20 | gwei   36 |  1 |        |         |         |         |         |         |       |
///  +----------+----------+--------+-----------+----+--------+---------+---------+---------+---------+---------+-------+
///
///  native limits  how many of the first limits are the native coin's
///  inline limit   position, from 1, of the first lifetime limit with a cap below 2**80; 0 if there is none
///  methods        words of the search index: distinct (target, kind, selector)
///  permissions    alternatives counted one by one
type SettingsWord is uint256;

using SettingsWords for SettingsWord global;

/// @title Reading and writing a policy's settings
library SettingsWords {
    uint256 private constant MIN_DURATION_SHIFT = 224;
    uint256 private constant MAX_DURATION_SHIFT = 192;
    uint256 private constant MAX_CALLS_SHIFT = 172;
    uint256 private constant GAS_BUDGET_SHIFT = 136;
    uint256 private constant SELF_PAID = 1 << 135;
    uint256 private constant LIMITS_SHIFT = 128;
    uint256 private constant NATIVE_LIMITS_SHIFT = 124;
    uint256 private constant INLINE_LIMIT_SHIFT = 120;
    uint256 private constant METHODS_SHIFT = 104;
    uint256 private constant PERMISSIONS_SHIFT = 88;

    function minDuration(SettingsWord self) internal pure returns (uint256) {
        return SettingsWord.unwrap(self) >> MIN_DURATION_SHIFT;
    }

    function maxDuration(SettingsWord self) internal pure returns (uint256) {
        return uint32(SettingsWord.unwrap(self) >> MAX_DURATION_SHIFT);
    }

    function maxCalls(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> MAX_CALLS_SHIFT) & (2 ** 20 - 1);
    }

    /// @dev Gwei.
    function gasBudget(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> GAS_BUDGET_SHIFT) & (2 ** 36 - 1);
    }

    function isSelfPaid(SettingsWord self) internal pure returns (bool) {
        return SettingsWord.unwrap(self) & SELF_PAID != 0;
    }

    function limitCount(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> LIMITS_SHIFT) & 0xf;
    }

    /// @dev The native coin's limits are the first ones.
    function nativeLimits(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> NATIVE_LIMITS_SHIFT) & 0xf;
    }

    /// @dev From 1; 0 if there is none.
    function inlineLimit(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> INLINE_LIMIT_SHIFT) & 0xf;
    }

    function methodCount(SettingsWord self) internal pure returns (uint256) {
        return uint16(SettingsWord.unwrap(self) >> METHODS_SHIFT);
    }

    function permissionCount(SettingsWord self) internal pure returns (uint256) {
        return uint16(SettingsWord.unwrap(self) >> PERMISSIONS_SHIFT);
    }

    /// @dev Every argument is inside its width; the publisher checks that. `gasBudget_` in gwei.
    function pack(
        uint256 minDuration_,
        uint256 maxDuration_,
        uint256 maxCalls_,
        uint256 gasBudget_,
        bool selfPaid_,
        uint256 limitCount_,
        uint256 nativeLimits_,
        uint256 inlineLimit_,
        uint256 methodCount_,
        uint256 permissionCount_
    ) internal pure returns (SettingsWord) {
        return
            SettingsWord.wrap(
                (minDuration_ << MIN_DURATION_SHIFT) |
                    (maxDuration_ << MAX_DURATION_SHIFT) |
                    (maxCalls_ << MAX_CALLS_SHIFT) |
                    (gasBudget_ << GAS_BUDGET_SHIFT) |
                    (selfPaid_ ? SELF_PAID : 0) |
                    (limitCount_ << LIMITS_SHIFT) |
                    (nativeLimits_ << NATIVE_LIMITS_SHIFT) |
                    (inlineLimit_ << INLINE_LIMIT_SHIFT) |
                    (methodCount_ << METHODS_SHIFT) |
                    (permissionCount_ << PERMISSIONS_SHIFT)
            );
    }
}
