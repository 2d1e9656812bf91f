// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {TokenTable} from "../libraries/TokenTable.sol";
import {COUNTER_BOUND} from "../types/Bounds.sol";
import {ANY_TARGET} from "../types/Sentinels.sol";
import {Argument, ArgumentPaths} from "./ArgumentPaths.sol";
import {MethodKinds, Trusts} from "./Numbers.sol";
import {PolicyData, Publication} from "./Publication.sol";
import {RuleTests} from "./RuleTests.sol";
import {Soundness} from "./Soundness.sol";
import {TokenQuestions} from "./TokenQuestions.sol";

/// @title Counted, trusted, asked alone or open
/// @notice The conditions of the sentinels and of the token table; see the specification, "Counted, trusted, open".
library Classes {
    using ArgumentPaths for Publication;

    uint256 internal constant PERMIT2 = uint256(uint160(0x000000000022D473030F116dDEE9F6B43aC78BA3));
    uint256 private constant ANY = uint256(uint160(ANY_TARGET));

    // Rows with conditions of their own, by their selectors.
    /// @dev `redeem(uint256,address,address)`
    uint256 private constant REDEEM = 0xba087652;
    /// @dev `deposit(uint256,address)`
    uint256 private constant DEPOSIT = 0x6e553f65;
    /// @dev `delegate(address)`
    uint256 private constant DELEGATE = 0x5c19a95c;
    /// @dev Of an OFT's `send`: parts of its first argument, and the leaf of its third one.
    uint256 private constant BOUND_PARTS = 0x01040506;
    uint256 private constant REFUND_LEAF = 9;

    uint256 private constant IS = 1 << RuleTests.IS;
    uint256 private constant IS_OR_ONE_OF = IS | (1 << RuleTests.IS_ONE_OF);
    uint256 private constant PRINCIPAL = 1 << RuleTests.PRINCIPAL;

    /// @dev Sets the class of the permission; what its row draws, and whether it only takes back.
    function decide(Publication memory self, uint256 kind) internal view {
        self.drawn = 0;
        self.takesBack = false;
        if (kind == MethodKinds.METHOD) {
            self.trust = _method(self);
            return;
        }
        bool isNative = kind == MethodKinds.NATIVE;
        if (isNative && self.maxValue == 0) self.refuse(IPolicyErrors.NativeTransferWithoutValue.selector);
        if (self.consumable != 0) self.refuse(IPolicyErrors.UnsafeConsumable.selector);
        uint256 open = PolicyData.count(self.open);
        bool carries =
            isNative
                ? open != 0
                : self.target == ANY ||
                    self.maxValue | PolicyData.count(self.spends) | PolicyData.count(self.rules) != 0;
        if (carries) self.refuse(IPolicyErrors.UnsafeWildcard.selector);
        if (self.isLimited(self.target)) self.refuse(IPolicyErrors.UnsafeOnLimitedToken.selector, self.target);
        if (isNative) {
            self.trust = Trusts.COUNTED;
            _requireCounters(self, 0);
        } else {
            if (open == 0) self.refuse(IPolicyErrors.UnboundArgument.selector, 0);
            self.trust = Trusts.OPEN;
        }
    }

    function _method(Publication memory self) private view returns (uint256) {
        bool isRow = !self.row.isNone();
        uint256 open = PolicyData.count(self.open);
        if (self.target == ANY) {
            if (self.consumable != 0) self.refuse(IPolicyErrors.UnsafeConsumable.selector);
            if (isRow || self.maxValue | PolicyData.count(self.spends) != 0)
                self.refuse(IPolicyErrors.UnsafeWildcard.selector);
            if (open != 0) self.refuse(IPolicyErrors.OpenNotAllowed.selector);
        }
        bool isCounted = isRow && self.row.onLimited() == TokenTable.COUNTED;
        bool isLimited = self.isLimited(self.target);
        // A row that names its token draws that one's limit: what it does on a limited token itself nobody has counted.
        if (isLimited && (!isRow || self.row.onLimited() == TokenTable.REFUSED || self.row.isTokenInWord0()))
            self.refuse(IPolicyErrors.UnsafeOnLimitedToken.selector, self.target);
        if ((isLimited || isRow) && open != 0) self.refuse(IPolicyErrors.OpenNotAllowed.selector);
        if (isLimited) return isCounted ? _counted(self) : _harmless(self);
        if (!isCounted || self.row.elsewhere() != TokenTable.LIMIT) return _byTypes(self);
        if (self.row.isIdOnNft() && TokenQuestions.isNonFungible(address(uint160(self.target)))) return _byTypes(self);
        if (!self.row.isTokenInWord0()) self.refuse(IPolicyErrors.UnsafeOutflow.selector, self.target);
        // What only looks like Permit2 counts nothing that holds against everybody.
        return self.target == PERMIT2 ? _counted(self) : _byTypes(self);
    }

    // --- the token table --------------------------------------------------------------------------------------------

    function _counted(Publication memory self) private pure returns (uint256) {
        uint256 token = self.target;
        if (self.row.isTokenInWord0()) {
            token = 0;
            uint256 rule = _ruleOn(self, 1, 0, IS);
            if (rule != 0) {
                uint256 addresses = _values(self, rule, 3);
                if (PolicyData.count(addresses) == 1) token = PolicyData.word(addresses, 1);
            }
        }
        if (token == 0 || !self.isLimited(token)) self.refuse(IPolicyErrors.UnsafeOutflow.selector, token);
        self.drawn = token;
        _requireCounters(self, 0);
        self.takesBack = _isZeroGranted(self);
        uint256 spender = self.row.spenderWord();
        if (spender != TokenTable.NO_WORD && !self.takesBack) _require(self, spender, IS_OR_ONE_OF, spender);
        _checkConditions(self);
        return Trusts.COUNTED;
    }

    function _harmless(Publication memory self) private view returns (uint256) {
        _checkConditions(self);
        self.takesBack = self.row.takesBack();
        uint256 asset;
        if (uint32(self.key) == DEPOSIT) {
            asset = uint160(TokenQuestions.assetOf(address(uint160(self.target))));
            bool isDeclared;
            unchecked {
                for (uint256 i = 0; i < PolicyData.count(self.spends); ++i) {
                    uint256 spend = PolicyData.item(self.spends, i);
                    uint256 text = PolicyData.tail(spend, 1);
                    bool isFirst = PolicyData.count(text) == 1 && PolicyData.byteAt(text + 0x20) == 0x30;
                    if (isFirst && PolicyData.word(spend, 0) == asset) isDeclared = true;
                }
            }
            if (!isDeclared) self.refuse(IPolicyErrors.UnsafeOutflow.selector, asset);
        }
        _requireCounters(self, asset);
        return Trusts.COUNTED;
    }

    /// @dev What rows ask that the table's own columns do not say.
    function _checkConditions(Publication memory self) private pure {
        if (!self.row.hasConditions()) return;
        uint256 selector = uint32(self.key);
        if (selector == DELEGATE) {
            _require(self, 0, RuleTests.BINDING, 0);
        } else if (selector == DEPOSIT) {
            _require(self, 1, PRINCIPAL, 1);
        } else if (selector == REDEEM) {
            _require(self, 1, PRINCIPAL, 1);
            _require(self, 2, PRINCIPAL, 2);
        } else {
            unchecked {
                for (uint256 parts = BOUND_PARTS; parts != 0; parts >>= 8) {
                    uint256 part = uint8(parts);
                    bool isBound =
                        _ruleOn(self, 2, part << 32, RuleTests.BINDING | RuleTests.CONTENTS) != 0 ||
                            _isZero(self, 3, (part << 32) | (ArgumentPaths.LENGTH << 64));
                    if (!isBound) self.refuse(IPolicyErrors.UnsafeRecipient.selector, part);
                }
            }
            _require(self, 2, RuleTests.BINDING, REFUND_LEAF);
        }
    }

    function _require(Publication memory self, uint256 argument, uint256 tests, uint256 leaf) private pure {
        if (_ruleOn(self, 1, argument, tests) == 0) self.refuse(IPolicyErrors.UnsafeRecipient.selector, leaf);
    }

    /// @dev Tokens are counted by the row alone; what is declared beside it are counters, or what a vault takes.
    function _requireCounters(Publication memory self, uint256 asset) private pure {
        unchecked {
            for (uint256 i = 0; i < PolicyData.count(self.spends); ++i) {
                uint256 unit = PolicyData.word(PolicyData.item(self.spends, i), 0);
                if (unit >= COUNTER_BOUND && unit != asset)
                    self.refuse(IPolicyErrors.SpendUnitInvalid.selector, i, unit);
            }
        }
    }

    /// @dev The first rule of one of these tests on exactly this path, from 1; 0 if there is none.
    /// @param path `count` steps, 32 bits each from the lowest
    function _ruleOn(
        Publication memory self,
        uint256 count,
        uint256 path,
        uint256 tests
    ) private pure returns (uint256) {
        unchecked {
            for (uint256 i = 0; i < self.argumentCount; ++i) {
                Argument argument = self.argumentAt(i);
                if (argument.class() != ArgumentPaths.RULE || !ArgumentPaths.isAt(argument, count, path)) continue;
                if (RuleTests.isIn(RuleTests.testOf(self, argument.item()), tests)) return argument.item() + 1;
            }
            return 0;
        }
    }

    /// @dev A list of the rule's values; `rule` counts from 1.
    function _values(Publication memory self, uint256 rule, uint256 list) private pure returns (uint256) {
        unchecked {
            return PolicyData.tail(PolicyData.item(self.rules, rule - 1), list);
        }
    }

    function _isZero(Publication memory self, uint256 count, uint256 path) private pure returns (bool) {
        uint256 rule = _ruleOn(self, count, path, IS);
        if (rule == 0) return false;
        uint256 numbers = _values(self, rule, 4);
        return PolicyData.count(numbers) != 0 && PolicyData.word(numbers, 1) == 0;
    }

    /// @dev Whether the row only takes back because of what it grants.
    function _isZeroGranted(Publication memory self) private pure returns (bool) {
        uint256 granted = self.row.grantedWord();
        return granted != TokenTable.NO_WORD && _isZero(self, 1, granted);
    }

    // --- every other method ------------------------------------------------------------------------------------------

    function _byTypes(Publication memory self) private pure returns (uint256) {
        bool isRow = !self.row.isNone();
        // What reaches this of an `approve` of amounts is one of ids, of which 0 is one as any other.
        self.takesBack = isRow && (self.row.takesBack() || (!self.row.isIdOnNft() && _isZeroGranted(self)));
        uint256 unsound = self.takesBack ? Soundness.NONE : Soundness.firstUnsound(self);
        bool isOpen = PolicyData.count(self.open) != 0;
        if (isOpen) Soundness.checkOpen(self);
        if (unsound == Soundness.NONE) return isOpen ? Trusts.OPEN : Trusts.TRUSTED;
        if (isOpen || isRow || self.consumable == 0) self.refuse(IPolicyErrors.UnboundArgument.selector, unsound);
        if (self.maxValue != 0) self.refuse(IPolicyErrors.UnsafeConsumable.selector);
        return Trusts.ASKED;
    }
}
