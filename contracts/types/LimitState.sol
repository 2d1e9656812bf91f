// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Limit} from "./Limit.sol";

/// @title LimitState
/// @notice What is left of one limit.
struct LimitState {
    /// @dev As the policy has it.
    Limit limit;
    /// @dev Base units or counts left now; 0 once the session is dead or expired.
    uint256 left;
    /// @dev Unix seconds at which the next period starts; 0 if none does within the window.
    uint48 refillsAt;
}
