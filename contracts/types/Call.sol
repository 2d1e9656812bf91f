// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Call
/// @notice One call to be made for the principal.
struct Call {
    address target;
    /// @dev Wei.
    uint256 value;
    bytes data;
}
