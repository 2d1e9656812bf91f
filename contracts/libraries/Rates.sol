// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MemoryWords} from "./MemoryWords.sol";

/// @title Rates
/// @notice Compares two numbers at a rate, without rounding.
library Rates {
    using MemoryWords for uint256;

    /// @param rate points to a rate of a type program: 68 bytes, its kind in the third, numerator and denominator behind
    /// the fourth
    /// @return whether `argument * denominator` is at least, or at most, `per * numerator`
    function isMet(uint256 argument, uint256 per, uint256 rate) internal pure returns (bool) {
        (uint256 numerator, uint256 denominator) = (rate.wordAt(4), rate.wordAt(36));
        if ((argument | per | numerator | denominator) >> 128 == 0) {
            unchecked {
                // Products of what is below 2**128.
                (argument, per) = (argument * denominator, per * numerator);
            }
            return rate.byteAt(2) == 0 ? argument >= per : argument <= per;
        }
        (uint256 ownHigh, uint256 ownLow) = Math.mul512(argument, denominator);
        (uint256 high, uint256 low) = Math.mul512(per, numerator);
        bool isBelow = ownHigh < high || (ownHigh == high && ownLow < low);
        if (rate.byteAt(2) == 0) return !isBelow;
        return isBelow || (ownHigh == high && ownLow == low);
    }
}
