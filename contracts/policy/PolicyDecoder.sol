// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyCode} from "../libraries/PolicyCode.sol";
import {PermissionWord} from "../types/PermissionWord.sol";
import {Limit, RuleKind, StoredPermission, StoredPolicy, StoredRule} from "../types/Policy.sol";
import {SettingsWord} from "../types/SettingsWord.sol";

/// @title PolicyDecoder
/// @notice Reads a stored policy.
/// @dev For views; the policy engine reads the words themselves.
abstract contract PolicyDecoder {
    /// @dev `code` is the whole code of a policy.
    function _readPolicy(bytes memory code) internal pure returns (StoredPolicy memory policy) {
        SettingsWord settings = SettingsWord.wrap(_wordAt(code, PolicyCode.HOT_OFFSET + PolicyCode.SETTINGS));
        policy.policyId = bytes32(_wordAt(code, PolicyCode.ID_OFFSET));
        policy.app = bytes32(_wordAt(code, PolicyCode.APP_OFFSET));
        policy.minDuration = uint32(settings.minDuration());
        policy.maxDuration = uint32(settings.maxDuration());
        policy.maxCalls = uint32(settings.maxCalls());
        policy.gasBudget = uint80(settings.gasBudget());
        policy.selfPaid = settings.isSelfPaid();
        policy.paymaster = address(uint160(_wordAt(code, PolicyCode.HOT_OFFSET + PolicyCode.PAYMASTER)));

        policy.limits = new Limit[](settings.limitCount());
        uint256 at = PolicyCode.HOT_OFFSET + PolicyCode.LIMITS;
        for (uint256 i = 0; i < policy.limits.length; ++i) {
            uint256 word = _wordAt(code, at);
            policy.limits[i] = Limit(address(uint160(word >> 96)), uint128(_wordAt(code, at + 32)), uint32(word >> 64));
            at += PolicyCode.LIMIT_SIZE;
        }
        policy.permissions = new StoredPermission[](settings.permissionCount());
        for (uint256 i = 0; i < policy.permissions.length; ++i) {
            _readPermission(code, PermissionWord.wrap(_wordAt(code, at)), policy.limits, policy.permissions[i]);
            at += 32;
        }
    }

    function _readPermission(
        bytes memory code,
        PermissionWord word,
        Limit[] memory limits,
        StoredPermission memory permission
    ) private pure {
        permission.target = word.target();
        permission.kind = word.kind();
        permission.selector = word.selector();
        permission.headWords = uint8(word.headWords());
        permission.exactLength = word.isExactLength();
        permission.amountArgument = uint8(word.amountWord());
        permission.consumable = word.isConsumable();
        if (word.limit() != 0) permission.spendToken = limits[word.limit() - 1].token;
        if (word.detailWords() == 0) return;

        uint256 at = PolicyCode.HOT_OFFSET + word.detailOffset() * 32;
        uint256 end = at + word.detailWords() * 32;
        uint256 amounts = _wordAt(code, at);
        permission.maxValue = uint128(amounts >> 128);
        permission.spendAmount = uint128(amounts);
        permission.rules = new StoredRule[](_countRules(code, at + 32, end));
        at += 32;
        for (uint256 i = 0; i < permission.rules.length; ++i) {
            StoredRule memory rule = permission.rules[i];
            uint256 head = _wordAt(code, at);
            rule.kind = RuleKind(head >> 248);
            rule.word = uint8(head >> 240);
            rule.wordType = uint8(head >> 232);
            rule.values = new bytes32[](uint8(head >> 224));
            for (uint256 j = 0; j < rule.values.length; ++j) {
                at += 32;
                rule.values[j] = bytes32(_wordAt(code, at));
            }
            at += 32;
        }
    }

    function _countRules(bytes memory code, uint256 at, uint256 end) private pure returns (uint256 count) {
        for (; at < end; ++count) at += 32 + uint256(uint8(_wordAt(code, at) >> 224)) * 32;
    }

    function _wordAt(bytes memory code, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Only reads; the offsets of a published policy are inside its code.
            word := mload(add(add(code, 0x20), offset))
        }
    }
}
