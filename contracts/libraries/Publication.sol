// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {PermissionWord, PermissionWords} from "../types/PermissionWord.sol";
import {ANY_TARGET, MAX_RULES, MAX_VALUES, MethodKind, Permission, Rule, RuleKind} from "../types/Policy.sol";
import {WordType} from "../types/WordType.sol";
import {EntryPoints} from "./EntryPoints.sol";
import {HeadWord, MethodText} from "./MethodText.sol";
import {PolicyCode} from "./PolicyCode.sol";
import {TokenCall, TokenCalls} from "./TokenCalls.sol";

/// @dev What the permissions of one policy are checked against and written to.
struct Publication {
    address latchkey;
    address forwarder;
    /// @dev The token of each limit; a limit's position counts from 1.
    address[] limited;
    /// @dev Position of the native coin's limit; 0 if there is none.
    uint256 nativeLimit;
    /// @dev Init code of the policy: as long as it will be, all but the permissions and their details written.
    bytes initCode;
    /// @dev Where the next permission and the next detail go, in 32-byte words from the settings word.
    uint256 permissionAt;
    uint256 detailAt;
    /// @dev Working memory of `MethodText`.
    uint256[] scratch;
}

/// @dev One permission on its way.
struct Draft {
    uint256 index;
    address target;
    MethodKind kind;
    /// @dev keccak256 of the method's text; 0 if the kind is not METHOD.
    bytes32 hash;
    uint256 headWords;
    /// @dev Position of the limit on the target itself; 0 if there is none.
    uint256 targetLimit;
    TokenCall row;
    // What is stored.
    uint256 limit;
    uint256 flags;
    uint256 amountWord;
    uint256 amountBytes;
    // Head words that a rule has to pin, as masks.
    uint256 spenders;
    uint256 recipients;
}

/// @title Checking and writing the permissions of a policy
/// @notice Refuses what cannot be safe, with the errors of `IPolicyStore`.
/// @dev The one call out is ERC-165, by `staticcall`. Its gas is bounded; a target that is starved of it and therefore
/// not recognised leaves too little for the creation of the policy, which costs several times as much.
library Publications {
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
        uint256 count = self.limited.length;
        for (uint256 i; i < count; ++i) {
            if (self.limited[i] == token) return i + 1;
        }
        return 0;
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
        uint256 free = _freeMemory();
        Draft memory draft;
        draft.index = index;
        draft.target = permission.target;
        if (_isForbidden(self, draft.target)) revert IPolicyStore.UnsafeTarget(index, draft.target);

        _readMethod(self, draft, bytes(permission.method));
        key = PermissionWords.keyOf(draft.target, draft.kind, bytes4(draft.hash));
        if (key <= previousKey) revert IPolicyStore.UnsafeOrder(index);

        draft.targetLimit = limitOf(self, draft.target);
        _checkSentinels(self, draft, permission);
        _resolveSpend(self, draft, permission);
        _write(self, draft, permission, key);
        _release(free);
    }

    function _isForbidden(Publication memory self, address target) private pure returns (bool) {
        return
            target == address(0) ||
            target == self.latchkey ||
            target == self.forwarder ||
            EntryPoints.contains(target);
    }

    function _readMethod(Publication memory self, Draft memory draft, bytes calldata text) private pure {
        if (text.length == 0) draft.kind = MethodKind.NATIVE;
        else if (text.length == 1 && text[0] == "*") draft.kind = MethodKind.WILDCARD;
        else (draft.hash, draft.headWords) = MethodText.parse(self.scratch, text, draft.index);
    }

    function _checkSentinels(
        Publication memory self,
        Draft memory draft,
        Permission calldata permission
    ) private pure {
        uint256 index = draft.index;
        if (draft.kind == MethodKind.METHOD) {
            draft.row = TokenCalls.row(bytes4(draft.hash));
            if (!draft.row.isNone() && !draft.row.isTextOf(draft.hash)) {
                revert IPolicyStore.UnsafeSelector(index, bytes4(draft.hash));
            }
        }

        bool isAny = draft.target == ANY_TARGET;
        bool isEvery = draft.kind == MethodKind.WILDCARD;
        if (permission.consumable && (isAny || draft.kind != MethodKind.METHOD)) {
            revert IPolicyStore.UnsafeConsumable(index);
        }
        if (isAny && (draft.kind != MethodKind.METHOD || !draft.row.isNone())) {
            revert IPolicyStore.UnsafeWildcard(index);
        }
        if (isEvery && (draft.targetLimit != 0 || permission.rules.length != 0)) {
            revert IPolicyStore.UnsafeWildcard(index);
        }
        if ((isAny || isEvery) && (permission.maxValue != 0 || !_spendsNothing(permission))) {
            revert IPolicyStore.UnsafeWildcard(index);
        }
        if (permission.maxValue != 0 && self.nativeLimit == 0) {
            revert IPolicyStore.UnsafeValue(index, permission.maxValue);
        }
    }

    function _spendsNothing(Permission calldata permission) private pure returns (bool) {
        return permission.spendToken == address(0) && permission.spendAmount == 0 && permission.amountArgument == 0;
    }

    /// @dev Which limit the call draws on and how much, and which words have to be pinned.
    function _resolveSpend(Publication memory self, Draft memory draft, Permission calldata permission) private view {
        if (permission.consumable) draft.flags = PermissionWords.CONSUMABLE;
        uint256 class = draft.row.class();
        if (class == TokenCalls.COUNTED) {
            // A limited token is no ERC-721: that has been checked.
            bool isNft = draft.row.isIdOnNft() &&
                draft.targetLimit == 0 &&
                ERC165Checker.supportsInterface(draft.target, type(IERC721).interfaceId);
            if (!isNft) return _resolveCounted(self, draft, permission);
            class = TokenCalls.RIGHTS;
        }
        address token = permission.spendToken;
        if (draft.targetLimit != 0 && (class != 0 || token != draft.target)) {
            revert IPolicyStore.UnsafeOnLimitedToken(draft.index, draft.target);
        }
        if (class == TokenCalls.RIGHTS) {
            draft.spenders = draft.row.spenders();
            draft.recipients = draft.row.recipients();
        }
        if (_spendsNothing(permission)) return;

        if (token != address(0)) draft.limit = limitOf(self, token);
        if (draft.limit == 0) revert IPolicyStore.UnsafeSpend(draft.index, token);
        uint256 word = permission.amountArgument;
        if (permission.spendAmount != 0) {
            if (word != 0) revert IPolicyStore.UnsafeSpend(draft.index, token);
        } else {
            if (word >= draft.headWords || !MethodText.headWord(self.scratch, word).isUint()) {
                revert IPolicyStore.UnsafeSpend(draft.index, token);
            }
            _setAmount(self, draft, word);
        }
    }

    /// @dev A method whose outflow is counted whether the permission declares it or not.
    function _resolveCounted(
        Publication memory self,
        Draft memory draft,
        Permission calldata permission
    ) private pure {
        address token = permission.spendToken;
        uint256 word = draft.row.amountWord();
        bool declares = token != address(0) && permission.amountArgument == word && permission.spendAmount == 0;
        if (draft.row.isTokenInWord0()) {
            if (!declares || !_isWord0Pinned(permission.rules, token)) {
                revert IPolicyStore.UnsafeSpend(draft.index, token);
            }
            if (draft.targetLimit != 0 && token != draft.target) {
                revert IPolicyStore.UnsafeOnLimitedToken(draft.index, draft.target);
            }
        } else {
            if (!_spendsNothing(permission) && (!declares || token != draft.target)) {
                revert IPolicyStore.UnsafeSpend(draft.index, token);
            }
            token = draft.target;
        }
        draft.limit = limitOf(self, token);
        if (draft.limit == 0) revert IPolicyStore.UnsafeOutflow(draft.index, token);
        if (draft.row.isExact()) draft.flags |= PermissionWords.EXACT_LENGTH;
        draft.spenders = draft.row.spenders();
        _setAmount(self, draft, word);
    }

    function _isWord0Pinned(Rule[] calldata rules, address token) private pure returns (bool) {
        for (uint256 i; i < rules.length; ++i) {
            Rule calldata rule = rules[i];
            if (rule.kind == RuleKind.EQUAL && rule.word == 0 && rule.values.length == 1) {
                if (uint256(rule.values[0]) == uint160(token)) return true;
            }
        }
        return false;
    }

    /// @dev The word is a `uintN`, whose word type is N / 8.
    function _setAmount(Publication memory self, Draft memory draft, uint256 word) private pure {
        draft.amountWord = word;
        draft.amountBytes = WordType.unwrap(MethodText.headWord(self.scratch, word).wordType());
    }

    function _write(
        Publication memory self,
        Draft memory draft,
        Permission calldata permission,
        uint256 key
    ) private pure {
        uint256 detailAt = self.detailAt;
        uint256 amounts = (uint256(permission.maxValue) << 128) | permission.spendAmount;
        if (amounts != 0 || permission.rules.length != 0) {
            _putWord(self, amounts);
            _writeRules(self, draft, permission.rules);
        }
        if (draft.spenders | draft.recipients != 0) {
            revert IPolicyStore.UnsafeRecipient(draft.index, _lowest(draft.spenders | draft.recipients));
        }
        uint256 detailWords = self.detailAt - detailAt;
        PermissionWord word = PermissionWords.pack(
            key,
            detailWords == 0 ? 0 : detailAt,
            detailWords,
            draft.headWords,
            draft.limit,
            draft.flags,
            draft.amountWord,
            draft.amountBytes
        );
        put(self.initCode, PolicyCode.HOT_OFFSET + self.permissionAt++ * 32, PermissionWord.unwrap(word));
    }

    /// @dev Writes the rules, and strikes out the words that they pin.
    function _writeRules(Publication memory self, Draft memory draft, Rule[] calldata rules) private pure {
        if (rules.length > MAX_RULES) revert IPolicyStore.TooManyRules(draft.index, rules.length, MAX_RULES);
        for (uint256 i; i < rules.length; ++i) {
            Rule calldata rule = rules[i];
            RuleKind kind = rule.kind;
            uint256 word = rule.word;
            if (word >= draft.headWords) revert IPolicyStore.UnsafeRuleWord(draft.index, i, word);
            HeadWord headWord = MethodText.headWord(self.scratch, word);
            if (!_fits(kind, headWord)) revert IPolicyStore.UnsafeRuleWord(draft.index, i, word);

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
                revert IPolicyStore.UnsafeRuleValues(draft.index, i);
            }
            if (kind == RuleKind.EQUAL || kind == RuleKind.ONE_OF) {
                draft.spenders &= ~(1 << word);
                draft.recipients &= ~(1 << word);
            } else if (kind == RuleKind.EQUAL_PRINCIPAL) {
                draft.recipients &= ~(1 << word);
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
        uint256 count = values.length;
        if (kind == RuleKind.EQUAL_PRINCIPAL) return count == 0;
        if (count == 0) return false;
        if (count > (kind == RuleKind.ONE_OF || kind == RuleKind.ONE_OF_HASH ? MAX_VALUES : 1)) return false;
        uint256 previous;
        for (uint256 i; i < count; ++i) {
            uint256 value = uint256(values[i]);
            if (kind < RuleKind.EQUAL_HASH && !wordType.isCanonical(value)) return false;
            if (i != 0 && value <= previous) return false;
            previous = value;
            _putWord(self, value);
        }
        return true;
    }

    function _putWord(Publication memory self, uint256 word) private pure {
        put(self.initCode, PolicyCode.HOT_OFFSET + self.detailAt++ * 32, word);
    }

    function _lowest(uint256 mask) private pure returns (uint256 position) {
        while ((mask >> position) & 1 == 0) ++position;
    }

    function _freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    /// @dev Gives back what was allocated since `free` was read. Safe because nothing of it is used again.
    function _release(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
