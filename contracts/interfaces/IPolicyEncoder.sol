// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Policy} from "../types/Policy.sol";
import {IPolicyErrors} from "./IPolicyErrors.sol";

/// @title Checking and writing a policy
/// @notice The half of publication that does not fit beside the other: paths, types, rules, classes, type programs.
/// Stateless.
interface IPolicyEncoder is IPolicyErrors {
    /// @notice Checks a policy and writes its stored form.
    /// @dev Reverts with the first error of `IPolicyErrors` in the specification's order. Open to anyone: a
    /// policy can be checked without publishing it.
    /// @param policy the policy, in its one spelling
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @return code 1 to 24,575 bytes, starting with `STOP`
    function encodePolicy(Policy calldata policy, bytes32 policyId) external view returns (bytes memory code);
}
