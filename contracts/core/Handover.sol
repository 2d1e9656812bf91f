// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Passing a call on to a sibling that runs in this contract's place
abstract contract Handover {
    /// @dev Answers as `sibling` does to this call's own arguments behind `selector`.
    function _handOver(address sibling, bytes4 selector) internal {
        assembly ("memory-safe") {
            // Writes only behind the free memory pointer and never gives control back to Solidity.
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            // The calldata's length is passed on, so that of a shorter one no more than it had.
            mstore(free, or(selector, shr(32, shl(32, mload(free)))))
            let success := delegatecall(gas(), sibling, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(success) {
                revert(free, returndatasize())
            }
            return(free, returndatasize())
        }
    }
}
