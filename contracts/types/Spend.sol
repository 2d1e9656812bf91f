// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Spend
/// @notice What one call takes from a unit: an argument or a constant. Drawn on every limit of the unit.
struct Spend {
    /// @dev A limited token (its address, at least 2**16) or a counter (1 to 65,535). Never the native coin, which the
    /// call's value draws by itself.
    address unit;
    /// @dev Path of a `uintN`; with `[*]` the sum. Empty for a constant.
    string argument;
    /// @dev The constant, in base units or counts, above 0; 0 where `argument` is not empty.
    uint128 amount;
    /// @dev The argument is multiplied by 10**scale before it is drawn: 0 to 30, and 0 unless the unit is a counter.
    uint8 scale;
}
