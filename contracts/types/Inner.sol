// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Inner
/// @notice How `bytes` among the arguments are read; paths go on inside behind a `:`.
struct Inner {
    /// @dev Path of a `bytes`.
    string argument;
    /// @dev `"(address,uint256)"`: an ABI encoding of those types and no more. `"sweep(address,uint256)"`: a call of
    /// that method, its four bytes compared. At most 1,023 bytes.
    string types;
}
