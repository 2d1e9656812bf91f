// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MethodKind} from "./MethodKind.sol";
import {Trust} from "./Trust.sol";

/// @dev One (target, method) of a stored policy. Words stand strictly ascending by their upper 200 bits, so that a call
/// finds its permission by binary search. From the top bit, with bit 55 saying which of two forms the lower 56 have:
///
///   255                 96 95   88 87       56 55
///  +----------------------+-------+-----------+----+
///  | target           160 | kind 8| selector  |form|
///  |                      |       |        32 |  1 |
///  +----------------------+-------+-----------+----+
///
///  plain (0): one permission without value, rules, inner and open, whose arguments are static and of which at most one
///  word is looked at
///
///   54          53   52 51    45 44    39 38     33 32    30 29    26 25         24      0
///  +-----------+-------+--------+--------+---------+--------+--------+-----------+--------+
///  | consum-   | trust | words  | word   | bytes   | first  | limits | credited  | 0      |
///  | able    1 |     2 |      7 |      6 |       6 | limit 3|      4 |         1 |     25 |
///  +-----------+-------+--------+--------+---------+--------+--------+-----------+--------+
///
///  detailed (1): one to eight alternatives, one behind the other
///
///   54        51 50                     32 31                16 15                 0
///  +------------+-------------------------+--------------------+--------------------+
///  | alterna-   | 0                       | size               | offset             |
///  | tives    4 |                      19 |                 16 |                 16 |
///  +------------+-------------------------+--------------------+--------------------+
///
///  kind      MethodKind; the selector is 0 unless it is METHOD
///  words     the calldata is exactly 4 + 32 * words bytes long; 0 to 64
///  word      head word that is looked at
///  bytes     it is below 2**(8 * bytes): 1 to 32; 0 if none is looked at
///  first limit, limits   the word is drawn on that many limits from that position, from 0; 0 limits draw nothing
///  credited  an approval of the same execution pays for it
///  size, offset          of all alternatives together, in bytes, from the code's first byte
type MethodWord is uint256;

using MethodWords for MethodWord global;

/// @title Reading and writing a method's word
library MethodWords {
    uint256 internal constant KEY_SHIFT = 56;

    uint256 private constant DETAILED = 1 << 55;
    uint256 private constant CONSUMABLE = 1 << 54;
    uint256 private constant TRUST_SHIFT = 52;
    uint256 private constant WORDS_SHIFT = 45;
    uint256 private constant WORD_SHIFT = 39;
    uint256 private constant BYTES_SHIFT = 33;
    uint256 private constant FIRST_LIMIT_SHIFT = 30;
    uint256 private constant LIMITS_SHIFT = 26;
    uint256 private constant CREDITED = 1 << 25;
    uint256 private constant ALTERNATIVES_SHIFT = 51;
    uint256 private constant SIZE_SHIFT = 16;

    /// @dev The 200 bits that words are sorted and found by.
    function keyOf(address target_, MethodKind kind_, bytes4 selector_) internal pure returns (uint256) {
        return (uint256(uint160(target_)) << 40) | (uint256(kind_) << 32) | uint256(uint32(selector_));
    }

    // --- both forms -----------------------------------------------------------------------------------------------

    function isEmpty(MethodWord self) internal pure returns (bool) {
        return MethodWord.unwrap(self) == 0;
    }

    function target(MethodWord self) internal pure returns (address) {
        return address(uint160(MethodWord.unwrap(self) >> 96));
    }

    function kind(MethodWord self) internal pure returns (MethodKind) {
        return MethodKind(uint8(MethodWord.unwrap(self) >> 88));
    }

    function selector(MethodWord self) internal pure returns (bytes4) {
        return bytes4(uint32(MethodWord.unwrap(self) >> KEY_SHIFT));
    }

    function isDetailed(MethodWord self) internal pure returns (bool) {
        return MethodWord.unwrap(self) & DETAILED != 0;
    }

    // --- plain ----------------------------------------------------------------------------------------------------

    function isConsumable(MethodWord self) internal pure returns (bool) {
        return MethodWord.unwrap(self) & CONSUMABLE != 0;
    }

    function trust(MethodWord self) internal pure returns (Trust) {
        return Trust((MethodWord.unwrap(self) >> TRUST_SHIFT) & 3);
    }

    function words(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> WORDS_SHIFT) & 0x7f;
    }

    function word(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> WORD_SHIFT) & 0x3f;
    }

    function wordBytes(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> BYTES_SHIFT) & 0x3f;
    }

    function firstLimit(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> FIRST_LIMIT_SHIFT) & 7;
    }

    function limits(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> LIMITS_SHIFT) & 0xf;
    }

    function isCredited(MethodWord self) internal pure returns (bool) {
        return MethodWord.unwrap(self) & CREDITED != 0;
    }

    // --- detailed -------------------------------------------------------------------------------------------------

    function alternatives(MethodWord self) internal pure returns (uint256) {
        return (MethodWord.unwrap(self) >> ALTERNATIVES_SHIFT) & 0xf;
    }

    /// @dev Bytes of all alternatives together.
    function size(MethodWord self) internal pure returns (uint256) {
        return uint16(MethodWord.unwrap(self) >> SIZE_SHIFT);
    }

    /// @dev Byte of the code at which the first alternative starts.
    function offset(MethodWord self) internal pure returns (uint256) {
        return uint16(MethodWord.unwrap(self));
    }

    // --- writing --------------------------------------------------------------------------------------------------

    /// @dev Every argument is inside its width; the publisher checks that.
    function packPlain(
        uint256 key,
        bool consumable_,
        Trust trust_,
        uint256 words_,
        uint256 word_,
        uint256 wordBytes_,
        uint256 firstLimit_,
        uint256 limits_,
        bool credited_
    ) internal pure returns (MethodWord) {
        return
            MethodWord.wrap(
                (key << KEY_SHIFT) |
                    (consumable_ ? CONSUMABLE : 0) |
                    (uint256(trust_) << TRUST_SHIFT) |
                    (words_ << WORDS_SHIFT) |
                    (word_ << WORD_SHIFT) |
                    (wordBytes_ << BYTES_SHIFT) |
                    (firstLimit_ << FIRST_LIMIT_SHIFT) |
                    (limits_ << LIMITS_SHIFT) |
                    (credited_ ? CREDITED : 0)
            );
    }

    /// @dev A plain word's draw, paid for by an approval.
    function withCredit(MethodWord self) internal pure returns (MethodWord) {
        return MethodWord.wrap(MethodWord.unwrap(self) | CREDITED);
    }

    /// @dev Every argument is inside its width; the publisher checks that.
    function packDetailed(
        uint256 key,
        uint256 alternatives_,
        uint256 size_,
        uint256 offset_
    ) internal pure returns (MethodWord) {
        return
            MethodWord.wrap(
                (key << KEY_SHIFT) | DETAILED | (alternatives_ << ALTERNATIVES_SHIFT) | (size_ << SIZE_SHIFT) | offset_
            );
    }
}
