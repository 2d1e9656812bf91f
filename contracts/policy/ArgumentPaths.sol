// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {MAX_PATH_LENGTH, MAX_POINTERS} from "../types/Bounds.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {TypeNode, TypeNodes} from "./TypeNode.sol";

/// @dev What a permission says of one place among its arguments: where in memory that is kept.
///
///     0   steps of the path
///    32   the type that stands there: where its node is
///    64   bit 255 - n is set if step n is `[*]`
///    96   who says it, and its number there: `class (248) | item (8)`
///   128   of an inner its types
///   160   of an inner call its selector, left-aligned, and 1
///   192   the steps, a word each
type Argument is uint256;

using Arguments for Argument global;

/// @title What is known of an argument
library Arguments {
    function get(Argument self, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            // An argument is allocated with all its words.
            value := mload(add(self, position))
        }
    }

    function set(Argument self, uint256 position, uint256 value) internal pure {
        assembly ("memory-safe") {
            // As above.
            mstore(add(self, position), value)
        }
    }

    function count(Argument self) internal pure returns (uint256) {
        return self.get(0);
    }

    function node(Argument self) internal pure returns (uint256) {
        return self.get(32);
    }

    function stars(Argument self) internal pure returns (uint256) {
        return self.get(64);
    }

    function source(Argument self) internal pure returns (uint256) {
        return self.get(96);
    }

    function class(Argument self) internal pure returns (uint256) {
        return self.source() >> 8;
    }

    function item(Argument self) internal pure returns (uint256) {
        return uint8(self.source());
    }

    function root(Argument self) internal pure returns (uint256) {
        return self.get(128);
    }

    function selector(Argument self) internal pure returns (uint256) {
        return self.get(160);
    }

    function step(Argument self, uint256 i) internal pure returns (uint256) {
        unchecked {
            return self.get(192 + i * 32);
        }
    }
}

/// @title Paths of arguments
/// @notice Reads a path and follows it through the types; see the specification, "Paths".
/// @dev What a permission says of its arguments is gathered once. Whoever then walks over the types carries a
/// *place*: the set of those arguments whose path leads through here, as the lower 128 bits of a word, and of those
/// whose path ends here as the upper ones. `[*]` leads wherever a number leads, so rules of every element stand
/// beside those of one.
library ArgumentPaths {
    using TypeNodes for uint256;

    // Steps. A part is its number.
    uint256 internal constant ELEMENT = 1 << 20;
    uint256 internal constant EACH = 2 << 20;
    uint256 internal constant LENGTH = 3 << 20;
    uint256 internal constant INNER = 4 << 20;

    // Classes: who says something, in the order in which a program says it.
    uint256 internal constant RULE = 0;
    uint256 internal constant SIDE = 1;
    uint256 internal constant AMOUNT = 2;
    uint256 internal constant SPEND = 3;
    uint256 internal constant INNERS = 4;
    uint256 internal constant OPEN = 5;

    /// @dev 16 rules, two sides of each, a row's amount, 4 spends, 8 inners, 8 open paths.
    uint256 private constant MOST = 69;

    uint256 private constant DOT = 0x2e; // .
    uint256 private constant COLON = 0x3a; // :
    uint256 private constant STAR = 0x2a; // *
    uint256 private constant OPENING_BRACKET = 0x5b; // [
    uint256 private constant CLOSING_BRACKET = 0x5d; // ]

    /// @dev Forgets the arguments of the permission before.
    function reset(Publication memory self) internal pure {
        self.argumentCount = 0;
        uint256 table;
        assembly ("memory-safe") {
            // Room for all that a permission can say.
            table := mload(0x40)
            mstore(0x40, add(table, mul(MOST, 0x20)))
        }
        self.arguments = table;
    }

    /// @dev Where in memory the node of a type without parts stands.
    function allocate(TypeNode leaf) internal pure returns (uint256 node) {
        assembly ("memory-safe") {
            // Allocated here.
            node := mload(0x40)
            mstore(node, leaf)
            mstore(0x40, add(node, 0x20))
        }
    }

    function isValue(uint256 text) internal pure returns (bool) {
        return PolicyData.count(text) == 5 && PolicyData.word(text, 1) >> 216 == uint40(bytes5("value"));
    }

    function argumentAt(Publication memory self, uint256 i) internal pure returns (Argument argument) {
        uint256 table = self.arguments;
        assembly ("memory-safe") {
            // One of the arguments that have been added.
            argument := mload(add(table, shl(5, i)))
        }
    }

    /// @dev Adds what `source` says, with a path of no steps.
    function add(Publication memory self, uint256 source) internal pure returns (Argument argument) {
        uint256 table = self.arguments;
        uint256 count = self.argumentCount;
        uint256 root = self.root;
        unchecked {
            self.argumentCount = count + 1;
        }
        assembly ("memory-safe") {
            // Allocated here; the table has room for all that a permission can say.
            argument := mload(0x40)
            mstore(0x40, add(argument, 0xc0))
            mstore(argument, 0)
            mstore(add(argument, 0x20), root)
            mstore(add(argument, 0x40), 0)
            mstore(add(argument, 0x60), source)
            mstore(add(argument, 0x80), 0)
            mstore(add(argument, 0xa0), 0)
            mstore(add(table, shl(5, count)), argument)
        }
    }

    /// @dev Reads a path.
    /// @param item its position in the list
    function read(
        Publication memory self,
        uint256 text,
        uint256 list,
        uint256 item,
        uint256 source
    ) internal pure returns (Argument argument) {
        argument = add(self, source);
        unchecked {
            uint256 size = PolicyData.count(text);
            self.text = text + 0x20;
            if (size > MAX_PATH_LENGTH)
                _fail(self, IPolicyErrors.ArgumentTextInvalid.selector, list, item, self.text + MAX_PATH_LENGTH);
            uint256 at = self.text;
            // What introduces the next step; 0 for a number that nothing introduces.
            uint256 opening;
            self.pointers = 0;
            while (true) {
                uint256 begin = opening == 0 ? at : at - 1;
                uint256 next = at;
                uint256 value = INNER;
                if (opening == OPENING_BRACKET && PolicyData.byteAt(at) == STAR) {
                    (value, next) = (EACH, at + 1);
                    argument.set(64, argument.stars() | (1 << (255 - argument.count())));
                } else if (opening != COLON) {
                    (value, next) = PolicyData.number(at);
                    if (next == at) {
                        if (opening != DOT || PolicyData.word(at, 0) >> 208 != uint48(bytes6("length")))
                            _fail(self, IPolicyErrors.ArgumentTextInvalid.selector, list, item, at);
                        (value, next) = (LENGTH, at + 6);
                    } else if (opening == OPENING_BRACKET) {
                        value |= ELEMENT;
                    }
                }
                if (opening == OPENING_BRACKET) {
                    if (PolicyData.byteAt(next) != CLOSING_BRACKET)
                        _fail(self, IPolicyErrors.ArgumentTextInvalid.selector, list, item, next);
                    ++next;
                }
                (bytes4 error_, uint256 node) = _follow(self, argument, value);
                if (error_ != 0) _fail(self, error_, list, item, begin);
                argument.set(32, node);
                push(argument, value);
                if (value < LENGTH && node.at().pointers() != 0 && ++self.pointers > MAX_POINTERS)
                    self.refuse(IPolicyErrors.ArgumentTooDeep.selector, list, item, MAX_POINTERS);
                at = next;
                if (value == INNER) {
                    opening = 0;
                    continue;
                }
                if (at == self.text + size) break;
                opening = PolicyData.byteAt(at);
                if (value == LENGTH || (opening != DOT && opening != COLON && opening != OPENING_BRACKET))
                    _fail(self, IPolicyErrors.ArgumentTextInvalid.selector, list, item, at);
                ++at;
            }
        }
    }

    function _fail(Publication memory self, bytes4 error_, uint256 list, uint256 item, uint256 at) private pure {
        unchecked {
            self.refuse(error_, list, item, at - self.text);
        }
    }

    /// @dev Appends a step to the argument that was added last.
    function push(Argument argument, uint256 value) internal pure {
        assembly ("memory-safe") {
            // Nothing is allocated while a path is read, so its steps stand where memory ends.
            let end := mload(0x40)
            mstore(end, value)
            mstore(0x40, add(end, 0x20))
            mstore(argument, add(mload(argument), 1))
        }
    }

    /// @dev One step down the types.
    /// @return error_ 0, `ArgumentMissing` or `ArgumentImpassable`
    /// @return node where it leads
    function _follow(
        Publication memory self,
        Argument argument,
        uint256 value
    ) private pure returns (bytes4 error_, uint256 node) {
        unchecked {
            node = argument.node();
            TypeNode from = node.at();
            uint256 kind = from.kind();
            error_ = IPolicyErrors.ArgumentImpassable.selector;
            if (value == INNER) {
                for (uint256 i = 0; i < self.argumentCount; ++i) {
                    Argument inner = argumentAt(self, i);
                    if (inner.root() != 0 && inner.count() == argument.count() && isPrefix(inner, argument))
                        return (0, inner.root());
                }
            } else if (value == LENGTH) {
                if (kind == TypeNodes.BYTES || (kind == TypeNodes.ARRAY && from.size() == 0)) return (0, self.length);
            } else if (value >= ELEMENT) {
                if (kind != TypeNodes.ARRAY) return (error_, node);
                uint256 size = from.size() == 0 ? 64 : from.size();
                if (value < EACH && value - ELEMENT >= size) error_ = IPolicyErrors.ArgumentMissing.selector;
                else return (0, node + 0x20);
            } else if (kind == TypeNodes.TUPLE) {
                uint256 end = node + from.span();
                node += 0x20;
                for (; value > 0 && node < end; --value) node += node.at().span();
                error_ = node < end ? bytes4(0) : IPolicyErrors.ArgumentMissing.selector;
            }
        }
    }

    /// @dev Whether the path of `outer` is, step by step, the beginning of the other.
    function isPrefix(Argument outer, Argument argument) internal pure returns (bool) {
        unchecked {
            if (outer.count() > argument.count()) return false;
            for (uint256 i = 0; i < outer.count(); ++i) {
                if (outer.step(i) != argument.step(i)) return false;
            }
            return true;
        }
    }

    /// @dev Whether it is exactly this path: the steps from the lowest 32 bits on.
    function isAt(Argument argument, uint256 count, uint256 path) internal pure returns (bool) {
        unchecked {
            if (argument.count() != count) return false;
            for (uint256 i = 0; i < count; ++i) {
                if (argument.step(i) != uint32(path >> (i * 32))) return false;
            }
            return true;
        }
    }

    /// @dev Whether two paths lead to one place, one of them by `[*]`.
    function overlap(Argument a, Argument b) internal pure returns (bool) {
        unchecked {
            if (a.count() != b.count()) return false;
            for (uint256 i = 0; i < a.count(); ++i) {
                (uint256 own, uint256 other) = (a.step(i), b.step(i));
                // A number and `[*]` differ in what they are, not in more.
                if (own != other && (own | other) >> 20 != 3) return false;
            }
            return true;
        }
    }

    /// @dev Sorts the arguments: what names an element before what says `[*]`, then by class and item. Whoever meets
    /// several at one place meets them in this order.
    function sort(Publication memory self) internal pure {
        unchecked {
            uint256 count = self.argumentCount;
            uint256 table = self.arguments;
            for (uint256 i = 1; i < count; ++i) {
                Argument moved = argumentAt(self, i);
                uint256 j = i;
                for (; j > 0; --j) {
                    Argument before = argumentAt(self, j - 1);
                    if (before.stars() < moved.stars()) break;
                    if (before.stars() == moved.stars() && before.source() <= moved.source()) break;
                    assembly ("memory-safe") {
                        // Entries of the table.
                        mstore(add(table, shl(5, j)), before)
                    }
                }
                assembly ("memory-safe") {
                    mstore(add(table, shl(5, j)), moved)
                }
            }
        }
    }

    /// @dev What `source` says; 0 if it says nothing of an argument.
    function bySource(Publication memory self, uint256 source) internal pure returns (Argument argument) {
        unchecked {
            for (uint256 i = 0; i < self.argumentCount; ++i) {
                argument = argumentAt(self, i);
                if (argument.source() == source) return argument;
            }
            return Argument.wrap(0);
        }
    }

    /// @dev The first argument of a set that is not empty.
    function first(Publication memory self, uint256 set) internal pure returns (Argument) {
        unchecked {
            uint256 i;
            while ((set >> i) & 1 == 0) ++i;
            return argumentAt(self, i);
        }
    }

    /// @dev One step on.
    /// @param place where paths of `depth` steps have led
    function onward(
        Publication memory self,
        uint256 place,
        uint256 depth,
        uint256 value
    ) internal pure returns (uint256 there) {
        unchecked {
            uint256 set = uint128(place);
            for (uint256 i = 0; set != 0; ++i) {
                if (set & 1 != 0) {
                    Argument argument = argumentAt(self, i);
                    uint256 own = argument.step(depth);
                    if (own == value || (own == EACH && value >> 20 == 1))
                        there |= 1 << (argument.count() == depth + 1 ? i + 128 : i);
                }
                set >>= 1;
            }
        }
    }
}
