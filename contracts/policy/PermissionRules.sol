// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {FREE_BITS} from "../types/Bounds.sol";
import {Argument, ArgumentPaths} from "./ArgumentPaths.sol";
import {Trusts} from "./Numbers.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {RuleTests} from "./RuleTests.sol";
import {Soundness} from "./Soundness.sol";
import {TypeNode, TypeNodes} from "./TypeNode.sol";

/// @title The values of rules
/// @notice Tests that fit the type, values that the argument can have, rules that can hold and can fail; see the
/// specification, "Tests".
library PermissionRules {
    using ArgumentPaths for Publication;
    using TypeNodes for uint256;

    // Lists of values, by their place in a rule.
    uint256 private constant NO_LIST = 0;
    uint256 private constant ADDRESSES = 3;
    uint256 private constant NUMBERS = 4;
    uint256 private constant WORDS = 5;
    uint256 private constant WRONG = 6;

    /// @dev Makes signed numbers ascend like unsigned ones.
    uint256 private constant SIGN = 1 << 255;
    /// @dev The value is admitted below 2**128, a length below 2**32.
    uint256 private constant VALUE_BITS = 128;
    uint256 private constant LENGTH_BITS = 32;
    /// @dev One more than the values of "is not".
    uint256 private constant CANDIDATES = 33;

    /// @dev First the values of all rules, then the contradictions.
    function check(Publication memory self) internal pure {
        _checkAll(self, false);
        _checkAll(self, true);
    }

    /// @dev Rules of one argument stand side by side.
    function _checkAll(Publication memory self, bool asksContradiction) private pure {
        uint256 count = PolicyData.count(self.rules);
        uint256 start;
        while (start < count) {
            uint256 text = PolicyData.tail(PolicyData.item(self.rules, start), 0);
            bool isBound;
            uint256 end = start;
            unchecked {
                for (; end < count; ++end) {
                    uint256 other = PolicyData.tail(PolicyData.item(self.rules, end), 0);
                    if (PolicyData.compare(other, text) != PolicyData.EQUAL) break;
                    if (RuleTests.isIn(RuleTests.testOf(self, end), RuleTests.BINDING)) isBound = true;
                }
            }
            Argument argument = self.bySource((ArgumentPaths.RULE << 8) | start);
            uint256 node = Argument.unwrap(argument) == 0 ? self.value : argument.node();
            (uint256 low, uint256 high) = _range(self, argument, node.at(), isBound);
            if (asksContradiction) {
                if (_neverHold(self, start, end, low, high)) self.refuse(IPolicyErrors.RulesNeverHold.selector, start);
                start = end;
            }
            for (; start < end; ++start) _checkRule(self, start, node, low, high);
        }
    }

    /// @dev What is admitted, both inclusive; numbers with their sign turned.
    function _range(
        Publication memory self,
        Argument argument,
        TypeNode leaf,
        bool isBound
    ) private pure returns (uint256 low, uint256 high) {
        uint256 kind = leaf.kind();
        if (kind == TypeNodes.ADDRESS || kind > TypeNodes.INT) return (0, type(uint256).max);
        uint256 bits = leaf.bits();
        if (leaf.size() == TypeNodes.VALUE) {
            bits = VALUE_BITS;
        } else if (leaf.size() == TypeNodes.LENGTH) {
            bits = LENGTH_BITS;
        } else if (
            bits > FREE_BITS &&
            !isBound &&
            self.trust != Trusts.COUNTED &&
            self.trust != Trusts.ASKED &&
            Soundness.openings(self, argument) == 0
        ) {
            bits = FREE_BITS;
        }
        unchecked {
            // 2**256 is 0, and 0 - 1 all ones.
            uint256 half = 1 << (bits - 1);
            if (kind == TypeNodes.INT) return (SIGN - half, SIGN + half - 1);
            return (SIGN, SIGN | ((half << 1) - 1));
        }
    }

    /// @dev The list that a test's values stand in, by the type.
    function _listOf(uint256 node, uint256 test) private pure returns (uint256) {
        TypeNode leaf = node.at();
        uint256 kind = leaf.kind();
        if (RuleTests.isIn(test, RuleTests.CONTENTS)) {
            unchecked {
                bool isContent =
                    kind == TypeNodes.BYTES ||
                        kind == TypeNodes.STRING ||
                        (kind == TypeNodes.ARRAY && leaf.size() == 0 && (node + 0x20).at().isWord());
                return isContent ? WORDS : WRONG;
            }
        }
        if (!leaf.isWord()) return WRONG;
        bool isUint = kind == TypeNodes.UINT;
        bool isPrincipal =
            kind == TypeNodes.ADDRESS ||
                (leaf.bits() == 256 && leaf.size() == 0 && (isUint || kind == TypeNodes.BYTES_N));
        if (test == RuleTests.PRINCIPAL) return isPrincipal ? NO_LIST : WRONG;
        if (test == RuleTests.OR_PRINCIPAL && !isPrincipal) return WRONG;
        if (RuleTests.isRate(test)) return isUint ? NUMBERS : WRONG;
        if (isUint || kind == TypeNodes.INT) return NUMBERS;
        if (test == RuleTests.AT_LEAST || test == RuleTests.AT_MOST) return WRONG;
        if (kind == TypeNodes.BOOL) return NUMBERS;
        return kind == TypeNodes.ADDRESS ? ADDRESSES : WORDS;
    }

    function _checkRule(Publication memory self, uint256 rule, uint256 node, uint256 low, uint256 high) private pure {
        uint256 at = PolicyData.item(self.rules, rule);
        uint256 test = RuleTests.testOf(self, rule);
        if (test == RuleTests.UNKNOWN) {
            PolicyData.refuseText(
                IPolicyErrors.RuleTestUnknown.selector,
                0x40,
                self.index,
                rule,
                PolicyData.tail(at, 1)
            );
        }
        uint256 used = _listOf(node, test);
        if (used == WRONG) self.refuse(IPolicyErrors.RuleTestNotForType.selector, rule);
        uint256 count;
        unchecked {
            for (uint256 list = ADDRESSES; list <= WORDS; ++list) {
                uint256 values = PolicyData.count(PolicyData.tail(at, list));
                if (list == used) count = values;
                else if (values != 0) self.refuse(IPolicyErrors.RuleListInvalid.selector, rule);
            }
        }
        (uint256 least, uint256 most) = RuleTests.bounds(test);
        if (count < least || count > most)
            self.refuse(IPolicyErrors.RuleValuesInvalid.selector, rule, count, least, most);
        if (RuleTests.isRate(test)) _checkRate(self, rule, PolicyData.tail(at, NUMBERS));
        else if (count != 0) _checkValues(self, rule, node.at(), low, high);
    }

    function _checkRate(Publication memory self, uint256 rule, uint256 list) private pure {
        uint256 numerator = PolicyData.word(list, 1);
        uint256 denominator = PolicyData.word(list, 2);
        (uint256 a, uint256 b) = (numerator, denominator);
        // The greatest common divisor, which is not looked for where one of the two is not positive.
        if (int256(a) > 0 && int256(b) > 0) {
            while (b != 0) (a, b) = (b, a % b);
        } else {
            a = 0;
        }
        if (a != 1) self.refuse(IPolicyErrors.RateInvalid.selector, rule, numerator, denominator);
    }

    function _checkValues(
        Publication memory self,
        uint256 rule,
        TypeNode leaf,
        uint256 low,
        uint256 high
    ) private pure {
        (uint256 list, uint256 sign) = _valuesOf(self, rule);
        bool isUint = leaf.kind() == TypeNodes.UINT;
        uint256 value;
        unchecked {
            for (uint256 i = 0; i < PolicyData.count(list); ++i) {
                uint256 word = PolicyData.word(list, i + 1);
                uint256 before = value;
                value = word ^ sign;
                if (i > 0 && value <= before) self.refuse(IPolicyErrors.RuleValuesNotAscending.selector, rule, i);
                if (isUint && value < SIGN) self.refuse(IPolicyErrors.RuleValueNegative.selector, rule, i, word);
                bool isDirty = leaf.kind() > TypeNodes.INT && leaf.isWord() && word << leaf.bits() != 0;
                if (isDirty || value < low || value > high)
                    self.refuse(IPolicyErrors.RuleValueOutOfType.selector, rule, i);
            }
        }
        uint256 test = RuleTests.testOf(self, rule);
        // 2**255 - 1 is as much as a rule can say, and less than a `uint256` can be.
        bool isAll = value == high && !(isUint && value == type(uint256).max);
        if ((test == RuleTests.AT_LEAST && value == low) || (test == RuleTests.AT_MOST && isAll))
            self.refuse(IPolicyErrors.RuleAlwaysHolds.selector, rule);
    }

    /// @dev The list of a rule's values, and what turns their sign.
    function _valuesOf(Publication memory self, uint256 rule) private pure returns (uint256 list, uint256 sign) {
        uint256 at = PolicyData.item(self.rules, rule);
        list = PolicyData.tail(at, NUMBERS);
        if (PolicyData.count(list) != 0) return (list, SIGN);
        list = PolicyData.tail(at, ADDRESSES);
        if (PolicyData.count(list) == 0) list = PolicyData.tail(at, WORDS);
    }

    /// @dev Whether no value meets those of the rules from `start` to `end` that compare a word with values. Looked for
    /// among the values of one that lists what it admits, else among the least ones: more than "is not" can exclude.
    function _neverHold(
        Publication memory self,
        uint256 start,
        uint256 end,
        uint256 low,
        uint256 high
    ) private pure returns (bool) {
        uint256 list;
        uint256 sign;
        uint256 count = CANDIDATES;
        unchecked {
            for (uint256 rule = start; rule < end; ++rule) {
                uint256 test = RuleTests.testOf(self, rule);
                if (test == RuleTests.AT_LEAST) {
                    (uint256 bound, ) = _valuesOf(self, rule);
                    low = PolicyData.word(bound, 1) ^ SIGN;
                }
                if (test == RuleTests.IS || test == RuleTests.IS_ONE_OF) {
                    (list, sign) = _valuesOf(self, rule);
                    count = PolicyData.count(list);
                }
            }
            if (list == 0 && high - low < count) count = high - low + 1;
            for (uint256 i = 1; i <= count; ++i) {
                uint256 value = list == 0 ? low + i - 1 : PolicyData.word(list, i) ^ sign;
                uint256 rule = start;
                while (rule < end && _meets(self, rule, value)) ++rule;
                if (rule == end) return false;
            }
        }
        return true;
    }

    function _meets(Publication memory self, uint256 rule, uint256 value) private pure returns (bool) {
        uint256 test = RuleTests.testOf(self, rule);
        (uint256 list, uint256 sign) = _valuesOf(self, rule);
        uint256 first = PolicyData.word(list, 1) ^ sign;
        if (test == RuleTests.AT_LEAST) return value >= first;
        if (test == RuleTests.AT_MOST) return value <= first;
        if (test > RuleTests.IS_ONE_OF) return true;
        unchecked {
            for (uint256 i = PolicyData.count(list); i > 0; --i) {
                if (PolicyData.word(list, i) ^ sign == value) return test != RuleTests.IS_NOT;
            }
        }
        return test == RuleTests.IS_NOT;
    }
}
