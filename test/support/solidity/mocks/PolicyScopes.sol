// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyScope, Scope} from "../../../../contracts/core/PolicyScope.sol";
import {ISessionErrors} from "../../../../contracts/interfaces/ISessionErrors.sol";
import {StoredPolicies} from "../../../../contracts/libraries/StoredPolicies.sol";
import {Call} from "../../../../contracts/types/Call.sol";
import {MethodWord} from "../../../../contracts/types/MethodWord.sol";

/// @dev Holds calls against a policy, as the engine does, without a session.
contract PolicyScopes is ISessionErrors {
    /// @return requested of each limit
    function admit(
        address policy,
        address principal,
        Call[] calldata calls,
        bool asked
    ) external view returns (uint256[] memory requested) {
        Scope memory scope;
        PolicyScope.open(scope, policy, principal);
        for (uint256 i = 0; i < calls.length; ++i) _admit(scope, i, calls[i], asked);
        requested = new uint256[](StoredPolicies.settings(scope.hot).limitCount());
        for (uint256 i = 0; i < requested.length; ++i) {
            uint256 from = scope.requested + i * 32;
            uint256 word;
            assembly ("memory-safe") {
                word := mload(from)
            }
            requested[i] = word;
        }
    }

    /// @notice Holds each call alone against the policy.
    /// @return admitted of each call
    /// @return answers what `admit` returns for it, or its revert data
    function admitEach(
        address policy,
        address principal,
        Call[] calldata calls,
        bool asked
    ) external view returns (bool[] memory admitted, bytes[] memory answers) {
        admitted = new bool[](calls.length);
        answers = new bytes[](calls.length);
        Call[] memory alone = new Call[](1);
        for (uint256 i = 0; i < calls.length; ++i) {
            alone[0] = calls[i];
            bytes memory request = abi.encodeCall(this.admit, (policy, principal, alone, asked));
            (admitted[i], answers[i]) = address(this).staticcall(request);
        }
    }

    /// @return used gas that loading the policy and holding one call against it take
    function gasOf(
        address policy,
        address principal,
        Call calldata call,
        bool asked
    ) external view returns (uint256 used) {
        uint256 before = gasleft();
        Scope memory scope;
        PolicyScope.open(scope, policy, principal);
        _admit(scope, 0, call, asked);
        return before - gasleft();
    }

    function has(address policy, address target, bytes4 selector) external view returns (bool) {
        Scope memory scope;
        PolicyScope.open(scope, policy, address(this));
        return PolicyScope.has(scope, target, selector);
    }

    function _admit(Scope memory scope, uint256 index, Call calldata call, bool asked) private view {
        MethodWord method = PolicyScope.find(scope, call.target, call.data);
        PolicyScope.admit(scope, method, index, call.target, call.value, call.data, asked);
    }
}
