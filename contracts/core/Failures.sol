// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "../interfaces/ISessionErrors.sol";

/// @dev Why an alternative does not hold: the codes under which the first failure is kept. 0 is none. From
/// NOT_CANONICAL to INNER the first word beside a code is a byte of the calldata.
uint256 constant FAIL_NOT_CONSUMABLE = 1;
uint256 constant FAIL_ONLY_ASKED = 2;
uint256 constant FAIL_VALUE = 3;
uint256 constant FAIL_LENGTH = 4;
uint256 constant FAIL_RULE = 5;
uint256 constant FAIL_RATE = 6;
uint256 constant FAIL_OVERFLOW = 7;
uint256 constant FAIL_NOT_CANONICAL = 8;
uint256 constant FAIL_NOT_BOUNDED = 9;
uint256 constant FAIL_ABSENT = 10;
uint256 constant FAIL_TOO_MANY = 11;
uint256 constant FAIL_INNER = 12;

/// @title What a call is refused with
/// @notice Turns the first failure of an alternative into its error.
library Failures {
    /// @dev The revert data of a failure.
    /// @param index position of the call in its execution
    /// @param first to `third` what the error says behind the index; the third is of `RateNotMet` alone
    function encode(
        uint256 code,
        uint256 index,
        uint256 first,
        uint256 second,
        uint256 third
    ) internal pure returns (bytes memory reason) {
        bytes4 selector = _selectorOf(code);
        uint256 size = code == FAIL_RATE ? 132 : code == FAIL_OVERFLOW ? 68 : 100;
        assembly ("memory-safe") {
            // Allocated here: the length and five whole words, of which `size` bytes are used.
            reason := mload(0x40)
            mstore(0x40, add(reason, 0xc0))
            mstore(reason, size)
            mstore(add(reason, 0x20), selector)
            mstore(add(reason, 0x24), index)
            mstore(add(reason, 0x44), first)
            mstore(add(reason, 0x64), second)
            mstore(add(reason, 0x84), third)
        }
    }

    /// @dev Reverts with the data of an error.
    function raise(bytes memory reason) internal pure {
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function _selectorOf(uint256 code) private pure returns (bytes4) {
        if (code == FAIL_RULE) return ISessionErrors.ArgumentNotAllowed.selector;
        if (code == FAIL_NOT_CANONICAL) return ISessionErrors.ArgumentNotCanonical.selector;
        if (code == FAIL_NOT_BOUNDED) return ISessionErrors.ArgumentNotBounded.selector;
        if (code == FAIL_NOT_CONSUMABLE) return ISessionErrors.CallNotConsumable.selector;
        if (code == FAIL_ONLY_ASKED) return ISessionErrors.CallOnlyAsked.selector;
        if (code == FAIL_VALUE) return ISessionErrors.ValueNotAllowed.selector;
        if (code == FAIL_LENGTH) return ISessionErrors.CalldataLengthNotAllowed.selector;
        if (code == FAIL_RATE) return ISessionErrors.RateNotMet.selector;
        if (code == FAIL_OVERFLOW) return ISessionErrors.SpendOverflow.selector;
        if (code == FAIL_ABSENT) return ISessionErrors.ArgumentAbsent.selector;
        if (code == FAIL_TOO_MANY) return ISessionErrors.TooManyElements.selector;
        return ISessionErrors.InnerMethodNotAllowed.selector;
    }
}
