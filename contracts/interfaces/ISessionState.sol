// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionErrors} from "./ISessionErrors.sol";

/// @title What surrounds the state of sessions
interface ISessionState is ISessionErrors {
    /// @notice Latchkey's cold half, reached by `delegatecall`.
    function EXTENSION() external view returns (address);

    /// @notice The publisher of policies.
    function POLICY_STORE() external view returns (address);

    /// @notice The ERC-2771 forwarder of route `forwarded`.
    function FORWARDER() external view returns (address);

    /// @notice What verifies P-256: the precompile at 0x100, or on a chain without it the verifier that Latchkey created.
    function P256_VERIFIER() external view returns (address);
}
