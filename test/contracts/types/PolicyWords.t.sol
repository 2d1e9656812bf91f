// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PermissionWord, PermissionWords} from "../../../contracts/types/PermissionWord.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {SettingsWord, SettingsWords} from "../../../contracts/types/SettingsWord.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice The packed words of a stored policy.
contract PolicyWordsTest is Test {
    uint256 private constant ALL = type(uint256).max;
    address private constant TARGET = 0x00112233445566778899AABbCCdDeeFf00112233;

    // --- permission ------------------------------------------------------------------------------------------------

    function test_permission_fields_stand_where_they_are_drawn() public pure {
        PermissionWord word = PermissionWord.wrap(
            (uint256(uint160(TARGET)) << 96) |
                (uint256(1) << 88) |
                (uint256(0xaabbccdd) << 56) |
                (uint256(0x123) << 44) |
                (uint256(0x456) << 32) |
                (uint256(0x40) << 24) |
                (uint256(0x8) << 20) |
                (uint256(0x2) << 16) |
                (uint256(0x3f) << 8) |
                0x20
        );
        vm.assertEq(word.target(), TARGET);
        vm.assertTrue(word.kind() == MethodKind.NATIVE);
        vm.assertEq(bytes32(word.selector()), bytes32(bytes4(0xaabbccdd)));
        vm.assertEq(word.detailOffset(), 0x123);
        vm.assertEq(word.detailWords(), 0x456);
        vm.assertEq(word.headWords(), 0x40);
        vm.assertEq(word.limit(), 8);
        vm.assertFalse(word.isConsumable());
        vm.assertTrue(word.isExactLength());
        vm.assertEq(word.amountWord(), 0x3f);
        vm.assertEq(word.amountBytes(), 0x20);
    }

    function test_permission_each_flag_is_one_bit() public pure {
        for (uint256 bit = 0; bit < 256; ++bit) {
            PermissionWord word = PermissionWord.wrap(1 << bit);
            vm.assertEq(word.isConsumable(), bit == 16);
            vm.assertEq(word.isExactLength(), bit == 17);
        }
    }

    function testFuzz_permission_round_trip(address target, uint8 kind, bytes4 selector, uint256 rest) public pure {
        kind = uint8(bound(kind, 0, 2));
        uint256 sortKey = PermissionWords.keyOf(target, MethodKind(kind), selector);
        PermissionWord word = PermissionWords.pack(
            sortKey,
            (rest >> 44) & 0xfff,
            (rest >> 32) & 0xfff,
            (rest >> 24) & 0xff,
            (rest >> 20) & 0xf,
            (rest >> 16) & 0xf,
            (rest >> 8) & 0xff,
            rest & 0xff
        );
        vm.assertEq(PermissionWord.unwrap(word) >> PermissionWords.KEY_SHIFT, sortKey);
        vm.assertEq(word.target(), target);
        vm.assertEq(uint256(word.kind()), kind);
        vm.assertEq(bytes32(word.selector()), bytes32(selector));
        vm.assertEq(PermissionWord.unwrap(word) & (ALL >> 200), rest & (ALL >> 200));
        vm.assertEq(word.detailOffset(), (rest >> 44) & 0xfff);
        vm.assertEq(word.detailWords(), (rest >> 32) & 0xfff);
        vm.assertEq(word.headWords(), (rest >> 24) & 0xff);
        vm.assertEq(word.limit(), (rest >> 20) & 0xf);
        vm.assertEq(word.amountWord(), (rest >> 8) & 0xff);
        vm.assertEq(word.amountBytes(), rest & 0xff);
    }

    /// @dev Words are sorted by target, then kind, then selector.
    function testFuzz_permission_keys_order(address low, address high, bytes4 selector, bytes4 other) public pure {
        vm.assume(uint160(low) < uint160(high));
        vm.assertLt(
            PermissionWords.keyOf(low, MethodKind.WILDCARD, selector),
            PermissionWords.keyOf(high, MethodKind.METHOD, other)
        );
        vm.assertLt(
            PermissionWords.keyOf(low, MethodKind.METHOD, selector),
            PermissionWords.keyOf(low, MethodKind.NATIVE, 0)
        );
        vm.assertLt(
            PermissionWords.keyOf(low, MethodKind.NATIVE, 0),
            PermissionWords.keyOf(low, MethodKind.WILDCARD, 0)
        );
    }

    // --- settings --------------------------------------------------------------------------------------------------

    function test_settings_fields_stand_where_they_are_drawn() public pure {
        SettingsWord word = SettingsWord.wrap(
            (uint256(0x11111111) << 224) |
                (uint256(0x22222222) << 192) |
                (uint256(0x33333333) << 160) |
                (uint256(0x44444444444444444444) << 80) |
                (uint256(1) << 72) |
                (uint256(8) << 64) |
                (uint256(7) << 56) |
                (uint256(6) << 48) |
                (uint256(0x02bc) << 32)
        );
        vm.assertEq(word.minDuration(), 0x11111111);
        vm.assertEq(word.maxDuration(), 0x22222222);
        vm.assertEq(word.maxCalls(), 0x33333333);
        vm.assertEq(word.gasBudget(), 0x44444444444444444444);
        vm.assertTrue(word.isSelfPaid());
        vm.assertEq(word.limitCount(), 8);
        vm.assertEq(word.nativeLimit(), 7);
        vm.assertEq(word.inlineLimit(), 6);
        vm.assertEq(word.permissionCount(), 700);
    }

    function testFuzz_settings_round_trip(
        uint32 minDuration,
        uint32 maxDuration,
        uint32 maxCalls,
        uint80 gasBudget,
        bool selfPaid,
        uint8 limitCount,
        uint8 nativeLimit,
        uint8 inlineLimit,
        uint16 permissionCount
    ) public pure {
        SettingsWord word = SettingsWords.pack(
            minDuration,
            maxDuration,
            maxCalls,
            gasBudget,
            selfPaid,
            limitCount,
            nativeLimit,
            inlineLimit,
            permissionCount
        );
        vm.assertEq(word.minDuration(), minDuration);
        vm.assertEq(word.maxDuration(), maxDuration);
        vm.assertEq(word.maxCalls(), maxCalls);
        vm.assertEq(word.gasBudget(), gasBudget);
        vm.assertEq(word.isSelfPaid(), selfPaid);
        vm.assertEq(word.limitCount(), limitCount);
        vm.assertEq(word.nativeLimit(), nativeLimit);
        vm.assertEq(word.inlineLimit(), inlineLimit);
        vm.assertEq(word.permissionCount(), permissionCount);
        vm.assertEq(uint32(SettingsWord.unwrap(word)), 0);
    }
}
