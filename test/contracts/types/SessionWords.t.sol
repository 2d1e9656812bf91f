// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LaneWord, LaneWords} from "../../../contracts/types/LaneWord.sol";
import {PrincipalWord} from "../../../contracts/types/PrincipalWord.sol";

import {SessionWord, SessionWords} from "../../../contracts/types/SessionWord.sol";
import {SpentWord, SpentWords} from "../../../contracts/types/SpentWord.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Every field of every packed word of a session, at its place, at both ends, and beside full neighbours.
contract SessionWordsTest is Test {
    uint256 private constant ALL = type(uint256).max;
    uint256 private constant LAST = 2 ** 22 - 1;

    // --- session ---------------------------------------------------------------------------------------------------

    function test_session_fields_stand_where_they_are_drawn() public pure {
        SessionWord word = SessionWord.wrap(
            (uint256(0x987654321) << 220) |
                (uint256(0x2deadbeef) << 186) |
                (uint256(0x1abcdef) << 161) |
                (uint256(3) << 158) |
                (uint256(0x2aaaaa) << 136) |
                (uint256(0xb3333) << 116) |
                (uint256(0x876543210) << 80) |
                0x55555555555555555555
        );
        vm.assertEq(word.policyNumber(), 0x987654321);
        vm.assertEq(word.validUntil(), 0x2deadbeef);
        vm.assertEq(word.validAfter(), uint256(0x2deadbeef) - 0x1abcdef);
        vm.assertEq(word.registration(), word.validAfter());
        vm.assertEq(word.generation(), 0x2aaaaa);
        vm.assertEq(word.calls(), 0xb3333);
        vm.assertEq(word.gas(), 0x876543210);
        vm.assertEq(word.inlineSpend(), 0x55555555555555555555);
        vm.assertTrue(word.isRevoked() && word.isSwept() && !word.isEmpty());
    }

    function test_session_of_zeros_and_of_ones() public pure {
        SessionWord none = SessionWord.wrap(0);
        vm.assertTrue(none.isEmpty());
        vm.assertFalse(none.isRevoked() || none.isSwept());
        vm.assertEq(none.policyNumber() + none.validUntil() + none.validAfter() + none.generation(), 0);
        vm.assertEq(none.calls() + none.gas() + none.inlineSpend(), 0);
        SessionWord full = SessionWord.wrap(ALL);
        vm.assertEq(full.policyNumber(), 2 ** 36 - 1);
        vm.assertEq(full.validUntil(), 2 ** 34 - 1);
        vm.assertEq(full.validAfter(), 2 ** 34 - 2 ** 25);
        vm.assertEq(full.generation(), LAST);
        vm.assertEq(full.calls(), 2 ** 20 - 1);
        vm.assertEq(full.gas(), 2 ** 36 - 1);
        vm.assertEq(full.inlineSpend(), type(uint80).max);
    }

    function test_session_each_flag_is_one_bit() public pure {
        for (uint256 bit = 0; bit < 256; ++bit) {
            SessionWord word = SessionWord.wrap(1 << bit);
            vm.assertEq(word.isRevoked(), bit == 158);
            vm.assertEq(word.isSwept(), bit == 159);
            vm.assertFalse(word.isEmpty());
        }
        vm.assertEq(SessionWord.unwrap(SessionWord.wrap(0).with(SessionWords.REVOKED)), 1 << 158);
        vm.assertEq(SessionWord.unwrap(SessionWord.wrap(3 << 158).with(SessionWords.SWEPT)), 3 << 158);
    }

    function testFuzz_ATK_119_session_round_trip(
        uint256 number,
        uint256 validUntil,
        uint256 span,
        uint256 generation,
        uint256 calls,
        uint256 gas
    ) public pure {
        number = bound(number, 0, 2 ** 36 - 1);
        validUntil = bound(validUntil, 0, 2 ** 34 - 1);
        span = bound(span, 0, validUntil < 2 ** 25 - 1 ? validUntil : 2 ** 25 - 1);
        generation = bound(generation, 0, LAST);
        calls = bound(calls, 0, 2 ** 20 - 1);
        gas = bound(gas, 0, 2 ** 36 - 1);
        SessionWord word = SessionWords.pack(number, validUntil - span, validUntil, generation, calls, gas);
        vm.assertEq(word.policyNumber(), number);
        vm.assertEq(word.validUntil(), validUntil);
        vm.assertEq(word.validAfter(), validUntil - span);
        vm.assertEq(word.generation(), generation);
        vm.assertEq(word.calls(), calls);
        vm.assertEq(word.gas(), gas);
        vm.assertEq(word.inlineSpend(), 0);
        vm.assertEq((SessionWord.unwrap(word) >> 158) & 7, 0);
    }

    /// @dev Using up to the last unit of each leaves the neighbours alone.
    function testFuzz_ATK_117_session_use(uint256 bits, uint256 calls, uint256 gas, uint256 spend) public pure {
        SessionWord word = SessionWord.wrap(bits);
        calls = bound(calls, 0, word.calls());
        gas = bound(gas, 0, word.gas());
        spend = bound(spend, 0, type(uint80).max - word.inlineSpend());
        SessionWord used = word.use(calls, gas, spend);
        vm.assertEq(SessionWord.unwrap(used) >> 136, bits >> 136);
        vm.assertEq(used.calls(), word.calls() - calls);
        vm.assertEq(used.gas(), word.gas() - gas);
        vm.assertEq(used.inlineSpend(), word.inlineSpend() + spend);
    }

    function test_ATK_117_session_use_everything() public pure {
        SessionWord word = SessionWord.wrap((ALL >> 80) << 80);
        SessionWord used = word.use(2 ** 20 - 1, 2 ** 36 - 1, type(uint80).max);
        vm.assertEq(SessionWord.unwrap(used), ((ALL >> 136) << 136) | type(uint80).max);
    }

    // --- spent -----------------------------------------------------------------------------------------------------

    function testFuzz_spent_round_trip(uint256 registration, uint64 period, uint128 spent) public pure {
        registration = bound(registration, 0, 2 ** 34 - 1);
        SpentWord word = SpentWords.pack(registration, period, spent);
        vm.assertEq(word.registration(), registration);
        vm.assertEq(word.period(), period);
        vm.assertEq(word.spent(), spent);
        vm.assertEq(SpentWord.unwrap(word) >> 222, registration);
        vm.assertEq((SpentWord.unwrap(word) >> 192) & (2 ** 30 - 1), 0);
    }

    function test_ATK_117_spent_of_ones() public pure {
        SpentWord word = SpentWord.wrap(ALL);
        vm.assertEq(word.registration(), 2 ** 34 - 1);
        vm.assertEq(word.period(), type(uint64).max);
        vm.assertEq(word.spent(), type(uint128).max);
    }

    // --- principal -------------------------------------------------------------------------------------------------

    function test_principal_fields_stand_where_they_are_drawn() public pure {
        PrincipalWord word = PrincipalWord.wrap((1 << 86) | (uint256(0x1122334455667788) << 22) | 0x29aabb);
        vm.assertEq(word.generation(), 0x29aabb);
        vm.assertEq(word.nonce(), 0x1122334455667788);
        vm.assertTrue(word.isInstalled());
        vm.assertFalse(word.uninstalled().isInstalled());
        vm.assertEq(PrincipalWord.unwrap(word.uninstalled().installed()), PrincipalWord.unwrap(word));
        for (uint256 bit = 0; bit < 256; ++bit) {
            vm.assertEq(PrincipalWord.wrap(1 << bit).isInstalled(), bit == 86);
        }
    }

    function testFuzz_principal_raises(uint256 generation, uint64 nonce, bool installed) public pure {
        nonce = uint64(bound(nonce, 0, type(uint64).max - 1));
        generation = bound(generation, 0, LAST);
        PrincipalWord word = PrincipalWord.wrap(
            (uint256(installed ? 1 : 0) << 86) | (uint256(nonce) << 22) | generation
        );
        PrincipalWord next = word.nextNonce();
        vm.assertEq(next.nonce(), nonce + 1);
        vm.assertEq(next.generation(), generation);
        vm.assertEq(next.isInstalled(), installed);
        next = word.nextGeneration();
        vm.assertEq(next.nonce(), nonce + 1);
        vm.assertEq(next.generation(), generation == LAST ? LAST : generation + 1);
        vm.assertEq(next.isInstalled(), installed);
    }

    function test_ATK_119_the_last_generation_stays_and_carries_nowhere() public pure {
        PrincipalWord word = PrincipalWord.wrap((1 << 86) | (LAST - 1));
        vm.assertEq(PrincipalWord.unwrap(word.nextGeneration()), (1 << 86) | (1 << 22) | LAST);
        vm.assertEq(PrincipalWord.unwrap(word.nextGeneration().nextGeneration()), (1 << 86) | (2 << 22) | LAST);
    }

    // --- lane ------------------------------------------------------------------------------------------------------

    function testFuzz_lane_round_trip(address holder, uint256 generation) public pure {
        generation = bound(generation, 0, LAST);
        LaneWord lane = LaneWords.pack(holder, generation);
        vm.assertEq(lane.key(), holder);
        vm.assertEq(lane.generation(), generation);
        vm.assertEq(LaneWord.unwrap(lane) >> 160, generation);
    }
}
