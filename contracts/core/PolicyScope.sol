// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StoredPolicies} from "../libraries/StoredPolicies.sol";

/// @dev What one execution is held against, in memory.
struct Scope {
    address principal;
    /// @dev Where the policy's code stands.
    address policy;
    /// @dev Memory pointer to the head of the stored form, see StoredPolicies.
    uint256 hot;
    /// @dev Memory pointer to one word per limit: base units requested in this execution, saturating.
    uint256 requested;
    /// @dev Memory pointer to the pairs (spender, token) of this execution; 0 until the first approval.
    uint256 credits;
}

/// @title What decides a call, and what it draws
/// @notice Finds the permission of a call, holds the call against it and adds what it draws. Which targets are forbidden,
/// how many calls a session has and what caps have left is the engine's to say.
library PolicyScope {
    /// @dev Loads a policy for one execution.
    function open(address policy, address principal) internal view returns (Scope memory scope) {
        uint256 hot = StoredPolicies.load(policy);
        scope.principal = principal;
        scope.policy = policy;
        scope.hot = hot;
        uint256 limits = StoredPolicies.settings(hot).limitCount();
        uint256 requested;
        assembly ("memory-safe") {
            // Allocated here; what lies behind the calldata's end is copied as zero.
            requested := mload(0x40)
            mstore(0x40, add(requested, shl(5, limits)))
            calldatacopy(requested, calldatasize(), shl(5, limits))
        }
        scope.requested = requested;
    }

    /// @dev Reverts with the exact error, or adds to what is requested what the call draws: its value on every limit of
    /// the native coin, its spends on every limit of their unit.
    /// @param index position of the call in its execution, for errors
    /// @param asked whether the target asks for itself: admits what it may consume alone
    function admit(
        Scope memory scope,
        uint256 index,
        address target,
        uint256 value,
        bytes calldata data,
        bool asked
    ) internal view {}

    /// @dev Whether a permission for (target, selector) exists; arguments are not looked at. Selector 0 asks for empty
    /// calldata.
    function has(Scope memory scope, address target, bytes4 selector) internal view returns (bool) {}
}
