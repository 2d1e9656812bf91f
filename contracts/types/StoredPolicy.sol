// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Limit} from "./Limit.sol";
import {StoredPermission} from "./StoredPermission.sol";

/// @title StoredPolicy
/// @notice A policy as it is stored.
struct StoredPolicy {
    bytes32 policyId;
    /// @dev The creation nonce of its code, from 1. Differs between chains and may change in a reorganisation.
    uint40 number;
    /// @dev The code's address.
    address pointer;
    /// @dev The text, left-aligned, zero-padded.
    bytes32 app;
    uint32 minDuration;
    uint32 maxDuration;
    uint32 maxCalls;
    uint80 gasBudget;
    bool selfPaid;
    address paymaster;
    /// @dev In the policy's order.
    StoredPermission[] permissions;
    Limit[] limits;
}
