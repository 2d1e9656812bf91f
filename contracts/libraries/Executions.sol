// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ISessionErrors} from "../interfaces/ISessionErrors.sol";
import {Call} from "../types/Call.sol";

/// @title From calldata to calls
/// @notice Accepts exactly the canonical encoding of `execute(bytes32,bytes)` and of ERC-7579 single and batch calls, so
/// that every decoder, whatever it tolerates, sees the calls that were checked.
/// @dev Canonical means what an ABI encoder writes: every pointer is where its predecessor ends, padding is zero, and
/// nothing follows. For each encoding there is one byte string.
library Executions {
    /// @dev Call type single, exec type default, everything else zero.
    bytes32 internal constant SINGLE = bytes32(0);
    /// @dev Call type batch, exec type default, everything else zero.
    bytes32 internal constant BATCH = bytes32(uint256(1) << 248);

    uint256 private constant SINGLE_HEAD = 52;

    /// @dev Reads an operation's calldata.
    function ofOperation(bytes calldata callData) internal pure returns (bytes32 mode, bytes calldata execution) {
        uint256 selector = uint32(IERC7579Execution.execute.selector);
        bool isCanonical;
        assembly ("memory-safe") {
            // Behind the calldata's end zeros are read; what is read here is used once it is known to be there.
            let start := callData.offset
            let length := calldataload(add(start, 0x44))
            mode := calldataload(add(start, 0x04))
            execution.offset := add(start, 0x64)
            execution.length := length
            // Where the padding ends, and its bits in the last word of an execution that is not whole words long.
            let end := and(add(length, 0x7f), not(0x1f))
            let padding := sub(shl(shl(3, and(sub(0, length), 0x1f)), 1), 1)
            let differs := or(xor(shr(224, calldataload(start)), selector), xor(calldataload(add(start, 0x24)), 0x40))
            differs := or(differs, or(xor(add(end, 4), callData.length), shr(64, length)))
            isCanonical := iszero(or(differs, and(calldataload(add(start, sub(end, 0x1c))), padding)))
        }
        if (!isCanonical) _refuseOperation(callData);
    }

    /// @dev Reverts with the first thing that is not as an encoder writes it.
    function _refuseOperation(bytes calldata callData) private pure {
        bytes4 selector;
        uint256 offset;
        uint256 length;
        assembly ("memory-safe") {
            selector := and(calldataload(callData.offset), shl(224, 0xffffffff))
            offset := calldataload(add(callData.offset, 0x24))
            length := calldataload(add(callData.offset, 0x44))
        }
        if (callData.length < 4) revert ISessionErrors.OperationSelectorNotAllowed(bytes4(callData));
        if (selector != IERC7579Execution.execute.selector) {
            revert ISessionErrors.OperationSelectorNotAllowed(selector);
        }
        if (callData.length < 0x64) revert ISessionErrors.ExecutionNotCanonical(callData.length);
        if (offset != 0x40) revert ISessionErrors.ExecutionNotCanonical(0x24);
        uint256 end = _requirePadded(callData, 0x64, length, 0x44);
        revert ISessionErrors.ExecutionNotCanonical(end);
    }

    /// @dev Reads a single call: `target (20) | value (32) | data`.
    function single(
        bytes calldata execution
    ) internal pure returns (address target, uint256 value, bytes calldata data) {
        if (execution.length < SINGLE_HEAD) revert ISessionErrors.ExecutionNotCanonical(execution.length);
        assembly ("memory-safe") {
            // Inside the 52 bytes that were just checked to be there.
            target := shr(96, calldataload(execution.offset))
            value := calldataload(add(execution.offset, 20))
            data.offset := add(execution.offset, SINGLE_HEAD)
            data.length := sub(execution.length, SINGLE_HEAD)
        }
    }

    /// @dev A decoded list as a batch whose first word, of which a list has no copy, is not to be read. Runs to the end
    /// of the calldata.
    function ofList(Call[] calldata calls) internal pure returns (bytes calldata execution) {
        assembly ("memory-safe") {
            // The count stands in the word before the first offset.
            execution.offset := sub(calls.offset, 0x40)
            execution.length := sub(calldatasize(), execution.offset)
        }
    }

    /// @dev Reads the head of a batch: `0x20 | count | count offsets`.
    /// @param isList whether it comes from `ofList`
    /// @return count at least 1
    /// @return position where the first call must stand
    function batch(bytes calldata execution, bool isList) internal pure returns (uint256 count, uint256 position) {
        if (execution.length < 0x40) revert ISessionErrors.ExecutionNotCanonical(execution.length);
        uint256 offset;
        assembly ("memory-safe") {
            // Inside the 0x40 bytes that were just checked to be there.
            offset := calldataload(execution.offset)
            count := calldataload(add(execution.offset, 0x20))
        }
        if (offset != 0x20 && !isList) revert ISessionErrors.ExecutionNotCanonical(0);
        if (count == 0) {
            if (execution.length != 0x40) revert ISessionErrors.ExecutionNotCanonical(0x40);
            revert ISessionErrors.EmptyBatch();
        }
        // Each call takes an offset and at least four words; this also bounds the products below.
        if (count > execution.length / 0xa0) revert ISessionErrors.ExecutionNotCanonical(0x20);
        unchecked {
            position = 0x40 + count * 0x20;
        }
    }

    /// @dev Reads call `index` of a batch, which must stand at `position`; its successor must stand at `next`.
    function at(
        bytes calldata execution,
        uint256 index,
        uint256 position
    ) internal pure returns (address target, uint256 value, bytes calldata data, uint256 next) {
        unchecked {
            // `index` is below the count and `position` is at most execution.length, see `batch` and `_requirePadded`.
            uint256 offset;
            assembly ("memory-safe") {
                offset := calldataload(add(execution.offset, add(0x40, shl(5, index))))
            }
            if (offset + 0x40 != position) revert ISessionErrors.ExecutionNotCanonical(0x40 + index * 0x20);
            if (position + 0x80 > execution.length) revert ISessionErrors.ExecutionNotCanonical(position);
            uint256 rawTarget;
            uint256 length;
            assembly ("memory-safe") {
                // Inside the 0x80 bytes that were just checked to be there.
                let call_ := add(execution.offset, position)
                rawTarget := calldataload(call_)
                value := calldataload(add(call_, 0x20))
                offset := calldataload(add(call_, 0x40))
                length := calldataload(add(call_, 0x60))
            }
            if (rawTarget >> 160 != 0) revert ISessionErrors.ExecutionNotCanonical(position);
            if (offset != 0x60) revert ISessionErrors.ExecutionNotCanonical(position + 0x40);
            target = address(uint160(rawTarget));
            next = _requirePadded(execution, position + 0x80, length, position + 0x60);
            assembly ("memory-safe") {
                // The content ends inside execution, see _requirePadded.
                data.offset := add(add(execution.offset, position), 0x80)
                data.length := length
            }
        }
    }

    /// @dev Nothing follows the last call.
    function requireEnd(bytes calldata execution, uint256 position) internal pure {
        if (position != execution.length) revert ISessionErrors.ExecutionNotCanonical(position);
    }

    /// @dev Requires `length` bytes at `start` of `data`, padded with zeros to a whole word, all inside `data`.
    /// `start` is at most `data.length`. `lengthPosition` is reported if they are not there.
    /// @return end where the padding ends
    function _requirePadded(
        bytes calldata data,
        uint256 start,
        uint256 length,
        uint256 lengthPosition
    ) private pure returns (uint256 end) {
        unchecked {
            // No overflow: calldata is shorter than 2**64, and length is checked against it first.
            if (length > data.length - start) revert ISessionErrors.ExecutionNotCanonical(lengthPosition);
            uint256 partialBytes = length & 31;
            end = start + length;
            if (partialBytes != 0) {
                uint256 tail;
                assembly ("memory-safe") {
                    // The last word of the content with its content bytes shifted out.
                    tail := shl(shl(3, partialBytes), calldataload(add(data.offset, sub(end, partialBytes))))
                }
                uint256 padded = end + 32 - partialBytes;
                if (padded > data.length || tail != 0) revert ISessionErrors.ExecutionNotCanonical(end);
                end = padded;
            }
        }
    }
}
