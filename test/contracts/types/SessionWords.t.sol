// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    LaneWord,
    LaneWords,
    PrincipalWord,
    SessionCounters,
    SessionCounterWords,
    SessionHead,
    SessionHeads,
    SpentWord,
    SpentWords
} from "../../../contracts/types/SessionWords.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Every field of every packed word of a session, at its place, at both ends, and beside full neighbours.
contract SessionWordsTest is Test {
    uint256 private constant ALL = type(uint256).max;
    address private constant TARGET = 0x00112233445566778899AABbCCdDeeFf00112233;

    // --- head ------------------------------------------------------------------------------------------------------

    function test_head_fields_stand_where_they_are_drawn() public pure {
        SessionHead head = SessionHead.wrap(
            (uint256(uint160(TARGET)) << 96) |
                (uint256(0x7fffffffffff) << 48) |
                (uint256(0xdeadbeef) << 16) |
                (uint256(0xa5) << 8) |
                7
        );
        vm.assertEq(head.pointer(), TARGET);
        vm.assertEq(head.validUntil(), 0x7fffffffffff);
        vm.assertEq(head.validAfter(), uint256(0x7fffffffffff) - 0xdeadbeef);
        vm.assertEq(head.hotSize(), 0xa5 * 128);
        vm.assertTrue(head.isRevoked() && head.isP256() && head.isSwept() && !head.isEmpty());
    }

    function test_head_of_zeros_and_of_ones() public pure {
        SessionHead none = SessionHead.wrap(0);
        vm.assertTrue(none.isEmpty());
        vm.assertFalse(none.isRevoked() || none.isP256() || none.isSwept());
        vm.assertEq(none.pointer(), address(0));
        vm.assertEq(none.validUntil(), 0);
        vm.assertEq(none.validAfter(), 0);
        vm.assertEq(none.hotSize(), 0);
        SessionHead full = SessionHead.wrap(ALL);
        vm.assertEq(full.pointer(), address(type(uint160).max));
        vm.assertEq(full.validUntil(), type(uint48).max);
        vm.assertEq(full.validAfter(), type(uint48).max - type(uint32).max);
        vm.assertEq(full.hotSize(), 255 * 128);
    }

    function test_head_each_flag_is_one_bit() public pure {
        for (uint256 bit = 0; bit < 256; ++bit) {
            SessionHead head = SessionHead.wrap(1 << bit);
            vm.assertEq(head.isRevoked(), bit == 0);
            vm.assertEq(head.isP256(), bit == 1);
            vm.assertEq(head.isSwept(), bit == 2);
        }
        vm.assertEq(SessionHead.unwrap(SessionHead.wrap(0).with(SessionHeads.REVOKED)), 1);
        vm.assertEq(SessionHead.unwrap(SessionHead.wrap(6).with(SessionHeads.SWEPT)), 6);
    }

    function testFuzz_head_round_trip(
        address pointer,
        uint48 validUntil,
        uint32 span,
        uint256 hotSize,
        uint256 flags
    ) public pure {
        span = uint32(bound(span, 0, validUntil < type(uint32).max ? validUntil : type(uint32).max));
        hotSize = bound(hotSize, 0, 255 * 128);
        flags = bound(flags, 0, 7);
        SessionHead head = SessionHeads.pack(pointer, validUntil - span, validUntil, hotSize, flags);
        vm.assertEq(head.pointer(), pointer);
        vm.assertEq(head.validUntil(), validUntil);
        vm.assertEq(head.validAfter(), validUntil - span);
        vm.assertGe(head.hotSize(), hotSize);
        vm.assertLt(head.hotSize(), hotSize + 128);
        vm.assertEq(uint8(SessionHead.unwrap(head)), flags);
    }

    // --- counters --------------------------------------------------------------------------------------------------

    function test_counters_fields_stand_where_they_are_drawn() public pure {
        SessionCounters counters = SessionCounters.wrap(
            (uint256(0x11111111) << 224) |
                (uint256(0x22222222) << 192) |
                (uint256(0x33333333) << 160) |
                (uint256(0x44444444444444444444) << 80) |
                0x55555555555555555555
        );
        vm.assertEq(counters.generation(), 0x11111111);
        vm.assertEq(counters.registration(), 0x22222222);
        vm.assertEq(counters.calls(), 0x33333333);
        vm.assertEq(counters.gas(), 0x44444444444444444444);
        vm.assertEq(counters.inlineSpend(), 0x55555555555555555555);
    }

    function testFuzz_counters_round_trip(
        uint32 generation,
        uint32 registration,
        uint32 calls,
        uint80 gas
    ) public pure {
        SessionCounters counters = SessionCounterWords.pack(generation, registration, calls, gas);
        vm.assertEq(counters.generation(), generation);
        vm.assertEq(counters.registration(), registration);
        vm.assertEq(counters.calls(), calls);
        vm.assertEq(counters.gas(), gas);
        vm.assertEq(counters.inlineSpend(), 0);
    }

    /// @dev Using up to the last unit of each leaves the neighbours alone.
    function testFuzz_counters_use(uint256 word, uint256 calls, uint256 gas, uint256 spend) public pure {
        SessionCounters counters = SessionCounters.wrap(word);
        calls = bound(calls, 0, counters.calls());
        gas = bound(gas, 0, counters.gas());
        spend = bound(spend, 0, type(uint80).max - counters.inlineSpend());
        SessionCounters used = counters.use(calls, gas, spend);
        vm.assertEq(used.generation(), counters.generation());
        vm.assertEq(used.registration(), counters.registration());
        vm.assertEq(used.calls(), counters.calls() - calls);
        vm.assertEq(used.gas(), counters.gas() - gas);
        vm.assertEq(used.inlineSpend(), counters.inlineSpend() + spend);
    }

    function test_counters_use_everything() public pure {
        SessionCounters counters = SessionCounterWords.pack(ALL >> 224, ALL >> 224, ALL >> 224, type(uint80).max);
        SessionCounters used = counters.use(type(uint32).max, type(uint80).max, type(uint80).max);
        vm.assertEq(SessionCounters.unwrap(used), (ALL << 192) | type(uint80).max);
    }

    // --- spent -----------------------------------------------------------------------------------------------------

    function testFuzz_spent_round_trip(uint32 registration, uint64 period, uint128 spent) public pure {
        SpentWord word = SpentWords.pack(registration, period, spent);
        vm.assertEq(word.registration(), registration);
        vm.assertEq(word.period(), period);
        vm.assertEq(word.spent(), spent);
        vm.assertEq(uint32(SpentWord.unwrap(word) >> 192), 0);
    }

    function test_spent_of_ones() public pure {
        SpentWord word = SpentWord.wrap(ALL);
        vm.assertEq(word.registration(), type(uint32).max);
        vm.assertEq(word.period(), type(uint64).max);
        vm.assertEq(word.spent(), type(uint128).max);
    }

    // --- principal -------------------------------------------------------------------------------------------------

    function test_principal_fields_stand_where_they_are_drawn() public pure {
        PrincipalWord word = PrincipalWord.wrap((1 << 96) | (uint256(0x1122334455667788) << 32) | 0x99aabbcc);
        vm.assertEq(word.generation(), 0x99aabbcc);
        vm.assertEq(word.nonce(), 0x1122334455667788);
        vm.assertTrue(word.isInstalled());
        vm.assertFalse(word.uninstalled().isInstalled());
        vm.assertEq(PrincipalWord.unwrap(word.uninstalled().installed()), PrincipalWord.unwrap(word));
        for (uint256 bit = 0; bit < 256; ++bit) {
            vm.assertEq(PrincipalWord.wrap(1 << bit).isInstalled(), bit == 96);
        }
    }

    function testFuzz_principal_raises(uint32 generation, uint64 nonce, bool installed) public pure {
        nonce = uint64(bound(nonce, 0, type(uint64).max - 1));
        PrincipalWord word = PrincipalWord.wrap(
            (uint256(installed ? 1 : 0) << 96) | (uint256(nonce) << 32) | generation
        );
        PrincipalWord next = word.nextNonce();
        vm.assertEq(next.nonce(), nonce + 1);
        vm.assertEq(next.generation(), generation);
        vm.assertEq(next.isInstalled(), installed);
        next = word.nextGeneration();
        vm.assertEq(next.nonce(), nonce + 1);
        unchecked {
            // The last generation is followed by the first; see `nextGeneration`.
            vm.assertEq(next.generation(), uint32(generation + 1));
        }
        vm.assertEq(next.isInstalled(), installed);
    }

    function test_the_last_generation_carries_nowhere() public pure {
        PrincipalWord next = PrincipalWord.wrap((1 << 96) | type(uint32).max).nextGeneration();
        vm.assertEq(PrincipalWord.unwrap(next), (1 << 96) | (1 << 32));
    }

    // --- lane ------------------------------------------------------------------------------------------------------

    function testFuzz_lane_round_trip(address holder, uint32 generation) public pure {
        LaneWord lane = LaneWords.pack(holder, generation);
        vm.assertEq(lane.key(), holder);
        vm.assertEq(lane.generation(), generation);
        vm.assertEq(LaneWord.unwrap(lane) >> 192, 0);
    }

    function test_lane_of_ones() public pure {
        vm.assertEq(LaneWord.wrap(ALL).key(), address(type(uint160).max));
        vm.assertEq(LaneWord.wrap(ALL).generation(), type(uint32).max);
    }
}
