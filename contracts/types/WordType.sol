// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev How a value of a one-word ABI type fills its word, in one byte: `class (2) | N (6)`.
///
///  class 0   unsigned, N bytes, right-aligned: `uint(8N)`; `address` is N = 20
///  class 1   signed, N bytes, sign-extended: `int(8N)`
///  class 2   N bytes, left-aligned: `bytesN`; `function` is N = 24
///  class 3   `bool`, N = 1: 0 or 1
///
/// N is 1..32. The whole byte 0 stands for "no element": the content of `bytes` and `string`.
type WordType is uint8;

using WordTypes for WordType global;

/// @title Whether a word is a clean value of its type
library WordTypes {
    uint8 internal constant UNSIGNED = 0x00;
    uint8 internal constant SIGNED = 0x40;
    uint8 internal constant LEFT = 0x80;
    WordType internal constant NONE = WordType.wrap(0);
    WordType internal constant BOOL = WordType.wrap(0xc1);
    WordType internal constant ADDRESS = WordType.wrap(20);

    /// @dev Whether `word` has no bits that the type does not have.
    function isCanonical(WordType self, uint256 word) internal pure returns (bool) {
        uint256 class = WordType.unwrap(self) >> 6;
        uint256 size = WordType.unwrap(self) & 0x3f;
        if (class == 0) return size == 32 || word >> (size * 8) == 0;
        if (class == 1) {
            uint256 extended;
            assembly ("memory-safe") {
                extended := signextend(sub(size, 1), word)
            }
            return extended == word;
        }
        if (class == 2) return size == 32 || word << (size * 8) == 0;
        return word < 2;
    }
}
