// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ANY_TARGET, MethodKind} from "../types/Policy.sol";
import {PermissionWord, PermissionWords} from "../types/PermissionWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";
import {PolicyCode} from "./PolicyCode.sol";
import {TokenCalls} from "./TokenCalls.sol";

/// @title The policy of a session, as validation reads it
/// @notice Works on a copy of the policy's hot part in memory.
library Permissions {
    PermissionWord internal constant NONE = PermissionWord.wrap(0);

    /// @dev Copied of every policy: settings, paymaster, one limit and four permissions, or six of them.
    uint256 private constant FIRST_SIZE = 256;

    /// @dev Copies the hot part of a policy: its beginning, or all of it if the settings say that there is more.
    function load(address pointer) internal view returns (uint256 hot) {
        hot = _copy(pointer, PolicyCode.HOT_OFFSET, FIRST_SIZE);
        SettingsWord word = settings(hot);
        uint256 size = PolicyCode.hotSize(word.limitCount(), word.permissionCount());
        // The code is warm by now, and copying the beginning again costs less than keeping both parts together.
        if (size > FIRST_SIZE) hot = _copy(pointer, PolicyCode.HOT_OFFSET, size);
    }

    /// @dev Copies a policy's id, app and settings; zero if it is not published.
    function loadHeader(address pointer) internal view returns (bytes32 policyId, bytes32 app, SettingsWord word) {
        uint256 offset = PolicyCode.ID_OFFSET;
        assembly ("memory-safe") {
            // In free memory, which is not kept.
            let header := mload(0x40)
            extcodecopy(pointer, header, offset, 0x60)
            policyId := mload(header)
            app := mload(add(header, 0x20))
            word := mload(add(header, 0x40))
        }
    }

    /// @dev Reads a policy's id.
    function loadId(address pointer) internal view returns (bytes32 policyId) {
        uint256 offset = PolicyCode.ID_OFFSET;
        assembly ("memory-safe") {
            // In the scratch space.
            extcodecopy(pointer, 0, offset, 0x20)
            policyId := mload(0)
        }
    }

    /// @dev Copies a permission's detail. `words` is its length.
    function loadDetail(
        address pointer,
        PermissionWord permission
    ) internal view returns (uint256 detail, uint256 end) {
        unchecked {
            // Both fields are 12 bits wide.
            uint256 offset = PolicyCode.HOT_OFFSET + permission.detailOffset() * 32;
            uint256 size = permission.detailWords() * 32;
            detail = _copy(pointer, offset, size);
            end = detail + size;
        }
    }

    function settings(uint256 hot) internal pure returns (SettingsWord word) {
        assembly ("memory-safe") {
            // The hot part starts with it.
            word := mload(hot)
        }
    }

    function paymaster(uint256 hot) internal pure returns (address account) {
        return address(uint160(_at(hot, PolicyCode.PAYMASTER)));
    }

    /// @dev The limit at `position`, from 0 and below the settings' count.
    function limit(uint256 hot, uint256 position) internal pure returns (address token, uint256 cap, uint256 period) {
        unchecked {
            uint256 offset = PolicyCode.LIMITS + position * PolicyCode.LIMIT_SIZE;
            uint256 word = _at(hot, offset);
            token = address(uint160(word >> 96));
            period = uint32(word >> 64);
            cap = _at(hot, offset + 32);
        }
    }

    /// @dev The permission at `position`, from 0 and below the settings' count.
    function at(uint256 hot, uint256 position) internal pure returns (PermissionWord permission) {
        unchecked {
            uint256 offset = PolicyCode.hotSize(settings(hot).limitCount(), position);
            return PermissionWord.wrap(_at(hot, offset));
        }
    }

    /// @dev The one permission that decides a call: (target, method), else (target, "*"), else (ANY_TARGET, method).
    /// `NONE` if there is none. A wildcard matches no method of the token table and no token that has a limit; publishing
    /// lets no wildcard name either, so only what a wildcard leaves open is checked here.
    function find(
        uint256 hot,
        address target,
        MethodKind kind,
        bytes4 selector
    ) internal pure returns (PermissionWord permission) {
        SettingsWord word = settings(hot);
        uint256 limits = word.limitCount();
        uint256 count = word.permissionCount();
        permission = _search(hot, limits, count, PermissionWords.keyOf(target, kind, selector));
        if (PermissionWord.unwrap(permission) != 0 || kind != MethodKind.METHOD) return permission;

        permission = _search(hot, limits, count, PermissionWords.keyOf(target, MethodKind.WILDCARD, 0));
        if (PermissionWord.unwrap(permission) != 0) {
            if (!TokenCalls.isListed(selector)) return permission;
        }

        permission = _search(hot, limits, count, PermissionWords.keyOf(ANY_TARGET, kind, selector));
        if (PermissionWord.unwrap(permission) != 0) {
            for (uint256 i = 0; i < limits; ++i) {
                (address token, , ) = limit(hot, i);
                if (token == target) return NONE;
            }
        }
    }

    /// @dev Copies a part of the code at `pointer` into memory of its own; what lies behind the code's end is zero.
    function _copy(address pointer, uint256 offset, uint256 size) private view returns (uint256 copy) {
        assembly ("memory-safe") {
            // Allocated here.
            copy := mload(0x40)
            mstore(0x40, add(copy, size))
            extcodecopy(pointer, copy, offset, size)
        }
    }

    function _search(
        uint256 hot,
        uint256 limits,
        uint256 count,
        uint256 key
    ) private pure returns (PermissionWord permission) {
        uint256 base = hot + PolicyCode.hotSize(limits, 0);
        uint256 keyShift = PermissionWords.KEY_SHIFT;
        assembly ("memory-safe") {
            // Binary search over `count` words that are strictly ascending by key; every read is inside the hot part.
            let low := 0
            let high := count
            for {} lt(low, high) {} {
                let middle := shr(1, add(low, high))
                let word := mload(add(base, shl(5, middle)))
                let found := shr(keyShift, word)
                switch eq(found, key)
                case 1 {
                    permission := word
                    break
                }
                default {
                    switch lt(found, key)
                    case 1 {
                        low := add(middle, 1)
                    }
                    default {
                        high := middle
                    }
                }
            }
        }
    }

    function _at(uint256 hot, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Inside the hot part.
            word := mload(add(hot, offset))
        }
    }
}
