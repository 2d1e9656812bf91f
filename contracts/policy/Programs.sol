// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FREE_BITS} from "../types/Bounds.sol";
import {ProgramCode} from "../types/ProgramCode.sol";
import {Argument, ArgumentPaths} from "./ArgumentPaths.sol";
import {Trusts} from "./Numbers.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {RuleTests} from "./RuleTests.sol";
import {TypeNode, TypeNodes} from "./TypeNode.sol";

/// @title Writing type programs
/// @notice What one pass over a call's arguments runs; see the specification, "Type programs".
/// @dev Bytes go where `at` is, behind what is allocated: StoredForm has reserved what can be written. Nothing is
/// allocated meanwhile.
library Programs {
    using ArgumentPaths for Publication;
    using TypeNodes for uint256;

    /// @dev The width of a word that nobody looks at.
    uint256 private constant ANY = 255;
    /// @dev Of what is no rule.
    uint256 private constant NO_RULE = 255;
    /// @dev A run ends before its rules could be more than one byte counts: one word has at most 16, a side of a
    /// rate, the row's amount and 4 spends.
    uint256 private constant FULL_RUN = 255 - 22;

    // Kinds of the tests, from the left.
    bytes32 private constant KINDS = bytes32(
        bytes9(
            uint72(
                (ProgramCode.IS << 64) |
                    ((ProgramCode.SET | ProgramCode.INVERSE) << 56) |
                    (ProgramCode.SET << 48) |
                    (ProgramCode.PRINCIPAL << 40) |
                    ((ProgramCode.SET | ProgramCode.OR_PRINCIPAL) << 32) |
                    (ProgramCode.BOUND << 24) |
                    ((ProgramCode.BOUND | ProgramCode.INVERSE) << 16) |
                    (ProgramCode.IS << 8) |
                    ProgramCode.SET
            )
        )
    );

    /// @dev The whole program of a permission.
    function write(Publication memory self) internal pure {
        unchecked {
            uint256 count = PolicyData.count(self.rules);
            uint256 counter = _count(self);
            uint256 written;
            for (uint256 i = 0; i < count; ++i) {
                bool isValue = ArgumentPaths.isValue(PolicyData.tail(PolicyData.item(self.rules, i), 0));
                if (!isValue || RuleTests.isRate(RuleTests.testOf(self, i))) continue;
                _writeRule(self, i, 0, ProgramCode.IN_HAND);
                ++written;
            }
            _set(counter, written);

            self.lookedAt = 0;
            self.lookedBits = 0;
            self.lookedWord = 0;
            _writeBody(self, self.root, self.place, 0, (self.place >> 128) & self.openSet != 0);

            counter = _count(self);
            written = 0;
            for (uint256 i = 0; i < count; ++i) {
                uint256 test = RuleTests.testOf(self, i);
                if (!RuleTests.isRate(test)) continue;
                uint256 sides = self.sidesOf >> (240 - i * 16);
                put(self, sides >> 8);
                put(self, sides);
                put(self, test - RuleTests.AT_LEAST_AT_RATE);
                put(self, i);
                _writeValues(self, i);
                ++written;
            }
            _set(counter, written);
        }
    }

    // --- bytes ------------------------------------------------------------------------------------------------------

    function put(Publication memory self, uint256 value) internal pure {
        unchecked {
            _set(self.at++, value);
        }
    }

    /// @dev A byte that is known later.
    function _count(Publication memory self) private pure returns (uint256 counter) {
        counter = self.at;
        put(self, 0);
    }

    function _set(uint256 at, uint256 value) private pure {
        assembly ("memory-safe") {
            // Inside what is reserved.
            mstore8(at, value)
        }
    }

    function _get(uint256 at) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(at))
        }
    }

    // --- rules ------------------------------------------------------------------------------------------------------

    function _writeRule(Publication memory self, uint256 rule, uint256 word, uint256 hand) private pure {
        uint256 test = RuleTests.testOf(self, rule);
        uint256 kind;
        bytes32 kinds = KINDS;
        assembly ("memory-safe") {
            kind := byte(test, kinds)
        }
        if (test != RuleTests.AT_LEAST && test != RuleTests.AT_MOST) hand &= ProgramCode.IN_HAND;
        put(self, kind | hand);
        uint256 counter = _count(self);
        put(self, word);
        put(self, rule);
        _set(counter, _writeValues(self, rule));
    }

    /// @return count how many there are
    function _writeValues(Publication memory self, uint256 rule) private pure returns (uint256 count) {
        unchecked {
            // Only one of the three lists has any.
            for (uint256 i = 3; i < 6; ++i) {
                uint256 list = PolicyData.tail(PolicyData.item(self.rules, rule), i);
                uint256 values = PolicyData.count(list);
                uint256 at = self.at;
                assembly ("memory-safe") {
                    // Inside what is reserved.
                    calldatacopy(at, add(list, 0x20), shl(5, values))
                }
                self.at = at + values * 32;
                count += values;
            }
        }
    }

    /// @dev Rules, saves and draws of a set of arguments, on one word or what is in hand.
    /// @param hand flags: in hand, as signed
    /// @return written how many
    function _writeRules(
        Publication memory self,
        uint256 set,
        uint256 word,
        uint256 hand
    ) private pure returns (uint256 written) {
        unchecked {
            for (uint256 i = 0; set != 0; ++i) {
                Argument argument = self.argumentAt(i);
                bool isIn = set & 1 != 0;
                set >>= 1;
                uint256 class = argument.class();
                uint256 item = argument.item();
                if (!isIn || class > ArgumentPaths.SPEND) continue;
                if (class == ArgumentPaths.RULE) {
                    if (RuleTests.isRate(RuleTests.testOf(self, item))) continue;
                    _writeRule(self, item, word, hand);
                    ++written;
                    continue;
                }
                if (class == ArgumentPaths.AMOUNT && self.drawn == 0) continue;
                put(self, class == ArgumentPaths.SIDE ? ProgramCode.SAVE : ProgramCode.ADD);
                if (class == ArgumentPaths.SPEND && self.drawn != 0) put(self, item + 1);
                else put(self, item);
                put(self, word);
                put(self, NO_RULE);
                if (class == ArgumentPaths.SPEND) put(self, PolicyData.word(PolicyData.item(self.spends, item), 3));
                else if (class == ArgumentPaths.AMOUNT) put(self, 0);
                ++written;
            }
        }
    }

    // --- nodes ------------------------------------------------------------------------------------------------------

    function _writeBody(Publication memory self, uint256 node, uint256 place, uint256 depth, bool isOpen) private pure {
        put(self, node.at().head());
        _writeSequence(self, node, place, depth, isOpen, true);
    }

    /// @dev The parts of a tuple, or one element.
    function _writeSequence(
        Publication memory self,
        uint256 node,
        uint256 place,
        uint256 depth,
        bool isOpen,
        bool isTuple
    ) private pure {
        uint256 nodes = self.nodes;
        uint256 counter = _count(self);
        self.nodes = 0;
        self.run = 0;
        if (isTuple) _writeParts(self, node, place, depth, isOpen);
        else _writeNode(self, node, place, depth, isOpen);
        _set(counter, self.nodes);
        self.nodes = nodes;
        self.run = 0;
    }

    function _writeParts(
        Publication memory self,
        uint256 node,
        uint256 place,
        uint256 depth,
        bool isOpen
    ) private pure {
        unchecked {
            uint256 end = node + node.at().span();
            uint256 part;
            for (node += 0x20; node < end; node += node.at().span()) {
                _writeNode(self, node, self.onward(place, depth, part++), depth + 1, isOpen);
            }
        }
    }

    /// @dev What stands in a head. Static tuples and fixed arrays stand as their words.
    function _writeNode(Publication memory self, uint256 node, uint256 place, uint256 depth, bool isOpen) private pure {
        TypeNode here = node.at();
        isOpen = isOpen || (place >> 128) & self.openSet != 0;
        if (here.isWord()) {
            _writeWord(self, here, place >> 128, isOpen);
        } else if (here.pointers() != 0) {
            self.run = 0;
            unchecked {
                ++self.nodes;
            }
            if (here.kind() == TypeNodes.TUPLE) {
                put(self, ProgramCode.TUPLE);
                _writeBody(self, node, place, depth, isOpen);
            } else {
                _writeContent(self, node, place, depth, isOpen);
            }
        } else if (here.kind() == TypeNodes.TUPLE) {
            _writeParts(self, node, place, depth, isOpen);
        } else {
            unchecked {
                for (uint256 i = 0; i < here.size(); ++i) {
                    uint256 there = self.onward(place, depth, ArgumentPaths.ELEMENT + i);
                    _writeNode(self, node + 0x20, there, depth + 1, isOpen);
                }
            }
        }
    }

    function _writeWord(Publication memory self, TypeNode leaf, uint256 ended, bool isOpen) private pure {
        uint256 kind = leaf.kind();
        uint256 bits = leaf.bits();
        bool isNumber = kind == TypeNodes.UINT || kind == TypeNodes.INT;
        unchecked {
            if (self.isRow && ended & self.looked == 0) {
                bits = ANY + 1;
                kind = TypeNodes.UINT;
            } else {
                bool isFree = isOpen || self.trust == Trusts.COUNTED || self.trust == Trusts.ASKED;
                if (isNumber && bits > FREE_BITS && !isFree && ended & self.binding == 0) bits = FREE_BITS;
                ++self.lookedAt;
                self.lookedBits = bits;
                if (self.run != 0) self.lookedWord = _get(self.run + 1);
            }
            if (kind > TypeNodes.BOOL) {
                self.run = 0;
                self.lookedBits = 1;
                ++self.nodes;
                put(self, kind == TypeNodes.INT ? ProgramCode.SIGNED : ProgramCode.LEFT);
                put(self, kind == TypeNodes.INT ? (bits >> 3) - 1 : bits - 1);
                uint256 counter = _count(self);
                _set(counter, _writeRules(self, ended, 0, kind == TypeNodes.INT ? ProgramCode.AS_SIGNED : 0));
                return;
            }
            uint256 run = self.run;
            if (run == 0) {
                run = self.at;
                self.run = run;
                ++self.nodes;
                put(self, ProgramCode.RUN);
                put(self, 0);
                put(self, 0);
            }
            uint256 words = _get(run + 1);
            uint256 width = run + 3 + words;
            uint256 end = self.at;
            assembly ("memory-safe") {
                // The widths stand before the rules: makes room for one more.
                mcopy(add(width, 1), width, sub(end, width))
            }
            self.at = end + 1;
            _set(width, bits - 1);
            _set(run + 1, words + 1);
            uint256 rules = _get(run + 2) + _writeRules(self, ended, words, 0);
            _set(run + 2, rules);
            if (rules > FULL_RUN) self.run = 0;
        }
    }

    /// @dev `bytes`, `string`, or an array whose length or elements are dynamic.
    function _writeContent(
        Publication memory self,
        uint256 node,
        uint256 place,
        uint256 depth,
        bool isOpen
    ) private pure {
        TypeNode here = node.at();
        uint256 ended = place >> 128;
        bool isArray = here.kind() == TypeNodes.ARRAY;
        uint256 inner;
        uint256 selector;
        unchecked {
            if (isArray) {
                put(self, ProgramCode.ARRAY);
                uint256 flags = here.size() == 0 ? 0 : ProgramCode.FIXED;
                if (isOpen || ended & self.content != 0) {
                    flags |= ProgramCode.UNCOUNTED;
                    if (self.onward(place, depth, ArgumentPaths.EACH) != 0) flags |= ProgramCode.CAPPED;
                }
                put(self, flags);
                put(self, (node + 0x20).at().words());
            } else {
                put(self, ProgramCode.CONTENT);
                if (ended & self.innerSet != 0) {
                    inner = self.first(ended & self.innerSet).root();
                    selector = self.first(ended & self.innerSet).selector();
                }
                put(
                    self,
                    inner == 0
                        ? ProgramCode.CLOSED
                        : selector == 0
                            ? ProgramCode.ENCODING
                            : ProgramCode.CALL
                );
            }
            uint256 counter = _count(self);
            put(self, 0);
            uint256 named;
            if (isArray) {
                named = _named(self, place, depth);
                put(self, here.size());
                put(self, named);
                put(self, 0);
                put(self, 0);
            }
            _set(counter, _writeRules(self, self.onward(place, depth, ArgumentPaths.LENGTH) >> 128, 0, 0));
            _set(counter + 1, _writeRules(self, ended, 0, ProgramCode.IN_HAND));
            if (isArray) {
                _writeElements(self, node + 0x20, place, depth, isOpen, named, counter + 4);
            } else if (inner != 0) {
                if (selector != 0) {
                    for (uint256 i = 0; i < 4; ++i) put(self, selector >> (248 - i * 8));
                }
                _writeBody(self, inner, self.onward(place, depth, ArgumentPaths.INNER), depth + 1, isOpen);
            }
        }
    }

    /// @param rest where the size of the last element goes
    function _writeElements(
        Publication memory self,
        uint256 element,
        uint256 place,
        uint256 depth,
        bool isOpen,
        uint256 named,
        uint256 rest
    ) private pure {
        unchecked {
            for (uint256 i = 0; i < named; ++i) {
                uint256 there = self.onward(place, depth, ArgumentPaths.ELEMENT + i);
                _writeSequence(self, element, there, depth + 1, isOpen, false);
            }
            uint256 start = self.at;
            _writeSequence(self, element, self.onward(place, depth, ArgumentPaths.EACH), depth + 1, isOpen, false);
            uint256 size = self.at - start;
            _set(rest, size >> 8);
            _set(rest + 1, size);
        }
    }

    /// @dev One more than the highest element that a path names; 0 if none does.
    function _named(Publication memory self, uint256 place, uint256 depth) private pure returns (uint256 named) {
        unchecked {
            uint256 set = uint128(place);
            for (uint256 i = 0; set != 0; ++i) {
                uint256 value = self.argumentAt(i).step(depth);
                if (set & 1 != 0 && value >> 20 == 1 && value - ArgumentPaths.ELEMENT >= named)
                    named = value - ArgumentPaths.ELEMENT + 1;
                set >>= 1;
            }
        }
    }
}
