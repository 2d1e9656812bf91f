// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {EntryPoints} from "../libraries/EntryPoints.sol";
import {PolicyCode} from "../libraries/PolicyCode.sol";
import {TokenCall, TokenCalls} from "../libraries/TokenCalls.sol";
import {PermissionWord, PermissionWords} from "../types/PermissionWord.sol";
import {ANY_TARGET, MAX_RULES, MAX_VALUES, MethodKind, Permission, Rule, RuleKind} from "../types/Policy.sol";
import {WordType} from "../types/WordType.sol";
import {HeadWord, MethodText} from "./MethodText.sol";

/// @dev What the permissions of one policy are checked against and written to, and the permission that is being checked.
struct Publication {
    address latchkey;
    address forwarder;
    /// @dev The token of each limit; a limit's position counts from 1.
    address[] limited;
    /// @dev Position of the native coin's limit; 0 if there is none.
    uint256 nativeLimit;
    /// @dev Init code of the policy: as long as it will be.
    bytes initCode;
    /// @dev Where the next permission and the next detail go, in 32-byte words from the settings word.
    uint256 permissionAt;
    uint256 detailAt;
    /// @dev Working memory of `MethodText`, and the selectors of the token table.
    uint256[] scratch;
    bytes selectors;
    // Of one permission:
    uint256 index;
    PermissionFields head;
    /// @dev Position of the limit on the target itself; 0 if there is none.
    uint256 targetLimit;
    TokenCall row;
    uint256 headWords;
    // As in `PermissionWord`.
    uint256 limit;
    uint256 flags;
    uint256 amountWord;
    uint256 amountBytes;
    /// @dev Whether a rule still has to pin the row's head word: to values, or to values or the principal.
    bool needsValue;
    bool needsValueOrPrincipal;
}

/// @dev The words of a `Permission` in calldata, in their order. They are clean: `PolicyHash` has seen to that.
struct PermissionFields {
    address target;
    uint256 methodOffset;
    uint256 maxValue;
    address spendToken;
    uint256 amountArgument;
    uint256 spendAmount;
    uint256 rulesOffset;
    bool consumable;
}

/// @title Checking and writing the permissions of a policy
/// @notice Refuses what cannot be safe, with the errors of `IPolicyStore`.
/// @dev The one call out is ERC-165, by `staticcall`. Its gas is bounded; a target that is starved of it and therefore
/// not recognised leaves too little for the creation of the policy, which costs several times as much.
library PolicyEncoder {
    /// @dev Init code that returns what follows it: PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY,
    /// RETURNDATASIZE, RETURN.
    uint256 private constant INIT_CODE = 0x610000_80_600a_3d_39_3d_f3;
    uint256 private constant INIT_CODE_SIZE = 10;

    /// @dev Init code for `size` bytes, with the stored form still zero.
    function newInitCode(uint256 size) internal pure returns (bytes memory initCode) {
        initCode = new bytes(INIT_CODE_SIZE + size);
        uint256 head = INIT_CODE | (size << 56);
        assembly ("memory-safe") {
            // A policy is longer than the 22 bytes that this writes behind the init code, and they are zero.
            mstore(add(initCode, 0x20), shl(176, head))
        }
    }

    /// @dev Writes the word at byte `offset` of the stored form, which has been allocated.
    function put(bytes memory initCode, uint256 offset, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(initCode, add(0x20, INIT_CODE_SIZE)), offset), word)
        }
    }

    /// @dev The position of the limit on `token`; 0 if there is none.
    function limitOf(Publication memory self, address token) internal pure returns (uint256) {
        unchecked {
            address[] memory limited = self.limited;
            for (uint256 i = 0; i < limited.length; ++i) {
                if (limited[i] == token) return i + 1;
            }
            return 0;
        }
    }

    /// @dev Checks a permission and writes it with its detail.
    /// @param previousKey the key of the permission before it, 0 for the first
    /// @return key its own
    function add(
        Publication memory self,
        Permission calldata permission,
        uint256 index,
        uint256 previousKey
    ) internal view returns (uint256 key) {
        PermissionFields memory head = self.head;
        assembly ("memory-safe") {
            // `PermissionFields` has the eight words of a permission.
            calldatacopy(head, permission, 0x100)
        }
        address target = head.target;
        if (target == address(0) || target == self.latchkey || target == self.forwarder || EntryPoints.contains(target))
            revert IPolicyStore.UnsafeTarget(index, target);

        (MethodKind kind, bytes32 hash, uint256 headWords) = _readMethod(self, bytes(permission.method), index);
        key = PermissionWords.keyOf(target, kind, bytes4(hash));
        if (key <= previousKey) revert IPolicyStore.UnsafeOrder(index);

        self.index = index;
        self.targetLimit = limitOf(self, target);
        self.headWords = headWords;
        self.limit = 0;
        self.flags = head.consumable ? PermissionWords.CONSUMABLE : 0;
        self.amountWord = 0;
        self.amountBytes = 0;
        self.needsValue = false;
        self.needsValueOrPrincipal = false;
        Rule[] calldata rules = permission.rules;
        _checkSentinels(self, head, kind, hash, rules.length);
        _resolveSpend(self, head, rules);
        _write(self, head, rules, key);
    }

    function _readMethod(
        Publication memory self,
        bytes calldata text,
        uint256 index
    ) private pure returns (MethodKind kind, bytes32 hash, uint256 headWords) {
        if (text.length == 0) return (MethodKind.NATIVE, 0, 0);
        if (text.length == 1 && text[0] == "*") return (MethodKind.WILDCARD, 0, 0);
        (hash, headWords) = MethodText.parse(self.scratch, text, index);
    }

    function _checkSentinels(
        Publication memory self,
        PermissionFields memory head,
        MethodKind kind,
        bytes32 hash,
        uint256 rules
    ) private pure {
        uint256 index = self.index;
        TokenCall row = TokenCall.wrap(0);
        bool isMethod = kind == MethodKind.METHOD;
        if (isMethod) {
            row = TokenCalls.row(self.selectors, bytes4(hash));
            if (!row.isNone() && !row.isTextOf(hash)) revert IPolicyStore.UnsafeSelector(index, bytes4(hash));
        }
        self.row = row;

        bool isAny = head.target == ANY_TARGET;
        bool isEvery = kind == MethodKind.WILDCARD;
        if (head.consumable && (isAny || !isMethod)) revert IPolicyStore.UnsafeConsumable(index);
        if (isAny || isEvery) {
            if (
                (isAny && !(isMethod && row.isNone())) ||
                (isEvery && self.targetLimit | rules != 0) ||
                head.maxValue != 0 ||
                !_spendsNothing(head)
            ) revert IPolicyStore.UnsafeWildcard(index);
        }
        if (head.maxValue != 0 && self.nativeLimit == 0) revert IPolicyStore.UnsafeValue(index, head.maxValue);
    }

    function _spendsNothing(PermissionFields memory head) private pure returns (bool) {
        return uint160(head.spendToken) | head.spendAmount | head.amountArgument == 0;
    }

    /// @dev Which limit the call draws on and how much, and which words have to be pinned.
    function _resolveSpend(Publication memory self, PermissionFields memory head, Rule[] calldata rules) private view {
        address token = head.spendToken;
        TokenCall row = self.row;
        uint256 class = row.class();
        bool isLimited = self.targetLimit != 0;
        // A limited token is no ERC-721: that has been checked.
        if (
            class == TokenCalls.COUNTED &&
            row.isIdOnNft() &&
            !isLimited &&
            ERC165Checker.supportsInterface(head.target, type(IERC721).interfaceId)
        ) class = TokenCalls.RIGHTS;
        if (isLimited) _requirePrincipals(self, rules, row);
        if (class == TokenCalls.COUNTED || (isLimited && class == TokenCalls.COUNTED_IF_LIMITED)) {
            return _resolveCounted(self, head, rules, row);
        }

        // What a declaration says of a limited token's own method is its author's claim, and opens nothing.
        if (isLimited && class != TokenCalls.HARMLESS) {
            revert IPolicyStore.UnsafeOnLimitedToken(self.index, head.target);
        }
        if (isLimited || class != TokenCalls.HARMLESS) {
            self.needsValue = row.hasSpender();
            self.needsValueOrPrincipal = row.hasRecipient();
        }
        if (_spendsNothing(head)) return;

        uint256 word = head.amountArgument;
        self.limit = token == address(0) ? 0 : limitOf(self, token);
        bool isConstant = head.spendAmount != 0;
        bool isSafe =
            isConstant ? word == 0 : word < self.headWords && MethodText.headWord(self.scratch, word).isUint();
        if (self.limit == 0 || !isSafe) revert IPolicyStore.UnsafeSpend(self.index, token);
        if (!isConstant) _setAmount(self, word);
    }

    /// @dev On a limited token only the principal receives.
    function _requirePrincipals(Publication memory self, Rule[] calldata rules, TokenCall row) private pure {
        unchecked {
            // At most 3 words, from one below 16 on.
            uint256 first = row.pinnedWord();
            uint256 end = first + row.principals();
            for (uint256 word = first; word < end; ++word) {
                bool isPrincipal;
                for (uint256 i = 0; i < rules.length; ++i) {
                    if (rules[i].kind == RuleKind.EQUAL_PRINCIPAL && rules[i].word == word) isPrincipal = true;
                }
                if (!isPrincipal) revert IPolicyStore.UnsafeRecipient(self.index, word);
            }
        }
    }

    /// @dev A method whose outflow is counted whether the permission declares it or not.
    function _resolveCounted(
        Publication memory self,
        PermissionFields memory head,
        Rule[] calldata rules,
        TokenCall row
    ) private pure {
        address token = head.spendToken;
        uint256 word = row.amountWord();
        bool declares = token != address(0) && head.amountArgument == word && head.spendAmount == 0;
        bool isSafe;
        if (row.isTokenInWord0()) {
            isSafe = declares && _isWord0Pinned(rules, token);
        } else {
            isSafe = _spendsNothing(head) || (declares && token == head.target);
        }
        if (!isSafe) revert IPolicyStore.UnsafeSpend(self.index, token);
        if (!row.isTokenInWord0())
            token = head.target;
            // Permit2 is no token.
        else if (self.targetLimit != 0) revert IPolicyStore.UnsafeOnLimitedToken(self.index, head.target);
        self.limit = limitOf(self, token);
        if (self.limit == 0) revert IPolicyStore.UnsafeOutflow(self.index, token);
        self.needsValue = row.hasSpender();
        if (row.isExact()) self.flags |= PermissionWords.EXACT_LENGTH;
        _setAmount(self, word);
    }

    function _isWord0Pinned(Rule[] calldata rules, address token) private pure returns (bool) {
        for (uint256 i = 0; i < rules.length; ++i) {
            Rule calldata rule = rules[i];
            if (rule.kind == RuleKind.EQUAL && rule.word == 0 && rule.values.length == 1) {
                if (uint256(rule.values[0]) == uint160(token)) return true;
            }
        }
        return false;
    }

    /// @dev PermissionFields word `word` is a `uintN`, whose word type is N / 8.
    function _setAmount(Publication memory self, uint256 word) private pure {
        self.amountWord = word;
        self.amountBytes = WordType.unwrap(MethodText.headWord(self.scratch, word).wordType());
    }

    function _write(
        Publication memory self,
        PermissionFields memory head,
        Rule[] calldata rules,
        uint256 key
    ) private pure {
        unchecked {
            // The stored form is at most MAX_POLICY_SIZE bytes.
            uint256 detailAt = self.detailAt;
            uint256 amounts = (head.maxValue << 128) | head.spendAmount;
            if (amounts | rules.length != 0) {
                _putWord(self, amounts);
                _writeRules(self, rules);
            }
            if (self.needsValue || self.needsValueOrPrincipal) {
                revert IPolicyStore.UnsafeRecipient(self.index, self.row.pinnedWord());
            }
            uint256 detailWords = self.detailAt - detailAt;
            PermissionWord word = PermissionWords.pack(
                key,
                detailWords == 0 ? 0 : detailAt,
                detailWords,
                self.headWords,
                self.limit,
                self.flags,
                self.amountWord,
                self.amountBytes
            );
            put(self.initCode, PolicyCode.HOT_OFFSET + self.permissionAt++ * 32, PermissionWord.unwrap(word));
        }
    }

    /// @dev Writes the rules, and notes whether one of them pins the row's head word.
    function _writeRules(Publication memory self, Rule[] calldata rules) private pure {
        if (rules.length == 0) return;
        if (rules.length > MAX_RULES) revert IPolicyStore.TooManyRules(self.index, rules.length, MAX_RULES);
        for (uint256 i = 0; i < rules.length; ++i) {
            Rule calldata rule = rules[i];
            RuleKind kind = rule.kind;
            uint256 word = rule.word;
            HeadWord headWord = HeadWord.wrap(0);
            bool fits = word < self.headWords;
            if (fits) {
                headWord = MethodText.headWord(self.scratch, word);
                fits = _fits(kind, headWord);
            }
            if (!fits) revert IPolicyStore.UnsafeRuleWord(self.index, i, word);

            bytes32[] calldata values = rule.values;
            WordType wordType = headWord.wordType();
            _putWord(
                self,
                (uint256(kind) << 248) |
                    (word << 240) |
                    (uint256(WordType.unwrap(wordType)) << 232) |
                    (values.length << 224)
            );
            if (!_writeValues(self, kind, wordType, values)) {
                revert IPolicyStore.UnsafeRuleValues(self.index, i);
            }
            if (word == self.row.pinnedWord()) {
                bool isValue = kind == RuleKind.EQUAL || kind == RuleKind.ONE_OF || kind >= RuleKind.EQUAL_HASH;
                if (isValue) self.needsValue = false;
                if (isValue || kind == RuleKind.EQUAL_PRINCIPAL) self.needsValueOrPrincipal = false;
            }
        }
    }

    function _fits(RuleKind kind, HeadWord headWord) private pure returns (bool) {
        if (kind >= RuleKind.EQUAL_HASH) return headWord.isHashable();
        if (kind >= RuleKind.LESS_OR_EQUAL) return headWord.isUint();
        if (kind == RuleKind.EQUAL_PRINCIPAL) return headWord.isAddress();
        return headWord.isStatic();
    }

    /// @return whether they are as many as the rule takes, clean and strictly ascending
    function _writeValues(
        Publication memory self,
        RuleKind kind,
        WordType wordType,
        bytes32[] calldata values
    ) private pure returns (bool) {
        unchecked {
            uint256 count = values.length;
            bool isOneOf = kind == RuleKind.ONE_OF || kind == RuleKind.ONE_OF_HASH;
            if (kind == RuleKind.EQUAL_PRINCIPAL) return count == 0;
            if (count == 0 || count > (isOneOf ? MAX_VALUES : 1)) return false;
            bool isHash = kind >= RuleKind.EQUAL_HASH;
            uint256 previous;
            for (uint256 i = 0; i < count; ++i) {
                uint256 value = uint256(values[i]);
                if (i != 0 && value <= previous) return false;
                if (!isHash && !wordType.isCanonical(value)) return false;
                previous = value;
                _putWord(self, value);
            }
            return true;
        }
    }

    function _putWord(Publication memory self, uint256 word) private pure {
        unchecked {
            put(self.initCode, PolicyCode.HOT_OFFSET + self.detailAt++ * 32, word);
        }
    }
}
