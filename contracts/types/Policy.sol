// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Limit} from "./Limit.sol";
import {Permission} from "./Permission.sol";

/// @title Policy
/// @notice What a session key may do: immutable and named by its EIP-712 `hashStruct`, the `policyId`.
/// @dev The same policy has one spelling; publication refuses every other one.
struct Policy {
    /// @dev 1 to 31 bytes of printable ASCII (0x20 to 0x7e). A label that grants nothing and that nobody owns.
    string app;
    /// @dev Seconds, inclusive, from 60. Least `validUntil - validAfter + 1` of a session.
    uint32 minDuration;
    /// @dev Seconds, inclusive, up to 31,536,000 (365 days). Most `validUntil - validAfter + 1` of a session.
    uint32 maxDuration;
    /// @dev Most inner calls that one session may ask for, inclusive: 1 to 1,048,575 (below 2**20).
    uint32 maxCalls;
    /// @dev Wei: the most that the operations of one session may cost on route `userOperation`, sponsored or not. A
    /// multiple of 1 gwei, below 2**36 gwei.
    uint80 gasBudget;
    /// @dev Whether an operation may take its gas from the principal.
    bool selfPaid;
    /// @dev The one paymaster allowed; `address(0)` for none.
    address paymaster;
    /// @dev At least one; ascending by (target, `""` before methods by selector before `"*"`). Several of one target
    /// and method stand side by side, at most 8, in the order in which they decide.
    Permission[] permissions;
    /// @dev At most 8, strictly ascending by (unit, period, fromStart).
    Limit[] limits;
}
