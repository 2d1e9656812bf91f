// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {COUNTER_BOUND, FREE_BITS, MAX_ELEMENTS} from "../types/Bounds.sol";
import {Argument, ArgumentPaths} from "./ArgumentPaths.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {TypeNode, TypeNodes} from "./TypeNode.sol";

/// @title Whether every byte of a call is accounted for
/// @notice Finds the first leaf that can carry authority and is neither bound nor open; see the specification,
/// "Trusted" and "Open".
library Soundness {
    using ArgumentPaths for Publication;
    using TypeNodes for uint256;

    uint256 internal constant NONE = type(uint256).max;

    // What is asked of leaves.
    /// @dev They stand inside `bytes`.
    uint256 private constant INSIDE = 1;
    /// @dev Nothing: they are open, or bound by the content or the length of what they stand in.
    uint256 private constant NOTHING = 2;
    /// @dev Whether they can carry authority, bound or not by anything but values.
    uint256 private constant CARRIES = 4;

    /// @return leaf from the left, from 0; NONE if there is none
    function firstUnsound(Publication memory self) internal pure returns (uint256 leaf) {
        self.isFree = self.maxValue == 0;
        unchecked {
            for (uint256 i = 0; i < PolicyData.count(self.spends); ++i) {
                if (PolicyData.word(PolicyData.item(self.spends, i), 0) >= COUNTER_BOUND) self.isFree = false;
            }
        }
        return _find(self, self.root, self.place, 0, 0);
    }

    /// @dev Reverts with `OpenNotAlone`, `OpenArgumentBound` or `OpenArgumentHarmless`.
    function checkOpen(Publication memory self) internal pure {
        unchecked {
            for (uint256 item = 0; item < PolicyData.count(self.open); ++item) {
                Argument argument = self.bySource((ArgumentPaths.OPEN << 8) | item);
                if (openings(self, argument) > 1) self.refuse(IPolicyErrors.OpenNotAlone.selector, item);
                uint256 place = self.place;
                uint256 count = argument.count();
                for (uint256 i = 0; i < count; ++i) place = self.onward(place, i, argument.step(i));
                if ((place >> 128) & (self.binding | self.content) != 0)
                    self.refuse(IPolicyErrors.OpenArgumentBound.selector, item);
                // Whatever stands behind a method without arguments is let through as well.
                if (argument.node().at().span() == 0x20 && count == 0) continue;
                if (_find(self, argument.node(), place, count, CARRIES) == NONE)
                    self.refuse(IPolicyErrors.OpenArgumentHarmless.selector, item);
            }
        }
    }

    /// @dev How many open paths lead to the argument or to what it is a part of.
    function openings(Publication memory self, Argument argument) internal pure returns (uint256 count) {
        unchecked {
            for (uint256 i = 0; i < self.argumentCount; ++i) {
                Argument outer = self.argumentAt(i);
                if (outer.class() == ArgumentPaths.OPEN && ArgumentPaths.isPrefix(outer, argument)) ++count;
            }
        }
    }

    /// @dev The number that the length of what stands here `is`; NONE if there is no such rule.
    function _exactLength(Publication memory self, uint256 place, uint256 depth) private pure returns (uint256) {
        uint256 set = (self.onward(place, depth, ArgumentPaths.LENGTH) >> 128) & self.exact;
        if (set == 0) return NONE;
        uint256 numbers = PolicyData.tail(PolicyData.item(self.rules, self.first(set).item()), 4);
        return PolicyData.count(numbers) == 0 ? NONE : PolicyData.word(numbers, 1);
    }

    function _find(
        Publication memory self,
        uint256 node,
        uint256 place,
        uint256 depth,
        uint256 asked
    ) private pure returns (uint256) {
        self.leaf = 0;
        self.unsound = NONE;
        _walk(self, node, place, depth, asked);
        return self.unsound;
    }

    /// @dev Counts the leaves from `node` on and keeps the first one that is not sound.
    function _walk(Publication memory self, uint256 node, uint256 place, uint256 depth, uint256 asked) private pure {
        unchecked {
            TypeNode here = node.at();
            uint256 kind = here.kind();
            uint256 ended = place >> 128;
            if (ended & self.openSet != 0 && asked & CARRIES == 0) asked |= NOTHING;
            if (kind == TypeNodes.TUPLE) {
                uint256 end = node + here.span();
                uint256 part = 0;
                for (node += 0x20; node < end; node += node.at().span()) {
                    _walk(self, node, self.onward(place, depth, part++), depth + 1, asked);
                }
                return;
            }
            if (kind >= TypeNodes.BYTES) {
                if (ended & self.content != 0) asked |= NOTHING;
                uint256 length = here.size();
                if (length == 0) length = _exactLength(self, place, depth);
                if (length == 0) asked |= NOTHING;
                if (kind == TypeNodes.ARRAY) {
                    _walkArray(self, node + 0x20, place, depth, asked, length);
                    return;
                }
                if (ended & self.innerSet != 0) {
                    node = self.first(ended & self.innerSet).root();
                    _walk(self, node, self.onward(place, depth, ArgumentPaths.INNER), depth + 1, asked | INSIDE);
                    return;
                }
            }
            if (asked & NOTHING == 0 && !_isSound(self, here, ended, asked) && self.unsound == NONE)
                self.unsound = self.leaf;
            ++self.leaf;
        }
    }

    /// @dev All elements by what `[*]` says; if that is not enough, and their number is known, one by one.
    function _walkArray(
        Publication memory self,
        uint256 element,
        uint256 place,
        uint256 depth,
        uint256 asked,
        uint256 length
    ) private pure {
        unchecked {
            uint256 start = self.leaf;
            uint256 before = self.unsound;
            _walk(self, element, self.onward(place, depth, ArgumentPaths.EACH), depth + 1, asked);
            if (self.unsound == before || length > MAX_ELEMENTS || asked & CARRIES != 0) return;
            if (uint128(place) == 0) return;
            uint256 end = self.leaf;
            self.unsound = before;
            for (uint256 i = 0; i < length && self.unsound == before; ++i) {
                self.leaf = start;
                uint256 there = self.onward(place, depth, ArgumentPaths.ELEMENT + i);
                _walk(self, element, there, depth + 1, asked);
            }
            self.leaf = end;
        }
    }

    function _isSound(
        Publication memory self,
        TypeNode leaf,
        uint256 ended,
        uint256 asked
    ) private pure returns (bool) {
        uint256 kind = leaf.kind();
        if (kind == TypeNodes.STRING) return self.isFree && asked == 0;
        if (kind == TypeNodes.BYTES) return false;
        if (ended & self.binding != 0) return true;
        uint256 bits = leaf.bits();
        if (asked == CARRIES || asked == CARRIES | INSIDE) return bits <= (kind == TypeNodes.BYTES_N ? 152 : FREE_BITS);
        bool isWide =
            kind == TypeNodes.ADDRESS || kind == TypeNodes.FUNCTION || (kind == TypeNodes.BYTES_N && bits >= 160);
        if (asked == INSIDE) return !isWide && ended & self.some != 0;
        return !isWide || (kind == TypeNodes.BYTES_N && self.isFree);
    }
}
