// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Call
/// @notice One call to be made for the principal.
struct Call {
    /// @dev The called contract, or who receives coin.
    address target;
    /// @dev Wei.
    uint256 value;
    /// @dev The whole calldata; empty for a plain native transfer.
    bytes data;
}
