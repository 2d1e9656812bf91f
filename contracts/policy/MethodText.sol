// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {MAX_HEAD_WORDS, MAX_METHOD_LENGTH} from "../types/Bounds.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {TypeNode, TypeNodes} from "./TypeNode.sol";

/// @title The text of a method
/// @notice Reads `name(type,…)`, or `(type,…)` of an inner: an ASCII identifier and canonical ABI types, no spaces
/// and no aliases. Types are `uintN`, `intN`, `address`, `bool`, `bytes`, `bytesN`, `string`, `function`, tuples of
/// at least one type, and fixed and dynamic arrays of any of them. Numbers have no leading zero. No head, of the
/// arguments, of a tuple or of an array, has more than 64 words.
/// @dev From left to right. The position in an error is that of the first byte that cannot stand there: the first digit
/// of a number out of range, the byte behind an opening bracket, the first letter of an unknown type, the byte behind the
/// text if it ends too early, the first byte of the type whose head is too wide.
library MethodText {
    using TypeNodes for uint256;

    uint256 private constant OPENING = 0x28; // (
    uint256 private constant CLOSING = 0x29; // )
    uint256 private constant COMMA = 0x2c; // ,
    uint256 private constant OPENING_BRACKET = 0x5b; // [
    uint256 private constant CLOSING_BRACKET = 0x5d; // ]

    /// @dev Bit n is set if byte n may stand in an identifier: `$`, digits, letters, `_`.
    uint256 private constant IDENTIFIER = 0x07fffffe87fffffe03ff001000000000;
    /// @dev The same without digits.
    uint256 private constant IDENTIFIER_START = 0x07fffffe87fffffe0000001000000000;

    /// @dev Reverts with `UnsafeMethod`, of an inner with `InnerTypesInvalid`.
    /// @param inner which inner it is, from 1; 0 for the method
    /// @return root the tuple of the arguments
    /// @return isCall whether there is a name
    function parse(
        Publication memory self,
        uint256 text,
        uint256 inner
    ) internal pure returns (uint256 root, bool isCall) {
        self.inner = inner;
        unchecked {
            uint256 at = text + 0x20;
            self.text = at;
            uint256 allowed = IDENTIFIER_START;
            while ((allowed >> PolicyData.byteAt(at)) & 1 != 0) {
                allowed = IDENTIFIER;
                ++at;
            }
            isCall = at != self.text;
            if (!isCall && inner == 0) _fail(self, at);
            assembly ("memory-safe") {
                // Room for more nodes than any text has; what is left over is given back below.
                root := mload(0x40)
                mstore(0x40, add(root, 0x10000))
            }
            if (isCall && PolicyData.word(at, 0) >> 240 == (OPENING << 8) | CLOSING) {
                // Only a method may have no arguments.
                _put(root, TypeNodes.make(TypeNodes.TUPLE, 1, 0, 0, 0, 1));
                at += 2;
            } else {
                at = _tuple(self, at, root);
            }
            uint256 size = at - self.text;
            if (size != PolicyData.count(text) || size > MAX_METHOD_LENGTH) _fail(self, at);
            uint256 end = root + root.at().span();
            assembly ("memory-safe") {
                mstore(0x40, end)
            }
        }
    }

    /// @dev Reads a tuple and writes its nodes.
    /// @return the byte behind it
    function _tuple(Publication memory self, uint256 start, uint256 node) private pure returns (uint256) {
        unchecked {
            uint256 at = start;
            if (PolicyData.byteAt(at) != OPENING) _fail(self, at);
            uint256 part = node + 0x20;
            uint256 words;
            uint256 pointers;
            while (true) {
                at = _type(self, at + 1, part);
                TypeNode read = part.at();
                words += read.words();
                if (read.pointers() > pointers) pointers = read.pointers();
                part += read.span();
                uint256 next = PolicyData.byteAt(at);
                if (next == CLOSING) break;
                if (next != COMMA) _fail(self, at);
            }
            if (words > MAX_HEAD_WORDS) _fail(self, start);
            if (pointers != 0) ++pointers;
            _put(node, TypeNodes.make(TypeNodes.TUPLE, 1, 0, words, pointers, (part - node) >> 5));
            return at + 1;
        }
    }

    function _type(Publication memory self, uint256 start, uint256 node) private pure returns (uint256 at) {
        unchecked {
            at = PolicyData.byteAt(start) == OPENING ? _tuple(self, start, node) : _elementary(self, start, node);
            while (PolicyData.byteAt(at) == OPENING_BRACKET) {
                uint256 size;
                uint256 next = ++at;
                if (PolicyData.byteAt(at) != CLOSING_BRACKET) {
                    (size, next) = PolicyData.number(at);
                    if (size == 0 || PolicyData.byteAt(next) != CLOSING_BRACKET) _fail(self, at);
                }
                at = next + 1;
                TypeNode element = node.at();
                uint256 words = size == 0 ? 1 : size * element.words();
                if (words > MAX_HEAD_WORDS) _fail(self, start);
                uint256 pointers = element.pointers();
                if (size == 0 || pointers != 0) ++pointers;
                uint256 span = element.span();
                assembly ("memory-safe") {
                    // Inside the room for nodes.
                    mcopy(add(node, 0x20), node, span)
                }
                _put(node, TypeNodes.make(TypeNodes.ARRAY, 1, size, words, pointers, (span >> 5) + 1));
            }
        }
    }

    function _elementary(Publication memory self, uint256 start, uint256 node) private pure returns (uint256 at) {
        uint256 rest = PolicyData.word(start, 0);
        uint256 kind;
        uint256 bits;
        uint256 pointers;
        unchecked {
            if (rest >> 200 == uint56(bytes7("address"))) {
                (kind, bits, at) = (TypeNodes.ADDRESS, 160, start + 7);
            } else if (rest >> 224 == uint32(bytes4("bool"))) {
                (kind, bits, at) = (TypeNodes.BOOL, 1, start + 4);
            } else if (rest >> 208 == uint48(bytes6("string"))) {
                (kind, bits, pointers, at) = (TypeNodes.STRING, 1, 1, start + 6);
            } else if (rest >> 192 == uint64(bytes8("function"))) {
                (kind, bits, at) = (TypeNodes.FUNCTION, 192, start + 8);
            } else if (rest >> 216 == uint40(bytes5("bytes"))) {
                kind = TypeNodes.BYTES_N;
                (bits, at) = PolicyData.number(start + 5);
                bits *= 8;
                if (at == start + 5) (kind, bits, pointers) = (TypeNodes.BYTES, 1, 1);
                else if (bits == 0 || bits > 256) _fail(self, start + 5);
            } else {
                uint256 digits = start + 4;
                if (rest >> 224 != uint32(bytes4("uint"))) {
                    if (rest >> 232 != uint24(bytes3("int"))) _fail(self, start);
                    kind = TypeNodes.INT;
                    --digits;
                }
                (bits, at) = PolicyData.number(digits);
                if (bits == 0 || bits > 256 || bits & 7 != 0) _fail(self, digits);
            }
        }
        _put(node, TypeNodes.make(kind, bits, 0, 1, pointers, 1));
    }

    function _put(uint256 place, TypeNode node) private pure {
        assembly ("memory-safe") {
            // Inside the room for nodes.
            mstore(place, node)
        }
    }

    function _fail(Publication memory self, uint256 at) private pure {
        unchecked {
            uint256 position = at - self.text;
            if (position > MAX_METHOD_LENGTH) position = MAX_METHOD_LENGTH;
            if (self.inner == 0) self.refuse(IPolicyErrors.UnsafeMethod.selector, position);
            self.refuse(IPolicyErrors.InnerTypesInvalid.selector, self.inner - 1, position);
        }
    }
}
