// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A session: what it is, and what it has left. Written by registration and by every use.
///
///   255          220 219      186 185    161 160 158 157      136 135  116 115       80 79               0
///  +----------------+------------+----------+-------+------------+--------+------------+-----------------+
///  | policy number  | validUntil | span     | flags | generation | calls  | gas        | inline spend    |
///  |             36 |         34 |       25 |     3 |         22 |     20 |         36 |              80 |
///  +----------------+------------+----------+-------+------------+--------+------------+-----------------+
///
///  policy number  creation nonce of the policy's code, from 1; 0 only in the tombstone of a key that was never
///                 registered
///  validUntil     unix seconds, inclusive
///  span           `validUntil - validAfter`, seconds. The effective start is the registration number
///  flags          bit 0 revoked, bit 1 swept, bit 2 zero
///  generation     the principal's when the session was registered
///  calls          inner calls left
///  gas            gwei not yet reserved by operations
///  inline spend   base units spent of the policy's inline limit
type SessionWord is uint256;

using SessionWords for SessionWord global;

/// @title Reading and writing a session's word
library SessionWords {
    uint256 internal constant REVOKED = 1 << 158;
    uint256 internal constant SWEPT = 1 << 159;
    uint256 internal constant INLINE_BITS = 80;

    uint256 private constant VALID_UNTIL_BITS = 34;
    uint256 private constant NUMBER_SHIFT = 220;
    uint256 private constant VALID_UNTIL_SHIFT = 186;
    uint256 private constant SPAN_SHIFT = 161;
    uint256 private constant GENERATION_SHIFT = 136;
    uint256 private constant CALLS_SHIFT = 116;
    uint256 private constant GAS_SHIFT = 80;

    function policyNumber(SessionWord self) internal pure returns (uint256) {
        return SessionWord.unwrap(self) >> NUMBER_SHIFT;
    }

    function validUntil(SessionWord self) internal pure returns (uint48) {
        return uint48((SessionWord.unwrap(self) >> VALID_UNTIL_SHIFT) & (2 ** VALID_UNTIL_BITS - 1));
    }

    function validAfter(SessionWord self) internal pure returns (uint48) {
        unchecked {
            // The span is never longer than validUntil.
            return uint48(uint256(self.validUntil()) - ((SessionWord.unwrap(self) >> SPAN_SHIFT) & (2 ** 25 - 1)));
        }
    }

    /// @dev What is signed and what is spent counts for one start alone.
    function registration(SessionWord self) internal pure returns (uint48) {
        return self.validAfter();
    }

    function generation(SessionWord self) internal pure returns (uint32) {
        return uint32((SessionWord.unwrap(self) >> GENERATION_SHIFT) & (2 ** 22 - 1));
    }

    function calls(SessionWord self) internal pure returns (uint32) {
        return uint32((SessionWord.unwrap(self) >> CALLS_SHIFT) & (2 ** 20 - 1));
    }

    function gas(SessionWord self) internal pure returns (uint256) {
        return (SessionWord.unwrap(self) >> GAS_SHIFT) & (2 ** 36 - 1);
    }

    function inlineSpend(SessionWord self) internal pure returns (uint256) {
        return SessionWord.unwrap(self) & (2 ** INLINE_BITS - 1);
    }

    function isEmpty(SessionWord self) internal pure returns (bool) {
        return SessionWord.unwrap(self) == 0;
    }

    function isRevoked(SessionWord self) internal pure returns (bool) {
        return SessionWord.unwrap(self) & REVOKED != 0;
    }

    /// @dev Not revoked and of this generation; true of an empty word in generation 0.
    function isAlive(SessionWord self, uint256 generation_) internal pure returns (bool) {
        uint256 word = SessionWord.unwrap(self);
        return ((word >> GENERATION_SHIFT) ^ generation_) & ((REVOKED >> GENERATION_SHIFT) | (2 ** 22 - 1)) == 0;
    }

    function isSwept(SessionWord self) internal pure returns (bool) {
        return SessionWord.unwrap(self) & SWEPT != 0;
    }

    function with(SessionWord self, uint256 flag) internal pure returns (SessionWord) {
        return SessionWord.wrap(SessionWord.unwrap(self) | flag);
    }

    /// @dev Takes calls and gwei off and adds to the spend; the caller has checked that each stays inside its width.
    function use(SessionWord self, uint256 calls_, uint256 gas_, uint256 spend) internal pure returns (SessionWord) {
        unchecked {
            return SessionWord.wrap(SessionWord.unwrap(self) - (calls_ << CALLS_SHIFT) - (gas_ << GAS_SHIFT) + spend);
        }
    }

    /// @dev Every argument is inside its width, and `validAfter_` at most 2**25 - 1 seconds before `validUntil_`.
    function pack(
        uint256 number_,
        uint256 validAfter_,
        uint256 validUntil_,
        uint256 generation_,
        uint256 calls_,
        uint256 gas_
    ) internal pure returns (SessionWord) {
        unchecked {
            return
                SessionWord.wrap(
                    (number_ << NUMBER_SHIFT) |
                        (validUntil_ << VALID_UNTIL_SHIFT) |
                        ((validUntil_ - validAfter_) << SPAN_SHIFT) |
                        (generation_ << GENERATION_SHIFT) |
                        (calls_ << CALLS_SHIFT) |
                        (gas_ << GAS_SHIFT)
                );
        }
    }
}
