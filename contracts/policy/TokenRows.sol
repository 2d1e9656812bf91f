// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenRow} from "../libraries/TokenTable.sol";

/// @title The rows of the token table, as code
/// @notice Holds data and does nothing: its code is `STOP` and the rows, ascending by selector, 21 bytes each.
contract TokenRows {
    // Written by scripts/generate/tokenTable.ts --write.
    // End of what scripts/generate/tokenTable.ts writes.

    constructor() {
        bytes memory rows = ROWS;
        assembly ("memory-safe") {
            // The constructor ends here: the rows are its code.
            return(add(rows, 0x20), mload(rows))
        }
    }
}

/// @title Reading the rows of the token table
library TokenRowsCode {
    uint256 private constant ROW_SIZE = 21;

    /// @dev The rows in memory, for many questions.
    /// @param pointer a `TokenRows`
    function load(address pointer) internal view returns (bytes memory rows) {
        assembly ("memory-safe") {
            // Behind the STOP, into memory that is allocated for it: a length, the rows, whole words.
            rows := mload(0x40)
            let size := sub(extcodesize(pointer), 1)
            mstore(rows, size)
            extcodecopy(pointer, add(rows, 0x20), 1, size)
            mstore(0x40, add(rows, and(add(size, 0x3f), not(0x1f))))
        }
    }

    /// @dev The row of this selector; 0 if the table does not have it.
    /// @param rows what `load` returns
    function find(bytes memory rows, bytes4 selector) internal pure returns (TokenRow row) {
        assembly ("memory-safe") {
            // Binary search. The low 21 bytes of the word at `at + 21 * n` are the row n places behind; the one sought,
            // if it is there, is among the `count` ones from `at` on.
            let sought := shr(224, selector)
            let at := add(rows, ROW_SIZE)
            let count := div(mload(rows), ROW_SIZE)
            for {} gt(count, 1) {} {
                let half := shr(1, count)
                let middle := add(at, mul(half, ROW_SIZE))
                if iszero(gt(and(shr(136, mload(middle)), 0xffffffff), sought)) {
                    at := middle
                }
                count := sub(count, half)
            }
            let word := and(mload(at), 0xffffffffffffffffffffffffffffffffffffffffff)
            row := mul(word, eq(shr(136, word), sought))
        }
    }
}
