// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Rule
/// @notice A condition on one argument, written so that a wallet that knows nothing of Latchkey can show it.
struct Rule {
    /// @dev A path (`"0.4"`, `"1[*]"`, `"1[0]:2"`, `"1.length"`) or `"value"`, the call's native value in wei.
    string argument;
    /// @dev One of the eleven texts of `RuleTest`, byte for byte.
    string test;
    /// @dev The other side of a rate: a path or `"value"`; empty for every other test.
    string per;
    /// @dev Values for an `address`, strictly ascending; otherwise empty.
    address[] addresses;
    /// @dev Values for a `uintN`, an `intN`, a `bool` (0 or 1), a length or `"value"`, strictly ascending; numerator
    /// and denominator of a rate, positive and in lowest terms; otherwise empty.
    int256[] numbers;
    /// @dev Values for a `bytesN` or `function` (left-aligned), and keccak256 of contents, strictly ascending;
    /// otherwise empty.
    bytes32[] words;
}
