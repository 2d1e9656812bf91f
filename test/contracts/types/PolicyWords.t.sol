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
    address private constant TARGET = 0x00112233445566778899AABbCCdDeeFf00112233;

    // --- method ----------------------------------------------------------------------------------------------------

    function test_plain_fields_stand_where_they_are_drawn() public pure {
        MethodWord word = MethodWord.wrap(
            (uint256(uint160(TARGET)) << 96) |
                (uint256(1) << 88) |
                (uint256(0xaabbccdd) << 56) |
                (uint256(2) << 52) |
                (uint256(0x40) << 45) |
                (uint256(0x3f) << 39) |
                (uint256(0x20) << 33) |
                (uint256(7) << 30) |
                (uint256(8) << 26)
        );
        vm.assertEq(word.target(), TARGET);
        vm.assertTrue(word.kind() == MethodKind.METHOD);
        vm.assertEq(bytes32(word.selector()), bytes32(bytes4(0xaabbccdd)));
        vm.assertFalse(word.isEmpty() || word.isDetailed() || word.isConsumable() || word.isCredited());
        vm.assertTrue(word.trust() == Trust.ASKED);
        vm.assertEq(word.words(), 64);
        vm.assertEq(word.word(), 63);
        vm.assertEq(word.wordBytes(), 32);
        vm.assertEq(word.firstLimit(), 7);
        vm.assertEq(word.limits(), 8);
    }

    function test_detailed_fields_stand_where_they_are_drawn() public pure {
        MethodWord word = MethodWord.wrap((1 << 55) | (uint256(8) << 51) | (uint256(0xabcd) << 16) | 0x5fff);
        vm.assertTrue(word.isDetailed());
        vm.assertEq(word.alternatives(), 8);
        vm.assertEq(word.size(), 0xabcd);
        vm.assertEq(word.offset(), 0x5fff);
    }

    function test_method_each_flag_is_one_bit() public pure {
        vm.assertTrue(MethodWord.wrap(0).isEmpty());
        for (uint256 bit = 0; bit < 256; ++bit) {
            MethodWord word = MethodWord.wrap(1 << bit);
            vm.assertFalse(word.isEmpty());
            vm.assertEq(word.isDetailed(), bit == 55);
            vm.assertEq(word.isConsumable(), bit == 54);
            vm.assertEq(word.isCredited(), bit == 25);
        }
        vm.assertEq(MethodWord.unwrap(MethodWord.wrap(0).withCredit()), 1 << 25);
    }

    function testFuzz_plain_round_trip(address target, uint8 kind, bytes4 selector, uint256 rest) public pure {
        kind = uint8(bound(kind, 0, 2));
        uint256 sortKey = MethodWords.keyOf(target, MethodKind(kind), selector);
        uint256[5] memory fields = [
            (rest >> 45) & 0x7f,
            (rest >> 39) & 0x3f,
            (rest >> 33) & 0x3f,
            (rest >> 30) & 7,
            (rest >> 26) & 0xf
        ];
        MethodWord word = MethodWords.packPlain(
            sortKey,
            (rest >> 54) & 1 != 0,
            Trust((rest >> 52) & 3),
            fields[0],
            fields[1],
            fields[2],
            fields[3],
            fields[4],
            (rest >> 25) & 1 != 0
        );
        vm.assertEq(MethodWord.unwrap(word) >> MethodWords.KEY_SHIFT, sortKey);
        vm.assertEq(word.target(), target);
        vm.assertEq(uint256(word.kind()), kind);
        vm.assertEq(bytes32(word.selector()), bytes32(selector));
        vm.assertEq(MethodWord.unwrap(word) & ((1 << 56) - 1), rest & ((1 << 55) - (1 << 25)));
        vm.assertEq(word.words(), fields[0]);
        vm.assertEq(word.word(), fields[1]);
        vm.assertEq(word.wordBytes(), fields[2]);
        vm.assertEq(word.firstLimit(), fields[3]);
        vm.assertEq(word.limits(), fields[4]);
        vm.assertEq(uint256(word.trust()), (rest >> 52) & 3);
    }

    function testFuzz_detailed_round_trip(uint256 sortKey, uint256 count, uint16 size, uint16 offset) public pure {
        (sortKey, count) = (sortKey >> 56, bound(count, 1, 8));
        MethodWord word = MethodWords.packDetailed(sortKey, count, size, offset);
        vm.assertTrue(word.isDetailed());
        vm.assertEq(MethodWord.unwrap(word) >> MethodWords.KEY_SHIFT, sortKey);
        vm.assertEq(word.alternatives(), count);
        vm.assertEq(word.size(), size);
        vm.assertEq(word.offset(), offset);
        vm.assertEq((MethodWord.unwrap(word) >> 32) & 0x7ffff, 0);
    }

    /// @dev Words are sorted by target, then kind, then selector.
    function testFuzz_method_keys_order(address low, address high, bytes4 selector, bytes4 other) public pure {
        vm.assume(uint160(low) < uint160(high));
        vm.assertLt(
            MethodWords.keyOf(low, MethodKind.WILDCARD, selector),
            MethodWords.keyOf(high, MethodKind.NATIVE, other)
        );
        vm.assertLt(MethodWords.keyOf(low, MethodKind.NATIVE, 0), MethodWords.keyOf(low, MethodKind.METHOD, selector));
        vm.assertLt(
            MethodWords.keyOf(low, MethodKind.METHOD, selector),
            MethodWords.keyOf(low, MethodKind.WILDCARD, 0)
        );
    }

    // --- settings --------------------------------------------------------------------------------------------------

    function test_settings_fields_stand_where_they_are_drawn() public pure {
        SettingsWord word = SettingsWord.wrap(
            (uint256(0x11111111) << 224) |
                (uint256(0x22222222) << 192) |
                (uint256(0x33333) << 172) |
                (uint256(0x444444444) << 136) |
                (uint256(1) << 135) |
                (uint256(8) << 128) |
                (uint256(7) << 124) |
                (uint256(6) << 120) |
                (uint256(0x02bc) << 104) |
                (uint256(0x02bd) << 88)
        );
        vm.assertEq(word.minDuration(), 0x11111111);
        vm.assertEq(word.maxDuration(), 0x22222222);
        vm.assertEq(word.maxCalls(), 0x33333);
        vm.assertEq(word.gasBudget(), 0x444444444);
        vm.assertTrue(word.isSelfPaid());
        vm.assertEq(word.limitCount(), 8);
        vm.assertEq(word.nativeLimits(), 7);
        vm.assertEq(word.inlineLimit(), 6);
        vm.assertEq(word.methodCount(), 700);
        vm.assertEq(word.permissionCount(), 701);
    }

    function testFuzz_settings_round_trip(
        uint32 minDuration,
        uint32 maxDuration,
        uint256 maxCalls,
        uint256 gasBudget,
        bool selfPaid,
        uint256[3] memory limits,
        uint16 methodCount,
        uint16 permissionCount
    ) public pure {
        (maxCalls, gasBudget) = (bound(maxCalls, 0, 2 ** 20 - 1), bound(gasBudget, 0, 2 ** 36 - 1));
        for (uint256 i = 0; i < 3; ++i) limits[i] = bound(limits[i], 0, 8);
        SettingsWord word = SettingsWords.pack(
            minDuration,
            maxDuration,
            maxCalls,
            gasBudget,
            selfPaid,
            limits[0],
            limits[1],
            limits[2],
            methodCount,
            permissionCount
        );
        vm.assertEq(word.minDuration(), minDuration);
        vm.assertEq(word.maxDuration(), maxDuration);
        vm.assertEq(word.maxCalls(), maxCalls);
        vm.assertEq(word.gasBudget(), gasBudget);
        vm.assertEq(word.isSelfPaid(), selfPaid);
        vm.assertEq(word.limitCount(), limits[0]);
        vm.assertEq(word.nativeLimits(), limits[1]);
        vm.assertEq(word.inlineLimit(), limits[2]);
        vm.assertEq(word.methodCount(), methodCount);
        vm.assertEq(word.permissionCount(), permissionCount);
        vm.assertEq(SettingsWord.unwrap(word) & (2 ** 88 - 1), 0);
    }

    // --- limit -----------------------------------------------------------------------------------------------------

    function testFuzz_limit_round_trip(address unit, uint32 period, bool fromStart) public pure {
        LimitWord word = LimitWords.pack(unit, period, fromStart);
        vm.assertEq(word.unit(), unit);
        vm.assertEq(word.period(), period);
        vm.assertEq(word.isFromStart(), fromStart);
        uint256 expected = (uint256(uint160(unit)) << 96) | (uint256(period) << 64) | (fromStart ? 1 << 63 : 0);
        vm.assertEq(LimitWord.unwrap(word), expected);
    }
}
