// SPDX-License-Identifier: MIT
pragma solidity >=0.8.4;

import {ISessionErrors} from "./ISessionErrors.sol";

/// @title What surrounds the state of sessions
/// @notice The addresses of Latchkey's siblings, which follow from their deployer and stand in the code.
interface ISessionState is ISessionErrors {
    /// @notice What no route needs, reached by `delegatecall`.
    /// @return sibling its address
    function EXTENSION() external view returns (address sibling);

    /// @notice What takes grants on first use and ERC-7710, reached by `delegatecall`.
    /// @return sibling its address
    function ENTRANCE() external view returns (address sibling);

    /// @notice The publisher of policies.
    /// @return sibling its address
    function POLICY_STORE() external view returns (address sibling);

    /// @notice The ERC-2771 forwarder of route `forwarded`.
    /// @return sibling its address
    function FORWARDER() external view returns (address sibling);

    /// @notice What verifies P-256: the precompile at 0x100, or the sibling where the precompile fails its
    /// probe.
    /// @return sibling its address
    function P256_VERIFIER() external view returns (address sibling);
}
