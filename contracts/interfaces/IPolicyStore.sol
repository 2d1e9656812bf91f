// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {Policy} from "../types/Policy.sol";
import {StoredPolicy} from "../types/StoredPolicy.sol";
import {IPolicyErrors} from "./IPolicyErrors.sol";

/// @title Policies
/// @notice Publishes, reads and names policies. A policy is the code of a contract that does nothing; its number is
/// the creation nonce of that code. No owner, no funds, no rights. Storage: `policyId` to number, and nothing else.
/// @dev Creates nothing but policies, one creation for each. Asks ERC-165, `decimals()`, `getApproved(uint256)` and
/// `asset()` by `staticcall`, and its encoder.
interface IPolicyStore is IPolicyErrors {
    /// @notice A policy was published. Emitted once per policy.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @param app the policy's label, left-aligned, zero-padded
    /// @param number creation nonce of the policy's code, from 1
    /// @param pointer address of the policy's code
    /// @param policy the policy, in its one spelling
    event PolicyPublished(
        bytes32 indexed policyId,
        bytes32 indexed app,
        uint256 number,
        address pointer,
        Policy policy
    );

    /// @notice Checks and stores a policy. Publishing it again changes nothing and returns the same id.
    /// @dev Reverts with an error of `IPolicyErrors`. The calldata is at most 120,000 bytes, the stored form 24,575.
    /// Both together may cost more than the 2**24 gas of one transaction: 248 permissions of short methods take about
    /// 10.4 million, of methods whose texts have 1,021 bytes and 64 words about 50 fit. Estimate, and split what does
    /// not fit.
    /// @param policy the policy, in its one spelling
    /// @return policyId its id
    function publishPolicy(Policy calldata policy) external returns (bytes32 policyId);

    /// @notice The EIP-712 `hashStruct` of a policy, published or not.
    /// @param policy the policy, in its one spelling
    /// @return policyId its id
    function hashPolicy(Policy calldata policy) external pure returns (bytes32 policyId);

    /// @notice The number of a policy on this chain.
    /// @dev Read at registration and never in validation. Differs between chains and may change in a
    /// reorganisation.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @return number from 1; 0 if it is not published
    function numberOf(bytes32 policyId) external view returns (uint256 number);

    /// @notice The stored form.
    /// @dev Reverts with `PolicyNotPublished`. The texts stand in `PolicyPublished`.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @return policy as stored
    function policyOf(bytes32 policyId) external view returns (StoredPolicy memory policy);

    /// @notice The stored form, by its number.
    /// @dev Reverts with `PolicyNumberUnknown`.
    /// @param number creation nonce of the policy's code, from 1
    /// @return policy as stored
    function policyOfNumber(uint256 number) external view returns (StoredPolicy memory policy);

    /// @notice Where the code of a policy is.
    /// @dev Reverts with `PolicyNotPublished`: before it is published its address is not known.
    /// @param policyId the policy's EIP-712 `hashStruct`
    /// @return pointer the address
    function policyPointer(bytes32 policyId) external view returns (address pointer);

    /// @notice What checks a policy and writes its stored form.
    /// @return encoder the sibling
    function POLICY_ENCODER() external view returns (address encoder);

    /// @notice The contract that no policy can name as a target.
    /// @return latchkey the sibling
    function LATCHKEY() external view returns (address latchkey);
}
