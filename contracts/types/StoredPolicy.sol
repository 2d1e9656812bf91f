// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Limit} from "./Limit.sol";
import {StoredPermission} from "./StoredPermission.sol";

/// @title StoredPolicy
/// @notice A policy as it is stored.
struct StoredPolicy {
    /// @dev The policy's EIP-712 `hashStruct`.
    bytes32 policyId;
    /// @dev The creation nonce of its code, from 1. Differs between chains and may change in a reorganisation.
    uint40 number;
    /// @dev The code's address.
    address pointer;
    /// @dev The text, left-aligned, zero-padded.
    bytes32 app;
    /// @dev Seconds, inclusive.
    uint32 minDuration;
    /// @dev Seconds, inclusive.
    uint32 maxDuration;
    /// @dev Most inner calls of one session, inclusive.
    uint32 maxCalls;
    /// @dev Wei, a multiple of 1 gwei.
    uint80 gasBudget;
    /// @dev Whether an operation may take its gas from the principal.
    bool selfPaid;
    /// @dev The one paymaster allowed; `address(0)` for none.
    address paymaster;
    /// @dev In the policy's order.
    StoredPermission[] permissions;
    /// @dev In the policy's order.
    Limit[] limits;
}
