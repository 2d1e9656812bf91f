// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title ChainGrant
/// @notice One chain's entry of a grant for several chains. What is signed holds the policy in full; a chain is brought its
/// id, which is its `hashStruct`, so it checks its own entry without the others' policies.
struct ChainGrant {
    /// @dev Strictly ascending within one message.
    uint256 chainId;
    /// @dev The principal's grant nonce on that chain.
    uint256 nonce;
    /// @dev The policy of that chain: the same contracts have other addresses elsewhere.
    bytes32 policyId;
}
