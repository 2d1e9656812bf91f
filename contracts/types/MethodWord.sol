// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title MethodWord
/// @notice One (target, method) of a stored policy. Words stand strictly ascending by their upper 200 bits, so that a
/// call
/// finds its permission by binary search.
/// @dev From the top bit, with bit 55 saying which of two forms the lower 56 have:
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
library MethodWord {
    uint256 internal constant KEY_SHIFT = 56;
    uint256 internal constant DETAILED = 1 << 55;
    uint256 internal constant CONSUMABLE = 1 << 54;
    uint256 internal constant TRUST_SHIFT = 52;
    uint256 internal constant WORDS_SHIFT = 45;
    uint256 internal constant WORD_SHIFT = 39;
    uint256 internal constant BYTES_SHIFT = 33;
    uint256 internal constant FIRST_LIMIT_SHIFT = 30;
    uint256 internal constant LIMITS_SHIFT = 26;
    uint256 internal constant CREDITED = 1 << 25;
    uint256 internal constant ALTERNATIVES_SHIFT = 51;
    uint256 internal constant SIZE_SHIFT = 16;
}
