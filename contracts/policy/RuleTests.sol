// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyData, Publication} from "./Publication.sol";

/// @title The tests of rules
/// @dev Numbered as in `RuleTest`. Sets of tests have bit n for test n.
library RuleTests {
    uint256 internal constant IS = 0;
    uint256 internal constant IS_NOT = 1;
    uint256 internal constant IS_ONE_OF = 2;
    uint256 internal constant PRINCIPAL = 3;
    uint256 internal constant OR_PRINCIPAL = 4;
    uint256 internal constant AT_LEAST = 5;
    uint256 internal constant AT_MOST = 6;
    uint256 internal constant CONTENT = 7;
    uint256 internal constant AT_LEAST_AT_RATE = 9;
    uint256 internal constant AT_MOST_AT_RATE = 10;
    uint256 internal constant UNKNOWN = 11;

    /// @dev Those that bind a word to values or to the principal, and those of a content.
    uint256 internal constant BINDING = 0x1d;
    uint256 internal constant CONTENTS = 0x180;

    // One byte for each test, from the left.
    bytes32 private constant SIZES = bytes32(bytes11(0x020609101a0b0a0f171312));
    bytes32 private constant LEAST = bytes32(bytes11(0x0101020001010101020202));
    bytes32 private constant MOST = bytes32(bytes11(0x012040003f010101200202));

    function texts() internal pure returns (bytes memory) {
        return
            "isis notis one ofis the principalis one of or the principalis at leastis at mosthas the content"
            "has one of the contentsis at least at rateis at most at rate";
    }

    /// @dev The test of this text, or UNKNOWN. No two texts are equally long.
    function read(Publication memory self, uint256 text) internal pure returns (uint256 test) {
        bytes memory all = self.tests;
        unchecked {
            uint256 size = PolicyData.count(text);
            uint256 offset = 0x20;
            for (; test < UNKNOWN; ++test) {
                uint256 own = _byte(SIZES, test);
                if (own == size) {
                    uint256 word;
                    assembly ("memory-safe") {
                        // One of the texts, and what stands behind it.
                        word := mload(add(all, offset))
                    }
                    return (word ^ PolicyData.word(text, 1)) >> (256 - own * 8) == 0 ? test : UNKNOWN;
                }
                offset += own;
            }
        }
    }

    /// @dev The test of a rule.
    function testOf(Publication memory self, uint256 rule) internal pure returns (uint256) {
        unchecked {
            return uint8(self.testsOf >> (248 - rule * 8));
        }
    }

    function isIn(uint256 test, uint256 tests) internal pure returns (bool) {
        return (tests >> test) & 1 != 0;
    }

    function isRate(uint256 test) internal pure returns (bool) {
        return test == AT_LEAST_AT_RATE || test == AT_MOST_AT_RATE;
    }

    /// @dev How many values it has at least and at most.
    function bounds(uint256 test) internal pure returns (uint256, uint256) {
        return (_byte(LEAST, test), _byte(MOST, test));
    }

    function _byte(bytes32 list, uint256 i) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            // No memory is touched.
            value := byte(i, list)
        }
    }
}
