// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Call} from "../types/Call.sol";
import {Route} from "../types/Route.sol";
import {SessionState} from "../types/SessionState.sol";
import {WorstLoss} from "../types/WorstLoss.sol";

/// @title Reading sessions
/// @notice Stateless views over Latchkey. Nothing trusts them.
interface ILatchkeyLens {
    /// @notice What a screen shows of a session. Never reverts: an unknown key has status `None`; a dead or
    /// expired session has nothing left.
    /// @param principal who delegates
    /// @param key the session key
    /// @return session its state
    function getSession(address principal, address key) external view returns (SessionState memory session);

    /// @notice The same for many.
    /// @param principal who delegates
    /// @param keys the session keys
    /// @return sessions in the order of `keys`
    function getSessions(
        address principal,
        address[] calldata keys
    ) external view returns (SessionState[] memory sessions);

    /// @notice The most that the session's calls can still take, and whom that number trusts. 0 once dead or
    /// expired.
    /// @param principal who delegates
    /// @param key the session key
    /// @return loss see `WorstLoss`
    function worstLoss(address principal, address key) external view returns (WorstLoss memory loss);

    /// @notice The most that a session under a policy could take in this window.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @param validAfter unix seconds, inclusive; 0 for now
    /// @param validUntil unix seconds, inclusive
    /// @return loss see `WorstLoss`
    function worstLossOf(
        bytes32 policyId,
        uint48 validAfter,
        uint48 validUntil
    ) external view returns (WorstLoss memory loss);

    /// @notice The most that a session of this length could take, whenever it starts.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @param duration `validUntil - validAfter + 1`, seconds
    /// @return loss see `WorstLoss`
    function mostLossOf(bytes32 policyId, uint256 duration) external view returns (WorstLoss memory loss);

    /// @notice Whether the policy engine would let the key make these calls on this route, now.
    /// @param principal who delegates
    /// @param key the session key
    /// @param route the way to act
    /// @param calls the calls
    /// @param validUntil the deadline that the key would sign, unix seconds, inclusive; ignored on routes
    /// without one
    /// @param maxGasCost highest possible cost in wei; route `userOperation` only
    /// @param paymaster `address(0)` for none; route `userOperation` only
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
