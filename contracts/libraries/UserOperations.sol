// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ISessionErrors} from "../interfaces/ISessionErrors.sol";

/// @title The dynamic fields of an operation
/// @notice Reads them in place, with the bounds that the compiler's decoder checks, at less than half its cost.
library UserOperations {
    function initCodeOf(PackedUserOperation calldata op) internal pure returns (bytes calldata) {
        return _field(op, 0x40);
    }

    function callDataOf(PackedUserOperation calldata op) internal pure returns (bytes calldata) {
        return _field(op, 0x60);
    }

    function paymasterAndDataOf(PackedUserOperation calldata op) internal pure returns (bytes calldata) {
        return _field(op, 0xe0);
    }

    function signatureOf(PackedUserOperation calldata op) internal pure returns (bytes calldata) {
        return _field(op, 0x100);
    }

    /// @dev The field whose pointer stands at `head`; its length and content lie inside the calldata.
    function _field(PackedUserOperation calldata op, uint256 head) private pure returns (bytes calldata field) {
        bool outside;
        uint256 pointer;
        assembly ("memory-safe") {
            // The compiler has checked that the nine head words are there. A pointer and a length below 2**64 cannot wrap.
            pointer := calldataload(add(op, head))
            let start := add(op, pointer)
            field.length := calldataload(start)
            field.offset := add(start, 0x20)
            outside := or(gt(add(field.offset, field.length), calldatasize()), shr(64, or(pointer, field.length)))
        }
        if (outside) revert ISessionErrors.OperationNotCanonical(pointer);
    }
}
