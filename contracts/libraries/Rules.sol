// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {RuleKind} from "../types/Policy.sol";
import {WordType, WordTypes} from "../types/WordType.sol";

/// @title Conditions on arguments
/// @notice Evaluates a permission's rules, as they are stored, on the calldata of one call.
library Rules {
    /// @dev All rules between `rule` and `end`, two memory pointers into a permission's detail, hold for `data`, whose
    /// length covers `headWords` words behind the selector, and every rule's word is one of them.
    function requireAll(
        uint256 rule,
        uint256 end,
        uint256 index,
        address principal,
        bytes calldata data,
        uint256 headWords
    ) internal pure {
        while (rule < end) {
            uint256 descriptor;
            assembly ("memory-safe") {
                descriptor := mload(rule)
            }
            RuleKind kind = RuleKind(descriptor >> 248);
            uint256 word = uint8(descriptor >> 240);
            WordType wordType = WordType.wrap(uint8(descriptor >> 232));
            uint256 count = uint8(descriptor >> 224);
            bytes32 actual = _word(data, word);
            if (kind >= RuleKind.EQUAL_HASH) {
                actual = _contentHash(index, word, uint256(actual), wordType, data, headWords);
            } else if (!wordType.isCanonical(uint256(actual))) {
                revert ISessionErrors.ArgumentNotCanonical(index, word, actual);
            }
            unchecked {
                // Both pointers lie in memory that was allocated for the detail.
                if (!_holds(kind, rule + 32, count, actual, principal)) {
                    revert ISessionErrors.ArgumentNotAllowed(index, word, actual);
                }
                rule += 32 + count * 32;
            }
        }
    }

    /// @dev Reads the amount in a `uint(8 * size)` word of `data`, which covers the word.
    function amount(
        uint256 index,
        bytes calldata data,
        uint256 word,
        uint256 size
    ) internal pure returns (uint256 value) {
        value = uint256(_word(data, word));
        if (size < 32 && value >> (size * 8) != 0) {
            revert ISessionErrors.ArgumentNotCanonical(index, word, bytes32(value));
        }
    }

    function _word(bytes calldata data, uint256 word) private pure returns (bytes32 value) {
        assembly ("memory-safe") {
            // The caller has checked that data covers the word.
            value := calldataload(add(add(data.offset, 4), shl(5, word)))
        }
    }

    /// @dev `values` is a memory pointer to `count` words.
    function _holds(
        RuleKind kind,
        uint256 values,
        uint256 count,
        bytes32 actual,
        address principal
    ) private pure returns (bool) {
        if (kind == RuleKind.EQUAL_PRINCIPAL) return actual == bytes32(uint256(uint160(principal)));
        bytes32 value = _value(values, 0);
        if (kind == RuleKind.EQUAL || kind == RuleKind.EQUAL_HASH) return actual == value;
        if (kind == RuleKind.NOT_EQUAL) return actual != value;
        if (kind == RuleKind.LESS_OR_EQUAL) return actual <= value;
        if (kind == RuleKind.GREATER_OR_EQUAL) return actual >= value;
        // ONE_OF and ONE_OF_HASH: at most 32 values.
        for (uint256 i = 0; i < count; ++i) {
            if (actual == _value(values, i)) return true;
        }
        return false;
    }

    function _value(uint256 values, uint256 position) private pure returns (bytes32 value) {
        assembly ("memory-safe") {
            // Inside the detail: the publisher stores `count` values behind each rule.
            value := mload(add(values, shl(5, position)))
        }
    }

    /// @dev keccak256 of the content that the word points to, without its length. The pointer leads behind the head, the
    /// content lies wholly inside the calldata, and the elements of an array are clean.
    function _contentHash(
        uint256 index,
        uint256 word,
        uint256 pointer,
        WordType elementType,
        bytes calldata data,
        uint256 headWords
    ) private pure returns (bytes32 hash) {
        unchecked {
            // data covers the selector and the head, so `size` does not wrap; every sum below is bounded by it.
            uint256 size = data.length - 4;
            if (pointer < headWords * 32 || size < 32 || pointer > size - 32) {
                revert ISessionErrors.ArgumentNotCanonical(index, word, bytes32(pointer));
            }
            uint256 start;
            uint256 length;
            assembly ("memory-safe") {
                start := add(add(data.offset, 4), pointer)
                length := calldataload(start)
                start := add(start, 32)
            }
            uint256 room = size - 32 - pointer;
            bool isArray = WordType.unwrap(elementType) != WordType.unwrap(WordTypes.NONE);
            if (length > (isArray ? room / 32 : room)) {
                revert ISessionErrors.ArgumentNotCanonical(index, word, bytes32(pointer));
            }
            if (isArray) {
                for (uint256 i = 0; i < length; ++i) {
                    bytes32 element;
                    assembly ("memory-safe") {
                        element := calldataload(add(start, shl(5, i)))
                    }
                    if (!elementType.isCanonical(uint256(element))) {
                        revert ISessionErrors.ArgumentNotCanonical(index, word, element);
                    }
                }
                length *= 32;
            }
            assembly ("memory-safe") {
                // Scratch behind the free memory pointer, hashed at once and not kept.
                let free := mload(0x40)
                calldatacopy(free, start, length)
                hash := keccak256(free, length)
            }
        }
    }
}
