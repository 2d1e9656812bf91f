// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {LimitState} from "./LimitState.sol";
import {Status} from "./Status.sol";

/// @title SessionState
/// @notice Everything a screen shows of one session.
struct SessionState {
    /// @dev Where the session stands at this block.
    Status status;
    /// @dev Unix seconds, inclusive: the effective start.
    uint48 validAfter;
    /// @dev Unix seconds, inclusive.
    uint48 validUntil;
    /// @dev 0 for a key that was never registered.
    bytes32 policyId;
    /// @dev The effective start of the latest registration, unix seconds; part of every session digest.
    uint48 registration;
    /// @dev What the registration asked for cannot be told from storage; this is the policy's bound.
    uint32 maxCalls;
    /// @dev Inner calls; 0 once dead or expired.
    uint32 callsLeft;
    /// @dev Wei not yet reserved by an operation; 0 once dead or expired.
    uint256 gasLeft;
    /// @dev One per limit, in the policy's order; empty for a key that was never registered.
    LimitState[] limits;
}
