// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StoredPolicies} from "../libraries/StoredPolicies.sol";
import {DetailFlags} from "../types/DetailFlags.sol";
import {Limit} from "../types/Limit.sol";
import {LimitWord} from "../types/LimitWord.sol";
import {MethodKind} from "../types/MethodKind.sol";
import {MethodWord} from "../types/MethodWord.sol";
import {ProgramCode} from "../types/ProgramCode.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {StoredPermission} from "../types/StoredPermission.sol";
import {StoredPolicy} from "../types/StoredPolicy.sol";
import {StoredSpend} from "../types/StoredSpend.sol";
import {Trust} from "../types/Trust.sol";

/// @title Reading a stored policy
/// @dev For views; admission reads the words themselves. What publication wrote is taken at its word.
library PolicyDecoder {
    // Positions in an alternative's detail, in bytes.
    uint256 private constant FLAGS = 2;
    uint256 private constant MAX_VALUE = 3;
    uint256 private constant DRAWS = 19;
    uint256 private constant FIRST_DRAW = 20;

    /// @dev How a type program is read: from byte `at` on.
    struct Reader {
        bytes code;
        uint256 at;
        StoredSpend[] spends;
    }

    /// @dev `code` is the whole code of a policy. Leaves `number` and `pointer` to whoever knows them.
    function decode(bytes memory code) internal pure returns (StoredPolicy memory policy) {
        SettingsWord settings = SettingsWord.wrap(_wordAt(code, StoredPolicies.HOT_OFFSET));
        policy.policyId = bytes32(_wordAt(code, StoredPolicies.ID_OFFSET));
        policy.app = bytes32(_wordAt(code, StoredPolicies.APP_OFFSET));
        policy.minDuration = uint32(settings.minDuration());
        policy.maxDuration = uint32(settings.maxDuration());
        policy.maxCalls = uint32(settings.maxCalls());
        policy.gasBudget = uint80(settings.gasBudget() * 1 gwei);
        policy.selfPaid = settings.isSelfPaid();
        policy.paymaster = address(uint160(_wordAt(code, StoredPolicies.HOT_OFFSET + StoredPolicies.PAYMASTER)));

        policy.limits = new Limit[](settings.limitCount());
        uint256 at = StoredPolicies.HOT_OFFSET + StoredPolicies.LIMITS;
        for (uint256 i = 0; i < policy.limits.length; ++i) {
            LimitWord word = LimitWord.wrap(_wordAt(code, at));
            uint128 cap = uint128(_wordAt(code, at + 32));
            policy.limits[i] = Limit(word.unit(), cap, uint32(word.period()), word.isFromStart());
            at += StoredPolicies.LIMIT_SIZE;
        }
        policy.permissions = new StoredPermission[](settings.permissionCount());
        _readMethods(policy, code, at, settings.methodCount());
    }

    /// @param at byte of the search index
    /// @param methods how many words it has
    function _readMethods(StoredPolicy memory policy, bytes memory code, uint256 at, uint256 methods) private pure {
        uint256 count;
        for (uint256 i = 0; i < methods; ++i) {
            MethodWord word = MethodWord.wrap(_wordAt(code, at + i * 32));
            if (!word.isDetailed()) {
                _readPlain(policy.permissions[count++], word, policy.limits);
                continue;
            }
            uint256 detail = word.offset();
            for (uint256 j = word.alternatives(); j > 0; --j) {
                detail = _readDetail(policy.permissions[count++], word, policy.limits, code, detail);
            }
        }
    }

    function _readPlain(StoredPermission memory permission, MethodWord word, Limit[] memory limits) private pure {
        _readKey(permission, word);
        permission.trust = word.trust();
        permission.consumable = word.isConsumable();
        // Nothing is known of a wildcard's arguments, so nothing ends them.
        permission.suffix = permission.kind == MethodKind.WILDCARD;
        if (word.limits() == 0) return;
        address unit = limits[word.firstLimit()].unit;
        permission.spends = new StoredSpend[](1);
        // A limited token's own draws are its rows' alone: what is declared there are counters.
        permission.spends[0] = StoredSpend(unit, 0, 0, word.isCredited(), unit == permission.target);
    }

    function _readKey(StoredPermission memory permission, MethodWord word) private pure {
        permission.target = word.target();
        permission.kind = word.kind();
        permission.selector = word.selector();
    }

    /// @param at byte of the alternative
    /// @return end byte behind it
    function _readDetail(
        StoredPermission memory permission,
        MethodWord word,
        Limit[] memory limits,
        bytes memory code,
        uint256 at
    ) private pure returns (uint256 end) {
        _readKey(permission, word);
        end = at + (_wordAt(code, at) >> 240);
        uint256 flags = _byteAt(code, at + FLAGS);
        permission.consumable = flags & DetailFlags.CONSUMABLE != 0;
        permission.trust = Trust((flags >> DetailFlags.TRUST_SHIFT) & 3);
        permission.suffix = flags & DetailFlags.SUFFIX != 0;
        permission.maxValue = uint128(_wordAt(code, at + MAX_VALUE) >> 128);

        permission.spends = new StoredSpend[](_byteAt(code, at + DRAWS));
        at += FIRST_DRAW;
        for (uint256 i = 0; i < permission.spends.length; ++i) {
            StoredSpend memory spend = permission.spends[i];
            spend.unit = limits[_byteAt(code, at) >> 4].unit;
            flags = _byteAt(code, at + 1);
            spend.credited = flags & DetailFlags.CREDITED != 0;
            spend.ownRow = flags & DetailFlags.OWN_ROW != 0;
            at += 2;
            if (flags & DetailFlags.CONSTANT != 0) {
                spend.amount = uint128(_wordAt(code, at) >> 128);
                at += 16;
            }
        }
        permission.program = _slice(code, at, end - at);
        if (permission.program.length != 0) _readScales(Reader(permission.program, 0, permission.spends));
    }

    // --- type programs: only to find the scales of what they add up; see the specification ---------------------------

    function _readScales(Reader memory self) private pure {
        _readRules(self, _next(self));
        _readBody(self);
    }

    function _readBody(Reader memory self) private pure {
        self.at += 1;
        _readNodes(self, _next(self));
    }

    function _readNodes(Reader memory self, uint256 count) private pure {
        for (; count > 0; --count) {
            uint256 node = _next(self);
            if (node == ProgramCode.TUPLE) _readBody(self);
            else if (node == ProgramCode.CONTENT) _readContent(self);
            else if (node == ProgramCode.ARRAY) _readArray(self);
            else {
                uint256 first = _next(self);
                uint256 rules = _next(self);
                if (node == ProgramCode.RUN) self.at += first;
                _readRules(self, rules);
            }
        }
    }

    function _readContent(Reader memory self) private pure {
        uint256 mode = _next(self);
        uint256 rules = _next(self);
        rules += _next(self);
        _readRules(self, rules);
        if (mode == ProgramCode.CALL) self.at += 4;
        if (mode != ProgramCode.CLOSED) _readBody(self);
    }

    function _readArray(Reader memory self) private pure {
        self.at += 2;
        uint256 rules = _next(self);
        rules += _next(self);
        self.at += 1;
        uint256 named = _next(self);
        self.at += 2;
        _readRules(self, rules);
        for (uint256 i = 0; i <= named; ++i) _readNodes(self, _next(self));
    }

    function _readRules(Reader memory self, uint256 count) private pure {
        for (; count > 0; --count) {
            uint256 kind = _next(self) & 0xf;
            uint256 number = _next(self);
            self.at += 2;
            if (kind == ProgramCode.ADD) self.spends[number].scale = uint8(_next(self));
            else if (kind != ProgramCode.SAVE) self.at += number * 32;
        }
    }

    function _next(Reader memory self) private pure returns (uint256) {
        return _byteAt(self.code, self.at++);
    }

    // --- bytes -----------------------------------------------------------------------------------------------------

    function _byteAt(bytes memory code, uint256 offset) private pure returns (uint256) {
        return _wordAt(code, offset) >> 248;
    }

    function _wordAt(bytes memory code, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Only reads; the offsets of a published policy are inside its code.
            word := mload(add(add(code, 0x20), offset))
        }
    }

    function _slice(bytes memory code, uint256 at, uint256 size) private pure returns (bytes memory slice) {
        slice = new bytes(size);
        assembly ("memory-safe") {
            // Into what was just allocated.
            mcopy(add(slice, 0x20), add(add(code, 0x20), at), size)
        }
    }
}
