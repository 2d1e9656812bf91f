// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionForwarder} from "../interfaces/ISessionForwarder.sol";

/// @title ForwardedCalls
/// @notice What the forwarder asks of a call before it asks Latchkey; `checkCalls` explains it with the same words.
library ForwardedCalls {
    /// @dev A shorter `data` would make bytes of the principal the selector.
    uint256 private constant _SELECTOR_SIZE = 4;

    function requireSelector(bytes calldata data) internal pure {
        if (data.length < _SELECTOR_SIZE) {
            revert ISessionForwarder.ForwardedCalldataTooShort(data.length, _SELECTOR_SIZE);
        }
    }
}
