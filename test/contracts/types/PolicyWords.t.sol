// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LimitWord, LimitWords} from "../../../contracts/types/LimitWord.sol";
import {MethodKind} from "../../../contracts/types/MethodKind.sol";
import {MethodWord, MethodWords} from "../../../contracts/types/MethodWord.sol";
import {SettingsWord, SettingsWords} from "../../../contracts/types/SettingsWord.sol";
import {Trust} from "../../../contracts/types/Trust.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice The packed words of a stored policy.
contract PolicyWordsTest is Test {
    uint256 private constant ALL = type(uint256).max;
    address private constant TARGET = 0x00112233445566778899AABbCCdDeeFf00112233;

    // --- method ----------------------------------------------------------------------------------------------------

    function test_method_plain_fields_stand_where_they_are_drawn() public pure {
        MethodWord word = MethodWord.wrap(
            (uint256(uint160(TARGET)) << 96) |
                (uint256(1) << 88) |
                (uint256(0xaabbccdd) << 56) |
                (uint256(1) << 54) |
                (uint256(3) << 52) |
                (uint256(64) << 45) |
                (uint256(0x2a) << 39) |
                (uint256(32) << 33) |
                (uint256(5) << 30) |
                (uint256(8) << 26) |
                (uint256(1) << 25)
        );
        vm.assertEq(word.target(), TARGET);
        vm.assertTrue(word.kind() == MethodKind.METHOD);
        vm.assertEq(bytes32(word.selector()), bytes32(bytes4(0xaabbccdd)));
        vm.assertFalse(word.isDetailed());
        vm.assertTrue(word.isConsumable());
        vm.assertTrue(word.trust() == Trust.OPEN);
        vm.assertEq(word.words(), 64);
        vm.assertEq(word.word(), 0x2a);
        vm.assertEq(word.wordBytes(), 32);
        vm.assertEq(word.firstLimit(), 5);
        vm.assertEq(word.limits(), 8);
        vm.assertTrue(word.isCredited());
        uint256 key = MethodWords.keyOf(TARGET, MethodKind.METHOD, 0xaabbccdd);
        MethodWord packed = MethodWords.packPlain(key, true, Trust.OPEN, 64, 0x2a, 32, 5, 8, true);
        vm.assertEq(MethodWord.unwrap(packed), MethodWord.unwrap(word));
    }

    function test_method_each_flag_is_one_bit() public pure {
        for (uint256 bit = 0; bit < 256; ++bit) {
            MethodWord word = MethodWord.wrap(1 << bit);
            vm.assertFalse(word.isEmpty());
            vm.assertEq(word.isDetailed(), bit == 55);
            vm.assertEq(word.isConsumable(), bit == 54);
            vm.assertEq(word.isCredited(), bit == 25);
        }
        vm.assertTrue(MethodWord.wrap(0).isEmpty());
    }

    function testFuzz_method_detailed_round_trip(bytes4 selector, uint8 count, uint16 size, uint16 offset) public pure {
        count = uint8(bound(count, 0, 15));
        uint256 key = MethodWords.keyOf(TARGET, MethodKind.WILDCARD, selector);
        MethodWord word = MethodWords.packDetailed(key, count, size, offset);
        vm.assertTrue(word.isDetailed());
        vm.assertEq(MethodWord.unwrap(word) >> MethodWords.KEY_SHIFT, key);
        vm.assertTrue(word.kind() == MethodKind.WILDCARD);
        vm.assertEq(word.alternatives(), count);
        vm.assertEq(word.size(), size);
        vm.assertEq(word.offset(), offset);
    }

    // --- settings --------------------------------------------------------------------------------------------------

    function test_settings_fields_stand_where_they_are_drawn() public pure {
        SettingsWord word = SettingsWord.wrap(
            (uint256(0x11223344) << 224) |
                (uint256(0x55667788) << 192) |
                (uint256(0xfffff) << 172) |
                (uint256(0x812345678) << 136) |
                (uint256(1) << 135) |
                (uint256(8) << 128) |
                (uint256(3) << 124) |
                (uint256(4) << 120) |
                (uint256(0xabcd) << 104) |
                (uint256(0x1234) << 88)
        );
        vm.assertEq(word.minDuration(), 0x11223344);
        vm.assertEq(word.maxDuration(), 0x55667788);
        vm.assertEq(word.maxCalls(), 0xfffff);
        vm.assertEq(word.gasBudget(), 0x812345678);
        vm.assertTrue(word.isSelfPaid());
        vm.assertEq(word.limitCount(), 8);
        vm.assertEq(word.nativeLimits(), 3);
        vm.assertEq(word.inlineLimit(), 4);
        vm.assertEq(word.methodCount(), 0xabcd);
        vm.assertEq(word.permissionCount(), 0x1234);
        SettingsWord packed = SettingsWords.pack(
            0x11223344,
            0x55667788,
            0xfffff,
            0x812345678,
            true,
            8,
            3,
            4,
            0xabcd,
            0x1234
        );
        vm.assertEq(SettingsWord.unwrap(packed), SettingsWord.unwrap(word));
    }

    function test_settings_reads_nothing_of_its_neighbours() public pure {
        SettingsWord all = SettingsWord.wrap(ALL);
        vm.assertEq(all.minDuration(), type(uint32).max);
        vm.assertEq(all.maxDuration(), type(uint32).max);
        vm.assertEq(all.maxCalls(), 2 ** 20 - 1);
        vm.assertEq(all.gasBudget(), 2 ** 36 - 1);
        vm.assertEq(all.limitCount(), 15);
        vm.assertEq(all.nativeLimits(), 15);
        vm.assertEq(all.inlineLimit(), 15);
        vm.assertEq(all.methodCount(), type(uint16).max);
        vm.assertEq(all.permissionCount(), type(uint16).max);
        vm.assertFalse(SettingsWord.wrap(~(uint256(1) << 135)).isSelfPaid());
    }

    // --- limit -----------------------------------------------------------------------------------------------------

    function testFuzz_limit_round_trip(address unit, uint32 period, bool fromStart) public pure {
        LimitWord word = LimitWords.pack(unit, period, fromStart);
        vm.assertEq(word.unit(), unit);
        vm.assertEq(word.period(), period);
        vm.assertEq(word.isFromStart(), fromStart);
        vm.assertEq(LimitWord.unwrap(word) & (2 ** 63 - 1), 0);
    }
}
