// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The first of a stored limit's two words; the second is its cap.
///
///   255                         96 95             64 63          62                 0
///  +------------------------------+-----------------+-------------+------------------+
///  | unit                     160 | period       32 | from start 1| 0             63 |
///  +------------------------------+-----------------+-------------+------------------+
///
/// Limits of one unit stand side by side, so a draw names the first of them and how many there are.
type LimitWord is uint256;

using LimitWords for LimitWord global;

/// @title Reading and writing a limit's word
library LimitWords {
    uint256 private constant UNIT_SHIFT = 96;
    uint256 private constant PERIOD_SHIFT = 64;
    uint256 private constant FROM_START = 1 << 63;

    function unit(LimitWord self) internal pure returns (address) {
        return address(uint160(LimitWord.unwrap(self) >> UNIT_SHIFT));
    }

    /// @dev Seconds; 0 for a lifetime limit.
    function period(LimitWord self) internal pure returns (uint256) {
        return uint32(LimitWord.unwrap(self) >> PERIOD_SHIFT);
    }

    /// @dev Whether periods are counted from the session's start, not from 1970.
    function isFromStart(LimitWord self) internal pure returns (bool) {
        return LimitWord.unwrap(self) & FROM_START != 0;
    }

    function pack(address unit_, uint256 period_, bool fromStart_) internal pure returns (LimitWord) {
        return
            LimitWord.wrap(
                (uint256(uint160(unit_)) << UNIT_SHIFT) | (period_ << PERIOD_SHIFT) | (fromStart_ ? FROM_START : 0)
            );
    }
}
