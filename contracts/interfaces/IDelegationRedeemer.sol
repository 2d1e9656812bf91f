// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

/// @title Being handed a permission
/// @notice Route `redeemed`, the door of ERC-7710: each item runs through route `direct` or `relayed`, one after
/// the other, loaded, checked and written afresh before its own call. No other power, the same engine, the same
/// errors.
interface IDelegationRedeemer {
    /// @notice The three lists are empty or of different lengths.
    /// @param contexts entries
    /// @param modes entries
    /// @param executions entries
    /// @custom:fix Give one context, mode and execution per item.
    error RedemptionLengthsDiffer(uint256 contexts, uint256 modes, uint256 executions);

    /// @notice The context is neither `abi.encode(principal)` (32 bytes) nor the canonical encoding of
    /// `(address principal, address redeemer, uint256 nonce, uint256 minGas, bytes signature)`.
    /// @param item position, from 0
    /// @param length in bytes
    /// @custom:fix Encode the context as said.
    error RedemptionContextInvalid(uint256 item, uint256 length);

    /// @notice The key signed for another redeemer.
    /// @param caller who redeems
    /// @param redeemer the one that is named; 0 for anyone
    /// @custom:fix Let the named redeemer send it.
    error RedeemerNotAllowed(address caller, address redeemer);

    /// @notice Runs each execution under its context.
    /// @dev A context of 32 bytes: the caller is the session key. Otherwise the key's signature over
    /// `SessionRedemption` covers principal, redeemer, mode, execution, nonce, minGas, deadline and
    /// registration number.
    /// @param permissionContexts one per item
    /// @param modes one per item
    /// @param executionCallDatas one per item
    function redeemDelegations(
        bytes[] calldata permissionContexts,
        bytes32[] calldata modes,
        bytes[] calldata executionCallDatas
    ) external;
}
