// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {WordType, WordTypes} from "../../../contracts/types/WordType.sol";
import {Test} from "../../support/solidity/Test.sol";

/// @notice Which words are clean, for every class and size, against what solc's own casts say.
contract WordTypeTest is Test {
    function testFuzz_ATK_32_unsigned(uint256 word, uint256 size) public pure {
        size = bound(size, 1, 32);
        uint256 mask = type(uint256).max >> (256 - size * 8);
        WordType wordType = WordType.wrap(uint8(WordTypes.UNSIGNED | size));
        vm.assertEq(wordType.isCanonical(word), word & mask == word);
        vm.assertTrue(wordType.isCanonical(word & mask));
    }

    function testFuzz_ATK_32_signed(int256 word, uint256 size) public pure {
        size = bound(size, 1, 32);
        uint256 shift = 256 - size * 8;
        WordType wordType = WordType.wrap(uint8(WordTypes.SIGNED | size));
        int256 clean = (word << shift) >> shift;
        vm.assertEq(wordType.isCanonical(uint256(word)), clean == word);
        vm.assertTrue(wordType.isCanonical(uint256(clean)));
    }

    function testFuzz_ATK_32_left_aligned(uint256 word, uint256 size) public pure {
        size = bound(size, 1, 32);
        uint256 mask = type(uint256).max << (256 - size * 8);
        WordType wordType = WordType.wrap(uint8(WordTypes.LEFT | size));
        vm.assertEq(wordType.isCanonical(word), word & mask == word);
        vm.assertTrue(wordType.isCanonical(word & mask));
    }

    function testFuzz_ATK_32_bool(uint256 word) public pure {
        vm.assertEq(WordTypes.BOOL.isCanonical(word), word == 0 || word == 1);
    }

    /// @dev Every size of every class at its edges.
    function test_ATK_32_edges() public pure {
        vm.assertTrue(WordTypes.BOOL.isCanonical(0) && WordTypes.BOOL.isCanonical(1));
        vm.assertFalse(WordTypes.BOOL.isCanonical(2));
        vm.assertTrue(WordTypes.ADDRESS.isCanonical(type(uint160).max));
        vm.assertFalse(WordTypes.ADDRESS.isCanonical(uint256(type(uint160).max) + 1));
        for (uint256 size = 1; size < 32; ++size) {
            uint256 bits = size * 8;
            WordType unsigned = WordType.wrap(uint8(size));
            vm.assertTrue(unsigned.isCanonical((1 << bits) - 1));
            vm.assertFalse(unsigned.isCanonical(1 << bits));
            WordType signed = WordType.wrap(uint8(WordTypes.SIGNED | size));
            vm.assertTrue(signed.isCanonical((1 << (bits - 1)) - 1));
            vm.assertFalse(signed.isCanonical(1 << (bits - 1)));
            vm.assertTrue(signed.isCanonical(uint256(-int256(1 << (bits - 1)))));
            vm.assertFalse(signed.isCanonical(uint256(-int256(1 << (bits - 1)) - 1)));
            WordType left = WordType.wrap(uint8(WordTypes.LEFT | size));
            vm.assertTrue(left.isCanonical(type(uint256).max << (256 - bits)));
            vm.assertFalse(left.isCanonical(1 << (255 - bits)));
        }
        for (uint256 class = 0; class < 3; ++class) {
            WordType whole = WordType.wrap(uint8((class << 6) | 32));
            vm.assertTrue(whole.isCanonical(type(uint256).max) && whole.isCanonical(0) && whole.isCanonical(1 << 255));
        }
    }
}
