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
        bool inside;
        uint256 pointer;
        assembly ("memory-safe") {
            // The compiler has checked that the nine head words are there. A pointer below 2**64 cannot wrap, and a
            // length is compared with the room that is left for it.
            pointer := calldataload(add(op, head))
            let start := add(add(op, pointer), 0x20)
            field.length := calldataload(sub(start, 0x20))
            field.offset := start
            inside := and(
                iszero(shr(64, pointer)),
                iszero(or(gt(start, calldatasize()), gt(field.length, sub(calldatasize(), start))))
            )
        }
        if (!inside) revert ISessionErrors.OperationNotCanonical(pointer);
    }
}
