// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {IDelegationRedeemer} from "./IDelegationRedeemer.sol";
import {ISessionState} from "./ISessionState.sol";
import {ISessionRegistry} from "./ISessionRegistry.sol";
import {ISessionConsumer} from "./ISessionConsumer.sol";
import {ISessionExecutor} from "./ISessionExecutor.sol";
import {ISessionValidator} from "./ISessionValidator.sol";
import {Call} from "../types/Call.sol";
import {Route} from "../types/Route.sol";

/// @title Latchkey
/// @notice Session keys: a short-lived key acts for a principal inside a scope that the chain enforces.
/// @dev The one contract that owns state. Selectors that it does not have it passes by `delegatecall` to its
/// entrance, if it is `redeemDelegations`, or to its extension; no selector stands in two of them.
interface ILatchkey is
    ISessionState,
    ISessionRegistry,
    ISessionConsumer,
    ISessionValidator,
    ISessionExecutor,
    IDelegationRedeemer
{
    /// @notice Runs the admission function without writing; reverts with what it would revert with.
    /// @dev See `ILatchkeyLens.explain`, which catches it.
    /// @param principal who delegates
    /// @param key the session key
    /// @param route the way to act
    /// @param calls the calls
    /// @param validUntil the deadline that the key would sign, unix seconds, inclusive; ignored on routes
    /// without one
    /// @param maxGasCost highest possible cost in wei; route `userOperation` only
    /// @param paymaster `address(0)` for none; route `userOperation` only
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
