// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A type. The nodes of a tree stand one behind the other in memory, a word each: a tuple before its parts, an
/// array before its element.
///
///   255  248 247  240 239  232 231  224 223      32 31      16 15       0
///  +--------+--------+--------+--------+-----------+----------+----------+
///  | kind 8 | bits - | size 8 | head   | 0     192 | pointers | nodes 16 |
///  |        | 1    8 |        | words 8|           |       16 |          |
///  +--------+--------+--------+--------+-----------+----------+----------+
///
///  bits      of a word
///  size      of a fixed array; 0 for any other type
///  head      words of a tuple's parts or of a fixed array's elements; of any other type 1
///  pointers  on the longest way to a leaf, its own included; 0 if the type is static
///  nodes     of the tree, this one included
type TypeNode is uint256;

using TypeNodes for TypeNode global;

/// @title Reading and making the node of a type
library TypeNodes {
    uint256 internal constant UINT = 0;
    uint256 internal constant ADDRESS = 1;
    uint256 internal constant BOOL = 2;
    uint256 internal constant INT = 3;
    uint256 internal constant BYTES_N = 4;
    uint256 internal constant FUNCTION = 5;
    uint256 internal constant BYTES = 6;
    uint256 internal constant STRING = 7;
    uint256 internal constant TUPLE = 8;
    uint256 internal constant ARRAY = 9;

    /// @dev A number that is no argument, so nobody's address: a length or the call's value. Its `size` says which.
    uint256 internal constant LENGTH = 1;
    uint256 internal constant VALUE = 2;

    function make(
        uint256 kind_,
        uint256 bits_,
        uint256 size_,
        uint256 head_,
        uint256 pointers_,
        uint256 nodes_
    ) internal pure returns (TypeNode) {
        unchecked {
            return
                TypeNode.wrap(
                    (kind_ << 248) | ((bits_ - 1) << 240) | (size_ << 232) | (head_ << 224) | (pointers_ << 16) | nodes_
                );
        }
    }

    function at(uint256 place) internal pure returns (TypeNode node) {
        assembly ("memory-safe") {
            // A node of a tree, which is allocated.
            node := mload(place)
        }
    }

    function kind(TypeNode self) internal pure returns (uint256) {
        return TypeNode.unwrap(self) >> 248;
    }

    function bits(TypeNode self) internal pure returns (uint256) {
        unchecked {
            return uint8(TypeNode.unwrap(self) >> 240) + uint256(1);
        }
    }

    function size(TypeNode self) internal pure returns (uint256) {
        return uint8(TypeNode.unwrap(self) >> 232);
    }

    function head(TypeNode self) internal pure returns (uint256) {
        return uint8(TypeNode.unwrap(self) >> 224);
    }

    function pointers(TypeNode self) internal pure returns (uint256) {
        return uint16(TypeNode.unwrap(self) >> 16);
    }

    /// @dev Bytes of the tree in memory.
    function span(TypeNode self) internal pure returns (uint256) {
        return uint256(uint16(TypeNode.unwrap(self))) << 5;
    }

    /// @dev Words that a value takes where it stands: one, its pointer, if it is dynamic.
    function words(TypeNode self) internal pure returns (uint256) {
        return self.pointers() == 0 ? self.head() : 1;
    }

    /// @dev Whether it is one word: `address`, `uintN`, `intN`, `bool`, `bytesN`, `function`, a length or the value.
    function isWord(TypeNode self) internal pure returns (bool) {
        return self.kind() <= FUNCTION;
    }
}
