// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Grant} from "../types/Grant.sol";
import {SessionRegistration} from "./SessionRegistration.sol";

/// @title The lifecycle of sessions: what a wallet sends itself
/// @dev The manual is `ISessionRegistry`. What is called less stands in `LatchkeyExtension`.
abstract contract SessionRegistry is SessionRegistration {
    function registerSession(Grant calldata grant) external {
        _register(msg.sender, grant);
    }

    function revokeSession(address key) external {
        _revoke(msg.sender, key);
    }

    function revokeAllSessions() external {
        _revokeAll(msg.sender, _principals[msg.sender]);
    }

    function isLive(address principal, address key) external view returns (bool) {
        return _isLive(principal, key);
    }
}
