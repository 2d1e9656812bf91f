// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    FAIL_ABSENT,
    FAIL_INNER,
    FAIL_LENGTH,
    FAIL_NOT_BOUNDED,
    FAIL_NOT_CANONICAL,
    FAIL_OVERFLOW,
    FAIL_RATE,
    FAIL_RULE,
    FAIL_TOO_MANY
} from "../../../contracts/core/Failures.sol";
import {TypeProgram} from "../../../contracts/core/TypeProgram.sol";
import {ProgramCode} from "../../../contracts/types/ProgramCode.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice The pass over a call's arguments, by programs written by hand.
contract TypeProgramTest is Test {
    bytes4 private constant SELECTOR = 0x01020304;
    uint256 private constant MAX = type(uint256).max;

    struct Outcome {
        uint256 code;
        uint256 held;
        uint256 first;
        uint256 second;
        uint256 third;
        uint256[5] draws;
    }

    /// @dev Takes the call as calldata, as the pass does.
    function pass(
        bytes memory program,
        uint256 value,
        bytes calldata data,
        bool suffixed
    ) external view returns (Outcome memory outcome) {
        uint256 state = TypeProgram.newState(address(this));
        TypeProgram.clear(state);
        uint256 start;
        uint256 offset;
        assembly ("memory-safe") {
            start := add(program, 32)
            offset := data.offset
        }
        TypeProgram.run(state, start, value, data, suffixed);
        outcome.code = TypeProgram.failureOf(state);
        outcome.held = TypeProgram.heldBefore(state);
        (outcome.first, outcome.second, outcome.third) = TypeProgram.failureWords(state);
        if (outcome.code >= FAIL_NOT_CANONICAL) outcome.first -= offset;
        for (uint256 i = 0; i < 5; ++i) outcome.draws[i] = TypeProgram.draw(state, i);
    }

    function _pass(bytes memory program, bytes memory arguments) private view returns (Outcome memory) {
        return this.pass(program, 0, bytes.concat(SELECTOR, arguments), false);
    }

    function _codeOf(bytes memory program, bytes memory arguments) private view returns (uint256) {
        return _pass(program, arguments).code;
    }

    // --- programs --------------------------------------------------------------------------------------------------

    function _rule(uint256 kind, uint256 count, uint256 word, uint256 number) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(kind), uint8(count), uint8(word), uint8(number));
    }

    function _is(uint256 word, uint256 number, uint256 wanted) private pure returns (bytes memory) {
        return abi.encodePacked(_rule(ProgramCode.IS, 1, word, number), wanted);
    }

    function _save(uint256 register, uint256 word) private pure returns (bytes memory) {
        return _rule(ProgramCode.SAVE, register, word, 255);
    }

    function _add(uint256 draw, uint256 word, uint8 scale) private pure returns (bytes memory) {
        return abi.encodePacked(_rule(ProgramCode.ADD, draw, word, 255), scale);
    }

    /// @dev Nothing on the value and no rates.
    function _program(uint8 words, uint8 nodes, bytes memory content) private pure returns (bytes memory) {
        return bytes.concat(hex"00", bytes1(words), bytes1(nodes), content, hex"00");
    }

    /// @dev One `uint256[]` whose elements are whole, with rules on each of them.
    function _list(uint8 flags, uint8 rules, bytes memory each) private pure returns (bytes memory) {
        bytes memory element = bytes.concat(hex"01_00_01", bytes1(rules), hex"ff", each);
        return bytes.concat(hex"05", bytes1(flags), hex"01_00_00_00_00", bytes2(uint16(element.length)), element);
    }

    function _numbers(uint256 length) private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](length);
        for (uint256 i = 0; i < length; ++i) numbers[i] = i;
    }

    // --- words -----------------------------------------------------------------------------------------------------

    function testFuzz_unsigned_word_is_as_wide_as_its_code_says(uint256 word, uint8 code) public view {
        bytes memory program = _program(1, 1, bytes.concat(hex"00_01_00", bytes1(code)));
        bool fits = code == 255 || word >> (uint256(code) + 1) == 0;
        uint256 wanted =
            fits
                ? 0
                : code == 95
                    ? FAIL_NOT_BOUNDED
                    : FAIL_NOT_CANONICAL;
        vm.assertEq(_codeOf(program, abi.encode(word)), wanted);
        // Of any width, so that every code sees both sides of its edge.
        word >>= 255 - uint256(code);
        vm.assertEq(_codeOf(program, abi.encode(word)), 0);
    }

    function testFuzz_signed_word_is_the_one_that_its_type_has(int256 word, uint8 size) public view {
        size = uint8(bound(size, 1, 32));
        bytes memory program = _program(1, 1, bytes.concat(hex"01", bytes1(size - 1), hex"00"));
        int256 cut = size == 32 ? word : (word << (256 - uint256(size) * 8)) >> (256 - uint256(size) * 8);
        vm.assertEq(_codeOf(program, abi.encode(cut)), 0);
        uint256 wanted =
            cut == word
                ? 0
                : size == 12
                    ? FAIL_NOT_BOUNDED
                    : FAIL_NOT_CANONICAL;
        vm.assertEq(_codeOf(program, abi.encode(word)), wanted);
    }

    function testFuzz_left_aligned_word_has_nothing_behind(bytes32 word, uint8 size) public view {
        size = uint8(bound(size, 1, 32));
        bytes memory program = _program(1, 1, bytes.concat(hex"02", bytes1(uint8(uint256(size) * 8 - 1)), hex"00"));
        bytes32 cut = size == 32 ? word : (word >> (256 - uint256(size) * 8)) << (256 - uint256(size) * 8);
        vm.assertEq(_codeOf(program, abi.encode(cut)), 0);
        vm.assertEq(_codeOf(program, abi.encode(word)), cut == word ? 0 : FAIL_NOT_CANONICAL);
    }

    function test_words_and_their_rules_fail_in_their_order() public view {
        bytes memory rules = bytes.concat(_is(0, 4, 1), _is(1, 5, 2), _is(2, 6, 3));
        bytes memory program = _program(3, 1, bytes.concat(hex"00_03_03_5f_07_5f", rules));
        Outcome memory outcome = _pass(program, abi.encode(1, 2, 3));
        vm.assertEq(outcome.code, 0);
        // The second word is no byte, but the rule on the first one fails before.
        outcome = _pass(program, abi.encode(9, 256, 3));
        vm.assertEq(outcome.code, FAIL_RULE);
        vm.assertEq(outcome.first, 4);
        vm.assertEq(outcome.second, 9);
        vm.assertEq(outcome.held, 0);
        // It is no byte before its rule is asked.
        outcome = _pass(program, abi.encode(1, 256, 9));
        vm.assertEq(outcome.code, FAIL_NOT_CANONICAL);
        vm.assertEq(outcome.first, 36);
        vm.assertEq(outcome.second, 256);
        vm.assertEq(outcome.held, 1 << 4);
        outcome = _pass(program, abi.encode(1, 2, uint256(1) << 96));
        vm.assertEq(outcome.code, FAIL_NOT_BOUNDED);
        vm.assertEq(outcome.first, 68);
        vm.assertEq(outcome.held, (1 << 4) | (1 << 5));
    }

    function testFuzz_signed_bounds_are_signed(int256 word, int256 edge, bool atMost) public view {
        uint256 kind = ProgramCode.BOUND | ProgramCode.AS_SIGNED | (atMost ? ProgramCode.INVERSE : 0);
        bytes memory bounds = abi.encodePacked(_rule(kind, 1, 0, 0), edge);
        bytes memory program = _program(1, 1, bytes.concat(hex"01_1f_01", bounds));
        bool holds = atMost ? word <= edge : word >= edge;
        vm.assertEq(_codeOf(program, abi.encode(word)), holds ? 0 : FAIL_RULE);
    }

    function testFuzz_bounds_hold_from_their_edge_on(uint256 word, uint256 edge, bool atMost) public view {
        uint256 kind = ProgramCode.BOUND | (atMost ? ProgramCode.INVERSE : 0);
        bytes memory bounds = abi.encodePacked(_rule(kind, 1, 0, 0), edge);
        bytes memory program = _program(1, 1, bytes.concat(hex"00_01_01_ff", bounds));
        bool holds = atMost ? word <= edge : word >= edge;
        vm.assertEq(_codeOf(program, abi.encode(word)), holds ? 0 : FAIL_RULE);
        vm.assertEq(_codeOf(program, abi.encode(edge)), 0);
    }

    // --- rates -----------------------------------------------------------------------------------------------------

    function testFuzz_ATK_114_rate_is_compared_without_rounding(
        uint256 argument,
        uint256 per,
        uint256 numerator,
        uint256 denominator,
        bool atMost
    ) public view {
        bytes memory program = _rateOf(numerator, denominator, atMost);
        int256 order = _compareProducts(argument, denominator, per, numerator);
        Outcome memory outcome = _pass(program, abi.encode(argument, per));
        bool holds = atMost ? order <= 0 : order >= 0;
        vm.assertEq(outcome.code, holds ? 0 : FAIL_RATE);
        if (holds) return;
        vm.assertEq(outcome.first, 3);
        vm.assertEq(outcome.second, argument);
        vm.assertEq(outcome.third, per);
    }

    /// @dev Products that are equal, and one off.
    function testFuzz_ATK_114_rate_holds_at_its_edge(uint128 a, uint128 b, uint128 c) public view {
        uint256 x = uint256(a) + 1;
        uint256 y = uint256(b) + 1;
        uint256 z = uint256(c) + 1;
        // (x * z) * y = (y * z) * x.
        bytes memory least = _rateOf(x, y, false);
        bytes memory most = _rateOf(x, y, true);
        vm.assertEq(_codeOf(least, abi.encode(x * z, y * z)), 0);
        vm.assertEq(_codeOf(most, abi.encode(x * z, y * z)), 0);
        vm.assertEq(_codeOf(least, abi.encode(x * z - 1, y * z)), FAIL_RATE);
        if (x * z != MAX) vm.assertEq(_codeOf(most, abi.encode(x * z + 1, y * z)), FAIL_RATE);
    }

    function test_ATK_114_rate_reads_the_value_in_register_0() public view {
        bytes memory rate = abi.encodePacked(hex"01_00_00_03", uint256(3), uint256(2));
        bytes memory program = bytes.concat(hex"00_01_01_00_01_01_ff", _save(1, 0), hex"01", rate);
        vm.assertEq(this.pass(program, 10, abi.encodePacked(SELECTOR, uint256(15)), false).code, 0);
        vm.assertEq(this.pass(program, 10, abi.encodePacked(SELECTOR, uint256(14)), false).code, FAIL_RATE);
    }

    /// @dev Two words, saved as registers 1 and 2, and one rate of rule 3.
    function _rateOf(uint256 numerator, uint256 denominator, bool atMost) private pure returns (bytes memory) {
        bytes memory words = bytes.concat(hex"00_02_01_00_02_02_ff_ff", _save(1, 0), _save(2, 1));
        bytes memory rate = abi.encodePacked(hex"01_02", atMost ? hex"01" : hex"00", hex"03", numerator, denominator);
        return bytes.concat(words, hex"01", rate);
    }

    /// @dev The sign of `a * b - c * d`, by halves of words.
    function _compareProducts(uint256 a, uint256 b, uint256 c, uint256 d) private pure returns (int256) {
        (uint256 high, uint256 low) = _product(a, b);
        (uint256 otherHigh, uint256 otherLow) = _product(c, d);
        if (high != otherHigh) return high < otherHigh ? int256(-1) : int256(1);
        if (low != otherLow) return low < otherLow ? int256(-1) : int256(1);
        return 0;
    }

    function _product(uint256 a, uint256 b) private pure returns (uint256 high, uint256 low) {
        uint256 middle = (a >> 128) * uint128(b);
        uint256 other = uint256(uint128(a)) * (b >> 128);
        low = uint256(uint128(a)) * uint128(b);
        high = (a >> 128) * (b >> 128) + (middle >> 128) + (other >> 128);
        uint256 carried = (low >> 128) + uint128(middle) + uint128(other);
        high += carried >> 128;
        low = (carried << 128) | uint128(low);
    }

    // --- spends ----------------------------------------------------------------------------------------------------

    function testFuzz_ATK_117_spend_is_the_sum_of_all_elements_scaled(
        uint256[] memory amounts,
        uint8 scale,
        uint8 cut
    ) public view {
        scale = uint8(bound(scale, 0, 30));
        bytes memory program = _program(1, 1, _list(0, 1, _add(2, 0, scale)));
        uint256 length = amounts.length < 64 ? amounts.length : 64;
        assembly ("memory-safe") {
            // Shortens the list.
            mstore(amounts, length)
        }
        uint256 sum = 0;
        bool fits = true;
        for (uint256 i = 0; i < length; ++i) {
            // Small enough often enough.
            amounts[i] >>= cut;
            uint256 factor = 10 ** uint256(scale);
            fits = fits && amounts[i] <= MAX / factor && amounts[i] * factor <= MAX - sum;
            if (fits) sum += amounts[i] * factor;
        }
        Outcome memory outcome = _pass(program, abi.encode(amounts));
        vm.assertEq(outcome.code, fits ? 0 : FAIL_OVERFLOW);
        if (fits) vm.assertEq(outcome.draws[2], sum);
        else vm.assertEq(outcome.first, 2);
    }

    function test_ATK_117_spend_fits_to_the_last_unit() public view {
        bytes memory program = _program(1, 1, _list(0, 1, _add(0, 0, 0)));
        uint256[] memory amounts = new uint256[](2);
        (amounts[0], amounts[1]) = (MAX - 1, 1);
        vm.assertEq(_pass(program, abi.encode(amounts)).draws[0], MAX);
        amounts[1] = 2;
        vm.assertEq(_codeOf(program, abi.encode(amounts)), FAIL_OVERFLOW);
    }

    // --- elements --------------------------------------------------------------------------------------------------

    function test_elements_64_pass_and_65_do_not() public view {
        bytes memory counted = _program(1, 1, _list(0, 0, ""));
        bytes memory uncounted = _program(1, 1, _list(uint8(ProgramCode.UNCOUNTED), 0, ""));
        uint8 flags = uint8(ProgramCode.UNCOUNTED | ProgramCode.CAPPED);
        bytes memory capped = _program(1, 1, _list(flags, 0, ""));
        for (uint256 n = 63; n < 67; ++n) {
            bytes memory arguments = abi.encode(_numbers(n));
            uint256 wanted = n > 64 ? FAIL_TOO_MANY : 0;
            vm.assertEq(_codeOf(counted, arguments), wanted);
            vm.assertEq(_codeOf(capped, arguments), wanted);
            vm.assertEq(_codeOf(uncounted, arguments), 0);
        }
        vm.assertEq(_codeOf(uncounted, abi.encode(_numbers(500))), 0);
    }

    function test_elements_of_all_arrays_count_together() public view {
        bytes memory two = _program(2, 2, bytes.concat(_list(0, 0, ""), _list(0, 0, "")));
        vm.assertEq(_codeOf(two, abi.encode(_numbers(31), _numbers(33))), 0);
        Outcome memory outcome = _pass(two, abi.encode(_numbers(32), _numbers(33)));
        vm.assertEq(outcome.code, FAIL_TOO_MANY);
        // The length of the second array.
        vm.assertEq(outcome.first, 4 + 64 + 33 * 32);
        vm.assertEq(outcome.second, 64);
        bytes memory other = _list(uint8(ProgramCode.UNCOUNTED), 0, "");
        bytes memory opened = _program(2, 2, bytes.concat(_list(0, 0, ""), other));
        vm.assertEq(_codeOf(opened, abi.encode(_numbers(64), _numbers(100))), 0);
    }

    function test_elements_that_are_arrays_count_with_what_they_hold() public view {
        // 05 flags words n m size named rest: an array of `uint256[]`.
        bytes memory inner = bytes.concat(hex"01", _list(0, 0, ""));
        bytes memory outer = bytes.concat(hex"05_00_01_00_00_00_00", bytes2(uint16(inner.length)), inner);
        bytes memory program = _program(1, 1, outer);
        uint256[][] memory lists = new uint256[][](4);
        for (uint256 i = 0; i < 4; ++i) lists[i] = _numbers(15);
        vm.assertEq(_codeOf(program, abi.encode(lists)), 0);
        lists[3] = _numbers(16);
        vm.assertEq(_codeOf(program, abi.encode(lists)), FAIL_TOO_MANY);
    }

    function test_ATK_113_element_that_is_named_is_there() public view {
        // One named element, which is 7, then any.
        bytes memory named = bytes.concat(hex"01_00_01_01_ff", _is(0, 2, 7));
        bytes memory content = bytes.concat(hex"05_00_01_00_00_00_01_00_05", named, hex"01_00_01_00_ff");
        bytes memory program = _program(1, 1, content);
        uint256[] memory numbers = _numbers(3);
        numbers[0] = 7;
        vm.assertEq(_codeOf(program, abi.encode(numbers)), 0);
        numbers[0] = 8;
        vm.assertEq(_codeOf(program, abi.encode(numbers)), FAIL_RULE);
        Outcome memory outcome = _pass(program, abi.encode(_numbers(0)));
        vm.assertEq(outcome.code, FAIL_ABSENT);
        vm.assertEq(outcome.first, 36);
        vm.assertEq(outcome.second, 0);
    }

    /// @dev A length that nothing can have ends the array, not the gas.
    function testFuzz_ATK_113_length_that_is_not_there_costs_little(uint256 length, uint8 flags) public view {
        length = bound(length, 4, MAX);
        flags = uint8(bound(flags, 0, 3)) & uint8(ProgramCode.UNCOUNTED);
        bytes memory program = _program(1, 1, _list(flags, 1, _add(0, 0, 30)));
        bytes memory arguments = abi.encode(_numbers(3));
        assembly ("memory-safe") {
            // The length, behind the pointer.
            mstore(add(arguments, 64), length)
        }
        bytes memory data = bytes.concat(SELECTOR, arguments);
        uint256 before = gasleft();
        Outcome memory outcome = this.pass(program, 0, data, false);
        vm.assertLt(before - gasleft(), 60_000);
        vm.assertTrue(outcome.code == FAIL_NOT_CANONICAL || outcome.code == FAIL_TOO_MANY);
    }

    // --- pointers --------------------------------------------------------------------------------------------------

    struct Inner {
        uint256 number;
        bytes text;
    }

    /// @dev `(uint256,bytes)[][]` in a tuple: five pointers on the way to the text.
    function _deep() private pure returns (bytes memory program, bytes memory arguments) {
        bytes memory tuple = hex"01_03_02_02_00_01_00_ff_04_00_00_00";
        bytes memory list = bytes.concat(hex"01_05_00_01_00_00_00_00", bytes2(uint16(tuple.length)), tuple);
        bytes memory lists = bytes.concat(hex"05_00_01_00_00_00_00", bytes2(uint16(list.length)), list);
        program = _program(1, 1, bytes.concat(hex"03_02_02_00_01_00_ff", lists));
        Inner[][] memory items = new Inner[][](2);
        items[0] = new Inner[](1);
        items[0][0] = Inner(7, "some text");
        items[1] = new Inner[](2);
        items[1][0] = Inner(8, "");
        items[1][1] = Inner(9, "a text that is longer than a word, for its padding");
        // A tuple of a number and the lists, behind its pointer.
        arguments = bytes.concat(bytes32(uint256(32)), abi.encode(uint256(5), items));
    }

    function test_ATK_113_pointers_lead_where_an_encoder_puts_them() public view {
        (bytes memory program, bytes memory arguments) = _deep();
        vm.assertEq(_codeOf(program, arguments), 0);
    }

    /// @dev What passes is what an encoder writes of what a decoder reads, and nothing else.
    function testFuzz_ATK_113_only_the_one_encoding_passes(uint256 at, uint256 other, uint8 near) public view {
        (bytes memory program, bytes memory arguments) = _deep();
        at = 32 + bound(at, 0, arguments.length / 32 - 1) * 32;
        assembly ("memory-safe") {
            // One word of the arguments, changed a little or altogether.
            let word := mload(add(arguments, at))
            switch and(near, 3)
            case 0 {
                word := xor(word, shl(near, 1))
            }
            case 1 {
                word := add(word, 32)
            }
            case 2 {
                word := sub(word, 32)
            }
            default {
                word := other
            }
            mstore(add(arguments, at), word)
        }
        bool passes = _codeOf(program, arguments) == 0;
        try this.encodeAgain(arguments) returns (bytes memory again) {
            vm.assertEq(passes, keccak256(again) == keccak256(arguments));
        } catch {
            vm.assertFalse(passes);
        }
    }

    function encodeAgain(bytes calldata arguments) external pure returns (bytes memory) {
        (uint256 number, Inner[][] memory items) = abi.decode(arguments[32:], (uint256, Inner[][]));
        return bytes.concat(bytes32(uint256(32)), abi.encode(number, items));
    }

    function test_ATK_113_padding_is_zero_to_the_last_bit() public view {
        bytes memory program = _program(1, 1, hex"04_00_00_00");
        for (uint256 length = 0; length < 33; ++length) {
            bytes memory arguments = abi.encode(new bytes(length));
            vm.assertEq(_codeOf(program, arguments), 0);
            if (length % 32 == 0) continue;
            for (uint256 bit = 0; bit < 256 - length * 8; bit += 7) {
                bytes memory dirty = abi.encode(new bytes(length));
                assembly ("memory-safe") {
                    // The only word of the content.
                    mstore(add(dirty, 96), shl(bit, 1))
                }
                Outcome memory outcome = _pass(program, dirty);
                vm.assertEq(outcome.code, FAIL_NOT_CANONICAL);
                vm.assertEq(outcome.first, 68);
                vm.assertEq(outcome.second, 1 << bit);
            }
        }
    }

    // --- the end ---------------------------------------------------------------------------------------------------

    function test_ATK_113_what_is_inside_ends_with_its_bytes() public view {
        // A call of one number inside `bytes`.
        bytes memory program = _program(1, 1, hex"04_02_00_00_0a0b0c0d_01_01_00_01_00_ff");
        bytes memory inner = abi.encodePacked(bytes4(0x0a0b0c0d), uint256(1));
        vm.assertEq(_codeOf(program, abi.encode(inner)), 0);
        vm.assertEq(_codeOf(program, abi.encode(bytes.concat(inner, hex"00"))), FAIL_NOT_CANONICAL);
        vm.assertEq(_codeOf(program, abi.encode(abi.encodePacked(bytes4(0x0a0b0c0e), uint256(1)))), FAIL_INNER);
        vm.assertEq(_codeOf(program, abi.encode(bytes(hex"0a0b0c"))), FAIL_INNER);
        vm.assertEq(_codeOf(program, abi.encode(bytes(hex"0a0b0c0d"))), FAIL_NOT_CANONICAL);
    }

    function test_length_is_exact_and_comes_before_the_arguments() public view {
        bytes memory program = _program(1, 1, bytes.concat(hex"00_01_01_ff", _is(0, 0, 1)));
        Outcome memory outcome = this.pass(program, 0, abi.encodePacked(SELECTOR, uint256(2), hex"00"), false);
        vm.assertEq(outcome.code, FAIL_LENGTH);
        vm.assertEq(outcome.first, 37);
        vm.assertEq(outcome.second, 36);
        vm.assertEq(outcome.held, 0);
        vm.assertEq(this.pass(program, 0, abi.encodePacked(SELECTOR, uint248(1)), true).code, FAIL_LENGTH);
        vm.assertEq(this.pass(program, 0, abi.encodePacked(SELECTOR, uint256(1), hex"00"), true).code, 0);
    }
}
