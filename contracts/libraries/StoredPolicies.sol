// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LimitWord} from "../types/LimitWord.sol";
import {MethodWord, MethodWords} from "../types/MethodWord.sol";
import {SettingsWord} from "../types/SettingsWord.sol";

/// @title A policy as it is stored
/// @notice A policy is the code of a contract that does nothing, whose creation nonce is the policy's number. All
/// integers are big-endian.
/// @dev
///
///      0          STOP
///      1 ..  32   policyId
///     33 ..  64   app
///     65 ..  96   SettingsWord
///     97 .. 128   paymaster, right-aligned
///    129 ..       limits, two words each: LimitWord and the cap
///        ..       search index, one MethodWord each, strictly ascending by key
///        ..       details of the methods that have one, alternatives of one method side by side
///
/// Admission reads the "hot" part, from the settings to the end of the index, into memory; details are copied when their
/// method is called. `hot` is a memory pointer to the copy.
library StoredPolicies {
    uint256 internal constant ID_OFFSET = 1;
    uint256 internal constant APP_OFFSET = 33;
    /// @dev Byte of the code at which the hot part starts.
    uint256 internal constant HOT_OFFSET = 65;

    // Positions in the hot part, in bytes.
    uint256 internal constant PAYMASTER = 32;
    uint256 internal constant LIMITS = 64;
    uint256 internal constant LIMIT_SIZE = 64;

    /// @dev Copied of every policy: settings, paymaster, one limit and four methods, or six of them.
    uint256 private constant FIRST_SIZE = 256;

    // --- copying ---------------------------------------------------------------------------------------------------

    /// @dev Copies the hot part: its beginning, and the rest if the settings say that there is more. Where nothing is
    /// published it reads as zeros: no limit, no method.
    function load(address pointer) internal view returns (uint256 hot) {
        uint256 offset = HOT_OFFSET;
        uint256 firstSize = FIRST_SIZE;
        assembly ("memory-safe") {
            // Allocated here, with its whole size, before anything else can be.
            hot := mload(0x40)
            extcodecopy(pointer, hot, offset, firstSize)
            let word := mload(hot)
            // Settings and paymaster, 64 bytes a limit (bits 131 to 128), 32 a method (bits 119 to 104).
            let size := add(0x40, add(and(shr(122, word), 0x3c0), and(shr(99, word), 0x1fffe0)))
            switch gt(size, firstSize)
            case 1 {
                // The code is warm by now.
                extcodecopy(pointer, add(hot, firstSize), add(offset, firstSize), sub(size, firstSize))
            }
            default {
                size := firstSize
            }
            mstore(0x40, add(hot, size))
        }
    }

    /// @dev Copies a policy's id, app and settings; zero if it is not published.
    function loadHeader(address pointer) internal view returns (bytes32 policyId, bytes32 app, SettingsWord word) {
        uint256 offset = ID_OFFSET;
        assembly ("memory-safe") {
            // In free memory, which is not kept.
            let header := mload(0x40)
            extcodecopy(pointer, header, offset, 0x60)
            policyId := mload(header)
            app := mload(add(header, 0x20))
            word := mload(add(header, 0x40))
        }
    }

    /// @dev Reads a policy's id.
    function loadId(address pointer) internal view returns (bytes32 policyId) {
        uint256 offset = ID_OFFSET;
        assembly ("memory-safe") {
            // In the scratch space.
            extcodecopy(pointer, 0, offset, 0x20)
            policyId := mload(0)
        }
    }

    /// @dev All alternatives of a detailed method, one behind the other: where they stand in the first copy, else in a
    /// copy of their own. The last bytes can be read with one `mload`.
    function loadDetails(address pointer, uint256 hot, MethodWord method) internal view returns (uint256 details) {
        uint256 first = HOT_OFFSET;
        uint256 firstSize = FIRST_SIZE;
        assembly ("memory-safe") {
            let offset := and(method, 0xffff)
            let size := and(shr(16, method), 0xffff)
            details := add(hot, sub(offset, first))
            if gt(add(offset, size), add(first, firstSize)) {
                // Allocated here, whole words.
                details := mload(0x40)
                mstore(0x40, add(details, and(add(size, 0x3f), not(0x1f))))
                extcodecopy(pointer, details, offset, size)
            }
        }
    }

    // --- the hot part ----------------------------------------------------------------------------------------------

    function settings(uint256 hot) internal pure returns (SettingsWord word) {
        assembly ("memory-safe") {
            // The hot part starts with it.
            word := mload(hot)
        }
    }

    function paymaster(uint256 hot) internal pure returns (address account) {
        return address(uint160(_at(hot, PAYMASTER)));
    }

    /// @dev The limit at `position`, from 0 and below the settings' count.
    function limit(
        uint256 hot,
        uint256 position
    ) internal pure returns (address unit, uint256 cap, uint256 period, bool fromStart) {
        unchecked {
            LimitWord word = LimitWord.wrap(_at(hot, LIMITS + position * LIMIT_SIZE));
            (unit, period, fromStart) = (word.unit(), word.period(), word.isFromStart());
            cap = capOf(hot, position);
        }
    }

    /// @dev The unit of the limit at `position`, from 0 and below the settings' count.
    function unitOf(uint256 hot, uint256 position) internal pure returns (address unit) {
        unchecked {
            return LimitWord.wrap(_at(hot, LIMITS + position * LIMIT_SIZE)).unit();
        }
    }

    /// @dev The cap of the limit at `position`, from 0 and below the settings' count.
    function capOf(uint256 hot, uint256 position) internal pure returns (uint256 cap) {
        unchecked {
            return _at(hot, LIMITS + position * LIMIT_SIZE + 32);
        }
    }

    /// @dev The method at `position` of the index, from 0 and below the settings' count.
    function methodAt(uint256 hot, uint256 position) internal pure returns (MethodWord method) {
        unchecked {
            return MethodWord.wrap(_at(hot, LIMITS + settings(hot).limitCount() * LIMIT_SIZE + position * 32));
        }
    }

    /// @dev The method whose upper 200 bits are `key`; empty if there is none.
    function find(uint256 hot, uint256 key) internal pure returns (MethodWord method) {
        uint256 keyShift = MethodWords.KEY_SHIFT;
        assembly ("memory-safe") {
            // Binary search over words that are strictly ascending by key: the one sought, if it is there, is among the
            // `size` bytes from `at` on. Every read is inside the hot part, but for one behind an index without words.
            let word := mload(hot)
            let at := add(add(hot, 0x40), and(shr(122, word), 0x3c0))
            let size := and(shr(99, word), 0x1fffe0)
            let isEmpty := iszero(size)
            for {} gt(size, 0x20) {} {
                // Half of the words, rounded down.
                let half := and(shr(1, size), not(0x1f))
                let middle := add(at, half)
                if iszero(gt(shr(keyShift, mload(middle)), key)) {
                    at := middle
                }
                size := sub(size, half)
            }
            word := mload(at)
            method := mul(word, gt(eq(shr(keyShift, word), key), isEmpty))
        }
    }

    function _at(uint256 hot, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Inside the hot part.
            word := mload(add(hot, offset))
        }
    }
}
