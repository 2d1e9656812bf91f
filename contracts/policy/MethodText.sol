// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {MAX_HEAD_WORDS, MAX_METHOD_LENGTH} from "../types/Policy.sol";
import {WordType, WordTypes} from "../types/WordType.sol";

/// @dev What one head word of a method holds: `kind (8) | word type (8)`.
type HeadWord is uint256;

using HeadWords for HeadWord global;

/// @title Reading a head word
library HeadWords {
    /// @dev A `uintN`.
    uint256 internal constant UINT = 0;
    /// @dev An `address`, whose word type is that of `uint160`.
    uint256 internal constant ADDRESS = 1;
    /// @dev Every other one-word type.
    uint256 internal constant WORD = 2;
    /// @dev A pointer to `bytes` or `string`; the word type is `NONE`.
    uint256 internal constant CONTENT = 3;
    /// @dev A pointer to a dynamic array of one-word elements of that word type.
    uint256 internal constant ARRAY = 4;
    /// @dev A pointer to anything else; nothing can be bound to it.
    uint256 internal constant OTHER = 5;

    function make(uint256 kind_, WordType wordType_) internal pure returns (HeadWord) {
        return HeadWord.wrap((kind_ << 8) | WordType.unwrap(wordType_));
    }

    function kind(HeadWord self) internal pure returns (uint256) {
        return HeadWord.unwrap(self) >> 8;
    }

    function wordType(HeadWord self) internal pure returns (WordType) {
        return WordType.wrap(uint8(HeadWord.unwrap(self)));
    }

    function isUint(HeadWord self) internal pure returns (bool) {
        return kind(self) == UINT;
    }

    function isAddress(HeadWord self) internal pure returns (bool) {
        return kind(self) == ADDRESS;
    }

    function isStatic(HeadWord self) internal pure returns (bool) {
        return kind(self) < CONTENT;
    }

    /// @dev Whether a rule on a hash can bind the content.
    function isHashable(HeadWord self) internal pure returns (bool) {
        return kind(self) == CONTENT || kind(self) == ARRAY;
    }
}

/// @title The text of a method
/// @notice Reads `name(type,…)`: an ASCII identifier and canonical ABI types, no spaces and no aliases. Types are
/// `uintN`, `intN`, `address`, `bool`, `bytes`, `bytesN`, `string`, `function`, tuples of at least one type, and fixed
/// and dynamic arrays of any of them. Numbers have no leading zero.
/// @dev One pass from left to right, without recursion. The position in an error is that of the first byte that cannot
/// stand there: the first digit of a number out of range, the first letter of an unknown type, the byte behind the text
/// if it ends too early, the first byte of the parameter that does not fit into the head.
///
/// The types of the head are written while the text is read. A tuple is only known to be dynamic when it ends: until
/// then its words are written as if it were part of the head, and are then given up for the one word of its pointer.
library MethodText {
    /// @dev Working memory, used again for every text: the head words; one word per open tuple,
    /// `first head word << 1 | is dynamic`; the text and at least 32 bytes of zeros.
    uint256 private constant OPEN_TUPLES = MAX_HEAD_WORDS;
    uint256 private constant TEXT = OPEN_TUPLES + MAX_METHOD_LENGTH;
    uint256 private constant SCRATCH_WORDS = TEXT + 9;

    uint256 private constant OPENING = 0x28; // (
    uint256 private constant CLOSING = 0x29; // )
    uint256 private constant COMMA = 0x2c; // ,
    uint256 private constant ZERO = 0x30; // 0
    uint256 private constant OPENING_BRACKET = 0x5b; // [
    uint256 private constant CLOSING_BRACKET = 0x5d; // ]

    /// @dev Bit n is set if byte n may stand in an identifier: `$`, digits, letters, `_`.
    uint256 private constant IDENTIFIER = 0x07fffffe87fffffe03ff001000000000;
    /// @dev The same without digits.
    uint256 private constant IDENTIFIER_START = 0x07fffffe87fffffe0000001000000000;

    /// @dev Numbers and products above this are as good as this: no array of that many words fits into a head.
    uint256 private constant MANY = 1 << 32;

    function newScratch() internal pure returns (uint256[] memory) {
        return new uint256[](SCRATCH_WORDS);
    }

    /// @dev Reverts with `UnsafeMethod(index, position)`.
    /// @param scratch working memory from `newScratch`; holds the head words afterwards, see `headWord`
    /// @return hash keccak256 of the text; its first four bytes are the selector
    /// @return words head words, at most 64
    function parse(
        uint256[] memory scratch,
        bytes calldata text,
        uint256 index
    ) internal pure returns (bytes32 hash, uint256 words) {
        if (text.length > MAX_METHOD_LENGTH) revert IPolicyStore.UnsafeMethod(index, MAX_METHOD_LENGTH);
        uint256 start = 32 + TEXT * 32;
        assembly ("memory-safe") {
            // The text area is MAX_METHOD_LENGTH + 32 bytes and more. Zeros behind the text end it: no byte of a valid
            // text is zero, so whatever reads a word at or before the end reads nothing left from another text.
            start := add(scratch, start)
            calldatacopy(start, text.offset, text.length)
            mstore(add(start, text.length), 0)
            hash := keccak256(start, text.length)
        }
        words = _parse(scratch, start, text.length, index);
    }

    /// @dev Head word `word` of the text that was parsed last; `word` is below its number of head words.
    function headWord(uint256[] memory scratch, uint256 word) internal pure returns (HeadWord) {
        return HeadWord.wrap(_get(scratch, word));
    }

    function _parse(
        uint256[] memory scratch,
        uint256 start,
        uint256 length,
        uint256 index
    ) private pure returns (uint256 words) {
        unchecked {
            // A text has at most 255 bytes: at most that many open tuples, and counts below 255 * MANY.
            uint256 at = _afterIdentifier(start, index);
            uint256 parameter = at;
            // The first open tuple is the list of parameters.
            uint256 open = OPEN_TUPLES;
            if (_byteAt(at) == CLOSING) {
                if (at + 1 - start != length) _fail(at + 1, start, index);
                return 0;
            }
            while (true) {
                if (_byteAt(at) == OPENING) {
                    _set(scratch, open++, words << 1);
                    ++at;
                    continue;
                }
                HeadWord word;
                (word, at) = _elementary(at, start, index);
                uint256 first = words;
                bool isDynamic = !word.isStatic();
                _put(scratch, words++, word);

                // What follows a type: array brackets, the end of a tuple or of the text, or a comma.
                while (true) {
                    uint256 next = _byteAt(at++);
                    if (open == OPEN_TUPLES && (next == COMMA || next == CLOSING)) {
                        if (words > MAX_HEAD_WORDS) _fail(parameter, start, index);
                        if (next == CLOSING) {
                            if (at - start != length) _fail(at, start, index);
                            return words;
                        }
                        parameter = at;
                        break;
                    }
                    if (next == COMMA) {
                        if (isDynamic) _set(scratch, open - 1, _get(scratch, open - 1) | 1);
                        break;
                    }
                    if (next == CLOSING) {
                        uint256 tuple = _get(scratch, --open);
                        first = tuple >> 1;
                        isDynamic = isDynamic || tuple & 1 != 0;
                        if (isDynamic) words = _collapse(scratch, first, HeadWords.OTHER, WordTypes.NONE);
                    } else if (next != OPENING_BRACKET) {
                        _fail(at - 1, start, index);
                    } else if (_byteAt(at) == CLOSING_BRACKET) {
                        ++at;
                        words =
                            isDynamic || words != first + 1
                                ? _collapse(scratch, first, HeadWords.OTHER, WordTypes.NONE)
                                : _collapse(scratch, first, HeadWords.ARRAY, _typeAt(scratch, first));
                        isDynamic = true;
                    } else {
                        uint256 count;
                        (count, at) = _number(at, start, index);
                        if (_byteAt(at) != CLOSING_BRACKET) _fail(at, start, index);
                        ++at;
                        words =
                            isDynamic
                                ? _collapse(scratch, first, HeadWords.OTHER, WordTypes.NONE)
                                : _repeat(scratch, first, words, count);
                    }
                }
            }
        }
    }

    /// @dev The byte behind `name(`.
    function _afterIdentifier(uint256 start, uint256 index) private pure returns (uint256 at) {
        at = start;
        uint256 allowed = IDENTIFIER_START;
        unchecked {
            while ((allowed >> _byteAt(at)) & 1 != 0) {
                allowed = IDENTIFIER;
                ++at;
            }
            if (at == start || _byteAt(at) != OPENING) _fail(at, start, index);
            return at + 1;
        }
    }

    /// @dev An elementary type and the byte behind it.
    function _elementary(uint256 at, uint256 start, uint256 index) private pure returns (HeadWord, uint256) {
        bytes32 rest;
        assembly ("memory-safe") {
            // At or before the text's end, behind which the scratch has 32 bytes and more.
            rest := mload(at)
        }
        unchecked {
            if (bytes7(rest) == "address") return (HeadWords.make(HeadWords.ADDRESS, WordTypes.ADDRESS), at + 7);
            // The commonest of all, for less; a digit behind it makes another number.
            if (bytes7(rest) == "uint256" && !_isDigit(_byteAt(at + 7))) {
                return (HeadWords.make(HeadWords.UINT, WordType.wrap(32)), at + 7);
            }
            uint256 size;
            if (bytes4(rest) == "uint") {
                (size, at) = _bits(at + 4, start, index);
                return (HeadWords.make(HeadWords.UINT, WordType.wrap(uint8(size))), at);
            }
            if (bytes5(rest) == "bytes") {
                if (!_isDigit(_byteAt(at + 5))) return (HeadWords.make(HeadWords.CONTENT, WordTypes.NONE), at + 5);
                uint256 number = at + 5;
                (size, at) = _number(number, start, index);
                if (size > 32) _fail(number, start, index);
                return (HeadWords.make(HeadWords.WORD, WordType.wrap(uint8(WordTypes.LEFT | size))), at);
            }
            if (bytes4(rest) == "bool") return (HeadWords.make(HeadWords.WORD, WordTypes.BOOL), at + 4);
            if (bytes6(rest) == "string") return (HeadWords.make(HeadWords.CONTENT, WordTypes.NONE), at + 6);
            if (bytes3(rest) == "int") {
                (size, at) = _bits(at + 3, start, index);
                return (HeadWords.make(HeadWords.WORD, WordType.wrap(uint8(WordTypes.SIGNED | size))), at);
            }
            if (bytes8(rest) == "function") {
                return (HeadWords.make(HeadWords.WORD, WordType.wrap(WordTypes.LEFT | 24)), at + 8);
            }
        }
        _fail(at, start, index);
    }

    /// @dev The width of an integer, in bytes, and the byte behind it.
    function _bits(uint256 at, uint256 start, uint256 index) private pure returns (uint256 size, uint256 next) {
        (size, next) = _number(at, start, index);
        if (size > 256 || size % 8 != 0) _fail(at, start, index);
        size /= 8;
    }

    /// @dev A positive number without leading zeros, saturating, and the byte behind it.
    function _number(uint256 at, uint256 start, uint256 index) private pure returns (uint256 number, uint256 next) {
        next = at;
        unchecked {
            // `number` is at most MANY before it is multiplied.
            while (_isDigit(_byteAt(next))) {
                number = number * 10 + _byteAt(next) - ZERO;
                if (number == 0) break;
                if (number > MANY) number = MANY;
                ++next;
            }
        }
        if (number == 0) _fail(at, start, index);
    }

    function _isDigit(uint256 character) private pure returns (bool) {
        unchecked {
            // A byte below the digits wraps around and is far above them.
            return character - ZERO < 10;
        }
    }

    /// @dev Gives up the words from `first` on for one.
    function _collapse(
        uint256[] memory scratch,
        uint256 first,
        uint256 kind,
        WordType wordType
    ) private pure returns (uint256 words) {
        _put(scratch, first, HeadWords.make(kind, wordType));
        unchecked {
            // Below 256 * MANY.
            return first + 1;
        }
    }

    /// @dev A fixed array of `count` static elements, the first of which has been written at `first` .. `words - 1`.
    function _repeat(
        uint256[] memory scratch,
        uint256 first,
        uint256 words,
        uint256 count
    ) private pure returns (uint256) {
        unchecked {
            // Both factors are below 256 * MANY. What has been written is a whole number of elements, and is copied
            // behind itself until the array or the widest head is full.
            uint256 total = (words - first) * count;
            if (total > MANY) total = MANY;
            uint256 end = first + total;
            uint256 last = end < MAX_HEAD_WORDS ? end : MAX_HEAD_WORDS;
            while (words < last) {
                uint256 size = words - first;
                if (size > last - words) size = last - words;
                assembly ("memory-safe") {
                    // From and to entries below MAX_HEAD_WORDS.
                    let entries := add(scratch, 0x20)
                    mcopy(add(entries, shl(5, words)), add(entries, shl(5, first)), shl(5, size))
                }
                words += size;
            }
            return end;
        }
    }

    /// @dev Words beyond the widest head are counted, not written.
    function _put(uint256[] memory scratch, uint256 word, HeadWord value) private pure {
        if (word < MAX_HEAD_WORDS) _set(scratch, word, HeadWord.unwrap(value));
    }

    /// @dev Word types beyond the widest head are not known, and the parameter will not fit.
    function _typeAt(uint256[] memory scratch, uint256 word) private pure returns (WordType) {
        return word < MAX_HEAD_WORDS ? HeadWord.wrap(_get(scratch, word)).wordType() : WordTypes.NONE;
    }

    // Entries of the working memory are read and written without asking for its length: head words are below
    // MAX_HEAD_WORDS, and a text of at most MAX_METHOD_LENGTH bytes opens fewer tuples than there are entries.

    function _get(uint256[] memory scratch, uint256 entry) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(scratch, 0x20), shl(5, entry)))
        }
    }

    function _set(uint256[] memory scratch, uint256 entry, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(add(scratch, 0x20), shl(5, entry)), value)
        }
    }

    function _byteAt(uint256 at) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            // At or before the text's end, behind which the scratch has 32 bytes and more.
            value := byte(0, mload(at))
        }
    }

    function _fail(uint256 at, uint256 start, uint256 index) private pure {
        revert IPolicyStore.UnsafeMethod(index, at - start);
    }
}
