// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";

/// @dev Why a call is refused: the codes under which a failure is kept. 0 is none. From NOT_CANONICAL on, the first word
/// that the error says behind the index is a byte of the calldata.
uint256 constant FAIL_NOT_ALLOWED = 1;
uint256 constant FAIL_NOT_CONSUMABLE = 2;
uint256 constant FAIL_ONLY_ASKED = 3;
uint256 constant FAIL_VALUE = 4;
uint256 constant FAIL_LENGTH = 5;
uint256 constant FAIL_RULE = 6;
uint256 constant FAIL_RATE = 7;
uint256 constant FAIL_OVERFLOW = 8;
uint256 constant FAIL_NOT_CANONICAL = 9;
uint256 constant FAIL_NOT_BOUNDED = 10;
uint256 constant FAIL_ABSENT = 11;
uint256 constant FAIL_TOO_MANY = 12;
uint256 constant FAIL_INNER = 13;

/// @title What a call is refused with
/// @notice Makes the error of a failure: one function for all of them, because several parts of Latchkey carry it.
library Failures {
    /// @dev Selectors of the codes 1 to 8, and of those behind them.
    uint256 private constant SELECTORS =
        (uint256(uint32(ISessionErrors.CallNotAllowed.selector)) << 224) |
            (uint256(uint32(ISessionErrors.CallNotConsumable.selector)) << 192) |
            (uint256(uint32(ISessionErrors.CallOnlyAsked.selector)) << 160) |
            (uint256(uint32(ISessionErrors.ValueNotAllowed.selector)) << 128) |
            (uint256(uint32(ISessionErrors.CalldataLengthNotAllowed.selector)) << 96) |
            (uint256(uint32(ISessionErrors.ArgumentNotAllowed.selector)) << 64) |
            (uint256(uint32(ISessionErrors.RateNotMet.selector)) << 32) |
            uint256(uint32(ISessionErrors.SpendOverflow.selector));
    uint256 private constant SELECTORS_OF_POSITIONS =
        (uint256(uint32(ISessionErrors.ArgumentNotCanonical.selector)) << 224) |
            (uint256(uint32(ISessionErrors.ArgumentNotBounded.selector)) << 192) |
            (uint256(uint32(ISessionErrors.ArgumentAbsent.selector)) << 160) |
            (uint256(uint32(ISessionErrors.TooManyElements.selector)) << 128) |
            (uint256(uint32(ISessionErrors.InnerMethodNotAllowed.selector)) << 96);

    /// @dev Reverts with an error that says two words behind the index.
    function refuse(uint256 code, uint256 index, uint256 first, uint256 second) internal pure {
        raise(encode(code, index, first, second, 0));
    }

    /// @dev Reverts with the data of an error.
    function raise(bytes memory reason) internal pure {
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    /// @dev The data of an error: the index, then two words, but one of `SpendOverflow` and three of `RateNotMet`.
    function encode(
        uint256 code,
        uint256 index,
        uint256 first,
        uint256 second,
        uint256 third
    ) internal pure returns (bytes memory reason) {
        uint256 selectors = code < FAIL_NOT_CANONICAL ? SELECTORS : SELECTORS_OF_POSITIONS;
        assembly ("memory-safe") {
            // Allocated here: the length and five whole words, of which 68 to 132 bytes are used.
            reason := mload(0x40)
            mstore(0x40, add(reason, 0xc0))
            mstore(reason, add(100, shl(5, sub(eq(code, FAIL_RATE), eq(code, FAIL_OVERFLOW)))))
            mstore(add(reason, 0x20), shl(shl(5, and(sub(code, 1), 7)), selectors))
            mstore(add(reason, 0x24), index)
            mstore(add(reason, 0x44), first)
            mstore(add(reason, 0x64), second)
            mstore(add(reason, 0x84), third)
        }
    }
}
