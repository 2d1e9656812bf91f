// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {EntryPoints} from "../libraries/EntryPoints.sol";
import {TokenRow, TokenTable} from "../libraries/TokenTable.sol";
import {
    COUNTER_BOUND,
    MAX_ALTERNATIVES,
    MAX_INNERS,
    MAX_OPEN,
    MAX_POINTERS,
    MAX_RULES,
    MAX_SCALE,
    MAX_SPENDS
} from "../types/Bounds.sol";
import {Argument, ArgumentPaths} from "./ArgumentPaths.sol";
import {Classes} from "./Classes.sol";
import {MethodText} from "./MethodText.sol";
import {PermissionRules} from "./PermissionRules.sol";
import {Lists, MethodKinds} from "./Numbers.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {RuleTests} from "./RuleTests.sol";
import {StoredForm} from "./StoredForm.sol";
import {TokenRowsCode} from "./TokenRows.sol";
import {TypeNodes} from "./TypeNode.sol";

/// @title The permissions of a policy
/// @notice Checks one after the other, in the specification's order, and has it written.
library Permissions {
    using ArgumentPaths for Publication;
    using TypeNodes for uint256;

    uint256 private constant STAR = 0x2a; // *

    /// @param permission where it begins
    /// @param end where the next one, or what follows them, begins
    function add(Publication memory self, uint256 permission, uint256 end) internal view {
        uint256 free = self.free;
        assembly ("memory-safe") {
            // Nothing of the permission before is used again.
            mstore(0x40, free)
        }
        self.reset();
        uint256 target = PolicyData.word(permission, 0);
        if (target < COUNTER_BOUND || isMachinery(self, target))
            self.refuse(IPolicyErrors.UnsafeTarget.selector, target);
        uint256 kind = _readMethod(
            self,
            PolicyData.tail(permission, 1),
            target,
            PolicyData.hash(permission, end - permission)
        );
        self.maxValue = PolicyData.word(permission, 2);
        self.spends = PolicyData.tail(permission, 3);
        self.rules = PolicyData.tail(permission, 4);
        self.inners = PolicyData.tail(permission, 5);
        self.consumable = PolicyData.word(permission, 6);
        self.open = PolicyData.tail(permission, 7);
        _checkLists(self);
        if (self.maxValue != 0 && !self.isLimited(0)) self.refuse(IPolicyErrors.UnsafeValue.selector, self.maxValue);
        _readArguments(self);
        Classes.decide(self, kind);
        PermissionRules.check(self);
        StoredForm.addPermission(self, kind);
    }

    /// @dev Latchkey, its extension, entrance or forwarder, or an EntryPoint.
    function isMachinery(Publication memory self, uint256 account) internal pure returns (bool) {
        return
            account == self.latchkey ||
            account == self.extension ||
            account == self.entrance ||
            account == self.forwarder ||
            EntryPoints.contains(address(uint160(account)));
    }

    /// @dev Its text, its row of the token table, its place among the others.
    function _readMethod(
        Publication memory self,
        uint256 text,
        uint256 target,
        uint256 hash
    ) private pure returns (uint256 kind) {
        uint256 size = PolicyData.count(text);
        uint256 textHash = PolicyData.hash(text + 0x20, size);
        uint256 selector;
        self.row = TokenRow.wrap(0);
        if (size > 1 || (size == 1 && PolicyData.byteAt(text + 0x20) != STAR)) {
            kind = MethodKinds.METHOD;
            (self.root, ) = MethodText.parse(self, text, 0);
            uint256 pointers = self.root.at().pointers();
            // The arguments themselves are not behind one.
            if (pointers > MAX_POINTERS + 1)
                self.refuse(IPolicyErrors.MethodTooDeep.selector, pointers - 1, MAX_POINTERS);
            self.row = _rowOf(self, textHash);
            selector = textHash >> 224;
        } else {
            kind = size == 0 ? MethodKinds.NATIVE : MethodKinds.WILDCARD;
            self.root = ArgumentPaths.allocate(TypeNodes.make(TypeNodes.TUPLE, 1, 0, 0, 0, 1));
        }
        uint256 key = (target << 40) | (kind << 32) | selector;
        if (key < self.key) self.refuse(IPolicyErrors.UnsafeOrder.selector);
        unchecked {
            if (key == self.key) {
                if (self.alternatives == MAX_ALTERNATIVES)
                    self.refuse(IPolicyErrors.TooManyAlternatives.selector, MAX_ALTERNATIVES);
                if (textHash != self.textHash) self.refuse(IPolicyErrors.MethodTextsDiffer.selector, selector << 224);
                for (uint256 i = 0; i < self.alternatives; ++i) {
                    if (PolicyData.load(self.hashes + i * 32) == hash)
                        self.refuse(IPolicyErrors.AlternativeRepeated.selector);
                }
            } else {
                StoredForm.endMethod(self);
                if (target != self.target) StoredForm.endTarget(self);
                self.key = key;
                self.target = target;
                self.textHash = textHash;
                self.alternatives = 0;
            }
            uint256 at = self.hashes + self.alternatives++ * 32;
            assembly ("memory-safe") {
                // One of eight words.
                mstore(at, hash)
            }
        }
    }

    /// @dev Reverts with `UnsafeSelector` if the selector stands for another text.
    function _rowOf(Publication memory self, uint256 textHash) private pure returns (TokenRow row) {
        row = TokenRowsCode.find(self.rows, bytes4(bytes32(textHash)));
        if (!row.isNone() && !row.isTextOf(bytes32(textHash)))
            self.refuse(IPolicyErrors.UnsafeSelector.selector, (textHash >> 224) << 224);
    }

    // --- lists ------------------------------------------------------------------------------------------------------

    function _checkLists(Publication memory self) private pure {
        _checkCount(self, self.spends, MAX_SPENDS, IPolicyErrors.TooManySpends.selector);
        _checkCount(self, self.rules, MAX_RULES, IPolicyErrors.TooManyRules.selector);
        _checkCount(self, self.inners, MAX_INNERS, IPolicyErrors.TooManyInners.selector);
        _checkCount(self, self.open, MAX_OPEN, IPolicyErrors.TooManyOpen.selector);
        _checkOrder(self, self.spends, 1, 2, IPolicyErrors.SpendsNotAscending.selector);
        _checkOrder(self, self.rules, 0, 3, IPolicyErrors.RulesNotAscending.selector);
        _checkOrder(self, self.inners, 0, 1, IPolicyErrors.InnersNotAscending.selector);
        _checkOrder(self, self.open, 0, 0, IPolicyErrors.OpenNotAscending.selector);
    }

    function _checkCount(Publication memory self, uint256 list, uint256 most, bytes4 error_) private pure {
        uint256 count = PolicyData.count(list);
        if (count > most) self.refuse(error_, count, most);
    }

    /// @dev Entries compare by their texts from `from` to `to`, exclusive; by the number in front if `from` is not 0;
    /// as texts themselves if there are none to compare.
    function _checkOrder(Publication memory self, uint256 list, uint256 from, uint256 to, bytes4 error_) private pure {
        unchecked {
            for (uint256 i = 1; i < PolicyData.count(list); ++i) {
                uint256 a = PolicyData.item(list, i - 1);
                uint256 b = PolicyData.item(list, i);
                uint256 order = PolicyData.EQUAL;
                if (from != 0) order = PolicyData.order(PolicyData.word(a, 0), PolicyData.word(b, 0));
                if (to == 0) order = PolicyData.compare(a, b);
                for (uint256 text = from; text < to && order == PolicyData.EQUAL; ++text) {
                    order = PolicyData.compare(PolicyData.tail(a, text), PolicyData.tail(b, text));
                }
                if (order != PolicyData.LESS) self.refuse(error_, i);
            }
        }
    }

    // --- what it says of its arguments ------------------------------------------------------------------------------

    function _readArguments(Publication memory self) private pure {
        unchecked {
            for (uint256 i = 0; i < PolicyData.count(self.inners); ++i) _readInner(self, i);
            self.testsOf = 0;
            self.sidesOf = 0;
            self.sides = 0;
            for (uint256 i = 0; i < PolicyData.count(self.rules); ++i) _readRule(self, i);
            for (uint256 i = 0; i < PolicyData.count(self.spends); ++i) _readSpend(self, i);
            for (uint256 i = 0; i < PolicyData.count(self.open); ++i) _readOpen(self, i);
        }
        _addAmount(self);
        self.sort();
        _gather(self);
    }

    function _readInner(Publication memory self, uint256 i) private pure {
        uint256 at = PolicyData.item(self.inners, i);
        Argument argument = self.read(PolicyData.tail(at, 0), Lists.INNER, i, (ArgumentPaths.INNERS << 8) | i);
        uint256 pointers = self.pointers;
        if (argument.node().at().kind() != TypeNodes.BYTES) self.refuse(IPolicyErrors.InnerNotBytes.selector, i);
        unchecked {
            uint256 text = PolicyData.tail(at, 1);
            (uint256 root, bool isCall) = MethodText.parse(self, text, i + 1);
            if (isCall) {
                uint256 hash = PolicyData.hash(text + 0x20, PolicyData.count(text));
                _rowOf(self, hash);
                argument.set(160, hash | 1);
            }
            // The encoding itself is not behind another one.
            if (root.at().pointers() + pointers > MAX_POINTERS + 1)
                self.refuse(IPolicyErrors.ArgumentTooDeep.selector, (Lists.INNER), i, MAX_POINTERS);
            for (uint256 j = 0; j < i; ++j) {
                if (ArgumentPaths.overlap(self.argumentAt(j), argument))
                    self.refuse(IPolicyErrors.InnersOverlap.selector, i);
            }
            argument.set(128, root);
        }
    }

    function _readRule(Publication memory self, uint256 i) private pure {
        uint256 at = PolicyData.item(self.rules, i);
        uint256 text = PolicyData.tail(at, 0);
        uint256 per = PolicyData.tail(at, 2);
        uint256 test = RuleTests.read(self, PolicyData.tail(at, 1));
        unchecked {
            self.testsOf |= test << (248 - i * 8);
            if (!ArgumentPaths.isValue(text)) self.read(text, Lists.RULE, i, (ArgumentPaths.RULE << 8) | i);
            if (RuleTests.isRate(test)) {
                if (PolicyData.count(per) == 0 || PolicyData.compare(text, per) == PolicyData.EQUAL)
                    self.refuse(IPolicyErrors.RateSideInvalid.selector, i);
                uint256 registers = (_side(self, text, i) << 8) | _side(self, per, i);
                self.sidesOf |= registers << (240 - i * 16);
            } else if (PolicyData.count(per) != 0) {
                self.refuse(IPolicyErrors.RateSideInvalid.selector, i);
            }
        }
    }

    /// @return register where the pass keeps this side: 0 for the value
    function _side(Publication memory self, uint256 text, uint256 rule) private pure returns (uint256 register) {
        if (ArgumentPaths.isValue(text)) return 0;
        uint256 count = self.argumentCount;
        Argument argument = self.read(text, Lists.RATE_SIDE, rule, 0);
        if (argument.stars() != 0 || argument.node().at().kind() != TypeNodes.UINT)
            self.refuse(IPolicyErrors.RateSideInvalid.selector, rule);
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                Argument other = self.argumentAt(i);
                if (other.class() != ArgumentPaths.SIDE || other.count() != argument.count()) continue;
                if (!ArgumentPaths.isPrefix(other, argument)) continue;
                // Known already.
                self.argumentCount = count;
                return other.item();
            }
            register = ++self.sides;
        }
        argument.set(96, (ArgumentPaths.SIDE << 8) | register);
    }

    function _readSpend(Publication memory self, uint256 i) private pure {
        uint256 at = PolicyData.item(self.spends, i);
        uint256 unit = PolicyData.word(at, 0);
        uint256 text = PolicyData.tail(at, 1);
        bool isConstant = PolicyData.count(text) == 0;
        uint256 scale = PolicyData.word(at, 3);
        if (unit == 0) self.refuse(IPolicyErrors.SpendUnitInvalid.selector, i, unit);
        if (!self.isLimited(unit)) self.refuse(IPolicyErrors.SpendWithoutLimit.selector, i, unit);
        if (isConstant == (PolicyData.word(at, 2) == 0)) self.refuse(IPolicyErrors.SpendAmountInvalid.selector, i);
        if (scale > MAX_SCALE || (scale != 0 && (unit >= COUNTER_BOUND || isConstant)))
            self.refuse(IPolicyErrors.SpendScaleInvalid.selector, i, scale, MAX_SCALE);
        if (isConstant) return;
        Argument argument = self.read(text, Lists.SPEND, i, (ArgumentPaths.SPEND << 8) | i);
        if (argument.node().at().kind() != TypeNodes.UINT) self.refuse(IPolicyErrors.SpendNotNumber.selector, i);
    }

    function _readOpen(Publication memory self, uint256 i) private pure {
        uint256 text = PolicyData.item(self.open, i);
        uint256 source = (ArgumentPaths.OPEN << 8) | i;
        if (PolicyData.count(text) == 1 && PolicyData.byteAt(text + 0x20) == STAR) {
            if (PolicyData.count(self.open) != 1) self.refuse(IPolicyErrors.OpenNotAlone.selector, 1);
            self.add(source);
            return;
        }
        Argument argument = self.read(text, Lists.OPEN, i, source);
        if (argument.node() == self.length) self.refuse(IPolicyErrors.OpenArgumentHarmless.selector, i);
    }

    /// @dev What a counted row draws: an argument, of an OFT's `send` a part of the first one.
    function _addAmount(Publication memory self) private pure {
        if (self.row.isNone() || self.row.onLimited() != TokenTable.COUNTED) return;
        Argument argument = self.add(ArgumentPaths.AMOUNT << 8);
        uint256 word = self.row.amountWord();
        if (word == TokenTable.NO_WORD) {
            ArgumentPaths.push(argument, 0);
            word = 2;
        }
        ArgumentPaths.push(argument, word);
    }

    /// @dev The sets of arguments that are looked for.
    function _gather(Publication memory self) private pure {
        self.place = 0;
        self.binding = 0;
        self.content = 0;
        self.exact = 0;
        self.some = 0;
        self.looked = 0;
        self.innerSet = 0;
        self.openSet = 0;
        unchecked {
            for (uint256 i = 0; i < self.argumentCount; ++i) {
                Argument argument = self.argumentAt(i);
                uint256 class = argument.class();
                uint256 own = 1 << i;
                self.place |= argument.count() == 0 ? own << 128 : own;
                if (class == ArgumentPaths.RULE) {
                    uint256 test = RuleTests.testOf(self, argument.item());
                    if (RuleTests.isIn(test, RuleTests.BINDING)) self.binding |= own;
                    if (RuleTests.isIn(test, RuleTests.CONTENTS)) self.content |= own;
                    if (test == RuleTests.IS) self.exact |= own;
                    if (test != RuleTests.IS_NOT) self.some |= own;
                }
                if (class == ArgumentPaths.SIDE || class == ArgumentPaths.SPEND) self.some |= own;
                if (class <= ArgumentPaths.SPEND && class != ArgumentPaths.SIDE) self.looked |= own;
                if (class == ArgumentPaths.INNERS) self.innerSet |= own;
                if (class == ArgumentPaths.OPEN) self.openSet |= own;
            }
        }
    }
}
