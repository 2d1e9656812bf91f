// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Call, Route} from "../types/Grant.sol";
import {ISessionConsumer} from "./ISessionConsumer.sol";
import {ISessionExecutor} from "./ISessionExecutor.sol";
import {ISessionRegistry} from "./ISessionRegistry.sol";
import {ISessionState} from "./ISessionState.sol";
import {ISessionValidator} from "./ISessionValidator.sol";

/// @title Latchkey
/// @notice Session keys: a short-lived key acts for a principal inside a scope that the chain enforces.
/// @dev The one deployed contract that owns state. Its policy store and its forwarder are its own children. Its code is in
/// two halves, and each function stands in one of them: all are called at Latchkey's address.
interface ILatchkey is ISessionState, ISessionRegistry, ISessionConsumer, ISessionValidator, ISessionExecutor {
    /// @notice Runs the policy engine without writing; reverts with what it would revert with.
    /// @dev See `ILatchkeyLens.explain`, which catches it.
    function checkCalls(
        address principal,
        address key,
        Route route,
        Call[] calldata calls,
        uint48 validUntil,
        uint256 maxGasCost,
        address paymaster
    ) external view;
}
