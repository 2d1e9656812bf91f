// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title SpentWord
/// @notice What was spent of one limit that is not inline. Counts for one registration only: after a renewal it reads
/// as
/// untouched.
/// @dev From the top bit:
///
///   255            222 221       192 191                128 127                                0
///  +------------------+-------------+----------------------+-----------------------------------+
///  | registration  34 | 0        30 | period            64 | spent                         128 |
///  +------------------+-------------+----------------------+-----------------------------------+
///
///  registration  the session's effective start, unix seconds
///  period        index of the period that `spent` belongs to: `floor((t - origin) / limit.period)`; 0 for a lifetime
///  spent         base units, at most the cap
library SpentWord {
    uint256 internal constant REGISTRATION_SHIFT = 222;
    uint256 internal constant PERIOD_SHIFT = 128;
    uint256 internal constant SPENT_BITS = 128;
}
