// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Call, Loss, Route, SessionState} from "../types/Grant.sol";

/// @title Reading sessions
/// @notice Stateless views over Latchkey. Nothing trusts them.
interface ILatchkeyLens {
    /// @notice What a screen shows of a session. Never reverts: an unknown key has status `None`.
    function getSession(address principal, address key) external view returns (SessionState memory session);

    /// @notice The most that the session can still take: per limited token what is left in the current period plus the
    /// cap for each later period that the window touches, and the gas budget left. 0 once dead or expired.
    /// @return losses base units per limited token
    /// @return gas wei
    function worstLoss(address principal, address key) external view returns (Loss[] memory losses, uint256 gas);

    /// @notice The most that a session under a policy could take: per limited token the cap for each period touched.
    /// @param validAfter unix seconds, inclusive; 0 is now
    /// @param validUntil unix seconds, inclusive
    function worstLossOf(
        bytes32 policyId,
        uint48 validAfter,
        uint48 validUntil
    ) external view returns (Loss[] memory losses, uint256 gas);

    /// @notice Whether the policy engine would let the key make these calls on this route, now.
    /// @param validUntil the deadline that the key would sign, unix seconds, inclusive; ignored on the routes without one
    /// @param maxGasCost the operation's highest possible cost in wei; route `userOperation` only
    /// @param paymaster the operation's paymaster, `address(0)` for none; route `userOperation` only
    /// @return allowed whether it would
    /// @return index the offending call; the number of calls if the reason is not one call
    /// @return error the exact revert data; empty if allowed
    function explain(
        address principal,
        address key,
        Route route,
        Call[] calldata calls,
        uint48 validUntil,
        uint256 maxGasCost,
        address paymaster
    ) external view returns (bool allowed, uint256 index, bytes memory error);
}
