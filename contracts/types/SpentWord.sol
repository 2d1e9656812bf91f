// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What was spent of one limit that is not inline. Counts for one registration only: after a renewal the word
/// reads as untouched.
///
///   255            222 221       192 191                128 127                                0
///  +------------------+-------------+----------------------+-----------------------------------+
///  | registration  34 | 0        30 | period            64 | spent                         128 |
///  +------------------+-------------+----------------------+-----------------------------------+
///
///  registration  the session's effective start, unix seconds
///  period        index of the period that `spent` belongs to, `floor((t - origin) / limit.period)`; 0 for a lifetime
///  spent         base units, at most the cap
type SpentWord is uint256;

using SpentWords for SpentWord global;

/// @title Reading and writing what was spent
library SpentWords {
    uint256 private constant REGISTRATION_SHIFT = 222;
    uint256 private constant PERIOD_SHIFT = 128;

    function registration(SpentWord self) internal pure returns (uint48) {
        return uint48(SpentWord.unwrap(self) >> REGISTRATION_SHIFT);
    }

    function period(SpentWord self) internal pure returns (uint256) {
        return uint64(SpentWord.unwrap(self) >> PERIOD_SHIFT);
    }

    function spent(SpentWord self) internal pure returns (uint256) {
        return uint128(SpentWord.unwrap(self));
    }

    /// @dev `registration_` is below 2**34, `period_` below 2**64 and `spent_` at most a cap, below 2**128.
    function pack(uint256 registration_, uint256 period_, uint256 spent_) internal pure returns (SpentWord) {
        return SpentWord.wrap((registration_ << REGISTRATION_SHIFT) | (period_ << PERIOD_SHIFT) | spent_);
    }
}
