// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title The tests of a rule, in the order of their codes
/// @notice What is signed is the text; the number stands in the stored form.
enum RuleTest {
    /// @dev `"is"`: the one value.
    IS,
    /// @dev `"is not"`: none of 1 to 32 values.
    IS_NOT,
    /// @dev `"is one of"`: one of 2 to 64 values.
    IS_ONE_OF,
    /// @dev `"is the principal"`: an `address`, or left-padded as `bytes32` or `uint256`. No values.
    IS_THE_PRINCIPAL,
    /// @dev `"is one of or the principal"`: one of 1 to 63 values, or the principal.
    IS_ONE_OF_OR_THE_PRINCIPAL,
    /// @dev `"is at least"`: at least the one value, inclusive; `intN` compares signed.
    IS_AT_LEAST,
    /// @dev `"is at most"`: at most the one value, inclusive; `intN` compares signed.
    IS_AT_MOST,
    /// @dev `"has the content"`: keccak256 of the content of `bytes`, `string` or an array `T[]` of one-word elements.
    HAS_THE_CONTENT,
    /// @dev `"has one of the contents"`: one of 2 to 32 such hashes.
    HAS_ONE_OF_THE_CONTENTS,
    /// @dev `"is at least at rate"`: argument * denominator >= per * numerator, in 512 bits.
    IS_AT_LEAST_AT_RATE,
    /// @dev `"is at most at rate"`: argument * denominator <= per * numerator, in 512 bits.
    IS_AT_MOST_AT_RATE
}
