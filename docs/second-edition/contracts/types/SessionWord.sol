// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title SessionWord
/// @notice A session in one word: what it is, and what it has left. Written by every use.
/// @dev From the top bit:
///
///   255          220 219      186 185    161 160 158 157      136 135  116 115       80 79               0
///  +----------------+------------+----------+-------+------------+--------+------------+-----------------+
///  | policy number  | validUntil | span     | flags | generation | calls  | gas        | inline spend    |
///  |             36 |         34 |       25 |     3 |         22 |     20 |         36 |              80 |
///  +----------------+------------+----------+-------+------------+--------+------------+-----------------+
///
///  policy number  creation nonce of the policy's code, from 1; 0 only in the tombstone of a key never registered
///  validUntil     unix seconds, inclusive
///  span           `validUntil - validAfter`, seconds, at most 31,535,999. The effective start `validUntil - span` is
/// the
///                 registration number
///  flags          bit 0 revoked, bit 1 swept, bit 2 zero
///  generation     the principal's when the session was registered, at most 2**22 - 2
///  calls          inner calls left
///  gas            gwei not yet reserved by operations
///  inline spend   base units spent of the policy's inline limit, at most its cap
library SessionWord {
    uint256 internal constant POLICY_NUMBER_SHIFT = 220;
    uint256 internal constant VALID_UNTIL_SHIFT = 186;
    uint256 internal constant SPAN_SHIFT = 161;
    uint256 internal constant REVOKED = 1 << 158;
    uint256 internal constant SWEPT = 1 << 159;
    uint256 internal constant GENERATION_SHIFT = 136;
    uint256 internal constant CALLS_SHIFT = 116;
    uint256 internal constant GAS_SHIFT = 80;
    uint256 internal constant INLINE_BITS = 80;
}
