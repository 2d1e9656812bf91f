// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title ChainGrant
/// @notice One chain's entry of a grant for several chains. Its EIP-712 form holds the policy in full; the chain has
/// the policy's id, which is its `hashStruct`.
struct ChainGrant {
    /// @dev Strictly ascending within one message.
    uint256 chainId;
    /// @dev The principal's grant nonce on that chain.
    uint256 nonce;
    bytes32 policyId;
}
