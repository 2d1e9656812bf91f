// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Words of memory
/// @dev Memory by its positions. That what is read or written there is allocated is the caller's to know.
library MemoryWords {
    /// @return value the byte at `position` behind `pointer`
    function byteAt(uint256 pointer, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(add(pointer, position)))
        }
    }

    /// @return value the 32 bytes from `position` behind `pointer` on
    function wordAt(uint256 pointer, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(pointer, position))
        }
    }

    /// @dev Writes the 32 bytes from `position` behind `pointer` on.
    function setWordAt(uint256 pointer, uint256 position, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(pointer, position), value)
        }
    }
}
