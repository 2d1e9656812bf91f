// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @dev The `target` of a permission that names a method, or a native transfer, on any contract. Nobody can hold this
/// address's key or deploy to it; `address(0)` is not used, so that a forgotten field never means "any".
address constant ANY_TARGET = 0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF;

/// @dev In `replaces`: whoever lives in the lane may be ended.
address constant ANY_KEY = 0xFFfFfFffFFfffFFfFFfFFFFFffFFFffffFfFFFfF;
