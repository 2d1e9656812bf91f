// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The settings of a stored policy.
///
///   255    224 223    192 191   160 159      80 79     72 71    64 63     56 55    48 47          32 31      0
///  +----------+----------+---------+-----------+---------+--------+---------+--------+--------------+---------+
///  | min      | max      | max     | gas       | self    | limits | native  | inline | permissions  | 0       |
///  | duration | duration | calls   | budget 80 | paid  8 |      8 | limit 8 |limit 8 |           16 |      32 |
///  +----------+----------+---------+-----------+---------+--------+---------+--------+--------------+---------+
///
///  native limit   position of the native coin's limit, from 1; 0 if there is none
///  inline limit   position of the first lifetime limit with a cap below 2**80, from 1, whose spend is counted in the
///                 session's own words; 0 if there is none
type SettingsWord is uint256;

using SettingsWords for SettingsWord global;

/// @title Reading and writing a policy's settings
library SettingsWords {
    function minDuration(SettingsWord self) internal pure returns (uint256) {
        return SettingsWord.unwrap(self) >> 224;
    }

    function maxDuration(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 192) & type(uint32).max;
    }

    function maxCalls(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 160) & type(uint32).max;
    }

    function gasBudget(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 80) & type(uint80).max;
    }

    function isSelfPaid(SettingsWord self) internal pure returns (bool) {
        return (SettingsWord.unwrap(self) >> 72) & 0xff != 0;
    }

    function limitCount(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 64) & 0xff;
    }

    function nativeLimit(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 56) & 0xff;
    }

    function inlineLimit(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 48) & 0xff;
    }

    function permissionCount(SettingsWord self) internal pure returns (uint256) {
        return (SettingsWord.unwrap(self) >> 32) & type(uint16).max;
    }

    /// @dev Every argument is inside its width; the publisher checks that.
    function pack(
        uint256 minDuration_,
        uint256 maxDuration_,
        uint256 maxCalls_,
        uint256 gasBudget_,
        bool selfPaid_,
        uint256 limitCount_,
        uint256 nativeLimit_,
        uint256 inlineLimit_,
        uint256 permissionCount_
    ) internal pure returns (SettingsWord) {
        return
            SettingsWord.wrap(
                (minDuration_ << 224) |
                    (maxDuration_ << 192) |
                    (maxCalls_ << 160) |
                    (gasBudget_ << 80) |
                    (uint256(selfPaid_ ? 1 : 0) << 72) |
                    (limitCount_ << 64) |
                    (nativeLimit_ << 56) |
                    (inlineLimit_ << 48) |
                    (permissionCount_ << 32)
            );
    }
}
