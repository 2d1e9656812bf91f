// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ForwardedToken} from "./ForwardedToken.sol";

/// @notice What OpenZeppelin's Multicall was before 4.9.5: inner calls lose the suffix, so that a caller writes its own.
contract NaiveMulticallToken is ForwardedToken {
    constructor(address forwarder, address holder) ForwardedToken(forwarder, holder) {}

    function multicall(bytes[] calldata data) public override returns (bytes[] memory results) {
        results = new bytes[](data.length);
        for (uint256 i = 0; i < data.length; ++i) {
            (, results[i]) = address(this).delegatecall(data[i]);
        }
    }
}
