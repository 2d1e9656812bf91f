// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Route
/// @notice The ways to act. `redeemed` is a door to `direct` and `relayed` and has no number of its own in an event.
enum Route {
    userOperation,
    direct,
    relayed,
    forwarded,
    asked
}
