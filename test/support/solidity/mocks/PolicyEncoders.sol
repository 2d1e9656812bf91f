// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../../contracts/interfaces/IPolicyErrors.sol";
import {Policy} from "../../../../contracts/types/Policy.sol";

/// @notice Checks nothing. Its stored form is STOP, the id, and all that it was called with; a policy of app "size" has
/// one of as many zeros as its gas budget says, and one of app "impossible" one that no chain takes (EIP-3541).
contract EchoEncoder {
    function encodePolicy(Policy calldata policy, bytes32 policyId) external pure returns (bytes memory) {
        bytes32 app = keccak256(bytes(policy.app));
        if (app == keccak256("size")) return new bytes(policy.gasBudget);
        if (app == keccak256("impossible")) return hex"ef";
        if (app == keccak256("refused")) revert IPolicyErrors.PolicyDurationsInvalid(policy.minDuration, 60);
        if (app == keccak256("silent")) revert();
        if (app == keccak256("endless")) while (true) {}
        return bytes.concat(hex"00", policyId, msg.data);
    }
}
