// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationRedeemer} from "../interfaces/IDelegationRedeemer.sol";

/// @title The contexts of ERC-7710
/// @notice Accepts exactly `abi.encode(principal)`, or the canonical encoding of
/// `(address principal, address redeemer, uint256 nonce, uint256 minGas, bytes signature)`.
library RedemptionContexts {
    /// @dev Requires one of the two encodings of item `item`.
    function isSigned(uint256 item, bytes calldata context) internal pure returns (bool signed) {
        bool isCanonical;
        assembly ("memory-safe") {
            // Behind the calldata's end zeros are read; what is read here is used once it is known to be there.
            let start := context.offset
            let length := context.length
            signed := iszero(eq(length, 0x20))
            isCanonical := iszero(shr(160, calldataload(start)))
            if signed {
                let size := calldataload(add(start, 0xa0))
                let end := and(add(size, 0xdf), not(0x1f))
                let differs := or(shr(160, calldataload(add(start, 0x20))), xor(calldataload(add(start, 0x80)), 0xa0))
                differs := or(differs, or(xor(end, length), shr(64, size)))
                // The padding's bits in the last word of a signature that is not whole words long.
                let padding := sub(shl(shl(3, and(sub(0, size), 0x1f)), 1), 1)
                differs := or(differs, and(calldataload(add(start, sub(end, 0x20))), padding))
                isCanonical := and(isCanonical, iszero(differs))
            }
        }
        if (!isCanonical) revert IDelegationRedeemer.RedemptionContextInvalid(item, context.length);
    }

    function principalOf(bytes calldata context) internal pure returns (address principal) {
        assembly ("memory-safe") {
            // `isSigned` has checked that it is there and clean, as is what is read below.
            principal := calldataload(context.offset)
        }
    }

    function wordsOf(
        bytes calldata context
    ) internal pure returns (address principal, address redeemer, uint256 nonce, uint256 minGas) {
        assembly ("memory-safe") {
            principal := calldataload(context.offset)
            redeemer := calldataload(add(context.offset, 0x20))
            nonce := calldataload(add(context.offset, 0x40))
            minGas := calldataload(add(context.offset, 0x60))
        }
    }

    function signatureOf(bytes calldata context) internal pure returns (bytes calldata signature) {
        assembly ("memory-safe") {
            signature.length := calldataload(add(context.offset, 0xa0))
            signature.offset := add(context.offset, 0xc0)
        }
    }
}
