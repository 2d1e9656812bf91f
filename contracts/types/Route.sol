// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Route
/// @notice The ways to act.
enum Route {
    userOperation,
    direct,
    relayed,
    forwarded,
    asked
}
